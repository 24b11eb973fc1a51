"""One pass over blocks learns what `prepare` learns of the same rows in memory."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.data import read
from clearprop.data.blocks.hashing import parts_of
from clearprop.data.blocks.learning import Plan, learn
from clearprop.data.blocks.opened import Opening, open_rows
from clearprop.data.encoding import Encoder
from clearprop.data.learning import learned
from clearprop.data.targets import Targets
from clearprop.errors import DataError

SHARES = (0.7, 0.1, 0.2)
PLAN = Plan(SHARES, 0, 4, None, "auto", 0, 50)


def table(m, seed=0):
    random = np.random.default_rng(seed)
    days = np.datetime64("2020-01-01") + random.integers(0, 900, m)
    return pl.DataFrame(
        {
            "age": [None if i % 11 == 0 else i % 37 for i in range(m)],
            "city": random.choice(["Rome", "Oslo", "Bern, CH", 'a "b"'], m),
            "price": random.normal(50, 9, m).round(3),
            "born": pl.Series(days.astype("datetime64[D]")),
            "ok": random.random(m) < 0.5,
            "kind": random.choice(["no", "yes"], m),
        }
    )


def in_memory(path, target):
    """The encoder of the same training rows, by the reader and the learner of whole tables."""
    whole = learned(read(path, target))
    training = parts_of(np.arange(whole.n_rows), SHARES, 0) == 0
    return whole, training, Encoder.fit(whole.take(training))


def same(found, expected):
    assert found.parts == expected.parts
    assert found.levels == expected.levels
    assert found.gaps.tolist() == expected.gaps.tolist()
    assert found.columns == expected.columns
    for name in ("mean", "scale", "fill"):
        assert np.allclose(getattr(found, name), getattr(expected, name), rtol=1e-12, atol=1e-12)
    assert np.array_equal(found.low, expected.low)
    assert np.array_equal(found.high, expected.high)


@pytest.mark.parametrize("ending", ["csv", "parquet", "arrow"])
def test_a_table_in_blocks_is_learned_as_in_memory(tmp_path, ending):
    path = tmp_path / f"t.{ending}"
    frame = table(400)
    {"csv": frame.write_csv, "parquet": frame.write_parquet, "arrow": frame.write_ipc}[ending](path)
    rows = open_rows(path, Opening("kind", batch_bytes=1 << 14))
    found = learn(rows, PLAN)
    whole, training, encoder = in_memory(path, "kind")
    same(found.encoder, encoder)
    assert found.targets.classes.tolist() == Targets.fit(whole.y).classes.tolist()
    assert sum(found.sizes) == training.sum() == found.rows[0]
    assert sum(found.rows) == 400
    # The rows that are kept are encoded to the same inputs.
    sample = found.samples[0]
    original = whole.take(training)
    at = np.searchsorted(original.numbers, sample.numbers)
    assert np.array_equal(original.numbers[at], sample.numbers)
    assert np.array_equal(
        found.encoder.transform(sample), found.encoder.transform(original.take(at))
    )
    assert sample.y.tolist() == original.y[at].tolist()


@settings(max_examples=15, deadline=None)
@given(
    st.integers(30, 90),
    st.integers(1, 17),
    st.integers(300, 5000),
    st.sampled_from(["kind", "price", "age"]),
    st.sampled_from([None, "drop"]),
)
def test_any_cut_gives_the_same(tmp_path_factory, m, block, batch, target, missing):
    path = tmp_path_factory.mktemp("cut") / "t.csv"
    frame = table(m, seed=m)
    if target == "age" and missing is None:
        frame = frame.drop_nulls()
    frame.write_csv(path)
    small = open_rows(path, Opening(target, missing=missing, batch_bytes=max(batch, 2000)))
    large = open_rows(path, Opening(target, missing=missing, batch_bytes=1 << 20))
    plan = replace(PLAN, missing=missing)
    one = learn(small, replace(plan, block_rows=block))
    other = learn(large, plan)
    assert np.allclose(one.encoder.mean, other.encoder.mean, rtol=1e-12)
    assert one.encoder.levels == other.encoder.levels
    assert one.rows == other.rows
    assert [t.numbers.tolist() for t in one.samples] == [t.numbers.tolist() for t in other.samples]
    everything = [(0, small.n_rows)]
    assert small.table(everything).X.equals(large.table(everything).X)
    # A block alone is what it is among the others.
    middle = (small.n_rows // 3, small.n_rows // 2)
    ranges = [middle, (0, 2)]
    again = small.table(ranges)
    assert again.X.equals(pl.concat([large.table([r]).X for r in ranges]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int16])
def test_an_array_in_blocks_is_learned_as_in_memory(tmp_path, dtype):
    random = np.random.default_rng(1)
    X = (random.normal(size=(300, 4)) * 50 + 120).astype(dtype)
    X[:, 3] = random.integers(0, 3, 300)
    np.save(tmp_path / "t.npy", X)
    rows = open_rows(tmp_path / "t.npy", Opening("-1"))
    found = learn(rows, replace(PLAN, bins=4))
    whole, training, _ = in_memory(tmp_path / "t.npy", "-1")
    expected = Encoder.fit(whole.take(training), bins=4)
    same(found.encoder, expected)
    for edges, of in zip(found.encoder.edges, expected.edges, strict=True):
        assert np.array_equal(edges, of)
    assert found.targets.classes.tolist() == [0, 1, 2]
    assert found.class_rows.tolist() == np.bincount(whole.y[training].astype(int)).tolist()


def test_images_are_divided_by_their_largest_value(tmp_path):
    X = np.random.default_rng(0).integers(0, 200, (100, 8, 8)).astype(np.uint8)
    np.savez(tmp_path / "t.npz", X=X, y=np.arange(100) % 2)
    found = learn(open_rows(tmp_path / "t.npz", Opening()), PLAN)
    assert found.image_shape == (8, 8)
    training = parts_of(np.arange(100), SHARES, 0) == 0
    assert found.encoder.scale.tolist() == [float(X[training].max())] * 64


def test_numbers_are_standardised_by_the_training_rows(tmp_path):
    path = tmp_path / "t.csv"
    table(300).write_csv(path)
    found = learn(open_rows(path, Opening("price")), PLAN)
    whole, training, _ = in_memory(path, "kind")
    price = whole.X["price"].to_numpy()[training]
    assert found.targets.task == "regression"
    assert found.targets.mean == pytest.approx([price.mean()], rel=1e-12)
    assert found.targets.scale == pytest.approx([price.std()], rel=1e-12)


def test_edges_from_a_sample_are_near_the_quantiles(tmp_path, monkeypatch):
    x = np.random.default_rng(3).normal(size=(20_000, 2))
    x[:, 1] = x[:, 0] > 0
    np.save(tmp_path / "t.npy", x)
    monkeypatch.setattr("clearprop.data.blocks.learning._QUANTILE_ROWS", 4000)
    found = learn(open_rows(tmp_path / "t.npy", Opening("-1")), replace(PLAN, bins=8))
    training = x[parts_of(np.arange(20_000), SHARES, 0) == 0, 0]
    edges = found.encoder.edges[0]
    assert edges[0] == training.min()
    assert edges[-1] == training.max()
    shares = np.searchsorted(np.sort(training), edges[1:-1]) / len(training)
    assert np.abs(shares - np.arange(1, 8) / 8).max() < 0.026  # sqrt(ln 200 / 8000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,y\n" + "1,x\n2,y\n" * 900 + "oops,x\n", "line 1802, column 'a': text where numbers"),
        ("a,y\n" + "1,x\n2,y\n" * 900 + "1,\n", "line 1802"),
        ("a,y\n" + "1,x\n2,y\n" * 900 + "1,x,3\n", "line 1802: expected 2 cells, as in the header"),
        ("a,y\n" + "1,x\n2,y\n" * 900 + '"1,x\n', "line 1802: a quotation mark"),
        ("a,y\n" + "1,x\n2,x\n" * 900, "every row has the label 'x'"),
        ("a,y\n" + "".join(f"1,name{i}\n" for i in range(900)), "900 different labels in 900 rows"),
    ],
)
def test_what_is_broken_in_the_middle_is_told_in_a_line(tmp_path, text, message):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(DataError) as told:
        learn(open_rows(path, Opening("y", batch_bytes=4000)), PLAN)
    assert message in str(told.value)
    assert "\n" not in str(told.value)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_shrinks_meanwhile_is_told(tmp_path):
    path = tmp_path / "t.npy"
    np.save(path, np.ones((1000, 5)))
    rows = open_rows(path, Opening(need_target=False))
    with path.open("r+b") as file:
        file.truncate(20_000)
    assert rows.table([(0, 10)]).n_rows == 10
    with pytest.raises(DataError, match=r"t.npy: the file has become shorter while it was read"):
        rows.table([(900, 1000)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: np.save(p, np.asfortranarray(np.ones((5, 4)))), "is stored column by column"),
        (lambda p: np.save(p, np.array([{}], object), allow_pickle=True), "Python objects"),
        (lambda p: p.write_bytes(b"\x93NUMPY\x01\x00\x20\x00{'descr'"), "cannot be read as NPY"),
    ],
)
def test_arrays_that_cannot_be_read_in_blocks_say_so(tmp_path, make, message):
    make(tmp_path / "t.npy")
    with pytest.raises(DataError, match=message):
        open_rows(tmp_path / "t.npy", Opening("0"))


def test_a_damaged_page_in_the_middle_ends_in_one_line(tmp_path):
    path = tmp_path / "t.parquet"
    frame = pl.DataFrame({"a": np.random.default_rng(0).normal(size=20_000), "y": [0, 1] * 10_000})
    frame.write_parquet(path, row_group_size=2000)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 20_000] = b"\xff" * 20_000  # a page and its header
    path.write_bytes(raw)
    with pytest.raises(DataError) as told:
        learn(open_rows(path, Opening("y", batch_bytes=1 << 14)), PLAN)
    assert str(path) in str(told.value)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_without_room_is_told(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    table(50).write_csv(path)
    usage = lambda folder: type("Usage", (), {"free": 100})()  # noqa: E731
    monkeypatch.setattr("clearprop.data.blocks.cache.shutil.disk_usage", usage)
    with pytest.raises(DataError, match=r"has 0 MB left; name another folder \(--cache\)"):
        open_rows(path, Opening("kind"))


def test_the_size_is_told_before_rows_are_written(tmp_path):
    path = tmp_path / "t.csv"
    table(50).write_csv(path)
    told = []
    rows = open_rows(path, Opening("kind", tell=lambda folder, size: told.append((folder, size))))
    assert [folder for folder, _ in told] == [tmp_path]
    assert told[0][1] == pytest.approx(50 * rows.row_bytes, rel=0.2)
    assert list(tmp_path.iterdir()) == [path]  # the rows lie in a file without a name


def test_a_folder_of_parquet_is_one_table_in_blocks_and_in_memory(tmp_path):
    frame = table(200)
    (tmp_path / "t" / "more").mkdir(parents=True)
    frame[:120].write_parquet(tmp_path / "t" / "a.parquet")
    frame[120:].write_parquet(tmp_path / "t" / "more" / "b.parquet")
    whole = read(tmp_path / "t", "kind")
    rows = open_rows(tmp_path / "t", Opening("kind"))
    assert whole.n_rows == rows.n_rows == 200
    again = rows.table([(0, 200)])
    assert again.numbers.tolist() == whole.numbers.tolist()
    assert again.X["price"].equals(whole.X["price"])
    assert again.place(130) == whole.place(130)
