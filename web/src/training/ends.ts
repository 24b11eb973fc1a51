// Where several starts end: which ends are alike, and the plane through three of them.
import type { Start } from "./starts";
import { through, type Plane } from "./surface";

const ALIKE = 1e-2; // ends whose J differ by less than this part are the same minimum, or a mirror image of it

/** J after a moment of the path, or at its last finite place. */
export const costAt = ({ costs }: Start, at: number): number => costs[Math.min(at, costs.length - 1)];

const endOf = (start: Start): number => (start.diverged ? Infinity : costAt(start, Infinity));

/** The starts by where they end, the lowest first. */
export function byEnd(all: readonly Start[]): number[] {
    return all.map((_, k) => k).sort((p, q) => endOf(all[p]) - endOf(all[q]) || p - q);
}

/** For each start which kind of J it has at a moment of the paths: 0 the lowest, and so on. */
export function kindsOf(all: readonly Start[], at: number): number[] {
    const costs = all.map((start) => costAt(start, at));
    const kinds: number[] = [];
    let [kind, of] = [-1, NaN];
    for (const k of all.map((_, i) => i).sort((p, q) => costs[p] - costs[q])) {
        if (!(Math.abs(costs[k] - of) <= ALIKE * Math.abs(of))) [kind, of] = [kind + 1, costs[k]];
        kinds[k] = kind;
    }
    return kinds;
}

/** The lowest end, the highest, and the chosen one, or one between them that is another minimum; null where no one
 * plane goes through them. */
export function threeEnds(all: readonly Start[], chosen: number | null): { plane: Plane; three: number[] } | null {
    const order = byEnd(all);
    const [low, high] = [order[0], order[order.length - 1]];
    const kinds = kindsOf(all, Infinity);
    const others = order.filter((k) => kinds[k] !== kinds[low] && kinds[k] !== kinds[high]);
    for (const k of [...(chosen === null ? [] : [chosen]), ...others, ...order]) {
        if (k === low || k === high) continue;
        const [first, second, third] = [low, high, k].map((one) => all[one].path[all[one].path.length - 1]);
        const plane = through(first, second, third);
        if (plane) return { plane, three: [low, k, high] };
    }
    return null;
}
