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
HOST = Option(
    "host",
    "--host",
    "ADDRESS",
    "The address to listen on; any other than this machine's own needs a token.",
    _SERVER,
    default="127.0.0.1",
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
    "The most bytes of a request, such as 8MB.",
    _LIMITS,
    parsing.amount,
    default="8MB",
)
MAX_ROWS = Option(
    "max_rows",
    "--max-rows",
    "NUMBER",
    "The most rows of a request.",
    _LIMITS,
    parsing.whole,
    default="10000",
)
MAX_REQUESTS = Option(
    "max_requests",
    "--max-requests",
    "NUMBER",
    "The most requests at once; further ones are told to come again.",
    _LIMITS,
    parsing.whole,
    default="100",
)
TIMEOUT = Option(
    "timeout",
    "--timeout",
    "TIME",
    "How long a request may take to arrive, such as 30s.",
    _LIMITS,
    parsing.duration,
    default="30s",
)
