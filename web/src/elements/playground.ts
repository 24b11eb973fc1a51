// The playground: choose data, network and training, press train, and look at every unit and every weight.
import { html, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { digitsFor } from "../numbers";
import { styles } from "../shared/styles";
import type { Sheet } from "../shared/record";
import { asRecord, asSVG, download } from "../training/download";
import { formula, formulaAt } from "../training/formula";
import { imageStyles, images, mistakes, paintImages } from "../training/images";
import { LiveTraining, liveStyles } from "../training/live";
import { modelFile } from "../training/model-file";
import {
    onCanvas, onPlane, paintAnswers, paintPoints, paintUnit, palette, paletteOf, paletteStyles,
} from "../training/paint";
import type { Unit } from "../training/plane";
import { preset, PRESET_NAMES, type Preset } from "../training/presets";
import { asPython } from "../training/python";
import { Run, sheetOf } from "../training/run";
import { dataOf, EDGE } from "../training/sets";
import {
    DEFAULTS, fitting, fromAddress, MOST_POINTS, networkOf, toAddress, type Point, type Settings,
} from "../training/settings";
import "./curves";
import "./player";
import "./surface";
import { form, penBox } from "./playground-form";
import {
    network, networkStyles, paintNetwork, pictureOf, told, type Wire,
} from "./playground-network";
import { playgroundStyles } from "./playground-styles";

const NEAR = 8; // CSS pixels: a click so near to a point of one's own takes it away
const STEP = 0.25; // of the keyboard's cursor in the plane

export class ClearpropPlayground extends LiveTraining {
    static override styles = [styles, liveStyles, paletteStyles, networkStyles, imageStyles, playgroundStyles];

    /** Whether the page's address holds settings, seed and step. */
    @property({ type: Boolean }) address = false;
    /** How many rows of the record, the first ones, are trained on; the others validate. */
    @property({ type: Number }) training = 1400;
    @state() private settings: Settings = DEFAULTS;
    @state() private chosenPreset: Preset | "" = "";
    @state() private picked: Unit | null = null; // null: the first output
    @state() private at: Unit | Wire | null = null;
    @state() private place: [number, number] | null = null; // where the pointer is in the plane
    @state() private label = 0; // the class of the next point
    @state() private hollow = false; // whether validation points are drawn
    @state() private width = 360; // of the network's drawing
    private sizes = new ResizeObserver(() => {
        this.width = this.renderRoot.querySelector(".left")?.clientWidth || this.width;
    });

    protected override get section(): string {
        return "playground";
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.sizes.observe(this);
        window.addEventListener("hashchange", this.fromHash);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.sizes.disconnect();
        window.removeEventListener("hashchange", this.fromHash);
    }

    // -- Settings and their run ----------------------------------------------------------------------------------

    protected override get needsRecord(): boolean {
        return false;
    }

    protected override firstRun(): void {
        if (!this.fromHash()) this.run = this.newRun(); // an address of something else stays as it is
    }

    private fromHash = (): boolean => {
        const found = this.address ? fromAddress(location.hash) : null;
        if (!found || !this.core) return false;
        this.pause();
        this.adopt(found.settings, found.step);
        return true;
    };

    private adopt(settings: Settings, step = 0): void {
        const set = settings.set === "digits" && !this.sheet ? DEFAULTS.set : settings.set;
        this.settings = fitting({ ...settings, set });
        this.restart(step);
    }

    private alter = (change: Partial<Settings>): void => {
        this.chosenPreset = "";
        this.adopt({ ...this.settings, ...change });
    };

    protected override newRun(): Run | undefined {
        const { core, settings, sheet } = this;
        const data = dataOf(core!, settings, sheet, this.training);
        if (!data.training.m) return undefined;
        const net = networkOf(settings, data.inputs, data.outputs);
        const { picked, run } = this;
        if (picked && (run?.net.sizes.length !== net.sizes.length || picked.k > net.sizes[picked.l - 1])) this.picked = null;
        return new Run(core!, net, data, settings);
    }

    protected override halted(): void {
        super.halted();
        if (this.address) {
            const address = `#${toAddress(this.settings, this.run?.step ?? 0)}`;
            history.replaceState(history.state, "", address);
        }
    }

    // -- What is drawn -------------------------------------------------------------------------------------------

    protected override draw(): TemplateResult {
        const { run, settings } = this;
        const say = (key: string, values?: Record<string, string | number>) => this.say(key, values);
        const planar = settings.set !== "digits";
        return html`${palette}
            <div class="presets"><label class="field">${say("presets")}
                <select name="preset" @change=${this.choosePreset}><option value="">${say("presets_none")}</option>
                ${PRESET_NAMES.filter((name) => this.sheet || name !== "digits").map((name) => html`<option value=${name}
                    ?selected=${name === this.chosenPreset}>${say(`preset_${name}`)}</option>`)}</select></label>
                ${this.chosenPreset ? html`<p class="why">${say(`why_${this.chosenPreset}`)}</p>` : ""}</div>
            ${form(settings, Boolean(this.sheet), say, this.alter)}
            ${this.controls(html`<button ?disabled=${!run} @click=${() => this.alter({ seed: settings.seed + 1 })}>${
                say("another")}</button>`)}
            <div class="both">
                <div class="left">${run
                    ? planar
                        ? html`${network(run, this.width, this.chosen, this.wire, say, {
                              choose: (unit) => { this.picked = unit; }, point: (at) => { this.at = at; } })}
                            <p class="line soft" data-of="line">${told(run, this.at, say)}</p>${this.numbers()}`
                        : html`${images(run, this.sheet!, this.chosen, say, (unit) => { this.picked = unit; },
                              (at) => { this.at = at; })}<p class="line soft" data-of="line">${told(run, this.at, say)}</p>${mistakes(run, this.sheet!, say)}`
                    : html`<p class="told good">${say("empty")}</p>`}</div>
                ${planar ? this.plane() : ""}
            </div>
            ${run ? html`${this.formula(run, planar)}${planar ? "" : this.numbers()}
                <clearprop-curves .moments=${run.moments}></clearprop-curves>${this.walk(run)}${this.surface(run)}${this.exports(run, planar)}` : ""}`;
    }

    /** The unit whose formula is shown. */
    private get chosen(): Unit {
        return this.picked ?? { l: this.run?.net.sizes.length ?? 2, k: 1 };
    }

    private get wire(): Wire | null {
        return this.at && "j" in this.at ? this.at : null;
    }

    private choosePreset = (event: Event): void => {
        const name = (event.target as HTMLSelectElement).value as Preset | "";
        if (!name) return;
        this.pause();
        this.adopt(preset(name));
        this.chosenPreset = name;
    };

    private plane(): TemplateResult {
        const { settings, run } = this;
        const own = settings.set === "own";
        const last = !run || this.chosen.l === run.net.sizes.length;
        const shows = last ? this.say("plane") : this.say("plane_unit", { ...this.chosen });
        return html`<div class="right">
            <p class="line">${shows} ${last ? "" : html`<button class="small" @click=${() => {
                this.picked = null; }}>${this.say("back_to_h")}</button>`}</p>
            <canvas class="plane ${own ? "own" : ""}" role=${own ? "application" : "img"} tabindex=${own ? 0 : -1}
                aria-label=${own ? this.say("plane_own") : shows}
                @pointermove=${this.move} @pointerleave=${() => { this.place = null; }}
                @click=${this.setPoint} @keydown=${this.key}></canvas>
            ${own ? penBox(settings, this.label, (key, values) => this.say(key, values),
                (label) => { this.label = label; }, this.alter) : html`<div class="pen">
                ${run?.data.validation.m ? html`<label><input type="checkbox" .checked=${this.hollow}
                    @change=${(event: Event) => { this.hollow = (event.target as HTMLInputElement).checked; }}>
                    ${this.say("hollow")}</label>` : ""}
                ${run?.data.classes ? html`<button class="small" @click=${this.makeOwn}>${this.say("make_own")}</button>` : ""}
            </div>`}
            <p class="line soft" data-of="place">${this.placed()}</p>
        </div>`;
    }

    /** The point under the pointer, and what the network answers there. */
    private placed(): string {
        const { place, run } = this;
        if (!place) return this.say("place_none");
        const x = digitsFor([EDGE], 3);
        const at = { x1: x.show(place[0]), x2: x.show(place[1]) };
        if (!run) return this.say("place", { ...at, h: "–" });
        const h = run.core.predict(run.net, run.theta, Float64Array.from(place), 1);
        return this.say("place", { ...at, h: [...h].map((value) => digitsFor([1]).show(value)).join(this.say("comma")) });
    }

    private formula(run: Run, planar: boolean): TemplateResult {
        const { l, k } = this.chosen;
        if (l === 1) return html``;
        const { z, left, a } = formula(run.net, run.theta, l, k);
        const here = planar && this.place
            ? formulaAt(run.core, run.net, run.theta, l, k, this.place) : "";
        return html`<div class="formula" data-of="formula"><p>${z}${left ? this.say("left", { n: left }) : ""}</p>
            <p>${a}</p>${planar ? html`<p class="soft">${here || this.say("formula_at")}</p>` : ""}</div>`;
    }

    private exports(run: Run, planar: boolean): TemplateResult {
        const name = `clearprop-${run.settings.set}-${run.step}`;
        const text = (content: string, type: string) => new Blob([content], { type });
        return html`<div class="exports">
            <button @click=${() => download(`${name}.json`, text(asRecord(run), "application/json"))}>${this.say("save_json")}</button>
            <button @click=${() => download(`${name}.safetensors`, new Blob([modelFile(run, this.sheet?.image)]))}>${this.say("save_model")}</button>
            ${planar ? html`<button @click=${() => this.renderRoot.querySelector<HTMLCanvasElement>(".plane")!.toBlob(
                    (file) => download(`${name}.png`, file!))}>${this.say("save_png")}</button>
                <button @click=${() => download(`${name}.svg`, text(this.drawing(), "image/svg+xml"))}>${this.say("save_svg")}</button>` : ""}
            ${this.address ? html`<button @click=${() => navigator.clipboard?.writeText(location.href)}>${this.say("copy_link")}</button>` : ""}
            <details ?open=${this.python} @toggle=${this.openPython}><summary>${this.say("python")}</summary>${this.python
                ? html`<p>${this.say("python_bits")} <button class="small" @click=${() =>
                    navigator.clipboard?.writeText(asPython(run))}>${this.say("copy")}</button></p>
                    <pre tabindex="0">${this.playing ? this.say("pause_first") : asPython(run)}</pre>` : ""}</details>
        </div>`;
    }

    @state() private python = false;
    private openPython = (event: Event): void => {
        this.python = (event.target as HTMLDetailsElement).open;
    };

    @state() private walks = false; // whether the sample's arithmetic is open
    private walked?: Sheet;

    /** One training sample's way through the network as it is now. */
    private walk(run: Run): TemplateResult {
        if (this.walked?.theta !== run.theta) this.walked = sheetOf(run, this.sheet);
        return html`<details ?open=${this.walks} @toggle=${(event: Event) => {
                this.walks = (event.target as HTMLDetailsElement).open; }}><summary>${this.say("walk")}</summary>${
            !this.walks ? "" : this.playing ? html`<p>${this.say("pause_first")}</p>`
                : html`<clearprop-player .sheet=${this.walked} .theta=${run.theta}></clearprop-player>`}</details>`;
    }

    @state() private several = false; // whether the surface of J is open

    /** Several starts of the same settings on the surface of J. */
    private surface(run: Run): TemplateResult {
        return html`<details ?open=${this.several} @toggle=${(event: Event) => {
                this.several = (event.target as HTMLDetailsElement).open; }}><summary>${this.say("several")}</summary>${
            !this.several ? "" : this.playing ? html`<p>${this.say("pause_first")}</p>`
                : html`<clearprop-surface .run=${run} epochs=${run.data.plane ? 300 : 30}></clearprop-surface>`}</details>`;
    }

    private drawing(): string {
        const root = this.renderRoot;
        return asSVG(root.querySelector(".network svg")!, root.querySelectorAll<HTMLCanvasElement>(".unit canvas"));
    }

    protected override updated(): void {
        super.updated();
        const { run, renderRoot: root } = this;
        if (!this.core) return;
        const colours = paletteOf(root);
        if (run && !run.data.plane) {
            paintImages(root, run, this.sheet!, colours);
            return;
        }
        const canvas = root.querySelector<HTMLCanvasElement>(".plane");
        if (!canvas) return;
        const width = root.querySelector(".left")!.clientWidth;
        if (width !== this.width) this.width = width;
        if (!run) {
            canvas.getContext("2d")!.clearRect(0, 0, canvas.width, canvas.height);
            return;
        }
        const { l, k } = this.chosen;
        const all = paintNetwork(root, run, colours);
        const { sizes } = run.net;
        const pen = l === sizes.length
            ? paintAnswers(canvas, colours, all[l], run.data.outputs, run.data.classes)
            : paintUnit(canvas, colours, all[l], sizes[l - 1], k, pictureOf(run, l));
        const points = (which: "training" | "validation") => paintPoints(
            pen, colours, run.data[which], run.data.outputs, run.data.classes, canvas.clientWidth, which === "validation");
        if (this.hollow) points("validation");
        points("training");
        if (this.settings.set === "own" && this.place) {
            const [left, top] = onCanvas(...this.place, canvas.clientWidth);
            pen.strokeRect(left - 5, top - 5, 10, 10);
        }
    }

    // -- Points of one's own -------------------------------------------------------------------------------------

    private move = (event: PointerEvent): void => {
        const canvas = event.currentTarget as HTMLCanvasElement;
        this.place = onPlane(event.offsetX, event.offsetY, canvas.clientWidth);
    };

    private setPoint = (event: MouseEvent): void => {
        const size = (event.currentTarget as HTMLCanvasElement).clientWidth;
        if (this.settings.set === "own") this.toggle(onPlane(event.offsetX, event.offsetY, size), size);
    };

    private key = (event: KeyboardEvent): void => {
        if (this.settings.set !== "own") return;
        const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
        const [x1, x2] = this.place ?? [0, 0];
        const within = (value: number) => Math.min(Math.max(value, -EDGE), EDGE);
        if (by) this.place = [within(x1 + by[0]), within(x2 + by[1])];
        else if (event.key === "Enter" || event.key === " ")
            this.toggle([x1, x2], (event.currentTarget as HTMLCanvasElement).clientWidth);
        else return;
        event.preventDefault();
    };

    /** Set a point there, or take away the one that is there. */
    private toggle([x1, x2]: [number, number], size: number): void {
        const { own } = this.settings;
        const [left, top] = onCanvas(x1, x2, size);
        const near = ([p1, p2]: Point) => {
            const [x, y] = onCanvas(p1, p2, size);
            return Math.hypot(x - left, y - top) < NEAR;
        };
        const others = own.filter((point) => !near(point));
        const rounded = (value: number) => Math.round(value * 100) / 100 + 0;
        const set: Point = [rounded(x1), rounded(x2), this.label];
        this.alter({ own: others.length < own.length ? others : [...own, set].slice(-MOST_POINTS) });
    }

    private makeOwn = (): void => {
        const { X, Y, m } = this.run!.data.training;
        const K = this.run!.data.outputs;
        const label = (i: number) => (K === 1 ? Y[i] : Y.subarray(i * K, (i + 1) * K).indexOf(1));
        const own = Array.from({ length: m }, (_, i): Point => [X[2 * i], X[2 * i + 1], label(i)]);
        this.alter({ set: "own", own });
    };
}
