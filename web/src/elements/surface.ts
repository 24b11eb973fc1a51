// Several starts on the surface of J: the path of training from each, over a plane through the space of all parameters.
// A click starts training from a place of the surface.
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { parameters } from "../core";
import { significant } from "../numbers";
import { ClearpropElement } from "../shared/element";
import { styles } from "../shared/styles";
import { cost, liveStyles } from "../training/live";
import { FORMS, paintSurface, palette, paletteOf, paletteStyles } from "../training/paint";
import { start, type Run } from "../training/run";
import { byEnd, costAt, kindsOf, threeEnds } from "../training/ends";
import { Starts, type Start, type Task } from "../training/starts";
import { along, project, Surface, type Place, type Plane } from "../training/surface";
import { DEFAULTS } from "../training/settings";
import { surfaceStyles } from "./surface-styles";

const SLICE = 10; // milliseconds of work between two pictures
const SIZE = 400; // the drawing's own units, to each side
const STEP = 1 / 40; // of the keyboard's cursor, as a part of the picture
const MOST_KINDS = 4; // of ends; the others share a mark
const MOST_OWN = 8; // starts that are set by hand
const EPOCHS = [10, 30, 100, 300, 1000, 3000];

type Way = "ends" | "path"; // what the plane goes through

export class ClearpropSurface extends ClearpropElement {
    static override styles = [
        styles,
        liveStyles,
        paletteStyles,
        surfaceStyles,
    ];

    /** How many starts. */
    @property({ type: Number }) starts = 8;
    /** The kind of initial values, as in `clearprop.initial_theta`, or e. */
    @property() init = "uniform";
    /** How long each start is trained. */
    @property({ type: Number }) epochs = 300;
    /** A run whose network, samples and settings are taken instead of those of the record. */
    @property({ attribute: false }) run?: Run;
    @state() private way: Way = "ends";
    @state() private chosen: number | null = null; // the start that is followed; null: the lowest
    @state() private first = 0; // the seed of the first start
    @state() private rate?: number; // that of the record if left out
    @state() private at = Infinity; // the moment up to which paths are drawn
    @state() private place: Place | null = null;
    @state() private working = false;
    @state() private playing = false;

    private trained?: Starts;
    private surface?: Surface;
    private share = 1; // of the followed path, in the plane
    private marked: readonly number[] = []; // the starts whose paths are drawn strongly
    private asked = 0;
    private painted: readonly unknown[] = []; // the surface and the colours that are on the canvas

    protected override get section(): string {
        return "surface";
    }

    protected override get needsRecord(): boolean {
        return !this.run;
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.requestUpdate();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        cancelAnimationFrame(this.asked);
        this.trained?.free();
        this.trained = undefined; // begun anew where the element is set again
    }

    protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
        super.willUpdate(changed);
        if (!this.ready) return;
        const anew = ["run", "sheet", "starts", "init", "epochs", "first", "rate"].some((key) => changed.has(key));
        if (!this.trained || anew) this.restart();
    }

    // -- The work: train from each start, then measure J over the plane ---------------------------------------------------

    private get task(): Task {
        const { run, sheet, epochs } = this;
        const { solver, momentum, batch } = run?.settings ?? { ...DEFAULTS, solver: "gd" as const };
        const rate = this.rate ?? run?.settings.rate ?? sheet!.rate;
        const rows = run?.data.training ?? { X: sheet!.X, Y: sheet!.Y!, m: sheet!.m };
        const options = { solver, momentum, rate, batch: Math.min(batch, rows.m), seed: this.seed };
        return { net: run?.net ?? sheet!.network, rows, options, epochs };
    }

    /** The seed of the first start. */
    private get seed(): number {
        return (this.run?.settings.seed ?? 0) + this.first;
    }

    private restart(): void {
        this.trained?.free();
        this.trained = new Starts(this.core!, this.task);
        const init = this.run?.settings.init ?? this.init;
        for (let i = 0; i < this.starts; i += 1) {
            const seed = this.seed + i;
            this.trained.add(start(this.core!, this.trained.task.net, { init, seed }), seed);
        }
        Object.assign(this, { chosen: null, place: null, at: Infinity, playing: false });
        this.surface = undefined;
        this.go();
    }

    private go(): void {
        this.working = true;
        cancelAnimationFrame(this.asked);
        this.asked = requestAnimationFrame(this.frame);
    }

    private frame = (): void => {
        const until = performance.now() + SLICE;
        if (this.trained!.work(until)) {
            this.surface ??= this.lay();
            if (this.surface.work(until)) {
                this.working = false;
                return;
            }
        }
        this.requestUpdate();
        this.asked = requestAnimationFrame(this.frame);
    };

    /** The plane of the present choice. */
    private lay(): Surface {
        const { all, task } = this.trained!;
        const ends = this.way === "ends" ? threeEnds(this.trained!.all, this.chosen) : null;
        let plane: Plane;
        if (ends) {
            plane = ends.plane;
            this.marked = ends.three;
        } else {
            const followed = this.chosen ?? byEnd(all)[0];
            ({ plane, share: this.share } = along(all[followed].path));
            this.marked = [followed];
        }
        const shown = this.marked.flatMap((k) => all[k].path.map((theta) => project(plane, theta)));
        return new Surface(this.core!, task, plane, shown);
    }

    // -- What is drawn -----------------------------------------------------------------------------------------------

    protected override draw(): TemplateResult {
        const { trained: made, surface } = this;
        if (!made) return html``;
        const n = parameters(made.task.net).toLocaleString("en");
        const ready = surface && !this.working;
        return html`${palette}<p class="soft">${this.say("how", { n })}</p>
            ${this.fields()}
            ${this.working ? html`<progress aria-label=${this.say("working")}
                .value=${(made.done + (surface?.done ?? 0)) / 2}></progress>` : nothing}
            <div class="both">
                <div><div class="map" role="application" tabindex="0" aria-label=${this.say("keys")}
                    @pointermove=${this.move} @pointerleave=${() => { this.place = null; }} @click=${this.pick} @keydown=${this.key}
                    ><canvas></canvas>${surface ? this.paths(surface) : nothing}</div>
                <p class="line soft" data-of="here">${ready ? this.here(surface) : ""}</p></div>
                <div>${ready ? this.told(n) : nothing}</div>
            </div>`;
    }

    private fields(): TemplateResult {
        const { rate } = this.trained!.task.options;
        const value = (event: Event) => (event.target as HTMLInputElement).value;
        const set = (event: Event) => {
            const given = Number(value(event));
            if (given > 0) this.rate = given;
        };
        return html`<div class="fields">
            ${this.run ? nothing : html`<label class="field">${this.say("rate")}
                <input type="number" name="rate" min="0" step="any" .value=${String(rate)} @change=${set}></label>`}
            <label class="field">${this.say("epochs")}
                <select name="epochs" @change=${(event: Event) => { this.epochs = Number(value(event)); }}>${[...new Set([...EPOCHS, this.epochs])]
                    .sort((p, q) => p - q).map((epochs) => html`<option value=${epochs}
                        ?selected=${epochs === this.epochs}>${epochs.toLocaleString("en")}</option>`)}</select></label>
            <label class="field">${this.say("plane")}
                <select name="plane" @change=${(event: Event) => this.turn(value(event) as Way, this.chosen)}>${(["ends", "path"] as const)
                    .map((way) => html`<option value=${way} ?selected=${way === this.way}>${this.say(`plane_${way}`)}</option>`)}</select></label>
            <button @click=${() => { this.first += this.starts; }}>${this.say("more")}</button>
        </div>`;
    }

    /** Another plane through the same paths. */
    private turn(way: Way, chosen: number | null): void {
        Object.assign(this, { way, chosen });
        this.surface = undefined;
        this.go();
    }

    private get moment(): number {
        return Math.min(this.at, this.trained!.kept.length - 1);
    }

    private paths(surface: Surface): TemplateResult {
        const { all } = this.trained!;
        const kinds = kindsOf(all, this.moment);
        const spot = (place: Place) => surface.toPicture(place).map((part) => Number((part * SIZE).toFixed(1)));
        const drawn = (one: Start, k: number): SVGTemplateResult => {
            const path = one.path.slice(0, this.moment + 1).map((theta) => spot(surface.nearest(theta)));
            const [x, y] = path[path.length - 1];
            const marked = this.marked.includes(k) || one.seed === null;
            return svg`<g class=${marked ? "marked" : ""}><polyline points=${path.map((point) => point.join()).join(" ")}></polyline>
                <circle class="from" cx=${path[0][0]} cy=${path[0][1]} r=${marked ? 4 : 2.5}></circle>
                <path class="kind${shownKind(kinds[k])}" transform="translate(${x} ${y}) scale(${marked ? 1.9 : 1.1})"
                    d=${FORMS[shownKind(kinds[k])]}></path></g>`;
        };
        const order = all.map((_, k) => k).sort((p, q) => Number(this.marked.includes(p)) - Number(this.marked.includes(q)));
        const cursor = this.place && spot(this.place);
        return html`${svg`<svg viewBox="0 0 ${SIZE} ${SIZE}" aria-hidden="true" style="overflow:hidden">
            ${order.map((k) => drawn(all[k], k))}
            ${cursor ? svg`<path class="cursor" d="M${cursor[0] - 7} ${cursor[1]}h14M${cursor[0]} ${cursor[1] - 7}v14"></path>` : nothing}</svg>`}`;
    }

    private here(surface: Surface): string {
        return this.place ? this.say("here", { J: cost(surface.cost(this.place)) }) : this.say("here_none");
    }

    /** Where the starts end, in words and as buttons. */
    private told(n: string): TemplateResult {
        const { all, kept, task } = this.trained!;
        const kinds = kindsOf(all, this.moment);
        const epoch = kept[this.moment].toLocaleString("en");
        const slide = (event: Event) => {
            this.playing = false;
            this.at = Number((event.target as HTMLInputElement).value);
        };
        const notes = [
            this.marked.length === 3 ? this.say("note_ends")
                : this.say("note_path", { share: `${significant(100 * this.share, 3)} %` }),
            this.say("note_near", { n }),
            ...(task.net.lambda ? [this.say("note_lambda")] : []),
        ];
        const followed = this.chosen ?? (this.way === "path" ? this.marked[0] : null);
        return html`<div class="at"><button @click=${this.play}>${this.say(this.playing ? "pause" : "play")}</button>
                <label>${this.say("epoch", { epoch })}</label>
                <input type="range" min="0" max=${kept.length - 1} .value=${String(this.moment)} aria-label=${this.say("moment")}
                    aria-valuetext=${epoch} @input=${slide}></div>
            <p role="status" data-of="ends"><strong>${this.ends(kinds, epoch)}</strong></p>
            <div class="starts" role="group" aria-label=${this.say("starts")}>${byEnd(all).map((k) => html`<button
                aria-pressed=${k === followed} data-start=${k} @click=${() => this.turn(this.way, k)}>
                <svg viewBox="-6 -6 12 12" width="18" height="18" aria-hidden="true"><path class="kind${shownKind(kinds[k])}"
                    d=${FORMS[shownKind(kinds[k])]}></path></svg>
                <span>${all[k].seed === null ? this.say("own") : this.say("seed", { seed: all[k].seed })}<br>${
                    all[k].diverged ? this.say("diverged") : `J = ${cost(costAt(all[k], this.moment))}`}</span></button>`)}</div>
            <p class="note soft">${notes.join(this.language === "zh" ? "" : " ")}</p>`;
    }

    private ends(kinds: number[], epoch: string): string {
        const { all } = this.trained!;
        const groups = Array.from({ length: Math.max(...kinds) + 1 }, (_, kind) => all.filter((_one, k) => kinds[k] === kind));
        const J = (group: Start[]) => cost(costAt(group[0], this.moment));
        if (groups.length > MOST_KINDS)
            return this.say("between", { epoch, n: all.length, low: J(groups[0]), high: J(groups[groups.length - 1]) });
        return this.say("ends", {
            epoch, groups: groups.map((group) => this.say(group.length > 1 ? "group" : "group_one", { n: group.length, J: J(group) })).join(this.say("comma")),
        });
    }

    protected override updated(): void {
        super.updated();
        const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(".map canvas");
        if (!canvas || !this.surface || this.working) return;
        const colours = paletteOf(this.renderRoot);
        if (this.painted[0] === this.surface && this.painted[1] === colours) return;
        this.painted = [this.surface, colours];
        paintSurface(canvas, colours, this.surface.costs, this.surface.cells);
    }

    // -- The pointer, the keyboard, and time ------------------------------------------------------------------------------

    private placeOf(event: MouseEvent): Place | null {
        const box = (event.currentTarget as Element).getBoundingClientRect();
        return this.surface?.fromPicture((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height) ?? null;
    }

    private move = (event: PointerEvent): void => {
        this.place = this.placeOf(event);
    };

    private pick = (event: MouseEvent): void => {
        const place = this.placeOf(event);
        if (place) this.startFrom(place);
    };

    private key = (event: KeyboardEvent): void => {
        const ways: Record<string, [number, number]> = {
            ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP],
        };
        const { surface } = this;
        if (!surface || !(event.key in ways || event.key === "Enter" || event.key === " ")) return;
        event.preventDefault();
        if (!(event.key in ways)) {
            if (this.place) this.startFrom(this.place);
            return;
        }
        const [x, y] = this.place ? surface.toPicture(this.place) : [0.5, 0.5];
        const [dx, dy] = ways[event.key];
        const within = (part: number) => Math.min(Math.max(part, 0), 1);
        this.place = surface.fromPicture(within(x + dx), within(y + dy));
    };

    /** Train from a place of the surface; the plane stays. */
    private startFrom(place: Place): void {
        const { trained: made, surface, working } = this;
        if (!made || !surface || working || made.all.filter((one) => one.seed === null).length >= MOST_OWN) return;
        made.add(surface.at(place), null);
        this.at = Infinity;
        this.go();
    }

    private play = (): void => {
        this.playing = !this.playing;
        if (!this.playing) return;
        if (this.moment === this.trained!.kept.length - 1) this.at = 0;
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        const step = () => {
            if (!this.playing || !this.isConnected) return;
            this.at = this.moment + (still ? 10 : 1);
            if (this.at >= this.trained!.kept.length - 1) this.playing = false;
            else window.setTimeout(step, still ? 700 : 70);
        };
        step();
    };
}

const shownKind = (kind: number): number => Math.min(kind, MOST_KINDS);
