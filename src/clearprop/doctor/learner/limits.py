"""Limits that the system keeps for a process. Where it lacks one, nothing happens."""

from __future__ import annotations

import contextlib
import ctypes
import resource
import signal
import sys

__all__ = ["end_with_parent", "limit_memory"]

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Let Linux end this process when its parent ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def limit_memory(more: int) -> None:
    """Let this process take `more` bytes beyond what it has: then it gets a MemoryError."""
    if sys.platform != "linux":
        return
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        held = next((line.split()[1] for line in status if line.startswith("VmData:")), None)
    if held is not None:
        most = int(held) * 1024 + more
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
