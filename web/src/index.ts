// All elements. A second script on the same page finds them registered and leaves them as they are.
import { ClearpropCurves } from "./elements/curves";
import { ClearpropExample } from "./elements/example";
import { ClearpropAccumulate } from "./elements/accumulate";
import { ClearpropNudge } from "./elements/nudge";
import { ClearpropNetwork } from "./elements/network";
import { ClearpropPlayground } from "./elements/playground";
import { ClearpropPlayer } from "./elements/player";
import { ClearpropSymmetry } from "./elements/symmetry";
import { ClearpropTrain } from "./elements/train";
import { ClearpropUnit } from "./elements/unit";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

const elements: Record<string, CustomElementConstructor> = {
    "clearprop-example": ClearpropExample,
    "clearprop-accumulate": ClearpropAccumulate,
    "clearprop-nudge": ClearpropNudge,
    "clearprop-unit": ClearpropUnit,
    "clearprop-network": ClearpropNetwork,
    "clearprop-player": ClearpropPlayer,
    "clearprop-curves": ClearpropCurves,
    "clearprop-playground": ClearpropPlayground,
    "clearprop-symmetry": ClearpropSymmetry,
    "clearprop-train": ClearpropTrain,
};
for (const [tag, element] of Object.entries(elements))
    if (!customElements.get(tag)) customElements.define(tag, element);
