// The drawing of a network (SVG): layers are columns, circles are units, lines are weights.
//
// A circle is filled by its unit's activation. Its ring shows delta: wide where delta is large, whole where delta is
// positive and dashed where it is negative. A line shows a number of its weight in the same way. So sign and size can
// be told in print and without colours.
import { css, html, nothing, svg, type TemplateResult } from "lit";
import { significant } from "../numbers";
import type { Calculation } from "./calculation";
import { cut, folded, type Grid } from "./grid";
import { greatest, type Line, type ShownLayer } from "./shown";

const LEVELS = 8; // steps from an empty to a full circle
const FEW = 1000; // faint lines beyond so many are drawn fainter
const MOST = 4000; // faint lines, the largest; the others would not be told apart, and take long

export const drawingStyles = css`
.net{display:block;width:100%;overflow:visible;touch-action:pan-y;user-select:none;-webkit-user-select:none}
.net text{font:13px system-ui,"Segoe UI","Noto Sans","Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;
fill:var(--_ink);text-anchor:middle;pointer-events:none}
.net .small{font-size:11.5px;fill:var(--_soft)}
.net .soft{fill:var(--_soft)}
.net .head{font-size:15px;font-weight:650}
.net.narrow .head{font-size:13px}
.net .start{text-anchor:start}
.net .end{text-anchor:end}
.net .many{font-size:11px}
.net .now{fill:var(--_line);fill-opacity:.35;stroke:none}
.net .paper{fill:var(--_paper);stroke:var(--_soft);stroke-width:1}
.net .fill{fill:var(--_ink)}
.f0{fill-opacity:0}.f1{fill-opacity:.11}.f2{fill-opacity:.2}.f3{fill-opacity:.3}.f4{fill-opacity:.38}
.f5{fill-opacity:.66}.f6{fill-opacity:.78}.f7{fill-opacity:.9}.f8{fill-opacity:1}
.net :is(.t5,.t6,.t7,.t8){fill:var(--_paper)}
.net .ring{fill:none}
.net line{stroke:var(--_soft)}
.net :is(.ring,line).up,.legend .up{stroke:var(--_up)}
.net :is(.ring,line).down,.legend .down{stroke:var(--_down);stroke-dasharray:5 3}
.net .frame{fill:none;stroke:var(--_line)}
.net .hit{fill:transparent;stroke:none}
.net .u{cursor:pointer;outline:none}
.net .u:hover .paper{stroke:var(--_link);stroke-width:3}
.net .u[aria-pressed=true] .paper{stroke:var(--_ink);stroke-width:3}
.net .u:focus-visible .paper{stroke:var(--_link);stroke-width:5}
.net .lit line:not(.on){stroke-opacity:.4}
.net line.chosen{stroke-opacity:1;opacity:1}
.stack{position:relative}
.stack canvas{position:absolute;inset:0;width:100%;height:100%;pointer-events:none}
.stack svg{position:relative}
.legend{list-style:none;margin:.4rem 0;padding:0;display:grid;gap:.1rem 1.5rem;font-size:.9rem;color:var(--_soft);max-width:48rem}
.legend li{display:flex;gap:.6rem;align-items:center}
.legend svg{flex:none}
.legend .paper{fill:var(--_paper);stroke:var(--_soft)}
.legend .fill{fill:var(--_ink)}
.legend .ring{fill:none}
@media print{.net .lit line{stroke-opacity:1}}
`;

/** A number beside a circle. */
export const short = (value: number) => significant(value, 3);

/** How full a circle is, from 0 to 8. */
export function level(a: number, layer: ShownLayer): number {
    const span = layer.high - layer.low;
    if (!Number.isFinite(a) || !(span > 0) || span === Infinity) return 0;
    return Math.min(Math.max(Math.round(((a - layer.low) / span) * LEVELS), 0), LEVELS);
}

/** A magnitude as a share of the largest, from 0 to 1. */
export function share(value: number, largest: number): number {
    return Number.isNaN(value) || largest === 0 ? 0 : Math.min(Math.abs(value) / largest, 1);
}

const sign = (value: number) => (value > 0 ? "up" : value < 0 ? "down" : "");

/** A unit as a circle around the origin: its ring if `delta` is given, filled if `a` is, with its number. */
export function circle(radius: number, unit: number, layer: ShownLayer, a?: number, delta?: number): TemplateResult {
    const filled = a === undefined ? 0 : level(a, layer);
    const wide = delta === undefined ? 0 : share(delta, layer.delta);
    const stroke = 1 + 0.36 * radius * wide;
    return svg`
        ${wide ? svg`<circle class="ring ${sign(delta!)}" r=${(radius + 1.5 + stroke / 2).toFixed(1)}
            stroke-width=${stroke.toFixed(1)}></circle>` : nothing}
        <circle class="paper" r=${radius}></circle><circle class="fill f${filled}" r=${radius}></circle>
        <text class="t${filled} ${unit > 99 ? "many" : ""}" y=".36em">${unit}</text>`;
}

/** A line of the drawing; `largest` is the greatest magnitude among its neighbours. */
export function wire(at: Grid, line: Line, largest: number, marks = ""): TemplateResult {
    const [a, b] = [at.place(line.layer, line.source), at.place(line.layer + 1, line.target)];
    const strong = share(line.value, largest);
    return svg`<line class="${sign(line.value)} ${marks}" x1=${a.x.toFixed(1)} y1=${a.y.toFixed(1)}
        x2=${b.x.toFixed(1)} y2=${b.y.toFixed(1)} stroke-width=${(0.6 + 3.4 * strong).toFixed(1)}
        opacity=${(0.25 + 0.65 * strong).toFixed(2)}
        data-ends="${line.layer}-${line.source} ${line.layer + 1}-${line.target}"></line>`;
}

export function label(x: number, y: number, text: string, kind: string): TemplateResult {
    return svg`<text class=${kind} x=${x} y=${y}>${text}</text>`;
}

/** A user's name beside a unit, cut to the room there is; a hover text has it whole. */
export function named(x: number, y: number, name: string, at: Grid, kind: string): TemplateResult {
    return svg`<text class=${kind} x=${x} y=${y}><title>${name}</title>${cut(name, at.nameLength)}</text>`;
}

/** "⋮ 9 more" under a column whose layer is not drawn whole. */
export function more(at: Grid, layer: ShownLayer, text: string): TemplateResult | typeof nothing {
    if (!folded(layer)) return nothing;
    const last = at.place(layer.layer, layer.units[layer.units.length - 1]);
    return label(last.x, last.y + 0.9 * at.pitch, text, "soft");
}

/** Paint the inputs as an image, from their smallest value (paper) to their largest (ink), and the faint lines. */
export function paint(
    canvas: HTMLCanvasElement, at: Grid, of: Calculation, faint: readonly Line[], ink: string,
): void {
    const scale = window.devicePixelRatio || 1;
    canvas.width = Math.round(at.width * scale);
    canvas.height = Math.round(at.height * scale);
    const pen = canvas.getContext("2d")!;
    pen.scale(scale, scale);
    if (faint.length) {
        pen.strokeStyle = ink;
        pen.lineWidth = 0.5;
        const largest = greatest(faint.map((line) => line.value));
        const thin = Math.min(1, Math.sqrt(FEW / faint.length)); // many lines would add up to a wall
        const sizes = Float64Array.from(faint, (line) => share(line.value, largest)).sort();
        const least = sizes[Math.max(sizes.length - MOST, 0)];
        for (const [from, to] of [[0.02, 0.15], [0.15, 0.4], [0.4, 1.01]]) {
            pen.globalAlpha = thin * (0.06 + 0.3 * from);
            pen.beginPath();
            for (const line of faint) {
                const size = share(line.value, largest);
                if (size < least || size < from || size >= to) continue;
                const [a, b] = [at.place(line.layer, line.source), at.place(line.layer + 1, line.target)];
                pen.moveTo(a.x, a.y);
                pen.lineTo(b.x, b.y);
            }
            pen.stroke();
        }
    }
    if (at.image) paintImage(pen, at.image, of, at, ink);
}

function paintImage(
    pen: CanvasRenderingContext2D, box: NonNullable<Grid["image"]>, of: Calculation, at: Grid, ink: string,
): void {
    pen.globalAlpha = 1;
    pen.clearRect(box.x, box.y, box.width, box.height);
    pen.fillStyle = ink;
    const x = of.x;
    let [low, high] = [Infinity, -Infinity];
    for (const value of x) [low, high] = [Math.min(low, value), Math.max(high, value)];
    for (let j = 1; j <= x.length; j += 1) {
        const dark = (x[j - 1] - low) / (high - low);
        if (!(dark > 0)) continue;
        const { x: left, y: top } = at.place(1, j);
        pen.globalAlpha = dark;
        pen.fillRect(left - box.pixel / 2, top - box.pixel / 2, box.pixel + 0.3, box.pixel + 0.3);
    }
}

const mark = (marks: TemplateResult) =>
    html`<svg width="34" height="22" viewBox="0 0 34 22" aria-hidden="true">${marks}</svg>`;

/** The marks of a legend by their names. */
export const MARKS: Record<string, () => TemplateResult> = {
    fill: () => mark(svg`${[[6, 0], [17, 4], [28, 8]].map(([x, filled]) => svg`
        <circle class="paper" cx=${x} cy="11" r="5"></circle>
        <circle class="fill f${filled}" cx=${x} cy="11" r="5"></circle>`)}`),
    "ring-up": () => ring("up"),
    "ring-down": () => ring("down"),
    "line-up": () => mark(svg`<line class="up" x1="2" y1="11" x2="32" y2="11" stroke-width="3"></line>`),
    "line-down": () => mark(svg`<line class="down" x1="2" y1="11" x2="32" y2="11" stroke-width="3"></line>`),
};

const ring = (which: string) => mark(svg`
    <circle class="paper" cx="17" cy="11" r="5"></circle>
    <circle class="ring ${which}" cx="17" cy="11" r="8" stroke-width="3"></circle>`);
