// Where the layers and units of a network stand in its drawing, in pixels: a drawing is laid out for its width, so
// that its letters keep their size.
import type { Calculation } from "./calculation";
import type { ShownLayer } from "./shown";

/** Lengths of a drawing. */
interface Measures {
    top: number; // for the names of the layers
    tall: number; // what a column aims at
    closest: number; // between two circles
    image: number; // the longer side of an image
    value: number; // for an input's value, or the numbers beside an output
    name: number; // how many characters of a name are shown
}

const WIDE: Measures = { top: 48, tall: 520, closest: 33, image: 200, value: 66, name: 16 };
const NARROW: Measures = { top: 44, tall: 312, closest: 26, image: 92, value: 58, name: 6 };
const NARROW_BELOW = 560;
const WIDEST = 104; // between two circles
const BOTTOM = 34; // for what a full circle stands for
const ROOMY = 90; // from this distance on there is room for numbers under the circles
const SIDE_BY_SIDE = 130; // from this distance between layers on the numbers stand in one line
const CHARACTER = 7.6;

export interface Place {
    x: number;
    y: number;
}

export interface Grid {
    narrow: boolean;
    width: number;
    height: number;
    top: number;
    bottom: number; // where the columns end
    pitch: number;
    apart: number;
    radius: number;
    roomy: boolean; // there is room for numbers under the circles
    stacked: boolean; // which stand in two lines
    nameLength: number;
    image?: { x: number; y: number; width: number; height: number; pixel: number };
    columns: number[]; // x of each layer
    place(layer: number, unit: number): Place;
}

const isCjk = (c: string) => c.charCodeAt(0) > 0x2e80;

/** How many columns of a terminal a text takes. */
export const cells = (text: string) => [...text].reduce((n, c) => n + (isCjk(c) ? 2 : 1), 0);

/** The text, cut to so many columns. */
export function cut(text: string, most: number): string {
    if (cells(text) <= most) return text;
    let kept = "";
    for (const c of text) {
        if (cells(kept + c) >= most) break;
        kept += c;
    }
    return `${kept}…`;
}

const rowsOf = (layer: ShownLayer) => layer.units.length + (folded(layer) ? 0.7 : 0);

/** Whether units of the layer are left out of the drawing. */
export const folded = (layer: ShownLayer) => layer.units.length > 0 && layer.units.length < layer.size;

export function grid(of: Calculation, layers: readonly ShownLayer[], width: number): Grid {
    const { sheet } = of;
    const narrow = width < NARROW_BELOW;
    const m = narrow ? NARROW : WIDE;
    const nameWidth = (names?: readonly string[]) =>
        names ? CHARACTER * Math.min(Math.max(...names.map(cells)), m.name) + 8 : 0;
    const rows = Math.max(1, ...layers.map(rowsOf));
    const pitch = Math.min(Math.max(m.tall / rows, m.closest), WIDEST);
    const column = Math.max(rows * pitch, sheet.image ? m.image : 0);

    const left = sheet.image ? m.image / 2 + 2 : m.value + nameWidth(sheet.inputs) + 16;
    const right = m.value + nameWidth(sheet.outputs) + 26;
    const apart = (width - left - right) / (layers.length - 1);
    const radius = Math.min(0.34 * pitch, 22, Math.max(0.3 * apart, 6));
    const columns = layers.map((_, i) => left + i * apart);
    const middle = m.top + column / 2;

    let image: Grid["image"];
    if (sheet.image) {
        const pixel = m.image / Math.max(...sheet.image);
        const [height, wide] = sheet.image.map((side) => side * pixel);
        image = { x: columns[0] - wide / 2, y: middle - height / 2, width: wide, height, pixel };
    }
    const places = layers.map((layer) => {
        const first = middle - (rowsOf(layer) * pitch) / 2 + pitch / 2;
        return new Map(layer.units.map((unit, i) => [unit, first + i * pitch]));
    });
    const place = (layer: number, unit: number): Place => {
        if (layer === 1 && image) {
            const [row, column] = pixelOf(sheet, unit);
            return { x: image.x + (column - 0.5) * image.pixel, y: image.y + (row - 0.5) * image.pixel };
        }
        return { x: columns[layer - 1], y: places[layer - 1].get(unit)! };
    };
    const roomy = pitch >= ROOMY && apart > 70;
    const stacked = narrow || apart < SIDE_BY_SIDE;
    const bottom = m.top + column + (roomy && stacked ? 14 : 0);
    return {
        narrow, width, height: bottom + BOTTOM, top: m.top, bottom, pitch, apart, radius,
        roomy, stacked, nameLength: m.name, image, columns, place,
    };
}

/** Row and column of an input that is a pixel; the unit, the row and the column count from 1. */
export function pixelOf(
    of: { image?: readonly [number, number]; imageOrder: "C" | "F" }, unit: number,
): [number, number] {
    const [height, width] = of.image!;
    const at = unit - 1;
    return of.imageOrder === "F"
        ? [(at % height) + 1, Math.floor(at / height) + 1]
        : [Math.floor(at / width) + 1, (at % width) + 1];
}

/** From a point to the segment between two places. */
export function distance(x: number, y: number, a: Place, b: Place): number {
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const t = Math.min(Math.max(((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy), 0), 1);
    return Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
}
