// A network as the core gets it, and where its parameters lie in theta.
import type { Wasm } from "./wasm";

// The order of the enumerations in native/job.hpp.
export const ACTIVATIONS = ["sigmoid", "tanh", "relu", "identity", "leaky_relu", "silu"];
export const COSTS = ["logistic", "softmax", "quadratic", "squared", "poisson", "huber", "quantile"];

/** The architecture of a network; it holds no weights. */
export interface Net {
    sizes: number[]; // (s_1, ..., s_L), inputs first
    activation: string; // of the hidden layers, one of ACTIVATIONS
    cost: string; // one of COSTS; it decides the output's activation
    lambda: number;
    threshold?: number; // huber: 1 if left out
    levels?: number[]; // quantile: one of each output; 0.5 if left out
}

/** Where the block of layer l begins in theta, l counted from 0: `(s_l + 1, s_{l+1})`, row 0 the bias. */
export function blockOffset(net: Net, l: number): number {
    let offset = 0;
    for (let i = 0; i < l; i += 1) offset += (net.sizes[i] + 1) * net.sizes[i + 1];
    return offset;
}

/** Numbers in theta: `sum over l of (s_l + 1) * s_{l+1}`. */
export function parameters(net: Net): number {
    return blockOffset(net, net.sizes.length - 1);
}

/** The number of a name in a list. */
export function indexOf(what: string, name: string, names: readonly string[]): number {
    const at = names.indexOf(name);
    if (at < 0) throw new Error(`${what}: expected one of ${names.join(", ")}; got ${name}`);
    return at;
}

/** Throws unless an array has the length that the core will read. */
export function checkLength(what: string, values: ArrayLike<number>, expected: number): void {
    if (values.length !== expected) throw new Error(`${what}: expected ${expected} numbers; got ${values.length}`);
}

/** Throws unless a seed is a whole number that a double holds exactly. */
export function checkSeed(seed: number): void {
    if (!Number.isSafeInteger(seed) || seed < 0)
        throw new Error(`seed: expected a whole number from 0 to 2^53 - 1; got ${seed}`);
}

/** Throws unless the sizes are those of a network. */
export function checkSizes({ sizes }: Net): void {
    if (sizes.length < 2 || !sizes.every((size) => Number.isInteger(size) && size >= 1))
        throw new Error(`sizes: expected two whole numbers of at least 1, or more; got ${sizes.join(", ")}`);
}

/** A network in the core; whoever opens it closes it. */
export function openNetwork(wasm: Wasm, net: Net): number {
    const { sizes } = net;
    checkSizes(net);
    const activation = indexOf("activation", net.activation, ACTIVATIONS);
    const cost = indexOf("cost", net.cost, COSTS);
    const outputs = sizes[sizes.length - 1];
    const levels = net.cost === "quantile" ? (net.levels ?? new Array<number>(outputs).fill(0.5)) : [];
    if (levels.length) checkLength("levels", levels, outputs);
    return wasm.lend((lent, call) =>
        call.open_network(
            lent.longs(sizes),
            sizes.length,
            activation,
            cost,
            net.lambda,
            net.threshold ?? 1,
            lent.doubles(levels),
            levels.length,
        ),
    );
}
