"""Text without the blanks around it."""

from __future__ import annotations

import polars as pl


def texts_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of text, without outer blanks; a cell without text is null."""
    text = pl.col(pl.String).str.strip_chars()
    return frame.select(pl.when(text != "").then(text))  # `then` keeps the names


def text_of(series: pl.Series) -> pl.Series:
    """A column of text as :func:`texts_of` gives it."""
    return texts_of(series.to_frame()).to_series()
