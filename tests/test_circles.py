"""There is no circle of imports, not even inside a room.

An import inside a function counts, and ``import_module`` with its name written out. One under
``if TYPE_CHECKING:`` loads nothing and may close a circle.
"""

from collections import deque
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from import_statements import imports

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "clearprop"


def edges(sources: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """For each module the modules that it imports, each with the place where it does so.

    `sources` are the texts of modules by their path, counted from the package.
    """
    modules = {module_name(path): path for path in sources}
    found: dict[str, dict[str, str]] = {module: {} for module in modules}
    for module, path in modules.items():
        for line, name, for_types, _ in imports(sources[path]):
            target = name if name in modules else name.rpartition(".")[0]
            if not for_types and target in modules and target != module:
                found[module].setdefault(target, f"src/clearprop/{path}:{line}")
    return found


def module_name(path: str) -> str:
    """The full name of a module: ``data/__init__.py`` is clearprop.data."""
    parts = ["clearprop", *path.removesuffix(".py").split("/")]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def circle(graph: Mapping[str, Mapping[str, str]]) -> list[str]:
    """A shortest circle of imports, an import a line; empty where there is none."""
    best: list[str] = []
    for start in graph:
        way = {start: start}  # each module that start leads to, and the one that leads to it
        queue = deque([start])
        while queue and (not best or len(best) > 2):
            module = queue.popleft()
            if start in graph[module]:
                steps = [start, module]
                while steps[-1] != start:
                    steps.append(way[steps[-1]])
                steps.reverse()
                lines = [f"{graph[a][b]}: {a} imports {b}" for a, b in pairwise(steps)]
                if not best or len(lines) < len(best):
                    best = lines
                break
            for target in graph[module]:
                if target not in way:
                    way[target] = module
                    queue.append(target)
    return best


def test_no_circle_of_imports() -> None:
    paths = [path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")]
    graph = edges({path: (PACKAGE / path).read_text(encoding="utf-8") for path in paths})
    assert len(graph) > 100
    assert "clearprop.errors" in graph["clearprop.network.architecture"]
    found = circle(graph)
    assert not found, "a circle of imports:\n" + "\n".join(found)


A = "from clearprop.data.b import B"


@pytest.mark.parametrize(
    ("sources", "lines"),
    [
        (
            {"data/a.py": A, "data/b.py": "import clearprop.data.a"},
            [
                "src/clearprop/data/a.py:1: clearprop.data.a imports clearprop.data.b",
                "src/clearprop/data/b.py:1: clearprop.data.b imports clearprop.data.a",
            ],
        ),
        (  # inside a function, and by import_module
            {
                "data/a.py": f"def f():\n    {A}",
                "data/b.py": "from clearprop.data import c",
                "data/c.py": 'x = 1\nimportlib.import_module("clearprop.data.a")',
            },
            [
                "src/clearprop/data/a.py:2: clearprop.data.a imports clearprop.data.b",
                "src/clearprop/data/b.py:1: clearprop.data.b imports clearprop.data.c",
                "src/clearprop/data/c.py:2: clearprop.data.c imports clearprop.data.a",
            ],
        ),
        (  # through the front door of a room
            {
                "data/__init__.py": "from clearprop.data.a import A",
                "data/a.py": "import clearprop.data",
            },
            [
                "src/clearprop/data/__init__.py:1: clearprop.data imports clearprop.data.a",
                "src/clearprop/data/a.py:1: clearprop.data.a imports clearprop.data",
            ],
        ),
        (  # the shorter of two
            {
                "data/a.py": "from clearprop.data import b",
                "data/b.py": "from clearprop.data import c",
                "data/c.py": "from clearprop.data import a, d",
                "data/d.py": "from clearprop.data import c",
            },
            [
                "src/clearprop/data/c.py:1: clearprop.data.c imports clearprop.data.d",
                "src/clearprop/data/d.py:1: clearprop.data.d imports clearprop.data.c",
            ],
        ),
    ],
)
def test_a_circle_is_named_import_by_import(sources: dict[str, str], lines: list[str]) -> None:
    assert circle(edges(sources)) == lines


@pytest.mark.parametrize(
    "other",
    [
        "if TYPE_CHECKING:\n    from clearprop.data.a import A",
        "from clearprop.model import Model\nimport numpy",
        "",
    ],
)
def test_what_is_no_circle_is_let_through(other: str) -> None:
    assert circle(edges({"data/a.py": A, "data/b.py": other, "data/c.py": A})) == []
