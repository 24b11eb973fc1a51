"""Records and their renderers find each other by name, subclasses included."""

import re

import pytest

from clearprop.faces import bind, face


class Point:
    """A record."""

    def __str__(self):
        return face(self, "text")(self, "!")


class Corner(Point):
    """A record that extends another."""


def test_a_record_is_shown_by_what_is_bound_to_its_class(monkeypatch):
    monkeypatch.setattr("clearprop.faces._FACES", {})
    message = "Point: no face 'text' is bound to it"
    with pytest.raises(LookupError, match=f"^{re.escape(message)}$"):
        str(Point())
    bind(Point, text=lambda point, end: f"a point{end}", page=lambda point: "<p>")
    assert (str(Point()), face(Point(), "page")(Point())) == ("a point!", "<p>")
    assert str(Corner()) == "a point!"
    bind(Corner, text=lambda corner, end: f"a corner{end}")
    assert (str(Corner()), str(Point())) == ("a corner!", "a point!")
    with pytest.raises(LookupError, match="Corner: no face 'fragment' is bound"):
        face(Corner(), "fragment")
