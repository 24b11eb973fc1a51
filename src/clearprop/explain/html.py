"""An explanation as a page that stands alone."""

from __future__ import annotations

from clearprop.explain.explanation import Explanation

__all__ = ["fragment", "page"]


def page(e: Explanation, lang: str) -> str:
    """A whole document; it loads nothing."""
    raise NotImplementedError


def fragment(e: Explanation, lang: str) -> str:
    """The explanation without a document around it."""
    raise NotImplementedError
