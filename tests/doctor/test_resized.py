"""Gradients with arrays of other sizes than theta's: compared array by array, and explained."""

import numpy as np
import pytest

from clearprop.doctor import algorithm
from clearprop.doctor.learner.answer import Answer, Part
from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import Mutant, changed
from clearprop.doctor.probe import probes_for
from clearprop.doctor.resized import resized_errors
from clearprop.doctor.search import Search
from clearprop.network.architecture import Network

NETWORK = Network((4, 7, 3))
SHAPES = NETWORK.block_shapes


def blocks(probe, *mutants):
    do = changed(mutants)
    return algorithm.backward(algorithm.forward(probe, do), do)


def other_layer():
    """a of layer 3 where that of layer 2 belongs: dW2 has shape (3, 3)."""
    mutation = next(m for m in CATALOGUE if m.id == "accumulate-other-layer")
    return Mutant(mutation, 0, (2,))


def arrays_of(Ds, order):
    W, b = [D[1:].T for D in Ds], [D[0] for D in Ds]
    return {
        "W, b of each layer": [W[0], b[0], W[1], b[1]],
        "the last layer first": [W[1], b[1], W[0], b[0]],
        "all W, all b": [*W, *b],
        "rows are inputs": [W[0].T, b[0], W[1].T, b[1]],
        "matrices": [D.T for D in Ds],
    }[order]


ORDERS = [
    "W, b of each layer",
    "the last layer first",
    "all W, all b",
    "rows are inputs",
    "matrices",
]


@pytest.mark.parametrize("order", ORDERS)
def test_arrays_in_any_usual_order_are_found(order):
    (probe, *_) = probes_for([NETWORK])
    Ds = blocks(probe, other_layer())
    assert [D.shape for D in Ds] == [(5, 7), (4, 3)]
    raw = np.concatenate([array.ravel() for array in arrays_of(Ds, order)])
    assert resized_errors(Ds, Answer(0.0, None, raw, False), SHAPES).max() == 0
    assert np.isinf(resized_errors(Ds, Answer(0.0, None, raw[1:], False), SHAPES)).all()


def test_where_places_are_known_each_array_is_compared_with_its_block():
    (probe, *_) = probes_for([NETWORK])
    Ds = blocks(probe, other_layer())
    parts = (
        Part("dW2", 2, "weights", (3, 3), (3, 7)),
        Part("db1", 1, "bias", (7,), (7,)),
        Part("db2", 2, "bias", (2,), (3,)),
    )
    raw = np.concatenate([Ds[1][1:].ravel(), 2 * Ds[0][0], Ds[1][0][:2]])
    errors = resized_errors(Ds, Answer(0.0, None, raw, False, (), parts), SHAPES)
    assert errors.tolist() == [0.5, np.inf, np.inf, 0.0]


@pytest.mark.parametrize("with_parts", [False, True])
def test_a_mistake_that_changes_a_shape_is_named_and_so_is_one_beside_it(with_parts):
    probes = probes_for([NETWORK])
    slope = next(m for m in CATALOGUE if m.id == "slope-missing")
    for mutants in ([other_layer()], [other_layer(), Mutant(slope, 0, (2,))]):
        answers = []
        for probe in probes:
            Ds = blocks(probe, *mutants)
            arrays = arrays_of(Ds, "W, b of each layer")
            raw = np.concatenate([array.ravel() for array in arrays])
            if with_parts:  # the block of a wrong size is NaN
                known = np.vstack([Ds[1][:1], np.full((7, 3), np.nan)])
                gradient = np.concatenate([Ds[0].ravel(), known.ravel()])
                places = [(1, "weights"), (1, "bias"), (2, "weights"), (2, "bias")]
                parts = tuple(
                    Part("", *place, array.shape, ())
                    for place, array in zip(places, arrays, strict=True)
                )
                answers.append(Answer(probe.truth()[0], gradient, raw, False, (), parts))
            else:
                answers.append(Answer(probe.truth()[0], None, raw, False))
        found = Search(probes, answers).explain(2)
        assert found is not None
        assert {mutant.key for mutant in found.mutants} == {mutant.key for mutant in mutants}
        assert found.alternatives == ()
