// The buttons of a run, and where it stands.
import { html, nothing, type TemplateResult } from "lit";
import { significant } from "../numbers";
import type { Values } from "../words";
import { takenFile } from "./form";
import type { Dataset, Snapshot } from "./state";

export interface Controls {
    say: (key: string, values?: Values) => string;
    data: Dataset;
    now?: Snapshot;
    running: boolean; // this run, or the one beside it
    reason: string; // why the training ended
    go: (kind: string, body?: object) => void;
    save: () => void;
    openModel: (file: File | undefined) => void;
}

export function controls(of: Controls): TemplateResult {
    const { say, data, now, running } = of;
    const full = data.solver === "cg" || data.solver === "lbfgs";
    const ask = (kind: string, body?: object) => () => of.go(kind, body);
    const values = { epoch: now?.epoch ?? 0, epochs: data.epochs, batch: now?.position ?? 0, batches: data.batches };
    return html`<section class="controls" aria-label=${say("training.controls")}>
        <div class="buttons">
        ${running ? html`<button type="button" class="main" @click=${ask("pause")}>${say("training.pause")}</button>`
            : html`<button type="button" class="main" data-do="run" @click=${ask("train", { until: "run" })}>${say("training.train")}</button>`}
        ${full ? nothing : html`<button type="button" data-do="batch" ?disabled=${running}
            @click=${ask("train", { until: "batch" })}>${say("training.one-batch")}</button>`}
        <button type="button" data-do="epoch" ?disabled=${running} @click=${ask("train", { until: "epoch" })}>${say("training.one-epoch")}</button>
        <button type="button" title=${say("training.reset-about")} @click=${ask("reset")}>${say("training.reset")}</button>
        <button type="button" ?disabled=${running || !now?.undoable} @click=${ask("undo")}>${say("training.undo")}</button>
        <button type="button" ?disabled=${running} @click=${() => of.save()}>${say("training.save")}</button>
        <label class="button">${say("training.open-model")}<input type="file" accept=".safetensors" ?disabled=${running}
            @change=${(event: Event) => of.openModel(takenFile(event))}></label></div>
        <p class="place"><span>${say(full ? "training.place-full" : "training.place", values)}</span>
        <progress max=${data.epochs} value=${values.epoch} aria-label=${say("training.epochs")}></progress>
        <span role="status">${of.reason && ["epochs", "converged", "paused", "error"].includes(of.reason)
            ? say(`training.ended-${of.reason}`) : ""}</span></p>
        ${now?.check ? html`<p class="soft">${say("training.checked", {
            verdict: say(`training.${now.check.verdict === "right" ? "right" : "unsure"}`),
            difference: significant(now.check.difference, 2) })}${now.kept ? html`; ${say("training.kept", { n: now.kept })}` : nothing}
</p>` : nothing}
        ${now?.edited ? html`<p class="soft">${say("training.edited", { n: now.edited })}</p>` : nothing}
        ${now?.leads === false ? html`<p class="soft">${say("training.astray")}</p>` : nothing}
        </section>`;
}

