"""Which sample, which network, what it says, and how the symbols are read."""

from __future__ import annotations

from clearprop.explain.blocks import Block, Diagram, Heading, Image, Paragraph
from clearprop.explain.explanation import Explanation
from clearprop.explain.words import Words, symbol

__all__ = ["opening"]


def opening(e: Explanation, say: Words) -> list[Block]:
    """The head of an explanation."""
    network, names = e.batch.network, e.names
    title = "opening.title" if names.source else "opening.title-alone"
    blocks: list[Block] = [Heading(1, say(title, index=names.index, source=names.source))]
    if names.seen is not None:
        key = "opening.seen" if names.truth is None else "opening.seen-and-truth"
        blocks.append(Paragraph(say(key, seen=names.seen, truth=names.truth)))
    if names.image_shape is not None:
        blocks.append(Image(names.image(e.one.X[0]), say("opening.image")))
    blocks.append(
        Paragraph(
            say(
                "opening.network",
                sizes="-".join(map(str, network.layer_sizes)),
                activation=network.activation,
                cost=say(f"costs.{network.cost}"),
                lambda_=f"{network.regularization:g}",
                n=f"{network.n_parameters:,}",
            )
        )
    )
    blocks.append(
        Paragraph(
            say(
                "opening.symbols",
                last=network.n_layers,
                a=symbol("a", 2, 1),
                weight="`Theta^(1)_1,2`",
                bias="`Theta^(1)_1,0`",
            )
        )
    )
    blocks.append(Diagram(say("opening.diagram" if e.backward else "opening.diagram-forward")))
    return blocks
