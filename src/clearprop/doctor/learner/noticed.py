"""What a learner's function computes and does not return: its cost, in a name of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["noticed"]


@contextmanager
def noticed(function: Callable[..., Any], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The values of a function's own names when it returns, inside ``with``.

    Examples
    --------
    >>> def train(w):
    ...     loss = w**2
    ...     return w - 0.1 * 2 * w
    >>> with noticed(train, ["loss"]) as found:
    ...     _ = train(3.0)
    >>> found
    {'loss': 9.0}
    """
    found: dict[str, Any] = {}
    code = getattr(function, "__code__", None)

    def look(frame: FrameType, event: str, value: Any) -> None:
        if event == "return" and frame.f_code is code:
            found.update({n: frame.f_locals[n] for n in names if n in frame.f_locals})

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(before)
