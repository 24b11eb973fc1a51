"""Every test and every doctest leaves the process as it found it."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

try:
    import hypothesis
except ImportError:  # the conformance table runs without it, as under QEMU
    pass
else:  # a slow machine is no failure
    hypothesis.settings.register_profile("clearprop", deadline=None)
    hypothesis.settings.load_profile("clearprop")


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
        "environment": {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
        "NumPy": dict(np.geterr()),
        "Matplotlib": dict.copy(matplotlib.rcParams) if matplotlib else {},
    }
    return {(part, key): value for part, values in found.items() for key, value in values.items()}


def _changes(
    before: dict[tuple[str, str], object], after: dict[tuple[str, str], object], modules: set[str]
) -> list[str]:
    if before == after:
        return []
    loaded = {name.partition(".")[0] for name in sys.modules.keys() - modules}
    excused = {"Matplotlib"} if "matplotlib" in loaded else set()  # it had no settings before
    if loaded - sys.stdlib_module_names:
        excused.add("environment")  # libraries set variables when they are imported
    return [
        f"{part}, {key}: {before.get((part, key))!r} became {after.get((part, key))!r}"
        for part, key in sorted({*before, *after})
        if before.get((part, key)) != after.get((part, key))
        and not (part in excused and (part, key) not in before)
    ]


@cache
def _libraries(modules: int) -> ThreadpoolController:
    """The libraries that have threads; to look for them takes longer than most tests."""
    return ThreadpoolController()


@pytest.fixture
def changes() -> Callable[[], list[str]]:
    """What has changed in the process since the test began."""
    libraries = _libraries(len(sys.modules))
    before, modules = _settings(libraries), set(sys.modules)
    return lambda: _changes(before, _settings(libraries), modules)


@pytest.fixture(autouse=True)
def as_before(changes: Callable[[], list[str]]) -> Iterator[None]:
    """Fail a test that leaves the process changed."""
    yield
    assert changes() == []
