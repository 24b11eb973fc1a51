// Forward propagation by hand: change x or a weight, and see every z, every a and the answer h.
import { css, html, type TemplateResult } from "lit";
import { Digits, significant } from "../numbers";
import type { Change } from "../shared/element";
import type { Sheet } from "../shared/record";
import { symbol } from "../shared/symbols";
import { Lesson } from "./lesson";

const REACH = 2; // of the sliders of x
const value = new Digits(4);

export class ClearpropForward extends Lesson {
    static override styles = [
        ...Lesson.styles,
        css`
.row label{min-width:2.2em}
`,
    ];

    private begun?: Sheet; // as the record has it
    private opened?: [number, number]; // the unit whose arithmetic is open at first

    protected get section(): string {
        return "forward";
    }

    protected draw(): TemplateResult {
        this.begun ??= this.sheet;
        const of = this.calculation;
        const layers = Array.from({ length: of.L - 1 }, (_, i) => i + 2);
        return html`
            <p class="how">${this.say("how")}</p>
            ${Array.from(of.x, (x, j) => html`<div class="row">
                <label for="x${j}"><i>x</i><sub>${j + 1}</sub></label>
                <input id="x${j}" type="range" min=${-REACH} max=${REACH} step="0.05" .value=${String(x)}
                    @input=${(e: Event) => this.setInput(j, Number((e.target as HTMLInputElement).value))}>
                <output class="mono" for="x${j}">${significant(x)}</output></div>`)}
            <clearprop-network editable lang=${this.language} .sheet=${this.sheet} .theta=${of.theta}
                .sample=${of.sample} .selected=${(this.opened ??= [of.L, 1])} @clearprop-change=${this.changed}></clearprop-network>
            <div class="both">${layers.map((l) => html`<table>
                <thead><tr><th scope="col"></th><th scope="col" class="n">${symbol("z", l)}</th>
                    <th scope="col" class="n">${symbol("a", l)}${l === of.L ? html` = <i>h</i>` : ""}</th></tr></thead>
                <tbody>${Array.from(of.z(l), (z, k) => html`<tr data-unit="${l}:${k + 1}"><th scope="row">${k + 1}</th>
                    <td class="n">${value.show(z)}</td><td class="n">${value.show(of.a(l)[k])}</td></tr>`)}</tbody>
            </table>`)}</div>
            <div class="buttons"><button @click=${this.reset}>${this.say("reset")}</button></div>`;
    }

    private setInput(j: number, x: number): void {
        const { sheet, sample } = this.calculation;
        const X = sheet.X.slice();
        X[sample * this.calculation.size(1) + j] = x;
        this.sheet = { ...sheet, X };
        void this.updateComplete.then(() => this.tell());
    }

    /** A weight was changed in the drawing. */
    private changed(event: CustomEvent<Change>): void {
        this.theta = event.detail.theta;
    }

    private reset(): void {
        Object.assign(this, { sheet: this.begun, theta: undefined });
        void this.updateComplete.then(() => this.tell());
    }
}
