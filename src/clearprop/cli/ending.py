"""How a training command ends: the model is kept in any case, and the exit code tells the rest."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from clearprop.cli.running import INCOMPLETE, INTERRUPTED, TERMINATED, Running
from clearprop.errors import ModelFileError
from clearprop.model import Model
from clearprop.storage.elsewhere import save_somewhere
from clearprop.storage.run_folder import RunFolder

__all__ = ["Ending"]


class Ending:
    """The end of `train` and `choose`.

    Attributes
    ----------
    code : int
        The exit code: 143 after SIGTERM, 130 after Ctrl-C, 3 where a model is there and something
        else that was asked for is not, or not where it was to be, and 0 otherwise.

    Parameters
    ----------
    reason
        That of :class:`clearprop.training.Ended`.
    terminated
        Whether SIGTERM has come.
    """

    def __init__(
        self, running: Running, folder: RunFolder | None, reason: str, terminated: bool
    ) -> None:
        self._running, self._folder = running, folder
        self.terminated = terminated and reason == "interrupted"
        self.interrupted = reason == "interrupted"
        self.code = 0
        if folder is not None and folder.failed:
            self.code = INCOMPLETE
        if self.interrupted:
            self.code = TERMINATED if self.terminated else INTERRUPTED

    @property
    def how(self) -> str:
        """Who ended the run, where somebody did."""
        return "terminated" if self.terminated else "interrupted"

    @property
    def leaves_no_model(self) -> bool:
        """Whether the run is to end at once, since a checkpoint has all of it."""
        return self.terminated and self._folder is not None and not self._folder.failed

    def say_how_to_go_on(self) -> None:
        """After SIGTERM or Ctrl-C, if there is a checkpoint: where it is, and how to go on."""
        if self.interrupted and self._folder is not None and not self._folder.failed:
            self._running.tell(
                f"{self.how}: the run so far is in {self._folder.path}; "
                "go on with the same command and --resume"
            )

    def save(self, model: Model, out: Path) -> Path:
        """Save the model there or elsewhere; return where it is."""
        path, elsewhere = save_somewhere(model, out)
        if elsewhere:
            warnings.warn(elsewhere, stacklevel=2)
            self.code = self.code or INCOMPLETE
        return path

    def draw(self, path: Path | None, draw: Callable[[Path], None]) -> Path | None:
        """Draw the picture that was asked for; return where it is, None if there is none."""
        try:
            if path is not None:
                draw(path)
        except ModelFileError as error:
            warnings.warn(str(error), stacklevel=2)
            self.code = self.code or INCOMPLETE
            return None
        return path
