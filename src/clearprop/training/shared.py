"""Training rows that lie on several processes, as training takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

from clearprop.engines.protocol import Engine, Rows, TrainingState
from clearprop.network.architecture import Array, Network
from clearprop.training.samples import Epoch, Objective, Piece, Pieces

__all__ = ["Shared"]


class Shared:
    """The rows of this process, and what is known of all; see
    :class:`~clearprop.training.samples.Samples`.

    Parameters
    ----------
    network
        What learns them.
    own
        The rows of this process, in the shapes and the dtype of the mathematics; labels smoothed.
    sizes
        The rows of each strand, of all processes.
    weight
        The sum of the weights of all rows; None: they have none.
    some
        Rows that are the same on every process: the gradient is checked on some of them.
    digests
        The SHA-256 of each process's rows, ``(processes, 32)``, by which a checkpoint knows them.
    """

    window_rows: int | None = None

    def __init__(
        self,
        network: Network,
        own: Rows,
        sizes: Sequence[int],
        weight: float | None,
        some: Rows,
        digests: Array | None = None,
    ) -> None:
        self.rows = sum(sizes)
        self.weight = float(self.rows if weight is None else weight)
        self.weighted = weight is not None
        self.own: Rows | None = own
        self._network, self._sizes, self._some = network, tuple(sizes), some
        self._digests = digests

    def few(self, seed: int) -> Rows:
        """See :class:`~clearprop.training.samples.Samples`."""
        return self._some

    def known_by(self) -> dict[str, Any]:
        """See :class:`~clearprop.training.samples.Samples`."""
        return {"strands": np.array(self._sizes), "rows": self._digests}

    def reading(self, start: Epoch) -> AbstractContextManager[Pieces]:
        """See :class:`~clearprop.training.samples.Samples`. The engine knows the order."""
        return nullcontext(self._pieces)

    def _pieces(self, epoch: Epoch) -> Iterator[Piece | None]:
        yield Piece(0, -(-self.rows // epoch.size))

    @contextmanager
    def objective(
        self, engine: Engine, theta: Array, go_on: Callable[[], None]
    ) -> Iterator[Objective]:
        """See :class:`~clearprop.training.samples.Samples`."""

        def function(theta: Array) -> tuple[float, Array]:
            session.move_to(theta)
            J, gradient = session.cost_and_gradient()
            return J, gradient.astype(np.float64, copy=False)

        with engine.open(self._network, TrainingState(theta), self.own) as session:
            yield Objective(function, session)
