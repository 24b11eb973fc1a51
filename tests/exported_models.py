"""Models of every kind, small, with parameters that were not trained."""

from dataclasses import replace

import numpy as np

from clearprop.data.targets import Targets
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta

CLASSES = Targets.fit(["a", "b", "c"])
TWO = Targets.fit(["no", "yes"])
NUMBERS = Targets.fit([[1.0, 20.0], [2.0, 50.0], [4.0, 10.0]])
INTERVALS = NUMBERS.with_interval(0.9)
INTERVALS = replace(INTERVALS, interval=replace(INTERVALS.interval, margins=np.array([0.5, -0.1])))
SEVERAL = Targets.fit([[0, 1], [1, 1], [0, 0]], task="multilabel")


def model_of(sizes, targets, encoder=None, dtype=np.float64, bag=0, **of):
    network = Network(sizes, **of)
    thetas = [initial_theta(network, seed, 0.8, dtype) for seed in range(bag + 1)]
    return Model(network, thetas[0], targets, encoder, bag=tuple(thetas[1:]))
