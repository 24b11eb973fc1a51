// Does with numbers what src/clearprop/exercise/traced.py has written down. The operations have NumPy's names.

export type Entry = readonly [number, ...(number | string)[]]; // [operation, arguments...]

const truth = (value: boolean) => Number(value);

const OPERATIONS: Record<string, (...arguments_: number[]) => number> = {
    add: (x, y) => x + y,
    subtract: (x, y) => x - y,
    multiply: (x, y) => x * y,
    divide: (x, y) => x / y,
    negative: (x) => -x,
    power: (x, y) => x ** y,
    exp: Math.exp,
    log: Math.log,
    log1p: Math.log1p,
    tanh: Math.tanh,
    sinh: Math.sinh,
    cosh: Math.cosh,
    sqrt: Math.sqrt,
    absolute: Math.abs,
    maximum: (x, y) => Math.max(x, y),
    minimum: (x, y) => Math.min(x, y),
    fmax: (x, y) => fmax(x, y),
    equal: (x, y) => truth(x === y),
    greater: (x, y) => truth(x > y),
    greater_equal: (x, y) => truth(x >= y),
    less: (x, y) => truth(x < y),
    less_equal: (x, y) => truth(x <= y),
    isfinite: (x) => truth(Number.isFinite(x)),
    where: (condition, x, y) => (condition ? x : y),
    logical_and: (x, y) => truth(Boolean(x) && Boolean(y)),
};

/** The greater of two; the other one if one is NaN. */
export function fmax(x: number, y: number): number {
    if (Number.isNaN(x)) return y;
    return Number.isNaN(y) ? x : Math.max(x, y);
}

export class Tape {
    private readonly steps: ((values: Float64Array, inputs: Float64Array) => number)[];

    constructor(operations: readonly string[], entries: readonly Entry[]) {
        this.steps = entries.map(([operation, ...rest]) => {
            const name = operations[operation];
            const [i, j, k] = rest.map(Number); // "Infinity" and "NaN", too
            if (name === "number") return () => i;
            if (name === "input") return (_, inputs) => inputs[i];
            const f = OPERATIONS[name];
            if (!f) throw new Error(`tape: no operation ${name}`);
            return (values) => f(values[i], values[j], values[k]);
        });
    }

    /** Every entry's number. */
    run(inputs: Float64Array): Float64Array {
        const values = new Float64Array(this.steps.length);
        this.steps.forEach((step, i) => (values[i] = step(values, inputs)));
        return values;
    }
}
