"""Which sample, which network, what it says, and how the symbols are read."""

from __future__ import annotations

from clearprop.explain.blocks import Block, Diagram, Heading, Image, Paragraph
from clearprop.explain.explanation import Explanation
from clearprop.explain.sentences import NamedSentences, as_text
from clearprop.explain.symbols import symbol, theta_symbol

__all__ = ["opening", "opening_of_units"]

# The pixels of an image, two in a line, that leave room for a unit's arithmetic on one screen.
_TALLEST = 16


def opening_of_units(e: Explanation, say: NamedSentences) -> list[Block]:
    """The head of some units' arithmetic: which sample, which network, and how symbols are read."""
    blocks = [*_sample_and_network(e, say), *_numbers(e, say), _symbols(e, say)]
    return [block for block in blocks if not _is_tall(block)]


def _is_tall(block: Block) -> bool:
    """Whether it is an image that takes as many lines as the arithmetic below it."""
    return isinstance(block, Image) and len(block.values) > _TALLEST


def opening(e: Explanation, say: NamedSentences) -> list[Block]:
    """The head of an explanation."""
    diagram = Diagram(say("opening.diagram" if e.backward else "opening.diagram-forward"))
    return [*_sample_and_network(e, say), *_numbers(e, say), _symbols(e, say), diagram]


def _sample_and_network(e: Explanation, say: NamedSentences) -> list[Block]:
    network, names = e.batch.network, e.names
    title = "opening.title" if names.source else "opening.title-alone"
    blocks: list[Block] = [
        Heading(1, say(title, index=e.number(e.sample), source=as_text(names.source or "")))
    ]
    if names.seen is not None:
        key = "opening.seen" if names.truth is None else "opening.seen-and-truth"
        seen, truth = as_text(names.seen), as_text(names.truth or "")
        blocks.append(Paragraph(say(key, seen=seen, truth=truth)))
    if names.answer is not None:
        answer = as_text(names.answer)
        blocks.append(Paragraph(say("opening.bag", n=names.networks, answer=answer)))
    if names.image_shape is not None:
        blocks.append(Image(names.image(e.one.X[0]), say("opening.image")))
    blocks.append(
        Paragraph(
            say(
                "opening.network" if network.n_layers > 2 else "opening.network-flat",
                sizes="-".join(map(str, network.layer_sizes)),
                activation=network.activation,
                cost=say(f"costs.{network.cost}"),
                lambda_=f"{network.regularization:g}",
                n=f"{network.n_parameters:,}",
            )
        )
    )
    return blocks


def _numbers(e: Explanation, say: NamedSentences) -> list[Block]:
    """What the numbers of the network are, where they are not the user's own."""
    network, names = e.batch.network, e.names
    blocks: list[Block] = []
    if names.encoded:
        blocks.append(Paragraph(say("opening.encoded")))
    if names.binned is not None:
        blocks.append(Paragraph(say("opening.binned", bin=say.input(names.binned))))
    if names.standardised:
        blocks.append(Paragraph(say("opening.standardised")))
    if names.interval is not None:
        low, _, high = network.quantiles[:3]
        blocks.append(
            Paragraph(
                say(
                    "opening.interval" if names.networks == 1 else "opening.interval-bag",
                    low=f"{low:g}",
                    high=f"{high:g}",
                    coverage=f"{100 * (high - low):g} %",
                    moved=_moved(say, names.margins or ()),
                    interval=names.interval,
                )
            )
        )
    if names.dropout:
        blocks.append(Paragraph(say("opening.dropout", share=f"{names.dropout:g}")))
    return blocks


def _symbols(e: Explanation, say: NamedSentences) -> Paragraph:
    """How layers, units and weights are counted."""
    second = min(2, e.batch.network.n_inputs)
    return Paragraph(
        say(
            "opening.symbols",
            last=e.batch.n_layers,
            a=symbol("a", 2, 1),
            source=second,
            weight=theta_symbol(1, 1, second),
            bias=theta_symbol(1, 1, 0),
        )
    )


def _moved(say: NamedSentences, margins: tuple[float, ...]) -> str:
    """Where the calibration moves both ends of the interval of each number, and how far."""
    return say("opening.comma").join(
        say("opening.outward" if margin >= 0 else "opening.inward", margin=f"{abs(margin):.3g}")
        for margin in margins
    )
