// The playground's network: units are small pictures of what they answer over the plane, lines are weights.
import { css, html, svg, type TemplateResult } from "lit";
import { significant } from "../numbers";
import { plain } from "../shared/symbols";
import { paintUnit, type Palette } from "../training/paint";
import { activationOf } from "../training/formula";
import { overPlane, weight, type Unit } from "../training/plane";
import type { Run } from "../training/run";

/** Theta^(l)_kj: from unit j of layer l to unit k of the next one. */
export interface Wire extends Unit {
    j: number;
}

type Say = (key: string, values?: Record<string, string | number>) => string;

export interface Handlers {
    choose: (unit: Unit) => void;
    point: (at: Unit | Wire | null) => void;
}

export const networkStyles = css`
.network{position:relative;margin:.3rem 0}
.network svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.network text{font:12px system-ui,"Noto Sans","Noto Sans SC",sans-serif;fill:var(--_soft);text-anchor:middle}
.wire{pointer-events:none}
.wire.up{stroke:var(--_up)}
.wire.down{stroke:var(--_down);stroke-dasharray:5 3}
.wire.at{stroke:var(--_ink)}
.hit{stroke:transparent;stroke-width:9;cursor:help}
.unit{position:absolute;padding:0;min-width:0;min-height:0;overflow:hidden;border:1px solid var(--_soft);border-radius:6px;background:var(--_paper)}
.unit[aria-pressed=true]{border:3px solid var(--_ink);background:var(--_paper)}
.unit canvas{display:block;width:100%;height:100%}
.unit.still{display:grid;place-items:center}
`;

const GAP = 10; // between two units of a layer
const HEAD = 22; // room for the names of the layers

interface Layout {
    box: number;
    height: number;
    left: (l: number) => number;
    top: (l: number, k: number) => number;
}

function layout(sizes: readonly number[], width: number): Layout {
    const box = width < 420 ? 36 : 42;
    const height = HEAD + Math.max(...sizes) * (box + GAP);
    const pitch = (width - box - 2) / (sizes.length - 1);
    return {
        box,
        height,
        left: (l) => 1 + (l - 1) * pitch,
        top: (l, k) => HEAD + (height - HEAD - sizes[l - 1] * (box + GAP)) / 2 + GAP / 2 + (k - 1) * (box + GAP),
    };
}

export function network(run: Run, width: number, chosen: Unit, at: Wire | null, say: Say, on: Handlers): TemplateResult {
    const { net, theta } = run;
    const L = net.sizes.length;
    const { box, height, left, top } = layout(net.sizes, width);
    const wires: Wire[] = [];
    for (let l = 1; l < L; l += 1)
        for (let k = 1; k <= net.sizes[l]; k += 1)
            for (let j = 1; j <= net.sizes[l - 1]; j += 1) wires.push({ l, k, j });
    const value = ({ l, k, j }: Wire) => weight(net, theta, l, k, j);
    const largest = Math.max(1e-9, ...wires.map((wire) => Math.abs(value(wire))));
    const ends = ({ l, k, j }: Wire) => ({
        x1: left(l) + box, y1: top(l, j) + box / 2, x2: left(l + 1), y2: top(l + 1, k) + box / 2,
    });
    const drawn = (wire: Wire) => {
        const { x1, y1, x2, y2 } = ends(wire);
        const strong = Math.abs(value(wire)) / largest;
        const here = at && at.l === wire.l && at.k === wire.k && at.j === wire.j;
        return svg`<line class="wire ${value(wire) < 0 ? "down" : "up"} ${here ? "at" : ""}" x1=${x1} y1=${y1} x2=${x2} y2=${y2}
            stroke-width=${(here ? 3 : 0.5 + 4 * strong).toFixed(1)} opacity=${(here ? 1 : 0.25 + 0.7 * strong).toFixed(2)}></line>`;
    };
    const hit = (wire: Wire) => {
        const { x1, y1, x2, y2 } = ends(wire);
        return svg`<line class="hit" x1=${x1} y1=${y1} x2=${x2} y2=${y2} data-wire="${wire.l}-${wire.k}-${wire.j}"
            @pointerenter=${() => on.point(wire)} @pointerdown=${() => on.point(wire)} @pointerleave=${() => on.point(null)}></line>`;
    };
    const name = (l: number) => (l === 1 ? "x" : l === L ? "h" : plain("a", l));
    const units = net.sizes.flatMap((size, i) => Array.from({ length: size }, (_, k) => ({ l: i + 1, k: k + 1 })));
    return html`<div class="network" style="height:${height}px">
        <svg role="img" aria-label=${say("network_drawn", { sizes: net.sizes.join("-") })}>
            ${net.sizes.map((_, i) => svg`<text x=${left(i + 1) + box / 2} y="14">${name(i + 1)}</text>`)}
            ${wires.map(drawn)}${wires.map(hit)}</svg>
        ${units.map((unit) => html`<button class="unit" data-unit="${unit.l}-${unit.k}"
            style="left:${left(unit.l)}px;top:${top(unit.l, unit.k)}px;width:${box}px;height:${box}px"
            aria-pressed=${unit.l === chosen.l && unit.k === chosen.k}
            aria-label=${say(unit.l === 1 ? "input" : unit.l === L ? "output" : "unit", { l: unit.l, k: unit.k })}
            @click=${() => on.choose(unit)} @pointerenter=${() => on.point(unit)} @pointerleave=${() => on.point(null)}
            ><canvas></canvas></button>`)}
    </div>`;
}

/** Paint the units' pictures; gives the activations over the plane of each layer, from index 1. */
export function paintNetwork(root: ParentNode, run: Run, colours: Palette): Float64Array[] {
    const { core, net, theta } = run;
    const all = net.sizes.map((_, i) => overPlane(core, net, theta, i + 1));
    for (const button of root.querySelectorAll<HTMLElement>(".unit")) {
        const [l, k] = button.dataset.unit!.split("-").map(Number);
        paintUnit(button.querySelector("canvas")!, colours, all[l - 1], net.sizes[l - 1], k, pictureOf(run, l));
    }
    return [new Float64Array(0), ...all];
}

/** The activation that decides how a layer's values become colours. */
export function pictureOf(run: Run, l: number): string {
    if (l === 1) return "identity";
    const name = activationOf(run.net, l);
    return name === "softmax" ? "sigmoid" : name;
}

/** What the line under the drawing says of a weight, or of a unit's bias. */
export function told(run: Run, at: Unit | Wire | null, say: Say): string {
    if (!at) return say("point");
    const { net, theta } = run;
    if ("j" in at) {
        const { l, k, j } = at;
        return say("weight", { name: plain("Theta", l, k, j), value: significant(weight(net, theta, l, k, j)), j, l, k, next: l + 1 });
    }
    if (at.l === 1) return say("input", { k: at.k });
    return say("bias", {
        name: plain("Theta", at.l - 1, at.k, 0), value: significant(weight(net, theta, at.l - 1, at.k, 0)), k: at.k, l: at.l,
    });
}
