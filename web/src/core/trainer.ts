// A training run in the page.
import { checkLength, checkSeed, indexOf, openNetwork, parameters, type Net } from "./net";
import type { Wasm } from "./wasm";

const SOLVERS = ["gd", "sgd", "adam", "adamw"] as const;

/** As in clearprop.Options; what is left out has the same value there. */
export interface TrainOptions {
    solver: (typeof SOLVERS)[number];
    rate: number;
    momentum?: number; // sgd: 0.9
    nesterov?: boolean; // sgd with momentum: true
    batch: number; // rows of a minibatch; gd takes all
    seed: number; // decides the order of the samples
    epochs?: number; // where training ends; endless if left out
    dtype?: "float64" | "float32";
}

// The order of Rule in native/job.hpp.
const SGD = 1;
const MOMENTUM = 2;
const NESTEROV = 3;
const ADAM = 4;
const ADAMW = 5;

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
const WEIGHT_DECAY = 0.01;

function ruleOf({ solver, momentum = 0.9, nesterov = true }: TrainOptions): [rule: number, a: number] {
    if (solver === "adam") return [ADAM, BETA_1];
    if (solver === "adamw") return [ADAMW, BETA_1];
    if (solver === "gd" || momentum === 0) return [SGD, 0];
    return [nesterov ? NESTEROV : MOMENTUM, momentum];
}

/** Trains step by step; the same seed gives the same bits, whatever the steps. `free` gives the memory back. */
export class Trainer {
    private readonly network: number;
    private training: number; // 0 once it was freed
    private readonly length: number;
    private readonly batches: number;
    private readonly epochs: number;

    constructor(
        private readonly wasm: Wasm,
        net: Net,
        theta: ArrayLike<number>,
        X: ArrayLike<number>,
        Y: ArrayLike<number>,
        options: TrainOptions,
    ) {
        const rows = X.length / net.sizes[0];
        this.length = parameters(net);
        indexOf("solver", options.solver, SOLVERS);
        checkSeed(options.seed);
        if (!Number.isInteger(rows) || rows < 1) throw new Error(`X: expected rows of ${net.sizes[0]} numbers`);
        if (!Number.isInteger(options.batch) || options.batch < 1)
            throw new Error(`batch: expected a whole number of at least 1; got ${options.batch}`);
        checkLength("theta", theta, this.length);
        checkLength("Y", Y, rows * net.sizes[net.sizes.length - 1]);
        const size = options.solver === "gd" ? rows : Math.min(options.batch, rows);
        const [rule, a] = ruleOf(options);
        this.batches = Math.ceil(rows / size);
        this.epochs = options.epochs ?? Infinity;
        this.network = openNetwork(wasm, net);
        this.training = wasm.lend((lent, call) =>
            call.open_training(
                this.network,
                lent.doubles(theta),
                lent.doubles(X),
                lent.doubles(Y),
                rows,
                options.dtype === "float32" ? 1 : 0,
                rule,
                a,
                BETA_2,
                EPSILON,
                options.solver === "adamw" ? WEIGHT_DECAY : 0,
                options.rate,
                size,
                options.solver === "gd" ? 0 : 1,
                options.seed,
            ),
        );
    }

    /** A copy of the parameters. Assigning replaces them; moments and counters stay. */
    get theta(): Float64Array {
        return this.wasm.lend((lent, call) => {
            const at = lent.room(this.length);
            call.get_theta(this.open, at);
            return lent.read(at, this.length);
        });
    }
    set theta(values: ArrayLike<number>) {
        checkLength("theta", values, this.length);
        this.wasm.lend((lent, call) => call.set_theta(this.open, lent.doubles(values)));
    }

    /** Updates made. */
    get step(): number {
        return this.wasm.call.step_of(this.open);
    }
    /** Epochs completed. */
    get epoch(): number {
        return this.wasm.call.epoch_of(this.open);
    }
    /** Minibatches done in the epoch under way. */
    get position(): number {
        return this.wasm.call.position_of(this.open);
    }
    /** The mean cost of the epoch so far; at its end of the whole epoch. */
    get cost(): number {
        return this.wasm.call.cost_of(this.open);
    }

    /**
     * So many minibatches, across epochs; returns the mean cost so far. The engine computes some as one unit (32 of
     * plain gradient descent with lambda and a wide first layer), which is never cut: then there may be more.
     */
    advance(minibatches: number): number {
        for (let left = Math.ceil(minibatches); left > 0 && this.epoch < this.epochs; ) {
            const before = this.epoch * this.batches + this.position;
            this.wasm.call.advance(this.open, Math.min(left, this.batches));
            left -= this.epoch * this.batches + this.position - before;
        }
        return this.cost;
    }

    /** To the end of the epoch; returns its mean cost. */
    runEpoch(): number {
        return this.advance(this.batches - this.position);
    }

    free(): void {
        if (!this.training) return;
        this.wasm.call.close_training(this.training);
        this.wasm.call.close_network(this.network);
        this.training = 0;
    }

    private get open(): number {
        if (!this.training) throw new Error("trainer: it was freed");
        return this.training;
    }
}
