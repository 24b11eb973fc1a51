// The run as a model file, which `clearprop.load` reads: safetensors, byte by byte as docs/en/model-file.md says.
import { blockOffset } from "../core";
import type { Run } from "./run";

/** Activations that the older version of the format does not know. */
const NEWER = ["leaky_relu", "silu"];

export function modelFile(run: Run, image?: readonly [number, number]): Uint8Array<ArrayBuffer> {
    const { net, theta } = run;
    const header: Record<string, unknown> = { __metadata__: { clearprop: JSON.stringify(description(run, image)) } };
    const layers = net.sizes.length - 1; // fewer than ten, so that names and layers have one order
    for (let l = 0; l < layers; l += 1)
        header[`Theta${l + 1}`] = {
            dtype: "F64",
            shape: [net.sizes[l + 1], net.sizes[l] + 1],
            data_offsets: [8 * blockOffset(net, l), 8 * blockOffset(net, l + 1)],
        };
    const text = new TextEncoder().encode(JSON.stringify(header));
    const length = Math.ceil(text.length / 8) * 8;
    const file = new Uint8Array(8 + length + 8 * theta.length).fill(0x20, 8, 8 + length);
    const view = new DataView(file.buffer);
    view.setBigUint64(0, BigInt(length), true);
    file.set(text, 8);
    let at = 8 + length;
    for (let l = 0; l < layers; l += 1) {
        const [rows, columns, offset] = [net.sizes[l + 1], net.sizes[l] + 1, blockOffset(net, l)];
        for (let k = 0; k < rows; k += 1) // the course's matrix: a row for each unit above
            for (let j = 0; j < columns; j += 1, at += 8) view.setFloat64(at, theta[offset + j * rows + k], true);
    }
    return file;
}

function description({ net, data, settings, epoch, step }: Run, image?: readonly [number, number]): object {
    const numbers = data.classes === 0;
    return {
        format_version: NEWER.includes(net.activation) ? 3 : 2,
        network: {
            layer_sizes: net.sizes,
            activation: net.activation,
            cost: net.cost,
            regularization: net.lambda,
        },
        targets: {
            task: numbers ? "regression" : "classification",
            name: null,
            classes: numbers ? null : Array.from({ length: data.classes }, (_, k) => k),
            dtype: numbers ? null : "int64",
            mean: numbers ? [0] : null,
            scale: numbers ? [1] : null,
        },
        encoder: null,
        image_shape: data.plane ? null : (image ?? null),
        trained: { ...trained(settings), epochs: epoch, steps: step, penalty_rows: data.training.m },
    };
}

function trained({ solver, rate, seed, init }: Run["settings"]): object {
    return { solver, learning_rate: rate, seed, init };
}
