"""The job `doctor` on files."""

import pytest

from clearprop.experiment.doctor import DoctorJob


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "install it there (pip install torch), and ask again"),
        ("zh", "请先安装（pip install torch）"),
    ],
)
def test_a_library_that_is_missing_is_what_is_told(tmp_path, lang, said):
    (tmp_path / "mine.py").write_text(
        "import torch._not_there\n"
        "def grads(X, y, w1, b1, w2, b2):\n"
        "    return X.clamp_min(0.), w1, b1, w2, b2\n"
    )
    job = DoctorJob.of({"function": f"{tmp_path}/mine.py", "layers": "4,5,1", "lang": lang})
    found = job.diagnosis()
    assert found.verdict == "unknown"
    assert found.notes == ()
    assert said in "".join(found.report().split("\n")).replace("askagain", "ask again")


def test_a_library_that_is_missing_and_not_needed_is_no_hindrance(tmp_path):
    (tmp_path / "mine.py").write_text(
        "import torch._not_there\n"
        "import numpy as np\n"
        "def gradient(w, b, X, Y):\n"
        "    h = 1 / (1 + np.exp(-(X @ w + b)))\n"
        "    J = -np.mean(Y * np.log(h) + (1 - Y) * np.log(1 - h))\n"
        "    return J, X.T @ (h - Y) / len(X), np.mean(h - Y)\n"
    )
    found = DoctorJob.of({"function": f"{tmp_path}/mine.py", "layers": "4,1"}).diagnosis()
    assert found.right
    assert [key for key, _ in found.notes] == ["top-level-failed"]
