// One sample's pass through a network, with the course's indices: layers and units from 1. The core computes it.
import { blockOffset, type Core, type Net, type Pass } from "../core";
import type { Sheet } from "./record";

export class Calculation {
    private passed?: Pass;
    private returned?: { J: number; delta: Float64Array[]; gradient: Float64Array };
    private batch?: { J: number; D: Float64Array };

    constructor(
        readonly core: Core,
        readonly sheet: Sheet,
        readonly theta: Float64Array = sheet.theta,
        readonly sample: number = sheet.sample,
    ) {}

    get network(): Net {
        return this.sheet.network;
    }

    /** L, the number of layers. */
    get L(): number {
        return this.network.sizes.length;
    }

    /** s_l. */
    size(l: number): number {
        return this.network.sizes[l - 1];
    }

    get hasTargets(): boolean {
        return this.sheet.Y !== undefined;
    }

    get x(): Float64Array {
        const n = this.size(1);
        return this.sheet.X.subarray(this.sample * n, (this.sample + 1) * n);
    }

    get y(): Float64Array | undefined {
        const n = this.size(this.L);
        return this.sheet.Y?.subarray(this.sample * n, (this.sample + 1) * n);
    }

    get pass(): Pass {
        return (this.passed ??= this.core.forward(this.network, this.theta, this.x, this.y));
    }

    /** a^(l); of layer 1 the inputs. */
    a(l: number): Float64Array {
        return l === 1 ? this.x : this.pass.a[l - 1];
    }

    /** z^(l), l from 2. */
    z(l: number): Float64Array {
        return this.pass.z[l - 1];
    }

    /** delta^(l) of this sample, l from 2. */
    delta(l: number): Float64Array {
        return this.back.delta[l - 1];
    }

    /** Where Theta^(l)_kj stands in theta; j = 0 is the bias. */
    index(l: number, k: number, j: number): number {
        return blockOffset(this.network, l - 1) + j * this.size(l + 1) + k - 1;
    }

    /** Theta^(l)_kj. */
    weight(l: number, k: number, j: number): number {
        return this.theta[this.index(l, k, j)];
    }

    /** The entry of D that belongs to Theta^(l)_kj: the mean over all samples, and lambda's part. */
    D(l: number, k: number, j: number): number {
        return this.mean.D[this.index(l, k, j)];
    }

    /** The cost of this sample, lambda apart. */
    get J(): number {
        return this.pass.J;
    }

    /** J and D over all samples, with lambda if its m is known. */
    get mean(): { J: number; D: Float64Array } {
        const { sheet, network } = this;
        return (this.batch ??= this.core.costAndGradient(
            sheet.penaltyRows === null ? { ...network, lambda: 0 } : network,
            this.theta, sheet.X, sheet.Y!, sheet.m, sheet.penaltyRows ?? undefined,
        ));
    }

    private get back(): { delta: Float64Array[] } {
        return (this.returned ??= this.core.backward(this.network, this.theta, this.x, this.y!));
    }

    /** theta after one step of gradient descent. */
    updated(rate: number): Float64Array {
        const D = this.mean.D;
        return this.theta.map((value, i) => value - rate * D[i]);
    }
}
