"""A new model file takes the place of the old one; a wrong one never does."""

import asyncio
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop.data.targets import Targets
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.serve.reloading import Reloading
from clearprop.serve.served import Served, changes
from clearprop.serve.service import Service
from clearprop.storage.model_file import save
from served_models import of_arrays, of_table


class Reloaded:
    """A service on a file, and the lines of its log."""

    def __init__(self, path: Path) -> None:
        self.path, self.lines = path, []
        self.service = Service(Served.of(path))
        self.reloading = Reloading(self.service, path, self.lines.append)

    def take(self) -> bool:
        return asyncio.run(self.reloading.take())


@pytest.fixture
def reloaded(saved: Path) -> Any:
    found = Reloaded(saved)
    yield found
    found.service.close()


def test_the_same_model_is_taken_and_nothing_has_changed(reloaded: Reloaded) -> None:
    sha256 = reloaded.service.served.sha256
    assert reloaded.take()
    assert reloaded.service.served.sha256 == sha256
    assert reloaded.lines == [
        f"took the new model {sha256[:12]}: its columns and answers are those of before"
    ]
    assert reloaded.service.metrics.reloads == {"taken": 1, "refused": 0}


def test_a_model_of_other_columns_is_taken_and_they_are_told(reloaded: Reloaded) -> None:
    save(of_arrays(), reloaded.path)
    assert reloaded.take()
    assert reloaded.lines[0].endswith(
        "columns: 3 in place of 7; classes: new: 7, 8, 9; gone: no, yes"
    )


@pytest.mark.parametrize("bytes_left", [0, 7, 100, -1])
def test_a_half_written_file_is_refused_and_the_model_goes_on(
    reloaded: Reloaded, bytes_left: int
) -> None:
    before = reloaded.service.served
    raw = reloaded.path.read_bytes()
    reloaded.path.write_bytes(raw[:bytes_left])
    assert not reloaded.take()
    assert reloaded.service.served is before
    assert reloaded.lines[0].startswith("the new model was not taken, the one of before goes on: ")
    assert reloaded.service.metrics.reloads == {"taken": 0, "refused": 1}
    reloaded.path.write_bytes(raw)
    assert reloaded.take()


def test_a_file_that_is_gone_is_told_and_the_model_goes_on(reloaded: Reloaded) -> None:
    before = reloaded.service.served
    reloaded.path.unlink()
    assert not reloaded.take()
    assert reloaded.service.served is before
    assert reloaded.lines == [f"{reloaded.path} is gone; the model of before goes on"]


def test_the_file_is_looked_at_again_and_again(
    reloaded: Reloaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearprop.serve.reloading._LOOK_SECONDS", 0.01)

    async def watched() -> None:
        task = asyncio.create_task(reloading.watch())
        await asyncio.sleep(0.05)
        assert reloaded.lines == []
        os.utime(reloaded.path, (1, 1))
        while not reloaded.lines:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        task.cancel()

    reloading = reloaded.reloading
    asyncio.run(asyncio.wait_for(watched(), 10))
    assert len(reloaded.lines) == 1


def test_what_clients_notice_of_a_new_model_is_told() -> None:
    old, new = of_table(), of_table(bins=0)
    assert changes(old, new) == []
    numbers = Targets.fit([0.5, 1.5, 2.5])
    network = Network((3, 1), cost="squared")
    value = Model(network, np.zeros(4), numbers)
    assert changes(of_arrays(), value) == ["task: regression in place of classification"]
