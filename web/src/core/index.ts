// The C++ core in the page: everything that computes. Nothing is derived in TypeScript.
import { blockOffset, type Net } from "./net";

export type { ActivationName, CostName, Net } from "./net";
export { blockOffset, parameters } from "./net";

/** A pass of one sample, by layer; index 0 are the inputs, whose z is empty. */
export interface Pass {
    z: Float64Array[];
    a: Float64Array[];
    J: number; // of the data, lambda apart; NaN without y
}

export interface TrainOptions {
    solver: "gd" | "sgd" | "adam" | "adamw";
    rate: number;
    momentum?: number; // sgd; 0.9 if left out
    nesterov?: boolean; // sgd with momentum; true if left out
    batch: number; // rows of a minibatch; gd takes all
    seed: number; // decides the order of the samples
    epochs?: number; // training ends there; endless if left out
    dtype?: "float64" | "float32";
}

/** A training run; `free` gives its memory back. */
export interface Trainer {
    theta: Float64Array; // a copy; assigning sets it
    readonly step: number; // updates made
    readonly epoch: number; // epochs completed
    readonly position: number; // minibatches done in the current epoch
    readonly cost: number; // mean cost of the epoch so far
    /** At least so many minibatches, across epochs; returns the mean cost of the epoch so far. */
    advance(minibatches: number): number;
    /** To the end of the epoch; returns its mean cost. */
    runEpoch(): number;
    free(): void;
}

const later = (): never => {
    throw new Error("core: not built yet");
};

export class Core {
    /** Once a page; later calls give the same core. */
    static load(): Promise<Core> {
        return Promise.resolve(new Core());
    }
    /** Layer l, counted from 0, owns `theta[offset ...]`, a block `(s_l + 1, s_{l+1})` whose row 0 is the bias. */
    blockOffset(net: Net, l: number): number {
        return blockOffset(net, l);
    }
    /** The same numbers as `clearprop.initial_theta(network, seed, kind)`; kind may be a number in text. */
    initialTheta(_net: Net, _seed: number, _kind = "uniform"): Float64Array {
        return later();
    }
    forward(_net: Net, _theta: Float64Array, _x: ArrayLike<number>, _y?: ArrayLike<number>): Pass {
        return later();
    }
    /** The pass with layer l's z replaced by `z`; l counts from 0, so 1 is the first hidden layer. */
    forwardFrom(
        _net: Net, _theta: Float64Array, _l: number, _z: ArrayLike<number>,
        _x: ArrayLike<number>, _y?: ArrayLike<number>,
    ): Pass {
        return later();
    }
    /** One sample, lambda 0: delta[l] of layer l >= 1 (delta[0] is empty), and the gradient like theta. */
    backward(
        _net: Net, _theta: Float64Array, _x: ArrayLike<number>, _y: ArrayLike<number>,
    ): { J: number; delta: Float64Array[]; gradient: Float64Array } {
        return later();
    }
    /** J and D over m rows; X is `(m, s_1)` and Y `(m, K)`, row by row. lambda's m is `lambda_m`, or m. */
    costAndGradient(
        _net: Net, _theta: Float64Array, _X: ArrayLike<number>, _Y: ArrayLike<number>,
        _m: number, _lambda_m?: number,
    ): { J: number; D: Float64Array } {
        return later();
    }
    /** h of m rows, `(m, K)` row by row. */
    predict(_net: Net, _theta: Float64Array, _X: ArrayLike<number>, _m: number): Float64Array {
        return later();
    }
    /** g(z). */
    activation(_name: string, _z: number): number {
        return later();
    }
    /** g'(z). */
    slope(_name: string, _z: number): number {
        return later();
    }
    trainer(
        _net: Net, _theta: Float64Array, _X: ArrayLike<number>, _Y: ArrayLike<number>, _options: TrainOptions,
    ): Trainer {
        return later();
    }
}
