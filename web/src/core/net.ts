// A network as the core gets it, and where its parameters lie in theta.

export type ActivationName = "sigmoid" | "tanh" | "relu" | "identity" | "leaky_relu" | "silu";
export type CostName = "logistic" | "softmax" | "quadratic" | "squared" | "poisson" | "huber" | "quantile";

/** The architecture of a network; it holds no weights. */
export interface Net {
    sizes: number[]; // (s_1, ..., s_L), inputs first
    activation: string; // of the hidden layers: an ActivationName
    cost: string; // a CostName; it decides the output's activation
    lambda: number;
    threshold?: number; // huber: 1 if left out
    levels?: number[]; // quantile: one of each output; 0.5 if left out
}

/** Numbers in theta: `sum over l of (s_l + 1) * s_{l+1}`. */
export function parameters(net: Net): number {
    return blockOffset(net, net.sizes.length - 1);
}

/** Where the block of layer l begins in theta, l counted from 0: `(s_l + 1, s_{l+1})`, row 0 the bias. */
export function blockOffset(net: Net, l: number): number {
    let offset = 0;
    for (let i = 0; i < l; i += 1) offset += (net.sizes[i] + 1) * net.sizes[i + 1];
    return offset;
}
