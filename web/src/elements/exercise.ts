// <clearprop-exercise>: a sheet for hand calculation that marks itself: blanks, marks, three hints, the solution.
import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { ClearpropElement } from "../shared/element";
import { inline, plain } from "../shared/symbols";
import { Judge, type Blank, type Program, type Stage, type StageMark, type Verdict } from "./judge";
import { typed } from "./typed";

/** What src/clearprop/exercise/record.py makes of a sheet. */
interface SheetRecord {
    version: number;
    sheet: { name: string; seed: number };
    samples: number;
    program: Program;
    parts: readonly { key: string; stages: readonly number[]; formulas: readonly string[] }[];
    mistakes: Record<string, { equation: readonly (readonly [string, boolean])[]; line: string }>;
    languages: Record<string, Said>;
}

interface Said {
    title: string;
    given: string;
    parts: readonly string[];
    sentences: Record<string, string>;
    mistakes: Record<string, { cause: string; hint: string }>;
    solutions: readonly (readonly string[])[];
}

const MARKS: Record<Verdict, string> = {
    right: "✓", carried: "✓→", wrong: "✗", coarse: "…", unknown: "?", missing: "",
};
const VERDICTS = Object.keys(MARKS) as Verdict[];
const LAST = 4; // the levels of help: place, equation, line, and the worked solution

/** A symbol in plain text: `Delta^(2)_2,0` is Δ⁽²⁾₂,₀. */
function spoken(name: string): string {
    const found = /^(\w+)\^\((\d+)\)_([\d,]+)$/.exec(name);
    return found ? plain(found[1], Number(found[2]), ...found[3].split(",").map(Number)) : name;
}

export class ClearpropExercise extends ClearpropElement {
    static override styles = [
        ...ClearpropElement.styles,
        css`
h4{font-size:1rem;margin:.6rem 0 .2rem;font-weight:650}
h3{margin:1.2rem 0 .3rem}
.tables{display:flex;flex-wrap:wrap;gap:.3rem 2rem;align-items:flex-start}
.tables>*{max-width:100%}
.formula{overflow-x:auto;overflow-y:hidden;max-width:min(100%,38rem);padding:.15rem 0}
.scroll{overflow-x:auto;max-width:100%}
.given td,.sum td.n,.given th{text-align:right;font-variant-numeric:tabular-nums}
.stage{border:0;padding:0;margin:.4rem 0;min-width:0}
.blanks{display:grid;grid-template-columns:repeat(var(--columns),minmax(0,9.5rem));gap:.35rem .6rem}
.blank{display:grid;grid-template-columns:auto 1fr;gap:0 .3rem;align-items:center;font-size:.9rem;min-width:0}
.blank .name{grid-column:1/-1;white-space:nowrap}
.blank input{width:100%;min-width:0;font-variant-numeric:tabular-nums;grid-column:1}
.blank .mark{min-width:2.2em;font-weight:700;white-space:nowrap}
.blank.right .mark,.blank.carried .mark{color:var(--_good)}
.blank.wrong .mark{color:var(--_bad)}
.blank.wrong input{border-color:var(--_bad);border-width:2px}
.blank :is(input)[aria-invalid=true]{border-style:dashed}
.mistake{border:1px solid var(--_line);border-left:4px solid var(--_bad);border-radius:6px;padding:.3rem .8rem;margin:.5rem 0}
code,pre{font-family:ui-monospace,"SF Mono",Consolas,"DejaVu Sans Mono",monospace;font-size:.88rem;overflow-wrap:anywhere;white-space:pre-wrap;margin:.2rem 0}
mark{background:none;color:inherit;font-weight:700;border-bottom:3px solid var(--_bad)}
.summary{font-weight:650}
@media print{.buttons{display:none}}
`,
    ];

    @state() private sheetRecord?: SheetRecord;
    @state() private marked?: readonly StageMark[];
    @state() private help: Record<string, number> = {}; // the level of help of each stage
    private judge?: Judge;

    protected get section(): string {
        return "exercise";
    }

    /** Its record is no network's, and it needs no core: the tape in the record has all arithmetic. */
    protected override async begin(): Promise<void> {
        const script = this.querySelector('script[type="application/json"]');
        const given = (this.record as unknown as SheetRecord | undefined) ?? JSON.parse(script?.textContent ?? "null");
        if (!given) return;
        if (given.version !== 1) {
            console.warn(`clearprop: exercise: expected version 1; got ${given.version}`);
            return;
        }
        this.judge = new Judge(given.program);
        this.sheetRecord = given;
    }

    protected override render(): TemplateResult {
        return this.sheetRecord ? this.draw() : html`<slot></slot>`;
    }

    protected override updated(): void {
        this.toggleAttribute("data-ready", Boolean(this.sheetRecord));
    }

    private get said(): Said {
        const { languages } = this.sheetRecord!;
        return languages[this.language] ?? Object.values(languages)[0];
    }

    /** A sentence of the sheet's room, in the words of the command line. */
    private told(key: string, values: Record<string, string | number> = {}): string {
        return this.said.sentences[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
    }

    private field(stage: number, place: number): HTMLInputElement {
        return this.renderRoot.querySelector<HTMLInputElement>(`#b${stage}-${place}`)!;
    }

    private mark(): void {
        const answers = this.sheetRecord!.program.stages.map((stage, s) =>
            stage.blanks.map((_, place) => {
                const field = this.field(s, place);
                const number = typed(field.value);
                field.setAttribute("aria-invalid", String(Boolean(field.value.trim()) && !number));
                return number;
            }));
        this.marked = this.judge!.judged(answers);
        this.help = {};
        void this.updateComplete.then(() => {
            const first = this.renderRoot.querySelector(".result");
            first?.scrollIntoView({ block: "nearest" });
        });
    }

    private clear(): void {
        for (const field of this.renderRoot.querySelectorAll("input")) field.value = "";
        this.marked = undefined;
    }

    // -- What is shown ------------------------------------------------------------------------------------------------

    protected override draw(): TemplateResult {
        const { said, sheetRecord: record } = this;
        return html`<form @submit=${this.submitted}>
            <h3>${said.title}</h3>
            <p class="soft">${this.told("sheet.number", record!.sheet)}</p>
            ${unsafeHTML(said.given)}
            ${record!.parts.map((part, i) => html`<section><h3>${i + 1}. ${inline(said.parts[i])}</h3>
                ${part.formulas.map((formula) => unsafeHTML(formula))}
                ${part.stages.map((s) => this.stage(s))}</section>`)}
            <div class="buttons">
                <button class="marks" type="submit">${this.say("mark")}</button>
                <button type="button" @click=${this.clear}>${this.say("clear")}</button>
            </div>
            <div class="result" role="status">${this.marked ? this.summary() : nothing}</div>
        </form>
        ${this.marked ? this.mistakes() : nothing}`;
    }

    private submitted(event: Event): void {
        event.preventDefault();
        this.mark();
    }

    private stage(s: number): TemplateResult {
        const stage = this.sheetRecord!.program.stages[s];
        return html`<fieldset class="stage"><legend class="unseen">${inline(`\`${stage.symbol}\``)}</legend>
            <div class="blanks" style="--columns:${stage.shape[1] ?? 1}">${stage.blanks.map((_, place) => this.blank(s, stage, place))}</div></fieldset>`;
    }

    private blank(s: number, stage: Stage, place: number): TemplateResult {
        const blank = this.marked?.[s].blanks[place];
        const verdict = blank?.verdict ?? "missing";
        const id = `b${s}-${place}`;
        const text = blank && verdict !== "missing" ? this.told(`report.${verdict}`) : "";
        return html`<div class="blank ${verdict}">
            <label class="name" for=${id}>${inline(this.symbol(stage, place))}</label>
            <input id=${id} inputmode="text" autocomplete="off" spellcheck="false"
                aria-label=${this.symbol(stage, place, spoken(stage.blanks[place]))} aria-describedby="${id}-m">
            <span class="mark" id="${id}-m" title=${text}><span aria-hidden="true">${MARKS[verdict]}</span
                ><span class="unseen">${text}</span></span></div>`;
    }

    /** The symbol of a blank in backticks, with its sample if there are several. */
    private symbol(stage: Stage, place: number, name = `\`${stage.blanks[place]}\``): string {
        const perSample = ["z", "a", "delta"].includes(stage.kind) && this.sheetRecord!.samples > 1;
        if (!perSample) return name;
        return this.told("report.sample", { blanks: name, i: Math.floor(place / stage.shape[1]) + 1 });
    }

    private symbols(stage: Stage, blanks: readonly Blank[]): string {
        if (blanks.length === stage.blanks.length) return `\`${stage.symbol}\``;
        return blanks.map((blank) => this.symbol(stage, blank.place)).join(this.told("report.separator"));
    }

    private summary(): TemplateResult {
        const blanks = this.marked!.flatMap((stage) => stage.blanks);
        const count = (verdict: Verdict) => blanks.filter((blank) => blank.verdict === verdict).length;
        const counted = VERDICTS.filter((verdict) => count(verdict) || verdict === "right")
            .map((verdict) => this.told(`report.count-${verdict}`, { n: count(verdict) }))
            .join(this.told("report.separator"));
        let verdict = "";
        if (count("missing") === blanks.length) verdict = this.told("report.empty");
        else if (!count("wrong") && count("coarse")) verdict = this.told("report.too-coarse");
        else if (!count("wrong"))
            verdict = this.told(count("right") === blanks.length ? "report.all-right" : "report.nothing-wrong");
        return html`<p class="summary">${this.told("report.counts", { n: blanks.length, counted })} ${verdict}</p>
            <p class="soft">${this.say("legend")}</p>`;
    }

    private mistakes(): TemplateResult[] {
        return this.marked!
            .map((mark, s) => [mark, s] as const)
            .filter(([mark]) => mark.blanks.some((blank) => blank.verdict === "wrong"))
            .map(([mark, s]) => this.mistake(mark, s));
    }

    /** A stage with something wrong: the hints that were asked for, and the button for the next. */
    private mistake(mark: StageMark, s: number): TemplateResult {
        const { stage } = mark;
        const level = this.help[stage.key] ?? 0;
        const wrong = mark.blanks.filter((blank) => blank.verdict === "wrong");
        const next = () => (this.help = { ...this.help, [stage.key]: level + 1 });
        return html`<section class="mistake" data-stage=${stage.key}>
            <h4>${inline(this.say("wrong-in", { stage: `\`${stage.symbol}\`` }))}</h4>
            <div aria-live="polite">
                ${level >= 1 ? this.place(mark, wrong) : nothing}
                ${level >= 2 ? this.equation(mark, s) : nothing}
                ${level >= 3 ? this.named(mark, wrong) : nothing}
                ${level >= 4 ? this.solution(stage, s, wrong[0]) : nothing}
            </div>
            ${level < LAST ? html`<button @click=${next}>${this.say(`ask-${level + 1}`)}</button>` : nothing}
        </section>`;
    }

    private place(mark: StageMark, wrong: readonly Blank[]): TemplateResult {
        const question = mark.causes.length
            ? this.said.mistakes[mark.causes[0].id].hint
            : this.told(`report.hint-stage-${mark.stage.kind}`);
        return html`<p>${inline(this.told("report.hint-where", { blanks: this.symbols(mark.stage, wrong) }))}
            ${inline(question)}</p>`;
    }

    private equation(mark: StageMark, s: number): TemplateResult {
        if (!mark.causes.length) {
            const part = this.sheetRecord!.parts.find(({ stages }) => stages.includes(s))!;
            return html`${part.formulas.map((formula) => unsafeHTML(formula))}`;
        }
        return html`${mark.causes.map(({ id }) => html`<pre>${this.sheetRecord!.mistakes[id].equation.map(
            ([text, missed]) => (missed ? html`<mark>${text}</mark>` : text))}</pre>`)}`;
    }

    /** What was done, and the right line; of a slip of the pen what it was. */
    private named(mark: StageMark, wrong: readonly Blank[]): TemplateResult {
        const { stage } = mark;
        const explained = [...mark.causes, ...mark.slips].flatMap((found) => found.blanks);
        const left = wrong.filter((blank) => !explained.includes(blank));
        return html`${mark.causes.map((cause) => html`
                <p>${inline(this.told("report.cause", {
                    blanks: this.symbols(stage, cause.blanks), cause: this.said.mistakes[cause.id].cause, id: cause.id,
                }))}</p>
                ${cause.alternatives.length
                    ? html`<p class="soft">${this.told("report.alternatives", { names: cause.alternatives.join(", ") })}</p>`
                    : nothing}
                <pre>${this.sheetRecord!.mistakes[cause.id].line}</pre>`)}
            ${mark.slips.map((slip) => html`
                <p>${inline(this.told(`report.slip-${slip.kind}`, { blanks: this.symbols(stage, slip.blanks) }))}</p>`)}
            ${left.length
                ? html`<p>${inline(this.told("report.no-cause", { blanks: this.symbols(stage, left) }))}</p>`
                : nothing}`;
    }

    private solution(stage: Stage, s: number, blank: Blank): TemplateResult {
        return html`<p>${inline(this.told("report.solution", { blank: this.symbol(stage, blank.place) }))}</p>
            ${unsafeHTML(this.said.solutions[s][blank.place])}`;
    }
}
