"""Problems with what somebody typed, in both languages: what the doctor's errors hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clearprop.doctor.learner.raised import harmless
from clearprop.language import Sentences
from clearprop.messages.chinese import translated

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


def spoken(problems: Iterable[str], lang: str, names: Mapping[str, str] | None = None) -> list[str]:
    """The problems in a language, with other `names` of what they are about.

    Those of other rooms are said as :mod:`clearprop.messages.chinese` does.

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
    said = translated(problem)
    subject, colon, rest = said.partition("：")
    return names.get(subject, subject) + colon + rest


def _said(lang: str, key: str, values: dict[str, str]) -> str:
    say = Sentences("clearprop.doctor", lang)
    near = values.get("near", "")
    hint = say("problems.did-you-mean", near=near) if near else ""
    return say(f"problems.{key}", hint=hint, **values)
