// Pictures on a canvas: the plane with its points, a unit over the plane, weights as an image.
import { css, html, type TemplateResult } from "lit";
import { SIDE } from "./plane";
import { answer } from "./run";
import { EDGE, type Samples } from "./sets";
import { CLASSES } from "./settings";

type Colour = [r: number, g: number, b: number];

/** Colours as the page's scheme has them now. */
export interface Palette {
    paper: Colour;
    ink: Colour;
    classes: Colour[]; // of 0 and 1: those of minus and plus
}

export const paletteStyles = css`
.palette{display:none}
.palette .paper,.palette :nth-child(1){color:var(--_paper)}
.palette :nth-child(2){color:var(--_ink)}
.palette :nth-child(3){color:var(--_down)}
.palette :nth-child(4){color:var(--_up)}
.palette :nth-child(5){color:var(--_good)}
.palette :nth-child(6){color:light-dark(#8250df,#d2a8ff)}
.palette :nth-child(7){color:light-dark(#8a6d00,#e3c14a)}
`;

/** Stands in a shadow root, unseen, so that `paletteOf` can ask for the colours. */
export const palette: TemplateResult = html`<span class="palette" aria-hidden="true"
    >${Array.from({ length: CLASSES + 2 }, () => html`<i></i>`)}</span>`;

const palettes = new Map<string, Palette>();

export function paletteOf(root: ParentNode): Palette {
    const written = [...root.querySelectorAll(".palette i")].map((probe) => getComputedStyle(probe).color);
    const key = written.join();
    let found = palettes.get(key);
    if (!found) {
        const colours = written.map((colour): Colour => {
            const [r, g, b] = colour.match(/[\d.]+/g)!.map(Number);
            return [r, g, b];
        });
        palettes.set(key, (found = { paper: colours[0], ink: colours[1], classes: colours.slice(2) }));
    }
    return found;
}

const mixed = (from: Colour, to: Colour, share: number): Colour =>
    from.map((value, i) => value + (to[i] - value) * share) as Colour;

/** From minus over paper to plus; value in [-1, 1]. */
const signed = ({ paper, classes }: Palette, value: number): Colour =>
    mixed(paper, classes[value > 0 ? 1 : 0], 0.85 * Math.min(Math.abs(value), 1));

const rgb = (colour: Colour) => `rgb(${colour.join()})`;

const packed = ([r, g, b]: Colour): number => (255 << 24) | (b << 16) | (g << 8) | r;

const HALF = 127; // steps from paper to a full colour
const scales = new WeakMap<Palette, Uint32Array>();

/** The colours from minus over paper to plus, packed. */
function scaleOf(colours: Palette): Uint32Array {
    let scale = scales.get(colours);
    if (!scale) {
        scale = Uint32Array.from({ length: 2 * HALF + 1 }, (_, i) =>
            packed(signed(colours, (i - HALF) / HALF)));
        scales.set(colours, scale);
    }
    return scale;
}

/** Where a value of [-1, 1] stands on the scale; paper for what is no number. */
function place(value: number): number {
    if (!(value > -1)) return value <= -1 ? 0 : HALF;
    return value < 1 ? Math.round((value + 1) * HALF) : 2 * HALF;
}

const board = document.createElement("canvas"); // where pictures are made, cell by cell

/** A picture of width x height cells on a canvas of the page, as large as that. */
function put(
    canvas: HTMLCanvasElement, width: number, height: number, colour: (i: number) => number, smooth: boolean,
): CanvasRenderingContext2D {
    if (board.width !== width || board.height !== height) [board.width, board.height] = [width, height];
    const picture = board.getContext("2d", { willReadFrequently: true })!;
    const image = picture.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i += 1) pixels[i] = colour(i);
    picture.putImageData(image, 0, 0);
    const scale = window.devicePixelRatio || 1;
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
    const size = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(high * scale))];
    // Setting a size, even the same one, would lay out the page anew.
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    const pen = canvas.getContext("2d")!;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.imageSmoothingEnabled = smooth;
    pen.drawImage(board, 0, 0, canvas.width, canvas.height);
    pen.scale(canvas.width / (wide || 1), canvas.height / (high || 1));
    return pen;
}

/** What turns an activation into a number of [-1, 1]. */
export function scaled(activation: string, values: Float64Array): (a: number) => number {
    if (activation === "sigmoid") return (a) => 2 * a - 1;
    if (activation === "tanh") return (a) => a;
    const largest = values.reduce((most, a) => Math.max(most, Math.abs(a)), 1e-12);
    return (a) => a / largest;
}

/** Unit k (from 1) of a layer whose activations over the plane are `a`, (SIDE * SIDE, s). */
export function paintUnit(
    canvas: HTMLCanvasElement, colours: Palette, a: Float64Array, s: number, k: number, activation: string,
): CanvasRenderingContext2D {
    const to = scaled(activation, a);
    const scale = scaleOf(colours);
    return put(canvas, SIDE, SIDE, (i) => scale[place(to(a[i * s + k - 1]))], true);
}

/** The answers h over the plane, (SIDE * SIDE, K), with a line where the answer changes. */
export function paintAnswers(
    canvas: HTMLCanvasElement, colours: Palette, h: Float64Array, K: number, classes: number,
): CanvasRenderingContext2D {
    const scale = scaleOf(colours);
    const shares = (i: number): number => {
        const all = h.subarray(i * K, (i + 1) * K);
        const sum = all.reduce((total, p) => total + p, 0);
        if (!(sum > 0)) return scale[HALF];
        const mean = [0, 1, 2].map((c) =>
            all.reduce((total, p, k) => total + (p / sum) * colours.classes[k][c], 0)) as Colour;
        return packed(mixed(colours.paper, mean, Math.max(...all) / sum));
    };
    const colour = K > 1 ? shares : (i: number) => scale[place(classes ? 2 * h[i] - 1 : h[i])];
    const pen = put(canvas, SIDE, SIDE, colour, true);
    if (classes) border(pen, colours, h, K, canvas.clientWidth);
    return pen;
}

/** A line where the answer changes: where an output meets the largest of the others. */
function border(pen: CanvasRenderingContext2D, { ink }: Palette, h: Float64Array, K: number, size: number): void {
    pen.strokeStyle = `rgba(${ink.join()},.7)`;
    pen.lineWidth = 1.3;
    pen.beginPath();
    for (let k = 0; k < K; k += 1) {
        const lead = (i: number) => {
            if (K === 1) return h[i] - 0.5;
            const others = h.subarray(i * K, (i + 1) * K).filter((_, other) => other !== k);
            return h[i * K + k] - Math.max(...others);
        };
        zeros(Float64Array.from({ length: SIDE * SIDE }, (_, i) => lead(i)), SIDE, pen, size / SIDE);
    }
    pen.stroke();
}

/** The line on which values over the cells, (side * side,), are 0, piece by piece between the cells' middles. */
function zeros(values: Float64Array, side: number, pen: CanvasRenderingContext2D, cell: number): void {
    for (let row = 0; row + 1 < side; row += 1)
        for (let column = 0; column + 1 < side; column += 1) {
            const first = row * side + column;
            const sides = [first, first + 1, first + side, first + side + 1].filter((i) => values[i] > 0).length;
            if (sides % 4 === 0) continue;
            const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => ({
                x: column + x, y: row + y, value: values[(row + y) * side + column + x],
            }));
            const crossed: [number, number][] = [];
            corners.forEach((one, c) => {
                const next = corners[(c + 1) % 4];
                if (one.value > 0 === next.value > 0) return;
                const share = one.value / (one.value - next.value);
                crossed.push([one.x + share * (next.x - one.x), one.y + share * (next.y - one.y)]);
            });
            for (let c = 0; c + 1 < crossed.length; c += 2)
                [crossed[c], crossed[c + 1]].forEach(([x, y], end) => {
                    const [left, top] = [(x + 0.5) * cell, (y + 0.5) * cell];
                    if (end) pen.lineTo(left, top);
                    else pen.moveTo(left, top);
                });
        }
}

/** Where a point of the plane lies on a canvas of so many CSS pixels. */
export const onCanvas = (x1: number, x2: number, size: number): [number, number] => [
    ((x1 / EDGE + 1) / 2) * size, ((1 - x2 / EDGE) / 2) * size,
];

/** Which point of the plane lies there. */
export const onPlane = (left: number, top: number, size: number): [number, number] => [
    ((2 * left) / size - 1) * EDGE, (1 - (2 * top) / size) * EDGE,
];

/** The samples as marks: each class has a form and a colour; those of validation are hollow. */
export function paintPoints(
    pen: CanvasRenderingContext2D, colours: Palette, { X, Y, m }: Samples, K: number, classes: number,
    size: number, hollow: boolean,
): void {
    pen.lineWidth = 1.2;
    for (let i = 0; i < m; i += 1) {
        const [left, top] = onCanvas(X[2 * i], X[2 * i + 1], size);
        const label = classes ? (K === 1 ? Y[i] : answer(Y, i, K)) : 0;
        const full = classes ? rgb(mixed(colours.classes[label], colours.ink, 0.25)) : rgb(signed(colours, Y[i]));
        const path = new Path2D(FORMS[classes ? label : 0]);
        pen.save();
        pen.translate(left, top);
        pen.fillStyle = hollow ? rgb(colours.paper) : full;
        pen.strokeStyle = hollow ? full : rgb(classes ? colours.paper : colours.ink);
        pen.fill(path);
        pen.stroke(path);
        pen.restore();
    }
}

/** Circle, square, triangle, rhombus, cross: one for each class. */
export const FORMS = [
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "M-3.6 -3.6h7.2v7.2h-7.2z",
    "M0 -4.6L4.5 3.6H-4.5z",
    "M0 -5L5 0L0 5L-5 0z",
    "M-1.6 -4.6h3.2v3h3v3.2h-3v3h-3.2v-3h-3v-3.2h3z",
];

/** Numbers as an image of width x height: plus and minus have the colours of the signs, `largest` the full one. */
export function paintNumbers(
    canvas: HTMLCanvasElement, colours: Palette, values: Float64Array, width: number, largest: number,
): void {
    const scale = scaleOf(colours);
    put(canvas, width, values.length / width, (i) => scale[place(values[i] / (largest || 1))], false);
}

/** Inputs from 0 to 1 as ink on paper. */
export function paintInk(canvas: HTMLCanvasElement, colours: Palette, x: Float64Array, width: number): void {
    put(canvas, width, x.length / width, (i) => packed(mixed(colours.paper, colours.ink, x[i])), false);
}

const CONTOURS = 8; // lines of equal J

/** J over a plane, (side * side,): blue where it is low; contours at equal ratios, or at equal steps if J reaches 0. */
export function paintSurface(canvas: HTMLCanvasElement, colours: Palette, costs: Float64Array, side: number): void {
    const known = costs.filter(Number.isFinite);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const scale = low > 0 ? Math.log : (J: number) => J;
    const [from, to] = [scale(low), scale(high)];
    const height = costs.map((J) => (scale(J) - from) / (to - from || 1));
    const shade = (i: number) => packed(mixed(colours.classes[0], colours.paper, 0.25 + 0.75 * Math.min(height[i], 1)));
    const pen = put(canvas, side, side, (i) => (Number.isFinite(costs[i]) ? shade(i) : packed(colours.paper)), true);
    pen.strokeStyle = `rgba(${colours.ink.join()},.35)`;
    pen.lineWidth = 1;
    pen.beginPath();
    for (let line = 1; line < CONTOURS; line += 1)
        zeros(height.map((value) => value - line / CONTOURS), side, pen, canvas.clientWidth / side);
    pen.stroke();
}
