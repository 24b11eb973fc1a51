"""Modules that a learner's file may import, made harmless: nothing draws, asks, waits or opens.

Libraries for plots and windows are replaced by stand-ins, which swallow what is done with them; so
are libraries for tables, data and progress, where they are missing. A stand-in gives no numbers:
arithmetic with one raises, so that no answer is made of nothing. NumPy, torch and JAX are never
replaced.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from clearprop.doctor.learner.raised import is_learners

__all__ = ["StandIn", "forget_stand_ins", "make_harmless"]

# Replaced even where they are there: a gradient needs none of them, and Matplotlib alone takes a
# second to load. What is drawn can be taken apart: fig, ax = plt.subplots().
_DRAWING = (
    *("matplotlib", "pylab", "mpl_toolkits", "seaborn", "plotly", "bokeh", "altair"),
    *("tkinter", "turtle", "pygame"),
)
_MISSING = (
    *("pandas", "sklearn", "h5py", "imageio", "skimage", "mnist", "keras", "tensorflow", "cv2"),
    *("tensorflow_datasets", "torchvision", "datasets", "mlxtend", "openpyxl", "requests", "PIL"),
    *("tqdm", "IPython", "ipywidgets", "google", "termcolor", "colorama", "prettytable"),
)

# The names that pylab adds to NumPy's, and that learners use.
_PYLAB = (
    *("plot", "figure", "subplot", "subplots", "show", "xlabel", "ylabel", "title", "legend"),
    *(
        "scatter",
        "hist",
        "imshow",
        "grid",
        "axis",
        "xlim",
        "ylim",
        "savefig",
        "clf",
        "close",
        "ion",
    ),
)

_ANSWERS = 20  # of input(); a loop that asks until it likes the answer ends then


class StandIn(ModuleType):
    """A missing module, and everything that is reached through it.

    Examples
    --------
    >>> pandas = StandIn("pandas")
    >>> pandas.read_csv("iris.csv").head()
    <stand-in for pandas>
    >>> pandas.read_csv("iris.csv") / 255
    Traceback (most recent call last):
    ModuleNotFoundError: No module named 'pandas'
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []  # a package, so that its submodules are asked for too

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return StandIn(self.__name__)

    def __call__(self, *arguments: Any, **named: Any) -> Any:  # noqa: D102
        if self._root == "tqdm":
            return _Progress(*arguments[:1])
        if len(arguments) == 1 and not named and callable(arguments[0]):
            return arguments[0]  # a decorator
        return StandIn(self.__name__)

    def __iter__(self) -> Iterator[Any]:
        if self._root not in _DRAWING:
            self._refuse()
        return iter((StandIn(self.__name__), StandIn(self.__name__)))

    def __getitem__(self, key: Any) -> StandIn:
        if self._root not in _DRAWING:
            self._refuse()
        return StandIn(self.__name__)

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *how: object) -> None:
        pass

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()  # class Reader(pandas.Something)

    def __repr__(self) -> str:
        return f"<stand-in for {self.__name__}>"

    @property
    def _root(self) -> str:
        return self.__name__.partition(".")[0]

    def _refuse(self, *others: object, **named: object) -> Any:
        if self._root in _DRAWING:
            raise TypeError(f"no numbers come from {self._root}: nothing is drawn in a diagnosis")
        raise ModuleNotFoundError(f"No module named {self._root!r}", name=self._root)

    __array__ = __float__ = __int__ = __index__ = __len__ = __bool__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __matmul__ = __rmatmul__ = __pow__ = __neg__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse


class _Progress:
    """A progress bar that shows nothing, around what it counts."""

    def __init__(self, counted: Any = ()) -> None:
        self._counted = range(counted) if isinstance(counted, int) else counted  # trange(n)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._counted)

    def __len__(self) -> int:
        return len(self._counted)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *how: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., None]:
        return _nothing


def _nothing(*arguments: Any, **named: Any) -> None:
    pass


class _StandInLoader(importlib.abc.Loader):
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__.rpartition(".")[2] == "pylab":  # NumPy under another name, and plots
            for library in (np.random, np.linalg, np):
                vars(module).update({k: v for k, v in vars(library).items() if k[0] != "_"})
            vars(module).update({name: StandIn("pylab") for name in _PYLAB})


class _Finder(importlib.abc.MetaPathFinder):
    """Finds stand-ins: before all other finders, or after them."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The stand-in for a library, and for modules in it, where the learner's code asks."""
        root = name.partition(".")[0]
        # A submodule that a library lacks, though the library is there, is the learner's mistake.
        inside = root == name or isinstance(sys.modules.get(root), StandIn)
        if root not in self.names or not inside or not _asked_by_learner():
            return None
        return importlib.machinery.ModuleSpec(name, _StandInLoader(), is_package=True)


def _asked_by_learner() -> bool:
    """Whether the import that is going on stands in a learner's file.

    Libraries look for other libraries, too, and do without those that are missing.
    """
    frame = sys._getframe(2)
    while frame.f_back and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return is_learners(frame.f_code.co_filename)


def forget_stand_ins() -> None:
    """Let libraries not find stand-ins among the loaded modules; the learner's names keep them."""
    for name in [name for name, module in sys.modules.items() if isinstance(module, StandIn)]:
        del sys.modules[name]


def make_harmless() -> None:
    """Make what learners' files do at their top level harmless, in the whole process.

    For a process that runs nothing else.
    """
    sys.meta_path[:] = [_Finder(_DRAWING), *sys.meta_path, _Finder(_MISSING)]
    webbrowser.open = _nothing  # type: ignore[assignment]
    asked = iter(range(_ANSWERS))

    def answer(prompt: object = "", /) -> str:
        if next(asked, None) is None:
            raise EOFError("nobody is there to answer input()")
        return ""

    builtins.input = answer
    time.sleep = _nothing
