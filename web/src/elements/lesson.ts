// What the elements of the course's pages share: narrow and wide, signs in print, symbols and discs in a drawing.
import { css, svg, type SVGTemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ClearpropElement } from "../shared/element";
import { styles } from "../shared/styles";

const NARROW = 520; // pixels; below, a drawing has a layout of its own

/** An element of a chapter. It knows whether it has little room. */
export abstract class Lesson extends ClearpropElement {
    static override styles = [
        styles,
        css`
:host{margin:1rem 0}
svg{display:block;width:100%;max-width:46rem;height:auto;overflow:visible;touch-action:pan-y;user-select:none;-webkit-user-select:none}
svg text{font-size:12.5px;fill:var(--_ink);text-anchor:middle;font-variant-numeric:tabular-nums}
svg.small text{font-size:11.5px}
svg .soft{fill:var(--_soft)}
svg .start{text-anchor:start}
svg .end{text-anchor:end}
svg text.letter,svg .letter{font-style:italic;font-size:15px}
svg text.index{font-size:11px}
svg .disc{fill:var(--_paper);stroke:var(--_soft);stroke-width:1.3}
svg .wire{stroke:color-mix(in srgb,var(--_soft) 45%,transparent);stroke-width:1;fill:none}
svg .up{stroke:var(--_up);stroke-width:2.6}
svg .down{stroke:var(--_down);stroke-width:2.6;stroke-dasharray:6 4}
svg text.up{stroke:none;fill:var(--_up);font-weight:650}
svg text.down{stroke:none;fill:var(--_down);font-weight:650}
svg .asked{stroke:var(--_ink);stroke-width:2.6}
svg .plate{fill:var(--_paper)}
svg g[role=button]{cursor:pointer;outline:none}
svg g[role=button]:hover .disc{stroke:var(--_link);stroke-width:2.5}
svg g[aria-pressed=true] .disc{stroke:var(--_ink);stroke-width:3}
svg g[role=button]:focus-visible .disc{stroke:var(--_link);stroke-width:4.5}
.up{color:var(--_up)}
.down{color:var(--_down)}
.row{display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center;margin:.4rem 0}
.row input[type=range]{flex:1 1 12em;max-width:26em;min-height:28px}
.mono{font-family:ui-monospace,"SF Mono",Consolas,"DejaVu Sans Mono",monospace;font-size:.9em;font-variant-numeric:tabular-nums}
.row output{min-width:5.5em}
.both{display:flex;flex-wrap:wrap;align-items:flex-start;gap:.4rem 2rem;margin:.6rem 0}
.both>svg{max-width:30rem}
.how{color:var(--_soft);font-size:.94rem}
.told{min-height:1.5em}
@media print{.how,.buttons,input[type=range]{display:none}}
`,
    ];

    @state() protected narrow = false;
    private readonly room = new ResizeObserver(() => {
        const width = this.clientWidth;
        if (width) this.narrow = width < NARROW;
    });

    override connectedCallback(): void {
        super.connectedCallback();
        this.room.observe(this);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.room.disconnect();
    }
}

/** A printed number with its sign. */
export function signed(printed: string): string {
    return /^-|^0(\.0*)?$/.test(printed) ? printed : `+${printed}`;
}

/** The two marks of a sign: colour, and whole or dashed. */
export function sign(value: number): "up" | "down" | "" {
    return value > 0 ? "up" : value < 0 ? "down" : "";
}

/** In brackets if it is negative: `0.6 × (-0.4)`. */
export function factor(printed: string): string {
    return printed.startsWith("-") ? `(${printed})` : printed;
}

/** z^(l)_j in a drawing. */
export function symbolAt(x: number, y: number, letter: string, layer: number, unit: number): SVGTemplateResult {
    return svg`<text x=${x - 6} y=${y + 5}><tspan class="letter">${letter}</tspan></text>
        <text class="index start" x=${x} y=${y - 2}>(${layer})</text>
        <text class="index start" x=${x} y=${y + 10}>${unit}</text>`;
}

/** How high `n` things stand, centred about `middle`. */
export function heights(middle: number, n: number, gap: number): number[] {
    return Array.from({ length: n }, (_, i) => middle + (i - (n - 1) / 2) * gap);
}

/** A wire from the edge of one disc to that of another; `mark` is its sign. */
export function line(x0: number, y0: number, x1: number, y1: number, mark: string, radius: number): SVGTemplateResult {
    const long = Math.hypot(x1 - x0, y1 - y0);
    const [dx, dy] = [((x1 - x0) / long) * radius, ((y1 - y0) / long) * radius];
    return svg`<line class="wire ${mark}" x1=${x0 + dx} y1=${y0 + dy} x2=${x1 - dx} y2=${y1 - dy} />`;
}

/** A text on a wire, `part` of the way along it. */
export function plate(x0: number, y0: number, x1: number, y1: number, part: number, text: string): SVGTemplateResult {
    const [x, y] = [x0 + (x1 - x0) * part, y0 + (y1 - y0) * part];
    const wide = text.length * 7 + 6;
    return svg`<rect class="plate" x=${x - wide / 2} y=${y - 9} width=${wide} height="17" />
        <text x=${x} y=${y + 4}>${text}</text>`;
}
