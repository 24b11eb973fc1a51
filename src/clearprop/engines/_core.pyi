"""What native/bindings.cpp offers. native/job.hpp says what each number means."""

from collections.abc import Sequence

from clearprop.network.architecture import Array

class Shape:
    def __init__(
        self,
        sizes: Sequence[int],
        activation: int,
        cost: int,
        regularization: float,
        threshold: float,
        levels: Sequence[float],
        /,
    ) -> None: ...

class Dropout:
    def __init__(
        self,
        rate: float,
        seed_low: int,
        seed_high: int,
        epoch: int,
        stays_from: int,
        place: int,
    ) -> None: ...

def cost_and_gradient(
    shape: Shape,
    theta: Array,
    gradient: Array,
    X: Array,
    Y: Array,
    weight: Array | None,
    dropout: Dropout | None,
    threads: int,
) -> tuple[float, float]: ...
def train(
    shape: Shape,
    theta: Array,
    moments: Sequence[Array],
    X: Array,
    Y: Array,
    weight: Array | None,
    order: Array | None,
    size: int,
    first: int,
    last: int,
    penalty_rows: float,
    dropout: Dropout | None,
    rule: int,
    a: float,
    b: float,
    epsilon: float,
    weight_decay: float,
    clip_norm: float,
    rates: Array,
    step: int,
    total: float,
    threads: int,
) -> tuple[float, float, int]: ...
def predict(
    shape: Shape, theta: Array, X: Array, out: Array, logits: bool, threads: int
) -> None: ...
def elementary(function: int, from_: Array, to: Array) -> None: ...
def slice_unit_float32(shape: Shape, rows: int, rule: int, /) -> int: ...
def slice_unit_float64(shape: Shape, rows: int, rule: int, /) -> int: ...
def instruction_set() -> str: ...
def instruction_sets() -> list[str]: ...
def stop_team() -> None: ...
