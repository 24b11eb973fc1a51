"""The engines that compute: one protocol, the choice of an engine, and the engines themselves.

Examples
--------
>>> from clearprop import engines
>>> sorted(engines.epoch_order(seed=1, epoch=0, rows=3).tolist())
[0, 1, 2]
"""

from clearprop.engines.protocol import (
    Engine,
    Rows,
    Session,
    TrainingState,
    Update,
    epoch_order,
)

__all__ = ["Engine", "Rows", "Session", "TrainingState", "Update", "epoch_order"]
