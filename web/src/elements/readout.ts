// The numbers of the unit or the line under the pointer, as one line of text.
import { html, nothing, type TemplateResult } from "lit";
import { significant } from "../numbers";
import { inputName } from "../shared/names";
import { symbol } from "../shared/symbols";
import type { ClearpropNetwork } from "./network";

/** A weight: Theta^(l)_kj, with j = 0 for the bias of unit k. */
export interface Entry {
    l: number;
    k: number;
    j: number;
}

const show = (value: number) => html`<span class="value">${significant(value)}</span>`;

export function unitReadout(net: ClearpropNetwork, { layer: l, unit: k }: { layer: number; unit: number }): TemplateResult {
    const of = net.calculation;
    const number = (name: string, value: number) => html`${symbol(name, l, k)} = ${show(value)}`;
    return html`${l <= net.reached ? html`${number("z", of.z(l)[k - 1])}, ${number("a", of.a(l)[k - 1])}` : nothing}
        ${l >= net.returned ? html`, ${number("delta", of.delta(l)[k - 1])}` : nothing}`;
}

export function lineReadout(net: ClearpropNetwork, { l, k, j }: Entry): TemplateResult {
    const of = net.calculation;
    const weight = of.weight(l, k, j);
    const own = html`${symbol("Theta", l, k, j)} = ${show(weight)}`;
    if (net.way === "update") {
        const [rate, D] = [net.rate ?? 0, of.D(l, k, j)];
        return html`${own} − ${show(rate)} × ${show(D)} → ${show(weight - rate * D)}`;
    }
    if (net.way === "gradient") return html`${own}, ${symbol("D", l, k, j)} = ${show(of.D(l, k, j))}`;
    if (net.way === "backward" && l > 1 && l + 1 >= net.returned) {
        const delta = of.delta(l + 1)[k - 1];
        return html`${own}, × ${symbol("delta", l + 1, k)} = ${show(delta)}: ${show(weight * delta)}`;
    }
    if (l > net.reached) return own;
    const a = of.a(l)[j - 1];
    const name = l === 1 ? inputName(net, of.sheet, j) : "";
    const from = html`${symbol("a", l, j)}${name ? ` ${net.say("unit.name", { name })}` : ""}`;
    return html`${own}, × ${from} = ${show(a)}: ${show(weight * a)}`;
}
