"""What the figures' tests share."""

import pytest

from clearprop.figures.drawing import chinese_font


@pytest.fixture(scope="session")
def chinese() -> str:
    """The Chinese font that is installed; tests that draw with one are skipped without it."""
    found = chinese_font()
    if found is None:
        pytest.skip("no Chinese font is installed (Debian: fonts-wqy-zenhei)")
    return found
