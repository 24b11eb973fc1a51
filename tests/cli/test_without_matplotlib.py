"""A plain install has no Matplotlib: what needs it says so before any work, and names the extra."""

import subprocess
import sys
from pathlib import Path

import pytest

import clearprop as library

NEEDS = "needs matplotlib: pip install 'clearprop[figures]'"


@pytest.fixture
def without(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)


@pytest.mark.parametrize(
    "args",
    [
        "train flowers.csv --target kind --out m --checkpoint run --plot c.svg",
        "choose flowers.csv --target kind --out m --checkpoint run --plot c.svg",
        "evaluate flowers.safetensors flowers.csv --importance --plot c.svg",
    ],
)
def test_a_plot_is_refused_before_the_work(refused, without, args):
    assert refused(args) == f"--plot: {NEEDS}"
    assert not any(Path(name).exists() for name in ("m", "run", "c.svg"))


def test_it_is_one_of_the_problems(refused, without):
    assert refused("train flowers.csv --target kind --epochs x --plot c.svg") == (
        f"2 problems: --plot: {NEEDS}; --epochs: expected a whole number of at least 1; got 'x'"
    )


def test_training_without_a_plot_needs_none(clearprop, without):
    args = "train flowers.csv --target kind --epochs 1 --lambda 1 --out m --quiet"
    assert clearprop(args).code == 0


def run(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    hidden = f"import sys\nsys.modules['matplotlib'] = None\n{code}"
    return subprocess.run([sys.executable, "-c", hidden, *args], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", f"clearprop: error: figures: {NEEDS}\n"),
        ("zh", "clearprop：错误：figures：需要 matplotlib：pip install 'clearprop[figures]'\n"),
    ],
)
def test_the_command_figure(lang, said):
    code = "from clearprop.cli import main\nmain(sys.argv[1:])"
    done = run(code, "figure", "network", "--lang", lang)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_the_room_figures_in_python():
    done = run(
        "import clearprop\n"
        "try:\n"
        "    clearprop.figures\n"
        "except clearprop.ClearpropError as error:\n"
        "    print(error)\n"
    )
    assert (done.stdout, done.stderr) == (f"figures: {NEEDS}\n", "")


def test_a_search_in_a_notebook_keeps_its_table(folder, monkeypatch):
    search = library.choose("flowers.csv", "kind", seconds=1, lambdas=[1.0], rates=[0.01])
    assert "<svg" in search._repr_html_()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    shown = search._repr_html_()
    assert "<svg" not in shown
    assert "<p>picture: needs matplotlib: pip install &#x27;clearprop[figures]&#x27;</p>" in shown
    assert "validation" in shown
