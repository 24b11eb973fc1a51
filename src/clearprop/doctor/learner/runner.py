"""The child process: ``python -m clearprop.doctor.learner.runner FILE NAME TRACES``.

It loads the learner's file, says which parameters the function takes, and answers calls. Each
request and each reply is one line of JSON. The protocol has its own file descriptors. What the
learner's code prints goes to standard error, and what it reads from standard input is empty.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, TextIO

from clearprop.doctor.learner.calling import InProcess, Raised, raised
from clearprop.doctor.learner.wire import from_wire, to_wire

__all__: list[str] = []


class _NoFunctionError(Exception):
    """The file is there, the function is not."""


def _load(path: str, name: str) -> Callable[..., Any]:
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    stem = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[stem] = module
    spec.loader.exec_module(module)
    own = {
        key: value
        for key, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == stem and not key.startswith("_")
    }
    function = getattr(module, name, None)
    if not callable(function):
        listed = ", ".join(own) or "none"
        raise _NoFunctionError(f"{path} has no function {name!r}; it has {listed}")
    found: Callable[..., Any] = function
    return found


def _serve(requests: TextIO, replies: TextIO, traces: TextIO) -> None:
    def reply(value: dict[str, Any]) -> None:
        replies.write(json.dumps(value) + "\n")
        replies.flush()

    path, name = sys.argv[1], sys.argv[2]
    faulthandler.register(signal.SIGUSR1, file=traces)  # the parent asks where a loop hangs
    try:
        callee = InProcess(_load(path, name))
    except _NoFunctionError as error:
        reply({"not_found": str(error)})
        return
    except (Exception, SystemExit) as error:
        reply({"raised": raised(error).to_dict()})
        return
    parameters = [[parameter.name, parameter.required] for parameter in callee.parameters]
    reply({"parameters": parameters, "values": callee.values})
    for line in requests:
        request = json.loads(line)
        answer = callee.call(from_wire(request["arguments"]), request["values"])
        if isinstance(answer, Raised):
            reply({"raised": answer.to_dict()})
        else:
            reply({"value": to_wire(answer.value), "changed": list(answer.changed)})


def main() -> None:
    """Move the protocol out of the way of the learner's prints, and serve."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    with open(sys.argv[3], "w", encoding="utf-8") as traces:
        _serve(requests, replies, traces)


if __name__ == "__main__":
    main()
