// <clearprop-drawing>: a pad to draw a digit on, the image that the network gets, and the ten outputs.
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { digitsFor } from "../numbers";
import { ClearpropElement } from "../shared/element";
import { readRecord, type Sheet, type Written } from "../shared/record";
import { addStroke, asMnist, asSmallDigit, image, merelyShrunk, type Image, type Point } from "./drawn";
import { SAMPLES } from "./samples";

const PAD = 280; // pixels of the pad, ten for each of the network's
const PEN = 20;
const STEP = 10; // of the arrow keys

type Treatment = "mass" | "box" | "shrunk";

/** The record of the reader, and that of a second one which was trained on other hands. */
type Readers = Written & { origin?: string; accuracy?: number; other?: Written & { accuracy?: number } };

export class ClearpropDrawing extends ClearpropElement {
    static override styles = [
        ...ClearpropElement.styles,
        css`
.whole{display:grid;grid-template-columns:minmax(0,280px) minmax(0,1fr);gap:.6rem 1.6rem;align-items:start}
.pad{display:block;width:100%;aspect-ratio:1;background:var(--_paper);border:2px solid var(--_soft);border-radius:6px;
touch-action:none;cursor:crosshair}
.buttons{margin:.4rem 0}
.got{display:flex;gap:1rem;align-items:flex-start;flex-wrap:wrap}
.got figure{margin:0}
figcaption{font-size:.85rem;color:var(--_soft);max-width:12rem}
.seen{width:140px;height:140px;image-rendering:pixelated;border:1px solid var(--_line);display:block;background:var(--_paper)}
.answer{font-size:1.1rem;min-height:1.6em}
.outputs{flex:1 1 12rem;min-width:11rem}
.outputs td:nth-child(2){width:70%}
.bar{display:block;height:.8em;min-width:1px;background:var(--_soft)}
tr.best .bar{background:var(--_ink)}
tr.best :is(td,th){font-weight:650}
label{display:inline-flex;gap:.4rem;align-items:center;flex-wrap:wrap}
@container (max-width:34rem){.whole{grid-template-columns:minmax(0,1fr)}.pad{max-width:300px;margin:auto}}
`,
    ];

    private strokes: Point[][] = [];
    private drawing = image(PAD); // the ink of all strokes
    private canvas?: CanvasRenderingContext2D;
    private frame = 0;
    @state() private treatment: Treatment = "mass";
    @state() private other?: Sheet;
    @state() private byOther = false;
    @state() private got: Image | null = null;
    @state() private outputs?: Float64Array;
    @state() private meant?: number; // the digit that was meant, if it is not the one that was read
    private cursor: Point = [PAD / 2, PAD / 4];
    private down = false; // the pen of the keyboard
    @state() private cursorShown = false;

    protected get section(): string {
        return "drawing";
    }

    override connectedCallback(): void {
        super.connectedCallback();
        const script = this.querySelector('script[type="application/json"]');
        const written = (this.record ?? JSON.parse(script?.textContent ?? "{}")) as Readers;
        if (written.other) void readRecord(written.other).then((sheet) => (this.other = sheet));
    }

    /** Whether the network reads images of 8 x 8 pixels, which have one treatment. */
    private get small(): boolean {
        return this.sheet?.image?.[0] === 8;
    }

    private get reader(): Sheet {
        return this.byOther && this.other ? this.other : this.sheet!;
    }

    /** The digit that the network reads: its greatest output. */
    get read(): number | undefined {
        return this.outputs?.reduce((best, h, k, all) => (h > all[best] ? k : best), 0);
    }

    /** Draw strokes, in pixels of a pad of 280, in place of those that are there. */
    drawStrokes(strokes: readonly (readonly Point[])[]): void {
        this.strokes = strokes.map((stroke) => [...stroke]);
        this.meant = undefined;
        this.redrawn();
    }

    private redrawn(): void {
        this.drawing = image(PAD);
        for (const stroke of this.strokes) addStroke(this.drawing, stroke, PEN);
        this.soon();
    }

    /** Paint and read before the next frame, however many points came. */
    private soon(): void {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.paint();
            this.readNow();
        });
    }

    private readNow(): void {
        const { core, reader, drawing, byOther, treatment } = this;
        if (byOther || this.small) this.got = asSmallDigit(drawing);
        else this.got = treatment === "shrunk" ? merelyShrunk(drawing) : asMnist(drawing, treatment);
        this.outputs = this.got ? core!.predict(reader.network, reader.theta, this.got.ink, 1) : undefined;
        if (this.outputs) this.tellOf();
    }

    /** The drawing as the one sample of the network that reads it; its y is the digit that was meant. */
    private tellOf(): void {
        const y = Float64Array.from(this.outputs!, (_, k) => Number(k === (this.meant ?? this.read)));
        const { reader } = this;
        const sheet: Sheet = { ...reader, X: this.got!.ink, Y: y, m: 1, sample: 0 };
        const detail = { sheet, theta: reader.theta, sample: 0 };
        this.dispatchEvent(new CustomEvent("clearprop-change", { detail, bubbles: true, composed: true }));
    }

    // -- The pad --------------------------------------------------------------------------------------------------

    private at(event: PointerEvent): Point {
        const box = (this.renderRoot.querySelector(".pad") as HTMLElement).getBoundingClientRect();
        const scale = PAD / box.width;
        return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    }

    private press(event: PointerEvent): void {
        if (event.button !== 0) return;
        (event.target as Element).setPointerCapture(event.pointerId);
        this.cursorShown = false;
        this.down = false;
        this.meant = undefined;
        this.strokes.push([]);
        this.extend([this.at(event)]);
    }

    private move(event: PointerEvent): void {
        if (!(event.target as Element).hasPointerCapture(event.pointerId)) return;
        const between = event.getCoalescedEvents?.() ?? [];
        this.extend((between.length ? between : [event]).map((one) => this.at(one)));
    }

    private extend(points: readonly Point[]): void {
        const stroke = this.strokes[this.strokes.length - 1];
        addStroke(this.drawing, [...stroke.slice(-1), ...points], PEN);
        stroke.push(...points);
        this.soon();
    }

    /** Arrow keys move a cursor; the space bar puts the pen down and lifts it. */
    private key(event: KeyboardEvent): void {
        const moves: Record<string, Point> = {
            ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP],
        };
        const move = moves[event.key];
        if (move) {
            const inside = (value: number) => Math.min(Math.max(value, STEP), PAD - STEP);
            this.cursor = [inside(this.cursor[0] + move[0]), inside(this.cursor[1] + move[1])];
            if (this.down) this.extend([this.cursor]);
        } else if (event.key === " ") {
            this.down = !this.down;
            this.meant = undefined;
            if (this.down) {
                this.strokes.push([]);
                this.extend([this.cursor]);
            }
        } else if (event.key === "Escape") this.down = false;
        else return;
        event.preventDefault();
        this.cursorShown = true;
        this.soon();
    }

    private undo(): void {
        this.strokes.pop();
        this.meant = undefined;
        this.redrawn();
    }

    private paint(): void {
        const pen = this.canvas;
        if (!pen) return;
        const style = getComputedStyle(this);
        const ink = style.color;
        pen.clearRect(0, 0, PAD, PAD);
        pen.strokeStyle = pen.fillStyle = ink;
        pen.lineWidth = PEN;
        pen.lineCap = pen.lineJoin = "round";
        for (const stroke of this.strokes) {
            pen.beginPath();
            pen.moveTo(...stroke[0]);
            for (const point of stroke) pen.lineTo(...point);
            pen.stroke();
        }
        if (!this.cursorShown) return;
        const [x, y] = this.cursor;
        pen.lineWidth = 2;
        pen.strokeStyle = this.down ? style.backgroundColor : ink;
        pen.strokeRect(x - PEN / 2, y - PEN / 2, PEN, PEN);
    }

    protected override updated(): void {
        super.updated();
        const pad = this.renderRoot.querySelector<HTMLCanvasElement>("canvas.pad");
        if (!pad) return;
        if (this.canvas?.canvas !== pad) this.canvas = pad.getContext("2d")!;
        this.paint();
        this.paintSeen();
    }

    private paintSeen(): void {
        const seen = this.renderRoot.querySelector<HTMLCanvasElement>("canvas.seen")!;
        const side = this.reader.image?.[0] ?? 28;
        seen.width = seen.height = side;
        const pen = seen.getContext("2d")!;
        pen.fillStyle = getComputedStyle(this).color;
        this.got?.ink.forEach((value, i) => {
            pen.globalAlpha = value;
            pen.fillRect(i % side, Math.floor(i / side), 1, 1);
        });
    }

    protected override willUpdate(changed: PropertyValues): void {
        super.willUpdate(changed as Map<PropertyKey, unknown>);
        if (this.core && this.sheet && (changed.has("treatment") || changed.has("byOther"))) this.readNow();
    }

    // -- What is shown --------------------------------------------------------------------------------------------

    protected override draw(): TemplateResult {
        const { outputs, read } = this;
        const side = this.reader.image?.[0] ?? 28;
        return html`<div class="whole">
            <div>
                <canvas class="pad" width=${PAD} height=${PAD} tabindex="0" role="application"
                    aria-label=${this.say("pad")} @pointerdown=${this.press} @pointermove=${this.move}
                    @keydown=${this.key}></canvas>
                <div class="buttons">
                    <button @click=${this.undo} ?disabled=${!this.strokes.length}>${this.say("undo")}</button>
                    <button @click=${() => this.drawStrokes([])} ?disabled=${!this.strokes.length}>${this.say("clear")}</button>
                    <label>${this.say("sample")}
                        <select class="samples" @change=${this.sampled}>
                            <option value="">–</option>
                            ${SAMPLES.map((_, digit) => html`<option value=${digit}>${digit}</option>`)}
                        </select></label>
                </div>
                <p class="soft">${this.say("keys")}</p>
            </div>
            <div>
                ${this.choices()}
                <p class="answer" role="status">${read === undefined ? this.say("empty") : this.answer(read)}</p>
                <div class="got">
                    <figure><canvas class="seen" role="img" aria-label=${this.say("seen", { side })}></canvas>
                        <figcaption>${this.say("seen", { side })}</figcaption></figure>
                    ${outputs ? this.table(outputs, read!) : nothing}
                </div>
                ${outputs ? this.meaning() : nothing}
            </div>
        </div>`;
    }

    private sampled(event: Event): void {
        const select = event.target as HTMLSelectElement;
        if (select.value === "") return;
        const scale = PAD / 100;
        this.drawStrokes(
            SAMPLES[Number(select.value)].map((stroke) => stroke.map(([x, y]) => [x * scale, y * scale] as const)),
        );
    }

    private answer(read: number): string {
        const h = digitsFor(this.outputs!).show(this.outputs![read]);
        return this.say("read", { digit: read, h });
    }

    private choices(): TemplateResult {
        const treatments: Treatment[] = ["mass", "box", "shrunk"];
        return html`<div class="buttons">
            <label>${this.say("treatment")}
                <select class="treatment" ?disabled=${this.byOther || this.small}
                    @change=${(e: Event) => (this.treatment = (e.target as HTMLSelectElement).value as Treatment)}>
                    ${treatments.map((name) => html`
                        <option value=${name} ?selected=${name === this.treatment}>${this.say(`treatment-${name}`)}</option>`)}
                </select></label>
            ${this.other ? html`<label>${this.say("reader")}
                <select class="reader"
                    @change=${(e: Event) => (this.byOther = (e.target as HTMLSelectElement).value === "digits")}>
                    <option value="mnist">${this.say("reader-mnist")}</option>
                    <option value="digits">${this.say("reader-digits")}</option>
                </select></label>` : nothing}
        </div>
        ${this.byOther ? html`<p>${this.say("other-hands")}</p>` : nothing}`;
    }

    private table(outputs: Float64Array, read: number): TemplateResult {
        const shown = digitsFor(outputs);
        return html`<table class="outputs"><thead><tr><th scope="col">${this.say("digit")}</th><td></td>
            <th scope="col" class="n">h</th></tr></thead><tbody>${Array.from(outputs, (h, k) => html`
            <tr class=${k === read ? "best" : ""}><th scope="row">${k}</th>
                <td><span class="bar" style="width:${(100 * h).toFixed(1)}%"></span></td>
                <td class="n">${shown.show(h)}</td></tr>`)}</tbody></table>`;
    }

    private meaning(): TemplateResult {
        const chosen = this.meant ?? this.read;
        return html`<label>${this.say("meant")}
            <select class="meant" @change=${(e: Event) => {
                this.meant = Number((e.target as HTMLSelectElement).value);
                this.tellOf();
            }}>${SAMPLES.map((_, k) => html`<option value=${k} ?selected=${k === chosen}>${k}</option>`)}
            </select></label>`;
    }
}
