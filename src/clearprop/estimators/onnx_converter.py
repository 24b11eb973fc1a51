"""Our estimators inside a pipeline that skl2onnx converts."""

from __future__ import annotations

from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.estimators.classifier import MLPClassifier
from clearprop.estimators.regressor import MLPRegressor
from clearprop.export.onnx.answers import write_answers
from clearprop.export.onnx.graph import Graph
from clearprop.export.onnx.layers import write_network
from clearprop.model import Model

__all__ = ["register_skl2onnx"]


def register_skl2onnx() -> None:
    """Let skl2onnx convert ``MLPClassifier`` and ``MLPRegressor``, alone or in a pipeline.

    Call it once before ``to_onnx`` or ``convert_sklearn``. The options are those of scikit-learn's
    classifiers, ``zipmap`` among them. Labels that are true and false, or numbers with a fraction,
    become whole numbers, as skl2onnx does elsewhere. A pipeline with a ``TableEncoder`` is exported
    whole by ``clearprop export --onnx``.

    Raises
    ------
    ClearpropError
        Without the library skl2onnx.

    Examples
    --------
    >>> register_skl2onnx()
    >>> from skl2onnx import to_onnx
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], np.float32)
    >>> estimator = MLPClassifier(solver="lbfgs", random_state=0).fit(X, [0, 0, 0, 1])
    >>> made = to_onnx(estimator, X[:1], options={"zipmap": False})
    >>> [output.name for output in made.graph.output]
    ['label', 'probabilities']
    """
    try:
        from skl2onnx import update_registered_converter
    except ImportError as error:
        raise ClearpropError(
            f"register_skl2onnx: needs {error.name}: pip install skl2onnx"
        ) from None
    options = {
        "zipmap": [True, False, "columns"],
        "output_class_labels": [False, True],
        "nocl": [True, False],
    }
    name = "ClearpropMLP"
    update_registered_converter(
        MLPClassifier, f"{name}Classifier", _classifier_types, _convert, options=options
    )
    update_registered_converter(MLPRegressor, f"{name}Regressor", _regressor_types, _convert)


def _dtype(operator: Any) -> Any:
    """float64 where the rows are, else float32."""
    from skl2onnx.common.data_types import DoubleTensorType

    return np.float64 if isinstance(operator.inputs[0].type, DoubleTensorType) else np.float32


def _numbers(operator: Any, *shape: Any) -> Any:
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

    kind = DoubleTensorType if _dtype(operator) == np.float64 else FloatTensorType
    return kind([operator.inputs[0].get_first_dimension(), *shape])


def _classifier_types(operator: Any) -> None:
    from skl2onnx.common.data_types import Int64TensorType, StringTensorType

    targets = operator.raw_operator.to_model().targets
    n = len(targets.classes)
    kind = StringTensorType if targets.classes.dtype.kind == "U" else Int64TensorType
    labels = [n] if targets.task == "multilabel" else []
    operator.outputs[0].type = kind([operator.inputs[0].get_first_dimension(), *labels])
    operator.outputs[1].type = _numbers(operator, n)


def _regressor_types(operator: Any) -> None:
    targets = operator.raw_operator.to_model().targets
    operator.outputs[0].type = _numbers(operator, len(targets.mean))


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Write the estimator's graph into skl2onnx's, under names that are free there."""
    from onnx import TensorProto, helper

    dtype, rows = _dtype(operator), operator.inputs[0].full_name
    graph = _graph(operator.raw_operator.to_model(), dtype)
    names = {"rows": scope.get_unique_variable_name("rows")}
    to = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    given = operator.outputs[0].full_name
    cast = scope.get_unique_operator_name("rows")
    container.add_node("Cast", rows, names["rows"], name=cast, to=to)
    for tensor, variable in zip(graph.outputs, operator.outputs, strict=True):
        names[tensor.name] = variable.full_name
    label = graph.outputs[0]
    if np.dtype(label.dtype).kind in "bf" and len(graph.outputs) > 1:
        names[label.name] = scope.get_unique_variable_name("label_before")
        cast = scope.get_unique_operator_name("label")
        container.add_node("Cast", names[label.name], given, name=cast, to=TensorProto.INT64)
    for name, value in graph.constants.items():
        names[name] = scope.get_unique_variable_name(name)
        text = value.dtype.kind == "U"
        kind = TensorProto.STRING if text else helper.np_dtype_to_tensor_dtype(value.dtype)
        flat = [cell.encode("utf-8") for cell in value.ravel()] if text else value.ravel().tolist()
        container.add_initializer(names[name], kind, list(value.shape), flat)
    for node in graph.nodes:
        for output in node.outputs:
            if output not in names:
                names[output] = scope.get_unique_variable_name(output)
        container.add_node(
            node.op,
            [names[name] for name in node.inputs],
            [names[name] for name in node.outputs],
            op_domain=node.domain,
            name=scope.get_unique_operator_name(node.outputs[0]),
            **node.attributes,
        )


def _graph(model: Model, dtype: Any) -> Graph:
    graph, network = Graph(), model.network
    rows = graph.input("rows", dtype, ("n", network.n_inputs))
    h = write_network(graph, network, model.thetas, rows, dtype)  # (n, K)
    write_answers(graph, network, model.targets, h, dtype)
    return graph
