"""What one request, and all requests together, may ask of the service."""

from __future__ import annotations

from dataclasses import dataclass

from clearprop.errors import number_problems, whole_problems

__all__ = ["Limits", "limit_problems"]


@dataclass(frozen=True)
class Limits:
    """The bounds of a service.

    Attributes
    ----------
    body
        The most bytes of a request.
    rows
        The most rows of a request.
    requests
        The most requests at once; further ones are told to come again.
    seconds
        How long a body may take to arrive.

    Examples
    --------
    >>> Limits().rows
    10000
    """

    body: float = 8_000_000
    rows: int = 10_000
    requests: int = 100
    seconds: float = 30.0


def limit_problems(limits: Limits) -> list[str]:
    """What is wrong with limits, under the names of the command's options.

    Examples
    --------
    >>> limit_problems(Limits()), limit_problems(Limits(rows=0))
    ([], ['max_rows: expected a whole number of at least 1; got 0'])
    """
    return [
        *number_problems("max_body", limits.body, low=1),
        *whole_problems("max_rows", limits.rows, least=1),
        *whole_problems("max_requests", limits.requests, least=1),
        *number_problems("timeout", limits.seconds, low=0, open_low=True),
    ]
