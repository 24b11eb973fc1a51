"""Pipes and standard input: a source is read once."""

import os
import subprocess
import sys
import threading

import pytest

from clearprop.data import read
from clearprop.data.files import content_of
from clearprop.errors import DataError

CSV = "a,y\n" + "".join(f"{i},{'no' if i % 2 else 'yes'}\n" for i in range(20_000))
CODE = (
    "import sys; from clearprop.data import read; table = read(sys.argv[1], 'y');"
    "print(table.source, table.n_rows, table.place(0), table.X[-1, 0])"
)


@pytest.mark.parametrize("source", ["-", "/dev/stdin", "/dev/fd/0"])
def test_standard_input(source):
    found = subprocess.run(
        [sys.executable, "-c", CODE, source], input=CSV, capture_output=True, text=True, check=True
    )
    assert found.stdout == "standard input 20000 line 2 19999\n"


def test_standard_input_from_a_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    with path.open() as file:
        found = subprocess.run(
            [sys.executable, "-c", CODE, "/dev/stdin"], stdin=file, capture_output=True, text=True
        )
    assert found.stdout == "standard input 20000 line 2 19999\n"


def test_a_substituted_process():
    command = f'"{sys.executable}" -c "$CODE" <(printf "a,y\\n1,no\\n7,yes\\n")'
    found = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        env={**os.environ, "CODE": CODE},
        check=True,
    )
    assert found.stdout.endswith(" 2 line 2 7\n")


def test_a_named_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(CSV,))
    writer.start()
    table = read(path, "y")
    writer.join()
    assert (table.source, table.n_rows) == (str(path), 20_000)


def test_an_empty_pipe():
    found = subprocess.run([sys.executable, "-c", CODE, "-"], input=b"", capture_output=True)
    assert b"DataError: standard input: the file is empty" in found.stderr


def test_what_was_opened_can_be_read_twice(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("a,y\n1,no\n",))
    writer.start()
    content = content_of(path)
    writer.join()
    with pytest.raises(DataError, match="no column 'z'"):
        read(content, "z")
    assert read(content, "y").X.rows() == [("1",)]


def test_images_need_files():
    found = subprocess.run(
        [sys.executable, "-c", CODE, "-"],
        input=b"\0\0\x08\x03" + bytes(12),
        capture_output=True,
    )
    assert b"standard input: IDX is a pair of files: name one of them, or their folder" in (
        found.stderr
    )


def test_a_model_reads_a_pipe_once(tmp_path):
    rows = "a,y\n" + "".join(f"{i % 9},{'no' if i % 9 > 4 else 'yes'}\n" for i in range(60))
    run = [sys.executable, "-m", "clearprop"]

    def clearprop(*words, stdin=rows):
        return subprocess.run(
            [*run, *words], input=stdin, capture_output=True, text=True, cwd=tmp_path, check=True
        ).stdout

    clearprop("train", "-", "--target", "y", "--hidden", "4", "--epochs", "2", "--quiet")
    (tmp_path / "a.csv").write_text(rows)
    expected = clearprop("predict", "stdin.safetensors", "a.csv")
    assert expected.startswith("prediction\n")
    for source in ("-", "/dev/stdin"):
        assert clearprop("predict", "stdin.safetensors", source, "--out", "-") == expected
    os.mkfifo(tmp_path / "pipe")
    # A failing first try must not open the pipe again, since that would wait for ever.
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("b,y\n1,no\n",))
    writer.start()
    failed = subprocess.run(
        [*run, "evaluate", "stdin.safetensors", "pipe"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    writer.join()
    assert failed.returncode == 2
    assert "pipe: expected the columns" in failed.stderr
