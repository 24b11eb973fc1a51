"""ARFF, the format of Weka and OpenML."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

import numpy as np
import polars as pl

from clearprop.data.delimited.decoding import decoded
from clearprop.data.files import Content, first_line
from clearprop.data.frames import table_from_frame
from clearprop.data.reading import Reading
from clearprop.data.table import Table
from clearprop.errors import DataError


def read_arff(
    content: Content, target: str | Sequence[str] | None, need_target: bool, reading: Reading
) -> Table:
    """Read an ARFF file of numbers and named values; parameters as in `clearprop.data.read`.

    Raises
    ------
    DataError
        For attributes of text and dates, sparse data, and damaged files.
    """
    from scipy.io import arff  # start-up time: only this format needs SciPy here

    raw, _ = decoded(content.name, content.read(), reading.encoding)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data, meta = arff.loadarff(io.StringIO(raw.decode()))
    except Exception as error:
        # SciPy raises errors of several types on files that it cannot read.
        raise DataError(
            f"{content.name}: cannot be read as ARFF: {first_line(error)}; save it as CSV"
        ) from None
    if not len(data):
        raise DataError(f"{content.name}: holds no rows")
    columns = []
    for name, kind in zip(meta.names(), meta.types(), strict=True):
        values = np.asarray(data[name])
        if kind == "numeric":
            columns.append(pl.Series(name, values, nan_to_null=True))
        else:
            cells = [value.decode("utf-8", "replace") for value in values.tolist()]
            columns.append(pl.Series(name, [None if cell == "?" else cell for cell in cells]))
    return table_from_frame(
        pl.DataFrame(columns), content.name, target, need_target, reading=reading
    )
