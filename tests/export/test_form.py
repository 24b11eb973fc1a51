"""A model as a page: what it predicts in Chromium, and what its form shows."""

import json
import warnings

import numpy as np
import pytest

pytest.importorskip("playwright")

from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.export import form
from clearprop.export.answers import answers_of
from clearprop.export.cells import cells_of
from clearprop.export.rows import made_rows
from exported_models import CLASSES, INTERVALS, model_of
from visits import faults

PREDICTED = "cells => document.querySelector('clearprop-form').predict(cells)"


def page_of(model, table, lang="en"):
    made = form.export(model, table, {"model": "runs/my <model>.safetensors", "lang": lang})
    assert made.notes == [("html-checks", {"n": 10})]
    return made.data.decode()


def opened(visit, html, **options):
    page = visit(html, **options)
    page.wait_for_selector("clearprop-form[data-ready]")
    return page


def rows_in(page, cells):
    listed = [[None if np.isnan(c) else c for c in row] for row in cells.tolist()]
    return np.array(
        page.evaluate(f"rows => rows.map({PREDICTED})", listed)
    )  # (m, N), as the C file gives them


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_page_predicts_what_the_model_predicts(table, dtype, visit):
    encoder = Encoder.fit(table, bins=4)
    model = model_of(
        (encoder.n_outputs, 5, 6), INTERVALS, encoder, dtype, bag=1, cost="quantile",
        quantiles=INTERVALS.quantiles, activation="silu",
    )  # fmt: skip
    rows = made_rows(model, 200)
    page = opened(visit, page_of(model, rows))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # unseen values, on purpose
        ours = answers_of(model.targets, model.outputs(rows))  # (200, 6)
    found = rows_in(page, cells_of(encoder, rows))
    limit = 1e-13 if dtype == np.float64 else 2e-6
    assert np.abs(found - ours).max() <= limit * np.abs(ours).max()
    assert page.locator("[role=alert]").count() == 0


def test_fields_react_in_both_languages_on_a_phone(table, visit):
    encoder = Encoder.fit(table)
    model = model_of((encoder.n_outputs, 3), CLASSES, encoder, cost="softmax")
    rows = made_rows(model, 20)
    phone = {"viewport": {"width": 360, "height": 740}}
    page = opened(visit, page_of(model, rows), **phone)
    assert page.title() == "my <model>"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert faults(page) == []

    def fill(name, value):
        field = page.get_by_label(name, exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)

    for name, value in (
        ("age", "1,5"), ("rooms", ""), ('city "x"?', "北京"), ("member", "yes"),
        ("born", "2024-02-29"), ("seen", "2001-02-03T04:05:06"), ("at", "23:30:00"),
    ):  # fmt: skip
        fill(name, value)
    city = encoder.levels[2].values.index("北京")
    yes = encoder.levels[3].values.index("true")
    cells = np.array([[1.5, np.nan, city, yes, 19782 * 86400, 981173106, 84600]])
    assert page.locator(".hint").first.inner_text().startswith("outside training: ")
    shares = rows_in(page, cells)[0]
    printed = page.locator(".bars tbody td.n").all_inner_texts()
    assert printed == [f"{100 * share:.1f} %" for share in shares]
    assert page.locator(".answer").inner_text() == CLASSES.classes[shares.argmax()]
    fill("age", "many")
    assert page.locator(".hint.bad").inner_text() == "many is no number"
    assert page.locator(".answer").inner_text() == "–"
    page.get_by_role("button", name="中文").click()
    assert page.locator(".hint.bad").inner_text() == "many 不是数"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_a_page_whose_numbers_are_others_says_so(table, visit):
    encoder = Encoder.fit(table)
    model = model_of((encoder.n_outputs, 3), CLASSES, encoder, cost="softmax")
    html = page_of(model, made_rows(model, 10), "zh")
    start = html.index('"outputs":[[')
    wrong = html[:start] + html[start:].replace("0.", "1.", 1)
    page = opened(visit, wrong)
    assert page.locator("[role=alert]").inner_text().startswith("这个浏览器的预测与模型相差 1")


def test_images_can_be_drawn_and_rows_pasted(visit):
    X = np.random.default_rng(0).integers(0, 17, (40, 64)).astype(float)
    names = tuple(map(str, range(64)))
    encoder = Encoder.fit(Table("digits", X, None, names, None, (8, 8)))
    targets = Targets("classification", classes=np.arange(10))
    model = model_of((64, 10), targets, encoder, np.float32, cost="softmax")
    model = type(model)(model.network, model.theta, targets, encoder, (8, 8))
    page = opened(visit, page_of(model, made_rows(model, 10)))
    page.get_by_label("A row of 64 numbers").fill(" ".join(map(str, X[0].astype(int))))
    best = int(model.predict(X[:1])[0])
    assert page.locator("clearprop-form .result .answer").inner_text() == str(best)
    page.get_by_label("or a drawn one:").select_option("3")
    page.wait_for_selector(".outputs tr.best")
    seen = page.evaluate(
        "document.querySelector('clearprop-form').renderRoot.querySelector('clearprop-drawing').got.ink"
    )
    ink = np.array([seen[str(i)] for i in range(64)]) if isinstance(seen, dict) else np.array(seen)
    read = int(model.predict(16 * ink[None])[0])
    assert page.locator(".outputs tr.best th").inner_text() == str(read)


def test_a_model_without_an_encoder_has_fields_too(visit):
    model = model_of((2, 3), CLASSES, cost="softmax")
    page = opened(visit, page_of(model, made_rows(model, 10)))
    page.get_by_label("x2").fill("-1.5")
    shares = model.predict_proba([[0.0, -1.5]])[0]
    assert page.locator(".bars tbody td.n").all_inner_texts() == [
        f"{100 * s:.1f} %" for s in shares
    ]
    page.get_by_label("x1").fill("")
    assert page.locator(".answer").inner_text() == "–"


def test_the_record_is_json_without_the_infinite(table):
    encoder = Encoder.fit(table)
    model = model_of((encoder.n_outputs, 3), CLASSES, encoder, cost="softmax")
    made = form.form_of(model, made_rows(model, 3))
    json.dumps(made, allow_nan=False)
    assert made["form"]["steps"]["least"][0] is None
    kinds = [column["kind"] for column in made["form"]["columns"]]
    assert kinds == ["numbers", "numbers", "categories", "booleans", "date", "datetime", "time"]
    assert len(made["form"]["check"]["cells"]) == 3
