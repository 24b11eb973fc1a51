"""`clearprop export` to C and to a page, from the command line."""

import shutil

import pytest

from clearprop.export.c.compiled import compiler


def test_a_c_file_and_a_page_are_written_and_told(clearprop, folder, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    done = clearprop("export flowers.safetensors --c my-flowers.c --html flowers.html")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("-> my-flowers.c (")
    assert lines[1] == "not compared: there is no C compiler here (cc)"
    assert lines[2].startswith("-> flowers.html (")
    assert lines[3] == "the page compares itself with the model on 10 rows when it is opened"
    assert "int my_flowers_predict(" in (folder / "my-flowers.c").read_text(encoding="utf-8")
    page = (folder / "flowers.html").read_text(encoding="utf-8")
    assert "<title>flowers</title>" in page
    assert page.count("<clearprop-form") == 1


@pytest.mark.skipif(compiler() is None, reason="there is no C compiler")
def test_the_users_own_rows_are_compared_in_chinese(clearprop):
    done = clearprop("export houses.safetensors --c m.c --data houses.csv --lang zh")
    assert done.code == 0
    assert "已比对 40 行；最大差异 " in done.out
    assert "m_predict 由 cc -O2 编译：" in done.out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("--html a.html --large", "--large: is for a C file; add c (--c FILE)"),
        ("--c m.cpp", "--c: expected a name that ends in .c; got 'm.cpp'"),
        ("--c flowers.safetensors", "--c: expected a name that ends in .c; got"),
        ("--c m.c --html m.c", "--html: expected a name that ends in .html or .htm; got 'm.c'"),
    ],
)
def test_wrong_choices_are_told_in_one_line(clearprop, folder, command, said):
    done = clearprop(f"export flowers.safetensors {command}")
    assert done.code == 2
    assert said in done.err
    assert not (folder / "m.c").exists()
