// Marks a sheet as src/clearprop/exercise/judge.py does, which tells the reasons. What follows from which numbers,
// right and with each mistake, stands on the tape of the record.
import { fmax, Tape, type Entry } from "./tape";
import type { Typed } from "./typed";

export interface Program {
    operations: readonly string[];
    tape: readonly Entry[];
    inputs: number;
    stages: readonly Stage[];
}

export interface Stage {
    key: string;
    kind: string;
    layer: number;
    symbol: string;
    shape: readonly number[];
    blanks: readonly string[]; // the symbol of each
    own: readonly number[]; // places on the tape, as `radius` and `numbers`
    radius: readonly number[];
    before: readonly number[];
    mistakes: readonly Mistake[];
}

interface Mistake {
    id: string;
    begins: boolean;
    numbers: readonly number[];
}

export type Verdict = "right" | "carried" | "wrong" | "coarse" | "unknown" | "missing";

export interface Blank {
    place: number; // in its stage
    typed?: Typed;
    verdict: Verdict;
    expected: number;
    tolerance: number;
}

export interface Cause {
    id: string;
    blanks: readonly Blank[];
    alternatives: readonly string[];
}

export type SlipKind = "sign" | "point" | "swapped";

export interface Slip {
    kind: SlipKind;
    blanks: readonly Blank[];
}

export interface StageMark {
    stage: Stage;
    blanks: readonly Blank[];
    causes: readonly Cause[];
    slips: readonly Slip[];
}

/** What was typed: of each stage by the place of the blank; null or undefined where it is empty. */
export type Answers = readonly (readonly (Typed | null | undefined)[])[];

const [ROUNDING, SECOND_ORDER] = [1e-9, 1.05];
const COARSE = 0.05 * (1 + 1e-9);
const EXACT = 2e-3;

const agrees = (typed: Typed, number: number, reach: number) =>
    Math.abs(typed.value - number) <= tolerance(typed, reach);
const tolerance = (typed: Typed, reach: number) =>
    (typed.half + reach) * (1 + ROUNDING) + ROUNDING * Math.abs(typed.value);

export class Judge {
    private readonly tape: Tape;
    private readonly starts: number[] = []; // of each stage among the inputs
    private readonly radii: number; // where their radii begin

    constructor(readonly program: Program) {
        this.tape = new Tape(program.operations, program.tape);
        let at = 0;
        for (const stage of program.stages) {
            this.starts.push(at);
            at += stage.blanks.length;
        }
        this.radii = at;
    }

    judged(answers: Answers): StageMark[] {
        const given = withoutBare(answers);
        const own = new Float64Array(this.program.inputs); // the learner's numbers and their radii
        const right = new Float64Array(this.program.inputs); // those that a wrong one should be
        const named = new Set<string>();
        return this.program.stages.map((stage, s) => {
            const mark = this.marked(stage, s, given[s] ?? [], own, right, named);
            mark.causes.forEach((cause) => named.add(cause.id));
            return mark;
        });
    }

    private marked(
        stage: Stage, s: number, given: readonly (Typed | null | undefined)[],
        own: Float64Array, right: Float64Array, named: ReadonlySet<string>,
    ): StageMark {
        const [mine, truth] = [this.tape.run(own), this.tape.run(right)];
        const blanks = stage.blanks.map((_, place) => {
            const [number, reach] = [mine[stage.own[place]], mine[stage.radius[place]]];
            const [best, bestReach] = [truth[stage.own[place]], truth[stage.radius[place]]];
            const at = this.starts[s] + place;
            [own[at], own[this.radii + at], right[at], right[this.radii + at]] = [number, reach, best, bestReach];
            const blank = judgedBlank(place, given[place] ?? undefined, number, reach, best, bestReach);
            if (!blank.typed) return blank;
            const { value, half } = blank.typed;
            const off = Math.abs(value - number);
            const follows = ["right", "carried", "coarse"].includes(blank.verdict);
            own[at] = value;
            own[this.radii + at] = follows ? Math.max(off, Math.min(half, off + reach)) : half;
            if (agrees(blank.typed, best, bestReach)) {
                right[at] = value;
                right[this.radii + at] = own[this.radii + at];
            }
            return blank;
        });
        if (!blanks.some((blank) => blank.verdict === "wrong")) return { stage, blanks, causes: [], slips: [] };
        return this.explained(stage, blanks, own, named);
    }

    /** A mistake that gives the whole stage; else slips, and mistakes made in single units. */
    private explained(
        stage: Stage, blanks: readonly Blank[], own: Float64Array, named: ReadonlySet<string>,
    ): StageMark {
        const wrong = blanks.filter((blank) => blank.verdict === "wrong");
        const told = blanks.filter((blank) => blank.typed && blank.verdict !== "unknown");
        const first = (mistake: Mistake) => mistake.begins || named.has(mistake.id);
        const groups = [stage.mistakes.filter(first), stage.mistakes.filter((mistake) => !first(mistake))];
        const reach = this.reaches(stage, own);
        const numbers = this.tape.run(own);
        const agreeing = groups.map((group) =>
            group.map((mistake) => [mistake, agreeingBlanks(mistake, told, numbers, reach)] as const));
        for (const group of agreeing) {
            const whole = group.filter(([, agree]) => agree.length === told.length).map(([mistake]) => mistake);
            if (whole.length)
                return { stage, blanks, causes: [{ id: whole[0].id, blanks: wrong, alternatives: others(whole) }], slips: [] };
        }
        const slips = slipsOf(wrong);
        const left = wrong.filter((blank) => !slips.some((slip) => slip.blanks.includes(blank)));
        const causes = agreeing.map((group) => piecewise(left, group)).find((found) => found.length) ?? [];
        return { stage, blanks, causes, slips };
    }

    /** How far any entry of the tape may be off, to first order, when the numbers before the stage are. */
    private reaches(stage: Stage, own: Float64Array): Float64Array {
        const middle = this.tape.run(own);
        const total = new Float64Array(middle.length);
        const moved = (places: readonly number[], sign: number) => {
            const there = own.slice();
            for (const at of places) there[at] += sign * own[this.radii + at];
            return this.tape.run(there);
        };
        if (stage.kind === "D") {
            const sums = this.program.stages.flatMap((other, i) => (other.kind === "Delta" ? this.placesOf(i) : []));
            const there = moved(sums, 1);
            return total.map((_, i) => Math.abs(there[i] - middle[i]));
        }
        const signs = ["z", "Delta"].includes(stage.kind) ? [1] : [1, -1];
        for (const at of stage.before.flatMap((i) => this.placesOf(i))) {
            if (own[this.radii + at] === 0) continue;
            const found = new Float64Array(middle.length);
            for (const sign of signs) {
                const there = moved([at], sign);
                found.forEach((most, i) => (found[i] = fmax(most, Math.abs(there[i] - middle[i]))));
            }
            total.forEach((sum, i) => (total[i] = sum + found[i]));
        }
        return total;
    }

    private placesOf(stage: number): number[] {
        return this.program.stages[stage].blanks.map((_, place) => this.starts[stage] + place);
    }
}

/** Whole numbers, such as 0, get the last digit of the coarsest number that has decimals. */
function withoutBare(answers: Answers): Answers {
    const all = answers.flat().filter((one): one is Typed => Boolean(one) && !one!.whole);
    if (!all.length) return answers;
    const half = Math.max(...all.map((one) => one.half));
    return answers.map((stage) =>
        stage.map((one) => (one?.whole ? { ...one, half: Math.min(half, one.half) } : one)));
}

function judgedBlank(
    place: number, typed: Typed | undefined, expected: number, reach: number, truth: number, truthReach: number,
): Blank {
    if (!typed) return { place, verdict: "missing", expected, tolerance: reach };
    let verdict: Verdict = "wrong";
    if (agrees(typed, truth, truthReach)) verdict = isCoarse(typed, truth) ? "coarse" : "right";
    else if (!Number.isFinite(expected)) verdict = "unknown";
    else if (agrees(typed, expected, reach)) verdict = isCoarse(typed, expected) ? "coarse" : "carried";
    return { place, typed, verdict, expected, tolerance: tolerance(typed, reach) };
}

function isCoarse(typed: Typed, number: number): boolean {
    const exact = Math.abs(typed.value - number) <= ROUNDING * Math.abs(number);
    return typed.half > COARSE * Math.abs(number) && !exact;
}

/** The ids after the first mistake's, each once. */
function others(mistakes: readonly Mistake[]): string[] {
    return [...new Set(mistakes.map((mistake) => mistake.id))].filter((id) => id !== mistakes[0].id);
}

function agreeingBlanks(
    mistake: Mistake, told: readonly Blank[], numbers: Float64Array, reach: Float64Array,
): Blank[] {
    if (!mistake.numbers.every((at) => Number.isFinite(numbers[at]))) return [];
    const off = (blank: Blank) => Math.abs(blank.typed!.value - numbers[mistake.numbers[blank.place]]);
    return told.filter(
        (blank) =>
            off(blank) <= 30 * blank.tolerance &&
            off(blank) <= SECOND_ORDER * tolerance(blank.typed!, reach[mistake.numbers[blank.place]]),
    );
}

type Agreeing = readonly (readonly [Mistake, readonly Blank[]])[];

/** A mistake that was made in some units only: the one that explains most blanks, and so on. */
function piecewise(wrong: readonly Blank[], agreeing: Agreeing): Cause[] {
    let left = wrong.filter(isExact);
    const causes: Cause[] = [];
    while (left.length) {
        const explains = agreeing.map(([mistake, agree]) => [mistake, left.filter((b) => agree.includes(b))] as const);
        const most = Math.max(0, ...explains.map(([, found]) => found.length));
        if (!most) break;
        const best = explains.filter(([, found]) => found.length === most);
        const found = best[0][1];
        const same = best.filter(([, one]) => one.every((blank, i) => blank === found[i])).map(([mistake]) => mistake);
        causes.push({ id: same[0].id, blanks: found, alternatives: others(same) });
        left = left.filter((blank) => !found.includes(blank));
    }
    return causes;
}

function isExact(blank: Blank): boolean {
    const scale = Math.max(Math.abs(blank.expected), Math.abs(blank.typed!.value));
    return blank.tolerance <= EXACT * scale;
}

// -- Slips of the pen and the calculator: src/clearprop/exercise/slips.py --------------------------------------------

const FACTORS: readonly (readonly [SlipKind, readonly number[]])[] = [
    ["sign", [-1]],
    ["point", [10, 0.1, 100, 0.01, 1000, 0.001]],
];

function slipsOf(wrong: readonly Blank[]): Slip[] {
    const found: Slip[] = [];
    let left = [...wrong];
    const has = (blank: Blank, number: number, within: number) =>
        within <= 0.05 * Math.abs(number) && Math.abs(blank.typed!.value - number) <= within;
    for (const a of wrong)
        for (const b of wrong) {
            if (a.place >= b.place || !left.includes(a) || !left.includes(b)) continue;
            if (has(a, b.expected, a.tolerance) && has(b, a.expected, b.tolerance)) {
                found.push({ kind: "swapped", blanks: [a, b] });
                left = left.filter((blank) => blank !== a && blank !== b);
            }
        }
    for (const [kind, factors] of FACTORS) {
        const these = left.filter((blank) =>
            factors.some((f) => has(blank, f * blank.expected, Math.max(1, f) * blank.tolerance)));
        if (!these.length) continue;
        found.push({ kind, blanks: these });
        left = left.filter((blank) => !these.includes(blank));
    }
    return found;
}
