"""A table with columns of every kind."""

import datetime

import numpy as np
import polars as pl
import pytest

from clearprop.data.table import Table


@pytest.fixture(scope="module")
def table():
    """Columns of every kind, with gaps in some."""
    draw = np.random.default_rng(3)
    m = 120
    days = draw.integers(-40_000, 40_000, m)
    frame = pl.DataFrame(
        {
            "age": draw.normal(40, 9, m),
            "rooms": draw.integers(1, 6, m).astype(float),
            'city "x"?': draw.choice(["Paris", "O'Hara", "北京", "r1", "r2"], m),
            "member": draw.random(m) < 0.5,
            "born": (days.astype("datetime64[D]")).astype("datetime64[us]"),
            "seen": (draw.integers(0, 2**31, m)).astype("datetime64[s]").astype("datetime64[us]"),
            "at": [datetime.time(int(h), 30) for h in draw.integers(0, 24, m)],
        }
    )
    gaps = [pl.when(pl.Series(draw.random(m) < 0.9)).then(pl.col(n)) for n in ("age", "born")]
    city = pl.when(pl.Series(draw.random(m) < 0.9)).then(pl.col('city "x"?'))
    frame = frame.with_columns(*gaps, city)
    return Table("made", frame, None, tuple(frame.columns), None)
