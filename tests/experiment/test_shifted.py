"""Images that are learned shifted, too: the copies, the stream of them, and who trains on it."""

import math
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from clearprop.data import read
from clearprop.data.table import Table
from clearprop.engines.protocol import Rows
from clearprop.errors import ModelFileError, ParameterError
from clearprop.experiment import distributed
from clearprop.experiment import shifted as module
from clearprop.experiment.check import CheckJob
from clearprop.experiment.distributed import DistributedRows
from clearprop.experiment.prepared import prepare
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.experiment.search import Search
from clearprop.experiment.shifted import Images, InBlocks, Shifted, copies_of, shift_of, shifted
from clearprop.experiment.train import TrainJob
from clearprop.storage.model_file import load, save
from clearprop.training import EpochEnded, Training
from clearprop.training.stream import Stream
from clearprop.training.windows import window_rows

WAYS = [(-1, 0), (1, 0), (0, -1), (0, 1)]
SMALL = RECIPES["modern"].with_(hidden=(16,), epochs=2, regularization=1.0)


def small(monkeypatch: pytest.MonkeyPatch, window_bytes: int) -> None:
    """Whatever is shifted is a stream of such windows."""
    monkeypatch.setattr(module, "_HELD_BYTES", 0)
    monkeypatch.setattr(module, "_WINDOW_BYTES", window_bytes)


def is_epoch(event: Any) -> bool:
    return isinstance(event, EpochEnded)


def rows_of(m: int, pixels: int, weighted: bool = False) -> Rows:
    rng = np.random.default_rng(m)
    X = rng.random((m, pixels))
    return Rows(X, np.eye(3)[rng.integers(0, 3, m)], rng.random(m) if weighted else None)


def moved(X: np.ndarray, images: Images) -> np.ndarray:
    """All copies, as SciPy moves images."""
    moves = [(0, 0)] + [(n * i, n * j) for n in range(1, images.pixels + 1) for i, j in WAYS]
    found = []
    for by in moves:
        for x in X:
            image = x.reshape(images.shape, order=images.order)
            there = ndimage.shift(image, by, order=0, mode="nearest")
            found.append(there.ravel(order=images.order))
    return np.array(found)


@given(
    shape=st.tuples(st.integers(2, 6), st.integers(2, 6)),
    order=st.sampled_from(["C", "F"]),
    pixels=st.integers(1, 3),
    m=st.integers(1, 5),
    block_rows=st.integers(1, 4),
)
def test_copies_are_the_images_of_scipy(
    shape: tuple[int, int], order: Literal["C", "F"], pixels: int, m: int, block_rows: int
) -> None:
    rows, images = rows_of(m, math.prod(shape), weighted=True), Images(shape, order, pixels)
    blocks = Shifted(InBlocks(rows, block_rows), images)
    assert sum(blocks.sizes) == m * copies_of(pixels)
    found = blocks.read(range(len(blocks.sizes)))
    assert np.array_equal(found.X, moved(rows.X, images))
    assert found.Y is not None
    assert found.sample_weight is not None
    assert rows.Y is not None
    assert rows.sample_weight is not None
    assert np.array_equal(found.Y, np.tile(rows.Y, (copies_of(pixels), 1)))
    assert np.array_equal(found.sample_weight, np.tile(rows.sample_weight, copies_of(pixels)))


@given(numbers=st.lists(st.integers(0, 14), min_size=1, max_size=9))
def test_blocks_in_any_order(numbers: list[int]) -> None:
    blocks = Shifted(InBlocks(rows_of(5, 9, weighted=True), 2), Images((3, 3), "C", 1))
    assert blocks.sizes == [2, 2, 1] * 5
    parts = [blocks.read([number]) for number in numbers]
    for found, of_each in zip(blocks.read(numbers), zip(*parts, strict=True), strict=True):
        assert found is not None
        assert np.array_equal(found, np.concatenate(of_each))


def test_what_takes_much_memory_is_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, images = rows_of(60, 9, weighted=True), Images((3, 3), "C", 1)
    found = shifted(rows, images, 4)
    assert isinstance(found, Rows)
    assert np.array_equal(found.X, moved(rows.X, images))
    assert rows.sample_weight is not None
    small(monkeypatch, 20_000)
    stream = shifted(rows, images, 4)
    assert isinstance(stream, Stream)
    assert stream.weight == pytest.approx(5 * rows.sample_weight.sum())
    assert stream.window_rows == window_rows(20_000, 8 * (9 + 3 + 1)) == 86
    assert not stream.fits
    assert stream.rows == 300
    stream = shifted(rows, images, 20)
    assert isinstance(stream, Stream)
    assert stream.window_rows == 160  # eight minibatches
    assert isinstance(shifted(rows, images, 60, whole=True), Rows)
    again = shifted(stream, images, 20)
    assert isinstance(again, Stream)
    assert (again.rows, again.window_rows) == (1500, 160)
    assert again.weight == pytest.approx(25 * rows.sample_weight.sum())


def test_how_far_rows_can_be_shifted() -> None:
    digits = read("digits")
    for stated in (True, False):
        assert [shift_of(n, digits, 64, stated) for n in (0, 1, 7)] == [0, 1, 7]
        assert shift_of(1, replace(digits, image_shape=None), 64, stated) == 0
        assert shift_of(1, digits, 66, stated) == 0  # inputs that say which cells were empty
    assert shift_of(8, digits, 64, stated=False) == 0
    with pytest.raises(ParameterError) as caught:
        shift_of(8, digits, 64, stated=True)
    assert str(caught.value) == "shift: expected less than 8, the pixels of a side; got 8"


@pytest.mark.parametrize("kind", ["bits", "numbers"])
def test_a_table_that_looks_like_images_is_not_shifted(kind: str) -> None:
    rng = np.random.default_rng(3)
    X = rng.integers(0, 2, (300, 64)) if kind == "bits" else rng.random((300, 64))
    names = tuple(map(str, range(64)))
    table = Table("rows", X, X[:, 3] > 0.5, names, "y", image_shape=(8, 8))
    assert Experiment(table, "modern").recipe.shift == 0
    assert Experiment(table, SMALL.with_(shift=1)).recipe.shift == 1  # who asks for it gets it


def test_series_are_not_shifted_by_the_recipe(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    np.savez(tmp_path / "series.npz", X=rng.random((60, 30, 1)), y=np.arange(60) % 3)
    assert Experiment(read(str(tmp_path / "series.npz")), SMALL).recipe.shift == 0


def test_columns_of_pixels_are_neighbours_too() -> None:
    digits = read("digits")
    X = np.asarray(digits.X).reshape(-1, 8, 8).transpose(0, 2, 1).reshape(-1, 64)
    table = replace(digits, X=np.ascontiguousarray(X), image_order="F")
    by_rows, by_columns = (Experiment(rows, SMALL).training for rows in (digits, table))
    there = by_columns.X.reshape(-1, 8, 8).transpose(0, 2, 1).reshape(-1, 64)
    assert np.array_equal(there, by_rows.X)


def test_training_is_that_on_all_copies() -> None:
    run = Experiment(read("digits"), SMALL.with_(shift=2))
    learned = run.encoded.rows("train")
    X = moved(learned.X, Images((8, 8), "C", 2))
    same = Training(
        run.network,
        run.training.theta,
        X.astype(np.float32),
        np.tile(learned.Y, (9, 1)),
        replace(run.training.options),
        validation=run.training.validation,
    )
    same.run()
    run.fit()
    assert run.training.samples.rows == len(X)
    assert np.array_equal(run.training.theta, same.theta)
    assert run.model().trained["shift"] == 2
    assert run.model().trained["penalty_rows"] == len(X)


def test_in_windows_a_paused_run_ends_with_the_same_bits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recipe = SMALL.with_(epochs=4)
    in_memory = Experiment(read("digits"), recipe).fit().measure("test").score
    small(monkeypatch, 400_000)
    straight = Experiment(read("digits"), recipe).fit()
    assert straight.training.X is None
    assert straight.measure("test").score > in_memory - 0.03  # as well mixed
    paused = Experiment(read("digits"), recipe)
    for event in paused.train(tmp_path / "run", every=0.001):
        if is_epoch(event) and event.epoch == 2:
            paused.training.stop()
    again = Experiment(read("digits"), recipe)
    ended = [event for event in again.train(tmp_path / "run", resume=True) if is_epoch(event)]
    assert [event.epoch for event in ended] == [3, 4]
    assert np.array_equal(straight.training.theta, again.training.theta)
    prepared = prepare(read("digits"))
    prepared.parts["train"].X[-1, 20] += 1
    other = Experiment(prepared, recipe)
    with pytest.raises(ModelFileError, match="was made with other data: X holds other values"):
        other.fit(tmp_path / "run", resume=True)


def test_every_candidate_fold_and_refit_learns_copies() -> None:
    recipe = RECIPES["modern"].with_(hidden=(8,), epochs=2, lambdas=(0.3, 3.0), bag=2)
    run = Experiment(read("digits"), recipe, all_rows=True).fit()
    rows = run.prepared.rows
    learned = [candidate.training.samples.rows for candidate in run.candidates]
    folds = (rows["train"] + rows["validation"]) / 2
    assert [n / 5 for n in learned] == pytest.approx([folds] * 3, abs=1)
    assert run.refit is not None
    assert (run.refit.rows, run.refit.penalty_rows) == (1797, 5 * 1797)


def test_a_refit_and_class_weights_of_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, 400_000)
    run = Experiment(read("digits"), SMALL, all_rows=True, class_weight={3: 2.0}).fit()
    assert run.refit is not None
    assert (run.refit.reason, run.refit.rows) == ("done", 1797)
    y = np.asarray(read("digits").y)
    assert run.refit.penalty_rows == pytest.approx(5 * (1797 + (y == 3).sum()))
    assert run.model().trained["all_rows"] == 1797


def test_rows_on_disk_are_shifted_block_by_block(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    digits = read("digits")
    lines = np.column_stack([np.asarray(digits.X), np.asarray(digits.y)])
    names = ",".join([*(f"p{i}" for i in range(64)), "digit"])
    np.savetxt(tmp_path / "d.csv", lines, "%d", ",", header=names, comments="")
    monkeypatch.setattr("clearprop.experiment.larger.room_for", lambda *_: False)
    given = {"source": str(tmp_path / "d.csv"), "target": "digit", "memory": "4GB", "epochs": 1}
    run = TrainJob.of(given | {"regularization": "1", "task": "classification"}).experiment()
    assert run.recipe.shift == 1
    assert run.training.samples.rows == 5 * run.prepared.rows["train"]


class Alone:
    """A team of one process."""

    processes, process = 1, 0

    def together(self, act: Any) -> Any:
        return act()

    def gathered(self, value: Any) -> list[Any]:
        return [value]

    def same(self, values: Any) -> None:
        pass


def test_processes_divide_the_copies_too() -> None:
    whole = prepare(read("digits"))
    team: Any = Alone()
    rows = DistributedRows.of(whole, team, SMALL)
    run = Experiment(whole, SMALL, class_weight={3: 2.0})
    shared = rows.stream(run.network, run.targets, np.float32, run.class_weights)
    assert shared.rows == sum(rows.strands.sizes) == 5 * 1258
    alone = run.training
    assert shared.own is not None
    assert np.array_equal(shared.own.X, alone.X)
    assert np.array_equal(shared.own.sample_weight, alone.sample_weight)
    assert shared.weight == pytest.approx(alone.samples.weight)


def test_copies_that_do_not_fit_into_a_process_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = prepare(read("digits"))
    team: Any = Alone()
    run = Experiment(whole, SMALL)

    def rows(shift: int, free: int | None) -> int:
        monkeypatch.setattr(distributed, "free_memory", lambda: free)
        divided = DistributedRows.of(whole, team, SMALL.with_(shift=shift))
        return int(divided.stream(run.network, run.targets, np.float32, None).rows)

    with pytest.raises(ParameterError) as caught:
        rows(1, 4_000_000)
    assert str(caught.value) == (
        "memory: the 6,290 rows of a process, shifted ones among them, take 2 MB, and "
        "1 MB of 4 MB are for rows; use more processes, more memory, or shift 0"
    )
    assert rows(1, 8_000_000) == 6290
    assert rows(1, None) == 6290  # this system does not tell
    assert rows(0, 4_000) == 1258  # they are in memory already
    monkeypatch.setattr(distributed, "free_memory", lambda: 8_000_000)
    limited = DistributedRows.of(whole, team, SMALL, memory=5e6)
    with pytest.raises(ParameterError, match="and 1 MB of 5 MB are for rows"):
        limited.stream(run.network, run.targets, np.float32, None)


def test_a_search_measures_images_as_they_are() -> None:
    run = Experiment(read("digits"), RECIPES["modern"].with_(epochs=1))
    search = Search(run, lambdas=(1.0,), rates=(0.003,), seconds=60).fit()
    assert search.best is not None
    assert search.best.cost == pytest.approx(search.measure("train").cost, rel=1e-4)


@pytest.mark.parametrize("solver", ["lbfgs", "cg", "gd"])
def test_solvers_of_all_rows_learn_copies_only_when_asked(solver: Any) -> None:
    recipe = RECIPES["modern"].with_(hidden=(4,), epochs=1, regularization=1.0, solver=solver)
    for chosen, n in ((recipe, 1258), (recipe.with_(shift=1), 5 * 1258)):
        run = Experiment(read("digits"), chosen).fit()
        assert (run.training.samples.rows, len(run.training.X)) == (n, n)


def test_what_the_option_is_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b\n" + "\n".join(f"{i},{i % 2}" for i in range(40)))
    given = {"source": str(table), "target": "b", "epochs": 1, "hidden": "2", "bins": 0}
    with pytest.warns(
        UserWarning, match="shift: the rows are no images, or have empty cells; ignored"
    ):
        run = TrainJob.of(given | {"shift": "1"}).experiment()
    assert run.recipe.shift == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert TrainJob.of(given).experiment().recipe.shift == 0
        assert TrainJob.of(given | {"shift": 0}).experiment().recipe.shift == 0
    assert TrainJob.of({"source": "digits"}).experiment().recipe.shift == 1
    assert TrainJob.of({"source": "digits", "shift": 0}).experiment().recipe.shift == 0
    assert TrainJob.of({"source": "digits", "recipe": "course"}).experiment().recipe.shift == 0
    small(monkeypatch, 400_000)
    assert CheckJob.of({"source": "digits"}).report().verdict == "right"  # of rows, no stream
    with pytest.raises(ParameterError) as caught:
        TrainJob.of({"source": "digits", "shift": "up", "epochs": 0})
    assert "shift: expected a whole number of at least 0; got 'up'" in str(caught.value)


def test_a_model_of_shifted_images_goes_on_from_its_file(tmp_path: Path) -> None:
    run = Experiment(read("digits"), SMALL).fit()
    save(run.model(), tmp_path / "model.safetensors")
    start = load(tmp_path / "model.safetensors")
    further = Experiment(read("digits"), SMALL, start=start)
    assert further.training.samples.rows == 5 * 1258
    assert further.fit().measure("train").cost < run.measure("train").cost


def test_images_with_empty_cells_stay_as_they_are() -> None:
    digits = read("digits")
    X = np.asarray(digits.X, float)
    X[::3, 20] = np.nan
    assert digits.y is not None
    table = Table("gaps", X, digits.y, digits.feature_names, "digit", image_shape=(8, 8))
    assert Experiment(table, SMALL).recipe.shift == 0
    recipe = Experiment(table, "modern").recipe
    assert (recipe.shift, recipe.options.epochs) == (0, 50)  # 1,000 updates of 64


def test_another_shift_leaves_an_image_as_many_epochs() -> None:
    modern = RECIPES["modern"]

    def epochs(**choices: Any) -> list[int]:
        made = modern.with_(**choices)
        assert made.images is not None
        assert made.images.many is not None
        return [r.options.epochs for r in (made, made.images, made.images.many)]

    assert epochs() == [40, 8, 6]
    assert epochs(shift=0) == [40, 40, 30]
    assert epochs(shift=2) == [40, 4, 3]
    assert epochs(shift=0, epochs=7) == [7, 7, 7]
    table = Table("t", np.zeros((9000, 3)), np.arange(9000) % 2, ("a", "b", "c"), "y")
    assert Experiment(table, modern.with_(shift=1)).recipe.options.epochs == 40


def test_a_time_that_is_short_leaves_as_many_passes() -> None:
    run = Experiment(read("digits"), "modern", seconds=60)
    assert (run.recipe.options.epochs, run.recipe.strengths) == (11, (0.3, 3.0))


def test_recipes_count_the_updates_of_all_copies() -> None:
    recipe = RECIPES["modern"].for_rows(1258, images=True)
    assert (recipe.shift, recipe.options.epochs) == (1, 11)  # 1,000 updates of 64
    many = RECIPES["modern"].for_rows(54_000, images=True)
    assert (many.shift, many.options.epochs, many.hidden) == (1, 6, (512, 512))
    assert RECIPES["modern"].for_rows(1258).shift == 0
