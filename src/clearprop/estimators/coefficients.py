"""``coefs_`` and ``intercepts_``: views of theta that can be assigned, as in scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from clearprop.errors import ParameterError, raise_problems, shown
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split

# What one entry of each list is, for messages.
_WHAT = {"coefs_": "weights", "intercepts_": "biases"}


class Coefficients(list[Array]):
    """The weights or the biases of a fitted estimator, one array a layer: views of its ``theta_``.

    An entry can be changed in place, and it can be assigned. Either way the estimator predicts
    with the new numbers. The number of layers and their sizes stay, so a list that would grow or
    shrink is refused. A copy, a slice and a pickle of it are plain lists of arrays.

    Parameters
    ----------
    estimator
        A fitted estimator.
    name
        ``"coefs_"``, ``(s_l, s_{l+1})`` each, or ``"intercepts_"``, ``(s_{l+1},)`` each.

    Examples
    --------
    >>> from clearprop import MLPRegressor
    >>> regressor = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs").fit([[0.0], [1.0]], [0, 1])
    >>> regressor.coefs_[0] = [[2.0]]
    >>> regressor.intercepts_ = [[5.0]]
    >>> regressor.predict([[10.0]])
    array([25.])
    >>> regressor.coefs_[0] = [2.0]
    Traceback (most recent call last):
    clearprop.errors.ParameterError: coefs_[0]: expected numbers of shape (1, 1), the weights from \
layer 1 to layer 2; got shape (1,)
    """

    def __init__(self, estimator: Any, name: str) -> None:
        self._estimator, self._name = estimator, name
        super().__init__(views(name, estimator.network_, estimator.theta_))

    def __setitem__(self, index: Any, value: Any) -> None:
        number = len(self)
        if isinstance(index, slice):
            places, values = list(range(*index.indices(number))), list(value)
            if len(places) != len(values):
                came = f"{len(values)} arrays for {len(places)} layers"
                raise ParameterError(f"{_expected(self._name, number)}; got {came}")
        else:
            super().__getitem__(index)  # raises what a list raises for a wrong index
            places, values = [int(index) % number], [value]
        dtype = self._estimator.theta_.dtype
        problems: list[str] = []
        checked = []
        for place, new in zip(places, values, strict=True):
            new, problem = _as_layer(f"{self._name}[{place}]", place, new, self[place].shape, dtype)
            checked.append(new)
            problems += problem
        raise_problems(problems)
        if not self._estimator.theta_.flags.writeable:  # as joblib hands it to its workers
            self._estimator.theta_ = self._estimator.theta_.copy()
            super().__init__(views(self._name, self._estimator.network_, self._estimator.theta_))
        for place, new in zip(places, checked, strict=True):
            self[place][...] = new

    def _fixed(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse what would change the number of layers or their order."""
        raise ParameterError(
            f"{_expected(self._name, len(self))}, in their order; assign to a layer, or assign a "
            "whole list"
        )

    append = extend = insert = pop = remove = clear = reverse = sort = _fixed
    __delitem__ = __iadd__ = __imul__ = _fixed

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return list, (list(self),)

    def copy(self) -> list[Array]:
        """The entries as a plain list."""
        return list(self)


def views(name: str, network: Network, theta: Array) -> list[Array]:
    """The entries of ``coefs_`` or ``intercepts_`` as views of theta.

    Examples
    --------
    >>> views("intercepts_", Network((1, 2)), np.array([1.0, 2.0, 3.0, 4.0]))
    [array([1., 2.])]
    """
    blocks = split(network, theta)
    return [B[1:] for B in blocks] if name == "coefs_" else [B[0] for B in blocks]


def with_coefficients(name: str, network: Network, theta: Array, values: Any) -> Array:
    """A copy of theta with these weights or biases in all layers.

    Raises
    ------
    ParameterError
        Naming each layer whose values do not fit.

    Examples
    --------
    >>> with_coefficients("coefs_", Network((1, 2)), np.zeros(4), [[[3.0, 4.0]]])
    array([0., 0., 3., 4.])
    """
    new = theta.copy()
    places = views(name, network, new)
    is_list = isinstance(values, Sequence | np.ndarray) and not isinstance(values, str | bytes)
    if not is_list or len(values) != len(places):
        came = f"a list of {len(values)}" if is_list else shown(values)
        raise_problems([f"{_expected(name, len(places))}; got {came}"])
    problems: list[str] = []
    for i, (place, value) in enumerate(zip(places, values, strict=True)):
        layer, problem = _as_layer(f"{name}[{i}]", i, value, place.shape, theta.dtype)
        problems += problem
        if not problems:
            place[...] = layer
    raise_problems(problems)
    return new


def _expected(name: str, layers: int) -> str:
    return f"{name}: expected a list of {layers} arrays, the {_WHAT[name]} of each layer"


def _as_layer(
    place: str, index: int, value: Any, shape: tuple[int, ...], dtype: Any
) -> tuple[Array, list[str]]:
    """The value as the numbers of a layer, and what is wrong with it, at most one sentence."""
    what = (
        f"the weights from layer {index + 1} to layer {index + 2}"
        if len(shape) == 2
        else f"the biases of layer {index + 2}"
    )
    expected = f"{place}: expected numbers of shape {shape}, {what}"
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "biufO":
            raise TypeError
        with np.errstate(over="ignore"):  # too large for float32 becomes infinite
            numbers = given.astype(dtype)
    except (TypeError, ValueError, OverflowError):  # text, or rows of different lengths
        is_array = isinstance(value, np.ndarray)
        came = f"an array of {value.dtype}" if is_array else shown(value)
        return np.empty(0), [f"{expected}; got {came}"]
    if numbers.shape != shape:
        return numbers, [f"{expected}; got shape {numbers.shape}"]
    bad = np.argwhere(~np.isfinite(numbers))
    if len(bad):
        where = tuple(bad[0].tolist())
        place = ", ".join(map(str, where))
        return numbers, [f"{expected}; got {given[where]} at [{place}], not finite in {dtype}"]
    return numbers, []
