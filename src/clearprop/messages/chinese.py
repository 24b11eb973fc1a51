"""Errors, warnings and the help in Chinese, by catalogues of English sentences.

A message is made by the rule that was broken, as one English sentence with the values put in. This
room gives it in Chinese, by catalogues of templates in ``zh/ROOM.toml``: the English sentence, with
names in braces where values stand, and the Chinese one. What a value says is looked up in the same
way, since it may be a phrase from below; the user's own words, such as names of columns, stay as
they are. A sentence without a template stays English. ``tests/messages`` collects the sentences
from the source and asks for each.

The help is written as a whole, so ``zh/help.toml`` has no braces and is looked up word by word.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files

__all__ = ["HELP", "catalogues", "help_text", "translated"]

HELP = "help"  # the catalogue of the help

_FIELD = re.compile(r"\{(\w+)\}")
# Fields that take numbers only, one word, words with commas between them, or a name, in which no
# colon divides two parts; others take any text.
_NUMBER, _WORD = r"[\d.,e+-]+", r"[^\s,;]+"
_KINDS = dict.fromkeys(("n", "m", "line", "row"), _NUMBER)
_KINDS |= {"word": _WORD, "words": rf"{_WORD}(?:, {_WORD})*"}
_KINDS["name"] = "'[^']*'|\"[^\"]*\"|(?:(?!: ).)*?"
# Fields that take a list of the user's own names: columns, classes, files. They may be any words.
_OWN = ("names", "columns", "missing")
# How parts of a message are joined, and how Chinese joins them. The first that stands in a message,
# and whose parts Chinese has words for, divides it.
_JOINTS = ((". ", "。"), ("; ", "；"), (", or ", "，或"), (", ", "，"))


@dataclass(frozen=True)
class _Template:
    """An English sentence with fields, taken apart, and its Chinese."""

    literals: tuple[str, ...]  # what stands before, between and after the fields
    names: tuple[str, ...]
    chinese: str

    @property
    def weight(self) -> int:
        """How much of a sentence it states: the template that states most is the right one."""
        return sum(map(len, self.literals))

    @cached_property
    def longest(self) -> str:
        """The longest part between fields: a text without it is another sentence."""
        return max(self.literals, key=len)

    def values(self, text: str) -> dict[str, str] | None:
        """What stands in the fields; None if the text is another sentence."""
        found = self._expression.fullmatch(text)
        return None if found is None else found.groupdict()

    @cached_property
    def adds_to_names(self) -> bool:
        """Whether the sentence is names and what is said of them: `{names} (did you mean ...)`."""
        return self.literals[0] == "" and (self.names[0] in _OWN or "near" in self.names)

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        first, *rest = map(re.escape, self.literals)
        fields = (f"(?P<{name}>{_KINDS.get(name, '.*?')})" for name in self.names)
        return re.compile(first + "".join(map("".join, zip(fields, rest, strict=True))), re.DOTALL)

    def filled(self, values: Mapping[str, str]) -> str:
        """The Chinese sentence. The blanks around a field go where its neighbour is Chinese too."""
        text, *rest = _FIELD.split(self.chinese)
        for name, after in zip(rest[::2], rest[1::2], strict=True):
            text = _beside(_beside(text, values[name]), after)
        return text


def _beside(left: str, right: str) -> str:
    """Two parts of a sentence as one, without a blank between Chinese characters."""
    if left.endswith(" ") and (_wide(left[-2:-1]) and _wide(right[:1])):
        return left[:-1] + right
    if right.startswith(" ") and (_wide(left[-1:]) and _wide(right[1:2])):
        return left + right[1:]
    return left + right


def _wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"


@cache
def catalogues() -> dict[str, dict[str, str]]:
    """The Chinese of every sentence, by the catalogue's name.

    Examples
    --------
    >>> catalogues()["help"]["Options"]
    '选项'
    """
    return {
        path.name.removesuffix(".toml"): tomllib.loads(path.read_text(encoding="utf-8"))
        for path in files("clearprop.messages").joinpath("zh").iterdir()
        if path.name.endswith(".toml")
    }


@cache
def _sentences() -> tuple[dict[str, str], tuple[_Template, ...]]:
    """Sentences without fields, and templates, those that state most first."""
    whole: dict[str, str] = {}
    templates = []
    for english, chinese in _entries():
        literals = tuple(_FIELD.split(english)[::2])
        if len(literals) == 1:
            whole[english] = chinese
        else:
            names = tuple(_FIELD.findall(english))
            templates.append(_Template(literals, names, chinese))
    return whole, tuple(sorted(templates, key=lambda template: -template.weight))


def _entries() -> Iterator[tuple[str, str]]:
    """Every sentence; one that begins with a name also without it, since more may stand there.

    ``y: expected ...`` becomes ``flowers.csv: expected ...`` where the labels come from a file.
    """
    for name, catalogue in catalogues().items():
        if name != HELP:
            yield from catalogue.items()
            for english, chinese in catalogue.items():
                subject, _, rest = english.partition(": ")
                named = subject.strip("{}").isidentifier() and chinese.startswith(f"{subject}：")
                if named and rest and (rest[0] != "{" or rest.startswith("{n} ")):
                    yield rest, chinese.removeprefix(f"{subject}：")


def help_text(english: str) -> str:
    """A sentence of the help in Chinese.

    Examples
    --------
    >>> help_text("Regularization strength.")
    '正则化强度 λ。'
    """
    return catalogues()[HELP].get(english, english)


@lru_cache(maxsize=4096)  # a service says any number of sentences
def translated(message: str) -> str:
    """A message in Chinese; what has no Chinese stays as it is.

    Examples
    --------
    >>> print(translated("epochs: expected a whole number of at least 1; got 0"))
    epochs：应当是不小于 1 的整数；得到的是 0
    >>> translated("a message that nobody knows")
    'a message that nobody knows'
    """
    whole, templates = _sentences()
    if message in whole:
        return whole[message]
    if len(message) < 3 or not re.search("[A-Za-z]", message) or _quoted(message):
        return message
    for template in templates:
        values = template.values(message) if template.longest in message else None
        if values is not None and message not in values.values():
            return template.filled({name: _value(name, text) for name, text in values.items()})
    head, colon, rest = message.partition(": ")  # what it is about, and the message
    if colon and "; " not in head and (translated(head), translated(rest)) != (head, rest):
        return f"{translated(head)}：{translated(rest)}"
    for joint, chinese in _JOINTS:
        if joint in message:
            parts = message.split(joint)
            # A single word in a list is a name, of a column or a class.
            names = joint == ", "
            known = [p if names and " " not in p else translated(p) for p in parts]
            if known != parts:
                return chinese.join(known)
    return message


def _value(field: str, text: str) -> str:
    """What stands in a field of a message, in Chinese unless it is the user's."""
    if field == "near":  # what may be meant is to be typed as it is
        return text
    return _names(text) if field in _OWN else translated(text)


def _names(text: str) -> str:
    """The user's names as they are, and in Chinese what is said of them."""
    for template in _sentences()[1]:
        values = template.values(text) if template.adds_to_names else None
        if values is not None:
            first, *others = template.names
            said = {name: _value(name, values[name]) for name in others}
            return template.filled({first: values[first], **said})
    return text


def _quoted(text: str) -> bool:
    """Whether the text is one value in quotation marks, the user's own words."""
    mark = text[0]
    return mark in "'\"" and len(text) > 1 and text.find(mark, 1) == len(text) - 1
