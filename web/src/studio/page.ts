// <clearprop-studio>: the whole page, drawn from what it knows.
import { html, nothing, type TemplateResult } from "lit";
import { significant } from "../numbers";
import { twoRuns } from "./beside";
import { controls } from "./controls";
import { curves } from "./curves";
import { plane } from "./drawing";
import { form } from "./form";
import { Guided } from "./guide";
import { LESSON, panel } from "./lesson";
import { confusionDrawn, downloads, gallery, stacked, type Drawn } from "./pictures";
import { VIEWS, type Dataset, type Place, type View } from "./state";
import * as views from "./views";

// Those that stand alone under a step of the lesson, so that text and numbers are in view together.
const NEAR: readonly View[] = ["steps", "nudge", "doctor", "surface"];

export class ClearpropStudio extends Guided {
    protected override render(): TemplateResult {
        const { choices, place } = this, chosen = this.wanted ?? place;
        return html`<header><h1>${this.say("page.title")}</h1><p>${this.say("page.intro")}</p>
            ${place && !place.lesson ? html`<button type="button" @click=${() => this.learn(LESSON[0].id)}>${this.say("lesson.start")}</button>` : nothing}
            <button type="button" lang=${this.language === "zh" ? "en" : "zh"}
                @click=${() => this.speak(this.language === "zh" ? "en" : "zh")}>${this.say("page.language")}</button></header>
            ${this.gone ? html`<div role="alert" class="alert"><p>${this.say("page.closed")}</p>
                <button type="button" @click=${() => location.reload()}>${this.say("page.again")}</button></div>` : nothing}
            ${this.error ? html`<div role="alert" class="alert"><p><b>${this.say("page.error")}:</b> ${this.error[this.language]}</p>
                <button type="button" @click=${() => (this.error = undefined)}>${this.say("page.dismiss")}</button></div>` : nothing}
            ${!choices || !place || !chosen ? html`<main><p>${this.say("page.loading")}</p></main>` : html`<main>
                ${form({ say: this.say, choices, place: chosen,
                    data: chosen.source === place.source ? this.data : undefined, columns: this.columns,
                    source: this.chooseSource, options: this.chooseOptions, upload: this.upload })}
                <div class="work">${this.columns.length ? html`<p role="status">${this.say("data.choose-target")}</p>` : nothing}
                ${this.data ? this.work(this.data, place) : nothing}</div></main>`}`;
    }

    private work(data: Dataset, place: Place): TemplateResult {
        const classes = data.task === "classification";
        const { curve, besideCurve, beside } = this, now = this.now;
        const grown = curve.points.length || besideCurve.points.length;
        const say = this.say, running = Boolean(now?.running || beside?.running);
        return html`${place.lesson ? panel(say, place.lesson, this.seen, {
                go: (id) => this.learn(id), again: () => this.learn(place.lesson, true), leave: () => this.learn() }) : nothing}
            ${controls({ say, data, now, running, reason: this.reason, go: (kind, body) => void this.go(kind, body),
                save: () => void this.save(), openModel: (file) => void this.openModel(file) })}
            ${place.lesson && NEAR.includes(place.view) ? nothing : html`<div class=${data.box ? "seen planar" : "seen"}>
            ${grown ? html`<div>${curves(curve, beside && besideCurve, (key) => say(`curves.${key}`), classes)}
                ${this.files("curves")}</div>` : html`<p class="soft">${say("curves.none")}</p>`}
            ${data.box ? this.drawPlane(data, place, classes) : nothing}</div>
            ${twoRuns({ say, data, now, curve, beside, besideCurve, running, start: () => this.second(true),
                setting: () => this.second(false), both: () => void this.go("train", { until: "run", both: true }),
                swap: () => void this.swap(), drop: () => void this.drop() })}`}
            ${this.tabs(data, place)}`;
    }

    private drawPlane(data: Dataset, place: Place, classes: boolean): TemplateResult {
        const box = data.box!, part = place.part in (data.points ?? {}) ? place.part : "validation";
        const label = this.say("plane.alt", { part: this.say(`views.${part}`) });
        const raw = (j: number, v: number): string => significant(box.raw[j] ? box.raw[j][0] + box.raw[j][1] * v : v, 2);
        return html`<figure class="planefigure"><figcaption>${this.say(box.low.length > 1 ? "plane.title" : "plane.line")}</figcaption>
            ${views.drawn((canvas) => plane(canvas, 340, this.picture, box, data.points?.[part], classes), label, "plane")}
            <p class="soft">${box.names.map((name, j) => `${name}: ${raw(j, box.low[j])} … ${raw(j, box.high[j])}`).join("; ")}</p>
            ${classes ? html`<p class="keys">${data.classes.map((name, k) => html`<span><i class="dot c${k % 10}"></i>
                ${this.say("plane.class", { name })}</span>`)}</p>` : nothing}${this.files("plane")}</figure>`;
    }

    /** Links that save what is drawn, with the names of the files. */
    private files(view: string): TemplateResult {
        const stem = this.data!.source.split("/").pop()!.replace(/\.\w+$/, "");
        return downloads(this.say, `${stem}-${view}-${this.now?.epoch ?? 0}`, () => this.drawn(view));
    }

    private drawn(view: string): Drawn | undefined {
        const charts = [...this.querySelectorAll(".chart")].map((figure) => ({
            title: figure.querySelector("figcaption")!.firstChild!.nextSibling!.textContent!.trim(),
            keys: [...figure.querySelectorAll(".key")].map((key) => ({
                mark: key.querySelector("svg")!, name: key.textContent.replace(/\s+/g, " ").trim() })),
            drawing: figure.querySelector<SVGSVGElement>(":scope > svg")!,
        }));
        if (view === "curves") return stacked(charts);
        if (view === "confusion") return this.answers && confusionDrawn(this.answers, this.say);
        if (view === "steps" || view === "nudge") {
            const tag = this.querySelector(view === "nudge" ? "clearprop-nudge" : "clearprop-player")?.shadowRoot;
            const root = tag?.querySelector("clearprop-network")?.shadowRoot ?? tag;
            const drawing = root?.querySelector<SVGSVGElement>("svg.net, svg[role=group]");
            return drawing ? stacked([{ title: "", drawing, pictures: root!.querySelectorAll("canvas") }]) : undefined;
        }
        const pictures = this.querySelectorAll<HTMLCanvasElement>(view === "plane" ? ".planefigure canvas" : "#view canvas");
        return gallery(pictures, 900);
    }

    private tabs(data: Dataset, place: Place): TemplateResult {
        const shown = VIEWS.filter((view) => view !== "curves");
        const view = place.view === "curves" ? (data.classes.length ? "confusion" : "units") : place.view;
        if (view !== place.view) queueMicrotask(() => this.show(view));
        return html`<div class="tabs" role="tablist" aria-label=${this.say("views.label")} @keydown=${this.arrows}>
            ${shown.map((name) => html`<button type="button" role="tab" id="tab-${name}" aria-selected=${name === view}
                aria-controls="view" tabindex=${name === view ? 0 : -1} @click=${() => this.show(name)}>${this.say(`views.${name}`)}</button>`)}</div>
            <section id="view" role="tabpanel" aria-labelledby="tab-${view}" tabindex="0">
            ${["confusion", "worst", "steps", "nudge"].includes(view) ? html`<label class="part">${this.say("views.part")}
                <select @change=${(event: Event) => this.choosePart((event.target as HTMLSelectElement).value)}>
                ${["train", "validation", "test"].map((part) => html`<option value=${part} ?selected=${part === place.part}>
                    ${this.say(`views.${part}`)}</option>`)}</select></label>` : nothing}
            ${this.view(view, data)}${this.hasDrawing(view, data) ? this.files(view) : nothing}</section>`;
    }

    /** Whether a view has something to save: what comes from the server may be on its way. */
    private hasDrawing(view: View, data: Dataset): boolean {
        switch (view) {
            case "units": return data.network.sizes.length > 2 && (this.layers.length > 0 || this.theta !== undefined);
            case "confusion": return Boolean(this.answers?.confusion);
            case "worst": return Boolean(data.image && this.answers);
            case "surface": return this.surface !== undefined;
            case "steps": case "nudge": return this.sample !== undefined && !this.now?.running;
            default: return false;
        }
    }

    private view(view: View, data: Dataset): TemplateResult {
        switch (view) {
            case "units": return views.units(this.say, data, this.theta, this.layers);
            case "confusion": return views.confusion(this.say, this.answers);
            case "worst":
                return views.worst(this.say, data, this.answers, (row) => {
                    this.place = { ...this.place!, row };
                    this.saw({ opened: true });
                    this.show("steps");
                });
            case "surface":
                return views.surfaces(this.say, this.surface, this.working === "surface", () => void this.compute());
            case "doctor":
                return views.doctor({
                    say: this.say, language: this.language, mistakes: this.mistakes, layers: this.broken, verdict: this.verdict,
                    working: this.working === "doctor", runsFiles: this.choices!.runs_files, file: this.file,
                    diagnose: (mistake) => void this.diagnose({ mistake }),
                    choose: (file) => (this.file = file), run: (layers) => void this.examine(layers),
                });
            case "code":
                return views.code(this.say, this.lines, Boolean(this.now?.edited), this.copied,
                    (name, text) => void this.copy(name, text));
            default: return this.steps(view);
        }
    }

    /** A sample: the walk through its pass, or its pass with a z that can be dragged. */
    private steps(view: View): TemplateResult {
        if (this.now?.running) return html`<p>${this.say("steps.running")}</p>`;
        const row = this.place!.row, sample = this.sample;
        return html`<p class="soft">${this.say(view === "nudge" ? "nudge.about" : "steps.about")}</p><div class="buttons">
            <button type="button" @click=${() => void this.step(row - 1)}>${this.say("steps.back")}</button>
            <label class="inline">${this.say("steps.row")}<input type="number" min="0" .value=${String(row)}
                @change=${(event: Event) => void this.step((event.target as HTMLInputElement).valueAsNumber || 0)}></label>
            <button type="button" @click=${() => void this.step(row + 1)}>${this.say("steps.next")}</button>
            ${sample ? html`<span>${this.say("steps.truth", {
                n: (sample.row + this.shown) % sample.rows, truth: sample.batch[this.shown] ?? "" })}</span>` : nothing}</div>
            ${!sample ? nothing : view === "nudge" ? html`<clearprop-nudge lang=${this.language} .record=${sample.record}
                @input=${this.nudged} @pointerup=${this.nudged} @keydown=${this.nudged}></clearprop-nudge>`
                : html`<clearprop-player lang=${this.language} .record=${sample.record} @pointerdown=${this.strokes}
                @keydown=${this.strokes} @clearprop-change=${this.changed}></clearprop-player>`}`;
    }

    private nudged = (): void => this.saw({ nudged: true });

    private choosePart(part: string): void {
        this.place = { ...this.place!, part, row: 0 };
        this.answers = undefined;
        this.watch();
        this.keep();
        this.looked();
    }

    /** Arrow keys go from tab to tab. */
    private arrows = (event: KeyboardEvent): void => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const tabs = [...this.querySelectorAll<HTMLElement>("[role=tab]")];
        const next = tabs[(tabs.indexOf(event.target as HTMLElement) + step + tabs.length) % tabs.length];
        next.focus();
        next.click();
    };
}
