"""The sentences of an explanation in one language, with the names of its inputs and outputs."""

from __future__ import annotations

from dataclasses import dataclass, field

from clearprop.explain.names import Names
from clearprop.language import Sentences, cells, printable, shorten

__all__ = ["NamedSentences", "as_text"]

# The most columns of a terminal that a name takes. Two such names and a number fit into a line.
_NAME = 24


@dataclass(frozen=True)
class NamedSentences(Sentences):
    """The room's :class:`~clearprop.language.Sentences`, and what inputs and outputs are called.

    Examples
    --------
    >>> say = NamedSentences("en", Names(inputs=("height",), image_shape=None))
    >>> say("batch.mean"), say.named("`a^(1)_1`", say.input(1))
    ("the data's part: their mean", '`a^(1)_1` (height)')
    """

    room: str = field(default="clearprop.explain", init=False)
    names: Names

    def input(self, unit: int) -> str:
        """What an input is called: its name, its pixel, or nothing."""
        if self.names.image_shape is not None:
            row, column = self.names.pixel(unit)
            return self("names.pixel", row=row, column=column)
        return _short_input(self.names.inputs[unit - 1]) if self.names.inputs else ""

    def output(self, unit: int) -> str:
        """What an output is called, or nothing."""
        return _short(self.names.outputs[unit - 1]) if self.names.outputs else ""

    def named(self, text: str, name: str) -> str:
        """A symbol with the name of what it stands for."""
        return self("names.named", symbol=text, name=name) if name else text


def as_text(name: str) -> str:
    r"""A user's name as a part of a sentence: in one line, and without the marks of symbols.

    Examples
    --------
    >>> as_text("`x`" + chr(10))
    "'x'\\n"
    """
    return printable(name).replace("`", "'")


def _short_input(name: str) -> str:
    """The name of an input. Of a long one of a bin, the column is cut and not the edges.

    Examples
    --------
    >>> _short_input("average_bedrooms: 1.02 to 1.05"), _short_input("average_number_of_bedrooms")
    ('avera...: 1.02 to 1.05', 'average_number_of_bed...')
    """
    column, mark, edges = as_text(name).rpartition(": ")
    room = _NAME - cells(mark + edges)
    return shorten(column, room) + mark + edges if mark and room > 3 else _short(name)


def _short(name: str) -> str:
    return shorten(as_text(name), _NAME)
