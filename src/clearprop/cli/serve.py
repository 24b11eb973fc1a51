"""``clearprop serve``: a model that answers requests."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.cli.output import note
from clearprop.cli.running import Running
from clearprop.errors import ClearpropError, is_whole, one_of, raise_problems, shown
from clearprop.language import LANGUAGES, printable
from clearprop.serve.limits import Limits, limit_problems
from clearprop.server.guard import is_loopback
from clearprop.server.listening import address, listening

__all__ = ["serve"]

_LIMITS = (
    *(("max_body", "body"), ("max_rows", "rows")),
    *(("max_requests", "requests"), ("timeout", "seconds")),
)


def serve(given: dict[str, Any], running: Running) -> int:
    """Serve a model until SIGTERM or Ctrl-C."""
    problems: list[str] = []
    values = parsed("serve", given, problems)
    host, token = values["host"], values["token"] or os.environ.get("CLEARPROP_TOKEN") or None
    limits = Limits(**{own: values[name] for name, own in _LIMITS if values[name] is not None})
    problems += [*_problems(values, token), *limit_problems(limits)]
    raise_problems(problems)
    with running.ending_at_once():
        try:
            # An optional library: the extra `serve` brings the server.
            from clearprop.serve import server
        except ImportError as error:
            if error.name is None or error.name.startswith("clearprop"):
                raise
            raise ClearpropError(
                f"serve: needs {error.name}: pip install 'clearprop[serve]'"
            ) from None
        from clearprop.serve.served import Served
        from clearprop.serve.service import Service

        path = Path(values["model"])
        service = Service(Served.of(path), limits, values["lang"])

    def log(text: str) -> None:
        print(f"clearprop serve: {printable(running.say(text))}", file=sys.stderr, flush=True)

    access = server.access(host, token)
    journal = log if values["log"] else None
    app = server.application(service, access, log, path, journal)
    at = listening(host, values["port"], server.USUAL_PORT)
    print(address(at, host), flush=True)
    note(running.say("The model is served until Ctrl-C."), quiet=values["quiet"])
    server.serve(app, service, at, journal)
    return 0


def _problems(values: dict[str, Any], token: str | None) -> list[str]:
    """What is wrong with the choices."""
    problems = one_of("lang", values["lang"], LANGUAGES)
    port = values["port"]
    if port is not None and not (is_whole(port) and 0 <= port < 65536):
        problems.append(f"port: expected a whole number from 0 to 65535; got {shown(port)}")
    if token is not None and not re.fullmatch(r"[\w.~-]{8,200}", token, re.ASCII):
        problems.append(
            "token: expected 8 to 200 letters, digits, or any of . _ ~ -; got another text"
        )
    if token is None and not is_loopback(values["host"]):
        problems.append(
            f"token: others reach {values['host']}, so requests must show one: set the variable "
            "CLEARPROP_TOKEN, or listen on 127.0.0.1"
        )
    return problems
