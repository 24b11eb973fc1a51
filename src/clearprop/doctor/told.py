"""What is said of the asking: which piece of a file was taken, and lines to paste."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clearprop.doctor.learner.adapters import Entry
from clearprop.doctor.learner.calling import Callee
from clearprop.doctor.learner.ways import Way
from clearprop.language import Sentences
from clearprop.network.architecture import Network

__all__ = ["adapter_for", "chosen"]


def chosen(callee: Callee, way: Way | None, lang: str) -> str:
    """Which piece of the file was asked and why; empty where the learner named it."""
    if callee.entries or way is None:
        return ""
    survey, name = callee.survey, way.entry.name
    function = survey.function(name)
    if way.entry.reading in ("step", "own step"):
        why = "step"
    elif survey.class_(name.partition(".")[0]) is not None:
        why = "class" if "." in name else "layers"
    else:
        why = "gradient" if function is not None and function.gives_gradient else "name"
    say = Sentences("clearprop.doctor", lang)
    return say("report.chosen", name=name, why=say(f"report.chosen-{why}"))


def adapter_for(entries: Sequence[Entry], network: Network, lang: str) -> str:
    """Lines of Python by which code can be asked that could not: the nearest call, made plain.

    Examples
    --------
    >>> print(adapter_for((), Network((4, 5, 3)), "en"))
    def ask(W1, b1, W2, b2, X, y):
        # X: one sample in each row; W1: (5, 4), one row for each unit of layer 2; b1: (5,)
        J = ...
        dW1, db1, dW2, db2 = ...
        return J, dW1, db1, dW2, db2
    """
    n = network.n_layers - 1
    names = [name for l in range(1, n + 1) for name in (f"W{l}", f"b{l}")]
    gradients = [f"d{name}" for name in names]
    shapes = Sentences("clearprop.doctor", lang)(
        "report.adapter-shapes", s_1=network.layer_sizes[0], s_2=network.layer_sizes[1]
    )
    body = [] if not entries else _plain(entries[0], network)
    if body:
        body = [*body[:-1], f"result = {body[-1].removeprefix('return ')}"]
    takes = [*names, "X", "y"]
    takes += ["lambda_"] if any("lambda_" in line for line in body) else []
    lines = [
        f"def ask({', '.join(takes)}):",
        f"    # {shapes}",
        *(f"    {line}" for line in body),
        "    J = ...",
        f"    {', '.join(gradients)} = ...",
        f"    return J, {', '.join(gradients)}",
    ]
    return "\n".join(lines)


def _plain(entry: Entry, network: Network) -> list[str]:
    """The lines of an adapter with W1, b1 ... in place of the values that it is handed."""
    if entry.form in ("vector", "list", "own") or entry.each:
        return []
    n = network.n_layers - 1
    weights, biases = ([f"{kind}{l}" for l in range(1, n + 1)] for kind in "Wb")
    text = "\n".join(
        line.strip()
        for line in entry.source.splitlines()[1:]
        if "__learner__" not in line and not line.strip().startswith("import ")
    )
    for kind, found in (("weights", weights), ("biases", biases)):
        for l, name in enumerate(found):
            text = text.replace(f"{kind}[{l}]", name)
        text = re.sub(rf"(?<!\.)\b{kind}\b(?!\s*=)", f"[{', '.join(found)}]", text)
    sizes = list(map(int, network.layer_sizes))
    text = re.sub(r"\bsizes\[(-?\d)\]", lambda m: str(sizes[int(m[1])]), text)
    for name, value in (("sizes", str(sizes)), ("rate", "0.1"), ("epochs", "1"), ("m", "len(X)")):
        text = re.sub(rf"(?<![.\w])\b{name}\b(?!\s*=[^=])", value, text)
    return text.splitlines()
