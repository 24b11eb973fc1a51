"""What the service answers: the model's own predictions, in each format, and what is to say."""

import io
import json
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

pytest.importorskip("starlette")

from clearprop import RECIPES, Experiment
from clearprop.data import read
from clearprop.data.encoding import Encoder
from clearprop.data.files import Content
from clearprop.data.reading import Reading
from clearprop.data.targets import Targets
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.parameters import initial_theta
from clearprop.serve.describe import example
from clearprop.serve.limits import Limits
from clearprop.serve.served import Served
from clearprop.serve.service import Service
from served_models import ROW, made_client, of_arrays, of_table, table

FEATURES = pl.read_csv(io.BytesIO(table(30)), infer_schema=False).drop("bought")
STREAM = "application/vnd.apache.arrow.stream"
FILE = "application/vnd.apache.arrow.file"


def ask(model: Model, rows: Any) -> Any:
    """The answer of a service on this model to rows of JSON."""
    with made_client(Service(Served(model, "m", "ab"))) as client:
        answer = client.post("/predict", json=rows)
    assert answer.status_code == 200, answer.text
    return answer.json()


def of_quantities(width: int, coverage: float | None = None) -> Model:
    """A model of arrays that predicts numbers."""
    y = np.random.default_rng(0).normal(size=(50, width))
    names = tuple("ab"[:width]) if width > 1 else ()
    targets = Targets.fit(y, "regression", names=names)
    if coverage is not None:
        targets = targets.with_interval(coverage)
    cost = targets.default_cost()
    network = Network((3, 4, targets.n_units(cost)), cost=cost, quantiles=targets.quantiles)
    return Model(network, initial_theta(network, 0), targets)


# -- The model's own predictions ------------------------------------------------------------------


def test_rows_of_json_get_the_models_labels_and_probabilities(
    model: Model, asked: Callable[..., Any]
) -> None:
    answer = asked([ROW, {**ROW, "income": None, "city": None}]).json()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = pl.DataFrame([ROW, {**ROW, "income": None, "city": None}])
        labels, shares = model.predict(frame), model.predict_proba(frame)
    assert [row["label"] for row in answer["predictions"]] == labels.tolist()
    told = np.array([list(row["probabilities"].values()) for row in answer["predictions"]])
    assert (told.astype(np.float32) == shares).all()  # nine digits give a float32 back
    assert list(answer["predictions"][0]["probabilities"]) == ["no", "yes"]
    assert "warnings" not in answer


def test_one_row_and_a_list_of_it_have_the_same_answer(asked: Callable[..., Any]) -> None:
    assert asked(ROW).content == asked([ROW]).content


def test_an_unusual_cell_is_answered_with_a_warning(asked: Callable[..., Any]) -> None:
    answer = asked([ROW, ROW | {"city": "Pariss", "age": 9999}])
    assert len(answer.json()["predictions"]) == 2
    assert answer.json()["warnings"] == [
        "rows, row 2, column 'city': 'Pariss' was not seen in training (did you mean \"Paris\"?); "
        "it counts as none of 7, Oslo, Paris, Rome",
        "rows, row 2, column 'age': 9999 is far outside the training numbers, 18 to 89",
    ]
    assert "warnings" not in asked(ROW).json()


def test_the_training_tables_target_may_stand_in_a_row(asked: Callable[..., Any]) -> None:
    assert asked(ROW | {"bought": "yes"}).content == asked(ROW).content


@pytest.mark.parametrize("encoded", [True, False])
def test_a_model_of_arrays_takes_arrays(encoded: bool) -> None:
    model = of_arrays(encoded)
    rows = [[0.5, -1, 0.25], [0, 0, 0]]
    found = ask(model, rows)["predictions"]
    shares = model.predict_proba(np.array(rows))
    assert [row["label"] for row in found] == model.predict(np.array(rows)).tolist()
    assert [list(row["probabilities"].values()) for row in found] == shares.tolist()
    assert list(found[0]["probabilities"]) == ["7", "8", "9"]
    assert ask(model, rows[0])["predictions"] == found[:1]


def test_the_cells_of_arrays_are_named_by_numbers_from_1() -> None:
    with made_client(Service(Served(of_arrays(encoded=False), "m", "ab"))) as client:
        answer = client.post("/predict", json=[[1, 2, 3], [1, "x", None]])
    assert [(p["row"], p["column"], p["value"]) for p in answer.json()["problems"]] == [(2, 2, "x")]
    with made_client(Service(Served(of_arrays(encoded=False), "m", "ab"))) as client:
        answer = client.post("/predict", json=[[1, 2, 3], [1, 2, None]])
    assert answer.json()["error"] == "row 2, column 3: expected a number; got null"


def test_a_number_too_large_for_float32_is_named() -> None:
    model = of_arrays(encoded=False)
    single = Model(model.network, model.theta.astype(np.float32), model.targets)
    with made_client(Service(Served(single, "m", "ab"))) as client:
        answer = client.post("/predict", json=[1, 1e300, 3])
    assert answer.json()["error"] == "row 1, column 2: is too large for float32"


def test_numbers_are_answered_with_a_value() -> None:
    model, row = of_quantities(1), [0.1, 0.2, 0.3]
    assert ask(model, row)["predictions"] == [{"value": model.predict([row])[0]}]


def test_several_numbers_and_their_intervals_stand_by_name() -> None:
    model, row = of_quantities(2, coverage=0.9), [0.1, 0.2, 0.3]
    (found,) = ask(model, row)["predictions"]
    assert list(found["values"].values()) == model.predict([row])[0].tolist()
    ends = [[found["lows"][name], found["highs"][name]] for name in ("a", "b")]
    assert ends == model.predict_interval([row])[0].tolist()


def test_an_interval_has_two_ends() -> None:
    model, row = of_quantities(1, coverage=0.9), [0.1, 0.2, 0.3]
    (found,) = ask(model, row)["predictions"]
    assert [found["low"], found["high"]] == model.predict_interval([row])[0].tolist()


def test_several_labels_stand_by_name() -> None:
    targets = Targets.fit(np.array([["a", "x"], ["b", "y"]]), names=("first", "second"))
    network = Network((3, 2))
    model = Model(network, initial_theta(network, 0), targets)
    (found,) = ask(model, [0.1, 0.2, 0.3])["predictions"]
    assert list(found["labels"].values()) == model.predict([[0.1, 0.2, 0.3]])[0].tolist()
    assert list(found["probabilities"]) == ["first", "second"]


def test_an_output_that_is_no_finite_number_is_no_answer() -> None:
    network = Network((1, 1), cost="poisson")
    targets = Targets.fit([[1.0], [2.0]], "regression", standardise=False)
    with made_client(Service(Served(Model(network, [0.0, 1.0], targets), "m", "ab"))) as client:
        answer = client.post("/predict", json=[[1.0], [2000.0]])
    assert answer.status_code == 422
    assert answer.json()["error"] == "row 2: the network's output is no finite number"


def test_a_class_may_be_called_anything() -> None:
    targets = Targets.fit(["100%", 'say "no"', "{}", "%s"])
    network = Network((1, 4), cost="softmax")
    (found,) = ask(Model(network, initial_theta(network, 0), targets), [1.0])["predictions"]
    assert sorted(found["probabilities"]) == sorted(["100%", 'say "no"', "{}", "%s"])


# -- Other formats --------------------------------------------------------------------------------


def arrow(frame: pl.DataFrame, kind: str) -> bytes:
    file = io.BytesIO()
    (frame.write_ipc_stream if kind == STREAM else frame.write_ipc)(file)
    return file.getvalue()


@pytest.mark.parametrize("kind", [STREAM, FILE, "text/csv"])
def test_each_format_has_the_predictions_of_the_command_predict(
    model: Model, client: Any, kind: str
) -> None:
    body = FEATURES.write_csv().encode() if kind == "text/csv" else arrow(FEATURES, kind)
    answer = client.post("/predict", content=body, headers={"content-type": kind, "accept": kind})
    assert answer.headers["content-type"] == kind
    raw = io.BytesIO(answer.content)
    reader = {STREAM: pl.read_ipc_stream, FILE: pl.read_ipc, "text/csv": pl.read_csv}[kind]
    found = reader(raw)
    assert found.columns == ["prediction", "probability_no", "probability_yes"]
    rows = read(Content("t.csv", None, table(30)), "bought", True, Reading())
    assert found["prediction"].to_list() == model.predict(rows).tolist()
    shares = found["probability_yes"].to_numpy().astype(np.float32)
    assert shares == pytest.approx(model.predict_proba(rows)[:, 1], rel=1e-6)


def test_a_long_body_is_read_beside_and_has_the_same_bits(asked: Callable[..., Any]) -> None:
    many = asked([ROW] * 400)
    assert len(json.dumps([ROW] * 400)) > 1 << 15
    assert {str(row) for row in many.json()["predictions"]} == {
        str(row) for row in asked(ROW).json()["predictions"]
    }


# -- Languages ------------------------------------------------------------------------------------


def test_an_error_is_chinese_where_the_request_asks_for_it(asked: Callable[..., Any]) -> None:
    answer = asked(ROW | {"age": "x"}, **{"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}).json()
    assert answer["error"] == "第 1 行，列 'age'：应当是数；得到的是 'x'"
    assert answer["problems"][0]["expected"] == "数"
    missing = {name: value for name, value in ROW.items() if name != "age"}
    assert asked([ROW, missing], **{"accept-language": "zh"}).json()["error"] == (
        "第 2 行，列 'age'：缺少；空单元格写 null"
    )


def test_a_warning_is_chinese_where_the_service_speaks_it(model: Model) -> None:
    with made_client(Service(Served(model, "m", "ab"), lang="zh")) as client:
        answer = client.post("/predict", json=ROW | {"city": "Pariss"}).json()
        assert "训练时没有出现过" in answer["warnings"][0]
        english = client.post(
            "/predict", json=ROW | {"age": "x"}, headers={"accept-language": "en"}
        )
        assert english.json()["error"].startswith("row 1")
        assert client.get("/").text.startswith('<!doctype html>\n<html lang="zh-CN">')
        assert client.get("/none").json()["error"] == "没有这个地址：'/none'"


# -- What is beside predictions -------------------------------------------------------------------


def test_health_tells_that_it_lives_and_is_ready(client: Any) -> None:
    told = {"live": True, "ready": True, "model": "ab" * 32}
    assert client.get("/health").json() == client.get("/health/ready").json() == told
    assert client.get("/health/live").json() == {"live": True}


def test_the_model_is_described(model: Model, client: Any) -> None:
    told = client.get("/model").json()
    assert [column["name"] for column in told["columns"]] == list(ROW)
    kinds = {column["name"]: column["kind"] for column in told["columns"]}
    assert kinds["born"] == "dates"
    assert told["classes"] == ["no", "yes"]
    assert told["sha256"] == "ab" * 32


@pytest.mark.parametrize("made", [of_table, of_arrays, lambda: of_arrays(encoded=False)])
def test_the_example_of_the_description_is_a_row_that_fits(made: Callable[[], Model]) -> None:
    model = made()
    row = example(Served(model, "m", "ab"))
    assert len(ask(model, row)["predictions"]) == 1


def test_the_description_is_openapi_and_tells_what_a_row_is(client: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    told = client.get("/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    schemas = told["components"]["schemas"]
    jsonschema.Draft202012Validator.check_schema(schemas["Row"])
    jsonschema.validate(ROW, schemas["Row"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"age": 1}, schemas["Row"])
    jsonschema.validate(client.post("/predict", json=ROW).json(), schemas["Answer"])
    problem = client.post("/predict", json=ROW | {"age": "x"}).json()
    jsonschema.validate(problem, schemas["Problem"])


def test_the_page_loads_nothing_and_shows_how_to_ask(client: Any) -> None:
    page = client.get("/")
    assert not re.search(r"<script|src=|https://", page.text)
    assert "curl http://127.0.0.1/predict" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_metrics_count_requests_rows_errors_and_warnings(client: Any) -> None:
    client.post("/predict", json=[ROW, ROW])
    client.post("/predict", json=ROW | {"city": "Pariss"})
    client.post("/predict", json=ROW | {"age": "x"})
    client.get("/made/up")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain;version=0.0.4")
    lines = answer.text.splitlines()
    for line in (
        'clearprop_requests_total{path="/predict",status="200"} 2',
        'clearprop_requests_total{path="/predict",status="422"} 1',
        'clearprop_requests_total{path="other",status="404"} 1',
        "clearprop_errors_total 2",
        "clearprop_rows_total 3",
        "clearprop_warnings_total 1",
        "clearprop_requests_open 0",
        'clearprop_request_seconds_bucket{le="+Inf"} 3',
        "clearprop_request_seconds_count 3",
        'clearprop_batch_rows_bucket{le="1"} 1',
        'clearprop_batch_rows_bucket{le="2"} 2',
        f'clearprop_model_info{{file="m.safetensors",sha256="{"ab" * 32}"}} 1',
    ):
        assert line in lines


def test_a_token_opens_all_but_health_which_needs_none(model: Model) -> None:
    with made_client(Service(Served(model, "m", "ab")), token="secret-token") as client:
        assert client.get("/health").status_code == 200
        for path in ("/", "/model", "/metrics", "/openapi.json"):
            refused = client.get(path)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
        headers = {"authorization": "Bearer secret-token", "host": "models.example"}
        assert client.get("/model", headers=headers).status_code == 200
        assert client.get("/model?token=secret-token").status_code == 401
        assert "bearer" in client.get("/openapi.json", headers=headers).text


def test_more_requests_than_the_limit_are_told_to_come_again(model: Model) -> None:
    service = Service(Served(model, "m", "ab"), Limits(requests=1))
    service.metrics.open = 1
    with made_client(service) as client:
        answer = client.post("/predict", json=ROW)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert client.get("/health/ready").status_code == 503
        service.metrics.open = 0
        assert client.post("/predict", json=ROW).status_code == 200


def test_a_defect_of_ours_is_a_500_and_its_line_holds_no_cell(
    model: Model, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service = Service(Served(model, "m", "ab"))

    def fail(*given: Any) -> None:
        raise RuntimeError("the secret cell")

    monkeypatch.setattr(service, "_inputs", fail)
    with made_client(service) as client:
        answer = client.post("/predict", json=ROW)
        assert answer.status_code == 500
        assert answer.json() == {"status": 500, "error": "the service failed here"}
        assert client.get("/health").status_code == 200
    printed = capsys.readouterr().out
    assert printed.startswith("failed at /predict: RuntimeError in test_service.py, line ")
    assert "secret" not in printed


def test_the_journal_has_a_line_for_every_request_and_no_cell(model: Model) -> None:
    lines: list[str] = []
    service = Service(Served(model, "m", "ab"))
    with made_client(service, journal=lines.append) as client:
        client.post("/predict", json=[ROW, ROW])
        client.post("/predict", json=ROW | {"city": {"secret": 1}})
        client.get("/health", headers={"host": "evil.example"})
        client.get("/a%0ab")
    assert [re.sub(r"[\d.]+ ms", "T", line) for line in lines] == [
        "POST /predict 200 rows=2 T testclient",
        "POST /predict 422 T testclient",
        "GET /health 400 T testclient",
        "GET /a\\nb 404 T testclient",
    ]


def test_a_trained_model_of_a_recipe_is_served() -> None:
    rows = read(Content("t.csv", None, table()), "bought", True, Reading())
    recipe = RECIPES["course"].with_(hidden=(4,), epochs=2)
    fitted = Experiment(rows, recipe).fit()
    model = fitted.model()
    found = ask(model, FEATURES.to_dicts())
    assert len(found["predictions"]) == 30
    assert isinstance(model.encoder, Encoder)


@pytest.mark.parametrize("single", [True, False])
def test_one_row_is_written_as_it_is_among_others(single: bool) -> None:
    dtype = np.float32 if single else np.float64
    network = Network((3, 4), cost="softmax")
    targets = Targets.fit(["100%", "b", "c", "d"])
    model = Model(network, initial_theta(network, 3).astype(dtype), targets)
    rows = np.random.default_rng(0).normal(size=(20, 3)).round(2).tolist()
    together = ask(model, rows)["predictions"]
    assert together == [ask(model, row)["predictions"][0] for row in rows[:5]] + together[5:]
