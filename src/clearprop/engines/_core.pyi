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

class Float32Samples:
    def __init__(self, X: Array, Y: Array | None, weight: Array | None) -> None: ...

class Float64Samples:
    def __init__(self, X: Array, Y: Array | None, weight: Array | None) -> None: ...

class Float32Session:
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
        samples: Float32Samples,
        order: Array | None,
        first: int,
        rates: Array,
        step: int,
        total: float,
        dropout: Dropout | None,
    ) -> tuple[float, float, int]: ...
    def cost_and_gradient(
        self, samples: Float32Samples, gradient: Array, dropout: Dropout | None
    ) -> tuple[float, float]: ...
    def predict(self, X: Array, out: Array, logits: bool) -> None: ...

class Float64Session:
    """As Float32Session, with Float64Samples."""

    def __init__(self, shape: Shape, theta: Array, threads: int) -> None: ...

def elementary(function: int, from_: Array, to: Array) -> None: ...
def instruction_set() -> str: ...
def instruction_sets() -> list[str]: ...
def stop_team() -> None: ...
