"""What the engines' tests share."""

import sys

import pytest


@pytest.fixture(scope="session")
def python() -> list[str]:
    """How a test starts another interpreter: like this one, so that it runs the same core.

    The sanitizers' builds are reached with `-S`, past the development install.
    """
    return [sys.executable, *(["-S"] if sys.flags.no_site else [])]
