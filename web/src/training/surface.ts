// The surface of J over a plane through theta: two directions, and J at each place, some milliseconds at a time.
//
// Source: H. Li et al., "Visualizing the loss landscape of neural nets", NeurIPS 2018, section 7 (a path in its principal
// directions). figures/surface.py draws the same planes.
import type { Core } from "../core";
import { costOf, type Task } from "./starts";

const CELLS = 41; // on each side of the picture
const FEWER = 25; // where J takes long
const LONG = 5e5; // rows times parameters
const MARGIN = 0.3; // on each side, as a part of the extent of what is shown
const LINE = 1e-6; // nearer to a line than this part, a point lies on it
const TURNS = 100; // of the power method

type Vector = Float64Array;
/** How far along the two directions. */
export type Place = readonly [a: number, b: number];

/** A plane: a point of it and two orthogonal directions of length 1. */
export interface Plane {
    origin: Vector;
    u: Vector;
    v: Vector;
}

const dot = (p: Vector, q: Vector): number => p.reduce((sum, value, i) => sum + value * q[i], 0);
const minus = (p: Vector, q: Vector, times = 1): Vector => p.map((value, i) => value - times * q[i]);
const length = (p: Vector): number => Math.sqrt(dot(p, p));
const unit = (p: Vector): Vector => p.map((value) => value / (length(p) || 1));

/** The plane through three points; null if they lie on one line. */
export function through(first: Vector, second: Vector, third: Vector): Plane | null {
    const u = unit(minus(second, first));
    const away = minus(third, first);
    const v = minus(away, u, dot(away, u));
    if (!length(u) || length(v) <= LINE * length(away)) return null;
    return { origin: first, u, v: unit(v) };
}

/** The plane through a path's end that shows most of the path, and the part of its squared distances that lies in it. */
export function along(path: readonly Vector[]): { plane: Plane; share: number } {
    const origin = path[path.length - 1];
    const away = path.map((theta) => minus(theta, origin));
    const all = away.reduce((sum, one) => sum + dot(one, one), 0);
    const u = principal(away, origin.length, 0);
    const left = away.map((one) => minus(one, u, dot(one, u)));
    let v = principal(left, origin.length, 1);
    v = unit(minus(v, u, dot(v, u)));
    const within = away.reduce((sum, one) => sum + dot(one, u) ** 2 + dot(one, v) ** 2, 0);
    return { plane: { origin, u, v }, share: all ? within / all : 1 };
}

/** The direction of length 1 along which vectors are longest; the axis `spare` if all are 0. */
function principal(vectors: readonly Vector[], n: number, spare: number): Vector {
    const longest = vectors.reduce((best, one) => (length(one) > length(best) ? one : best));
    let direction = unit(longest);
    if (length(longest) < 1e-12) return Float64Array.from({ length: n }, (_, i) => (i === spare ? 1 : 0));
    for (let turn = 0; turn < TURNS; turn += 1) {
        const next = new Float64Array(n);
        for (const one of vectors) {
            const far = dot(one, direction);
            for (let i = 0; i < n; i += 1) next[i] += far * one[i];
        }
        direction = unit(next);
    }
    return direction;
}

/** The place of the plane that is nearest to theta. */
export function project({ origin, u, v }: Plane, theta: Vector): Place {
    const away = minus(theta, origin);
    return [dot(away, u), dot(away, v)];
}

export class Surface {
    readonly cells: number; // on each side
    readonly costs: Float64Array; // (cells * cells,), the first one at the top left
    readonly middle: Place;
    readonly half: number; // from the middle to an edge; the picture is a square
    private next = 0;
    private readonly projected = new WeakMap<Vector, Place>();

    constructor(readonly core: Core, readonly task: Task, readonly plane: Plane, shown: readonly Place[]) {
        this.cells = task.rows.m * plane.origin.length > LONG ? FEWER : CELLS;
        this.costs = new Float64Array(this.cells ** 2).fill(NaN);
        const extent = (axis: 0 | 1): [number, number] => [
            Math.min(...shown.map((place) => place[axis])), Math.max(...shown.map((place) => place[axis])),
        ];
        const [a, b] = [extent(0), extent(1)];
        this.middle = [(a[0] + a[1]) / 2, (b[0] + b[1]) / 2];
        this.half = Math.max(a[1] - a[0], b[1] - b[0], 1e-6) * (0.5 + MARGIN);
    }

    /** theta at a place. */
    at([a, b]: Place): Vector {
        const { origin, u, v } = this.plane;
        return origin.map((value, i) => value + a * u[i] + b * v[i]);
    }

    /** The place that is nearest to theta, which is not changed. */
    nearest(theta: Vector): Place {
        const known = this.projected.get(theta) ?? project(this.plane, theta);
        this.projected.set(theta, known);
        return known;
    }

    cost(place: Place): number {
        return costOf(this.core, this.task, this.at(place));
    }

    get done(): number {
        return this.next / this.costs.length;
    }

    /** Measure J until that time, or to the end; whether the end is reached. */
    work(until: number): boolean {
        for (; this.next < this.costs.length && performance.now() < until; this.next += 1) {
            const [row, column] = [Math.floor(this.next / this.cells), this.next % this.cells];
            this.costs[this.next] = this.cost(this.fromPicture((column + 0.5) / this.cells, (row + 0.5) / this.cells));
        }
        return this.next === this.costs.length;
    }

    /** Where a place is in the picture: from 0 to 1, to the right and down. */
    toPicture([a, b]: Place): readonly [x: number, y: number] {
        const far = 2 * this.half;
        return [(a - this.middle[0]) / far + 0.5, 0.5 - (b - this.middle[1]) / far];
    }

    fromPicture(x: number, y: number): Place {
        const far = 2 * this.half;
        return [this.middle[0] + (x - 0.5) * far, this.middle[1] + (0.5 - y) * far];
    }
}
