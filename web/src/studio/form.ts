// The form: data, network and training. A change of a field is told at once; the page opens the run anew.
import { html, nothing, type TemplateResult } from "lit";
import type { Values } from "../words";
import { NUMBERS, type Dataset, type Options, type Place, type Source } from "./state";

/** What the server says may be chosen. */
export interface Choices {
    recipes: Record<string, Options>;
    activations: string[];
    costs: string[];
    inits: string[];
    solvers: string[];
    schedules: string[];
    sets: Record<string, string>;
    paths: boolean;
    runs_files: boolean;
    largest: number;
    given: { source: string | null; model: string | null };
}

export interface FormState {
    say: (key: string, values?: Values) => string;
    choices: Choices;
    place: Place;
    data?: Dataset;
    columns: string[];
    source: (source: Source) => void;
    options: (options: Options) => void;
    upload: (file: File) => void;
}

// Each field has its value as an attribute too: a reset of the form then brings back what the run has.
const OPEN_AT = 1; // a path is typed to its end before it is opened

export function form(state: FormState): TemplateResult {
    const { say } = state;
    return html`<form @submit=${(event: Event) => event.preventDefault()}>
        <section aria-labelledby="h-data"><h2 id="h-data">${say("data.heading")}</h2>${data(state)}</section>
        <section aria-labelledby="h-network"><h2 id="h-network">${say("network.heading")}</h2>${network(state)}</section>
        <section aria-labelledby="h-training"><h2 id="h-training">${say("training.heading")}</h2>${training(state)}</section>
    </form>`;
}

function data(state: FormState): TemplateResult {
    const { say, choices, place, data } = state;
    const source = place.source, value = source.kind === "synthetic" ? source.set! : source.kind;
    const kinds = ["digits", ...Object.keys(choices.sets), "upload"];
    if (choices.paths || choices.given.source) kinds.push("path");
    const choose = (kind: string): void => {
        if (kind in choices.sets)
            state.source({ rows: 400, noise: 0.1, seed: 0, ...(source.kind === "synthetic" ? source : {}), kind: "synthetic", set: kind });
        else state.source({ kind: kind as Source["kind"], path: kind === "path" ? choices.given.source ?? "" : undefined });
    };
    return html`
        ${select(say("data.source"), kinds, value, choose, (kind) => say(`data.${kind}`))}
        ${source.kind === "synthetic" ? html`<div class="row">
            ${number(say("data.rows"), source.rows, (rows) => state.source({ ...source, rows }), 10, 20000, 10)}
            ${number(say("data.noise"), source.noise, (noise) => state.source({ ...source, noise }), 0, 2, 0.05)}
            ${number(say("data.set-seed"), source.seed, (seed) => state.source({ ...source, seed }), 0)}
        </div>` : nothing}
        ${source.kind === "path" ? text(say("data.path-label"), source.path ?? "", (path) => state.source({ ...source, path })) : nothing}
        ${source.kind === "upload" ? html`<label>${say("data.file-label", { n: choices.largest >> 20 })}
            <input type="file" @change=${(event: Event) => {
                const file = takenFile(event);
                if (file) state.upload(file);
            }}></label>` : nothing}
        ${state.columns.length
            ? select(say("data.target-needed"), ["", ...state.columns], String(place.options.target ?? ""), (target) => state.options({ target }))
            : source.kind === "path" || source.kind === "upload"
                ? text(say("data.target"), String(place.options.target ?? ""), (target) => state.options({ target }))
                : nothing}
        ${data ? html`<p class="soft">${say("data.summary", { ...data.rows, inputs: data.inputs })};
            ${data.classes.length ? say("data.classes", { n: data.classes.length }) : say("data.numbers")}.</p>` : nothing}`;
}

function network(state: FormState): TemplateResult {
    const { say, choices, place, data } = state;
    const recipe = String(place.options.recipe ?? "modern");
    const hidden = data?.hidden ?? unitsOf(String(value(state, "hidden") ?? ""));
    const layers = (units: number[]): void => state.options({ hidden: units.join(",") || "none" });
    return html`
        <div class="presets" role="group" aria-label=${say("network.recipe")}>
        ${Object.keys(choices.recipes).map((name) => html`<button type="button" aria-pressed=${name === recipe}
            @click=${() => state.options(preset(name, place.options))}>${say(`network.${name === "3b1b" ? "b3b1b" : name}`)}</button>`)}
        </div>
        <fieldset><legend>${say("network.layers")}</legend><div class="layers">
        ${hidden.map((units, i) => html`<span class="layer">
            <input type="number" min="1" max="4096" value=${units} .value=${String(units)} aria-label=${say("network.layer", { n: i + 1 })}
                @change=${(event: Event) => {
                    const n = Number((event.target as HTMLInputElement).value);
                    layers(hidden.map((u, k) => (k === i ? n : u)));
                }}><button type="button" aria-label=${say("network.remove", { n: i + 1 })} title=${say("network.remove", { n: i + 1 })}
                @click=${() => layers(hidden.filter((_, k) => k !== i))}>−</button></span>`)}
        <button type="button" aria-label=${say("network.add")} title=${say("network.add")}
            @click=${() => layers([...hidden, hidden[hidden.length - 1] ?? 8])}>+</button></div></fieldset>
        <div class="row">
        ${chosen(state, "activation", "network.activation", choices.activations)}
        ${chosen(state, "cost", "network.cost", choices.costs.filter((c) => c !== "auto"))}
        ${counted(state, "regularization", "network.lambda", 0, undefined, 0.1)}
        ${chosen(state, "init", "network.init", choices.inits)}</div>
        ${data ? html`<p class="soft">${say("network.size", { layers: data.network.sizes.join("-"), n: data.parameters })}</p>` : nothing}`;
}

function training(state: FormState): TemplateResult {
    const solver = String(value(state, "solver") ?? "");
    const full = solver === "cg" || solver === "lbfgs";
    return html`<div class="row">
        ${chosen(state, "solver", "training.solver", state.choices.solvers)}
        ${full ? nothing : counted(state, "learning_rate", "training.rate", 0, undefined, 0.001)}
        ${full ? nothing : chosen(state, "schedule", "training.schedule", state.choices.schedules)}
        ${full || solver === "gd" ? nothing : counted(state, "batch_size", "training.batch", 1)}
        ${counted(state, "epochs", "training.epochs", 1)}
        ${counted(state, "seed", "training.seed", 0)}</div>`;
}

/** The choices that a preset leaves standing: those of the data, and the seed. */
function preset(name: string, options: Options): Options {
    const cleared = Object.fromEntries(Object.keys(options).map((key) => [key, undefined])) as Options;
    const kept = { target: options.target, seed: options.seed, bins: options.bins };
    return { ...cleared, ...kept, recipe: name };
}

/** An option as the run has it; before there is a run, as it is chosen, or the recipe's. */
function value({ data, place, choices }: FormState, name: string): string | number | undefined {
    const recipe = choices.recipes[String(place.options.recipe ?? "modern")];
    return data?.options[name] ?? place.options[name] ?? recipe?.[name] ?? undefined;
}

function unitsOf(text: string): number[] {
    return text.split(",").map(Number).filter((units) => units > 0);
}

function chosen(state: FormState, name: string, label: string, names: string[]): TemplateResult {
    const now = String(value(state, name) ?? "");
    const all = names.includes(now) || !now ? names : [...names, now];
    return select(state.say(label), all, now, (choice) => state.options({ [name]: choice }));
}

function counted(
    state: FormState, name: string, label: string, min?: number, max?: number, step?: number,
): TemplateResult {
    return number(state.say(label), value(state, name) as number | undefined, (n) => state.options({ [name]: n }), min, max, step);
}

function select(
    label: string, values: string[], value: string, choose: (value: string) => void, say: (value: string) => string = (v) => v,
): TemplateResult {
    return html`<label>${label}<select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${values.map((v) => html`<option value=${v} ?selected=${v === value} .selected=${v === value}>${say(v)}</option>`)}</select></label>`;
}

function number(
    label: string, value: number | undefined, choose: (value: number) => void, min?: number, max?: number, step = 1,
): TemplateResult {
    return html`<label>${label}<input type="number" min=${min ?? ""} max=${max ?? ""} step=${step < 1 ? "any" : step}
        value=${value ?? ""} .value=${value === undefined ? "" : String(value)} @change=${(event: Event) => {
            const n = (event.target as HTMLInputElement).valueAsNumber;
            if (Number.isFinite(n)) choose(n);
        }}></label>`;
}

function text(label: string, value: string, choose: (value: string) => void): TemplateResult {
    return html`<label>${label}<input type="text" value=${value} .value=${value} @change=${(event: Event) => {
        const typed = (event.target as HTMLInputElement).value.trim();
        if (typed.length >= OPEN_AT) choose(typed);
    }}></label>`;
}

/** The file of an input, which then is empty, so that the same file can be chosen again. */
export function takenFile(event: Event): File | undefined {
    const input = event.target as HTMLInputElement, file = input.files?.[0];
    input.value = "";
    return file;
}

/** Options in the types that the server reads: numbers as numbers. */
export function typed(options: Options): Options {
    return Object.fromEntries(
        Object.entries(options)
            .filter(([, value]) => value !== undefined && value !== "")
            .map(([name, value]) => [name, NUMBERS.has(name) ? Number(value) : value]),
    );
}
