"""Requests that arrive together pass a large network together, and nobody's bits depend on it."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop.data.targets import Targets
from clearprop.engines.choice import available_engines
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta
from clearprop.serve.batching import Batching
from clearprop.serve.served import Served


def large(dtype: Any = np.float32, bag: int = 0) -> Served:
    network = Network((300, 700, 3), cost="softmax")
    thetas = [initial_theta(network, seed).astype(dtype) for seed in range(bag + 1)]
    targets = Targets.fit(["a", "b", "c"])
    return Served(Model(network, thetas[0], targets, bag=tuple(thetas[1:])), "m", "ab")


async def together(batching: Batching, asked: list[tuple[Served, Any]]) -> list[Any]:
    return await asyncio.gather(*(batching.outputs(served, X) for served, X in asked))


needs_native = pytest.mark.skipif(
    "native" not in available_engines(), reason="a BLAS's rows depend on their neighbours"
)


@needs_native
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bag", [0, 2])
def test_rows_of_many_requests_pass_together_with_the_bits_that_they_have_alone(
    dtype: Any, bag: int
) -> None:
    served, batches = large(dtype, bag), []
    rng = np.random.default_rng(0)
    rows = [rng.normal(size=(m, 300)).astype(dtype) for m in (1, 1, 3, 1, 17, 1, 1)]
    batching = Batching(batches.append)
    found = asyncio.run(together(batching, [(served, X) for X in rows]))
    batching.close()
    assert batches == [25]
    for X, h in zip(rows, found, strict=True):
        assert h.tobytes() == served.model.outputs(X).tobytes()


def test_models_are_not_mixed_while_a_new_one_takes_the_place() -> None:
    old, new, batches = large(), large(), []
    rows = np.ones((1, 300), np.float32)
    batching = Batching(batches.append)
    asked = [(old, rows), (old, rows), (new, rows), (old, rows)]
    found = asyncio.run(together(batching, asked))
    batching.close()
    assert sum(batches) == 4
    assert len(batches) >= 3
    assert all(h.shape == (1, 3) for h in found)


def test_a_batch_has_a_bound() -> None:
    served, batches = large(), []
    rows = np.ones((600, 300), np.float32)
    batching = Batching(batches.append)
    asyncio.run(together(batching, [(served, rows)] * 3))
    batching.close()
    assert batches == [600, 600, 600]


def test_an_engine_whose_rows_depend_on_each_other_gets_one_request_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from clearprop.engines.reference import ReferenceEngine

    monkeypatch.setattr("clearprop.serve.served.choose_engine", lambda name: ReferenceEngine())
    served, batches = large(), []
    batching = Batching(batches.append)
    asyncio.run(together(batching, [(served, np.ones((1, 300), np.float32))] * 3))
    batching.close()
    assert batches == [1, 1, 1]


def test_a_request_that_was_given_up_is_left_out_and_a_failure_is_told() -> None:
    served, batches = large(), []
    batching = Batching(batches.append)

    async def asked() -> None:
        rows = np.ones((1, 300), np.float32)
        tasks = [asyncio.create_task(batching.outputs(served, rows)) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(found[1], asyncio.CancelledError)
        assert found[0].shape == found[2].shape == (1, 3)
        with pytest.raises(Exception, match=r"shape|inputs|columns"):
            await batching.outputs(served, np.ones((1, 7), np.float32))
        assert (await batching.outputs(served, rows)).shape == (1, 3)

    asyncio.run(asked())
    batching.close()


def test_a_small_network_is_computed_on_the_spot(saved: Path) -> None:
    served = Served.of(saved)
    assert served.is_quick(100)
    assert not served.is_quick(1_000_000)
    network = Network((1000, 2000, 3), cost="softmax")
    theta = initial_theta(network, 0)
    big = Served(Model(network, theta, Targets.fit(["a", "b", "c"])), "m", "ab")
    assert not big.is_quick(1)
