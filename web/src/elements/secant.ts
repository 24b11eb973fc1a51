// Gradient checking: secant and tangent for every epsilon, the V of the error, and what a broken gradient looks like.
import { css, html, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { blockOffset } from "../core";
import { Digits, significant } from "../numbers";
import type { Written } from "../shared/record";
import { inline, plain, symbol } from "../shared/symbols";
import { Lesson } from "./lesson";
import { Plot } from "./plot";

const SMALLEST = -14; // powers of ten of epsilon
const LARGEST = 0.6;
const STEP = 0.2;
const FIRST = 0.4;
const NEAR = -1; // magnified so far, a wrong tangent is seen beside the curve
const CHECKED = 1e-4; // the course's epsilon, for the table of the blocks
const TOLERANCE = 1e-5; // in float64
const FLOOR = 1e-13; // where the V is cut: an error of 0 has no logarithm
const POINTS = 60; // of the curve, to each side
const value = new Digits(4);

interface Block {
    layer: number;
    part: "bias" | "weights";
    entries: number[]; // places in theta
}

interface Slopes {
    two: number;
    one: number;
}

export class ClearpropSecant extends Lesson {
    static override styles = [
        ...Lesson.styles,
        css`
.both>svg{flex:1 1 18rem;min-width:0}
.curve{fill:none;stroke:var(--_ink);stroke-width:2}
.tangent{fill:none;stroke:var(--_down);stroke-width:2;stroke-dasharray:6 4}
.secant{fill:none;stroke:var(--_up);stroke-width:2.2}
.end-point{fill:var(--_up)}
.one-sided{fill:var(--_paper);stroke:var(--_good);stroke-width:1.3}
.here{stroke:var(--_ink);stroke-width:1;stroke-dasharray:2 3}
.slopes svg{display:inline-block;width:26px;height:12px;vertical-align:middle}
.slopes{margin:.4rem 0}
select{max-width:100%}
button.entry{font-family:ui-monospace,"SF Mono",Consolas,"DejaVu Sans Mono",monospace;font-size:.8rem;padding:.1rem .3rem;width:100%}
button.entry.bad:not([aria-pressed=true]){border-color:var(--_bad);color:var(--_bad);border-width:2px;font-weight:650}
button.entry.bad[aria-pressed=true]{background:var(--_bad);border-color:var(--_bad)}
td.pick{padding:.1rem .25rem .1rem 0}
.bad-block{color:var(--_bad);font-weight:650}
.good-block{color:var(--_good)}
caption{text-align:left}
@container (max-width:30rem){button.entry{font-size:.72rem;padding:.1rem}}
`,
    ];

    @state() private power = FIRST;
    @state() private mistake = "";
    @state() private entry = 0;
    private of: readonly [Float64Array, number] | null = null;
    private measured: Slopes[] = []; // of the chosen entry, by epsilon

    protected get section(): string {
        return "secant";
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        super.willUpdate(changed);
        if (!changed.has("sheet") || !this.sheet) return;
        const { network } = this.sheet;
        this.entry = blockOffset(network, network.sizes.length - 2); // the bias of output 1
        this.mistake = "";
    }

    protected draw(): TemplateResult {
        return html`
            <p class="how">${inline(this.say("how"))}</p>
            ${this.chooser()}
            ${this.slider()}
            <div class="both">${this.curve()}${this.v()}</div>
            ${this.reading()}
            <div class="both">${this.blocks.filter((block) => block.part === "bias").map((block) => this.matrix(block.layer))}</div>
            ${this.table()}
            <p class="told" role="status">${inline(this.verdict())}</p>`;
    }

    private get epsilon(): number {
        return Number((10 ** this.power).toPrecision(2));
    }

    /** Wrong gradients of these parameters and samples, by the name of the mistake. */
    private get mistakes(): Record<string, number[]> {
        const script = this.querySelector(':scope > script[type="application/json"]');
        const written = (this.record ?? JSON.parse(script?.textContent ?? "{}")) as Partial<Written> & {
            mistakes?: Record<string, number[]>;
        };
        return written.mistakes ?? {};
    }

    /** The gradient that is checked. */
    private get D(): ArrayLike<number> {
        return this.mistake ? this.mistakes[this.mistake] : this.calculation.mean.D;
    }

    private J(entry: number, step: number): number {
        const { core, network, theta, sheet } = this.calculation;
        const moved = theta.slice();
        moved[entry] += step;
        return core.costAndGradient(network, moved, sheet.X, sheet.Y!, sheet.m, sheet.penaltyRows ?? undefined).J;
    }

    private slopes(entry: number, epsilon: number): Slopes {
        const [up, down] = [this.J(entry, epsilon), this.J(entry, -epsilon)];
        return { two: (up - down) / (2 * epsilon), one: (up - this.J(entry, 0)) / epsilon };
    }

    private get powers(): number[] {
        const n = Math.round((LARGEST - SMALLEST) / STEP);
        return Array.from({ length: n + 1 }, (_, i) => SMALLEST + i * STEP);
    }

    /** The slopes of the chosen entry for every epsilon, measured once. */
    private get all(): Slopes[] {
        const { theta } = this.calculation;
        if (this.of?.[0] === theta && this.of[1] === this.entry) return this.measured;
        this.of = [theta, this.entry];
        return (this.measured = this.powers.map((power) => this.slopes(this.entry, 10 ** power)));
    }

    private get blocks(): Block[] {
        const of = this.calculation;
        return of.network.sizes.slice(0, -1).flatMap((s, i) => {
            const all = Array.from({ length: (s + 1) * of.size(i + 2) }, (_, at) => of.index(i + 1, 1, 0) + at);
            const biases = of.size(i + 2);
            return [
                { layer: i + 1, part: "bias" as const, entries: all.slice(0, biases) },
                { layer: i + 1, part: "weights" as const, entries: all.slice(biases) },
            ];
        });
    }

    private difference(entry: number): number {
        return relative(this.D[entry], this.slopes(entry, CHECKED).two);
    }

    private choose(mistake: string): void {
        this.mistake = mistake;
        if (mistake) this.power = Math.min(this.power, NEAR);
        const differences = Array.from(this.D, (_, entry) => this.difference(entry));
        if (mistake && differences[this.entry] <= TOLERANCE) this.entry = differences.indexOf(Math.max(...differences));
    }

    private chooser(): TemplateResult {
        return html`<div class="row"><label for="mistake">${this.say("gradient")}</label>
            <select id="mistake" @change=${(e: Event) => this.choose((e.target as HTMLSelectElement).value)}>
                ${["", ...Object.keys(this.mistakes)].map((name) => html`
                    <option value=${name} ?selected=${name === this.mistake}>${this.say(name || "none")}</option>`)}
            </select></div>`;
    }

    private slider(): TemplateResult {
        const shown = significant(this.epsilon, 2);
        return html`<div class="row"><label for="epsilon"><i>ε</i></label>
            <input id="epsilon" type="range" min=${SMALLEST} max=${LARGEST} step=${STEP} aria-valuetext=${shown}
                .value=${String(this.power)}
                @input=${(e: Event) => (this.power = Number((e.target as HTMLInputElement).value))}>
            <output class="mono" for="epsilon">ε = ${shown}</output></div>`;
    }

    /** J along the chosen parameter, magnified so that epsilon can be seen. */
    private curve(): TemplateResult {
        const { entry, epsilon } = this;
        const reach = 1.6 * epsilon;
        const D = this.D[entry];
        const points = Array.from({ length: 2 * POINTS + 1 }, (_, i) => {
            const t = ((i - POINTS) / POINTS) * reach;
            return [t, this.J(entry, t)] as const;
        });
        const J0 = this.J(entry, 0);
        const ends = [-epsilon, epsilon].map((t) => [t, this.J(entry, t)] as const);
        const all = points.map(([, J]) => J);
        const [low, high] = [Math.min(...all), Math.max(...all)];
        const spare = (high - low || Math.abs(J0) * 1e-15) * 0.12;
        const plot = new Plot(
            340, 250,
            { low: -reach, high: reach, ticks: [{ at: -epsilon, text: "θ − ε" }, { at: 0, text: "θ" }, { at: epsilon, text: "θ + ε" }] },
            { low: low - spare, high: high + spare, ticks: [] },
            14,
        );
        const tangent = [-reach, reach].map((t) => [t, J0 + D * t] as const);
        return html`<svg viewBox="0 0 340 250" role="img" aria-label=${this.say("curve")}>${plot.around(svg`
            ${plot.path(points, "curve")}${plot.path(tangent, "tangent")}${plot.path(ends, "secant")}
            ${ends.map(([t, J]) => svg`<circle class="end-point" cx=${plot.atX(t)} cy=${plot.atY(J)} r="4.5" />`)}`,
            this.name, "J")}</svg>`;
    }

    private get name(): string {
        const [layer, k, j] = this.place(this.entry);
        return `θ = ${plain("Theta", layer, k, j)}`;
    }

    /** l, k and j of an entry: Theta^(l)_kj. */
    private place(entry: number): [number, number, number] {
        const of = this.calculation;
        let layer = 1;
        while (layer + 1 < of.L && entry >= of.index(layer + 1, 1, 0)) layer += 1;
        const [at, rows] = [entry - of.index(layer, 1, 0), of.size(layer + 1)];
        return [layer, (at % rows) + 1, Math.floor(at / rows)];
    }

    /** The error for every epsilon, on logarithmic axes. */
    private v(): TemplateResult {
        const D = this.D[this.entry];
        const log = (slope: number) => Math.log10(Math.max(relative(D, slope), FLOOR));
        const tick = (at: number) => ({ at, text: at ? `10${raised(at)}` : "1" });
        const plot = new Plot(
            340, 250,
            { low: SMALLEST - 0.3, high: LARGEST + 0.3, ticks: [-12, -8, -4, 0].map(tick) },
            { low: -13.2, high: 1, ticks: [-12, -8, -4, 0].map(tick) },
        );
        const marks = this.powers.map((power, i): SVGTemplateResult => svg`
            <circle class="one-sided" cx=${plot.atX(power)} cy=${plot.atY(log(this.all[i].one))} r="2.6" />
            <rect class="end-point" x=${plot.atX(power) - 2.5} y=${plot.atY(log(this.all[i].two)) - 2.5} width="5" height="5" />`);
        const here = plot.atX(Math.log10(this.epsilon));
        const now = this.slopes(this.entry, this.epsilon);
        return html`<svg viewBox="0 0 340 250" role="img" aria-label=${this.say("v")}>${plot.around(svg`
            ${marks}<line class="here" x1=${here} x2=${here} y1="0" y2="250" />
            <rect class="end-point" x=${here - 5} y=${plot.atY(log(now.two)) - 5} width="10" height="10" />`,
            this.say("epsilon"), this.say("error"))}</svg>`;
    }

    private reading(): TemplateResult {
        const D = this.D[this.entry];
        const { two, one } = this.slopes(this.entry, this.epsilon);
        const key = (mark: SVGTemplateResult) => html`<svg viewBox="0 0 26 12" aria-hidden="true">${mark}</svg>`;
        const line = (kind: string) => key(svg`<path class=${kind} d="M1,6H25" />`);
        const row = (mark: TemplateResult, name: string, slope: number, error: string) => html`<tr>
            <th scope="row">${mark} ${this.say(name)}</th><td class="n">${new Digits(8).show(slope)}</td>
            <td class="n">${error}</td></tr>`;
        const apart = (slope: number) => significant(relative(D, slope), 2);
        return html`<table class="slopes">
            <thead><tr><th scope="col"></th><th scope="col" class="n">${this.say("slope")}</th>
                <th scope="col" class="n">${this.say("error")}</th></tr></thead>
            <tbody>
                ${row(line("tangent"), "backward", D, "")}
                ${row(line("secant"), "two-sided", two, apart(two))}
                ${row(key(svg`<circle class="one-sided" cx="13" cy="6" r="4" />`), "one-sided", one, apart(one))}
            </tbody></table>`;
    }

    /** The entries of a matrix of D, to choose one; wrong ones are marked. */
    private matrix(l: number): TemplateResult {
        const of = this.calculation;
        const columns = Array.from({ length: of.size(l) + 1 }, (_, j) => j);
        return html`<table><caption>${symbol("D", l)}</caption>
            <thead><tr>${columns.map((j) => html`<th scope="col">j = ${j}</th>`)}</tr></thead>
            <tbody>${Array.from({ length: of.size(l + 1) }, (_, k) => html`<tr>${columns.map((j) => {
                const at = of.index(l, k + 1, j);
                const bad = this.difference(at) > TOLERANCE;
                return html`<td class="pick"><button class="entry ${bad ? "bad" : ""}" data-entry=${at}
                    aria-pressed=${at === this.entry ? "true" : "false"} @click=${() => (this.entry = at)}
                    aria-label="${plain("D", l, k + 1, j)} = ${value.show(this.D[at])}, ${this.say(bad ? "wrong" : "right")}"
                    >${bad ? "✗" : ""}${value.show(this.D[at])}</button></td>`;
            })}</tr>`)}</tbody></table>`;
    }

    private table(): TemplateResult {
        return html`<table class="blocks"><caption class="soft">${this.say("blocks")}</caption>
            <tbody>${this.blocks.map((block) => {
                const largest = Math.max(...block.entries.map((entry) => this.difference(entry)));
                const bad = largest > TOLERANCE;
                return html`<tr class=${bad ? "bad-block" : "good-block"}>
                    <th scope="row">${symbol("Theta", block.layer)} ${this.say(block.part)}</th>
                    <td class="n">${significant(largest, 1)}</td>
                    <td>${bad ? "✗" : "✓"} ${this.say(bad ? "wrong" : "right")}</td></tr>`;
            })}</tbody></table>`;
    }

    private verdict(): string {
        if (this.mistake) return this.say("broken");
        return this.say(this.power > -2.9 ? "large" : this.power < -6.9 ? "small" : "fine");
    }
}

function relative(a: number, n: number): number {
    const size = Math.max(Math.abs(a), Math.abs(n));
    return size ? Math.abs(a - n) / size : 0;
}

const raised = (n: number) => [...String(n)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
