"""`clearprop figure`: what is written, what is said, what is refused."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from clearprop.figures import FIGURES, make

NAMES = ", ".join(FIGURES)


def test_the_file_is_the_figure(clearprop):
    result = clearprop("figure network --layers 3,5,4")
    assert result == (0, "figure: network.svg\n", "")
    assert Path("network.svg").read_bytes() == make("network", layers=(3, 5, 4)).to_bytes(".svg")


def test_quiet_draws_and_says_nothing(clearprop):
    assert clearprop("figure network --quiet --out q.svg") == (0, "", "")
    assert Path("q.svg").exists()


def test_ctrl_c_while_a_figure_is_drawn(clearprop, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("clearprop.cli.figure.make", interrupted)
    result = clearprop("figure network")
    assert (result.code, result.out) == (130, "")
    assert result.err == "clearprop: interrupted; nothing was written\n"


def test_png_and_pdf_by_the_ending(clearprop):
    for name, beginning in (("a.png", b"\x89PNG"), ("a.PDF", b"%PDF")):
        assert clearprop(f"figure network --out {name}").out == f"figure: {name}\n"
        assert Path(name).read_bytes().startswith(beginning)


def test_ones_own_rows_in_chinese(clearprop):
    args = "figure learning-curve flowers.csv --target kind --recipe 3b1b --lang zh --seed 3"
    assert clearprop(args).out == "figure: learning-curve.svg\n"
    svg = Path("learning-curve.svg").read_text()
    assert "flowers.csv，28 行；网络 4-16-16-1，sigmoid，quadratic 代价，λ = 0" in svg
    made = make("learning-curve", "flowers.csv", target="kind", recipe="3b1b", lang="zh", seed=3)
    assert svg.encode() == made.to_bytes(".svg")


def test_ones_own_model(clearprop):
    assert clearprop("figure network --model flowers.safetensors --out m.svg").code == 0
    assert "positive weight" in Path("m.svg").read_text()


REFUSED = {
    "figure netwrk": f"NAME: expected one of {NAMES}; got 'netwrk' (did you mean \"network\"?)",
    "figure network --lang de --seed x --out a.gif": "3 problems: --lang: expected one of en, zh; "
    "got 'de'; --seed: expected a whole number of at least 0; got 'x'; --out: expected a name that "
    "ends in .png, .svg or .pdf; got 'a.gif'",
    "figure network digits": "SOURCE: the figure network is not made from one; leave it out",
    "figure network --layers 3,x": "--layers: expected whole numbers from 1 to 1,000,000, as in "
    "784,16,16,10; got '3,x'",
    "figure network --layers 3": "--layers: expected an input layer and an output layer at least",
    "figure secant --model flowers.safetensors": "--model: the figure secant is not made from one; "
    "leave it out",
    "figure network --by-columns": "--by-columns: the figure network is not made from one; leave "
    "it out",
    "figure surface --recipe modern": "SOURCE: expected one beside a target or a recipe; without "
    "it, XOR is used",
    "figure network --model flowers.csv": "flowers.csv: ",
    "figure network --model none.safetensors": "none.safetensors: there is no such file",
    "figure network --out nowhere/a.svg": "--out: cannot write nowhere/a.svg: the folder nowhere "
    "is not there; make it first",
    "figure hidden-units --model flowers.safetensors": "--model: expected images; the rows of this "
    "one are none, so its weights cannot be shown as images",
    "figure secant flowers.csv --target kid": "flowers.csv: no column 'kid'",
    "figure": "missing argument",
}


@pytest.mark.parametrize("command", REFUSED)
def test_one_line_says_what_is_wrong(refused, command):
    assert REFUSED[command] in refused(command)


def test_the_help_names_every_figure(clearprop):
    shown = " ".join(clearprop("figure --help").out.replace("│", " ").split())
    for name in FIGURES:
        assert name in shown


def test_training_without_a_plot_loads_no_figures():
    code = (
        "import sys\n"
        "from clearprop.cli import main\n"
        "try:\n"
        "    few = ['--epochs', '1', '--lambda', '1']\n"
        "    main(['train', 'digits', *few, '--json', '--out', sys.argv[1]])\n"
        "except SystemExit:\n"
        "    print([name for name in sys.modules if 'figures' in name or 'matplotlib' in name])\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", code, f"{folder}/m"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
