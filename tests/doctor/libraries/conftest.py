"""Tests that need PyTorch, JAX or Octave. They are skipped where it is absent; `make
doctor-libraries` installs all three, and fails where one is missing all the same."""

import importlib.util
import shutil

import pytest

from clearprop.doctor.examine import diagnose_callee
from clearprop.doctor.learner.files import InFile
from clearprop.doctor.stated import Stated


def pytest_addoption(parser):
    parser.addoption(
        "--require-libraries", action="store_true", help="fail where a library is absent"
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "needs(name): a library, or the program octave")


def pytest_runtest_setup(item):
    for mark in item.iter_markers("needs"):
        (name,) = mark.args
        there = shutil.which if name == "octave" else importlib.util.find_spec
        if there(name) is None:
            required = item.config.getoption("--require-libraries", default=False)
            (pytest.fail if required else pytest.skip)(f"{name} is absent")


@pytest.fixture
def diagnosed(tmp_path):
    """Diagnose a file with this text, as `clearprop doctor FILE:ENTRY` does."""

    def diagnose(text, entry="", file="mine.py", layers=(4, 5, 3), **stated):
        path = tmp_path / file
        path.write_text(text, encoding="utf-8")
        target = f"{path}:{entry}" if entry else str(path)
        # The machine may be busy; how long it takes is no question here.
        with InFile.parse(target).open(time_limit=180.0) as callee:
            return diagnose_callee(callee, Stated(layers, **stated))

    return diagnose


@pytest.fixture
def verdict(diagnosed):
    """The verdict on a file, and the ids of causes and conventions."""

    def judge(*arguments, **stated):
        found = diagnosed(*arguments, **stated)
        ids = [cause.id for cause in found.causes]
        conventions = [convention.id for convention in found.conventions]
        return found.verdict, ids, conventions

    return judge
