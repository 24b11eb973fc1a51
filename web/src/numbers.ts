// Numbers as they are printed, and sums that add up as they are printed: the rules of explain/numbers.py.
//
// toFixed, toPrecision and Intl round a tie away from zero, or the shortest decimal and not the number itself. A
// double is a whole number times a power of two, so BigInt rounds it exactly.

const DIGITS = 4; // a sum shows so many digits of its largest number
const MORE = 2; // digits that are tried before a line for the rounding is added
const MOST_DECIMALS = 12;
const SMALLEST = -3; // numbers from 10^-3 to 10^6 are written out
const LARGEST = 5;

const bytes = new DataView(new ArrayBuffer(8));

/** `[n, e]` with `value = n * 2^e` exactly. */
function parts(value: number): [bigint, number] {
    bytes.setFloat64(0, value);
    const bits = bytes.getBigUint64(0);
    const exponent = Number((bits >> 52n) & 0x7ffn);
    const fraction = bits & 0xfffffffffffffn;
    const n = exponent ? fraction | 0x10000000000000n : fraction;
    return [value < 0 ? -n : n, (exponent || 1) - 1075];
}

function halfEven(above: bigint, below: bigint): bigint {
    const size = above < 0n ? -above : above;
    const twice = 2n * (size % below);
    let whole = size / below;
    if (twice > below || (twice === below && whole & 1n)) whole += 1n;
    return above < 0n ? -whole : whole;
}

/** `value / 10^place`, rounded to a whole number, ties to even. */
function rounded(value: number, place: number): bigint {
    const [n, e] = parts(value);
    let above = n;
    let below = 1n;
    if (e > 0) above <<= BigInt(e);
    else below <<= BigInt(-e);
    if (place > 0) below *= 10n ** BigInt(place);
    else above *= 10n ** BigInt(-place);
    return halfEven(above, below);
}

/** The exponent of the first significant digit of a number that is not 0. */
function adjusted(value: number): number {
    const size = Math.abs(value);
    let exponent = Math.floor(Math.log10(size)); // may be off by one
    while (!reaches(size, exponent)) exponent -= 1;
    while (reaches(size, exponent + 1)) exponent += 1;
    return exponent;
}

/** Whether `size >= 10^exponent`. */
function reaches(size: number, exponent: number): boolean {
    const [n, e] = parts(size);
    const [up, down] = [Math.max(e, 0), Math.max(-e, 0)];
    const [ten, tenth] = [Math.max(exponent, 0), Math.max(-exponent, 0)];
    return (n << BigInt(up)) * 10n ** BigInt(tenth) >= 10n ** BigInt(ten) << BigInt(down);
}

/** The exponent of the first digit of `value`, once it is rounded to so many digits. */
function magnitudeOf(value: number, digits: number): number {
    const exponent = adjusted(value);
    const size = rounded(Math.abs(value), exponent - digits + 1);
    return size >= 10n ** BigInt(digits) ? exponent + 1 : exponent; // 9.9996 is printed as 10.00
}

function unsigned(n: bigint): string {
    return (n < 0n ? -n : n).toString();
}

/** `n / 10^decimals`; no minus before a zero. */
function pointed(n: bigint, decimals: number): string {
    const text = unsigned(n).padStart(decimals + 1, "0");
    const cut = text.length - decimals;
    return (n < 0n ? "-" : "") + text.slice(0, cut) + (decimals ? "." + text.slice(cut) : "");
}

/** `e-07`, `e+12`: as Python writes an exponent. */
function power(exponent: number): string {
    return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function notFinite(value: number): string {
    return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

/** How the numbers of one column are printed: how many decimals, and which power of ten. */
export class Digits {
    constructor(
        readonly decimals: number,
        readonly exponent = 0,
    ) {}

    /** The value as it is printed, exactly, in units of the last place; ties to even. */
    round(value: number): bigint {
        return rounded(value, this.exponent - this.decimals);
    }

    /** The value in print: `new Digits(3).show(-1 / 3)` is `-0.333`. */
    show(value: number): string {
        return Number.isFinite(value) ? this.showRounded(this.round(value)) : notFinite(value);
    }

    /** What `round` gave, in print. */
    showRounded(units: bigint): string {
        return pointed(units, this.decimals) + (this.exponent ? power(this.exponent) : "");
    }
}

/** The way to print in which the largest value has at least `digits` significant digits. */
export function digitsFor(values: Iterable<number>, digits = DIGITS): Digits {
    let largest = 0;
    for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    if (largest === 0) return new Digits(digits);
    const magnitude = magnitudeOf(largest, digits);
    if (SMALLEST <= magnitude && magnitude <= LARGEST)
        return new Digits(magnitude >= 0 ? digits - Math.max(magnitude - 2, 0) : digits - 1 - magnitude);
    return new Digits(digits - 1, magnitude);
}

/** A number by itself, with at most `digits` significant digits: `0.12346`, `-1.2346e+06`, `0`. */
export function significant(value: number, digits = 5): string {
    if (!Number.isFinite(value)) return notFinite(value);
    if (value === 0) return "0";
    const magnitude = magnitudeOf(value, digits);
    const units = rounded(value, magnitude - digits + 1);
    const trimmed = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
    if (magnitude < -4 || magnitude >= digits) return trimmed(pointed(units, digits - 1)) + power(magnitude);
    return trimmed(pointed(units, digits - 1 - magnitude));
}

/** A sum in print: `terms`, `rest` and `rounding` add up to `total`, digit by digit. */
export interface Addition {
    terms: string[];
    rest: string | null; // the sum of all other terms
    rounding: string | null; // what the lines above miss of the total because they are rounded
    total: string;
}

/** Print a sum so that the printed numbers add up; each number is rounded correctly. */
export function addition(terms: readonly number[], total: number, rest: number | null = null): Addition {
    const all = rest === null ? [...terms] : [...terms, rest];
    const base = withTotal(digitsFor([...all, total]), total);
    const printed = (way: Digits, rounding: bigint): Addition => ({
        terms: terms.map((term) => way.show(term)),
        rest: rest === null ? null : way.show(rest),
        rounding: rounding ? way.showRounded(rounding) : null,
        total: way.show(total),
    });
    if (![...all, total].every(Number.isFinite)) return printed(base, 0n);
    let first = 0n;
    for (let more = 0; more <= MORE; more += 1) {
        const way = new Digits(base.decimals + more, base.exponent);
        const left = all.reduce((sum, part) => sum - way.round(part), way.round(total));
        if (left === 0n) return printed(way, left);
        if (more === 0) first = left;
    }
    return printed(base, first);
}

/** More decimals if terms cancel and few digits of the total would show, as in 0.9999 - 1. */
function withTotal(way: Digits, total: number): Digits {
    if (way.exponent || !Number.isFinite(total) || total === 0) return way;
    const needed = DIGITS - 2 - adjusted(total);
    return way.decimals < needed && needed <= MOST_DECIMALS ? new Digits(needed) : way;
}
