"""The room's sentences in one language."""

from __future__ import annotations

from functools import partial

from clearprop.language import Sentences

__all__ = ["sentences"]

sentences = partial(Sentences, "clearprop.exercise")
