"""A function in a file is found by its name."""

from pathlib import Path

import pytest

from clearprop.doctor.learner.files import InFile
from clearprop.errors import ParameterError


def test_file_and_function_are_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("mine.py", "nnCostFunction.m", "odd:name.m"):
        Path(name).write_text("")
    assert InFile.parse("mine.py:f") == (Path("mine.py"), "f")
    assert InFile.parse("nnCostFunction.m") == (Path("nnCostFunction.m"), "nnCostFunction")
    assert InFile.parse("nnCostFunction.m:g") == (Path("nnCostFunction.m"), "g")
    assert InFile.parse("odd:name.m") == (Path("odd:name.m"), "odd:name")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            "mine.py",
            "mine.py: expected FILE.py:FUNCTION, such as my_network.py:cost_function, or FILE.m",
        ),
        ("gone.py:f", "gone.py: no such file; expected FILE.py:FUNCTION or FILE.m"),
        ("gone.m", "gone.m: no such file; expected FILE.py:FUNCTION or FILE.m"),
    ],
)
def test_what_is_no_function_in_a_file_is_refused(tmp_path, monkeypatch, target, message):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("")
    with pytest.raises(ParameterError) as caught:
        InFile.parse(target)
    assert str(caught.value) == message


def test_a_function_that_the_file_lacks_is_refused(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("def g(theta):\n    return 0, theta\n")
    with pytest.raises(ParameterError, match=r"mine.py has no function 'f'; it has g$"):
        InFile(path, "f").open(20.0)
