// Weights as the product reads them: panels of B. The rows of a panel follow one another without gaps.
//
// The worker that has just updated some rows of weights copies them here while they are in its L1 cache. So
// the next forward and backward pass find B packed, and each step copies the weights once, whatever the
// number of workers and rows. Where a layer's outputs fill whole vectors of one panel, theta's block is
// packed as it is.
#pragma once
#include "../job.hpp"
#include "product.hpp"

namespace clearprop::CLEARPROP_ISA {

// v[i][j] becomes v[j][i] in log2(size) rounds. Each round swaps blocks of `half` across the diagonal. With a
// size below the width this happens to each square along the vectors.
template <class T, int half, int... lane>
static inline Vector<T> upper(Vector<T> a, Vector<T> b, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(a, b, (lane & half ? width<T> + lane - half : lane)...);
}
template <class T, int half, int... lane>
static inline Vector<T> lower(Vector<T> a, Vector<T> b, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(a, b, (lane & half ? width<T> + lane : lane + half)...);
}
template <class T, int half> static inline Vector<T> upper(Vector<T> a, Vector<T> b) {
    return upper<T, half>(a, b, std::make_integer_sequence<int, width<T>>{});
}
template <class T, int half> static inline Vector<T> lower(Vector<T> a, Vector<T> b) {
    return lower<T, half>(a, b, std::make_integer_sequence<int, width<T>>{});
}
template <class T, int size = width<T>, int half = size / 2> static inline void transpose(Vector<T>* v) {
    if constexpr (half > 0) {
#pragma GCC unroll 16
        for (int i = 0; i < size; ++i)
            if (!(i & half)) {
                const Vector<T> a = v[i], b = v[i + half];
                v[i] = upper<T, half>(a, b);
                v[i + half] = lower<T, half>(a, b);
            }
        transpose<T, size, half / 2>(v);
    }
}

// The panels of a matrix: 1 to 3 vectors each, and nearly equal.
struct Panels {
    long vectors, count;
    long start(long p) const { return vectors * p / count; }
};
template <class T> static inline Panels panels_of(long columns) {
    const long vectors = (columns + width<T> - 1) / width<T>;
    return {vectors, (vectors + max_vectors - 1) / max_vectors};
}

template <class T> static inline bool is_packed(const Layer& layer) {
    return layer.outputs % width<T> == 0 && layer.outputs <= max_vectors * width<T>;
}

// The number of columns that the forward pass computes as dot products. These are the columns past the last
// whole vector, if they fill at most half of one and are long enough for the sums across lanes not to matter.
// The last 4 of 100 columns cost a quarter of a vector that way.
template <class T> static inline long dots(const Layer& layer) {
    const long last = layer.outputs % width<T>;
    return last <= width<T> / 2 && layer.inputs >= 8 * width<T> ? last : 0;
}

template <class T> static void pack_bias(const Layer& layer, const T* theta, T* to) {
    for (long c = 0; c < layer.outputs; ++c) to[c] = theta[layer.offset + c];
    for (long c = layer.outputs; c % width<T>; ++c) to[c] = 0;
}

// Copies rows [from, to) of the weights, their first `columns` numbers, for the forward pass: panel after
// panel of (inner, w), to row `at_row` of each panel and below. With `last_alone` only the last panel is
// written.
template <class T>
static void pack_rows(const Layer& layer, long columns, const T* theta, long from, long to, T* B, long inner,
                      long at_row, bool last_alone) {
    constexpr int w = width<T>;
    const long n = layer.outputs;
    const Panels panels = panels_of<T>(columns);
    const T* W = theta + layer.offset + n;
    const Mask<T> last = first_lanes<T>(columns - (panels.vectors - 1) * w);
    for (long p = last_alone ? panels.count - 1 : 0; p < panels.count; ++p) {
        const long first = panels.start(p), vectors = panels.start(p + 1) - first;
        T* out = B + first * w * inner;
        for (long j = from; j < to; ++j)
            for (long v = 0; v < vectors; ++v) {
                const long column = (first + v) * w;
                T* at = out + ((at_row + j - from) * vectors + v) * w;
                if (column + w <= (to - j) * n) {
                    // Where the row ends inside this vector, the rest of it is the next row's and is blanked
                    // out. Rows from `to` on are not read: another worker may be writing them.
                    const Vector<T> b = load(W + j * n + column);
                    store(at, column + w <= columns ? b : (last ? b : Vector<T>{}));
                } else {
                    for (int c = 0; c < w; ++c) at[c] = column + c < columns ? W[j * n + column + c] : T(0);
                }
            }
    }
}

// Copies the last `count` columns of rows [from, to) as rows (count, ld).
template <class T>
static void pack_dots(const Layer& layer, long count, const T* theta, long from, long to, T* B, long ld) {
    const long n = layer.outputs;
    const T* W = theta + layer.offset + n + n - count;
    for (long j = from; j < to; ++j)
        for (long c = 0; c < count; ++c) B[c * ld + j] = W[j * n + c];
}

// Copies rows [from, to) as columns, for the backward pass: panel after panel of (outputs, w). Where the last
// row ends inside a vector, zeros fill it.
template <class T>
static void pack_columns(const Layer& layer, const T* theta, long from, long to, T* packed) {
    constexpr int w = width<T>;
    assert(from % w == 0 && (to % w == 0 || to == layer.inputs));
    const long n = layer.outputs;
    const Panels panels = panels_of<T>(layer.inputs);
    const T* W = theta + layer.offset + n;
    long p = 0;
    for (long j = from; j < to; j += w) {
        while (panels.start(p + 1) * w <= j) ++p;
        const long first = panels.start(p), vectors = panels.start(p + 1) - first;
        T* out = packed + first * w * n + (j - first * w);
        const int rows = to - j < w ? int(to - j) : w;
        long c = 0;
        if (rows == w)
            for (; c + w <= n; c += w) {
                Vector<T> block[w];
#pragma GCC unroll 16
                for (int r = 0; r < w; ++r) block[r] = load(W + (j + r) * n + c);
                transpose<T>(block);
#pragma GCC unroll 16
                for (int r = 0; r < w; ++r) store(out + (c + r) * vectors * w, block[r]);
            }
        for (; c < n; ++c)
            for (int r = 0; r < w; ++r) out[c * vectors * w + r] = r < rows ? W[(j + r) * n + c] : T(0);
    }
}

// What `multiply` reads: panels that were packed.
template <class T> struct Packed {
    const T* at;
    long inner;
    Strided<T> panel(long first, long column, long padded) const {
        return {at + inner * column + first * padded, padded};
    }
};

// For a few rows, a copy of the weights would take longer than the product. So the product reads theta as it
// lies. Only the last panel is copied, if the outputs end inside a vector.
template <class T> struct AsItLies {
    const T* weights;
    long columns;
    Packed<T> packed;
    Strided<T> panel(long first, long column, long padded) const {
        if (column + padded > columns) return packed.panel(first, column, padded);
        return {weights + first * columns + column, columns};
    }
};

}  // namespace clearprop::CLEARPROP_ISA
