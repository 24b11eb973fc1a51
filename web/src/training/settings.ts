// What a training run in the page is made of, and how it stands in the page's address.
import type { Net } from "../core";

export const SETS = [
    "circle", "xor", "gaussians", "spiral", "moons", "arms", "slope", "hills", "own", "digits",
] as const;
export const ACTIVATIONS = ["tanh", "sigmoid", "relu", "leaky_relu", "silu", "identity"] as const;
export const COSTS = ["logistic", "softmax", "quadratic", "squared"] as const;
export const INITS = ["uniform", "glorot", "he", "nielsen", "zeros", "half"] as const;
export const SOLVERS = ["gd", "sgd", "adam", "adamw"] as const;
export const MOST_LAYERS = 4; // hidden ones
export const MOST_UNITS = 8; // of a hidden layer over the plane
export const MOST_IMAGES = 30; // of the first hidden layer over images
export const MOST_POINTS = 300;
export const CLASSES = 5; // of points that are set by hand

export type SetName = (typeof SETS)[number];

/** A point that was set by hand, and its class from 0. */
export type Point = readonly [x1: number, x2: number, label: number];

export interface Settings {
    set: SetName;
    noise: number; // 0 to 1
    draw: number; // the seed of the points
    own: readonly Point[];
    hidden: readonly number[];
    activation: (typeof ACTIVATIONS)[number];
    cost: (typeof COSTS)[number];
    lambda: number;
    init: string; // one of INITS, or e as text
    solver: (typeof SOLVERS)[number];
    momentum: number; // of sgd
    rate: number;
    batch: number;
    seed: number;
}

export const DEFAULTS: Settings = {
    set: "circle", noise: 0.1, draw: 0, own: [], hidden: [4], activation: "tanh", cost: "logistic", lambda: 0,
    init: "uniform", solver: "adam", momentum: 0.9, rate: 0.03, batch: 10, seed: 0,
};

/** Whether the outputs are numbers and no classes. */
export const isRegression = (set: SetName): boolean => set === "slope" || set === "hills";

/** The settings with what cannot go together put right: costs of classes and of numbers, layers that fit. */
export function fitting(settings: Settings): Settings {
    const numbers = isRegression(settings.set);
    const cost = numbers ? "squared" : settings.cost === "squared" ? "logistic" : settings.cost;
    const most = mostUnits(settings.set);
    const hidden = settings.hidden.slice(0, MOST_LAYERS).map((units) => Math.min(units, most));
    return { ...settings, cost, hidden };
}

export const mostUnits = (set: SetName): number => (set === "digits" ? MOST_IMAGES : MOST_UNITS);

/** The network of the settings, between so many inputs and outputs. */
export function networkOf(settings: Settings, inputs: number, outputs: number): Net {
    const { hidden, activation, cost, lambda } = settings;
    return { sizes: [inputs, ...hidden, outputs], activation, cost, lambda };
}

// -- In an address --------------------------------------------------------------------------------------------

type Read<T> = (text: string) => T | undefined; // undefined: nothing that is known here

const oneOf = <T extends string>(names: readonly T[]): Read<T> => (text) => names.find((name) => name === text);
const number = (low: number, high: number): Read<number> => (text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    return value >= low && value <= high ? value : undefined;
};
const whole = (low: number, high: number): Read<number> => (text) => {
    const value = number(low, high)(text);
    return value !== undefined && Number.isInteger(value) ? value : undefined;
};
/** All parts, if each of them can be read. */
function all<T>(parts: string[], read: Read<T>, most: number): T[] | undefined {
    const values = parts.map(read);
    return parts.length <= most && !values.includes(undefined) ? (values as T[]) : undefined;
}
const point: Read<Point> = (text) => {
    const values = all(text.split("_"), number(-10, 10), 3);
    return values?.length === 3 && whole(0, CLASSES - 1)(String(values[2])) !== undefined
        ? (values as unknown as Point) : undefined;
};

/** How each setting is read; `undefined` leaves the default. */
export const READ: { [K in keyof Settings]: Read<Settings[K]> } = {
    set: oneOf(SETS),
    noise: number(0, 1),
    draw: whole(0, 2 ** 32 - 1),
    own: (text) => (text ? all(text.split("~"), point, MOST_POINTS) : []),
    hidden: (text) => (text ? all(text.split("-"), whole(1, MOST_IMAGES), MOST_LAYERS) : []),
    activation: oneOf(ACTIVATIONS),
    cost: oneOf(COSTS),
    lambda: number(0, 1000),
    init: (text) => oneOf(INITS)(text) ?? (number(0, 1000)(text) !== undefined ? text : undefined),
    solver: oneOf(SOLVERS),
    momentum: number(0, 1),
    rate: number(1e-9, 1e6),
    batch: whole(1, 100_000),
    seed: whole(0, 2 ** 32 - 1),
};

function written(value: Settings[keyof Settings]): string {
    if (!Array.isArray(value)) return String(value);
    return value.map((part) => (Array.isArray(part) ? part.join("_") : part)).join(Array.isArray(value[0]) ? "~" : "-");
}

/** `set=xor&rate=0.1&step=120`: what differs from the defaults, and the set and step always. */
export function toAddress(settings: Settings, step: number): string {
    const keys = Object.keys(DEFAULTS) as (keyof Settings)[];
    const kept = keys.filter((key) => key === "set" || written(settings[key]) !== written(DEFAULTS[key]));
    return [...kept.map((key) => `${key}=${encodeURIComponent(written(settings[key]))}`), `step=${step}`].join("&");
}

/** What `toAddress` wrote; null if the address is of something else. What cannot be read is the default. */
export function fromAddress(text: string): { settings: Settings; step: number } | null {
    const given = new URLSearchParams(text.replace(/^#/, ""));
    if (!given.has("set")) return null;
    const settings: Record<string, unknown> = { ...DEFAULTS };
    for (const [key, read] of Object.entries(READ)) {
        const value = given.has(key) ? read(given.get(key)!) : undefined;
        if (value !== undefined) settings[key] = value;
    }
    return {
        settings: fitting(settings as unknown as Settings),
        step: whole(0, 1e7)(given.get("step") ?? "") ?? 0,
    };
}
