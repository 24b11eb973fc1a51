// Symbols of the course as MathML: Theta^(l)_kj, a^(l)_k, z^(l)_k, delta^(l)_k.
import { html, mathml, type TemplateResult } from "lit";

const GREEK: Record<string, string> = { Theta: "Θ", delta: "δ", Delta: "Δ", lambda: "λ" };

/** `symbol("a", 2, 3)` is a^(2)_3; for Theta `lower` is the unit it leads to and the one it comes from. */
export function symbol(name: string, layer: number, ...lower: number[]): TemplateResult {
    return html`<math>${indexed(name, layer, lower.join(","))}</math>`;
}

function indexed(name: string, layer: number | string, lower?: string): TemplateResult {
    const base = mathml`<mi>${GREEK[name] ?? name}</mi>`;
    const upper = mathml`<mrow><mo stretchy="false">(</mo><mn>${layer}</mn><mo stretchy="false">)</mo></mrow>`;
    if (!lower) return mathml`<msup>${base}${upper}</msup>`;
    return mathml`<msubsup>${base}<mn>${lower}</mn>${upper}</msubsup>`;
}

/** The same in plain text, for labels that are read aloud and for hover texts. */
export function plain(name: string, layer: number, ...lower: number[]): string {
    return `${GREEK[name] ?? name}⁽${raised(layer)}⁾${lower.map(lowered).join(",")}`;
}

const raised = (n: number) => [...String(n)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]).join("");
export const lowered = (n: number) => [...String(n)].map((c) => "₀₁₂₃₄₅₆₇₈₉"[Number(c)]).join("");

const MARK = /^[，。；：、）,.;:)]+/; // what may not begin a line

/** A sentence whose symbols and short formulas stand in backticks. */
export function inline(sentence: string): (string | TemplateResult)[] {
    const parts = sentence.split("`");
    return parts.flatMap((part, i) => {
        if (i % 2 === 0) return i ? part.replace(MARK, "") : part;
        const mark = MARK.exec(parts[i + 1] ?? "")?.[0] ?? "";
        const math = html`<math>${formula(part)}</math>`;
        return mark ? html`<span class="unbroken">${math}${mark}</span>` : math;
    });
}

const TOKEN = /(\w+)\^\((\w+)\)(?:_([\w,]+))?|(d)(?=J|Theta|a_)|([\d.]+)|(')|([A-Za-z]+)(?:_(\w+))?|([^\w\s]+)/g;

/** A formula as a terminal prints it: symbols, letters, numbers and signs. */
function formula(text: string): TemplateResult[] {
    return [...text.matchAll(TOKEN)].map(([, name, layer, lower, partial, number, prime, word, under, marks]) => {
        if (name) return indexed(name, layer, lower);
        if (partial) return mathml`<mo>∂</mo>`;
        if (number) return mathml`<mn>${number}</mn>`;
        if (prime) return mathml`<mo lspace="0" rspace="0">′</mo>`;
        if (!word) return mathml`<mo stretchy="false">${marks}</mo>`;
        const base = mathml`<mi>${GREEK[word] ?? word}</mi>`;
        return under ? mathml`<msub>${base}<mi>${under}</mi></msub>` : base;
    });
}
