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
from clearprop.errors import ParameterError
from clearprop.experiment import shifted as module
from clearprop.experiment.check import CheckJob
from clearprop.experiment.recipes import RECIPES
from clearprop.experiment.run import Experiment
from clearprop.experiment.search import Search
from clearprop.experiment.shifted import Held, Images, Shifted, copies_of, shift_of, shifted
from clearprop.experiment.train import TrainJob
from clearprop.storage.model_file import load, save
from clearprop.training import Training
from clearprop.training.stream import Stream
from clearprop.training.windows import window_rows

WAYS = [(-1, 0), (1, 0), (0, -1), (0, 1)]
SMALL = RECIPES["modern"].with_(hidden=(16,), epochs=2, regularization=1.0)


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
    blocks = Shifted(Held(rows, block_rows), images)
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
    blocks = Shifted(Held(rows_of(5, 9), 2), Images((3, 3), "C", 1))
    assert blocks.sizes == [2, 2, 1] * 5
    parts = [blocks.read([number]) for number in numbers]
    assert np.array_equal(blocks.read(numbers).X, np.concatenate([part.X for part in parts]))


def test_what_takes_much_memory_is_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, images = rows_of(60, 9, weighted=True), Images((3, 3), "C", 1)
    found = shifted(rows, images)
    assert isinstance(found, Rows)
    assert np.array_equal(found.X, moved(rows.X, images))
    assert rows.sample_weight is not None
    monkeypatch.setattr(module, "_WINDOW_BYTES", 20_000)
    stream = shifted(rows, images)
    assert isinstance(stream, Stream)
    assert stream.weight == pytest.approx(5 * rows.sample_weight.sum())
    assert stream.window_rows == window_rows(20_000, 8 * (9 + 3 + 1)) == 86
    assert not stream.fits
    assert stream.rows == 300
    assert isinstance(shifted(rows, images, whole=True), Rows)
    again = shifted(stream, images)
    assert isinstance(again, Stream)
    assert (again.rows, again.window_rows) == (1500, 86)
    assert again.weight == pytest.approx(25 * rows.sample_weight.sum())


def test_how_far_rows_can_be_moved() -> None:
    digits = read("digits")
    table = replace(digits, image_shape=None)
    assert [shift_of(n, digits, 64) for n in (0, 1, 7)] == [0, 1, 7]
    assert shift_of(1, table, 64) == 0
    assert shift_of(1, digits, 66) == 0  # inputs that say which cells were empty
    with pytest.raises(ParameterError) as caught:
        shift_of(8, digits, 64)
    assert str(caught.value) == "shift: expected less than 8, the pixels of a side; got 8"


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
    monkeypatch.setattr(module, "_WINDOW_BYTES", 400_000)
    straight = Experiment(read("digits"), recipe).fit()
    assert straight.training.X is None
    assert straight.measure("test").score > in_memory - 0.03  # as well mixed
    paused = Experiment(read("digits"), recipe)
    for event in paused.train(tmp_path / "run", every=0.001):
        if type(event).__name__ == "EpochEnded" and paused.training.state.epoch == 2:
            paused.training.stop()
    again = Experiment(read("digits"), recipe).fit(tmp_path / "run", resume=True)
    assert np.array_equal(straight.training.theta, again.training.theta)


def test_every_candidate_fold_and_refit_learns_copies() -> None:
    recipe = RECIPES["modern"].with_(hidden=(8,), epochs=2, lambdas=(0.3, 3.0), bag=2)
    run = Experiment(read("digits"), recipe, all_rows=True).fit()
    rows = run.prepared.rows
    learned = [candidate.training.samples.rows for candidate in run.candidates]
    folds = (rows["train"] + rows["validation"]) / 2
    assert [n / 5 for n in learned] == pytest.approx([folds] * 3, abs=1)
    assert run.refit is not None
    assert run.refit.penalty_rows == 5 * 1797


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


def test_what_the_option_is_for(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b\n" + "\n".join(f"{i},{i % 2}" for i in range(40)))
    given = {"source": str(table), "target": "b", "epochs": 1, "hidden": "2", "bins": 0}
    with pytest.warns(UserWarning, match="shift: the rows are no images; ignored"):
        run = TrainJob.of(given | {"shift": "1"}).experiment()
    assert run.recipe.shift == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert TrainJob.of(given).experiment().recipe.shift == 0
        assert TrainJob.of(given | {"shift": 0}).experiment().recipe.shift == 0
    assert TrainJob.of({"source": "digits"}).experiment().recipe.shift == 1
    assert TrainJob.of({"source": "digits", "shift": 0}).experiment().recipe.shift == 0
    assert TrainJob.of({"source": "digits", "recipe": "course"}).experiment().recipe.shift == 0
    assert CheckJob.of({"source": "digits"}).report().verdict == "right"
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


def test_recipes_count_the_updates_of_all_copies() -> None:
    recipe = RECIPES["modern"].for_rows(1258, images=True)
    assert (recipe.shift, recipe.options.epochs) == (1, 17)  # 1,600 updates of 64
    many = RECIPES["modern"].for_rows(54_000, images=True)
    assert (many.shift, many.options.epochs, many.hidden) == (1, 6, (512, 512))
    assert RECIPES["modern"].for_rows(1258).shift == 0
