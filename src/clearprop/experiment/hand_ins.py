"""The job `doctor` for a folder: one line for each hand-in, going on where it stopped."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from clearprop.doctor.diagnosis import Diagnosis
from clearprop.doctor.learner.files import ENDINGS
from clearprop.doctor.learner.problems import Problem
from clearprop.doctor.learner.raised import harmless
from clearprop.errors import ClearpropError, raise_problems
from clearprop.experiment.doctor import DoctorJob, in_language
from clearprop.storage.atomic import write_whole

__all__ = ["HandIn", "HandIns", "csv_lines"]

# A spreadsheet would take a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class HandIn:
    """What was found in one file.

    Attributes
    ----------
    file
        Its path below the folder.
    verdict
        As a diagnosis has it; ``"unknown"`` too where the file could not be asked.
    causes, conventions
        Their ids.
    where
        Where the mistakes are; or the blocks that are wrong.
    seconds
        How long it took.
    error
        Why it could not be asked, or nothing.
    hash
        Of the file's content and of the options: another one is asked again.
    """

    file: str
    verdict: str
    causes: str
    conventions: str
    where: str
    seconds: str
    error: str
    hash: str

    @property
    def cells(self) -> list[str]:
        """The fields, safe for spreadsheets.

        Examples
        --------
        >>> HandIn("=1.py", "right", "", "", "", "0.5", "", "1f").cells[:2]
        ["'=1.py", 'right']
        """
        return [f"'{text}" if text.startswith(_FORMULA) else text for text in asdict(self).values()]

    @classmethod
    def of_cells(cls, cells: Sequence[str]) -> HandIn:
        """The inverse of :attr:`cells`."""
        return cls(
            *(c[1:] if c.startswith("'") and c[1:].startswith(_FORMULA) else c for c in cells)
        )


_COLUMNS = [field.name for field in fields(HandIn)]


def csv_lines(hand_ins: Sequence[HandIn], header: bool) -> str:
    """The lines of a CSV file.

    Examples
    --------
    >>> print(csv_lines([HandIn("a.py", "wrong", "delta-sign", "", "", "1.2", "", "1f")], True))
    file,verdict,causes,conventions,where,seconds,error,hash
    a.py,wrong,delta-sign,,,1.2,,1f
    <BLANKLINE>
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_COLUMNS] if header else [])
    writer.writerows(hand_in.cells for hand_in in hand_ins)
    return text.getvalue()


@dataclass(frozen=True)
class HandIns:
    """The checked choices of `doctor` for a folder.

    Attributes
    ----------
    given
        The choices, which hold for every file.
    folder, files
        The folder, and the files in it and below it, in the order in which they are asked.
    out
        Where the lines are kept; None for nowhere.
    """

    given: Mapping[str, Any]
    folder: Path
    files: tuple[Path, ...]
    out: Path | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> HandIns:
        """Check the choices: by name, typed text or values.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     HandIns.of({"function": folder})
        Traceback (most recent call last):
        clearprop.errors.ParameterError: ...: no .py, .ipynb or .m file in this folder or below
        """
        target = Path(given["function"])
        problems: list[str] = []
        folder, first = target, given["function"]
        files: tuple[Path, ...] = ()
        if target.is_dir():
            files = tuple(_files(target, given.get("entry")))
            first = os.fspath(files[0]) if files else None
            problems += [] if files else [Problem(target, "no-hand-ins")]
            if given.get("html") is not None:
                problems.append(Problem("html", "one-file-only"))
        if first is not None:
            job, wrong = DoctorJob.checked({**given, "function": first})
            problems += wrong
            if job is not None and not files:
                folder, files = job.function.path.parent, (job.function.path,)
                given = {**given, "entry": job.function.name or None}
        out = None if given.get("out") is None else Path(given["out"])
        if out is not None and out.is_file() and _kept(out) is None:
            problems.append(Problem("out", "no-list", file=out))
        raise_problems(in_language(problems, str(given.get("lang"))))
        return cls(given, folder, files, out)

    def diagnosed(self) -> Iterator[tuple[HandIn, bool]]:
        """Every hand-in in turn, with whether it was asked now, or stood in ``out`` already.

        Each line is written as soon as it is known, so that nothing is lost where this is stopped.
        """
        known = {} if self.out is None else {h.file: h for h in _kept(self.out) or ()}
        hashes = {path: self._hash(path) for path in self.files}
        current = {self._name(path): hashes[path] for path in self.files}
        # Files that are gone keep their lines; files that have changed lose them.
        kept = [h for h in known.values() if current.get(h.file, h.hash) == h.hash]
        if self.out is not None:
            write_whole(self.out, csv_lines(kept, header=True).encode("utf-8"))
        done = {hand_in.file: hand_in for hand_in in kept}
        for path in self.files:
            if self._name(path) in done:
                yield done[self._name(path)], False
                continue
            hand_in = self._asked(path, hashes[path])
            if self.out is not None:
                with open(self.out, "a", encoding="utf-8", newline="") as file:
                    file.write(csv_lines([hand_in], header=False))
            yield hand_in, True

    def _name(self, path: Path) -> str:
        return harmless(path.relative_to(self.folder).as_posix())

    def _hash(self, path: Path) -> str:
        apart = ("function", "out", "csv", "json", "html", "quiet", "solution")
        options = sorted((name, str(v)) for name, v in self.given.items() if name not in apart)
        try:
            content = path.read_bytes()
        except OSError:  # the diagnosis says so
            content = b""
        return hashlib.sha256(repr(options).encode() + content).hexdigest()[:16]

    def _asked(self, path: Path, hash_: str) -> HandIn:
        """Diagnose one file. Whatever is wrong with it is its line, and stops nobody else's."""
        started = time.monotonic()
        lang = str(self.given.get("lang") or "en")
        try:
            found = _found(self._diagnosis(path), lang)
        except ClearpropError as error:
            found = {"verdict": "unknown", "error": str(error)}
        except Exception as error:  # a mistake of ours: the other hand-ins are to be asked
            found = {"verdict": "unknown", "error": f"{type(error).__name__}: {error}"}
        found["seconds"] = f"{time.monotonic() - started:.1f}"
        texts = {name: harmless(found.get(name, "")) for name in _COLUMNS}
        return HandIn(**{**texts, "file": self._name(path), "hash": hash_})

    def _diagnosis(self, path: Path) -> Diagnosis:
        given = {**self.given, "function": os.fspath(path), "out": None, "html": None}
        if path.suffix.lower() == ".m" and not _defines(path, self.given.get("entry")):
            given["entry"] = None  # its own function
        return DoctorJob.of(given).diagnosis()


def _found(diagnosis: Diagnosis, lang: str) -> dict[str, str]:
    report = diagnosis.to_dict(lang)
    causes, error = report["causes"], report["error"]
    where = [cause["where"] for cause in causes]
    if not causes:
        where = [f"Theta^({block['layer']}) {block['block']}" for block in report["localised"]]
    found = {
        "verdict": report["verdict"],
        "causes": " ".join(cause["id"] for cause in causes),
        "conventions": " ".join(found["id"] for found in report.get("conventions", [])),
        "where": "; ".join(dict.fromkeys(where)),
    }
    if error is not None:
        place = f" ({Path(error['file']).name}, line {error['line']})" if error["line"] else ""
        found["error"] = f"{error['kind']}: {error['message']}{place}"
    return found


def _kept(out: Path) -> list[HandIn] | None:
    """The lines of an earlier run, the last one perhaps cut; None for another kind of file."""
    try:
        with open(out, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    if not rows:
        return []
    if rows[0] != _COLUMNS:
        return None
    return [HandIn.of_cells(row) for row in rows[1:] if len(row) == len(_COLUMNS) and row[-1]]


def _files(folder: Path, entry: str | None) -> Iterator[Path]:
    """The hand-ins below a folder, in the order of their names."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        paths = [Path(place, name) for name in sorted(names) if not name.startswith(".")]
        paths = [path for path in paths if path.suffix.lower() in ENDINGS and path.is_file()]
        octave = [path for path in paths if path.suffix.lower() == ".m"]
        # Beside nnCostFunction.m stand its helpers, such as sigmoid.m.
        helpers = [path for path in octave if not _defines(path, entry)]
        if len(helpers) == len(octave):
            helpers = []
        yield from (path for path in paths if path not in helpers)


def _defines(path: Path, entry: str | None) -> bool:
    """Whether an Octave file defines a function of that name."""
    if entry is None:
        return True
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    lines = [line for line in text.splitlines() if line.lstrip().startswith("function")]
    return path.stem == entry or any(f"{entry}(" in line.replace(" ", "") for line in lines)
