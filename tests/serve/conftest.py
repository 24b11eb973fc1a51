"""Services for tests, on a model of a table."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clearprop.model import Model
from clearprop.serve.served import Served
from clearprop.serve.service import Service
from clearprop.storage.model_file import save
from served_models import made_client, of_table


@pytest.fixture(scope="session")
def model() -> Model:
    return of_table()


@pytest.fixture
def client(model: Model) -> Iterator[Any]:
    with made_client(Service(Served(model, "m.safetensors", "ab" * 32))) as client:
        yield client


@pytest.fixture
def saved(model: Model, tmp_path: Path) -> Path:
    save(model, tmp_path / "m.safetensors")
    return tmp_path / "m.safetensors"


@pytest.fixture
def asked(client: Any) -> Callable[..., Any]:
    """Ask for the predictions of a value of JSON."""
    return lambda rows, **headers: client.post("/predict", json=rows, headers=headers)
