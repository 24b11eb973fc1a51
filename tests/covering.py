"""A few cases of a table in which every word of the table occurs.

The engine of JAX compiles each case for half a second, and computes it with the equations that the
reference engine runs. So `make test` asks it the cases that cover the tables, and `make long` asks
it all.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

COMPILED = "jax"


def mark_the_others(items: list[pytest.Item]) -> None:
    """Mark as long what says nothing new of the engine that compiles."""
    seen: dict[Callable[..., object], set[object]] = {}
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        if isinstance(item, pytest.Function) and parameters.get("engine") == COMPILED:
            found = words(parameters)
            known = seen.setdefault(item.function, set())
            if found <= known:
                item.add_marker(pytest.mark.long)
            known |= found


def words(parameters: Mapping[str, Any]) -> set[object]:
    """What the parameters of a test say; a `kind` is a kind of job in the native core."""
    found: set[object] = set()
    for name, value in parameters.items():
        if name == "case":
            found |= case_words(value)
            found.add((value.rule, str(parameters["dtype"])))
        elif name == "kind":
            found.add(name)
        else:
            found.add((name, str(value)))
    return found


def case_words(case: Any) -> set[object]:
    """What a row of the conformance table says."""
    network = case.network
    return {
        *((name, getattr(case, name)) for name in ("rule", "weights", "layout")),
        *((name, getattr(network, name)) for name in ("activation", "cost", "quantiles")),
        ("hidden layers", min(network.n_layers - 2, 1)),
        ("lambda", network.regularization > 0),
        ("dropout", case.dropout > 0),
        ("clipped", case.clip_norm is not None),
        ("one row", case.rows == 1),
        ("one minibatch", case.rows <= case.batch),
        ("whole minibatches", case.rows % case.batch == 0),
    }
