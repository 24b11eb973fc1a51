"""Samples that are read in blocks, because they do not fit into memory together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from clearprop.engines.protocol import Rows

__all__ = ["Blocks"]


class Blocks(Protocol):
    """Samples in blocks. `sizes` and `read` are deterministic.

    `read` is called from a thread of its own, one call at a time.
    """

    @property
    def sizes(self) -> Sequence[int]:
        """The rows of each block, each above 0. Their sum is m."""

    def read(self, numbers: Sequence[int]) -> Rows:
        """Those blocks, one after another: encoded, of one dtype, in C order."""
