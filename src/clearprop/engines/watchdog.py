"""What notices that a process of several is gone or stands still, and ends the others in one line.

It looks through JAX's coordination service, whose store of keys all processes read and write.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

__all__ = ["LOST", "PUBLISH", "SILENT", "Movement", "Watchdog", "end_process"]

LOST = 75  # the exit code where a process is gone: EX_TEMPFAIL, "try again later"
PUBLISH = 0.5  # seconds between two looks at the others
SILENT = 4 * PUBLISH  # seconds after which a process that publishes nothing is gone or stopped

_WORKS = 0.01  # the share of the time for which a process that reads uses a processor
_FIRST = 1.0  # seconds for the others to end first; JAX aborts those whose process 0 is gone


@dataclass
class Movement:
    """What one process does, as its watchdog publishes it.

    Attributes
    ----------
    beats
        How often it has moved.
    entered
        How many collectives it has entered.
    busy
        Above 0 it moves as long as it uses its processor.
    """

    beats: int = 0
    entered: int = 0
    busy: int = 0


def end_process(tell: Callable[[str], str], line: str, wait: float = 0.0) -> NoReturn:
    """Print a line and end this process, whatever it is waiting for."""
    os.write(2, f"{tell('clearprop: ')}{tell(line)}\n".encode())
    time.sleep(wait)
    os._exit(LOST)


class Watchdog:
    """Looks, in a thread, whether any process of a team still moves.

    `own` is what this process does. Where no process moves for so many `seconds`, all end; `tell`
    translates the line that is printed then.

    Each process publishes how often it has moved and how many collectives it has entered. While one
    is waited for, those that wait do not move. So all stand still soon after one does.
    """

    def __init__(
        self,
        own: Movement,
        process: int,
        processes: int,
        seconds: float,
        tell: Callable[[str], str],
    ) -> None:
        # The service has no public interface; other libraries for JAX use the same one.
        from jax._src.distributed import global_state

        self._own, self._process = own, process
        self._limit, self._tell = seconds, tell
        self._client: Any = global_state.client
        self._seen: dict[int, tuple[int, int, int]] = {}
        now = time.monotonic()
        self._heard = dict.fromkeys(range(processes), now)  # when each published last
        self._moved = self._answered = now
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to publish and to look."""
        for run in (self._publish, self._watch):
            threading.Thread(target=run, name="clearprop-watchdog", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def _publish(self) -> None:
        """Publish what this process does, and read what the others do."""
        own, tick, spent = self._own, 0, 0.0
        while not self._ended.wait(PUBLISH):
            tick += 1
            before, spent = spent, time.process_time() - time.thread_time()
            own.beats += own.busy > 0 and spent - before > _WORKS * PUBLISH
            told = f"{tick} {own.beats} {own.entered}"
            with contextlib.suppress(Exception):  # the service is gone; `_watch` notices
                self._client.key_value_set(f"clearprop/{self._process}", told, allow_overwrite=True)
                found = dict(self._client.key_value_dir_get("clearprop/"))
                self._note(found)

    def _note(self, found: Mapping[str, str]) -> None:
        now = time.monotonic()
        self._answered = now
        for key, text in found.items():
            process = int(key.rpartition("/")[2])
            tick, beats, entered = map(int, text.split())
            before = self._seen.get(process, (-1, -1, -1))
            if tick != before[0]:
                self._heard[process] = now
            if beats != before[1]:
                self._moved = now
            self._seen[process] = tick, beats, entered

    def _watch(self) -> None:
        beats, limit = -1, self._limit
        while not self._ended.wait(min(PUBLISH, limit / 4)):
            if self._own.beats != beats:
                beats, self._moved = self._own.beats, time.monotonic()
            if time.monotonic() - self._moved > limit:
                self.end("still")

    def end(self, how: str) -> NoReturn:
        """Print one line that names the process which is waited for, and end this process."""
        with self._lock:  # one line, whoever comes first
            if self._ended.is_set():
                time.sleep(60)
            self._ended.set()
            who = self._suspects()
            what = f"lost the connection to {who}"
            if how == "still":
                what = f"no process has made a step for {self._limit:g} s; waited for {who}"
            line = f"distributed: {what}; all processes end, go on from the checkpoint (resume)"
            end_process(self._tell, line, 0.0 if self._process else _FIRST)

    def _suspects(self) -> str:
        """The processes that are gone or stopped; else those that have entered the fewest steps."""
        now = time.monotonic()
        if self._process and now - self._answered > SILENT:
            return "process 0, which does not answer"
        silent = [p for p, heard in self._heard.items() if now - heard > SILENT]
        if silent:
            return f"{_listed(silent)}, gone or stopped"
        entered = {p: self._seen[p][2] for p in self._seen}
        entered[self._process] = self._own.entered
        last = min(entered.values())
        return _listed([p for p, n in entered.items() if n == last])


def _listed(processes: list[int]) -> str:
    return f"process{'es' if len(processes) > 1 else ''} {', '.join(map(str, sorted(processes)))}"
