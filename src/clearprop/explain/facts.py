"""Every number of an explanation, as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from clearprop.explain.explanation import Explanation

__all__ = ["facts"]


def facts(e: Explanation, in_full: bool) -> dict[str, Any]:
    """See :meth:`clearprop.explain.explanation.Explanation.to_dict`."""
    one, batch, network = e.one, e.batch, e.batch.network
    found: dict[str, Any] = {
        "network": {
            "layer_sizes": list(network.layer_sizes),
            "activation": network.activation,
            "cost": network.cost,
            "regularization": network.regularization,
            "parameters": network.n_parameters,
        },
        "sample": asdict(e.names) | {"row": e.sample},
        "layers": [{"layer": 1, "a": one.a(1)[0].tolist()}],
        "units": [
            asdict(e.unit(l, unit)) for l in range(2, one.n_layers + 1) for unit in e.told(l)
        ],
    }
    for l in range(2, one.n_layers + 1):
        layer = {"layer": l, "z": one.z(l)[0].tolist(), "a": one.a(l)[0].tolist()}
        if e.backward:
            layer["delta"] = one.delta(l)[0].tolist()
        found["layers"].append(layer)
    if not e.backward:
        return found
    assert one.Y is not None
    assert one.per_output is not None
    layers = range(1, network.n_layers)
    return found | {
        "target": one.Y[0].tolist(),
        "cost": {
            "per_output": one.per_output[0].tolist(),
            "sample": float(one.per_output[0].sum()),
            "batch": batch.J,
        },
        "batch": {"rows": batch.m},
        "gradient": [
            {"layer": l, "Delta": batch.Delta(l).tolist(), "D": batch.D(l).tolist()} for l in layers
        ]
        if in_full
        else None,
        "wishes": [asdict(wish) for wish in e.wishes],
        "together": [asdict(unit) for unit in e.together],
        "averages": [asdict(average) for average in e.averages],
        "sensitivities": [asdict(parameter) for parameter in e.sensitivities],
        "loop": {"samples": len(e.loop.turns), "difference": e.loop.difference},
    }
