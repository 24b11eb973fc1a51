// <clearprop-wishes>: what one output wants of the layer below, what all outputs want, and the mean over a batch.
// A wish is minus a derivative of the cost: what lowers it. The deltas and the gradient are the core's.
import { css, html, svg, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { addition, digitsFor } from "../numbers";
import { ClearpropElement } from "../shared/element";
import { outputName } from "../shared/names";
import { greatest } from "../shared/shown";
import { inline } from "../shared/symbols";

const VIEWS = ["one", "sum", "batch"] as const;
type View = (typeof VIEWS)[number];
const ROW = 20; // of the grid of wishes
const WIDEST = 32; // units of the grid, or its letters become too small on a phone
const MOST = 16; // units or samples in a table

export class ClearpropWishes extends ClearpropElement {
    static override styles = [
        ...ClearpropElement.styles,
        css`
.buttons{margin:.4rem 0}
label{display:inline-flex;gap:.4rem;align-items:center}
.bar{display:inline-block;height:.75em;min-width:2px;vertical-align:middle}
.bar.up{background:var(--_up)}
.bar.down{border:2px solid var(--_down)}
td.wish{min-width:6.5rem;white-space:nowrap}
.track{display:inline-block;width:3rem;text-align:left}
svg.grid{display:block;width:100%;max-width:52rem;height:auto}
svg.grid text{font:12px system-ui,sans-serif;fill:var(--_ink);text-anchor:middle}
svg.grid .up{fill:var(--_up)}
svg.grid .down{fill:none;stroke:var(--_down);stroke-width:1.6}
svg.grid .rule{stroke:var(--_ink);stroke-width:1}
svg.grid .chosen{fill:none;stroke:var(--_link);stroke-width:2}
@container (max-width:34rem){td.wish{min-width:0}.track{width:1.4rem}.wide{display:none}}
`,
    ];

    @state() private view: View = "one";
    @state() private output?: number; // from 1
    @state() private unit = 1; // of the layer below

    protected get section(): string {
        return "wishes";
    }

    /** The layer whose units are asked: the one below the outputs. */
    private get below(): number {
        return this.calculation.L - 1;
    }

    /** The output that is shown: by default the one that should be largest. */
    private get k(): number {
        const y = this.calculation.y!;
        return this.output ?? y.indexOf(Math.max(...y)) + 1;
    }

    /** What output k wants of unit j's activation. */
    private wishForA(k: number, j: number): number {
        const of = this.calculation;
        return -of.delta(of.L)[k - 1] * of.weight(this.below, k, j);
    }

    private named(k: number): string {
        return outputName(this.sheet!, k) || String(k);
    }

    // -- What is shown ------------------------------------------------------------------------------------------------

    protected override draw(): TemplateResult {
        if (!this.calculation.hasTargets) return html`<slot></slot>`;
        return html`<div class="buttons" role="group" aria-label=${this.say("views")}>
                ${VIEWS.map((view) => html`<button aria-pressed=${String(view === this.view)} data-view=${view}
                    @click=${() => (this.view = view)}>${this.say(`view-${view}`)}</button>`)}
            </div>
            ${this.sheet!.m > 1 && this.view !== "batch" ? this.samples() : ""}
            ${{ one: () => this.one(), sum: () => this.sum(), batch: () => this.batch() }[this.view]()}`;
    }

    private samples(): TemplateResult {
        const { sheet, calculation: of } = this;
        const move = (by: number) => () => {
            this.sample = (of.sample + by + sheet!.m) % sheet!.m;
            this.output = undefined;
            this.tell();
        };
        const target = this.named(of.y!.indexOf(Math.max(...of.y!)) + 1);
        return html`<div class="buttons"><button class="previous" @click=${move(-1)}>${this.say("previous")}</button>
            <span>${this.say("sample", { place: of.sample + 1, m: sheet!.m, target })}</span>
            <button class="next" @click=${move(1)}>${this.say("next")}</button></div>`;
    }

    private choice(kind: "output" | "unit"): TemplateResult {
        const [size, now] = kind === "output"
            ? [this.calculation.size(this.calculation.L), this.k]
            : [this.calculation.size(this.below), Math.min(this.unit, this.calculation.size(this.below))];
        const choose = (event: Event) => (this[kind] = Number((event.target as HTMLSelectElement).value));
        return html`<label>${this.say(kind)} <select class=${kind} @change=${choose}>
            ${Array.from({ length: size }, (_, i) => html`<option value=${i + 1} ?selected=${i + 1 === now}>
                ${kind === "output" ? this.named(i + 1) : i + 1}</option>`)}</select></label>`;
    }

    /** A wish as a bar: whole where it asks for more, hollow where it asks for less; and its number. */
    private wish(value: number, largest: number, shown: string): TemplateResult {
        const width = largest ? (100 * Math.abs(value)) / largest : 0;
        const mark = value >= 0 ? "▲" : "▼";
        return html`<td class="wish n"><span class="track wide"><span class="bar ${value >= 0 ? "up" : "down"}"
            style="width:${width.toFixed(0)}%"></span></span> <span aria-hidden="true">${mark}</span> ${shown}</td>`;
    }

    private one(): TemplateResult {
        const of = this.calculation;
        const { k, below } = this;
        const delta = of.delta(of.L)[k - 1];
        const [a, y] = [of.a(of.L)[k - 1], of.y![k - 1]];
        const units = Array.from({ length: of.size(below) }, (_, i) => i + 1);
        const rows = units.map((j) => ({ j, a: of.a(below)[j - 1], weight: of.weight(below, k, j) }));
        rows.sort((p, q) => q.a - p.a || p.j - q.j);
        const [forWeights, forA] = [rows.map((row) => -delta * row.a), rows.map((row) => this.wishForA(k, row.j))];
        const [largestW, largestA] = [greatest([...forWeights, -delta]), greatest(forA)];
        const [w, u, g] = [digitsFor([...forWeights, delta]), digitsFor(forA), digitsFor([a, delta])];
        const as = digitsFor(rows.map((row) => row.a));
        const weights = digitsFor(rows.map((row) => row.weight));
        return html`${this.choice("output")}
            <p>${inline(this.say(delta < 0 ? "one-more" : "one-less", {
                output: this.named(k), a: g.show(a), y, layer: of.L, k, wish: g.show(-delta),
            }))}</p>
            <table class="one"><thead><tr><th scope="col">${this.say("from")}</th>
                <th scope="col" class="n">${inline("`a`")}</th><th scope="col" class="n">${this.say("for-weight")}</th>
                <th scope="col" class="n">${this.say("weight")}</th><th scope="col" class="n">${this.say("for-a")}</th></tr></thead>
            <tbody><tr><th scope="row">${this.say("bias")}</th><td class="n">1</td>
                ${this.wish(-delta, largestW, w.show(-delta))}<td></td><td></td></tr>
                ${rows.slice(0, MOST).map((row, i) => html`<tr><th scope="row">${row.j}</th>
                    <td class="n">${as.show(row.a)}</td>${this.wish(forWeights[i], largestW, w.show(forWeights[i]))}
                    <td class="n">${weights.show(row.weight)}</td>${this.wish(forA[i], largestA, u.show(forA[i]))}</tr>`)}
            </tbody></table>
            ${rows.length > MOST ? html`<p class="soft">${this.say("more", { n: rows.length - MOST })}</p>` : ""}
            <p>${inline(this.say("one-says"))}</p>`;
    }

    private sum(): TemplateResult {
        const of = this.calculation;
        const { below } = this;
        const [K, s] = [of.size(of.L), of.size(below)];
        const j = Math.min(this.unit, s);
        const wishes = Array.from({ length: K }, (_, k) => this.wishForA(k + 1, j));
        const total = wishes.reduce((sum, wish) => sum + wish, 0);
        const shown = addition(wishes, total);
        const delta = -of.delta(below)[j - 1];
        return html`<p>${inline(this.say("sum-says", { layer: below }))}</p>
            ${this.grid(K, s, j)}
            ${this.choice("unit")}
            <table class="sum"><tbody>${wishes.map((wish, k) => html`<tr><th scope="row">${this.say("output")} ${this.named(k + 1)}</th>
                ${this.wish(wish, greatest(wishes), shown.terms[k])}</tr>`)}
                <tr class="total"><th scope="row">${this.say("added-up")}</th><td class="n">${shown.total}</td></tr>
                <tr><th scope="row">${inline(this.say("times-slope", { layer: below, j }))}</th>
                    <td class="n">${digitsFor([delta]).show(delta)}</td></tr></tbody></table>`;
    }

    /** Every output's wish for every unit below as a square; the sums stand below the rule. */
    private grid(K: number, units: number, chosen: number): TemplateResult {
        const s = Math.min(units, WIDEST);
        const [label, column] = [24, s > MOST ? 320 / s : ROW];
        const rows = Array.from({ length: K }, (_, k) =>
            Array.from({ length: s }, (_, j) => this.wishForA(k + 1, j + 1)));
        const sums = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0));
        const square = (value: number, j: number, top: number, largest: number) => {
            const side = (column - 2) * Math.sqrt(largest ? Math.abs(value) / largest : 0);
            return svg`<rect class=${value >= 0 ? "up" : "down"} width=${side.toFixed(1)} height=${side.toFixed(1)}
                x=${(label + column * (j + 0.5) - side / 2).toFixed(1)} y=${(top + ROW / 2 - side / 2).toFixed(1)}></rect>`;
        };
        const top = (k: number) => ROW * (k + 1);
        const bottom = top(K) + 6;
        const size = greatest(rows.flat());
        const largest = Math.max(size, greatest(sums));
        const width = label + column * s + 2;
        return html`<svg class="grid" viewBox="0 0 ${width} ${bottom + ROW + 2}" style="max-width:${(1.3 * width).toFixed(0)}px"
            role="img" aria-label=${this.say("grid")}>
            ${Array.from({ length: s }, (_, j) => s <= MOST
                ? svg`<text x=${label + column * (j + 0.5)} y="14">${j + 1}</text>` : "")}
            ${rows.map((row, k) => svg`<text x=${label / 2} y=${top(k) + 14}>${this.named(k + 1)}</text>
                ${row.map((value, j) => square(value, j, top(k), largest))}`)}
            <line class="rule" x1="0" x2=${width} y1=${bottom - 3} y2=${bottom - 3}></line>
            <text x=${label / 2} y=${bottom + 14}>Σ</text>
            ${sums.map((value, j) => square(value, j, bottom, largest))}
            ${chosen > s ? "" : svg`<rect class="chosen" x=${label + column * (chosen - 1)} y="1" width=${column} height=${bottom + ROW}></rect>`}</svg>
            <p class="soft">${this.say("grid-legend")} ${units > s ? this.say("grid-more", { n: units - s }) : ""}</p>`;
    }

    private batch(): TemplateResult {
        const { calculation: of, sheet, core, below, k } = this;
        const j = Math.min(this.unit, of.size(below));
        const [n, K] = [of.size(1), of.size(of.L)];
        const at = of.index(below, k, j);
        const rows = Array.from({ length: sheet!.m }, (_, i) => {
            const [x, y] = [sheet!.X.subarray(i * n, (i + 1) * n), sheet!.Y!.subarray(i * K, (i + 1) * K)];
            return { y, wish: -core!.backward(sheet!.network, of.theta, x, y).gradient[at] };
        });
        const { D } = core!.costAndGradient({ ...sheet!.network, lambda: 0 }, of.theta, sheet!.X, sheet!.Y!, sheet!.m);
        const wishes = rows.map((row) => row.wish);
        const shown = digitsFor([...wishes, D[at]]);
        const largest = greatest(wishes);
        return html`<div class="buttons">${this.choice("output")} ${this.choice("unit")}</div>
            <p>${inline(this.say("batch-says", { layer: below, k, j }))}</p>
            <table class="batch"><tbody>${rows.slice(0, MOST).map((row, i) => html`<tr>
                <th scope="row">${this.say("sample-of", { i: i + 1, target: this.named(row.y.indexOf(Math.max(...row.y)) + 1) })}</th>
                ${this.wish(row.wish, largest, shown.show(row.wish))}</tr>`)}
                <tr class="total"><th scope="row">${inline(this.say("mean", { m: sheet!.m, layer: below, k, j }))}</th>
                ${this.wish(-D[at], largest, shown.show(-D[at]))}</tr></tbody></table>
            ${rows.length > MOST ? html`<p class="soft">${this.say("more-samples", { n: rows.length - MOST })}</p>` : ""}`;
    }
}
