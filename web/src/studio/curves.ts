// Curves as SVG: cost, and accuracy or R^2, of training and validation.
import { html, nothing, svg, type TemplateResult } from "lit";
import { significant } from "../numbers";
import type { Curve, Point } from "./state";

const WIDTH = 520, HEIGHT = 190, LEFT = 60, BOTTOM = 26, TOP = 8, RIGHT = 18;
const MOST = 300; // points of a line that are drawn

interface Line {
    name: string;
    kind: "training" | "validation" | "training beside" | "validation beside"; // the class of its style
    points: [number, number][];
}

/** At most so many points: the first and the last, and others evenly between them. */
export function thinned<T>(points: T[], most = MOST): T[] {
    if (points.length <= most) return points;
    return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]);
}

function lineOf(points: Point[], index: 1 | 2 | 3, name: string, kind: Line["kind"]): Line {
    const found = thinned(points).filter((p) => p[index] !== null).map((p) => [p[0], p[index]] as [number, number]);
    return { name, kind, points: found };
}

/** Round numbers between two, about five. */
function ticks(low: number, high: number): number[] {
    const raw = (high - low || 1) / 4, power = 10 ** Math.floor(Math.log10(raw));
    const step = power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= raw) ?? 10);
    const made = [];
    for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-6; t += step) made.push(Number(t.toPrecision(6)));
    return made;
}

function chart(title: string, lines: Line[], epochs: string, score = false): TemplateResult {
    const all = lines.flatMap((line) => line.points);
    const last = Math.max(1, ...all.map((p) => p[0]));
    const heights = all.map((p) => p[1]), most = Math.max(1e-9, ...heights), least = Math.min(most, ...heights);
    // A cost is drawn from 0 on, or as far as it goes below; a score from where it begins.
    const [low, high] = score ? [Math.max(-1, Math.floor(least * 10 - 0.01) / 10), Math.max(most, 0.1)] : [Math.min(0, least), most];
    const x = (v: number): number => LEFT + (v / last) * (WIDTH - LEFT - RIGHT);
    const y = (v: number): number => HEIGHT - BOTTOM - ((v - low) / (high - low)) * (HEIGHT - BOTTOM - TOP);
    const told = lines
        .filter((line) => line.points.length)
        .map((line) => `${line.name} ${significant(line.points[line.points.length - 1][1], 4)}`);
    const label = [title, ...told].join("; ");
    return html`<figure class="chart"><figcaption>${title} ${lines.map((line) => html`<span class="key">
        <svg width="26" height="8" aria-hidden="true"><line x1="0" x2="26" y1="4" y2="4"
        class=${line.kind} /></svg> ${line.name}
        <b class="value">${line.points.length ? significant(line.points[line.points.length - 1][1], 4) : ""}</b></span>`)}
        </figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
        ${ticks(low, high).map((t) => svg`<line class="grid" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${y(t)} y2=${y(t)} />
            <text x=${LEFT - 5} y=${y(t) + 4} text-anchor="end">${t}</text>`)}
        ${ticks(0, last).map((t) => svg`<text x=${x(t)} y=${HEIGHT - 8} text-anchor="middle">${t}</text>`)}
        <text x="0" y=${HEIGHT - 8}>${epochs}</text>
        ${lines.map((line) => svg`<polyline class=${line.kind}
            points=${line.points.map((p) => `${x(p[0]).toFixed(1)},${y(p[1]).toFixed(1)}`).join(" ")} />
            ${line.points.length === 1 ? svg`<circle class=${line.kind} r="3"
                cx=${x(line.points[0][0])} cy=${y(line.points[0][1])} />` : nothing}`)}
    </svg></figure>`;
}

/** The curves of a run, and over them those of the run beside it. */
export function curves(
    curve: Curve, beside: Curve | undefined, say: (key: string) => string, classes: boolean,
): TemplateResult {
    const cost = (of: Curve, at: string, suffix: "" | " beside"): Line[] => [
        lineOf(of.points, 1, say(`training${at}`), `training${suffix}`),
        lineOf(of.points, 2, say(`validation${at}`), `validation${suffix}`),
    ];
    const score = (of: Curve, at: string, suffix: "" | " beside"): Line[] => [
        { name: say(`training${at}`), kind: `training${suffix}`, points: thinned(of.scores) },
        lineOf(of.points, 3, say(`validation${at}`), `validation${suffix}`),
    ];
    const both = (lines: typeof cost): Line[] => [...lines(curve, "", ""), ...(beside ? lines(beside, "-beside", " beside") : [])];
    return html`<div class="charts">
        ${chart(say("cost-J"), both(cost), say("epochs"))}
        ${chart(say(classes ? "accuracy" : "r2"), both(score), say("epochs"), true)}
    </div>`;
}
