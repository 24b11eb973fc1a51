// The elements of the chapters, and those of a pass.
import { ClearpropAccumulate } from "./elements/accumulate";
import { ClearpropCost } from "./elements/cost";
import { ClearpropDrawing } from "./elements/drawing";
import { ClearpropExercise } from "./elements/exercise";
import { ClearpropForward } from "./elements/forward";
import { ClearpropNudge } from "./elements/nudge";
import { ClearpropSecant } from "./elements/secant";
import { ClearpropWishes } from "./elements/wishes";
import "./pass";
import { register } from "./register";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

register({
    "clearprop-accumulate": ClearpropAccumulate,
    "clearprop-cost": ClearpropCost,
    "clearprop-drawing": ClearpropDrawing,
    "clearprop-exercise": ClearpropExercise,
    "clearprop-forward": ClearpropForward,
    "clearprop-nudge": ClearpropNudge,
    "clearprop-secant": ClearpropSecant,
    "clearprop-wishes": ClearpropWishes,
});
