// What elements that train in the page share: training goes on between two pictures, a few milliseconds at a time.
import { css, html, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Digits } from "../numbers";
import { ClearpropElement, type Change } from "../shared/element";
import { styles } from "../shared/styles";
import { sheetOf, type Measured, type Run } from "./run";

const SLICE = 10; // milliseconds of training between two pictures
const STILL = 500; // milliseconds between two pictures for those who want little motion

export type Pace = "batch" | "epoch" | "fast";
const PACES: Pace[] = ["batch", "epoch", "fast"];

export const liveStyles = css`
.run{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}
.run .go{min-width:6.5em;font-weight:650}
.measured{margin:.5rem 0;font-size:.92rem}
.measured th{color:var(--_soft)}
.measured :is(th,td){padding-right:1.1rem}
.told{margin:.5rem 0;padding:.3rem .7rem;border-left:3px solid var(--_bad);background:var(--_card)}
.told.good{border-color:var(--_good)}
label.field{display:inline-flex;flex-direction:column;font-size:.85rem;color:var(--_soft);gap:.1rem}
`;

const COST = new Digits(4);
const SHARE = new Digits(1);

export const cost = (J: number): string => (Number.isNaN(J) ? "–" : COST.show(J));
export const share = (right: number): string => (Number.isNaN(right) ? "–" : `${SHARE.show(100 * right)} %`);

export abstract class LiveTraining extends ClearpropElement {
    static override styles = [styles, liveStyles];

    @state() protected run?: Run;
    @state() protected playing = false;
    @state() protected pace: Pace = "epoch";
    private target = Infinity; // the step at which training halts
    private asked = 0; // the frame that is asked for
    private drawn = 0; // when the last picture was made

    /** A run of the present settings at its start; undefined if there is nothing to train on. */
    protected abstract newRun(): Run | undefined;
    /** Whether training has come to where it should halt. */
    protected reached(_run: Run): boolean {
        return false;
    }
    /** Called when training halts, or has made a step; tells elements that follow. */
    protected halted(): void {
        if (!this.run) return;
        const detail: Change = { sheet: sheetOf(this.run, this.sheet), theta: this.run.theta, sample: 0 };
        this.dispatchEvent(new CustomEvent("clearprop-change", { detail, bubbles: true, composed: true }));
    }
    /** Called once, when core and record are there. */
    protected firstRun(): void {
        this.restart();
    }

    private begun = false;

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        super.willUpdate(changed);
        if (this.begun || !this.core || (this.record && !this.sheet)) return;
        this.begun = true;
        this.firstRun();
    }

    /** Begin anew, and train up to `step` if it is given. */
    restart(step = 0): void {
        const goesOn = this.playing || step > 0;
        this.pause();
        this.run?.free();
        this.run = this.newRun();
        if (this.run && goesOn) this.play(step || Infinity);
        else this.halted();
    }

    play(until = Infinity): void {
        if (!this.run || this.run.diverged || this.playing) return;
        this.playing = true;
        this.target = until;
        this.asked = requestAnimationFrame(this.frame);
    }

    pause(): void {
        cancelAnimationFrame(this.asked);
        if (!this.playing) return;
        this.playing = false;
        this.halted();
    }

    protected one(what: "batch" | "epoch"): void {
        this.pause();
        if (what === "batch") this.run!.oneBatch();
        else this.run!.oneEpoch();
        this.run!.measure();
        this.halted();
        this.requestUpdate();
    }

    private frame = (now: number): void => {
        const run = this.run!;
        const until = performance.now() + SLICE;
        const hurry = this.target < Infinity;
        do run.oneBatch();
        while (run.step < this.target && this.more(hurry, run) && performance.now() < until);
        const halts = run.step >= this.target;
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches && now - this.drawn < STILL;
        run.measure();
        if (run.diverged || halts || this.reached(run)) {
            this.pause();
            this.requestUpdate();
            return;
        }
        if (!still) {
            this.drawn = now;
            this.requestUpdate();
        }
        this.asked = requestAnimationFrame(this.frame);
    };

    private more(hurry: boolean, run: Run): boolean {
        return hurry || this.pace === "fast" || (this.pace === "epoch" && run.position > 0);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.pause();
    }

    /** The buttons, what was measured, and what happened. */
    protected controls(more: TemplateResult | string = ""): TemplateResult {
        const run = this.run;
        const off = !run || run.diverged;
        const said = (key: string) => this.say(`train.${key}`);
        return html`
            <div class="run" role="group" aria-label=${said("controls")}>
                <button class="go" ?disabled=${off} @click=${() => (this.playing ? this.pause() : this.play())}>
                    ${said(this.playing ? "pause" : "play")}</button>
                <button ?disabled=${off} @click=${() => this.one("batch")}>${said("batch")}</button>
                <button ?disabled=${off} @click=${() => this.one("epoch")}>${said("epoch")}</button>
                <button ?disabled=${!run} @click=${() => this.reset()}>${said("reset")}</button>
                ${more}
                <label class="soft">${said("pace")} <select @change=${this.choosePace}>${PACES.map(
                    (pace) => html`<option value=${pace} ?selected=${pace === this.pace}>${said(`pace_${pace}`)}</option>`,
                )}</select></label>
            </div>`;
    }

    private choosePace = (event: Event): void => {
        this.pace = (event.target as HTMLSelectElement).value as Pace;
    };

    /** Back to the same start. */
    reset(): void {
        this.pause();
        this.restart();
    }

    protected numbers(): TemplateResult {
        const run = this.run;
        if (!run) return html``;
        const said = (key: string) => this.say(`train.${key}`);
        const row = (name: string, { J, right }: Measured) => html`<tr><th scope="row">${said(name)}</th>
            <td class="n" data-of="${name}-cost">${cost(J)}</td>
            ${run.data.classes ? html`<td class="n" data-of="${name}-right">${share(right)}</td>` : ""}</tr>`;
        const { training, validation } = run.last;
        return html`<table class="measured">
                <thead><tr><th data-of="step">${this.say("train.where", { epoch: run.epoch, step: run.step })}</th>
                    <th class="n" scope="col">J</th>
                    ${run.data.classes ? html`<th class="n" scope="col">${said("right")}</th>` : ""}</tr></thead>
                <tbody>${row("training", training)}${run.data.validation.m ? row("validation", validation) : ""}</tbody>
            </table>
            ${run.diverged ? html`<p class="told" role="alert">${said("diverged")}</p>` : ""}`;
    }
}
