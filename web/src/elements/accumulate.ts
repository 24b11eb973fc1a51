// Backward propagation by hand: each delta is guessed before it is shown, then the sample's slopes go into Delta.
import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { addition, Digits, significant } from "../numbers";
import { inline, plain, symbol } from "../shared/symbols";
import { factor, heights, Lesson, line, plate, sign, signed, symbolAt } from "./lesson";

const value = new Digits(4);
const SIGNS = [1, 0, -1] as const;

/** Where the lesson stands: a unit's delta is asked for or shown, a sample is to be added or was added, or all is done. */
interface Stage {
    sample: number; // from 0
    known: number; // deltas of this sample
    layer: number; // of the unit that is asked for; 0 if there is none
    unit: number;
    step: "ask" | "show" | "add" | "added" | "done";
}

export class ClearpropAccumulate extends Lesson {
    static override styles = [
        ...Lesson.styles,
        css`
.both caption{text-align:left;padding:0}
.both td.n{line-height:1.15}
.both small{display:block;font-size:.95em}
.now{background:var(--_card);border-radius:8px;padding:.5rem .8rem;margin:.5rem 0;min-height:9.5rem}
.now p:first-child{margin-top:0}
summary{cursor:pointer;padding:.2rem 0;min-height:28px}
details input[type=number]{width:4.6em;min-height:28px}
.right{color:var(--_good);font-weight:650}
.wrong{color:var(--_bad);font-weight:650}
`,
    ];

    @state() private place = 0;
    @state() private guesses = new Map<number, boolean>(); // by place: whether the guess was right

    protected get section(): string {
        return "accumulate";
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        super.willUpdate(changed);
        if (this.sheet && this.core) this.sample = this.stage.sample;
    }

    protected draw(): TemplateResult {
        const stage = this.stage;
        const of = this.calculation;
        return html`
            <p class="how">${this.say("how")}</p>
            <p><strong>${this.say("sample", { i: stage.sample + 1, m: of.sheet.m })}</strong>
                <span class="mono">x = (${Array.from(of.x, (x) => significant(x)).join(", ")})</span></p>
            ${this.targets()}
            ${this.drawing(stage)}
            <div class="now" role="status">${this.now(stage)}</div>
            <div class="buttons">${this.buttons(stage)}</div>
            ${this.score()}
            <div class="both">${this.matrices(stage)}</div>
            ${this.weights()}`;
    }

    /** The units whose delta is asked for, in the order of the calculation. */
    private get units(): [number, number][] {
        const { sizes } = this.sheet!.network;
        const found: [number, number][] = [];
        for (let l = sizes.length; l > 1; l -= 1) for (let j = 1; j <= sizes[l - 1]; j += 1) found.push([l, j]);
        return found;
    }

    private get round(): number {
        return 2 * this.units.length + 2;
    }

    private get last(): number {
        return this.round * this.sheet!.m;
    }

    private get stage(): Stage {
        const { units, round, place } = this;
        const all = units.length;
        if (place >= this.last)
            return { sample: this.sheet!.m - 1, known: all, layer: 0, unit: 0, step: "done" };
        const [sample, r] = [Math.floor(place / round), place % round];
        if (r >= 2 * all)
            return { sample, known: all, layer: 0, unit: 0, step: r === 2 * all ? "add" : "added" };
        const at = r >> 1;
        const [layer, unit] = units[at];
        return r & 1
            ? { sample, known: at + 1, layer, unit, step: "show" }
            : { sample, known: at, layer, unit, step: "ask" };
    }

    private isKnown(stage: Stage, layer: number, unit: number): boolean {
        return this.units.findIndex(([l, j]) => l === layer && j === unit) < stage.known;
    }

    private guess(given: number): void {
        const { layer, unit } = this.stage;
        const delta = this.calculation.delta(layer)[unit - 1];
        this.guesses = new Map(this.guesses).set(this.place, Math.sign(delta) === given);
        this.place += 1;
    }

    private setTarget(k: number): void {
        const { sheet, sample } = this.calculation;
        const Y = sheet.Y!.slice();
        const at = sample * this.calculation.size(this.calculation.L) + k;
        Y[at] = Y[at] > 0.5 ? 0 : 1;
        this.sheet = { ...sheet, Y };
        this.tellLater();
    }

    private setWeight(index: number, text: string): void {
        const given = Number(text);
        if (text.trim() === "" || !Number.isFinite(given)) return;
        this.theta = this.calculation.theta.slice();
        this.theta[index] = given;
        this.tellLater();
    }

    private tellLater(): void {
        void this.updateComplete.then(() => this.tell());
    }

    private again(): void {
        Object.assign(this, { place: 0, guesses: new Map() });
    }

    private targets(): TemplateResult {
        const y = this.calculation.y!;
        return html`<div class="row"><span>${this.say("targets")}</span>${Array.from(y, (target, k) => html`
            <button data-y=${k + 1} @click=${() => this.setTarget(k)}
                aria-label=${this.say("flip", { k: k + 1, y: significant(target) })}>
                ${inline(`\`y_${k + 1}\``)} = ${significant(target)}</button>`)}</div>`;
    }

    private drawing(stage: Stage): TemplateResult {
        const of = this.calculation;
        const { sizes } = of.network;
        const gap = 92;
        const [width, r] = [this.narrow ? 360 : 640, this.narrow ? 19 : 22];
        const edge = this.narrow ? 40 : 60;
        const column = (l: number) => edge + ((width - 2 * edge) / (of.L - 1)) * (l - 1);
        const height = gap * Math.max(...sizes);
        const at = (l: number) => heights(height / 2, sizes[l - 1], gap);
        const layers = sizes.map((_, i) => i + 1);
        const quiet: SVGTemplateResult[] = [];
        const active: SVGTemplateResult[] = [];
        for (const l of layers.slice(0, -1))
            at(l + 1).forEach((y1, k) => at(l).forEach((y0, j) => {
                const [kind, text] = this.wire(stage, l, k + 1, j + 1);
                (kind ? active : quiet).push(line(column(l), y0, column(l + 1), y1, kind, r));
                if (text) active.push(plate(column(l), y0, column(l + 1), y1, 0.5, text));
            }));
        return html`<svg class=${this.narrow ? "small" : ""} viewBox="0 0 ${width} ${height}" role="img"
                aria-label=${this.say("label")} style="max-width:${width}px;margin:auto">
            ${quiet}${active}
            ${layers.map((l) => at(l).map((y, j) => svg`
                <circle class="disc" cx=${column(l)} cy=${y} r=${r}
                    style=${l === stage.layer && j + 1 === stage.unit ? "stroke:var(--_ink);stroke-width:3" : ""} />
                ${symbolAt(column(l), y, "a", l, j + 1)}
                <text x=${column(l)} y=${y + r + 14}>${l === 1 ? significant(of.a(1)[j]) : value.show(of.a(l)[j])}</text>
                ${l > 1 ? this.delta(stage, l, j + 1, column(l), y - r - 6) : nothing}`))}
        </svg>`;
    }

    private delta(stage: Stage, l: number, j: number, x: number, y: number): SVGTemplateResult {
        if (!this.isKnown(stage, l, j)) return svg`<text class="soft" x=${x} y=${y}>δ = ?</text>`;
        const delta = this.calculation.delta(l)[j - 1];
        return svg`<text class=${sign(delta)} x=${x} y=${y}>δ = ${signed(value.show(delta))}</text>`;
    }

    /** The mark of a wire: the products that make the present delta, or what the sample brings to Delta. */
    private wire(stage: Stage, l: number, k: number, j: number): [string, string] {
        const of = this.calculation;
        if (stage.step === "add" || stage.step === "added")
            return [sign(of.delta(l + 1)[k - 1] * of.a(l)[j - 1]), ""];
        if (l !== stage.layer || j !== stage.unit) return ["", ""];
        const product = of.weight(l, k, j) * of.delta(l + 1)[k - 1];
        if (stage.step === "ask") return ["asked", significant(of.weight(l, k, j))];
        return [sign(product), signed(value.show(product))];
    }

    private now(stage: Stage): TemplateResult {
        if (stage.step === "ask") return html`<p>${inline(this.say("ask", this.named(stage)))}</p>${this.factors(stage)}`;
        if (stage.step === "show") return this.shown(stage);
        if (stage.step === "add") return html`<p>${inline(this.say("add"))}</p>`;
        if (stage.step === "added") return html`<p>${inline(this.say("added", { i: stage.sample + 1 }))}</p>`;
        return html`<p>${inline(this.say("done", { m: this.calculation.sheet.m }))}</p>`;
    }

    private named(stage: Stage): { delta: string } {
        return { delta: `delta^(${stage.layer})_${stage.unit}` };
    }

    /** What delta is made from, without its value. */
    private factors(stage: Stage): TemplateResult {
        const of = this.calculation;
        const { layer: l, unit: j } = stage;
        const name = symbol("delta", l, j);
        if (l === of.L)
            return html`<p>${name} = ${symbol("a", l, j)} - ${inline(`\`y_${j}\``)}
                = <span class="mono">${value.show(of.a(l)[j - 1])} - ${significant(of.y![j - 1])}</span></p>`;
        const terms = Array.from(of.delta(l + 1), (next, k) =>
            `${factor(significant(of.weight(l, k + 1, j)))} × ${factor(value.show(next))}`);
        return html`<p>${name} = <span class="mono">[${terms.join(" + ")}]</span> × <i>g′(z)</i></p>`;
    }

    private shown(stage: Stage): TemplateResult {
        const of = this.calculation;
        const { layer: l, unit: j } = stage;
        const delta = of.delta(l)[j - 1];
        const right = this.guesses.get(this.place - 1);
        const marked = right === undefined ? nothing : html`<span class=${right ? "right" : "wrong"}>
            ${right ? "✓" : "✗"} ${this.say(right ? "right" : "wrong")}</span> `;
        const means = inline(this.say(delta > 0 ? "positive-means" : delta < 0 ? "negative-means" : "zero-means"));
        if (l === of.L)
            return html`<p>${marked}${means}</p>
                <p>${symbol("delta", l, j)} = <span class="mono">${value.show(of.a(l)[j - 1])} - ${
                    significant(of.y![j - 1])} = <strong>${signed(value.show(delta))}</strong></span></p>`;
        const next = of.delta(l + 1);
        const products = Array.from(next, (d, k) => of.weight(l, k + 1, j) * d);
        const total = products.reduce((sum, product) => sum + product, 0);
        const sum = addition(products, total);
        const slope = of.core.slope(of.network.activation, of.z(l)[j - 1]);
        return html`<p>${marked}${means}</p>
            <table>
                <thead><tr><th scope="col">${this.say("wire")}</th><th scope="col" class="n">Θ</th>
                    <th scope="col" class="n">δ</th><th scope="col" class="n">Θ · δ</th></tr></thead>
                <tbody>
                    ${products.map((_, k) => html`<tr><th scope="row">${symbol("Theta", l, k + 1, j)}</th>
                        <td class="n">${significant(of.weight(l, k + 1, j))}</td>
                        <td class="n">${value.show(next[k])}</td><td class="n">${sum.terms[k]}</td></tr>`)}
                    ${sum.rounding ? html`<tr><th scope="row" colspan="3">${this.say("rounding")}</th>
                        <td class="n">${sum.rounding}</td></tr>` : nothing}
                    <tr><th scope="row" colspan="3">${this.say("sum")}</th><td class="n">${sum.total}</td></tr>
                    <tr><th scope="row" colspan="3"><i>g′(z)</i></th>
                        <td class="n">× ${value.show(slope)}</td></tr>
                    <tr class="total"><th scope="row" colspan="3">${symbol("delta", l, j)}</th>
                        <td class="n">${signed(value.show(delta))}</td></tr>
                </tbody>
            </table>`;
    }

    private buttons(stage: Stage): TemplateResult {
        const go = (key: string, to: number, data = "on") =>
            html`<button data-go=${data} @click=${() => (this.place = to)}>${this.say(key)}</button>`;
        const on = this.place + 1;
        const main = {
            ask: html`${SIGNS.map((given) => html`<button data-guess=${given} @click=${() => this.guess(given)}>
                ${this.say(given > 0 ? "positive" : given < 0 ? "negative" : "zero")}</button>`)}
                ${go("show", on)}`,
            show: go("on", on),
            add: go("put", on),
            added: go(stage.sample + 1 < this.calculation.sheet.m ? "next" : "divide", on),
            done: nothing,
        }[stage.step];
        const whole = stage.sample * this.round + 2 * this.units.length;
        return html`${main}
            ${stage.step === "ask" ? go("skip", whole, "skip") : nothing}
            <button ?disabled=${this.place === 0} @click=${() => (this.place -= 1)}>${this.say("back")}</button>
            <button ?disabled=${this.place === 0} @click=${() => this.again()}>${this.say("again")}</button>`;
    }

    private score(): TemplateResult | typeof nothing {
        const n = this.guesses.size;
        const right = [...this.guesses.values()].filter(Boolean).length;
        return n ? html`<p class="soft">${this.say("score", { right, n })}</p>` : nothing;
    }

    /** Delta so far and what this sample brings, or D at the end. */
    private matrices(stage: Stage): TemplateResult[] {
        const of = this.calculation;
        const { core, network, theta, sheet } = of;
        const [n, K] = [of.size(1), of.size(of.L)];
        const done = stage.step === "done";
        const rows = stage.sample + (stage.step === "added" || done ? 1 : 0);
        const bring = stage.step === "add" || stage.step === "added";
        const brought = bring ? core.backward(network, theta, of.x, of.y!).gradient : undefined;
        const sum = new Float64Array(theta.length);
        for (let i = 0; i < rows; i += 1) {
            const x = sheet.X.subarray(i * n, (i + 1) * n);
            const y = sheet.Y!.subarray(i * K, (i + 1) * K);
            core.backward(network, theta, x, y).gradient.forEach((slope, at) => (sum[at] += slope));
        }
        const shown = done ? of.mean.D : sum;
        return network.sizes.slice(0, -1).map((_, i) => this.matrix(done ? "D" : "Delta", i + 1, shown, brought));
    }

    private matrix(name: string, l: number, all: Float64Array, brought?: Float64Array): TemplateResult {
        const of = this.calculation;
        const columns = Array.from({ length: of.size(l) + 1 }, (_, j) => j);
        return html`<table data-matrix="${name}${l}">
            <caption>${symbol(name, l)}</caption>
            <thead><tr><td></td>${columns.map((j) => html`<th scope="col" class="n">j = ${j}</th>`)}</tr></thead>
            <tbody>${Array.from({ length: of.size(l + 1) }, (_, k) => html`<tr>
                <th scope="row">${k + 1}</th>
                ${columns.map((j) => {
                    const at = of.index(l, k + 1, j);
                    const more = brought?.[at];
                    return html`<td class="n">${value.show(all[at])}${
                        more === undefined ? nothing
                            : html`<small class=${sign(more)}>${signed(value.show(more))}</small>`}</td>`;
                })}</tr>`)}</tbody>
        </table>`;
    }

    private weights(): TemplateResult {
        const of = this.calculation;
        return html`<details><summary>${this.say("weights")}</summary><div class="both">
            ${of.network.sizes.slice(0, -1).map((_, i) => html`<table>
                <caption>${symbol("Theta", i + 1)}</caption>
                <tbody>${Array.from({ length: of.size(i + 2) }, (_, k) => html`<tr>
                    ${Array.from({ length: of.size(i + 1) + 1 }, (_, j) => html`<td><input type="number" step="0.1"
                        aria-label=${plain("Theta", i + 1, k + 1, j)} .value=${String(of.weight(i + 1, k + 1, j))}
                        @change=${(e: Event) =>
                            this.setWeight(of.index(i + 1, k + 1, j), (e.target as HTMLInputElement).value)}></td>`)}
                </tr>`)}</tbody>
            </table>`)}</div></details>`;
    }
}
