"""Arithmetic that is written down instead of done: the steps of the algorithm as a tape.

The steps run once on symbols in place of numbers. What they do stands on the tape, and whoever has
the tape can do it with numbers, without the steps: the pages do. So no equation is written twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import numpy as np

__all__ = ["OPERATIONS", "Tape", "Traced"]

# What the tape can hold, by NumPy's names; a page has the same table. Comparisons give 0 or 1.
OPERATIONS: dict[str, Callable[..., float]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: np.divide(x, y),
    "negative": lambda x: -x,
    "power": lambda x, y: np.power(x, y),
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "tanh": np.tanh,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "sqrt": np.sqrt,
    "absolute": abs,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "fmax": np.fmax,
    "equal": lambda x, y: x == y,
    "greater": lambda x, y: x > y,
    "greater_equal": lambda x, y: x >= y,
    "less": lambda x, y: x < y,
    "less_equal": lambda x, y: x <= y,
    "isfinite": np.isfinite,
    "where": lambda c, x, y: x if c else y,
    "logical_and": lambda x, y: bool(x) and bool(y),
}
_SAME = {"true_divide": "divide", "square": "square", "bitwise_and": "logical_and"}


class Tape:
    """What was done so far, each entry once.

    Attributes
    ----------
    entries
        ``(operation, arguments)``; an argument is the place of an earlier entry. ``"number"`` has
        a number, and ``"input"`` the place in the list of inputs.
    """

    def __init__(self) -> None:
        self.entries: list[tuple[Any, ...]] = []
        self._places: dict[tuple[Any, ...], int] = {}
        self.n_inputs = 0

    def inputs(self, shape: tuple[int, ...]) -> Traced:
        """Symbols for so many more inputs."""
        symbols = [
            self.add("input", i) for i in range(self.n_inputs, self.n_inputs + math.prod(shape))
        ]
        self.n_inputs += len(symbols)
        return _traced(symbols, shape)

    def add(self, *entry: Any) -> _Symbol:
        """The symbol of an entry, which is added if it is new."""
        place = self._places.setdefault(entry, len(self.entries))
        if place == len(self.entries):
            self.entries.append(entry)
        return _Symbol(self, place)

    def place(self, value: Any) -> int:
        """The place of a symbol or a number."""
        return value.place if isinstance(value, _Symbol) else self.add("number", float(value)).place


class _Symbol:
    """One number that is not known yet."""

    def __init__(self, tape: Tape, place: int) -> None:
        self.tape, self.place = tape, place

    def __bool__(self) -> bool:
        raise TypeError("a symbol is neither true nor false")


def _operation(name: str, turned: bool = False) -> Callable[..., Any]:
    def operation(*arguments: Any) -> Any:
        if any(isinstance(argument, np.ndarray) for argument in arguments):
            return NotImplemented  # the array goes through its elements
        return _applied(name, *(arguments[::-1] if turned else arguments))

    return operation


for _python, _name in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
}.items():  # fmt: skip
    setattr(_Symbol, f"__{_python}__", _operation(_name))
    setattr(_Symbol, f"__r{_python}__", _operation(_name, turned=True))
for _python, _name in {"neg": "negative", "abs": "absolute"}.items():
    setattr(_Symbol, f"__{_python}__", _operation(_name))
for _name in ("exp", "log", "log1p", "tanh", "sinh", "cosh", "sqrt"):  # NumPy asks objects for them
    setattr(_Symbol, _name, _operation(_name))


def _applied(name: str, *arguments: Any) -> Any:
    """An operation on symbols and numbers; on numbers alone it is done."""
    name = _SAME.get(name, name)
    if name == "square":
        name, arguments = "multiply", arguments * 2
    if name in ("real", "positive"):
        return arguments[0]
    if name == "heaviside":  # x < 0: 0, x = 0: h, x > 0: 1
        x, h = arguments
        return _applied("where", _applied("greater", x, 0.0), 1.0,
                        _applied("where", _applied("less", x, 0.0), 0.0, h))  # fmt: skip
    symbols = [argument for argument in arguments if isinstance(argument, _Symbol)]
    if not symbols:
        return float(OPERATIONS[name](*map(float, arguments)))
    if name not in OPERATIONS:
        raise TypeError(f"{name}: no operation of the tape")
    tape = symbols[0].tape
    numbers = [None if isinstance(a, _Symbol) else float(a) for a in arguments]
    match name, numbers:  # the bits are the same without these
        case ("add" | "subtract", [None, 0.0]) | ("multiply" | "divide", [None, 1.0]):
            return arguments[0]
        case ("add", [0.0, None]) | ("multiply", [1.0, None]):
            return arguments[1]
        case "power", [None, 2.0]:
            return _applied("multiply", arguments[0], arguments[0])
    return tape.add(name, *(tape.place(argument) for argument in arguments))


def _traced(elements: list[Any], shape: tuple[int, ...]) -> Traced:
    filled = np.empty(len(elements), object)
    filled[:] = elements
    return filled.reshape(shape).view(Traced)


class Traced(np.ndarray):
    """An array of symbols and numbers, which NumPy's functions take as any other."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(x, object) for x in inputs]
        name = ufunc.__name__
        if method == "reduce" and name in ("maximum", "minimum"):
            return self._reduced(name, plain[0], **options)
        if method != "__call__" or name == "matmul":
            done = getattr(ufunc, method)(*plain, **options)
            return done.view(Traced) if isinstance(done, np.ndarray) else done
        wide = np.broadcast_arrays(*plain)
        found = [
            _applied(name, *elements) for elements in zip(*(x.flat for x in wide), strict=True)
        ]
        return _traced(found, wide[0].shape)

    def astype(self, *_: Any, **__: Any) -> Traced:
        """Itself: a comparison gives 0 or 1 already."""
        return self

    @staticmethod
    def _reduced(name: str, x: Any, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
        rows = np.moveaxis(x, axis, 0) if axis is not None else x.reshape(-1)
        best = list(rows[0].flat) if axis is not None else [rows[0]]
        for row in rows[1:]:
            others = list(row.flat) if axis is not None else [row]
            best = [_applied(name, *pair) for pair in zip_longest(best, others)]
        shape = rows.shape[1:] if axis is not None else ()
        found = _traced(best, shape)
        return np.expand_dims(found, axis) if keepdims else found

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.where:
            wide = np.broadcast_arrays(*(np.asarray(x, object) for x in args))
            found = [_applied("where", *e) for e in zip(*(x.flat for x in wide), strict=True)]
            return _traced(found, wide[0].shape)
        if function is np.real:
            return args[0]
        if function is np.clip:
            x, low, high = args
            return np.minimum(np.maximum(x, low), high)
        if function is np.ones_like:
            return np.ones(args[0].shape)
        return super().__array_function__(function, types, args, kwargs)
