"""The public names and their signatures: what changes here changes for everybody."""

import ast
import importlib
import inspect
import pydoc
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network

import clearprop

NAMES = [
    "RECIPES",
    "ClearpropError",
    "DataError",
    "Diagnosis",
    "DivergenceError",
    "Dropout",
    "Ended",
    "EngineError",
    "EpochEnded",
    "Event",
    "Experiment",
    "Explanation",
    "GradientChecked",
    "GradientError",
    "GradientReport",
    "Importance",
    "MLPClassifier",
    "MLPRegressor",
    "Measurement",
    "Model",
    "ModelFileError",
    "Network",
    "Options",
    "ParameterError",
    "Prepared",
    "Progress",
    "Reading",
    "Recipe",
    "Search",
    "Table",
    "TableEncoder",
    "Targets",
    "Training",
    "Validation",
    "__version__",
    "available_engines",
    "check_gradient",
    "choose",
    "cost_and_gradient",
    "cost_and_gradient_loop",
    "course_matrices",
    "diagnose",
    "doctor",
    "engines",
    "equations",
    "exercise",
    "explain",
    "figures",
    "importance",
    "initial_theta",
    "load",
    "measure",
    "predict",
    "prepare",
    "read",
    "register_skl2onnx",
    "save",
    "theta_from_course",
    "updates",
    "web",
]
# Not classes and functions: modules, and values of the language.
MODULES = ["doctor", "engines", "equations", "exercise", "explain", "figures", "updates", "web"]
VALUES = {"RECIPES": dict, "Event": object, "__version__": str}

SIGNATURES = {
    "Experiment": (
        "(rows, recipe, *, task='auto', missing=None, validation_fraction=None, "
        "class_weight=None, engine='auto', callbacks=(), seconds=None, all_rows=False, start=None)"
    ),
    "Model": (
        "(network, theta, targets, encoder=None, image_shape=None, trained=<factory>, bag=())"
    ),
    "Training": (
        "(network, theta, X, Y=None, options=None, *, sample_weight=None, validation=None, "
        "engine='auto', callbacks=(), state=None, history=None, order=None, slice_seconds=0.05)"
    ),
    "Options": (
        "(solver='adam', learning_rate=0.001, schedule='constant', power_t=0.5, momentum=0.9, "
        "nesterov=True, beta_1=0.9, beta_2=0.999, epsilon=1e-08, batch_size=None, epochs=200, "
        "shuffle=True, tol=0.0001, patience=10, early_stopping=False, watch='score', "
        "max_evaluations=15000, check_gradient=True, seed=0, penalty_per_batch=False, "
        "weight_decay=0.01, dropout=0.0, label_smoothing=0.0, clip_norm=None, warmup=0.0)"
    ),
    "Validation": "(X, Y=None, score=None, sample_weight=None)",
    "TableEncoder": (
        "(*, decimal=None, thousands=None, empty=(), numbers=(), categories=(), levels=100, bins=0)"
    ),
    "Reading": (
        "(encoding=None, separator=None, header=None, decimal=None, thousands=None, empty=(), "
        "numbers=(), categories=(), id=(), levels=100)"
    ),
    "available_engines": "()",
    "cost_and_gradient_loop": "(network, theta, X, Y)",
    "course_matrices": "(network, theta)",
    "read": "(source, target=None, need_target=True, reading=Reading())",
    "theta_from_course": "(*matrices)",
    "Network": (
        "(layer_sizes, activation='sigmoid', cost='logistic', regularization=0.0, quantiles=(), "
        "threshold=1.0)"
    ),
    "initial_theta": "(network, seed=None, init='uniform', dtype=float64)",
    "cost_and_gradient": "(network, theta, X, Y, sample_weight=None, engine='auto')",
    "predict": "(network, theta, X, engine='auto')",
    "check_gradient": (
        "(subject, theta, X=None, Y=None, *, step=0.0001, method='differences', sample=None, "
        "seed=0, sample_weight=None, engine='auto', layer_sizes=None, dropout=None)"
    ),
    "diagnose": (
        "(function, layer_sizes=None, *, activation=None, cost='logistic', output=None, "
        "no_bias=False, labels='auto', theta=None, seed=0, lang='en')"
    ),
    "explain": (
        "(subject, *arguments, theta=None, x=None, y=None, sample=0, units=(), source=None, "
        "lang='en')"
    ),
    "choose": (
        "(rows, target=None, *, recipe='modern', lambdas=None, rates=None, dropouts=None, "
        "seconds=300.0, task='auto', missing=None, validation_fraction=None, class_weight=None, "
        "engine='auto', checkpoint=None, every=30.0, resume=False, listen=None)"
    ),
    "Search": "(run, *, class_weight=None, lambdas=None, rates=None, dropouts=None, seconds=300.0)",
    "importance": "(model, table, *, repeats=5, score='auto', seed=0, progress=None)",
    "load": "(path, as_estimator=False)",
    "save": "(model, path)",
}

# What the estimators take beyond scikit-learn's own parameters.
NEWER = {
    "weight_decay": 0.01,
    "dropout": 0.0,
    "clip_norm": None,
    "warmup": 0.0,
    "window_rows": None,
}
EXTRA = {
    "MLPClassifier": {
        "cost": "auto",
        "class_weight": None,
        "init": "scikit-learn",
        "scoring": None,
        "callbacks": None,
        "engine": "auto",
        "label_smoothing": 0.0,
        **NEWER,
    },
    "MLPRegressor": {
        "init": "scikit-learn",
        "scoring": None,
        "callbacks": None,
        "engine": "auto",
        "quantiles": (0.5,),
        "threshold": 1.0,
        **NEWER,
    },
}
# And their methods: fit takes a validation set of one's own, and a folder for checkpoints.
FIT = (
    "(self, X, y=None, sample_weight=None, *, X_val=None, y_val=None, sample_weight_val=None, "
    "checkpoint=None, every=30.0, resume=False"
)
METHODS = {
    "MLPClassifier": {
        "fit": f"{FIT}, classes=None)",
        "partial_fit": "(self, X, y, sample_weight=None, classes=None)",
        "predict": "(self, X)",
        "predict_proba": "(self, X)",
        "predict_log_proba": "(self, X)",
        "score": "(self, X, y, sample_weight=None)",
    },
    "MLPRegressor": {
        "fit": f"{FIT})",
        "partial_fit": "(self, X, y, sample_weight=None)",
        "predict": "(self, X)",
        "score": "(self, X, y, sample_weight=None)",
    },
}
FITTED = [
    "best_loss_",
    "coefs_",
    "intercepts_",
    "loss_",
    "loss_curve_",
    "n_features_in_",
    "n_iter_",
    "n_layers_",
    "n_outputs_",
    "out_activation_",
    "t_",
]


def signature(function: Any) -> str:
    """A signature without its annotations."""
    bare = inspect.signature(function)
    parameters = [
        parameter.replace(
            annotation=parameter.empty,
            default=np.dtype(parameter.default)
            if parameter.default is np.float64
            else parameter.default,
        )
        for parameter in bare.parameters.values()
    ]
    text = str(bare.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
    return text.replace("dtype('float64')", "float64")


def test_the_names() -> None:
    assert clearprop.__all__ == NAMES
    assert dir(clearprop) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there(name: str) -> None:
    value = getattr(clearprop, name)
    if name in VALUES:
        assert isinstance(value, VALUES[name])
    elif name in MODULES:
        assert isinstance(value, ModuleType)
        assert value.__name__.rpartition(".")[2] == name
    else:
        assert value.__name__ == name
        assert value.__module__.startswith("clearprop.")


def test_the_version() -> None:
    assert clearprop.__version__.split(".")[:2] == ["0", "1"]


def test_the_native_engine_is_reached_by_its_name_alone() -> None:
    """So that ``from clearprop import *`` works on an install without the core."""
    native = pytest.importorskip("clearprop.engines.native", exc_type=ImportError)
    assert clearprop.NativeEngine is native.NativeEngine
    assert "NativeEngine" not in NAMES


def test_type_checkers_see_each_name_where_it_is() -> None:
    """The imports under TYPE_CHECKING say the same as the table of names that load lazily."""
    tree = ast.parse(Path(clearprop.__file__).read_text(encoding="utf-8"))
    (block,) = (
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    rooms = dict.fromkeys(clearprop._ROOMS - {"explain"}, "clearprop")
    assert seen == {**clearprop._HOME, **rooms, "explain": "clearprop.explain.request"}


def test_no_other_name() -> None:
    with pytest.raises(AttributeError, match=r"^module 'clearprop' has no attribute 'tarin'$"):
        _ = clearprop.tarin  # type: ignore[attr-defined]


def test_names_come_by_star() -> None:
    code = "from clearprop import *; print(*sorted(name for name in dir() if name[0] != '_'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(name for name in NAMES if name != "__version__")


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature(name: str) -> None:
    assert signature(getattr(clearprop, name)) == SIGNATURES[name]


@pytest.mark.parametrize("name", EXTRA)
def test_the_estimators_take_scikit_learns_parameters_and_a_few_more(name: str) -> None:
    ours = inspect.signature(getattr(clearprop, name)).parameters
    theirs = inspect.signature(getattr(sklearn.neural_network, name)).parameters
    assert list(ours)[: len(theirs)] == list(theirs)
    for parameter, peer in theirs.items():
        assert (ours[parameter].default, ours[parameter].kind) == (peer.default, peer.kind)
    extra = {parameter: ours[parameter].default for parameter in list(ours)[len(theirs) :]}
    assert extra == EXTRA[name]
    assert all(ours[parameter].kind is inspect.Parameter.KEYWORD_ONLY for parameter in extra)


@pytest.mark.parametrize(
    ("name", "method"), [(name, method) for name, methods in METHODS.items() for method in methods]
)
def test_the_estimators_methods(name: str, method: str) -> None:
    assert signature(getattr(getattr(clearprop, name), method)) == METHODS[name][method]


@pytest.mark.parametrize("name", EXTRA)
def test_a_fitted_estimator_has_scikit_learns_attributes(name: str) -> None:
    X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    arguments = {
        "hidden_layer_sizes": (3,),
        "solver": "lbfgs",
        "random_state": 0,
        "max_iter": 2000,
        "alpha": 0.1,
    }
    ours = getattr(clearprop, name)(**arguments).fit(X, y)
    theirs = getattr(sklearn.neural_network, name)(**arguments).fit(X, y)
    fitted = [key for key in vars(theirs) if key.endswith("_") and not key.startswith("_")]
    missing = [key for key in {*fitted, *FITTED} if not hasattr(ours, key)]
    assert missing == []
    assert (ours.n_layers_, ours.n_outputs_) == (theirs.n_layers_, theirs.n_outputs_)
    assert ours.out_activation_ == theirs.out_activation_
    assert [W.shape for W in ours.coefs_] == [W.shape for W in theirs.coefs_]
    assert [b.shape for b in ours.intercepts_] == [b.shape for b in theirs.intercepts_]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in VALUES])
def test_every_public_name_explains_itself(name: str) -> None:
    value = getattr(clearprop, name)
    module = value if name in MODULES else importlib.import_module(value.__module__)
    assert module.__doc__
    assert value.__doc__
    assert ">>>" in value.__doc__, f"{name} has no executed example"


def test_the_package_explain_is_its_function() -> None:
    from clearprop.explain import explain
    from clearprop.explain.request import explain as function

    assert explain is function
    assert inspect.signature(clearprop.explain) == inspect.signature(function)
    # From Python 3.13 on each parameter has a line.
    page = " ".join(pydoc.plain(pydoc.render_doc(clearprop.explain)).split())
    page = page.replace("explain( ", "explain(")
    assert "FUNCTIONS explain(subject: 'Any', *arguments: 'Any', theta: 'Any' = None" in page
    assert "The row that is told, from 0." in page
    text = str(clearprop.explain(clearprop.Network((1, 1)), [0.0, 1.0], [2.0], 1))
    assert text.startswith("One sample, explained\n")
