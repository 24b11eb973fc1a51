// <clearprop-unit>: the arithmetic of one unit in one direction, with its numbers put in.
import { css, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { addition, significant } from "../numbers";
import { ClearpropElement } from "../shared/element";
import { inputName, outputName } from "../shared/names";
import { inline, symbol } from "../shared/symbols";
import { largestTerms, weightedSum } from "../shared/terms";

/** What is shown: a sum forward, a sum backward, the gradient of a sample and of all, or a step of descent. */
export type Way = "forward" | "backward" | "gradient" | "update";

const TERMS = 5; // of a sum, as in an explanation

type Cell = TemplateResult | string;
interface Row {
    label: unknown;
    product?: unknown;
    value: string;
}

export class ClearpropUnit extends ClearpropElement {
    static override styles = [
        ...ClearpropElement.styles,
        css`
:host{scroll-margin:6px}
        section{background:var(--_card);border-radius:8px;padding:.5rem .9rem .7rem}
        .title{font-size:1.05rem;line-height:1.25;margin:0;font-weight:650;outline-offset:4px}
        .ways{margin:.4rem 0 .3rem}
        .ways button{padding:.1rem .6rem}
        table{width:100%}
        tbody th{min-width:4.5em}
        td:last-child{width:1%}
        .line{margin:.1rem 0;font-size:.9rem}
        .weight{min-height:24px;min-width:24px;padding:0 .2rem;border:0;background:none;font:inherit;color:inherit;
        text-decoration:underline dotted;text-underline-offset:3px}
        .weight:hover{color:var(--_link)}
        @container (max-width:30rem){section{padding-inline:.6rem}}
        @media print{.ways{display:none}section{background:none;border:1px solid var(--_line)}}
        `,
    ];

    @property({ type: Number }) layer?: number;
    @property({ type: Number }) unit = 1;
    @property() way: Way = "forward";
    @property({ type: Boolean }) editable = false;
    /** How far the pass has come, as in clearprop-network. */
    @property({ attribute: false }) forward?: number;
    @property({ attribute: false }) backward?: number;
    /** The learning rate; with it the way "update" is offered. */
    @property({ attribute: false }) rate?: number;

    protected override get section(): string {
        return "unit";
    }

    private get l(): number {
        return this.layer ?? this.calculation.L;
    }

    /** Take the focus and come into view. */
    enter(): void {
        this.renderRoot.querySelector<HTMLElement>(".title")?.focus({ preventScroll: true });
        this.bring();
    }

    /** All of it comes into view, or its beginning where it is taller than the window. */
    bring(): void {
        const tall = this.getBoundingClientRect().height > innerHeight;
        this.scrollIntoView({ block: tall ? "start" : "nearest" });
    }

    protected override draw(): TemplateResult {
        const { l, unit } = this;
        const of = this.calculation;
        const name = l === of.L ? outputName(of.sheet, unit) : "";
        const title = this.say(name ? "title-named" : "title", { layer: l, unit, name });
        return html`<section aria-label=${title}>
            <p class="title" tabindex="-1">${title}</p>${this.ways()}
            <div class="way ${this.way}">${this.known(this.way) ? this.told() : html`<p class="soft">${this.say("later")}</p>`}</div>
        </section>`;
    }

    private known(way: Way): boolean {
        const of = this.calculation;
        if (way === "forward") return this.l <= (this.forward ?? of.L);
        if (way === "update") return this.rate !== undefined;
        return of.hasTargets && this.l >= (this.backward ?? 2);
    }

    private ways(): TemplateResult | typeof nothing {
        if (!this.calculation.hasTargets) return nothing;
        const ways: Way[] = ["forward", "backward", "gradient"];
        if (this.rate !== undefined) ways.push("update");
        return html`<div class="ways buttons" role="group" aria-label=${this.say("ways")}>${ways.map(
            (way) => html`<button type="button" data-way=${way} aria-pressed=${way === this.way}
                ?disabled=${way !== this.way && !this.known(way)} @click=${() => this.turn(way)}>${this.say(way)}</button>`,
        )}</div>`;
    }

    private turn(way: Way): void {
        this.way = way;
        this.dispatchEvent(new CustomEvent("clearprop-way", { detail: way, bubbles: true }));
    }

    private told(): TemplateResult {
        if (this.way === "forward") return this.forwardSum();
        if (this.way === "backward") return this.l === this.calculation.L ? this.outputSum() : this.hiddenSum();
        return this.way === "gradient" ? this.shares() : this.steps();
    }

    // -- Forward: z from its terms, a from z --------------------------------------------------------------------------

    private forwardSum(): TemplateResult {
        const { l, unit: k } = this;
        const of = this.calculation;
        const [z, a] = [of.z(l)[k - 1], of.a(l)[k - 1]];
        const bias = of.weight(l - 1, k, 0);
        const sum = weightedSum(this.incoming(), of.a(l - 1), TERMS);
        const shown = addition([bias, ...sum.terms.map((term) => term.product)], z, sum.nRest ? sum.rest : null);
        const rows: Row[] = [
            { label: html`${this.say("bias")} ${symbol("Theta", l - 1, k, 0)}`, product: html`${this.weight(l - 1, k, 0)} × 1`, value: shown.terms[0] },
            ...sum.terms.map((term, i) => ({
                label: this.named(symbol("a", l - 1, term.unit), l === 2 ? inputName(this, of.sheet, term.unit) : ""),
                product: html`${this.weight(l - 1, k, term.unit)} × ${significant(term.value)}`,
                value: shown.terms[i + 1],
            })),
            ...this.remaining(sum.nRest, shown.rest, shown.rounding),
        ];
        const g = l === of.L ? "`h(z)`" : "`g(z)`";
        return this.sum(rows, { label: symbol("z", l, k), value: shown.total }, [
            { label: symbol("a", l, k), product: inline(g), value: significant(a) },
        ]);
    }

    /** The weights into the unit, (s_{l-1},). */
    private incoming(): number[] {
        const { l, unit } = this;
        return Array.from(this.calculation.a(l - 1), (_, j) => this.calculation.weight(l - 1, unit, j + 1));
    }

    // -- Backward: delta from what the units above pass back ----------------------------------------------------------

    private hiddenSum(): TemplateResult {
        const { l, unit: j } = this;
        const of = this.calculation;
        const above = of.delta(l + 1);
        const weights = Array.from(above, (_, i) => of.weight(l, i + 1, j));
        const sum = weightedSum(weights, above, TERMS);
        const shown = addition(sum.terms.map((term) => term.product), sum.total, sum.nRest ? sum.rest : null);
        const slope = of.core.slope(of.network.activation, of.z(l)[j - 1]);
        const rows: Row[] = [
            ...sum.terms.map((term, i) => ({
                label: html`${this.say("from")} ${symbol("delta", l + 1, term.unit)}`,
                product: html`${this.weight(l, term.unit, j)} × ${significant(term.value)}`,
                value: shown.terms[i],
            })),
            ...this.remaining(sum.nRest, shown.rest, shown.rounding),
        ];
        return this.sum(rows, { label: this.say("passed-back"), value: shown.total }, [
            { label: this.say("slope"), product: inline("`g'(z)`"), value: significant(slope) },
            {
                label: symbol("delta", l, j),
                product: `${significant(sum.total)} × ${significant(slope)}`,
                value: significant(of.delta(l)[j - 1]),
            },
        ]);
    }

    /** An output's delta: `a - y`, and what the cost makes of it. */
    private outputSum(): TemplateResult {
        const { l, unit: k } = this;
        const of = this.calculation;
        const [a, y, delta] = [of.a(l)[k - 1], of.y![k - 1], of.delta(l)[k - 1]];
        const difference = a - y;
        const shown = addition([a, -y], difference);
        const rows: Row[] = [
            { label: symbol("a", l, k), value: shown.terms[0] },
            { label: inline(this.say("minus-y")), value: shown.terms[1] },
            ...this.remaining(0, null, shown.rounding),
        ];
        const made = this.madeOf(difference, a, k);
        if (!made) return this.sum(rows, { label: symbol("delta", l, k), value: shown.total }, []);
        return this.sum(rows, { label: inline("`a - y`"), value: shown.total }, [
            ...made.before,
            { label: symbol("delta", l, k), product: made.product, value: significant(delta) },
        ]);
    }

    /** How delta comes from `a - y` under costs where it is not the same; undefined where it is. */
    private madeOf(difference: number, a: number, k: number): { before: Row[]; product: unknown } | undefined {
        const { network } = this.calculation;
        const shown = significant(difference);
        if (network.cost === "quadratic") {
            const slope = significant(a * (1 - a));
            const row = { label: this.say("output-slope"), product: inline("`a (1 - a)`"), value: slope };
            return { before: [row], product: `${shown} × ${slope}` };
        }
        if (network.cost === "huber") {
            const t = significant(network.threshold ?? 1);
            return { before: [], product: `max(-${t}, min(${t}, ${shown}))` };
        }
        if (network.cost !== "quantile") return undefined;
        const level = significant(network.levels?.[k - 1] ?? 0.5);
        const side = difference < 0 ? `-${level} (\`a < y\`)` : difference > 0 ? `1 - ${level} (\`a > y\`)` : "0 (`a = y`)";
        return { before: [], product: inline(side) };
    }

    // -- The gradient and a step of descent ---------------------------------------------------------------------------

    private shares(): TemplateResult {
        const { l, unit: k } = this;
        const of = this.calculation;
        const delta = of.delta(l)[k - 1];
        const mean = of.sheet.m > 1 || (of.network.lambda > 0 && of.sheet.penaltyRows !== null);
        const entries = [
            { unit: 0, value: 1, product: delta },
            ...largestTerms(new Float64Array(of.size(l - 1)).fill(delta), of.a(l - 1), TERMS),
        ];
        const rows = entries.map(({ unit: j, value, product }) => [
            this.weightName(l - 1, k, j),
            `${significant(delta)} × ${j ? significant(value) : 1}`,
            significant(product),
            ...(mean ? [significant(of.D(l - 1, k, j))] : []),
        ]);
        const head = [this.say("weight"), inline("`delta × a`"), inline("`dJ_i/dTheta`"), ...(mean ? [inline("`D`")] : [])];
        const said = of.network.lambda > 0 ? (of.sheet.penaltyRows === null ? "mean" : "mean-lambda") : "mean";
        return html`${this.table(head, rows)}${mean
            ? html`<p class="line soft">${inline(this.say(said, { m: of.sheet.m }))}</p>`
            : nothing}`;
    }

    private steps(): TemplateResult {
        const { l, unit: k } = this;
        const of = this.calculation;
        const rate = this.rate!;
        const changes = Array.from(of.a(l - 1), (_, j) => of.D(l - 1, k, j + 1));
        const largest = largestTerms(changes, new Float64Array(changes.length).fill(1), TERMS);
        const rows = [0, ...largest.map((term) => term.unit)].map((j) => {
            const [weight, D] = [of.weight(l - 1, k, j), of.D(l - 1, k, j)];
            return [
                this.weightName(l - 1, k, j),
                `${significant(weight)} - ${significant(rate)} × ${significant(D)}`,
                significant(weight - rate * D),
            ];
        });
        return this.table([this.say("weight"), inline(this.say("step")), this.say("after")], rows);
    }

    // -- Pieces -------------------------------------------------------------------------------------------------------

    private named(of: TemplateResult, name: string): Cell {
        return name ? html`${of} <span class="soft">${this.say("name", { name })}</span>` : of;
    }

    private weightName(l: number, k: number, j: number): Cell {
        const name = l === 1 && j ? inputName(this, this.calculation.sheet, j) : "";
        return this.named(symbol("Theta", l, k, j), name);
    }

    /** A weight in print; where weights can be changed, a button that opens its editor. */
    private weight(l: number, k: number, j: number): Cell {
        const shown = significant(this.calculation.weight(l, k, j));
        if (!this.editable) return shown;
        const open = () => this.dispatchEvent(new CustomEvent("clearprop-weight", { detail: { l, k, j }, bubbles: true }));
        return html`<button type="button" class="weight" title=${this.say("change")} @click=${open}>${shown}</button>`;
    }

    private remaining(n: number, rest: string | null, rounding: string | null): Row[] {
        const rows: Row[] = [];
        if (rest !== null) rows.push({ label: this.say("rest", { n: n.toLocaleString("en") }), value: rest });
        if (rounding !== null) rows.push({ label: this.say("rounding"), value: rounding });
        return rows;
    }

    private sum(rows: Row[], total: Row, after: Row[]): TemplateResult {
        const row = (of: Row, equals: string, kind: string) => html`<tr class=${kind}><th scope="row">${of.label}</th>
            <td class="n product">${of.product ?? nothing}${equals && of.product ? ` ${equals}` : equals}</td>
            <td class="n">${of.value}</td></tr>`;
        return html`<table class="sum"><thead class="unseen"><tr>${["term", "product", "value"].map(
            (name) => html`<th scope="col">${this.say(name)}</th>`,
        )}</tr></thead><tbody>${rows.map((of) => row(of, "", ""))}${row(total, "=", "total")}${after.map((of) => row(of, "=", ""))}</tbody></table>`;
    }

    private table(head: unknown[], rows: Cell[][]): TemplateResult {
        return html`<table><thead><tr>${head.map((cell, j) => html`<th scope="col" class=${j ? "n" : ""}>${cell}</th>`)}</tr></thead>
            <tbody>${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map(
                (cell) => html`<td class="n">${cell}</td>`,
            )}</tr>`)}</tbody></table>`;
    }
}
