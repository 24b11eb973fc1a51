// The lesson: the six steps of training, and what delta means. Each step sets the studio up and asks for one act.
import { html, nothing, type TemplateResult } from "lit";
import { steps } from "../elements/player";
import type { Values } from "../words";
import { START, written, type Options, type Place, type Source, type View } from "./state";

/** What a step asks of the reader is done once this holds. */
export interface Seen {
    moved: number; // training steps since the lesson's step began
    epochs: number; // epochs since then
    pass: number; // the step of the pass that is shown, from 0
    layers: number;
    another: boolean; // another sample is shown
    nudged: boolean; // a unit's z
    diagnosed: boolean;
    opened: boolean; // one of the most wrong rows
    beside: boolean; // a second run
    surface: boolean;
}

type Kind = ReturnType<typeof steps>[number]["kind"];

interface Lesson {
    id: string;
    run: { source: Source; options: Options };
    view: View;
    part?: string;
    pass?: Kind; // where the walk through a sample begins
    done?: (seen: Seen) => boolean;
}

const moons = (options: Options): Lesson["run"] => ({
    source: { kind: "synthetic", set: "moons", rows: 200, noise: 0.1, seed: 0 },
    options: {
        recipe: "course", hidden: "3", regularization: 0, solver: "sgd", learning_rate: 0.3, schedule: "constant",
        batch_size: 10, epochs: 60, ...options,
    },
});
const ZEROS = moons({ init: "zeros" }), SMALL = moons({});
const DIGITS: Lesson["run"] = { source: { kind: "digits" }, options: { recipe: "course" } };

/** The number of a pass's step of some kind; of hidden layers the last. */
const at = (kind: Kind, layers: number): number => steps(layers, true).findIndex((step) => step.kind === kind);

export const LESSON: readonly Lesson[] = [
    { id: "data", run: SMALL, view: "worst", part: "train", done: (seen) => seen.opened },
    { id: "zeros", run: ZEROS, view: "units", done: (seen) => seen.epochs > 0 },
    { id: "random", run: SMALL, view: "units", done: (seen) => seen.epochs > 0 },
    { id: "forward", run: SMALL, view: "steps", pass: "start", done: (seen) => seen.pass >= at("output", seen.layers) },
    { id: "cost", run: SMALL, view: "steps", pass: "output", done: (seen) => seen.another },
    { id: "delta", run: SMALL, view: "nudge", done: (seen) => seen.nudged },
    { id: "backward", run: SMALL, view: "steps", pass: "delta-output", done: (seen) => seen.pass >= 2 * seen.layers - 2 },
    { id: "gradient", run: SMALL, view: "steps", pass: "gradient", done: (seen) => seen.pass >= 2 * seen.layers },
    { id: "check", run: SMALL, view: "doctor", done: (seen) => seen.diagnosed },
    { id: "update", run: SMALL, view: "units", done: (seen) => seen.moved > 0 },
    { id: "train", run: DIGITS, view: "confusion", part: "validation", done: (seen) => seen.epochs > 0 },
    { id: "wrong", run: DIGITS, view: "worst", part: "validation", done: (seen) => seen.opened },
    { id: "two-runs", run: DIGITS, view: "confusion", done: (seen) => seen.beside },
    { id: "surface", run: SMALL, view: "surface", done: (seen) => seen.surface },
];

export const lessonOf = (id: string | null | undefined): Lesson | undefined => LESSON.find((step) => step.id === id);

/** The place of a step: at the start of its run, or where the run stands if it is this one. */
export function placeOf(step: Lesson, before: Place): Place {
    const { run, view, id } = step;
    const there = sameRun(step, before) ? before : { ...START, options: {} };
    return { ...there, ...run, view, part: step.part ?? there.part, row: 0, lesson: id };
}

export function sameRun({ run }: Lesson, { source, options }: Place): boolean {
    const address = (of: Lesson["run"]): string => written({ ...START, ...of });
    return address(run) === address({ source, options });
}

/** Where the walk through a sample begins at a step of the lesson. */
export const passOf = (step: Lesson, layers: number): number | undefined =>
    step.pass && at(step.pass, layers);

// What the lesson's sentences call by its name on the page.
const NAMED = {
    epoch: "training.one-epoch", batch: "training.one-batch", train: "training.train", units: "views.units",
    diagnose: "doctor.diagnose", two: "beside.heading", start: "beside.start", both: "beside.both",
    compute: "surface.compute", source: "data.source",
};

/** The lesson's panel; `seen` is what the reader has done since this step began. */
export function panel(
    say: (key: string, values?: Values) => string, id: string, seen: Seen,
    does: { go(id: string): void; again(): void; leave(): void },
): TemplateResult {
    const number = LESSON.findIndex((step) => step.id === id), step = LESSON[number];
    const [before, after] = [LESSON[number - 1], LESSON[number + 1]];
    const done = step.done?.(seen) ?? false;
    const names = Object.fromEntries(Object.entries(NAMED).map(([name, key]) => [name, say(key)]));
    const button = (key: string, to: Lesson | undefined, main = false): TemplateResult => html`<button type="button"
        class=${main ? "main" : ""} ?disabled=${!to} @click=${() => does.go(to!.id)}>${say(`lesson.${key}`)}</button>`;
    return html`<section class="lesson" aria-labelledby="h-lesson">
        <p class="soft">${say("lesson.of", { n: number + 1, all: LESSON.length })}</p>
        <h2 id="h-lesson" tabindex="-1">${say(`lesson.title-${id}`)}</h2>
        <p>${say(`lesson.says-${id}`, names)}</p>
        <p class="task"><b>${say("lesson.try")}</b> ${say(`lesson.task-${id}`, names)}
            <span role="status" class="good">${done ? `✓ ${say("lesson.done")}` : ""}</span></p>
        ${done ? html`<p>${say(`lesson.then-${id}`, names)}</p>` : nothing}
        <div class="buttons">${button("back", before)}${button("next", after, true)}
            <button type="button" @click=${() => does.again()}>${say("lesson.again")}</button>
            <button type="button" @click=${() => does.leave()}>${say("lesson.leave")}</button>
            <label class="inline">${say("lesson.step")}<select @change=${(event: Event) =>
                does.go((event.target as HTMLSelectElement).value)}>${LESSON.map((each, i) => html`<option value=${each.id}
                ?selected=${each.id === id} .selected=${each.id === id}>${i + 1} ${say(`lesson.title-${each.id}`)}</option>`)}</select></label>
            <a href="#lesson=${id}">${say("lesson.link")}</a></div></section>`;
}
