"""What the tests of exports share: a table of every kind of column, and models without training."""

import datetime

import numpy as np
import polars as pl
import pytest

from clearprop.data.column import Column
from clearprop.data.encoding import Encoder
from clearprop.data.spelling import Dates, Numerals
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta

MOMENTS = [datetime.datetime(2020, 1, 1) + datetime.timedelta(hours=37 * k) for k in range(60)]
MIXED = pl.DataFrame(
    {
        "age": [None if k % 11 == 0 else k % 17 + 0.5 for k in range(60)],
        "income": [-999.0 if k % 13 == 5 else 1e4 + 37.0 * k for k in range(60)],
        "city": [None if k % 9 == 0 else ["Paris", "New York", "北京"][k % 3] for k in range(60)],
        "code": [f"c{k % 7}" for k in range(60)],
        "member": [["true", "false"][k % 2] for k in range(60)],
        "born": [None if k % 10 == 0 else moment.date() for k, moment in enumerate(MOMENTS)],
        "seen": MOMENTS,
        "clock": [moment.time() for moment in MOMENTS],
    }
)
COLUMNS = (
    Column("age", "numbers"),
    Column("income", "numbers", Numerals(empty=("-999",))),
    Column("city", "categories", empty=("-",)),
    Column("code", "categories"),
    Column("member", "booleans"),
    Column("born", "dates", dates=Dates()),
    Column("seen", "dates", dates=Dates(has_time=True)),
    Column("clock", "dates", dates=Dates(has_day=False, has_month=False, has_time=True)),
)


def mixed_table(columns=COLUMNS):
    """The table in the types of its columns: the marker -999 is an empty cell."""
    from clearprop.data.columns import typed

    names = [column.name for column in columns]
    return typed(Table("mixed.csv", MIXED.select(names), None, tuple(names), None), columns)


@pytest.fixture(scope="session")
def encoder():
    """Columns of numbers with bins, gaps and a marker, of texts, of true and false, of dates."""
    return Encoder.fit(mixed_table(), bins=2)


def a_model(targets, encoder=None, cost=None, activation="relu", dtype=np.float64, seed=0, **parts):
    """A model of random parameters, some of them far from 0."""
    cost = cost or targets.default_cost()
    n = 3 if encoder is None else encoder.n_outputs
    quantiles = targets.quantiles
    network = Network((n, 5, 4, targets.n_units(cost)), activation, cost, quantiles=quantiles)
    theta = 2 * initial_theta(network, seed, dtype=dtype)
    bag = tuple(2 * initial_theta(network, seed + k, dtype=dtype) for k in range(parts.pop("n", 0)))
    return Model(network, theta, targets, encoder, bag=bag, **parts)


def numbers(n=1, mean=5.0, scale=3.0):
    return Targets("regression", mean=np.full(n, mean), scale=np.full(n, scale))


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
