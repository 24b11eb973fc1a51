// What units are called, in the language of an element.
import type { ClearpropElement } from "./element";
import { cut, pixelOf } from "./grid";
import type { Sheet } from "./record";

const LONGEST = 24; // columns of a terminal, as in the text of an explanation

/** The name of an input: its own, its pixel, or nothing. */
export function inputName(element: ClearpropElement, sheet: Sheet, unit: number): string {
    if (sheet.image) {
        const [row, column] = pixelOf(sheet, unit);
        return element.say("network.pixel", { row, column });
    }
    return sheet.inputs ? cut(sheet.inputs[unit - 1], LONGEST) : "";
}

/** The name of an output, or nothing. */
export function outputName(sheet: Sheet, unit: number): string {
    return sheet.outputs ? cut(sheet.outputs[unit - 1], LONGEST) : "";
}
