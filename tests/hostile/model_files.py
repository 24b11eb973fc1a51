"""Model files that were made to do harm; more in ``tests/storage/test_hostile_files.py``."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from case import EITHER, Case, safetensors
from safetensors.numpy import save

from clearprop.data.targets import Targets

THETAS = {"Theta1": np.ones((3, 3)), "Theta2": np.ones((3, 4))}
INFO, JSON = ("info", "FILE"), ("info", "FILE", "--json")
NETWORK = {"layer_sizes": [2, 3, 3], "activation": "relu", "cost": "softmax", "regularization": 0.0}


def values(**changes: Any) -> dict[str, Any]:
    right = {
        "format_version": 2,
        "network": NETWORK,
        "targets": Targets.fit(["a", "b", "c"]).to_dict(),
        "encoder": None,
        "image_shape": None,
        "trained": {},
    }
    return {**right, **changes}


def model(text: str | None = None, **changes: Any) -> bytes:
    return save(THETAS, {"clearprop": json.dumps(values(**changes)) if text is None else text})


def classes(*names: Any) -> bytes:
    return model(targets={**values()["targets"], "classes": list(names)})


def nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


FILES: dict[str, Case] = {
    "right": Case("m.safetensors", model(), "", INFO),
    "5,000,000 layer sizes": Case(
        "m.safetensors",
        lambda f: (f / "m.safetensors").write_bytes(
            model(network={**NETWORK, "layer_sizes": [1] * 5_000_000})
        ),
        "5,000,000 layers, and the file holds 2 tensors",
        INFO,
    ),
    "100,000 layers of one unit": Case(
        "m.safetensors",
        lambda _: model(network={**NETWORK, "layer_sizes": [1] * 100_000}),
        "100,000 layers, and the file holds 2 tensors",
        INFO,
    ),
    "a layer of 10^4000 units": Case(
        "m.safetensors",
        model(network={**NETWORK, "layer_sizes": [2, 10**4000, 3]}),
        "a layer of more than 1,073,741,824 units",
        INFO,
    ),
    "a number of 5,000 digits": Case(
        "m.safetensors",
        model('{"format_version":' + "9" * 5000 + "}"),
        "expected a JSON object; ",
        INFO,
    ),
    "a layer of half a unit": Case(
        "m.safetensors", model(network={**NETWORK, "layer_sizes": [2, 0.5, 3]}), "layer_sizes", INFO
    ),
    "250,000 names, one of them twice": Case(
        "m.safetensors",
        lambda _: model("{" + ",".join(f'"k{i}":0' for i in range(250_000)) + ',"k7":1}'),
        "the name 'k7' stands in it twice",
        INFO,
    ),
    "100,000 unknown names": Case(
        "m.safetensors",
        lambda _: model(json.dumps({**values(), **{f"k{i}": 0 for i in range(100_000)}})),
        "unknown key 'k0'",
        INFO,
    ),
    "nested 900 deep": Case(
        "m.safetensors", model(trained={"x": nested(900)}), "nested more than 50 deep", INFO
    ),
    "nested 40 deep": Case("m.safetensors", model(trained={"x": nested(40)}), "", INFO),
    "nested 900 deep, as JSON": Case(
        "m.safetensors", model(trained={"x": nested(900)}), "nested more than 50 deep", JSON
    ),
    "a text of 5 MB": Case(
        "m.safetensors", lambda _: model(trained={"source": "x" * 5_000_000}), "", INFO
    ),
    "a class of 5 MB": Case(
        "m.safetensors", lambda _: classes("a" * 5_000_000, "b", "c"), "", INFO
    ),
    "classes with escapes": Case("m.safetensors", classes("\x1b[2J", "\u202eb", "c"), "", INFO),
    "classes with escapes, as JSON": Case(
        "m.safetensors", classes("\x1b[2J", "\u202eb", "\x9b31m"), "", JSON
    ),
    "twin classes": Case("m.safetensors", classes("a", "a", "b"), "targets: cannot be", INFO),
    "classes of two kinds": Case("m.safetensors", classes("a", 1, None), EITHER, INFO),
    "a class of nothing": Case("m.safetensors", classes([], {}, "c"), "targets", INFO),
    "names of columns that are none": Case(
        "m.safetensors", model(encoder={"columns": 2, "kinds": [7, None]}), "encoder", INFO
    ),
    "a million columns": Case(
        "m.safetensors", model(encoder={"columns": 10**6}), "encoder: columns: expected a", INFO
    ),
    "lambda of 10^400": Case(
        "m.safetensors",
        model(network={**NETWORK, "regularization": 10**400}),
        "regularization",
        INFO,
    ),
    "images that do not fit": Case("m.safetensors", model(image_shape=[10**9, 7]), "image", INFO),
    "images of text": Case("m.safetensors", model(image_shape=["a", []]), "image", INFO),
    "what validation cost, of other kinds": Case(
        "m.safetensors", model(trained={"candidates": [1, {"regularization": "x"}, None]}), "", INFO
    ),
    "a search of other kinds": Case(
        "m.safetensors", model(trained={"search": {"trials": [1, None], "x": {}}}), "", INFO
    ),
    "a frame of 100 MB that is not there": Case(
        "m.safetensors", b"\0\xe1\xf5\x05\0\0\0\0{" + b" " * 99, "is cut", INFO
    ),
    "100,000 tensors": Case(
        "m.safetensors",
        lambda _: safetensors(
            {f"t{i}": {"dtype": "F64", "shape": [0], "data_offsets": [0, 0]} for i in range(10**5)}
        ),
        "a safetensors file of another program",
        INFO,
    ),
}  # fmt: skip
