// The record that an element shows: a network, its parameters, and the samples that pass through it.
import type { Net } from "../core";

/** A list, or the text that `clearprop.web` makes of a long one: `f8:` or `f4:` (float64 or float32, little endian),
 * then its bytes, gzipped and in base64. */
export type Numbers = readonly number[] | Float64Array | string;

/** The record as it is written in a page. */
export interface Written {
    version: number;
    network: Net;
    theta: Numbers;
    X: Numbers | readonly (readonly number[])[]; // (m, s_1), row by row if it is one list
    Y?: Numbers | readonly (readonly number[])[] | null; // (m, K)
    names?: { inputs?: readonly string[] | null; outputs?: readonly string[] | null };
    sample?: number; // the row that is shown, from 0
    numbers?: readonly number[]; // what the rows are called in their source
    image?: readonly [number, number] | null; // height and width, if the inputs are pixels
    image_order?: "C" | "F";
    units?: readonly (readonly number[])[]; // the units of each layer that are drawn, from 1
    penalty_rows?: number | null; // the m of lambda/m: the number of rows if left out; null: nobody knows
    rate?: number; // the learning rate of an update
}

/** The record as elements use it. */
export interface Sheet {
    network: Net;
    theta: Float64Array;
    X: Float64Array; // (m, s_1)
    Y?: Float64Array; // (m, K)
    m: number;
    inputs?: readonly string[];
    outputs?: readonly string[];
    sample: number;
    numbers?: readonly number[];
    image?: readonly [number, number];
    imageOrder: "C" | "F";
    units?: readonly (readonly number[])[];
    penaltyRows: number | null;
    rate: number;
}

export async function floats(values: Numbers | readonly (readonly number[])[]): Promise<Float64Array> {
    if (typeof values !== "string") return Float64Array.from((values as readonly number[]).flat() as number[]);
    const [dtype, text] = values.split(":");
    const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const bytes = await new Response(stream).arrayBuffer();
    return dtype === "f4" ? Float64Array.from(new Float32Array(bytes)) : new Float64Array(bytes);
}

/** Unpack a record. Throws for one of another version. */
export async function readRecord(written: Written): Promise<Sheet> {
    if (written.version !== 1) throw new Error(`record: expected version 1; got ${written.version}`);
    const network = written.network;
    const [theta, X, Y] = await Promise.all([
        floats(written.theta),
        floats(written.X),
        written.Y ? floats(written.Y) : undefined,
    ]);
    const m = X.length / network.sizes[0];
    return {
        network,
        theta,
        X,
        Y,
        m,
        inputs: written.names?.inputs ?? undefined,
        outputs: written.names?.outputs ?? undefined,
        sample: written.sample ?? 0,
        numbers: written.numbers,
        image: written.image ?? undefined,
        imageOrder: written.image_order ?? "C",
        units: written.units,
        penaltyRows: written.penalty_rows === undefined ? m : written.penalty_rows,
        rate: written.rate ?? 1,
    };
}
