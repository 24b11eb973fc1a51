"""`clearprop serve` tells what is wrong before it listens."""

import sys


def test_every_wrong_choice_is_told_at_once(refused):
    told = refused(
        "serve m.safetensors --port 99999 --token short --max-rows 0 --max-body much --timeout 0"
    )
    assert told == (
        "5 problems: --port: expected a whole number from 0 to 65535; got 99999; "
        "--token: expected 8 to 200 letters, digits, or any of . _ ~ -; got another text; "
        "--max-body: expected a number of at least 1; got 'much'; "
        "--max-rows: expected a whole number of at least 1; got 0; "
        "--timeout: expected a number above 0; got 0.0"
    )


def test_others_are_not_served_without_a_token(refused, monkeypatch):
    monkeypatch.delenv("CLEARPROP_TOKEN", raising=False)
    assert refused("serve m.safetensors --host 0.0.0.0") == (
        "--token: others reach 0.0.0.0, so requests must show one: set the variable "
        "CLEARPROP_TOKEN, or listen on 127.0.0.1"
    )


def test_a_model_that_is_not_there_is_told(refused):
    assert refused("serve none.safetensors").startswith("none.safetensors: there is no such file")


def test_without_the_extra_it_is_one_sentence(refused, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("clearprop.serve.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("clearprop.serve.server", raising=False)  # the package's attribute
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert refused("serve m.safetensors") == "serve: needs uvicorn: pip install 'clearprop[serve]'"
