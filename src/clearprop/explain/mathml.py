r"""Symbols and formulas as MathML.

Sentences name their symbols as a terminal prints them, such as ``delta^(2)_5``. :func:`latex` turns
them into LaTeX; latex2mathml turns LaTeX into MathML, for symbols and for formulas.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape

__all__ = ["inline", "latex", "mathml"]

_TOKEN = re.compile(
    r"""(?P<product>(?<=[\w)'\]])\ +(?=[\w(\[]))
      | (?P<space>\ +)
      | (?P<partial>d(?=J|Theta|a_))
      | (?P<transpose>(?<=Theta)'|(?<=\])')
      | (?P<word>(delta|Delta|Theta|lambda|tau|log)(?![A-Za-z\d]))
      | (?P<upper>\^\(?(?P<over>[\w+]+)\)?)
      | (?P<lower>_(?P<under>\w+(,\w+)?))
      | (?P<number>\d+(\.\d+)?)
      | (?P<letter>[A-Za-z](?![A-Za-z]))
      | (?P<sign>[-+=/|()\[\]'])
      | (?P<times>×)""",
    re.VERBOSE,
)


# A symbol, with the marks before and after it that no line ends or begins with.
_WITH_MARKS = re.compile("([(（“《]*)`([^`]*)`([,.;:!?)，。；：、！？）”》…]*)")


def latex(symbol: str) -> str | None:
    r"""The LaTeX of a symbol as it is printed; None if it is code rather than mathematics.

    Examples
    --------
    >>> print(latex("delta^(2)_5"), latex("g'(z)"), latex("|dJ/dTheta|"))
    \delta^{(2)}_{5} g'(z) |\partial J/\partial \Theta|
    >>> latex("batch_size") is None
    True
    """
    made, at = "", 0
    while at < len(symbol):
        match = _TOKEN.match(symbol, at)
        if match is None:
            return None
        made += _in_latex(match)
        at = match.end()
    return made


def _in_latex(match: re.Match[str]) -> str:
    text = match.group()
    match match.lastgroup:
        case "product":
            return r"\, "
        case "space":
            return " "  # LaTeX has its own spacing around signs
        case "partial":
            return r"\partial "
        case "transpose":
            return "^T"
        case "word":
            return f"\\{text}"
        case "upper":
            over = match["over"]
            return f"^{{({over})}}" if text.startswith("^(") else f"^{{{over}}}"
        case "lower":
            under = match["under"]
            word = under.isalpha() and len(under) > 1  # not a product of letters
            return rf"_{{\text{{{under}}}}}" if word else f"_{{{under}}}"
        case "times":
            return r"\times"
    return text


@cache
def mathml(formula: str, display: bool = False) -> str:
    r"""LaTeX as MathML for HTML.

    Examples
    --------
    >>> print(mathml("z_k"))
    <math><msub><mi>z</mi><mi>k</mi></msub></math>
    """
    from latex2mathml.converter import convert  # start-up time: a text needs no MathML

    made = convert(formula, display="block" if display else "inline")
    made = made.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    made = made.replace(' display="inline"', "")
    # The sign of a prime is raised already; as a superscript it is too high and too small.
    prime = r'\1<mo lspace="0" rspace="0">′</mo>'
    made = re.sub("<msup>(<mi>g</mi>)<mi>&#x02032;</mi></msup>", prime, made)
    made = re.sub("<math(.*?)><mrow>(.*)</mrow></math>", r"<math\1>\2</math>", made)
    return re.sub("&#x([0-9A-F]+);", _character, made)


def _character(entity: re.Match[str]) -> str:
    """The character itself takes a third of the bytes; an entity stays where HTML needs it."""
    return escape(chr(int(entity[1], 16)))


@cache
def _symbol(text: str) -> str:
    formula = latex(text)
    return f"<code>{escape(text)}</code>" if formula is None else mathml(formula)


def inline(text: str) -> str:
    """A sentence as HTML; its symbols, which stand in backticks, become MathML.

    Numbers keep their hyphen as a minus sign, so that they can be copied into a program. Lines do
    not break after it (Unicode's line breaking, LB25). Browsers break lines on both sides of
    MathML, so the marks around a symbol are kept beside it.

    Examples
    --------
    >>> print(inline("`z` < -0.5"))
    <math><mi>z</mi></math> &lt; -0.5
    >>> print(inline("of `z`, and"))
    of <span style="white-space:nowrap"><math><mi>z</mi></math>,</span> and
    """
    made, at = "", 0
    for found in _WITH_MARKS.finditer(text):
        opened, symbol, closed = found.groups()
        kept = escape(opened) + _symbol(symbol) + escape(closed)
        if opened or closed:
            kept = f'<span style="white-space:nowrap">{kept}</span>'
        made += escape(text[at : found.start()]) + kept
        at = found.end()
    return made + escape(text[at:])
