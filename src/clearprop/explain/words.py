"""The explanation's sentences in one language, and the names of its symbols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clearprop.explain.batch import Parameter
from clearprop.explain.explanation import Names
from clearprop.language import catalogue, printable, shorten

__all__ = ["Words", "as_text", "parameter", "symbol"]

# So long may be what an input or a class is called: two of them beside a number fit in a line.
_NAME = 24


@dataclass(frozen=True)
class Words:
    """``words("forward.heading")``: a sentence of the catalogue, its values put in."""

    lang: str
    names: Names

    def __call__(self, key: str, **values: Any) -> str:
        """The sentence of that table and name, its values put in."""
        table, _, entry = key.partition(".")
        sentence: str = catalogue("clearprop.explain", self.lang)[table][entry]
        return sentence.format(**values)

    def input(self, unit: int) -> str:
        """What an input is called: its name, its pixel, or nothing."""
        if self.names.image_shape is not None:
            row, column = self.names.pixel(unit)
            return self("words.pixel", row=row, column=column)
        return _short(self.names.inputs[unit - 1]) if self.names.inputs else ""

    def output(self, unit: int) -> str:
        """What an output is called, or nothing."""
        return _short(self.names.outputs[unit - 1]) if self.names.outputs else ""

    def named(self, text: str, name: str) -> str:
        """A symbol with the name of what it stands for."""
        return self("words.named", symbol=text, name=name) if name else text


def as_text(name: str) -> str:
    r"""A user's word as a part of a sentence: in one line, and without the marks of symbols.

    Examples
    --------
    >>> as_text("`x`" + chr(10))
    "'x'\\n"
    """
    return printable(name).replace("`", "'")


def _short(name: str) -> str:
    return shorten(as_text(name), _NAME)


def symbol(name: str, layer: int, unit: int | None = None) -> str:
    """A symbol for a sentence.

    Examples
    --------
    >>> symbol("delta", 2, 5), symbol("a", 1)
    ('`delta^(2)_5`', '`a^(1)`')
    """
    return f"`{name}^({layer})`" if unit is None else f"`{name}^({layer})_{unit}`"


def parameter(p: Parameter) -> str:
    """An entry of theta in the course's order: the unit it leads to, then the one it comes from.

    Examples
    --------
    >>> parameter(Parameter(layer=1, source=0, target=5, value=0.5))
    '`Theta^(1)_5,0`'
    """
    return f"`Theta^({p.layer})_{p.target},{p.source}`"
