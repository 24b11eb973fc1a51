"""What several rooms' tests share."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # import_statements.py
# planted.py and learners/: learners' files, and mistakes planted into them.
sys.path.insert(0, str(Path(__file__).parent / "doctor"))
# pupils.py: pupils that fill in sheets, and what the marks of many of them come to.
sys.path.insert(0, str(Path(__file__).parent / "exercise"))

# The tests hold English texts, whatever this system speaks.
for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
    if os.environ.get(name, "").lower().startswith("zh"):
        os.environ[name] = "C.UTF-8"

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; tests that need it are skipped without it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data are not beside this repository")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def ctrl_c() -> Iterator[None]:
    """Ctrl-C works as in a terminal, also for tests in the background, where it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
