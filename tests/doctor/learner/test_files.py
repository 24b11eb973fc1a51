"""What is to be examined is found by its file and name."""

from pathlib import Path

import pytest

from clearprop.doctor.learner.files import InFile
from clearprop.doctor.learner.problems import spoken
from clearprop.errors import ParameterError


def test_file_and_entry_are_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("mine.py", "n.ipynb", "nnCostFunction.m", "odd:name.m"):
        Path(name).write_text("")
    assert InFile.parse("mine.py:f") == (Path("mine.py"), "f")
    assert InFile.parse("mine.py:Network.backprop") == (Path("mine.py"), "Network.backprop")
    assert InFile.parse("mine.py:cost,gradient") == (Path("mine.py"), "cost,gradient")
    assert InFile.parse("mine.py") == (Path("mine.py"), "")
    assert InFile.parse("n.ipynb") == (Path("n.ipynb"), "")
    assert InFile.parse("nnCostFunction.m") == (Path("nnCostFunction.m"), "nnCostFunction")
    assert InFile.parse("nnCostFunction.m:g") == (Path("nnCostFunction.m"), "g")
    assert InFile.parse("odd:name.m") == (Path("odd:name.m"), "odd:name")


@pytest.mark.parametrize("target", ["gone.py:f", "gone.py", "gone.m"])
def test_a_file_that_is_not_there_is_refused_in_both_languages(target):
    file = target.split(":")[0]
    with pytest.raises(ParameterError) as caught:
        InFile.parse(target)
    assert str(caught.value) == (
        f"{file}: no such file; expected FILE, FILE:FUNCTION or FILE:CLASS.METHOD"
    )
    assert spoken(caught.value.problems, "zh") == [
        f"{file}：没有这个文件；应当写成 文件、文件:函数 或 文件:类.方法"
    ]


def test_an_entry_that_the_file_lacks_is_refused(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "import numpy\ndef gradient(theta):\n    return 0, theta\n"
        "class Net:\n    def backprop(self):\n        pass\n    def _own(self):\n        pass\n"
    )
    for name in ("gradeint", "gradient,gradeint"):
        with pytest.raises(ParameterError) as caught:
            InFile(path, name).open(20.0)
        assert str(caught.value) == (
            f"{path}: has no 'gradeint' (did you mean gradient?); it has gradient, Net, "
            "Net.backprop"
        )
    assert spoken(caught.value.problems, "zh") == [
        f"{path}：其中没有 'gradeint'（你是不是指 gradient？）；有的是 gradient, Net, Net.backprop"
    ]


def test_an_entry_that_is_missing_because_a_statement_failed_is_told(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from nowhere_at_all import Base\nclass Net(Base):\n    pass\n")
    with pytest.raises(ParameterError, match="has no 'Net'; it has -") as e:
        InFile(path, "Net").open(20.0)
    assert "No module named 'nowhere_at_all'" in str(e.value)
    assert f"{path}, line 1" in str(e.value)
