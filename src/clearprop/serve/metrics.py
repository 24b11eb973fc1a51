"""Counts of the service, as Prometheus reads them.

The text format is that of https://prometheus.io/docs/instrumenting/exposition_formats/. It needs no
library: a line for each number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

__all__ = ["Histogram", "Metrics"]

_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096)


class Histogram:
    """How many values lie at or below each bound.

    Examples
    --------
    >>> histogram = Histogram("rows", (1, 4))
    >>> for value in (1, 2, 9):
    ...     histogram.add(value)
    >>> print(*histogram.lines(), sep=chr(10))
    # TYPE rows histogram
    rows_bucket{le="1"} 1
    rows_bucket{le="4"} 2
    rows_bucket{le="+Inf"} 3
    rows_sum 12
    rows_count 3
    """

    def __init__(self, name: str, bounds: Sequence[float]) -> None:
        self._name, self._bounds = name, bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum: float = 0

    def add(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def lines(self) -> Iterator[str]:
        """The lines of the text format."""
        name, total = self._name, 0
        yield f"# TYPE {name} histogram"
        for bound, count in zip((*self._bounds, "+Inf"), self._counts, strict=True):
            total += count
            yield f'{name}_bucket{{le="{bound}"}} {total}'
        yield f"{name}_sum {self._sum:.9g}"
        yield f"{name}_count {total}"


class Metrics:
    """What has happened since the service began.

    Attributes
    ----------
    requests
        How many requests were answered, by path and status.
    rows, warned
        Rows that were predicted, and warnings about them.
    reloads
        How many new model files were taken ("taken") and refused ("refused").
    open
        Requests that are being answered.
    seconds, batch_rows
        The times of predictions, and the rows that passed the network together.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.rows = self.warned = self.open = 0
        self.reloads: Counter[str] = Counter({"taken": 0, "refused": 0})
        self.seconds = Histogram("clearprop_request_seconds", _SECONDS)
        self.batch_rows = Histogram("clearprop_batch_rows", _ROWS)

    def text(self, name: str, sha256: str) -> str:
        """All counts as text, with the model's file and its hash.

        Examples
        --------
        >>> metrics = Metrics()
        >>> metrics.requests["/predict", 200] += 1
        >>> [line for line in metrics.text("m.safetensors", "ab").splitlines() if "200" in line]
        ['clearprop_requests_total{path="/predict",status="200"} 1']
        """
        lines = ["# TYPE clearprop_requests_total counter"]
        lines += [
            f'clearprop_requests_total{{path="{path}",status="{status}"}} {count}'
            for (path, status), count in sorted(self.requests.items())
        ]
        errors = sum(count for (_, status), count in self.requests.items() if status >= 400)
        for kind, what, value in (
            ("counter", "errors_total", errors),
            ("counter", "rows_total", self.rows),
            ("counter", "warnings_total", self.warned),
            ("gauge", "requests_open", self.open),
        ):
            lines += [f"# TYPE clearprop_{what} {kind}", f"clearprop_{what} {value}"]
        lines.append("# TYPE clearprop_reloads_total counter")
        lines += [
            f'clearprop_reloads_total{{result="{result}"}} {count}'
            for result, count in sorted(self.reloads.items())
        ]
        lines += [*self.seconds.lines(), *self.batch_rows.lines()]
        escaped = name.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        lines.append("# TYPE clearprop_model_info gauge")
        lines.append(f'clearprop_model_info{{file="{escaped}",sha256="{sha256}"}} 1')
        return "\n".join(lines) + "\n"
