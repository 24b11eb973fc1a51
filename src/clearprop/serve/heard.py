"""The library's warnings, as sentences of the answer that they belong to."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["heard", "hearing"]

MOST_WARNINGS = 20  # that one answer lists

_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)


@contextmanager
def hearing() -> Iterator[None]:
    """Let every warning reach :func:`heard`, in whatever thread it arises. One for the process.

    `warnings.catch_warnings` alone would not do: requests in several threads would set the filters
    of the process in turn, and lose each other's warnings.
    """
    with warnings.catch_warnings():
        before = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *rest: object) -> None:
            found = _heard.get()
            if found is None:
                before(message, category, *rest)  # type: ignore[arg-type]
            elif len(found) < MOST_WARNINGS:
                found.append(str(message))

        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


@contextmanager
def heard() -> Iterator[list[str]]:
    """The warnings of this block, as it goes on.

    Examples
    --------
    >>> with hearing(), heard() as told:
    ...     warnings.warn("row 1: 9 is far outside the training numbers", stacklevel=1)
    >>> told
    ['row 1: 9 is far outside the training numbers']
    """
    found: list[str] = []
    token = _heard.set(found)
    try:
        yield found
    finally:
        _heard.reset(token)
