"""What each parameter is given is told by its name, in any order and spelling."""

import numpy as np
import pytest
from learners.logistic_regression import logistic_regression

import clearprop
from clearprop.doctor.learner.adapters import function_entries
from clearprop.doctor.learner.survey import Function, Parameter, Survey


def test_names_in_any_order_and_spelling():
    def f(y, Lambda, X, nn_params):
        return logistic_regression(nn_params, X, y, Lambda)

    assert clearprop.diagnose(f, (3, 1)).verdict == "right"


def test_a_function_without_lambda_is_asked_without():
    def f(theta, X, y, verbose=False):
        return logistic_regression(theta, X, y, 0)

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.verdict == "right"
    assert {probe.lambda_ for probe in diagnosis.probes} == {0.0}


def test_what_cannot_be_asked_is_unknown():
    def f(colour, shape, size, weather):
        return 0, colour

    diagnosis = clearprop.diagnose(f, (3, 1))
    assert diagnosis.verdict == "unknown"
    assert diagnosis.raised.kind == "Signature"


# Parameter lists as learners write them, of logistic regression or one hidden layer, and the values
# that each parameter must be given, in order.
LISTS = {
    "theta, X, y, reg_param": "theta X y lambda_",
    "params, images, labels, reg": "theta X y lambda_",
    "w, b, X, Y": "weights[0] biases[0] X y",
    "W0, b0, W1, b1, x_batch, y_true": "weights[0] biases[0] weights[1] biases[1] X y",
    "x, t, w_in, b_in, w_out, b_out": "X y weights[0] biases[0] weights[1] biases[1]",
    "X, y, Wh, bh, Wo, bo": "X y weights[0] biases[0] weights[1] biases[1]",
    "data, targets, wih, who": "X y weights[0] weights[1]",
    "features, answers, weights1, bias1, weights2, bias2": (
        "X y weights[0] biases[0] weights[1] biases[1]"
    ),
    "Theta1, Theta2, X, y, lmbda": "thetas[0] thetas[1] X y lambda_",
    "nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lam": (
        "theta sizes[0] sizes[1] sizes[-1] X y lambda_"
    ),
    "backprop_params, input_size, hidden_size, num_labels, X, y, learning_rate": None,
    "weights, biases, inputs, one_hot": "weights biases X y",
    "X_train, y_train, all_theta": "X y thetas",
    "parameters, X, Y": "theta X y",
    "q, a, w1, w2, b1, b2": "X y weights[0] weights[1] biases[0] biases[1]",
}


@pytest.mark.parametrize("written", [k for k, v in LISTS.items() if v])
def test_parameter_lists_are_understood(written):
    names = written.split(", ")
    function = Function("f", tuple(Parameter(name, True) for name in names))
    values = LISTS[written].split()
    n = max(2, 2, *(int(v[-2]) + 1 for v in values if v[-1] == "]" and v[-2].isdigit()))
    n = 1 if values[:2] == ["weights[0]", "biases[0]"] and len(values) == 4 else n
    entries = function_entries(Survey((function,)), function, n)
    found = [[value for _, value in entry.arguments] for entry in entries]
    assert values in found, found[:3]


def test_the_course_s_last_parameter_may_be_called_a_learning_rate():
    def backprop(params, input_size, hidden_size, num_labels, X, y, learning_rate):
        network = clearprop.Network(
            (input_size, hidden_size, num_labels),
            "sigmoid",
            "logistic",
            regularization=learning_rate,
        )
        return clearprop.cost_and_gradient(network, params, X, np.eye(num_labels)[y])

    assert clearprop.diagnose(backprop, (4, 5, 3), labels="0").verdict == "right"


def test_gradients_in_a_dict_are_matched_by_their_keys():
    def loss(W1, b1, W2, b2, X, Y):
        network = clearprop.Network((len(W1), len(b1), len(b2)), "tanh", "softmax")
        theta = np.concatenate([np.vstack([b1, W1]).ravel(), np.vstack([b2, W2]).ravel()])
        J, D = clearprop.cost_and_gradient(network, theta, X, Y)
        first = (W1.shape[0] + 1) * W1.shape[1]
        D1, D2 = D[:first].reshape(-1, len(b1)), D[first:].reshape(-1, len(b2))
        return {"db2": D2[0], "dZ2": X, "dW2": D2[1:], "db1": D1[0], "dW1": D1[1:]}, J

    diagnosis = clearprop.diagnose(loss, (4, 5, 3), activation="tanh", cost="softmax")
    assert diagnosis.verdict == "right"
    assert diagnosis.way.samples == "rows"
    assert diagnosis.way.layout == "w,b"
