// All elements. A second script on the same page finds them registered and leaves them as they are.
import { ClearpropCost } from "./elements/cost";
import { ClearpropExample } from "./elements/example";
import { ClearpropAccumulate } from "./elements/accumulate";
import { ClearpropNudge } from "./elements/nudge";
import { ClearpropForward } from "./elements/forward";
import { ClearpropNetwork } from "./elements/network";
import { ClearpropPlayer } from "./elements/player";
import { ClearpropSecant } from "./elements/secant";
import { ClearpropUnit } from "./elements/unit";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

const elements: Record<string, CustomElementConstructor> = {
    "clearprop-example": ClearpropExample,
    "clearprop-accumulate": ClearpropAccumulate,
    "clearprop-secant": ClearpropSecant,
    "clearprop-cost": ClearpropCost,
    "clearprop-forward": ClearpropForward,
    "clearprop-nudge": ClearpropNudge,
    "clearprop-unit": ClearpropUnit,
    "clearprop-network": ClearpropNetwork,
    "clearprop-player": ClearpropPlayer,
};
for (const [tag, element] of Object.entries(elements))
    if (!customElements.get(tag)) customElements.define(tag, element);
