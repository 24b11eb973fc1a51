// The samples that a page trains on: sets of points in the plane, points set by hand, and those of a record.
import type { Core } from "../core";
import type { Sheet } from "../shared/record";
import { isRegression, type Point, type SetName, type Settings } from "./settings";

/** Samples, row by row; without rows m is 0. */
export interface Samples {
    X: Float64Array; // (m, s_1)
    Y: Float64Array; // (m, K)
    m: number;
}

export interface Data {
    training: Samples;
    validation: Samples;
    inputs: number;
    outputs: number;
    classes: number; // 0: the outputs are numbers
    plane: boolean; // two inputs: the samples are points
}

export const TRAINING = 200; // points of a set
export const VALIDATION = 100;
export const EDGE = 3.5; // the plane is shown from -EDGE to EDGE

type Made = [x1: number, x2: number, y: number];

/** The data of the settings; `images` is the record of the digits, of which the first `split` rows are for training. */
export function dataOf(core: Core, settings: Settings, images?: Sheet, split = 0): Data {
    if (settings.set === "digits") return ofRecord(images!, Math.min(split, images!.m));
    const own = settings.set === "own";
    const points = own ? settings.own : drawn(core, settings);
    const classes = isRegression(settings.set) ? 0 : Math.max(2, ...points.map((point) => point[2] + 1));
    const single = classes === 0 || (classes === 2 && settings.cost !== "softmax");
    const outputs = single ? 1 : classes;
    const training = own ? points.length : TRAINING;
    return {
        training: samples(points.slice(0, training), classes, outputs),
        validation: samples(points.slice(training), classes, outputs),
        inputs: 2, outputs, classes, plane: true,
    };
}

function samples(points: readonly (Made | Point)[], classes: number, outputs: number): Samples {
    const X = new Float64Array(points.length * 2);
    const Y = new Float64Array(points.length * outputs);
    points.forEach(([x1, x2, y], i) => {
        X.set([x1, x2], 2 * i);
        if (outputs === 1 || classes === 0) Y[i] = y;
        else Y[i * outputs + y] = 1;
    });
    return { X, Y, m: points.length };
}

function ofRecord({ X, Y, m, network }: Sheet, split: number): Data {
    const [n, K] = [network.sizes[0], network.sizes.at(-1)!];
    const rows = (from: number, to: number): Samples => ({
        X: X.subarray(from * n, to * n),
        Y: Y!.subarray(from * K, to * K),
        m: to - from,
    });
    return { training: rows(0, split), validation: rows(split, m), inputs: n, outputs: K, classes: K, plane: false };
}

// -- Points of the plane --------------------------------------------------------------------------------------

const NUMBERS = 6; // drawn for each point: its place, its noise

function drawn(core: Core, { set, noise, draw }: Settings): Made[] {
    const rows = TRAINING + VALIDATION;
    // Initial parameters of the course's kind are NumPy's uniform numbers, here in [-1, 1].
    const line = { sizes: [rows * NUMBERS - 1, 1], activation: "sigmoid", cost: "squared", lambda: 0 };
    const u = core.initialTheta(line, draw, "1");
    return Array.from({ length: rows }, (_, i) => {
        const numbers = u.subarray(i * NUMBERS, (i + 1) * NUMBERS);
        const [x1, x2, y] = PLACES[set as keyof typeof PLACES](i, numbers, noise);
        return [rounded(x1), rounded(x2), y];
    });
}

/** Two decimals: such a number is the same in every language that reads it. */
const rounded = (value: number): number => Math.round(value * 100) / 100 + 0; // no -0

/** Two normal numbers from two of [-1, 1]. */
function normal(u: number, v: number): [number, number] {
    const radius = Math.sqrt(-2 * Math.log((1 + u) / 2 + 1e-12));
    return [radius * Math.cos(Math.PI * v), radius * Math.sin(Math.PI * v)];
}

type Place = (i: number, u: Float64Array, noise: number) => Made;

/** A place that noise then moves. */
const moved = (place: (i: number, u: Float64Array) => Made): Place => (i, u, noise) => {
    const [x1, x2, y] = place(i, u);
    const [d1, d2] = normal(u[2], u[3]);
    return [x1 + noise * d1, x2 + noise * d2, y];
};

const spiral = (arms: number, turns: number) => (i: number, u: Float64Array): Made => {
    const label = i % arms;
    const along = (1 + u[0]) / 2; // from the centre to the end
    const angle = 2 * Math.PI * turns * along + (2 * Math.PI * label) / arms;
    const radius = 0.3 + 2.6 * along;
    return [radius * Math.sin(angle), radius * Math.cos(angle), label];
};

const PLACES: Record<Exclude<SetName, "own" | "digits">, Place> = {
    circle: moved((i, u) => {
        const inside = i % 2;
        const radius = inside ? 1.4 * Math.sqrt((1 + u[0]) / 2) : 2.1 + 0.35 * (1 + u[0]);
        return [radius * Math.cos(Math.PI * u[1]), radius * Math.sin(Math.PI * u[1]), inside];
    }),
    xor: moved((_, u) => {
        const away = (value: number) => 0.25 * Math.sign(value) + 2.5 * value; // from the axes
        return [away(u[0]), away(u[1]), u[0] * u[1] < 0 ? 1 : 0];
    }),
    gaussians: (i, u, noise) => {
        const [d1, d2] = normal(u[0], u[1]);
        const centre = i % 2 ? 1.3 : -1.3;
        const spread = 0.4 + noise;
        return [centre + spread * d1, centre + spread * d2, i % 2];
    },
    spiral: moved(spiral(2, 1.2)),
    arms: moved(spiral(3, 0.8)),
    moons: moved((i, u) => {
        const angle = (Math.PI * (1 + u[0])) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        return i % 2 ? [0.9 - 1.8 * c, 0.5 - 1.8 * s, 1] : [1.8 * c - 0.9, 1.8 * s - 0.5, 0];
    }),
    slope: (_, u, noise) => {
        const [x1, x2] = [3 * u[0], 3 * u[1]];
        return [x1, x2, rounded((x1 + x2) / 6 + (noise / 3) * normal(u[2], u[3])[0])];
    },
    hills: (_, u, noise) => {
        const [x1, x2] = [3 * u[0], 3 * u[1]];
        const hill = (c1: number, c2: number) => Math.exp(-((x1 - c1) ** 2 + (x2 - c2) ** 2));
        const height = hill(1.5, 1.5) + hill(-1.5, -1.5) - hill(1.5, -1.5) - hill(-1.5, 1.5);
        return [x1, x2, rounded(height + (noise / 3) * normal(u[2], u[3])[0])];
    },
};
