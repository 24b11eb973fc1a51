"""Networks of a learner's own scalar values, each with its ``data`` and its ``grad``.

These functions run beside the learner's code: adapters import them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["gradients", "numbers", "units_of", "wrapped"]


def wrapped(numbers: Any, Value: type) -> Any:
    """Nested lists or arrays of numbers, with a `Value` for each."""
    if hasattr(numbers, "__len__"):
        return [wrapped(number, Value) for number in numbers]
    return Value(float(numbers))


def numbers(values: Any) -> Any:
    """Arrays as nested lists of floats; anything else as it is."""
    if isinstance(values, list | tuple):
        return [numbers(value) for value in values]
    return values.tolist() if hasattr(values, "tolist") else values


def gradients(values: Any) -> Any:
    """The ``grad`` of each value, in the same lists."""
    if isinstance(values, list | tuple):
        return [gradients(value) for value in values]
    return float(getattr(values.grad, "data", values.grad))


def units_of(net: Any, Value: type) -> list[list[Any]]:
    """The units of each layer of a network: objects that hold a list of values, their weights.

    Each comes as ``(unit, name of the weights, name of the bias)``; ``""`` for no bias.
    """
    layers = list(_layers(net, Value, set()))
    if not layers:
        raise ValueError("the network holds no lists of values")
    return layers


def _layers(held: Any, Value: type, seen: set[int]) -> Iterator[list[Any]]:
    if id(held) in seen or isinstance(held, Value):
        return
    seen.add(id(held))
    if isinstance(held, list | tuple):
        units = [_unit(item, Value) for item in held]
        if units and all(unit is not None for unit in units):
            yield units
            return
        members: Sequence[Any] = held
    else:
        members = list(vars(held).values()) if hasattr(held, "__dict__") else []
    for member in members:
        if isinstance(member, list | tuple) or hasattr(member, "__dict__"):
            yield from _layers(member, Value, seen)


def _unit(held: Any, Value: type) -> tuple[Any, str, str] | None:
    names = vars(held) if hasattr(held, "__dict__") else {}
    weights = [
        name for name, value in names.items()
        if isinstance(value, list) and value and all(isinstance(v, Value) for v in value)
    ]  # fmt: skip
    biases = [name for name, value in names.items() if isinstance(value, Value)]
    return (held, weights[0], biases[0] if biases else "") if len(weights) == 1 else None
