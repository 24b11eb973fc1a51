// Matrix products: C = A B, C = A B', C = A' B, for the shapes of one layer.
//
// C is cut into tiles of R rows by N vectors. A tile stays in registers while the inner dimension runs. Each
// element is one chain of multiply-adds in ascending order, so its bits depend neither on its tile nor on the
// number of threads.
//
// Arithmetic of the tile 8 x 3 (AVX-512, float): a step of the inner loop does 24 multiply-adds, which take
// 12 cycles at 2 a cycle, for 8 broadcasts and 3 loads, which take 5.5 cycles at 2 a cycle. So the arithmetic
// is the limit. A panel of B is 3 vectors wide. A block of 512 rows of it takes 512 * 192 B = 96 KiB, a tenth
// of an L2 cache of 1 MiB, and is read from there once for each R rows of A: 192 B in 12 cycles.
#pragma once
#include <type_traits>  // types only, no code

#include "vector.hpp"

namespace clearprop::CLEARPROP_ISA {

constexpr long inner_block = 512;

enum class Start { zero, bias, add };  // what C starts from

// Two kinds of matrices. The rows of the first are `ld` apart. Those of the second lie anywhere, like the
// rows of a shuffled minibatch.
template <class T> struct Strided {
    const T* at;
    long ld;
    const T* row(long i) const { return at + i * ld; }
    Strided from(long row, long column) const { return {at + row * ld + column, ld}; }
};
template <class T> struct Scattered {
    const T* const* rows;
    long column;
    const T* row(long i) const { return rows[i] + column; }
    Scattered from(long row, long first) const { return {rows + row, column + first}; }
};

// A product is multiplied by this before it is stored: g' of the units whose activations are `a`, an array
// laid out like C. If `a` is null, the product is stored as it is. SiLU's slope does not follow from a, so
// for SiLU the array holds g' itself; and so it does for every g under dropout, which is called SiLU here
// then.
template <class T> struct Slope {
    Activation g = Activation::identity;
    const T* a = nullptr;
    Slope from(long numbers) const { return {g, a ? a + numbers : nullptr}; }
};
template <class T, class F> static inline __attribute__((always_inline)) void for_slope(Activation g, F f) {
    using V = Vector<T>;
    switch (g) {
        case Activation::sigmoid: f([](V d, V h) { return d * (h * (T(1) - h)); }); break;
        case Activation::tanh: f([](V d, V h) { return d * (T(1) - h * h); }); break;
        // The slope is 1, 0 or NaN; 0 times infinity is NaN, as in the equations.
        case Activation::relu: f([](V d, V h) { return d * (h > T(0) ? every<T>(1) : h); }); break;
        case Activation::leaky_relu:
            f([](V d, V h) { return d * (h > T(0) ? every<T>(1) : every<T>(T(leak))); });
            break;
        case Activation::silu: f([](V d, V s) { return d * s; }); break;
        case Activation::identity: break;
    }
}

// One tile: R rows of C = A B, or of A' B.
template <class T, int R, int N, bool transposed, class MatrixA, class MatrixB>
static __attribute__((noinline)) void tile(long inner, MatrixA A, MatrixB B, T* C, long ldc, Start start,
                                           const T* bias, [[maybe_unused]] long ahead,
                                           [[maybe_unused]] Slope<T> slope) {
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
    const T* rows[R];
    if constexpr (!transposed)
#pragma GCC unroll 16
        for (int r = 0; r < R; ++r) rows[r] = A.row(r);
    constexpr bool asks = !transposed && std::is_same_v<MatrixA, Scattered<T>>;
    constexpr long line = 64 / long(sizeof(T));
    for (long i = 0; i < inner;) {
        // Asks memory for the rows of the next tile, one line of each at a time.
        if constexpr (asks)
            for (long r = R; r < R + ahead; ++r) __builtin_prefetch(A.row(r) + i);
        for (const long to = asks && inner - i > line ? i + line : inner; i < to; ++i) {
            Vector<T> b[N];
#pragma GCC unroll 4
            for (int v = 0; v < N; ++v) b[v] = load(B.row(i) + v * width<T>);
#pragma GCC unroll 16
            for (int r = 0; r < R; ++r) {
                const T a = transposed ? A.row(i)[r] : rows[r][i];
#pragma GCC unroll 4
                for (int v = 0; v < N; ++v) c[r][v] += a * b[v];
            }
        }
    }
    if constexpr (!transposed && !asks)
        if (slope.a)
            for_slope<T>(slope.g, [&](auto times) {
#pragma GCC unroll 16
                for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
                    for (int v = 0; v < N; ++v)
                        c[r][v] = times(c[r][v], load(slope.a + r * ldc + v * width<T>));
            });
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < N; ++v) store(C + r * ldc + v * width<T>, c[r][v]);
}

template <class T, class MatrixA, class MatrixB>
using TileFunction = void (*)(long, MatrixA, MatrixB, T*, long, Start, const T*, long, Slope<T>);

// Runs the tile of r rows. Every r up to R has a tile that was made for it at compile time.
template <class T, int R, int N, bool transposed, class MatrixA, class MatrixB>
static inline TileFunction<T, MatrixA, MatrixB> tile_with(int r) {
    if constexpr (R == 0) return nullptr;
    else
        return r == R ? tile<T, R, N, transposed, MatrixA, MatrixB>
                      : tile_with<T, R - 1, N, transposed, MatrixA, MatrixB>(r);
}

// A panel: `rows` rows of C, N vectors wide. Its blocks of rows have nearly equal heights: 16 rows are 8 + 8
// and not 14 + 2, because a tile of 2 rows waits for its own multiply-adds.
template <class T, int N, bool transposed, class MatrixA, class MatrixB>
static void panel(long rows, long inner, MatrixA A, MatrixB B, T* C, long ldc, Start start, const T* bias,
                  Slope<T> slope) {
    constexpr int most = tile_rows[N];
    const long blocks = (rows + most - 1) / most;
    const long few = rows / blocks, longer = rows % blocks;  // `longer` blocks have a row more
    const auto first = tile_with<T, most, N, transposed, MatrixA, MatrixB>(int(longer ? few + 1 : few));
    const auto rest = tile_with<T, most, N, transposed, MatrixA, MatrixB>(int(few));
    for (long block = 0, row = 0; block < blocks; ++block) {
        const bool long_one = block < longer;
        const long after = row + few + long_one, ahead = rows - after < few ? rows - after : few;
        (long_one ? first : rest)(inner, transposed ? A.from(0, row) : A.from(row, 0), B, C + row * ldc, ldc,
                                  start, bias, ahead, slope.from(row * ldc));
        row = after;
    }
}

template <class T, class MatrixA, class MatrixB>
using PanelFunction = void (*)(long, long, MatrixA, MatrixB, T*, long, Start, const T*, Slope<T>);

// The panel of 1 to max_vectors vectors.
template <class T, bool transposed, class MatrixA, class MatrixB>
static inline PanelFunction<T, MatrixA, MatrixB> panel_of(long vectors) {
    return vectors == 1   ? panel<T, 1, transposed, MatrixA, MatrixB>
           : vectors == 2 ? panel<T, 2, transposed, MatrixA, MatrixB>
                          : panel<T, 3, transposed, MatrixA, MatrixB>;
}

// A matrix B that may be read up to whole vectors. What stands past the last column does not matter.
// (Weights: packed.hpp.)
template <class Matrix> struct Padded {
    Matrix matrix;
    Matrix panel(long first, long column, long) const { return matrix.from(first, column); }
};

// C (rows, columns) = A (rows, inner) B (inner, columns). C's rows are written up to whole vectors.
//
// Panels go from right to left and rows downwards. So where the rows of C have no gap (ldc = columns), the
// next row's own numbers overwrite what a row has written past its end. `bias` may be read up to whole
// vectors.
template <class T, bool transposed, class MatrixA, class Source>
static void multiply(long rows, long columns, long inner, MatrixA A, const Source& B, T* C, long ldc,
                     Start start, const T* bias = nullptr, Slope<T> slope = {}) {
    assert(start != Start::bias || bias);
    assert(!slope.a || (!transposed && start != Start::add));
    if (rows == 0) return;
    const long vectors = (columns + width<T> - 1) / width<T>;
    const long panels = (vectors + max_vectors - 1) / max_vectors;
    for (long p = panels - 1; p >= 0; --p) {
        const long from = vectors * p / panels, to = vectors * (p + 1) / panels;
        const long column = from * width<T>, padded = (to - from) * width<T>;
        for (long first = 0; first < inner; first += inner_block) {
            const long count = inner - first < inner_block ? inner - first : inner_block;
            auto b = B.panel(first, column, padded);
            const auto run = panel_of<T, transposed, MatrixA, decltype(b)>(to - from);
            run(rows, count, transposed ? A.from(first, 0) : A.from(0, first), b, C + column, ldc,
                first ? Start::add : start, bias ? bias + column : nullptr,
                first + count == inner ? slope.from(column) : Slope<T>{});
        }
    }
}

// C (rows, columns) = A B' + bias for a few columns. Lanes run along the inner dimension, so no lane is
// wasted on columns that are not there. Rows of B' are ldb apart. C's rows are filled with zeros up to a
// whole vector.
template <class T, int R, int N, class MatrixA>
static inline void dot_tile(long inner, MatrixA A, const T* B, long ldb, T* C, long ldc, const T* bias) {
    constexpr int w = width<T>;
    Vector<T> c[R][N] = {};
    long i = 0;
    for (; i + w <= inner; i += w) {
        Vector<T> b[N];
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) b[n] = load(B + n * ldb + i);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) {
            const Vector<T> a = load(A.row(r) + i);
#pragma GCC unroll 4
            for (int n = 0; n < N; ++n) c[r][n] += a * b[n];
        }
    }
    for (int r = 0; r < R; ++r)
        for (int n = 0; n < N; ++n) {
            T total = sum<T>(c[r][n]);
            for (long k = i; k < inner; ++k) total += A.row(r)[k] * B[n * ldb + k];
            C[r * ldc + n] = total + bias[n];
        }
}

template <class T, class MatrixA>
static void dot_columns(long rows, long columns, long inner, MatrixA A, const T* B, long ldb, T* C, long ldc,
                        const T* bias) {
    for (long r = 0; r < rows; ++r) store(C + r * ldc, Vector<T>{});
    for (long n = 0; n < columns; n += columns - n < 4 ? 1 : 4) {
        const bool four = columns - n >= 4;
        const auto rows_of_4 = four ? dot_tile<T, 4, 4, MatrixA> : dot_tile<T, 4, 1, MatrixA>;
        const auto row = four ? dot_tile<T, 1, 4, MatrixA> : dot_tile<T, 1, 1, MatrixA>;
        for (long r = 0; r < rows; r += rows - r < 4 ? 1 : 4)
            (rows - r < 4 ? row : rows_of_4)(inner, A.from(r, 0), B + n * ldb, ldb, C + r * ldc + n, ldc,
                                             bias + n);
    }
}

// A layer's gradient, C (rows, columns) = A' B. B may be read up to whole vectors, and so may A if
// `whole_rows`. Where columns fill at most half of the last vector, these columns are computed as the rows of
// B' A, whose vectors are full. The last 4 of 100 columns then cost a quarter of a vector. The bits are the
// same. `turned` has room for half a vector's worth of whole rows.
template <class T, class MatrixA>
static void gradient_product(long rows, long columns, long inner, MatrixA A, bool whole_rows, Strided<T> B,
                             T* C, long ldc, Start start, T* turned) {
    constexpr int w = width<T>;
    const long tail = columns % w <= w / 2 && rows >= w && whole_rows ? columns % w : 0;
    const long upright = columns - tail, ld = (rows + w - 1) / w * w;
    if (upright) multiply<T, true>(rows, upright, inner, A, Padded<Strided<T>>{B}, C, ldc, start);
    if (tail == 0) return;
    multiply<T, true>(tail, rows, inner, B.from(0, upright), Padded<MatrixA>{A}, turned, ld, Start::zero);
    for (long r = 0; r < rows; ++r)
        for (long c = 0; c < tail; ++c) {
            T& to = C[r * ldc + upright + c];
            to = start == Start::add ? to + turned[c * ld + r] : turned[c * ld + r];
        }
}

}  // namespace clearprop::CLEARPROP_ISA
