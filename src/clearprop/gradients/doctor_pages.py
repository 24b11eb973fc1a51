"""The pages "Why is my gradient wrong?", made from the catalogue: ``docs/en`` and ``docs/zh``.

``python -m clearprop.gradients.doctor_pages docs`` writes both; a test holds them to the catalogue.
"""

from __future__ import annotations

import sys
from pathlib import Path

from clearprop.gradients.doctor_text import marked
from clearprop.gradients.mutations import Mutation
from clearprop.gradients.search import CATALOGUE
from clearprop.gradients.words import catalogue, mutation_words, words
from clearprop.language import LANGUAGES

__all__ = ["FILE", "page"]

FILE = "why-is-my-gradient-wrong.md"

# The order in which one would look: by step of the algorithm, as the prefixes of the names tell.
_PARTS = ("labels", "forward", "cost", "penalty", "delta", "slope", "flow", "accumulate", "average")
_REST = ("lambda", "unroll")
_ALIAS = {"m": "forward", "gradient": "average"}


def page(lang: str) -> str:
    """The page in one language."""
    text = catalogue(lang)["page"]
    parts: dict[str, list[Mutation]] = {part: [] for part in (*_PARTS, *_REST)}
    for mutation in CATALOGUE:
        prefix = mutation.id.split("-")[0]
        parts[_ALIAS.get(prefix, prefix)].append(mutation)
    lines = [f"# {text['title']}", "", *text["intro"].strip().splitlines(), ""]
    lines += [f"## {text['table']}", ""]
    lines += [f"| {text['symptom']} | {text['name']} |", "|---|---|"]
    for mutations in parts.values():
        for mutation in mutations:
            symptom = mutation_words(mutation.id, lang)["symptom"].replace("|", r"\|")
            lines.append(f"| {symptom} | [`{mutation.id}`](#{mutation.id}) |")
    for part, mutations in parts.items():
        lines += ["", f"## {text['part-' + part]}"]
        for mutation in mutations:
            lines += ["", *_entry(mutation, lang)]
    return "\n".join(lines) + "\n"


def _entry(mutation: Mutation, lang: str) -> list[str]:
    entry = mutation_words(mutation.id, lang)
    colon = {"en": ": ", "zh": "："}[lang]
    return [
        f"### {mutation.id}",
        "",
        f"*{entry['symptom']}*",
        "",
        f"{words('cause', lang)}{colon}{entry['cause']}",
        "",
        "```text",
        *marked(mutation.equation),
        "```",
        "",
        f"{words('hint', lang)}{colon}{entry['hint']}",
        "",
        f"<details markdown><summary>{words('solution', lang)}</summary>",
        "",
        "```python",
        mutation.line,
        "```",
        "",
        "</details>",
    ]


def main() -> None:
    """Write the pages into the folder that is named."""
    for lang in LANGUAGES:
        Path(sys.argv[1], lang, FILE).write_text(page(lang), encoding="utf-8")


if __name__ == "__main__":
    main()
