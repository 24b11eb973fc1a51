"""How a learner's function is asked: names, layouts, labels, libraries; theta alone."""

import json
import sys
import types

import numpy as np
import pytest
from planted import DEEP, LOOP, SQUARE, STAIRS, VECTORISED, function_of, source_of

import clearprop
from clearprop.errors import ParameterError


def logistic_regression(theta, X, y, lambda_):
    m = len(X)
    h = 1 / (1 + np.exp(-(theta[0] + X @ theta[1:])))
    J = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h)) + lambda_ / 2 / m * theta[1:] @ theta[1:]
    D = np.r_[np.mean(h - y), X.T @ (h - y) / m + lambda_ / m * theta[1:]]
    return J, D


def test_names_in_any_order_and_spelling():
    def f(y, Lambda, X, nn_params):
        return logistic_regression(nn_params, X, y, Lambda)

    assert clearprop.diagnose(f, (3, 1)).right


def test_a_function_without_lambda_is_asked_without():
    def f(theta, X, y, verbose=False):
        return logistic_regression(theta, X, y, 0)

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.right
    assert {probe.lambda_ for probe in diagnosis.probes} == {0.0}


def test_names_that_cannot_be_told_are_all_named():
    def f(thta, X, outcome):
        return 0, thta

    with pytest.raises(ParameterError) as caught:
        clearprop.diagnose(f, (3, 1))
    message = str(caught.value)
    assert 'thta (did you mean "theta"?), outcome' in message
    assert "f: expected a parameter for theta" in message


def test_missing_y_is_named():
    def f(theta, X, lam):
        return 0, theta

    with pytest.raises(ParameterError, match=r"^f: expected a parameter for y; found none$"):
        clearprop.diagnose(f, (3, 1))


def test_the_course_s_function_needs_one_hidden_layer():
    f = function_of(source_of(LOOP), LOOP)
    with pytest.raises(ParameterError, match=r"takes one hidden layer \(hidden_layer_size\)"):
        clearprop.diagnose(f, (5, 4, 4, 3))


def test_numbered_matrices_must_fit_the_layers():
    f = function_of(source_of(STAIRS), STAIRS)
    with pytest.raises(ParameterError, match=r"4 layers have Theta1, Theta2, Theta3; cost takes"):
        clearprop.diagnose(f, (3, 4, 5, 2))


def test_options_that_do_not_fit_are_all_named():
    with pytest.raises(ParameterError) as caught:
        clearprop.diagnose(logistic_regression, (3, 1), labels="2", lang="fr", seed=-1)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "labels",
        "lang",
        "seed",
    ]
    with pytest.raises(ParameterError, match="expected the sizes of its layers"):
        clearprop.diagnose(logistic_regression)
    with pytest.raises(ParameterError, match="expected a function"):
        clearprop.diagnose(3)


@pytest.mark.parametrize("labels", ["auto", "1"])
def test_labels_from_1_are_recognised(labels):
    f = function_of(source_of(LOOP), LOOP)
    diagnosis = clearprop.diagnose(f, LOOP.layer_sizes, labels=labels)
    assert diagnosis.right
    assert diagnosis.convention.labels == "1"
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
    assert diagnosis.convention.layout == layout


def test_matrices_go_in_and_a_vector_comes_out():
    for ravel in ("G.ravel()", 'G.ravel(order="F")'):
        source = source_of(
            DEEP, ("return J, grads", f"return J, np.concatenate([{ravel} for G in grads])")
        )
        diagnosis = clearprop.diagnose(
            function_of(source, DEEP), DEEP.layer_sizes, activation="tanh", cost="softmax"
        )
        assert diagnosis.right, ravel


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


class Tensor:
    """As much of torch's tensor as matters here."""

    def __init__(self, array):
        self.array = np.asarray(array)

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        return self.array


def test_torch_s_values_go_in_and_come_out(monkeypatch):
    torch = types.ModuleType("torch")
    torch.from_numpy = Tensor
    monkeypatch.setitem(sys.modules, "torch", torch)
    names = {"np": np, "torch": torch, "Tensor": Tensor, "inner": logistic_regression}
    exec(
        "def f(theta, X, y, lambda_):\n"
        "    assert type(X) is Tensor\n"
        "    J, D = inner(theta.array, X.array, y.array, lambda_)\n"
        "    return Tensor(J), Tensor(D)\n",
        names,
    )
    assert clearprop.diagnose(names["f"], (3, 1)).right


TORCH = """
import torch

def cost(theta, X, y, lambda_):
    theta = theta.to({dtype}).requires_grad_(True)
    X = X.to({dtype})
    Theta = theta.reshape(3, 5)
    h = torch.sigmoid(X @ Theta[:, 1:].T + Theta[:, 0])
    Y = torch.nn.functional.one_hot(y, 3).to({dtype})
    J = torch.nn.functional.binary_cross_entropy(h, Y, reduction="sum") / len(X)
    J = J + lambda_ / (2 * len(X)) * (Theta{weights} ** 2).sum()
    J.backward()
    return J, theta.grad
"""


@pytest.mark.parametrize("dtype", ["torch.float32", "torch.float64"])
def test_torch_itself(dtype):
    pytest.importorskip("torch")
    for weights, named in (("[:, 1:]", []), ("", ["penalty-bias", "lambda-bias"])):
        names = {}
        exec(TORCH.format(dtype=dtype, weights=weights), names)
        diagnosis = clearprop.diagnose(names["cost"], (4, 3))
        assert [cause.id for cause in diagnosis.causes] == named
        assert diagnosis.right == (not named)
        assert f"torch.{diagnosis.dtype}" == dtype


def test_an_exception_is_shown_with_its_line():
    source = source_of(LOOP, ("h = sigmoid(z3)", "h = sigmoid(z4)"))
    diagnosis = clearprop.diagnose(function_of(source, LOOP), LOOP.layer_sizes)
    assert (diagnosis.verdict, diagnosis.right) == ("unknown", False)
    raised = diagnosis.raised
    assert (raised.kind, raised.file) == ("NameError", "course_loop.py")
    assert source.splitlines()[raised.line - 1].strip() == "h = sigmoid(z4)"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3.0, "expected (J, gradient); it returned float 3.0"),
        (([1, 2], [3]), "expected J, one number, as the first of (J, gradient); got list [1, 2]"),
        ((1.0, "steep"), "expected the gradient as arrays of numbers; got str 'steep'"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(value, message):
    diagnosis = clearprop.diagnose(lambda theta, X, y: value, (3, 1))
    assert diagnosis.raised.message == message


def test_a_function_that_changes_theta_is_told():
    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        theta[0] = 0
        return J, D

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.right
    assert diagnosis.notes == (("changes-argument", "theta"),)
    assert "changes its argument theta in place" in diagnosis.report()


def test_a_function_with_random_numbers_is_told():
    noise = np.random.default_rng(0)

    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        return J + noise.normal(), D

    assert clearprop.diagnose(f, (3, 1)).raised.kind == "NotRepeatable"


def test_a_function_that_fails_for_one_sample_is_examined_with_more():
    def f(theta, X, y, lambda_):
        if len(X) == 1:
            raise IndexError("too few")
        return logistic_regression(theta, X, y, lambda_)

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.right
    assert {probe.m for probe in diagnosis.probes} == {9, 10, 13}
    assert "With m = 1 it raised IndexError: too few" in diagnosis.report()


def test_a_gradient_that_fits_its_own_wrong_cost_is_said_to():
    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        m = len(X)
        D[0] += lambda_ / m * theta[0]
        return J + lambda_ / 2 / m * theta[0] ** 2, D

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert [cause.id for cause in diagnosis.causes] == ["penalty-bias", "lambda-bias"]
    assert diagnosis.consistent
    assert "The gradient is the derivative of your own cost" in diagnosis.report()
    assert "梯度恰好是你自己写的代价的导数" in diagnosis.report("zh")


def test_a_half_that_is_known_is_named_and_the_other_is_not():
    def f(theta, X, y, lambda_):
        J, D = logistic_regression(theta, X, y, lambda_)
        return -J, D * 1.07

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert (diagnosis.verdict, [cause.id for cause in diagnosis.causes]) == ("wrong", ["cost-sign"])
    assert not diagnosis.explained
    assert {block.kind for block in diagnosis.localised} == {"factor"}
    assert {block.value for block in diagnosis.localised} == {"1.07"}


def test_the_json_is_what_programs_expect():
    edit = (" * sigmoidGradient(z2)", "")
    f = function_of(source_of(LOOP, edit), LOOP)
    report = clearprop.diagnose(f, LOOP.layer_sizes, seed=5).to_dict()
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["verdict"] == "wrong"
    assert report["seed"] == 5
    (cause,) = report["causes"]
    assert cause["id"] == "slope-missing"
    assert cause["where"] == "the gradient, delta^(2)"
    assert cause["sentence"] == "The slope g'(z) is missing from delta."
    assert cause["match"] < 1e-12
    places = [(block["layer"], block["block"]) for block in report["localised"]]
    assert places == [(1, "bias"), (1, "weights")]


def test_the_calls_can_be_repeated():
    edit = (" * sigmoidGradient(z2)", "")
    f = function_of(source_of(LOOP, edit), LOOP)
    diagnosis = clearprop.diagnose(f, LOOP.layer_sizes)
    J, D = f(**diagnosis.arguments())
    assert pytest.approx(diagnosis.expected()[0], rel=1e-12) == J
    np.testing.assert_allclose(D, diagnosis.mistaken()[1], rtol=1e-9)


# -- Functions of theta alone ----------------------------------------------------------------------


def test_a_function_of_theta_alone_is_checked():
    right = clearprop.diagnose(lambda theta: ((theta**4).sum(), 4 * theta**3), theta=np.ones(5))
    assert (right.verdict, right.causes) == ("right", ())
    assert right.check.taylor_slope == pytest.approx(2, abs=0.2)
    wrong = clearprop.diagnose(lambda theta: ((theta**4).sum(), 3 * theta**3), theta=np.ones(5))
    assert (wrong.verdict, wrong.gradient_right) == ("unknown", False)
    assert wrong.check.taylor_slope == pytest.approx(1, abs=0.2)


def test_a_function_of_theta_alone_is_localised_by_layers():
    network = clearprop.Network((3, 4, 2))
    X, y = np.random.default_rng(0).random((6, 3)), [0, 1, 1, 0, 1, 0]

    def f(theta):
        J, D = clearprop.cost_and_gradient(network, theta, X, y)
        D[4:16] *= 1.1
        return J, D

    diagnosis = clearprop.diagnose(f, (3, 4, 2))
    assert [(block.layer, block.block) for block in diagnosis.localised] == [(1, "weights")]
    assert diagnosis.verdict == "unknown"


def test_a_function_of_theta_alone_needs_its_length():
    with pytest.raises(ParameterError, match=r"^theta: <lambda> takes theta alone; expected"):
        clearprop.diagnose(lambda theta: (0, theta))
