"""What names leave open is found out: labels, the order of theta, matrices or a vector."""

import pytest
from planted import DEEP, LOOP, SQUARE, function_of, source_of

import clearprop


@pytest.mark.parametrize("labels", ["auto", "1"])
def test_labels_from_1_are_recognised(labels):
    f = function_of(source_of(LOOP), LOOP)
    diagnosis = clearprop.diagnose(f, LOOP.layer_sizes, labels=labels)
    assert diagnosis.right
    assert diagnosis.way.labels == "1"
    assert "labels counted from 1" in diagnosis.report()


def test_labels_said_to_be_from_0_are_a_mistake_where_they_are_from_1():
    f = function_of(source_of(LOOP), LOOP)
    diagnosis = clearprop.diagnose(f, LOOP.layer_sizes, labels="0")
    assert [cause.id for cause in diagnosis.causes] == ["labels-shifted"]


@pytest.mark.parametrize(("order", "layout"), [("F", "F"), ("C", "C")])
def test_the_order_of_theta_is_recognised(order, layout):
    source = source_of(SQUARE).replace('order="F"', f'order="{order}"')
    diagnosis = clearprop.diagnose(function_of(source, SQUARE), SQUARE.layer_sizes)
    assert diagnosis.right
    assert diagnosis.way.layout == layout


def test_matrices_go_in_and_a_vector_comes_out():
    for ravel in ("G.ravel()", 'G.ravel(order="F")'):
        source = source_of(
            DEEP, ("return J, grads", f"return J, np.concatenate([{ravel} for G in grads])")
        )
        diagnosis = clearprop.diagnose(
            function_of(source, DEEP), DEEP.layer_sizes, activation="tanh", cost="softmax"
        )
        assert diagnosis.right, ravel
