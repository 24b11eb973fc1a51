"""How figures become files: readable text, the same bytes, and fonts."""

import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.font_manager import FontProperties, fontManager, get_font

from clearprop.errors import ModelFileError, ParameterError
from clearprop.figures import drawing
from clearprop.figures.drawing import Picture, power_of_ten, sheet, styled
from clearprop.language import _entries, catalogue

SVG = "{http://www.w3.org/2000/svg}"


def picture(lang: str = "en", title: str = "A & B") -> Picture:
    with styled("误差"):
        figure, axes = sheet(4, 3, title, "below <it>")
        axes.plot([0, 1], [0, 1], label="误差")
        axes.legend()
    return Picture(figure, title, "From 0 < 1 & on.", lang)


def test_an_svg_can_be_read_aloud():
    root = ElementTree.fromstring(picture("zh").to_bytes(".svg"))
    assert root.get("role") == "img"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-CN"
    first, second = root[0], root[1]
    assert (first.tag, first.text) == (SVG + "title", "A & B")
    assert (second.tag, second.text) == (SVG + "desc", "From 0 < 1 & on.")


def test_text_stays_text_in_fonts_of_any_machine():
    root = ElementTree.fromstring(picture().to_bytes(".svg"))
    texts = {"".join(text.itertext()) for text in root.iter(SVG + "text")}
    assert {"A & B", "below <it>", "误差"} <= texts
    fonts = root.get("font-family")
    assert fonts.startswith("'DejaVu Sans', 'Noto Sans CJK SC', ")
    assert fonts.endswith(", sans-serif")
    assert {"'WenQuanYi Zen Hei'", "'Microsoft YaHei'", "'PingFang SC'"} <= set(fonts.split(", "))
    # The fonts stand once, at the top; no text repeats them.
    assert not [e for e in root.iter() if "font-family" in e.get("style", "")]


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_the_same_figure_gives_the_same_bytes(ending):
    first = picture().to_bytes(ending)
    assert first == picture().to_bytes(ending)
    assert first == picture().to_bytes(ending.upper())


def test_a_file_is_written_whole_by_its_ending(tmp_path):
    for name, beginning in (("a.png", b"\x89PNG"), ("a.SVG", b"<?xml"), ("a.pdf", b"%PDF")):
        picture().save(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(beginning)
    with pytest.raises(ModelFileError, match=r"the folder .* is not there; make it first"):
        picture().save(tmp_path / "no" / "a.svg")
    assert len(list(tmp_path.iterdir())) == 3


def test_another_ending_is_refused():
    with pytest.raises(ParameterError) as caught:
        picture().to_bytes(".gif")
    assert str(caught.value) == "ending: expected .png, .svg or .pdf; got '.gif'"


def test_without_a_chinese_font_only_svg_can_be_chinese(monkeypatch):
    monkeypatch.setattr(drawing, "chinese_font", lambda: None)
    chinese = picture("zh")
    assert "误差".encode() in chinese.to_bytes(".svg")
    assert picture("en").to_bytes(".png").startswith(b"\x89PNG")
    for ending in (".png", ".pdf"):
        with pytest.raises(ParameterError) as caught:
            chinese.to_bytes(ending)
        assert str(caught.value) == (
            f"lang: zh in a {ending} needs a Chinese font, and none is installed; install one "
            "(Debian: apt-get install fonts-wqy-zenhei) or write an .svg"
        )


def test_a_font_that_came_after_matplotlib_made_its_list_is_found(monkeypatch, chinese):
    files = {entry.fname for entry in fontManager.ttflist if entry.name in drawing._CHINESE}
    there = [entry for entry in fontManager.ttflist if entry.fname not in files]
    monkeypatch.setattr(fontManager, "ttflist", there)
    assert drawing.chinese_font() == chinese


def test_english_figures_look_for_no_chinese_font(monkeypatch):
    monkeypatch.setattr(drawing, "chinese_font", lambda: pytest.fail("looked for one"))
    with styled("A title of c:\\data\\Zoë.csv, λ = 1 → θ − ε"):
        figure, _ = sheet(4, 3, "a title", "θ − ε")
    Picture(figure, "a title", "").to_bytes(".png")


def test_chinese_names_in_english_figures_have_a_font(chinese):
    with styled("花.csv, 40 rows"):
        assert matplotlib.rcParams["font.family"] == ["DejaVu Sans", chinese]


def test_a_font_of_another_weight_serves_as_a_normal_one(monkeypatch, chinese, caplog):
    """WenQuanYi has one weight, 500; Matplotlib logs a warning for every size that it finds."""
    heavier = [replace(e, weight=500) for e in fontManager.ttflist if e.name == chinese]
    others = [e for e in fontManager.ttflist if e.name != chinese]
    monkeypatch.setattr(fontManager, "ttflist", [*others, *heavier])
    path = fontManager.findfont(
        FontProperties(family=[chinese], size=13.25), rebuild_if_missing=False
    )
    assert "Failed to find font weight" in caplog.text
    caplog.clear()
    assert drawing.chinese_font() == chinese
    assert fontManager.findfont(FontProperties(family=[chinese], size=13.5)) == path
    assert caplog.text == ""
    there = len(fontManager.ttflist)
    drawing.chinese_font()
    assert len(fontManager.ttflist) == there


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_is_logged_while_a_figure_is_drawn(lang, chinese):
    code = (
        "from clearprop.figures import make\n"
        f"picture = make('network', layers=(3, 2), lang='{lang}')\n"
        "picture.to_bytes('.svg'), picture.figure.canvas.draw()\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_sign_of_the_catalogues_has_a_glyph(lang, chinese):
    fonts = [
        get_font(fontManager.findfont(FontProperties(family=name)))
        for name in ("DejaVu Sans", chinese)
    ]
    texts = [text for _, text in _entries(catalogue("clearprop.figures", lang))]
    signs = {ord(c) for c in "".join(texts) + "×⁻⁰¹²³⁴⁵⁶⁷⁸⁹⋮" if c.isprintable()}
    missing = [chr(s) for s in signs if not any(font.get_char_index(s) for font in fonts)]
    assert missing == []


def test_matplotlibs_settings_are_as_they_were():
    with matplotlib.rc_context({"font.size": 40, "axes.grid": True}):
        before = dict(matplotlib.rcParams)
        with styled():
            assert matplotlib.rcParams["font.size"] == 13
            assert matplotlib.rcParams["axes.grid"] is False
        assert dict(matplotlib.rcParams) == before


def test_what_the_user_has_set_does_not_show():
    plain = picture().to_bytes(".svg")
    with matplotlib.rc_context({"font.size": 40, "axes.grid": True, "savefig.dpi": 20}):
        assert picture().to_bytes(".svg") == plain


def test_a_title_is_no_formula():
    text = picture(title="a $1_$ b").to_bytes(".svg").decode()
    assert re.search(r"<text [^>]*>a \$1_\$ b</text>", text)


def test_a_picture_shows_itself_in_a_notebook():
    shown = picture()
    assert shown._repr_svg_() == shown.to_bytes(".svg").decode()


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.25e-7, "1.2×10⁻⁷"), (3e12, "3.0×10¹²"), (0, "0"), (9.96e-10, "1.0×10⁻⁹")],
)
def test_powers_of_ten(value, text):
    assert power_of_ten(value) == text
