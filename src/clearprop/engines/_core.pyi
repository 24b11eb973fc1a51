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

class _Samples:  # what both types have
    def __init__(self, X: Array, Y: Array | None, weight: Array | None) -> None: ...

class Float32Samples(_Samples): ...
class Float64Samples(_Samples): ...

class _Session:
    def __init__(self, shape: Shape, theta: Array, threads: int) -> None: ...
    def move_to(self, theta: Array) -> None: ...
    def learn(
        self,
        theta: Array,
        moments: Sequence[Array],
        rule: int,
        a: float,
        b: float,
        epsilon: float,
        weight_decay: float,
        clip_norm: float,
        size: int,
        penalty_rows: float,
    ) -> None: ...
    def slice_unit(self) -> int: ...
    def train(
        self,
        samples: _Samples,
        order: Array | None,
        first: int,
        rates: Array,
        step: int,
        total: float,
        dropout: Dropout | None,
    ) -> tuple[float, float, int]: ...
    def cost_and_gradient(
        self, samples: _Samples, gradient: Array, dropout: Dropout | None
    ) -> tuple[float, float]: ...
    def predict(self, X: Array, out: Array, logits: bool) -> None: ...

class Float32Session(_Session): ...
class Float64Session(_Session): ...

class Lines:
    def __init__(
        self,
        part: Sequence[int],
        place: Sequence[int],
        shift: Sequence[float],
        scale: Sequence[float],
        least: Sequence[float],
        most: Sequence[float],
        low: Sequence[float],
        high: Sequence[float],
        fill: Sequence[float],
        gap: Sequence[int],
    ) -> None: ...
    def write(self, rows: list[tuple[object, ...]], out: Array) -> bool: ...

WRITES_NUMBERS: bool

class Answer:
    def __init__(self, before: Sequence[str], after: Sequence[str], nearly: float) -> None: ...
    def write(self, h: Array) -> bytes | None: ...

def elementary(function: int, from_: Array, to: Array) -> None: ...
def instruction_set() -> str: ...
def instruction_sets() -> list[str]: ...
def stop_team() -> None: ...
