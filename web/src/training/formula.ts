// The formula of a unit with its weights put in, and the sum at a point.
import type { Core, Net } from "../core";
import { addition, digitsFor } from "../numbers";
import { lowered, plain } from "../shared/symbols";
import { largestTerms } from "../shared/terms";
import { weight, weightsInto } from "./plane";

const MOST = 8; // terms that are written out

/** The activations as text. */
export const ACTIVATION: Record<string, string> = {
    sigmoid: "1 / (1 + e^(−z))",
    tanh: "tanh z",
    relu: "max(0, z)",
    leaky_relu: "max(0.01 z, z)",
    silu: "z / (1 + e^(−z))",
    identity: "z",
    softmax: "e^z / Σ e^(z)",
};

/** The activation of layer l, from 2. */
export function activationOf({ sizes, activation, cost }: Net, l: number): string {
    if (l < sizes.length) return activation;
    return cost === "softmax" ? "softmax" : cost === "squared" ? "identity" : "sigmoid";
}

export interface Formula {
    z: string; // z⁽²⁾₁ = 0.12 + 1.20 x₁ − 0.85 x₂
    left: number; // terms that are not written out
    a: string; // a⁽²⁾₁ = tanh z⁽²⁾₁
}

const minus = (printed: string) => printed.replace("-", "−");

/** Numbers as a sum: the sign stands before each, but for a plus before the first. */
function joined(terms: string[]): string {
    return terms
        .map((term, i) => {
            const negative = term.startsWith("-");
            const size = negative ? term.slice(1) : term;
            return i ? `${negative ? "−" : "+"} ${size}` : (negative ? "−" : "") + size;
        })
        .join(" ");
}

const input = (l: number, j: number) => (l === 1 ? `x${lowered(j)}` : plain("a", l, j));

/** The terms that are written out: all units below, or those with the largest weights. */
function shown(net: Net, theta: Float64Array, l: number, k: number): number[] {
    const weights = weightsInto(net, theta, l - 1, k);
    const all = Array.from(weights, (_, j) => j + 1);
    if (all.length <= MOST + 1) return all;
    const ones = new Float64Array(weights.length).fill(1);
    return largestTerms(weights, ones, MOST).map((term) => term.unit).sort((p, q) => p - q);
}

/** Unit k of layer l, both from 1; l from 2. */
export function formula(net: Net, theta: Float64Array, l: number, k: number): Formula {
    const units = shown(net, theta, l, k);
    const numbers = [0, ...units].map((j) => weight(net, theta, l - 1, k, j));
    const digits = digitsFor(numbers);
    const terms = numbers.map((value, i) => {
        const printed = digits.show(value);
        return i ? `${printed} ${input(l - 1, units[i - 1])}` : printed;
    });
    const last = l === net.sizes.length;
    const z = plain("z", l, k);
    return {
        z: `${z} = ${joined(terms)}`,
        left: net.sizes[l - 2] - units.length,
        a: `${last ? `h${lowered(k)}` : plain("a", l, k)} = ${ACTIVATION[activationOf(net, l)].replaceAll("z", z)}`,
    };
}

/** The same at a point: z = bias + products = sum, digit by digit; and a. */
export function formulaAt(
    core: Core, net: Net, theta: Float64Array, l: number, k: number, x: ArrayLike<number>,
): string {
    const pass = core.forward(net, theta, x);
    const units = shown(net, theta, l, k);
    const below = l === 2 ? x : pass.a[l - 2];
    const bias = weight(net, theta, l - 1, k, 0);
    const products = units.map((j) => weight(net, theta, l - 1, k, j) * below[j - 1]);
    const total = pass.z[l - 1][k - 1];
    const others = net.sizes[l - 2] - units.length;
    const rest = others ? total - bias - products.reduce((sum, product) => sum + product, 0) : null;
    const sum = addition([bias, ...products], total, rest);
    const terms = [...sum.terms, ...(sum.rest ? [sum.rest] : []), ...(sum.rounding ? [sum.rounding] : [])];
    const a = pass.a[l - 1][k - 1];
    return `z = ${joined(terms)} = ${minus(sum.total)}, ${l === net.sizes.length ? "h" : "a"} = ${minus(digitsFor([a]).show(a))}`;
}
