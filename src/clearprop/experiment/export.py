"""The job `export`: a model file becomes a file for another program, which is compared first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from clearprop.choices.commands import COMMANDS, parsed
from clearprop.data.table import Table
from clearprop.errors import ClearpropError, one_of, raise_problems
from clearprop.experiment.problems import file_problems, located, same_file_problems
from clearprop.experiment.use import loaded, rows_read
from clearprop.export.exported import Exported
from clearprop.export.rows import made_rows
from clearprop.language import LANGUAGES
from clearprop.model import Model

__all__ = ["ExportJob"]

# Each format by the name of its option: the module that makes it, and the extra that this needs.
# The module's function `export` takes the model, the rows to compare on and the command's choices
# by name, and returns an `Exported`.
_FORMATS = {
    "onnx": ("clearprop.export.onnx", "onnx"),
    "c": ("clearprop.export.c", ""),
    "html": ("clearprop.export.form", ""),
}

# The rows on which an export is compared where the user names no data.
_ROWS = 1000


@dataclass(frozen=True)
class ExportJob:
    """A model and the files to make of it.

    Attributes
    ----------
    values
        The value of every option, by name.
    model
        The loaded model.
    table
        The rows to compare on, or None: rows are made.
    files
        The file to write of each format, by the format's name.
    """

    values: Mapping[str, Any]
    model: Model
    table: Table | None
    files: Mapping[str, Path]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> ExportJob:
        """Load the model and read the rows.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong, files that cannot be used among them.
        """
        problems: list[str] = []
        values = parsed("export", given, problems)
        problems += one_of("lang", values["lang"], LANGUAGES)
        model = loaded(values, problems)
        data = {**values, "source": values["data"]}
        table = rows_read(data, model, problems, values["target"], need_target=False)
        problems += file_problems("export", values, reads=[values["model"], values["data"]])
        files = {name: Path(values[name]) for name in _FORMATS if values[name] is not None}
        problems += same_file_problems(files)
        if not files:
            flags = COMMANDS["export"].flags
            named = " or ".join(f"{name} ({flags[name]} FILE)" for name in _FORMATS)
            problems.append(f"export: expected a file to write: {named}")
        if values["int8"] and values["onnx"] is None:
            problems.append("int8: is for an ONNX file; add onnx (--onnx FILE)")
        if values["large"] and values["c"] is None:
            problems.append("large: is for a C file; add c (--c FILE)")
        raise_problems(problems)
        assert model is not None
        return cls(values, model, table, files)

    def exports(self) -> Iterator[tuple[str, Path, Exported]]:
        """Make each file and compare it: its format, its name, and what it holds.

        Raises
        ------
        ClearpropError
            For a model that a format cannot hold, a library that is missing, or predictions that
            differ from the model's.
        """
        table = self.table
        if table is None:
            table = made_rows(self.model, _ROWS)
        for name, path in self.files.items():
            home, extra = _FORMATS[name]
            with located(table.source):
                try:
                    exported = import_module(home).export(self.model, table, self.values)
                except ImportError as error:
                    if error.name is None or error.name.startswith("clearprop"):
                        raise
                    raise ClearpropError(
                        f"{name}: needs {error.name}: pip install 'clearprop[{extra}]'"
                    ) from None
            yield name, path, exported
