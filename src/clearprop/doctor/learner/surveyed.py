"""What a loaded module offers, as a :class:`~clearprop.doctor.learner.survey.Survey`."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from clearprop.doctor.learner.facts import Facts, called, number_of
from clearprop.doctor.learner.survey import Class, Function, Parameter, Survey

__all__ = ["survey"]


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
        instances, {name: keys for name, value in namespace.items()
                    if isinstance(value, dict) and (keys := _keys_of_arrays(value))},
    )  # fmt: skip


def _keys_of_arrays(value: Mapping[Any, Any]) -> tuple[str, ...]:
    """The keys of a dict whose values are arrays or numbers; none for any other one."""
    if not value or not all(isinstance(key, str) for key in value):
        return ()
    there = all(_shape(item) or isinstance(item, int | float) for item in value.values())
    return tuple(value) if there else ()


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
