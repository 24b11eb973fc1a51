"""Training on a stream is training in memory on the same rows in another order, to the bit."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.engines.protocol import Rows, TrainingState, Update
from clearprop.errors import ModelFileError, ParameterError
from clearprop.network.architecture import Array, Network
from clearprop.network.parameters import initial_theta
from clearprop.storage.run_folder import Part, RunFolder
from clearprop.training import Ended, EpochEnded, Options, Progress, Training, Validation
from clearprop.training.resume import resumable
from clearprop.training.stream import Stream
from clearprop.training.streamed import Streamed
from clearprop.training.windows import blocks_of_windows, rows_of_window

NETWORK = Network((3, 5, 2), "tanh", "softmax", 0.5)
generator = np.random.default_rng(0)
X = generator.normal(size=(97, 3))
Y = np.eye(2)[(X[:, 0] * X[:, 1] > 0).astype(int)]
WEIGHT = generator.integers(0, 3, 97).astype(float)
START = initial_theta(NETWORK, 0)


class ArrayBlocks:
    """Rows of arrays in blocks of given sizes."""

    def __init__(self, sizes: Sequence[int], X: Any = X, Y: Array = Y, weight: Any = None) -> None:
        self.sizes, self.X, self.Y, self.weight = sizes, X, Y, weight
        self.ends = np.cumsum(sizes)
        assert self.ends[-1] == X.shape[0]
        self.read_rows, self.threads = 0, set[str]()

    def read(self, numbers: Sequence[int]) -> Rows:
        index = np.concatenate(
            [np.arange(self.ends[i] - self.sizes[i], self.ends[i]) for i in numbers]
        )
        self.read_rows += len(index)
        self.threads.add(threading.current_thread().name)
        weight = None if self.weight is None else self.weight[index]
        return Rows(self.X[index], self.Y[index], weight)

    def order(self, stream: Stream, seed: int, epoch: int, shuffle: bool = True) -> Array:
        """The rows of an epoch in the order in which a stream trains on them."""
        windows = blocks_of_windows(seed, epoch, self.sizes, stream.window_rows, shuffle)
        order = []
        for k, numbers in enumerate(windows):
            rows = np.concatenate(
                [np.arange(self.ends[i] - self.sizes[i], self.ends[i]) for i in numbers]
            )
            mixed = rows_of_window(seed, epoch, k, len(rows)) if shuffle else slice(None)
            order.append(rows[mixed])
        return np.concatenate(order)


def divided(m: int, most: int, seed: int) -> list[int]:
    """Random sizes of blocks, m rows in all."""
    random, sizes = np.random.default_rng(seed), []
    while sum(sizes) < m:
        sizes.append(int(min(random.integers(1, most + 1), m - sum(sizes))))
    return sizes


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    window=st.integers(40, 400),
    seed=st.integers(0, 2**40),
    epoch=st.integers(0, 1000),
    shuffle=st.booleans(),
)
def test_windows_hold_each_block_once(
    sizes: list[int], window: int, seed: int, epoch: int, shuffle: bool
) -> None:
    windows = blocks_of_windows(seed, epoch, sizes, window, shuffle)
    together = np.concatenate(windows)
    assert sorted(together.tolist()) == list(range(len(sizes)))
    rows = [sum(sizes[i] for i in numbers) for numbers in windows]
    assert max(rows) <= window
    assert len(windows) == 1 or sum(sizes) > window
    if not shuffle:
        assert together.tolist() == list(range(len(sizes)))
    # Each window but for blocks that overhang has its share of the rows.
    share, most = sum(sizes) / len(windows), max(sizes)
    if most == 1:
        assert max(rows) - min(rows) <= 1, (rows, share)


@settings(max_examples=25, deadline=None)
@given(
    most=st.integers(1, 20),
    seed=st.integers(0, 99),
    window=st.integers(20, 90),
    size=st.integers(1, 20),
    solver=st.sampled_from(["adam", "sgd"]),
    engine=st.sampled_from(["native", "reference"]),
    slice_seconds=st.sampled_from([0.0, 0.05]),
    weighted=st.booleans(),
    shuffle=st.booleans(),
    dropout=st.sampled_from([0.0, 0.4]),
)
def test_a_stream_is_another_order_of_the_rows(
    most: int,
    seed: int,
    window: int,
    size: int,
    solver: Any,
    engine: Any,
    slice_seconds: float,
    weighted: bool,
    shuffle: bool,
    dropout: float,
) -> None:
    """Any blocks, windows and minibatches: the bits are those in memory, in the stream's order."""
    weight = WEIGHT if weighted else None
    blocks = ArrayBlocks(divided(len(X), most, seed), weight=weight)
    stream = Stream(blocks, window, None if weight is None else float(weight.sum()))
    options = Options(
        solver,
        0.05,
        epochs=2,
        batch_size=size,
        seed=seed,
        shuffle=shuffle,
        dropout=dropout,
        clip_norm=1.0,
        label_smoothing=0.1,
        check_gradient=False,
    )
    streamed = Training(
        NETWORK, START, stream, options=options, engine=engine, slice_seconds=slice_seconds
    )
    streamed.run()
    memory = Training(
        NETWORK,
        START,
        X,
        Y,
        replace(options, shuffle=True),
        sample_weight=weight,
        engine=engine,
        order=lambda epoch: blocks.order(stream, seed, epoch, shuffle),
    )
    memory.run()
    assert streamed.theta.tobytes() == memory.theta.tobytes()
    assert streamed.history.costs == memory.history.costs
    assert streamed.state.step == memory.state.step


def test_plain_gradient_descent_decays_in_units_across_windows() -> None:
    """The native core defers the decay within 32 minibatches, which may lie in two windows."""
    random = np.random.default_rng(1)
    wide, labels = random.normal(size=(900, 784)).astype(np.float32), random.integers(0, 3, 900)
    network = Network((784, 64, 3), cost="softmax", regularization=1.0)
    start = initial_theta(network, 0, dtype=np.float32)
    options = Options("sgd", 0.1, momentum=0.0, epochs=2, batch_size=10, check_gradient=False)
    blocks = ArrayBlocks(divided(900, 9, 0), wide, labels)
    stream = Stream(blocks, 200)
    streamed = Training(network, start, stream, options=options, slice_seconds=0)
    update = Update(options.rule(), 10, 900.0)
    with streamed.engine.open(network, TrainingState(start), None, update) as session:
        assert session.slice_unit == (32 if streamed.engine.name == "native" else 1)
    streamed.run()

    def order(epoch: int) -> Array:
        return blocks.order(stream, 0, epoch)

    memory = Training(network, start, wide, labels, options, order=order)
    memory.run()
    assert streamed.theta.tobytes() == memory.theta.tobytes()


def test_what_fits_into_a_window_is_trained_as_in_memory() -> None:
    blocks = ArrayBlocks(divided(97, 10, 3))
    options = Options(epochs=3, batch_size=10)
    streamed = Training(NETWORK, START, Stream(blocks, 97), options=options)
    memory = Training(NETWORK, START, X, Y, options)
    assert streamed.run().reason == memory.run().reason
    assert streamed.theta.tobytes() == memory.theta.tobytes()
    assert streamed.history.costs == memory.history.costs
    assert blocks.read_rows == 97
    assert streamed.X.tobytes() == X.tobytes()


def test_sparse_rows() -> None:
    sizes = divided(97, 10, 5)
    sparse = scipy.sparse.csr_array(np.where(abs(X) > 0.5, X, 0))
    options = Options(epochs=2, batch_size=10)
    runs = [
        Training(NETWORK, START, Stream(ArrayBlocks(sizes, rows), 30), options=options)
        for rows in (sparse, sparse.toarray())
    ]
    for run in runs:
        run.run()
    assert runs[0].theta.tobytes() == runs[1].theta.tobytes()


def test_rows_are_read_ahead_in_one_thread_and_once_an_epoch() -> None:
    blocks = ArrayBlocks([1] * 97)
    training = Training(
        NETWORK,
        START,
        Stream(blocks, 20),
        options=Options(epochs=3, batch_size=10, check_gradient=False),
    )
    training.run()
    assert blocks.read_rows == 3 * 97
    assert len(blocks.threads) == 1
    assert threading.current_thread().name not in blocks.threads
    assert not [t for t in threading.enumerate() if t.name.startswith("clearprop-reading")]


@pytest.mark.parametrize("solver", ["lbfgs", "cg"])
@pytest.mark.parametrize("weighted", [False, True])
def test_full_batch_solvers_sum_over_windows(solver: Any, weighted: bool) -> None:
    weight = WEIGHT if weighted else None
    blocks = ArrayBlocks(divided(97, 10, 5), weight=weight)
    stream = Stream(blocks, 20, None if weight is None else float(weight.sum()))
    options = Options(solver, epochs=5)
    streamed = Training(NETWORK, START, stream, options=options)
    memory = Training(NETWORK, START, X, Y, options, sample_weight=weight)
    streamed.run(), memory.run()
    assert streamed.history.costs == pytest.approx(memory.history.costs, rel=1e-9)
    np.testing.assert_allclose(streamed.theta, memory.theta, rtol=1e-6)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_validation_on_a_stream(solver: Any) -> None:
    held = slice(0, 31)
    options = Options(solver, epochs=6, early_stopping=True, patience=2)

    def score(h: Array) -> float:
        return float((h.argmax(1) == Y[held].argmax(1)).mean())

    blocks = ArrayBlocks(divided(31, 4, 0), X[held], Y[held], WEIGHT[held])
    stream = Stream(blocks, 10, float(WEIGHT[held].sum()))
    apart = Training(NETWORK, START, X, Y, options, validation=Validation(stream, score=score))
    memory = Training(
        NETWORK,
        START,
        X,
        Y,
        options,
        validation=Validation(X[held], Y[held], score, WEIGHT[held]),
    )
    apart.run(), memory.run()
    ours, theirs = apart.history, memory.history
    assert ours.validation_costs == pytest.approx(theirs.validation_costs, rel=1e-12)
    assert ours.validation_scores == theirs.validation_scores
    assert ours.best_epoch == theirs.best_epoch
    assert apart.theta.tobytes() == memory.theta.tobytes()


def test_the_gradient_check_reads_few_rows() -> None:
    weight = np.where(np.arange(97) < 60, 0.0, 1.0)
    blocks = ArrayBlocks([1] * 97, weight=weight)
    training = Training(NETWORK, START, Stream(blocks, 20, 37.0))
    assert training.check().report.verdict == "right"
    assert isinstance(training.samples, Streamed)
    few = training.samples.few(0)
    assert few.X.shape[0] == 20
    assert few.sample_weight is not None
    assert few.sample_weight.all()


@pytest.mark.parametrize("killed", range(2, 24, 3))
def test_killed_at_any_event_it_goes_on_to_the_same_bits(killed: int, tmp_path: Path) -> None:
    options = Options(
        "sgd", 0.1, "cosine", epochs=3, batch_size=20, early_stopping=True, dropout=0.3, patience=9
    )

    def make() -> Training:
        held = Stream(ArrayBlocks([1] * 40, X[:40], Y[:40]), 33)
        return Training(
            NETWORK,
            START,
            Stream(ArrayBlocks(divided(97, 7, 1)), 25),
            options=options,
            validation=Validation(held),
            slice_seconds=0,
        )

    def part(resume: bool) -> Part:
        folder = RunFolder(tmp_path, 1e-9, resume)
        folder.begin("run")
        return folder.part("run")

    whole, first, second = make(), make(), make()
    whole.run()
    run = resumable(first, part(resume=False))
    for _ in range(killed):
        next(run)
    run.close()  # type: ignore[attr-defined]
    *_, last = resumable(second, part(resume=True))
    assert isinstance(last, Ended)
    assert second.theta.tobytes() == whole.theta.tobytes()
    assert second.history.costs == whole.history.costs
    assert second.history.validation_costs == whole.history.validation_costs


def test_a_checkpoint_of_another_stream_is_refused(tmp_path: Path) -> None:
    def make(sizes: list[int], window: int) -> Training:
        stream = Stream(ArrayBlocks(sizes), window)
        return Training(NETWORK, START, stream, options=Options(epochs=2))

    folder = RunFolder(tmp_path, 1e-9)
    folder.begin("run")
    list(resumable(make([1] * 97, 30), folder.part("run")))
    for sizes, window in (([1] * 97, 31), ([2] + [1] * 95, 30)):
        again = RunFolder(tmp_path, 1e-9, True)
        again.begin("run")
        with pytest.raises(ModelFileError, match="was made with other data"):
            list(resumable(make(sizes, window), again.part("run")))


# -- Ctrl-C, callbacks, a source that is slow or fails ---------------------------------------------


def test_it_ends_while_rows_are_read() -> None:
    """While a source reads slowly, events go on; the part that is being read is the last one."""
    go_on = threading.Event()

    class Slow(ArrayBlocks):
        def read(self, numbers: Sequence[int]) -> Rows:
            if self.read_rows > 40:
                go_on.wait(10)
            return super().read(numbers)

    blocks = Slow([1] * 97)
    training = Training(
        NETWORK, START, Stream(blocks, 20), options=Options(check_gradient=False, batch_size=10)
    )
    waits = 0
    for event in training:
        waits += isinstance(event, Progress)
        if waits == 20:
            training.stop()
            go_on.set()
        last = event
    assert last.reason == "stopped"
    assert blocks.read_rows < 97


def test_an_error_of_the_source_reaches_the_user() -> None:
    class Broken(ArrayBlocks):
        def read(self, numbers: Sequence[int]) -> Rows:
            if 50 in numbers:
                raise OSError("the disk is gone")
            return super().read(numbers)

    training = Training(
        NETWORK, START, Stream(Broken([1] * 97), 20), options=Options(check_gradient=False)
    )
    with pytest.raises(OSError, match="the disk is gone"):
        training.run()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"X": np.where(np.arange(97) == 42, np.nan, X.T).T},
            "got NaN at row 0, column 0 (3 such values) (block 42)",
        ),
        ({"X": X[:, :2]}, "X: expected shape (m, 3), one row a sample; got (1, 2)"),
        ({"Y": np.full(97, 5.0)}, "Y: expected class numbers 0 to 1; got 5 in row 0"),
        ({"weight": -WEIGHT}, "sample_weight: expected"),
    ],
)
def test_blocks_that_do_not_fit(change: dict[str, Any], message: str) -> None:
    blocks = ArrayBlocks([1] * 97, **change)
    training = Training(
        NETWORK,
        START,
        Stream(blocks, 20, 1.0 if "weight" in change else None),
        options=Options(check_gradient=False),
    )
    with pytest.raises(ParameterError) as caught:
        training.run()
    assert message in str(caught.value)
    assert " (block " in str(caught.value)


def test_streams_that_do_not_fit() -> None:
    with pytest.raises(ParameterError) as caught:
        Stream(ArrayBlocks([50, 47]), 40)
    assert str(caught.value) == (
        "window_rows: expected at least 50, the rows of the largest block; got 40"
    )
    stream = Stream(ArrayBlocks([1] * 97), 40)
    with pytest.raises(ParameterError) as caught:
        Training(NETWORK, START, stream, options=Options("gd"))
    assert str(caught.value) == (
        "solver: gd takes all 97 rows in each step, and 40 fit into memory; take adam, adamw, sgd "
        "or lbfgs"
    )
    with pytest.raises(ParameterError) as caught:
        Training(NETWORK, START, stream, options=Options(batch_size=41))
    assert str(caught.value) == (
        "batch_size: expected at most 40, the rows that fit into memory; got 41"
    )


def test_the_same_events() -> None:
    blocks = ArrayBlocks(divided(97, 10, 3))
    options = Options("sgd", 0.1, "invscaling", epochs=3, batch_size=10)
    stream = Stream(blocks, 20)
    streamed = [*Training(NETWORK, START, stream, options=options)]
    memory = [*Training(NETWORK, START, X, Y, options)]

    def said(events: list[Any]) -> list[tuple[str, Any]]:
        return [
            (type(event).__name__, getattr(event, "learning_rate", None))
            for event in events
            if not isinstance(event, Progress)
        ]

    assert said(streamed) == said(memory)
    assert [e.epoch for e in streamed if isinstance(e, EpochEnded)] == [1, 2, 3]
