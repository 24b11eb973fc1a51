"""What a run of the studio is made of: a source and the options of `train`, as somebody chose them.

Nothing else decides the bits. So the choices can be written as a command and as Python.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from clearprop.choices.commands import COMMANDS, parsed
from clearprop.data import read
from clearprop.data.files import Content
from clearprop.data.table import Table
from clearprop.errors import did_you_mean, one_of, raise_problems, shown
from clearprop.experiment.chosen import chosen_recipe, experiment_on
from clearprop.experiment.recipes import RECIPES, Recipe
from clearprop.experiment.run import Experiment
from clearprop.studio.synthetic import SETS, csv_of, target_of

__all__ = ["OPTIONS", "Edit", "Settings", "Source"]

# The options of `train` that the studio takes. The others name files, or belong to several runs.
OPTIONS = (
    *("recipe", "hidden", "activation", "cost", "regularization", "init", "bins"),
    *("solver", "learning_rate", "schedule", "warmup", "batch_size", "epochs", "weight_decay"),
    *("dropout", "label_smoothing", "clip_norm", "seed"),
    *("target", "without", "task", "missing", "validation_fraction"),
)

_KINDS = ("digits", "synthetic", "path", "upload")
_SYNTHETIC = {"set": "spiral", "rows": 400, "noise": 0.1, "seed": 0}


@dataclass(frozen=True)
class Source:
    """Where the rows come from.

    Attributes
    ----------
    kind
        ``"digits"``, ``"synthetic"``, ``"path"`` or ``"upload"``.
    name
        What messages and the command call it: ``"digits"``, a path, or the name of a file.
    file
        An upload's place on the disk; else None.
    made
        The choices of a synthetic set, as :func:`clearprop.studio.synthetic.csv_of` takes them.
    """

    kind: str
    name: str
    file: Path | None = None
    made: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, Any], files: Mapping[str, tuple[str, Path]]) -> Source:
        """The source that a page names.

        Parameters
        ----------
        given
            ``kind``, and what belongs to it: ``set``, ``rows``, ``noise`` and ``seed``; ``path``;
            or ``id``, that of an upload.
        files
            The uploads: name and place of each, by its id.

        Raises
        ------
        ParameterError
            For a source that does not exist.

        Examples
        --------
        >>> Source.of({"kind": "synthetic", "set": "moons"}, {}).name
        'moons.csv'
        """
        kind = given.get("kind", "digits")
        raise_problems(one_of("source", kind, _KINDS))
        if kind == "synthetic":
            made = {name: given.get(name, default) for name, default in _SYNTHETIC.items()}
            raise_problems(one_of("set", made["set"], list(SETS)))
            return cls(kind, f"{made['set']}.csv", made=tuple(made.items()))
        if kind == "path":
            path = given.get("path")
            wrong = not isinstance(path, str) or not path.strip() or path == "-"
            raise_problems([f"path: expected a file or a folder; got {shown(path)}"] * wrong)
            return cls(kind, str(path).strip())
        if kind == "upload":
            found = files.get(str(given.get("id")))
            if found is None:
                raise_problems(["upload: this file is not here any more; choose it once more"])
            assert found is not None
            return cls(kind, found[0], found[1])
        return cls(kind, "digits")

    def content(self) -> str | Content:
        """What :func:`clearprop.data.read` reads."""
        if self.kind == "synthetic":
            choices = dict(self.made)
            return Content(self.name, None, csv_of(choices.pop("set"), **choices))
        if self.file is not None:
            return Content(self.name, self.file)
        return self.name

    def read(self, target: str | None) -> Table:
        """The table, with its labels.

        Raises
        ------
        DataError, ParameterError
            For a source that cannot be used.
        """
        if self.kind == "synthetic":
            target = target_of(dict(self.made)["set"])
        return read(self.content(), target)

    def columns(self) -> tuple[str, ...]:
        """The columns among which a target can be chosen.

        Raises
        ------
        DataError
            For a source that cannot be read at all.
        """
        return read(self.content(), need_target=False).feature_names

    @property
    def needed(self) -> tuple[str, ...]:
        """The command that writes the file first, where there is none yet."""
        if self.kind != "synthetic":
            return ()
        made = dict(self.made)
        words = [
            *("python", "-m", "clearprop.studio.synthetic", made.pop("set")),
            *(word for name, value in made.items() for word in (f"--{name}", str(value))),
        ]
        return (f"{shlex.join(words)} > {shlex.quote(self.name)}",)


class Edit(NamedTuple):
    """Weights that were edited: where training stood, and their new values by index in theta.

    They came from a model file, or by hand where `file` is empty.
    """

    epoch: int
    position: int
    weights: Mapping[int, float] = {}
    file: str = ""


@dataclass(frozen=True)
class Settings:
    """A source, and the value of every option of `train`.

    Attributes
    ----------
    source
        Where the rows come from.
    values
        As :func:`clearprop.choices.commands.parsed` returns them.
    recipe
        The recipe with the other choices put in. It has one strength of regularization, so there
        is one run.
    chosen
        The options that the command needs, by name.
    """

    source: Source
    values: Mapping[str, Any]
    recipe: Recipe
    chosen: Mapping[str, Any]

    @classmethod
    def of(cls, source: Source, given: Mapping[str, Any]) -> Settings:
        """Check the options of a page.

        Raises
        ------
        ParameterError
            Naming every option that is wrong.

        Examples
        --------
        >>> settings = Settings.of(Source("digits", "digits"), {"recipe": "course", "epochs": 3})
        >>> print(*settings.command())
        clearprop train digits --recipe course --lambda 1.0 --epochs 3
        """
        problems = [
            f"{name}: no such option of studio{did_you_mean(name, OPTIONS)}"
            for name in given
            if name not in OPTIONS
        ]
        chosen = {name: given[name] for name in OPTIONS if given.get(name) is not None}
        recipe = RECIPES.get(str(chosen.get("recipe")), RECIPES["modern"])
        if chosen.get("regularization") is None:
            chosen["regularization"] = recipe.regularization
        if source.kind == "synthetic":
            chosen["target"] = target_of(dict(source.made)["set"])
            chosen.setdefault("bins", 0)  # else the inputs would not be the plane's coordinates
        elif recipe.images is not None:
            chosen["shift"] = 0  # each sample of a page is a row of the source
        values = parsed("train", {"source": source.name, **chosen}, problems)
        recipe = chosen_recipe(values, problems)
        raise_problems(problems)
        return cls(source, values, recipe, {name: values[name] for name in chosen})

    @property
    def data_key(self) -> tuple[Any, ...]:
        """What the table depends on."""
        return (self.source, self.values["target"])

    def table(self) -> Table:
        """Read the source.

        Raises
        ------
        DataError, ParameterError
            For a source that cannot be used.
        """
        return self.source.read(self.values["target"])

    def experiment(self, table: Table) -> Experiment:
        """Set up the run on the table that :meth:`table` read.

        Raises
        ------
        DataError, ParameterError
            For rows or choices that do not fit.
        """
        if self.values["without"] is not None:
            table = table.without(self.values["without"])
        return experiment_on(table, self.values, self.recipe)

    def command(self, images: bool = True) -> list[str]:
        """The lines that train the same model at the command line, of `images` or other rows."""
        flags = COMMANDS["train"].flags
        words = ["clearprop", "train", self.source.name]
        for name in (*OPTIONS, "shift") if images else OPTIONS:
            if name in self.chosen:
                words += [flags[name], _typed(self.chosen[name])]
        return [*self.source.needed, shlex.join(words)]

    def python(self, log: Sequence[Edit]) -> list[str]:
        """The lines of Python that lead to the same theta.

        Parameters
        ----------
        log
            Each time that weights were edited, and the end.

        Examples
        --------
        >>> settings = Settings.of(Source("digits", "digits"), {"recipe": "course"})
        >>> print(*settings.python([Edit(2, 0, {7: 0.5}), Edit(3, 0)]), sep=chr(10))
        from clearprop.experiment.train import TrainJob
        from clearprop.studio.stepping import advance, again
        <BLANKLINE>
        job = TrainJob.of({'source': 'digits', 'recipe': 'course', 'regularization': 1.0})
        training = again(job.experiment().training)
        training = again(advance(training, 2, 0), {7: 0.5})
        training = advance(training, 3, 0)
        theta = training.state.theta
        """
        choices = {"source": self.source.name, **self.chosen}
        lines = [f"# first, in a shell: {line}" for line in self.source.needed]
        if any(edit.file for edit in log):
            lines += ["import clearprop"]
        lines += [
            "from clearprop.experiment.train import TrainJob",
            "from clearprop.studio.stepping import advance, again",
            "",
            f"job = TrainJob.of({choices!r})",
            "training = again(job.experiment().training)",
        ]
        for epoch, position, weights, file in log:
            there = f"advance(training, {epoch}, {position})"
            if file:
                there = f"again({there}, theta=clearprop.load({file!r}).theta)"
            elif weights:
                there = f"again({there}, {dict(weights)!r})"
            lines.append(f"training = {there}")
        return [*lines, "theta = training.state.theta"]


def _typed(value: Any) -> str:
    """A value as it is typed at the command line."""
    if isinstance(value, tuple | list):
        return ",".join(map(str, value)) or "none"
    return str(value)
