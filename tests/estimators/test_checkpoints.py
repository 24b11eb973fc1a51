"""A fit that is killed goes on from its folder to the same bits."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

from clearprop import MLPClassifier, MLPRegressor
from clearprop.errors import ModelFileError, ParameterError
from clearprop.training import EpochEnded, Progress


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


RUNS = {
    "classifier": (MLPClassifier, {"early_stopping": True, "n_iter_no_change": 20}),
    "dropout": (MLPClassifier, {"dropout": 0.3, "solver": "adamw"}),
    "regressor": (MLPRegressor, {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.1}),
}


class Killed(Exception):  # noqa: N818  a stand-in for SIGKILL
    pass


def estimator(name, **others):
    kind, parameters = RUNS[name]
    return kind(
        hidden_layer_sizes=(5,), random_state=3, max_iter=7, batch_size=20, **(parameters | others)
    )


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("name", RUNS)
def test_a_killed_fit_goes_on_to_the_same_bits(iris, tmp_path, name):
    X, y = iris
    whole = estimator(name).fit(X, y)

    def kill(event):
        if isinstance(event, EpochEnded | Progress) and event.done >= 3:
            raise Killed

    with pytest.raises(Killed):
        estimator(name, callbacks=[kill]).fit(X, y, checkpoint=tmp_path, every=1e-9)
    seen = []
    again = estimator(name, callbacks=[seen.append])
    again.fit(X, y, checkpoint=tmp_path, resume=True)
    assert next(event.epoch for event in seen if isinstance(event, EpochEnded)) == 3
    assert again.theta_.tobytes() == whole.theta_.tobytes()
    assert again.loss_curve_ == pytest.approx(whole.loss_curve_, rel=1e-14)
    assert (again.n_iter_, again.t_) == (whole.n_iter_, whole.t_)
    assert again.validation_scores_ == whole.validation_scores_
    third = estimator(name).fit(X, y, checkpoint=tmp_path, resume=True)  # after the end
    assert third.theta_.tobytes() == whole.theta_.tobytes()


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_what_cannot_go_on_is_said(iris, tmp_path):
    X, y = iris
    with pytest.raises(ParameterError) as caught:
        MLPClassifier().fit(X, y, checkpoint=tmp_path)
    assert str(caught.value) == (
        "random_state: expected a whole number beside a checkpoint, since a fit that goes on draws "
        "the same again; got None"
    )
    with pytest.raises(ParameterError, match="solver lbfgs cannot go on from one"):
        estimator("classifier", solver="lbfgs", early_stopping=False).fit(X, y, checkpoint=tmp_path)
    estimator("classifier").fit(X, y, checkpoint=tmp_path)
    for others, what in {
        "init": ({"init": "he"}, "init was 'scikit-learn' and is 'he'"),
        "random_state": ({"random_state": 4}, "random_state was 3 and is 4"),
        "scoring": ({"scoring": "f1_macro"}, "scoring was None and is 'f1_macro'"),
    }.values():
        other = estimator("classifier").set_params(**others)
        with pytest.raises(ModelFileError, match=what):
            other.fit(X, y, checkpoint=tmp_path, resume=True)
    with pytest.raises(ParameterError, match="holds a run already"):
        estimator("classifier").fit(X, y, checkpoint=tmp_path)
    with pytest.raises(ModelFileError, match="X had dtype float64, and has float32 now"):
        estimator("classifier").fit(X.astype("f4"), y, checkpoint=tmp_path, resume=True)
    assert np.isfinite(estimator("classifier").fit(X, y).theta_).all()
