// The views beside the curves: units, confusion, the most wrong rows, the surface, the doctor, lines to copy.
import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import { significant } from "../numbers";
import type { Language, Values } from "../words";
import { image, surface, type SurfacePlane } from "./drawing";
import type { Dataset } from "./state";

type Say = (key: string, values?: Values) => string;

/** A canvas that is drawn whenever the page is. */
export function drawn(draw: (canvas: HTMLCanvasElement) => void, label: string, className = ""): TemplateResult {
    return html`<canvas role="img" aria-label=${label} class=${className}
        ${ref((canvas) => canvas && draw(canvas as HTMLCanvasElement))}></canvas>`;
}

// -- Units ----------------------------------------------------------------------------------------

export interface LayerPictures {
    layer: number;
    units: number;
    shape: number[];
    values: number[][];
}

const MOST = 64; // units of the first layer whose weights are shown

export function units(say: Say, data: Dataset, theta: Float64Array | undefined, layers: LayerPictures[]): TemplateResult {
    if (data.network.sizes.length < 3) return html`<p>${say("units.none")}</p>`;
    if (layers.length)
        return html`<p class="soft">${say("units.plane")}</p>${layers.map((layer) => html`
            <h3>${say("units.layer", { n: layer.layer })}</h3><ul class="pictures">
            ${layer.values.map((values, k) => picture(say, k, (canvas) => {
                const [rows, columns] = layer.shape.length > 1 ? layer.shape : [1, layer.shape[0]];
                image(canvas, flipped(values, rows, columns), rows, columns, true);
            }))}</ul>${rest(say, layer.units - layer.values.length)}`)}`;
    if (!theta) return html`<p class="soft">…</p>`;
    const [n, K] = data.network.sizes, shown = Math.min(K, MOST);
    const weights = (k: number): Float64Array =>
        Float64Array.from({ length: n }, (_, j) => theta[(j + 1) * K + k]);
    const [rows, columns] = data.image ?? [1, n];
    return html`<p class="soft">${say(data.image ? "units.image" : "units.strip")}</p>
        <ul class=${data.image ? "pictures" : "pictures strips"}>
        ${Array.from({ length: shown }, (_, k) => picture(say, k, (canvas) =>
            image(canvas, weights(k), rows, columns, true, data.order)))}</ul>${rest(say, K - shown)}`;
}

function picture(say: Say, k: number, draw: (canvas: HTMLCanvasElement) => void): TemplateResult {
    const name = say("units.unit", { n: k + 1 });
    return html`<li>${drawn(draw, name, "pixels")}<span>${k + 1}</span></li>`;
}

const rest = (say: Say, n: number): TemplateResult | typeof nothing =>
    n > 0 ? html`<p class="soft">${say("units.more", { n })}</p>` : nothing;

/** Rows from the top: a picture of the plane has y upwards. */
function flipped(values: number[], rows: number, columns: number): number[] {
    return Array.from({ length: rows }, (_, i) => values.slice((rows - 1 - i) * columns, (rows - i) * columns)).flat();
}

// -- Answers --------------------------------------------------------------------------------------

export interface Answers {
    part: string;
    rows: number;
    of: number;
    cost: number;
    score: number;
    classes: string[];
    confusion: number[][] | null;
    worst: { row: number; cost: number; truth: string; said: string; h: number[]; x: number[] | null }[];
}

export function confusion(say: Say, found: Answers | undefined): TemplateResult {
    if (!found) return html`<p class="soft">…</p>`;
    const values = { rows: found.rows, of: found.of, score: significant(found.score, 4), cost: significant(found.cost, 4) };
    if (!found.confusion) return html`<p>${say("confusion.none", values)}</p>`;
    const most = Math.max(1, ...found.confusion.map((row, i) => Math.max(0, ...row.filter((_, j) => j !== i))));
    return html`<p class="soft">${say("confusion.about", values)}</p>
        <div class="scroll" tabindex="0" role="region" aria-label=${say("views.confusion")}><table class="confusion"><thead>
        <tr><td></td><th colspan=${found.classes.length} scope="colgroup">${say("confusion.predicted")}</th></tr>
        <tr><th scope="col">${say("confusion.actual")}</th>${found.classes.map((name) => html`<th scope="col">${name}</th>`)}</tr>
        </thead><tbody>${found.confusion.map((row, i) => html`<tr><th scope="row">${found.classes[i]}</th>
        ${row.map((n, j) => html`<td class=${i === j ? "hit" : n ? "miss" : "none"}
            style=${i !== j && n ? `--share:${(0.15 + 0.55 * (n / most)).toFixed(2)}` : ""}>${n}</td>`)}</tr>`)}
        </tbody></table></div>`;
}

export function worst(say: Say, data: Dataset, found: Answers | undefined, show: (row: number) => void): TemplateResult {
    if (!found) return html`<p class="soft">…</p>`;
    return html`<p class="soft">${say(data.classes.length ? "worst.about" : "worst.about-numbers")}</p><ul class="worst">${found.worst.map((each) => html`<li>
        <button type="button" @click=${() => show(each.row)}>
        ${each.x && data.image
            ? drawn((canvas) => image(canvas, each.x!, data.image![0], data.image![1], false, data.order), say("worst.row", { n: each.row }), "pixels")
            : nothing}
        <span><b>${say("worst.row", { n: each.row })}</b> ${say("worst.says", { truth: each.truth, said: each.said })}<br>
        <span class="soft">${say("worst.cost", { cost: significant(each.cost, 4) })}</span></span></button></li>`)}</ul>`;
}

// -- Surface --------------------------------------------------------------------------------------

export interface Surface {
    rows: number;
    epochs: number;
    seeds: number[];
    costs: number[];
    path: SurfacePlane;
    ends: SurfacePlane;
}

export function surfaces(say: Say, found: Surface | undefined, working: boolean, compute: () => void): TemplateResult {
    return html`<p class="soft">${say("surface.about", { rows: found?.rows ?? 300, epochs: found?.epochs ?? 60 })}</p>
        <p><button type="button" data-do="compute" ?disabled=${working} @click=${compute}>${say("surface.compute")}</button>
        <span role="status">${working ? say("surface.working") : ""}</span></p>
        ${found ? html`<div class="planes">
            ${drawn((canvas) => surface(canvas, 340, found.path), say("surface.alt-path"), "plane")}
            ${drawn((canvas) => surface(canvas, 340, found.ends), say("surface.alt-ends"), "plane")}</div>
            <ul class="starts">${found.seeds.map((seed, i) => html`<li><i class="dot c${i}"></i>
                ${say("surface.start", { seed, J: significant(found.costs[i], 4) })}</li>`)}</ul>` : nothing}`;
}

// -- Doctor ---------------------------------------------------------------------------------------

export interface Mistake {
    id: string;
    half: string;
    en: string;
    zh: string;
}
export interface Verdict {
    name: string;
    verdict: string;
    right: boolean;
    causes: string[];
    blocks: { layer: number; block: string; verdict: string }[];
    report: { en: string; zh: string };
}

export interface DoctorView {
    say: Say;
    language: Language;
    mistakes: Mistake[];
    layers: string; // of the small network that a mistake is put into
    verdict?: Verdict;
    working: boolean;
    runsFiles: boolean;
    file?: File;
    diagnose: (mistake: string) => void;
    choose: (file: File | undefined) => void;
    run: (layers: string) => void;
}

export function doctor(view: DoctorView): TemplateResult {
    const { say, language } = view;
    const value = (event: Event, id: string): string =>
        ((event.target as HTMLElement).closest("section")!.querySelector<HTMLInputElement>(id)!).value;
    return html`<section class="doctor"><p class="soft">${say("doctor.about", { layers: view.layers })}</p>
        <label>${say("doctor.mistake")}<select id="mistake">${["forward", "cost", "gradient"].map((half) => html`
            <optgroup label=${say(`doctor.${half}`)}>${view.mistakes.filter((m) => m.half === half).map((m) => html`
            <option value=${m.id} ?selected=${m.id === "slope-missing"}>${m.id}: ${m[language]}</option>`)}</optgroup>`)}</select></label>
        <p><button type="button" data-do="diagnose" ?disabled=${view.working || !view.mistakes.length}
            @click=${(event: Event) => view.diagnose(value(event, "#mistake"))}>${say("doctor.diagnose")}</button>
        <span role="status">${view.working ? say("doctor.working") : ""}</span></p>
        ${view.verdict ? verdict(view.verdict, say, language) : nothing}
        ${view.runsFiles ? html`<details><summary>${say("doctor.own")}</summary><p>${say("doctor.own-about")}</p>
            <label>${say("doctor.file")}<input type="file" accept=".py,.m,.ipynb"
                @change=${(event: Event) => view.choose((event.target as HTMLInputElement).files?.[0])}></label>
            <label>${say("doctor.layers")}<input type="text" id="layers" inputmode="numeric"></label>
            <p><button type="button" ?disabled=${view.working || !view.file}
                @click=${(event: Event) => view.run(value(event, "#layers").trim())}>${say("doctor.run")}</button></p>
            </details>` : nothing}</section>`;
}

function verdict(found: Verdict, say: Say, language: Language): TemplateResult {
    return html`${found.blocks.length ? html`<table class="blocks"><thead><tr><th scope="col">${say("doctor.block")}</th>
        <th scope="col">${say("doctor.verdict")}</th></tr></thead><tbody>${found.blocks.map((block) => html`<tr>
        <th scope="row">${say(block.block === "bias" ? "doctor.bias" : "doctor.weights", { l: block.layer })}</th>
        <td class=${block.verdict === "right" ? "good" : "bad"}>${block.verdict === "right" ? "✓" : "✗"}
        ${say(block.verdict === "right" ? "doctor.says-right" : block.verdict === "wrong" ? "doctor.says-wrong" : "doctor.says-unknown")}</td>
        </tr>`)}</tbody></table>` : nothing}
        <pre class="report" tabindex="0">${found.report[language]}</pre>`;
}

// -- Lines to copy --------------------------------------------------------------------------------

export function code(
    say: Say, lines: { command: string[]; python: string[] } | undefined, edited: boolean, copied: string,
    copy: (name: string, text: string) => void,
): TemplateResult {
    if (!lines) return html`<p class="soft">…</p>`;
    const block = (name: "command" | "python"): TemplateResult => html`<h3>${say(`code.${name}`)}</h3>
        <pre id="code-${name}" tabindex="0" aria-label=${say(`code.${name}`)}>${lines[name].join("\n")}</pre>
        <p><button type="button" @click=${() => copy(name, `${lines[name].join("\n")}\n`)}>${say("code.copy")}</button>
        <span role="status">${copied === name ? say("code.copied") : copied === `${name}-selected` ? say("code.selected") : ""}</span></p>`;
    return html`${block("command")}${edited ? html`<p class="soft">${say("code.edited")}</p>` : nothing}${block("python")}
        <h3>${say("code.link")}</h3><pre tabindex="0" aria-label=${say("code.link")}>${location.origin}${location.pathname}${location.hash}</pre>`;
}
