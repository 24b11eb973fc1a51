"""The house's floors: imports run downwards only, and each library has its own rooms.

An import under ``if TYPE_CHECKING:`` loads nothing, so it may name any library. The floors hold for
it all the same, since a room that speaks of the types above it knows too much.
"""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from import_statements import imports

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "clearprop"

FLOORS = {
    "errors": 0,
    "faces": 0,
    "language": 0,
    "messages": 0,
    "names": 0,
    "page": 1,
    "server": 1,
    "choices": 1,
    "network": 1,
    "data": 1,
    "engines": 2,
    "foreign": 2,
    "web": 2,
    "gradients": 3,
    "doctor": 4,
    "explain": 4,
    "model": 3,
    "notebook": 4,
    "storage": 4,
    "exercise": 5,
    "export": 5,
    "training": 5,
    "experiment": 6,
    "estimators": 6,
    "bench": 7,
    "figures": 7,
    "serve": 7,
    "studio": 7,
    "cli": 7,
    "__main__": 8,
}
# Exceptions to the floors: a room must not import one below, and rooms may import one beside them.
APART = {("training", "explain")}
BESIDE = {
    ("cli", "bench"),
    ("cli", "figures"),
    ("cli", "serve"),
    ("cli", "studio"),
    ("studio", "figures"),
}

LIBRARIES: dict[str, set[str]] = {
    "errors": set(),
    "faces": set(),
    "language": set(),
    "messages": set(),
    "names": set(),
    "notebook": set(),
    "page": set(),
    "server": set(),
    "choices": set(),
    "network": {"numpy"},
    "data": {"numpy", "polars"},
    "engines": {"numpy"},
    "gradients": {"numpy"},
    "doctor": {"numpy"},
    "exercise": {"numpy"},
    "explain": {"latex2mathml", "numpy"},
    "export": {"numpy", "onnx", "polars"},
    "foreign": {"numpy", "onnx"},
    "model": {"numpy"},
    "web": {"numpy"},
    "storage": {"numpy", "safetensors"},
    "training": {"numpy", "scipy"},
    "experiment": {"numpy"},
    "estimators": {"numpy", "sklearn"},
    "bench": {"jax", "numpy", "sklearn", "torch"},  # the peers, where they are installed
    "cli": {"clearprop_command", "numpy", "polars", "rich", "typer"},
    "figures": {"matplotlib", "numpy"},
    "serve": {"numpy", "polars"},
    "studio": {"numpy"},
    "__main__": set(),
}
# Files that stand apart from their room: an engine and its back end; the equations, which are
# handed their array library.
FILES: dict[str, set[str]] = {
    "engines/native.py": {"numpy"},
    "engines/blas.py": {"threadpoolctl"},
    "engines/data_parallel.py": {"jax", "numpy"},
    "engines/joining.py": {"jax"},
    "engines/team.py": {"jax", "numpy"},
    "engines/watchdog.py": {"jax"},
    "engines/jax_functions.py": {"jax"},
    "engines/jax_session.py": {"jax", "numpy"},
    "data/readers/arff.py": {"numpy", "polars", "scipy"},
    "network/activations.py": set(),
    "network/costs.py": set(),
    "network/equations.py": set(),
    "export/onnx/compare.py": {"numpy", "onnxruntime", "polars"},
    "export/onnx/int8.py": {"numpy", "onnxruntime"},
    "export/onnx/__init__.py": {"numpy", "onnxruntime"},
    "estimators/onnx_converter.py": {"numpy", "onnx", "skl2onnx"},
    "serve/protocol.py": {"uvicorn"},
    "serve/server.py": {"starlette", "uvicorn"},
    "studio/server.py": {"starlette", "uvicorn"},
}
# Engines that an install can lack.
OPTIONAL = {"native"}


def problems(path: str, source: str) -> list[str]:
    """The forbidden imports of a file. `path` is relative to the package."""
    own = path.split("/")[0].removesuffix(".py")
    if own not in FLOORS:
        return [f"{path}: the room {own!r} stands on no floor yet; give it one in {__name__}"]
    found = []
    for line, name, for_types, in_function in imports(source):
        first, _, rest = name.partition(".")
        rule = None
        if name.startswith("."):
            rule = "imports name the whole path from clearprop down"
        elif first == "clearprop":
            rule = _room_rule(path, own, rest.split(".")[0], rest, in_function)
        elif first not in sys.stdlib_module_names and not for_types:
            allowed = FILES.get(path, LIBRARIES[own])
            if first not in allowed:
                listed = ", ".join(["the standard library", *sorted(allowed)])
                place = path if path in FILES else own
                rule = f"{place} imports of libraries only {listed}"
        if rule:
            found.append(f"src/clearprop/{path}:{line}: imports {name}: {rule}")
    return found


def _room_rule(path: str, own: str, room: str, rest: str, in_function: bool) -> str | None:
    if room == "__version__":
        return None
    if room not in FLOORS:
        return "rooms import each other's modules, not the package's front door"
    if (own, room) in APART:
        return f"{own} never imports {room}"
    if room == own:
        engine = rest.removeprefix("engines.").split(".")[0]
        if path == "engines/choice.py" and engine in OPTIONAL and not in_function:
            return "an optional engine loads when it is chosen, inside a function"
        return None
    if FLOORS[room] >= FLOORS[own] and (own, room) not in BESIDE:
        return f"{own} (floor {FLOORS[own]}) imports only floors below; {room} is {FLOORS[room]}"
    return None


def files() -> list[str]:
    """Every module of the package but the front door, which opens onto every room."""
    found = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
    return [path for path in found if path != "__init__.py"]


@pytest.mark.parametrize("path", files())
def test_imports_run_downwards_only(path: str) -> None:
    found = problems(path, (PACKAGE / path).read_text(encoding="utf-8"))
    assert not found, "\n" + "\n".join(found)


def test_every_library_is_declared() -> None:
    project = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text())["project"]
    extras = [name for listed in project["optional-dependencies"].values() for name in listed]
    declared = {
        re.split(r"[^a-z0-9]", name.lower())[0] for name in [*project["dependencies"], *extras]
    }
    declared = {"sklearn" if name == "scikit" else name for name in declared}
    used = {
        (name.partition(".")[0], path)
        for path in files()
        for _, name, for_types, _ in imports((PACKAGE / path).read_text(encoding="utf-8"))
        if not for_types and name.partition(".")[0] not in sys.stdlib_module_names
    }
    undeclared = sorted(f"{path}: {name}" for name, path in used if name not in declared)
    ours = (": clearprop", ": clearprop_command")
    undeclared = [line for line in undeclared if not line.endswith(ours)]
    assert not undeclared, "not in pyproject.toml's dependencies:\n" + "\n".join(undeclared)


def test_the_tables_have_one_row_a_room_and_no_other() -> None:
    assert set(LIBRARIES) == set(FLOORS)
    assert {path.split("/")[0].removesuffix(".py") for path in files()} == set(FLOORS)
    assert set(FILES) <= set(files())
    assert len(files()) > 10


def test_no_folder_holds_more_than_its_share_of_the_lines() -> None:
    """Of all lines of Python at most 15 % stand in the files of one folder."""
    lines: dict[str, int] = {}
    for path in PACKAGE.rglob("*.py"):
        folder = path.parent.relative_to(PACKAGE.parent).as_posix()
        lines[folder] = lines.get(folder, 0) + len(path.read_text(encoding="utf-8").splitlines())
    folder = max(lines, key=lambda name: lines[name])
    share = lines[folder] / sum(lines.values())
    assert share <= 0.15, f"{folder} holds {share:.1%} of the lines: make two rooms of it"


def test_the_front_door_loads_what_costs_no_more_than_numpy() -> None:
    source = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    at_once = {
        name.split(".")[1]
        for _, name, for_types, in_function in imports(source)
        if name.startswith("clearprop.") and not for_types and not in_function
    }
    assert at_once == {"engines", "errors", "faces", "network"}


@pytest.mark.parametrize(
    ("path", "source", "message"),
    [
        (
            "network/a.py",
            "import numpy\nfrom clearprop.engines.evaluate import predict",
            "src/clearprop/network/a.py:2: imports clearprop.engines.evaluate.predict: "
            "network (floor 1) imports only floors below; engines is 2",
        ),
        (
            "data/a.py",
            "def f():\n    from clearprop import network",
            "src/clearprop/data/a.py:2: imports clearprop.network: "
            "data (floor 1) imports only floors below; network is 1",
        ),
        (
            "engines/protocol.py",
            "if TYPE_CHECKING:\n    import torch\n    import clearprop.training.loop",
            "src/clearprop/engines/protocol.py:3: imports clearprop.training.loop: "
            "engines (floor 2) imports only floors below; training is 5",
        ),
        (
            "model.py",
            "def f():\n    def g():\n        import scipy.optimize",
            "src/clearprop/model.py:3: imports scipy.optimize: "
            "model imports of libraries only the standard library, numpy",
        ),
        (
            "data/digits.py",
            "from sklearn.datasets import load_digits",
            "src/clearprop/data/digits.py:1: imports sklearn.datasets.load_digits: "
            "data imports of libraries only the standard library, numpy, polars",
        ),
        (
            "network/equations.py",
            "import math\nimport numpy as np",
            "src/clearprop/network/equations.py:2: imports numpy: "
            "network/equations.py imports of libraries only the standard library",
        ),
        (
            "errors.py",
            "if TYPE_CHECKING:\n    import numpy\nelse:\n    import numpy.random",
            "src/clearprop/errors.py:4: imports numpy.random: "
            "errors imports of libraries only the standard library",
        ),
        (
            "engines/other.py",
            "import jax.numpy as jnp",
            "src/clearprop/engines/other.py:1: imports jax.numpy: "
            "engines imports of libraries only the standard library, numpy",
        ),
        (
            "engines/choice.py",
            "from clearprop.engines.native import NativeEngine",
            "src/clearprop/engines/choice.py:1: imports "
            "clearprop.engines.native.NativeEngine: "
            "an optional engine loads when it is chosen, inside a function",
        ),
        (
            "training/loop.py",
            "import clearprop.explain",
            "src/clearprop/training/loop.py:1: imports clearprop.explain: "
            "training never imports explain",
        ),
        (
            "cli/a.py",
            "from clearprop import Network",
            "src/clearprop/cli/a.py:1: imports clearprop.Network: "
            "rooms import each other's modules, not the package's front door",
        ),
        (
            "network/a.py",
            "from . import equations",
            "src/clearprop/network/a.py:1: imports .equations: "
            "imports name the whole path from clearprop down",
        ),
        (
            "data/a.py",
            'from importlib import import_module\nimport_module("clearprop.model")',
            "src/clearprop/data/a.py:2: imports clearprop.model: "
            "data (floor 1) imports only floors below; model is 3",
        ),
        (
            "attic/a.py",
            "",
            f"attic/a.py: the room 'attic' stands on no floor yet; give it one in {__name__}",
        ),
    ],
)
def test_an_import_that_must_not_be_is_named(path: str, source: str, message: str) -> None:
    assert problems(path, source) == [message]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("estimators/a.py", "import numpy\nfrom sklearn.base import BaseEstimator"),
        ("storage/a.py", "from clearprop.model import Model\nfrom clearprop import __version__"),
        ("engines/choice.py", "def f():\n    from clearprop.engines.native import NativeEngine"),
        ("engines/choice.py", "from clearprop.engines.reference import ReferenceEngine"),
        ("engines/blas.py", "import threadpoolctl\nfrom clearprop.network import equations"),
        ("errors.py", "import difflib\nif typing.TYPE_CHECKING:\n    import numpy"),
        ("cli/a.py", "from clearprop.bench import run"),
    ],
)
def test_an_import_that_may_be_is_let_through(path: str, source: str) -> None:
    assert problems(path, source) == []
