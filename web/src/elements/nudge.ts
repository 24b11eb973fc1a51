// Nudge z of one unit: what changes after it, what arrives at J, and what delta says of it.
import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import type { Pass } from "../core";
import { Digits, digitsFor, significant } from "../numbers";
import { inline, plain, symbol } from "../shared/symbols";
import { factor, heights, Lesson, line, plate, sign, signed, symbolAt } from "./lesson";

const FIRST = 0.01; // what is added at first
const REACH = 2; // the slider's, at first
const FINEST = 1e-6; // the smallest reach: below, rounding shows
const STEPS = 200; // of the slider, to each side
const DRAG = 120; // pixels to the slider's end
const AGREE = 1e-3; // relative
const ROWS = 5; // tries that stay in view
const MOST = 6; // units of a layer that are all drawn
const FOREMOST = 4; // that are drawn of a larger one
const value = new Digits(4);

interface Try {
    epsilon: number;
    said: number;
    measured: number;
}

interface Layout {
    width: number;
    height: number;
    radius: number;
    x: number; // of the inputs
    z: number[]; // of the layers from 2
    a: number[];
    J: number;
}

export class ClearpropNudge extends Lesson {
    @state() private layer = 2; // the chosen unit
    @state() private unit = 1;
    @state() private epsilon = FIRST;
    @state() private reach = REACH;
    @state() private tries: Try[] = []; // those before the present one
    private held?: { y: number; epsilon: number };
    private shown: number[][] = []; // the units of each layer that are drawn, from 1

    protected get section(): string {
        return "nudge";
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        super.willUpdate(changed);
        if ((changed.has("sheet") || changed.has("core")) && this.sheet && this.core) this.start();
    }

    protected draw(): TemplateResult {
        const before = this.calculation.pass;
        const after = this.nudged(this.epsilon);
        const now = this.tried(this.epsilon);
        return html`
            <p class="how">${this.say("how")}</p>
            ${this.drawing(before, after)}
            ${this.controls()}
            ${this.arithmetic()}
            ${this.table([...this.tries, now].slice(-ROWS))}
            <p class="told" role="status">${this.verdict(now)}</p>`;
    }

    /** The first hidden layer's second unit, as in the page's text, if there is one; of many units, the foremost. */
    private start(): void {
        this.shown = this.sheet!.network.sizes.map((_, i) => this.foremost(i + 1));
        const [first, second = first] = this.shown[1];
        Object.assign(this, { layer: 2, unit: second });
        Object.assign(this, { epsilon: FIRST, reach: REACH, tries: [] });
    }

    /** All units of a layer; of a large one those with the greatest |delta|, of the inputs with the greatest |a|. */
    private foremost(l: number): number[] {
        const size = this.sheet!.network.sizes[l - 1];
        const all = Array.from({ length: size }, (_, i) => i + 1);
        if (size <= MOST) return all;
        const values = l === 1 ? this.calculation.a(1) : this.calculation.delta(l);
        const share = (unit: number) => Math.abs(values[unit - 1]);
        return all.sort((j, k) => share(k) - share(j)).slice(0, FOREMOST).sort((j, k) => j - k);
    }

    private nudged(epsilon: number): Pass {
        const { core, network, theta, x, y } = this.calculation;
        const z = this.calculation.z(this.layer).slice();
        z[this.unit - 1] += epsilon;
        return core.forwardFrom(network, theta, this.layer - 1, z, x, y);
    }

    private tried(epsilon: number): Try {
        const delta = this.calculation.delta(this.layer)[this.unit - 1];
        return { epsilon, said: delta * epsilon, measured: this.nudged(epsilon).J - this.calculation.J };
    }

    private choose(layer: number, unit: number): void {
        if (layer === this.layer && unit === this.unit) return;
        Object.assign(this, { layer, unit, tries: [] });
    }

    private set(epsilon: number): void {
        const steps = Math.round((epsilon / this.reach) * STEPS);
        const kept = Math.max(-STEPS, Math.min(STEPS, steps));
        this.epsilon = Number(((kept * this.reach) / STEPS).toPrecision(6)); // 0.01, not 0.010000000000000002
        this.tries = [];
    }

    private scale(factor: number): void {
        const now = this.tried(this.epsilon);
        if (factor < 1 && this.epsilon) this.tries = [...this.tries, now].slice(1 - ROWS);
        else this.tries = [];
        this.reach = Number((this.reach * factor).toPrecision(6));
        this.epsilon = Number((this.epsilon * factor).toPrecision(6));
    }

    private hold(event: PointerEvent, layer: number, unit: number): void {
        this.choose(layer, unit);
        this.held = { y: event.clientY, epsilon: this.epsilon };
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
    }

    private drag(event: PointerEvent): void {
        if (!this.held) return;
        const up = this.held.y - event.clientY;
        if (up) this.set(this.held.epsilon + (up / DRAG) * this.reach);
    }

    private key(event: KeyboardEvent, layer: number, unit: number): void {
        const up = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
        if (!up && event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.choose(layer, unit);
        if (up) this.set(this.epsilon + (up * this.reach) / STEPS);
    }

    private get layout(): Layout {
        const layers = this.calculation.L - 1;
        const most = Math.max(...this.shown.map((units) => units.length));
        const [width, radius, gap, edge, J] = this.narrow ? [360, 20, 96, 22, 30] : [720, 26, 112, 36, 34];
        const step = (width - edge - J - edge) / layers;
        const z = Array.from({ length: layers }, (_, i) => edge + step * (i + 0.4));
        const a = z.map((x) => x + step * 0.43);
        return { width, height: gap * most + 20, radius, x: edge, z, a, J: width - J };
    }

    private heights(l: number): number[] {
        const gap = this.narrow ? 96 : 112;
        const n = this.shown[l - 1].length, most = Math.max(...this.shown.map((units) => units.length));
        return heights((gap * most) / 2 + 4, n, n === most ? gap : gap * 1.25);
    }

    private drawing(before: Pass, after: Pass): TemplateResult {
        const at = this.layout;
        const layers = Array.from({ length: this.calculation.L - 1 }, (_, i) => i + 2);
        return html`<svg class=${this.narrow ? "small" : ""} viewBox="0 0 ${at.width} ${at.height}" role="group"
                aria-label=${this.say("label")}>
            ${layers.map((l) => this.wires(l, before, after, at))}
            ${this.toJ(before, after, at)}
            ${this.heights(1).map((y, i) => svg`<circle class="disc" cx=${at.x} cy=${y} r=${at.radius - 4} />
                <text x=${at.x - 4} y=${y + 5}><tspan class="letter">x</tspan></text>
                <text class="index start" x=${at.x + 1} y=${y + 9}>${this.shown[0][i]}</text>
                <text x=${at.x} y=${y + at.radius + 11}>${significant(before.a[0][this.shown[0][i] - 1])}</text>`)}
            ${layers.map((l) => this.units(l, before, after, at))}
        </svg>`;
    }

    /** The wires into layer l, and those from its z to its a. */
    private wires(l: number, before: Pass, after: Pass, at: Layout): SVGTemplateResult[] {
        const from = l === 2 ? at.x : at.a[l - 3];
        const here = this.heights(l);
        const there = this.heights(l - 1);
        const change = before.a[l - 2].map((a, j) => (l > 2 ? after.a[l - 2][j] - a : 0));
        const weight = (k: number, j: number) => this.calculation.weight(l - 1, this.shown[l - 1][k], this.shown[l - 2][j]);
        const carries = (k: number, j: number) => sign(change[this.shown[l - 2][j] - 1] * weight(k, j));
        const active: SVGTemplateResult[] = [];
        const quiet: SVGTemplateResult[] = [];
        here.forEach((y, k) => {
            there.forEach((y0, j) => {
                const mark = l > this.layer ? carries(k, j) : "";
                (mark ? active : quiet).push(line(from, y0, at.z[l - 2], y, mark, at.radius));
                if (mark && !this.narrow && this.calculation.L < 4 && l === this.layer + 1)
                    active.push(plate(from, y0, at.z[l - 2], y, 0.45,
                        `× ${factor(significant(weight(k, j)))}`));
            });
            const i = this.shown[l - 1][k] - 1;
            const own = sign(after.a[l - 1][i] - before.a[l - 1][i]);
            (own ? active : quiet).push(line(at.z[l - 2], y, at.a[l - 2], y, own, at.radius));
        });
        return [...quiet, ...active];
    }

    private toJ(before: Pass, after: Pass, at: Layout): SVGTemplateResult[] {
        const L = this.calculation.L;
        const middle = this.middle;
        const delta = this.calculation.delta(L);
        return this.heights(L).map((y, i) => {
            const k = this.shown[L - 1][i] - 1, change = after.z[L - 1][k] - before.z[L - 1][k];
            return line(at.a[L - 2], y, at.J, middle, sign(change * delta[k]), at.radius);
        });
    }

    private get middle(): number {
        const all = this.heights(this.calculation.L);
        return (all[0] + all[all.length - 1]) / 2;
    }

    private units(l: number, before: Pass, after: Pass, at: Layout): SVGTemplateResult {
        const i = l - 1;
        const [zx, ax, r] = [at.z[l - 2], at.a[l - 2], at.radius];
        const slope = l === this.layer && !this.narrow && l < this.calculation.L;
        const places = this.heights(l).map((y, k) => [this.shown[i][k], y] as const);
        const last = l === this.calculation.L;
        return svg`
            ${places.map(([unit, y]) => svg`
                <g role="button" tabindex="0" data-unit="${l}:${unit}"
                    aria-pressed=${l === this.layer && unit === this.unit ? "true" : "false"}
                    aria-label=${this.say("choose", { z: plain("z", l, unit), value: value.show(after.z[i][unit - 1]) })}
                    style="touch-action:none"
                    @pointerdown=${(e: PointerEvent) => this.hold(e, l, unit)}
                    @pointermove=${(e: PointerEvent) => this.drag(e)}
                    @pointerup=${() => (this.held = undefined)}
                    @pointercancel=${() => (this.held = undefined)}
                    @keydown=${(e: KeyboardEvent) => this.key(e, l, unit)}>
                    <circle class="disc" cx=${zx} cy=${y} r=${r} />
                    ${symbolAt(zx, y, "z", l, unit)}
                </g>
                <circle class="disc" cx=${ax} cy=${y} r=${r} />
                ${symbolAt(ax, y, "a", l, unit)}
                ${this.told(l, unit) ? svg`<text class="soft" x=${zx} y=${y - r - 6}>δ = ${
                    value.show(this.calculation.delta(l)[unit - 1])}</text>` : ""}
                ${this.reading(zx, y + r, before.z[i][unit - 1], after.z[i][unit - 1])}
                ${this.reading(ax, y + r, before.a[i][unit - 1], after.a[i][unit - 1])}
                ${slope && unit === this.unit ? this.slope((zx + ax) / 2, y) : ""}`)}
            ${last ? this.cost(at, before, after) : ""}`;
    }

    /** Whether delta of the unit stands above it: that of the chosen unit, and those that it is made from. */
    private told(l: number, unit: number): boolean {
        return l === this.layer + 1 || (l === this.layer && unit === this.unit);
    }

    /** A value, and by how much it has changed. */
    private reading(x: number, y: number, before: number, after: number, side = ""): SVGTemplateResult {
        const change = after - before;
        const shown = signed(significant(change, this.narrow ? 2 : 3));
        return svg`<text class=${side} x=${x} y=${y + 14}>${value.show(after)}</text>
            ${change ? svg`<text class="${sign(change)} ${side}" x=${x} y=${y + 28}>${shown}</text>` : ""}`;
    }

    private slope(x: number, y: number): SVGTemplateResult {
        return svg`<text x=${x} y=${y - 20}>× g′(z)</text><text x=${x} y=${y - 7}>${value.show(this.gPrime)}</text>`;
    }

    private cost(at: Layout, before: Pass, after: Pass): SVGTemplateResult {
        const [y, half] = [this.middle, at.radius - 3];
        return svg`<rect class="disc" x=${at.J - half} y=${y - half} width=${2 * half} height=${2 * half} rx="5" />
            <text x=${at.J} y=${y + 5}><tspan class="letter">J</tspan></text>
            ${this.reading(at.width, y + half, before.J, after.J, "end")}`;
    }

    private get gPrime(): number {
        const { core, network } = this.calculation;
        return core.slope(network.activation, this.calculation.z(this.layer)[this.unit - 1]);
    }

    private controls(): TemplateResult {
        const shown = signed(significant(this.epsilon));
        return html`
            <div class="row">
                <label for="epsilon">${inline(this.say("added", { z: `z^(${this.layer})_${this.unit}` }))}</label>
                <input id="epsilon" type="range" min=${-STEPS} max=${STEPS} step="1" aria-valuetext=${shown}
                    .value=${String(Math.round((this.epsilon / this.reach) * STEPS))}
                    @input=${(e: Event) =>
                        this.set((Number((e.target as HTMLInputElement).value) / STEPS) * this.reach)}>
                <output class="mono" for="epsilon">${shown}</output>
            </div>
            <div class="buttons">
                <button @click=${() => this.scale(0.1)} ?disabled=${this.reach <= FINEST * 2}>${this.say("tenth")}</button>
                <button @click=${() => this.scale(10)} ?disabled=${this.reach >= REACH}>${this.say("tenfold")}</button>
                <button @click=${() => this.start()}>${this.say("reset")}</button>
            </div>`;
    }

    /** delta of the chosen unit, with its numbers. */
    private arithmetic(): TemplateResult {
        const of = this.calculation;
        const [l, j] = [this.layer, this.unit];
        const delta = of.delta(l)[j - 1];
        const name = symbol("delta", l, j);
        const result = signed(value.show(delta));
        if (l === of.L) {
            const [a, y] = [of.a(l)[j - 1], of.y![j - 1]];
            const simple = of.network.cost === "logistic" || of.network.cost === "softmax";
            const sum = simple ? html`${value.show(a)} - ${significant(y)} = ` : "";
            return html`<p>${name} = <span class="mono">${sum}${result}</span></p>`;
        }
        const next = of.delta(l + 1), shown = this.shown[l];
        const terms = shown.map((k) => `${factor(significant(of.weight(l, k, j)))} × ${factor(value.show(next[k - 1]))}`);
        if (shown.length < next.length) terms.push("…");
        return html`<p>${name} = <span class="mono">${value.show(this.gPrime)} × [${terms.join(" + ")}] = ${result}</span></p>`;
    }

    private table(rows: Try[]): TemplateResult {
        return html`<table>
            <thead><tr>
                <th scope="col" class="n">ε</th><th scope="col" class="n">${this.say("said")}</th>
                <th scope="col" class="n">${this.say("measured")}</th><th scope="col" class="n">${this.say("apart")}</th>
            </tr></thead>
            <tbody>${rows.map((row) => {
                const [said, measured] = printed(row);
                return html`<tr><td class="n">${signed(significant(row.epsilon))}</td><td class="n">${said}</td>
                    <td class="n">${measured}</td><td class="n">${apart(row)}</td></tr>`;
            })}</tbody>
        </table>`;
    }

    private verdict(now: Try): string {
        if (!now.epsilon) return this.say("nothing");
        return this.say(Math.abs(now.said - now.measured) <= AGREE * Math.abs(now.measured) ? "agree" : "differ");
    }
}

/** What delta says and what is measured, with the same number of decimals. */
function printed(row: Try): [string, string] {
    const digits = digitsFor([row.said, row.measured]);
    return [signed(digits.show(row.said)), signed(digits.show(row.measured))];
}

function apart(row: Try): string {
    if (!row.measured) return "";
    return `${significant(Math.abs((row.said - row.measured) / row.measured) * 100, 2)} %`;
}
