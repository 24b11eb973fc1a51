"""The formulas of the course as they are printed: for a terminal, and in LaTeX for a page."""

from __future__ import annotations

from clearprop.explain.blocks import Formula
from clearprop.network.architecture import Network

__all__ = ["ACTIVATION", "BIAS", "DELTA_HIDDEN", "FORWARD", "GRADIENT",
           "GRADIENT_IN_TRAINING", "MEANING", "OUTPUT",
           "SHARE", "SLOPE", "WISH_ACTIVATION", "WISH_WEIGHT", "cost_of",
           "delta_output_of"]  # fmt: skip

FORWARD = Formula(
    "z^(l+1)_k = Theta^(l)_k,0 * 1 + sum_j Theta^(l)_k,j a^(l)_j",
    r"z^{(l+1)}_k = \Theta^{(l)}_{k,0} \cdot 1 + \sum_j \Theta^{(l)}_{k,j} \, a^{(l)}_j",
)

ACTIVATION = {
    "sigmoid": Formula("a = g(z) = 1 / (1 + e^(-z))", r"a = g(z) = \frac{1}{1 + e^{-z}}"),
    "tanh": Formula("a = g(z) = tanh(z)", r"a = g(z) = \tanh(z)"),
    "relu": Formula("a = g(z) = max(z, 0)", r"a = g(z) = \max(z, 0)"),
    "identity": Formula("a = g(z) = z", r"a = g(z) = z"),
    "leaky_relu": Formula(
        "a = g(z) = z (z > 0), 0.01 z (z <= 0)",
        r"a = g(z) = z \; (z > 0), \quad 0.01 \, z \; (z \le 0)",
    ),
    "silu": Formula(
        "a = g(z) = z s(z), s(z) = 1 / (1 + e^(-z))",
        r"a = g(z) = z \, s(z), \quad s(z) = \frac{1}{1 + e^{-z}}",
    ),
}

SLOPE = {
    "sigmoid": Formula("g'(z) = a (1 - a)", r"g'(z) = a \, (1 - a)"),
    "tanh": Formula("g'(z) = 1 - a^2", r"g'(z) = 1 - a^2"),
    "relu": Formula("g'(z) = 1 (z > 0), 0 (z <= 0)", r"g'(z) = 1 \; (z > 0), \quad 0 \; (z \le 0)"),
    "identity": Formula("g'(z) = 1", r"g'(z) = 1"),
    "leaky_relu": Formula(
        "g'(z) = 1 (z > 0), 0.01 (z <= 0)",
        r"g'(z) = 1 \; (z > 0), \quad 0.01 \; (z \le 0)",
    ),
    "silu": Formula("g'(z) = s(z) + a (1 - s(z))", r"g'(z) = s(z) + a \, (1 - s(z))"),
}

_SAME = Formula("h_k = z_k", r"h_k = z_k")
_SIGMOID = Formula("h_k = 1 / (1 + e^(-z_k))", r"h_k = \frac{1}{1 + e^{-z_k}}")

OUTPUT = {
    "logistic": _SIGMOID,
    "quadratic": _SIGMOID,
    "softmax": Formula("h_k = e^(z_k) / sum_j e^(z_j)", r"h_k = \frac{e^{z_k}}{\sum_j e^{z_j}}"),
    "squared": _SAME,
    "huber": _SAME,
    "quantile": _SAME,
    "poisson": Formula("h_k = e^(z_k)", r"h_k = e^{z_k}"),
}

_HALF_SQUARE = Formula("J_k = 1/2 (h_k - y_k)^2", r"J_k = \tfrac{1}{2} (h_k - y_k)^2")

_COST = {
    "logistic": Formula(
        "J_k = -y_k log h_k - (1 - y_k) log(1 - h_k)",
        r"J_k = -y_k \log h_k - (1 - y_k) \log(1 - h_k)",
    ),
    "softmax": Formula("J_k = -y_k log h_k", r"J_k = -y_k \log h_k"),
    "quadratic": _HALF_SQUARE,
    "squared": _HALF_SQUARE,
    "poisson": Formula(
        "J_k = h_k - y_k + y_k log(y_k / h_k)", r"J_k = h_k - y_k + y_k \log(y_k / h_k)"
    ),
    # t is the network's threshold, e the error h - y.
    "huber": Formula(
        "J_k = 1/2 e^2 (|e| <= t), t (|e| - t/2) (|e| > t), e = h_k - y_k",
        r"J_k = \tfrac{1}{2} e^2 \; (|e| \le t), \quad t \, (|e| - \tfrac{t}{2}) \; (|e| > t), "
        r"\quad e = h_k - y_k",
    ),
    # tau_k is the level of output k.
    "quantile": Formula(
        "J_k = tau_k (y_k - h_k) (h_k < y_k), (1 - tau_k) (h_k - y_k) (h_k >= y_k)",
        r"J_k = \tau_k (y_k - h_k) \; (h_k < y_k), \quad "
        r"(1 - \tau_k) (h_k - y_k) \; (h_k \ge y_k)",
    ),
}

_DIFFERENCE = Formula("delta^(L)_k = a_k - y_k", r"\delta^{(L)}_k = a_k - y_k")

_DELTA_OUTPUT = dict.fromkeys(("logistic", "softmax", "squared", "poisson"), _DIFFERENCE) | {
    "quadratic": Formula(
        "delta^(L)_k = (a_k - y_k) a_k (1 - a_k)",
        r"\delta^{(L)}_k = (a_k - y_k) \, a_k \, (1 - a_k)",
    ),
    "huber": Formula(
        "delta^(L)_k = max(-t, min(t, a_k - y_k))",
        r"\delta^{(L)}_k = \max(-t, \min(t, \; a_k - y_k))",
    ),
    "quantile": Formula(
        "delta^(L)_k = -tau_k (a_k < y_k), 1 - tau_k (a_k > y_k)",
        r"\delta^{(L)}_k = -\tau_k \; (a_k < y_k), \quad 1 - \tau_k \; (a_k > y_k)",
    ),
}


def _with_numbers(formula: Formula, network: Network) -> Formula:
    """The formula, and beside it the network's own threshold or levels."""
    if network.cost == "huber":
        values = {("t", "t"): network.threshold}
    elif len(set(network.quantiles)) > 1:
        values = {
            (f"tau_{k}", rf"\tau_{{{k}}}"): level for k, level in enumerate(network.quantiles, 1)
        }
    elif network.cost == "quantile":
        values = {("tau_k", r"\tau_k"): network.levels[0]}
    else:
        return formula
    return Formula(
        ", ".join([formula.plain, *(f"{name} = {value:g}" for (name, _), value in values.items())]),
        r", \quad ".join(
            [formula.latex, *(f"{name} = {value:g}" for (_, name), value in values.items())]
        ),
    )


def cost_of(network: Network) -> Formula:
    """The cost of one output.

    Examples
    --------
    >>> print(
    ...     cost_of(Network((2, 2), cost="quantile", quantiles=(0.1, 0.9))).plain.partition(
    ...         ">= y_k), "
    ...     )[2]
    ... )
    tau_1 = 0.1, tau_2 = 0.9
    """
    return _with_numbers(_COST[network.cost], network)


def delta_output_of(network: Network) -> Formula:
    """Delta of an output.

    Examples
    --------
    >>> print(delta_output_of(Network((2, 1), cost="huber", threshold=1.5)).plain)
    delta^(L)_k = max(-t, min(t, a_k - y_k)), t = 1.5
    """
    return _with_numbers(_DELTA_OUTPUT[network.cost], network)


DELTA_HIDDEN = Formula(
    "delta^(l)_j = g'(z^(l)_j) sum_k Theta^(l)_k,j delta^(l+1)_k",
    r"\delta^{(l)}_j = g'(z^{(l)}_j) \sum_k \Theta^{(l)}_{k,j} \, \delta^{(l+1)}_k",
)

MEANING = Formula("J_i(z + e) - J_i(z) ≈ delta e", r"J_i(z + e) - J_i(z) \approx \delta \, e")

SHARE = Formula(
    "dJ_i/dTheta^(l)_k,j = delta^(l+1)_k a^(l)_j",
    r"\frac{\partial J_i}{\partial \Theta^{(l)}_{k,j}} = \delta^{(l+1)}_k \, a^{(l)}_j",
)

BIAS = Formula(
    "dJ_i/dTheta^(l)_k,0 = delta^(l+1)_k",
    r"\frac{\partial J_i}{\partial \Theta^{(l)}_{k,0}} = \delta^{(l+1)}_k",
)

GRADIENT = Formula(
    "D^(l) = (1/m) sum_i delta^(l+1) [1; a^(l)]' + (lambda/m) Theta^(l)",
    r"D^{(l)} = \frac{1}{m} \sum_i \delta^{(l+1)} [1; a^{(l)}]^T + \frac{\lambda}{m} \Theta^{(l)}",
)

# A batch of some rows, and lambda with the m of the training.
GRADIENT_IN_TRAINING = Formula(
    "D^(l) = (1/m) sum_i delta^(l+1) [1; a^(l)]' + (lambda/m_train) Theta^(l)",
    r"D^{(l)} = \frac{1}{m} \sum_i \delta^{(l+1)} [1; a^{(l)}]^T"
    r" + \frac{\lambda}{m_{\text{train}}} \Theta^{(l)}",
)

WISH_WEIGHT = Formula(
    "-dJ_i/dTheta_k,j = -delta_k a_j",
    r"-\frac{\partial J_i}{\partial \Theta_{k,j}} = -\delta_k \, a_j",
)

WISH_ACTIVATION = Formula(
    "-dJ_i/da_j = -sum_k Theta_k,j delta_k",
    r"-\frac{\partial J_i}{\partial a_j} = -\sum_k \Theta_{k,j} \, \delta_k",
)
