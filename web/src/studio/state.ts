// What the page knows: the choices, the data, and what the session told last. And the same as an address.

export interface Source {
    kind: "digits" | "synthetic" | "path" | "upload";
    set?: string;
    rows?: number;
    noise?: number;
    seed?: number;
    path?: string;
    id?: string;
    name?: string;
}

/** Options of `train`, by name; what is left out is the recipe's. */
export type Options = Record<string, string | number | undefined>;

export const NUMBERS = new Set([
    "regularization", "bins", "learning_rate", "warmup", "batch_size", "epochs", "weight_decay",
    "dropout", "label_smoothing", "clip_norm", "seed", "validation_fraction",
]);

export interface Dataset {
    source: string;
    task: string;
    rows: Record<string, number>;
    columns: number;
    inputs: number;
    classes: string[];
    image: [number, number] | null;
    order: "C" | "F";
    network: { sizes: number[]; activation: string; cost: string; lambda: number };
    parameters: number;
    dtype: string;
    batches: number;
    epochs: number;
    solver: string;
    points?: Record<string, { X: number[][]; y: number[] }>;
    box?: { low: number[]; high: number[]; names: string[]; raw: [number, number][] };
    options: Record<string, string | number>;
    hidden: number[];
    run: number;
}

export interface Snapshot {
    run: number; // of which it is: one of the run before may come after the new one is open
    epoch: number;
    position: number;
    step: number;
    running: boolean;
    kept: number | null;
    undoable: number;
    check: { verdict: string; difference: number; seconds: number } | null;
    edited: number;
    edits: Record<string, number>;
    leads: boolean; // whether an address can lead back here: with few edits, and none before this place
}

/** An epoch, J, and the validation's cost and score. */
export type Point = [number, number, number | null, number | null];
/** An epoch, and the score of the training rows. */
export type Scored = [number, number];

/** The curve of a run as it grows. */
export class Curve {
    points: Point[] = [];
    scores: Scored[] = [];
    private began = -1;

    /** With what the session has told; a curve that begins anew takes the place of this one. */
    grow(began: number, points: Point[], scores: Scored[]): void {
        if (began !== this.began) this.points = this.scores = [];
        this.began = began;
        const epochs = new Set(scores.map(([epoch]) => epoch)); // scored anew after an edit
        this.scores = [...this.scores.filter(([epoch]) => !epochs.has(epoch)), ...scores];
        this.points = [...this.points, ...points];
    }

    get cost(): number | undefined {
        return this.points.at(-1)?.[1];
    }
    get validationCost(): number | null | undefined {
        return this.points.at(-1)?.[2];
    }
    get validationScore(): number | null | undefined {
        return this.points.at(-1)?.[3];
    }
    get score(): number | undefined {
        return this.scores.at(-1)?.[1];
    }
}

/** The run beside the one under the hand. */
export interface Beside {
    source: string;
    layers: number[];
    options: Record<string, string | number>;
    epoch: number;
    position: number;
    running: boolean;
}

export const VIEWS = [
    "curves", "units", "confusion", "worst", "steps", "nudge", "surface", "doctor", "code",
] as const;
export type View = (typeof VIEWS)[number];

/** Everything that an address holds. */
export interface Place {
    source: Source;
    options: Options;
    view: View;
    part: string;
    row: number;
    epoch: number;
    batch: number;
    weights: Record<string, number>;
    lesson?: string; // the step that it stands at
}

export const START: Place = {
    source: { kind: "digits" }, options: { recipe: "modern" }, view: "curves", part: "validation", row: 0,
    epoch: 0, batch: 0, weights: {},
};

/** The part of an address after "#". Uploads cannot be in it: they go with their tab. */
export function written(place: Place): string {
    const at = new URLSearchParams();
    if (place.lesson) at.set("lesson", place.lesson);
    const { kind, set, rows, noise, seed, path } = place.source;
    at.set("source", kind === "synthetic" ? String(set) : kind === "path" ? `path:${path}` : kind);
    if (kind === "synthetic") at.set("made", [rows, noise, seed].join(","));
    for (const [name, value] of Object.entries(place.options))
        if (value !== undefined && value !== "") at.set(name, String(value));
    if (place.epoch || place.batch) at.set("at", `${place.epoch},${place.batch}`);
    if (place.view !== "curves") at.set("view", place.view);
    if (place.part !== "validation") at.set("part", place.part);
    if (place.row) at.set("sample", String(place.row));
    const edits = Object.entries(place.weights);
    if (edits.length) at.set("weights", edits.map(([index, value]) => `${index}:${value}`).join(","));
    return at.toString();
}

/** The place that an address names; what it does not say is as at the start. */
export function readPlace(hash: string, sets: Record<string, string>, names: readonly string[]): Place {
    const at = new URLSearchParams(hash.replace(/^#/, ""));
    const place: Place = structuredClone(START);
    const source = at.get("source");
    if (source?.startsWith("path:")) place.source = { kind: "path", path: source.slice(5) };
    else if (source && source in sets) {
        const [rows, noise, seed] = (at.get("made") ?? "400,0.1,0").split(",").map(Number);
        place.source = { kind: "synthetic", set: source, rows, noise, seed };
    }
    if (source) place.options = {};
    for (const name of names) {
        const value = at.get(name);
        if (value !== null) place.options[name] = NUMBERS.has(name) ? Number(value) : value;
    }
    place.lesson = at.get("lesson") ?? undefined;
    const [epoch, batch] = (at.get("at") ?? "0,0").split(",").map(Number);
    Object.assign(place, { epoch: epoch || 0, batch: batch || 0, row: Number(at.get("sample")) || 0 });
    const view = at.get("view") as View | null;
    if (view && VIEWS.includes(view)) place.view = view;
    const part = at.get("part");
    if (part && ["train", "validation", "test"].includes(part)) place.part = part;
    for (const edit of (at.get("weights") ?? "").split(",").filter(Boolean)) {
        const [index, value] = edit.split(":");
        place.weights[index] = Number(value);
    }
    return place;
}
