// Pictures on a canvas: an image of numbers, the plane with its points, a surface with paths.

/** Colours of signed numbers, as the elements have them: blue below 0, orange above. */
const BELOW = [11, 98, 196], ABOVE = [180, 83, 9];
/** Ten colours that stay apart for most eyes; classes also have their number. */
export const CLASSES = [
    "#1f77b4", "#d95f02", "#2a9d5c", "#c7254e", "#7b5cc0", "#8c564b", "#c2529b", "#5f6b7a", "#8a8d0f", "#0b8fa0",
];
export const classColour = (k: number): string => CLASSES[k % CLASSES.length];

function rgb(hex: string): number[] {
    return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

/** The ratio of a page's pixels. */
const ratio = (): number => Math.min(2, devicePixelRatio || 1);

export function fit(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
    const r = ratio();
    canvas.width = Math.round(width * r);
    canvas.height = Math.round(height * r);
    const context = canvas.getContext("2d")!;
    context.setTransform(r, 0, 0, r, 0, 0);
    return context;
}

/** Numbers by rows as an image: signed ones in two colours on white, or ink from 0 to the largest. */
export function image(
    canvas: HTMLCanvasElement, values: ArrayLike<number>, height: number, width: number, signed: boolean, order = "C",
): void {
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d")!;
    const picture = context.createImageData(width, height);
    let most = 1e-12;
    for (let i = 0; i < values.length; i += 1) most = Math.max(most, Math.abs(values[i]));
    for (let i = 0; i < height; i += 1)
        for (let j = 0; j < width; j += 1) {
            const value = values[order === "F" ? j * height + i : i * width + j] / most;
            const ink = signed ? (value < 0 ? BELOW : ABOVE) : [20, 24, 30];
            const share = Math.min(1, Math.abs(value));
            const at = 4 * (i * width + j);
            for (let c = 0; c < 3; c += 1) picture.data[at + c] = 255 - share * (255 - ink[c]);
            picture.data[at + 3] = 255;
        }
    context.putImageData(picture, 0, 0);
}

export interface Plane {
    shape: number[];
    classes?: number[];
    sure?: number[];
    values?: number[];
}

/** The answer over the plane, y upwards, with the points of a part on it. */
export function plane(
    canvas: HTMLCanvasElement, size: number, answer: Plane | undefined, box: { low: number[]; high: number[] },
    points: { X: number[][]; y: number[] } | undefined, classes: boolean,
): void {
    const context = fit(canvas, size, size);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, size, size);
    const low = box.low, high = box.high, line = low.length === 1;
    const ys = points?.y ?? [];
    const [bottom, top] = line ? padded(ys, answer?.values ?? []) : [low[1], high[1]];
    const x = (v: number): number => ((v - low[0]) / (high[0] - low[0])) * size;
    const y = (v: number): number => size - ((v - bottom) / (top - bottom)) * size;
    if (answer && !line) grid(context, answer, size, ys, classes);
    if (answer?.values && line) {
        context.strokeStyle = "#b45309";
        context.lineWidth = 2.5;
        context.beginPath();
        answer.values.forEach((v, i) => context.lineTo((i / (answer.values!.length - 1)) * size, y(v)));
        context.stroke();
    }
    const most = Math.max(1e-9, ...ys.map(Math.abs));
    points?.X.forEach((row, i) => {
        context.beginPath();
        const at = [x(row[0]), y(line ? ys[i] : row[1])] as const;
        if (classes && ys[i] % 2) context.rect(at[0] - 3, at[1] - 3, 6, 6);
        else context.arc(at[0], at[1], 3.4, 0, 7);
        context.fillStyle = classes ? classColour(ys[i]) : line ? "#0b57b0" : mixed(ys[i] / most);
        context.fill();
        context.strokeStyle = "#fff";
        context.lineWidth = 1;
        context.stroke();
    });
}

function padded(...lists: number[][]): [number, number] {
    const all = lists.flat();
    if (!all.length) return [-1, 1];
    const low = Math.min(...all), high = Math.max(...all), margin = 0.08 * (high - low || 1);
    return [low - margin, high + margin];
}

function mixed(share: number): string {
    const ink = share < 0 ? BELOW : ABOVE, s = Math.min(1, Math.abs(share));
    return `rgb(${ink.map((c) => Math.round(240 - s * (240 - c))).join(",")})`;
}

function grid(context: CanvasRenderingContext2D, answer: Plane, size: number, ys: number[], classes: boolean): void {
    const [rows, columns] = answer.shape;
    const small = document.createElement("canvas");
    small.width = columns;
    small.height = rows;
    const inside = small.getContext("2d")!;
    const most = Math.max(1e-9, ...ys.map(Math.abs));
    for (let i = 0; i < rows; i += 1)
        for (let j = 0; j < columns; j += 1) {
            const k = i * columns + j;
            if (classes) {
                const colour = rgb(classColour(answer.classes![k]));
                const share = 0.12 + 0.5 * Math.max(0, Math.min(1, 2 * answer.sure![k] - 1));
                inside.fillStyle = `rgb(${colour.map((c) => Math.round(255 - share * (255 - c))).join(",")})`;
            } else inside.fillStyle = mixed((0.8 * answer.values![k]) / most);
            inside.fillRect(j, rows - 1 - i, 1, 1);
        }
    context.imageSmoothingEnabled = true;
    context.drawImage(small, 0, 0, size, size);
}

export interface SurfacePlane {
    a: number[];
    b: number[];
    J: number[][];
    points: number[][][];
}

/** J over a plane by its logarithm, with the path of each start. */
export function surface(canvas: HTMLCanvasElement, size: number, found: SurfacePlane): void {
    const context = fit(canvas, size, size);
    const logs = found.J.map((row) => row.map((J) => Math.log(Math.max(J, 1e-12))));
    const all = logs.flat(), low = Math.min(...all), high = Math.max(...all);
    const small = document.createElement("canvas");
    small.width = found.a.length;
    small.height = found.b.length;
    const inside = small.getContext("2d")!;
    logs.forEach((row, i) =>
        row.forEach((value, j) => {
            const share = (value - low) / (high - low || 1);
            const band = Math.floor(share * 14) / 14;
            inside.fillStyle = `hsl(${215 - 190 * band} 55% ${34 + 52 * band}%)`;
            inside.fillRect(j, found.b.length - 1 - i, 1, 1);
        }),
    );
    context.drawImage(small, 0, 0, size, size);
    const last = <T>(list: T[]): T => list[list.length - 1];
    const x = (v: number): number => ((v - found.a[0]) / (last(found.a) - found.a[0])) * size;
    const y = (v: number): number => size - ((v - found.b[0]) / (last(found.b) - found.b[0])) * size;
    found.points.forEach((path, k) => {
        context.strokeStyle = context.fillStyle = classColour(k);
        context.lineWidth = 2;
        context.beginPath();
        path.forEach(([u, v]) => context.lineTo(x(u), y(v)));
        context.stroke();
        const [u, v] = last(path);
        context.beginPath();
        context.arc(x(u), y(v), 5, 0, 7);
        context.fill();
        context.strokeStyle = "#fff";
        context.stroke();
    });
}
