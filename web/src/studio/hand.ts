// What the page knows, and what one can do in it. It is told by the session, and tells it what one chooses.
import { LitElement } from "lit";
import { state } from "lit/decorators.js";
import type { ClearpropPlayer } from "../elements/player";
import type { Change } from "../shared/element";
import type { Written } from "../shared/record";
import type { Language, Values } from "../words";
import { Connection, type Message } from "./connection";
import type { Plane } from "./drawing";
import { typed, type Choices } from "./form";
import { lessonOf, placeOf, type Seen } from "./lesson";
import {
    Curve, readPlace, written, type Beside, type Dataset, type Options, type Place, type Point, type Scored,
    type Snapshot, type Source, type View,
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

const TOGETHER = 30; // ms: curve, place and answers of one moment come within them

const NOTHING: Seen = {
    moved: 0, epochs: 0, pass: 0, layers: 3, another: false, nudged: false, diagnosed: false, opened: false,
    beside: false, surface: false,
};

interface Sample {
    record: Written;
    row: number;
    rows: number;
    batch: string[]; // what is right for each row of the record
}

/** The page without its looks. */
export abstract class Studio extends LitElement {
    @state() protected language: Language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    @state() protected choices?: Choices;
    @state() protected place?: Place; // of the run that is shown
    @state() protected wanted?: Place; // what is chosen, until its run is open
    @state() protected data?: Dataset;
    @state() protected columns: string[] = [];
    @state() protected now?: Snapshot;
    @state() protected answers?: views.Answers;
    @state() protected picture?: Plane;
    @state() protected layers: views.LayerPictures[] = [];
    @state() protected theta?: Float64Array;
    @state() protected sample?: Sample;
    @state() protected shown = 0; // the row of the record that the player shows
    @state() protected surface?: views.Surface;
    @state() protected mistakes: views.Mistake[] = [];
    @state() protected broken = ""; // the layers of the network that a mistake is put into
    @state() protected verdict?: views.Verdict;
    @state() protected lines?: { command: string[]; python: string[] };
    @state() protected error?: { en: string; zh: string };
    @state() protected reason = "";
    @state() protected gone = false;
    @state() protected working = "";
    @state() protected copied = "";
    @state() protected file?: File;
    @state() protected beside?: Beside;
    protected curve = new Curve();
    protected besideCurve = new Curve();
    protected seen: Seen = { ...NOTHING };
    protected besidePlace?: Place;
    protected from?: { step: number; epoch: number }; // where the run stood as the lesson's step began
    protected passWanted = false; // the lesson's step begins at a step of the pass
    private stroke = 0; // counts drags and pressed keys
    private opening = 0;
    protected connection = new Connection((message) => this.heard(message), () => (this.gone = true));

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

    /**
     * Training needs the processors. So what the session tells together is drawn together, and nothing
     * is drawn while the tab is hidden.
     */
    protected override async scheduleUpdate(): Promise<void> {
        if (this.now?.running) await new Promise((resolve) => setTimeout(resolve, TOGETHER));
        await new Promise(requestAnimationFrame);
        await super.scheduleUpdate();
    }

    protected say = (key: string, values: Values = {}): string => said(this.language, key, values);

    // -- What the session tells -------------------------------------------------------------------

    private heard(message: Message): void {
        const told = message as unknown as never; // as the session writes it
        const fields = message as unknown as Record<string, never>;
        switch (message.kind) {
            case "ready": this.choices = told; this.toAddress(); break;
            case "snapshot":
                this.now = told;
                if (message.theta) this.theta = message.theta;
                if (!this.wanted) this.keep();
                break;
            case "curve": case "curve-beside":
                (message.kind === "curve" ? this.curve : this.besideCurve)
                    .grow(fields["began"], fields["points"] as Point[], fields["scores"] as Scored[]);
                this.requestUpdate();
                break;
            case "beside": this.beside = told; break;
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

    protected opened(place: Place, data: Dataset): void {
        this.place = place;
        this.data = data;
        this.columns = [];
        this.error = this.answers = this.picture = this.sample = this.surface = this.lines = undefined;
        this.layers = [];
        this.reason = "";
        document.title = `${data.source.split("/").pop()} · ${this.say("page.title")}`;
        this.begin();
        this.watch();
        this.looked();
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
        const at = new URLSearchParams(location.hash.slice(1));
        let place = readPlace(location.hash, choices.sets, NAMES);
        const step = lessonOf(place.lesson);
        if (!step) place.lesson = undefined;
        else if (!at.has("source")) place = placeOf(step, place);
        const given = choices.given.source;
        if (!location.hash && given && given !== "digits") {
            place.source = { kind: "path", path: given };
            place.options = { recipe: "modern" };
        }
        const lang = at.get("lang");
        if (lang) this.speak(lang === "zh" ? "zh" : "en");
        this.open(place);
    }

    /** Open the run of the choices, at their place and with their weights. Until it is there the one before stays. */
    protected open(place: Place, beside = false): void {
        const at = { epoch: place.epoch, batch: place.batch, weights: place.weights };
        const { source } = place;
        const number = ++this.opening;
        this.wanted = place;
        this.place ??= place;
        const waits = (source.kind === "path" && !source.path) || (source.kind === "upload" && !source.id);
        if (waits) return;
        void this.connection.ask("open", { source, options: typed(place.options), at, beside }).then((answer) => {
            if (answer.kind === "dataset") {
                if (beside) this.besidePlace = this.place;
                this.opened(place, answer as unknown as Dataset);
            }
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
        this.name(place);
    }

    /** The form and the address go back to the run that is there; without any, they can be mended. */
    private refused(): void {
        if (!this.data || this.columns.length) return;
        this.wanted = undefined;
        this.keep();
        void this.updateComplete.then(() => this.querySelector("form")!.reset());
    }

    protected chooseSource = (source: Source): void => {
        const before = this.wanted ?? this.place!;
        const made = source.kind === "synthetic", same = source.kind === before.source.kind;
        const options = same && made ? before.options : made ? { ...PLANAR } : { recipe: "modern" };
        if (source.kind === "upload" || source.kind === "path") options.target = undefined;
        this.columns = [];
        this.open({ ...before, source, options, epoch: 0, batch: 0, weights: {}, row: 0 });
    };

    protected chooseOptions = (options: Options): void => {
        const before = this.wanted ?? this.place!;
        this.open({ ...before, options: { ...before.options, ...options }, epoch: 0, batch: 0, weights: {} });
    };

    protected upload = async (file: File): Promise<void> => {
        const { id, what } = await this.connection.upload(file);
        if (id) this.chooseSource({ kind: "upload", id, name: file.name });
        else this.error = what;
    };

    protected watch(): void {
        const view = this.place!.view, wanted = ["plane"];
        if (view === "units") wanted.push("theta", "units");
        if (view === "confusion" || view === "worst") wanted.push("answers");
        void this.connection.ask("watch", { views: wanted, part: this.place!.part });
    }

    protected show(view: View): void {
        this.place = { ...this.place!, view };
        this.watch();
        this.keep();
        this.looked();
    }

    /** Ask for what the view shows of a run that stands. */
    protected looked(): void {
        const { view } = this.place!;
        if (this.now?.running) return;
        if (view === "steps" || view === "nudge") void this.step(this.place!.row);
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

    protected async step(row: number): Promise<void> {
        const rows = this.data?.rows[this.place!.part] ?? 1;
        const answer = await this.connection.ask("sample", { row: ((row % rows) + rows) % rows, part: this.place!.part });
        if (answer.kind !== "sample") return;
        this.sample = answer as unknown as Sample;
        this.shown = 0;
        if (this.sample.row !== this.place!.row) this.saw({ another: true });
        this.place = { ...this.place!, row: this.sample.row };
        this.keep();
    }

    /** The player shows another row, or a weight was edited: this goes into the run. An update is only shown. */
    protected changed = (event: CustomEvent<Change>): void => {
        const { edit, sample } = event.detail;
        this.shown = sample;
        this.saw({ pass: (event.target as ClearpropPlayer).at, another: this.seen.another || sample > 0 });
        if (!edit || this.now?.running) return;
        const body = { weights: { [edit.index]: edit.value }, stroke: this.stroke };
        void this.connection.ask("edit", body).then(() => this.keep());
    };

    /** A drag begins, or a key is pressed: all edits until the next one are undone at once. */
    protected strokes = (event: Event): void => {
        if (!(event instanceof KeyboardEvent && event.repeat)) this.stroke += 1;
    };

    // -- The lesson -------------------------------------------------------------------------------

    /** A step of the lesson begins: nothing of it is done yet. */
    protected begin(): void {
        const step = lessonOf(this.place?.lesson);
        this.seen = { ...NOTHING, layers: this.data?.network.sizes.length ?? 3 };
        this.from = undefined;
        this.passWanted = Boolean(step?.pass);
        if (step) void this.updateComplete.then(() => this.querySelector<HTMLElement>("#h-lesson")?.focus());
    }

    protected saw(what: Partial<Seen>): void {
        this.seen = { ...this.seen, ...what };
        this.requestUpdate();
    }

    // -- The doctor, and files --------------------------------------------------------------------

    protected async compute(): Promise<void> {
        this.working = "surface";
        const answer = await this.connection.ask("surface");
        this.working = "";
        if (answer.kind !== "surface") return;
        this.surface = answer as unknown as views.Surface;
        this.saw({ surface: true });
    }

    protected async diagnose(body: object): Promise<void> {
        this.working = "doctor";
        const answer = await this.connection.ask("doctor", body);
        this.working = "";
        if (answer.kind !== "verdict") return;
        this.verdict = answer as unknown as views.Verdict;
        this.saw({ diagnosed: true });
    }

    protected async examine(layers: string): Promise<void> {
        const { id, what } = await this.connection.upload(this.file!);
        if (!id) this.error = what;
        else await this.diagnose({ upload: id, confirmed: true, options: layers ? { layers } : {} });
    }

    protected async save(): Promise<void> {
        const answer = await this.connection.ask("save");
        if (answer.kind !== "saved") return;
        const link = document.createElement("a");
        link.href = this.connection.address("file", { id: String(answer.file) });
        link.download = String(answer.name);
        link.click();
    }

    protected async openModel(file: File | undefined): Promise<void> {
        if (!file) return;
        const { id, what } = await this.connection.upload(file);
        if (id) void this.connection.ask("open-model", { upload: id });
        else this.error = what;
    }

    protected async go(kind: string, body: object = {}): Promise<void> {
        this.error = undefined;
        const answer = await this.connection.ask(kind, body);
        if (answer.kind !== "error" && kind !== "train" && kind !== "pause") { // those have an end that is told
            this.reason = "";
            this.stood();
        }
    }

    protected async copy(name: string, text: string): Promise<void> {
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

    protected speak(language: Language): void {
        this.language = language;
        document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    }

    /** The address holds where the page stands; an upload goes with its tab and is not in it. */
    protected keep(): void {
        if (!this.place) return;
        const now = this.now;
        if (now && !now.running && now.run === this.data?.run)
            this.place = { ...this.place, epoch: now.epoch, batch: now.position, weights: now.edits };
        this.name(this.place);
    }

    /** A place gets its address; an upload goes with its tab and has none. */
    private name(place: Place): void {
        const address = `#${written(place)}`;
        // Training keeps it five times a second, and each new one goes through another process.
        if (place.source.kind !== "upload" && address !== location.hash) history.replaceState(null, "", address);
    }
}
