"""Fifty hostile requests: each is answered with a 4xx, by row and column where there is one."""

import gzip
import io
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

pytest.importorskip("starlette")

from starlette.testclient import TestClient

from clearprop.model import Model
from clearprop.serve.limits import Limits
from clearprop.serve.served import Served
from clearprop.serve.service import Service
from served_models import ROW, made_client

JSON = {"content-type": "application/json"}
CSV = {"content-type": "text/csv"}
STREAM = {"content-type": "application/vnd.apache.arrow.stream"}
FILE = {"content-type": "application/vnd.apache.arrow.file"}
NAMES = ",".join(ROW)
LIMITS = Limits(body=200_000, rows=50, seconds=0.3)


@pytest.fixture(scope="module")
def client(model: Model) -> Iterator[TestClient]:
    with made_client(Service(Served(model, "m", "ab"), LIMITS), token="secret-token") as client:
        client.headers["authorization"] = "Bearer secret-token"
        yield client


def row(**change: Any) -> bytes:
    return json.dumps(ROW | change).encode()


def raw(name: str, value: str) -> bytes:
    """A row in which one cell is written as it stands here."""
    return row(**{name: "MARK"}).replace(b'"MARK"', value.encode())


def arrow(frame: pl.DataFrame, stream: bool = True) -> bytes:
    file = io.BytesIO()
    (frame.write_ipc_stream if stream else frame.write_ipc)(file)
    return file.getvalue()


def huge_stream() -> bytes:
    """A stream that claims 2^61 rows."""
    rows = struct.pack("<q", 1003)
    data = arrow(pl.DataFrame({"age": list(range(1003))}))
    assert rows in data
    return data.replace(rows, struct.pack("<q", 1 << 61))


FRAME = pl.DataFrame([{**ROW, "share": 45.0}])
FEW = {name: value for name, value in ROW.items() if name != "age"}

# The headers, the body, the status, and what the answer says.
REQUESTS: dict[str, tuple[dict[str, str], bytes, int, str]] = {
    # -- JSON that is none ------------------------------------------------------------------------
    "nothing": (JSON, b"", 400, "body: cannot be read as JSON: expecting value"),
    "cut": (JSON, row()[:-5], 400, "body: cannot be read as JSON"),
    "two rows side by side": (JSON, row() + row(), 400, "extra data"),
    "deep arrays": (JSON, b"[" * 90_000, 400, "nested too deeply"),
    "deep objects": (JSON, b'{"age":' * 20_000, 400, "nested too deeply"),
    "single quotes": (JSON, b"{'age': 39}", 400, "property name enclosed in double quotes"),
    "a comment": (JSON, b"// a\n" + row(), 400, "expecting value"),
    "no UTF-8": (JSON, row(city="X").replace(b"X", b"\xff\xfe"), 400, "expected UTF-8"),
    "UTF-16": (JSON, row().decode().encode("utf-16"), 400, "expected UTF-8"),
    "a byte order mark": (JSON, b"\xef\xbb\xbf" + row(), 400, "cannot be read as JSON"),
    "a number of 5,000 digits": (JSON, raw("age", "9" * 5000), 400, "more digits"),
    "a NUL": (JSON, row(city="X").replace(b"X", b"\0"), 400, "invalid control character"),
    # -- Cells that do not fit --------------------------------------------------------------------
    "NaN": (JSON, raw("age", "NaN"), 422, "row 1, column 'age': expected a finite number; got NaN"),
    "Infinity": (JSON, raw("age", "-Infinity"), 422, "row 1, column 'age': expected a finite"),
    "1e999": (JSON, raw("age", "1e999"), 422, "row 1, column 'age': expected a finite number"),
    "a number of 400 digits": (JSON, raw("age", "9" * 400), 422, "row 1, column 'age'"),
    "text for a number": (
        JSON,
        row(age="x"),
        422,
        "row 1, column 'age': expected a number; got 'x'",
    ),
    "an object for a number": (JSON, row(age={}), 422, "expected a number; got an object"),
    "an array for a text": (JSON, row(city=[1]), 422, "row 1, column 'city': expected a text"),
    "a number for a date": (JSON, row(born=7), 422, "row 1, column 'born': expected a date"),
    "a day that is not": (JSON, row(born="2024-02-30"), 422, "row 1, column 'born': expected"),
    "2 for true": (JSON, row(member=2), 422, "row 1, column 'member': expected true or false"),
    "no percent": (JSON, row(share="45 kg"), 422, "column 'share': expected a number with '%'"),
    "half a character": (JSON, row(city="\ud800"), 422, "row 1, column 'city': expected text of"),
    "half a character in a name": (JSON, row(**{"\ud800": 1}), 422, "no such column"),
    "the third row": (
        *(JSON, json.dumps([ROW, ROW, ROW | {"age": "x"}]).encode(), 422),
        "row 3, column 'age'",
    ),
    # -- Rows that do not fit ---------------------------------------------------------------------
    "no row": (JSON, b"[]", 422, "rows: expected at least one; got none"),
    "a text": (JSON, b'"rows"', 422, "row 1: expected an object or an array"),
    "null": (JSON, b"null", 422, "row 1: expected an object or an array"),
    "an empty object": (JSON, b"{}", 422, "row 1, column 'age': is missing"),
    "an array for an object": (JSON, b"[[1, 2]]", 422, "row 1: expected an object with the names"),
    "a column too few": (JSON, json.dumps(FEW).encode(), 422, "row 1, column 'age': is missing"),
    "a column too many": (JSON, row(aeg=3), 422, "row 1, column 'aeg': no such column (did you"),
    "a name twice": (JSON, b'{"age": 1,' + row()[1:], 422, "row 1, column 'age': the name stands"),
    "too many rows": (JSON, json.dumps([ROW] * 51).encode(), 413, "at most 50 a request; got 51"),
    "too many bytes": (JSON, b"[" + b" " * 200_000 + b"]", 413, "at most 200,000 bytes"),
    # -- CSV --------------------------------------------------------------------------------------
    "CSV of nothing": (CSV, b"", 400, "body: expected rows; got nothing"),
    "CSV without rows": (CSV, NAMES.encode(), 400, "body:"),
    "CSV with a short row": (CSV, f"{NAMES}\n1,2\n".encode(), 400, "line 2: expected 7 cells"),
    "CSV with a wrong cell": (
        *(CSV, f"{NAMES}\nx,Rome,1,1960-05-06,2024-05-06 12:30,true,4%\n".encode(), 422),
        "row 1, column 'age': expected a number; got 'x'",
    ),
    "CSV without a column": (CSV, b"city,b\nRome,1\n", 422, "column 'age': is missing"),
    "CSV of bytes": (CSV, bytes(range(256)) * 4, 400, "body:"),
    # -- Arrow ------------------------------------------------------------------------------------
    "Arrow of nothing": (STREAM, b"", 400, "body: expected rows; got nothing"),
    "Arrow that is none": (FILE, b"ARROW1\0\0" + b"\xff" * 200, 400, "body:"),
    "Arrow cut": (STREAM, arrow(FRAME)[:-300], 400, "body:"),
    "Arrow that claims 2^61 rows": (STREAM, huge_stream(), 400, "body:"),
    "Arrow with other columns": (STREAM, arrow(pl.DataFrame({"a": [1]})), 422, "is missing"),
    "Arrow with lists": (
        *(FILE, arrow(FRAME.with_columns(age=pl.Series([[1]])), False), 400),
        "column 'age' holds List",
    ),
    # -- Headers ----------------------------------------------------------------------------------
    "no Content-Type": ({}, row(), 415, "Content-Type: expected one of"),
    "a form": ({"content-type": "multipart/form-data"}, row(), 415, "Content-Type: expected"),
    "gzip": (
        JSON | {"content-encoding": "gzip"},
        gzip.compress(row()),
        415,
        "send the body unpack",
    ),
    "a bomb": (
        JSON | {"content-encoding": "deflate"},
        zlib.compress(b" " * 10**7),
        415,
        "unpacked",
    ),
    "a false length": (JSON | {"content-length": "99999999999"}, row(), 413, "at most 200,000"),
    "a length that is none": (JSON | {"content-length": "-1"}, row(), 413, "at most 200,000"),
    "an Accept of images": (JSON | {"accept": "image/png"}, row(), 406, "Accept: expected one of"),
    "no token": (JSON | {"authorization": ""}, row(), 401, "token: expected the header"),
    "a wrong token": (JSON | {"authorization": "Bearer secret"}, row(), 401, "token: expected"),
    "a token of another kind": (JSON | {"authorization": "Basic eDp5"}, row(), 401, "token:"),
    "another origin": (JSON | {"origin": "http://evil.example"}, row(), 403, "Origin: expected"),
    "a Host that is none": (JSON | {"host": "a b"}, row(), 400, "Host: expected"),
}


def test_there_are_fifty() -> None:
    assert len(REQUESTS) >= 50


@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_request_is_refused_and_the_service_lives_on(
    client: TestClient, name: str
) -> None:
    headers, body, status, says = REQUESTS[name]
    answer = client.post("/predict", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert told["status"] == status
    assert says in told["error"]
    if says.startswith("row ") and "column" in says:
        assert told["problems"][0]["row"] >= 1
        assert told["problems"][0]["column"]
    assert client.get("/health").json()["live"] is True
    assert client.post("/predict", json=ROW).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/predict"), ("DELETE", "/model")])
def test_another_method_is_refused(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.json()["error"].startswith("expected ")


def test_another_host_is_refused_where_there_is_no_token(model: Model) -> None:
    with made_client(Service(Served(model, "m", "ab"))) as client:
        answer = client.post("/predict", json=ROW, headers={"host": "evil.example"})
        assert answer.status_code == 400
        assert answer.json()["error"] == (
            "Host: expected localhost, 127.0.0.1 or [::1]; got 'evil.example'"
        )


def test_twenty_problems_are_listed_and_the_others_counted(client: TestClient) -> None:
    answer = client.post("/predict", json=[ROW | {"age": "x", "born": "y"}] * 40).json()
    assert answer["error"] == (
        "80 problems; the first: row 1, column 'age': expected a number; got 'x'"
    )
    assert (len(answer["problems"]), answer["more"]) == (20, 60)
    assert [(p["row"], p["column"]) for p in answer["problems"][:3]] == [
        (1, "age"),
        (1, "born"),
        (2, "age"),
    ]


def test_a_long_value_is_cut(client: TestClient) -> None:
    answer = client.post("/predict", json=ROW | {"age": "x" * 100_000})
    assert len(answer.content) < 1000
