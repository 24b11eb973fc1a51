"""What autodoc leaves out: members whose text is not ours.

They are the fields of named tuples, and what scikit-learn adds to its estimators.
"""

from __future__ import annotations

from typing import Any


def setup(app: Any) -> dict[str, bool]:
    """Ask about every member."""
    app.connect("autodoc-skip-member", _skipped)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _skipped(app: Any, what: str, name: str, value: Any, skip: bool, options: Any) -> bool | None:
    is_field = type(value).__name__ == "_tuplegetter"
    is_request = name.startswith("set_") and name.endswith("_request")
    return True if is_field or is_request else None
