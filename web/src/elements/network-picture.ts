// The drawing of <clearprop-network> as SVG: the columns of its layers, their units with numbers and names, the lines.
import { html, nothing, svg, type TemplateResult } from "lit";
import type { Calculation } from "../shared/calculation";
import { circle, label, MARKS, more, named, short, wire } from "../shared/drawing";
import type { Grid, Place } from "../shared/grid";
import { greatest, type Line, type ShownLayer } from "../shared/shown";
import type { Drawn, View } from "./network-layout";

/** What the drawing is told by the element. */
export interface Seen extends View {
    readonly now?: number; // the layer that is at work
    readonly open: readonly [layer: number, unit: number]; // whose arithmetic is shown
    say(key: string, values?: Record<string, string | number>): string;
}

export class Picture {
    private readonly of: Calculation;
    private readonly at: Grid;

    /** `marked`: whether a line is pointed at, or its weight is edited. */
    constructor(
        private readonly seen: Seen,
        private readonly drawn: Drawn,
        private readonly marked: (line: Line) => boolean,
    ) {
        this.of = seen.calculation;
        this.at = drawn.at;
    }

    /** Everything inside the SVG. */
    inside(): TemplateResult {
        const { at, seen: { now, open } } = this;
        const { layers, strong } = this.drawn;
        const own = open.join("-");
        return svg`
            ${now ? svg`<rect class="now" x=${at.columns[now - 1] - this.band / 2} y="0" rx="8"
                width=${this.band} height=${at.height}></rect>` : nothing}
            <g class="lines lit" aria-hidden="true">${strong.map((gap) => {
                const largest = greatest(gap.map((line) => line.value));
                return gap.map((line) => wire(at, line, largest, this.marks(line, own)));
            })}</g>
            ${layers.map((layer) => this.column(layer))}`;
    }

    private get band(): number {
        const { at } = this;
        return Math.min(at.apart * 0.8, at.image && this.seen.now === 1 ? at.image.width + 12 : 3.2 * at.radius + 12);
    }

    private marks(line: Line, own: string): string {
        const ends = [`${line.layer}-${line.source}`, `${line.layer + 1}-${line.target}`];
        const on = this.seen.way === "backward" && this.seen.open[0] !== this.of.L ? ends[0] : ends[1];
        return `${on === own ? "on" : ""} ${this.marked(line) ? "on chosen" : ""}`;
    }

    private column(layer: ShownLayer): TemplateResult {
        const { at, seen, of: { L } } = this;
        const { layer: l } = layer;
        const x = at.columns[l - 1];
        const kind = l === 1 ? "inputs" : l === L ? "outputs" : "hidden";
        const size = layer.size.toLocaleString("en");
        const name = seen.say("layer", { layer: l });
        const roomy = at.apart > 58;
        return svg`<g role="group" class="layer" aria-label=${name}>
            ${label(x, 15, roomy ? name : String(l), "head")}
            ${label(x, 32, at.narrow ? size : seen.say(kind, { size }), "soft")}
            ${this.scales(layer, x)}
            ${l === 1 && at.image
                ? svg`<rect class="frame" role="img" aria-label=${seen.say("image")} x=${at.image.x} y=${at.image.y}
                    width=${at.image.width} height=${at.image.height}></rect>`
                : layer.units.map((unit) => this.unit(layer, unit))}
            ${more(at, layer, seen.say("more", { n: (layer.size - layer.units.length).toLocaleString("en") }))}
        </g>`;
    }

    /** Under a column: what a full circle and the widest ring stand for. */
    private scales(layer: ShownLayer, x: number): TemplateResult[] {
        const { at, seen } = this;
        const { layer: l } = layer;
        const texts: string[] = [];
        if (l <= seen.reached) texts.push(seen.say("scale-a", { low: short(layer.low), high: short(layer.high) }));
        if (l > 1 && l >= seen.returned) texts.push(`|δ| ≤ ${short(layer.delta)}`);
        const fits = (text: string) => text.length * 6.2 < Math.max(at.apart, l === 1 ? 0 : 60) + 24;
        return texts.filter(fits).map((text, i) => label(x, at.bottom + 14 + 14 * i, text, "soft small"));
    }

    private unit(layer: ShownLayer, unit: number): TemplateResult {
        const { at, of, seen } = this;
        const l = layer.layer;
        const place = at.place(l, unit);
        const a = l <= seen.reached ? of.a(l)[unit - 1] : undefined;
        const delta = l > 1 && l >= seen.returned ? of.delta(l)[unit - 1] : undefined;
        const shape = circle(at.radius, unit, layer, a, delta);
        const move = `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`;
        if (l === 1) return svg`<g transform=${move} data-input=${unit}>${shape}</g>${this.input(place, unit, a)}`;
        const open = seen.open[0] === l && seen.open[1] === unit;
        // One stop of the Tab key for the whole drawing; the arrow keys go on from there.
        return svg`<g class="u" role="button" tabindex=${open ? 0 : -1} aria-pressed=${open} data-unit="${l}-${unit}"
            aria-label=${this.unitLabel(l, unit, a, delta)} transform=${move}>
            <circle class="hit" r=${Math.max(at.radius, Math.min(at.pitch / 2, 16))}></circle>${shape}
            ${at.roomy ? this.under(a, delta) : nothing}</g>
            ${l === of.L ? this.answer(place, unit, a) : nothing}`;
    }

    private unitLabel(layer: number, unit: number, a?: number, delta?: number): string {
        const { seen } = this;
        if (a === undefined) return seen.say("unit.title", { layer, unit });
        if (delta === undefined) return seen.say("unit-forward", { layer, unit, a: short(a) });
        return seen.say("unit", { layer, unit, a: short(a), delta: short(delta) });
    }

    /** The numbers under a circle. */
    private under(a?: number, delta?: number): TemplateResult[] {
        const { at } = this;
        const numbers: string[] = [];
        if (a !== undefined) numbers.push(`a ${short(a)}`);
        if (delta !== undefined) numbers.push(`δ ${short(delta)}`);
        const lines = at.stacked ? numbers : [numbers.join("\u2002")];
        return lines.map((line, i) => label(0, 1.5 * at.radius + 14 * (i + 1), line, "small"));
    }

    private input(place: Place, unit: number, a?: number): TemplateResult {
        const { at, of: { sheet: { inputs } } } = this;
        const x = place.x - at.radius - 7;
        const value = a === undefined ? "" : short(a);
        const width = at.narrow ? 52 : 60;
        return svg`${label(x, place.y + 4, value, "end")}
            ${inputs ? named(x - width, place.y + 4, inputs[unit - 1], at, "end name") : nothing}`;
    }

    /** To the right of an output: its name, its activation and its target. */
    private answer(place: Place, unit: number, a?: number): TemplateResult {
        const { at, of } = this;
        const x = place.x + 1.5 * at.radius + 9;
        const { outputs } = of.sheet;
        const y = of.y?.[unit - 1];
        const room = outputs ? 7.6 * Math.min(at.nameLength, Math.max(...outputs.map((name) => name.length))) + 8 : 0;
        const numbers = [
            ...(a === undefined || at.roomy ? [] : [`a ${short(a)}`]),
            ...(y === undefined ? [] : [`y ${short(y)}`]),
        ];
        const step = Math.min(14, at.pitch / 2 - 1);
        const top = place.y + 4 - (step / 2) * (numbers.length - 1);
        return svg`${outputs ? named(x, place.y + 4, outputs[unit - 1], at, "start name") : nothing}
            ${numbers.map((text, i) => label(x + room, top + step * i, text, `start small ${text === "y 0" ? "soft" : ""}`))}`;
    }

    legend(): TemplateResult {
        const { seen } = this;
        const marks = ["fill", ...(seen.returned <= this.of.L ? ["ring-up", "ring-down"] : [])];
        return html`<ul class="legend">
            ${marks.map((mark) => html`<li>${MARKS[mark]()}<span>${seen.say(`legend-${mark}`)}</span></li>`)}
            ${["line-up", "line-down"].map((mark) => html`<li>${MARKS[mark]()}<span>${seen.say(`${seen.way}-${mark}`)}</span></li>`)}
        </ul>`;
    }
}
