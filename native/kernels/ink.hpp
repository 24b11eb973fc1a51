// Ink: the numbers of X that are not 0. In MNIST, 19 of a hundred numbers are ink.
//
// These products read the weights as they lie, one row of them for each number that is not 0. Nothing is
// packed or gathered, and 0 times a weight is not computed. But each multiply-add reads a vector of weights
// or deltas, so tiles are faster for rows that are full.
#pragma once
#include "batches.hpp"

namespace clearprop::CLEARPROP_ISA {

// A span: N vectors of a row of n numbers, at most 8, which are enough sums to keep the multiply-adds busy.
// The row's last vector ends where the row ends, so it may overlap the one before it. The numbers in both are
// computed twice, with the same result.
template <class T, int N_> struct Span {
    static constexpr int N = N_;
    long first, last;
    Mask<T> fresh;  // the last vector's lanes that are not in the one before it
    Span(long first, long last) : first(first), last(last) {
        for (int i = 0; i < width<T>; ++i) fresh[i] = last + i >= first + (N - 1) * width<T> ? -1 : 0;
    }
    long at(int v) const { return v + 1 == N ? last : first + v * width<T>; }
};
template <class T, class F, int N = 8>
static inline void with_span(long vectors, long first, long last, F f) {
    if constexpr (N > 0) {
        if (vectors == N) f(Span<T, N>(first, last));
        else with_span<T, F, N - 1>(vectors, first, last, f);
    }
}
// Calls f(span) for the spans of a row of n numbers.
template <class T, class F> static inline void each_span(long n, F f) {
    assert(n >= width<T>);
    const long vectors = (n + width<T> - 1) / width<T>, spans = (vectors + 7) / 8;
    for (long i = 0; i < spans; ++i) {
        const long from = vectors * i / spans, to = vectors * (i + 1) / spans;
        const long last = to == vectors ? n - width<T> : (to - 1) * width<T>;
        with_span<T>(to - from, from * width<T>, last, f);
    }
}

// Finds the ink of m rows x in columns [of.from, of.to): for each row its columns that are not 0, for each
// column its rows as bits. With `full`, every number counts as ink. Returns how many there are.
template <class T> static long find_ink(const Ink<T>& ink, const T* const* x, long m, Run of, bool full) {
    constexpr int w = width<T>;
    assert(m <= few_most);
    long total = 0;
    for (long c = of.from; c < of.to; ++c) ink.rows[c] = 0;
    for (long r = 0; r < m; ++r) {
        int* const columns = ink.columns + r * ink.ld;
        long count = 0, c = of.from;
        for (; c + w <= of.to && !full; c += w) {
            const Mask<T> some = load(x[r] + c) != T(0);
            store_bits<T>(ink.rows + c, load_bits<T>(ink.rows + c) | ((Bits<T>)some & (Bits<T>{} + 1) << r));
            count += append<T>(some, int(c), columns + count);
        }
        for (; c < of.to; ++c)
            if (full || x[r][c] != T(0)) {
                ink.rows[c] |= BitOf<T>(1) << r;
                columns[count++] = int(c);
            }
        ink.counts[r] = count;
        total += count;
    }
    return total;
}

// Row r of Z = X W, from the columns with ink: z (n,), with W (columns, n).
template <class T> static void ink_row(const Ink<T>& ink, const T* x, long r, const T* W, long n, T* z) {
    const int* const columns = ink.columns + r * ink.ld;
    const long count = ink.counts[r];
    each_span<T>(n, [&](auto span) {
        constexpr int N = decltype(span)::N;
        Vector<T> sums[N] = {};
        for (long i = 0; i < count; ++i) {
            const T a = x[columns[i]];
            const T* const from = W + columns[i] * n;
#pragma GCC unroll 8
            for (int v = 0; v < N; ++v) sums[v] += a * load(from + span.at(v));
        }
#pragma GCC unroll 8
        for (int v = 0; v < N; ++v) store(z + span.at(v), sums[v]);
    });
}

// G = X' delta, for the columns c of X that have ink. Calls done(c, span, vectors) for the spans of G's row
// c.
template <class T, class F>
static void ink_columns(const Ink<T>& ink, const T* const* x, Run of, const T* delta, long ldd, long n,
                        F done) {
    each_span<T>(n, [&](auto span) {
        constexpr int N = decltype(span)::N;
        for (long c = of.from; c < of.to; ++c) {
            auto rows = ink.rows[c];
            if (!rows) continue;
            Vector<T> G[N] = {};
            for (; rows; rows &= rows - 1) {
                const int r = __builtin_ctzll(rows);
                const T a = x[r][c];
                const T* const d = delta + r * ldd;
#pragma GCC unroll 8
                for (int v = 0; v < N; ++v) G[v] += a * load(d + span.at(v));
            }
            done(c, span, G);
        }
    });
}

// Like `ink_columns`, for all rows of an existing G.
template <class T, class F> static void rows_of(const T* g, Run of, long n, F done) {
    each_span<T>(n, [&](auto span) {
        constexpr int N = decltype(span)::N;
        for (long c = of.from; c < of.to; ++c) {
            Vector<T> G[N];
#pragma GCC unroll 8
            for (int v = 0; v < N; ++v) G[v] = load(g + (c - of.from) * n + span.at(v));
            done(c, span, G);
        }
    });
}

}  // namespace clearprop::CLEARPROP_ISA
