// Which terms of a sum are named, as explain/units.py chooses them.

/** `weight * value = product`; `unit`, from 1, is the unit at the weight's other end. */
export interface Term {
    unit: number;
    weight: number;
    value: number;
    product: number;
}

export interface WeightedSum {
    terms: Term[];
    rest: number; // the sum of the others
    nRest: number;
    total: number;
}

/** The largest products, by magnitude, the largest first. */
export function largestTerms(weights: ArrayLike<number>, values: ArrayLike<number>, most: number): Term[] {
    const terms = Array.from(weights, (weight, j) => ({
        unit: j + 1, weight, value: values[j], product: weight * values[j],
    }));
    return terms.sort((p, q) => magnitude(q) - magnitude(p) || p.unit - q.unit).slice(0, most);
}

const magnitude = (term: Term) => (Number.isNaN(term.product) ? -1 : Math.abs(term.product));

/** The `most` largest terms of `weights @ values`, or all of them in their own order. */
export function weightedSum(weights: ArrayLike<number>, values: ArrayLike<number>, most: number): WeightedSum {
    const n = weights.length;
    // A rest of one term would take as much room as the term itself.
    const all = largestTerms(weights, values, n);
    const terms = n <= most + 1 ? all.sort((p, q) => p.unit - q.unit) : all.slice(0, most);
    const sum = (of: Term[]) => of.reduce((total, term) => total + term.product, 0);
    const rest = n <= most + 1 ? 0 : sum(all.slice(most));
    return { terms, rest, nRest: n - terms.length, total: sum(terms) + rest };
}
