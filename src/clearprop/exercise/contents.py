"""What stands on a sheet, in one language: the given numbers, then part by part what to do.

The file to fill in and the page to print show the same parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from clearprop.exercise.sentences import sentences
from clearprop.exercise.sheets import Sheet
from clearprop.exercise.stages import Stage, stages_of
from clearprop.explain import formulas
from clearprop.explain.blocks import Block, Formula, Paragraph, Table
from clearprop.explain.numbers import significant
from clearprop.network import equations

__all__ = ["PARTS", "Part", "given", "parts_of", "title"]

# The parts by the kinds of stage in them, each with the name of its table in a file of answers.
PARTS = {
    "forward": ("z", "a"),
    "cost": ("J",),
    "backward": ("delta",),
    "accumulate": ("Delta",),
    "gradient": ("D",),
}
_ACCUMULATE = Formula(
    "Delta^(l) = sum_i delta_i^(l+1) [1; a_i^(l)]'",
    r"\Delta^{(l)} = \sum_i \delta_i^{(l+1)} [1; a_i^{(l)}]^T",
)
_MEAN = Formula(
    "J = 1/m sum_i sum_k J_k",
    r"J = \frac{1}{m} \sum_i \sum_k J_k",
)
_MEAN_AND_PENALTY = Formula(
    "J = 1/m sum_i sum_k J_k + lambda/(2m) sum_l sum_k sum_(j>0) (Theta^(l)_k,j)^2",
    r"J = \frac{1}{m} \sum_i \sum_k J_k + \frac{\lambda}{2m} \sum_l \sum_k \sum_{j>0} "
    r"\left( \Theta^{(l)}_{k,j} \right)^2",
)
_GRADIENT = Formula("D^(l) = 1/m Delta^(l)", r"D^{(l)} = \frac{1}{m} \Delta^{(l)}")
_GRADIENT_AND_DECAY = Formula(
    "D^(l)_k,j = 1/m Delta^(l)_k,j + lambda/m Theta^(l)_k,j  (j > 0)",
    r"D^{(l)}_{k,j} = \frac{1}{m} \Delta^{(l)}_{k,j} + \frac{\lambda}{m} \Theta^{(l)}_{k,j} "
    r"\quad (j > 0)",
)
_GRADIENT_OF_BIAS = Formula(
    "D^(l)_k,0 = 1/m Delta^(l)_k,0",
    r"D^{(l)}_{k,0} = \frac{1}{m} \Delta^{(l)}_{k,0}",
)


@dataclass(frozen=True)
class Part:
    """A part: its key in :data:`PARTS`, its title, its formulas, and the stages to fill in."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    stages: tuple[Stage, ...]


def title(sheet: Sheet, lang: str) -> str:
    """The title of a sheet."""
    return sentences(lang)(f"sheets.{sheet.name}")


def given(sheet: Sheet, lang: str) -> list[Block]:
    """What is given: the network, Theta, the samples."""
    say, probe, network = sentences(lang), sheet.probe, sheet.network
    sizes = "-".join(map(str, network.layer_sizes))
    blocks: list[Block] = [
        Paragraph(say("sheet.task")),
        Paragraph(
            say(
                "sheet.network",
                sizes=sizes,
                activation=say(f"sheet.activation-{network.activation}"),
                output=say(f"sheet.output-{network.cost}"),
                cost=say(f"sheet.cost-{network.cost}"),
                m=probe.m,
                lambda_=significant(probe.lambda_),
            )
        ),
    ]
    for l, B in enumerate(equations.split(network, probe.theta), start=1):
        head = (f"`Theta^({l})`", say("sheet.bias"), *(f"`j = {j}`" for j in range(1, len(B))))
        rows = [
            (f"`k = {k}`", *map(significant, row.tolist())) for k, row in enumerate(B.T, start=1)
        ]
        blocks.append(Table(head, tuple(rows)))
    X, Y = probe.X, probe.Y
    head = ("", *(f"`x_{j + 1}`" for j in range(X.shape[1])))
    head += tuple(f"`y_{k + 1}`" for k in range(Y.shape[1]))
    rows = [
        (say("sheet.sample", i=i), *map(significant, x.tolist()), *map(significant, y.tolist()))
        for i, (x, y) in enumerate(zip(X, Y, strict=True), start=1)
    ]
    return [*blocks, Table(head, tuple(rows))]


def parts_of(sheet: Sheet, lang: str) -> list[Part]:
    """The parts of a sheet, in the order of the calculation."""
    say, stages = sentences(lang), stages_of(sheet.network)
    return [
        Part(
            key,
            say(f"sheet.part-{key}"),
            tuple(_formulas(sheet, key)),
            tuple(stage for stage in stages if stage.kind in kinds),
        )
        for key, kinds in PARTS.items()
    ]


def _formulas(sheet: Sheet, key: str) -> list[Formula]:
    network, decayed = sheet.network, sheet.probe.lambda_ != 0
    match key:
        case "forward":
            hidden = formulas.ACTIVATION[network.activation]
            return [formulas.FORWARD, hidden, formulas.OUTPUT[network.cost]]
        case "cost":
            return [formulas.cost_of(network), _MEAN_AND_PENALTY if decayed else _MEAN]
        case "backward":
            output, slope = formulas.delta_output_of(network), formulas.SLOPE[network.activation]
            return [output, formulas.DELTA_HIDDEN, slope]
        case "accumulate":
            return [_ACCUMULATE]
    return [_GRADIENT_AND_DECAY, _GRADIENT_OF_BIAS] if decayed else [_GRADIENT]
