"""Texts of learners pass one door: what they hold moves no cursor and turns no line."""

import pytest

from clearprop.doctor.learner.raised import Raised, harmless, raised


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b[H", r"\x1b[2J\x1b[H"),
        ("a\u202eb\u2066c\u200bd", r"a\u202eb\u2066c\u200bd"),
        ("\x07\x08\x7f\x9b", r"\x07\x08\x7f\x9b"),
        ("two\r\nlines\tand more", "two lines and more"),
        ("误差　不对", "误差　不对"),
        ("\ud800", r"\ud800"),
    ],
)
def test_control_characters_are_spelt_out(text, shown):
    assert harmless(text) == shown
    found = Raised(text, text, text, 1, text)
    assert all(part == shown for part in (found.kind, found.message, found.file, found.code))
    said = Raised.said("ProcessEnded", "ended-saying", how="exit code 1", last=text)
    assert said.sentence("zh") == f"函数结束了自己的进程（exit code 1），最后的输出是：{shown}"


def test_long_texts_are_cut():
    assert len(Raised("E", "x" * 10**6).message) == 1000
    assert len(harmless("\x1b" * 10**6)) == 1000


def test_an_exception_without_a_text():
    class MuteError(Exception):
        def __str__(self):
            raise ValueError

    assert raised(MuteError()).message == ("(a MuteError that cannot be shown: ValueError)")


def test_what_goes_over_the_wire_comes_back():
    found = Raised.said("Timeout", "timeout", file="a.py", line=3, code="while 1:", seconds="2")
    assert Raised(**found.to_wire()) == found
    assert found.to_dict("zh")["message"] == "2 秒内没有回答：是不是有一个不会结束的循环？"
    assert set(found.to_dict()) == {"kind", "message", "file", "line", "code"}
