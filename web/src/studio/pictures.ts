// What is drawn leaves the page as SVG or PNG. A view of several pictures becomes one file.
import { html, type TemplateResult } from "lit";
import { asSVG, download } from "../training/download";
import type { Values } from "../words";
import type { Answers } from "./views";

/** A drawing as the text of an SVG. */
export interface Drawn {
    svg: string;
    width: number;
    height: number;
}

/** Two links: the drawing as `name`.svg and as `name`.png. */
export function downloads(
    say: (key: string, values?: Values) => string, name: string, draw: () => Drawn | undefined,
): TemplateResult {
    const save = (ending: "svg" | "png") => async (): Promise<void> => {
        const drawn = draw();
        if (!drawn) return;
        download(`${name}.${ending}`, ending === "svg" ? vector(drawn) : await pixels(drawn));
    };
    return html`<p class="files"><span>${say("files.save")}</span> ${(["svg", "png"] as const).map((ending) => html`
        <button type="button" data-save=${ending} @click=${save(ending)}>${name}.${ending}</button>`)}</p>`;
}

const vector = ({ svg }: Drawn): Blob => new Blob([svg], { type: "image/svg+xml" });

const SHARP = 2; // pixels of a PNG to each of the page

async function pixels(drawn: Drawn): Promise<Blob> {
    const image = new Image(), address = URL.createObjectURL(vector(drawn));
    image.src = address;
    await image.decode();
    URL.revokeObjectURL(address);
    const canvas = document.createElement("canvas");
    canvas.width = drawn.width * SHARP;
    canvas.height = drawn.height * SHARP;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob!), "image/png"));
}

// -- Drawings on a page of their own ---------------------------------------------------------------

const TEXT = 14, LINE = 20, GAP = 12;

const escaped = (text: string): string =>
    text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);

/** A text at a place; `more` are further attributes. */
const written = (x: number, y: number, text: string, ink: string, more = ""): string =>
    `<text x="${x}" y="${y}" fill="${ink}" font-size="${TEXT}" ${more}>${escaped(text)}</text>`;

/** The colours of the page as it is now: ink and paper. */
function colours(): [string, string] {
    const style = getComputedStyle(document.body);
    return [style.color, style.backgroundColor];
}

function sheet(width: number, height: number, content: string): Drawn {
    const [w, h] = [Math.ceil(width), Math.ceil(height)];
    const font = getComputedStyle(document.body).fontFamily;
    return {
        width: w, height: h,
        svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}"
            font-family="${escaped(font)}"><rect width="${w}" height="${h}" fill="${colours()[1]}"/>${content}</svg>`,
    };
}

interface Part {
    title: string;
    keys?: { mark: SVGSVGElement; name: string }[]; // what the lines mean
    drawing: SVGSVGElement;
    pictures?: Iterable<HTMLCanvasElement>; // that lie under it
}

/** A drawing of the page at a place in another one. */
function inside(drawing: SVGSVGElement, x: number, y: number, pictures: Iterable<HTMLCanvasElement> = []): string {
    const { width, height } = drawing.getBoundingClientRect();
    const size = `x="${x}" y="${y}" width="${width}" height="${height}"`;
    return asSVG(drawing, pictures, true).replace(/^<svg([^>]*)>/, (_, given: string) =>
        `<svg${given.replace(/ (x|y|width|height|style|class)="[^"]*"/g, "")} ${size} overflow="visible">`);
}

/** Drawings of the page under each other, each with its heading. */
export function stacked(parts: Part[]): Drawn {
    const [ink] = colours();
    let y = 0, width = 0, content = "";
    for (const { title, keys, drawing, pictures } of parts) {
        const box = drawing.getBoundingClientRect();
        if (title) content += written(GAP, (y += LINE), title, ink, 'font-weight="600"');
        for (const key of keys ?? []) {
            content += inside(key.mark, GAP, (y += LINE) - 9);
            content += written(2 * GAP + key.mark.getBoundingClientRect().width, y, key.name, ink);
        }
        content += inside(drawing, GAP, y + GAP / 2, pictures);
        y += box.height + GAP;
        width = Math.max(width, box.width);
    }
    return sheet(width + 2 * GAP, y + GAP, content);
}

/** Pictures beside each other, as many in a row as have room, each with its name under it. */
export function gallery(canvases: Iterable<HTMLCanvasElement>, room: number): Drawn | undefined {
    const all = [...canvases];
    if (!all.length) return undefined;
    const [ink] = colours();
    let x = GAP, y = GAP, tall = 0, width = 0, content = "";
    for (const canvas of all) {
        const box = canvas.getBoundingClientRect(), name = canvas.getAttribute("aria-label") ?? "";
        const wide = Math.max(box.width, width_of(name));
        if (x > GAP && x + wide > room) [x, y, tall] = [GAP, y + tall, 0];
        content += `<image x="${x}" y="${y}" width="${box.width}" height="${box.height}" preserveAspectRatio="none"
            style="image-rendering:${getComputedStyle(canvas).imageRendering}" href="${canvas.toDataURL()}"/>`;
        content += written(x, y + box.height + TEXT + 2, name, ink);
        x += wide + GAP;
        tall = Math.max(tall, box.height + LINE + GAP);
        width = Math.max(width, x);
    }
    return sheet(width, y + tall, content);
}

/** About how wide a text is: a Chinese character is as wide as it is high, others half of that. */
function width_of(text: string): number {
    return [...text].reduce((sum, c) => sum + (c > "\u2e7f" ? TEXT : 0.56 * TEXT), 0);
}

const CELL = 38;

/** The confusion as a table of squares. */
export function confusionDrawn(found: Answers, say: (key: string) => string): Drawn | undefined {
    const { confusion: counts, classes } = found;
    if (!counts) return undefined;
    const [ink] = colours();
    const names = Math.max(60, ...classes.map((name) => width_of(name) + GAP)), left = GAP + names, top = 2 * LINE + GAP;
    const most = Math.max(1, ...counts.map((row, i) => Math.max(0, ...row.filter((_, j) => j !== i))));
    const middle = 'text-anchor="middle"', end = 'text-anchor="end"';
    const cells = counts.flatMap((row, i) => row.map((n, j) => {
        const [x, y] = [left + j * CELL, top + i * CELL], share = i === j ? 0 : 0.6 * (n / most);
        return `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="#b3261e" fill-opacity="${share.toFixed(2)}"
            stroke="${ink}" stroke-opacity=".3"/>${written(x + CELL / 2, y + CELL / 2 + 5, String(n), ink,
                i === j ? `${middle} font-weight="650"` : middle)}`;
    }));
    const long = classes.some((name) => width_of(name) > CELL);
    const heads = classes.map((name, j) => {
        const x = left + (j + 0.5) * CELL, y = top - 8;
        return long ? written(x, y, name, ink, `transform="rotate(-30 ${x} ${y})"`) : written(x, y, name, ink, middle);
    });
    const sides = classes.map((name, i) => written(left - 8, top + (i + 0.5) * CELL + 5, name, ink, end));
    const titles = [
        written(left + (classes.length * CELL) / 2, LINE, say("confusion.predicted"), ink, middle),
        written(GAP, top - 8, say("confusion.actual"), ink),
    ];
    const size = classes.length * CELL;
    return sheet(left + size + (long ? names : GAP), top + size + GAP, [...titles, ...heads, ...sides, ...cells].join(""));
}
