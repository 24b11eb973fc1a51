// Two runs side by side: how the second one is made, what differs, and how both stand.
import { html, nothing, type TemplateResult } from "lit";
import { significant } from "../numbers";
import type { Values } from "../words";
import type { Beside, Curve, Dataset, Snapshot } from "./state";

// The options that can differ, with the labels that they have in the form.
const LABELS: Record<string, string> = {
    hidden: "network.layers", activation: "network.activation", cost: "network.cost", regularization: "network.lambda",
    init: "network.init", solver: "training.solver", learning_rate: "training.rate", schedule: "training.schedule",
    batch_size: "training.batch", epochs: "training.epochs", seed: "training.seed",
};

export interface TwoRuns {
    say: (key: string, values?: Values) => string;
    data: Dataset;
    now?: Snapshot;
    curve: Curve;
    beside?: Beside;
    besideCurve: Curve;
    running: boolean; // one of both
    start: () => void; // the same choices from another start
    setting: () => void; // the same choices once more, to be changed
    both: () => void;
    swap: () => void;
    drop: () => void;
}

export function twoRuns(of: TwoRuns): TemplateResult {
    const { say, beside, running } = of;
    const button = (key: string, act: () => void, off = running): TemplateResult => html`<button type="button"
        data-do=${key} ?disabled=${off} @click=${act}>${say(`beside.${key}`)}</button>`;
    if (!beside)
        return html`<details class="beside"><summary>${say("beside.heading")}</summary><p class="soft">${say("beside.about")}</p>
            <div class="buttons">${button("start", of.start)}${button("setting", of.setting)}</div></details>`;
    return html`<div class="beside">
        <div class="scroll" tabindex="0" role="region" aria-label=${say("beside.heading")}>${table(of, beside)}</div>
        <div class="buttons">${button("both", of.both)}${button("swap", of.swap)}${button("drop", of.drop, false)}</div></div>`;
}

function table(of: TwoRuns, beside: Beside): TemplateResult {
    const { say, data } = of;
    const mine = data.options, its = beside.options;
    const differ = Object.keys(LABELS).filter((name) => String(mine[name] ?? "") !== String(its[name] ?? ""));
    const row = (label: string, one: unknown, other: unknown): TemplateResult => html`<tr><th scope="row">${label}</th>
        <td>${one ?? ""}</td><td>${other ?? ""}</td></tr>`;
    const score = say(data.task === "classification" ? "curves.accuracy" : "curves.r2");
    return html`<table class="runs"><thead><tr><td></td><th scope="col">${say("beside.this")}</th>
        <th scope="col">${say("beside.other")}</th></tr></thead><tbody>
        ${data.source === beside.source ? nothing : row(say("data.source"), data.source, beside.source)}
        ${differ.map((name) => row(say(LABELS[name]), mine[name], its[name]))}
        ${row(say("curves.epochs"), of.now?.epoch ?? 0, beside.epoch)}
        ${(["cost", "validationCost", "score", "validationScore"] as const).map((key) => {
            const part = say(key.startsWith("validation") ? "curves.validation" : "curves.training");
            const name = key.toLowerCase().endsWith("cost") ? say("curves.cost-J") : score;
            return row(`${name}, ${part}`, shown(of.curve[key]), shown(of.besideCurve[key]));
        })}</tbody></table>`;
}

const shown = (value: number | null | undefined): string => (value == null ? "" : significant(value, 4));
