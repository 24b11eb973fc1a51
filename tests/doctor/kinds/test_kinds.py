"""Kinds of code that people write in public: each program is right, and each change is a mistake.

Every row is a program, how its author would start the doctor, the verdict with its conventions, and
changes of its text with the causes that they make.
"""

from pathlib import Path

import pytest

from clearprop.doctor.examine import diagnose_callee
from clearprop.doctor.learner.child import ChildProcess
from clearprop.doctor.stated import Stated

HERE = Path(__file__).parent
SIGMOIDS = {"cost": "quadratic"}
TANHS = {"cost": "squared", "activation": "tanh", "output": "tanh"}

# (file, entries, sizes, stated, verdict, conventions, {change: causes})
PROGRAMS = [
    # networks as lists of dicts, one for each neuron
    (
        "units_tutorial.py", ("train_network", "backward_propagate_error", ""), (3, 3, 2), SIGMOIDS,
        "right", [],
        {
            ("expected[j] - neuron", "0 - expected[j] + neuron"): ["update-sign"],
            ("l_rate * neuron[\"delta\"]\n", "0.0\n"): ["update-lost"],
            ('neuron["delta"] *', 'neuron["delta"] / (1 - neuron["output"]) *'): ["weights-slope"],
        },
    ),
    (
        "units_bias_apart.py", ("sgd", "backprop"), (3, 4, 2), TANHS, "right", [],
        {
            ('u["b"] -=', 'u["b"] +='): ["sign"],
            ('back * (1 - unit["a"]', 'back * (1 - unit["z"]'): ["slope-z-for-a"],
        },
    ),
    (
        "units_bias_first.py", ("learn",), (3, 3, 2), SIGMOIDS, "right", [],
        {('m["weights"][j + 1]', 'm["weights"][j]'): ["flow-wrong-element"]},
    ),
    ("units_objects.py", ("Network",), (2, 3, 2), SIGMOIDS, "right", [],
     {("(self.output_layer, self.hidden_layer)", "(self.hidden_layer,)"): ["update-lost"]}),
    ("neuron_alone.py", ("AdalineNeuron",), (3, 1), {"cost": "squared"}, "right", [],
     {("self.bias +=", "self.bias -="): ["sign"]}),
    ("class_threshold_cn.py", ("BP",), (4, 3, 2), SIGMOIDS, "right", [],
     {("self.gamma -=", "self.gamma +="): ["sign"]}),
    # weights that are made in fit
    ("fit_softmax_rows.py", ("SoftmaxReg",), (4, 3), {"cost": "softmax"}, "right", [],
     {("X.T.dot(diff) / len(X)", "X.T.dot(diff)"): ["weights-not-averaged"]}),
    ("fit_params_dict.py", ("NeuralNet.fit", "NeuralNet.back_propagation"), (4, 7, 1),
     {"activation": "relu"}, "right", [],
     {(' * np.where(self.params["Z1"] > 0, 1, 0)', ""): ["slope-missing"]}),
    ("fit_linear_gd.py", ("LinearRegressionGD.train",), (4, 1), {"cost": "squared"}, "right", [],
     {("db = (1 / m) *", "db ="): ["bias-not-averaged"]}),
    ("fit_minibatch.py", ("NeuralNetMLP",), (4, 5, 3), {}, "other-cost",
     ["sum-for-mean", "penalty-half-sum"], {}),
    ("fit_coef_function.py", ("logistic_regression",), (4, 1), {}, "right", [], {}),
    ("fit_adaline.py", ("AdalineGD",), (4, 1), {"cost": "squared"}, "other-cost",
     ["sum-for-mean"], {}),
    ("units_step.py", ("train_step", "backward"), (3, 4, 2), SIGMOIDS, "right", [], {}),
    # scripts whose weights are names of the file
    ("script_eleven_lines.py", ("",), (3, 4, 1), SIGMOIDS, "other-cost",
     ["no-biases", "sum-for-mean"],
     {("l1_error = l2_delta", "l1_error = l2_error"): ["flow-slope-lost"],
      ("syn0 +=", "syn0 -="): ["sign"]}),
    ("script_train_function.py", ("train",), (4, 5, 3), {"cost": "softmax", "activation": "tanh"},
     "right", [], {("(1 - hidden**2)", "(1 - hidden)"): ["slope-half"]}),
    ("script_columns_globals.py", ("backward", ""), (2, 6, 1), {"activation": "tanh"}, "right", [],
     {(" * (1 - A1**2)", ""): ["slope-missing"]}),
    ("script_data_missing.py", ("",), (4, 1), {}, "right", [],
     {("np.sum(h - t) / len(t)", "np.sum(h - t)"): ["bias-not-averaged"]}),
    ("script_samples_in_main.py", ("",), (3, 5, 2), SIGMOIDS, "other-cost", ["no-biases"],
     {("h * (1-h)", "h * (1+h)"): ["slope-half"]}),
    ("script_dict.py", ("",), (2, 4, 1), {"activation": "tanh"}, "right", [],
     {(" * (1 - A1**2)", ""): ["slope-missing"]}),
    # parameters in a class, objectives in a function, stacks of layers, scalar engines
    ("params_dataclass.py", ("backprop", "sgd"), (3, 4, 1), {"activation": "relu"}, "right", [],
     {("d1.sum(1, keepdims=True)", "d1.mean(1, keepdims=True)"): ["bias-averaged-twice"]}),
    ("closure_dict.py", ("build_loss",), (4, 5, 3), {"cost": "softmax", "activation": "relu"},
     "right", [], {("hidden <= 0", "hidden < 0"): ["slope-missing"]}),
    ("closure_vector.py", ("logreg_objective",), (4, 1), {}, "right", [],
     {("(p - target) / len(target)", "(p - target)"): ["average-missing"]}),
    ("stack_use_loss.py", ("net", "Network.fit"), (2, 3, 1), TANHS, "other-cost",
     ["cost-without-half"], {}),
    ("stack_in_main.py", ("Sequential", ""), (4, 5, 3), {"cost": "softmax", "activation": "relu"},
     "right", [], {("return grad * self.mask", "return grad"): ["slope-missing"]}),
    ("engine_mlp.py", ("MLP",), (3, 4, 1), TANHS, "right", [],
     {("(1 - t**2) *", "(1 - t) *"): ["delta-output-slope-half", "slope-half"]}),
    ("engine_local.py", ("loss_fn",), (3, 4, 2), {}, "right", [], {}),
]  # fmt: skip

LONG = pytest.mark.long
# One program of each kind, whose mistake every run holds.
FIRST = {p[0].partition("_")[0]: p[0] for p in reversed(PROGRAMS) if p[-1]}.values()


def asked(path, entry, sizes, stated):
    with ChildProcess(path, entry) as learner:
        return diagnose_callee(learner, Stated(sizes, **stated))


@pytest.mark.parametrize(
    ("file", "entry", "sizes", "stated", "verdict", "conventions"),
    [
        pytest.param(file, entry, *rest, id=f"{file}:{entry}", marks=LONG if i else ())
        for file, entries, *rest, _ in PROGRAMS
        for i, entry in enumerate(entries)
    ],
)
def test_right_programs_are_called_right(file, entry, sizes, stated, verdict, conventions):
    found = asked(HERE / file, entry, sizes, stated)
    assert (found.verdict, [c.id for c in found.conventions]) == (verdict, conventions)
    assert not found.notes or {key for key, _ in found.notes} <= {"top-level-failed"}


@pytest.mark.parametrize(
    ("file", "entry", "sizes", "stated", "change", "causes"),
    [
        pytest.param(
            file,
            entries[0],
            sizes,
            stated,
            change,
            causes,
            id=f"{file}-{causes[0]}",
            marks=() if file in FIRST and not i else LONG,
        )
        for file, entries, sizes, stated, _, _, changes in PROGRAMS
        for i, (change, causes) in enumerate(changes.items())
    ],
)
def test_each_mistake_is_named(tmp_path, file, entry, sizes, stated, change, causes):
    text = (HERE / file).read_text(encoding="utf-8")
    assert change[0] in text
    wrong = tmp_path / file
    wrong.write_text(text.replace(*change), encoding="utf-8")
    found = asked(wrong, entry, sizes, stated)
    assert (found.verdict, [cause.id for cause in found.causes]) == ("wrong", causes)


def test_finite_differences_of_the_own_cost_prove_a_mistake_without_a_name(tmp_path):
    file, sizes, stated = "dropout_fixed_seed.py", (4, 5, 1), {"activation": "tanh"}
    right = asked(HERE / file, "loss_grads", sizes, stated)
    assert (right.verdict, right.consistent) == ("unknown", True)  # no stated cost has dropout
    wrong = tmp_path / file
    text = (HERE / file).read_text(encoding="utf-8")
    wrong.write_text(text.replace(" * mask * (1", " * (1"), encoding="utf-8")
    found = asked(wrong, "loss_grads", sizes, stated)
    assert (found.verdict, found.causes) == ("wrong", ())
    assert [(b.layer, b.block) for b in found.localised] == [(1, "bias"), (1, "weights")]
    assert "the gradient is right in b2, W2, and wrong in b1, W1" in " ".join(
        found.report().split()
    )
    assert "梯度在 b2、W2 处是对的" in found.report("zh")


def test_thresholds_are_said_to_be_subtracted():
    found = asked(HERE / "class_threshold_cn.py", "BP", (4, 3, 2), SIGMOIDS)
    assert "where b is a threshold (z = x W - b)" in " ".join(found.report().split())
    assert "b 是阈值" in found.report("zh")
