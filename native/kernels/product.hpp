// Matrix products: C = A B, C = A B', C = A' B, for the shapes of one layer.
//
// C is cut into tiles of R rows by N vectors that stay in registers while the inner dimension runs;
// every element is one chain of multiply-adds in ascending order, so its bits depend neither on the
// tile it falls into nor on the number of threads.
//
// Arithmetic of the tile 8 x 3 (AVX-512, float): a step of the inner loop does 24 multiply-adds (12
// cycles at 2 a cycle) for 8 broadcasts and 3 loads (5.5 cycles at 2 a cycle): bound by arithmetic.
// A panel of B is 3 vectors wide; a block of 512 rows of it takes 512 * 192 B = 96 KiB, a tenth of
// an L2 cache of 1 MiB, and is read from there once for each R rows of A: 192 B in 12 cycles.
#pragma once
#include "vector.hpp"

namespace clearprop::CLEARPROP_ISA {

constexpr int max_vectors = 3;
constexpr long inner_block = 512;

enum class Start { zero, bias, add };  // what C starts from

// The rows of X that the next minibatch wants, gathered while this one's gradient is computed: every 16
// steps of the inner loop some cache lines are asked for, and those asked for the time before are copied,
// so that memory works while arithmetic does. A random row of 784 floats is 49 lines; to wait for them
// takes a third of a small network's step, to copy them apart from the products a tenth (784-100-10 at
// 200 rows).
template <class T> struct Ahead {
    const T* X = nullptr;
    const long* order = nullptr;  // of the rows to be gathered
    long rows = 0, ldx = 0, columns = 0;
    T* to = nullptr;  // null: they are only asked for
    long ld = 0;
    long lines = 0;  // each time
    static constexpr long steps = 16, line = 64 / long(sizeof(T));

    struct Place {
        long row = 0, column = 0;
    };
    Place asked, copied;

    inline __attribute__((always_inline)) void some() {
        for (long n = to ? lines : 0; n > 0 && copied.row < asked.row; --n) copy();
        for (long n = lines; n > 0 && asked.row < rows; --n) {
            __builtin_prefetch(X + order[asked.row] * ldx + asked.column, 0, 2);  // into L2
            advance(asked);
        }
    }
    void rest() {
        while (to && copied.row < rows) copy();
    }

   private:
    void advance(Place& place) const {
        place.column += line;
        if (place.column >= columns) place = {place.row + 1, 0};
    }
    inline __attribute__((always_inline)) void copy() {
        const T* from = X + order[copied.row] * ldx;
        T* at = to + copied.row * ld;
        const long c = copied.column;
        if (c + line <= columns)
            for (long i = c; i < c + line; i += width<T>) store(at + i, load(from + i));
        else
            for (long i = c; i < columns; ++i) at[i] = from[i];
        advance(copied);
    }
};

// One tile. A(r, i) is A[r * lda + i], or A[i * lda + r] where A is read transposed.
template <class T, int R, int N, bool transposed>
static inline __attribute__((always_inline)) void tile(
    long inner, const T* A, long lda, const T* B, long ldb, T* C, long ldc, Start start,
    const T* bias, [[maybe_unused]] Ahead<T>* ahead) {
    Vector<T> c[R][N];  // (R, N * width)
    if (start == Start::add) {
#pragma GCC unroll 16
        for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
            for (int v = 0; v < N; ++v) c[r][v] = load(C + r * ldc + v * width<T>);
    } else {
#pragma GCC unroll 4
        for (int v = 0; v < N; ++v) {
            const Vector<T> b = start == Start::bias ? load(bias + v * width<T>) : Vector<T>{};
#pragma GCC unroll 16
            for (int r = 0; r < R; ++r) c[r][v] = b;
        }
    }
    const auto inner_steps = [&](long from, long to) __attribute__((always_inline)) {
        for (long i = from; i < to; ++i) {
            Vector<T> b[N];
#pragma GCC unroll 4
            for (int v = 0; v < N; ++v) b[v] = load(B + i * ldb + v * width<T>);
#pragma GCC unroll 16
            for (int r = 0; r < R; ++r) {
                const T a = transposed ? A[i * lda + r] : A[r * lda + i];
#pragma GCC unroll 4
                for (int v = 0; v < N; ++v) c[r][v] += a * b[v];
            }
        }
    };
    long i = 0;
    if constexpr (transposed)
        if (ahead)
            for (; inner - i > Ahead<T>::steps; i += Ahead<T>::steps) {
                ahead->some();
                inner_steps(i, i + Ahead<T>::steps);
            }
    if constexpr (transposed)
        if (ahead) ahead->some();
    inner_steps(i, inner);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < N; ++v) store(C + r * ldc + v * width<T>, c[r][v]);
}

template <class T, int R, int N, bool transposed>
static __attribute__((noinline)) void tile_of(
    long inner, const T* A, long lda, const T* B, long ldb, T* C, long ldc, Start start,
    const T* bias, Ahead<T>* ahead) {
    tile<T, R, N, transposed>(inner, A, lda, B, ldb, C, ldc, start, bias, ahead);
}

template <class T>
using TileFunction =
    void (*)(long, const T*, long, const T*, long, T*, long, Start, const T*, Ahead<T>*);

// The tile of r rows, found at compile time for every r up to R.
template <class T, int R, int N, bool transposed> static inline TileFunction<T> tile_with(int r) {
    if constexpr (R == 0) {
        return nullptr;
    } else {
        return r == R ? tile_of<T, R, N, transposed> : tile_with<T, R - 1, N, transposed>(r);
    }
}

// A panel: `rows` rows of C in N vectors, in blocks of rows as even as can be (16 rows are 8 + 8,
// not 14 + 2: a tile of 2 rows waits for its own multiply-adds).
template <class T, int N, bool transposed>
static void panel(
    long rows, long inner, const T* A, long lda, const T* B, long ldb, T* C, long ldc, Start start,
    const T* bias, Ahead<T>* ahead) {
    constexpr int most = tile_rows[N];
    const long blocks = (rows + most - 1) / most;
    const long few = rows / blocks, longer = rows % blocks;  // `longer` blocks have a row more
    const long step = transposed ? 1 : lda;                  // of A, for each row of C
    const auto first = tile_with<T, most, N, transposed>(int(longer ? few + 1 : few));
    const auto rest = tile_with<T, most, N, transposed>(int(few));
    for (long block = 0, row = 0; block < blocks; ++block) {
        const bool long_one = block < longer;
        (long_one ? first : rest)(
            inner, A + row * step, lda, B, ldb, C + row * ldc, ldc, start, bias, ahead);
        row += few + long_one;
    }
}

template <class T> using PanelFunction =
    void (*)(long, long, const T*, long, const T*, long, T*, long, Start, const T*, Ahead<T>*);

// The panel of 1 to max_vectors vectors.
template <class T, bool transposed> static inline PanelFunction<T> panel_of(long vectors) {
    return vectors == 1   ? panel<T, 1, transposed>
           : vectors == 2 ? panel<T, 2, transposed>
                          : panel<T, 3, transposed>;
}

// A B whose rows may be read, and are 0, up to whole vectors: deltas. (Weights: packed.hpp.)
template <class T> struct Padded {
    const T* at;
    long ld;
    const T* panel(long first, long column, long, long& ldb) const {
        ldb = ld;
        return at + first * ld + column;
    }
};

// C (rows, columns) = A (rows, inner) B (inner, columns); C's rows are written up to whole vectors.
//
// Panels go from right to left and rows downwards, so that where the rows of C have no gap (ldc =
// columns) what a row writes past its end is overwritten by the next row's own numbers. `bias` is
// readable up to whole vectors.
template <class T, bool transposed, class Source>
static void multiply(
    long rows, long columns, long inner, const T* A, long lda, const Source& B, T* C, long ldc,
    Start start, const T* bias, Ahead<T>* ahead = nullptr) {
    if (rows == 0) return;
    const long vectors = (columns + width<T> - 1) / width<T>;
    const long panels = (vectors + max_vectors - 1) / max_vectors;
    for (long p = panels - 1; p >= 0; --p) {
        const long from = vectors * p / panels, to = vectors * (p + 1) / panels;
        const long column = from * width<T>, padded = (to - from) * width<T>;
        const auto run = panel_of<T, transposed>(to - from);
        for (long first = 0; first < inner; first += inner_block) {
            const long count = inner - first < inner_block ? inner - first : inner_block;
            long ldb;
            const T* b = B.panel(first, column, padded, ldb);
            const T* a = A + (transposed ? first * lda : first);
            run(rows, count, a, lda, b, ldb, C + column, ldc, first ? Start::add : start,
                bias + column, ahead);
        }
    }
}

// C (rows, columns) = A B' + bias, where B' is given: lanes run along the inner dimension, so that a few
// columns cost no more than they are. Rows of B' are ldb apart; C's rows are zero up to a whole vector.
template <class T, int R, int N>
static inline void dot_tile(long inner, const T* A, long lda, const T* B, long ldb, T* C, long ldc, const T* bias) {
    constexpr int w = width<T>;
    Vector<T> c[R][N] = {};
    long i = 0;
    for (; i + w <= inner; i += w) {
        Vector<T> b[N];
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) b[n] = load(B + n * ldb + i);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) {
            const Vector<T> a = load(A + r * lda + i);
#pragma GCC unroll 4
            for (int n = 0; n < N; ++n) c[r][n] += a * b[n];
        }
    }
    for (int r = 0; r < R; ++r)
        for (int n = 0; n < N; ++n) {
            T total = sum<T>(c[r][n]);
            for (long k = i; k < inner; ++k) total += A[r * lda + k] * B[n * ldb + k];
            C[r * ldc + n] = total + bias[n];
        }
}

template <class T>
static void dot_columns(
    long rows, long columns, long inner, const T* A, long lda, const T* B, long ldb, T* C, long ldc, const T* bias) {
    for (long r = 0; r < rows; ++r) store(C + r * ldc, Vector<T>{});
    for (long n = 0; n < columns; n += columns - n < 4 ? 1 : 4) {
        const bool four = columns - n >= 4;
        const auto rows_of_4 = four ? dot_tile<T, 4, 4> : dot_tile<T, 4, 1>;
        const auto row = four ? dot_tile<T, 1, 4> : dot_tile<T, 1, 1>;
        for (long r = 0; r < rows; r += rows - r < 4 ? 1 : 4)
            (rows - r < 4 ? row : rows_of_4)(
                inner, A + r * lda, lda, B + n * ldb, ldb, C + r * ldc + n, ldc, bias + n);
    }
}

// A layer's gradient, C (rows, columns) = A' B with rows of A and B readable, if `whole_rows`, up to whole
// vectors. Where the columns fill at most half of their last vector, those are computed as rows, (A' B)' =
// B' A, whose vectors are full: of 100 columns the last 4 cost a quarter of a vector. The bits are the same.
// `turned` has room for half a vector's worth of whole rows.
template <class T>
static void gradient_product(
    long rows, long columns, long inner, const T* A, long lda, bool whole_rows, const T* B, long ldb, T* C, long ldc,
    Start start, T* turned, Ahead<T>* ahead = nullptr) {
    constexpr int w = width<T>;
    const long tail = columns % w <= w / 2 && rows >= w && whole_rows ? columns % w : 0;
    const long upright = columns - tail, ld = (rows + w - 1) / w * w;
    if (upright)
        multiply<T, true>(rows, upright, inner, A, lda, Padded<T>{B, ldb}, C, ldc, start, nullptr, ahead);
    if (tail == 0) return;
    multiply<T, true>(tail, rows, inner, B + upright, ldb, Padded<T>{A, lda}, turned, ld, Start::zero, nullptr,
                      upright ? nullptr : ahead);
    for (long r = 0; r < rows; ++r)
        for (long c = 0; c < tail; ++c) {
            T& to = C[r * ldc + upright + c];
            to = start == Start::add ? to + turned[c * ld + r] : turned[c * ld + r];
        }
}

}  // namespace clearprop::CLEARPROP_ISA
