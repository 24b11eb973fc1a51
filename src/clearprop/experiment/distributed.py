"""One run on several processes: each has its own rows, and process 0 alone writes."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop.data.blocks.memory import amount, free_memory
from clearprop.data.targets import Targets
from clearprop.engines.bits import decided_by
from clearprop.engines.choice import choose_engine
from clearprop.engines.data_parallel import DataParallel
from clearprop.engines.protocol import Rows
from clearprop.engines.strands import Strands, cut, strand_count
from clearprop.errors import ParameterError, raise_problems
from clearprop.experiment.chosen import chosen_table
from clearprop.experiment.encoded import Encoded
from clearprop.experiment.larger import Tell, larger_rows, room_for, usable_memory
from clearprop.experiment.prepared import Prepared, prepare
from clearprop.experiment.problems import located
from clearprop.experiment.processes import shared_values
from clearprop.experiment.recipes import Recipe
from clearprop.experiment.run import Experiment
from clearprop.experiment.shifted import Images, InBlocks, Shifted, copies_of
from clearprop.experiment.streamed import StreamedRows
from clearprop.experiment.train import TrainJob
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_sample_weight, as_targets, smoothed
from clearprop.storage.checkpoint import load_checkpoint, save_checkpoint
from clearprop.storage.run_folder import EVERY, RunFolder
from clearprop.training import Ended, EpochEnded, Event
from clearprop.training.resume import adopt, checkpoint_of, resumable
from clearprop.training.shared import Shared
from clearprop.training.stream import Blocks, Stream, joined, parts_of, read_checked

if TYPE_CHECKING:
    from clearprop.engines.team import Team

__all__ = ["DistributedExperiment", "DistributedRows", "distributed_experiment"]

_FEW = 1000  # rows among which the gradient check finds ten
# The share of the memory for the rows of a process, which are copied once onto its device. Two
# processes of one machine have room so.
_SHARE = 0.25


def distributed_experiment(
    job: TrainJob, team: Team, tell: Tell | None = None
) -> DistributedExperiment:
    """Read the source and set up the run of a team. Every process calls it.

    Raises
    ------
    DataError, ParameterError
        On all processes, also where the rows of one alone are wrong.
    EngineError
        Where processes have other choices, packages or rows.
    """
    values, recipe = job.values, job.recipe
    packages = decided_by(DataParallel(team))
    del packages["device"]  # machines may have different numbers of processors
    team.same({**shared_values(values), **packages})
    fits, memory = _room(job, team)
    chosen = {**values, "memory": memory}
    whole = team.together(lambda: _prepared(job, chosen, fits, tell))
    rows = DistributedRows.of(whole, team, recipe, memory)
    with located(values["source"], *([] if values["test"] is None else [values["test"]])):
        return DistributedExperiment(
            rows,
            recipe,
            class_weight=values["class_weight"],
            engine=DataParallel(team, rows.strands),
            callbacks=(_Listening(team),),
            start=job.start,
        )


def _room(job: TrainJob, team: Team) -> tuple[bool, float | None]:
    """Whether the source fits into the memory of each process, and the least that one may take."""
    source, memory = job.values["source"], job.values["memory"]
    own = team.together(lambda: room_for(source, memory, 1 + job.recipe.bins))
    fits = bool(team.all_of(own).all())
    if not fits and memory is None:
        memory = float(team.all_of(math.inf if own else usable_memory()).min())
    return fits, memory


def _prepared(job: TrainJob, values: Mapping[str, Any], fits: bool, tell: Tell | None) -> Prepared:
    """All rows, in memory or in blocks, and what is learned from them."""
    recipe = job.recipe
    larger = larger_rows(values, recipe, tell, job.start, fits=fits)
    if larger is not None:
        return larger
    table = chosen_table(values)
    with located(values["source"], *([] if values["test"] is None else [values["test"]])):
        fraction = values["validation_fraction"]
        return prepare(
            table,
            task=values["task"],
            missing=values["missing"],
            seed=recipe.options.seed,
            validation_fraction=recipe.validation_fraction(table) if fraction is None else fraction,
            bins=recipe.bins,
            start=job.start,
        )


@dataclass(frozen=True, eq=False)
class DistributedRows(Prepared):
    """Prepared rows, of which each process trains on its own.

    Attributes
    ----------
    whole
        The rows of all processes, in memory or in blocks.
    team
        The processes.
    strands
        The strands of the training rows.
    blocks
        The blocks of each strand; of rows in memory, the rows.
    smoothing
        How much of each label goes to all classes.
    images
        How the rows are shifted, and their copies divided too; None: they are not.
    memory
        The bytes that a process may take; None: what its machine has free.
    """

    whole: Prepared | None = None
    team: Any = None
    strands: Any = None
    blocks: tuple[range, ...] = ()
    smoothing: float = 0.0
    images: Images | None = None
    memory: float | None = None

    @classmethod
    def of(
        cls, whole: Prepared, team: Team, recipe: Recipe, memory: float | None = None
    ) -> DistributedRows:
        """Divide prepared rows among the processes of a team.

        Raises
        ------
        DataError
            For fewer rows than processes.
        """
        count = strand_count(team.processes)
        shift = whole.fitting(recipe).shift
        images = Images.of(whole.parts["train"], shift) if shift else None
        if isinstance(whole, StreamedRows):
            assert whole.learned is not None
            sizes = whole.learned.sizes[whole.learned.sizes > 0]  # (blocks,)
        else:
            sizes = np.ones(whole.rows["train"], np.int64)
        sizes = np.tile(sizes, copies_of(shift))
        blocks = tuple(cut(sizes, count))
        rows = tuple(int(sizes[of.start : of.stop].sum()) for of in blocks)
        shuffle = recipe.options.shuffle
        return cls(
            whole.source, whole.parts, whole.encoder, whole.targets, whole.dropped, whole.notes,
            whole.reading_seconds, whole.test_apart,
            whole=whole,
            team=team,
            strands=Strands(rows, team.processes, team.process, shuffle),
            blocks=blocks,
            smoothing=recipe.options.label_smoothing,
            images=images,
            memory=memory,
        )  # fmt: skip

    @property
    def rows(self) -> dict[str, int]:
        """The rows of each part, of all processes."""
        assert self.whole is not None
        return self.whole.rows

    @property
    def class_rows(self) -> Array | None:
        """As in :class:`Prepared`."""
        assert self.whole is not None
        return self.whole.class_rows

    def allowed(self, recipe: Recipe, all_rows: bool) -> Recipe:
        """The recipe for one network on one strength, since the processes share one.

        Raises
        ------
        ParameterError
            For a bag.
        """
        if recipe.bag > 1:
            raise_problems(["bag: several processes train one network together; leave it out"])
        strengths = recipe.strengths
        return replace(recipe, lambdas=(), regularization=strengths[len(strengths) // 2])

    def inputs(self, part: str, dtype: Any) -> Array:
        """As in :class:`Prepared`."""
        assert self.whole is not None
        return self.whole.inputs(part, dtype)

    def encoded_labels(self, part: str, cost: str, interval: float | None = None) -> Array:
        """As in :class:`Prepared`."""
        assert self.whole is not None
        return self.whole.encoded_labels(part, cost, interval)

    def stream(
        self, network: Network, targets: Targets, dtype: Any, class_weights: Array | None
    ) -> Any:
        """The rows of this process, and what is known of the others."""
        whole, team = self.whole, self.team
        assert whole is not None
        stream = whole.stream(network, targets, dtype, class_weights)
        encoded = Encoded(whole, network, targets, dtype, class_weights)
        few, held = encoded.rows("train"), encoded.rows("validation")
        team.same(
            {
                "training_rows": _digest(few.X, few.Y, few.weights).hex(),
                "validation_rows": _digest(held.X, held.Y, held.weights).hex(),
            }
        )
        some = Rows(few.X[:_FEW], few.Y[:_FEW], None if few.weights is None else few.weights[:_FEW])
        own_blocks = range(
            self.blocks[self.strands.own.start].start, self.blocks[self.strands.own[-1]].stop
        )
        if stream is None:
            weight = None if few.weights is None else float(few.weights.sum())
            blocks = self._with_copies(InBlocks(Rows(few.X, few.Y, few.weights)))
            own = team.together(lambda: self._picked(blocks, own_blocks, network, dtype))
        else:
            weight = stream.weight
            shifted = replace(stream, blocks=self._with_copies(stream.blocks))
            own = team.together(lambda: self._read(shifted, own_blocks, network, dtype))
        if weight is not None and self.images is not None:
            weight *= copies_of(self.images.pixels)
        known = np.array([list(found) for found in team.gathered(_digest(*own))], np.uint8)
        return Shared(
            network,
            own,
            self.strands.sizes,
            weight,
            self._checked(network, some, dtype),
            known,
        )

    def _with_copies(self, blocks: Blocks) -> Blocks:
        """The blocks, and those of their copies."""
        return blocks if self.images is None else Shifted(blocks, self.images)

    def _checked(self, network: Network, rows: Rows, dtype: Any) -> Rows:
        """Rows in the shapes and the dtype of the mathematics, their labels smoothed."""
        X = as_inputs(network, rows.X, dtype)  # (m, s_1)
        m = X.shape[0]
        Y = smoothed(network, as_targets(network, rows.Y, m, dtype), self.smoothing)  # (m, K)
        return Rows(X, Y, as_sample_weight(rows.sample_weight, m, dtype))

    def _picked(self, blocks: Blocks, own: range, network: Network, dtype: Any) -> Rows:
        """The rows of these blocks, of rows that are in memory; their copies may not fit."""
        memory = free_memory() if self.memory is None else self.memory
        if self.images is not None and memory is not None:
            self._look_for_room(blocks, own, network, dtype, memory)
        return self._checked(network, blocks.read(own), dtype)

    def _look_for_room(
        self, blocks: Blocks, own: range, network: Network, dtype: Any, memory: float
    ) -> None:
        """Raise ParameterError where the rows of these blocks take too much of the memory."""
        rows = sum(blocks.sizes[own.start : own.stop])
        width = np.dtype(dtype).itemsize * (network.n_inputs + network.n_outputs + 1)
        if rows * width <= _SHARE * memory:
            return
        size, share, of = (amount(n) for n in (rows * width, _SHARE * memory, memory))
        if self.images is None:
            raise ParameterError(
                f"memory: the {rows:,} rows of a process take {size}, and {share} of {of} are for "
                "rows; use more processes, or more memory"
            )
        raise ParameterError(
            f"memory: the {rows:,} rows of a process, shifted ones among them, take {size}, and "
            f"{share} of {of} are for rows; use more processes, more memory, or shift 0"
        )

    def _read(self, stream: Stream, blocks: range, network: Network, dtype: Any) -> Rows:
        """The rows of these blocks alone: a process reads no others to train on."""
        assert isinstance(self.whole, StreamedRows)
        self._look_for_room(stream.blocks, blocks, network, dtype, self.whole.memory)
        parts = parts_of(stream, blocks)
        return joined(
            [read_checked(stream, part, network, dtype, self.smoothing) for part in parts]
        )


def _digest(*arrays: Array | None) -> bytes:
    found = sha256()
    for array in arrays:
        if array is not None:
            found.update(np.ascontiguousarray(array).data)
    return found.digest()


class _Listening:
    """What a process does at each event: it compares theta after an epoch, and ends when asked."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def __call__(self, event: Event) -> bool:
        team = self._team
        team.beat()
        if isinstance(event, EpochEnded) and event.state is not None:
            theta = sha256(event.state.theta.data).hexdigest()
            measured = event.cost, event.validation_cost, event.validation_score
            team.same({"theta": theta, "measurements": repr(measured)})
        return team.asked


class DistributedExperiment(Experiment):
    """An experiment whose training runs on all processes of a team.

    All processes iterate over :meth:`train`. Then they have parted, and each measures by itself.
    """

    def train(
        self,
        checkpoint: str | Path | RunFolder | None = None,
        *,
        every: float = EVERY,
        resume: bool = False,
    ) -> Iterator[Event]:
        """As :meth:`Experiment.train`; a checkpoint is read and written by process 0 alone."""
        rows = self.prepared
        assert isinstance(rows, DistributedRows)
        folder = None if rows.team.process else RunFolder.of(checkpoint, every, resume)
        return self._on_all(rows.team, folder)

    def _on_all(self, team: Team, folder: RunFolder | None) -> Iterator[Event]:
        training = self.training
        # All processes must look at the same moments whether they end: after each minibatch.
        training.slice_seconds = 0.0

        def begun() -> Iterator[Event]:
            if folder is None:
                return iter(training)
            folder.begin("run")
            seed, n = self.recipe.options.seed, str(team.processes)
            choices = {"init": self.recipe.init, "seed": seed, "processes": n}
            return resumable(training, folder.part("run"), choices)

        events = team.together(begun)
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "run.safetensors"

            def as_bytes() -> bytes:
                save_checkpoint(checkpoint_of(training, {}), file)
                return file.read_bytes()

            # The others may have no such folder: process 0 hands them what it goes on from.
            state = team.from_first(as_bytes)
            if team.process:
                file.write_bytes(state)
                adopt(training, load_checkpoint(file))
        with team.listening():
            for event in events:
                if isinstance(event, Ended) and event.reason == "stopped" and team.asked:
                    event = replace(event, reason="interrupted")
                yield event
        team.leave()
        self.engine = choose_engine("auto")
