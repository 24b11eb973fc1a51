"""Models of PyTorch's Sequentials: the same numbers as PyTorch's, and what is refused."""

import re

import numpy as np
import pytest

from clearprop import Model, ParameterError

torch = pytest.importorskip("torch")
nn = torch.nn
X = np.random.default_rng(0).normal(3, 5, (60, 4)).astype(np.float32)


def theirs(module, dtype=torch.float32):
    with torch.no_grad():
        return module.eval()(torch.tensor(X, dtype=dtype)).numpy()


@pytest.mark.parametrize("activation", ["ReLU", "Tanh", "Sigmoid", "SiLU", "LeakyReLU"])
def test_every_activation(activation):
    g = getattr(nn, activation)
    module = nn.Sequential(nn.Linear(4, 6), g(), nn.Linear(6, 5), g(), nn.Linear(5, 2)).double()
    ours = Model.from_torch(module, cost="squared")
    assert np.abs(ours.predict(X) - theirs(module, torch.float64)).max() < 1e-12
    assert ours.theta.dtype == np.float64


def test_parts_that_only_scale_drop_or_reshape():
    module = nn.Sequential(
        nn.Flatten(),
        nn.BatchNorm1d(4),
        nn.Sequential(nn.Linear(4, 6, bias=False), nn.BatchNorm1d(6, affine=False), nn.Tanh()),
        nn.Dropout(0.5),
        nn.Identity(),
        nn.Linear(6, 3),
        nn.LogSoftmax(1),
    )
    for _ in range(5):
        module.train()(torch.tensor(X))
    ours = Model.from_torch(module, ["x", "y", "z"])
    assert np.abs(ours.predict_proba(X) - np.exp(theirs(module))).max() < 1e-6
    assert ours.network.layer_sizes == (4, 6, 3)
    assert ours.theta.dtype == np.float32


def test_one_activation_may_stand_for_all_layers():
    g = nn.Tanh()
    module = nn.Sequential(nn.Linear(4, 6), g, nn.Linear(6, 6), g, nn.Linear(6, 2))
    ours = Model.from_torch(module, cost="squared")
    assert ours.network.layer_sizes == (4, 6, 6, 2)
    assert np.abs(ours.predict(X) - theirs(module)).max() < 1e-6


def test_logits_of_classes():
    module = nn.Sequential(nn.Linear(4, 3))
    ours = Model.from_torch(module, range(3), cost="softmax")
    assert (ours.predict(X) == theirs(module).argmax(axis=1)).all()
    module = nn.Sequential(nn.Linear(4, 1))
    ours = Model.from_torch(module, ["no", "yes"], cost="logistic")
    assert (ours.predict(X) == np.where(theirs(module)[:, 0] > 0, "yes", "no")).all()


def test_several_labels_a_row():
    module = nn.Sequential(nn.Linear(4, 3), nn.Sigmoid())
    ours = Model.from_torch(module, multilabel=True)
    assert (ours.predict(X) == (theirs(module) > 0.5)).all()


ONE, TWO = nn.Linear(4, 2), nn.Linear(2, 2)


@pytest.mark.parametrize(
    ("parts", "options", "message"),
    [
        ([ONE, nn.GELU()], {}, "module: 1 (GELU): expected one of Linear, ReLU"),
        ([nn.Sequential(nn.Conv1d(1, 1, 1))], {}, "module: 0.0 (Conv1d): expected one of"),
        ([nn.ReLU(), ONE], {}, "module: 0 (ReLU): follows no layer of weights"),
        (
            [ONE, nn.ReLU(), TWO, nn.Tanh(), TWO],
            {},
            "module: expected one activation in all hidden layers; got relu, tanh",
        ),
        ([ONE, nn.Linear(3, 1)], {}, "1 (Linear): takes 3 numbers, and the layer before gives 2"),
        ([ONE, nn.LeakyReLU(0.2), TWO], {}, "has the slope 0.2 below 0; expected 0.01"),
        ([ONE, nn.BatchNorm1d(2, track_running_stats=False)], {}, "keeps no running mean"),
        ([ONE, nn.Sigmoid(), nn.BatchNorm1d(2)], {}, "numbers are scaled behind the last sigmoid"),
        ([ONE, nn.Softmax(1), TWO], {}, "module: softmax stands before the last layer"),
        ([nn.Flatten(0)], {}, "module: 0 (Flatten): begins at dimension 0; expected 1"),
        ([nn.Dropout()], {}, "module: expected at least one dense layer; got none"),
        ([ONE], {}, "cost: the network ends in a linear layer, which does not tell what it gives;"),
        ([ONE, nn.ReLU()], {}, "cost: the network ends in relu, which no cost has;"),
        ([ONE], {"cost": "sofmax"}, "got 'sofmax' (did you mean \"softmax\"?)"),
        (
            [ONE, nn.Sigmoid()],
            {"cost": "squared"},
            "cost: squared needs a last layer that is linear or identity; the network ends in "
            "sigmoid",
        ),
        (
            [ONE, nn.Softmax(1)],
            {},
            "classes: expected 2 different labels, one for each output in its order; got none",
        ),
        ([ONE, nn.Softmax(1)], {"classes": [1, 1]}, "one for each output in its order; got [1, 1]"),
        (
            [nn.Linear(4, 1), nn.Sigmoid()],
            {"classes": "a"},
            "classes: expected the labels of no and of yes, such as [0, 1]; got ['a']",
        ),
        ([ONE], {"cost": "squared", "classes": [0, 1]}, "classes: the squared cost is for numbers"),
        ([ONE, nn.Sigmoid()], {"multilabel": True, "classes": [0, 1]}, "are 0 and 1; leave them"),
    ],
)
def test_what_is_refused(parts, options, message):
    with pytest.raises(ParameterError, match=re.escape(message)):
        Model.from_torch(nn.Sequential(*parts), **options)


def test_another_module_goes_by_way_of_a_file():
    message = (
        "module: expected a torch.nn.Sequential .* got LSTM; other modules go by way of a file"
    )
    with pytest.raises(ParameterError, match=message):
        Model.from_torch(nn.LSTM(2, 2))
