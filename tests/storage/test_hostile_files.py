"""Files that are cut, foreign or made to do harm: one typed error each that says what is wrong."""

import json
import os
import pickle
import resource
import struct
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import save as save_safetensors

from clearprop.data.targets import Targets
from clearprop.errors import ModelFileError
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.storage.checkpoint import Checkpoint, save_checkpoint
from clearprop.storage.container import HEADER_LIMIT
from clearprop.storage.model_file import load, save

NETWORK = Network((2, 3, 3), cost="softmax")
THETAS = {"Theta1": np.ones((3, 3)), "Theta2": np.ones((3, 4))}


def good_values():
    return {
        "format_version": 1,
        "network": {
            "layer_sizes": [2, 3, 3],
            "activation": "sigmoid",
            "cost": "softmax",
            "regularization": 0.0,
        },
        "targets": Targets.fit(["a", "b", "c"]).to_dict(),
        "encoder": None,
        "image_shape": None,
        "trained": {},
    }


def written(values=None, tensors=None, key="clearprop"):
    values = good_values() if values is None else values
    text = values if isinstance(values, str) else json.dumps(values)
    return save_safetensors(THETAS if tensors is None else tensors, {key: text})


def changed(**values):
    return written({**good_values(), **values})


def network(**values):
    return changed(network={**good_values()["network"], **values})


def without(name):
    values = good_values()
    del values[name]
    return written(values)


def framed(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(dtype, shape, start, stop):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


class Harm:
    def __reduce__(self):
        return os.mkdir, ("harm-was-done",)


GOOD = written()
WHOLE = f"{len(GOOD):,}"
NOT = "is not a safetensors file (it begins with the bytes "
META = 'metadata "clearprop": '
DAMAGED = "is damaged: "

# what is in the file -> its bytes, and how the message goes on after the path
HOSTILE = {
    # the frame
    "empty": (b"", "is empty (0 bytes); expected a model file"),
    "five bytes": (GOOD[:5], "is cut: 5 bytes, while a header needs 8 and more; fetch it again"),
    "length alone": (GOOD[:8], "is cut: 8 bytes, while its header alone has "),
    "cut in the header": (GOOD[:40], "is cut: 40 bytes, while its header alone has "),
    "cut in the numbers": (
        GOOD[:-1],
        f"is cut: {len(GOOD) - 1:,} bytes of {WHOLE}; fetch it again",
    ),
    "bytes after the end": (GOOD + b"\0" * 8, "has 8 bytes after its end: damaged; fetch it again"),
    "a pickle": (pickle.dumps(Harm()), NOT),
    "a zip (NPZ)": (b"PK\x03\x04" + b"\0" * 60, NOT + "50 4b 03 04 00 00 00 00); expected"),
    "text": (b"feature,label\n1,2\n", NOT),
    "zeros": (b"\0" * 64, NOT),
    "header too large": (
        struct.pack("<Q", HEADER_LIMIT + 1) + b"{" + b" " * 20,
        "header too large: 100,000,001 bytes; safetensors allows 100,000,000",
    ),
    "header of 2^64 - 1 bytes": (
        b"\xff" * 8 + b"{}",
        "header too large: 18,446,744,073,709,551,615 bytes; safetensors allows 100,000,000",
    ),
    "header not JSON": (framed(b'{"Theta1":'), DAMAGED),
    "header not UTF-8": (framed(b'{"\xff\xfe":1}'), DAMAGED),
    "header of nested lists": (framed(b'{"a":' + b"[" * 10**6 + b"]" * 10**6 + b"}"), DAMAGED),
    "tensors overlap": (
        framed(
            {"Theta1": tensor("F64", [1], 0, 8), "Theta2": tensor("F64", [1], 4, 12)}, b"\0" * 12
        ),
        DAMAGED,
    ),
    "a gap between tensors": (
        framed(
            {"Theta1": tensor("F64", [1], 0, 8), "Theta2": tensor("F64", [1], 16, 24)}, b"\0" * 24
        ),
        DAMAGED,
    ),
    "shape and bytes disagree": (framed({"Theta1": tensor("F64", [9], 0, 8)}, b"\0" * 8), DAMAGED),
    "shape whose product overflows": (
        framed({"Theta1": tensor("F64", [2**40, 2**40], 0, 8)}, b"\0" * 8),
        DAMAGED,
    ),
    "offsets that go backward": (framed({"Theta1": tensor("F64", [1], 16, 8)}, b"\0" * 8), DAMAGED),
    "negative shape": (framed({"Theta1": tensor("F64", [-1], 0, 8)}, b"\0" * 8), DAMAGED),
    "unknown dtype": (framed({"Theta1": tensor("F99", [1], 0, 8)}, b"\0" * 8), DAMAGED),
    # the metadata
    "no metadata": (
        save_safetensors(THETAS),
        'a safetensors file of another program: no "clearprop" in its metadata; expected a model '
        "file, as Clearprop writes it",
    ),
    "of another program": (
        save_safetensors(THETAS, {"format": "pt"}),
        'a safetensors file of another program: no "clearprop" in its metadata; ',
    ),
    "a checkpoint": (
        written(key="clearprop-checkpoint"),
        "expected a model file; this is a checkpoint",
    ),
    "metadata cut": (written('{"format_version": 1,'), META + "expected a JSON object; Expecting"),
    "metadata a list": (written("[1]"), META + "expected a JSON object; got list"),
    "metadata null": (written("null"), META + "expected a JSON object; got NoneType"),
    "metadata nested": (
        written('{"format_version":1,"trained":' + "[" * 10**5 + "]" * 10**5 + "}"),
        META + "expected a JSON object; ",
    ),
    "a name twice": (
        written('{"format_version": 1, "format_version": 2}'),
        META + "expected a JSON object; the name 'format_version' stands in it twice",
    ),
    "NaN in the JSON": (
        written('{"format_version": NaN}'),
        META + "expected a JSON object; NaN is not a JSON number",
    ),
    "a number of 5,000 digits": (
        written('{"format_version": ' + "9" * 5000 + "}"),
        META + "expected a JSON object; ",
    ),
    "no version": (
        without("format_version"),
        META + "format_version: expected a whole number from 1; got None",
    ),
    "version true": (
        changed(format_version=True),
        META + "format_version: expected a whole number from 1; got True",
    ),
    "version 1.0": (
        changed(format_version=1.0),
        META + "format_version: expected a whole number from 1; got 1.0",
    ),
    "version 0": (
        changed(format_version=0),
        META + "format_version: expected a whole number from 1; got 0",
    ),
    "version 4 with keys of its own": (
        changed(format_version=4, dropout=0.5),
        "made by a newer Clearprop: format version 4, this one reads up to 3: upgrade",
    ),
    **{
        f"no {name}": (without(name), f"{name} is missing")
        for name in ("network", "targets", "encoder", "image_shape", "trained")
    },
    "unknown key": (
        changed(trianed={}),
        "unknown key 'trianed' (did you mean \"trained\"?); format version 3 has network, "
        "targets, encoder, image_shape, trained",
    ),
    "network a list": (changed(network=[2, 1]), "network: expected an object; got [2, 1]"),
    "targets null": (changed(targets=None), "targets: expected an object; got None"),
    "encoder a number": (changed(encoder=7), "encoder: expected an object or null; got 7"),
    "encoder of another program": (
        changed(encoder={"os": "rm"}),
        "encoder: columns: expected a whole number from 1 to 2, the inputs of the network; "
        "got None",
    ),
    "encoder of more columns than memory": (
        changed(encoder={"columns": 10**12}),
        "encoder: columns: expected a whole number from 1 to 2, the inputs of the network; "
        "got 1000000000000",
    ),
    "encoder that lacks a part": (
        changed(encoder={"columns": 2}),
        "encoder: cannot be restored: KeyError('names')",
    ),
    "encoder with a scale of 0": (
        changed(
            encoder={
                "columns": 2,
                "names": None,
                "categories": None,
                "mean": 0.0,
                "scale": 0.0,
                "fill": None,
            }
        ),
        "encoder: cannot be restored: lengths or values do not fit each other",
    ),
    "encoder for other inputs": (
        changed(
            encoder={
                "columns": 1,
                "names": None,
                "categories": None,
                "mean": 0.0,
                "scale": 1.0,
                "fill": None,
            }
        ),
        "encoder: gives 1 inputs; the network takes 2",
    ),
    "class names of more text than memory": (
        changed(targets={"classes": ["a" * 10**6] + ["b"] * 1000}),
        "targets: classes: 1,001 texts of up to 1,000,000 characters; they may take "
        "1,073,741,824 bytes",
    ),
    "class names of objects": (
        changed(targets={**good_values()["targets"], "dtype": "V8"}),
        "targets: cannot be restored: ",
    ),
    "a class twice": (
        changed(targets={**good_values()["targets"], "classes": ["a", "b", "a"]}),
        "targets: cannot be restored: its values do not fit each other",
    ),
    "targets empty": (changed(targets={}), "targets: "),
    "trained a text": (changed(trained="yes"), "trained: expected an object; got 'yes'"),
    "image_shape of three": (
        changed(image_shape=[2, 2, 2]),
        "image_shape: expected (height, width) or None; got (2, 2, 2)",
    ),
    "image_shape of another image": (
        changed(image_shape=[10**9, 10**9]),
        "image_shape: expected (height, width) or None with a product of 2, the values of a row; "
        "got (1000000000, 1000000000)",
    ),
    "image_shape of lists": (
        changed(image_shape=[[1], [2]]),
        "image_shape: expected (height, width) or None; got ([1], [2])",
    ),
    # the networks of a bag
    "bag: a text": (changed(bag="2"), "bag: expected a number; got '2'"),
    "bag: true": (changed(bag=True), "bag: expected a number; got True"),
    "bag: of one": (
        changed(bag=1),
        "bag: expected the number of its networks, from 2 to the number of tensors; got 1",
    ),
    "bag: more networks than tensors": (
        changed(bag=2**60),
        f"bag: expected the number of its networks, from 2 to the number of tensors; got {2**60}",
    ),
    "bag: a member's tensors are missing": (
        changed(bag=2),
        "2/Theta1 is missing; layers (2, 3, 3) have Theta1 to Theta2 for each of 2 networks",
    ),
    "bag: a member's tensor is missing": (
        written({**good_values(), "bag": 2}, THETAS | {"2/Theta1": np.ones((3, 3))}),
        "2/Theta2 is missing; layers (2, 3, 3) have Theta1 to Theta2 for each of 2 networks",
    ),
    "bag: a member of another shape": (
        written(
            {**good_values(), "bag": 2},
            THETAS | {"2/Theta1": np.ones((3, 3)), "2/Theta2": np.ones((4, 3))},
        ),
        "2/Theta2: expected shape (3, 4) for layers (2, 3, 3); got (4, 3)",
    ),
    "bag: a member of another dtype": (
        written(
            {**good_values(), "bag": 2},
            THETAS | {"2/Theta1": np.ones((3, 3), "f"), "2/Theta2": np.ones((3, 4))},
        ),
        "2/Theta1: expected float32 (F32) or float64 (F64), the same in all; got F32",
    ),
    "bag: a member that is not finite": (
        written(
            {**good_values(), "bag": 2},
            THETAS | {"2/Theta1": np.ones((3, 3)), "2/Theta2": np.full((3, 4), np.nan)},
        ),
        "2/Theta2: expected finite numbers; got nan in row 1, column 1 (12 such values)",
    ),
    "bag: members without a count": (
        written(None, THETAS | {"2/Theta1": np.ones((3, 3)), "2/Theta2": np.ones((3, 4))}),
        "'2/Theta1' is one tensor too many; layers (2, 3, 3) have Theta1 to Theta2",
    ),
    # the network
    "network: key missing": (
        changed(network={"layer_sizes": [2, 3, 3]}),
        "network: activation is missing",
    ),
    "network: unknown key": (
        network(costs="softmax"),
        "network: unknown key 'costs' (did you mean \"cost\"?); format version 3 has layer_sizes, "
        "activation, cost, regularization",
    ),
    "network: sizes a text": (
        network(layer_sizes="2,3,3"),
        "network: layer_sizes: expected a list; got '2,3,3'",
    ),
    "network: one layer": (
        network(layer_sizes=[2]),
        "network: layer_sizes: expected an input layer and an output layer at least; got (2,)",
    ),
    "network: size 0": (
        network(layer_sizes=[2, 0, 3]),
        "network: layer_sizes: expected whole numbers of at least 1; got (2, 0, 3)",
    ),
    "network: size 2.5": (
        network(layer_sizes=[2, 2.5, 3]),
        "network: layer_sizes: expected whole numbers of at least 1; got (2, 2.5, 3)",
    ),
    "network: activation a list": (
        network(activation=["relu"]),
        "network: activation: expected text; got ['relu']",
    ),
    "network: activation unknown": (
        network(activation="rellu"),
        "network: activation: expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; "
        "got 'rellu' "
        '(did you mean "relu"?)',
    ),
    "network: lambda true": (
        network(regularization=True),
        "network: regularization: expected a number; got True",
    ),
    "network: lambda negative": (
        network(regularization=-1),
        "network: regularization: expected a finite number of at least 0; got -1",
    ),
    "network: more units than memory": (
        network(layer_sizes=[2, 10**4000, 3]),
        "network: layer_sizes: a layer of more than 1,073,741,824 units",
    ),
    "network: more parameters than memory": (
        network(layer_sizes=[10**6, 10**6, 3]),
        "network: 1,000,004,000,003 parameters; a model file may hold 1,073,741,824",
    ),
    # the numbers
    "Theta2 missing": (
        written(tensors={"Theta1": THETAS["Theta1"]}),
        "network: layer_sizes: 3 layers, and the file holds 1 tensors: Theta1 to Theta2 are needed",
    ),
    "Theta3 too many": (
        written(tensors={**THETAS, "Theta3": np.ones((1, 1))}),
        "'Theta3' is one tensor too many; layers (2, 3, 3) have Theta1 to Theta2",
    ),
    "another network's Theta": (
        written(tensors={**THETAS, "Theta1": np.ones((3, 4))}),
        "Theta1: expected shape (3, 3) for layers (2, 3, 3); got (3, 4)",
    ),
    "sizes that the numbers do not have": (
        network(layer_sizes=[2, 30_000, 3]),
        "Theta1: expected shape (30000, 3) for layers (2, 30000, 3); got (3, 3)",
    ),
    "Theta of whole numbers": (
        written(tensors={name: Theta.astype("i8") for name, Theta in THETAS.items()}),
        "Theta1: expected float32 (F32) or float64 (F64), the same in all; got I64",
    ),
    "Theta of half precision": (
        written(tensors={name: Theta.astype("f2") for name, Theta in THETAS.items()}),
        "Theta1: expected float32 (F32) or float64 (F64), the same in all; got F16",
    ),
    "Thetas of two dtypes": (
        written(tensors={**THETAS, "Theta2": THETAS["Theta2"].astype("f4")}),
        "Theta2: expected float32 (F32) or float64 (F64), the same in all; got F32",
    ),
    "NaN in Theta": (
        written(tensors={**THETAS, "Theta2": np.array([[1.0] * 4, [1, 1, np.nan, 1], [1.0] * 4])}),
        "Theta2: expected finite numbers; got nan in row 2, column 3 (1 such values)",
    ),
    "infinite Theta": (
        written(tensors={**THETAS, "Theta1": np.full((3, 3), -np.inf)}),
        "Theta1: expected finite numbers; got -inf in row 1, column 1 (9 such values)",
    ),
    # the parts do not fit together
    "classes do not match outputs": (
        changed(targets=Targets.fit(["a", "b", "c", "d"]).to_dict()),
        "targets: 4 classes need 4 output units under the softmax cost; the network has 3",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_one_typed_error_that_says_what_is_wrong(tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    content, message = HOSTILE[case]
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError) as caught:
        load(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: {message}")
    assert "\n" not in said
    assert len(said) < len(str(path)) + 400
    assert os.listdir(tmp_path) == ["model.safetensors"]


def test_the_table_starts_from_a_file_that_is_read(tmp_path):
    (tmp_path / "model").write_bytes(GOOD)
    assert load(tmp_path / "model").network == NETWORK


def test_every_cut_and_every_flipped_byte_of_the_frame(tmp_path):
    """A cut file is refused at every length; a flipped byte is refused or changes a number only."""
    path = tmp_path / "model"
    save(Model(Network((2, 1)), [-30, 20, 20], Targets.fit([0, 1], "classification")), path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=r"is cut|is empty"):
            load(path)
    for i in range(len(whole)):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 0x81]) + whole[i + 1 :])
        try:
            load(path)
        except ModelFileError as error:
            assert "\n" not in str(error)  # noqa: PT017  both outcomes are right


def test_paths_that_are_no_files(tmp_path):
    save(
        Model(NETWORK, np.ones(NETWORK.n_parameters), Targets.fit(["1", "2", "3"])),
        tmp_path / "digits.safetensors",
    )
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    there = f"expected a model file; in the folder {tmp_path}: digits.safetensors"
    cases = {
        tmp_path / "digts.safetensors": (
            f"{tmp_path}/digts.safetensors: there is no such file "
            '(did you mean "digits.safetensors"?)'
        ),
        tmp_path / "digits": (
            f'{tmp_path}/digits: there is no such file (did you mean "digits.safetensors"?)'
        ),
        tmp_path / "zzz": f"{tmp_path}/zzz: there is no such file; {there}",
        tmp_path / "no" / "a": f"{tmp_path}/no/a: not there, and nor is the folder {tmp_path}/no",
        tmp_path: f"{tmp_path}: is a folder; {there}",
        tmp_path / "empty": (
            f"{tmp_path}/empty: is a folder; no .safetensors file stands in the folder "
            f"{tmp_path}/empty"
        ),
        tmp_path / "pipe": f"{tmp_path}/pipe: is a device or a pipe; a model file is a file",
        tmp_path / ("n" * 300): f"{tmp_path}/{'n' * 300}: cannot be read: file name too long",
        "": "expected the name of a model file; got ''",
        "a\0b": "expected the name of a model file; got 'a\\x00b'",
        7: "expected the name of a model file; got 7",
    }
    for path, message in cases.items():
        with pytest.raises(ModelFileError) as caught:
            load(path)
        assert str(caught.value) == message


def test_a_file_without_permission(tmp_path, monkeypatch):
    (tmp_path / "model").write_bytes(GOOD)

    def fail(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", fail)
    with pytest.raises(ModelFileError, match=r"model: cannot be read: permission denied$"):
        load(tmp_path / "model")


def test_a_checkpoint_is_called_one(tmp_path):
    from clearprop.engines.protocol import TrainingState

    save_checkpoint(Checkpoint(TrainingState(np.zeros(3), (), 0)), tmp_path / "run")
    with pytest.raises(ModelFileError, match=r"expected a model file; this is a checkpoint$"):
        load(tmp_path / "run")


def test_sizes_that_would_exhaust_memory_are_refused_before_anything_is_allocated(tmp_path):
    """8 GiB of numbers that take no room on the disk."""
    path = tmp_path / "model"
    values = {
        **good_values(),
        "network": {**good_values()["network"], "layer_sizes": [2**20, 2**10, 3]},
    }
    ends = [(2**20 + 1) * 2**10 * 8, ((2**20 + 1) * 2**10 + 3 * (2**10 + 1)) * 8]
    header = framed(
        {
            "__metadata__": {"clearprop": json.dumps(values)},
            "Theta1": tensor("F64", [2**10, 2**20 + 1], 0, ends[0]),
            "Theta2": tensor("F64", [3, 2**10 + 1], *ends),
        }
    )
    with open(path, "wb") as file:
        file.write(header)
        file.truncate(len(header) + ends[1])  # a hole: no block is taken
    with pytest.raises(ModelFileError, match=r"1,073,745,923 parameters; a model file may hold"):
        load(path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold to the limit")
def test_too_little_memory_is_one_sentence(tmp_path):
    """A file within the limit, on a machine that is too small for it."""
    network = Network((2**14, 2**12, 3), cost="softmax")
    values = {
        **good_values(),
        "network": {**good_values()["network"], "layer_sizes": list(network.layer_sizes)},
    }
    ends = np.cumsum([rows * columns * 8 for rows, columns in network.block_shapes]).tolist()
    (_, columns), (rows, _) = network.block_shapes
    header = framed(
        {
            "__metadata__": {"clearprop": json.dumps(values)},
            "Theta1": tensor("F64", [columns, 2**14 + 1], 0, ends[0]),
            "Theta2": tensor("F64", [3, rows], *ends),
        }
    )
    with open(tmp_path / "model", "wb") as file:
        file.write(header)
        file.truncate(len(header) + ends[1])
    program = (
        "import resource, sys; from clearprop.storage.model_file import load;"
        "from clearprop.errors import ModelFileError; import safetensors.numpy;"
        f"resource.setrlimit(resource.RLIMIT_DATA, ({2**28}, {resource.RLIM_INFINITY}))\n"
        "try: load(sys.argv[1])\n"
        "except ModelFileError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "model"],
        check=True, capture_output=True, text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.stdout == f"{tmp_path}/model: not enough memory to read it\n"


def test_a_twin_among_many_names_is_found_in_time_that_grows_with_them(tmp_path):
    """One name of 200,000 stands twice; to count each one would take minutes."""
    many = ",".join(f'"k{i}":0' for i in range(200_000))
    path = tmp_path / "model.safetensors"
    path.write_bytes(written('{"format_version":2,"z":{' + many + ',"k199999":1}}'))
    with pytest.raises(ModelFileError, match="the name 'k199999' stands in it twice"):
        load(path)
