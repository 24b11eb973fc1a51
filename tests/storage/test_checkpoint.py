"""A checkpoint comes back to the same bits, or is refused with one sentence."""

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save as save_safetensors
from scipy.sparse import csr_array

from clearprop.engines.protocol import TrainingState
from clearprop.errors import ModelFileError, ParameterError
from clearprop.storage.checkpoint import (
    Checkpoint,
    fingerprint,
    load_checkpoint,
    refuse_other_data,
    save_checkpoint,
)

finite = {"allow_nan": False, "allow_infinity": False}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(**finite) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(
    theta=st.sampled_from(["f4", "f8"]).flatmap(
        lambda kind: hnp.arrays(
            kind, st.integers(1, 5), elements=st.floats(width=8 * int(kind[1]), **finite)
        )
    ),
    n_moments=st.integers(0, 11),
    seed=st.integers(0, 2**130),
    counters=st.lists(st.integers(0, 2**53), min_size=3, max_size=3),
    values=st.dictionaries(st.text(), json_values, max_size=3),
    curve=hnp.arrays("f8", st.integers(0, 4)),
)
def test_round_trip_of_bits(tmp_path_factory, theta, n_moments, seed, counters, values, curve):
    path = tmp_path_factory.mktemp("round") / "run.safetensors"
    moments = tuple(np.roll(theta, i) for i in range(n_moments))
    arrays = {"cost_curve": curve, "best_theta": theta[::-1], "flags": curve > 0}
    state = TrainingState(theta, moments, seed, *counters)
    save_checkpoint(Checkpoint(state, arrays, values), path)
    again = load_checkpoint(path)
    assert vars_of(again.state) == vars_of(state)
    assert {k: bits(a) for k, a in again.arrays.items()} == {k: bits(a) for k, a in arrays.items()}
    assert repr(again.values) == repr(values)  # repr tells -0.0 from 0.0


def bits(array):
    return array.dtype.str, array.shape, array.tobytes()


def vars_of(state):
    return (
        bits(state.theta),
        [bits(moment) for moment in state.moments],
        state.seed,
        state.step,
        state.epoch,
        state.position,
    )


def test_names_that_the_state_has():
    state = TrainingState(np.zeros(2), (), 0)
    with pytest.raises(ParameterError, match=r"^arrays: the state has moment_0; use other names$"):
        Checkpoint(state, {"moment_0": np.zeros(2)})


def test_a_value_that_is_not_json_is_named(tmp_path):
    checkpoint = Checkpoint(TrainingState(np.zeros(2), (), 0), values={"curve": [1.0, np.nan]})
    with pytest.raises(ModelFileError) as caught:
        save_checkpoint(checkpoint, tmp_path / "run")
    assert str(caught.value) == (
        f"cannot write {tmp_path}/run: values.curve[1]: expected a finite number; got nan"
    )
    assert list(tmp_path.iterdir()) == []


STATE = {"seed": 1, "step": 2, "epoch": 3, "position": 4, "rows_seen": 5, "cost_sum": 0.5}
GOOD = {"format_version": 2, "checksum": "0" * 64, "state": STATE, "values": {}}
THETA = np.zeros(3)

# what is in the file: (JSON object, tensors), and what the message says after the path
REFUSED = {
    "newer": (
        {**GOOD, "format_version": 3},
        {"theta": THETA},
        "made by a newer Clearprop: format version 3, this one reads up to 2: upgrade",
    ),
    "older": (
        {"format_version": 1, "state": STATE, "values": {}},
        {"theta": THETA},
        "made by an older Clearprop: format version 1, this one reads from 2 on; train afresh",
    ),
    "no checksum": (
        {"format_version": 2, "state": STATE, "values": {}},
        {"theta": THETA},
        "is damaged: its bytes do not have the checksum in it",
    ),
    "keys": (
        {"format_version": 2, "checksum": "0" * 64, "state": STATE},
        {"theta": THETA},
        "expected the keys format_version, state, values; got ['state']",
    ),
    "values": (
        {**GOOD, "values": []},
        {"theta": THETA},
        "values: expected a JSON object; got []",
    ),
    "state": (
        {**GOOD, "state": {"seed": 1}},
        {"theta": THETA},
        "state: expected seed, step, epoch, position, rows_seen, cost_sum; got {'seed': 1}",
    ),
    "cost sum": (
        {**GOOD, "state": {**STATE, "cost_sum": None}},
        {"theta": THETA},
        "state: cost_sum: expected a finite number; got None",
    ),
    "cost sum that is not finite": (
        {**GOOD, "state": {**STATE, "cost_sum": 1e999}},
        {"theta": THETA},
        "state: cost_sum: expected a finite number; got inf",
    ),
    "a step beyond every run": (
        {**GOOD, "state": {**STATE, "step": 2**63 - 1}},
        {"theta": THETA},
        "state: step: expected at most 9,007,199,254,740,992; got 9223372036854775807",
    ),
    "negative step": (
        {**GOOD, "state": {**STATE, "step": -1}},
        {"theta": THETA},
        "state: step: expected a whole number from 0; got -1",
    ),
    "true": (
        {**GOOD, "state": {**STATE, "seed": True}},
        {"theta": THETA},
        "state: seed: expected a whole number from 0; got True",
    ),
    "no theta": (GOOD, {"moment_0": THETA}, "there is no theta in it"),
    "theta of two dimensions": (
        GOOD,
        {"theta": np.zeros((1, 3))},
        "theta: expected a vector of float32 (F32) or float64 (F64); got F64 of shape (1, 3)",
    ),
    "theta of whole numbers": (
        GOOD,
        {"theta": np.zeros(3, np.int64)},
        "theta: expected a vector of float32 (F32) or float64 (F64); got I64 of shape (3,)",
    ),
    "theta not finite": (
        GOOD,
        {"theta": np.array([0, np.nan])},
        "theta: expected finite numbers",
    ),
    "moment not finite": (
        GOOD,
        {"theta": THETA, "moment_0": np.array([0, np.inf, 0])},
        "moment_0: expected finite numbers",
    ),
    "moments with a gap": (
        GOOD,
        {"theta": THETA, "moment_1": THETA},
        "moments: expected moment_0; got moment_1",
    ),
    "moment of another shape": (
        GOOD,
        {"theta": THETA, "moment_0": np.zeros(4)},
        "moment_0: expected F64 of shape (3,), as theta; got F64 of shape (4,)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(tmp_path, case):
    values, tensors, message = REFUSED[case]
    path = tmp_path / "run.safetensors"
    text = json.dumps(values, separators=(",", ":")).replace("Infinity", "1e999")
    data = save_safetensors(tensors, {"clearprop-checkpoint": text})
    if case != "no checksum":  # a hostile hand can compute it
        data = data.replace(b"0" * 64, hashlib.sha256(data).hexdigest().encode())
    path.write_bytes(data)
    with pytest.raises(ModelFileError) as caught:
        load_checkpoint(path)
    assert str(caught.value) == f"{path}: {message}"


def test_every_cut_of_a_checkpoint_is_one_typed_error(tmp_path):
    path = tmp_path / "run.safetensors"
    state = TrainingState(np.arange(3.0), (np.ones(3),), 0)
    save_checkpoint(Checkpoint(state), path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=r"is cut|is empty"):
            load_checkpoint(path)


def test_every_flipped_bit_is_seen(tmp_path):
    path = tmp_path / "run.safetensors"
    state = TrainingState(np.arange(3.0), (np.ones(3),), 0)
    save_checkpoint(Checkpoint(state, {"best_theta": np.ones(3)}, {"a": "b"}), path)
    whole = path.read_bytes()
    for i in range(len(whole)):  # in each byte another one
        flipped = bytearray(whole)
        flipped[i] ^= 1 << i % 8
        path.write_bytes(flipped)
        with pytest.raises(ModelFileError) as caught:
            load_checkpoint(path)
        assert "\n" not in str(caught.value)
    path.write_bytes(whole)
    assert load_checkpoint(path).values == {"a": "b"}


def test_the_data_of_a_run():
    X, y = np.arange(6.0).reshape(2, 3), np.array([0, 1])
    before = json.loads(json.dumps(fingerprint(X=X, y=y)))
    refuse_other_data("run", before, fingerprint(X=X.copy(order="F"), y=y, sample_weight=None))
    other = X.copy()
    other[1, 2] += 1e-15 * 5
    cases = [
        (fingerprint(X=other, y=y), "X holds other values"),
        (fingerprint(X=X[:1], y=y), "X had shape (2, 3), and has (1, 3) now"),
        (fingerprint(X=X, y=y.astype("i4")), "y had dtype int64, and has int32 now"),
        (fingerprint(X=X), "y was there, and is not now"),
        (fingerprint(X=X, y=y, sample_weight=y), "sample_weight was not there, and is now"),
    ]
    for now, what in cases:
        with pytest.raises(ModelFileError) as caught:
            refuse_other_data("run", before, now)
        assert str(caught.value) == (
            f"run: was made with other data: {what}; hand in the same data, "
            "or train afresh in another folder"
        )
    with pytest.raises(ModelFileError, match="X was not there"):
        refuse_other_data("run", None, fingerprint(X=X))


def test_sparse_data_has_a_fingerprint_of_its_own():
    X = csr_array(np.array([[0.0, 2.0], [3.0, 0.0]]))
    moved = csr_array(np.array([[2.0, 0.0], [3.0, 0.0]]))
    assert fingerprint(X=X) == fingerprint(X=X.copy())
    assert fingerprint(X=X) != fingerprint(X=moved)
