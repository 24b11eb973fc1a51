"""`clearprop studio` tells what is wrong before it listens."""

import sys

import pytest


def test_wrong_choices_are_told_at_once(refused):
    told = refused("studio --port 99999 --token short --allow-origin lab.example")
    assert told == (
        "3 problems: --port: expected a whole number from 0 to 65535; got 99999; "
        "--token: expected 8 to 200 letters, digits, or any of . _ ~ -; got another text; "
        "--allow-origin: expected an origin such as https://lab.example; got 'lab.example'"
    )


def test_a_path_that_does_not_exist_is_refused_before_it_serves(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refused("studio --no-open none.csv").startswith("none.csv: no such file")
    assert refused("studio --no-open --model none.safetensors").startswith("none.safetensors: ")


def test_without_its_libraries_it_says_how_to_get_them(refused, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("clearprop.studio.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("clearprop.studio.server", raising=False)  # the package's attribute
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert refused("studio --no-open") == ("studio: needs uvicorn: pip install 'clearprop[studio]'")


def test_an_address_that_is_not_here_is_told(refused):
    pytest.importorskip("uvicorn")
    told = refused("studio --no-open --host 192.0.2.1 --port 8642")
    assert told.startswith("--port: cannot listen on 192.0.2.1, port 8642: ")


@pytest.mark.parametrize(
    ("asked", "local"), [("", True), ("--allow-origin https://lab.example", False)]
)
def test_behind_a_proxy_there_is_a_token_and_nobody_is_local(clearprop, monkeypatch, asked, local):
    """Others come through it, from this machine's own address."""
    server = pytest.importorskip("clearprop.studio.server")
    served = []
    monkeypatch.setattr(server, "serve", lambda made, at: (at.close(), served.append(made)))
    assert clearprop(f"studio --no-open --port 0 {asked}").code == 0
    (made,) = served
    assert (made.access.token is None, made.access.local) == (local, local)
    assert (made._trust.paths, made._trust.runs_files) == (local, local)
