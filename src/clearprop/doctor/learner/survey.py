"""What a learner's file offers: its functions, classes and numbers, and what their source tells.

Names of parameters do not tell whether ``params`` is a vector, a dict or a list of matrices. How
the function uses it does: ``params["W1"]``, ``W1, b1 = params``, ``params[:n].reshape(...)``. The
source also tells the names of what a function returns.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from clearprop.doctor.learner.facts import Facts, called, number_of
from clearprop.doctor.learner.names import place_of, plain

__all__ = ["Class", "Function", "Parameter", "Survey", "survey"]


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
    """

    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    constants: Mapping[str, float] = field(default_factory=dict)
    values: str = "numpy"
    arrays: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    objects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    instances: Mapping[str, str] = field(default_factory=dict)

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
                   dict(value["instances"]))  # fmt: skip


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


# -- Of a loaded module ----------------------------------------------------------------------------


def survey(namespace: Mapping[str, Any], source: str = "", module: str = "") -> Survey:
    r"""What `namespace` offers, with what `source` tells of it.

    `module` is the name under which the file was loaded. Names that come from other modules are
    left out. With an empty `source` the signatures alone are known.

    Examples
    --------
    >>> source = "def loss(p, X, y):\n    W1, b1 = p['W1'], p['b1']\n    return J, grads"
    >>> names = {}
    >>> exec(source, names)
    >>> (loss,) = survey(names, source).functions
    >>> loss.parameters[0].keys, loss.returns
    (('W1', 'b1'), ('J', 'grads'))
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        tree = ast.parse("")
    nodes = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):  # definitions under if, try or with
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            nodes.setdefault(node.name, node)
    made = {n.targets[0].id: n.value for n in tree.body
            if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)}  # fmt: skip
    functions, classes = [], []
    for name, value in namespace.items():
        if name.startswith("__") or not callable(value):
            continue
        if callable(getattr(value, "parameters", None)) and not inspect.isclass(value):
            continue  # a model of PyTorch
        home = getattr(value, "__module__", None)
        if name not in nodes and not (home == module and module) and source:
            continue
        if inspect.isclass(value):
            classes.append(_class_of(name, value, nodes.get(name)))
        elif (found := _function_of(name, value, _node_of(name, value, nodes))) is not None:
            functions.append(_transformed(_with_inner(found, nodes.get(name)), made.get(name)))
    functions = [_of_own_names(function, namespace) for function in functions]
    functions = _through_calls(functions, nodes)
    order = {name: node.lineno for name, node in nodes.items()}
    functions.sort(key=lambda function: order.get(function.name, 0))
    constants = {
        name: float(value)
        for name, value in namespace.items()
        if not name.startswith("_") and isinstance(value, int | float)
    }
    arrays = {
        name: tuple(shape)
        for name, value in namespace.items()
        if not name.startswith("_") and (shape := _shape(value))
    }
    objects = {
        name: tuple(f"{base.__module__}.{base.__name__}" for base in type(value).__mro__[:-1])
        for name, value in namespace.items()
        if not name.startswith("__") and not inspect.isclass(value) and _is_of_library(value)
    }
    own = {class_.name for class_ in classes}
    instances = {
        name: type(value).__name__
        for name, value in namespace.items()
        if not name.startswith("_") and type(value).__name__ in own
    }
    return Survey(
        tuple(functions), tuple(classes), constants, _library_of(namespace), arrays, objects,
        instances,
    )  # fmt: skip


def _of_own_names(function: Function, namespace: Mapping[str, Any]) -> Function:
    """The function with those names alone that hold values: no function, module or builtin.

    A name that has no value may have had one, had the file's data been there.
    """

    def own(name: str) -> bool:
        value = namespace.get(name)
        return not (callable(value) or inspect.ismodule(value) or hasattr(builtins, name))

    own_names = {p.name for p in function.parameters}
    reads = tuple(n for n in function.reads if own(n) and n not in own_names)
    writes = tuple(n for n in function.writes if n not in own_names)
    return replace(function, reads=reads, writes=writes)


def _through_calls(functions: Sequence[Function], nodes: Mapping[str, ast.AST]) -> list[Function]:
    """What another function of the file does with a parameter that is only handed on to it."""
    found = {function.name: function for function in functions}
    for _ in range(3):  # so many functions deep
        for name, function in found.items():
            handed = _handed_on(nodes.get(name))
            parameters = []
            for parameter in function.parameters:
                if parameter.use == "object":  # one function may use W2, another one the rest
                    for callee, place in handed.get(parameter.name, ()):
                        if callee in found and place < len(found[callee].parameters):
                            more = (*parameter.keys, *found[callee].parameters[place].keys)
                            parameter = replace(parameter, keys=tuple(sorted(set(more))))
                elif not (parameter.keys or parameter.unpacked or parameter.use):
                    for callee, place in handed.get(parameter.name, ()):
                        if callee in found and place < len(found[callee].parameters):
                            other = found[callee].parameters[place]
                            parameter = replace(other, name=parameter.name,
                                                required=parameter.required)  # fmt: skip
                            break
                parameters.append(parameter)
            found[name] = replace(function, parameters=tuple(parameters))
    return list(found.values())


def _handed_on(node: ast.AST | None) -> dict[str, list[tuple[str, int]]]:
    """For each name: the functions that are called with it, and at which place."""
    found: dict[str, list[tuple[str, int]]] = {}
    for n in [] if node is None else ast.walk(node):
        if isinstance(n, ast.Call):
            inner = n.func
            if isinstance(inner, ast.Call) and inner.args:  # grad(loss)(params, X, y)
                inner = inner.args[0]
            for place, argument in enumerate(n.args):
                if isinstance(argument, ast.Name) and isinstance(inner, ast.Name):
                    found.setdefault(argument.id, []).append((inner.id, place))
    return found


def _node_of(name: str, value: Any, nodes: Mapping[str, ast.AST]) -> ast.AST | None:
    """The definition of a function, or of the one that is inside: ``f = jax.jit(loss)``."""
    return nodes.get(name) or nodes.get(getattr(inspect.unwrap(value), "__name__", ""))


def _with_inner(function: Function, node: ast.AST | None) -> Function:
    """A function that returns a function of its own: both are called in one go."""
    inside = {n.name: n for n in getattr(node, "body", []) if isinstance(n, ast.FunctionDef)}
    if len(function.returns) != 1 or (inner := inside.get(function.returns[0])) is None:
        return function
    facts, taken = Facts(inner), {p.name for p in function.parameters}
    arguments = [a for a in inner.args.args if a.arg not in taken]
    n_required = len(inner.args.args) - len(inner.args.defaults)
    parameters = tuple(Parameter(a.arg, True, *facts.of(a.arg)) for a in arguments[:n_required])
    return replace(
        function,
        parameters=(*function.parameters, *parameters),
        returns=facts.returns,
        calls=tuple(dict.fromkeys([*function.calls, *facts.calls])),
        strings=tuple(dict.fromkeys([*function.strings, *facts.strings])),
        inner=tuple(p.name for p in parameters),
    )


def _transformed(function: Function, made: ast.AST | None) -> Function:
    """The function as ``jax.grad`` or ``jax.value_and_grad`` made it: it returns a gradient."""
    calls = set() if made is None else {
        called(n) for n in ast.walk(made) if isinstance(n, ast.Name | ast.Attribute)
    }  # fmt: skip
    if "value_and_grad" in calls:
        return replace(function, returns=("J", "gradient"))
    return replace(function, returns=("gradient",)) if "grad" in calls else function


def _is_of_library(value: Any) -> bool:
    return any(_is_library(base) and base.__module__ not in ("builtins", "abc", "typing")
               for base in type(value).__mro__)  # fmt: skip


def _shape(value: Any) -> tuple[int, ...]:
    """The shape of an array or of nested lists of numbers; empty for anything else."""
    if isinstance(value, list):
        if not value or isinstance(value[0], str):
            return ()
        inner = _shape(value[0]) if isinstance(value[0], list) else ()
        numbers = isinstance(value[0], int | float)
        return (len(value), *inner) if inner or numbers else ()
    shape = getattr(value, "shape", None)
    return tuple(map(int, shape)) if isinstance(shape, tuple) and not inspect.isclass(value) else ()


def _library_of(namespace: Mapping[str, Any]) -> str:
    """What a module computes with, by the names that it has imported."""
    roots = {
        (getattr(value, "__name__", "") if inspect.ismodule(value) else "").partition(".")[0]
        for value in list(namespace.values())
    }
    return next((library for library in ("torch", "jax") if library in roots), "numpy")


def _class_of(name: str, value: type, node: ast.AST | None) -> Class:
    own = {n.name: n for n in getattr(node, "body", []) if isinstance(n, ast.FunctionDef)}
    methods = []
    init = Function(f"{name}.__init__", ())
    for key in dict.fromkeys([*vars(value), *(k for base in value.__mro__[1:-1] for k in vars(base)
                                              if not _is_library(base))]):  # fmt: skip
        member = inspect.getattr_static(value, key, None)
        static = isinstance(member, staticmethod)
        raw = member.__func__ if isinstance(member, staticmethod | classmethod) else member
        if not inspect.isfunction(raw) or (key.startswith("__") and key not in _DUNDER):
            continue
        found = _function_of(f"{name}.{key}", raw, own.get(key), bound=not static)
        if found is None:
            continue
        if key == "__init__":
            init = found
        else:
            methods.append(found)
    if fields := getattr(value, "_fields", ()):  # a NamedTuple
        init = replace(init, parameters=tuple(Parameter(field, True) for field in fields))
    bases = tuple(f"{b.__module__}.{b.__name__}" for b in value.__mro__[1:-1])
    return Class(name, init, tuple(methods), bases)


_DUNDER = ("__init__", "__call__")


def _is_library(base: type) -> bool:
    return base.__module__.partition(".")[0] in ("torch", "jax", "builtins", "abc", "typing")


def _function_of(
    name: str, value: Any, node: ast.AST | None, bound: bool = False
) -> Function | None:
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    there = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ][1 if bound else 0 :]
    facts = Facts(node) if isinstance(node, ast.FunctionDef) else Facts(None)
    parameters = tuple(
        Parameter(p.name, p.default is p.empty, *facts.of(p.name), number_of(p.default))
        for p in there
    )
    static = bool(inspect.isfunction(value) and not bound and "." in name)
    return Function(
        name, parameters, facts.returns, facts.calls, facts.strings, facts.line, static,
        facts.rate, facts.rounds, facts.counted, facts.reads, facts.writes, costs=facts.costs,
    )  # fmt: skip
