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
    const z = hiddenZ(core, net, theta, l, GRID, SIDE * SIDE);
    return z.map((value) => core.activation(net.activation, value));
}

/** z^(l) of m rows, (m, s_l): the network up to layer l, whose outputs are left as they are. */
export function hiddenZ(
    core: Core, net: Net, theta: Float64Array, l: number, X: Float64Array, m: number,
): Float64Array {
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
