"""The rows of a run as arrays: each part encoded once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from clearprop.data.class_weights import row_weights
from clearprop.data.targets import Targets
from clearprop.experiment.lineup import Rows
from clearprop.experiment.prepared import Prepared
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs

__all__ = ["Encoded"]


@dataclass(frozen=True, eq=False)
class Encoded:
    """Prepared rows for a network.

    Attributes
    ----------
    prepared, network, targets
        The rows, the network that learns them, and what their labels are.
    dtype
        float32 or float64.
    class_weights
        ``(n_classes,)``, or None for 1 each.
    """

    prepared: Prepared
    network: Network
    targets: Targets
    dtype: Any
    class_weights: Array | None
    _parts: dict[str, Rows] = field(default_factory=dict, init=False, repr=False)

    def rows(self, part: str) -> Rows:
        """The rows of ``"train"``, ``"validation"`` or ``"test"``.

        Raises
        ------
        DataError
            For a label of the test set that no other row has.
        """
        if part not in self._parts:
            table, cost = self.prepared.parts[part], self.network.cost
            assert table.y is not None
            X = self.prepared.inputs(part, self.dtype)  # (m, s_1)
            if part == "test":  # Training checks the others
                X = as_inputs(self.network, X, self.dtype)
            interval = self.targets.interval
            coverage = None if interval is None else interval.coverage
            Y = self.prepared.encoded_labels(part, cost, coverage).astype(self.dtype)  # (m, K)
            self._parts[part] = Rows(X, Y, table.y, self._weights(part))
        return self._parts[part]

    def learned(self) -> Rows:
        """The rows of training, followed by those of validation."""
        return Rows.joined([self.rows("train"), self.rows("validation")])

    def _weights(self, part: str) -> Array | None:
        """The weight of each row of a part, ``(m,)``, or None where all count alike."""
        table = self.prepared.parts[part]
        if self.class_weights is None:
            return table.weights
        of_class = row_weights(self.targets, self.class_weights, table.y)
        return of_class if table.weights is None else table.weights * of_class
