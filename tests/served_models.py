"""Models of several kinds, made in no time: their weights are random, their columns are real."""

import io
from typing import Any

import numpy as np
import polars as pl
import pytest

from clearprop.data import read
from clearprop.data.encoding import Encoder
from clearprop.data.files import Content
from clearprop.data.reading import Reading
from clearprop.data.targets import Targets
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta
from clearprop.serve.service import Service

ROW = {
    "age": 39,
    "city": "Paris",
    "income": 50000.5,
    "born": "1960-05-06",
    "seen": "2024-05-06 12:30",
    "member": True,
    "share": 45,
}


def table(rows: int = 200) -> bytes:
    """CSV of numbers, text, dates, moments, true and false, percents, with gaps."""
    rng = np.random.default_rng(0)
    days = rng.integers(0, 9000, rows)
    frame = pl.DataFrame(
        {
            "age": rng.integers(18, 90, rows),
            "city": rng.choice(["Paris", "Rome", "Oslo", "7"], rows),
            "income": rng.normal(5e4, 1e4, rows).round(2),
            "born": [f"{1960 + d % 40}-{1 + d % 12:02}-{1 + d % 28:02}" for d in days],
            "seen": [f"2024-0{1 + d % 9}-01 {d % 24:02}:{d % 60:02}" for d in days],
            "member": rng.choice(["true", "false"], rows),
            "share": [f"{x}%" for x in rng.integers(0, 100, rows)],
            "bought": rng.choice(["no", "yes"], rows),
        }
    ).with_columns(
        income=pl.when(pl.int_range(rows) % 7 > 0).then("income"),
        city=pl.when(pl.int_range(rows) % 11 > 0).then("city"),
        born=pl.when(pl.int_range(rows) % 13 > 0).then("born"),
    )
    return frame.write_csv().encode()


def of_table(bins: int = 4, target: str = "bought", hidden: int = 8, **cost: Any) -> Model:
    """A model of the table."""
    rows = read(Content("t.csv", None, table()), target, True, Reading())
    encoder = Encoder.fit(rows, bins=bins)
    targets = Targets.fit(rows.y, name=target)
    if "coverage" in cost:
        targets = targets.with_interval(cost.pop("coverage"))
    chosen = targets.default_cost()
    quantiles = {"quantiles": targets.quantiles} if targets.interval is not None else {}
    outputs = targets.n_units(chosen)
    network = Network((encoder.n_outputs, hidden, outputs), cost=chosen, **quantiles)
    theta = initial_theta(network, seed=1).astype(np.float32)
    return Model(network, theta, targets, encoder)


def of_arrays(encoded: bool = True) -> Model:
    """A model of arrays of three numbers, with three classes."""
    X = np.random.default_rng(2).normal(size=(60, 3))
    rows = read_matrix(X)
    network = Network((3, 5, 3), cost="softmax")
    targets = Targets.fit([7, 8, 9] * 20)
    return Model(
        network, initial_theta(network, 0), targets, Encoder.fit(rows) if encoded else None
    )


def read_matrix(X: np.ndarray) -> Any:
    """A matrix as a reader gives it."""
    file = io.BytesIO()
    np.save(file, X)
    return read(Content("a.npy", None, file.getvalue()), None, False, Reading())


def made_client(service: Service, token: str | None = None, **more: Any) -> Any:
    """Starlette's client of a service on loopback."""
    pytest.importorskip("starlette")
    from starlette.testclient import TestClient

    from clearprop.serve import server

    app = server.application(service, server.access("127.0.0.1", token), print, **more)
    return TestClient(app, "http://127.0.0.1", raise_server_exceptions=False)
