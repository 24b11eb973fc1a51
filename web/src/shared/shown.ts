// Which units and lines of a network are drawn: those that explain/excerpt.py would choose.
import type { Calculation } from "./calculation";
import { largestTerms } from "./terms";

const UNITS = 16; // the most units of a layer
const IN_ALL = 64; // in the whole drawing, about
const FEWEST = 6; // of a layer of a deep network
const NUMBERS = ["squared", "poisson", "huber", "quantile"]; // costs whose outputs have no bounds

/** The units of a layer that are drawn, and what a full circle and the widest ring stand for. */
export interface ShownLayer {
    layer: number;
    size: number;
    units: readonly number[]; // from 1; none where an image is drawn
    low: number;
    high: number;
    delta: number; // the largest |delta|
}

/** The units of each layer to draw: those of the record, or those with the largest delta and a. */
export function shownUnits(of: Calculation): (readonly number[])[] {
    return Array.from({ length: of.L }, (_, i) => {
        const l = i + 1;
        if (l === 1 && of.sheet.image) return [];
        return of.sheet.units?.[i] ?? largest(of, l);
    });
}

function largest(of: Calculation, l: number): number[] {
    const size = of.size(l);
    const most = Math.max(FEWEST, Math.min(UNITS, Math.floor(IN_ALL / of.L)));
    const all = Array.from({ length: size }, (_, i) => i + 1);
    if (size <= most + 1) return all; // "1 more" would take as much room as the unit itself
    const ones = new Float64Array(size).fill(1);
    const bySize = (values: Float64Array) => largestTerms(values, ones, most).map((term) => term.unit);
    const byA = bySize(of.a(l));
    const byDelta = l > 1 && of.hasTargets ? bySize(of.delta(l)) : byA;
    const turns = byDelta.flatMap((unit, i) => [unit, byA[i]]);
    return [...new Set(turns)].slice(0, most).sort((p, q) => p - q);
}

export function shownLayers(of: Calculation, units: readonly (readonly number[])[]): ShownLayer[] {
    return units.map((drawn, i) => {
        const l = i + 1;
        const [low, high] = range(of, l);
        const delta = l > 1 && of.hasTargets ? greatest(of.delta(l)) : 0;
        return { layer: l, size: of.size(l), units: drawn, low, high, delta };
    });
}

/** The largest magnitude; 0 where no value is a number. */
export function greatest(values: Iterable<number>): number {
    let most = 0;
    for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
    return most;
}

/** The activations of an empty and of a full circle. */
function range(of: Calculation, l: number): [number, number] {
    const { activation, cost } = of.network;
    if (l === of.L && !NUMBERS.includes(cost)) return [0, 1];
    if (l > 1 && l < of.L && activation === "sigmoid") return [0, 1];
    if (l > 1 && l < of.L && activation === "tanh") return [-1, 1];
    let [low, high] = [0, 0];
    for (const a of of.a(l)) [low, high] = [Math.min(low, a), Math.max(high, a)];
    return [low, high];
}

/** A weight between two units and the number that its line shows. */
export interface Line {
    layer: number;
    source: number;
    target: number;
    value: number;
}

/** Every line between the drawn units of layer l and those above; all pixels of an image count as drawn. */
export function linesBetween(
    below: ShownLayer, above: ShownLayer, value: (source: number, target: number) => number,
): Line[] {
    const sources = below.units.length ? below.units : Array.from({ length: below.size }, (_, j) => j + 1);
    return sources.flatMap((source) =>
        above.units.map((target) => ({ layer: below.layer, source, target, value: value(source, target) })),
    );
}

const LINES = 40; // of two layers, the strongest
const EACH = 2; // and the strongest into each unit
const ALL = 120; // no more than so many are all drawn

/** The lines that are drawn one by one, the strongest last, over the others. */
export function strongest(lines: Line[]): Line[] {
    if (lines.length <= ALL) return [...lines].sort(weaker);
    const ordered = candidates(lines).sort(weaker);
    const into = new Map<number, number>();
    const kept = ordered.reverse().filter((line, place) => {
        const n = (into.get(line.target) ?? 0) + 1;
        into.set(line.target, n);
        return place < LINES || n <= EACH;
    });
    return kept.reverse();
}

/** The lines among which the strongest are: there may be ten thousand, and to sort them all takes long. */
function candidates(lines: readonly Line[]): Line[] {
    const sizes = Float64Array.from(lines, ({ value }) => Math.abs(value)).sort();
    const least = sizes[sizes.length - LINES];
    const into = new Map<number, Float64Array>(); // of each unit the largest sizes, the largest last
    for (const { target, value } of lines) {
        const size = Math.abs(value);
        const largest = into.get(target);
        if (!largest) into.set(target, new Float64Array(EACH).fill(size, EACH - 1));
        else if (size > largest[0]) {
            largest[0] = size;
            largest.sort();
        }
    }
    return lines.filter(({ target, value }) => {
        const size = Math.abs(value);
        return size > 0 && (size >= least || size >= into.get(target)![0]);
    });
}

const weaker = (p: Line, q: Line) => Math.abs(p.value) - Math.abs(q.value);
