"""Which networks a function is asked about, with its sizes stated and without."""

import numpy as np
import pytest
from learners.logistic_regression import logistic_regression
from planted import DEEP, LOOP, NIELSEN, SQUARE, STAIRS, VECTORISED, function_of, source_of

import clearprop
from clearprop import Network
from clearprop.doctor.sizes import networks_for
from clearprop.errors import ParameterError
from clearprop.network.equations import split


def test_a_function_that_knows_its_sizes_is_asked_about_them():
    f = function_of(source_of(SQUARE), SQUARE)
    assert clearprop.diagnose(f, SQUARE.layer_sizes).probes[0].network.layer_sizes == (4, 4, 4, 4)
    g = function_of(source_of(VECTORISED), VECTORISED)
    sizes = {p.network.layer_sizes for p in clearprop.diagnose(g, VECTORISED.layer_sizes).probes}
    assert sizes == {(4, 7, 3), (3, 6, 4)}


def test_a_function_with_its_number_of_classes_written_in_is_asked_about_its_own_sizes():
    source = source_of(VECTORISED, ("np.eye(K)[y]", "np.eye(10)[y]"))
    diagnosis = clearprop.diagnose(function_of(source, VECTORISED), (6, 5, 10))
    assert diagnosis.right
    assert diagnosis.probes[0].network.layer_sizes == (6, 5, 10)
    assert diagnosis.notes[0][0] == "raised-elsewhere"


def test_a_transposed_theta_that_only_fits_equal_sizes_is_found():
    edit = ("D3 @ Theta2[:, 1:]", "D3 @ Theta2[:, 1:].T")
    f = function_of(source_of(VECTORISED, edit), VECTORISED)
    diagnosis = clearprop.diagnose(f, (400, 25, 10))
    assert [cause.id for cause in diagnosis.causes] == ["flow-transposed"]
    assert "4-7-3: ValueError" in diagnosis.notes[-1][1] or "400-25-10" in diagnosis.notes[-1][1]


# -- Sizes that are not stated ---------------------------------------------------------------------


def chosen(diagnosis):
    return [value for key, value in diagnosis.notes if key == "sizes-chosen"]


@pytest.mark.parametrize(
    ("learner", "sizes"),
    [
        (LOOP, "4-7-3, 3-6-4"),  # is told its sizes as three numbers
        (VECTORISED, "4-7-3, 3-6-4"),  # the same
        (DEEP, "4-7-3, 3-6-4"),  # a list of matrices, of any number: three layers
        (NIELSEN, "4-7-3, 3-6-4"),  # lists of weights and biases
        (STAIRS, "4-7-3, 3-6-4"),  # Theta1, Theta2
    ],
    ids=lambda value: getattr(value, "file", ""),
)
@pytest.mark.parametrize("right", [True, False])
def test_sizes_are_found_where_the_parameters_tell_them(learner, sizes, right):
    mistake = {
        LOOP: ("d3 = h - yt", "d3 = yt - h"),
        VECTORISED: ("D3 = H - Y", "D3 = Y - H"),
        DEEP: ("delta = acts[-1] - Y", "delta = Y - acts[-1]"),
        NIELSEN: ("delta = (activations[-1] - target)", "delta = (target - activations[-1])"),
        STAIRS: ("e3 = h - y", "e3 = y - h"),
    }[learner]
    f = function_of(source_of(learner, *(() if right else (mistake,))), learner)
    diagnosis = clearprop.diagnose(f, activation=learner.activation, cost=learner.cost)
    assert [cause.id for cause in diagnosis.causes] == ([] if right else ["delta-sign"])
    assert diagnosis.right == right
    assert chosen(diagnosis) == [sizes]
    said = " ".join(diagnosis.report().split())
    assert f"were not stated, so networks of {sizes} were chosen." in said
    assert "diagnose(f, (400, 25, 10)) in Python, --layers 400,25,10 on the command line." in said
    assert f"因此选用了{sizes}这样的网络" in "".join(diagnosis.report("zh").split()).replace(
        "".join(sizes.split()), sizes
    )


def test_the_number_of_layers_is_that_of_the_matrices():
    def f(W1, b1, W2, b2, W3, b3, X, Y, lam):
        blocks = [np.vstack([b, W.T]) for W, b in ((W1, b1), (W2, b2), (W3, b3))]
        sizes = [len(block) - 1 for block in blocks] + [len(b3)]
        network = clearprop.Network(sizes, "relu", "squared", regularization=lam)
        theta = np.concatenate([block.ravel() for block in blocks])
        J, D = clearprop.cost_and_gradient(network, theta, X, Y)
        return J, [part for B in split(network, D) for part in (B[1:].T, B[0])]

    diagnosis = clearprop.diagnose(f, activation="relu", cost="squared")
    assert diagnosis.right
    assert chosen(diagnosis) == ["4-7-5-3, 3-6-4-6"]


def one_output(Theta1, X, y, lam):
    """Logistic regression for one output, as matrices."""
    J, D = logistic_regression(Theta1[0], X, y, lam)
    return J, D[None, :]


def test_a_function_for_one_output_is_asked_about_one():
    diagnosis = clearprop.diagnose(one_output)
    assert diagnosis.right
    assert chosen(diagnosis) == ["4-1, 3-1"]
    # With more outputs it used the first row of Theta1 alone.
    assert diagnosis.notes[-1][0] in ("sizes-wrong", "raised-elsewhere")

    def wrong(Theta1, X, y, lam):
        J, D = one_output(Theta1, X, y, lam)
        return J, D * len(X)

    diagnosis = clearprop.diagnose(wrong)
    assert [cause.id for cause in diagnosis.causes] == ["average-missing"]
    assert chosen(diagnosis) == ["4-1, 3-1"]


def test_a_function_that_fits_no_chosen_network_says_what_to_state():
    source = source_of(VECTORISED, ("np.eye(K)[y]", "np.eye(10)[y]"))
    f = function_of(source, VECTORISED)
    diagnosis = clearprop.diagnose(f)
    assert diagnosis.verdict == "unknown"
    assert "state them: diagnose(f, (400, 25, 10))" in " ".join(diagnosis.report().split())
    assert clearprop.diagnose(f, (6, 5, 10)).right


def test_the_softmax_is_asked_about_several_outputs_only():
    f = function_of(source_of(DEEP, ("J = -(Y", "J = -0.3 * (Y")), DEEP)
    diagnosis = clearprop.diagnose(f, activation="tanh", cost="softmax")
    assert diagnosis.verdict == "unknown"
    assert {probe.network.n_outputs for probe in diagnosis.probes} == {3, 4}


def test_an_unrolled_theta_needs_its_sizes():
    f = function_of(source_of(SQUARE), SQUARE)
    with pytest.raises(ParameterError) as caught:
        clearprop.diagnose(f)
    assert str(caught.value) == (
        "layer_sizes: f takes theta as one vector and is not told the sizes of its layers; state "
        "them, as in diagnose(f, (400, 25, 10))"
    )
    assert np.isfinite(clearprop.diagnose(logistic_regression, (3, 1)).expected()[0])


def test_an_unrolled_theta_without_a_hidden_layer_needs_none():
    diagnosis = clearprop.diagnose(logistic_regression)
    assert diagnosis.right
    assert chosen(diagnosis) == ["4-1"]


def test_a_network_with_one_input_is_asked_with_one():
    small, own = networks_for(True, Network((1, 1), cost="squared"))
    assert [network.layer_sizes for network in small] == [(1, 1), (1, 1)]
    assert own == [Network((1, 1), cost="squared")]


def propagate(w, b, X, Y):
    """Logistic regression, with samples as columns: ``w (n, 1)``, a number b, ``Y (1, m)``."""
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(w.T @ X + b)))
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    return {"dw": X @ (A - Y).T / m, "db": np.sum(A - Y) / m}, cost


def test_a_function_without_a_hidden_layer_is_asked_about_none():
    diagnosis = clearprop.diagnose(propagate)
    assert diagnosis.right
    assert chosen(diagnosis) == ["4-1, 3-1"]


def test_a_sum_over_the_outputs_is_right_where_there_is_one_output():
    def one_hidden(W1, b1, W2, b2, X, Y):
        A1 = 1 / (1 + np.exp(-(W1 @ X + b1)))
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        m = X.shape[1]
        d2 = (A2 - Y) / m
        d1 = W2.T @ d2 * A1 * (1 - A1)
        cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
        return cost, d1 @ X.T, d1.sum(axis=1, keepdims=True), d2 @ A1.T, np.sum(d2)

    diagnosis = clearprop.diagnose(one_hidden)
    assert diagnosis.right
    assert chosen(diagnosis) == ["4-7-1, 3-6-1"]
    assert [cause.id for cause in clearprop.diagnose(one_hidden, (4, 7, 3)).causes] == [
        "accumulate-bias-total"
    ]


def test_weights_in_one_parameter_that_are_no_vector_need_no_sizes():
    def gradient(p, X, Y):
        W1, b1, W2, b2 = p
        a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
        d2 = (1 / (1 + np.exp(-(a1 @ W2 + b2))) - Y) / len(X)
        d1 = d2 @ W2.T * a1 * (1 - a1)
        return X.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0)

    def train(X, Y, p, lr=0.5, epochs=50):
        for _ in range(epochs):
            p = [w + lr * d for w, d in zip(p, gradient(p, X, Y), strict=True)]
        return p

    diagnosis = clearprop.diagnose(train)
    assert [cause.id for cause in diagnosis.causes] == ["update-sign"]
