"""One network on several processes: each computes its share of a minibatch, and sums are added up.

The mathematics is that of one process, traced by JAX from :mod:`clearprop.network.equations`; the
only thing that passes between processes is one sum a step. Every process makes the same update, so
theta is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from clearprop.engines.protocol import (
    Engine,
    Rows,
    Session,
    TrainingState,
    Update,
    rows_of,
    targets_of,
)
from clearprop.engines.strands import Strands
from clearprop.engines.team import Team
from clearprop.errors import ParameterError
from clearprop.network import equations
from clearprop.network.architecture import Array, Network
from clearprop.network.dropout import Dropout, masks_at
from clearprop.network.parameters import decays
from clearprop.network.updates import clipped

__all__ = ["DataParallel"]

_ROWS = 4096  # rows that pass the network at once where no minibatch says how many


class DataParallel(Engine):
    """The engine of a team.

    All its processes call the same methods in the same order. Rows that a session is opened with
    are those of the process, and the ones that a call is given are the same on every process; each
    computes its share of them.

    Parameters
    ----------
    team
        The processes.
    strands
        Which rows make up a minibatch; None: sessions do not train.
    """

    name = "jax"

    def __init__(self, team: Team, strands: Strands | None = None) -> None:
        self.team, self.strands = team, strands

    @property
    def processes(self) -> int:
        """How many compute together."""
        return self.team.processes

    def decided_by(self) -> dict[str, str]:
        """See :func:`clearprop.engines.bits.decided_by`: a checkpoint names the processes."""
        from clearprop.engines.jax import JaxEngine

        return {**JaxEngine().decided_by(), "processes": str(self.team.processes)}

    def open(
        self,
        network: Network,
        state: TrainingState,
        rows: Rows | None = None,
        update: Update | None = None,
    ) -> Session:
        """See :class:`clearprop.engines.protocol.Engine`."""
        return _Session(self.team, self.strands, network, state, rows, update)

    def cost_and_gradient(
        self,
        network: Network,
        theta: Array,
        X: Array,
        Y: Array,
        sample_weight: Array | None = None,
        dropout: Dropout | None = None,
    ) -> tuple[float, Array]:
        """See :class:`clearprop.engines.protocol.Engine`; the rows are the same everywhere."""
        with self.open(network, TrainingState(theta)) as session:
            return session.cost_and_gradient(Rows(X, Y, sample_weight), dropout)


class _Session(Session):
    slice_unit = 1

    def __init__(
        self,
        team: Team,
        strands: Strands | None,
        network: Network,
        state: TrainingState,
        rows: Rows | None,
        update: Update | None,
    ) -> None:
        self._team, self._strands, self._network, self._update = team, strands, network, update
        self._state = state
        self._placed = _Placed(team)
        self._theta = self._placed.everywhere(state.theta)  # (n_parameters,)
        self._moments = tuple(map(self._placed.everywhere, state.moments))
        self._own = None if rows is None else self._placed_rows(rows)
        self._compiled: dict[Any, Any] = {}

    # -- Minibatches -----------------------------------------------------------------------------

    def advance(self, rates: Array, order: Array | None = None, block: Rows | None = None) -> float:
        """See :class:`clearprop.engines.protocol.Session`. The order is that of the strands."""
        state, strands, update = self._state, self._strands, self._update
        if self._own is None or strands is None or update is None:
            raise ParameterError(
                "update: expected rows, strands and an update when the session was opened"
            )
        count = -(-strands.rows // update.size)
        step = self._compiled_step(update)
        dropout = Dropout(update.dropout, state.seed, state.epoch) if update.dropout else None
        keys = np.zeros(0, np.uint32) if dropout is None else dropout.keys(self._network)
        most = strands.most(count)
        for rate in rates:
            own, place = strands.share(state.seed, state.epoch, state.position, count)
            padded = np.full(most, -1, np.int32)  # (most,)
            padded[: len(own)] = own
            t = state.step + 1
            numbers = np.array([rate, update.rule.corrected(float(rate), t)])
            told = np.array([[place, int(self._team.wish)]], np.int64)
            shares = self._placed.divided(padded), self._placed.divided(told)

            def run(shares: Any = shares, numbers: Array = numbers) -> Any:
                theta, moments, shown = step(
                    self._theta, self._moments, self._own, *shares, numbers, keys
                )
                return theta, moments, _here(shown)

            self._theta, self._moments, shown = self._team.run(run)
            J, weight, rows, asked = shown.tolist()
            self._team.asked |= asked > 0
            state.position += 1
            if weight > 0:
                state.step += 1
                state.cost_sum += J * rows
                state.rows_seen += round(rows)
        return state.mean_cost

    def _compiled_step(self, update: Update) -> Any:
        if "step" not in self._compiled:
            traced = self._traced_step(update)
            self._compiled["step"] = self._placed.compiled(traced, (2, 3, 4), arguments=7)
        return self._compiled["step"]

    def _traced_step(self, update: Update) -> Callable[..., Any]:
        import jax.numpy as jnp

        network, dtype = self._network, self._state.theta.dtype
        weights, total = decays(network, dtype), self._placed.total

        def step(
            theta: Any, moments: Any, own: Any, index: Any, told: Any, numbers: Any, keys: Any
        ) -> Any:
            real = index >= 0  # (most,)
            at = jnp.where(real, index, 0)
            X, Y, weight = own[0][at], own[1][at], own[2][at] * real  # (most, ...)
            masks = None
            if update.dropout:
                places = (told[0, 0] + jnp.arange(len(index))).astype(jnp.uint32)
                masks = masks_at(jnp, network, update.dropout, keys, places, dtype)
            added = equations.sums(jnp, network, theta, X, Y, weight, masks)
            more = jnp.stack([real.sum(), told[0, 1]]).astype(dtype)
            (added, more) = total((added, more))
            some = added.rows > 0
            added = added._replace(rows=jnp.where(some, added.rows, 1))
            J, gradient = equations.means(jnp, network, theta, added, update.penalty_rows)
            gradient = clipped(jnp, gradient, update.clip_norm)  # (n_parameters,)
            rate, corrected = numbers.astype(dtype)
            after, carried = update.rule.moved(
                jnp, theta, gradient, moments, rate, corrected, weights
            )
            theta = jnp.where(some, after, theta)
            moments = tuple(jnp.where(some, a, b) for a, b in zip(carried, moments, strict=True))
            shown = jnp.stack([J, added.rows * some, *more]).astype(jnp.float64)
            return theta, moments, shown

        return step

    # -- All rows --------------------------------------------------------------------------------

    def cost_and_gradient(
        self, rows: Rows | None = None, dropout: Dropout | None = None
    ) -> tuple[float, Array]:
        """See :class:`clearprop.engines.protocol.Session`."""
        own, place = self._own, 0
        if rows is not None:
            own, place = self._placed_rows(self._share(rows)), self._first(rows.X.shape[0])
        if own is None:
            rows_of(None, None)  # raises
        rate = 0.0 if dropout is None else dropout.rate
        if rate not in self._compiled:
            traced = self._traced_sums(rate)
            self._compiled[rate] = self._placed.compiled(traced, (1, 2), arguments=4)
        run = self._compiled[rate]
        keys = np.zeros(0, np.uint32) if dropout is None else dropout.keys(self._network)
        places = self._placed.divided(np.array([place]))
        J, gradient = self._team.run(lambda: tuple(map(_here, run(self._theta, own, places, keys))))
        return float(J), gradient

    def _traced_sums(self, rate: float) -> Callable[..., Any]:
        import jax.numpy as jnp

        network, dtype, total = self._network, self._state.theta.dtype, self._placed.total

        def sums(theta: Any, own: Any, place: Any, keys: Any) -> Any:
            masks = None
            if rate:
                places = (place[0] + jnp.arange(len(own[0]))).astype(jnp.uint32)
                masks = masks_at(jnp, network, rate, keys, places, dtype)
            X, Y, weight = own
            added = total(equations.sums(jnp, network, theta, X, Y, weight, masks))
            return equations.means(jnp, network, theta, added)

        return sums

    def predict(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`."""
        h: Array = equations.cost_of(self._network).h(np, self.logits(X))  # (m, K)
        return h

    def logits(self, X: Array | None = None) -> Array:
        """See :class:`clearprop.engines.protocol.Session`. Each process computes its share."""
        import jax

        if X is None:
            raise ParameterError("X: expected rows; those of a session lie on several processes")
        network = self._network
        if "logits" not in self._compiled:

            def logits(theta: Any, X: Any) -> Any:
                z = equations.forward(jax.numpy, network, theta, X).weighted_inputs[-1]
                return self._placed.joined(z)  # (processes rows, K)

            self._compiled["logits"] = self._placed.compiled(logits, (1,), arguments=2)
        run, n, found = self._compiled["logits"], self._team.processes, []
        for start in range(0, X.shape[0], n * _ROWS):
            part = X[start : start + n * _ROWS]
            each = -(-len(part) // n)
            own = np.zeros((each, X.shape[1]), X.dtype)
            mine = part[self._team.process * each : (self._team.process + 1) * each]
            own[: len(mine)] = mine
            z = self._team.run(partial(self._shown, run, self._placed.divided(own)))
            found.append(z[: len(part)])
        return np.concatenate(found) if found else np.zeros((0, network.n_outputs), X.dtype)

    def _shown(self, run: Callable[..., Any], placed: Any) -> Array:
        return _here(run(self._theta, placed))

    def _first(self, rows: int) -> int:
        """The number of the first of these rows that this process computes."""
        return self._team.process * -(-rows // self._team.processes)

    def _share(self, rows: Rows) -> Rows:
        first, each = self._first(rows.X.shape[0]), -(-rows.X.shape[0] // self._team.processes)
        own = slice(first, first + each)
        weight = None if rows.sample_weight is None else rows.sample_weight[own]
        return Rows(rows.X[own], targets_of(rows)[own], weight)

    # -- The state -------------------------------------------------------------------------------

    def _placed_rows(self, rows: Rows) -> tuple[Any, Any, Any]:
        """X, Y and weights of this process on its device, as long as those of every other one."""
        m, dtype = rows.X.shape[0], self._state.theta.dtype
        most = int(self._team.all_of(m).max())
        weight = np.ones(m, dtype) if rows.sample_weight is None else rows.sample_weight
        placed = []
        for array in (rows.X, targets_of(rows), weight):
            padded = np.zeros((most, *array.shape[1:]), dtype)
            padded[:m] = array
            if m and array is not weight:
                padded[m:] = array[-1]  # zeros could overflow where no row does
            placed.append(self._placed.divided(padded))
        return placed[0], placed[1], placed[2]

    def move_to(self, theta: Array) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""
        self._state.theta = theta.astype(self._state.theta.dtype)
        self._theta = self._placed.everywhere(self._state.theta)

    def state(self) -> TrainingState:
        """See :class:`clearprop.engines.protocol.Session`."""
        self._state.theta = _here(self._theta)
        self._state.moments = tuple(map(_here, self._moments))
        return self._state

    def close(self) -> None:
        """See :class:`clearprop.engines.protocol.Session`."""


class _Placed:
    """Arrays on the devices of a team, and functions that all processes run on them."""

    def __init__(self, team: Team) -> None:
        import jax  # the team has loaded it

        self._jax, self._team, self._mesh = jax, team, team.mesh
        self.axis: str = team.mesh.axis_names[0]
        self._same = jax.sharding.PartitionSpec()
        self._rows = jax.sharding.PartitionSpec(self.axis)

    def everywhere(self, array: Array) -> Any:
        """An array that is the same on every process."""
        return self._on(self._same, array)

    def divided(self, array: Array) -> Any:
        """An array of which each process hands in its part, all of one shape."""
        return self._on(self._rows, array)

    def _on(self, spec: Any, array: Array) -> Any:
        sharding = self._jax.sharding.NamedSharding(self._mesh, spec)
        array = np.ascontiguousarray(array)
        return self._jax.make_array_from_process_local_data(sharding, array)

    def compiled(
        self, function: Callable[..., Any], divided: tuple[int, ...], arguments: int
    ) -> Any:
        """The function on each process's part of its `divided` arguments."""
        from clearprop.engines.jax_functions import deterministic

        specs = tuple(self._rows if i in divided else self._same for i in range(arguments))
        jitted = self._jax.jit(
            self._jax.shard_map(
                function, mesh=self._mesh, in_specs=specs, out_specs=self._same, check_vma=False
            ),
            compiler_options=deterministic(),
        )
        made: dict[Any, Any] = {}

        def run(*given: Any) -> Any:
            shapes = tuple(a.shape for a in self._jax.tree.leaves(given))
            if shapes not in made:
                with self._team.busy():  # a large network takes long to compile
                    made[shapes] = jitted.lower(*given).compile()
            return made[shapes](*given)

        return run

    def total(self, parts: Any) -> Any:
        """The sum over all processes of each array in a tree, in one message."""
        if self._team.processes == 1:
            return parts
        from jax.flatten_util import ravel_pytree

        flat, tree = ravel_pytree(parts)
        return tree(self._jax.lax.psum(flat, self.axis))

    def joined(self, part: Any) -> Any:
        """The rows of all processes, one after another."""
        if self._team.processes == 1:
            return part
        return self._jax.lax.all_gather(part, self.axis, tiled=True)


def _here(array: Any) -> Array:
    """An array that is the same on every process, as NumPy's."""
    found: Array = np.array(array.addressable_data(0))
    return found
