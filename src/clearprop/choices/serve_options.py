"""The options of `clearprop serve`."""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option

_SERVER, _LIMITS = "Server", "Limits"

PORT = Option(
    "port",
    "--port",
    "NUMBER",
    "The port; default: 8643, or another one if that is taken.",
    _SERVER,
    parsing.whole,
)
TOKEN = Option(
    "token",
    "--token",
    "TEXT",
    "What every request must show; better in the variable CLEARPROP_TOKEN, which no list of "
    "processes shows.",
    _SERVER,
)
LOG = Option("log", "--log", "", "Write a line for every request, without its cells.", _SERVER)
MAX_BODY = Option(
    "max_body",
    "--max-body",
    "BYTES",
    "The most bytes of a request; default: 8MB.",
    _LIMITS,
    parsing.amount,
)
MAX_ROWS = Option(
    "max_rows",
    "--max-rows",
    "NUMBER",
    "The most rows of a request; default: 10000.",
    _LIMITS,
    parsing.whole,
)
MAX_REQUESTS = Option(
    "max_requests",
    "--max-requests",
    "NUMBER",
    "The most requests at once; further ones are told to come again; default: 100.",
    _LIMITS,
    parsing.whole,
)
TIMEOUT = Option(
    "timeout",
    "--timeout",
    "TIME",
    "How long a request may take to arrive; default: 30s.",
    _LIMITS,
    parsing.duration,
)
