"""The sources: the same pages in both languages, with the same code."""

import ast
import re

import pytest
from sources import CHAPTERS, DOCS, LANGUAGES, PAGES, WRITTEN, source

from clearprop.doctor.mistakes import CATALOGUE

LAST = {"en": ["Try it", "Check yourself"], "zh": ["动手试试", "自测"]}


def blocks(text, kind):
    return re.findall(rf"^```{kind}([^\n]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def bones(text):
    """A page without its words: headings, formulas, links, lists, tables and fences, in order."""
    prose = re.sub(r"^```[^\n]*\n.*?^```$", "```", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(
        r"^#+|^```|^\||^- |^> |^\$\$\n.*?\n\$\$|\$[^$\n]+\$|\]\([^)]+\)|</?\w+[^>]*>",
        prose,
        re.DOTALL | re.MULTILINE,
    )


class _Wordless(ast.NodeTransformer):
    """Takes away what speaks to the reader: the text that is printed, and docstrings."""

    def visit_Call(self, node):
        printed = isinstance(node.func, ast.Name) and node.func.id == "print"
        if printed:
            for text in ast.walk(node):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    text.value = ""
        return self.generic_visit(node)

    def visit_FunctionDef(self, node):
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)

    def visit_keyword(self, node):
        return None if node.arg == "lang" else self.generic_visit(node)

    def visit_JoinedStr(self, node):
        """Keep the numbers of an f-string; the text between them may differ."""
        shown = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        return ast.copy_location(ast.JoinedStr(values=shown), node)


def wordless(code):
    return ast.dump(_Wordless().visit(ast.parse(code)))


def test_the_same_pages():
    assert [page.name for page in sorted((DOCS / "zh").glob("*.md"))] == WRITTEN
    assert len(WRITTEN) >= 12


@pytest.mark.parametrize("page", PAGES)
def test_the_same_code(page):
    english, chinese = (blocks(source(language, page), "python") for language in LANGUAGES)
    assert len(english) == len(chinese)
    for (options, code), (other_options, other) in zip(english, chinese, strict=True):
        assert options == other_options
        assert wordless(code) == wordless(other)


@pytest.mark.parametrize("page", WRITTEN)
@pytest.mark.parametrize("kind", ["console", "sh"])
def test_the_same_commands(page, kind):
    def plain(language):
        lines = "\n".join(code for _, code in blocks(source(language, page), kind)).splitlines()
        bare = [re.sub(r"\s+#.*|^#.*| --lang (en|zh)", "", line) for line in lines]
        return [line for line in bare if line]

    assert plain("en") == plain("zh")


@pytest.mark.parametrize("page", PAGES)
def test_the_same_build(page):
    english, chinese = (bones(source(language, page)) for language in LANGUAGES)
    assert english == chinese


@pytest.mark.parametrize("page", WRITTEN)
def test_chinese_commands_speak_chinese(page):
    for _, code in [*blocks(source("zh", page), "console"), *blocks(source("zh", page), "sh")]:
        for line in re.findall(r"clearprop (?:doctor|explain|figure) .*", code):
            assert "--lang zh" in line


@pytest.mark.parametrize("page", CHAPTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_ends_with_commands_to_try_and_a_question(language, page):
    headings = re.findall(r"^## (.*)$", source(language, page), re.MULTILINE)
    assert headings[-2:] == LAST[language]
    assert source(language, page).rstrip().endswith("</details>")


@pytest.mark.parametrize("page", ["index.md", "gradient-checking.md"])
def test_as_many_mistakes_are_promised_as_there_are(page):
    assert f"{len(CATALOGUE)} mistakes" in source("en", page)
    assert f"{len(CATALOGUE)} 种错误" in source("zh", page)


def test_there_are_nine_chapters():
    assert len(CHAPTERS) == 9


def test_the_first_page_leads_to_both_languages():
    page = (DOCS / "site" / "languages.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)"', page) == [f"{l}/index.html" for l in LANGUAGES]
