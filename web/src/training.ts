// The elements that train, and those of a pass, which the playground shows too. They have a script of their own, so
// that no page loads more than it shows.
import { ClearpropCurves } from "./elements/curves";
import { ClearpropPlayground } from "./elements/playground";
import { ClearpropSurface } from "./elements/surface";
import { ClearpropSymmetry } from "./elements/symmetry";
import { ClearpropTrain } from "./elements/train";
import "./pass";
import { register } from "./register";

export * from "./core";
export * as numbers from "./numbers";
export { languageOf, words } from "./words";

register({
    "clearprop-curves": ClearpropCurves,
    "clearprop-playground": ClearpropPlayground,
    "clearprop-surface": ClearpropSurface,
    "clearprop-symmetry": ClearpropSymmetry,
    "clearprop-train": ClearpropTrain,
});
