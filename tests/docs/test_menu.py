"""The menu holds every page once, and a chapter is a page of its first part."""

from collections import Counter

import menu
import reference
from sources import CHAPTERS, PAGES, source

import clearprop


def test_every_page_stands_in_the_menu_once():
    counted = Counter(f"{page}.md" for page in menu.pages() if not page.startswith("api/"))
    assert sorted(counted) == PAGES
    assert set(counted.values()) == {1}


def test_every_part_has_a_caption_in_both_languages():
    for part in menu.parts():
        assert all(part.caption[language] for language in ("en", "zh"))


def test_every_chapter_asks_its_reader():
    assert [page for page in CHAPTERS if "<summary>" not in source("en", page)] == []


def test_every_public_name_stands_in_the_reference_once():
    names = Counter(name for page in reference.PAGES.values() for name in page.names)
    assert set(names.values()) == {1}
    # Five rooms and two modules are shown by what is in them.
    rooms = {"doctor", "engines", "exercise", "figures", "web"}
    inside = {*rooms, "equations", "updates", "__version__"}
    assert set(clearprop.__all__) - set(names) == inside
    assert {"network.equations", "network.updates"} <= set(names)
    for room in rooms:
        shown = {name.rpartition(".")[2] for name in names}
        assert set(getattr(clearprop, room).__all__) <= shown
