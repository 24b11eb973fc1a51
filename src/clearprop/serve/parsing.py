"""Rows out of the bytes of a request: strict JSON."""

from __future__ import annotations

import json
from typing import Any

from clearprop.serve.refusal import Problem, Refusal, refused, too_many

__all__ = ["Twice", "json_rows"]


class Twice(dict[str, Any]):
    """An object in which a name stands twice; its values are those of the last one."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    return values if len(values) == len(pairs) else Twice(pairs)


_decoder = json.JSONDecoder(object_pairs_hook=_object)


def json_rows(body: bytes, most: int) -> list[Any]:
    """The rows of a request in JSON: a list of them, or a single one.

    Parameters
    ----------
    body
        UTF-8. NaN and Infinity, which JSON has not, are left in; whoever reads the cells refuses
        them by row and column.
    most
        The most rows.

    Raises
    ------
    Refusal
        400 for what is no JSON, 413 for too many rows, 422 for no rows.

    Examples
    --------
    >>> json_rows(b'{"age": 7}', 9), json_rows(b"[[1, 2], [3, 4]]", 9), json_rows(b"[1, 2]", 9)
    ([{'age': 7}], [[1, 2], [3, 4]], [[1, 2]])
    """
    try:
        found = _decoder.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refusal(400, f"body: expected UTF-8; byte {error.start:,} is none") from None
    except json.JSONDecodeError as error:
        fault = error.msg.lower()
        where = f"line {error.lineno}, character {error.colno}"
        raise Refusal(400, f"body: cannot be read as JSON: {fault} ({where})") from None
    except RecursionError:
        raise Refusal(400, "body: cannot be read as JSON: it is nested too deeply") from None
    except ValueError:  # Python's bound on the digits of a whole number
        raise Refusal(400, "body: a number has more digits than can be read") from None
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise refused([Problem("an object or an array, or a list of them", 1, None, found)])
    if not found:
        raise Refusal(422, "rows: expected at least one; got none")
    if not isinstance(found[0], dict | list):
        return [found]
    if len(found) > most:
        raise too_many(most, len(found))
    return found
