"""The real process: it starts, answers, takes a new model, and ends what it has begun."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clearprop.storage.model_file import save
from served_models import ROW, of_table

pytest.importorskip("uvicorn")


class Running:
    """A service in a process of its own."""

    def __init__(self, path: Path, *options: str, **environment: str) -> None:
        command = [sys.executable, "-m", "clearprop", "serve", str(path), "--port", "0", *options]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        assert self.process.stdout is not None
        self.port = int(re.findall(r":(\d+)/", self.process.stdout.readline())[0])

    def ask(self, rows: Any = ROW, **headers: str) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json", **headers}
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with closing(asking) as connection:
            connection.request("POST", "/predict", json.dumps(rows), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def until(self, line: str) -> str:
        """Wait for a line of the log that holds this text."""
        assert self.process.stderr is not None
        for said in self.process.stderr:
            if line in said:
                return said
        raise AssertionError(line)


@pytest.fixture
def running(saved: Path) -> Iterator[Running]:
    found = Running(saved, "--log", "--timeout", "2s")
    yield found
    found.process.kill()
    found.process.communicate()


def test_it_answers_takes_a_new_model_and_ends_what_it_has_begun(
    running: Running, saved: Path
) -> None:
    status, first = running.ask()
    assert status == 200
    # A wrong file, and then another model, told by SIGHUP.
    raw = saved.read_bytes()
    saved.write_bytes(raw[:1000])
    running.process.send_signal(signal.SIGHUP)
    assert "goes on: " in running.until("was not taken")
    assert running.ask() == (200, first)
    save(of_table(bins=2), saved)
    running.process.send_signal(signal.SIGHUP)
    assert "its columns and answers are those of before" in running.until("took the new model")
    status, second = running.ask()
    assert (status, second != first) == (200, True)
    # A request is half sent when SIGTERM comes; it is answered all the same.
    body = json.dumps(ROW).encode()
    with socket.create_connection(("127.0.0.1", running.port)) as client:
        head = f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        client.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body[:10])
        time.sleep(0.2)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        client.sendall(body[10:])
        answer = b""
        while part := client.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200")
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == second
    assert running.process.wait(10) == 0


def test_slow_and_broken_requests_are_refused_and_it_lives_on(running: Running) -> None:
    def raw(data: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as client:
            client.sendall(data)
            answer = b""
            while part := client.recv(65536):
                answer += part
            return answer

    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    begun = head + b"Accept-Language: zh\r\nContent-Length: 9\r\n\r\n["
    slow = threading.Thread(target=lambda: found.append(raw(begun)))
    found: list[bytes] = []
    slow.start()
    assert raw(b"no HTTP at all\r\n\r\n").startswith(b"HTTP/1.1 400")
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n"
    assert raw(chunked).startswith(b"HTTP/1.1 400")
    both = head + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n2\r\n[]\r\n0\r\n\r\n"
    assert raw(both).startswith(b"HTTP/1.1 4")
    assert raw(head + b"X: " + b"a" * 70_000).startswith(b"HTTP/1.1 400")  # no end
    assert raw(b"") == raw(head[:40]) == b""  # neither comes in time
    slow.join(10)
    assert found[0].startswith(b"HTTP/1.1 408")
    assert "应当在 2 秒内送达" in found[0].decode()
    assert running.ask()[0] == 200
    counts = raw(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert b'path="/predict",status="408"} 1\n' in counts
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(10) == 0
    assert "Traceback" not in running.process.stderr.read()  # type: ignore[union-attr]


def test_a_token_from_the_environment_is_asked_for_and_stands_in_no_list(saved: Path) -> None:
    found = Running(saved, "--quiet", CLEARPROP_TOKEN="secret-token")
    try:
        assert found.ask()[0] == 401
        assert found.ask(Authorization="Bearer secret-token")[0] == 200
        listed = Path(f"/proc/{found.process.pid}/cmdline")
        assert not listed.exists() or b"secret-token" not in listed.read_bytes()
    finally:
        found.process.terminate()
    _, err = found.process.communicate(timeout=10)
    assert (found.process.returncode, err) == (0, "")
