// What the units of a network answer over the plane.
import { blockOffset, type Core, type Net } from "../core";
import { EDGE } from "./sets";

/** A unit; layers and units count from 1. */
export interface Unit {
    l: number;
    k: number;
}

export const SIDE = 50; // the plane is SIDE x SIDE cells, the first one at the top left

const middle = (cell: number) => ((2 * cell + 1) / SIDE - 1) * EDGE;

/** The middles of the cells, (SIDE * SIDE, 2). */
const GRID = Float64Array.from({ length: 2 * SIDE * SIDE }, (_, i) => {
    const cell = i >> 1;
    return i % 2 ? -middle(Math.floor(cell / SIDE)) : middle(cell % SIDE);
});

/** a^(l) of hidden layer l (from 2), (SIDE * SIDE, s_l); of the last layer h. Of the inputs x. */
export function overPlane(core: Core, net: Net, theta: Float64Array, l: number): Float64Array {
    if (l === 1) return GRID;
    if (l === net.sizes.length) return core.predict(net, theta, GRID, SIDE * SIDE);
    return hiddenA(core, net, theta, l, GRID, SIDE * SIDE);
}

/** a^(l) of hidden layer l of m rows, (m, s_l): the network up to there, and a layer that hands on what it gets. */
function hiddenA(core: Core, net: Net, theta: Float64Array, l: number, X: Float64Array, m: number): Float64Array {
    const s = net.sizes[l - 1];
    const below = blockOffset(net, l - 1);
    const handedOn = new Float64Array(below + (s + 1) * s);
    handedOn.set(theta.subarray(0, below));
    for (let k = 0; k < s; k += 1) handedOn[below + (k + 1) * s + k] = 1;
    const sizes = [...net.sizes.slice(0, l), s];
    return core.predict({ sizes, activation: net.activation, cost: "squared", lambda: 0 }, handedOn, X, m);
}

/** The mean of g'(z) over the units of hidden layer l and m rows. */
export function meanSlope(core: Core, net: Net, theta: Float64Array, l: number, X: Float64Array, m: number): number {
    const z = hiddenZ(core, net, theta, l, X, m);
    // One unit behind one unit. Huber's cost of a large error rises by 1 with h, so D of the first bias is that mean.
    const two: Net = { sizes: [1, 1, 1], activation: net.activation, cost: "huber", lambda: 0 };
    return core.costAndGradient(two, Float64Array.of(0, 1, 0, 1), z, new Float64Array(z.length).fill(-1e6), z.length).D[0];
}

/** z^(l) of m rows, (m, s_l): the network up to layer l, whose outputs are left as they are. */
function hiddenZ(core: Core, net: Net, theta: Float64Array, l: number, X: Float64Array, m: number): Float64Array {
    const below: Net = { sizes: net.sizes.slice(0, l), activation: net.activation, cost: "squared", lambda: 0 };
    return core.predict(below, theta.subarray(0, blockOffset(net, l - 1)), X, m);
}

/** Theta^(l)_kj; j = 0 is the bias. Layers and units count from 1. */
export function weight(net: Net, theta: Float64Array, l: number, k: number, j: number): number {
    return theta[blockOffset(net, l - 1) + j * net.sizes[l] + k - 1];
}

/** The weights that lead to unit k of layer l + 1, its bias left out, (s_l,). */
export function weightsInto(net: Net, theta: Float64Array, l: number, k: number): Float64Array {
    return Float64Array.from({ length: net.sizes[l - 1] }, (_, j) => weight(net, theta, l, k, j + 1));
}
