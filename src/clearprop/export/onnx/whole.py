"""The whole graph of a model, with what the file tells about it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from clearprop import __version__
from clearprop.errors import ClearpropError, shown
from clearprop.export.onnx.answers import write_answers
from clearprop.export.onnx.encoding import write_encoder
from clearprop.export.onnx.graph import ML, OPSETS, Graph
from clearprop.export.onnx.layers import write_network
from clearprop.model import Model

__all__ = ["is_table", "written"]

_MOST = 2**31 - 2**20  # bytes: protobuf's limit, with room for names


def is_table(model: Model) -> bool:
    """Whether the model takes columns by name, and not arrays."""
    return model.encoder is not None and model.encoder.columns is not None


def written(model: Model, dtype: Any) -> Any:
    """The model as a ``ModelProto``, whose network computes in `dtype`.

    Raises
    ------
    ClearpropError
        For a model that an ONNX file cannot hold.

    Examples
    --------
    >>> from clearprop.data.targets import Targets
    >>> from clearprop.network.architecture import Network
    >>> model = Model(Network((2, 1)), [0.0, 1.0, 1.0], Targets.fit(["no", "yes"]))
    >>> made = written(model, np.float32)
    >>> [node.name for node in made.graph.node][:3], [tensor.name for tensor in made.graph.output]
    (['layer2/z', 'layer2/a', 'probabilities/first'], ['label', 'probabilities'])
    """
    graph, network, targets = Graph(), model.network, model.targets
    size = len(model.thetas) * network.n_parameters * np.dtype(dtype).itemsize
    if size > _MOST:
        raise ClearpropError(
            f"onnx: the parameters take {size:,} bytes, and an ONNX file holds {_MOST:,} at most"
        )
    inputs = write_encoder(graph, model.encoder, network.n_inputs, dtype)  # (n, s_1)
    h = write_network(graph, network, model.thetas, inputs, dtype)  # (n, K)
    write_answers(graph, network, targets, h, dtype)
    properties = {
        "clearprop.version": __version__,
        "clearprop.recipe": str(model.trained.get("recipe", "")),
        "clearprop.task": targets.task,
        "clearprop.trained": json.dumps(model.made, ensure_ascii=False, default=str),
        "clearprop.opsets": f"ai.onnx {OPSETS['']}, {ML} {OPSETS[ML]}",
    }
    if targets.classes is not None:
        classes = targets.names or targets.classes.tolist()
        properties["clearprop.classes"] = json.dumps(list(classes), ensure_ascii=False)
    elif targets.names or targets.name:
        properties["clearprop.numbers"] = json.dumps(
            list(targets.names or [targets.name]), ensure_ascii=False
        )
    try:
        return graph.to_model("clearprop", model.summary, properties, __version__)
    except UnicodeEncodeError as error:
        text = shown(error.object)
        raise ClearpropError(f"onnx: {text} is no text that UTF-8 can write; rename it") from None
