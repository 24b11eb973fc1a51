// A number and a slider that change one weight.
import { html, type TemplateResult } from "lit";
import { significant } from "../numbers";
import type { ClearpropElement } from "../shared/element";
import { plain, symbol } from "../shared/symbols";
import type { Entry } from "./readout";

/** The editor of a weight that was `from` when it was opened. */
export function weightEditor(
    of: ClearpropElement, { l, k, j, from }: Entry & { from: number },
    does: { set(value: number): void; close(): void },
): TemplateResult {
    const weight = of.calculation.weight(l, k, j);
    const name = plain("Theta", l, k, j);
    const reach = Math.max(2, 2 * Math.abs(from));
    const set = (event: Event) => does.set((event.target as HTMLInputElement).valueAsNumber);
    return html`<div class="editor" role="group" aria-label=${of.say("network.weight", { name })}
            @keydown=${(event: KeyboardEvent) => event.key === "Escape" && does.close()}>
        <span>${symbol("Theta", l, k, j)}</span>
        <input type="number" step="any" aria-label=${name} .value=${String(weight)} @change=${set}>
        <input type="range" step=${reach / 500} min=${from - reach} max=${from + reach} aria-label=${name}
            aria-valuetext=${significant(weight)} .value=${String(weight)} @input=${set}>
        <button type="button" @click=${() => does.set(from)}>${of.say("network.undo")}</button>
        <button type="button" @click=${() => does.close()}>${of.say("network.close")}</button>
    </div>`;
}
