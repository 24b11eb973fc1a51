// A small plot: a frame, two axes, and places in it. It draws few points, so SVG is enough.
import { svg, type SVGTemplateResult } from "lit";

export interface Axis {
    low: number;
    high: number;
    ticks: readonly { at: number; text: string }[];
}

const TOP = 18; // room for the name of the axis

export class Plot {
    constructor(
        readonly width: number,
        readonly height: number,
        readonly x: Axis,
        readonly y: Axis,
        readonly left = 44,
        readonly bottom = 34,
    ) {}

    atX = (value: number) => this.left + ((value - this.x.low) / (this.x.high - this.x.low)) * (this.width - this.left - 10);
    atY = (value: number) =>
        this.height - this.bottom - ((value - this.y.low) / (this.y.high - this.y.low)) * (this.height - this.bottom - TOP);

    /** A line through points; what leaves the frame is cut. */
    path(points: readonly (readonly [number, number])[], kind: string): SVGTemplateResult {
        const clamped = (y: number) => Math.max(-this.height, Math.min(2 * this.height, y));
        const text = points.map(([x, y]) => `${this.atX(x).toFixed(1)},${clamped(this.atY(y)).toFixed(1)}`).join(" ");
        return svg`<polyline class=${kind} points=${text} />`;
    }

    /** The frame with its ticks, and what is drawn in it. */
    around(inside: unknown, xName: string, yName: string): SVGTemplateResult {
        const [right, top, floor] = [this.width - 10, TOP, this.height - this.bottom];
        return svg`
            <svg x="0" y="0" width=${this.width} height=${this.height}>
                <svg x=${this.left} y=${top} width=${right - this.left} height=${floor - top}
                    viewBox="${this.left} ${top} ${right - this.left} ${floor - top}" style="overflow:hidden">${inside}</svg>
            </svg>
            <path class="wire" d="M${this.left},${top}V${floor}H${right}" />
            ${this.x.ticks.map(({ at, text }) => svg`<text class="soft" x=${this.atX(at)} y=${floor + 15}>${text}</text>`)}
            ${this.y.ticks.map(({ at, text }) => svg`
                <text class="soft end" x=${this.left - 5} y=${this.atY(at) + 4}>${text}</text>`)}
            <text class="letter" style="font-style:normal" x=${(this.left + right) / 2} y=${this.height - 2}>${xName}</text>
            <text class="start" x="2" y="10">${yName}</text>`;
    }
}
