"""From the network's outputs to the answer: JSON row by row, or the columns of `predict`."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from clearprop.data.labels import label_text
from clearprop.data.table import Array
from clearprop.data.targets import Targets
from clearprop.experiment.use import prediction_columns
from clearprop.serve.refusal import Problem, Refusal, refused

__all__ = ["ARROW_FILE", "ARROW_STREAM", "CSV", "JSON", "Answers", "accepted"]

JSON, CSV = "application/json", "text/csv"
ARROW_STREAM, ARROW_FILE = (
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.arrow.file",
)
# `Targets.probabilities` divides sums that are further from 1 than twice this.
_SURELY_1 = 5e-6
_OFFERED = (JSON, CSV, ARROW_STREAM, ARROW_FILE)


@lru_cache(maxsize=64)
def accepted(accept: str) -> str:
    """The media type to answer in, by the header Accept; without one it is JSON.

    Raises
    ------
    Refusal
        406 where nothing that the service offers is accepted.

    Examples
    --------
    >>> accepted("text/csv;q=0.5, application/json;q=0.4"), accepted("*/*"), accepted("")
    ('text/csv', 'application/json', 'application/json')
    """
    found: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (text.strip().lower() for text in part.split(";"))
        weights = [text[2:] for text in parameters if text.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            weight = 0.0
        if name:
            found[name] = weight
    if not found:
        return JSON

    def weight_of(kind: str) -> float:
        family = f"{kind.partition('/')[0]}/*"
        return next((found[name] for name in (kind, family, "*/*") if name in found), 0.0)

    best = max(_OFFERED, key=weight_of)  # of several the first one offered
    if weight_of(best) > 0:
        return best
    raise Refusal(406, f"Accept: expected one of {', '.join(_OFFERED)}")


class Answers:
    """How outputs of a model become answers.

    Parameters
    ----------
    targets
        Those of the model.
    single
        Whether its outputs are float32.

    Examples
    --------
    >>> answers = Answers(Targets.fit(["no", "yes"]))
    >>> answers.body(np.array([[0.75]]), JSON, ())
    b'{"predictions": [{"label": "yes", "probabilities": {"no": 0.25, "yes": 0.75}}]}'
    >>> print(answers.body(np.array([[0.75]]), CSV, ()).decode())
    prediction,probability_no,probability_yes
    yes,0.25,0.75
    <BLANKLINE>
    """

    def __init__(self, targets: Targets, single: bool = False) -> None:
        self._targets = targets
        # Nine digits give a float32 back, and take a third of the time of all seventeen.
        share = "%.9g" if single else "%r"
        self._labels: list[str] = []
        self._write: Callable[[Array], bytes | None] | None = None
        names = targets.names or tuple(map(str, range(self._width(targets))))
        if targets.task == "classification":
            assert targets.classes is not None
            classes = targets.classes.tolist()
            self._labels = [json.dumps(label) for label in classes]
            shares = _template({label_text(label): share for label in classes})
            self._row = '{"label": %s, "probabilities": ' + shares + "}"
            if single:
                self._write = _by_the_core(
                    self._labels, [json.dumps(label_text(k)) for k in classes]
                )
        elif targets.task == "multilabel":
            self._pairs = targets.pairs or ((0, 1),) * len(names)
            labels = _template(dict.fromkeys(names, "%s"))
            shares = _template(dict.fromkeys(names, share))
            self._row = f'{{"labels": {labels}, "probabilities": {shares}}}'
        else:
            parts = ["value"] if targets.interval is None else ["value", "low", "high"]
            if len(names) == 1:
                self._row = _template(dict.fromkeys(parts, "%r"))
            else:
                numbers = _template(dict.fromkeys(names, "%r"))
                self._row = "{" + ", ".join(f'"{part}s": {numbers}' for part in parts) + "}"

    @staticmethod
    def _width(targets: Targets) -> int:
        if targets.mean is not None:
            return len(targets.mean)
        assert targets.classes is not None
        return len(targets.classes)

    def body(self, h: Array, kind: str, warnings: Sequence[str]) -> bytes:
        """The answer for the outputs h ``(m, K)``, in a media type; warnings stand in JSON alone.

        Raises
        ------
        Refusal
            422 for outputs that are not finite, as e^z overflows.
        """
        if kind == JSON and not warnings and h.shape[1] == len(self._labels) > 1:
            quick = self._quick(h)
            if quick is not None:
                return b'{"predictions": [%b]}' % quick
        if not math.isfinite(h.sum()):
            self._check(h)
        if kind == JSON:
            listed = json.dumps(list(warnings), ensure_ascii=False)
            told = f', "warnings": {listed}' if warnings else ""
            body = f'{{"predictions": [{", ".join(self._rows(h))}]{told}}}'
            return body.encode("utf-8", "backslashreplace")
        import polars as pl  # start-up time: JSON needs none

        frame, file = pl.DataFrame(prediction_columns(self._targets, h, self._has_shares)), None
        file = io.BytesIO()
        if kind == CSV:
            frame.write_csv(file)
        elif kind == ARROW_STREAM:
            frame.write_ipc_stream(file)
        else:
            frame.write_ipc(file)
        return file.getvalue()

    def _quick(self, h: Array) -> bytes | None:
        """What :meth:`_rows` makes of outputs that are the probabilities, as those of softmax are.

        None where they have to be made, or where it saves nothing.
        """
        if self._write is not None:
            return self._write(h)
        if len(h) > 1:
            return None
        shares = h[0].tolist()
        if not abs(sum(shares) - 1) < _SURELY_1:  # NaN is not below
            return None
        text = self._row % (self._labels[shares.index(max(shares))], *shares)
        return text.encode()

    @property
    def _has_shares(self) -> bool:
        return self._targets.classes is not None

    def _check(self, h: Array) -> None:
        bad = np.flatnonzero(~np.isfinite(h).all(axis=1)).tolist()
        what = "the network's output is no finite number"
        if bad:
            raise refused([Problem(what, i + 1) for i in bad[:100]], len(bad))

    def _rows(self, h: Array) -> list[str]:
        targets, row = self._targets, self._row
        if targets.task == "classification":
            shares = targets.probabilities(h)  # (m, n_classes)
            best = shares.argmax(axis=1).tolist()  # as `Targets.decode` does
            labels = self._labels
            pairs = zip(best, shares.tolist(), strict=True)
            return [row % (labels[k], *values) for k, values in pairs]
        if targets.task == "multilabel":
            found = []
            for values in h.tolist():
                switched = [
                    pair[value > 0.5] for pair, value in zip(self._pairs, values, strict=True)
                ]
                found.append(row % (*map(json.dumps, switched), *values))
            return found
        numbers = targets.decode(h).reshape(len(h), -1)  # (m, T)
        if targets.interval is not None:
            low, high = np.moveaxis(targets.bounds(h).reshape(len(h), -1, 2), 2, 0)  # (m, T) each
            numbers = np.hstack([numbers, low, high])  # (m, 3T)
        return [row % tuple(values) for values in numbers.tolist()]


def _template(values: dict[str, str]) -> str:
    """An object of JSON with these marks of ``%`` as its values."""
    pairs = (f"{json.dumps(name).replace('%', '%%')}: {mark}" for name, mark in values.items())
    return "{" + ", ".join(pairs) + "}"


def _by_the_core(
    labels: Sequence[str], names: Sequence[str]
) -> Callable[[Array], bytes | None] | None:
    """What writes rows of float32 by native/answer.hpp; None where that cannot be had."""
    try:
        from clearprop.engines import _core  # an install without a compiler has none
    except ImportError:
        return None
    if not _core.WRITES_NUMBERS:
        return None
    first, *others = names
    before = [f'{{"label": {label}, "probabilities": {{{first}: ' for label in labels]
    after = [*(f", {name}: " for name in others), "}}"]
    write: Callable[[Array], bytes | None] = _core.Answer(before, after, _SURELY_1).write
    return write
