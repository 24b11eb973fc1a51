// All elements.
import { ClearpropAccumulate } from "./elements/accumulate";
import { ClearpropCurves } from "./elements/curves";
import { ClearpropExample } from "./elements/example";
import { ClearpropNudge } from "./elements/nudge";
import { ClearpropPlayground } from "./elements/playground";
import { ClearpropSymmetry } from "./elements/symmetry";
import { ClearpropTrain } from "./elements/train";
import "./pass";
import { register } from "./register";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

register({
    "clearprop-accumulate": ClearpropAccumulate,
    "clearprop-curves": ClearpropCurves,
    "clearprop-example": ClearpropExample,
    "clearprop-nudge": ClearpropNudge,
    "clearprop-playground": ClearpropPlayground,
    "clearprop-symmetry": ClearpropSymmetry,
    "clearprop-train": ClearpropTrain,
});
