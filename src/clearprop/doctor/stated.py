"""What is stated about a learner's function before it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from clearprop.doctor.conventions import NO_BIAS, OUTPUTS, Base, leaky, output_of
from clearprop.doctor.learner.ways import LABELS
from clearprop.errors import ParameterError, one_of, raise_problems, whole_problems
from clearprop.language import LANGUAGES
from clearprop.names import ActivationName, CostName
from clearprop.network.architecture import Network

__all__ = ["Stated"]


@dataclass(frozen=True)
class Stated:
    """What :func:`clearprop.diagnose` is told beside the function, checked.

    Attributes
    ----------
    activation
        Of the hidden layers; None if it is not stated: the sigmoid, or what fits the answers.
    output
        The activation of the output layer, where squares go with another one than the cost's own:
        ``"sigmoid"``, ``"tanh"``, ``"softmax"`` or ``"identity"``.
    no_bias
        Whether the network is meant to have no biases.
    hidden
        The activation of the network: ``"relu"`` for ``"leaky_relu"``, with a convention in `base`.
    network
        The network that the function is meant to compute; None if no sizes are stated.
    base
        What is stated beyond the network, as conventions.

    Raises
    ------
    ParameterError
        Naming everything that does not fit.

    Examples
    --------
    >>> Stated((400, 25, 10)).network.n_layers
    3
    >>> Stated(labels="2", seed=-1)
    Traceback (most recent call last):
    clearprop.errors.ParameterError: 2 problems: labels: expected one of auto, 0, 1, one-hot; \
got '2'; seed: expected a whole number of at least 0; got -1
    """

    layer_sizes: Sequence[int] | None = None
    activation: ActivationName | None = None
    cost: CostName = "logistic"
    labels: str = "auto"
    seed: int = 0
    lang: str = "en"
    output: str | None = None
    no_bias: bool = False
    hidden: ActivationName = field(init=False, default="sigmoid")
    network: Network | None = field(init=False, default=None)
    base: Base = field(init=False, default=())

    def __post_init__(self) -> None:
        problems: list[str] = []
        sizes: Any = (2, 2) if self.layer_sizes is None else self.layer_sizes
        leaky_relu = self.activation == "leaky_relu"
        activation = "relu" if leaky_relu else self.activation or "sigmoid"
        try:
            network = Network(sizes, activation, self.cost)
            object.__setattr__(self, "network", None if self.layer_sizes is None else network)
        except ParameterError as error:
            problems += error.problems
        if self.output is not None:
            problems += self._output_problems()
        problems += [*one_of("labels", self.labels, LABELS), *one_of("lang", self.lang, LANGUAGES)]
        problems += whole_problems("seed", self.seed, least=0)
        raise_problems(problems)
        object.__setattr__(self, "seed", int(self.seed))  # JSON cannot hold NumPy's whole numbers
        object.__setattr__(self, "hidden", activation)
        base = output_of(self.cost, self.output) if self.output else ()
        base += (leaky(0.01),) if leaky_relu else ()
        object.__setattr__(self, "base", (*base, *((NO_BIAS,) if self.no_bias else ())))

    def _output_problems(self) -> list[str]:
        """The output goes with the squares; the other costs have one of their own."""
        if problems := one_of("output", self.output, list(OUTPUTS)):
            return problems
        own = {"logistic": "sigmoid", "softmax": "softmax"}.get(self.cost)
        if self.cost in ("quadratic", "squared") or self.output == own:
            return []
        return [
            f"output: {self.output} goes with the costs quadratic and squared; got cost "
            f"{self.cost}, which has an output of its own"
        ]
