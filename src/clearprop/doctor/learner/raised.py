"""What went wrong with a learner's code, as a record: the one door for texts that learners wrote.

An exception's message, a line of code and a file's name may hold anything: escape codes that clear
a screen, marks that turn the direction of writing, a gigabyte. A :class:`Raised` holds them with
such characters spelt out, and cut.
"""

from __future__ import annotations

import inspect
import linecache
import os
import re
import traceback
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clearprop.language import Sentences

__all__ = ["ADAPTER", "Raised", "harmless", "is_learners", "raised"]

# Adapters are compiled under this name. Their lines are ours.
ADAPTER = "<clearprop adapter>"

# Code in these folders is not the learner's.
_OURS = str(Path(__file__).parents[2]) + os.sep
_LIBRARY = str(Path(inspect.__file__).parent) + os.sep

_LONGEST = 1000  # characters of a text that are kept


def harmless(text: object, longest: int = _LONGEST) -> str:
    r"""A learner's text in one line, cut, with control characters spelt out.

    Line ends and tabs become spaces.

    Examples
    --------
    >>> harmless("two" + chr(10) + "lines, " + chr(27) + "[2J")
    'two lines, \\x1b[2J'
    >>> harmless("误差" + chr(0x202E) + "x" * 9, longest=12)
    '误差\\u202ex...'
    """
    try:
        whole = str(text)
    except Exception as error:  # an exception of the learner's own whose text fails
        whole = f"(a {type(text).__name__} that cannot be shown: {type(error).__name__})"
    cut = whole if len(whole) <= longest else whole[: longest + 1]
    spelt = "".join(map(_spelt, re.sub(r"[\t\n\r\v\f]+", " ", cut)))
    return spelt if len(spelt) <= longest else spelt[: longest - 3] + "..."


def _spelt(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return repr(character)[1:-1]


@dataclass(frozen=True)
class Raised:
    r"""An exception, at the last line of the learner's own code that it passed through.

    Attributes
    ----------
    kind
        The exception's type; or ``"Timeout"``, ``"ProcessEnded"``, ``"Memory"``, ``"Protocol"`` ...
    message
        Its text, or the doctor's own sentence in English.
    file, line, code
        Where it was raised; ``line`` is 0 where that is not known.
    key, values
        The sentence in the doctor's catalogue, and what fills it, where the doctor says it.

    Examples
    --------
    >>> print(Raised("ValueError", "no" + chr(27) + "c", "mine.py", 3, "raise ValueError"))
    ValueError: no\x1bc (mine.py, line 3: raise ValueError)
    >>> Raised.said("Timeout", "timeout", seconds="2").sentence("zh")
    '2 秒内没有回答：是不是有一个不会结束的循环？'
    """

    kind: str
    message: str
    file: str = ""
    line: int = 0
    code: str = ""
    key: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("kind", "message", "file", "code", "key"):
            object.__setattr__(self, name, harmless(getattr(self, name)))
        values = {name: harmless(value) for name, value in self.values.items()}
        object.__setattr__(self, "values", values)

    @classmethod
    def said(
        cls,
        kind: str,
        key: str,
        *,
        file: str = "",
        line: int = 0,
        code: str = "",
        **values: str,
    ) -> Raised:
        """One that the doctor itself says, in the sentence ``raised.KEY`` of its catalogue."""
        values = {name: harmless(value) for name, value in values.items()}
        message = Sentences("clearprop.doctor", "en")(f"raised.{key}", **values)
        return cls(kind, message, file, line, code, key, values)

    def sentence(self, lang: str) -> str:
        """The message in a language. What a learner's code says stays as it is."""
        if not self.key:
            return self.message
        return Sentences("clearprop.doctor", lang)(f"raised.{self.key}", **self.values)

    def told(self, lang: str) -> str:
        """All of it in one line, in a language."""
        say = Sentences("clearprop.doctor", lang)
        where = ""
        if self.line:
            where = say("raised.place", file=self.file, line=self.line, code=self.code)
        elif self.file:
            where = say("raised.file", file=self.file)
        return f"{self.kind}: {self.sentence(lang)}{where}"

    def __str__(self) -> str:
        return self.told("en")

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """What a report shows, as JSON values."""
        shown = {"kind": self.kind, "message": self.sentence(lang)}
        return {**shown, "file": self.file, "line": self.line, "code": self.code}

    def to_wire(self) -> dict[str, Any]:
        """All fields as JSON values; ``Raised(**fields)`` is the way back."""
        return asdict(self)


def raised(error: BaseException) -> Raised:
    """The exception, at the last line of the learner's own code: no library's, and not ours."""
    frames = traceback.extract_tb(error.__traceback__, limit=-200)  # a deep recursion is long
    own = [frame for frame in frames if is_learners(frame.filename)]
    kind = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        text = (error.text or "").strip()
        return Raised(kind, error.msg, error.filename, error.lineno or 0, text)
    if not own:
        return Raised(kind, harmless(error))
    frame = own[-1]
    code = frame.line or linecache.getline(frame.filename, frame.lineno or 0).strip()
    return Raised(kind, harmless(error), frame.filename, frame.lineno or 0, code)


def is_learners(filename: str) -> bool:
    """Whether the code of a file is the learner's: neither a library's nor ours."""
    if filename.startswith(("<frozen", ADAPTER)) or "site-packages" in filename:
        return False
    return not filename.startswith((_OURS, _LIBRARY))
