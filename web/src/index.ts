// All elements.
import { ClearpropAccumulate } from "./elements/accumulate";
import { ClearpropDrawing } from "./elements/drawing";
import { ClearpropExample } from "./elements/example";
import { ClearpropExercise } from "./elements/exercise";
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
    "clearprop-drawing": ClearpropDrawing,
    "clearprop-example": ClearpropExample,
    "clearprop-exercise": ClearpropExercise,
    "clearprop-nudge": ClearpropNudge,
    "clearprop-secant": ClearpropSecant,
    "clearprop-wishes": ClearpropWishes,
});
