"""The job `import`: another program's network becomes a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.errors import one_of, raise_problems
from clearprop.experiment.problems import collected, file_problems
from clearprop.language import LANGUAGES
from clearprop.model import Model

__all__ = ["ImportJob"]


@dataclass(frozen=True)
class ImportJob:
    """A model that was read off a file of another program, and the file to write.

    Examples
    --------
    >>> ImportJob.of({"file": "net.onnx", "lang": "de"})
    Traceback (most recent call last):
    clearprop.errors.ParameterError: 2 problems: lang: expected one of en, zh; got 'de'; \
net.onnx: there is no such file
    """

    model: Model
    out: Path

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> ImportJob:
        """Read the file.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong, a file that cannot be used among them.
        """
        problems: list[str] = []
        values = parsed("import", given, problems)
        problems += one_of("lang", values["lang"], LANGUAGES)
        name = values["file"]
        values["out"] = values["out"] or f"{Path(name or '').stem}.safetensors"
        problems += file_problems("import", values, reads=[name])
        model = None
        with collected(problems):
            if name is not None:
                model = Model.from_onnx(
                    name,
                    _labels(values["classes"]),
                    cost=None if values["cost"] == "auto" else values["cost"],
                    multilabel=values["multilabel"],
                )
        raise_problems(problems)
        assert model is not None
        return cls(model, Path(values["out"]))


def _labels(typed: tuple[str, ...] | None) -> list[Any] | None:
    """The labels as whole numbers where all of them are such, else as texts.

    Examples
    --------
    >>> _labels(("0", "1")), _labels(("7", "x"))
    ([0, 1], ['7', 'x'])
    """
    if typed is None:
        return None
    try:
        return [int(label) for label in typed]
    except ValueError:
        return list(typed)
