"""The command as a process: pipes, signals, encodings, what it loads."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import clearprop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")

RUN = [sys.executable, "-c", "from clearprop.cli import main; main()"]


# Unbuffered output would hide what happens when the buffer is written at the end.
PLAIN = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def run(*args, env=PLAIN, stdout=subprocess.PIPE):
    command = [*RUN, *args]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, timeout=60, env=env)


def test_a_mistake_in_a_real_process(folder):
    result = run("train", "flower.csv")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode() == (
        'clearprop: error: flower.csv: no such file (did you mean "flowers.csv"?). A source is a '
        'path, or "digits"\n'
    )


def test_ctrl_c_ends_training_and_saves_the_model(folder):
    rng = np.random.default_rng(0)
    np.savez(folder / "long.npz", X=rng.normal(size=(2000, 20)), y=rng.integers(0, 2, 2000))
    # Where tests run in the background, Ctrl-C may be ignored, and children inherit that.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = [
        sys.executable,
        "-c",
        listen + RUN[2],
        "train",
        "long.npz",
        "--epochs",
        "1000000",
        "--lambda",
        "1",
        "--bins",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        told = b""
        while b"1,000,000 epochs" not in told:
            line = process.stderr.readline()
            assert line, told
            told += line
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted: the model so far is kept\n" in err
    assert b"test rows by actual class" in out
    assert b"model: long.safetensors (" in out
    assert clearprop.load("long.safetensors").network.layer_sizes == (20, 256, 128, 1)


SOURCES = Path(__file__).resolve().parents[2] / "src"

# As the script runs the command line, with a first import that takes its time.
SLOW_START = f"""
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.append({str(SOURCES)!r})
class Slow:
    def find_spec(self, name, *_):
        if name == "clearprop":
            print("loading", flush=True)
            time.sleep(60)
sys.meta_path.insert(0, Slow())
from clearprop_command import main
main()
"""


def test_ctrl_c_while_the_command_loads():
    command = [sys.executable, "-c", SLOW_START, "train", "digits"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"loading\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"clearprop: interrupted; nothing was written\n")


@pytest.mark.parametrize(
    "command",
    [
        "train rows.csv --target kind",
        "check rows.csv --target kind",
        "evaluate flowers.safetensors rows.csv",
        "predict flowers.safetensors rows.csv --out p.csv",
        "explain flowers.safetensors rows.csv",
    ],
)
def test_ctrl_c_while_rows_are_read(folder, command):
    os.mkfifo("rows.csv")  # a file of which nothing comes
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    run = [sys.executable, "-c", listen + RUN[2], *command.split()]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        writer = None
        while writer is None:
            try:
                writer = os.open("rows.csv", os.O_WRONLY | os.O_NONBLOCK)
            except OSError:  # nobody reads yet
                assert process.poll() is None, process.stderr.read()
                time.sleep(0.02)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()  # whatever happened, nobody waits for it forever
        os.close(writer)
    assert (process.returncode, out) == (130, b"")
    assert err == b"\nclearprop: interrupted; nothing was written\n"


@pytest.mark.parametrize(
    "command", ["predict flowers.safetensors flowers.csv", "info flowers.safetensors", "--help"]
)
def test_a_reader_that_leaves_is_no_error(folder, command):
    process = subprocess.Popen(
        [*RUN, *command.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=PLAIN
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141


def test_a_terminal_that_knows_no_chinese(folder):
    text = (folder / "flowers.csv").read_text().replace("rose", "玫瑰").replace("kind", "种类")
    (folder / "花.csv").write_text(text, encoding="utf-8")
    ascii_only = {"env": PLAIN | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}}
    args = [
        "花.csv",
        "--target",
        "种类",
        "--hidden",
        "none",
        "--epochs",
        "1",
        "--lambda",
        "1",
        "--out",
        "m",
    ]
    result = run("train", *args, **ascii_only)
    assert result.returncode == 0
    assert b"data      \\u82b1.csv\n" in result.stderr
    assert b"iris  \\u73ab\\u7470\n" in result.stdout.replace(b"iris  iris", b"iris")
    # For machines nothing is lost: JSON has escapes of its own, and CSV is UTF-8.
    result = run("train", *args, "--json", **ascii_only)
    assert json.loads(result.stdout)["source"] == "花.csv"
    result = run("predict", "m", "花.csv", "--proba", **ascii_only)
    assert result.stdout.decode().startswith("prediction,probability_iris,probability_玫瑰\n")


def test_a_closed_standard_output_is_no_error(folder):
    command = f'exec "{sys.executable}" -c "from clearprop.cli import main; main()" info'
    result = subprocess.run(
        ["sh", "-c", f"{command} flowers.safetensors >&-"], capture_output=True, timeout=60
    )
    assert (result.returncode, result.stderr) == (0, b"")


def test_a_full_disk_is_one_line(folder):
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    with open("/dev/full", "w") as full:
        result = run("info", "flowers.safetensors", stdout=full)
    assert result.returncode == 2
    assert result.stderr == b"clearprop: error: No space left on device\n"


def test_commands_load_only_what_they_need(folder):
    code = (
        "import sys\n"
        "from clearprop.cli import main\n"
        "try:\n"
        "    main(sys.argv[2:])\n"
        "except SystemExit:\n"
        "    names = sys.argv[1].split(',')\n"
        "    print('loaded', [name for name in names if name in sys.modules], file=sys.stderr)\n"
    )
    for names, args in (
        ("scipy,polars,sklearn,matplotlib,safetensors", ["--help"]),
        # What the columns of a table are is told with Polars' types.
        ("scipy,sklearn,matplotlib", ["info", "flowers.safetensors"]),
        (
            "scipy,polars,sklearn,matplotlib",
            ["train", "digits", "--epochs", "1", "--lambda", "1", "--json"],
        ),
    ):
        result = subprocess.run(
            [sys.executable, "-c", code, names, *args], capture_output=True, timeout=60
        )
        assert result.stderr == b"loaded []\n", args


def in_terminal(*args, **env):
    """What is printed to a pipe, and what a terminal gets for standard error."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    terminal = PLAIN | {"TERM": "xterm", "COLUMNS": "80"} | env
    with subprocess.Popen(
        [*RUN, *args], stdout=subprocess.PIPE, stderr=theirs, env=terminal
    ) as process:
        os.close(theirs)
        seen = b""
        try:
            while part := os.read(ours, 4096):
                seen += part
        except OSError:  # how Linux says that nobody is left at the other end
            pass
        os.close(ours)
        return process.stdout.read().decode(), seen.decode()


TRAIN = ("train", "flowers.csv", "--target", "kind", "--epochs", "300", "--lambda", "1")


def test_the_progress_bar_is_for_terminals(folder):
    """It shows epoch, cost, score and time left, also beside JSON, which stays alone on stdout."""
    out, seen = in_terminal(*TRAIN, "--json")
    assert json.loads(out)["epochs"] == 300
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)
    bar = r"  epoch \d+/300 \S+ cost \d\.\d{4}, validation accuracy [01]\.\d{4} \d\d:\d\d left"
    assert re.search(bar, text), text[-500:]
    assert "data      " not in text


def test_the_progress_bar_in_chinese(folder):
    _, seen = in_terminal(*TRAIN, "--json", "--lang", "zh")
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)
    bar = r"  第 \d+/300 轮 \S+ 代价 \d\.\d{4}，验证集准确率 [01]\.\d{4} 还剩 \d\d:\d\d"
    assert re.search(bar, text), text[-500:]


def test_quiet_draws_no_bar(folder):
    out, seen = in_terminal(*TRAIN, "--quiet")
    assert seen == ""
    assert "model: flowers.safetensors (" in out
    out, seen = in_terminal("figure", "network", "--quiet")
    assert (out, seen) == ("", "")
    assert (folder / "network.svg").exists()


def colours(text):
    """The codes of ANSI colours in a text; bold and dim are none."""
    codes = ";".join(re.findall(r"\x1b\[([0-9;]*)m", text)).split(";")
    return {code for code in codes if code and 30 <= int(code) <= 107}


@pytest.mark.parametrize("args", [TRAIN, ("figure", "network")])
def test_no_color_is_heard(folder, args):
    assert colours(in_terminal(*args)[1])
    assert colours(in_terminal(*args, NO_COLOR="1")[1]) == set()


def test_python_m_clearprop(folder):
    args = [sys.executable, "-m", "clearprop", "info", "flowers.safetensors"]
    done = subprocess.run(args, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("model           flowers.safetensors\n")
