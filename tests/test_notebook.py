"""What a notebook shows of a network, a model and a gradient report."""

import re
import subprocess
import sys
from html import unescape

import numpy as np
import pytest

import clearprop

NETWORK = clearprop.Network((64, 25, 16, 10), "tanh", "softmax", 0.5)


def words(html: str) -> str:
    """The text of a fragment, without styles."""
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S)).split())


@pytest.fixture(scope="module")
def model() -> clearprop.Model:
    theta = clearprop.initial_theta(NETWORK, 0, dtype=np.float32)
    targets = clearprop.Targets.fit(list("abcdefghij"))
    trained = {"source": "<b>.csv", "epochs": 3, "cost": 0.123456789}
    return clearprop.Model(NETWORK, theta, targets, trained=trained)


def test_a_network_is_a_table_of_its_layers() -> None:
    assert words(NETWORK._repr_html_()) == (
        "Network 64-25-16-10 cost softmax, regularization 0.5, 2,211 parameters "
        "layer units activation block of theta parameters "
        "1, inputs 64 2 25 tanh (65, 25) 1,625 3 16 tanh (26, 16) 416 "
        "4, outputs 10 softmax (17, 10) 170"
    )
    assert f"{1625 + 416 + 170:,}" == f"{NETWORK.n_parameters:,}" == "2,211"


def test_a_model_is_its_network_and_how_it_was_made(model: clearprop.Model) -> None:
    assert repr(model) == "<Model 64-25-16-10, 10 classes, float32>"
    shown = words(model._repr_html_())
    assert shown.startswith("Model 64-25-16-10, 10 classes, float32 cost softmax, ")
    assert words(NETWORK._repr_html_()).partition("cost")[2] in shown
    assert shown.endswith(" trained value source <b>.csv epochs 3 cost 0.123457")
    assert "<b>.csv" not in model._repr_html_()


def test_a_model_of_numbers_without_a_history() -> None:
    targets = clearprop.Targets.fit([0.5, 1.5, 2.5])
    model = clearprop.Model(clearprop.Network((1, 1), cost="squared"), [0.0, 1.0], targets)
    assert repr(model) == "<Model 1-1, 1 number, float64>"
    assert "trained" not in model._repr_html_()


def test_a_report_has_the_sentences_and_numbers_of_its_text() -> None:
    def mine(theta: np.ndarray) -> tuple[float, np.ndarray]:
        gradient = 3 * theta * abs(theta)
        gradient[-1] *= 2
        return float((abs(theta) ** 3).sum()), gradient

    theta = np.linspace(-1, 1.5, 9)
    theta[4] = 0
    for report in (
        clearprop.check_gradient(mine, theta, layer_sizes=(2, 2, 1)),
        clearprop.check_gradient(lambda t: (abs(t).sum(), np.sign(t)), theta),  # a kink
        clearprop.check_gradient(NETWORK, np.zeros(NETWORK.n_parameters), [[1.0] * 64], [3]),
    ):
        text = str(report).replace("\n- ", "\n")
        shown = words(report._repr_html_())
        numbers = re.findall(r"\S*\d\S*", text)
        missing = [number for number in numbers if number.strip("(),;:") not in shown]
        # A layer's number stands in the name of its block there.
        assert [number for number in missing if not number.isdigit()] == []
        for block in report.blocks:
            assert block.place in shown
        for problem in report.problems:
            assert problem in shown
        assert f'<strong class="{report.verdict}">' in report._repr_html_()
        assert len(repr(report)) < 120
        assert repr(report).startswith(f"GradientReport(verdict={report.verdict!r}, n_checked=")


def test_fragments_are_the_same_in_every_run(model: clearprop.Model) -> None:
    for shown in (NETWORK, model):
        assert shown._repr_html_() == shown._repr_html_()
        assert " id=" not in shown._repr_html_()


def test_a_network_shows_itself_in_a_process_that_loaded_no_page() -> None:
    code = (
        "import sys, clearprop\n"
        "assert 'clearprop.page' not in sys.modules\n"
        "print(len(clearprop.Network((2, 1))._repr_html_()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 500 < int(done.stdout) < 4000
