"""A peer leaves the process as it found it."""

import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from clearprop.bench.peers import PEERS
from clearprop.bench.roofline import Roofline
from clearprop.bench.settings import denormals_are_flushed, quietly, torch_settings, within
from clearprop.bench.works import Work
from clearprop.network.architecture import Network

WORKS = [
    Work("A", "SGD", Network((4, 3, 2), "tanh", "quadratic"), 5, "sgd", 40, 0.1, 4),
    Work("B", "gradient", Network((4, 3, 2)), 40, "gradient", 40, 0.0, 2, np.float64),
    Work("C", "Adam", Network((4, 3, 2), "relu", "softmax"), 5, "adam", 400, 1e-3, 4),
    Work("G", "predict", Network((4, 3, 2), "relu", "softmax"), 7, "predict", 7, 0.0, 2),
]


LIBRARIES = [name for name in ("torch", "jax", "sklearn") if find_spec(name)]


def settings_of_libraries() -> dict[str, Any]:
    """Warnings, and what PyTorch and JAX say of themselves."""
    with quietly():  # they set variables when they are imported
        loaded = {name: import_module(name) for name in LIBRARIES}
    found: dict[str, Any] = {"warnings": list(warnings.filters)}
    if torch := loaded.get("torch"):
        found["torch"] = (torch.get_num_threads(), torch.get_default_dtype())
    if jax := loaded.get("jax"):
        found["jax"] = jax.config.jax_enable_x64
    return found


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.what)
@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_leaves_the_process_as_it_was(peer, work, changes):
    library = peer.replace(".", " ").split()[0]
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    before = settings_of_libraries()
    trial = PEERS[peer](work)
    assert changes() == []
    if trial is not None:
        trial()
    assert changes() == []
    assert settings_of_libraries() == before


def test_the_machines_limit_leaves_the_process_as_it_was(changes):
    before = settings_of_libraries()
    Roofline().measure(WORKS[0])
    assert changes() == []
    assert settings_of_libraries() == before


def test_settings_last_as_long_as_a_trial_and_no_longer():
    settings_of_libraries()
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    seen = []

    def trial() -> float:
        seen.append((torch.get_num_threads(), denormals_are_flushed()))
        raise RuntimeError("no luck")

    with pytest.raises(RuntimeError, match="no luck"):
        within(lambda: torch_settings(1), trial)()
    assert seen == [(1, True)]
    assert (torch.get_num_threads(), denormals_are_flushed()) == (before, False)
