"""Symbols become MathML; what is no symbol stays code; numbers keep their digits."""

import re

import pytest

from clearprop.explain import formulas
from clearprop.explain.blocks import Formula
from clearprop.explain.mathml import inline, latex, mathml
from clearprop.language import LANGUAGES, catalogue


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("delta^(2)_5", r"\delta^{(2)}_{5}"),
        ("Theta^(1)_5,0", r"\Theta^{(1)}_{5,0}"),
        ("J_i", "J_{i}"),
        ("g'(z) = a (1 - a)", r"g'(z) = a\, (1 - a)"),
        ("Theta' delta", r"\Theta^T\, \delta"),
        ("|dJ/dTheta|", r"|\partial J/\partial \Theta|"),
        ("dJ_i/dTheta", r"\partial J_{i}/\partial \Theta"),
        ("delta × 0.001", r"\delta \times 0.001"),
        ("lambda / m × Theta", r"\lambda / m \times \Theta"),
        ("e^z - y", "e^{z} - y"),
        ("[1 A]", r"[1\, A]"),
        ("-log h", r"-\log\, h"),
    ],
)
def test_symbols_in_latex(symbol, expected):
    assert latex(symbol) == expected


@pytest.mark.parametrize("code", ["batch_size = 10", "<script>", "deltas", "a & b", "Theta1", "数"])
def test_what_is_no_symbol_stays_code(code):
    assert latex(code) is None
    assert inline(f"`{code}`") == "<code>{}</code>".format(
        code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_symbol_of_the_sentences_is_mathematics_but_for_python(lang):
    sentences = [
        sentence
        for table in catalogue("clearprop.explain", lang).values()
        for sentence in table.values()
    ]
    symbols = {symbol for text in sentences for symbol in re.findall("`(.*?)`", text)}
    assert len(symbols) > 20
    put_in = {"{step}": "0.001", "{formula}": "lambda / m_train × Theta"}
    code = {symbol for symbol in symbols if latex(put_in.get(symbol, symbol)) is None}
    code = {text for text in code if latex(text.replace("{step}", "0.001")) is None}
    assert code == {"B[1:]", "--unit", "--html FILE", "units", "to_html()"}


def test_every_formula_is_mathml_without_a_namespace_or_what_latex_left_over():
    found = [
        formula
        for value in vars(formulas).values()
        for formula in (value.values() if isinstance(value, dict) else [value])
        if isinstance(formula, Formula)
    ]
    assert len(found) > 20
    for formula in found:
        made = mathml(formula.latex, display=True)
        assert made.startswith('<math display="block">'), formula.plain
        assert "\\" not in made, formula.plain
        assert "xmlns" not in made, formula.plain
        assert "&#" not in made, formula.plain


def test_characters_that_html_needs_stay_entities():
    assert "<mo>&lt;</mo>" in mathml("a < b")
    assert "<mo>&gt;</mo>" in mathml("a > b")


def test_a_prime_is_raised_once():
    assert mathml("g'(z)").startswith('<math><mi>g</mi><mo lspace="0" rspace="0">′</mo><mo')
