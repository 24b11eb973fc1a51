"""What a learner's file offers: its functions, classes and numbers, and what their source tells.

Names of parameters do not tell whether ``params`` is a vector, a dict or a list of matrices. How
the function uses it does: ``params["W1"]``, ``W1, b1 = params``, ``params[:n].reshape(...)``. The
source also tells the names of what a function returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from clearprop.doctor.learner.names import place_of, plain

__all__ = ["Class", "Function", "Parameter", "Survey"]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function, and how the function uses it.

    Attributes
    ----------
    name, required
        Its name, and whether it has no default value.
    keys
        The constant keys that it is asked for, in order: ``p["W1"]``.
    unpacked
        The names that it is unpacked to: ``W1, b1 = p``.
    use
        ``"vector"`` if it is sliced or reshaped, ``"pairs"`` for ``p[i][0]``, ``"dicts"`` for
        ``p[i]["W"]``, ``"units"`` for ``p[i][j]["weights"]``, ``"indexed"`` for ``p[i]``,
        ``"object"`` for ``p.W1``, else ``""``.
    default
        Its default value, where that is a number.
    """

    name: str
    required: bool
    keys: tuple[str, ...] = ()
    unpacked: tuple[str, ...] = ()
    use: str = ""
    default: float | None = None


@dataclass(frozen=True)
class Function:
    """A function or a method of the file.

    Attributes
    ----------
    name
        As it is called: ``"loss"``, ``"Network.backprop"``.
    parameters
        Without ``self``.
    returns
        The name of each value that it returns; ``""`` for an expression without a name. Empty
        where nothing is returned.
    calls
        The names that it calls.
    strings
        The constant keys of dicts in it, in order.
    rate
        The learning rate that stands in it as a number: ``W -= 0.1 * dW``, ``lr = 0.1``.
    rounds
        How often its first loop runs, where that stands in it: ``for i in range(1000)``.
    counted
        The name that tells how often it runs: ``for i in range(self.n_iter)``.
    reads, writes
        The names of the file's own values that it reads, and those that it changes.
    inner
        The parameters of the function that it returns, which is called right away.
    costs
        Names of its own that sound like a cost.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    line: int = 0
    static: bool = False
    rate: float | None = None
    rounds: int | None = None
    counted: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The parameters without a default value."""
        return tuple(parameter for parameter in self.parameters if parameter.required)

    @property
    def gives_gradient(self) -> bool:
        """Whether a name that it returns, or a key in it, is that of a gradient."""
        if {"grad", "value_and_grad"} & set(self.calls):  # JAX
            return True
        names = [name.lstrip("*") for name in self.returns]
        if any("grad" in plain(name) or "nabla" in plain(name) for name in names):
            return True
        places = [place_of(name) for name in (*names, *self.strings)]
        return any(place is not None and place.gradient for place in places)

    @property
    def short(self) -> str:
        """Its name without the class."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class Class:
    """A class of the file: what it is made of, its methods, and the names of its bases."""

    name: str
    init: Function
    methods: tuple[Function, ...] = ()
    bases: tuple[str, ...] = ()

    def method(self, name: str) -> Function | None:
        """The method of that name."""
        return next((method for method in self.methods if method.short == name), None)


@dataclass(frozen=True)
class Survey:
    """Everything that a file offers.

    Attributes
    ----------
    functions, classes
        In the order in which they stand.
    constants
        The numbers that the file gives a name: ``LEARNING_RATE = 0.1``.
    values
        What the file computes with: ``"numpy"``, ``"torch"`` or ``"jax"``.
    arrays
        The shapes of the arrays of numbers that the file gives a name: ``X_train``.
    objects
        The objects of PyTorch and JAX that the file gives a name, such as a model, with the names
        of their classes and of those classes' bases.
    instances
        The objects of the file's own classes that it gives a name, with the names of the classes.
    dicts
        The dicts of arrays that the file gives a name, with their keys.
    """

    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    constants: Mapping[str, float] = field(default_factory=dict)
    values: str = "numpy"
    arrays: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    objects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    instances: Mapping[str, str] = field(default_factory=dict)
    dicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def function(self, name: str) -> Function | None:
        """The function, or the method ``Class.method``, of that name."""
        every = [*self.functions, *(m for c in self.classes for m in c.methods)]
        return next((function for function in every if function.name == name), None)

    def class_(self, name: str) -> Class | None:
        """The class of that name."""
        return next((class_ for class_ in self.classes if class_.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Whatever can be asked for: functions, classes, methods."""
        methods = [m.name for c in self.classes for m in c.methods if m.short != "__init__"]
        names = [*(f.name for f in self.functions), *(c.name for c in self.classes), *methods]
        return (*names, *self.instances)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Survey:
        """The inverse of :meth:`to_dict`."""
        classes = tuple(
            Class(c["name"], _function(c["init"]), tuple(map(_function, c["methods"])),
                  tuple(c["bases"]))
            for c in value["classes"]
        )  # fmt: skip
        functions = tuple(map(_function, value["functions"]))
        arrays = {name: tuple(shape) for name, shape in value["arrays"].items()}
        objects = {name: tuple(bases) for name, bases in value["objects"].items()}
        return cls(functions, classes, dict(value["constants"]), value["values"], arrays, objects,
                   dict(value["instances"]),
                   {name: tuple(keys) for name, keys in value["dicts"].items()})  # fmt: skip


def _function(value: Mapping[str, Any]) -> Function:
    parameters = tuple(
        Parameter(
            p["name"], p["required"], tuple(p["keys"]), tuple(p["unpacked"]), p["use"], p["default"]
        )
        for p in value["parameters"]
    )
    return Function(
        value["name"], parameters, tuple(value["returns"]), tuple(value["calls"]),
        tuple(value["strings"]), value["line"], value["static"], value["rate"], value["rounds"],
        value["counted"], tuple(value["reads"]), tuple(value["writes"]),
        tuple(value["inner"]), tuple(value["costs"]),
    )  # fmt: skip
