"""Which engine computes: the table of engines, and the choice of one by its name."""

from __future__ import annotations

import functools
import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

from clearprop.engines.protocol import Engine
from clearprop.engines.reference import ReferenceEngine
from clearprop.engines.threads import threads_were_taken, usable_processors, usable_threads
from clearprop.errors import EngineError, did_you_mean
from clearprop.names import EngineName

__all__ = [
    "ENGINES",
    "available_engines",
    "choose_engine",
    "on_threads",
    "threads_of",
    "warn_of_slowness",
]


@functools.cache  # to look for the core takes longer than to predict one row
def _native_engine() -> Callable[[], Engine]:
    if importlib.util.find_spec("clearprop.engines._core") is None:
        raise ImportError("it was built without a C++20 compiler")
    # Inside the function, since the core is optional: an install without a compiler has none.
    from clearprop.engines.native import NativeEngine

    return NativeEngine


def _native() -> Engine:
    return _native_engine()()


def _jax() -> Engine:
    if importlib.util.find_spec("jax") is None:
        raise ImportError("it needs JAX: pip install 'clearprop[jax]'")
    # Inside the function: few want this engine.
    from clearprop.engines.jax import JaxEngine

    return JaxEngine()


# The best engine first: "auto" takes the first one that loads, so those after the reference engine
# are taken by name alone. A loader raises ImportError if its engine is not installed.
ENGINES: dict[str, Callable[[], Engine]] = {
    "native": _native,
    "reference": ReferenceEngine,
    "jax": _jax,
}


def available_engines() -> list[str]:
    """The names of the engines that load here, the best first; then those that must be asked for.

    Examples
    --------
    >>> "reference" in available_engines()
    True
    """
    names = []
    for name, load in ENGINES.items():
        try:
            load()
        except ImportError:
            continue
        names.append(name)
    return names


def choose_engine(engine: EngineName | Engine = "auto") -> Engine:
    """Return the engine of that name; ``"auto"`` is the best one that loads.

    An engine is returned as it is.

    Raises
    ------
    EngineError
        For an engine that is not there. The message lists those that are, and the reason.

    Examples
    --------
    >>> choose_engine("reference").name
    'reference'
    >>> choose_engine("referense")
    Traceback (most recent call last):
    clearprop.errors.EngineError: engine: expected auto...; got 'referense' \
(did you mean "reference"?)
    """
    if not isinstance(engine, str):
        # Python looks for every method of a protocol, unless the class says that it keeps it.
        if Engine in type(engine).__mro__ or isinstance(engine, Engine):
            return engine
        raise EngineError(f"engine: expected a name or an Engine; got {type(engine).__name__}")
    for name, load in ENGINES.items():
        if engine in ("auto", name):
            try:
                return load()
            except ImportError as error:
                reason = error
    there = available_engines()
    *others, last = ["auto", *there]
    expected = f"expected {', '.join(others)} or {last}"
    if engine in ENGINES:
        raise EngineError(f"engine: {engine} is not installed here: {reason}; {expected}")
    raise EngineError(f"engine: {expected}; got {engine!r}{did_you_mean(engine, ['auto', *there])}")


def on_threads(engine: Engine, n: int) -> Engine:
    """The engine with `n` threads, if it has such a choice. Runs side by side have one each.

    Examples
    --------
    >>> on_threads(choose_engine("reference"), 2).name
    'reference'
    """
    kind: Any = type(engine)
    return kind(n_threads=n) if hasattr(engine, "n_threads") else engine


def threads_of(engine: Engine) -> int:
    """How many threads the engine computes with, or could for an engine that does not say.

    Examples
    --------
    >>> threads_of(on_threads(choose_engine("auto"), 1)) <= threads_of(choose_engine("auto"))
    True
    """
    threads: int = getattr(engine, "n_threads", usable_processors())
    return threads


def warn_of_slowness() -> None:
    """Warn, once in a process, of each reason for which training by the best engine will be slow.

    Examples
    --------
    >>> warn_of_slowness() if "native" in available_engines() else None
    """
    _warn_without_native()
    if threads_were_taken():
        _warn_of_few_threads()


@functools.cache
def _warn_without_native() -> None:
    try:
        ENGINES["native"]()
    except ImportError as error:
        warnings.warn(
            f"the native core is not installed ({error}): training runs on NumPy and is slower; to "
            "get it, install a C++20 compiler and then Clearprop once more "
            "(pip install --force-reinstall --no-deps)",
            UserWarning,
            stacklevel=2,
        )


@functools.cache
def _warn_of_few_threads() -> None:
    warnings.warn(
        f"a library has set OMP_NUM_THREADS in this process: training uses {usable_threads()} of "
        f"{usable_processors()} processors; delete it from os.environ to use them all",
        UserWarning,
        stacklevel=2,
    )
