"""One sample's way through a network, in words, formulas and pictures.

``clearprop.explain(model, x, y)`` is the function :func:`explain` below. The room and its main
function share a name, which Python binds to the package: so the package itself can be called.

Examples
--------
>>> import clearprop
>>> network = clearprop.Network((2, 1))
>>> print(clearprop.explain(network, [0.5, 1.0, -1.0], [3.0, 1.0], 1).to_text().splitlines()[0])
One sample, explained
"""

import inspect
import sys
from types import ModuleType
from typing import Any

from clearprop.explain.request import explain

__all__ = ["explain"]


class _Callable(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return explain(*arguments, **options)

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(explain)


sys.modules[__name__].__class__ = _Callable
