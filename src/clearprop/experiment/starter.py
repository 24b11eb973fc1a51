"""A starter file that `doctor` is given: what is done in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.errors import is_number, one_of, raise_problems
from clearprop.exercise.progress import Progress, progress_of
from clearprop.language import LANGUAGES

__all__ = ["starter_progress"]


def starter_progress(given: Mapping[str, Any]) -> Progress | None:
    """What is done in the file that `doctor` is given; None if it is no starter file.

    Raises
    ------
    ParameterError
        Naming every choice that is wrong.
    DataError
        For a starter file that is no Python.
    """
    path = Path(given["function"])
    if path.suffix not in (".py", ".m") or not path.is_file():
        return None
    problems: list[str] = []
    values = parsed("doctor", given, problems)
    limit = values["time_limit"]
    if not is_number(limit) or not 0 < limit < math.inf:
        return None  # the doctor says so, with all else that is wrong
    progress = progress_of(path, limit)
    if progress is not None:
        raise_problems(one_of("lang", values["lang"], LANGUAGES))
    return progress
