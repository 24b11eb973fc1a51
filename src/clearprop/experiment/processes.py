"""Which processes train together: the checked choices, and how they join."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clearprop.choices.commands import parsed
from clearprop.choices.process_options import ALL
from clearprop.errors import number_problems, raise_problems, shown, whole_problems

if TYPE_CHECKING:
    from clearprop.engines.team import Team

__all__ = ["Processes"]

_SECONDS = 60.0  # of the watchdog

# Process 0 alone writes, so only there these say something.
_WRITING = ("out", "plot", "checkpoint", "every", "resume")


@dataclass(frozen=True)
class Processes:
    """The choice of processes.

    Attributes
    ----------
    local
        How many are to be started on this machine; None: they are started already.
    coordinator, processes, process, watchdog
        As in :func:`clearprop.engines.joining.join`.
    """

    local: int | None
    coordinator: str | None
    processes: int | None
    process: int | None
    watchdog: float = _SECONDS

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Processes | None:
        """Check the choices of `train`; None: one process trains alone.

        Raises
        ------
        ParameterError
            Naming every choice that is wrong.

        Examples
        --------
        >>> Processes.of({"source": "digits"})
        >>> Processes.of({"source": "digits", "local": "2"})
        Processes(local=2, coordinator=None, processes=None, process=None, watchdog=60.0)
        >>> Processes.of({"source": "digits", "coordinator": "node1:7000", "processes": 2})
        Traceback (most recent call last):
        clearprop.errors.ParameterError: process: expected all of coordinator, processes and \
process, or none of them; got nothing
        """
        values = parsed("train", given, [])  # other names are the job's
        chosen = {option.name: values[option.name] for option in ALL}
        if not any(value is not None and value is not False for value in chosen.values()):
            return None
        problems = []
        local, three = chosen["local"], ("coordinator", "processes", "process")
        there = [name for name in three if chosen[name] is not None]
        if local is not None:
            problems += whole_problems("local", local, least=1)
            problems += [f"{name}: local starts the processes; leave it out" for name in there]
        elif there:
            problems += [
                f"{name}: expected all of coordinator, processes and process, or none of them; "
                "got nothing"
                for name in three
                if name not in there
            ]
            if not problems:
                problems += _address_problems(chosen)
        elif not chosen["distributed"]:
            problems.append(
                "watchdog: watches several processes; start some with distributed or local"
            )
        watchdog = _SECONDS if chosen["watchdog"] is None else chosen["watchdog"]
        problems += number_problems("watchdog", watchdog, low=5)
        problems += _other_problems(values)
        raise_problems(problems)
        coordinator, processes, process = (chosen[name] for name in three)
        return cls(local, coordinator, processes, process, float(watchdog))

    def join(self, tell: Callable[[str], str] = str) -> Team:
        """Join the others; see :func:`clearprop.engines.joining.join`."""
        # Start-up time: only several processes need it.
        from clearprop.engines.joining import join

        return join(
            self.coordinator, self.processes, self.process, seconds=self.watchdog, tell=tell
        )


def _address_problems(chosen: Mapping[str, Any]) -> list[str]:
    host, _, port = str(chosen["coordinator"]).rpartition(":")
    problems = []
    if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
        problems.append(
            f"coordinator: expected HOST:PORT, such as node1:7000; got "
            f"{shown(chosen['coordinator'])}"
        )
    wrong = whole_problems("processes", chosen["processes"], least=1)
    wrong = wrong or whole_problems("process", chosen["process"], least=0)
    problems += wrong
    if not wrong and chosen["process"] >= chosen["processes"]:
        problems.append(
            f"process: expected a number from 0 to {chosen['processes'] - 1}, below processes; "
            f"got {chosen['process']}"
        )
    return problems


def _other_problems(values: Mapping[str, Any]) -> list[str]:
    """Choices that several processes have not."""
    problems = []
    if values["engine"] not in ("auto", "jax"):
        problems.append(
            f"engine: several processes compute with jax; leave it out; got {values['engine']!r}"
        )
    return problems + [
        f"{name}: is for one process; leave it out"
        for name in ("threads", "time", "all_rows")
        if values[name] not in (None, False)
    ]


def of_process(given: Mapping[str, Any], process: int) -> dict[str, Any]:
    """The choices of one of the processes: only process 0 writes."""
    own = {name: value for name, value in given.items() if name not in _WRITING or not process}
    if process:
        own["out"] = os.path.join(tempfile.gettempdir(), "clearprop.safetensors")
    return own


def shared_values(values: Mapping[str, Any]) -> dict[str, str]:
    """The choices that must be the same for all processes, as text."""
    apart = {*_WRITING, "process", "cache", "lang", "quiet", "json"}
    return {name: repr(value) for name, value in values.items() if name not in apart}
