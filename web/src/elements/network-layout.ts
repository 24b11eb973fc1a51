// What a drawing of a network is made of: its layers, where they stand, and its lines with their numbers. It is kept
// as long as the same is shown, line by line between two layers: most steps of a pass change few of them.
import type { Calculation } from "../shared/calculation";
import { grid, type Grid } from "../shared/grid";
import { linesBetween, shownLayers, strongest, type Line, type ShownLayer } from "../shared/shown";
import type { Way } from "./unit";

/** A pass as far as it is known, and what its lines show. */
export interface View {
    readonly calculation: Calculation;
    readonly way: Way;
    readonly rate?: number;
    readonly reached: number; // the layer that the forward pass has reached
    readonly returned: number; // the one to which delta has been passed back
}

export interface Drawn {
    layers: ShownLayer[];
    strong: Line[][]; // one by one, of each two layers
    faint: Line[]; // as a shade
    at: Grid;
}

/** The number that lines of one kind show: of the line from unit j of layer l to unit k above. */
type Shows = (view: View, l: number, k: number, j: number) => number;

const SHOWS = {
    gradient: ({ calculation: of }, l, k, j) => of.D(l, k, j),
    update: ({ calculation: of, rate }, l, k, j) => -(rate ?? 0) * of.D(l, k, j),
    "passed back": ({ calculation: of }, l, k, j) => of.weight(l, k, j) * of.delta(l + 1)[k - 1],
    product: ({ calculation: of }, l, k, j) => of.weight(l, k, j) * of.a(l)[j - 1],
    weight: ({ calculation: of }, l, k, j) => of.weight(l, k, j),
} satisfies Record<string, Shows>;

function kindOf({ way, reached, returned }: View, l: number): keyof typeof SHOWS {
    if (way === "gradient" || way === "update") return way;
    if (way === "backward" && l > 1 && l + 1 >= returned) return "passed back";
    return l <= reached ? "product" : "weight";
}

const same = (one: readonly unknown[], other: readonly unknown[]) => one.every((value, i) => value === other[i]);

/** The lines between layer l and the one above. */
interface Gap {
    shown: readonly unknown[];
    lines: Line[];
    strong: Line[];
}

export class Layout {
    private gaps: Gap[] = [];
    private shown: readonly unknown[] = [];
    private drawn?: Drawn;

    /** The drawing of a view, of so many pixels; the same object as long as nothing in it changes. */
    lay(view: View, units: readonly (readonly number[])[], width: number): Drawn {
        const of = view.calculation;
        const shown = [of, units, width];
        const kept = this.drawn && same(shown, this.shown);
        const layers = kept ? this.drawn!.layers : shownLayers(of, units);
        const gaps = layers.slice(1).map((above, i) => this.gap(view, i + 1, layers[i], above));
        if (kept && same(gaps, this.gaps)) return this.drawn!;
        this.shown = shown;
        this.gaps = gaps;
        return (this.drawn = {
            layers,
            strong: gaps.map(({ strong }) => strong),
            faint: gaps.flatMap(({ lines, strong }) => (lines.length > strong.length + 20 ? lines : [])),
            at: kept ? this.drawn!.at : grid(of, layers, width),
        });
    }

    private gap(view: View, l: number, below: ShownLayer, above: ShownLayer): Gap {
        const kind = kindOf(view, l);
        const shown = [view.calculation, below.units, above.units, kind, kind === "update" ? view.rate : undefined];
        const before = this.gaps[l - 1];
        if (before && same(shown, before.shown)) return before;
        const lines = linesBetween(below, above, (source, target) => SHOWS[kind](view, l, target, source));
        return { shown, lines, strong: strongest(lines) };
    }
}
