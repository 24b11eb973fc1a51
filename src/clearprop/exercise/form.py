"""The file to fill in: TOML with a blank for every number, and how it is read again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop.data.delimited.decoding import decoded
from clearprop.errors import DataError, ParameterError, did_you_mean, shown
from clearprop.exercise.contents import given, parts_of, title
from clearprop.exercise.judge import Answers
from clearprop.exercise.sentences import sentences
from clearprop.exercise.sheets import Sheet, make_sheet
from clearprop.exercise.stages import Stage, Values, shape_of
from clearprop.exercise.typed import Typed, plain, typed
from clearprop.explain.text import text_of

__all__ = ["Filled", "filled_form", "form", "read_form"]

# What a key shows for a number of a sheet: enough digits to compare any rounding with.
_KEY_DIGITS = 9


# -- Writing ---------------------------------------------------------------------------------------


def form(sheet: Sheet, lang: str, pupil: str = "") -> str:
    """The file to fill in.

    Examples
    --------
    >>> from clearprop.exercise.sheets import make_sheet
    >>> lines = form(make_sheet("published-2-2-2"), "en").splitlines()
    >>> [line for line in lines if line.startswith("z2")]
    ['z2 = ["", ""]  # z^(2)_1, z^(2)_2']
    """
    return "\n".join(_lines(sheet, lang, pupil, None)) + "\n"


def filled_form(sheet: Sheet, values: Values, lang: str, pupil: str = "") -> str:
    """The same file with numbers in it: the key."""
    return "\n".join(_lines(sheet, lang, pupil, values)) + "\n"


def _lines(sheet: Sheet, lang: str, pupil: str, values: Values | None) -> Iterator[str]:
    say = sentences(lang)
    yield from _comment(title(sheet, lang))
    yield "#"
    yield from _comment(text_of(given(sheet, lang)))
    yield "#"
    yield from _comment(say("form.how") if values is None else say("form.key"))
    yield ""
    yield f"sheet = {_quoted(sheet.name)}"
    yield f"seed = {sheet.seed}"
    yield f"pupil = {_quoted(pupil)}"
    for number, part in enumerate(parts_of(sheet, lang), start=1):
        yield ""
        yield from _comment(f"{number}. {part.title}")
        yield from _comment(text_of(part.blocks))
        if part.stages[0].per_sample:
            for i in range(sheet.probe.m):
                yield f"[{part.key}.sample-{i + 1}]"
                for stage in part.stages:
                    yield _line(stage.key, stage, sheet, values, i)
        else:
            yield f"[{part.key}]"
            for stage in part.stages:
                for row in range(_rows(stage, sheet)):
                    key = stage.key if stage.kind == "J" else f"{stage.key}_{row + 1}"
                    yield _line(key, stage, sheet, values, row)


def _comment(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.splitlines()]


def _quoted(text: str) -> str:
    """A string as TOML writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def _rows(stage: Stage, sheet: Sheet) -> int:
    """How many lines a stage has that belongs to all samples."""
    return 1 if stage.kind == "J" else shape_of(stage, sheet.probe)[1]


def indices(stage: Stage, sheet: Sheet, row: int) -> list[tuple[int, ...]]:
    """The places in the stage's array of the numbers in one line: those of a sample, or those of
    the weights that lead to a unit.
    """
    shape = shape_of(stage, sheet.probe)
    if stage.kind == "J":
        return [(0,)]
    if stage.per_sample:
        return [(row, j) for j in range(shape[1])]
    return [(j, row) for j in range(shape[0])]


def _line(key: str, stage: Stage, sheet: Sheet, values: Values | None, row: int) -> str:
    places = indices(stage, sheet, row)
    cells = ['""' if values is None else f"{values[stage][i]:.{_KEY_DIGITS}g}" for i in places]
    if stage.kind == "J":
        return f"{key} = {cells[0]}"
    names = ", ".join(_name(stage, i) for i in places)
    return f"{key} = [{', '.join(cells)}]  # {names}"


def _name(stage: Stage, index: tuple[int, ...]) -> str:
    if stage.per_sample:
        return f"{stage.symbol}_{index[1] + 1}"
    return f"{stage.symbol}_{index[1] + 1},{index[0]}"


# -- Reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """A file that somebody filled in."""

    sheet: Sheet
    pupil: str
    answers: Answers


_MOST_PROBLEMS = 20  # that are told at once
_HEAD = ("sheet", "seed", "pupil")
_TABLE = re.compile(r"\s*\[\s*([\w.\- ]+?)\s*\]\s*(#.*)?")
_ANSWER = re.compile(r"\s*(?P<key>(?:[za]|delta|Delta|D)\d+(?:_\d+)?|J)\s*[=＝]\s*(?P<value>.*)")
# A value as far as its comment.
_UNCOMMENTED = re.compile(r"""("[^"]*"|'[^']*'|[^"'#])*""")
# A cell in quotation marks, or one without them that holds no separator.
_CELL = re.compile(r'"([^"]*)"|\'([^\']*)\'|([^\s,;"\'\[\]]+)')


def read_form(path: Path, lang: str = "en") -> Filled:
    """Read a file that somebody filled in.

    Numbers may stand with or without quotation marks. Decimal commas, full-width digits and commas,
    and the minus sign of a word processor are understood. A blank may be left empty.

    Raises
    ------
    DataError
        In the learner's language, naming the file and the line: no TOML, a sheet that there is not,
        a line that is no sheet's, too many or too few numbers, and what is no number.
    """
    source, say = str(path), sentences(lang)
    try:
        text = decoded(source, path.read_bytes(), None)[0].decode()
    except OSError as error:
        raise DataError(f"{source}: {error.strerror or error}") from None
    lines, written = [], {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _TABLE.fullmatch(plain(line)):
            table = head[1].replace(" ", "")
        elif (answer := _ANSWER.match(line)) and (cells := _cells(answer["value"])) is not None:
            written[table, answer["key"]] = number, cells
            line = f"{answer['key']} = 0"  # it is read; TOML reads the rest
        lines.append(line)
    try:
        tables = tomllib.loads("\n".join(lines), parse_float=str)  # with all its digits
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        at = re.match(r"line (\d+)", where)
        line = at[1] if at else str(len(lines))
        what = f"{what[:1].lower()}{what[1:]}"
        raise DataError(say("problem.toml", file=source, line=line, what=what)) from None
    except (RecursionError, ValueError):  # thousands of brackets or digits
        raise DataError(say("problem.no-sheet", file=source)) from None
    try:
        return _filled(source, tables, written, lang)
    except RecursionError:  # a table in thousands of tables
        raise DataError(say("problem.no-sheet", file=source)) from None


def _cells(value: str) -> list[str] | None:
    """The cells of one line's value: texts of numbers, "" for a blank. None: TOML shall read it.

    Without quotation marks it is one cell, which :func:`_split` takes apart.
    """
    value = plain(value)
    quoted = '"' in value or "'" in value
    value = _UNCOMMENTED.match(value)[0].strip()  # type: ignore[index]  # it may be empty
    if value.startswith("[") != value.endswith("]") or value.count('"') % 2:
        return None
    if quoted:
        return [a or b or c for a, b, c in _CELL.findall(value)]
    value = value.strip("[] \t")
    return None if "[" in value or "]" in value else [value]


def _split(value: str, n: int) -> list[str]:
    """A list without quotation marks in its cells. Where commas are decimal, too, `n` decides."""
    ways = (r"\s*;\s*", r",\s+|\s+", r"\s*,\s*")
    found = [[cell for cell in re.split(way, value) if cell] for way in ways]
    exact = next((cells for cells in found if len(cells) == n), None)
    if exact is not None:
        return exact
    whole = found[-1]
    if len(whole) == 2 * n and all(re.fullmatch(r"[+-]?\d+", cell) for cell in whole):
        return [f"{a},{b}" for a, b in zip(whole[::2], whole[1::2], strict=True)]
    return whole


def _filled(
    source: str,
    tables: Mapping[str, Any],
    written: Mapping[tuple[str, str], tuple[int, list[str]]],
    lang: str,
) -> Filled:
    say = sentences(lang)
    if "sheet" not in tables or "seed" not in tables:
        raise DataError(say("problem.no-sheet", file=source))
    try:
        sheet = make_sheet(tables["sheet"], tables["seed"])
    except ParameterError as error:
        raise DataError(f"{source}: {error.renamed({'name': 'sheet'})}") from None
    places = _places(sheet)
    problems: list[str] = []
    answers: dict[Stage, dict[tuple[int, ...], Typed]] = {}
    for table, key, value in _entries(tables):
        if len(problems) == _MOST_PROBLEMS:
            break
        line, cells = written.get((table, key), (0, _texts(value)))
        where = say("problem.where", file=source, line=line, key=key)
        if not line:
            where = f"{source}: {key}"
        if (table, key) not in places:
            known = {name for name, _ in places}
            near = did_you_mean(
                key, [k for name, k in places if name == table or table not in known]
            )
            problems.append(say("problem.no-line", where=where, table=table, near=near))
            continue
        stage, expected = places[table, key]
        if len(cells) == 1 and len(expected) > 1:
            cells = _split(cells[0], len(expected))
        if len(cells) not in (0, len(expected)):
            hidden = stage.kind == "delta" and stage.layer < sheet.network.n_layers
            bias = hidden and len(cells) == len(expected) + 1
            problem = "problem.bias-delta" if bias else "problem.count"
            problems.append(say(problem, where=where, n=len(expected), got=len(cells)))
            continue
        for index, cell in zip(expected, cells, strict=False):
            if not cell.strip(" _?"):
                continue
            number = typed(cell)
            if number is None:
                problems.append(say("problem.number", where=where, got=shown(cell)))
            else:
                answers.setdefault(stage, {})[index] = number
    if problems:
        raise DataError(say("report.sentence-separator").join(problems))
    return Filled(sheet, str(tables.get("pupil", "")), answers)


def _entries(tables: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every line with a value: its table, its key and the value; the head of the file left out."""
    for key, value in tables.items():
        if isinstance(value, Mapping):
            yield from _entries(value, f"{path}.{key}".lstrip("."))
        elif path or key not in _HEAD:
            yield path, key, value


def _texts(value: Any) -> list[str]:
    """A value of several lines, as TOML has read it."""
    return [str(cell) for cell in value] if isinstance(value, list) else [str(value)]


def _places(sheet: Sheet) -> dict[tuple[str, str], tuple[Stage, list[tuple[int, ...]]]]:
    """What each line of the file holds: by table and key, the stage and the places in it."""
    found = {}
    for part in parts_of(sheet, "en"):
        for stage in part.stages:
            if stage.per_sample:
                for i in range(sheet.probe.m):
                    place = stage, indices(stage, sheet, i)
                    found[f"{part.key}.sample-{i + 1}", stage.key] = place
            else:
                for row in range(_rows(stage, sheet)):
                    key = stage.key if stage.kind == "J" else f"{stage.key}_{row + 1}"
                    found[part.key, key] = stage, indices(stage, sheet, row)
    return found
