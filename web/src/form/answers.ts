// From the outputs of a network to probabilities, or to numbers with their intervals; as clearprop.Targets does.
import type { Answers } from "./record";

/** Probabilities of all classes or labels; or for each number its value, and both ends where it has an interval. */
export function answered(h: ArrayLike<number>, { task, labels, mean, scale, margins }: Answers): number[] {
    const outputs = Array.from(h);
    if (task === "multilabel") return outputs;
    if (task === "classification") {
        if (labels.length === 1) return [1];
        if (outputs.length === 1) return [1 - outputs[0], outputs[0]];
        const sum = outputs.reduce((total, one) => total + one, 0);
        return outputs.map((one) => (sum > 0 ? one / sum : 1 / outputs.length));
    }
    return mean!.flatMap((middle, t) => {
        const value = (number: number) => number * scale![t] + middle;
        if (!margins) return [value(outputs[t])];
        const [low, median, high] = outputs.slice(3 * t, 3 * t + 3).sort((a, b) => a - b);
        return [median, Math.min(low - margins[t], median), Math.max(high + margins[t], median)].map(value);
    });
}
