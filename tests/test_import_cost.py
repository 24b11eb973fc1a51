"""``import clearprop`` costs little more than NumPy does: counted in modules, not in seconds."""

import subprocess
import sys

import pytest

HEAVY = (
    "jax",
    "matplotlib",
    "pandas",
    "polars",
    "rich",
    "safetensors",
    "scipy",
    "sklearn",
    "threadpoolctl",
    "torch",
    "typer",
)


def loaded(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def beyond_numpy() -> set[str]:
    """What ``import clearprop`` loads that NumPy does not."""
    return loaded("import clearprop") - loaded("import numpy, numpy.typing")


def test_nothing_heavy_is_loaded() -> None:
    packages = {name.partition(".")[0] for name in loaded("import clearprop")}
    assert packages.isdisjoint(HEAVY)
    assert {"clearprop", "numpy"} <= packages


def test_few_modules_are_loaded_beyond_numpys(beyond_numpy: set[str]) -> None:
    # The engines' and the network's own, and a few of the standard library (dataclasses, ...).
    ours = {name for name in beyond_numpy if name.partition(".")[0] == "clearprop"}
    others = beyond_numpy - ours
    assert len(ours) <= 19, sorted(ours)
    assert len(others) <= 8, sorted(others)
    packages = {name.partition(".")[0] for name in others}
    assert packages <= set(sys.stdlib_module_names), sorted(packages)


@pytest.mark.parametrize(
    "use",
    [
        "clearprop.Network((2, 3, 1))",
        "clearprop.initial_theta(clearprop.Network((2, 3, 1)), 0)",
        "clearprop.cost_and_gradient(clearprop.Network((2, 1)), [0, 0, 0], [[1, 2]], [1])",
        "clearprop.predict(clearprop.Network((2, 1)), [0, 0, 0], [[1, 2]])",
        "dir(clearprop)",
    ],
)
def test_the_reference_way_needs_no_scikit_learn_and_no_reader(use: str) -> None:
    packages = {name.partition(".")[0] for name in loaded(f"import clearprop\n{use}")}
    assert packages.isdisjoint(HEAVY)
