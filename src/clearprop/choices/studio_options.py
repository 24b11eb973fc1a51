"""The options of `clearprop studio`."""

from __future__ import annotations

from clearprop.choices import parsing
from clearprop.choices.option import Option

_SERVER = "Server"

SOURCE = Option(
    "source",
    "SOURCE",
    "SOURCE",
    "What to open: the word digits, a file, or a folder (MNIST); the page can change it.",
)
MODEL = Option(
    "model", "--model", "FILE", "A model that train or the studio wrote, to open on the source.",
    _SERVER,
)  # fmt: skip
PORT = Option(
    "port",
    "--port",
    "NUMBER",
    "The port; default: 8642, or another one if that is taken.",
    _SERVER,
    parsing.whole,
)
NO_OPEN = Option("no_open", "--no-open", "", "Open no browser.", _SERVER)
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
    "What every request must show; default: none on this machine, else made and printed.",
    _SERVER,
)
ALLOW_ORIGIN = Option(
    "allow_origin",
    "--allow-origin",
    "ORIGIN",
    "A further origin of the page, such as https://lab.example of a proxy.",
    _SERVER,
    repeatable=True,
    parse=parsing.names,
)
