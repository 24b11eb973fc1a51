"""Every section of the notes that the course grew from has its place in the pages."""

import tomllib
from pathlib import Path

from sources import CHAPTERS, LANGUAGES, source

ROWS = tomllib.loads(Path(__file__).with_name("seed.toml").read_text(encoding="utf-8"))["row"]


def test_every_section_of_the_notes_has_a_page_and_an_anchor():
    assert len(ROWS) == 24
    assert {f"{row['page']}.md" for row in ROWS} == set(CHAPTERS)
    missing = [
        (language, row["section"])
        for row in ROWS
        for language in LANGUAGES
        if f'<a id="{row["anchor"]}"></a>' not in source(language, f"{row['page']}.md")
    ]
    assert not missing
