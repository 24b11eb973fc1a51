"""The page "Why is my gradient wrong?" of the documentation: every mistake of the catalogue."""

from __future__ import annotations

from clearprop.doctor.mistakes import PARTS
from clearprop.doctor.mistakes.mutation import Mutation
from clearprop.doctor.report.content import sentences
from clearprop.doctor.report.text import marked

__all__ = ["mistakes_page"]


def mistakes_page(lang: str) -> str:
    """The page in one language, as Markdown.

    Examples
    --------
    >>> mistakes_page("en").splitlines()[0]
    '# Why is my gradient wrong?'
    """
    say = sentences(lang)
    lines = [f"# {say('page.title')}", "", *say("page.intro").strip().splitlines(), ""]
    lines += [f"## {say('page.table')}", ""]
    lines += [f"| {say('page.symptom')} | {say('page.name')} |", "|---|---|"]
    for mutations in PARTS.values():
        for mutation in mutations:
            symptom = mutation.description(lang).symptom.replace("|", r"\|")
            lines.append(f"| {symptom} | [`{mutation.id}`](#{mutation.id}) |")
    for part, mutations in PARTS.items():
        lines += ["", f"## {say(f'page.part-{part}')}"]
        for mutation in mutations:
            lines += ["", *_entry(mutation, lang)]
    return "\n".join(lines) + "\n"


def _entry(mutation: Mutation, lang: str) -> list[str]:
    say, described = sentences(lang), mutation.description(lang)
    colon = {"en": ": ", "zh": "："}[lang]
    return [
        f"### {mutation.id}",
        "",
        f"*{described.symptom}*",
        "",
        f"{say('report.cause')}{colon}{described.cause}",
        "",
        "```text",
        *marked(mutation.equation),
        "```",
        "",
        f"{say('report.hint')}{colon}{described.hint}",
        "",
        f"<details><summary>{say('report.solution')}</summary>",
        "",
        "```python",
        mutation.line,
        "```",
        "",
        "</details>",
    ]
