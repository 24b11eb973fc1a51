"""What waits to be sent to a page: answers in order, of pictures the newest, a few a second."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from clearprop.studio.protocol import Message

__all__ = ["Outbox"]

PAUSE = 0.1  # seconds between two pictures of a kind
TRAINING_PAUSE = 0.2  # while it trains: a page that draws takes processors from the training
_LONGEST = 200  # answers that may wait


class Outbox:
    """Threads put messages in; the connection's loop takes them out.

    Parameters
    ----------
    wake
        Called in the loop's thread when there is something to take.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._answers: deque[Message] = deque()
        self._newest: dict[str, Message] = {}
        self._sent: dict[str, float] = {}

    def answer(self, message: Message, last: bool = False) -> None:
        """Send this in its turn. A page that does not read loses its oldest answers.

        The last message of a training comes after its last pictures, which then need not wait.
        """
        with self._lock:
            if last:
                for kind in self._newest:
                    self._sent.pop(kind, None)
            self._answers.append(message)
            while len(self._answers) > _LONGEST:
                self._answers.popleft()
        self._wake()

    def newest(self, message: Message) -> None:
        """Send this unless a newer one of its kind comes first."""
        with self._lock:
            self._newest[message.kind] = message
        self._wake()

    def more(self, message: Message) -> None:
        """Like :meth:`newest`, but points and scores of one that waits are sent with it."""
        with self._lock:
            waits = self._newest.get(message.kind)
            if waits is not None and waits.body["began"] == message.body["began"]:
                points = [*waits.body["points"], *message.body["points"]]
                scores = dict([*waits.body["scores"], *message.body["scores"]])  # one an epoch
                more = {"points": points, "scores": [list(score) for score in scores.items()]}
                message = replace(message, body={**message.body, **more})
            self._newest[message.kind] = message
        self._wake()

    def anew(self) -> None:
        """Another run is shown: its first pictures need not wait for those of the run before."""
        with self._lock:
            self._sent.clear()

    def due(self, kind: str) -> bool:
        """Whether a training may make a picture of this kind by now, and none waits."""
        with self._lock:
            waits = kind in self._newest
            since = time.monotonic() - self._sent.get(kind, 0.0)
            return not waits and since >= TRAINING_PAUSE

    def take(self) -> tuple[Message | None, float | None]:
        """A message to send now; or else the seconds until there is one, or None for no end."""
        now = time.monotonic()
        with self._lock:
            late = {k: self._sent.get(k, 0.0) + PAUSE - now for k in self._newest}
            ready = [kind for kind, wait in late.items() if wait <= 0]
            # A picture shows what stood before the answer that ends it, so it goes first.
            if ready:
                self._sent[ready[0]] = now
                return self._newest.pop(ready[0]), None
            if self._answers:
                return self._answers.popleft(), None
            return None, min(late.values(), default=None)
