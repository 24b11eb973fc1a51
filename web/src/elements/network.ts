// <clearprop-network>: a network with one sample's pass in it. A unit opens its arithmetic, a line its weight.
import { css, html, nothing, svg, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { drawingStyles, paint } from "../shared/drawing";
import { ClearpropElement } from "../shared/element";
import { distance } from "../shared/grid";
import type { Sheet } from "../shared/record";
import { shownUnits, type Line } from "../shared/shown";
import { Layout, type Drawn } from "./network-layout";
import { Picture } from "./network-picture";
import { lineReadout, unitReadout, type Entry } from "./readout";
import type { ClearpropUnit, Way } from "./unit";
import { weightEditor } from "./weight_editor";

const NEAR = 7; // pixels within which a line is under the pointer

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
    private readonly layout = new Layout();
    private drawn?: Drawn;
    private painted?: Drawn;
    private observed?: HTMLElement; // the stack whose width is followed
    private readonly sizes = new ResizeObserver(() => this.measure());

    protected override get section(): string {
        return "network";
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.watch();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.sizes.disconnect();
        this.observed = undefined;
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        super.willUpdate(changed);
        if (!changed.has("sheet")) return;
        this.pointed = this.editing = undefined; // units and weights of another network
        if (!changed.has("selected")) this.selected = undefined;
    }

    /** Follow the width of the drawing; where the element was moved to, it may be another. */
    private watch(): void {
        const { stack } = this;
        if (!stack || stack === this.observed) return;
        this.observed = stack;
        this.sizes.observe(stack);
        this.measure();
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
        const drawn = (this.drawn = this.width ? this.layout.lay(this, this.units, this.width) : undefined);
        const picture = drawn && new Picture(this, drawn, (line) => this.isMarked(line));
        return html`<div class="stage" data-lm-suppress-shortcuts="true">
            <div class="stack">${drawn ? this.stacked(drawn, picture!) : nothing}</div>
            <div>${this.readout()}${this.editor()}</div>
            <clearprop-unit class="panel" lang=${this.language} .sheet=${this.sheet} .theta=${this.theta}
                .sample=${this.sample} layer=${layer} unit=${unit} way=${this.way} .rate=${this.rate}
                ?editable=${this.editable} .forward=${this.reached} .backward=${this.returned}
                @keydown=${this.leavePanel} @clearprop-way=${this.turn} @clearprop-weight=${this.edit}></clearprop-unit>
            ${picture?.legend() ?? nothing}
            <span class="probe" @transitionend=${this.repaint}></span>
        </div>`;
    }

    /** The canvas with an image and faint lines, if there are any, and the drawing over it. */
    private stacked({ at, faint }: Drawn, picture: Picture): TemplateResult {
        return html`${at.image || faint.length ? html`<canvas aria-hidden="true"></canvas>` : nothing}${svg`<svg
            class="net ${at.narrow ? "narrow" : "wide"}" role="group" aria-label=${this.say("network")} width=${at.width}
            height=${at.height} viewBox="0 0 ${at.width} ${at.height}" style=${this.onLine ? "cursor:pointer" : ""}
            @pointermove=${this.point} @pointerleave=${this.unpoint}
            @click=${this.pick} @keydown=${this.move} @focusin=${this.focusOn}>${picture.inside()}</svg>`}`;
    }

    private isMarked(line: Line): boolean {
        return [this.editing, this.pointed].some(
            (entry) => entry && "j" in entry && entry.l === line.layer && entry.j === line.source && entry.k === line.target,
        );
    }

    protected override updated(): void {
        super.updated();
        this.watch();
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
