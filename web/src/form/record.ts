// What a page with a form holds beside a record: columns, the tables of the encoding, what the outputs mean.
import { floats, type Numbers, type Written } from "../shared/record";

/** How cells become inputs; see clearprop/export/steps.py, which makes the tables. */
export interface Steps {
    part_column: number[];
    part_kind: number[];
    fill: number[];
    line_part: number[];
    line_place: number[];
    shift: number[];
    scale: number[];
    least: (number | null)[]; // null: not cut off
    most: (number | null)[];
    category_column: number[];
    category_start: number[];
    category_count: number[];
    category_other: number[];
    category_fill: number[];
    gap_column: number[];
    gap_place: number[];
}

/** One column, as the form asks for it. */
export interface Column {
    name: string;
    kind: "numbers" | "categories" | "booleans" | "date" | "datetime" | "month" | "time";
    values?: string[]; // of categories: those that have an input of their own
    start: string; // what stands in the field first: a number, a code, a date as fields hold it
    low?: number; // the smallest and the largest number of training
    high?: number;
}

/** What the outputs mean. */
export interface Answers {
    task: "classification" | "multilabel" | "regression";
    name: string; // of the target; "" where it has none
    labels: string[]; // classes, or the names of several labels or numbers
    mean?: number[];
    scale?: number[];
    margins?: number[]; // of intervals
    coverage?: number;
}

/** Cells of a row: numbers, codes of categories (-1: not seen in training), seconds of dates; null: empty. */
export type Cells = (number | null)[];

export interface Form {
    columns: Column[] | number; // a number: so many numbers without names
    steps: Steps | null; // null: cells are inputs
    single: boolean; // inputs are rounded to float32
    answers: Answers;
    bag: Numbers[]; // the parameters of further networks
    check: { cells: Cells[]; outputs: number[][]; limit: number }; // rows and what the model says of them
    draws: boolean; // a drawing is shown beside
}

export type FormRecord = Written & { form: Form };

export async function thetasOf(record: FormRecord): Promise<Float64Array[]> {
    return Promise.all([record.theta, ...record.form.bag].map((theta) => floats(theta)));
}
