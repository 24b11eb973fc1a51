// <clearprop-form>: a field for each column of a model, and what the model predicts for them.
import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { answered } from "../form/answers";
import { encode } from "../form/encode";
import { thetasOf, type Cells, type Column, type Form, type FormRecord } from "../form/record";
import { ClearpropElement } from "../shared/element";

const MOST_BARS = 12; // of more classes the most probable are shown

/** A number as people read it: five digits, no more. */
const printed = (value: number) => Number(value.toPrecision(5)).toString();
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

export class ClearpropForm extends ClearpropElement {
    static override styles = [
        ...ClearpropElement.styles,
        css`
.whole{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1rem 2.4rem;align-items:start}
.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));gap:.8rem 1.2rem}
.fields label{display:block;font-weight:600}
.fields :is(input,select),textarea{display:block;width:100%;min-height:40px;padding:.2rem .5rem;font-size:1rem;margin-top:.15rem}
textarea{font:inherit;color:inherit;background:var(--_paper);border:1px solid var(--_line);border-radius:6px;min-height:7em}
.hint{font-size:.85rem;color:var(--_soft);min-height:1.3em;display:block}
.hint.bad{color:var(--_bad)}
.result{position:sticky;top:.6rem;background:var(--_card);border:1px solid var(--_line);border-radius:8px;padding:.8rem 1rem}
.result.still{position:static}
.answer{font-size:1.5rem;line-height:1.25;font-weight:650;margin:.1rem 0 .6rem}
.bars{width:100%}
.bars tbody th{max-width:12rem;padding-right:.6rem}
.bars thead :is(th,td){border-bottom:1px solid var(--_line)}
.bars td:nth-child(2){width:55%}
.bar{display:block;height:.8em;min-width:1px;background:var(--_soft);border-radius:2px}
tr.best .bar{background:var(--_link)}
tr.best :is(td,th){font-weight:650}
.top{display:flex;justify-content:flex-end;margin:0 0 .6rem}
@container (max-width:40rem){.whole{grid-template-columns:minmax(0,1fr)}.result{top:auto;bottom:0;max-height:45vh;overflow:auto}
.fields{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}}
`,
    ];

    private form?: Form;
    private thetas: Float64Array[] = [];
    private texts: string[] = []; // what stands in the fields
    @state() private cells: (number | null | undefined)[] = []; // undefined: no cell can be read from the field
    /** How far the page's predictions lie from the model's, on the rows that it carries. */
    difference?: number;

    protected get section(): string {
        return "form";
    }

    override async begin(): Promise<void> {
        await super.begin();
        const written = this.record as FormRecord | undefined;
        if (!written || !this.core) return;
        this.thetas = await thetasOf(written);
        this.form = written.form;
        this.difference = this.checked();
        const { columns } = written.form;
        if (typeof columns !== "number") {
            this.texts = columns.map((column) => column.start);
            this.cells = columns.map((column, j) => this.cellOf(column, this.texts[j]));
        }
        this.requestUpdate();
    }

    override get ready(): boolean {
        return super.ready && this.form !== undefined;
    }

    /** Probabilities, or numbers with their intervals, for the cells of a row. */
    predict(cells: Cells): number[] {
        const { network } = this.sheet!;
        const x = encode(cells, this.form!.steps, network.sizes[0], this.form!.single);
        const several = this.thetas.map((theta) => this.core!.predict(network, theta, x, 1));
        const h = several[0].map((_, k) => several.reduce((sum, one) => sum + one[k], 0) / several.length);
        return answered(h, this.form!.answers);
    }

    /** The largest difference on the rows that the page carries; numbers count in units of their scale. */
    private checked(): number {
        const { check, answers } = this.form!;
        let largest = 0;
        check.cells.forEach((cells, i) =>
            this.predict(cells).forEach((value, k, all) => {
                const scale = answers.scale?.[Math.floor((k * answers.scale.length) / all.length)] ?? 1;
                const due = check.outputs[i][k];
                const apart = Math.abs(value - due) / Math.max(scale, answers.scale ? Math.abs(due) : 1);
                largest = Math.max(largest, Number.isNaN(apart) ? Infinity : apart);
            }),
        );
        return largest;
    }

    // -- From fields to cells ---------------------------------------------------------------------------------------

    /** The cell of what stands in a field; null for an empty one, undefined where nothing can be read. */
    private cellOf(column: Column, text: string): number | null | undefined {
        if (!text.trim()) return null;
        if (column.kind === "numbers" || column.values) {
            const value = Number(text.trim().replace(",", "."));
            return Number.isFinite(value) ? value : undefined;
        }
        const [, date, time] = /^(\d{4,}-\d\d(?:-\d\d)?)?T?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/.exec(text.trim()) ?? [];
        const [hours, minutes, seconds] = (time ?? "0:0").split(":").map(Number);
        const since = 3600 * hours + 60 * minutes + (seconds || 0);
        if (column.kind === "time") return time ? since : undefined;
        const [year, month, day] = (date ?? "").split("-").map(Number);
        const moment = new Date(0);
        moment.setUTCFullYear(year, month - 1, day || 1);
        return date && moment.getUTCMonth() === month - 1 ? moment.getTime() / 1000 + since : undefined;
    }

    private typed(j: number, event: Event): void {
        const field = event.target as HTMLInputElement;
        this.texts[j] = field.value;
        const cell = this.cellOf((this.form!.columns as Column[])[j], field.value);
        this.cells = this.cells.with(j, field.validity?.badInput ? undefined : cell);
    }

    private pasted(event: Event): void {
        const text = (event.target as HTMLTextAreaElement).value.trim();
        this.texts = text ? text.split(/[\s,;]+/) : [];
        const numbers = this.texts.map(Number);
        this.cells = numbers.map((number) => (Number.isFinite(number) ? number : undefined));
    }

    private turn(): void {
        const lang = this.language === "en" ? "zh-CN" : "en";
        for (const element of document.querySelectorAll<HTMLElement>("[lang]")) element.lang = lang;
    }

    // -- What is shown ----------------------------------------------------------------------------------------------

    protected override draw(): TemplateResult {
        const { columns, check } = this.form!;
        const differs = !(this.difference! <= check.limit);
        return html`<div class="top"><button class="turn" @click=${this.turn}>${this.say("other-language")}</button></div>
            ${differs ? html`<p class="hint bad" role="alert">${this.say("differs", { n: this.difference! })}</p>` : nothing}
            ${this.form!.draws ? html`<clearprop-drawing .sheet=${this.sheet}></clearprop-drawing><hr>` : nothing}
            <div class="whole"><div>${typeof columns === "number" ? this.row(columns) : this.fields(columns)}</div>
            <div class="result ${typeof columns === "number" ? "still" : ""}" role="status">${this.result()}</div></div>
            <p class="soft">${this.say("checked", { m: check.cells.length, n: this.difference!.toExponential(1) })}</p>`;
    }

    private row(n: number): TemplateResult {
        const wrong = this.texts.find((_, j) => this.cells[j] === undefined);
        const count = this.texts.length && this.texts.length !== n;
        const hint = wrong !== undefined ? this.say("no-number", { text: wrong }) : this.say("row-hint", { n, m: this.texts.length });
        return html`<label for="row">${this.say("row", { n })}</label>
            <textarea id="row" class="row" spellcheck="false" aria-describedby="row-hint" @input=${this.pasted}></textarea>
            <span id="row-hint" class="hint ${wrong !== undefined || count ? "bad" : ""}">${hint}</span>`;
    }

    private fields(columns: Column[]): TemplateResult {
        return html`<div class="fields">${columns.map((column, j) => html`<div>
            <label for="f${j}">${column.name}</label>
            ${column.values ? this.choice(column, j) : this.field(column, j)}
            <span id="h${j}" class="hint ${this.cells[j] === undefined ? "bad" : ""}">${this.hint(column, j)}</span></div>`)}
        </div>`;
    }

    private field(column: Column, j: number): TemplateResult {
        const types: Record<string, string> = { date: "date", datetime: "datetime-local", month: "month", time: "time" };
        const type = types[column.kind] ?? "text";
        return html`<input id="f${j}" type=${type} inputmode=${type === "text" ? "decimal" : nothing}
            step=${type === "datetime-local" || type === "time" ? 1 : nothing} autocomplete="off"
            .value=${column.start} aria-describedby="h${j}" @input=${(event: Event) => this.typed(j, event)} />`;
    }

    private choice(column: Column, j: number): TemplateResult {
        const text = (value: string) => (column.kind === "booleans" ? this.say(value) : value);
        return html`<select id="f${j}" aria-describedby="h${j}" @change=${(event: Event) => this.typed(j, event)}>
            ${column.values!.map((value, code) => html`
                <option value=${code} ?selected=${String(code) === column.start}>${text(value)}</option>`)}
            <option value="-1">${this.say("other")}</option>
            <option value="" ?selected=${column.start === ""}>${this.say("empty")}</option></select>`;
    }

    private hint(column: Column, j: number): string {
        const cell = this.cells[j];
        if (cell === undefined) return this.say(column.kind === "numbers" ? "no-number" : "no-date", { text: this.texts[j] });
        if (cell === null) return this.say("is-empty");
        if (column.low === undefined || column.high === undefined) return "";
        const range = { low: printed(column.low), high: printed(column.high) };
        return this.say(cell < column.low || cell > column.high ? "beyond" : "range", range);
    }

    private result(): TemplateResult {
        const { columns, answers, steps } = this.form!;
        const n = typeof columns === "number" ? columns : columns.length;
        const { cells } = this;
        if (cells.length !== n || cells.some((cell) => cell === undefined || (cell === null && !steps)))
            return html`<p class="answer">–</p><p class="soft">${this.say("incomplete")}</p>`;
        const values = this.predict(cells as Cells);
        return answers.task === "regression" ? this.numbers(values) : this.bars(values);
    }

    private bars(shares: number[]): TemplateResult {
        const { labels, name, task } = this.form!.answers;
        const best = shares.indexOf(Math.max(...shares));
        const yes = shares.flatMap((share, k) => (share > 0.5 ? [labels[k]] : []));
        const answer = task === "multilabel" ? yes.join(", ") || this.say("none") : labels[best];
        const order = shares.map((_, k) => k);
        const shown = order.length > MOST_BARS ? order.sort((a, b) => shares[b] - shares[a]).slice(0, MOST_BARS) : order;
        const strong = (k: number) => (task === "multilabel" ? shares[k] > 0.5 : k === best);
        return html`<span class="soft">${name}</span><p class="answer">${answer}</p>
            <table class="bars"><thead><tr><th scope="col">${this.say(task === "multilabel" ? "label" : "class")}</th><td></td>
            <th scope="col" class="n">${this.say("probability")}</th></tr></thead><tbody>${shown.map((k) => html`
            <tr class=${strong(k) ? "best" : ""}><th scope="row">${labels[k]}</th>
                <td><span class="bar" style="width:${(100 * shares[k]).toFixed(1)}%"></span></td>
                <td class="n">${percent(shares[k])}</td></tr>`)}</tbody></table>`;
    }

    private numbers(values: number[]): TemplateResult {
        const { labels, name, margins, coverage, mean } = this.form!.answers;
        const each = margins ? 3 : 1;
        return html`${mean!.map((_, t) => {
            const [value, low, high] = values.slice(each * t, each * (t + 1)).map(printed);
            return html`<span class="soft">${labels[t] ?? name}</span><p class="answer">${value}</p>
                ${margins ? html`<p>${this.say("interval", { low, high, share: percent(coverage!) })}</p>` : nothing}`;
        })}`;
    }
}
