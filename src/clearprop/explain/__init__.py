"""One sample's way through a network, in sentences, formulas and numbers.

``clearprop.explain(model, x, y)`` is the function :func:`explain` below. The room and its main
function have the same name. Python binds a package's name in its parent, so the package itself is
made callable.

Here the record, an explanation, meets its renderers.

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

from clearprop.explain.explanation import Explanation
from clearprop.explain.html import explanation_fragment, explanation_page
from clearprop.explain.request import explain
from clearprop.explain.text import explanation_text
from clearprop.faces import bind

__all__ = ["explain"]

bind(
    Explanation,
    text=explanation_text,
    page=explanation_page,
    fragment=explanation_fragment,
)


class _Callable(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Explanation:
        return explain(*arguments, **options)

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(explain)


sys.modules[__name__].__class__ = _Callable
