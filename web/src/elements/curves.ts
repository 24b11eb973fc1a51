// Cost and accuracy over the epochs of a training run, for its training rows and its validation rows.
import { css, html, nothing, svg, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { significant } from "../numbers";
import { ClearpropElement } from "../shared/element";
import { styles } from "../shared/styles";
import { cost, share } from "../training/live";
import type { Moment } from "../training/run";

const HEIGHT = 150;
const LEFT = 46; // room for the numbers of the axes
const BELOW = 22;
const ABOVE = 8;
const GAP = 24; // between the two drawings
const WIDE = 520; // from here on they stand side by side

type Part = "training" | "validation";
type Kind = "J" | "right";

/** One drawing: its curves, and how values become places. */
interface Chart {
    kind: Kind;
    width: number;
    x: (epoch: number) => number;
    y: (value: number) => number;
    ticks: { x: number[]; y: number[] };
}

export class ClearpropCurves extends ClearpropElement {
    static override styles = [
        styles,
        css`
.charts{display:flex;flex-wrap:wrap;gap:.5rem 24px}
figure{margin:0;min-width:0}
figcaption{font-size:.9rem}
svg{display:block;overflow:visible;touch-action:pan-y}
text{font:11.5px system-ui,"Noto Sans","Noto Sans SC",sans-serif;fill:var(--_soft)}
.end{text-anchor:end}.mid{text-anchor:middle}
.axis{stroke:var(--_line);stroke-width:1}
path{fill:none;stroke-width:2;stroke-linejoin:round}
.training{stroke:var(--_up)}
.validation{stroke:var(--_down);stroke-dasharray:6 4}
.earlier{opacity:.35;stroke-width:1.2}
.cursor{stroke:var(--_ink);stroke-width:1}
.key{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;font-size:.9rem;color:var(--_soft);align-items:center;margin:.2rem 0}
.key svg{display:inline-block;vertical-align:middle;margin-right:.4rem}
.at{display:flex;gap:.6rem;align-items:center;font-size:.9rem}
.at input{flex:1;max-width:20rem;min-height:24px}
output{font-variant-numeric:tabular-nums;display:block;min-height:1.5em;font-size:.9rem}
`,
    ];

    /** What was measured, the start first. */
    @property({ attribute: false }) moments: readonly Moment[] = [];
    /** What earlier runs measured; drawn faintly. */
    @property({ attribute: false }) earlier: readonly (readonly Moment[])[] = [];
    @state() private width = 600;
    @state() private chosen: number | null = null; // the moment that is read off; null: the last one
    private sizes = new ResizeObserver(() => {
        this.width = this.clientWidth || this.width;
    });

    protected override get section(): string {
        return "curves";
    }

    protected override get needsRecord(): boolean {
        return false;
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.sizes.observe(this);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.sizes.disconnect();
    }

    protected override draw(): TemplateResult {
        const { moments } = this;
        if (!moments.length) return html``;
        const at = Math.min(this.chosen ?? Infinity, moments.length - 1);
        const validates = !Number.isNaN(moments[0].validation.J);
        const classifies = !Number.isNaN(moments[0].training.right);
        const kinds: Kind[] = classifies ? ["J", "right"] : ["J"];
        return html`<div class="charts">${kinds.map((kind) => this.figure(kind, at, kinds.length, validates))}</div>
            <div class="key">${(validates ? ["training", "validation"] : ["training"]).map((part) => html`<span
                ><svg width="26" height="4" aria-hidden="true"><path class=${part} d="M0 2H26"></path></svg>${this.say(part)}</span>`)}
                ${this.earlier.length ? html`<span>${this.say("earlier")}</span>` : nothing}</div>
            <label class="at">${this.say("epoch")}
                <input type="range" min="0" max=${moments.length - 1} .value=${String(at)} @input=${this.slide}
                    aria-valuetext=${this.read(moments[at])}></label>
            <output>${this.read(moments[at])}</output>`;
    }

    private slide = (event: Event): void => {
        const at = Number((event.target as HTMLInputElement).value);
        this.chosen = at === this.moments.length - 1 ? null : at;
    };

    /** The numbers of a moment in words. */
    private read({ epoch, training, validation }: Moment): string {
        const of = (part: Part, { J, right }: Moment["training"]) =>
            Number.isNaN(J) ? "" : this.say(Number.isNaN(right) ? `${part}_cost` : `${part}_both`, { J: cost(J), right: share(right) });
        return [this.say("at", { epoch: significant(epoch, 6) }), of("training", training), of("validation", validation)].filter(Boolean).join(this.say("comma"));
    }

    private figure(kind: Kind, at: number, of: number, validates: boolean): TemplateResult {
        const chart = this.chart(kind, of);
        const parts: Part[] = validates ? ["training", "validation"] : ["training"];
        const here = chart.x(this.moments[at].epoch);
        return html`<figure><figcaption>${this.say(kind === "J" ? "cost" : "accuracy")}</figcaption>
            <svg width=${chart.width} height=${HEIGHT} role="img" aria-label=${this.say(kind === "J" ? "cost" : "accuracy")}
                @pointermove=${(event: PointerEvent) => this.point(event, chart)}
                @pointerleave=${() => (this.chosen = null)}>
                ${chart.ticks.y.map((value) => svg`<line class="axis" x1=${LEFT} x2=${chart.width} y1=${chart.y(value)} y2=${chart.y(value)}></line>
                    <text class="end" x=${LEFT - 6} y=${chart.y(value) + 4}>${tick(kind, value)}</text>`)}
                ${chart.ticks.x.map((epoch) => svg`<text class="mid" x=${chart.x(epoch)} y=${HEIGHT - 4}>${significant(epoch, 6)}</text>`)}
                ${this.earlier.map((moments) => parts.map((part) => svg`<path class="earlier ${part}" d=${line(moments, part, chart)}></path>`))}
                ${parts.map((part) => svg`<path class=${part} d=${line(this.moments, part, chart)}></path>`)}
                <line class="cursor" x1=${here} x2=${here} y1=${ABOVE} y2=${HEIGHT - BELOW}></line>
            </svg></figure>`;
    }

    private point(event: PointerEvent, { x }: Chart): void {
        const left = event.clientX - (event.currentTarget as Element).getBoundingClientRect().left;
        let best = 0;
        this.moments.forEach(({ epoch }, i) => {
            if (Math.abs(x(epoch) - left) < Math.abs(x(this.moments[best].epoch) - left)) best = i;
        });
        this.chosen = best;
    }

    private chart(kind: Kind, of: number): Chart {
        const width = of === 2 && this.width >= WIDE ? (this.width - GAP) / 2 : this.width;
        const all = [this.moments, ...this.earlier];
        const epochs = Math.max(1, ...all.map((moments) => moments[moments.length - 1].epoch));
        const values = all.flat().flatMap((moment) => [moment.training[kind], moment.validation[kind]]).filter(Number.isFinite);
        const most = kind === "right" ? 1 : Math.max(...values, 1e-6);
        const y = steps(most);
        const top = Math.max(most, y[y.length - 1]);
        return {
            kind,
            width,
            x: (epoch) => LEFT + (epoch / epochs) * (width - LEFT - 10),
            y: (value) => HEIGHT - BELOW - (value / top) * (HEIGHT - BELOW - ABOVE),
            ticks: { x: steps(epochs).filter((epoch) => epoch <= epochs), y },
        };
    }
}

/** Round numbers from 0 to about `most`: three to five of them. */
function steps(most: number): number[] {
    const power = 10 ** Math.floor(Math.log10(most / 3));
    const step = [1, 2, 5, 10].map((times) => times * power).find((each) => most / each <= 4.5)!;
    const count = Math.floor(most / step + 1e-9);
    return Array.from({ length: count + 1 }, (_, i) => i * step);
}

const tick = (kind: Kind, value: number): string =>
    kind === "J" ? significant(value, 3) : `${significant(100 * value, 3)} %`;

function line(moments: readonly Moment[], part: Part, { kind, x, y }: Chart): string {
    const places = moments.filter((moment) => Number.isFinite(moment[part][kind]));
    return places.map((moment, i) => `${i ? "L" : "M"}${x(moment.epoch).toFixed(1)} ${y(moment[part][kind]).toFixed(1)}`).join("");
}
