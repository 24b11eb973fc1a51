// All elements.
import { ClearpropAccumulate } from "./elements/accumulate";
import { ClearpropCost } from "./elements/cost";
import { ClearpropExample } from "./elements/example";
import { ClearpropForward } from "./elements/forward";
import { ClearpropNudge } from "./elements/nudge";
import { ClearpropSecant } from "./elements/secant";
import "./pass";
import { register } from "./register";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

register({
    "clearprop-accumulate": ClearpropAccumulate,
    "clearprop-cost": ClearpropCost,
    "clearprop-example": ClearpropExample,
    "clearprop-forward": ClearpropForward,
    "clearprop-nudge": ClearpropNudge,
    "clearprop-secant": ClearpropSecant,
});
