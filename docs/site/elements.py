"""The elements of a page that react, such as ``<clearprop-nudge>``: a tag in the Markdown.

What stands between the tags is shown where there is no script, as on a forge. The site gives each
element the record that it shows, and the page the script. The record is the small network of the
chapters and its three samples.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import digits_record
import hand_records
import numpy as np
from docutils import nodes
from sphinx.transforms import SphinxTransform

import clearprop
from clearprop.doctor import algorithm
from clearprop.doctor.mistakes import CATALOGUE
from clearprop.doctor.mistakes.mutation import changed, mutants_of
from clearprop.doctor.probe import Probe
from clearprop.figures.small_network import NETWORK, THETA, X, Y
from clearprop.network.architecture import Array

ASSETS = Path(clearprop.__file__).parent / "web" / "assets"
SCRIPT = ASSETS / "clearprop.js"
# What a page loads: the elements that train have a script of their own, so that no page loads all.
LIVE, COURSE = ASSETS / "clearprop-live.js", ASSETS / "clearprop-course.js"
_OPENS = re.compile(r"<clearprop-(\w+)[^>]*>")


# Mistakes of the doctor's catalogue that a learner of gradient checking can choose.
MISTAKES = (
    "slope-missing",
    "delta-output-slope",
    "delta-sign",
    "accumulate-last-sample",
    "average-missing",
    "lambda-bias",
    "lambda-missing",
)


def record(element: str) -> dict[str, Any]:
    """What an element of the chapters shows."""
    if element in digits_record.ELEMENTS:
        return digits_record.record()
    lambda_ = 1.0 if element == "secant" else NETWORK.regularization
    made = {
        "version": 1,
        "network": {
            "sizes": NETWORK.layer_sizes,
            "activation": NETWORK.activation,
            "cost": NETWORK.cost,
            "lambda": lambda_,
        },
        "theta": THETA.tolist(),
        "X": X.tolist(),
        "Y": Y.tolist(),
    }
    if element == "secant":
        made["mistakes"] = {name: broken(name, lambda_).tolist() for name in MISTAKES}
    if element == "forward":
        del made["Y"]  # forward propagation knows no targets
    return made


def broken(mistake: str, lambda_: float) -> Array:
    """The gradient of the small network with a mistake in it, laid out as theta."""
    (mutation,) = (known for known in CATALOGUE if known.id == mistake)
    widest = mutants_of([mutation], NETWORK)[0]
    probe = Probe(NETWORK, THETA, X, Y, None, lambda_)
    blocks = algorithm.backward(algorithm.forward(probe), changed([widest]))
    return np.concatenate([block.ravel() for block in blocks])


class Records(SphinxTransform):
    """Puts its record into each element."""

    default_priority = 500

    def apply(self, **kwargs: Any) -> None:
        """Find the tags."""
        for node in list(self.document.findall(nodes.raw)):
            if tag := _OPENS.search(node.astext()):
                made_by_hand = hand_records.record(tag[0], self.config.language)
                data = json.dumps(made_by_hand or record(tag[1])).replace("<", "\\u003c")
                made = f'{node.astext()}<script type="application/json">{data}</script>'
                node.parent.replace(node, nodes.raw("", made, format="html"))


def setup(app: Any) -> dict[str, bool]:
    """Fill in the records, and load the script on the pages that need it."""
    app.add_transform(Records)
    app.config.html_static_path += [str(LIVE), str(COURSE)]
    app.connect("html-page-context", _script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _script(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    tags = set(_OPENS.findall(context.get("body") or ""))
    if tags & set(digits_record.ELEMENTS):
        app.add_js_file(LIVE.name)
    if tags - set(digits_record.ELEMENTS):
        app.add_js_file(COURSE.name)
