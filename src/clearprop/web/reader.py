"""The networks that read drawn digits: the record of `<clearprop-drawing>`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

__all__ = ["reader"]


def reader() -> dict[str, Any]:
    """The record of a network that reads drawn digits, made by ``web/readers.py``.

    Returns
    -------
    784-30-10, trained on MNIST; its ``"origin"`` and its ``"accuracy"`` on MNIST's test images are
    told. ``"other"`` is the record of a second network, 64-30-10, which was trained on
    scikit-learn's digits of 8 x 8 pixels.

    Examples
    --------
    >>> made = reader()
    >>> made["network"]["sizes"], made["accuracy"], made["other"]["network"]["sizes"]
    ([784, 30, 10], 0.957, [64, 30, 10])
    """
    text = files("clearprop.web").joinpath("assets/readers.json").read_text(encoding="utf-8")
    both = json.loads(text)
    return {**both["mnist"], "other": both["digits"]}
