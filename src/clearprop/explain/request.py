"""From what a user has, a model or a network with some samples, to an explanation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.engines.slices import outputs_in_slices
from clearprop.errors import DataError, ParameterError, as_float, is_whole, one_of, raise_problems
from clearprop.explain.explanation import Explanation
from clearprop.explain.names import Names
from clearprop.explain.penalty import Penalty
from clearprop.explain.trace import Trace, trace
from clearprop.language import LANGUAGES
from clearprop.model import Model
from clearprop.network.architecture import Array, Network

__all__ = ["explain", "unit_problems"]


def explain(
    subject: Any,
    *arguments: Any,
    theta: Any = None,
    x: Any = None,
    y: Any = None,
    sample: int = 0,
    units: Sequence[tuple[int, int]] = (),
    source: str | None = None,
    lang: str = "en",
) -> Explanation:
    """Explain one sample's way through a network, with every number put in.

    ``explain(model, x, y)`` or ``explain(network, theta, x, y)``; arguments after the first may be
    given by name.

    Parameters
    ----------
    subject, arguments; theta, x, y
        A :class:`~clearprop.model.Model` or a fitted estimator, then raw rows and their labels; or
        a :class:`~clearprop.network.architecture.Network`, then theta, inputs and targets. Rows are
        one ``(n,)`` or several ``(m, n)``; the gradient is averaged over them. Without labels only
        the forward pass is told. J and the gradient are those of the rows, without lambda. What
        lambda adds stands beside them: its m is that of a model's training, or of a network's rows.
    sample
        The row that is told, from 0.
    units
        ``((layer, unit), ...)``, layers from 2 to L and units from 1: the units to tell; a text
        tells them alone. Without it, the units that matter most to this sample are told.
    source
        What the rows are called in the title.
    lang
        ``"en"`` or ``"zh"``.

    Returns
    -------
    An :class:`~clearprop.explain.explanation.Explanation`: ``print`` it, show it in a notebook, or
    take ``to_text()``, ``to_html()``, ``to_dict()``.

    Raises
    ------
    ParameterError
        For options that do not fit, every problem at once; for a network's theta, inputs or targets
        of other shapes or values.
    DataError
        For rows or labels that the model cannot use.

    Equation
    --------
    Forward and backward propagation (course, week 5; Nielsen, ch. 2, BP1-BP4; 3Blue1Brown, ch. 3).

    Examples
    --------
    >>> network = Network((2, 2, 1))
    >>> theta = np.linspace(-1, 1, network.n_parameters)
    >>> explanation = explain(network, theta, [1.0, 0.0], 1, units=[(2, 1)])
    >>> story = explanation.unit(2, 1)
    >>> round(story.bias + story.incoming.total, 6) == round(story.z, 6)
    True
    >>> print(explanation.to_text().splitlines()[0])
    One sample, explained
    """
    if hasattr(subject, "to_model"):
        subject = subject.to_model()
    if isinstance(subject, Model):
        x, y = _given("model", ("x", "y"), arguments, {"theta": theta, "x": x, "y": y})
        batch = _trace_of_model(subject, x, y)
        penalty = Penalty(batch, _penalty_rows(subject), trained=True)
    elif isinstance(subject, Network):
        named = {"theta": theta, "x": x, "y": y}
        theta, x, y = _given("network", ("theta", "x", "y"), arguments, named)
        batch = trace(subject, theta, x, y)
        penalty = Penalty(batch, batch.m, trained=False)
    else:
        raise ParameterError(
            "subject: expected a model, a fitted estimator or a Network; got "
            f"{type(subject).__name__}"
        )
    raise_problems(
        [
            *one_of("lang", lang, LANGUAGES),
            *_sample_problems(sample, batch.m),
            *unit_problems(units, batch.network),
        ]
    )
    asked = tuple(sorted({(int(layer), int(unit)) for layer, unit in units}))
    order = x.image_order if isinstance(x, Table) else "C"
    sample = int(sample)  # a Python int, because the ids in a notebook are made from its repr
    names = _names(subject, batch, sample, source, order)
    if isinstance(subject, Model) and subject.bag:
        told = batch.X[sample : sample + 1].astype(subject.theta.dtype)  # (1, s_1)
        h = outputs_in_slices(subject.network, subject.thetas, told)  # (1, K), of all networks
        names = replace(
            names,
            networks=len(subject.thetas),
            answer=_decoded(subject, h),
            **_interval(subject.targets, h),
        )
    return Explanation(batch, sample, penalty, asked, names, lang)


def _penalty_rows(model: Model) -> float | None:
    """The m of lambda/m in the model's training; a file may hold anything there, or nothing."""
    rows = as_float(model.trained.get("penalty_rows"))
    return rows if 0 < rows < np.inf else None


def _given(
    kind: str, names: tuple[str, ...], arguments: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    """The arguments after the first, in the order of `names`; the last of them may be missing."""
    values = dict(zip(names, arguments, strict=False))
    extra = {name: value for name, value in named.items() if value is not None}
    given = len(arguments) + len(extra)
    wrong = extra.keys() & values.keys() or extra.keys() - set(names) or len(arguments) > len(names)
    values |= extra
    if wrong or not values.keys() >= set(names[:-1]):
        expected = f"explain({kind}, {', '.join(names[:-1])}[, {names[-1]}])"
        got = f"{given} after {kind}" + (f", named {', '.join(extra)}" if extra else "")
        raise ParameterError(f"arguments: expected {expected}; got {got}")
    return tuple(values.get(name) for name in names)


def _trace_of_model(model: Model, x: Any, y: Any) -> Trace:
    X = model.inputs(x, np.float64)  # (m, s_1)
    if y is None:
        return trace(model.network, model.theta, X)
    labels = np.asarray(y)
    if X.shape[0] == 1 and (labels.ndim == 0 or labels.shape == (model.network.n_outputs,) != (1,)):
        labels = labels[None]
    Y = model.targets.encode(labels, model.network.cost)  # (m, K)
    if len(Y) != X.shape[0]:
        raise DataError(f"y: expected as many values as rows, {X.shape[0]}; got {len(Y)}")
    return trace(model.network, model.theta, X, Y)


def _sample_problems(sample: object, m: int) -> list[str]:
    if is_whole(sample) and 0 <= int(sample) < m:
        return []
    rows = "0, the only row" if m == 1 else f"a row from 0 to {m - 1}"
    return [f"sample: expected {rows}; got {sample!r}"]


def unit_problems(units: Any, network: Network) -> list[str]:
    """What is wrong with the units that are asked for.

    Examples
    --------
    >>> unit_problems([(2, 5)], Network((2, 3, 1)))
    ['units: layer 2 has the units 1 to 3; got 2:5']
    """
    if isinstance(units, str) or not isinstance(units, Iterable):
        return [f"units: expected pairs (layer, unit), such as [(2, 5)]; got {units!r}"]
    sizes, problems = network.layer_sizes, []
    for pair in units:
        if not isinstance(pair, Sequence) or len(pair) != 2 or not all(map(is_whole, pair)):
            problems.append(f"units: expected (layer, unit), such as (2, 5); got {pair!r}")
            continue
        layer, unit = map(int, pair)
        if not 2 <= layer <= len(sizes):
            layers = "layer 2" if len(sizes) == 2 else f"a layer from 2 to {len(sizes)}"
            problems.append(f"units: expected {layers}; got {layer}:{unit}")
        elif not 1 <= unit <= sizes[layer - 1]:
            last = sizes[layer - 1]
            has = "has one unit, 1" if last == 1 else f"has the units 1 to {last}"
            problems.append(f"units: layer {layer} {has}; got {layer}:{unit}")
    return problems


# -- What things are called -----------------------------------------------------------------------


def _names(
    subject: Model | Network,
    batch: Trace,
    sample: int,
    source: str | None,
    image_order: Literal["C", "F"],
) -> Names:
    if isinstance(subject, Network):
        return Names(source)
    encoder, targets, shape = subject.encoder, subject.targets, subject.image_shape
    if shape is not None and shape[0] * shape[1] != subject.network.n_inputs:
        shape = None
    # Nameless columns are inputs x1, x2, ... in their order; with bins the numbers are not theirs.
    named = encoder is not None and (encoder.names is not None or encoder.n_bins > 0)
    inputs = encoder.input_names if encoder is not None and named else None
    binned = None if encoder is None else encoder.first_bin
    classes = targets.classes
    outputs = None
    if classes is not None and targets.task == "classification":
        outputs = tuple(map(str, classes if subject.network.n_outputs > 1 else classes[1:]))
    if targets.interval is not None:
        outputs = _levels(targets)
    h = batch.a(batch.n_layers)[sample : sample + 1]  # (1, K)
    truth = None if batch.Y is None else _decoded(subject, batch.Y[sample : sample + 1])
    return Names(
        source,
        inputs=inputs,
        outputs=outputs,
        image_shape=shape,
        image_order=image_order,
        seen=_decoded(subject, h),
        truth=truth,
        **_interval(targets, h),
        encoded=encoder is not None,
        standardised=targets.scale is not None and bool((targets.scale != 1).any()),
        dropout=subject.trained.get("dropout", 0.0),
        binned=None if binned is None else binned + 1,
    )


def _levels(targets: Targets) -> tuple[str, ...]:
    """The names of quantiles as outputs: their levels, and whose they are."""
    levels = [f"{level:g}" for level in targets.quantiles]
    if not targets.names:
        return tuple(levels)
    names = [name for name in targets.names for _ in range(3)]
    return tuple(f"{level} {name}" for level, name in zip(levels, names, strict=True))


def _interval(targets: Targets, h: Array) -> dict[str, Any]:
    """The prediction interval of each number in the user's words, and how its ends were moved."""
    if targets.interval is None:
        return {}
    bounds = targets.bounds(h).reshape(-1, 2)  # (T, 2)
    return {
        "interval": ", ".join(f"[{low:.5g}, {high:.5g}]" for low, high in bounds),
        "margins": tuple(targets.interval.margins.tolist()),
    }


def _decoded(model: Model, h: Array) -> str:
    """An answer in the user's words."""
    answer = model.targets.decode(h)[0]
    if model.targets.task == "regression":
        return ", ".join(f"{value:.5g}" for value in np.atleast_1d(answer))
    return str(answer.tolist())
