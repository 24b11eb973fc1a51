// The lesson and the second run: both set the studio up, and stand on what the hand can do.
import type { ClearpropPlayer } from "../elements/player";
import { Studio } from "./hand";
import { lessonOf, passOf, placeOf, sameRun } from "./lesson";
import { Curve, type Dataset } from "./state";

export abstract class Guided extends Studio {
    /** To a step of the lesson; `again`: its run begins anew. Without a step the lesson is left. */
    protected learn(id?: string, again = false): void {
        const step = lessonOf(id), before = this.wanted ?? this.place!;
        if (!step) this.place = { ...before, lesson: undefined };
        else {
            const place = placeOf(step, before);
            if (again || !sameRun(step, before) || !this.data)
                return this.open({ ...place, epoch: 0, batch: 0, weights: {} });
            this.place = place;
            this.begin();
            this.watch();
            this.looked();
        }
        this.keep();
    }

    protected override willUpdate(): void {
        const { now, seen } = this;
        if (!now || now.run !== this.data?.run || !this.place?.lesson) return;
        this.from ??= { step: now.step, epoch: now.epoch };
        seen.moved = now.step - this.from.step;
        seen.epochs = now.epoch - this.from.epoch;
        seen.beside ||= Boolean(this.beside?.epoch);
    }

    protected override updated(): void {
        const player = this.querySelector<ClearpropPlayer>("clearprop-player"), step = lessonOf(this.place?.lesson);
        if (!this.passWanted || !player || !step) return;
        this.passWanted = false;
        player.step = this.seen.pass = passOf(step, this.seen.layers)!;
    }

    // -- Two runs ---------------------------------------------------------------------------------

    /** Open the same choices once more, or from another start; the run that is there goes beside. */
    protected second(anotherStart: boolean): void {
        const before = this.place!, seed = Number(this.data!.options.seed);
        const options = anotherStart ? { ...before.options, seed: seed + 1 } : before.options;
        this.open({ ...before, options, epoch: 0, batch: 0, weights: {} }, true);
    }

    protected async swap(): Promise<void> {
        const answer = await this.connection.ask("swap");
        if (answer.kind !== "dataset") return;
        const { view, part, lesson } = this.place!, other = { ...this.besidePlace!, view, part, lesson, row: 0 };
        this.besidePlace = this.place;
        this.opened(other, answer as unknown as Dataset);
        this.keep();
    }

    protected async drop(): Promise<void> {
        await this.connection.ask("drop");
        this.beside = this.besidePlace = undefined;
        this.besideCurve = new Curve();
    }
}
