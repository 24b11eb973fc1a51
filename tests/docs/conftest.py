"""Both sites, built once for all tests."""

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
    folder = tmp_path_factory.mktemp("site")
    builds = {
        language: subprocess.Popen(
            [sys.executable, str(SITE / "build.py"), str(folder), language],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for language in ("en", "zh")
    }
    for language, build in builds.items():
        said, _ = build.communicate()
        assert build.returncode == 0, f"{language}: {said}"
    return folder
