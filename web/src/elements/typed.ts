// A number as a learner typed it, read as src/clearprop/exercise/typed.py reads it.

export interface Typed {
    value: number;
    half: number; // half a unit of the last digit
    whole: boolean; // typed without a decimal point or a power of ten
}

const PLAIN: Record<string, string> = {
    "−": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "﹣": "-", "。": ".", "、": ",",
};
const NUMBER = new RegExp(
    "^([+-]?(?:\\d+(?:[.,](\\d*))?|[.,](\\d+)))" +
        "(?:(?:[eE]|\\s*[*x×·]\\s*10\\s*(?:\\^|\\*\\*)\\s*)\\(?([+-]?\\d+)\\)?)?$",
);

/** Null for what is no number. A comma is a decimal point, since a blank holds one number. */
export function typed(text: string): Typed | null {
    const plain = [...text.normalize("NFKC")].map((c) => PLAIN[c] ?? c).join("").trim();
    const match = NUMBER.exec(plain);
    if (!match) return null;
    const [, mantissa, after, only] = match;
    const power = Number(match[4] ?? 0);
    if (Math.abs(power) > 300) return null;
    const value = Number(`${mantissa.replace(",", ".")}e${power}`);
    if (!Number.isFinite(value)) return null;
    const decimals = (after || only || "").length;
    return { value, half: Number(`5e${power - decimals - 1}`), whole: /^[+-]?\d+$/.test(mantissa) && !power };
}
