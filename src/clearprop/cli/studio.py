"""``clearprop studio``: the page, served from this machine."""

from __future__ import annotations

import re
import secrets
import threading
import webbrowser
from dataclasses import replace
from pathlib import Path
from typing import Any

from clearprop.choices.commands import parsed
from clearprop.cli.output import note
from clearprop.cli.running import Running
from clearprop.errors import ClearpropError, is_whole, one_of, raise_problems, shown
from clearprop.language import LANGUAGES
from clearprop.server.guard import Access
from clearprop.server.listening import address, listening

__all__ = ["studio"]


def studio(given: dict[str, Any], running: Running) -> int:
    """Serve the studio until Ctrl-C, and open it in the browser."""
    problems: list[str] = []
    values = parsed("studio", given, problems)
    problems += _problems(values)
    raise_problems(problems)
    _check_files(values["source"], values["model"])
    try:
        # An optional library: the extra `studio` brings the server.
        from clearprop.studio import server
    except ImportError as error:
        if error.name is None or error.name.startswith("clearprop"):
            raise
        raise ClearpropError(
            f"studio: needs {error.name}: pip install 'clearprop[studio]'"
        ) from None
    host, token = values["host"], values["token"]
    access = Access(host, token, values["allow_origin"] or ())
    if token is None and not access.local:
        token = secrets.token_urlsafe(24)
        access = replace(access, token=token)
    made = server.Studio(
        access, source=values["source"], model=values["model"], lang=values["lang"]
    )
    at = listening(host, values["port"], server.USUAL_PORT)
    url = address(at, host) + ("" if token is None else f"?token={token}")
    print(url, flush=True)
    note(running.say("The studio runs until Ctrl-C."), quiet=values["quiet"])
    if not values["no_open"]:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    server.serve(made, at)
    return 0


def _check_files(source: str | None, model: str | None) -> None:
    """Refuse a source or a model that is not there. Start-up time: few commands name one."""
    if source not in (None, "digits"):
        from clearprop.data.files import check_exists

        check_exists(Path(source))
    if model is not None:
        from clearprop.storage.model_file import load

        load(model)


def _problems(values: dict[str, Any]) -> list[str]:
    """What is wrong with the choices."""
    problems = one_of("lang", values["lang"], LANGUAGES)
    port, token = values["port"], values["token"]
    if port is not None and not (is_whole(port) and 0 <= port < 65536):
        problems.append(f"port: expected a whole number from 0 to 65535; got {shown(port)}")
    if token is not None and not re.fullmatch(r"[\w.~-]{8,200}", token, re.ASCII):
        problems.append(
            "token: expected 8 to 200 letters, digits, or any of . _ ~ -; got another text"
        )
    problems += [
        f"allow_origin: expected an origin such as https://lab.example; got {origin!r}"
        for origin in values["allow_origin"] or ()
        if not re.fullmatch(r"https?://[a-z0-9.\-]+(:\d{1,5})?", origin)
    ]
    return problems
