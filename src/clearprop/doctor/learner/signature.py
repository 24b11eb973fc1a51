"""Which of a learner's parameters is theta, and which is X. Their names tell, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clearprop.doctor.learner.calling import Parameter
from clearprop.errors import did_you_mean, raise_problems

__all__ = ["Roles", "recognise"]

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
_MATRIX = re.compile(r"(Theta|W)\d+")


@dataclass(frozen=True)
class Roles:
    """What each parameter of a function is given.

    Attributes
    ----------
    theta
        How theta goes in: ``"vector"``, ``"list"``, ``"weights"`` (with biases), ``"numbered"``
        (Theta1, Theta2, ...), ``"numbered-weights"`` (W1, b1, W2, ...), or ``"alone"``: a function
        of theta only.
    names
        The parameter of each role.
    sized
        Whether the function is told its layer sizes, or sees them in its matrices.
    """

    theta: str
    names: dict[str, str]
    sized: bool

    @property
    def n_layers(self) -> int | None:
        """The number of layers, where the parameters tell it."""
        if matrices := sum(_MATRIX.fullmatch(role) is not None for role in self.names):
            return matrices + 1
        return 3 if "s_2" in self.names else None

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

    `n_layers` is None where no sizes are stated.

    Raises
    ------
    ParameterError
        Naming every parameter whose role is unknown, those that are missing, and `n_layers` where
        the function takes another number of layers.

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
    sized = theta != "vector" or "layer_sizes" in names or {"s_1", "s_2"} <= set(names)
    roles = Roles("alone" if alone else str(theta), names, sized)
    problems += [] if alone else _layer_problems(roles, name, n_layers)
    raise_problems(problems)
    return roles


def _layer_problems(roles: Roles, name: str, n_layers: int | None) -> list[str]:
    """Where the function takes another number of layers than `n_layers`."""
    problems = []
    if "s_2" in roles.names and n_layers not in (None, 3):
        problems.append(
            f"layer_sizes: {name} takes one hidden layer ({roles.names['s_2']}); expected three "
            f"sizes, such as 400,25,10; got {n_layers}"
        )
    if roles.theta.startswith("numbered"):
        n_layers = n_layers or roles.n_layers or 2
        prefixes = ("Theta",) if roles.theta == "numbered" else ("W", "b")
        wanted = {f"{prefix}{l}" for prefix in prefixes for l in range(1, n_layers)}
        there = {role for role in roles.names if re.fullmatch(r"(Theta|W|b)\d+", role)}
        if wanted != there:
            problems.append(
                f"layer_sizes: {n_layers} layers have {', '.join(sorted(wanted))}; {name} takes "
                f"{', '.join(sorted(there))}"
            )
    return problems


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
    if "weights" in roles:  # without biases it is theta by another name
        names["vector"] = names.pop("weights")
        return "vector"
    return "numbered" if "W1" in roles and _w_are_thetas(names) else None


def _w_are_thetas(names: dict[str, str]) -> bool:
    """Take W1, W2, ... without b for matrices that hold their bias."""
    for role in [role for role in names if re.fullmatch(r"W\d+", role)]:
        names["Theta" + role[1:]] = names.pop(role)
    return True
