// <clearprop-network>: a network with one sample's pass in it. A unit opens its arithmetic, a line its weight.
import { css, html, nothing, svg, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import {
    circle, drawingStyles, label, MARKS, more, named, paint, short, wire,
} from "../shared/drawing";
import { ClearpropElement } from "../shared/element";
import { distance, grid, type Grid, type Place } from "../shared/grid";
import { greatest, linesBetween, shownLayers, shownUnits, strongest, type Line, type ShownLayer } from "../shared/shown";
import type { Sheet } from "../shared/record";
import { lineReadout, unitReadout, type Entry } from "./readout";
import type { ClearpropUnit, Way } from "./unit";
import { weightEditor } from "./weight_editor";

const NEAR = 7; // pixels within which a line is under the pointer

/** What a drawing is made of; `shown` are the numbers and choices that it depends on. */
interface Drawn {
    shown: readonly unknown[];
    layers: ShownLayer[];
    strong: Line[][]; // one by one, of each two layers
    faint: Line[]; // as a shade
    at: Grid;
}

export class ClearpropNetwork extends ClearpropElement {
    static override styles = [
        ...ClearpropElement.styles,
        drawingStyles,
        css`
        .stage{display:grid;grid-template-columns:minmax(0,1fr);gap:0 2rem}
        .panel{align-self:start}
        .readout{font-size:.92rem;min-height:3em;margin:.2rem 0}
        .probe{position:absolute;color:var(--_ink);transition:color 10ms}
        .editor{display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:center;background:var(--_card);
        border-radius:8px;padding:.4rem .7rem;margin:.2rem 0}
        .editor input[type=range]{flex:1 1 9rem}
        @container (min-width:56rem){
        .stage{grid-template-columns:minmax(0,1fr) 25rem}
        .stage>*{grid-column:1}
        .panel{grid-column:2;grid-row:1/span 4;position:sticky;top:.5rem}}
        @media print{.stage{display:block}.editor,.readout{display:none}}
        `,
    ];

    /** The layer that the forward pass has reached, and the one to which delta has been passed back. */
    @property({ type: Number }) forward?: number;
    @property({ type: Number }) backward?: number;
    /** What the lines and the panel of a unit show. */
    @property() way: Way = "forward";
    /** Whether weights can be changed. */
    @property({ type: Boolean }) editable = false;
    /** The layer that is at work, which is marked. */
    @property({ attribute: false }) now?: number;
    /** The learning rate of an update that is shown. */
    @property({ attribute: false }) rate?: number;
    /** The unit whose arithmetic is open: layer and unit. */
    @property({ attribute: false }) selected?: readonly [number, number];
    @state() private width = 0;
    @state() private pointed?: { layer: number; unit: number } | Entry;
    @state() private editing?: Entry & { from: number };
    @query("canvas") private canvas?: HTMLCanvasElement;
    @query(".stack") private stack?: HTMLElement;
    @query("clearprop-unit") private panel?: ClearpropUnit;

    private unitsOf?: { sheet: Sheet; units: readonly (readonly number[])[] };
    private drawn?: Drawn;
    private painted?: Drawn;
    private sizes = new ResizeObserver(() => this.measure());

    protected override get section(): string {
        return "network";
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.sizes.disconnect();
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        super.willUpdate(changed);
        if (!changed.has("sheet")) return;
        this.pointed = this.editing = undefined; // units and weights of another network
        if (!changed.has("selected")) this.selected = undefined;
    }

    private measure(): void {
        const width = this.stack?.clientWidth ?? 0;
        if (width) this.width = width;
    }

    // -- What is known so far -----------------------------------------------------------------------------------------

    get reached(): number {
        return this.forward ?? this.calculation.L;
    }

    get returned(): number {
        const { calculation } = this;
        return calculation.hasTargets ? (this.backward ?? 2) : calculation.L + 1;
    }

    /** The units that are drawn; they stay when the sample or a weight changes. */
    private get units(): readonly (readonly number[])[] {
        const { calculation } = this;
        if (this.unitsOf?.sheet !== calculation.sheet)
            this.unitsOf = { sheet: calculation.sheet, units: shownUnits(calculation) };
        return this.unitsOf.units;
    }

    /** The unit that is open: the chosen one, or the foremost of the layer at work, or of the outputs. */
    get open(): readonly [number, number] {
        if (this.selected) return this.selected;
        const l = this.now && this.now > 1 ? this.now : this.calculation.L;
        return [l, this.foremost(l)];
    }

    /** The drawn unit of a layer with the largest |delta|, or |a| without targets. */
    foremost(l: number): number {
        const of = this.calculation;
        const values = of.hasTargets ? of.delta(l) : of.a(l);
        const size = (unit: number) => Math.abs(values[unit - 1]);
        return this.units[l - 1].reduce((best, unit) => (size(unit) > size(best) ? unit : best));
    }

    // -- The drawing --------------------------------------------------------------------------------------------------

    protected override draw(): TemplateResult {
        const [layer, unit] = this.open;
        return html`<div class="stage" data-lm-suppress-shortcuts="true">
            <div class="stack">${this.width ? this.picture() : nothing}</div>
            <div>${this.readout()}${this.editor()}</div>
            <clearprop-unit class="panel" lang=${this.language} .sheet=${this.sheet} .theta=${this.theta}
                .sample=${this.sample} layer=${layer} unit=${unit} way=${this.way} .rate=${this.rate}
                ?editable=${this.editable} .forward=${this.reached} .backward=${this.returned}
                @keydown=${this.leavePanel} @clearprop-way=${this.turn} @clearprop-weight=${this.edit}></clearprop-unit>
            ${this.legend()}
            <span class="probe" @transitionend=${this.repaint}></span>
        </div>`;
    }

    /** What is drawn. It is kept while the same numbers are shown, as when the pointer moves. */
    private lay(): Drawn {
        const of = this.calculation;
        const shown = [of, this.way, this.reached, this.returned, this.rate, this.width];
        if (this.drawn && shown.every((value, i) => value === this.drawn!.shown[i])) return this.drawn;
        const layers = shownLayers(of, this.units);
        const gaps = layers.slice(1).map((above, i) =>
            linesBetween(layers[i], above, (source, target) => this.shownOn(i + 1, target, source)),
        );
        const strong = gaps.map(strongest);
        const faint = gaps.flatMap((gap, i) => (gap.length > strong[i].length + 20 ? gap : []));
        return (this.drawn = { shown, layers, strong, faint, at: grid(of, layers, this.width) });
    }

    private picture(): TemplateResult {
        const { at, layers, strong } = this.lay();
        const [l, k] = this.open;
        const own = `${l}-${k}`;
        return html`<canvas aria-hidden="true"></canvas>${svg`<svg class="net ${at.narrow ? "narrow" : "wide"}"
            role="group" aria-label=${this.say("network")} width=${at.width} height=${at.height}
            viewBox="0 0 ${at.width} ${at.height}" style=${this.onLine ? "cursor:pointer" : ""} @pointermove=${this.point} @pointerleave=${this.unpoint}
            @click=${this.pick} @keydown=${this.move} @focusin=${this.focusOn}>
            ${this.now ? svg`<rect class="now" x=${at.columns[this.now - 1] - this.band(at) / 2} y="0" rx="8"
                width=${this.band(at)} height=${at.height}></rect>` : nothing}
            <g class="lines lit" aria-hidden="true">${strong.map((gap) => {
                const largest = greatest(gap.map((line) => line.value));
                return gap.map((line) => wire(at, line, largest, this.marks(line, own)));
            })}</g>
            ${layers.map((layer) => this.column(at, layer))}
        </svg>`}`;
    }

    private band(at: Grid): number {
        return Math.min(at.apart * 0.8, at.image && this.now === 1 ? at.image.width + 12 : 3.2 * at.radius + 12);
    }

    /** What the line from unit j of layer l to unit k above shows. */
    private shownOn(l: number, k: number, j: number): number {
        const of = this.calculation;
        if (this.way === "gradient") return of.D(l, k, j);
        if (this.way === "update") return -(this.rate ?? 0) * of.D(l, k, j);
        if (this.way === "backward" && l > 1 && l + 1 >= this.returned) return of.weight(l, k, j) * of.delta(l + 1)[k - 1];
        return l <= this.reached ? of.weight(l, k, j) * of.a(l)[j - 1] : of.weight(l, k, j);
    }

    private marks(line: Line, own: string): string {
        const ends = [`${line.layer}-${line.source}`, `${line.layer + 1}-${line.target}`];
        const on = this.way === "backward" && own !== `${this.calculation.L}-${own.split("-")[1]}` ? ends[0] : ends[1];
        const chosen = [this.editing, this.pointed].some(
            (entry) => entry && "j" in entry && entry.l === line.layer && entry.j === line.source && entry.k === line.target,
        );
        return `${on === own ? "on" : ""} ${chosen ? "on chosen" : ""}`;
    }

    private column(at: Grid, layer: ShownLayer): TemplateResult {
        const { L } = this.calculation;
        const { layer: l } = layer;
        const x = at.columns[l - 1];
        const kind = l === 1 ? "inputs" : l === L ? "outputs" : "hidden";
        const size = layer.size.toLocaleString("en");
        const name = this.say("layer", { layer: l });
        const roomy = at.apart > 58;
        return svg`<g role="group" class="layer" aria-label=${name}>
            ${label(x, 15, roomy ? name : String(l), "head")}
            ${label(x, 32, at.narrow ? size : this.say(kind, { size }), "soft")}
            ${this.scales(at, layer, x)}
            ${l === 1 && at.image
                ? svg`<rect class="frame" role="img" aria-label=${this.say("image")} x=${at.image.x} y=${at.image.y}
                    width=${at.image.width} height=${at.image.height}></rect>`
                : layer.units.map((unit) => this.unit(at, layer, unit))}
            ${more(at, layer, this.say("more", { n: (layer.size - layer.units.length).toLocaleString("en") }))}
        </g>`;
    }

    /** Under a column: what a full circle and the widest ring stand for. */
    private scales(at: Grid, layer: ShownLayer, x: number): TemplateResult[] {
        const { layer: l } = layer;
        const texts: string[] = [];
        if (l <= this.reached) texts.push(this.say("scale-a", { low: short(layer.low), high: short(layer.high) }));
        if (l > 1 && l >= this.returned) texts.push(`|δ| ≤ ${short(layer.delta)}`);
        const fits = (text: string) => text.length * 6.2 < Math.max(at.apart, l === 1 ? 0 : 60) + 24;
        return texts.filter(fits).map((text, i) => label(x, at.bottom + 14 + 14 * i, text, "soft small"));
    }

    private unit(at: Grid, layer: ShownLayer, unit: number): TemplateResult {
        const of = this.calculation;
        const l = layer.layer;
        const place = at.place(l, unit);
        const a = l <= this.reached ? of.a(l)[unit - 1] : undefined;
        const delta = l > 1 && l >= this.returned ? of.delta(l)[unit - 1] : undefined;
        const shape = circle(at.radius, unit, layer, a, delta);
        const move = `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`;
        if (l === 1) return svg`<g transform=${move} data-input=${unit}>${shape}</g>${this.input(at, place, unit, a)}`;
        const [openLayer, openUnit] = this.open;
        const open = openLayer === l && openUnit === unit;
        // One stop of the Tab key for the whole drawing; the arrow keys go on from there.
        return svg`<g class="u" role="button" tabindex=${open ? 0 : -1} aria-pressed=${open} data-unit="${l}-${unit}"
            aria-label=${this.unitLabel(l, unit, a, delta)} transform=${move}>
            <circle class="hit" r=${Math.max(at.radius, Math.min(at.pitch / 2, 16))}></circle>${shape}
            ${at.roomy ? this.under(at, a, delta) : nothing}</g>
            ${l === of.L ? this.answer(at, place, unit, a) : nothing}`;
    }

    private unitLabel(layer: number, unit: number, a?: number, delta?: number): string {
        if (a === undefined) return this.say("unit.title", { layer, unit });
        if (delta === undefined) return this.say("unit-forward", { layer, unit, a: short(a) });
        return this.say("unit", { layer, unit, a: short(a), delta: short(delta) });
    }

    /** The numbers under a circle. */
    private under(at: Grid, a?: number, delta?: number): TemplateResult[] {
        const numbers: string[] = [];
        if (a !== undefined) numbers.push(`a ${short(a)}`);
        if (delta !== undefined) numbers.push(`δ ${short(delta)}`);
        const lines = at.narrow || at.apart < 130 ? numbers : [numbers.join("\u2002")];
        return lines.map((line, i) => label(0, 1.5 * at.radius + 14 * (i + 1), line, "small"));
    }

    private input(at: Grid, place: Place, unit: number, a?: number): TemplateResult {
        const { inputs } = this.calculation.sheet;
        const x = place.x - at.radius - 7;
        const value = a === undefined ? "" : short(a);
        const width = at.narrow ? 52 : 60;
        return svg`${label(x, place.y + 4, value, "end")}
            ${inputs ? named(x - width, place.y + 4, inputs[unit - 1], at, "end name") : nothing}`;
    }

    /** To the right of an output: its name, its activation and its target. */
    private answer(at: Grid, place: Place, unit: number, a?: number): TemplateResult {
        const of = this.calculation;
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

    private legend(): TemplateResult {
        const rings = this.returned <= this.calculation.L;
        const marks = ["fill", ...(rings ? ["ring-up", "ring-down"] : [])];
        const lines = ["line-up", "line-down"];
        return html`<ul class="legend">
            ${marks.map((mark) => html`<li>${MARKS[mark]()}<span>${this.say(`legend-${mark}`)}</span></li>`)}
            ${lines.map((mark) => html`<li>${MARKS[mark]()}<span>${this.say(`${this.way}-${mark}`)}</span></li>`)}
        </ul>`;
    }

    protected override updated(): void {
        super.updated();
        if (!this.stack) return;
        this.sizes.observe(this.stack);
        if (!this.width) this.measure();
        if (this.painted !== this.drawn) this.repaint();
    }

    private repaint(): void {
        if (!this.canvas || !this.drawn) return;
        this.painted = this.drawn;
        const ink = getComputedStyle(this.renderRoot.querySelector(".probe")!).color;
        paint(this.canvas, this.drawn.at, this.calculation, this.drawn.faint, ink);
    }

    // -- The pointer and the keyboard ---------------------------------------------------------------------------------

    private point(event: PointerEvent): void {
        const found = this.pointedAt(event);
        if (JSON.stringify(found) !== JSON.stringify(this.pointed)) this.pointed = found;
    }

    private unpoint(): void {
        this.pointed = undefined;
    }

    /** The unit or the line under the pointer. */
    private pointedAt(event: MouseEvent): { layer: number; unit: number } | Entry | undefined {
        const unit = (event.target as Element).closest<SVGElement>(".u");
        if (unit) return place(unit.dataset.unit!);
        const box = (event.currentTarget as Element).getBoundingClientRect();
        const [x, y] = [event.clientX - box.left, event.clientY - box.top];
        let best: Entry | undefined;
        let nearest = NEAR;
        const { at, strong } = this.drawn!;
        for (const line of strong.flat()) {
            const d = distance(x, y, at.place(line.layer, line.source), at.place(line.layer + 1, line.target));
            if (d < nearest) [nearest, best] = [d, { l: line.layer, k: line.target, j: line.source }];
        }
        return best;
    }

    private pick(event: MouseEvent): void {
        const found = this.pointedAt(event);
        if (!found) return;
        this.pointed = found;
        if ("unit" in found) void this.show(found.layer, found.unit, true);
        else if (this.editable) this.beginEdit(found);
    }

    /** Open a unit's arithmetic; with `focus` it also comes into view. */
    async show(layer: number, unit: number, focus: boolean): Promise<void> {
        this.selected = [layer, unit];
        this.dispatchEvent(new CustomEvent("clearprop-select", { detail: { layer, unit }, bubbles: true }));
        await this.updateComplete;
        await this.panel!.updateComplete;
        if (focus) this.panel!.enter();
    }

    private focusOn(event: FocusEvent): void {
        const unit = (event.target as Element).closest<SVGElement>(".u");
        if (unit) this.pointed = place(unit.dataset.unit!);
    }

    private move(event: KeyboardEvent): void {
        const unit = (event.target as Element).closest<SVGElement>(".u");
        if (!unit) return;
        const at = place(unit.dataset.unit!);
        if (event.key === "Enter" || event.key === " ") void this.show(at.layer, at.unit, true);
        else if (event.key.startsWith("Arrow")) this.circleOf(...this.neighbour(at.layer, at.unit, event.key))?.focus();
        else return;
        event.preventDefault();
    }

    /** Left and right: the unit at about the same height in the next layer; up and down: in this one. */
    private neighbour(layer: number, unit: number, key: string): [number, number] {
        const mine = this.units[layer - 1];
        const i = mine.indexOf(unit);
        if (key === "ArrowUp") return [layer, mine[Math.max(i - 1, 0)]];
        if (key === "ArrowDown") return [layer, mine[Math.min(i + 1, mine.length - 1)]];
        const l = key === "ArrowLeft" ? Math.max(layer - 1, 2) : Math.min(layer + 1, this.calculation.L);
        if (l === layer) return [layer, unit];
        const beside = this.units[l - 1];
        const share = i / Math.max(mine.length - 1, 1);
        return [l, beside[Math.round(share * (beside.length - 1))]];
    }

    private circleOf(layer: number, unit: number): SVGElement | null {
        return this.renderRoot.querySelector(`[data-unit="${layer}-${unit}"]`);
    }

    private leavePanel(event: KeyboardEvent): void {
        if (event.key === "Escape") this.circleOf(...this.open)?.focus();
    }

    private turn(event: CustomEvent<Way>): void {
        this.way = event.detail;
        void this.updateComplete.then(() => this.panel!.bring());
    }

    private get onLine(): boolean {
        return this.editable && this.pointed !== undefined && "j" in this.pointed;
    }

    // -- The number under the pointer, and a weight that is changed ---------------------------------------------------

    /** The numbers of what is pointed at; before that, what can be done. */
    private readout(): TemplateResult {
        const { pointed } = this;
        if (!pointed) return html`<p class="readout soft">${this.say(this.editable ? "choose-edit" : "choose")}</p>`;
        return html`<p class="readout">${"unit" in pointed ? unitReadout(this, pointed) : lineReadout(this, pointed)}</p>`;
    }

    private edit(event: CustomEvent<Entry>): void {
        this.beginEdit(event.detail);
    }

    private beginEdit({ l, k, j }: Entry): void {
        const from = this.calculation.weight(l, k, j);
        this.editing = { l, k, j, from };
        void this.updateComplete.then(() => {
            const editor = this.renderRoot.querySelector<HTMLElement>(".editor")!;
            editor.querySelector<HTMLElement>("input")!.focus({ preventScroll: true });
            editor.scrollIntoView({ block: "nearest" });
        });
    }

    private editor(): TemplateResult | typeof nothing {
        if (!this.editing || !this.editable) return nothing;
        return weightEditor(this, this.editing, {
            set: (value) => this.setWeight(value),
            close: () => this.endEdit(),
        });
    }

    private setWeight(value: number): void {
        if (!Number.isFinite(value)) return;
        const of = this.calculation;
        const { l, k, j } = this.editing!;
        const theta = of.theta.slice();
        const index = of.index(l, k, j);
        theta[index] = value;
        this.theta = theta;
        this.tell({ index, value });
    }

    private endEdit(): void {
        this.editing = undefined;
        this.circleOf(...this.open)?.focus();
    }
}

function place(text: string): { layer: number; unit: number } {
    const [layer, unit] = text.split("-").map(Number);
    return { layer, unit };
}
