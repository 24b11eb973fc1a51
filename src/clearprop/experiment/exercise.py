"""The jobs `exercise start`, `exercise sheet` and `exercise mark`."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.data.delimited.decoding import decoded
from clearprop.errors import (
    ClearpropError,
    DataError,
    one_of,
    raise_problems,
    whole_problems,
)
from clearprop.exercise.form import filled_form, form, read_form
from clearprop.exercise.judge import judged
from clearprop.exercise.marks import Marked
from clearprop.exercise.page import sheet_page
from clearprop.exercise.sheets import SHEETS, Sheet, make_sheet
from clearprop.exercise.stages import solved
from clearprop.exercise.starters import STARTERS, starter
from clearprop.experiment.problems import collected, file_problems
from clearprop.language import LANGUAGES

__all__ = ["MarkJob", "SheetJob", "StartJob"]

# First lines of a list of names that are no name.
_HEADS = {"name", "names", "pupil", "pupils", "student", "students", "姓名", "名字", "学生", "学号"}


@dataclass(frozen=True)
class StartJob:
    """The checked choices of `exercise start`: a file, and what stands in it."""

    path: Path
    text: str

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> StartJob:
        """Check the choices.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong, a file that is there already among them.
        """
        problems: list[str] = []
        values = parsed("exercise start", given, problems)
        name, octave = values["exercise"], values["octave"]
        ending = ".m" if octave else ".py"
        if name is not None:
            problems += one_of("exercise", name, tuple(STARTERS))
        problems += one_of("lang", values["lang"], LANGUAGES)
        # Octave calls a function by the name of its file, which has no hyphen.
        values["out"] = values["out"] or f"{name}".replace("-", "_") + ending
        path = Path(values["out"])
        problems += file_problems("exercise start", values, reads=[])
        if path.suffix in (".py", ".m") and path.suffix != ending:
            kind = "Octave" if octave else "NumPy"
            problems.append(f"out: expected a name that ends in {ending} for {kind}; got {path}")
        if octave and not path.stem.isidentifier():
            problems.append(
                f"out: expected a name that Octave can call, such as cost.m; got {path}"
            )
        problems += _there([path])
        raise_problems(problems)
        return cls(path, starter(name, values["lang"], path.stem if octave else None))


def _there(paths: Sequence[Path]) -> list[str]:
    """The problem of files that would be overwritten."""
    found = [str(path) for path in paths if path.exists()]
    if not found:
        return []
    listed = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    are = "is there already and is" if len(found) == 1 else "are there already and are"
    return [f"out: {listed} {are} not overwritten; choose another place, or remove it first"]


# -- Sheets ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SheetJob:
    """The checked choices of `exercise sheet`.

    Attributes
    ----------
    files
        What to write, by path: for each pupil the file to fill in, its page, and the key.
    folders
        Folders to make.
    """

    files: Mapping[Path, str]
    folders: tuple[Path, ...]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> SheetJob:
        """Check the choices, and make the sheets.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong, files that are there already among them.
        """
        problems: list[str] = []
        values = parsed("exercise sheet", given, problems)
        name, seed, lang = values["sheet"], values["seed"], values["lang"]
        if name is not None:
            problems += one_of("sheet", name, tuple(SHEETS))
        problems += whole_problems("seed", seed, least=0)
        problems += one_of("lang", lang, LANGUAGES)
        if values["html"] and values["paper"]:
            problems.append("paper: expected one of --html and --paper; got both")
        pupils = None
        if values["pupils"] is not None:
            with collected(problems):
                pupils = pupils_of(Path(values["pupils"]))
        folder = Path(values["out"] or (f"{name}" if pupils else "."))
        if folder.exists() and not folder.is_dir():
            problems.append(f"out: expected a folder; {folder} is a file")
        elif not folder.absolute().parent.is_dir():
            problems.append(f"out: the folder {folder.parent} is not there; make it first")
        raise_problems(problems)
        keys = folder / "keys" if pupils else folder
        files: dict[Path, str] = {}
        page = "paper" if values["paper"] else "html" if values["html"] else None
        for stem, pupil, sheet in _sheets(name, seed, pupils):
            files[folder / f"{stem}.toml"] = form(sheet, lang, pupil)
            files[keys / f"{stem}.key.toml"] = filled_form(sheet, solved(sheet.probe), lang, pupil)
            if page:
                files[folder / f"{stem}.html"] = sheet_page(sheet, lang, pupil, page == "paper")
        raise_problems(_there(list(files)))
        return cls(files, (folder, keys))


def _sheets(name: str, seed: int, pupils: Sequence[str] | None) -> Iterator[tuple[str, str, Sheet]]:
    """The stem of the files, the pupil, and the sheet of each."""
    if pupils is None:
        yield f"{name}-{seed}", "", make_sheet(name, seed)
        return
    taken: set[str] = set()
    for i, pupil in enumerate(pupils):
        stem = plain = re.sub(r"[^\w\-]+", "_", pupil).strip("_") or "pupil"
        n = 1
        while stem.lower() in taken:
            n += 1
            stem = f"{plain}-{n}"
        taken.add(stem.lower())
        yield stem, pupil, make_sheet(name, seed + i)


def pupils_of(path: Path) -> list[str]:
    """The names in the first column of a file, one a line.

    Raises
    ------
    DataError
        For a file that is not there, or has no name.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        said = f"{path}: {reason[:1].lower()}{reason[1:]}; expected a file of names"
        raise DataError(said) from None
    text = _text_of(path, raw)
    rows = csv.reader(io.StringIO(text), delimiter=_separator(text))
    names = [" ".join(row[0].split()) for row in rows if row and row[0].strip()]
    if names and names[0].lower() in _HEADS:
        names = names[1:]
    if not names:
        raise DataError(f"{path}: expected a name in each line; got none")
    return names


def _text_of(path: Path, raw: bytes) -> str:
    """The text in its encoding. Names are too short a text to find an encoding by its words."""
    with contextlib.suppress(DataError):
        return decoded(str(path), raw, None)[0].decode()
    with contextlib.suppress(UnicodeDecodeError):
        text = raw.decode("gb18030")
        if all(c.isascii() or unicodedata.name(c, "").startswith("CJK") for c in text):
            return text
    raise DataError(f"{path}: expected names in UTF-8; save the file as UTF-8")


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


# -- Marking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MarkJob:
    """The checked choices of `exercise mark`.

    Attributes
    ----------
    paths
        The files to mark.
    folder
        Whether a folder was given: then a file that cannot be read does not stop the others.
    values
        The value of every option, by name.
    """

    paths: tuple[Path, ...]
    folder: bool
    values: Mapping[str, Any]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> MarkJob:
        """Check the choices, and find the files.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong.
        """
        problems: list[str] = []
        values = parsed("exercise mark", given, problems)
        problems += one_of("lang", values["lang"], LANGUAGES)
        if values["hint"] not in (None, 1, 2, 3):
            problems.append(f"hint: expected 1, 2 or 3; got {values['hint']!r}")
        path, paths, folder = Path(values["answers"] or ""), [], False
        if values["answers"] is not None:
            folder = path.is_dir()
            paths = sorted(path.glob("*.toml")) if folder else [path]
            if folder:
                paths = [p for p in paths if p.is_file() and not p.name.endswith(".key.toml")]
            if folder and not paths:
                problems.append(f"{path}: expected .toml files of sheets in the folder; got none")
            if not path.exists():
                problems.append(f"{path}: no such file; expected a sheet that was filled in")
        raise_problems(problems)
        return cls(tuple(paths), folder, values)

    def marked(self) -> Iterator[tuple[Path, Marked | ClearpropError]]:
        """Each file with its marks. In a folder, a file that cannot be read gives its error.

        Raises
        ------
        DataError
            For a single file that cannot be read.
        """
        for path in self.paths:
            try:
                filled = read_form(path, self.values["lang"])
                yield path, judged(filled.sheet, filled.answers, filled.pupil)
            except DataError as error:
                if not self.folder:
                    raise
                yield path, error
