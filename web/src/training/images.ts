// The network over images: what each unit of the first hidden layer looks for, and the images that are read wrongly.
import { css, html, type TemplateResult } from "lit";
import type { Sheet } from "../shared/record";
import { paintInk, paintNumbers, type Palette } from "./paint";
import { weightsInto, type Unit } from "./plane";
import { answer, type Run } from "./run";

export const imageStyles = css`
.images{display:grid;grid-template-columns:repeat(auto-fill,minmax(44px,1fr));gap:6px;max-width:34rem;margin:.3rem 0 .8rem}
.images .unit{position:static;aspect-ratio:1;width:100%}
.images figure{margin:0}
.images canvas{width:100%;aspect-ratio:1;display:block}
.images>canvas,.images figure canvas{border:1px solid var(--_line)}
.images figcaption{font-size:.75rem;text-align:center}
`;

const WRONG = 12; // images that are shown

type Say = (key: string, values?: Record<string, string | number>) => string;

/** Rows of validation that are read wrongly, and how many rows there are. */
export function wrongRows({ core, net, theta, data }: Run): { rows: number[]; h: Float64Array } {
    const { X, Y, m } = data.validation;
    const K = data.outputs;
    const h = core.predict(net, theta, X, m);
    return { rows: Array.from({ length: m }, (_, i) => i).filter((i) => answer(h, i, K) !== answer(Y, i, K)), h };
}

/** The images that are read wrongly, with what they are and what they are read as. */
export function mistakes(run: Run, sheet: Sheet, say: Say): TemplateResult {
    const { rows, h } = wrongRows(run);
    const { Y, m } = run.data.validation;
    const K = run.data.outputs;
    const name = (values: Float64Array, i: number) => {
        const k = answer(values, i, K);
        return sheet.outputs?.[k] ?? String(k);
    };
    return html`<p class="line">${say("train.wrong", { wrong: rows.length, m })}</p>
        <div class="images wrong">${rows.slice(0, WRONG).map((i) => html`<figure><canvas data-row=${i}></canvas>
            <figcaption>${say("train.read_as", { truth: name(Y, i), read: name(h, i) })}</figcaption></figure>`)}</div>`;
}

/** The pixel under the pointer, from 1, in an image of so many pixels a row. */
function pixelAt(event: PointerEvent, width: number, pixels: number): number {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const cell = (at: number, size: number, count: number) => Math.min(Math.max(Math.floor((at / size) * count), 0), count - 1);
    const height = pixels / width;
    return 1 + cell(event.clientY - box.y, box.height, height) * width + cell(event.clientX - box.x, box.width, width);
}

export function images(
    run: Run, sheet: Sheet, chosen: Unit, say: Say, choose: (unit: Unit) => void,
    point: (at: { l: number; k: number; j: number } | null) => void,
): TemplateResult {
    const pixels = run.net.sizes[0];
    const width = widthOf(run, sheet);
    const units = Array.from({ length: run.net.sizes[1] }, (_, k) => ({ l: 2, k: k + 1 }));
    return html`<p class="line">${say("train.units")}</p>
        <div class="images units">${units.map((unit) => html`<button class="unit" data-unit="2-${unit.k}"
            aria-pressed=${chosen.l === 2 && chosen.k === unit.k} aria-label=${say("unit", { ...unit })}
            @pointermove=${(event: PointerEvent) => point({ l: 1, k: unit.k, j: pixelAt(event, width, pixels) })}
            @pointerleave=${() => point(null)} @click=${() => choose(unit)}><canvas></canvas></button>`)}</div>`;
}

const widthOf = ({ net }: Run, sheet: Sheet): number => sheet.image?.[1] ?? Math.sqrt(net.sizes[0]);

export function paintImages(root: ParentNode, run: Run, sheet: Sheet, colours: Palette): void {
    const { net, theta, data } = run;
    const width = widthOf(run, sheet);
    const canvases = root.querySelectorAll<HTMLCanvasElement>(".units canvas");
    const weights = Array.from(canvases, (_, k) => weightsInto(net, theta, 1, k + 1));
    const largest = Math.max(...weights.map((values) => Math.max(...values.map(Math.abs))));
    canvases.forEach((canvas, k) => paintNumbers(canvas, colours, weights[k], width, largest));
    for (const canvas of root.querySelectorAll<HTMLCanvasElement>(".wrong canvas")) {
        const at = Number(canvas.dataset.row) * data.inputs;
        paintInk(canvas, colours, data.validation.X.subarray(at, at + data.inputs), width);
    }
}
