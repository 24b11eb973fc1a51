"""The text of a C file that predicts what a model predicts.

Weights keep the type that the model was trained in, so none is rounded, and a float32 model takes
four bytes a weight. The arithmetic is in double: the file then has the same predictions to 1e-6
under every compiler, and a date in seconds fits. Inputs are rounded to the model's type, as the
model does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop.data.encoding import Encoder
from clearprop.data.targets import Targets
from clearprop.export.c.encode import DATE, DATE_DECLARED, code, encode
from clearprop.export.c.head import head
from clearprop.export.c.literals import Tables
from clearprop.model import Model

__all__ = ["CFile", "source_of"]


@dataclass(frozen=True)
class CFile:
    """A C file and the names in it.

    Attributes
    ----------
    text
        The file.
    prefix
        With what its names begin.
    declarations
        What another file has to declare to call it.
    columns, outputs
        How many numbers a row has, and how many are written for it.
    """

    text: str
    prefix: str
    declarations: str
    columns: int
    outputs: int


def source_of(model: Model, prefix: str, version: str) -> CFile:
    """The C file of a model.

    Examples
    --------
    >>> from clearprop.network.architecture import Network
    >>> model = Model(Network((2, 1)), [0.0, 9.0, 9.0], Targets.fit(["no", "yes"]))
    >>> print(source_of(model, "both", "1.0").declarations)
    extern const char *const both_columns[2];
    extern const char *const both_labels[2];
    int both_predict(const double row[], double output[]);
    <BLANKLINE>
    """
    tables, encoder, targets = Tables(prefix), model.encoder, model.targets
    columns = model.network.n_inputs if encoder is None else encoder.n_columns
    names = _names(encoder, columns)
    declared = [f"extern const char *const {prefix}_columns[{columns}];\n"]
    tables.texts("columns", names, public=True)
    labels = _labels(targets)
    if labels:
        declared.append(f"extern const char *const {prefix}_labels[{len(labels)}];\n")
        tables.texts("labels", labels, public=True)
    declared.append(f"int {prefix}_predict(const double row[], double output[]);\n")
    functions = [_forward(model, tables), encode(model, tables), _predict(model, tables)]
    if encoder is not None and any(encoder.levels):
        declared.append(f"double {prefix}_code(int column, const char *text);\n")
        functions.append(code(encoder, tables))
    if encoder is not None and any(c.dates for c in encoder.columns or ()):
        declared.append(DATE_DECLARED.replace("P_", f"{prefix}_"))
        functions.append(DATE.replace("P_", f"{prefix}_"))
    outputs = n_outputs(model)
    declarations = "".join(declared)
    whole = "".join(
        [
            head(model, prefix, names, version),
            _OPENING.replace("P_", f"{prefix}_").replace("DECLARED\n", declarations),
            "\n".join([*tables.lines, *functions]),
            _ENDING,
        ]
    )
    return CFile(whole, prefix, declarations, columns, outputs)


def n_outputs(model: Model) -> int:
    """How many numbers are written for a row."""
    targets = model.targets
    if targets.mean is not None:
        return len(targets.mean) * (1 if targets.interval is None else 3)
    assert targets.classes is not None
    return len(targets.classes)


def _names(encoder: Encoder | None, columns: int) -> tuple[str, ...]:
    names = None if encoder is None else encoder.names
    return names or tuple(map(str, range(columns)))


def _labels(targets: Targets) -> tuple[str, ...]:
    """The classes, or the names of several labels or numbers."""
    if targets.task == "classification":
        assert targets.classes is not None
        return tuple(map(str, targets.classes.tolist()))
    return targets.names


# What stands around everything. Without NaN there would be no empty cells.
_OPENING = """
#include <math.h>

#ifdef __FAST_MATH__
#error "empty cells are NAN, which -ffast-math does not know: compile without it"
#endif

#ifdef __cplusplus
extern "C" {
#endif

DECLARED

"""

_ENDING = """
#ifdef __cplusplus
}
#endif
"""

_ACTIVATION = {
    "sigmoid": "P_sigmoid(z)",
    "tanh": "tanh(z)",
    "relu": "z <= 0 ? 0 : z",
    "identity": "z",
    "leaky_relu": "z <= 0 ? 0.01 * z : z",
    "silu": "z * P_sigmoid(z)",
}

_SIGMOID = """static double P_sigmoid(double z) {
    const double e = exp(-fabs(z));
    return (z >= 0 ? 1 : e) / (1 + e);
}

"""

_FORWARD = """static double P_activation(double z) {
    return ACTIVATION;
}

/* z = bias + a * weights; a block holds the biases first, then the weights that leave each unit. */
static void P_layer(const P_weight *block, int inputs, int outputs, const double *a, double *z) {
    int j, k;
    const P_weight *weights = block + outputs;
    for (k = 0; k < outputs; ++k) z[k] = block[k];
    for (j = 0; j < inputs; ++j, weights += outputs) {
        const double value = a[j];
        for (k = 0; k < outputs; ++k) z[k] += value * weights[k];
    }
}

static void P_forward(const P_weight *block, const double *x, double *h) {
    double first[WIDEST], second[WIDEST];
    const double *a = x;
    int l, k;
    for (l = 0; l < LAYERS - 1; ++l) {
        const int inputs = P_sizes[l], outputs = P_sizes[l + 1];
        double *z = l % 2 ? second : first;
        P_layer(block, inputs, outputs, a, z);
        if (l < LAYERS - 2)
            for (k = 0; k < outputs; ++k) z[k] = P_activation(z[k]);
        block += (inputs + 1) * outputs;
        a = z;
    }
    for (k = 0; k < UNITS; ++k) h[k] = a[k];
OUTPUT}
"""

_OUTPUTS = {
    "identity": "",
    "sigmoid": "    for (k = 0; k < UNITS; ++k) h[k] = P_sigmoid(h[k]);\n",
    "exp": "    for (k = 0; k < UNITS; ++k) h[k] = exp(h[k]);\n",
    "softmax": """    {
        double largest = h[0], sum = 0;
        for (k = 1; k < UNITS; ++k)
            if (h[k] > largest) largest = h[k];
        for (k = 0; k < UNITS; ++k) sum += h[k] = exp(h[k] - largest);
        for (k = 0; k < UNITS; ++k) h[k] /= sum;
    }
""",
}


def _forward(model: Model, tables: Tables) -> str:
    """Forward propagation of one network."""
    network, prefix = model.network, tables.prefix
    tables.array("sizes", np.array(network.layer_sizes))
    for i, theta in enumerate(model.thetas):
        tables.array(f"theta_{i}" if model.bag else "theta", theta)
    activation, output = _ACTIVATION[network.activation], _OUTPUTS[network.output_activation]
    kind = "float" if model.theta.dtype == np.float32 else "double"
    functions = _FORWARD.replace("ACTIVATION", activation).replace("OUTPUT", output)
    sigmoid = _SIGMOID if "P_sigmoid(" in functions else ""
    filled = (
        functions.replace("WIDEST", str(max(network.layer_sizes[1:])))
        .replace("LAYERS", str(network.n_layers))
        .replace("UNITS", str(network.n_outputs))
    )
    tables.lines.insert(0, f"typedef {kind} {prefix}_weight;\n")
    return (sigmoid + filled).replace("P_", f"{prefix}_")


def _predict(model: Model, tables: Tables) -> str:
    """From a row to probabilities or numbers."""
    network, targets, K = model.network, model.targets, model.network.n_outputs
    several = len(model.thetas)
    body = f"    double x[{network.n_inputs}], h[{K}];\n    int k;\n"
    if several > 1:
        body += f"    double one[{K}];\n    int i;\n"
    body += "    if (!P_encode(row, x)) return -1;\n"
    if several == 1:
        body += "    P_forward(P_theta, x, h);\n"
    else:
        thetas = [f"{tables.prefix}_theta_{i}" for i in range(several)]
        tables.listed("P_weight *const ".replace("P_", f"{tables.prefix}_"), "thetas", thetas)
        body += f"""    for (k = 0; k < {K}; ++k) h[k] = 0;
    for (i = 0; i < {several}; ++i) {{
        P_forward(P_thetas[i], x, one);
        for (k = 0; k < {K}; ++k) h[k] += one[k] / {several};
    }}
"""
    ending = _numbers_of(targets, tables) if targets.task == "regression" else _classes_of(model)
    found = f"int P_predict(const double row[], double output[]) {{\n{body}{ending}}}\n"
    return found.replace("P_", f"{tables.prefix}_")


def _classes_of(model: Model) -> str:
    """Probabilities and the class of the largest one, or of several labels the probabilities."""
    K, targets = model.network.n_outputs, model.targets
    assert targets.classes is not None
    if targets.task == "multilabel":
        return f"    for (k = 0; k < {K}; ++k) output[k] = h[k];\n    return 0;\n"
    if len(targets.classes) == 1:
        return "    (void)h;\n    k = 0;\n    output[k] = 1;\n    return k;\n"
    if K == 1:
        return (
            "    k = h[0] > 0.5;\n    output[0] = 1 - h[0];\n    output[1] = h[0];\n    return k;\n"
        )
    return f"""    {{
        double sum = 0;
        int best = 0;
        for (k = 0; k < {K}; ++k) sum += h[k];
        for (k = 0; k < {K}; ++k) output[k] = sum > 0 ? h[k] / sum : 1.0 / {K};
        for (k = 1; k < {K}; ++k)
            if (output[k] > output[best]) best = k;
        return best;
    }}
"""


def _numbers_of(targets: Targets, tables: Tables) -> str:
    """Numbers, each with both ends of its interval where the model has one."""
    assert targets.mean is not None
    assert targets.scale is not None
    T = len(targets.mean)
    mean = tables.entry("mean", targets.mean).replace("[i]", "[k]")
    scale = tables.entry("deviation", targets.scale).replace("[i]", "[k]")
    if targets.interval is None:
        return (
            f"    for (k = 0; k < {T}; ++k) output[k] = h[k] * {scale} + {mean};\n    return 0;\n"
        )
    margin = tables.entry("margin", targets.interval.margins).replace("[i]", "[k]")
    return f"""    for (k = 0; k < {T}; ++k) {{
        const double a = h[3 * k], b = h[3 * k + 1], c = h[3 * k + 2];
        const double least = fmin(a, fmin(b, c)), most = fmax(a, fmax(b, c));
        const double median = fmax(fmin(a, b), fmin(fmax(a, b), c));
        output[3 * k] = median * {scale} + {mean};
        output[3 * k + 1] = fmin(least - {margin}, median) * {scale} + {mean};
        output[3 * k + 2] = fmax(most + {margin}, median) * {scale} + {mean};
    }}
    return 0;
"""
