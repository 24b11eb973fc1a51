"""How records are bound to what shows them."""

import pytest

from clearprop import faces
from clearprop.faces import bind, face


@pytest.fixture(autouse=True)
def _own_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_FACES", {})


class Record:
    """A record."""


class Special(Record):
    """One that extends it."""


def test_a_face_is_that_of_the_class_or_of_one_that_it_extends() -> None:
    bind(Record, text=lambda record: "plain", page=lambda record: "<p>")
    bind(Special, text=lambda record: "special")
    assert face(Record(), "text")(Record()) == "plain"
    assert face(Special(), "text")(Special()) == "special"
    assert face(Special(), "page")(Special()) == "<p>"


def test_a_class_can_be_named_by_its_path() -> None:
    bind(f"{__name__}.Record", text=lambda record: "by its path")
    assert face(Special(), "text")(Special()) == "by its path"


def test_a_face_that_nobody_bound() -> None:
    bind(Record, text=lambda record: "plain")
    with pytest.raises(LookupError, match=r"^Special: no face 'page' is bound to it$"):
        face(Special(), "page")
