"""What can be called in a learner's module: its functions and methods, and adapters to them."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable
from types import ModuleType
from typing import Any

from clearprop.doctor.learner.raised import ADAPTER

__all__ = ["Namespace", "NoEntryError"]


class NoEntryError(Exception):
    """The module lacks an entry.

    Attributes
    ----------
    name, there
        The entry, and what the module has.
    """

    def __init__(self, name: str, there: list[str]) -> None:
        super().__init__(f"no {name!r} in the file; it has {', '.join(there) or 'nothing'}")
        self.name, self.there = name, there


class Namespace:
    r"""A learner's module as the doctor calls it.

    Examples
    --------
    >>> module = ModuleType("mine")
    >>> exec("def half(x): return x / 2", vars(module))
    >>> namespace = Namespace(module)
    >>> namespace.adapter("def adapter(theta):\n    return half(theta)")(3.0)
    1.5
    >>> namespace.entry("f")
    Traceback (most recent call last):
    clearprop.doctor.learner.namespace.NoEntryError: no 'f' in the file; it has half
    """

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self._adapters: dict[str, Callable[..., Any]] = {}

    def adapter(self, text: str) -> Callable[..., Any]:
        """The function `adapter` of a source text, which sees the module's names.

        Each text is executed once, with a copy of the module's names; the module itself is there
        as ``__learner__``.
        """
        if text not in self._adapters:
            name = f"{ADAPTER} {len(self._adapters) + 1}"
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
            names = {**vars(self.module), "__learner__": self.module}
            exec(compile(text, name, "exec", dont_inherit=True), names)
            self._adapters[text] = names["adapter"]
        return self._adapters[text]

    def entry(self, name: str) -> Any:
        """The function, class or method of that name, ``"cost"``, ``"Network.backprop"``, or an
        object of the file's own class, ``"model"``.

        Raises
        ------
        NoEntryError
            Where there is none.
        """
        found: Any = self.module
        for part in name.split("."):
            found = getattr(found, part, None)
        if callable(found) or type(found).__module__ == self.module.__name__:
            return found
        raise NoEntryError(name, self.names())

    def names(self) -> list[str]:
        """The functions and classes that the file defines, and the methods of its classes."""
        found = []
        for name, value in list(vars(self.module).items()):
            own = getattr(value, "__module__", "") == self.module.__name__
            if not own or not callable(value) or name.startswith("_"):
                continue
            found.append(name)
            if inspect.isclass(value):
                methods = [key for key, item in vars(value).items() if inspect.isroutine(item)]
                found += [f"{name}.{key}" for key in methods if not key.startswith("_")]
        return found
