"""Models of ONNX files: the same numbers as onnxruntime's, and what is refused."""

import re

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from clearprop import ModelFileError, Network, ParameterError, Targets
from clearprop.export.onnx.whole import written
from clearprop.model import Model
from clearprop.network.parameters import initial_theta

DRAW = np.random.default_rng(0)
X = DRAW.normal(3, 5, (60, 4)).astype(np.float32)
W = DRAW.normal(size=(4, 3)).astype(np.float32)
V = DRAW.normal(size=(3, 2)).astype(np.float32)
B, C = (DRAW.normal(size=n).astype(np.float32) for n in (3, 2))
FOUR = np.array([1, 2, 0.5, -1], np.float32)


def node(op, inputs, output, **attributes):
    return helper.make_node(op, inputs.split(), [output], name=f"the_{op}_{output}", **attributes)


def a_file(path, nodes, outputs=("y",), kind=onnx.TensorProto.FLOAT, shape=("n", 4), **constants):
    constants = {"W": W, "V": V, "B": B, "C": C, "four": FOUR, **constants}
    used = {name for of in nodes for name in of.input}
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, kind, None) for name in outputs],
        [numpy_helper.from_array(value, k) for k, value in constants.items() if k in used],
    )
    ml = helper.make_opsetid("ai.onnx.ml", 3)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), ml], ir_version=8)
    onnx.save(made, path)
    return path


def theirs(path, rows=X):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows})[0]


DENSE = [node("MatMul", "x W", "p"), node("Add", "p B", "z"), node("Relu", "z", "a")]
LAST = [node("Gemm", "a V C", "y")]


@pytest.mark.parametrize(
    "nodes",
    [
        [*DENSE, *LAST],
        [node("Gemm", "x Wt B", "z", transB=1, alpha=0.5, beta=2.0), DENSE[2], *LAST],
        [node("Transpose", "Wt", "U"), node("MatMul", "x U", "z"), DENSE[2], *LAST],
        [*DENSE[:2], node("LeakyRelu", "z", "a"), *LAST],
        [*DENSE[:2], node("Sigmoid", "z", "s"), node("Mul", "z s", "a"), *LAST],
        [
            node("Sub", "x four", "u"),
            node("Div", "u four", "v"),
            node("MatMul", "v W", "p"),
            *DENSE[1:],
            *LAST,
        ],
        [node("Sub", "four x", "v"), node("MatMul", "v W", "p"), *DENSE[1:], *LAST],
        [
            node("Scaler", "x", "v", domain="ai.onnx.ml", offset=[1.0, 2, 3, 4], scale=[2.0] * 4),
            node("MatMul", "v W", "p"),
            *DENSE[1:],
            *LAST,
        ],
        [
            node("Identity", "x", "i"),
            node("Flatten", "i", "f"),
            node("BatchNormalization", "f four four four var", "v"),
            node("MatMul", "v W", "p"),
            *DENSE[1:],
            node("Dropout", "a", "d"),
            node("Gemm", "d V C", "y"),
        ],
        [*DENSE, node("Gemm", "a V C", "q"), node("Mul", "q two", "r"), node("Add", "r C", "y")],
    ],
)
def test_chains_of_dense_layers(tmp_path, nodes):
    extra = {"Wt": W.T.copy(), "var": np.abs(FOUR), "two": np.array([2], np.float32)}
    path = a_file(tmp_path / "net.onnx", nodes, **extra)
    ours = Model.from_onnx(path, cost="squared")
    assert ours.theta.dtype == np.float32
    assert np.allclose(ours.predict(X), theirs(path), rtol=1e-5, atol=1e-4)


def test_images_are_unrolled_row_by_row(tmp_path):
    path = a_file(
        tmp_path / "net.onnx",
        [node("Flatten", "x", "f"), node("MatMul", "f W", "p"), *DENSE[1:], *LAST],
        shape=("n", 1, 2, 2),
    )
    ours = Model.from_onnx(path, cost="squared")
    images = X.reshape(-1, 1, 2, 2)
    assert np.allclose(ours.predict(X), theirs(path, images), rtol=1e-5, atol=1e-4)


def test_weights_may_lie_in_a_file_beside_it_and_nowhere_else(tmp_path):
    folder = tmp_path / "net"
    folder.mkdir()
    path = a_file(folder / "net.onnx", [*DENSE, *LAST])
    whole = Model.from_onnx(path, cost="squared").predict(X)
    made = onnx.load(path)
    onnx.save(made, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    assert (Model.from_onnx(path, cost="squared").predict(X) == whole).all()
    (folder / "weights.bin").rename(tmp_path / "weights.bin")
    made = onnx.load(path, load_external_data=False)
    for tensor in made.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = "../weights.bin"
    path.write_bytes(made.SerializeToString())
    with pytest.raises(ModelFileError, match=r"net\.onnx: is no ONNX file that can be read: "):
        Model.from_onnx(path, cost="squared")


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "silu", "leaky_relu"])
def test_what_export_writes_of_a_network_comes_back(tmp_path, classes, activation):
    targets = Targets.fit(np.arange(classes).repeat(2), task="classification")
    cost = targets.default_cost()
    network = Network((4, 5, 3, targets.n_units(cost)), activation, cost)
    model = Model(network, initial_theta(network, 0, dtype=np.float32), targets)
    onnx.save(written(model, np.float32), tmp_path / "m.onnx")
    back = Model.from_onnx(tmp_path / "m.onnx", range(classes))
    assert (back.theta == model.theta).all()
    assert back.network == network


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (
            [*DENSE, node("Erf", "a", "e"), node("Gemm", "e V C", "y")],
            "node 'the_Erf_e' (Erf): expected one of Gemm, MatMul,",
        ),
        (
            [*DENSE, node("Concat", "a z", "k", axis=1), node("MatMul", "k V", "y")],
            "node 'the_Concat_k' (Concat): expected one of",
        ),
        (
            [*DENSE, node("Add", "a z", "k"), node("MatMul", "k V", "y")],
            "node 'the_Add_k' (Add): joins 2 branches; expected a chain",
        ),
        ([node("Div", "four x", "y")], "node 'the_Div_y' (Div): divides by the numbers of a row"),
        (
            [node("MatMul", "W x", "y")],
            "node 'the_MatMul_y' (MatMul): takes the rows as its second matrix",
        ),
        (
            [node("Gemm", "x W", "y", transA=1)],
            "takes the rows as its second matrix, or transposed",
        ),
        (
            [*DENSE[:2], node("LeakyRelu", "z", "a", alpha=0.5), *LAST],
            "has the slope 0.5 below 0; expected 0.01",
        ),
        ([*DENSE[:2], node("Add", "z C", "y")], "scales or shifts 2 numbers; a row has 3 there"),
        ([node("Gemm", "nothing W", "y")], "nothing gives 'nothing'"),
        ([node("Gemm", "x", "y")], "node 'the_Gemm_y' (Gemm): cannot be read: list index"),
        ([node("BatchNormalization", "x four", "y")], "(BatchNormalization): cannot be read: "),
        ([node("Relu", "y", "z"), node("Relu", "z", "y")], "nothing gives "),  # a circle
        # With fewer or more inputs than their operators have.
        *(
            ([node(op, names, "y")], f"({op}): expected two inputs; got {n}")
            for op in ("Add", "Sub", "Mul", "Div", "MatMul")
            for names, n in (("x", 1), ("x four four", 3))
        ),
        ([node("Sigmoid", "", "s"), node("Mul", "x s", "y")], "(Mul): joins 2 branches"),
        ([node("Sigmoid", "x x", "s"), node("Mul", "x s", "y")], "(Mul): joins 2 branches"),
        ([node("Concat", "x", "y")], "(Concat): expected one of"),
        *(
            ([node("Sub", names, "s"), node("Concat", "s x", "y")], "(Concat): expected one of")
            for names in ("", "four", "four x x")
        ),
    ],
)
def test_a_node_that_is_no_layer_is_named(tmp_path, nodes, message):
    path = a_file(tmp_path / "net.onnx", nodes)
    with pytest.raises(ParameterError, match=re.escape(message)) as caught:
        Model.from_onnx(path, cost="squared")
    assert str(caught.value).startswith(str(path))


def test_the_message_is_that_of_the_output_that_went_farthest(tmp_path):
    nodes = [
        *DENSE,
        node("Gemm", "a V C", "q"),
        node("Erf", "q", "w"),
        node("Softmax", "w", "y"),
        node("Erf", "w", "t"),
    ]
    path = a_file(tmp_path / "net.onnx", nodes, outputs=("t", "y"))
    with pytest.raises(ParameterError, match="node 'the_Erf_w'"):
        Model.from_onnx(path, [0, 1])


def test_an_output_of_labels_is_passed_over(tmp_path):
    nodes = [*DENSE, node("Gemm", "a V C", "y"), node("ArgMax", "y", "k")]
    path = a_file(tmp_path / "net.onnx", nodes, outputs=("k",), kind=onnx.TensorProto.INT64)
    with pytest.raises(ParameterError, match="has no output of numbers"):
        Model.from_onnx(path, [0, 1])


@pytest.mark.parametrize("data", [b"", b"\x08\xff", b"PK\x03\x04 no network"])
def test_a_file_that_is_none_ends_in_one_line(tmp_path, data):
    path = tmp_path / "net.onnx"
    path.write_bytes(data)
    with pytest.raises((ModelFileError, ParameterError)) as caught:
        Model.from_onnx(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ModelFileError, match="there is no such file"):
        Model.from_onnx(tmp_path / "none.onnx")
