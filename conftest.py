"""Lets the tests and the examples run on an install without the native core."""

from importlib.util import find_spec

import pytest

WITHOUT_CORE = find_spec("clearprop.engines._core") is None

collect_ignore = ["src/clearprop/engines/native.py"] if WITHOUT_CORE else []


def pytest_configure(config: pytest.Config) -> None:
    """Training warns there, once in a process: expected in whichever test is the first."""
    if WITHOUT_CORE:
        config.addinivalue_line("filterwarnings", "ignore:the native core is not installed")
