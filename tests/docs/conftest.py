"""Both sites, built once for all tests, whichever process asks first."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SITE = HERE.parents[1] / "docs" / "site"
sys.path[:0] = [str(HERE), str(SITE)]  # sources.py; what runs the pages is no part of the package


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with ``en/`` and ``zh/``, built by the script of `make docs`, both at a time."""
    for tool in ("sphinx", "myst_parser", "furo", "sphinx_copybutton", "jieba", "nbformat"):
        pytest.importorskip(tool)
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the workers' own folders lie in it
    folder = base / "site"
    with (base / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = base / "site-unfinished"
            built = subprocess.run(
                [sys.executable, str(SITE / "build.py"), str(unfinished)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert built.returncode == 0, built.stdout
            unfinished.rename(folder)
    return folder
