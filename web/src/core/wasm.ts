// The WebAssembly module: unpacked, started, its memory lent for one call.
import packed from "../../core.wasm";

type Pointer = number;

/** What native/wasm.cpp exports. */
interface Exports {
    memory: WebAssembly.Memory;
    _initialize(): void;
    allocate(bytes: number): Pointer;
    release(at: Pointer): void;
    open_network(
        sizes: Pointer,
        n: number,
        activation: number,
        cost: number,
        lambda: number,
        threshold: number,
        levels: Pointer,
        n_levels: number,
    ): Pointer;
    close_network(network: Pointer): void;
    initial_theta(network: Pointer, seed: number, init: number, e: number, theta: Pointer): void;
    epoch_order(seed: number, epoch: number, rows: number, order: Pointer): void;
    predict(network: Pointer, theta: Pointer, X: Pointer, rows: number, logits: number, out: Pointer): void;
    cost_and_gradient(
        network: Pointer,
        theta: Pointer,
        X: Pointer,
        Y: Pointer,
        rows: number,
        penalty_rows: number,
        gradient: Pointer,
    ): number;
    open_training(
        network: Pointer,
        theta: Pointer,
        X: Pointer,
        Y: Pointer,
        rows: number,
        is_float: number,
        rule: number,
        a: number,
        b: number,
        epsilon: number,
        weight_decay: number,
        rate: number,
        size: number,
        shuffle: number,
        seed: number,
    ): Pointer;
    close_training(training: Pointer): void;
    advance(training: Pointer, minibatches: number): void;
    get_theta(training: Pointer, to: Pointer): void;
    set_theta(training: Pointer, from: Pointer): void;
    cost_of(training: Pointer): number;
    step_of(training: Pointer): number;
    epoch_of(training: Pointer): number;
    position_of(training: Pointer): number;
}

/** Arrays in the module's memory, for one call. */
export interface Lent {
    doubles(values: ArrayLike<number>): Pointer;
    longs(values: ArrayLike<number>): Pointer;
    room(doubles: number): Pointer;
    read(from: Pointer, doubles: number): Float64Array;
    readLongs(from: Pointer, n: number): Int32Array;
}

export class Wasm {
    private constructor(readonly call: Exports) {}

    /** Unpacked by the browser itself, so nothing is fetched: it works from file:// too. */
    static async start(): Promise<Wasm> {
        const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
        const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
        const { instance } = await WebAssembly.instantiate(await new Response(unpacked).arrayBuffer());
        const wasm = new Wasm(instance.exports as unknown as Exports);
        wasm.call._initialize();
        return wasm;
    }

    /** Calls `work` with arrays that are given back afterwards. */
    lend<Result>(work: (lent: Lent, call: Exports) => Result): Result {
        const taken: Pointer[] = [];
        const { call } = this;
        const take = (bytes: number): Pointer => {
            const at = call.allocate(bytes);
            if (!at && bytes) throw new Error(`core: no memory for ${bytes} bytes`);
            taken.push(at);
            return at;
        };
        // The views are made anew, since memory that has grown is another buffer.
        const lent: Lent = {
            doubles(values) {
                const at = take(8 * values.length);
                new Float64Array(call.memory.buffer, at, values.length).set(values);
                return at;
            },
            longs(values) {
                const at = take(4 * values.length);
                new Int32Array(call.memory.buffer, at, values.length).set(values);
                return at;
            },
            room: (doubles) => take(8 * doubles),
            read: (from, doubles) => new Float64Array(call.memory.buffer, from, doubles).slice(),
            readLongs: (from, n) => new Int32Array(call.memory.buffer, from, n).slice(),
        };
        try {
            return work(lent, call);
        } finally {
            for (const at of taken) call.release(at);
        }
    }
}
