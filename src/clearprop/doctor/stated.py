"""What is stated about a learner's function before it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearprop.doctor.conventions import Base
from clearprop.doctor.learner.conventions import LABELS
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
    network
        The network that the function is meant to compute; None if no sizes are stated.

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
    activation: ActivationName = "sigmoid"
    cost: CostName = "logistic"
    labels: str = "auto"
    seed: int = 0
    lang: str = "en"
    network: Network | None = field(init=False, default=None)
    base: Base = field(init=False, default=())

    def __post_init__(self) -> None:
        problems: list[str] = []
        sizes = (2, 2) if self.layer_sizes is None else self.layer_sizes
        try:
            network = Network(sizes, self.activation, self.cost)  # type: ignore[arg-type]
            object.__setattr__(self, "network", None if self.layer_sizes is None else network)
        except ParameterError as error:
            problems += error.problems
        problems += [*one_of("labels", self.labels, LABELS), *one_of("lang", self.lang, LANGUAGES)]
        problems += whole_problems("seed", self.seed, least=0)
        raise_problems(problems)
        object.__setattr__(self, "seed", int(self.seed))  # JSON cannot hold NumPy's whole numbers
