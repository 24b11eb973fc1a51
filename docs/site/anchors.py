"""Anchors: a heading's is its text, as on the forge, and ``<a id="name"></a>`` is one as well."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

_ANCHOR = re.compile(r'<a id="([^"]+)">')


class Anchors(SphinxTransform):
    """Gives sections the ids by which pages link to them, and makes the written anchors known."""

    default_priority = 500  # after the page is read, before Sphinx and MyST look at the ids

    def apply(self, **kwargs: Any) -> None:
        """Change the ids, and the list in which MyST finds them."""
        slugs = getattr(self.document, "myst_slugs", {})
        written = {
            name: node.line
            for node in self.document.findall(nodes.raw)
            for name in _ANCHOR.findall(node.astext())
        }
        for slug, (line, old, text) in list(slugs.items()):
            new = f"{slug}-1" if slug in written else slug
            section = self.document.ids[old]
            section["ids"] = [new if known == old else known for known in section["ids"]]
            self.document.ids[new] = section
            slugs[slug] = (line, new, text)
        slugs |= {name: (line, name, name) for name, line in written.items()}


def setup(app: Any) -> dict[str, bool]:
    """Run the transform on every page."""
    app.add_transform(Anchors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
