"""Which of a learner's parameters is theta, which X: by their names, in any order.

A :class:`Roles` says how to ask the function a probe. Where the names leave something open (the
order in which theta is unrolled, whether labels are counted from 0 or from 1), there are several
:class:`Convention`; the one under which the numbers are right is the learner's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.errors import ParameterError, did_you_mean
from clearprop.gradients.calling import Parameter
from clearprop.gradients.probe import Probe
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split

__all__ = ["LABELS", "Convention", "Roles", "conventions", "recognise"]

LABELS = ("auto", "0", "1", "one-hot")

_NAMES: dict[str, tuple[str, ...]] = {
    "vector": ("theta", "nnparams", "params", "parameters", "unrolled", "thetavec", "p"),
    "list": ("thetas", "matrices", "thetalist", "alltheta"),
    "weights": ("weights", "ws", "coefs", "w"),
    "biases": ("biases", "bs", "intercepts", "b"),
    "X": ("x", "inputs", "input", "data", "features", "xtrain", "samples"),
    "y": ("y", "labels", "label", "targets", "target", "t", "ytrain", "yonehot", "onehot"),
    "lambda": (
        "lambda", "lam", "lmbda", "lambd", "lamda", "reg", "regularization", "regularisation",
        "alpha", "l2", "regstrength", "weightdecay", "learningratereg",
    ),
    "layer_sizes": ("layersizes", "sizes", "layers", "arch", "architecture", "layerdims"),
    "s_1": ("inputlayersize", "inputsize", "ninputs", "ninput", "inputunits", "nin"),
    "s_2": ("hiddenlayersize", "hiddensize", "nhidden", "hidden", "hiddenunits", "nhid"),
    "K": ("numlabels", "outputsize", "outputlayersize", "noutputs", "nclasses", "numclasses",
          "nout", "k"),
}  # fmt: skip
_BY_NAME = {name: role for role, names in _NAMES.items() for name in names}
_NUMBERED = re.compile(r"(theta|w|b|weights?|bias|biases)(\d+)")


@dataclass(frozen=True)
class Roles:
    """What each parameter is given, by name; `theta` is how the parameters go in.

    Attributes
    ----------
    theta
        ``"vector"``, ``"list"``, ``"weights"`` (with biases), ``"numbered"`` (Theta1, Theta2, ...),
        ``"numbered-weights"`` (W1, b1, W2, ...), or ``"alone"``: a function of theta only.
    """

    theta: str
    names: dict[str, str]  # role -> parameter
    sized: bool  # whether the function is told its layer sizes, or sees them in matrices

    @property
    def takes_lambda(self) -> bool:
        """Whether lambda is a parameter."""
        return "lambda" in self.names

    @property
    def one_hot_first(self) -> bool:
        """Whether the name of y says that it is a matrix."""
        name = self.names.get("y", "y")
        return name in ("Y", "T") or "hot" in name.lower()


def recognise(parameters: Sequence[Parameter], name: str, n_layers: int | None) -> Roles:
    """Find each parameter's role.

    Raises
    ------
    ParameterError
        Naming every parameter that cannot be told, and those that are missing.

    Examples
    --------
    >>> roles = recognise([Parameter(n, True) for n in ("y", "X", "lam", "theta")], "f", 3)
    >>> roles.theta, roles.names["lambda"]
    ('vector', 'lam')
    """
    names: dict[str, str] = {}
    unknown, problems = [], []
    for parameter in parameters:
        plain = parameter.name.lower().replace("_", "")
        role = _BY_NAME.get(plain)
        numbered = _NUMBERED.fullmatch(plain)
        if role is None and numbered:
            kind = {"t": "Theta", "w": "W", "b": "b"}[numbered[1][0]]
            role = f"{kind}{numbered[2]}"
        if role is None:
            if parameter.required:
                unknown.append(parameter.name)
        elif role in names:
            problems.append(f"{name}: {names[role]} and {parameter.name} both look like {role}")
        else:
            names[role] = parameter.name
    theta = _theta_form(names)
    if unknown:
        known = ["theta", "X", "y", "lambda_", "layer_sizes", "nn_params", "num_labels", "thetas"]
        asked = ", ".join(word + did_you_mean(word, known) for word in unknown)
        problems.append(
            f"{name}: cannot tell what to hand in for {asked}. Known by name are theta (nn_params, "
            "params), thetas (a list of matrices), Theta1, Theta2, ..., weights and biases, W1, "
            "b1, ..., X, y, lambda_ (lam, reg), layer_sizes, input_layer_size, "
            "hidden_layer_size, num_labels; rename the parameter, or give it a default value"
        )
    if theta is None:
        problems.append(
            f"{name}: expected a parameter for theta (theta, nn_params, thetas, Theta1, ...); got "
            f"({', '.join(parameter.name for parameter in parameters)})"
        )
    alone = theta == "vector" and not {"X", "y"} & set(names)
    if theta is not None and not alone:
        missing = [role for role in ("X", "y") if role not in names]
        problems += [f"{name}: expected a parameter for {role}; found none" for role in missing]
        if "s_2" in names and n_layers is not None and n_layers != 3:
            problems.append(
                f"layer_sizes: {name} takes one hidden layer ({names['s_2']}); expected three "
                f"sizes, such as 400,25,10; got {n_layers}"
            )
    if problems:
        raise ParameterError(*problems)
    sized = theta != "vector" or "layer_sizes" in names or {"s_1", "s_2"} <= set(names)
    return Roles("alone" if alone else str(theta), names, sized)


def _theta_form(names: dict[str, str]) -> str | None:
    roles = set(names)
    if "Theta1" in roles:
        return "numbered"
    if {"W1", "b1"} <= roles:
        return "numbered-weights"
    if {"weights", "biases"} <= roles:
        return "weights"
    if "vector" in roles:
        return "vector"
    if "list" in roles:
        return "list"
    if "weights" in roles:  # without biases: theta by another name
        names["vector"] = names.pop("weights")
        return "vector"
    return "numbered" if "W1" in roles and _w_are_thetas(names) else None


def _w_are_thetas(names: dict[str, str]) -> bool:
    """W1, W2, ... without b: matrices that hold their bias."""
    for role in [role for role in names if re.fullmatch(r"W\d+", role)]:
        names["Theta" + role[1:]] = names.pop(role)
    return True


@dataclass(frozen=True)
class Convention:
    """One way to ask: the order of theta, the labels, the library; how a vector comes back."""

    layout: str  # of theta: "F", "C", "Wb", "wb", or of matrices: "course", "blocks", ...
    labels: str  # "0", "1", "one-hot"; with " column" for (m, 1)
    values: str
    returned: str  # the order of a gradient that comes back as one vector

    def arguments(self, roles: Roles, probe: Probe) -> dict[str, Any]:
        """The arguments for one call."""
        network, names = probe.network, roles.names
        arguments = _theta_arguments(roles, self.layout, network, probe.theta)
        arguments[names["X"]] = probe.X
        arguments[names["y"]] = _labels(self.labels, probe)
        sizes = network.layer_sizes
        extra: dict[str, Any] = {
            "lambda": float(probe.lambda_),
            "layer_sizes": list(sizes),
            "s_1": sizes[0],
            "s_2": sizes[1],
            "K": sizes[-1],
        }
        for role, value in extra.items():
            if role in names:
                arguments[names[role]] = value
        return arguments


def conventions(
    roles: Roles, network: Network, labels: str, values: Sequence[str]
) -> list[Convention]:
    """Every way to ask that the names leave open, the likeliest first."""
    layouts = {
        "vector": ["F", "C", "Wb", "wb", "course", "blocks"],
        "list": ["course", "blocks", "F", "C"],
        "numbered": ["course", "blocks"],
        "weights": ["W,b", "W,b column", "w,b"],
        "numbered-weights": ["W,b", "W,b column", "w,b"],
    }[roles.theta]
    kinds = _label_kinds(roles, network, labels)
    if values == ["octave"]:  # where every vector is a column
        kinds = [kind for kind in kinds if not kind.endswith(" column")]
    return [
        Convention(layout, kind, value, returned)
        for value in values
        for layout in layouts
        for kind in kinds
        for returned in ((layout,) if layout in VECTORS else ("F", "C"))
    ]


def _label_kinds(roles: Roles, network: Network, labels: str) -> list[str]:
    if network.cost in ("squared", "poisson") or network.n_outputs == 1:
        kinds = ["numbers", "numbers column"] if network.n_outputs == 1 else ["one-hot"]
        return kinds[::-1] if roles.one_hot_first else kinds
    kinds = ["0", "1", "1 column", "0 column"]
    if labels == "auto":
        return ["one-hot", *kinds] if roles.one_hot_first else [*kinds, "one-hot"]
    return [kind for kind in [*kinds, "one-hot"] if kind.split()[0] == labels]


def _labels(kind: str, probe: Probe) -> Array:
    if kind == "one-hot":
        return probe.Y
    if kind.startswith("numbers"):
        column = probe.Y  # (m, 1)
        return column if kind.endswith("column") else column[:, 0]
    assert probe.labels is not None
    numbers = probe.labels + (1 if kind.startswith("1") else 0)
    return numbers[:, None] if kind.endswith("column") else numbers


# -- Layouts: from theta to what goes in, and from what comes back to theta ------------------------

Pack = Callable[[list[Array]], Array]

VECTORS: dict[str, tuple[Pack, Callable[[Array, tuple[int, int]], Array]]] = {
    # the course's [Theta1(:); Theta2(:)], which is a block in C order
    "F": (
        lambda blocks: np.concatenate([B.ravel() for B in blocks]),
        lambda part, shape: part.reshape(shape),
    ),
    # the course's matrices, row after row: what NumPy's ravel gives
    "C": (
        lambda blocks: np.concatenate([B.T.ravel() for B in blocks]),
        lambda part, shape: part.reshape(shape[::-1]).T,
    ),
    # W row after row, then b, layer after layer
    "Wb": (
        lambda blocks: np.concatenate([np.r_[B[1:].T.ravel(), B[0]] for B in blocks]),
        lambda part, shape: np.vstack(
            [part[-shape[1] :], part[: -shape[1]].reshape(shape[1], shape[0] - 1).T]
        ),
    ),
    # the same with W of shape (s_l, s_{l+1})
    "wb": (
        lambda blocks: np.concatenate([np.r_[B[1:].ravel(), B[0]] for B in blocks]),
        lambda part, shape: np.vstack(
            [part[-shape[1] :], part[: -shape[1]].reshape(shape[0] - 1, shape[1])]
        ),
    ),
}
_MATRICES: dict[str, Callable[[Array], Array]] = {"course": lambda B: B.T, "blocks": lambda B: B}
_PAIRS: dict[str, Callable[[Array], tuple[Array, Array]]] = {
    "W,b": lambda B: (B[1:].T, B[0]),
    "W,b column": lambda B: (B[1:].T, B[0][:, None]),
    "w,b": lambda B: (B[1:], B[0]),
}


def _theta_arguments(roles: Roles, layout: str, network: Network, theta: Array) -> dict[str, Any]:
    blocks, names = split(network, theta), roles.names
    if layout in VECTORS:
        role = "vector" if "vector" in names else "list"
        return {names[role]: VECTORS[layout][0](blocks)}
    if layout in _MATRICES:
        matrices = [np.ascontiguousarray(_MATRICES[layout](B)) for B in blocks]
        if roles.theta == "numbered":
            return {names[f"Theta{l}"]: Theta for l, Theta in enumerate(matrices, start=1)}
        return {names["list" if "list" in names else "vector"]: matrices}
    pairs = [tuple(map(np.ascontiguousarray, _PAIRS[layout](B))) for B in blocks]
    if roles.theta == "weights":
        return {names["weights"]: [W for W, _ in pairs], names["biases"]: [b for _, b in pairs]}
    arguments = {}
    for l, (W, b) in enumerate(pairs, start=1):
        arguments[names[f"W{l}"]], arguments[names[f"b{l}"]] = W, b
    return arguments


def check_numbered(roles: Roles, name: str, n_layers: int) -> None:
    """Raise where Theta1, Theta2, ... are not one for each layer but the last."""
    if not roles.theta.startswith("numbered"):
        return
    prefixes = ("Theta",) if roles.theta == "numbered" else ("W", "b")
    wanted = {f"{prefix}{l}" for prefix in prefixes for l in range(1, n_layers)}
    there = {role for role in roles.names if re.fullmatch(r"(Theta|W|b)\d+", role)}
    if wanted != there:
        raise ParameterError(
            f"layer_sizes: {n_layers} layers have {', '.join(sorted(wanted))}; {name} takes "
            f"{', '.join(sorted(there))}"
        )
