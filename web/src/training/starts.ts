// Training from several starts, some milliseconds at a time; theta is kept along each path.
import type { Core, Net, TrainOptions, Trainer } from "../core";
import type { Samples } from "./sets";

const KEPT = 80; // points of a path, most of them near the start

/** What several starts have in common. */
export interface Task {
    net: Net;
    rows: Samples;
    options: Omit<TrainOptions, "epochs">;
    epochs: number;
}

/** One start and its path; a path that left the finite numbers is shorter. */
export interface Start {
    seed: number | null; // null: set by hand
    path: Float64Array[]; // theta after each of `epochsKept`
    costs: number[]; // J there, with lambda's part, as training minimises it
    diverged: boolean;
}

/** The epochs after which theta is kept: 0, the last one, and some between. */
export function epochsKept(epochs: number): number[] {
    const parts = Math.min(KEPT, epochs);
    const all = Array.from({ length: parts + 1 }, (_, i) => Math.round((epochs + 1) ** (i / parts)) - 1);
    return [...new Set(all)];
}

export const costOf = (core: Core, { net, rows }: Task, theta: Float64Array): number =>
    core.costAndGradient(net, theta, rows.X, rows.Y, rows.m).J;

export class Starts {
    readonly all: Start[] = [];
    readonly kept: number[];
    private readonly open: { start: Start; trainer: Trainer }[] = [];

    constructor(readonly core: Core, readonly task: Task) {
        this.kept = epochsKept(task.epochs);
    }

    /** One start more; `work` trains it. */
    add(theta: Float64Array, seed: number | null): void {
        const { net, rows, options } = this.task;
        const start: Start = { seed, path: [theta], costs: [costOf(this.core, this.task, theta)], diverged: false };
        this.all.push(start);
        this.open.push({ start, trainer: this.core.trainer(net, theta, rows.X, rows.Y, { ...options, seed: seed ?? options.seed }) });
    }

    /** The part of the work that is done, from 0 to 1. */
    get done(): number {
        const ended = this.all.length - this.open.length;
        const parts = this.open.reduce((sum, { trainer }) => sum + trainer.epoch / this.task.epochs, 0);
        return (ended + parts) / Math.max(this.all.length, 1);
    }

    /** Train until that time, or to the end; whether the end is reached. */
    work(until: number): boolean {
        while (this.open.length && performance.now() < until) {
            const { start, trainer } = this.open[0];
            trainer.runEpoch();
            if (trainer.epoch === this.kept[start.path.length]) this.keep(start, trainer.theta);
            if (start.diverged || start.path.length === this.kept.length) {
                trainer.free();
                this.open.shift();
            }
        }
        return !this.open.length;
    }

    private keep(start: Start, theta: Float64Array): void {
        const J = costOf(this.core, this.task, theta);
        start.diverged = !Number.isFinite(J) || !theta.every(Number.isFinite);
        if (start.diverged) return;
        start.path.push(theta);
        start.costs.push(J);
    }

    free(): void {
        for (const { trainer } of this.open) trainer.free();
        this.open.length = 0;
    }
}
