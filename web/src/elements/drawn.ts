// A drawn digit, made into an image as those of MNIST are made. src/clearprop/data/drawn.py does the same and tells
// why; a test holds the two together.

export type Point = readonly [x: number, y: number];
export type Stroke = readonly Point[];

/** Grey values, row by row. */
export interface Image {
    rows: number;
    columns: number;
    ink: Float64Array;
}

const [SIDE, LONGER, CENTRE, SMALL] = [28, 20, 14, 8];
const EDGE = 0.25; // less ink than this share of the darkest pixel is the soft edge of a stroke

export function image(rows: number, columns = rows): Image {
    return { rows, columns, ink: new Float64Array(rows * columns) };
}

/** Draw one stroke, straight from point to point, with a round pen. */
export function addStroke(to: Image, stroke: Stroke, width: number): void {
    if (stroke.length === 1) addLine(to, stroke[0], stroke[0], width);
    for (let i = 1; i < stroke.length; i += 1) addLine(to, stroke[i - 1], stroke[i], width);
}

export function addLine(to: Image, [x, y]: Point, [toX, toY]: Point, width: number): void {
    const reach = width / 2 + 1;
    const [dx, dy] = [toX - x, toY - y];
    const [top, bottom] = [Math.max(0, Math.floor(Math.min(y, toY) - reach)), Math.max(y, toY) + reach];
    const [left, right] = [Math.max(0, Math.floor(Math.min(x, toX) - reach)), Math.max(x, toX) + reach];
    for (let row = top; row < Math.min(bottom, to.rows); row += 1)
        for (let column = left; column < Math.min(right, to.columns); column += 1) {
            const [px, py] = [column + 0.5 - x, row + 0.5 - y];
            const along = Math.min(Math.max((px * dx + py * dy) / (dx * dx + dy * dy || 1), 0), 1);
            const ink = Math.min(Math.max(width / 2 + 0.5 - Math.hypot(px - along * dx, py - along * dy), 0), 1);
            const at = row * to.columns + column;
            if (ink > to.ink[at]) to.ink[at] = ink;
        }
}

/** The 28 x 28 pixels that a network trained on MNIST expects; null without ink. */
export function asMnist(drawing: Image, centredBy: "mass" | "box" = "mass"): Image | null {
    const box = cut(drawing);
    if (!box) return null;
    const scale = LONGER / Math.max(box.rows, box.columns);
    const small = resized(box, scale, scale);
    let most = 0;
    for (const value of small.ink) most = Math.max(most, value);
    small.ink.forEach((value, i) => (small.ink[i] = value / most));
    const byMass = centredBy === "mass";
    const top = byMass ? start(sums(small, 0), CENTRE, SIDE) : (SIDE - small.rows) >> 1;
    const left = byMass ? start(sums(small, 1), CENTRE, SIDE) : (SIDE - small.columns) >> 1;
    return placed(small, SIDE, top, left);
}

/** The whole canvas at 28 x 28, the digit where and as large as it was drawn. */
export function merelyShrunk(drawing: Image): Image | null {
    return cut(drawing) && resized(drawing, SIDE / drawing.rows, SIDE / drawing.columns);
}

/** The 8 x 8 pixels of scikit-learn's digits; null without ink. */
export function asSmallDigit(drawing: Image): Image | null {
    const box = cut(drawing);
    if (!box) return null;
    const down = SMALL / box.rows;
    const small = resized(box, down, Math.min(down, SMALL / box.columns));
    return placed(small, SMALL, 0, start(sums(small, 1), (SMALL - 1) / 2, SMALL));
}

/** The smallest box with all ink. */
function cut(from: Image): Image | null {
    let most = 0;
    for (const value of from.ink) most = Math.max(most, value);
    let [top, bottom, left, right] = [from.rows, -1, from.columns, -1];
    for (let row = 0; row < from.rows; row += 1)
        for (let column = 0; column < from.columns; column += 1)
            if (from.ink[row * from.columns + column] > EDGE * most) {
                [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
                [left, right] = [Math.min(left, column), Math.max(right, column)];
            }
    if (bottom < 0) return null;
    const box = image(bottom - top + 1, right - left + 1);
    for (let row = 0; row < box.rows; row += 1) {
        const begin = (top + row) * from.columns + left;
        box.ink.set(from.ink.subarray(begin, begin + box.columns), row * box.columns);
    }
    return box;
}

/** What part of each old pixel a new one covers: `[old, share]`, by new pixel. */
function shares(n: number, scale: number): [number, number][][] {
    const found: [number, number][][] = [];
    for (let i = 0; i < Math.ceil(n * scale - 1e-9); i += 1) {
        found.push([]);
        for (let old = Math.max(0, Math.floor(i / scale) - 1); old < n && old * scale < i + 1; old += 1) {
            const share = Math.min((old + 1) * scale, i + 1) - Math.max(old * scale, i);
            if (share > 0) found[i].push([old, share]);
        }
    }
    return found;
}

/** Each new pixel is the mean of what it covers. */
function resized(from: Image, down: number, across: number): Image {
    const [rows, columns] = [shares(from.rows, down), shares(from.columns, across)];
    const half = image(rows.length, from.columns);
    rows.forEach((parts, row) => {
        for (const [old, share] of parts)
            for (let column = 0; column < from.columns; column += 1)
                half.ink[row * from.columns + column] += share * from.ink[old * from.columns + column];
    });
    const to = image(rows.length, columns.length);
    columns.forEach((parts, column) => {
        for (const [old, share] of parts)
            for (let row = 0; row < to.rows; row += 1)
                to.ink[row * to.columns + column] += share * half.ink[row * from.columns + old];
    });
    return to;
}

/** The ink of every row (axis 0) or column (axis 1). */
function sums(of: Image, axis: 0 | 1): Float64Array {
    const found = new Float64Array(axis ? of.columns : of.rows);
    of.ink.forEach((value, i) => (found[axis ? i % of.columns : Math.floor(i / of.columns)] += value));
    return found;
}

/** Where rows (or columns) with this ink begin, so that their centre of mass is `centre`. */
function start(mass: Float64Array, centre: number, side: number): number {
    let [all, moment] = [0, 0];
    mass.forEach((value, i) => {
        all += value;
        moment += value * i;
    });
    return Math.min(Math.max(Math.floor(centre - moment / all + 0.5), 0), side - mass.length);
}

function placed(small: Image, side: number, top: number, left: number): Image {
    const to = image(side);
    for (let row = 0; row < small.rows; row += 1)
        to.ink.set(
            small.ink.subarray(row * small.columns, (row + 1) * small.columns), (top + row) * side + left,
        );
    return to;
}
