"""One sample's way through a network, in words, formulas and pictures.

The room and its main function share a name: ``clearprop.explain(model, x, y)`` is
:func:`clearprop.explain.request.explain`. Python binds a package's name in its parent, so the
package itself is made callable.
"""

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, subject: Any, *arguments: Any, **options: Any) -> Any:
        from clearprop.explain.request import explain

        return explain(subject, *arguments, **options)


sys.modules[__name__].__class__ = _Callable
