// <clearprop-studio>: the whole page. It holds what the session tells, and tells it what one chooses.
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { significant } from "../numbers";
import type { Change } from "../shared/element";
import type { Written } from "../shared/record";
import type { Language, Values } from "../words";
import { Connection, type Message } from "./connection";
import { curves } from "./curves";
import { plane, type Plane } from "./drawing";
import { form, takenFile, typed, type Choices } from "./form";
import {
    readPlace, written, VIEWS, type Dataset, type Options, type Place, type Point, type Scored, type Snapshot, type Source, type View,
} from "./state";
import * as views from "./views";
import { said } from "./words";

// What suits two inputs: the recipes are made for tables and images.
const PLANAR: Options = {
    recipe: "modern", hidden: "8,4", activation: "tanh", regularization: 0, learning_rate: 0.03, schedule: "constant",
    batch_size: 10, epochs: 200,
};
const NAMES = [
    "recipe", "hidden", "activation", "cost", "regularization", "init", "bins", "solver", "learning_rate", "schedule",
    "warmup", "batch_size", "epochs", "weight_decay", "dropout", "label_smoothing", "clip_norm", "seed", "target",
    "without", "task", "missing", "validation_fraction",
];

interface Sample {
    record: Written;
    row: number;
    rows: number;
    batch: string[]; // what is right for each row of the record
}

export class ClearpropStudio extends LitElement {
    @state() private language: Language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    @state() private choices?: Choices;
    @state() private place?: Place; // of the run that is shown
    @state() private wanted?: Place; // what is chosen, until its run is open
    @state() private data?: Dataset;
    @state() private columns: string[] = [];
    @state() private now?: Snapshot;
    @state() private answers?: views.Answers;
    @state() private picture?: Plane;
    @state() private layers: views.LayerPictures[] = [];
    @state() private theta?: Float64Array;
    @state() private sample?: Sample;
    @state() private shown = 0; // the row of the record that the player shows
    @state() private surface?: views.Surface;
    @state() private mistakes: views.Mistake[] = [];
    @state() private broken = ""; // the layers of the network that a mistake is put into
    @state() private verdict?: views.Verdict;
    @state() private lines?: { command: string[]; python: string[] };
    @state() private error?: { en: string; zh: string };
    @state() private reason = "";
    @state() private gone = false;
    @state() private working = "";
    @state() private copied = "";
    @state() private file?: File;
    @state() private points: Point[] = [];
    @state() private scores: Scored[] = [];
    private began = -1;
    private opening = 0;
    private connection = new Connection((message) => this.heard(message), () => (this.gone = true));

    /** In the page itself, so that its labels, its style and its language are the page's. */
    protected override createRenderRoot(): HTMLElement {
        this.replaceChildren();
        return this;
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.connection.open();
        addEventListener("hashchange", () => this.toAddress());
    }

    private say = (key: string, values: Values = {}): string => said(this.language, key, values);

    // -- What the session tells -------------------------------------------------------------------

    private heard(message: Message): void {
        const told = message as unknown as never; // as the session writes it
        const fields = message as unknown as Record<string, never>;
        switch (message.kind) {
            case "ready": this.choices = told; this.toAddress(); break;
            case "snapshot":
                this.now = told;
                if (message.theta) this.theta = message.theta;
                break;
            case "curve": this.grow(fields["began"], fields["points"], fields["scores"]); break;
            case "answers": this.answers = told; break;
            case "plane": this.picture = told; break;
            case "units": this.layers = fields["layers"]; break;
            case "training": this.reason = ""; break;
            case "ended": this.reason = fields["reason"]; this.stood(); break;
            case "error":
                this.error = fields["what"];
                this.working = "";
                break;
        }
    }

    private opened(place: Place, data: Dataset): void {
        this.place = place;
        this.data = data;
        this.columns = [];
        this.error = this.answers = this.picture = this.sample = this.surface = this.lines = undefined;
        this.layers = [];
        this.reason = "";
        document.title = `${data.source.split("/").pop()} · ${this.say("page.title")}`;
        this.watch();
        this.looked();
    }

    private grow(began: number, points: Point[], scores: Scored[]): void {
        if (began !== this.began) this.points = this.scores = [];
        this.began = began;
        const epochs = new Set(scores.map(([epoch]) => epoch)); // scored anew after an edit
        this.scores = [...this.scores.filter(([epoch]) => !epochs.has(epoch)), ...scores];
        this.points = [...this.points, ...points];
    }

    /** Training stands: the address, and what is shown of the run, are as it is now. */
    private stood(): void {
        this.keep();
        this.looked();
    }

    // -- What one chooses -------------------------------------------------------------------------

    private toAddress(): void {
        const { choices } = this;
        if (!choices || (this.place && location.hash.slice(1) === written(this.place))) return;
        const place = readPlace(location.hash, choices.sets, NAMES);
        const given = choices.given.source;
        if (!location.hash && given && given !== "digits") {
            place.source = { kind: "path", path: given };
            place.options = { recipe: "modern" };
        }
        const lang = new URLSearchParams(location.hash.slice(1)).get("lang");
        if (lang) this.speak(lang === "zh" ? "zh" : "en");
        this.open(place);
    }

    /** Open the run of the choices, at their place and with their weights. Until it is there the one before stays. */
    private open(place: Place): void {
        const at = { epoch: place.epoch, batch: place.batch, weights: place.weights };
        const { source } = place;
        const number = ++this.opening;
        this.wanted = place;
        this.place ??= place;
        const waits = (source.kind === "path" && !source.path) || (source.kind === "upload" && !source.id);
        if (waits) return;
        void this.connection.ask("open", { source, options: typed(place.options), at }).then((answer) => {
            if (answer.kind === "dataset") this.opened(place, answer as unknown as Dataset);
            if (number !== this.opening) return;
            if (answer.kind === "columns") this.columns = answer["columns"] as string[];
            else if (answer.kind === "dataset") this.fresh(number, place);
            else this.refused();
        });
    }

    /** The first run of the page takes the model of the command. */
    private fresh(number: number, place: Place): void {
        this.wanted = undefined;
        const model = this.choices!.given.model;
        if (number === 1 && model && !location.hash) void this.connection.ask("open-model", { path: model });
        history.replaceState(null, "", this.addressOf(place));
    }

    /** The form and the address go back to the run that is there; without any, they can be mended. */
    private refused(): void {
        if (!this.data || this.columns.length) return;
        this.wanted = undefined;
        this.keep();
        void this.updateComplete.then(() => this.querySelector("form")!.reset());
    }

    private chooseSource = (source: Source): void => {
        const before = this.wanted ?? this.place!;
        const made = source.kind === "synthetic", same = source.kind === before.source.kind;
        const options = same && made ? before.options : made ? { ...PLANAR } : { recipe: "modern" };
        if (source.kind === "upload" || source.kind === "path") options.target = undefined;
        this.columns = [];
        this.open({ ...before, source, options, epoch: 0, batch: 0, weights: {}, row: 0 });
    };

    private chooseOptions = (options: Options): void => {
        const before = this.wanted ?? this.place!;
        this.open({ ...before, options: { ...before.options, ...options }, epoch: 0, batch: 0, weights: {} });
    };

    private upload = async (file: File): Promise<void> => {
        const { id, what } = await this.connection.upload(file);
        if (id) this.chooseSource({ kind: "upload", id, name: file.name });
        else this.error = what;
    };

    private watch(): void {
        const view = this.place!.view, wanted = ["plane"];
        if (view === "units") wanted.push("theta", "units");
        if (view === "confusion" || view === "worst") wanted.push("answers");
        void this.connection.ask("watch", { views: wanted, part: this.place!.part });
    }

    private show(view: View): void {
        this.place = { ...this.place!, view };
        this.watch();
        this.keep();
        this.looked();
    }

    /** Ask for what the view shows of a run that stands. */
    private looked(): void {
        const { view } = this.place!;
        if (this.now?.running) return;
        if (view === "steps") void this.step(this.place!.row);
        if (view === "code") void this.copyable();
        if (view === "doctor") void this.catalogue();
    }

    private async catalogue(): Promise<void> {
        const answer = await this.connection.ask("mistakes");
        if (answer.kind !== "mistakes") return;
        this.mistakes = answer.mistakes as views.Mistake[];
        this.broken = (answer.layers as number[]).join("-");
    }

    private async copyable(): Promise<void> {
        const answer = await this.connection.ask("code");
        if (answer.kind === "code") this.lines = answer as unknown as { command: string[]; python: string[] };
    }

    private async step(row: number): Promise<void> {
        const rows = this.data?.rows[this.place!.part] ?? 1;
        const answer = await this.connection.ask("sample", { row: ((row % rows) + rows) % rows, part: this.place!.part });
        if (answer.kind !== "sample") return;
        this.sample = answer as unknown as Sample;
        this.shown = 0;
        this.place = { ...this.place!, row: this.sample.row };
        this.keep();
    }

    /** The player shows another row, or a weight was edited: this goes into the run. An update is only shown. */
    private changed = (event: CustomEvent<Change>): void => {
        const { edit, sample } = event.detail;
        this.shown = sample;
        if (!edit || this.now?.running) return;
        void this.connection.ask("edit", { weights: { [edit.index]: edit.value } }).then(() => this.keep());
    };

    private async compute(): Promise<void> {
        this.working = "surface";
        const answer = await this.connection.ask("surface");
        this.working = "";
        if (answer.kind === "surface") this.surface = answer as unknown as views.Surface;
    }

    private async diagnose(body: object): Promise<void> {
        this.working = "doctor";
        const answer = await this.connection.ask("doctor", body);
        this.working = "";
        if (answer.kind === "verdict") this.verdict = answer as unknown as views.Verdict;
    }

    private async examine(layers: string): Promise<void> {
        const { id, what } = await this.connection.upload(this.file!);
        if (!id) this.error = what;
        else await this.diagnose({ upload: id, confirmed: true, options: layers ? { layers } : {} });
    }

    private async save(): Promise<void> {
        const answer = await this.connection.ask("save");
        if (answer.kind !== "saved") return;
        const link = document.createElement("a");
        link.href = this.connection.address("file", { id: String(answer.file) });
        link.download = String(answer.name);
        link.click();
    }

    private async openModel(file: File | undefined): Promise<void> {
        if (!file) return;
        const { id, what } = await this.connection.upload(file);
        if (id) void this.connection.ask("open-model", { upload: id });
        else this.error = what;
    }

    private async go(kind: string, body: object = {}): Promise<void> {
        this.error = undefined;
        const answer = await this.connection.ask(kind, body);
        if (answer.kind !== "error" && kind !== "train") {
            this.reason = "";
            this.stood();
        }
    }

    private async copy(name: string, text: string): Promise<void> {
        // Browsers have a clipboard for https and for this machine alone.
        const { clipboard } = navigator as { clipboard?: Clipboard };
        try {
            if (!clipboard) throw new Error("no clipboard");
            await clipboard.writeText(text);
            this.copied = name;
        } catch {
            getSelection()!.selectAllChildren(this.querySelector(`#code-${name}`)!);
            this.copied = `${name}-selected`;
        }
    }

    private speak(language: Language): void {
        this.language = language;
        document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    }

    /** The address holds where the page stands; an upload goes with its tab and is not in it. */
    private keep(): void {
        if (!this.place) return;
        const now = this.now;
        if (now && !now.running && this.data)
            this.place = { ...this.place, epoch: now.epoch, batch: now.position, weights: now.edits };
        history.replaceState(null, "", this.addressOf(this.place));
    }

    private addressOf(place: Place): string {
        return place.source.kind === "upload" ? location.href : `#${written(place)}`;
    }

    // -- The page ---------------------------------------------------------------------------------

    protected override render(): TemplateResult {
        const { choices, place } = this, chosen = this.wanted ?? place;
        return html`<header><h1>${this.say("page.title")}</h1><p>${this.say("page.intro")}</p>
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
        return html`${this.controls(data)}
            <div class=${data.box ? "seen planar" : "seen"}>
            ${this.points.length ? curves(this.points, this.scores, (key) => this.say(`curves.${key}`), classes)
                : html`<p class="soft">${this.say("curves.none")}</p>`}
            ${data.box ? this.drawPlane(data, place, classes) : nothing}</div>
            ${this.tabs(data, place)}`;
    }

    private controls(data: Dataset): TemplateResult {
        const now = this.now, running = Boolean(now?.running);
        const full = data.solver === "cg" || data.solver === "lbfgs";
        const ask = (kind: string, body?: object) => () => void this.go(kind, body);
        const values = { epoch: now?.epoch ?? 0, epochs: data.epochs, batch: now?.position ?? 0, batches: data.batches };
        return html`<section class="controls" aria-label=${this.say("training.controls")}>
            <div class="buttons">
            ${running ? html`<button type="button" class="main" @click=${ask("pause")}>${this.say("training.pause")}</button>`
                : html`<button type="button" class="main" @click=${ask("train", { until: "run" })}>${this.say("training.train")}</button>`}
            ${full ? nothing : html`<button type="button" ?disabled=${running}
                @click=${ask("train", { until: "batch" })}>${this.say("training.one-batch")}</button>`}
            <button type="button" ?disabled=${running} @click=${ask("train", { until: "epoch" })}>${this.say("training.one-epoch")}</button>
            <button type="button" title=${this.say("training.reset-about")} @click=${ask("reset")}>${this.say("training.reset")}</button>
            <button type="button" ?disabled=${running || !now?.undoable} @click=${ask("undo")}>${this.say("training.undo")}</button>
            <button type="button" ?disabled=${running} @click=${() => void this.save()}>${this.say("training.save")}</button>
            <label class="button">${this.say("training.open-model")}<input type="file" accept=".safetensors" ?disabled=${running}
                @change=${(event: Event) => void this.openModel(takenFile(event))}></label></div>
            <p class="place"><span>${this.say(full ? "training.place-full" : "training.place", values)}</span>
            <progress max=${data.epochs} value=${values.epoch} aria-label=${this.say("training.epochs")}></progress>
            <span role="status">${this.reason && ["epochs", "converged", "paused", "error"].includes(this.reason)
                ? this.say(`training.ended-${this.reason}`) : ""}</span></p>
            ${now?.check ? html`<p class="soft">${this.say("training.checked", {
                verdict: this.say(`training.${now.check.verdict === "right" ? "right" : "unsure"}`),
                difference: significant(now.check.difference, 2) })}${now.kept ? html`; ${this.say("training.kept", { n: now.kept })}` : nothing}
</p>` : nothing}
            ${now?.edited ? html`<p class="soft">${this.say("training.edited", { n: now.edited })}</p>` : nothing}
            ${now?.leads === false ? html`<p class="soft">${this.say("training.astray")}</p>` : nothing}
            </section>`;
    }

    private drawPlane(data: Dataset, place: Place, classes: boolean): TemplateResult {
        const box = data.box!, part = place.part in (data.points ?? {}) ? place.part : "validation";
        const label = this.say("plane.alt", { part: this.say(`views.${part}`) });
        const raw = (j: number, v: number): string => significant(box.raw[j] ? box.raw[j][0] + box.raw[j][1] * v : v, 2);
        return html`<figure class="planefigure"><figcaption>${this.say(box.low.length > 1 ? "plane.title" : "plane.line")}</figcaption>
            ${views.drawn((canvas) => plane(canvas, 340, this.picture, box, data.points?.[part], classes), label, "plane")}
            <p class="soft">${box.names.map((name, j) => `${name}: ${raw(j, box.low[j])} … ${raw(j, box.high[j])}`).join("; ")}</p>
            ${classes ? html`<p class="keys">${data.classes.map((name, k) => html`<span><i class="dot c${k % 10}"></i>
                ${this.say("plane.class", { name })}</span>`)}</p>` : nothing}</figure>`;
    }

    private tabs(data: Dataset, place: Place): TemplateResult {
        const shown = VIEWS.filter((view) => view !== "curves");
        const view = place.view === "curves" ? (data.classes.length ? "confusion" : "units") : place.view;
        if (view !== place.view) queueMicrotask(() => this.show(view));
        return html`<div class="tabs" role="tablist" aria-label=${this.say("views.label")} @keydown=${this.arrows}>
            ${shown.map((name) => html`<button type="button" role="tab" id="tab-${name}" aria-selected=${name === view}
                aria-controls="view" tabindex=${name === view ? 0 : -1} @click=${() => this.show(name)}>${this.say(`views.${name}`)}</button>`)}</div>
            <section id="view" role="tabpanel" aria-labelledby="tab-${view}" tabindex="0">
            ${["confusion", "worst", "steps"].includes(view) ? html`<label class="part">${this.say("views.part")}
                <select @change=${(event: Event) => this.choosePart((event.target as HTMLSelectElement).value)}>
                ${["train", "validation", "test"].map((part) => html`<option value=${part} ?selected=${part === place.part}>
                    ${this.say(`views.${part}`)}</option>`)}</select></label>` : nothing}
            ${this.view(view, data)}</section>`;
    }

    private view(view: View, data: Dataset): TemplateResult {
        switch (view) {
            case "units": return views.units(this.say, data, this.theta, this.layers);
            case "confusion": return views.confusion(this.say, this.answers);
            case "worst":
                return views.worst(this.say, data, this.answers, (row) => {
                    this.place = { ...this.place!, row };
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
            default: return this.steps();
        }
    }

    private steps(): TemplateResult {
        if (this.now?.running) return html`<p>${this.say("steps.running")}</p>`;
        const row = this.place!.row, sample = this.sample;
        return html`<p class="soft">${this.say("steps.about")}</p><div class="buttons">
            <button type="button" @click=${() => void this.step(row - 1)}>${this.say("steps.back")}</button>
            <label class="inline">${this.say("steps.row")}<input type="number" min="0" .value=${String(row)}
                @change=${(event: Event) => void this.step((event.target as HTMLInputElement).valueAsNumber || 0)}></label>
            <button type="button" @click=${() => void this.step(row + 1)}>${this.say("steps.next")}</button>
            ${sample ? html`<span>${this.say("steps.truth", {
                n: (sample.row + this.shown) % sample.rows, truth: sample.batch[this.shown] ?? "" })}</span>` : nothing}</div>
            ${sample ? html`<clearprop-player lang=${this.language} .record=${sample.record}
                @clearprop-change=${this.changed}></clearprop-player>` : nothing}`;
    }

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
