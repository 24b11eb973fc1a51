"""J, its gradient and h(x) of what a user hands in.

The checks of the arguments have their tests in ``tests/network/test_samples.py``.
"""

import numpy as np

from clearprop.engines.evaluate import cost_and_gradient, predict
from clearprop.engines.reference import ReferenceEngine
from clearprop.network.architecture import Network


def test_the_engine_that_is_handed_in_computes() -> None:
    asked = []

    class Spy(ReferenceEngine):
        def cost_and_gradient(self, *arguments, **options):  # type: ignore[no-untyped-def]
            asked.append("cost_and_gradient")
            return super().cost_and_gradient(*arguments, **options)

        def predict(self, *arguments, **options):  # type: ignore[no-untyped-def]
            asked.append("predict")
            return super().predict(*arguments, **options)

    spy = Spy()
    cost_and_gradient(Network((2, 1)), np.zeros(3), [[1, 2]], [1], engine=spy)
    predict(Network((2, 1)), np.zeros(3), [[1, 2]], engine=spy)
    assert asked == ["cost_and_gradient", "predict"]
