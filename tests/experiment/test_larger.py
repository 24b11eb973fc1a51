"""Sources that do not fit into memory: trained on, measured and predicted block by block."""

import numpy as np
import polars as pl
import pytest

import clearprop
from clearprop.choices.parsing import amount
from clearprop.data.blocks.memory import anonymous_memory, free_memory, memory_needed
from clearprop.data.blocks.opened import files_of
from clearprop.errors import DataError, ModelFileError, ParameterError
from clearprop.experiment.larger import memory_problems, room_for
from clearprop.experiment.train import TrainJob
from clearprop.experiment.use import EvaluateJob, PredictJob


@pytest.fixture
def too_large(monkeypatch):
    """No source fits into memory."""
    for module in ("larger", "use"):
        monkeypatch.setattr(f"clearprop.experiment.{module}.room_for", lambda *_: False)


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A table of numbers, categories, dates and gaps, whose label a network can learn."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    m = 3000
    x, city = random.normal(size=m), random.choice(["Rome", "Oslo", "Bern, CH"], m)
    days = np.datetime64("2020-01-01") + random.integers(0, 900, m)
    frame = pl.DataFrame(
        {
            "x": [None if i % 50 == 0 else float(x[i]) for i in range(m)],
            "city": city,
            "day": days.astype("datetime64[D]"),
            "weight": random.integers(1, 3, m),
            "kind": np.where(x + (city == "Rome") > 0.3, "yes", "no"),
        }
    )
    frame.write_csv("t.csv")
    frame.write_parquet("t.parquet")
    return tmp_path


CHOICES = {"target": "kind", "hidden": "16", "epochs": 6, "memory": "4GB"}


@pytest.mark.parametrize("source", ["t.csv", "t.parquet"])
def test_a_streamed_run_learns_what_one_in_memory_learns(path, too_large, source):
    job = TrainJob.of({"source": source, **CHOICES, "class_weight": "balanced"})
    told = []
    run = job.experiment(told.append).fit()
    assert [line.partition(":")[0] for line in told] == [source]
    assert sum(run.prepared.rows.values()) == 3000
    assert run.measure("test").score > 0.9
    model = run.model()
    again = model.predict(clearprop.read(source, "kind"))
    assert np.mean(again == pl.read_parquet("t.parquet")["kind"].to_numpy()) > 0.9
    assert {note.key for note in run.prepared.notes} >= {"streamed", "one-lambda", "filled"}


def test_any_window_gives_the_rows_of_the_same_parts(path, too_large):
    run = TrainJob.of({"source": "t.csv", **CHOICES, "weights": "weight"}).experiment()
    stream = run._selection.lineup.stream
    rows = stream.blocks.read(range(len(stream.blocks.sizes)))
    assert rows.X.shape == (run.prepared.rows["train"], run.network.n_inputs)
    assert stream.weight == pytest.approx(rows.sample_weight.sum())
    # The few rows fit into the sample, too, so both are the same.
    sample = run.prepared.inputs("train", np.float32)
    assert np.array_equal(sample, rows.X)
    some = stream.blocks.read([3, 0])
    edges = np.cumsum([0, *stream.blocks.sizes])
    assert np.array_equal(some.X[: stream.blocks.sizes[3]], rows.X[edges[3] : edges[4]])
    assert np.array_equal(some.Y[stream.blocks.sizes[3] :], rows.Y[: edges[1]])


def test_training_goes_on_from_a_model(path, too_large, monkeypatch):
    first = TrainJob.of({"source": "t.csv", **CHOICES}).experiment().fit()
    clearprop.save(first.model(), "first.safetensors")
    more = {"source": "t.csv", "target": "kind", "epochs": 1, "start": "first.safetensors"}
    run = TrainJob.of(more).experiment()
    assert np.array_equal(run.training.state.theta, first.model().theta)
    assert run.encoder.names == first.encoder.names
    assert run.network.layer_sizes == first.network.layer_sizes
    monkeypatch.undo()
    monkeypatch.chdir(path)
    whole = TrainJob.of({**more, "source": "t.parquet"}).experiment()
    assert np.array_equal(whole.training.state.theta, first.model().theta)
    assert whole.fit().measure("test").score > 0.9
    with pytest.raises(ParameterError, match=r"^hidden: the model to go on from has its own"):
        TrainJob.of({**more, "hidden": "5"})


def test_measuring_and_predicting_table_after_table_is_the_same(path, monkeypatch):
    model = TrainJob.of({"source": "t.csv", **CHOICES}).experiment().fit().model()
    clearprop.save(model, "m.safetensors")
    given = {"model": "m.safetensors", "source": "t.csv"}
    whole = EvaluateJob.of(given).measurement()
    frame = PredictJob.of({**given, "keep": True, "proba": True}).frame()
    monkeypatch.setattr("clearprop.experiment.use.room_for", lambda *_: False)
    monkeypatch.setattr("clearprop.experiment.use_blocks._BATCH", 20_000)
    found = EvaluateJob.of(given).measurement()
    assert found.rows == 3000
    assert found.confusion.tolist() == whole.confusion.tolist()
    assert found.cost == pytest.approx(whole.cost, rel=1e-6)
    assert found.scores.auc == whole.scores.auc
    parts = list(PredictJob.of({**given, "keep": True, "proba": True}).parts())
    assert len(parts) > 3
    assert pl.concat(parts).equals(frame)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"bag": 5}, "bag: rows that are read in blocks train one network"),
        ({"all_rows": True}, "all_rows: rows that are read in blocks are trained on once"),
        ({"split_by": "city"}, "split_by: rows that are read in blocks are divided by the hash"),
        ({"memory": "much"}, "memory: expected a size such as 512MB or 2GB, 200MB at least"),
        ({"memory": "1kB"}, "200MB at least; got 1,000 bytes"),
        ({"memory": "201MB", "hidden": "5000,5000"}, "memory: expected at least"),
    ],
)
def test_what_blocks_do_not_do_is_told(path, too_large, choices, message):
    with pytest.raises(ParameterError) as told:
        TrainJob.of({"source": "t.csv", **CHOICES, **choices}).experiment()
    assert message in str(told.value)


def test_sizes_are_read_as_people_write_them():
    assert [amount(text) for text in ("512MB", "2gib", "1e9", "3 k")] == [512e6, 2**31, 1e9, 3000]
    assert memory_problems(amount("300MB")) == []


def test_a_source_fits_or_not_by_its_size(tmp_path):
    path = tmp_path / "t.npy"
    np.save(path, np.zeros((100_000, 20), np.float32))
    needed = memory_needed(files_of(path))
    assert 8e6 * 3 < needed < 8e6 * 6
    assert room_for(str(path), None)
    assert room_for(str(path), anonymous_memory() + 2 * needed)
    assert not room_for(str(path), anonymous_memory() + needed / 2)
    free = free_memory()
    assert free is None or free > 0
    zeros = tmp_path / "t.mat"
    zeros.write_bytes(b"MATLAB 5.0" + bytes(10**7))
    with pytest.raises(DataError, match="MAT is not read in blocks, so it must fit into"):
        room_for(str(zeros), anonymous_memory() + 1000)


def test_what_the_process_takes_does_not_decide_the_windows(path, too_large, monkeypatch):
    found = []
    for taken in (90e6, 200e6):
        monkeypatch.setattr("clearprop.experiment.streamed.anonymous_memory", lambda n=taken: n)
        job = TrainJob.of({"source": "t.csv", **CHOICES, "memory": "512MB"})
        found.append(job.experiment()._selection.lineup.stream.window_rows)
    assert found[0] == found[1]


def test_a_finished_run_in_blocks_is_gone_on_with_and_other_windows_are_named(
    path, too_large, monkeypatch
):
    runs = []
    for rows in (1000, 1000, 1500):
        monkeypatch.setattr("clearprop.experiment.streamed.window_rows", lambda *_, n=rows: n)
        runs.append(TrainJob.of({"source": "t.csv", **CHOICES, "epochs": 2}).experiment())
    run, again, other = runs
    run.fit("run")
    again.fit("run", resume=True)
    assert again.thetas[0].tobytes() == run.thetas[0].tobytes()
    with pytest.raises(ModelFileError, match=r"window_rows was 1000 and is 1500"):
        other.fit("run", resume=True)
