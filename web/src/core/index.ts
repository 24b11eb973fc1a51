// The C++ core in the page: everything that computes. Nothing is derived in TypeScript.
import { blockOffset, checkLength, checkSeed, checkSizes, indexOf, openNetwork, parameters, ACTIVATIONS, type Net } from "./net";
import { Trainer, type TrainOptions } from "./trainer";
import { Wasm, type Lent } from "./wasm";

export { ACTIVATIONS, COSTS, blockOffset, parameters, type Net } from "./net";
export { Trainer, type TrainOptions } from "./trainer";

/** A pass of one sample, by layer; index 0 are the inputs, whose z is empty. */
export interface Pass {
    z: Float64Array[];
    a: Float64Array[];
    J: number; // of the data, lambda apart; NaN without y
}

const INITS = ["uniform", "scikit-learn", "glorot", "he", "nielsen", "zeros"];
const NUMBER = INITS.length; // native/wasm/initial_theta.hpp

// One unit behind one unit, whose weights are 1 and whose biases are 0: it hands g(z) on as it is.
const hidden = (activation: string): Net => ({ sizes: [1, 1, 1], activation, cost: "huber", lambda: 0 });
const ONES = [0, 1, 0, 1];

let loading: Promise<Core> | undefined;

export class Core {
    private constructor(private readonly wasm: Wasm) {}

    /** Once a page; later calls give the same core. */
    static load(): Promise<Core> {
        loading ??= Wasm.start().then((wasm) => new Core(wasm));
        return loading;
    }

    /** Layer l, counted from 0, owns `theta[offset ...]`, a block `(s_l + 1, s_{l+1})` whose row 0 is the bias. */
    blockOffset(net: Net, l: number): number {
        return blockOffset(net, l);
    }

    /** The same numbers as `clearprop.initial_theta(network, seed, kind)`; a number e in text: [-e, e]. */
    initialTheta(net: Net, seed: number, kind = "uniform"): Float64Array {
        checkSeed(seed);
        const e = Number(kind);
        const init = e > 0 ? NUMBER : indexOf("init", kind, INITS);
        return this.with(net, (network, lent) => {
            const theta = lent.doubles(new Float64Array(parameters(net)));
            this.wasm.call.initial_theta(network, seed, init, e, theta);
            return lent.read(theta, parameters(net));
        });
    }

    /** The order of the samples in an epoch, as training takes them. */
    epochOrder(seed: number, epoch: number, rows: number): Int32Array {
        checkSeed(seed);
        return this.wasm.lend((lent, call) => {
            const order = lent.longs(new Int32Array(rows));
            call.epoch_order(seed, epoch, rows, order);
            return lent.readLongs(order, rows);
        });
    }

    forward(net: Net, theta: ArrayLike<number>, x: ArrayLike<number>, y?: ArrayLike<number>): Pass {
        return this.passFrom(net, theta, [new Float64Array()], [Float64Array.from(x)], y);
    }

    /** The pass with layer l's z replaced by `z`; l counts from 0, so 1 is the first hidden layer. */
    forwardFrom(
        net: Net,
        theta: ArrayLike<number>,
        l: number,
        z: ArrayLike<number>,
        x: ArrayLike<number>,
        y?: ArrayLike<number>,
    ): Pass {
        checkLength("z", z, net.sizes[l]);
        const before = this.forward(net, theta, x);
        const zs = [...before.z.slice(0, l), Float64Array.from(z)];
        return this.passFrom(net, theta, zs, before.a.slice(0, l), y);
    }

    /** One sample, lambda 0: delta[l] of layer l >= 1 (delta[0] is empty), and the gradient like theta. */
    backward(
        net: Net,
        theta: ArrayLike<number>,
        x: ArrayLike<number>,
        y: ArrayLike<number>,
    ): { J: number; delta: Float64Array[]; gradient: Float64Array } {
        const { J, D } = this.costAndGradient({ ...net, lambda: 0 }, theta, x, y, 1);
        // The bias's gradient of one sample is delta.
        const delta = net.sizes.map((size, l) => {
            const from = l ? blockOffset(net, l - 1) : 0;
            return D.slice(from, l ? from + size : 0);
        });
        return { J, delta, gradient: D };
    }

    /** J and D over m rows; X is `(m, s_1)` and Y `(m, K)`, row by row. lambda's m is `lambda_m`, or m. */
    costAndGradient(
        net: Net,
        theta: ArrayLike<number>,
        X: ArrayLike<number>,
        Y: ArrayLike<number>,
        m: number,
        lambda_m = m,
    ): { J: number; D: Float64Array } {
        const n = parameters(net);
        checkLength("theta", theta, n);
        checkLength("X", X, m * net.sizes[0]);
        checkLength("Y", Y, m * net.sizes[net.sizes.length - 1]);
        return this.with(net, (network, lent) => {
            const D = lent.room(n);
            const [at, inputs, targets] = [lent.doubles(theta), lent.doubles(X), lent.doubles(Y)];
            const J = this.wasm.call.cost_and_gradient(network, at, inputs, targets, m, lambda_m, D);
            return { J, D: lent.read(D, n) };
        });
    }

    /** h of m rows, `(m, K)` row by row. */
    predict(net: Net, theta: ArrayLike<number>, X: ArrayLike<number>, m: number): Float64Array {
        return this.outputs(net, theta, X, m, false);
    }

    /** g(z). */
    activation(name: string, z: number): number {
        return this.activations(name, [z])[0];
    }

    /** g'(z): delta of a unit through whose one wire of weight 1 comes an error of 1. */
    slope(name: string, z: number): number {
        // Huber's delta of an error beyond the threshold is the threshold, 1.
        const y = -Number.MAX_VALUE;
        return this.backward(hidden(name), ONES, [z], [y]).delta[1][0];
    }

    /** Trains on the rows of X, `(m, s_1)`, and Y, `(m, K)`. */
    trainer(
        net: Net,
        theta: ArrayLike<number>,
        X: ArrayLike<number>,
        Y: ArrayLike<number>,
        options: TrainOptions,
    ): Trainer {
        return new Trainer(this.wasm, net, theta, X, Y, options);
    }

    /** Completes a pass whose z may be one layer ahead of a. */
    private passFrom(
        net: Net,
        theta: ArrayLike<number>,
        z: Float64Array[],
        a: Float64Array[],
        y?: ArrayLike<number>,
    ): Pass {
        checkSizes(net);
        checkLength("theta", theta, parameters(net));
        checkLength("x", a[0], net.sizes[0]);
        const last = net.sizes.length - 1;
        for (let l = a.length; l <= last; l += 1) {
            if (z.length === l) z.push(this.weightedInputs(net, theta, l, a[l - 1]));
            if (l < last) a.push(this.activations(net.activation, z[l]));
        }
        // The output layer alone: its z comes in as the bias, beside an input of 0.
        const output: Net = { ...net, sizes: [1, net.sizes[last]], lambda: 0 };
        const biases = new Float64Array(2 * net.sizes[last]);
        biases.set(z[last]);
        a.push(this.predict(output, biases, [0], 1));
        const J = y ? this.costAndGradient(output, biases, [0], y, 1).J : NaN;
        return { z, a, J };
    }

    /** z of layer l: that of a network which has the block before it alone. */
    private weightedInputs(net: Net, theta: ArrayLike<number>, l: number, a: Float64Array): Float64Array {
        const sizes = [net.sizes[l - 1], net.sizes[l]];
        const alone: Net = { sizes, activation: net.activation, cost: "squared", lambda: 0 };
        const block = Array.prototype.slice.call(theta, blockOffset(net, l - 1), blockOffset(net, l));
        return this.outputs(alone, block, a, 1, true);
    }

    private activations(name: string, z: ArrayLike<number>): Float64Array {
        indexOf("activation", name, ACTIVATIONS);
        return this.predict(hidden(name), ONES, z, z.length);
    }

    private outputs(
        net: Net,
        theta: ArrayLike<number>,
        X: ArrayLike<number>,
        m: number,
        logits: boolean,
    ): Float64Array {
        const numbers = m * net.sizes[net.sizes.length - 1];
        checkLength("theta", theta, parameters(net));
        checkLength("X", X, m * net.sizes[0]);
        return this.with(net, (network, lent) => {
            const out = lent.room(numbers);
            this.wasm.call.predict(network, lent.doubles(theta), lent.doubles(X), m, logits ? 1 : 0, out);
            return lent.read(out, numbers);
        });
    }

    private with<Result>(net: Net, work: (network: number, lent: Lent) => Result): Result {
        const network = openNetwork(this.wasm, net);
        try {
            return this.wasm.lend((lent) => work(network, lent));
        } finally {
            this.wasm.call.close_network(network);
        }
    }
}
