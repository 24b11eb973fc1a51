// A training run: the core's trainer, its start, and what was measured on the way.
import { parameters, type Core, type Net, type Trainer } from "../core";
import type { Sheet } from "../shared/record";
import type { Data, Samples } from "./sets";
import type { Settings } from "./settings";

/** Cost and share of right answers, both without lambda's part; NaN where there are no rows, or no classes. */
export interface Measured {
    J: number;
    right: number;
}

export interface Moment {
    epoch: number; // with the part of an epoch that is done
    training: Measured;
    validation: Measured;
}

const MOST = 600; // moments that are kept; then every other one goes

export class Run {
    /** What was measured, the start first. */
    moments: Moment[] = [];
    /** Whether the parameters or the cost stopped being finite. `theta` stays at the last finite ones. */
    diverged = false;
    theta: Float64Array;
    private trainer: Trainer;

    constructor(
        readonly core: Core,
        readonly net: Net,
        readonly data: Data,
        readonly settings: Settings,
    ) {
        this.theta = start(core, net, settings);
        const { X, Y, m } = data.training;
        const { solver, rate, momentum, batch, seed } = settings;
        this.trainer = core.trainer(net, this.theta, X, Y, {
            solver, rate, momentum, seed, batch: solver === "gd" ? m : Math.min(batch, m),
        });
        this.measure();
    }

    get step(): number {
        return this.trainer.step;
    }

    /** Epochs completed. */
    get epoch(): number {
        return this.trainer.epoch;
    }

    /** Minibatches done in the current epoch. */
    get position(): number {
        return this.trainer.position;
    }

    /** Minibatches of an epoch. */
    get batches(): number {
        const { solver, batch } = this.settings;
        return solver === "gd" ? 1 : Math.ceil(this.data.training.m / batch);
    }

    get last(): Moment {
        return this.moments[this.moments.length - 1];
    }

    /** One update, or as few as the core can do. */
    oneBatch(): void {
        this.trainer.advance(1);
    }

    /** To the end of the epoch. */
    oneEpoch(): void {
        this.trainer.runEpoch();
    }

    /** Take over the trainer's parameters and measure; call it after updates. */
    measure(): void {
        const theta = this.trainer.theta;
        const { J } = this.measured(this.data.training, theta);
        this.diverged = !Number.isFinite(J) || !theta.every(Number.isFinite);
        if (this.diverged) return;
        this.theta = theta;
        const epoch = this.epoch + this.position / this.batches;
        const moment = {
            epoch,
            training: this.measured(this.data.training, theta),
            validation: this.measured(this.data.validation, theta),
        };
        if (this.moments.length && this.last.epoch === epoch) this.moments = this.moments.slice(0, -1);
        this.moments = [...this.moments, moment];
        if (this.moments.length > MOST) this.moments = this.moments.filter((_, i) => i % 2 === 0 || i === MOST);
    }

    free(): void {
        this.trainer.free();
    }

    private measured({ X, Y, m }: Samples, theta: Float64Array): Measured {
        if (!m) return { J: NaN, right: NaN };
        const { J } = this.core.costAndGradient({ ...this.net, lambda: 0 }, theta, X, Y, m);
        if (!this.data.classes) return { J, right: NaN };
        const K = this.data.outputs;
        const h = this.core.predict(this.net, theta, X, m);
        let right = 0;
        for (let i = 0; i < m; i += 1) right += answer(h, i, K) === answer(Y, i, K) ? 1 : 0;
        return { J, right: right / m };
    }
}

/** The run's network and training rows as other elements show them. */
export function sheetOf({ net, theta, data, settings }: Run, images?: Sheet): Sheet {
    const { X, Y, m } = data.training;
    const named = data.plane ? {} : { image: images?.image, outputs: images?.outputs };
    return { network: net, theta, X, Y, m, sample: 0, imageOrder: "C", penaltyRows: m, rate: settings.rate, ...named };
}

/** The class that row i of h (m, K), or of Y, stands for. */
export function answer(h: ArrayLike<number>, i: number, K: number): number {
    if (K === 1) return h[i] > 0.5 ? 1 : 0;
    let best = 0;
    for (let k = 1; k < K; k += 1) if (h[i * K + k] > h[i * K + best]) best = k;
    return best;
}

/** The parameters at the start. */
export function start(core: Core, net: Net, { init, seed }: Pick<Settings, "init" | "seed">): Float64Array {
    if (init === "zeros" || init === "half")
        return new Float64Array(parameters(net)).fill(init === "half" ? 0.5 : 0);
    return core.initialTheta(net, seed, init);
}
