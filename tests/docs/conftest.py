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
    """A folder with ``en/`` and ``zh/``, built as `make docs` builds them, both at a time."""
    folder = tmp_path_factory.mktemp("site")
    builds = {}
    for language in ("en", "zh"):
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        command += ["--config-file", str(SITE / f"{language}.yml")]
        command += ["--site-dir", str(folder / language)]
        builds[language] = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    for language, build in builds.items():
        said, _ = build.communicate()
        assert build.returncode == 0, f"{language}: {said}"
    return folder
