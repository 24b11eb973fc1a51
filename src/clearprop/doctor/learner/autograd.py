"""Adapters in which PyTorch or JAX computes the gradient of a cost."""

from __future__ import annotations

from collections.abc import Sequence

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.forms import adapter_of, uses

__all__ = [
    "LIBRARIES",
    "differentiated",
    "entry_of",
    "gradients_of",
    "pair_layouts",
    "reached",
    "stated_costs",
]

LIBRARIES = ("torch", "jax")

_THETA = ("theta", "thetas", "weights", "biases")
_FORMS = {
    ("theta",): "vector", ("thetas",): "list", ("weights",): "weights",
    ("weights", "biases"): "pairs",
}  # fmt: skip

# Of weights and biases: samples stand in rows where these libraries are used.
_LAYOUTS = ("w,b", "W,b", "w,b row", "W,b column", "w,b column", "W,b row")
_FLAT = ("w,b flat", "W,b flat", "w,b number")

# Tensors that the gradient is wanted for. A bias may come as a number.
_LEAVES = {
    "theta": "theta = theta.requires_grad_()",
    "thetas": "thetas = [T.requires_grad_() for T in thetas]",
    "weights": "weights = [W.requires_grad_() for W in weights]",
    "biases": "biases = [torch.as_tensor(b, dtype=X.dtype).requires_grad_() for b in biases]",
}


def differentiated(
    values: str,
    name: str,
    lines: Sequence[str],
    cost: str,
    *,
    steps: str,
    backward: bool = False,
    layouts: tuple[str, ...] = (),
) -> Entry | None:
    """An entry to a cost that the library differentiates; None where no theta goes in.

    Parameters
    ----------
    values
        ``"torch"`` or ``"jax"``.
    lines, cost
        Lines that come first, and the expression of the cost.
    backward
        Whether the cost's own function calls ``backward()``.
    layouts
        Those of theta that the code can take; empty where its form alone decides.

    Examples
    --------
    >>> print(differentiated("jax", "loss", [], "loss(theta, X, y)", steps="").source)
    def adapter(theta, X, y):
        import jax
        def the_cost(theta):
            return loss(theta, X, y)
        with_gradient = jax.value_and_grad(the_cost)
        try:
            the_answer = jax.jit(with_gradient)(theta)
        except TypeError:
            the_answer = with_gradient(theta)
        return the_answer[0], the_answer[1]
    <BLANKLINE>
    """
    text = "\n".join([*lines, cost])
    groups = tuple(group for group in _THETA if uses(text, group))
    if groups not in _FORMS:
        return None
    if values == "torch":
        body = ["import torch", *(_LEAVES[group] for group in groups), *lines, f"the_cost = {cost}"]
        if not backward:
            body.append("the_cost.backward()")
        leaves = ["[theta]" if group == "theta" else group for group in groups]
        body += reached(" + ".join(leaves))
        body.append(f"return the_cost, {', '.join(map(gradients_of, leaves))}")
    else:
        given = ", ".join(groups)
        several = len(groups) > 1
        body = [
            "import jax",
            f"def the_cost({given}):",
            *(f"    {line}" for line in [*lines, f"return {cost}"]),
            f"with_gradient = jax.value_and_grad(the_cost{', argnums=(0, 1)' if several else ''})",
            "try:",  # compiled as a whole, which is three times as fast
            f"    the_answer = jax.jit(with_gradient)({given})",
            "except TypeError:",
            f"    the_answer = with_gradient({given})",
            f"return the_answer[0], {'*' if several else ''}the_answer[1]",
        ]
    form = _FORMS[groups]
    return entry_of(name, body, ("J", *groups), form, steps, layouts if form == "pairs" else ())


def pair_layouts(one_output: bool) -> tuple[str, ...]:
    """Layouts of weights and biases, the likeliest of these libraries first."""
    return (*_LAYOUTS, *(_FLAT if one_output else ()))


def reached(tensors: str) -> list[str]:
    """Lines that raise where a gradient has reached none of the tensors."""
    return [
        f"if all(t.grad is None for t in {tensors}):",
        '    raise RuntimeError("no gradient has reached any of the weights")',
    ]


def gradients_of(tensors: str) -> str:
    """The gradients of tensors, as text; zeros where none has flown back."""
    return f"[torch.zeros_like(t) if t.grad is None else t.grad for t in {tensors}]"


def entry_of(
    name: str,
    body: Sequence[str],
    returns: tuple[str, ...],
    form: str,
    steps: str,
    layouts: tuple[str, ...],
) -> Entry:
    """An entry with this body."""
    takes, source = adapter_of(body)
    return Entry(name, source, form, takes, returns, steps=steps, layouts=layouts)


def stated_costs(values: str, cost: str) -> list[str]:
    """Expressions of a cost of the output `out`, which may be weighted inputs or activations.

    Huber's threshold is 1 and the level of the quantile cost is 0.5, as the doctor has them.

    Examples
    --------
    >>> stated_costs("torch", "quantile")
    ['abs(out - y.reshape(out.shape)).sum() / (2 * len(X))']
    """
    torch = values == "torch"
    library = "torch" if torch else "jnp"
    sigmoid = "torch.sigmoid(out)" if torch else "jax.nn.sigmoid(out)"
    rows = "y.reshape(out.shape)"
    if cost == "softmax":
        logs = "torch.log_softmax(out, 1)" if torch else "jax.nn.log_softmax(out)"
        found = [logs, f"{library}.log(out)", "out"]
        return [f"-({p} * {rows}).sum() / len(X)" for p in found]
    if cost == "logistic":
        log = f"{library}.log"
        return [
            f"-({rows} * {log}({a}) + (1 - {rows}) * {log}(1 - {a})).sum() / len(X)"
            for a in (sigmoid, "out")
        ]
    if cost == "poisson":
        xlogy = "torch.xlogy" if torch else "jax.scipy.special.xlogy"
        return [
            f"({library}.exp(out) - {rows} * out - {rows} + {xlogy}({rows}, {rows})).sum() / len(X)"
        ]
    error = f"out - {rows}"
    if cost == "huber":
        size = f"abs({error})"
        return [f"{library}.where({size} <= 1, ({error}) ** 2 / 2, {size} - 0.5).sum() / len(X)"]
    if cost == "quantile":
        return [f"abs({error}).sum() / (2 * len(X))"]
    outputs = ["out"] if cost == "squared" else [sigmoid, "out"]
    return [f"(({a} - {rows}) ** 2).sum() / (2 * len(X))" for a in outputs]
