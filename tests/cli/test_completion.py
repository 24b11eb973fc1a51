"""Completion in real shells, installed as a user installs it: bash, zsh and fish."""

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clearprop.cli.completion import completing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shells of POSIX")

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, where `clearprop` is on the PATH and the shells' files are empty."""
    script = tmp_path / "bin" / "clearprop"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clearprop "$@"\n')
    script.chmod(0o755)
    (tmp_path / "home").mkdir()
    for name, value in {
        "HOME": str(tmp_path / "home"),
        "ZDOTDIR": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "home" / ".config"),
        "PATH": f"{script.parent}:{os.environ['PATH']}",
        "TERM": "dumb",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def shell(name: str, code: str, *flags: str) -> subprocess.CompletedProcess[str]:
    if shutil.which(name) is None:
        pytest.skip(f"needs {name}")
    return subprocess.run([name, *flags, "-c", code], capture_output=True, text=True, timeout=60)


def install(name: str) -> None:
    status = "$status" if name == "fish" else "$?"
    done = shell(name, f"clearprop --install-completion; echo code {status}")
    assert f"{name} completion installed in " in done.stdout
    assert done.stdout.endswith("code 0\n")
    assert done.stderr == ""


@pytest.mark.parametrize("name", SHELLS)
def test_the_script_is_shown(home: Path, name: str) -> None:
    status = "$status" if name == "fish" else "$?"
    done = shell(name, f"clearprop --show-completion; echo code {status}")
    assert f"_CLEARPROP_COMPLETE=complete_{name}" in done.stdout
    assert done.stdout.endswith("code 0\n")
    assert done.stderr == ""


def test_bash(home: Path) -> None:
    install("bash")
    code = "\n".join(
        [
            "source ~/.bashrc",
            "complete -p clearprop",
            'for words in "clearprop tra" "clearprop train --ep" "clearprop figure --l"; do',
            "COMP_WORDS=($words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))",
            "_clearprop_completion clearprop",
            'echo "${COMPREPLY[@]}"',
            "done",
        ]
    )
    lines = shell("bash", code).stdout.splitlines()
    assert lines[0].endswith("-F _clearprop_completion clearprop")
    assert lines[1:] == ["train", "--epochs", "--layers --lang"]


def test_fish(home: Path) -> None:
    install("fish")

    def completed(words: str) -> list[str]:
        return [
            line.split("\t")[0]
            for line in shell("fish", f'complete -C "{words}"').stdout.splitlines()
        ]

    assert completed("clearprop tra") == ["train"]
    assert completed("clearprop train --ep") == ["--epochs"]
    (home / "letters.csv").touch()
    assert completed("clearprop train let") == ["letters.csv"]


@pytest.fixture
def zsh(home: Path) -> Iterator["Typist"]:
    install("zsh")
    typist = Typist(["zsh", "-i"])
    yield typist
    typist.close()


class Typist:
    """Somebody who types at a shell in a terminal."""

    def __init__(self, command: list[str]) -> None:
        pty = pytest.importorskip("pty")
        self.fd, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        self.wait_for("%", "#")  # the prompt

    def type(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def wait_for(self, *texts: str, seconds: float = 30) -> str:
        seen, end = "", time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.fd], [], [], 0.1)[0]:
                seen += os.read(self.fd, 4096).decode(errors="replace")
                if any(text in seen for text in texts):
                    return seen
        raise AssertionError(f"none of {texts} came: {seen!r}")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.fd)


def test_zsh_at_the_first_tab(zsh: Typist) -> None:
    zsh.type("clearprop tra\t")
    zsh.wait_for("clearprop train")
    zsh.type("--epo\t")
    zsh.wait_for("--epochs")


def test_installing_twice_changes_nothing(home: Path) -> None:
    install("zsh")
    path = home / ".zfunc" / "_clearprop"
    once = path.read_text()
    install("zsh")
    assert path.read_text() == once
    assert once.endswith('[ "$funcstack[1]" = "_clearprop" ] && _clearprop_completion "$@"\n')


def test_what_is_completion(monkeypatch: pytest.MonkeyPatch) -> None:
    assert completing(["--install-completion"])
    assert not completing(["train", "digits", "--json"])
    monkeypatch.setenv("_CLEARPROP_COMPLETE", "complete_bash")
    assert completing([])
