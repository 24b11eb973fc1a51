"""Every figure by its name, from a model or from rows of data to a picture."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from clearprop.data import read
from clearprop.errors import ParameterError, one_of, raise_problems
from clearprop.experiment.prepared import prepare
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.figures.course_figures import COURSE_FIGURES
from clearprop.figures.drawing import Drawer, Picture
from clearprop.figures.hidden_sizes import compute_hidden_sizes, draw_hidden_sizes
from clearprop.figures.hidden_units import as_images, compute_hidden_units, draw_hidden_units
from clearprop.figures.learning_curve import draw_learning_curve, recorded
from clearprop.figures.learning_rates import compute_learning_rates, draw_learning_rates
from clearprop.figures.misread import compute_misread, draw_misread
from clearprop.figures.network_diagram import compute_diagram, draw_diagram
from clearprop.figures.secant import compute_secant, draw_secant
from clearprop.figures.six_steps import compute_six_steps, draw_six_steps
from clearprop.figures.surface import compute_surface, draw_surface
from clearprop.figures.symmetry import compute_symmetry, draw_symmetry
from clearprop.figures.training_set_size import (
    compute_training_set_size,
    draw_training_set_size,
)
from clearprop.language import LANGUAGES, printable, shorten
from clearprop.model import Model
from clearprop.network.architecture import Array, Network
from clearprop.training import Options

__all__ = ["FIGURES", "Asked", "make"]

# A figure that computes J thousands of times uses at most this many rows, the first of the source.
_ROWS = 1000

# The network of the course's week 5 has these layers; it is small enough to be seen whole.
_LAYERS = (3, 5, 5, 4)

# Two hidden units can get stuck on XOR, the smallest case with different minima. The penalty keeps
# them finite; without it they lie at infinity.
_XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
_XOR_NETWORK = Network((2, 2, 1), activation="tanh", regularization=0.01)
_XOR_OPTIONS = Options("gd", learning_rate=1.0, epochs=3000, patience=math.inf)
_XOR_INIT, _XOR_STARTS = 3.0, 12
_IMAGES = 10  # of the six steps
# From an eighth of the digits' 64 inputs to four times as many; 20 epochs are enough for all.
_SIZES, _SIZE_EPOCHS = (8, 16, 32, 64, 128, 256), 20
_STARTS = 4  # on a source, because each start takes longer there


@dataclass(frozen=True)
class Asked:
    """What a figure is computed from: the arguments of :func:`make`, which has checked them."""

    source: str | Path | None = None
    target: str | None = None
    recipe: str | None = None
    model: Model | None = None
    layers: Sequence[int] | None = None
    by_columns: bool = False
    seed: int = 0

    def run(self) -> Experiment:
        """The recipe on the rows of the source, not yet trained."""
        recipe = RECIPES[self.recipe or "course"].with_(seed=self.seed)
        rows = prepare(read(str(self.source or "digits"), self.target), seed=self.seed)
        # The costs of the course and of 3Blue1Brown are for classes. Numbers get their own cost,
        # which the line below the figure names.
        if rows.targets.task == "regression":
            recipe = recipe.with_(cost="auto")
        return Experiment(rows, recipe.with_(shift=0))  # each sample is a row of the source

    @property
    def source_name(self) -> str:
        """The source as the line below a figure names it."""
        return shorten(printable(Path(self.source or "digits").name), 40)


def _network(asked: Asked) -> Drawer:
    if asked.model is None:
        return partial(draw_diagram, compute_diagram(Network(tuple(asked.layers or _LAYERS))))
    model = asked.model
    classes = model.targets.classes
    names: Sequence[object] = ()
    if classes is not None and len(classes) == model.network.n_outputs:
        names = [shorten(printable(name), 12) for name in classes.tolist()]
    return partial(draw_diagram, compute_diagram(model.network, model.theta, names))


def _secant(asked: Asked) -> Drawer:
    run = asked.run()
    X, Y = _rows(run)
    found = compute_secant(run.network, run.training.theta.astype(np.float64), X, Y)
    return partial(draw_secant, found, source=asked.source_name)


def _symmetry(asked: Asked) -> Drawer:
    run = asked.run()
    rows = run.parts["train"]
    found = compute_symmetry(
        run.network,
        run.training.X,
        run.training.Y,
        run.recipe.options,
        init=run.recipe.init,
        seed=asked.seed,
        image_shape=rows.image_shape,
        image_order=rows.image_order,
    )
    return partial(draw_symmetry, found, source=asked.source_name)


def _surface(asked: Asked) -> Drawer:
    if asked.source is None:
        seeds = range(asked.seed, asked.seed + _XOR_STARTS)
        found = compute_surface(_XOR_NETWORK, *_XOR, _XOR_OPTIONS, seeds=seeds, init=_XOR_INIT)
        return partial(draw_surface, found, source="XOR")
    run = asked.run()
    seeds = range(asked.seed, asked.seed + _STARTS)
    recipe = run.recipe
    found = compute_surface(run.network, *_rows(run), recipe.options, seeds=seeds, init=recipe.init)
    return partial(draw_surface, found, source=asked.source_name)


def _learning_curve(asked: Asked) -> Drawer:
    run = asked.run()
    for _ in run.train():
        pass
    return partial(draw_learning_curve, recorded(run), source=asked.source_name)


def _training_set_size(asked: Asked) -> Drawer:
    run = asked.run()
    training = run.training
    validation = training.validation
    assert validation is not None
    found = compute_training_set_size(
        run.network,
        training.theta,
        training.X,
        training.Y,
        validation.X,
        validation.Y,
        run.recipe.options,
    )
    return partial(draw_training_set_size, found, source=asked.source_name)


def _hidden_units(asked: Asked) -> Drawer:
    model, name = asked.model, ""
    order: Literal["C", "F"] = "F" if asked.by_columns else "C"
    if model is None:
        run = asked.run()
        for _ in run.train():
            pass
        model, name = run.model(), asked.source_name
        order = run.parts["train"].image_order
    else:
        _hint_at_columns(model, asked.by_columns)
    if model.image_shape is None:
        raise ParameterError(
            f"{'source' if asked.model is None else 'model'}: expected images; the rows of this "
            "one are none, so its weights cannot be shown as images"
        )
    found = compute_hidden_units(model.network, model.theta, model.image_shape, order)
    return partial(draw_hidden_units, found, source=name)


def _hint_at_columns(model: Model, by_columns: bool) -> None:
    """Warn that images may look transposed: a model does not say how its images were unrolled."""
    source = str(model.trained.get("source", ""))
    if model.image_shape is not None and source.lower().endswith(".mat") and not by_columns:
        warnings.warn(
            f"model: was trained on {source}; MATLAB unrolls images column by column: if they look "
            "transposed, use by_columns=True (--by-columns)",
            UserWarning,
            stacklevel=2,
        )


def _misread(asked: Asked) -> Drawer:
    run = asked.run()
    rows, classes = run.parts["validation"], run.targets.classes
    if rows.image_shape is None or classes is None:
        raise ParameterError("source: expected images with classes; the rows of this one are none")
    for _ in run.train():
        pass
    model = run.model()
    found = compute_misread(
        model.network,
        model.theta,
        run.prepared.inputs("validation", np.dtype(np.float64)),
        run.prepared.encoded_labels("validation", model.network.cost),
        as_images(np.asarray(rows.X), rows.image_shape, rows.image_order),
        [shorten(printable(name), 12) for name in classes.tolist()],
    )
    return partial(draw_misread, found, source=asked.source_name)


def _course_figure(name: str, _: Asked) -> Drawer:
    return COURSE_FIGURES[name]()


def _six_steps(asked: Asked) -> Drawer:
    run = asked.run()
    rows, classes = run.parts["train"], run.targets.classes
    if rows.image_shape is None or classes is None:
        raise ParameterError("source: expected images with classes; the rows of this one are none")
    found = compute_six_steps(
        run.network,
        run.training.theta,
        run.training.X,
        run.training.Y,
        as_images(np.asarray(rows.X[:_IMAGES]), rows.image_shape, rows.image_order),
        [shorten(printable(name), 12) for name in classes.tolist()],
        run.recipe.options,
    )
    return partial(draw_six_steps, found, source=asked.source_name)


def _learning_rates(asked: Asked) -> Drawer:
    run = asked.run()
    found = compute_learning_rates(run.network, run.training.theta, *_rows(run))
    return partial(draw_learning_rates, found, source=asked.source_name)


def _hidden_sizes(asked: Asked) -> Drawer:
    rows = prepare(read("digits"), seed=asked.seed)
    recipe = RECIPES["modern"].with_(
        epochs=_SIZE_EPOCHS, regularization=1.0, seed=asked.seed, shift=0
    )
    found = compute_hidden_sizes(rows, recipe, _SIZES)
    return partial(draw_hidden_sizes, found, source=asked.source_name)


def _rows(run: Experiment) -> tuple[Array, Array]:
    """Some of the training rows, in float64."""
    X, Y = run.training.X[:_ROWS], run.training.Y[:_ROWS]
    return X.astype(np.float64), Y.astype(np.float64)


@dataclass(frozen=True)
class Figure:
    """How a figure is computed, and which of :func:`make`'s arguments it is made from.

    `compute` returns a function that draws the figure in a language, so that ``"en"`` and ``"zh"``
    share the numbers.
    """

    compute: Callable[[Asked], Drawer]
    takes: frozenset[str]


_DATA = frozenset({"source", "target", "recipe"})

FIGURES = {
    "network": Figure(_network, frozenset({"model", "layers"})),
    "secant": Figure(_secant, _DATA),
    "symmetry": Figure(_symmetry, _DATA),
    "surface": Figure(_surface, _DATA),
    "learning-curve": Figure(_learning_curve, _DATA),
    "training-set-size": Figure(_training_set_size, _DATA),
    "hidden-units": Figure(_hidden_units, _DATA | {"model", "by_columns"}),
    **{name: Figure(partial(_course_figure, name), frozenset()) for name in COURSE_FIGURES},
    "misread": Figure(_misread, _DATA),
    "six-steps": Figure(_six_steps, _DATA),
    "learning-rates": Figure(_learning_rates, frozenset()),
    "hidden-sizes": Figure(_hidden_sizes, frozenset()),
}


def make(
    name: str,
    source: str | Path | None = None,
    *,
    target: str | None = None,
    recipe: str | None = None,
    model: Model | None = None,
    layers: Sequence[int] | None = None,
    by_columns: bool = False,
    seed: int = 0,
    lang: str = "en",
) -> Picture:
    """Compute and draw a figure.

    Parameters
    ----------
    name
        Of :data:`FIGURES`: ``"network"``, ``"secant"``, ``"nudge"`` ... (all: the page *Figures*).
    source, target
        As in :func:`clearprop.data.read`; None: the bundled digits (XOR for ``"surface"``).
    recipe
        Of :data:`clearprop.experiment.RECIPES`; None: the course's, whose networks are small.
    model
        A trained model, for ``"network"`` (draws its weights) and ``"hidden-units"``.
    layers
        Units per layer, for ``"network"``.
    by_columns
        True if the images that the model was trained on were unrolled column by column, as MATLAB
        does. For a source this is known.
    seed
        Decides initial values and splits; the same seed gives the same bytes.
    lang
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ParameterError
        Naming every argument that is wrong, or that the figure is not made from.
    DataError
        For a source that cannot be used.

    Examples
    --------
    >>> picture = make("network", layers=(784, 16, 16, 10), lang="zh")
    >>> picture.title
    '神经网络 784-16-16-10'
    >>> make("hidden-unit", layers=(2, 1))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    clearprop.errors.ParameterError: name: expected one of network, secant, ...; \
got 'hidden-unit' (did you mean "hidden-units"?)
    """
    given: dict[str, Any] = {
        "source": source,
        "target": target,
        "recipe": recipe,
        "model": model,
        "layers": layers,
        "by_columns": by_columns,
    }
    raise_problems(make_problems(name, given, seed, lang))
    return FIGURES[name].compute(Asked(seed=seed, **given))(lang)


def make_problems(name: str, given: dict[str, Any], seed: object, lang: str) -> list[str]:
    """All problems of the arguments of :func:`make`. None and False count as not given."""
    problems = [*one_of("name", name, list(FIGURES)), *one_of("lang", lang, LANGUAGES)]
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        problems.append(f"seed: expected a whole number of at least 0; got {seed!r}")
    if given.get("recipe") is not None:
        problems += one_of("recipe", given["recipe"], list(RECIPES))
    if given.get("layers") is not None:
        try:
            Network(given["layers"])
        except ParameterError as error:
            problems += error.renamed({"layer_sizes": "layers"}).problems
    if name not in FIGURES:
        return problems
    takes = FIGURES[name].takes
    there = {key for key, value in given.items() if value not in (None, False)}
    problems += [
        f"{key}: the figure {name} is not made from one; leave it out"
        for key in given
        if key in there - takes
    ]
    if "model" in there & takes:
        problems += [
            f"{key}: leave it out beside a model, which has its own"
            for key in ("source", "target", "recipe", "layers")
            if key in there & takes
        ]
    elif "by_columns" in there & takes:
        problems.append("by_columns: leave it out without a model; of a source it is known")
    elif {"target", "recipe"} & there and name == "surface" and "source" not in there:
        problems.append("source: expected one beside a target or a recipe; without it, XOR is used")
    return problems
