"""Long columns by the shapes of their texts: a look at each shape, not at each cell."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from clearprop.data.spelling.shapes import NORMAL, Numeral, numeral

# Texts with more different shapes are sooner looked at one by one.
_SHAPES = 2000


def shaped(text: pl.Series) -> pl.DataFrame:
    """Each text with its normal form and its shape, as `shapes.normal` and `shapes.shape_of` do.

    Returns
    -------
    The columns ``text``, ``normal`` and ``shape``, each ``(m,)`` of String.

    Examples
    --------
    >>> shaped(pl.Series(["−１.50 kg"])).row(0)
    ('−１.50 kg', '-1.50 kg', '-9.99 kg')
    """
    ascii_only = text.str.len_bytes().sum() == text.str.len_chars().sum()
    twins = {chr(code): twin for code, twin in NORMAL.items()}
    normal = text if ascii_only else text.str.replace_many(list(twins), list(twins.values()))
    shape = normal.str.replace_all("[0-8]", "9")
    return pl.DataFrame({"text": text, "normal": normal, "shape": shape})


def shapes_among(frame: pl.DataFrame) -> list[str] | None:
    """The different shapes in what :func:`shaped` returns; None if they are too many."""
    shapes = frame["shape"].unique().drop_nulls()
    return shapes.to_list() if len(shapes) <= _SHAPES else None


def numerals_among(frame: pl.DataFrame) -> dict[str, Numeral]:
    """The shapes that are numbers, as far as nothing but a leading zero changes what they mean."""
    found = {shape: numeral(shape) for shape in shapes_among(frame) or ()}
    return {
        shape: number
        for shape, number in found.items()
        if number is not None and not number.mark.endswith(("2", "3"))
    }


def values_of(
    text: pl.Series, plan: Callable[[str, Numeral], tuple[int, int, str, float]]
) -> pl.Series:
    """The numbers of the cells whose shape tells all, ``(m,)`` of Float64; null for the others.

    Parameters
    ----------
    text
        ``(m,)`` of String.
    plan
        For a shape: where its digits begin and end, the mark between groups, and the sign, which is
        NaN if the shape alone does not tell.
    """
    frame = shaped(text)
    rows = []
    for shape, number in numerals_among(frame).items():
        start, stop, thousands, sign = plan(shape, number)
        if sign == sign:
            grouped = bool(number.either or number.thousands)
            rows.append((shape, start, stop - start, thousands, sign, grouped))
    if not rows:
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, len(text))
    names = ["shape", "start", "length", "thousands", "sign", "grouped"]
    plans = pl.DataFrame(rows, schema=names, orient="row")
    frame = frame.join(plans, on="shape", how="left", maintain_order="left")
    body = pl.col("normal").str.slice(pl.col("start"), pl.col("length"))
    digits = body
    for mark in plans["thousands"].unique():
        if mark:
            without = digits.str.replace_all(mark, "", literal=True)
            digits = pl.when(pl.col("thousands") == mark).then(without).otherwise(digits)
    value = digits.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    # No group of thousands begins with a zero.
    sure = ~(pl.col("grouped") & body.str.starts_with("0"))
    return frame.select(pl.when(sure).then(value * pl.col("sign"))).to_series()
