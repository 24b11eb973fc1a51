"""Every error that Clearprop raises on purpose, and the sentences that their messages share.

::

    ClearpropError
    ├── ParameterError        (ValueError)    options or shapes: every problem at once
    ├── DataError             (ValueError)    a file, row, column or value that cannot be used
    ├── ModelFileError        (ValueError)    a model file or checkpoint that cannot be used
    ├── EngineError           (RuntimeError)  an engine that was asked for and is not there
    ├── GradientError         (RuntimeError)  the gradient check failed: training was refused
    └── DivergenceError       (ValueError)    the cost stopped being finite

A message says what was expected, what came, where, and what to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "ClearpropError",
    "DataError",
    "DivergenceError",
    "EngineError",
    "GradientError",
    "ModelFileError",
    "ParameterError",
    "as_float",
    "described",
    "did_you_mean",
    "is_number",
    "is_whole",
    "library_problems",
    "nearest",
    "number_problems",
    "one_of",
    "raise_problems",
    "shown",
    "whole_problems",
]


_LONGEST = 2500  # characters of a message


class ClearpropError(Exception):
    """The root: ``except ClearpropError`` catches all that this package raises on purpose.

    Examples
    --------
    >>> import clearprop
    >>> try:
    ...     clearprop.Network((2, 1), activation="rellu")
    ... except ClearpropError as error:
    ...     print(type(error).__name__)
    ParameterError
    """


class _FileError(ClearpropError, ValueError):
    r"""An error about a file, in one line of bounded length, whatever names stand in the file.

    Examples
    --------
    >>> print(DataError("a.csv: no column 'a" + chr(10) + "b'"))
    a.csv: no column 'a\nb'
    >>> len(str(DataError("x" * 10_000_000)))
    2500
    """

    def __init__(self, message: str) -> None:
        if len(message) > _LONGEST:
            message = f"{message[: _LONGEST - 500]} ... {message[-495:]}"
        # As `printable` of `language` does, which stands beside this room and not below it.
        super().__init__("".join(c if c.isprintable() else repr(c)[1:-1] for c in message))


class ParameterError(ClearpropError, ValueError):
    """Options, shapes or dtypes that do not fit. The message lists all problems.

    Attributes
    ----------
    problems
        One sentence each, ``"name: expected ...; got ..."``.

    Examples
    --------
    >>> error = ParameterError("epochs: expected at least 1; got 0")
    >>> print(error.renamed({"epochs": "max_iter"}))
    max_iter: expected at least 1; got 0
    """

    def __init__(self, *problems: str) -> None:
        count = f"{len(problems)} problems: " if len(problems) > 1 else ""
        super().__init__(count + "; ".join(problems))
        self.problems = problems

    def renamed(self, names: Mapping[str, str]) -> ParameterError:
        """The same problems under other names of the parameters."""
        parts = [problem.partition(":") for problem in self.problems]
        renamed = (names.get(name, name) + colon + rest for name, colon, rest in parts)
        return ParameterError(*renamed)

    def __reduce__(self) -> tuple[type[ParameterError], tuple[str, ...]]:
        return type(self), self.problems


class DataError(_FileError):
    """Data that cannot be used: the message names the file, row, column and value.

    Examples
    --------
    >>> import clearprop
    >>> clearprop.read("no-such-table.csv", "label")
    Traceback (most recent call last):
    clearprop.errors.DataError: no-such-table.csv: ...
    """


class ModelFileError(_FileError):
    """A model file or checkpoint that is cut, foreign, hostile, or cannot be written.

    Examples
    --------
    >>> import clearprop
    >>> clearprop.load("no-such-model.safetensors")
    Traceback (most recent call last):
    clearprop.errors.ModelFileError: no-such-model.safetensors: there is no such file; ...
    """


class EngineError(ClearpropError, RuntimeError):
    """An engine that was asked for is not available. The message lists those that are.

    Examples
    --------
    >>> import clearprop
    >>> clearprop.predict(clearprop.Network((1, 1)), [0.0, 1.0], [[2.0]], engine="abacus")
    Traceback (most recent call last):
    clearprop.errors.EngineError: engine: expected auto... reference...; got 'abacus'
    """


class GradientError(ClearpropError, RuntimeError):
    """The gradient check before training failed.

    Attributes
    ----------
    report
        The :class:`~clearprop.GradientReport` of the failed check.

    Examples
    --------
    >>> GradientError("the gradient of engine mine is wrong; training was refused").report is None
    True
    """

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report


class DivergenceError(ClearpropError, ValueError):
    """The cost became infinite or NaN during training.

    Attributes
    ----------
    epoch
        The epoch (counted from 1) in which it happened.
    theta
        The parameters after the last epoch that was finite, shape ``(n_parameters,)``.

    Examples
    --------
    >>> import clearprop
    >>> network = clearprop.Network((1, 1), cost="squared")
    >>> options = clearprop.Options("gd", learning_rate=1e200, epochs=9)
    >>> training = clearprop.Training(network, [0.0, 1.0], [[3.0]], [1.0], options)
    >>> try:
    ...     training.run()
    ... except DivergenceError as error:
    ...     print(error.epoch, error.theta)
    2 [...]
    """

    def __init__(self, message: str, epoch: int = 0, theta: np.ndarray | None = None) -> None:
        super().__init__(message)
        self.epoch = epoch
        self.theta = theta


# -- Questions about a value -----------------------------------------------------------------------


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number, of Python or of NumPy. True and False do not count.

    Examples
    --------
    >>> is_whole(3), is_whole(3.0), is_whole(True)
    (True, False, False)
    """
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a real number, of Python or of NumPy. True and False do not count.

    Examples
    --------
    >>> is_number(3), is_number(0.5), is_number(True), is_number("3")
    (True, True, False, False)
    """
    return isinstance(value, Real) and not isinstance(value, bool)


def as_float(value: object) -> float:
    """A real number as a float: infinite if it is too large for one. NaN for what is no number.

    So a comparison such as ``0 < as_float(value) < math.inf`` is False for every wrong value.

    Examples
    --------
    >>> as_float(3), as_float(-(10**400)), as_float("3")
    (3.0, -inf, nan)
    """
    if not is_number(value):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


# -- A value in a message --------------------------------------------------------------------------


def shown(value: object) -> str:
    """A value as a message shows it: its repr, cut to 60 characters.

    Examples
    --------
    >>> shown([1, 2])
    '[1, 2]'
    >>> shown("x" * 100)[-5:], len(shown("x" * 100))
    ('xx...', 60)
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a whole number of thousands of digits, a deep list
        return f"a {type(value).__name__} too large to show"
    return text if len(text) <= 60 else text[:57] + "..."


def described(value: object) -> str:
    """A value in a few words: its type, and its shape or what :func:`shown` makes of it.

    Examples
    --------
    >>> described([1, 2])
    'list [1, 2]'
    >>> import numpy as np
    >>> described(np.ones((2, 3)))
    'ndarray of shape (2, 3)'
    """
    shape = getattr(value, "shape", None)
    if shape is not None and tuple(shape):
        return f"{type(value).__name__} of shape {tuple(shape)}"
    return f"{type(value).__name__} {shown(value)}"


# -- Problems: what is wrong with a value, as a list of at most one sentence -----------------------


def did_you_mean(value: object, options: Iterable[object]) -> str:
    """Return ``' (did you mean "adam"?)'`` if an option is close to `value`, else ``''``.

    Examples
    --------
    >>> did_you_mean("adma", ["sgd", "adam"])
    ' (did you mean "adam"?)'
    >>> did_you_mean("zzz", ["sgd", "adam"])
    ''
    """
    found = nearest(value, options)
    return f' (did you mean "{found}"?)' if found else ""


def nearest(value: object, options: Iterable[object]) -> str:
    """Return the option that is close to `value`, or ``""``.

    Examples
    --------
    >>> nearest("adma", ["sgd", "adam"]), nearest("zzz", ["sgd", "adam"])
    ('adam', '')
    """
    import difflib  # inside for start-up time: only a message needs it

    by_lower = {str(option).lower(): str(option) for option in options}
    close = difflib.get_close_matches(str(value).lower(), by_lower, n=1)
    return by_lower[close[0]] if close else ""


def one_of(name: str, value: object, options: Sequence[object]) -> list[str]:
    """Return the problem, if there is one, of a `value` that must be one of `options`.

    Examples
    --------
    >>> one_of("solver", "adam", ["sgd", "adam"])
    []
    >>> one_of("solver", 7, ["sgd", "adam"])
    ['solver: expected one of sgd, adam; got 7']
    """
    if isinstance(value, str) and value in options:
        return []
    listed = ", ".join(map(str, options))
    return [f"{name}: expected one of {listed}; got {value!r}{did_you_mean(value, options)}"]


def whole_problems(name: str, value: object, least: int) -> list[str]:
    """Return the problem, if there is one, of a value that must be a whole number from `least` on.

    Examples
    --------
    >>> whole_problems("seed", 0, least=0)
    []
    >>> whole_problems("seed", -1, least=0)
    ['seed: expected a whole number of at least 0; got -1']
    """
    if is_whole(value) and int(value) >= least:
        return []
    return [f"{name}: expected a whole number of at least {least}; got {shown(value)}"]


def number_problems(
    name: str,
    value: object,
    low: float,
    high: float = math.inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> list[str]:
    """Return the problem, if there is one, of a value that must be a finite number in an interval.

    `low` and `high` belong to the interval, unless it is open there.

    Examples
    --------
    >>> number_problems("momentum", 1, low=0, high=1)
    []
    >>> number_problems("dropout", 1, low=0, high=1, open_high=True)
    ['dropout: expected a number of at least 0 and below 1; got 1']
    """
    number = as_float(value)
    above = number > low if open_low else number >= low
    below = number < high if open_high or high == math.inf else number <= high
    if above and below:
        return []
    if number == high == math.inf:
        return [f"{name}: expected a finite number; got {shown(value)}"]
    left = f"above {low}" if open_low else f"of at least {low}"
    right = "" if high == math.inf else f" and {'below' if open_high else 'at most'} {high}"
    return [f"{name}: expected a number {left}{right}; got {shown(value)}"]


def library_problems(name: str, library: str, extra: str) -> list[str]:
    """Return the problem, if there is one, of what needs a library that the `extra` brings.

    It looks for the library and does not load it.

    Examples
    --------
    >>> library_problems("plot", "numpy", "figures")
    []
    >>> library_problems("plot", "no_such_library", "figures")
    ["plot: needs no_such_library: pip install 'clearprop[figures]'"]
    """
    if find_spec(library) is not None:
        return []
    return [f"{name}: needs {library}: pip install 'clearprop[{extra}]'"]


def raise_problems(problems: Sequence[str]) -> None:
    """Raise one :class:`ParameterError` that holds all problems, if there are any.

    Examples
    --------
    >>> raise_problems(["epochs: expected at least 1; got 0", "solver: ..."])
    Traceback (most recent call last):
    clearprop.errors.ParameterError: 2 problems: epochs: expected at least 1; got 0; solver: ...
    """
    if problems:
        raise ParameterError(*problems)
