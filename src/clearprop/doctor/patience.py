"""How long a learner's code is asked for another way."""

from __future__ import annotations

import time

from clearprop.doctor.learner.calling import Callee

__all__ = ["Patience"]

# The clock may run this many times as long: the machine has other work, or the code only waits.
_WAITS = 5


class Patience:
    """Some CPU seconds for asking, those of the learner's code and our own.

    What else the machine does is not counted, so a diagnosis does not depend on it.

    Examples
    --------
    >>> from clearprop.doctor.learner.local import Local
    >>> callee = Local(lambda theta, X, y: (0.0, theta))
    >>> Patience(callee, 60.0).over, Patience(callee, 0.0).over
    (False, True)
    """

    def __init__(self, callee: Callee, seconds: float) -> None:
        self._callee = callee
        self._cpu_end = self._cpu() + seconds
        self._end = time.monotonic() + seconds * _WAITS

    def _cpu(self) -> float:
        return time.process_time() + self._callee.cpu_seconds

    @property
    def over(self) -> bool:
        """Whether all of them have passed."""
        return self._cpu() >= self._cpu_end or time.monotonic() >= self._end
