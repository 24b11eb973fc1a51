// The settings of the playground as a form.
import { html, type TemplateResult } from "lit";
import { FORMS } from "../training/paint";
import {
    ACTIVATIONS, CLASSES, COSTS, INITS, isRegression, mostUnits, MOST_LAYERS, READ, SETS, SOLVERS,
    type Settings,
} from "../training/settings";

type Say = (key: string, values?: Record<string, string | number>) => string;
/** Called with what changes. */
type Change = (change: Partial<Settings>) => void;

const CUSTOM = "e"; // initial values of [-e, e]

const target = (event: Event) => event.target as HTMLInputElement | HTMLSelectElement;

export function form(settings: Settings, digits: boolean, say: Say, change: Change): TemplateResult {
    const select = (key: keyof Settings, names: readonly string[], chosen = String(settings[key])) => html`
        <label class="field">${say(key)} <select name=${key}
            @change=${(event: Event) => change({ [key]: target(event).value })}>${names.map((name) =>
                html`<option value=${name} ?selected=${name === chosen}>${say(`${key}_${name}`)}</option>`)}</select></label>`;
    const number = (key: "rate" | "lambda" | "batch" | "seed" | "draw", step: string, least: number) => html`
        <label class="field">${say(key)} <input type="number" name=${key} min=${least} step=${step}
            .value=${String(settings[key])} @change=${(event: Event) => {
                const value = READ[key](target(event).value);
                if (value === undefined) target(event).value = String(settings[key]);
                else change({ [key]: value });
            }}></label>`;
    const named = INITS.includes(settings.init as (typeof INITS)[number]);
    const drawn = settings.set !== "own" && settings.set !== "digits";
    const costs = isRegression(settings.set) ? ["squared"] : COSTS.filter((cost) => cost !== "squared");
    return html`<div class="form">
        <fieldset><legend>${say("data")}</legend>
            ${select("set", digits ? SETS : SETS.filter((name) => name !== "digits"))}
            ${drawn ? html`<label class="field">${say("noise", { noise: settings.noise })}
                <input type="range" name="noise" min="0" max="1" step="0.05" .value=${String(settings.noise)}
                    @change=${(event: Event) => change({ noise: Number(target(event).value) })}></label>
                ${number("draw", "1", 0)}` : ""}
        </fieldset>
        <fieldset><legend>${say("network")}</legend>
            ${layers(settings, say, change)}
            ${select("activation", ACTIVATIONS)}
            ${select("cost", costs)}
            ${number("lambda", "any", 0)}
        </fieldset>
        <fieldset><legend>${say("training")}</legend>
            <label class="field">${say("init")} <select name="init" @change=${(event: Event) =>
                change({ init: target(event).value === CUSTOM ? "0.1" : target(event).value })}>${[...INITS, CUSTOM].map(
                    (name) => html`<option value=${name} ?selected=${name === (named ? settings.init : CUSTOM)}>${
                        say(`init_${name}`)}</option>`)}</select></label>
            ${named ? "" : html`<label class="field">e <input type="number" name="e" min="0" step="any"
                .value=${settings.init} @change=${(event: Event) => {
                    if (READ.init(target(event).value) !== undefined) change({ init: target(event).value });
                }}></label>`}
            ${select("solver", SOLVERS)}
            ${number("rate", "any", 0)}
            ${settings.solver === "gd" ? "" : number("batch", "1", 1)}
            ${number("seed", "1", 0)}
        </fieldset>
    </div>`;
}

function layers({ hidden, set }: Settings, say: Say, change: Change): TemplateResult {
    const most = mostUnits(set);
    const units = (l: number, by: number) => change({ hidden: hidden.map((n, i) => (i === l ? n + by : n)) });
    const button = (text: string, label: string, off: boolean, act: () => void) => html`
        <button aria-label=${label} title=${label} ?disabled=${off} @click=${act}>${text}</button>`;
    return html`<div class="layers" role="group" aria-label=${say("hidden")}>
        <span class="soft">${say("hidden")}</span>
        ${hidden.map((n, i) => html`<span class="layer">
            ${button("−", say("fewer_units", { l: i + 2 }), n <= 1, () => units(i, -1))}
            <span data-layer=${i + 2}>${n}</span>
            ${button("+", say("more_units", { l: i + 2 }), n >= most, () => units(i, 1))}</span>`)}
        <span class="layer">
            ${button(say("layer_out"), say("fewer_layers"), !hidden.length, () => change({ hidden: hidden.slice(0, -1) }))}
            ${button(say("layer_in"), say("more_layers"), hidden.length >= MOST_LAYERS,
                () => change({ hidden: [...hidden, hidden.at(-1) ?? 4] }))}</span>
    </div>`;
}

/** Which class the next click sets, and how points go again. */
export function penBox(settings: Settings, label: number, say: Say, choose: (label: number) => void, change: Change): TemplateResult {
    const { own } = settings;
    return html`<div class="pen" role="group" aria-label=${say("pen")}>
        ${Array.from({ length: CLASSES }, (_, k) => html`<button class="class" aria-pressed=${k === label}
            aria-label=${say("class", { k })} @click=${() => choose(k)}>
            <svg viewBox="-6 -6 12 12" width="18" height="18" aria-hidden="true"><path class="class${k}" d=${FORMS[k]}></path></svg></button>`)}
        <button ?disabled=${!own.length} @click=${() => change({ own: own.slice(0, -1) })}>${say("undo")}</button>
        <button ?disabled=${!own.length} @click=${() => change({ own: [] })}>${say("clear")}</button>
    </div>`;
}
