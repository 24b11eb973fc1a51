"""Recipes: all the choices of a training run together, every number with its reason."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from clearprop.data.bins import bin_problems
from clearprop.data.interval import interval_problems
from clearprop.data.table import Table
from clearprop.errors import ParameterError, number_problems, raise_problems, whole_problems
from clearprop.experiment.shifted import copies_of
from clearprop.names import ActivationName, CostName, InitName
from clearprop.network.architecture import Network, size_problems
from clearprop.network.parameters import init_problems
from clearprop.training import Options
from clearprop.training.options import ALL_ROWS, FULL_BATCH


@dataclass(frozen=True)
class Recipe:
    """The choices that make a network and train it.

    Parameters
    ----------
    hidden
        Units of each hidden layer.
    activation, regularization
        As in :class:`clearprop.Network`.
    cost
        As there, or ``"auto"``: softmax for three classes and more, logistic for two, squared for
        numbers.
    init
        As in :func:`clearprop.initial_theta`.
    options
        How to train.
    name
        What the result is labelled with.
    lambdas
        The strengths of regularization among which the validation rows choose, by their cost
        without lambda. ``()``: only `regularization`.
    steps
        A run has at least so many updates: small tables get more epochs.
    patience_share
        A run ends when its validation cost has not fallen for this share of its epochs. None: it
        ends with `options.patience`.
    bins
        As in :meth:`clearprop.data.encoding.Encoder.fit`; 0 for images in any case.
    shift
        Each image is learned as it is and shifted by 1 to so many pixels up, down, left and right:
        see :mod:`clearprop.experiment.shifted`. An epoch takes all of these. 0 for other rows.
    validation_rows
        About how many rows of a table validate: between a tenth and a sixth of it. 0, and for
        images: a tenth.
    bag
        How many networks are averaged, each validated on its own share of the rows.
    interval
        The share of rows whose number is to lie in its prediction interval, such as 0.9; the cost
        is the quantile cost then. None: no interval.
    images, many
        The recipes that take this one's place for classes of images, and for at least :data:`MANY`
        training rows. None: there is no other one.

    Examples
    --------
    >>> recipe = RECIPES["course"].with_(hidden=(50,), epochs=100)
    >>> recipe.hidden, recipe.options.epochs, recipe.options.solver
    ((50,), 100, 'cg')
    """

    name: str
    hidden: tuple[int, ...]
    activation: ActivationName
    cost: CostName | Literal["auto"]
    regularization: float
    init: InitName | float
    options: Options
    lambdas: tuple[float, ...] = ()
    steps: int = 0
    patience_share: float | None = None
    bins: int = 0
    shift: int = 0
    validation_rows: int = 0
    bag: int = 1
    interval: float | None = None
    images: Recipe | None = None
    many: Recipe | None = None

    def __post_init__(self) -> None:
        problems = [*size_problems("hidden", self.hidden), *init_problems(self.init)]
        cost = "logistic" if self.cost == "auto" else self.cost
        for strength in self.strengths:
            try:
                Network((1, 2), self.activation, cost, strength)
            except ParameterError as error:
                problems += [text for text in error.problems if text not in problems]
        problems += whole_problems("steps", self.steps, least=0)
        if self.patience_share is not None:
            problems += number_problems("patience_share", self.patience_share, low=0, high=1)
        problems += bin_problems(self.bins)
        problems += whole_problems("shift", self.shift, least=0)
        problems += whole_problems("validation_rows", self.validation_rows, least=0)
        problems += whole_problems("bag", self.bag, least=1)
        if self.interval is not None:
            problems += interval_problems(self.interval)
            if self.cost not in ("auto", "quantile"):
                problems.append(
                    f"cost: a prediction interval needs 'auto' or 'quantile'; got {self.cost!r}"
                )
        raise_problems(problems)

    @property
    def strengths(self) -> tuple[float, ...]:
        """The strengths of regularization to try, from the smallest on."""
        return tuple(sorted(set(self.lambdas))) or (self.regularization,)

    def validation_fraction(self, table: Table) -> float | None:
        """The share of a table's rows to validate on; None: that of any other recipe.

        Examples
        --------
        >>> from clearprop.data import read
        >>> RECIPES["modern"].validation_fraction(read("digits")) is None  # images
        True
        """
        if self.validation_rows == 0 or table.image_shape is not None or table.n_rows == 0:
            return None
        return min(1 / 6, max(1 / 10, self.validation_rows / table.n_rows))

    @property
    def n_candidates(self) -> int:
        """How many runs it has: one for each strength, and one for each further network."""
        return len(self.strengths) + self.bag - 1

    @property
    def epoch_name(self) -> str:
        """What its solver counts: ``"epoch"`` or ``"iteration"``."""
        return "iteration" if self.options.solver in FULL_BATCH else "epoch"

    @property
    def possible(self) -> tuple[Recipe, ...]:
        """The recipe, and those that may take its place once the rows are known.

        Examples
        --------
        >>> [recipe.n_candidates for recipe in RECIPES["modern"].possible]
        [3, 2, 1]
        """
        others = [other for other in (self.images, self.many) if other is not None]
        return (self, *(recipe for other in others for recipe in other.possible))

    def for_rows(self, rows: int, images: bool = False) -> Recipe:
        """The recipe for so many training rows: with epochs enough for its `steps`.

        Parameters
        ----------
        rows
            The number of training rows.
        images
            Whether they are images with classes.

        Examples
        --------
        >>> recipe = RECIPES["modern"].with_(batch_size=10, epochs=5)
        >>> replace(recipe, steps=80).for_rows(100).options.epochs
        8
        """
        if images and self.images is not None:
            return self.images.for_rows(rows)
        if rows >= MANY and self.many is not None:
            return self.many.for_rows(rows)
        rows *= copies_of(self.shift)
        per_epoch = math.ceil(rows / self.options.rows_per_batch(rows))
        epochs = max(self.options.epochs, math.ceil(self.steps / per_epoch))
        options = replace(self.options, epochs=epochs)
        if self.patience_share is not None and options.solver not in FULL_BATCH:
            patience = max(1, math.ceil(self.patience_share * epochs))
            options = replace(options, patience=patience, tol=0.0)
        return replace(self, options=options, images=None, many=None)

    def with_(self, **choices: Any) -> Recipe:
        """The recipe with some choices replaced, its own and those of its options.

        A stated `regularization` replaces the choice among several. Stated `epochs` replace the
        fewest steps, and all are trained; a stated `patience` replaces its share. The choices go
        into `images` and `many` too. Another network or solver drops `many`, whose numbers belong
        together. Another `shift` than the recipe's leaves an image as many epochs. A solver that
        takes all rows in each step learns images as they are, unless a `shift` is stated: each step
        would take five times as long.

        Raises
        ------
        ParameterError
            Naming every choice that does not fit.
        """
        ours = {field.name for field in fields(self)}
        own = {name: value for name, value in choices.items() if name in ours}
        other = {name: value for name, value in choices.items() if name not in ours}
        if "regularization" in choices:
            own.setdefault("lambdas", ())
        if "epochs" in choices:
            own.setdefault("steps", 0)
        if {"epochs", "patience"} & choices.keys():
            own.setdefault("patience_share", None)
        if choices.get("solver") in ALL_ROWS:
            own.setdefault("shift", 0)
        if self.shift and "shift" in own and "epochs" not in choices:
            with suppress(TypeError):  # what is wrong with it is said below
                passes = self.options.epochs * copies_of(self.shift)
                other["epochs"] = max(1, round(passes / copies_of(own["shift"])))
        problems: list[str] = []
        made = self
        try:
            made = replace(made, options=replace(self.options, **other))
        except ParameterError as error:
            problems += error.problems
        try:
            made = replace(made, **own)
        except ParameterError as error:
            problems += error.problems
        raise_problems(problems)
        if made.images is not None and "images" not in choices:
            made = replace(made, images=made.images.with_(**choices))
        if made.many is not None and "many" not in choices:
            another = {"hidden", "activation", "cost", "solver"} & choices.keys()
            made = replace(made, many=None if another else made.many.with_(**choices))
        return made


# From so many training rows on, a recipe's `many` takes its place.
MANY = 10_000

# A small table or a large one, without a thought: measured on the bundled digits, the UCI
# letters and MNIST.
_TABLES = Recipe(
    name="modern",
    # Two layers reach 0.97 on the letters, where one of 128 stays at 0.96; wider ones gain
    # little and cost time.
    hidden=(256, 128),
    # ReLU does not saturate, so that its gradient does not vanish layer by layer.
    activation="relu",
    cost="auto",
    # The course's value: 0.3 points better than 0 on the letters (two seeds), 0.1 worse on the
    # digits (eight seeds).
    regularization=1.0,
    # Drawn for ReLU: keeps the size of the activations from layer to layer.
    init="he",
    options=Options(
        solver="adam",
        # Three times Adam's usual 1e-3, since the cosine brings it down to 0: the early epochs
        # go faster and the last ones settle.
        learning_rate=3e-3,
        schedule="cosine",
        # Small enough for 20 steps an epoch on 1,300 digits, large enough for fast products.
        batch_size=64,
        # With the cosine more epochs gain little: 80 in place of 40, 0.1 points on the digits.
        epochs=40,
        # The cosine needs all its epochs; a pause in the cost is not the end.
        patience=math.inf,
        # The best epoch by the validation cost: on noisy tables the last one is far too sure.
        early_stopping=True,
        watch="cost",
    ),
    # A noisy table wants 30, a clean one 0.3. No number fits both.
    lambdas=(0.3, 3.0, 30.0),
    steps=3000,
    # On 29 tables of 1,000 rows the cost of the chosen network was as after all epochs, for 42 %
    # fewer steps; on those of 4,000 rows it was 0.02 % higher, for 33 %. A quarter of the epochs:
    # 0.05 % and 50 %, 0.02 % and 40 %.
    patience_share=1 / 3,
    bins=8,
    # With a tenth of a small table, chance chooses. A sixth of 1,797 digits costs 0.3 points.
    validation_rows=800,
)

# Classes of images: every column is a pixel on one scale, and the labels are clean.
_IMAGES = replace(
    _TABLES,
    # The bundled digits, ten seeds: 0.3 was chosen each time. Two are kept for pictures that are
    # harder to tell apart; 30 would be a third run.
    lambdas=(0.3, 3.0),
    # The digits, ten seeds: 0.979 as they are, and 0.978 with copies, in about the same time; the
    # log-loss falls from 0.082 to 0.064. MNIST: 0.987 and 0.991.
    shift=1,
    # An epoch takes each image five times.
    options=replace(_TABLES.options, epochs=8),
    # 11 epochs of the digits. 1,600 steps: 0.981; 4,000: 0.984, for three times the time.
    steps=1000,
)

# The best that two cores train in a minute on MNIST.
_MANY_IMAGES = replace(
    _IMAGES,
    # 99.1 % of MNIST's test images; 256-128 without dropout reaches 98.9 % in half the time.
    hidden=(512, 512),
    # One strength, since each one more would take as long again.
    lambdas=(),
    regularization=10.0,
    options=replace(
        _IMAGES.options,
        # A fifth faster than 64. The rate is lower, since the layers are wider.
        batch_size=128,
        learning_rate=2e-3,
        # Within a minute on two cores, of which each epoch takes seven seconds.
        epochs=6,
        dropout=0.2,
    ),
)

RECIPES: dict[str, Recipe] = {
    "modern": replace(_TABLES, images=replace(_IMAGES, many=_MANY_IMAGES)),
    # A. Ng, Machine Learning, programming exercise 4.
    "course": Recipe(
        name="course",
        hidden=(25,),  # section 1.1
        activation="sigmoid",  # section 1.2
        cost="logistic",  # section 1.3: K independent sigmoid units
        regularization=1.0,  # ex4.m, "lambda = 1"
        init="uniform",  # section 2.2: e = sqrt(6)/sqrt(L_in + L_out)
        options=Options(
            solver="cg",  # fmincg.m is conjugate gradients
            epochs=50,  # ex4.m, "MaxIter"
            tol=1e-9,  # fmincg has no tolerance: run all iterations
        ),
    ),
    # 3Blue1Brown, Deep Learning, ch. 1-3, which draws on M. Nielsen's book, ch. 1.
    "3b1b": Recipe(
        name="3b1b",
        hidden=(16, 16),  # 3Blue1Brown, ch. 1: "two hidden layers with 16 neurons each"
        activation="sigmoid",  # ch. 1
        cost="quadratic",  # ch. 2: the sum of the squares of the differences
        regularization=0.0,  # neither mentions it before Nielsen's ch. 3
        init="nielsen",  # Nielsen's network2.py; N(0, 1) as in network.py saturates more
        options=Options(
            solver="sgd",  # 3Blue1Brown, ch. 2: stochastic gradient descent over minibatches
            momentum=0.0,
            learning_rate=3.0,  # Nielsen, ch. 1: eta = 3.0
            batch_size=10,  # Nielsen, ch. 1
            epochs=30,  # Nielsen, ch. 1
            patience=math.inf,  # both run all epochs
        ),
    ),
}
