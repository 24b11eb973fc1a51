// The elements of the course's chapters, by themselves: the script of the pages that hold them.
import { ClearpropAccumulate } from "./elements/accumulate";
import { ClearpropCost } from "./elements/cost";
import { ClearpropDrawing } from "./elements/drawing";
import { ClearpropExercise } from "./elements/exercise";
import { ClearpropForward } from "./elements/forward";
import { ClearpropNudge } from "./elements/nudge";
import { ClearpropSecant } from "./elements/secant";
import { ClearpropWishes } from "./elements/wishes";
import { register } from "./register";

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
