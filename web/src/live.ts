// The elements that train in the page, by themselves, with those of a pass: the script of the pages that hold them.
import { ClearpropCurves } from "./elements/curves";
import { ClearpropPlayground } from "./elements/playground";
import { ClearpropSymmetry } from "./elements/symmetry";
import { ClearpropTrain } from "./elements/train";
import "./pass";
import { register } from "./register";

register({
    "clearprop-curves": ClearpropCurves,
    "clearprop-playground": ClearpropPlayground,
    "clearprop-symmetry": ClearpropSymmetry,
    "clearprop-train": ClearpropTrain,
});
