"""What is stated about a learner's function before it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearprop.doctor.learner.conventions import LABELS
from clearprop.errors import ParameterError, one_of, raise_problems
from clearprop.language import LANGUAGES
from clearprop.network.architecture import Network

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """The options of :func:`clearprop.diagnose`, checked.

    Attributes
    ----------
    network
        The network that the function is meant to compute; None where no sizes are stated.

    Raises
    ------
    ParameterError
        Naming every option that does not fit.

    Examples
    --------
    >>> Options((400, 25, 10)).network.n_layers
    3
    >>> Options(labels="2", seed=-1)
    Traceback (most recent call last):
    clearprop.errors.ParameterError: 2 problems: labels: expected one of auto, 0, 1, one-hot; \
got '2'; seed: expected a whole number of at least 0; got -1
    """

    layer_sizes: Sequence[int] | None = None
    activation: str = "sigmoid"
    cost: str = "logistic"
    labels: str = "auto"
    seed: int = 0
    lang: str = "en"
    network: Network | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        problems: list[str] = []
        try:
            stated = self.layer_sizes is not None
            sizes: Sequence[int] = self.layer_sizes if self.layer_sizes is not None else (2, 2)
            network = Network(sizes, self.activation, self.cost)  # type: ignore[arg-type]
            object.__setattr__(self, "network", network if stated else None)
        except ParameterError as error:
            problems += error.problems
        problems += [*one_of("labels", self.labels, LABELS), *one_of("lang", self.lang, LANGUAGES)]
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or self.seed < 0:
            problems.append(f"seed: expected a whole number of at least 0; got {self.seed!r}")
        raise_problems(problems)
