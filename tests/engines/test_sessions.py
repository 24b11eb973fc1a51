"""Sessions of every engine: what they keep between calls, and what they take from outside."""

import gc
import os
import sys
import threading

import numpy as np
import pytest
from scipy import sparse

from clearprop import Network, initial_theta
from clearprop.engines.choice import available_engines, choose_engine
from clearprop.engines.protocol import Engine, Rows, TrainingState, Update, epoch_order
from clearprop.engines.reference import ReferenceEngine
from clearprop.errors import EngineError, ParameterError
from clearprop.network.architecture import Array
from clearprop.network.dropout import Dropout
from clearprop.network.updates import SGD, Adam, Rule

# (layers, rows, rows of a minibatch) of each kind of job in the native core, in its order.
KINDS = {
    "train": ((12, 9, 4), 40, 7),
    "few": ((520, 66, 4), 40, 7),
    "grouped": ((70, 40, 3), 2500, 1100),
    "narrow": ((6, 11, 4), 2500, 1100),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(params=available_engines())
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine that is there."""
    return choose_engine(request.param)


def task(kind: str, regularization: float = 0.0) -> tuple[Network, Array, Rows]:
    """A network, its first theta, and samples."""
    sizes, rows, _ = KINDS[kind]
    network = Network(sizes, "tanh", "softmax", regularization)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, sizes[0])) * (rng.random((rows, sizes[0])) < 0.5)
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], rows)]
    return network, initial_theta(network, 1), Rows(X, Y, rng.uniform(0.5, 2, rows))


def begun(theta: Array, rule: Rule) -> TrainingState:
    """A state before the first step."""
    return TrainingState(theta.copy(), rule.start(np, theta), seed=3)


def bits(state: TrainingState) -> tuple[object, ...]:
    """All of a state, as what can be compared."""
    arrays = [array.tobytes() for array in (state.theta, *state.moments)]
    return (*arrays, state.step, state.position, state.rows_seen, state.cost_sum)


# -- What stays between two calls -----------------------------------------------------------------


@every_kind
def test_a_session_trains_as_one_that_is_opened_anew_for_each_slice(
    engine: Engine, kind: str
) -> None:
    network, theta, rows = task(kind)
    size, rule = KINDS[kind][2], Adam()
    order, update = epoch_order(3, 0, len(rows.X)), Update(rule, size, 40.0)
    one, other = begun(theta, rule), begun(theta, rule)
    with engine.open(network, one, rows, update) as session:
        for _ in range(3):
            mean = session.advance(np.array([0.01]), order)
    for _ in range(3):
        with engine.open(network, other, rows, update) as session:
            last = session.advance(np.array([0.01]), order)
    assert bits(one) == bits(other)
    assert mean == last == one.mean_cost


@every_kind
def test_what_is_computed_between_two_slices_changes_nothing(engine: Engine, kind: str) -> None:
    network, theta, rows = task(kind, 0.3)
    size, rule = KINDS[kind][2], Adam()
    update, states = Update(rule, size, 40.0, dropout=0.2), []
    for asks in (False, True):
        state = begun(theta, rule)
        with engine.open(network, state, rows, update) as session:
            for _ in range(3):
                session.advance(np.array([0.01]))
                if not asks:
                    continue
                now = session.state().theta
                for X in (rows.X[:3], rows.X):  # of few rows and of many
                    ours = session.predict(X), session.logits(X)
                    theirs = engine.predict(network, now, X), engine.logits(network, now, X)
                    for a, b in zip(ours, theirs, strict=True):
                        assert a.tobytes() == b.tobytes()
                for dropout in (None, Dropout(0.5, 1, 2)):
                    J, D = session.cost_and_gradient(dropout=dropout)
                    K, E = engine.cost_and_gradient(network, now, *rows, dropout)
                    assert (J, D.tobytes()) == (K, E.tobytes())
                part = Rows(rows.X[:5], rows.Y[:5] if rows.Y is not None else None)
                assert session.cost_and_gradient(part)[0] != J
        states.append(bits(session.state()))
    assert states[0] == states[1]


def test_a_session_moves_to_other_parameters(engine: Engine) -> None:
    network, theta, rows = task("train")
    given = TrainingState(theta)
    with engine.open(network, given, rows) as session:
        for scale in (1.0, 0.5, -2.0):
            there = scale * theta
            session.move_to(there)
            J, D = session.cost_and_gradient()
            K, E = engine.cost_and_gradient(network, there, *rows)
            assert (J, D.tobytes()) == (K, E.tobytes())
            assert session.logits().tobytes() == engine.logits(network, there, rows.X).tobytes()
            there[:] = 0  # the session has a copy
            assert session.cost_and_gradient()[0] == J
    assert theta.any()


def test_training_goes_on_from_where_a_session_was_moved_to(engine: Engine) -> None:
    network, theta, rows = task("train")
    rule, update = SGD(0.9), Update(SGD(0.9), 7)
    moved, straight = begun(np.zeros_like(theta), rule), begun(theta, rule)
    for state in (moved, straight):
        with engine.open(network, state, rows, update) as session:
            if state is moved:
                session.move_to(theta)
            session.advance(np.full(4, 0.1))
    assert bits(moved) == bits(straight)


# -- Minibatches, and blocks of rows that are handed in -------------------------------------------


def test_minibatches_hold_every_row_once_and_the_last_may_be_smaller(engine: Engine) -> None:
    # One weight, x = 0: D of the bias is the mean of a - y, so each step tells which rows it had.
    X, Y = np.zeros((5, 1)), np.array([[1.0], [2.0], [4.0], [8.0], [16.0]])
    network, order = Network((1, 1), cost="squared"), np.array([3, 0, 4, 2, 1])
    for shuffled, rows in ((order, ([8, 1], [16, 4], [2])), (None, ([1, 2], [4, 8], [16]))):
        state = TrainingState(np.zeros(2))
        with engine.open(network, state, Rows(X, Y), Update(SGD(), 2)) as session:
            for expected in rows:
                before = session.state().theta[0]
                session.advance(np.array([1.0]), shuffled)
                assert session.state().theta[0] - before == np.mean(expected) - before
        assert (state.step, state.position, state.rows_seen) == (3, 3, 5)
    state = TrainingState(np.zeros(2))
    with engine.open(network, state, Rows(X, Y), Update(SGD(), 100)) as session:
        session.advance(np.array([1.0]), order)
    assert session.state().theta[0] == 31 / 5


@every_kind
def test_blocks_train_as_their_rows_in_that_order(engine: Engine, kind: str) -> None:
    network, theta, rows = task(kind)
    size, rule = KINDS[kind][2], Adam()
    order, update = epoch_order(3, 0, len(rows.X)), Update(rule, size, 40.0, dropout=0.3)
    count = -(-len(order) // size)
    whole, streamed = begun(theta, rule), begun(theta, rule)
    with engine.open(network, whole, rows, update) as session:
        session.advance(np.full(count, 0.01), order)
    with engine.open(network, streamed, update=update) as session:
        for first in range(0, count, 2):
            part = order[first * size : (first + 2) * size]
            block = Rows(*[None if array is None else array[part] for array in rows])
            session.advance(np.full(-(-len(part) // size), 0.01), block=block)
    assert bits(streamed) == bits(whole)


@pytest.mark.skipif("native" not in available_engines(), reason="there is no native core")
def test_a_block_that_outgrows_the_sessions_memory_is_refused() -> None:
    rng = np.random.default_rng(0)
    own, block = (Rows(rng.normal(size=(m, 3)), rng.normal(size=(m, 1))) for m in (10, 100))
    state = begun(np.zeros(4), SGD())
    update = Update(SGD(), size=64)
    with (
        choose_engine("native").open(
            Network((3, 1), cost="squared"), state, own, update
        ) as session,
        pytest.raises(ParameterError, match=r"^block: expected at most 10 rows, .*; got 100$"),
    ):
        session.advance(np.full(2, 0.1), block=block)


def test_sparse_rows_train_as_dense_ones(engine: Engine) -> None:
    network, theta, rows = task("train")
    update, states = Update(Adam(), 7, 40.0, dropout=0.3), []
    for X in (rows.X, sparse.csr_array(rows.X)):
        state = begun(theta, Adam())
        with engine.open(network, state, rows._replace(X=X), update) as session:
            session.advance(np.full(2, 0.01), epoch_order(3, 0, 40))
            session.advance(np.full(4, 0.01), epoch_order(3, 0, 40))
            np.testing.assert_allclose(session.logits(), session.logits(rows.X), rtol=1e-12)
            J, _ = session.cost_and_gradient()
        states.append((state.theta, J))
    np.testing.assert_allclose(states[1][0], states[0][0], rtol=1e-9, atol=1e-12)
    assert states[1][1] == pytest.approx(states[0][1], rel=1e-12)


def test_what_a_session_cannot_do_is_an_error(engine: Engine) -> None:
    network, theta, rows = task("train")
    with engine.open(network, TrainingState(theta), rows) as session:
        assert session.slice_unit == 1
        with pytest.raises(
            ParameterError, match=r"^update: expected one when the session was open"
        ):
            session.advance(np.ones(1))
        with pytest.raises(ParameterError, match=r"^Y: expected targets; got none$"):
            session.cost_and_gradient(Rows(rows.X))
    with engine.open(network, TrainingState(theta), update=Update(SGD(), 7)) as session:
        for ask in (session.logits, session.predict, session.cost_and_gradient):
            with pytest.raises(
                ParameterError, match=r"^rows: expected some, since the session has"
            ):
                ask()
        with pytest.raises(ParameterError, match=r"^rows: expected some, since the session has no"):
            session.advance(np.ones(1))
        with pytest.raises(ParameterError, match="at most 6, one for each minibatch of 7 rows tha"):
            session.advance(np.ones(7), block=rows)


# -- The native core's memory ---------------------------------------------------------------------


@pytest.fixture
def native() -> Engine:
    """The native engine."""
    if "native" not in available_engines():
        pytest.skip("the native core is not installed here")
    return choose_engine("native")


def test_arrays_live_as_long_as_a_session_reads_them(native: Engine) -> None:
    network, theta, rows = task("few")
    expected = ReferenceEngine().logits(network, theta, rows.X)
    session = native.open(network, TrainingState(theta.copy()), Rows(*[np.array(a) for a in rows]))
    gc.collect()
    np.testing.assert_allclose(session.logits(), expected, rtol=1e-9, atol=1e-12)
    held = sys.getrefcount(theta)
    other = native.open(network, TrainingState(theta))
    assert sys.getrefcount(theta) > held
    for used in (session, other):
        used.close()
        used.close()
    gc.collect()
    for ask in (session.logits, session.cost_and_gradient):
        with pytest.raises(EngineError, match=r"^the session is closed; open another one$"):
            ask()


def test_one_thread_at_a_time_uses_a_session(native: Engine) -> None:
    network = Network((300, 300, 10))
    X = np.random.default_rng(0).normal(size=(4_000, 300))
    refused, answers = [], []
    with native.open(network, TrainingState(initial_theta(network, 0))) as session:

        def ask() -> None:
            try:
                answers.append(session.logits(X).tobytes())
            except RuntimeError as error:
                refused.append(str(error))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(answers)) == 1
    assert set(refused) <= {"the session computes in another thread"}
    assert len(answers) + len(refused) == 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning")  # of JAX, once it is loaded
def test_a_session_goes_on_in_a_forked_child(native: Engine) -> None:
    network, theta, rows = task("grouped")
    state, update = begun(theta, Adam()), Update(Adam(), 1100)
    with native.open(network, state, rows, update) as session:
        session.advance(np.full(1, 0.01))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            session.advance(np.full(2, 0.01))
            os.write(writing, session.state().theta.tobytes()[:4096])
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            theirs = pipe.read()
        assert os.waitpid(child, 0)[1] == 0
        session.advance(np.full(2, 0.01))
        assert session.state().theta.tobytes()[:4096] == theirs
