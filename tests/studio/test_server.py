"""The studio's server through Starlette's client: what it serves, and hostile requests."""

import gzip
import io
import json
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest

pytest.importorskip("starlette")

from scipy.io import savemat
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from clearprop.server.guard import Access
from clearprop.studio import server, unpacking, uploads
from clearprop.studio.protocol import Message
from clearprop.studio.server import MOST_TABS, Studio
from clearprop.studio.session import Session

HOME, SOCKET = "http://127.0.0.1", "ws://127.0.0.1/ws"
OUTSIDE = "ws://192.0.2.7:8642/ws"
SMALL = {"kind": "synthetic", "set": "moons", "rows": 60}
QUICK = {"hidden": "4", "epochs": 3, "bins": 0, "regularization": 0}


class Page:
    """A tab: it asks, and reads until the answer."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.asked = socket, 0
        self.ready = self.read()

    def read(self) -> dict[str, Any]:
        event = self.socket.receive()
        if event["type"] == "websocket.close":
            raise WebSocketDisconnect(event["code"])
        if event.get("bytes"):
            frame = event["bytes"]
            return json.loads(frame[4 : 4 + struct.unpack("<I", frame[:4])[0]])
        return json.loads(event["text"])

    def send(self, kind: str, **body: Any) -> None:
        self.asked += 1
        self.socket.send_text(json.dumps({"v": 1, "kind": kind, "id": self.asked, **body}))

    def until(self, *kinds: str) -> dict[str, Any]:
        while (message := self.read())["kind"] not in kinds:
            pass
        return message

    def ask(self, kind: str, **body: Any) -> dict[str, Any]:
        self.send(kind, **body)
        while (message := self.read()).get("id") != self.asked:
            pass
        return message

    def open(self, **options: Any) -> dict[str, Any]:
        return self.ask("open", source=SMALL, options={**QUICK, **options})


LOG: list[str] = []


@pytest.fixture
def log() -> list[str]:
    LOG.clear()
    return LOG


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Studio(Access(), log=LOG.append).app, HOME) as client:
        yield client


@pytest.fixture(scope="module")
def guarded() -> Iterator[TestClient]:
    """A server for other machines."""
    access = Access("0.0.0.0", "secret-token", ("https://lab.example",))
    with TestClient(Studio(access, log=LOG.append).app, "http://192.0.2.7:8642") as client:
        yield client


# -- What it serves -------------------------------------------------------------------------------


def test_the_page_loads_from_the_package_and_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert client.get("/studio.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/studio.css").status_code == 200


def test_a_tab_opens_trains_and_ends(client: TestClient) -> None:
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        assert page.ready["kind"] == "ready"
        data = page.open()
        assert data["kind"] == "dataset"
        assert data["network"]["sizes"] == [2, 4, 1]
        page.send("watch", views=["theta", "answers", "plane"])
        page.send("train", until="run")
        ended = page.until("ended")
        assert ended["reason"] == "epochs"
        code = page.ask("code")
        assert code["command"][-1].startswith("clearprop train moons.csv --hidden 4")


def test_a_model_is_saved_and_opened_again(client: TestClient) -> None:
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        page.open()
        page.send("train", until="epoch")
        page.until("ended")
        saved = page.ask("save")
        session = page.ready["session"]
        file = client.get(f"/file?session={session}&id={saved['file']}")
        assert file.headers["content-disposition"] == 'attachment; filename="moons.safetensors"'
        answer = client.post(f"/upload?session={session}&name=m.safetensors", content=file.content)
        page.ask("reset")
        assert page.ask("open-model", upload=answer.json()["id"])["kind"] == "done"


def test_another_tab_has_its_own_session_and_it_ends_with_the_tab(client: TestClient) -> None:
    with client.websocket_connect(SOCKET) as one, client.websocket_connect(SOCKET) as two:
        names = {Page(one).ready["session"], Page(two).ready["session"]}
        assert len(names) == 2
    time.sleep(0.05)
    (name, _) = names
    assert client.post(f"/upload?session={name}&name=a.csv", content=b"a,b").status_code == 404


def test_tabs_are_counted(client: TestClient) -> None:
    sockets = [client.websocket_connect(SOCKET) for _ in range(MOST_TABS)]
    for socket in sockets:
        socket.__enter__()
    try:
        with client.websocket_connect(SOCKET) as socket:
            message = json.loads(socket.receive_text())
        assert message["what"]["en"] == f"tabs: at most {MOST_TABS} at once; close one of them"
        assert message["what"]["zh"] == f"tabs：最多同时打开 {MOST_TABS} 个；请先关掉一个"
    finally:
        for socket in sockets:
            socket.__exit__(None, None, None)


# -- Requests that must not come in ---------------------------------------------------------------

HOSTS = [
    *("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0"),
    *("evil@127.0.0.1", "127.0.0.1/x", "127.0.0.1:x", "127.0.0.1:80:80", "[::1", "[::1]x", ""),
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_foreign_host_is_refused(client: TestClient, log: list[str], host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert (answer.status_code, answer.text.count("\n")) == (400, 1)
    assert len(log) == 1
    assert log[0].startswith("refused 400 GET / from")
    assert client.get("/").status_code == 200  # unharmed


ORIGINS = [
    *("http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1", "null", "file://"),
    *("http://127.0.0.1.evil.example", "http://evil@127.0.0.1", ""),
]


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("way", ["page", "upload", "socket"])
def test_a_foreign_origin_is_refused(
    client: TestClient, log: list[str], origin: str, way: str
) -> None:
    headers = {"origin": origin}
    if way == "socket":
        with (
            pytest.raises(WebSocketDisconnect) as refused,
            client.websocket_connect(SOCKET, headers=headers),
        ):
            pass
        assert refused.value.code == 4403
    else:
        ask = client.get if way == "page" else client.post
        assert ask("/" if way == "page" else "/upload", headers=headers).status_code == 403
    assert len(log) == 1
    assert "Origin" in log[0]


@pytest.mark.parametrize(
    ("query", "header"),
    [
        ("", None), ("?token=", None), ("?token=secret-toke", None), ("?token=SECRET-TOKEN", None),
        ("", "Bearer wrong"), ("", "Basic secret-token"), ("", "Bearer"),
        ("?tokens=secret-token", ""),
        ("?" + "&".join(["x=1"] * 60), None), ("?token=%ff%fe", None),
    ],
)  # fmt: skip
def test_without_the_token_nothing_is_served(
    guarded: TestClient, log: list[str], query: str, header: str | None
) -> None:
    headers = {} if header is None else {"authorization": header}
    for path in ("/", "/studio.js", "/file"):
        answer = guarded.get(path + query, headers=headers)
        assert answer.status_code == 401
    with (
        pytest.raises(WebSocketDisconnect),
        guarded.websocket_connect(f"{OUTSIDE}{query}", headers=headers),
    ):
        pass
    assert len(log) == 4
    assert not any("secret" in line.lower() for line in log)


def test_with_the_token_or_from_the_proxy_it_is_served(guarded: TestClient) -> None:
    assert guarded.get("/?token=secret-token").status_code == 200
    answer = guarded.get("/", headers={"authorization": "Bearer secret-token"})
    assert "studio.js?token=secret-token" in answer.text
    proxy = {"origin": "https://lab.example", "host": "lab.example"}
    assert guarded.get("/?token=secret-token", headers=proxy).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", path, 404) for path in (
            "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/studio.js/../../guard.py",
            "/assets/studio.js", "/.git/config", "/%00", "/file", "/file?session=x&id=../f1",
        )),
        ("POST", "/", 405), ("DELETE", "/file", 405), ("PUT", "/upload", 405), ("TRACE", "/", 405),
        ("POST", "/upload", 404), ("POST", "/upload?session=nobody&name=a.csv", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_one_line(
    client: TestClient, log: list[str], method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert len(log) == 1


# -- Uploads --------------------------------------------------------------------------------------


def matrices() -> bytes:
    """A MAT 5 file of one element that unpacks to 2 MiB."""
    packer = zlib.compressobj(1)
    packed = packer.compress(bytes(2 << 20)) + packer.flush()
    return bytes(126) + b"IM" + struct.pack("<II", 15, len(packed)) + packed


def parquet(column: pl.Series) -> bytes:
    made = io.BytesIO()
    pl.DataFrame({"a": column}).write_parquet(made)
    return made.getvalue()


def falses() -> bytes:
    return parquet(pl.repeat(False, 140_000, eager=True))


def lists() -> bytes:
    return parquet(pl.Series([[1, 2], [3]]))


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(3):
            archive.writestr(f"{i}.npy", bytes(400_000))
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "a.csv: the file is empty"),
        ("a.exe", b"MZ", "a.exe: expected a table, a model or a learner's file; got the"),
        ("../../.ssh/keys", b"x", "keys: expected a table"),
        ("", b"x", "file: expected a table"),
        ("a.csv", gzip.compress(b"a,b\n" * 99, mtime=0), "a.csv: is packed; unpack it"),
        ("a.npz", b"PK\x03\x04cut", "a.npz: the archive is damaged"),
        ("b.npz", bomb, "b.npz: unpacks to more than 1 MiB; open it by its path"),
        ("b.mat", matrices, "b.mat: unpacks to more than 1 MiB; open it by its path"),
        ("b.parquet", falses, "b.parquet: unpacks to more than 1 MiB; open it by its path"),
        ("c.parquet", lists, "c.parquet: a column holds lists; open it by its path"),
    ],
)  # fmt: skip
def test_an_upload_that_is_no_data_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, name: str, content: Any, says: str
) -> None:
    monkeypatch.setattr(unpacking, "MOST", 1 << 20)
    content = content() if callable(content) else content
    with client.websocket_connect(SOCKET) as socket:
        session = Page(socket).ready["session"]
        answer = client.post("/upload", params={"session": session, "name": name}, content=content)
        assert answer.status_code == 422
        assert answer.json()["what"]["en"].startswith(says)


def test_files_that_unpack_to_little_are_taken(client: TestClient) -> None:
    table = pl.DataFrame({"x": [1.0, 2.0], "kind": ["a", "b"]})
    arrow, mat = io.BytesIO(), io.BytesIO()
    table.write_ipc(arrow, compression="zstd")
    savemat(mat, {"X": np.zeros((9, 9))}, do_compression=True)
    made = {"a.parquet": parquet(table["x"]), "a.arrow": arrow.getvalue(), "a.mat": mat.getvalue()}
    with client.websocket_connect(SOCKET) as socket:
        session = Page(socket).ready["session"]
        for name, data in made.items():
            answer = client.post("/upload", params={"session": session, "name": name}, content=data)
            assert (answer.status_code, answer.json().get("name")) == (200, name)


def test_the_page_is_served_before_what_computes_is_loaded() -> None:
    heavy = {"polars", "clearprop.training", "clearprop.experiment", "clearprop.doctor"}
    lines = (
        f"import sys; import clearprop.studio.server; print({heavy} & set(sys.modules));"
        "import clearprop.studio.session; print('clearprop.doctor' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["set()", "False"]


def test_an_upload_too_large_is_refused_before_and_while_it_comes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (server, uploads):
        monkeypatch.setattr(module, "LARGEST", 1 << 20)
    with client.websocket_connect(SOCKET) as socket:
        where = {"session": Page(socket).ready["session"], "name": "a.csv"}
        assert client.post("/upload", params=where, content=bytes(2 << 20)).status_code == 413
        pieces = (bytes(1 << 19) for _ in range(4))  # without a length
        assert client.post("/upload", params=where, content=pieces).status_code == 422
        lie = {"content-length": "-5"}
        assert client.post("/upload", params=where, content=b"", headers=lie).status_code == 413


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"\x00\xff\x00\xfe" * 50),
        ("a.parquet", b"PAR1garbagePAR1"),
        ("a.npy", b"\x93NUMPY\x01\x00\xff\xffgarbage"),
        ("a.npy", np.lib.format.magic(1, 0) + b"\x10\x00{'descr':'|O'}\n "),
        ("a.json", b'{"a": [[[['),
        ("a.xlsx", b"PK\x05\x06" + bytes(18)),
        ("a.mat", b"MATLAB 5.0" + bytes(200)),
        ("train-images-idx3-ubyte", b"\x00\x00\x08\x03" + b"\xff" * 12),
    ],
)
def test_a_broken_file_is_told_and_the_tab_goes_on(
    client: TestClient, name: str, content: bytes
) -> None:
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        where = {"session": page.ready["session"], "name": name}
        key = client.post("/upload", params=where, content=content).json().get("id", "none")
        answer = page.ask("open", source={"kind": "upload", "id": key}, options={})
        assert answer["kind"] == "error"
        assert "Traceback" not in str(answer)
        assert answer["kind"] != "InternalError"
        assert "/tmp/" not in answer["what"]["en"]
        assert page.open()["kind"] == "dataset"


# -- Messages -------------------------------------------------------------------------------------

BAD_TEXT = [
    *("", "x", "[]", "null", "1", '"open"', "{", '{"v":2,"kind":"pause"}', '{"kind":"pause"}'),
    *('{"v":1}', '{"v":1,"kind":"nothing"}', '{"v":1,"kind":["pause"]}', '{"v":1,"kind":"train"}'),
    '{"v":1,"kind":"pause","id":-1}',
    '{"v":1,"kind":"pause","id":1e400}',
    '{"v":1,"kind":"pause","session":"of another"}',
    '{"v":1,"kind":"pause","more":1}',
    '{"v":1,"kind":"pause","kind":"save"}',
    '{"v":1,"kind":"sample","row":true}',
    "[" * 50_000,
    '{"v":1,"kind":"pause","x":"' + "y" * 70_000 + '"}',
]
BAD_BINARY = [b"", b"\xff\xff\xff\xff", b'{"v":1,"kind":"pause"}']


@pytest.mark.parametrize("frame", [*BAD_TEXT, *BAD_BINARY], ids=lambda frame: repr(frame)[:24])
def test_what_is_no_message_is_told_and_the_tab_goes_on(
    client: TestClient, log: list[str], frame: str | bytes
) -> None:
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        send = socket.send_text if isinstance(frame, str) else socket.send_bytes
        send(frame)
        answer = page.read()
        assert answer["kind"] == "error"
        assert answer["what"]["en"].startswith("message: ")
        assert answer["what"]["zh"] != answer["what"]["en"]
        assert len(log) == 1
        assert page.open()["kind"] == "dataset"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("train", {"until": "run"}), ("edit", {"weights": {"0": 1}}), ("sample", {"row": 0}),
        ("undo", {}), ("save", {}), ("surface", {}), ("code", {}), ("doctor", {"mistake": "x"}),
    ],
)  # fmt: skip
def test_before_a_source_is_open_each_wish_is_refused(
    client: TestClient, kind: str, body: dict[str, Any]
) -> None:
    with client.websocket_connect(SOCKET) as socket:
        answer = Page(socket).ask(kind, **body)
        assert answer["what"]["en"] == "source: open one first"


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("open", {"source": {"kind": "shell"}, "options": {}}, "source: expected one of"),
        ("open", {"source": {"kind": "path", "path": "/etc/shadow\x00"}, "options": {}}, ""),
        ("open", {"source": {"kind": "path", "path": "-"}, "options": {}}, "path: expected"),
        ("open", {"source": {"kind": "path", "path": ["a"]}, "options": {}}, "path: expected"),
        ("open", {"source": {"kind": "upload", "id": "../f1"}, "options": {}}, "upload: this"),
        ("open", {"source": SMALL, "options": {"out": "/tmp/x"}}, "out: no such option of studio"),
        ("open", {"source": SMALL, "options": {"checkpoint": "x"}}, "checkpoint: no such option"),
        ("open", {"source": SMALL, "options": {"hidden": "9999999,9999999"}}, "hidden: expected"),
        ("open", {"source": SMALL, "options": {"hidden": "900000,900000"}}, "hidden: the studio"),
        ("open", {"source": SMALL, "options": {"hidden": {"a": 1}}}, "hidden: expected"),
        ("open", {"source": SMALL, "options": {"epochs": [3]}}, "epochs: expected"),
        ("open", {"source": SMALL, "options": {"recipe": ["x"]}}, "recipe: expected text"),
        ("open", {"source": SMALL, "options": {"activation": "eval"}}, "activation: expected"),
        ("open", {"source": {**SMALL, "rows": 10**12}, "options": {}}, "rows: expected"),
        ("open", {"source": {**SMALL, "rows": "x"}, "options": {}}, "rows: expected"),
        ("open", {"source": SMALL, "options": QUICK, "at": {"epoch": 10**9}}, "at: "),
        ("open", {"source": SMALL, "options": QUICK, "at": {"weights": {"x": 1}}}, "weights: "),
        ("edit", {"weights": {"99999": 1}}, "weights: expected an index"),
        ("edit", {"weights": {"1": "x"}}, "weights: expected finite numbers"),
        ("edit", {"weights": {str(i): 0 for i in range(60)}}, "weights: expected at most 50"),
        ("train", {"until": "forever"}, "until: expected one of"),
        ("sample", {"row": -1}, "sample: there is no row -1"),
        ("sample", {"row": 0, "part": "secret"}, "sample: there is no row 0"),
        ("watch", {"views": ["x"]}, "views: expected some of"),
        ("watch", {"views": [{"a": 1}]}, "views: expected some of"),
        ("open-model", {"path": "/etc/passwd"}, "/etc/passwd: "),
        ("open-model", {"upload": "f99"}, "upload: this file"),
        ("doctor", {"mistake": "none-such"}, "mistake: expected one"),
        ("doctor", {"upload": "f99", "confirmed": True}, "upload: this file"),
        ("doctor", {"upload": "f99"}, "doctor: running a file needs a confirmation"),
    ],
)  # fmt: skip
def test_a_wrong_wish_is_told_in_both_languages_and_changes_nothing(
    client: TestClient, kind: str, body: dict[str, Any], says: str
) -> None:
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        page.open()
        answer = page.ask(kind, **body)
        assert answer["kind"] == "error", answer
        assert answer["what"]["en"].startswith(says)
        assert "failed here" not in answer["what"]["en"]
        assert answer["what"]["zh"] != answer["what"]["en"]
        page.send("train", until="epoch")
        assert page.until("ended")["reason"] in ("epoch", "epochs")


def test_a_learners_file_runs_only_after_a_confirmation_and_on_this_machine(
    client: TestClient, guarded: TestClient, tmp_path: Any
) -> None:
    mark = tmp_path / "ran"
    code = (
        f"open({str(mark)!r}, 'w').close()\n"
        "def cost(theta, X, y, lambda_):\n    return theta @ theta, 2 * theta\n"
    ).encode()
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        where = {"session": page.ready["session"], "name": "mine.py"}
        key = client.post("/upload", params=where, content=code).json()["id"]
        for confirmed in ({}, {"confirmed": False}):
            answer = page.ask("doctor", upload=key, **confirmed)
            assert "needs a confirmation" in answer["what"]["en"]
        assert not mark.exists()
    with guarded.websocket_connect(f"{OUTSIDE}?token=secret-token") as socket:
        page = Page(socket)
        where = {"session": page.ready["session"], "name": "mine.py", "token": "secret-token"}
        key = guarded.post("/upload", params=where, content=code).json()["id"]
        answer = page.ask("doctor", upload=key, confirmed=True)
        assert "runs no file" in answer["what"]["en"]
        answer = page.ask("open", source={"kind": "path", "path": "/etc/hosts"}, options={})
        assert "opens no path" in answer["what"]["en"]
        assert not mark.exists()


def test_long_work_may_be_asked_for_again_at_once_and_a_third_time_later(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page asks the moment it has an answer, before the job that gave it is over."""
    go = threading.Event()

    def slow(session: Session, message: Message) -> None:
        if message.kind == "doctor":
            session.tell("diagnosis", {"nth": message.id}, message)
            go.wait(20)
        else:
            heard(session, message)

    heard = Session.hear
    monkeypatch.setattr(Session, "hear", slow)
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        assert page.ask("doctor")["nth"] == 1  # answered, not over
        page.send("doctor")
        answer = page.ask("doctor")
        assert answer["kind"] == "error"
        assert answer["what"]["en"] == "doctor: the one before is not done yet"
        go.set()
        assert page.until("diagnosis")["nth"] == 2
        assert [page.ask("doctor")["nth"] for _ in range(50)] == list(range(4, 54))


def test_a_training_that_diverges_is_told_and_can_be_reset(client: TestClient) -> None:
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        page.open(solver="sgd", learning_rate=1e30, activation="relu", cost="logistic")
        page.send("train", until="run")
        message = page.until("error", "ended")
        assert message["kind"] == "error"
        assert "take a smaller learning rate" in message["what"]["en"]
        assert page.ask("reset")["kind"] == "done"


def test_nothing_is_left_when_a_tab_closes_in_the_middle(client: TestClient) -> None:
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        page.open(epochs=100_000)
        page.send("train", until="run")
        page.until("snapshot")
    time.sleep(0.3)
    import threading

    assert not any("studio-trainer" in thread.name for thread in threading.enumerate())


def test_a_page_is_heard_on_the_way_to_the_place_of_its_address(client: TestClient) -> None:
    with client.websocket_connect(SOCKET) as socket:
        page = Page(socket)
        options = {**QUICK, "epochs": 100_000}
        data = page.ask("open", source=SMALL, options=options, at={"epoch": 100_000})
        assert data["kind"] == "dataset"
        assert page.ask("pause")["kind"] == "done"
        assert page.ask("reset")["kind"] == "done"


def test_the_answer_of_a_message_has_its_id() -> None:
    frame = Message("done", {"of": "pause"}, 12, "s").encoded()
    assert json.loads(frame)["id"] == 12
