"""Every test and every doctest leaves the process as it found it."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import cache

import hypothesis
import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

# A slow machine is no failure.
hypothesis.settings.register_profile("clearprop", deadline=None)
hypothesis.settings.load_profile("clearprop")

# The environment changes for other reasons too: pytest names the test in it, and libraries set
# variables when they are imported, for threads that they start later.
OTHERS = {"PYTEST_CURRENT_TEST", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"}


def _settings(libraries: ThreadpoolController) -> dict[tuple[str, str], object]:
    """What a test could change for all that run after it; pytest looks after warnings itself."""
    matplotlib = sys.modules.get("matplotlib")
    found: dict[str, dict[str, object]] = {
        "process": {
            "denormals are flushed to zero": bool(np.float64(5e-324) * np.float64(1) == 0),
            "working directory": os.getcwd(),
            "Ctrl-C": signal.getsignal(signal.SIGINT),
        },
        "threads": {lib.filepath: lib.num_threads for lib in libraries.lib_controllers},
        "environment": {k: v for k, v in os.environ.items() if k not in OTHERS},
        "NumPy": dict(np.geterr()),
        "Matplotlib": dict.copy(matplotlib.rcParams) if matplotlib else {},
    }
    return {(part, key): value for part, values in found.items() for key, value in values.items()}


def _changes(
    before: dict[tuple[str, str], object], after: dict[tuple[str, str], object]
) -> list[str]:
    if before == after:
        return []
    if not any(part == "Matplotlib" for part, _ in before):  # loaded meanwhile
        after = {key: value for key, value in after.items() if key[0] != "Matplotlib"}
    return [
        f"{part}, {key}: {before.get((part, key))!r} became {after.get((part, key))!r}"
        for part, key in sorted({*before, *after})
        if before.get((part, key)) != after.get((part, key))
    ]


@cache
def _libraries(modules: int) -> ThreadpoolController:
    """The libraries that have threads; to look for them takes longer than most tests."""
    return ThreadpoolController()


@pytest.fixture
def changes() -> Callable[[], list[str]]:
    """What has changed in the process since the test began."""
    libraries = _libraries(len(sys.modules))
    before = _settings(libraries)
    return lambda: _changes(before, _settings(libraries))


@pytest.fixture(autouse=True)
def as_before(changes: Callable[[], list[str]]) -> Iterator[None]:
    """Fail a test that leaves the process changed."""
    yield
    assert changes() == []
