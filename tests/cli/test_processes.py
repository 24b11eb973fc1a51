"""`clearprop train` on several processes: its choices, and how the launcher of one machine ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from clearprop.choices.commands import parsed
from clearprop.cli.processes import _blame, _lines, _waited, _words
from clearprop.engines import gpus
from clearprop.storage.checkpoint import load_checkpoint


def refused(clearprop, args):
    told = clearprop(f"train digits {args}")
    assert (told.code, told.out) == (2, "")
    return told.err.removeprefix("clearprop: error: ").strip()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            "--coordinator node1:7000 --processes 2",
            "--process: expected all of coordinator, processes and process, or none of them; got "
            "nothing",
        ),
        (
            "--coordinator node1 --processes 2 --process 2",
            "2 problems: --coordinator: expected HOST:PORT, such as node1:7000; got 'node1'; "
            "--process: expected a number from 0 to 1, below processes; got 2",
        ),
        ("--local two", "--local: expected a whole number of at least 1; got 'two'"),
        (
            "--local 2 --process 1",
            "--process: local starts the processes; leave it out",
        ),
        (
            "--watchdog 10s",
            "--watchdog: watches several processes; start some with distributed or local",
        ),
        ("--local 2 --watchdog 1s", "--watchdog: expected a number of at least 5; got 1.0"),
        (
            "--local 2 --engine native --time 5 --all-rows",
            "3 problems: --engine: several processes compute with jax; leave it out; got "
            "'native'; --time: is for one process; leave it out; --all-rows: is for one process; "
            "leave it out",
        ),
    ],
)
def test_wrong_choices_are_told_together(clearprop, args, said):
    assert refused(clearprop, args) == said


@pytest.mark.parametrize("visible", [None, "3"])
def test_more_processes_than_gpus_are_refused(clearprop, monkeypatch, tmp_path, visible):
    told = "GPU 0: NVIDIA H200 (UUID: GPU-5)\n"
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nprintf '{told}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("JAX_PLATFORMS", raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    plugin = EntryPoint("xla_cuda13", "jax_plugins.xla_cuda13", "jax_plugins")
    monkeypatch.setattr(gpus, "entry_points", lambda group: [plugin])
    assert gpus.gpus_of_jax() == 1
    assert refused(clearprop, "--local 2") == (
        "--local: expected at most 1, one process for each GPU here; got 2; with "
        "JAX_PLATFORMS=cpu in the environment they compute on processors"
    )
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    assert gpus.gpus_of_jax() == 0


def test_without_the_plugin_of_jax_or_a_driver_there_are_no_gpus(monkeypatch, tmp_path):
    monkeypatch.delenv("JAX_PLATFORMS", raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    for plugins in ([], [EntryPoint("xla_cuda13", "jax_plugins.xla_cuda13", "jax_plugins")]):
        monkeypatch.setattr(gpus, "entry_points", lambda group, plugins=plugins: plugins)
        assert gpus.gpus_of_jax() == 0


def test_in_chinese(clearprop):
    told = clearprop("train digits --local 2 --process 1 --lang zh")
    assert (told.code, told.err.strip()) == (
        2,
        "clearprop：错误：--process：进程由 local 启动；请去掉它",
    )


def test_the_processes_get_the_command_that_was_typed():
    given = {"source": "a b.csv", "hidden": "5,4", "local": "2", "quiet": True, "json": False}
    words = _words({**given, "watchdog": "9s", "without": "x,-y"})
    assert words == [
        "train",
        "a b.csv",
        "--without=x,-y",
        "--hidden=5,4",
        "--watchdog=9s",
        "--quiet",
    ]
    assert parsed("train", given, [])["local"] == 2


def sleeping(*seconds_and_code):
    return [
        subprocess.Popen(
            [sys.executable, "-c", f"import time, sys; time.sleep({seconds}); sys.exit({code})"]
        )
        for seconds, code in seconds_and_code
    ]


def test_where_one_process_fails_the_others_are_ended(monkeypatch):
    monkeypatch.setattr("clearprop.cli.processes._GRACE", 0.5)
    children = sleeping((20, 0), (0, 75), (20, 0))
    os.kill(children[2].pid, signal.SIGSTOP)  # hears nothing but SIGKILL
    assert _waited(children) == {1: 75}
    assert [child.returncode for child in children] == [-signal.SIGKILL, 75, -signal.SIGKILL]
    assert _waited(sleeping((0, 0), (0, 0))) == {}


def test_when_process_0_is_done_the_others_are(monkeypatch):
    monkeypatch.setattr("clearprop.cli.processes._GRACE", 0.5)
    children = sleeping((0, 0), (20, 0))
    assert _waited(children) == {}
    assert children[1].returncode == -signal.SIGKILL


def test_who_is_to_blame():
    aborted, lost, killed, wrong = (2, -signal.SIGABRT), (0, 75), (3, -signal.SIGKILL), (1, 2)
    assert sorted([aborted, lost, killed, wrong], key=_blame) == [killed, wrong, lost, aborted]


def test_what_jax_reports_is_left_out():
    file = io.StringIO("clearprop: distributed: lost\nF1 1 client.h:80] Terminating\n    @ 0x7f\n")
    assert _lines(file) == ["clearprop: distributed: lost"]


def test_two_processes_of_this_machine(tmp_path):
    pytest.importorskip("jax")
    command = ["train", "digits", "--local", "2", "--hidden", "8", "--lambda", "1", "--epochs", "2"]

    def run(*more):
        return subprocess.run(
            [sys.executable, "-m", "clearprop", *command, "--checkpoint", "run", *more],
            cwd=tmp_path,
            env=os.environ | {"JAX_PLATFORMS": "cpu", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    done = run("--json", "--out", "m.safetensors")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)  # process 0 alone prints
    assert (found["engine"], found["epochs"], found["ended"]) == ("jax", 2, "epochs")
    assert (tmp_path / found["model"]).exists()
    (file,) = (tmp_path / "run").glob("*.safetensors")
    assert load_checkpoint(file).values["choices"]["processes"] == "2"
    command[3] = "1"
    done = run("--resume", "--quiet")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"clearprop: error: {file.relative_to(tmp_path)}: was made with ")
    assert "processes was '2' and is '1'" in done.stderr
    assert done.stderr.count("\n") == 1
