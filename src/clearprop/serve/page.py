"""The page of the service: what its OpenAPI says, for a person. It loads nothing from elsewhere."""

from __future__ import annotations

import json
import shlex
from html import escape
from typing import Any

from clearprop.data.table import listing
from clearprop.language import Sentences
from clearprop.page import TABLE_STYLE, fragment, page, table
from clearprop.serve.answers import JSON
from clearprop.serve.describe import describe, example
from clearprop.serve.heard import heard
from clearprop.serve.limits import Limits
from clearprop.serve.served import Served

__all__ = ["ROOM", "service_page"]

ROOM = "clearprop.serve"


def service_page(served: Served, limits: Limits, lang: str, url: str, token: bool) -> str:
    """The page, in a language.

    Parameters
    ----------
    url
        Where the service was asked, such as ``"http://127.0.0.1:8643"``.
    token
        Whether requests must show one.
    """
    say = Sentences(ROOM, lang)
    told, row = describe(served), example(served)
    with heard():  # a made-up row may lie far outside
        X = served.columns.inputs(served.columns.of_rows([row]))  # (1, s_1)
    answer = served.answers.body(served.at_once(X), JSON, ())
    parts = [f"<h1>{_said(say, 'title', file=served.name)}</h1>"]
    parts.append(f"<p>{_said(say, 'intro', file=served.name)}</p>")
    parts.append(f"<h2>{_said(say, 'columns')}</h2>")
    parts.append(_columns(say, told))
    parts.append(f"<h2>{_said(say, 'ask')}</h2>")
    bounds = {"rows": f"{limits.rows:,}", "bytes": f"{limits.body:,.0f}"}
    parts.append(f"<p>{_said(say, 'body', **bounds)}</p>")
    parts += [f"<p>{_said(say, 'token')}</p>"] if token else []
    parts.append(_code(_command(url, row, token)))
    parts.append(f"<h2>{_said(say, 'answer')}</h2>")
    parts.append(_code(json.dumps(json.loads(answer), ensure_ascii=False, indent=2)))
    parts.append(f"<h2>{_said(say, 'addresses')}</h2>")
    items = "".join(
        f'<li><a href="/{path}">/{path}</a>: {_said(say, name)}</li>'
        for path, name in (
            *(("model", "model"), ("health", "health"), ("metrics", "metrics")),
            ("openapi.json", "openapi"),
        )
    )
    parts.append(f"<ul>{items}</ul>")
    body = f"<main>{fragment(''.join(parts), lang, style=TABLE_STYLE)}</main>"
    return page(say("page.title", file=served.name), lang, body)


def _columns(say: Sentences, told: dict[str, Any]) -> str:
    if told["rows"] == "arrays":
        return f"<p>{_said(say, 'arrays', n=len(told['columns']))}</p>"
    head = [say(f"page.{name}") for name in ("column", "kind", "values", "empty")]
    rows = []
    for column in told["columns"]:
        values = listing(column.get("values", ()))
        values += f" ({say('page.other')})" if column.get("other") else ""
        empty = say("page.yes" if column["empty"] else "page.no")
        rows.append([column["name"], say(f"page.{column['kind']}"), values, empty])
    return table(head, rows)


def _command(url: str, row: Any, token: bool) -> str:
    data = shlex.quote(json.dumps(row, ensure_ascii=False))
    shown = " -H 'Authorization: Bearer TOKEN'" if token else ""
    return f"curl {url}/predict -H 'Content-Type: application/json'{shown} \\\n  --data {data}"


def _code(text: str) -> str:
    return f'<div class="scroll"><pre>{escape(text)}</pre></div>'


def _said(say: Sentences, key: str, **values: Any) -> str:
    return escape(say(f"page.{key}", **values))
