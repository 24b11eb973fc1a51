// The digits, trained in the page: lambda, the learning rate, the start. Earlier runs stay as faint curves.
import { css, html, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { significant } from "../numbers";
import { styles } from "../shared/styles";
import { imageStyles, mistakes, paintImages } from "../training/images";
import { LiveTraining, liveStyles, share } from "../training/live";
import { palette, paletteOf, paletteStyles } from "../training/paint";
import { Run, type Moment } from "../training/run";
import { dataOf } from "../training/sets";
import { DEFAULTS, networkOf, type Settings } from "../training/settings";
import "./curves";

const KEPT = 4; // earlier runs
const ALL = "all"; // the batch that is the whole training set

export class ClearpropTrain extends LiveTraining {
    static override styles = [
        styles,
        liveStyles,
        paletteStyles,
        imageStyles,
        css`
.fields{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;margin-bottom:.6rem}
.fields input[type=range]{width:11rem}
`,
    ];

    /** How many rows, the first ones, are trained on; the others validate. */
    @property({ type: Number }) training = 1400;
    @property({ type: Number }) units = 25;
    /** The share of right validation rows at which training halts for the first time. */
    @property({ type: Number }) goal = 0.95;
    @state() private logRate = 0;
    @state() private lambda = 1;
    @state() private seed = 0;
    @state() private batch = ALL;
    @state() private earlier: (readonly Moment[])[] = [];
    private congratulated = false;

    protected override get section(): string {
        return "train";
    }

    private get settings(): Settings {
        return {
            ...DEFAULTS, set: "digits", hidden: [this.units], activation: "sigmoid", lambda: this.lambda,
            rate: Number(significant(10 ** this.logRate, 2)), seed: this.seed, momentum: 0,
            ...(this.batch === ALL ? { solver: "gd" as const } : { solver: "sgd" as const, batch: Number(this.batch) }),
        };
    }

    protected override newRun(): Run | undefined {
        if (!this.sheet) return undefined;
        if (this.run && this.run.moments.length > 1) this.earlier = [...this.earlier, this.run.moments].slice(-KEPT);
        this.congratulated = false;
        const data = dataOf(this.core!, this.settings, this.sheet, this.training);
        return new Run(this.core!, networkOf(this.settings, data.inputs, data.outputs), data, this.settings);
    }

    protected override reached(run: Run): boolean {
        if (this.congratulated || run.last.validation.right < this.goal) return false;
        return (this.congratulated = true);
    }

    private set(key: "logRate" | "lambda" | "seed" | "batch", value: string | number): void {
        Object.assign(this, { [key]: value });
        this.restart();
    }

    protected override draw(): TemplateResult {
        const run = this.run;
        if (!run) return html`<slot></slot>`;
        const value = (event: Event) => (event.target as HTMLInputElement).value;
        return html`${palette}
            <div class="fields">
                <label class="field">${this.say("rate", { rate: significant(10 ** this.logRate, 2) })}
                    <input type="range" min="-2" max="1" step="0.1" .value=${String(this.logRate)}
                        @input=${(event: Event) => { this.logRate = Number(value(event)); }}
                        @change=${(event: Event) => this.set("logRate", Number(value(event)))}></label>
                <label class="field">${this.say("lambda", { lambda: significant(this.lambda) })}
                    <input type="range" min="0" max="20" step="0.5" .value=${String(this.lambda)}
                        @input=${(event: Event) => { this.lambda = Number(value(event)); }}
                        @change=${(event: Event) => this.set("lambda", Number(value(event)))}></label>
                <label class="field">${this.say("rows")}
                    <select @change=${(event: Event) => this.set("batch", value(event))}>${[ALL, "32", "1"].map((size) =>
                        html`<option value=${size} ?selected=${size === this.batch}>${
                            size === ALL ? this.say("all", { m: this.training.toLocaleString("en") }) : size}</option>`)}</select></label>
            </div>
            ${this.controls(html`<button @click=${() => this.set("seed", this.seed + 1)}>${
                this.say("another", { seed: this.seed + 1 })}</button>`)}
            ${this.numbers()}
            ${this.congratulated ? html`<p class="told good" role="status">${this.say("goal", {
                right: share(this.goal), epoch: run.epoch })}</p>` : ""}
            <clearprop-curves .moments=${run.moments} .earlier=${this.earlier}></clearprop-curves>
            <p class="line">${this.say("units")}</p>
            <div class="images units" role="img" aria-label=${this.say("units")}>${Array.from(
                { length: this.units }, () => html`<canvas></canvas>`)}</div>
            ${mistakes(run, this.sheet!, (key, values) => this.say(key, values))}`;
    }

    protected override updated(): void {
        super.updated();
        if (this.run) paintImages(this.renderRoot, this.run, this.sheet!, paletteOf(this.renderRoot));
    }
}
