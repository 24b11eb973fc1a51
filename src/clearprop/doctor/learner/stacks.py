"""Adapters to a network that is put together of layers: ``Sequential(Dense(4, 5), ReLU(), ...)``.

The file has a class for the whole, which is handed its layers or to which they are added, and
classes for the layers. Its layers are made for the sizes that are asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.names import plain, roles_of
from clearprop.doctor.learner.objects import entries_of_methods, gradient_methods, is_told, made_by
from clearprop.doctor.learner.survey import Class, Function, Parameter, Survey
from clearprop.network.architecture import Network

__all__ = ["stack_entries"]

_FORWARD = ("forward", "forwardpropagation", "forwardpass", "fprop", "__call__", "call")
_BACKWARD = ("back", "bprop", "grad")
_ADD = ("add", "addlayer", "append", "push")


def stack_entries(
    callee: Callee, name: str, network: Network, sizes: Sequence[int]
) -> list[Entry]:
    """The ways to ask ``Class`` or ``Class.method`` where an object is made of layers."""
    head, _, wanted = name.partition(".")
    class_ = callee.survey.class_(head)
    if class_ is None or callee.survey.values != "numpy" or not _holds_layers(class_):
        return []
    methods = gradient_methods(class_, wanted)
    forward = next((m for m in class_.methods if m.short in (*_FORWARD, "predict")
                    and len(m.required) == 1), None)  # fmt: skip
    tried = [] if forward is None else [f"net.{forward.short}(X)"]
    for lines in _lines(callee.survey, class_, network, len(sizes)):
        if made := made_by(callee, (*lines, *tried), sizes):
            made = replace(made, lines=tuple(lines))
            found = entries_of_methods(callee.survey, class_, methods, made, sizes)
            return [entry for entry in found if is_told(entry)]
    return []


def _holds_layers(class_: Class) -> bool:
    """Whether a class may be that of a whole network, to which layers are handed."""
    if _adding(class_) is not None:
        return True
    given = class_.init.parameters
    if any(part in plain(p.name) for p in given for part in ("layer", "module", "block", "stack")):
        return True
    words = [plain(m.short) for m in class_.methods]
    learns = any(part in word for word in words for part in ("train", "fit", "step", "predict"))
    named = any(part in plain(class_.name) for part in ("sequential", "network", "model", "net"))
    return not given and (learns or named)


def _adding(class_: Class) -> Function | None:
    return next((m for m in class_.methods if plain(m.short) in _ADD), None)


def _lines(
    survey: Survey, class_: Class, network: Network, n_layers: int
) -> Iterator[list[str]]:
    """Lines that make a network as ``net``, the likeliest first."""
    layers = [c for c in survey.classes if c.name != class_.name and _is_layer(c)]
    dense = [c for c in layers if len(c.init.required) in (1, 2)
             and all(_is_size(p) for p in c.init.required)]  # fmt: skip
    between = [c for c in layers if c not in dense and network.activation in plain(c.name)]
    between += [c for c in layers if c not in dense and c not in between
                and any("activ" in plain(word) for word in (c.name, *_named(c)))]  # fmt: skip
    for layer in dense:
        for hidden in [*between[:2], None]:
            stack = list(_stack(survey, layer, hidden, layers, network, n_layers))
            listed = ", ".join(stack)
            add = _adding(class_)
            if add is not None and not class_.init.required:
                yield [f"net = {class_.name}()", *(f"net.{add.short}({item})" for item in stack)]
            yield [f"net = {class_.name}([{listed}])"]
            yield [f"net = {class_.name}({listed})"]


def _named(class_: Class) -> list[str]:
    return [p.name for p in class_.init.required]


def _is_layer(class_: Class) -> bool:
    """Whether a class has a forward and a backward pass."""
    words = [plain(m.short) if m.short != "__call__" else m.short for m in class_.methods]
    return any(word in _FORWARD for word in words) and any(
        part in word for word in words for part in _BACKWARD
    )


def _is_size(parameter: Parameter) -> bool:
    word = plain(parameter.name)
    return roles_of(parameter.name) in ("s_1", "s_2", "K", "sizes", "m") or any(
        part in word for part in ("in", "out", "units", "size", "neuron", "dim", "width")
    )


def _stack(
    survey: Survey,
    layer: Class,
    hidden: Class | None,
    layers: Sequence[Class],
    network: Network,
    n_layers: int,
) -> Iterator[str]:
    """Expressions of the layers, from the inputs to the outputs."""
    for l in range(n_layers - 1):
        last = l == n_layers - 2
        name = _output(network) if last else network.activation
        given = [f"sizes[{l}]", f"sizes[{l + 1}]"][-len(layer.init.required) :]
        optional = [p for p in layer.init.parameters if not p.required]
        if len(layer.init.required) == 1:
            inputs = [p for p in optional if roles_of(p.name) == "s_1" or "in" in plain(p.name)]
            given += [f"{p.name}=sizes[{l}]" for p in inputs[:1]]
        if name != "identity":
            given += [f'{p.name}="{name}"' for p in optional if "activ" in plain(p.name)][:1]
        yield f"{layer.name}({', '.join(given)})"
        if hidden is None or (last and name == "identity"):
            continue
        own = next((c for c in layers if name in plain(c.name)), None)
        if own is not None and not own.init.required:
            yield f"{own.name}()"
        elif hidden.init.required and not last:
            yield f"{hidden.name}({_activation(survey, hidden, name)})"


def _activation(survey: Survey, class_: Class, name: str) -> str:
    """What a layer of activations is made of: the name, or functions of the file."""
    if len(class_.init.required) == 1:
        return f'"{name}"'
    found = [f.name for f in survey.functions if name in plain(f.short)]
    found.sort(key=len)
    return ", ".join(found[: len(class_.init.required)])


def _output(network: Network) -> str:
    """The activation of the outputs that goes with the cost."""
    return {"logistic": "sigmoid", "quadratic": "sigmoid", "softmax": "softmax"}.get(
        network.cost, "identity"
    )
