"""Definitions are taken, although the rest of a file fails; nothing draws, asks or waits."""

import json
import time

import numpy as np
import pytest

from clearprop.doctor.learner.child import ChildProcess

ADAPTER = "def adapter(theta):\n    return cost(theta)\n"
COST = "def cost(theta):\n    return (theta**2).sum(), 2 * theta\n"


def loaded(path, code, time_limit=20.0):
    path.write_text(code, encoding="utf-8")
    started = time.monotonic()
    with ChildProcess(path, "", time_limit) as child:
        answer = child.call({"theta": np.arange(3.0)}, "numpy", ADAPTER)
    return child, answer, time.monotonic() - started


SCRIPTS = {
    "plots": (
        "import matplotlib.pyplot as plt\nimport numpy as np\nimport seaborn as sns\n"
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()\nplt.savefig('/nowhere/a.png')\n",
        None,
    ),
    "asks": ("import numpy as np\nname = input('Who? ')\nwhile not name:\n    name = input()\n", 4),
    "asks for a number": ("rate = float(input('rate: '))\nimport numpy as np\n", 1),
    "reads data": (
        "import numpy as np\ndata = np.loadtxt('no-such-file.txt')\nX = data[:, 1:]\n",
        2,
    ),
    "ends itself": ("import sys, numpy as np\nsys.exit(0)\n", None),
    "waits": (
        "import time, numpy as np\nfrom time import sleep\ntime.sleep(60)\nsleep(60)\n",
        None,
    ),
    "trains without an end": (
        "import numpy as np\nwhile True:\n    try:\n        np.ones(3) @ np.ones(3)\n"
        "    except Exception:\n        pass\n",
        (2, 3, 4),
    ),
    "opens windows": (
        "import tkinter, turtle\nimport numpy as np\ntkinter.Tk().mainloop()\n",
        None,
    ),
    "misses a file of its own": ("from helper_nobody_has import f\nimport numpy as np\n", 1),
    "shows progress": (
        "from tqdm import tqdm, trange\nimport numpy as np\nn = 0\n"
        "for i in tqdm(range(3)):\n    n += i\nassert n == 3\n",
        None,
    ),
    "parses arguments": (
        "import argparse, numpy as np\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('data')\noptions = parser.parse_args()\n",
        None,
    ),
    "is meant for pylab": (
        "from pylab import *\nplot(zeros(3))\nshow()\nimport numpy as np\n",
        None,
    ),
    "returns at the top": ("import numpy as np\nreturn\n", 2),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_definitions_are_taken_although_the_top_level(name, tmp_path):
    code, line = SCRIPTS[name]
    child, answer, seconds = loaded(tmp_path / "mine.py", code + COST, 9.0)
    assert child.broken is None
    assert answer.value[0] == 5.0
    assert "cost" in child.survey.names
    assert seconds < 9
    if line is None:
        assert child.failed is None
    else:
        assert child.failed is not None
        assert child.failed.line in (line if isinstance(line, tuple) else (line,))


def test_a_stand_in_gives_no_numbers(tmp_path):
    code = (
        "import matplotlib.pyplot as plt\ndef cost(theta):\n    return plt.imread('a') * 2, theta\n"
    )
    _, answer, _ = loaded(tmp_path / "mine.py", code)
    assert answer.kind == "TypeError"
    assert answer.message == "no numbers come from matplotlib: nothing is drawn in a diagnosis"
    assert answer.line == 3


def test_missing_numeric_libraries_are_not_replaced(tmp_path):
    child, answer, _ = loaded(tmp_path / "mine.py", "import autograd.numpy as np\n" + COST)
    assert "No module named 'autograd'" in str(child.failed)
    assert answer.value[0] == 5.0


def test_a_file_with_the_name_of_a_library(tmp_path):
    for name in ("random.py", "json.py", "numpy.py"):
        code = "import random, json\nrandom.random()\n" + COST
        _, answer, _ = loaded(tmp_path / name, code)
        assert answer.value[0] == 5.0
        (tmp_path / name).unlink()


@pytest.mark.parametrize(
    ("code", "en", "zh"),
    [
        (
            "def cost(theta):\n    print 'J'\n",
            "this is written for Python 2",
            "这是为 Python 2 写的代码",
        ),
        (
            "def cost(theta):\n    try:\n        pass\n    except ValueError, e:\n        pass\n",
            "this is written for Python 2",
            "这是为 Python 2 写的代码",
        ),
        (
            "def cost(theta):\n\tx = 1\n        y = 2\n\treturn x\n",
            "tabs and spaces are mixed in the indentation",
            "缩进中混用了制表符和空格",
        ),
        ("def cost(theta:\n    return 1\n", "'(' was never closed", "'(' was never closed"),
    ],
)
def test_what_is_no_python_is_said_in_both_languages(tmp_path, code, en, zh):
    child, answer, _ = loaded(tmp_path / "mine.py", code)
    assert child.broken == answer
    assert answer.sentence("en").startswith(en)
    assert answer.sentence("zh").startswith(zh)
    assert answer.line > 0
    assert answer.code


def notebook(*cells, **more):
    found = [{"cell_type": kind, "source": source.splitlines(True)} for kind, source in cells]
    return json.dumps({"cells": found, "nbformat": 4, "metadata": {}, **more})


def test_a_notebook_is_read_without_its_magics(tmp_path):
    text = notebook(
        ("markdown", "# Week 5"),
        ("code", "%matplotlib inline\nimport numpy as np\n!pip install nothing\nfiles = !ls\n"),
        ("code", "%%time\n" + COST + "cost?"),
        ("code", "%%bash\necho no python"),
        ("code", "plot this, please"),
        ("code", "x = 1\n\ndef wrong(theta):\n    return theta @ np.ones(9)\n"),
    )
    child, answer, _ = loaded(tmp_path / "week5.ipynb", text)
    assert answer.value[0] == 5.0
    assert set(child.survey.names) == {"cost", "wrong"}
    assert child.failed.message == "cells 4 of the notebook are no Python and were left out"
    path = tmp_path / "week5.ipynb"
    with ChildProcess(path, "wrong", 20.0) as child:
        adapter = "def adapter(theta):\n    return wrong(theta)\n"
        raised = child.call({"theta": np.ones(2)}, "numpy", adapter)
    assert (raised.file, raised.line) == (f"{path}, cell 5", 4)
    assert raised.code == "return theta @ np.ones(9)"


def test_older_notebooks_and_those_that_are_none(tmp_path):
    cells = [{"cell_type": "code", "input": ["import numpy as np\n", *COST.splitlines(True)]}]
    old = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3})
    assert loaded(tmp_path / "old.ipynb", old)[1].value[0] == 5.0
    for text in ("", "[]", "{}", '{"cells": [1]}'):
        child, _, _ = loaded(tmp_path / "none.ipynb", text)
        assert child.broken.kind == "SyntaxError"
        assert child.broken.message.startswith("the file is no notebook")


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "mine.py"
    for data, message in (
        (b"x = 1\n\xff\xfe", "the file is not UTF-8 text"),
        (b"\0\0\0", "the file holds null bytes: it is no text"),
    ):
        path.write_bytes(data)
        with ChildProcess(path, "", 20.0) as child:
            assert child.broken.message.startswith(message)


def test_libraries_that_look_for_others_find_no_stand_ins(tmp_path):
    library = tmp_path / "site-packages" / "sought"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text(
        "import sys\n"
        "found = []\n"
        "for name in ('IPython', 'turtle', 'tqdm'):\n"
        "    try:\n"
        "        __import__(name)\n"
        "    except ImportError:\n"
        "        pass\n"
        "    found.append(type(sys.modules.get(name)).__name__)\n"
    )
    code = (
        "import sys\nsys.path.append('site-packages-of-ours')\nimport IPython, turtle, tqdm\n"
        "import sought\n"
        "def cost(theta):\n    assert 'StandIn' not in sought.found\n    return 5.0, theta\n"
    ).replace("site-packages-of-ours", str(library.parent))
    child, answer, _ = loaded(tmp_path / "mine.py", code)
    assert child.failed is None
    assert answer.value[0] == 5.0


def test_training_is_given_less_time_than_reading(tmp_path):
    code = (
        "import numpy as np\n"
        "big = [i * i for i in np.arange(10**5)]\n"
        "def train():\n    while True:\n        pass\n"
        "W = train()\n"
        "late = 1\n"
    )
    child, answer, _ = loaded(tmp_path / "mine.py", code + COST, 60.0)
    assert answer.value[0] == 5.0
    assert child.failed.line in (4, 5)
    assert child.failed.message.startswith("the file's top level ran longer than 1.5 s")
    assert child.survey.constants["late"] == 1
