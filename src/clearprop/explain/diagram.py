"""The network as a diagram (SVG): layers are columns, circles are units, lines are weights.

A circle is filled by its unit's activation. Its ring shows delta: it is wide where delta is large,
whole where delta is positive and dashed where delta is negative. A line shows in the same way what
a unit adds to z of another. So a reader can tell sign and size in print and without colours;
the colours come from the style of the page. A circle may be a link to the arithmetic of its unit.

A page has the diagram twice and shows the one that fits: a wide one, and one for telephones, whose
letters stay readable at 390 pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import numpy as np

from clearprop.explain.excerpt import Excerpt, Layer, Line
from clearprop.explain.explanation import Explanation
from clearprop.explain.numbers import significant
from clearprop.explain.png import data_address
from clearprop.explain.sentences import NamedSentences
from clearprop.language import cells

__all__ = ["diagram", "panel_id", "short", "unit_label"]

# How many steps there are from an empty to a full circle.
_LEVELS = 8
# Significant digits of a number beside a circle.
_DIGITS = 3
# Space for the text above and below the columns.
_TOP, _BOTTOM = 52, 34
# The height that a column aims at, and the smallest and largest distance between its circles.
_TALL, _CLOSEST, _WIDEST = 560, 35, 104
# From this distance on, there is room for numbers under the circles.
_ROOMY = 90


class _Measures(NamedTuple):
    """Lengths in the SVG.

    `width` is what a diagram aims at, `apart` the smallest distance between layers, `image` the
    longer side of an image. `left` is the space for inputs with values, `named` that for inputs
    with names too, and `value` a value's. `right` is the space for answers without their names.
    `name` is how many columns of a terminal a name may take.
    """

    width: float
    apart: float
    image: float
    left: float
    named: float
    value: float
    right: float
    name: int


_WIDE = _Measures(900, 150, 220, 100, 220, 62, 190, 16)
_NARROW = _Measures(380, 84, 96, 80, 142, 50, 104, 7)


class _Place(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class _Grid:
    """Where things stand: a column for each layer, a row for each of its units."""

    pitch: float
    height: float
    xs: tuple[float, ...]
    width: float

    @property
    def radius(self) -> float:
        return min(0.34 * self.pitch, 22)


def unit_label(e: Explanation, say: NamedSentences, layer: int, unit: int) -> str:
    """A unit in one line: its place, its a, and its delta if it has one."""
    key = "page.unit" if e.backward else "page.unit-forward"
    delta = short(e.one.delta(layer)[0, unit - 1]) if e.backward else ""
    a = short(e.one.a(layer)[0, unit - 1])
    return say(key, layer=layer, unit=unit, a=a, delta=delta)


def panel_id(prefix: str, layer: int, unit: int) -> str:
    """The id of the element that holds a unit's arithmetic."""
    return f"{prefix}-{layer}-{unit}"


def short(value: float) -> str:
    """A number beside a circle."""
    return significant(float(value), _DIGITS)


def diagram(e: Explanation, say: NamedSentences, shown: Excerpt, prefix: str, linked: bool) -> str:
    """The wide and the narrow SVG of an excerpt.

    If `linked`, the circles are links; :func:`panel_id` gives where they lead.
    """
    return "".join(_Diagram(e, say, shown, prefix, linked, of).svg() for of in (_WIDE, _NARROW))


class _Diagram:
    def __init__(
        self,
        e: Explanation,
        say: NamedSentences,
        shown: Excerpt,
        prefix: str,
        linked: bool,
        of: _Measures,
    ) -> None:
        self.e, self.say, self.shown, self.of = e, say, shown, of
        self.prefix, self.linked = prefix, linked
        self.grid = _grid(e, shown, of)
        self.places = {
            (layer.layer, unit): place
            for layer, x in zip(shown.layers, self.grid.xs, strict=True)
            for unit, place in self._column(layer, x)
        }

    def _column(self, layer: Layer, x: float) -> list[tuple[int, _Place]]:
        """Where the units of a layer stand. Pixels stand at their place in the image."""
        if not layer.units:
            image, size = self._image_corner(), self._pixel_size()
            pixels = [self.e.names.pixel(unit) for unit in range(1, layer.size + 1)]
            return [
                (j + 1, _Place(image.x + (column - 0.5) * size, image.y + (row - 0.5) * size))
                for j, (row, column) in enumerate(pixels)
            ]
        rows = len(layer.units) + 0.7 * (len(layer.units) < layer.size)
        first = _TOP + (self.grid.height - rows * self.grid.pitch) / 2 + self.grid.pitch / 2
        return [
            (unit, _Place(x, first + i * self.grid.pitch)) for i, unit in enumerate(layer.units)
        ]

    def svg(self) -> str:
        width, height = self.grid.width, self.grid.height + _TOP + _BOTTOM
        title, kind = escape(self.say("page.network")), "wide" if self._wide else "narrow"
        parts = [
            f'<svg class="net {kind}" role="group" aria-label="{title}" width="{width:g}" '
            f'height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        ]
        parts += ['<g class="lines" aria-hidden="true">', *self._lines(), "</g>"]
        for layer, x in zip(self.shown.layers, self.grid.xs, strict=True):
            name = escape(self.say("page.layer", layer=layer.layer))
            parts.append(f'<g role="group" aria-label="{name}">')
            parts += [*self._heads(layer, x), *self._units(layer), "</g>"]
        return "".join([*parts, "</svg>"])

    @property
    def _wide(self) -> bool:
        return self.of is _WIDE

    # -- Layers ------------------------------------------------------------------------------------

    def _heads(self, layer: Layer, x: float) -> list[str]:
        """The name over a column; under it, what a full circle and the widest ring stand for."""
        last = self.shown.layers[-1].layer
        kind = {1: "inputs", last: "outputs"}.get(layer.layer, "hidden")
        size = f"{layer.size:,}"
        parts = [
            _text(x, 16, self.say("page.layer", layer=layer.layer), "head"),
            _text(x, 33, self.say(f"page.{kind}", size=size) if self._wide else size, "soft"),
        ]
        bottom = _TOP + self.grid.height
        scale = self.say("page.scale-a", low=short(layer.low), high=short(layer.high))
        parts.append(_text(x, bottom + 14, scale, "soft small"))
        if self.e.backward and layer.layer > 1:
            largest = short(layer.delta)
            scale = f"|δ| ≤ {largest}"
            if self._wide:
                scale = self.say("page.scale-delta", delta=largest)
            parts.append(_text(x, bottom + 28, scale, "soft small"))
        if not layer.units:
            return [*parts, self._image()]
        if len(layer.units) < layer.size:
            more = self.say("page.more", n=f"{layer.size - len(layer.units):,}")
            y = self.places[layer.layer, layer.units[-1]].y + 0.9 * self.grid.pitch
            parts.append(_text(x, y, more, "soft"))
        return parts

    def _units(self, layer: Layer) -> list[str]:
        last = self.shown.layers[-1].layer
        parts = []
        for unit in layer.units:
            place = self.places[layer.layer, unit]
            if layer.layer == 1:
                parts.append(self._input(unit, place, self._circles(layer, unit, "")))
                continue
            label = escape(unit_label(self.e, self.say, layer.layer, unit))
            circles = self._circles(layer, unit, f"<title>{label}</title>")
            move = f'transform="translate({place.x:g} {place.y:g})"'
            if self.linked:
                target = panel_id(self.prefix, layer.layer, unit)
                parts.append(
                    f'<a class="u" href="#{target}" aria-label="{label}" {move}>{circles}</a>'
                )
            else:
                parts.append(f"<g {move}>{circles}</g>")
            if layer.layer == last:
                parts += self._answer(unit, place)
        return parts

    def _circles(self, layer: Layer, unit: int, title: str) -> str:
        """Ring, paper, filling and number around the origin; `title` is the tooltip."""
        r, value = self.grid.radius, float(self.e.one.a(layer.layer)[0, unit - 1])
        level = _level(value, layer)
        parts = []
        if self.e.backward and layer.layer > 1:
            delta = float(self.e.one.delta(layer.layer)[0, unit - 1])
            share = _share(delta, layer.delta)
            if share:
                wide = 1 + 0.36 * r * share
                sign = "up" if delta > 0 else "down"
                parts.append(
                    f'<circle class="ring {sign}" r="{r + 1.5 + wide / 2:.1f}" '
                    f'stroke-width="{wide:.1f}"/>'
                )
        parts.append(f'<circle class="paper" r="{r:.1f}"/>')
        parts.append(f'<circle class="fill f{level}" r="{r:.1f}">{title}</circle>')
        small = " many" * (unit > 999)
        parts.append(f'<text class="t{level}{small}" y=".36em">{unit}</text>')
        if layer.layer > 1 and self.grid.pitch >= _ROOMY:
            under = self._under(layer.layer, unit)
            for i, line in enumerate(["\N{EN SPACE}".join(under)] if self._wide else under):
                parts.append(_text(0, 1.5 * r + 14 * (i + 1), line, "small"))
        return "".join(parts)

    def _under(self, layer: int, unit: int) -> list[str]:
        numbers = {"a": self.e.one.a(layer)}
        if self.e.backward:
            numbers["δ"] = self.e.one.delta(layer)
        return [f"{name} {short(values[0, unit - 1])}" for name, values in numbers.items()]

    def _input(self, unit: int, place: _Place, circles: str) -> str:
        """An input, its name and its value."""
        name = self.say.input(unit)
        x, y = place.x - self.grid.radius - 8, place.y + 4
        value = short(self.e.one.a(1)[0, unit - 1])
        parts = [f'<g transform="translate({place.x:g} {place.y:g})">{circles}</g>']
        parts.append(_text(x, y, value, "end"))
        if name:
            parts.append(_text(x - self.of.value, y, _cut(name, self.of.name), "end name", name))
        return "".join(parts)

    def _answer(self, unit: int, place: _Place) -> list[str]:
        """To the right of an output: its name, its activation and its target."""
        x, y = place.x + 1.5 * self.grid.radius + 12, place.y + 4
        last = self.shown.layers[-1].layer
        name = self.say.output(unit)
        parts = [_text(x, y, _cut(name, self.of.name), "start name", name)] if name else []
        x += _name_width(self.e, self.of) + 8 if name else 0
        roomy = self.grid.pitch >= _ROOMY
        if not roomy:
            parts.append(_text(x, y, f"a {short(self.e.one.a(last)[0, unit - 1])}", "start"))
            x += 84
        if self.e.one.Y is not None and (roomy or self._wide):
            y_k = float(self.e.one.Y[0, unit - 1])
            parts.append(_text(x, y, f"y {short(y_k)}", "start" if y_k else "start soft"))
        return parts

    # -- Lines and image ---------------------------------------------------------------------------

    def _lines(self) -> list[str]:
        parts = []
        for lines in self.shown.lines:
            largest = max((abs(line.product) for line in lines), default=0.0)
            # The strongest line is drawn last, over the others.
            parts += [
                self._line(line, _share(line.product, largest))
                for line in sorted(lines, key=lambda line: abs(line.product))
            ]
        return parts

    def _line(self, line: Line, share: float) -> str:
        a, b = self.places[line.layer, line.source], self.places[line.layer + 1, line.target]
        sign = "up" if line.product > 0 else "down"
        return (
            f'<line class="{sign}" x1="{a.x:.0f}" y1="{a.y:.0f}" x2="{b.x:.0f}" y2="{b.y:.0f}" '
            f'stroke-width="{0.6 + 3.4 * share:.1f}" opacity="{0.25 + 0.65 * share:.2f}" '
            f'data-ends="{line.layer}-{line.source} {line.layer + 1}-{line.target}"/>'
        )

    def _pixel_size(self) -> float:
        assert self.e.names.image_shape is not None
        return self.of.image / max(self.e.names.image_shape)

    def _image_corner(self) -> _Place:
        assert self.e.names.image_shape is not None
        height, width = (self._pixel_size() * side for side in self.e.names.image_shape)
        return _Place(self.grid.xs[0] - width / 2, _TOP + (self.grid.height - height) / 2)

    def _image(self) -> str:
        assert self.e.names.image_shape is not None
        corner = self._image_corner()
        height, width = (self._pixel_size() * side for side in self.e.names.image_shape)
        box = f'x="{corner.x:g}" y="{corner.y:g}" width="{width:g}" height="{height:g}"'
        label = escape(self.say("opening.image"))
        address = data_address(self.e.names.image(self.e.one.X[0]))
        return (
            f'<rect class="frame" {box}/><image class="ink" role="img" aria-label="{label}" {box} '
            f'href="{address}"/>'
        )


def _grid(e: Explanation, shown: Excerpt, of: _Measures) -> _Grid:
    rows = max([len(layer.units) + 0.7 * (len(layer.units) < layer.size) for layer in shown.layers])
    pitch = float(np.clip(_TALL / rows, _CLOSEST, _WIDEST))
    height = max(rows * pitch, of.image * (not shown.layers[0].units))
    left = of.image / 2 + 4 if not shown.layers[0].units else of.left
    if shown.layers[0].units and e.names.inputs is not None:
        left = of.named
    right = of.right + _name_width(e, of)
    gaps = len(shown.layers) - 1
    apart = max(of.apart, (of.width - left - right) / gaps)
    xs = tuple(left + apart * i for i in range(gaps + 1))
    return _Grid(pitch, height, xs, xs[-1] + right)


def _name_width(e: Explanation, of: _Measures) -> float:
    """The width that the names of the outputs need."""
    names = e.names.outputs or ()
    return 8.0 * min(max(map(cells, names), default=0), of.name)


def _cut(name: str, most: int) -> str:
    """The name, cut if it takes more than so many columns of a terminal."""
    if cells(name) <= most:
        return name
    kept = ""
    for c in name:
        if cells(kept + c) >= most:
            break
        kept += c
    return kept + "…"


def _text(x: float, y: float, label: str, kind: str, whole: str = "") -> str:
    """A label. If it is a cut name, a tooltip shows the whole name."""
    title = f"<title>{escape(whole)}</title>" if whole and whole != label else ""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{title}{escape(label)}</text>'


def _level(a: float, layer: Layer) -> int:
    """How full a circle is, from 0 to 8."""
    span = layer.high - layer.low
    if not np.isfinite(a) or not 0 < span < np.inf:
        return 0
    return int(np.clip(round((a - layer.low) / span * _LEVELS), 0, _LEVELS))


def _share(value: float, largest: float) -> float:
    """The magnitude of a value as a share of the largest, from 0 to 1."""
    return 0.0 if np.isnan(value) or largest == 0 else min(abs(value) / largest, 1.0)
