// Settings worth a look; `words/` has a name and a sentence for each.
import { DEFAULTS, type Settings } from "./settings";

const PRESETS = {
    three: { set: "circle", hidden: [3] },
    xor: { set: "xor", hidden: [2], noise: 0.05, rate: 0.03 },
    linear: { set: "xor", hidden: [4], activation: "identity" },
    same: { set: "circle", hidden: [4], init: "half" },
    fast: { set: "circle", hidden: [4], solver: "gd", rate: 30 },
    spiral: { set: "spiral", hidden: [8, 8], noise: 0.05 },
    arms: { set: "arms", hidden: [8, 6], cost: "softmax", noise: 0.1 },
    overfit: { set: "gaussians", hidden: [8, 8], noise: 1, activation: "relu" },
    penalty: { set: "gaussians", hidden: [8, 8], noise: 1, activation: "relu", lambda: 3 },
    hills: { set: "hills", hidden: [8, 4], cost: "squared" },
    digits: { set: "digits", hidden: [25], activation: "sigmoid", rate: 0.01, batch: 32 },
} satisfies Record<string, Partial<Settings>>;

export type Preset = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as Preset[];

export const preset = (name: Preset): Settings => ({ ...DEFAULTS, ...PRESETS[name] });
