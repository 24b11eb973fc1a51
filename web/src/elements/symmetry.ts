// The digits from four starts: all zeros, all 0.5, the course's random numbers, random numbers up to an e of one's own.
// Each hidden unit is an image of its weights; they move as one, or apart.
import { css, html, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { significant } from "../numbers";
import { styles } from "../shared/styles";
import { imageStyles, paintImages } from "../training/images";
import { LiveTraining, liveStyles } from "../training/live";
import { palette, paletteOf, paletteStyles } from "../training/paint";
import { meanSlope, weightsInto } from "../training/plane";
import { Run } from "../training/run";
import { dataOf } from "../training/sets";
import { DEFAULTS, networkOf, type Settings } from "../training/settings";
import "./curves";

const STARTS = ["zeros", "half", "uniform", "e"] as const;
type Start = (typeof STARTS)[number];
const SAMPLE = 100; // rows of which the mean slope is taken
const EQUAL = 1e-6; // units whose weights differ by less count as one

export class ClearpropSymmetry extends LiveTraining {
    static override styles = [
        styles,
        liveStyles,
        paletteStyles,
        imageStyles,
        css`
.starts{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;margin-bottom:.6rem}
.alike{font-weight:650}
`,
    ];

    /** How many rows, the first ones, are trained on; the others validate. */
    @property({ type: Number }) training = 1400;
    @property({ type: Number }) units = 25;
    @state() private start: Start = "zeros";
    @state() private e = -1; // log10 of e

    protected override get section(): string {
        return "symmetry";
    }

    private get settings(): Settings {
        const init = this.start === "e" ? significant(10 ** this.e, 2) : this.start;
        return { ...DEFAULTS, set: "digits", hidden: [this.units], activation: "sigmoid", init, solver: "gd", rate: 1 };
    }

    protected override newRun(): Run | undefined {
        if (!this.sheet) return undefined;
        const data = dataOf(this.core!, this.settings, this.sheet, this.training);
        return new Run(this.core!, networkOf(this.settings, data.inputs, data.outputs), data, this.settings);
    }

    protected override draw(): TemplateResult {
        const run = this.run;
        if (!run) return html`<slot></slot>`;
        const alike = different(run, this.units);
        const slope = meanSlope(run.core, run.net, run.theta, 2, run.data.training.X.subarray(0, SAMPLE * run.data.inputs), SAMPLE);
        const choose = (start: Start) => {
            this.start = start;
            this.restart();
        };
        return html`${palette}
            <div class="starts" role="group" aria-label=${this.say("starts")}>${STARTS.map((start) => html`<button
                aria-pressed=${start === this.start} @click=${() => choose(start)}>${this.say(start)}</button>`)}
                ${this.start === "e" ? html`<label>ε = ${significant(10 ** this.e, 2)}
                    <input type="range" min="-4" max="1.5" step="0.1" .value=${String(this.e)} @change=${this.slide}
                        @input=${this.slide}></label>` : ""}</div>
            ${this.controls()}
            <p class="alike" data-of="different">${this.say(alike === 1 ? "one" : "many", { n: this.units, different: alike })}</p>
            <div class="images units" role="img" aria-label=${this.say("images", { n: this.units })}>${Array.from(
                { length: this.units }, () => html`<canvas></canvas>`)}</div>
            <p class="soft">${this.say("slope", { slope: significant(slope, 3) })}</p>
            ${this.numbers()}
            <clearprop-curves .moments=${run.moments}></clearprop-curves>`;
    }

    private slide = (event: Event): void => {
        this.e = Number((event.target as HTMLInputElement).value);
        if (event.type === "change" || !this.playing) this.restart();
    };

    protected override updated(): void {
        super.updated();
        if (this.run) paintImages(this.renderRoot, this.run, this.sheet!, paletteOf(this.renderRoot));
    }
}

/** How many hidden units differ from each other in the weights that lead to them. */
function different({ net, theta }: Run, units: number): number {
    const kinds: Float64Array[] = [];
    for (let k = 1; k <= units; k += 1) {
        const image = weightsInto(net, theta, 1, k);
        if (!kinds.some((kind) => kind.every((value, j) => Math.abs(value - image[j]) < EQUAL))) kinds.push(image);
    }
    return kinds.length;
}
