"""The 2-3-2 network of the chapters, with three samples: small enough to be calculated by hand."""

from __future__ import annotations

import numpy as np

from clearprop.network.architecture import Network
from clearprop.network.parameters import theta_from_course

__all__ = ["NETWORK", "THETA", "X", "Y"]

NETWORK = Network((2, 3, 2))
THETA = theta_from_course(
    [[0.1, 0.2, -0.3], [-0.2, 0.4, 0.1], [0.3, -0.1, 0.5]],  # Theta1, (3, 3)
    [[0.2, 0.3, -0.4, 0.5], [-0.1, -0.2, 0.6, 0.1]],  # Theta2, (2, 4)
)
X = np.array([[1.0, 0.5], [0.0, 1.0], [0.5, -1.0]])  # (3, 2)
Y = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])  # (3, 2)
