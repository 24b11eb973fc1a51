// All elements.
import { ClearpropAccumulate } from "./elements/accumulate";
import { ClearpropCost } from "./elements/cost";
import { ClearpropCurves } from "./elements/curves";
import { ClearpropDrawing } from "./elements/drawing";
import { ClearpropExercise } from "./elements/exercise";
import { ClearpropForward } from "./elements/forward";
import { ClearpropNudge } from "./elements/nudge";
import { ClearpropPlayground } from "./elements/playground";
import { ClearpropSecant } from "./elements/secant";
import { ClearpropSymmetry } from "./elements/symmetry";
import { ClearpropTrain } from "./elements/train";
import { ClearpropWishes } from "./elements/wishes";
import "./pass";
import { register } from "./register";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

register({
    "clearprop-accumulate": ClearpropAccumulate,
    "clearprop-cost": ClearpropCost,
    "clearprop-curves": ClearpropCurves,
    "clearprop-drawing": ClearpropDrawing,
    "clearprop-exercise": ClearpropExercise,
    "clearprop-forward": ClearpropForward,
    "clearprop-nudge": ClearpropNudge,
    "clearprop-playground": ClearpropPlayground,
    "clearprop-secant": ClearpropSecant,
    "clearprop-symmetry": ClearpropSymmetry,
    "clearprop-train": ClearpropTrain,
    "clearprop-wishes": ClearpropWishes,
});
