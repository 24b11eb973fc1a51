// Symbols of the course as MathML: Theta^(l)_kj, a^(l)_k, z^(l)_k, delta^(l)_k.
import { html, mathml, type TemplateResult } from "lit";

const GREEK: Record<string, string> = { Theta: "Θ", delta: "δ", Delta: "Δ", lambda: "λ", alpha: "α" };

/** `symbol("a", 2, 3)` is a^(2)_3; for Theta `lower` is the unit it leads to and the one it comes from. */
export function symbol(name: string, layer: number | string, ...lower: (number | string)[]): TemplateResult {
    const base = GREEK[name] ?? name;
    const upper = mathml`<mrow><mo stretchy="false">(</mo><mn>${layer}</mn><mo stretchy="false">)</mo></mrow>`;
    if (!lower.length) return html`<math><msup><mi>${base}</mi>${upper}</msup></math>`;
    return html`<math><msubsup><mi>${base}</mi><mn>${lower.join(",")}</mn>${upper}</msubsup></math>`;
}

/** The same in plain text, for labels that are read aloud and for hover texts. */
export function plain(name: string, layer: number, ...lower: (number | string)[]): string {
    return `${GREEK[name] ?? name}⁽${raised(layer)}⁾${lower.map((index) => lowered(index)).join(",")}`;
}

const raised = (n: number) => [...String(n)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]).join("");
export const lowered = (n: number | string) => [...String(n)].map((c) => "₀₁₂₃₄₅₆₇₈₉"[Number(c)] ?? c).join("");

const SYMBOL = /^(\w+)\^\((\w+)\)(?:_([\w,]+))?$/;

/** A sentence whose symbols stand in backticks; what is no symbol between them is set as code. */
export function inline(sentence: string): (string | TemplateResult)[] {
    return sentence.split("`").map((part, i) => {
        if (i % 2 === 0) return part;
        const found = SYMBOL.exec(part);
        if (found) return found[3] ? symbol(found[1], found[2], found[3]) : symbol(found[1], found[2]);
        return formula(part);
    });
}

/** A short formula: letters in italics, Greek names as letters, the rest as it is. */
function formula(text: string): TemplateResult {
    const parts = text.split(/(\w+(?:_\w+)?|')/).filter((part) => part !== "");
    const made = parts.map((part) => {
        if (part === "'") return mathml`<mo lspace="0" rspace="0">′</mo>`;
        if (/^[\d.]+$/.test(part)) return mathml`<mn>${part}</mn>`;
        const [name, under] = part.split("_");
        if (!/^\w/.test(part)) return mathml`<mo>${part.trim()}</mo>`;
        const base = mathml`<mi>${GREEK[name] ?? name}</mi>`;
        return under ? mathml`<msub>${base}<mi>${under}</mi></msub>` : base;
    });
    return html`<math><mrow>${made}</mrow></math>`;
}
