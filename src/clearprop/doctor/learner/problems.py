"""Problems with what somebody typed, in both languages: what the doctor's errors hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from clearprop.doctor.learner.raised import harmless
from clearprop.language import Sentences

__all__ = ["Problem", "spoken"]


class Problem(str):
    """A problem in English, as :class:`~clearprop.ParameterError` lists it, that knows its key.

    Attributes
    ----------
    subject
        What it is about: a file, an option.
    key, values
        The sentence ``problems.KEY`` of the doctor's catalogue, and what fills it.

    Examples
    --------
    >>> problem = Problem("mine.py", "no-such-file")
    >>> print(problem)
    mine.py: no such file; expected FILE, FILE:FUNCTION or FILE:CLASS.METHOD
    >>> spoken([problem], "zh")
    ['mine.py：没有这个文件；应当写成 文件、文件:函数 或 文件:类.方法']
    """

    subject: str
    key: str
    values: dict[str, str]

    def __new__(cls, subject: object, key: str, **values: object) -> Problem:
        """Fill the sentence in.

        `near` is an option close to what was typed, or nothing; the sentence has ``{hint}`` for it.
        """
        subject = harmless(subject)
        filled = {name: harmless(value) for name, value in values.items()}
        problem = super().__new__(cls, f"{subject}: {_said('en', key, filled)}")
        problem.subject, problem.key, problem.values = subject, key, filled
        return problem


# The forms of problems that other rooms have, in English only.
_FORMS = {
    "one-of": re.compile(
        r"expected one of (?P<options>.*); got (?P<got>.*?)( \(did you mean \"(?P<near>.*)\"\?\))?"
    ),
    "at-least": re.compile(r"expected a whole number of at least (?P<least>.*); got (?P<got>.*)"),
    "above-zero": re.compile(r"expected seconds, a number above 0; got (?P<got>.*)"),
    "sizes": re.compile(
        r"expected whole numbers from 1 to (?P<most>.*), as in (?P<example>.*); got (?P<got>.*)"
    ),
    "two-layers": re.compile(
        r"expected an input layer and an output layer at least; got (?P<got>.*)"
    ),
    "ending": re.compile(r"expected a name that ends in (?P<endings>.*); got (?P<got>.*)"),
    "theta-needed": re.compile(r"(?P<name>\S+) takes theta alone; state where to check it, .*"),
    "theta-unneeded": re.compile(
        r"only for a function of theta alone; (?P<name>\S+) takes X and y too"
    ),
    "overwritten": re.compile(
        r"(?P<file>.*) is read and would be overwritten; choose another name"
    ),
}


def spoken(problems: Iterable[str], lang: str, names: Mapping[str, str] | None = None) -> list[str]:
    """The problems in a language, with other `names` of what they are about.

    Those without a sentence stay as they are.

    Examples
    --------
    >>> spoken(["seed: expected a whole number of at least 0; got -1"], "zh", {"seed": "--seed"})
    ['--seed：应当是不小于 0 的整数；得到的是 -1']
    """
    if lang == "en":
        return list(map(str, problems))
    return [_translated(problem, lang, names or {}) for problem in problems]


def _translated(problem: str, lang: str, names: Mapping[str, str]) -> str:
    if isinstance(problem, Problem):
        subject = names.get(problem.subject, problem.subject)
        return f"{subject}：{_said(lang, problem.key, problem.values)}"
    subject, _, rest = problem.partition(": ")
    subject = names.get(subject, subject)
    for key, form in _FORMS.items():
        if found := form.fullmatch(rest):
            values = {name: value or "" for name, value in found.groupdict().items()}
            return f"{subject}：{_said(lang, key, values)}"
    return f"{subject}：{rest}" if rest else problem


def _said(lang: str, key: str, values: dict[str, str]) -> str:
    say = Sentences("clearprop.doctor", lang)
    near = values.get("near", "")
    hint = say("problems.did-you-mean", near=near) if near else ""
    return say(f"problems.{key}", hint=hint, **values)
