// <clearprop-player>: walks through forward propagation, backward propagation and an update, layer by layer, both ways.
import { css, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { significant } from "../numbers";
import { Calculation } from "../shared/calculation";
import { ClearpropElement, type Change } from "../shared/element";
import { inline } from "../shared/symbols";
import type { ClearpropNetwork } from "./network";
import type { Way } from "./unit";

const TICK = 1100; // milliseconds between two steps that are played

/** What a step does: the layer at work, and how far both passes have come. */
interface Step {
    way: Way;
    layer?: number;
    forward: number;
    backward: number;
    kind: "start" | "forward" | "output" | "delta-output" | "delta" | "gradient" | "update";
}

/** The steps of a round through L layers: inputs, forward, and with targets backward, gradient and update. */
export function steps(L: number, targets: boolean): Step[] {
    const none = L + 1;
    const made: Step[] = [{ way: "forward", layer: 1, forward: 1, backward: none, kind: "start" }];
    for (let l = 2; l <= L; l += 1)
        made.push({ way: "forward", layer: l, forward: l, backward: none, kind: l === L ? "output" : "forward" });
    if (!targets) return made;
    for (let l = L; l >= 2; l -= 1)
        made.push({ way: "backward", layer: l, forward: L, backward: l, kind: l === L ? "delta-output" : "delta" });
    made.push({ way: "gradient", forward: L, backward: 2, kind: "gradient" });
    made.push({ way: "update", forward: L, backward: 2, kind: "update" });
    return made;
}

export class ClearpropPlayer extends ClearpropElement {
    static override styles = [
        ...ClearpropElement.styles,
        css`
        .controls{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center}
        .controls input[type=range]{flex:1 1 8rem}
        .icon{padding:0;width:40px;min-height:36px}
        .icon svg{width:18px;height:18px;fill:currentColor;vertical-align:middle}
        .says{min-height:3.2em;margin:.3rem 0;max-width:60rem}
        .says strong{font-weight:650}
        .facts{display:flex;flex-wrap:wrap;gap:0 1.4rem;font-size:.92rem;margin:.2rem 0}
        label{display:inline-flex;gap:.4rem;align-items:center;font-size:.92rem}
        label input[type=number]{width:5.2em}
        @container (max-width:35rem){.says{min-height:4.8em}.controls{gap:.3rem .6rem}}
        @media print{.controls{display:none}}
        `,
    ];

    /** The step that is shown, from 0; by default the last before the gradient: both passes are complete. */
    @property({ type: Number }) step?: number;
    /** The learning rate of an update; that of the record if left out. */
    @property({ type: Number }) rate?: number;
    @state() private playing = false;
    @state() private selected?: readonly [number, number];
    @state() private round = 0;
    @query("clearprop-network") private drawing?: ClearpropNetwork;

    // theta at the beginning of every round so far; a change of a round's theta ends those after it.
    private rounds: Float64Array[] = [];
    private timer = 0;

    protected override get section(): string {
        return "player";
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        super.willUpdate(changed);
        if (changed.has("sheet") && this.sheet) this.start();
        else if (changed.has("theta") && this.theta !== this.rounds[this.round]) this.keep(this.theta);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.pause();
    }

    private start(): void {
        this.rounds = [this.theta ?? this.sheet!.theta];
        this.round = 0;
        this.theta = this.rounds[0];
        this.selected = undefined;
    }

    /** theta of this round is another now; the rounds after it are to be computed anew. */
    private keep(theta?: Float64Array): void {
        if (theta) this.rounds = [...this.rounds.slice(0, this.round), theta];
    }

    private get steps(): Step[] {
        return steps(this.calculation.L, this.calculation.hasTargets);
    }

    private get last(): number {
        return this.steps.length - 1;
    }

    /** The step that is shown, as a number from 0. */
    get at(): number {
        const complete = this.calculation.hasTargets ? this.last - 2 : this.last;
        return Math.min(Math.max(this.step ?? complete, 0), this.last);
    }

    private get learningRate(): number {
        return this.rate ?? this.sheet!.rate;
    }

    // -- Moves --------------------------------------------------------------------------------------------------------

    /** To a step of this round. */
    goTo(step: number): void {
        this.step = Math.min(Math.max(step, 0), this.last);
        const { layer } = this.steps[this.step];
        const open = this.drawing?.open;
        if (layer && layer > 1 && open?.[0] !== layer) this.selected = [layer, this.drawing!.foremost(layer)];
        this.tell();
    }

    /** One step on; after the update the next round begins, with the new theta. */
    forward(): void {
        if (this.at < this.last) return this.goTo(this.at + 1);
        if (!this.calculation.hasTargets) return this.goTo(0);
        const next = this.rounds[this.round + 1] ?? this.calculation.updated(this.learningRate);
        this.rounds = [...this.rounds.slice(0, this.round + 1), next, ...this.rounds.slice(this.round + 2)];
        this.enterRound(this.round + 1);
        return this.goTo(0);
    }

    /** One step back; from the beginning of a round to the update before it. */
    back(): void {
        if (this.at > 0) return this.goTo(this.at - 1);
        if (!this.round) return;
        this.enterRound(this.round - 1);
        this.goTo(this.last);
    }

    private enterRound(round: number): void {
        this.round = round;
        this.theta = this.rounds[round];
    }

    /** To the next or the previous sample, in a ring. */
    moveSample(by: number): void {
        const { m } = this.sheet!;
        this.sample = (this.calculation.sample + by + m) % m;
        this.tell();
    }

    /** Everything as it was at first. */
    reset(): void {
        this.pause();
        this.theta = this.sheet!.theta;
        this.rounds = [this.theta];
        this.round = 0;
        this.sample = this.sheet!.sample;
        this.rate = undefined;
        this.goTo(0);
    }

    play(): void {
        this.playing = true;
        this.timer = window.setInterval(() => {
            if (!this.calculation.hasTargets && this.at === this.last) this.pause();
            else this.forward();
        }, TICK);
    }

    pause(): void {
        this.playing = false;
        window.clearInterval(this.timer);
    }

    private changed(event: CustomEvent<Change>): void {
        if (event.target === this) return;
        event.stopPropagation(); // the player tells of it itself
        this.theta = event.detail.theta;
        this.keep(this.theta);
        this.tell(event.detail.edit);
    }

    private setRate(event: Event): void {
        const rate = (event.target as HTMLInputElement).valueAsNumber;
        if (!Number.isFinite(rate)) return;
        this.rate = rate;
        this.keep(this.rounds[this.round]);
    }

    // -- What is seen -------------------------------------------------------------------------------------------------

    protected override draw(): TemplateResult {
        const step = this.steps[this.at];
        return html`${this.controls()}
            <p class="says" aria-live=${this.playing ? "off" : "polite"}>${this.said(step)}</p>
            ${this.facts(step)}
            <clearprop-network lang=${this.language} editable .sheet=${this.sheet} .theta=${this.theta}
                .sample=${this.sample} .forward=${step.forward} .backward=${step.backward} .way=${step.way}
                .now=${step.layer} .rate=${step.way === "update" ? this.learningRate : undefined}
                .selected=${this.selected} @clearprop-change=${this.changed}
                @clearprop-select=${(event: CustomEvent<{ layer: number; unit: number }>) => {
                    this.selected = [event.detail.layer, event.detail.unit];
                }}></clearprop-network>`;
    }

    private controls(): TemplateResult {
        const { last, at, round } = this;
        const targets = this.calculation.hasTargets;
        const button = (key: string, does: () => void, off = false) => html`<button type="button" class="icon"
            data-do=${key} aria-label=${this.say(key)} title=${this.say(key)} ?disabled=${off} @click=${() => does()}>
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${ICONS[key]}></path></svg></button>`;
        const byHand = (move: () => void) => () => (this.pause(), move());
        return html`<div class="controls" role="group" aria-label=${this.say("controls")}>
            <div class="buttons">
                ${button("back", byHand(() => this.back()), at === 0 && round === 0)}
                ${this.playing ? button("pause", () => this.pause()) : button("play", () => this.play())}
                ${button("forward", byHand(() => this.forward()), at === last && !targets)}
            </div>
            <input type="range" min="0" max=${last} step="1" .value=${String(at)} aria-label=${this.say("jump")}
                aria-valuetext=${this.heading(this.steps[at])}
                @input=${(event: Event) => byHand(() => this.goTo((event.target as HTMLInputElement).valueAsNumber))()}>
            ${this.sheet!.m > 1
                ? html`<div class="buttons">${button("previous-sample", () => this.moveSample(-1))}
                    <span class="sample">${this.sampleName()}</span>
                    ${button("next-sample", () => this.moveSample(1))}</div>`
                : nothing}
            ${targets
                ? html`<label>${this.say("rate")}<input type="number" min="0" step="any"
                    .value=${String(this.learningRate)} @change=${this.setRate}></label>`
                : nothing}
            <button type="button" data-do="reset" @click=${() => this.reset()}>${this.say("reset")}</button>
        </div>`;
    }

    private sampleName(): string {
        const { sheet, calculation } = this;
        const place = { place: calculation.sample + 1, m: sheet!.m };
        const number = sheet!.numbers?.[calculation.sample];
        return number === undefined ? this.say("sample-place", place) : this.say("sample", { i: number, ...place });
    }

    private heading(step: Step): string {
        return this.say(`title-${step.kind}`, { layer: step.layer ?? 0 });
    }

    private said(step: Step): TemplateResult {
        const values = { layer: step.layer ?? 0, above: (step.layer ?? 0) + 1, rate: significant(this.learningRate), m: this.sheet!.m };
        return html`<strong>${this.heading(step)}</strong> ${inline(this.say(`says-${step.kind}`, values))}`;
    }

    /** The costs, as far as they are known at this step. */
    private facts(step: Step): TemplateResult {
        const of = this.calculation;
        const facts: string[] = [];
        if (this.round) facts.push(this.say("round", { n: this.round }));
        if (of.hasTargets && step.forward === of.L) facts.push(this.say("cost", { J: significant(of.J) }));
        if (step.way === "gradient" || step.way === "update")
            facts.push(this.say("mean", { J: significant(of.mean.J), m: of.sheet.m }));
        if (step.way === "update") {
            const after = new Calculation(of.core, of.sheet, of.updated(this.learningRate), of.sample);
            facts.push(this.say("after", { J: significant(after.mean.J) }));
        }
        return html`<p class="facts">${facts.map((fact) => html`<span>${inline(fact)}</span>`)}</p>`;
    }
}

const ICONS: Record<string, string> = {
    back: "M18 4v16L7 12zM4 4h2.5v16H4z",
    forward: "M6 4v16l11-8zM17.500 4H20v16h-2.500z",
    play: "M7 4v16l13-8z",
    pause: "M6 4h4v16H6zM14 4h4v16h-4z",
    "previous-sample": "M15.500 4.500 8 12l7.500 7.500 1.800-1.800L11.600 12l5.700-5.700z",
    "next-sample": "M8.500 4.500 16 12l-7.500 7.500-1.800-1.800L12.400 12 6.700 6.300z",
};
