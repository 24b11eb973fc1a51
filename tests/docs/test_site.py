"""The sites as they are built: the same numbers in both languages, and nothing from elsewhere."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urldefrag

import pytest
from sources import CHAPTERS, HTML, LANGUAGES


@pytest.fixture
def read(site):
    return lambda language, page: (site / language / page).read_text(encoding="utf-8")


def outputs(html):
    """The text of the outputs of a page's code, frames included."""
    found = re.findall(r'<div class="[^"]*\boutput\b[^"]*">(.*?)</div>', html, re.DOTALL)
    found = [
        unescape(output.split('srcdoc="')[1].split('"')[0]) if "srcdoc" in output else output
        for output in found
    ]
    found = [re.sub(r"<(style|script)\b.*?</\1>", "", o, flags=re.DOTALL) for o in found]
    return [unescape(re.sub(r"<[^>]+>", " ", output)) for output in found]


def numbers(text):
    """Every number of an output, without seconds, and without 0 and 1, which sentences use too."""
    text = re.sub(r"[\d.]+ (s\b|秒)", "", text)
    found = Counter(re.findall(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?", text))
    return Counter({number: times for number, times in found.items() if number not in ("0", "1")})


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_same_numbers(read, page):
    html = page.replace(".md", ".html")
    english, chinese = (outputs(read(language, html)) for language in LANGUAGES)
    assert len(english) == len(chinese) >= 4
    for ours, theirs in zip(english, chinese, strict=True):
        assert numbers(ours) == numbers(theirs)
    assert sum(map(len, map(numbers, english))) > 30


@pytest.mark.parametrize("page", HTML)
@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_somewhere_and_nothing_comes_from_elsewhere(site, read, language, page):
    html = read(language, page)
    loaded = re.findall(r'<(?:script|img|iframe|source)[^>]* src="([^"]+)"', html)
    loaded += re.findall(r'<link[^>]* href="([^"]+)"', html)
    followed = re.findall(r'<a [^>]*href="([^"]+)"', html)
    assert not [url for url in loaded if re.match(r"(https?:)?//", url)]
    for url in {*loaded, *followed}:
        if re.match(r"https?://|data:image/svg", url):
            continue
        path, anchor = urldefrag(unescape(url).partition("?")[0])
        target = (site / language / page).parent / path if path else site / language / page
        assert target.exists(), url
        if anchor and target.suffix == ".html":
            assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), url


@pytest.mark.parametrize("page", HTML)
def test_the_switch_of_language_leads_to_the_same_page(read, page):
    for language, other in (LANGUAGES, LANGUAGES[::-1]):
        up = "../" * (1 + page.count("/"))
        assert f'<a href="{up}{other}/{page}" hreflang="{other}"' in read(language, page)


@pytest.mark.parametrize("page", HTML)
@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_are_mathml(read, language, page):
    article = re.search(r"<article.*</article>", read(language, page), re.DOTALL)[0]
    text = re.sub(r"<(pre|code)\b.*?</\1>", "", article, flags=re.DOTALL)
    assert not re.search(r"\\\(|\\\[|\$", text)


@pytest.mark.parametrize(
    ("page", "formula"),
    [("backward.html", r"<mi>&#x003B4;</mi>"), ("cost.html", r"<mi>&#x003BB;</mi>")],
)
def test_both_languages_show_the_same_formulas(read, page, formula):
    english, chinese = (re.findall(r"<math.*?</math>", read(l, page)) for l in LANGUAGES)
    assert english == chinese
    assert formula in "".join(english)


def test_lines_of_chinese_join_without_a_space(read):
    html = re.sub(r"<pre.*?</pre>", "", read("zh", "delta.html"), flags=re.DOTALL)
    assert not re.search(r"[\u4e00-\u9fff，。：；]\n[\u4e00-\u9fff]", html)


@pytest.mark.parametrize("page", ["index.html", "delta.html", "search.html"])
def test_the_theme_speaks_chinese(read, page):
    """Outside the article, what is in English is a name."""
    html = re.sub(r"<(script|style|article)\b.*?</\1>", "", read("zh", page), flags=re.DOTALL)
    said = re.findall(
        r'(?:>|aria-label="|placeholder="|title=")\s*([A-Z][A-Za-z /,]+)\s*[<"]', html
    )
    assert set(said) == {"Clearprop", "Furo"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_have_the_anchors_of_the_forge(read, language):
    page = read(language, "why-is-my-gradient-wrong.html")
    assert 'id="flow-bias-kept"' in page
    assert 'id="try-it"' in read("en", "delta.html")
    assert 'id="动手试试"' in read("zh", "delta.html")
