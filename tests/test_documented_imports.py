"""What README and docs show imports from ``clearprop`` only, and names that are there."""

import ast
import re
import textwrap
from pathlib import Path

import pytest

import clearprop

ROOT = Path(__file__).parents[1]
PAGES = [
    *sorted(path.name for path in ROOT.glob("README*.md")),
    *sorted(
        path.relative_to(ROOT).as_posix()
        for ending in ("*.md", "*.py")
        for path in (ROOT / "docs").rglob(ending)
    ),
]
NAMES = {*clearprop.__all__, "NativeEngine"}


def problems(page: str, text: str) -> list[str]:
    """Each import of a page that goes past the front door, and each name that is not there."""
    found = [
        f"{page}: {' '.join(match[0].split())}: import it from clearprop"
        for match in re.finditer(r"\b(?:from|import)\s+clearprop\.\w[\w.]*", text)
    ]
    used = [name for block in blocks(text) for name in names(block)]
    unknown = [name for name in used if name not in NAMES]
    return found + [f"{page}: clearprop.{name}: there is no such name" for name in unknown]


def blocks(text: str) -> list[str]:
    """The Python blocks of a page."""
    found = re.findall(r"^ *```python[^\n]*\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(code) for code in found]


def names(code: str) -> list[str]:
    """The names of the package that a piece of code uses."""
    found = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.ImportFrom(module="clearprop", names=imported):
                found += [alias.name for alias in imported]
            case ast.Attribute(value=ast.Name(id="clearprop"), attr=name):
                found.append(name)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_goes_through_the_front_door(page: str) -> None:
    found = problems(page, (ROOT / page).read_text(encoding="utf-8"))
    assert not found, "\n" + "\n".join(found)


def test_all_pages_are_read() -> None:
    assert {"README.md", "README.zh-CN.md", "docs/en/index.md", "docs/zh/index.md"} <= set(PAGES)
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in PAGES]
    used = {name for text in texts for block in blocks(text) for name in names(block)}
    assert {"Network", "read", "equations", "Experiment", "NativeEngine", "explain"} <= used


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("In Python: `from clearprop.data import read`.", "from clearprop.data: import it from"),
        ("`import clearprop.model`", "import clearprop.model: import it from clearprop"),
        ("```python\nclearprop.tarin(3)\n```\n", "clearprop.tarin: there is no such name"),
        (
            "1. Then:\n   ```python\n   from clearprop import Netwrok\n   ```\n",
            "clearprop.Netwrok: there is no such name",
        ),
    ],
)
def test_what_a_page_must_not_do_is_named(text: str, message: str) -> None:
    (found,) = problems("page.md", text)
    assert found.startswith(f"page.md: {message}")


def test_what_a_page_may_do_is_let_through() -> None:
    code = "import clearprop\nfrom clearprop import read\nimport numpy.random\nclearprop.explain"
    assert problems("page.md", f"```python\n{code}\n```\n") == []
