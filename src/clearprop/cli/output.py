"""Results for machines: JSON and CSV on standard output."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

_ROWS = 10_000  # written at a time: few enough that `head` ends a long output at once


def print_json(value: dict[str, Any]) -> None:
    """One JSON object in one line; a number that is not finite becomes null.

    Examples
    --------
    >>> print_json({"cost": float("nan"), "epochs": 3})
    {"cost": null, "epochs": 3}
    """
    # In another encoding than UTF-8 every character is written as an escape, which all can read.
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(_finite(value), ensure_ascii=not utf8, allow_nan=False))


def print_csv(frame: polars.DataFrame) -> None:
    """The frame as CSV in UTF-8, whatever the terminal's encoding is, as in a file."""
    sys.stdout.flush()
    for start in range(0, max(frame.height, 1), _ROWS):
        text = frame.slice(start, _ROWS).write_csv(include_header=start == 0)
        sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
