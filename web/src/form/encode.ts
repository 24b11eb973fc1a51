// From the cells of a row to the network's inputs, by the tables that clearprop/export/steps.py has made.
import type { Cells, Steps } from "./record";

const DAY = 86400;

/** What a part takes of its cell; the kinds are those of steps.py. Date has the same calendar. */
function part(kind: number, cell: number): number {
    if (kind === 0) return cell;
    const days = Math.floor(cell / DAY);
    const date = new Date(days * DAY * 1000);
    switch (kind) {
        case 1: return date.getUTCFullYear();
        case 2: return date.getUTCMonth() + 1;
        case 3: return date.getUTCDate();
        case 4: return date.getUTCDay() || 7;
        case 5: return (cell - days * DAY) / 3600;
        case 6: return days;
        default: return cell / DAY;
    }
}

/** The inputs of a row, `(s_1,)`; steps are null where the cells are inputs. */
export function encode(cells: Cells, steps: Steps | null, inputs: number, single: boolean): Float64Array {
    const x = new Float64Array(inputs);
    if (!steps) cells.forEach((cell, j) => (x[j] = cell ?? NaN));
    else {
        const numbers = steps.part_column.map((column, k) => {
            const cell = cells[column];
            return cell === null ? steps.fill[k] : part(steps.part_kind[k], cell);
        });
        steps.line_part.forEach((k, i) => {
            const value = (numbers[k] - steps.shift[i]) / steps.scale[i];
            x[steps.line_place[i]] = Math.min(Math.max(value, steps.least[i] ?? -Infinity), steps.most[i] ?? Infinity);
        });
        steps.category_column.forEach((column, i) => {
            const code = cells[column];
            const count = steps.category_count[i];
            let input = steps.category_other[i] ? count : -1; // of a value that training has not seen
            if (code === null) input = steps.category_fill[i];
            else if (code >= 0 && code < count) input = code;
            if (input >= 0) x[steps.category_start[i] + input] = 1;
        });
        steps.gap_column.forEach((column, i) => (x[steps.gap_place[i]] = cells[column] === null ? 1 : 0));
    }
    return single ? x.map(Math.fround) : x;
}
