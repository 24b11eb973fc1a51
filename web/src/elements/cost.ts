// Drag h of one output: what it costs for y = 1 and y = 0 under the logarithm and the square, and how steep that is.
import { css, html, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import type { Net } from "../core";
import { significant } from "../numbers";
import { Lesson } from "./lesson";
import { Plot } from "./plot";

const COSTS = ["logistic", "quadratic"] as const;
const PARTS = 1000; // of h, from 0 to 1
const FIRST = 0.1;
const HIGHEST = 5; // of the plots
const TANGENT = 0.12; // how far it goes, to each side
const TARGETS = [1, 0];

type Kind = (typeof COSTS)[number];

/** The cost of one output, its slope by h, and its slope by z, which is delta. */
interface Paid {
    J: number;
    byH: number;
    delta: number;
}

export class ClearpropCost extends Lesson {
    static override styles = [
        ...Lesson.styles,
        css`
.both>svg{flex:1 1 17rem;min-width:0;cursor:ew-resize}
.logistic{fill:none;stroke:var(--_down);stroke-width:2.2}
.quadratic{fill:none;stroke:var(--_up);stroke-width:2.2;stroke-dasharray:6 4}
circle.logistic{fill:var(--_down)}
rect.quadratic{fill:var(--_up);stroke-dasharray:none}
.tangent{stroke:var(--_ink);stroke-width:1.6}
th svg{display:inline-block;width:26px;height:10px;vertical-align:middle}
thead tr:first-child th{border:0}
`,
    ];

    @state() private h = FIRST;

    protected get section(): string {
        return "cost";
    }

    protected override get needsRecord(): boolean {
        return false;
    }

    protected draw(): TemplateResult {
        const shown = significant(this.h);
        return html`
            <p class="how">${this.say("how")}</p>
            <div class="row"><label for="h"><i>h</i></label>
                <input id="h" type="range" min="1" max=${PARTS - 1} step="1" aria-valuetext=${shown}
                    .value=${String(Math.round(this.h * PARTS))}
                    @input=${(e: Event) => this.set(Number((e.target as HTMLInputElement).value) / PARTS)}>
                <output class="mono" for="h">h = ${shown}</output></div>
            <div class="both">${TARGETS.map((y) => this.plot(y))}</div>
            ${this.table()}
            <p class="told" role="status">${this.verdict()}</p>`;
    }

    private set(h: number): void {
        this.h = Math.max(1, Math.min(PARTS - 1, Math.round(h * PARTS))) / PARTS;
    }

    /** From the engine: a network of one output, whose bias is its z. */
    private paid(cost: Kind, h: number, y: number): Paid {
        const core = this.core!;
        const net: Net = { sizes: [1, 1], activation: "sigmoid", cost, lambda: 0 };
        const z = Math.log(h / (1 - h)); // where g(z) = h
        const { J, delta } = core.backward(net, Float64Array.of(z, 0), [0], [y]);
        return { J, byH: delta[1][0] / core.slope("sigmoid", z), delta: delta[1][0] };
    }

    private readonly curves = new Map<string, readonly (readonly [h: number, J: number])[]>();

    /** The cost of every h; it stays while h is dragged. */
    private curve(cost: Kind, y: number): readonly (readonly [h: number, J: number])[] {
        const key = `${cost} ${y}`;
        const all = Array.from({ length: PARTS / 5 - 1 }, (_, i) => (i + 1) / (PARTS / 5));
        const curve = this.curves.get(key) ?? all.map((h) => [h, this.paid(cost, h, y).J] as const);
        this.curves.set(key, curve);
        return curve;
    }

    private plot(y: number): TemplateResult {
        const ticks = [0, 0.5, 1].map((at) => ({ at, text: String(at) }));
        const plot = new Plot(
            340, 240, { low: 0, high: 1, ticks },
            { low: -0.15, high: HIGHEST, ticks: [0, 1, 2, 3, 4].map((at) => ({ at, text: String(at) })) }, 30,
        );
        const curves = COSTS.map((cost) => plot.path(this.curve(cost, y), cost));
        const drag = (event: PointerEvent) => {
            if (!event.buttons) return;
            const here = event.currentTarget as SVGSVGElement;
            const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(here.getScreenCTM()!.inverse());
            this.set((at.x - plot.atX(0)) / (plot.atX(1) - plot.atX(0)));
        };
        return html`<svg viewBox="0 0 340 240" role="img" data-y=${y} aria-label=${this.say("plot", { y })}
            @pointerdown=${(event: PointerEvent) => {
                (event.currentTarget as Element).setPointerCapture(event.pointerId);
                drag(event);
            }} @pointermove=${drag}>
            <rect width="340" height="240" fill="transparent" />
            ${plot.around(svg`${curves}${COSTS.map((cost) => this.point(plot, cost, y))}`, "h", this.say(`title-${y}`))}
        </svg>`;
    }

    private point(plot: Plot, cost: Kind, y: number): SVGTemplateResult {
        const { h } = this;
        const { J, byH } = this.paid(cost, h, y);
        const [x, top] = [plot.atX(h), plot.atY(Math.min(J, HIGHEST))];
        const [dx, dy] = [plot.atX(h + TANGENT) - x, plot.atY(J + TANGENT * byH) - plot.atY(J)];
        const part = (TANGENT * 260) / Math.max(Math.hypot(dx, dy), 1e-9); // every tangent is as long
        return svg`
            <line class="tangent" x1=${x - part * dx} y1=${top - part * dy} x2=${x + part * dx} y2=${top + part * dy} />
            ${cost === "logistic"
                ? svg`<circle class=${cost} cx=${x} cy=${top} r="5" />`
                : svg`<rect class=${cost} x=${x - 4.5} y=${top - 4.5} width="9" height="9" />`}`;
    }

    private table(): TemplateResult {
        const columns = TARGETS.flatMap((y) => COSTS.map((cost) => ({ cost, paid: this.paid(cost, this.h, y) })));
        const row = (name: TemplateResult | string, of: (paid: Paid) => number) => html`<tr><th scope="row">${name}</th>
            ${columns.map(({ paid }) => html`<td class="n">${significant(of(paid), 4)}</td>`)}</tr>`;
        return html`<table>
            <thead>
                <tr><td></td>${TARGETS.map((y) => html`<th scope="colgroup" colspan="2" class="n">y = ${y}</th>`)}</tr>
                <tr><td></td>${columns.map(({ cost }) => html`<th scope="col" class="n">
                    <svg viewBox="0 0 26 10" aria-hidden="true"><path class=${cost} d="M1,5H25" /></svg><br>
                    ${this.say(cost)}</th>`)}</tr>
            </thead>
            <tbody>
                ${row(this.say("cost"), ({ J }) => J)}
                ${row(html`∂<i>J</i>/∂<i>h</i>`, ({ byH }) => byH)}
                ${row(html`δ = ∂<i>J</i>/∂<i>z</i>`, ({ delta }) => delta)}
            </tbody></table>`;
    }

    private verdict(): string {
        return this.say(this.h < 0.1 ? "sure-0" : this.h > 0.9 ? "sure-1" : "unsure");
    }
}
