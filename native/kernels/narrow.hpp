// Many rows through narrow layers: samples in lanes.
//
// A layer of 4 units fills a quarter of a vector of 16, and its products are too short for a tile. So here
// every array is (units, samples), and vectors are full whatever the widths. The first row of activations is
// ones, as in the equations. Then the product reads theta's block, with the bias in row 0, as it lies:
// nothing is packed, and the bias and its gradient need no code of their own.
//
//     z^(l+1) = theta^(l)' [1; a^(l)],   D^(l) = [1; a^(l)] delta^(l+1)',   delta^(l) = W delta^(l+1) .* g'
//
// The gradient sums over samples, and these lie in lanes too. So every parameter has a vector of partial
// sums. A group of rows adds one chunk after another to it, and adds up its lanes once, at the end.
#pragma once
#include "batches.hpp"

namespace clearprop::CLEARPROP_ISA {

// The sums of w vectors: lane i of the result is the sum of v[i]. This is `transpose`, with the two halves
// added in each round.
template <class T, int half = width<T> / 2> static inline Vector<T> lane_sums(Vector<T>* v) {
    if constexpr (half == 0) {
        return v[0];
    } else {
#pragma GCC unroll 16
        for (int i = 0; i < half; ++i)
            v[i] = upper<T, half>(v[i], v[i + half]) + lower<T, half>(v[i], v[i + half]);
        return lane_sums<T, half / 2>(v);
    }
}

// sums[r][c] += a[r] .* d[c] over `vectors` vectors of samples, for R rows of a and N of d. Without `add`,
// sums[r][c] is set.
template <class T, int R, int N>
static __attribute__((noinline)) void products_of(long vectors, const T* a, const T* d, long ld, T* sums,
                                                  long columns, bool add) {
    constexpr int w = width<T>;
    Vector<T> c[R][N];
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < N; ++v) c[r][v] = add ? load(sums + (r * columns + v) * w) : Vector<T>{};
    for (long i = 0; i < vectors * w; i += w) {
        Vector<T> b[N];
#pragma GCC unroll 4
        for (int v = 0; v < N; ++v) b[v] = load(d + v * ld + i);
#pragma GCC unroll 16
        for (int r = 0; r < R; ++r) {
            const Vector<T> row = in_register<T>(load(a + r * ld + i));
#pragma GCC unroll 4
            for (int v = 0; v < N; ++v) c[r][v] += row * b[v];
        }
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < N; ++v) store(sums + (r * columns + v) * w, c[r][v]);
}

// The same for R rows of a, which stay in the L1 cache, and every row of d.
template <class T, int R>
static void products_panel(long vectors, const T* a, long columns, const T* d, long ld, T* sums, bool add) {
    long panels = (columns + max_vectors - 1) / max_vectors;
    for (long c = 0; panels > 0; --panels) {  // of nearly equal width
        const long n = (columns - c + panels - 1) / panels;
        (n == 1   ? products_of<T, R, 1>
         : n == 2 ? products_of<T, R, 2>
                  : products_of<T, R, 3>)(vectors, a, d + c * ld, ld, sums + c * width<T>, columns, add);
        c += n;
    }
}

template <class T> using ProductsFunction = void (*)(long, const T*, long, const T*, long, T*, bool);
template <class T, int R> static inline ProductsFunction<T> products_with(long r) {
    if constexpr (R == 0) return nullptr;
    else return r == R ? products_panel<T, R> : products_with<T, R - 1>(r);
}

// The same for every row of a and every row of d.
template <class T>
static void all_products(long vectors, long rows, const T* a, long columns, const T* d, long ld, T* sums,
                         bool add) {
    constexpr int most = tile_rows[max_vectors];
    long blocks = (rows + most - 1) / most;
    for (long r = 0; blocks > 0; --blocks) {
        const long n = (rows - r + blocks - 1) / blocks;
        products_with<T, most>(n)(vectors, a + r * ld, columns, d, ld, sums + r * columns * width<T>, add);
        r += n;
    }
}

// Vectors of n numbers. `joined` puts the first `size` numbers of `parts` rows, which are `size` rows apart,
// into one vector.
template <class T, int n> struct Numbers {
    typedef T Vector __attribute__((vector_size(n * int(sizeof(T)))));
    typedef T Unaligned __attribute__((vector_size(n * int(sizeof(T))), aligned(sizeof(T)), may_alias));
};
template <class T, int n, int... lane>
static inline typename Numbers<T, 2 * n>::Vector joined(typename Numbers<T, n>::Vector a,
                                                        typename Numbers<T, n>::Vector b,
                                                        std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(a, b, lane...);
}
template <class T, int size, int parts>
static inline typename Numbers<T, size * parts>::Vector joined(const T* const* rows) {
    constexpr int half = parts / 2;
    if constexpr (parts == 1) return *reinterpret_cast<const typename Numbers<T, size>::Unaligned*>(*rows);
    else
        return joined<T, size * half>(joined<T, size, half>(rows), joined<T, size, half>(rows + size * half),
                                      std::make_integer_sequence<int, size * parts>{});
}

// n columns of w rows become n rows of w lanes. With `whole`, `size` columns may be read.
template <class T, int size>
static inline void turn(const T* const* rows, long n, bool whole, T* to, long ld) {
    constexpr int w = width<T>;
    Vector<T> v[size];
    T copies[w][size];
    const T* copied[w];
    if (!whole) {
        for (int i = 0; i < w; ++i) {
            for (int k = 0; k < size; ++k) copies[i][k] = k < n ? rows[i][k] : T(0);
            copied[i] = copies[i];
        }
        rows = copied;
    }
#pragma GCC unroll 16
    for (int j = 0; j < size; ++j) v[j] = joined<T, size, w / size>(rows + j);
    transpose<T, size>(v);
#pragma GCC unroll 16
    for (int k = 0; k < size; ++k)
        if (k < n) store(to + k * ld, v[k]);
}

// The same for rows index[0] to index[w - 1] of a matrix of `count` rows of n numbers, ldf apart. Past the
// end of its last row nothing is read.
template <class T>
static void turn_rows(const long* index, const T* from, long ldf, long count, long n, T* to, long ld) {
    constexpr int w = width<T>, few = w < 4 ? w : 4;
    const T* rows[w];
    long last = 0;
    for (int i = 0; i < w; ++i) {
        rows[i] = from + index[i] * ldf;
        last = index[i] > last ? index[i] : last;
    }
    const long end = (count - last - 1) * ldf + n;  // numbers that may be read from row `last` on
    for (long c = 0; c < n; c += w) {
        if (n - c <= few) turn<T, few>(rows, n - c, c + few <= end, to + c * ld, ld);
        else turn<T, w>(rows, n - c, c + w <= end, to + c * ld, ld);
        for (int i = 0; i < w; ++i) rows[i] += w;
    }
}

// delta^(L) of w samples from their z^(L) and y, (K, w) each. Returns their costs.
template <class T, class F>
static inline Vector<T> narrow_independent(long K, const T* z, T* delta, const T* y, long ld, F f) {
    Vector<T> total{};
    for (long c = 0; c < K; ++c) {
        const Output<T> out = f(load(z + c * ld), load(y + c * ld), c);
        store(delta + c * ld, out.delta);
        total += out.cost;
    }
    return total;
}

template <class T> static inline Vector<T> narrow_softmax(long K, const T* z, T* delta, const T* y, long ld) {
    Vector<T> top = load(z), total{}, targets{}, shifted{};
    for (long c = 1; c < K; ++c) top = load(z + c * ld) > top ? load(z + c * ld) : top;
    for (long c = 0; c < K; ++c) {
        const Vector<T> off = load(z + c * ld) - top, target = load(y + c * ld), e = exp<T>(off);
        targets += target;
        shifted += target * off;
        total += e;
        store(delta + c * ld, e);
    }
    const Vector<T> inverse = T(1) / total;
    for (long c = 0; c < K; ++c) store(delta + c * ld, load(delta + c * ld) * inverse - load(y + c * ld));
    return targets * log<T>(total) - shifted;
}

template <class T>
static inline Vector<T> narrow_outputs(const Net& net, long K, const T* z, T* delta, const T* y, long ld) {
    using V = Vector<T>;
    const auto each = [&](auto f) { return narrow_independent(K, z, delta, y, ld, f); };
    switch (net.cost) {
        case Cost::logistic: return each([](V v, V t, long) { return logistic<T>(v, t); });
        case Cost::quadratic: return each([](V v, V t, long) { return quadratic<T>(v, t); });
        case Cost::squared: return each([](V v, V t, long) { return squared<T>(v, t); });
        case Cost::poisson: return each([](V v, V t, long) { return poisson<T>(v, t); });
        case Cost::huber:
            return each([far = T(net.threshold)](V v, V t, long) { return huber<T>(v, t, far); });
        case Cost::quantile:
            return each(
                [of = net.quantiles](V v, V t, long c) { return quantile<T>(v, t, every<T>(T(of[c]))); });
        case Cost::softmax: break;
    }
    return narrow_softmax(K, z, delta, y, ld);
}

// A strip: at most max_vectors vectors of samples. They go forward and backward together, so that they stay
// in the L1 cache from layer to layer. These are rows [at, at + count) of the minibatch, from column s of the
// arrays on. Returns their costs.
template <class T>
static double narrow_strip(const Batch<T>& b, long at, long count, const Space<T>& space, long s) {
    constexpr int w = width<T>;
    const Job<T>& job = b.job;
    const Net& net = job.net;
    const Rows<T>& rows = job.rows;
    const long L = net.n_layers, s_1 = net.layers[0].inputs, K = net.layers[L - 1].outputs, ld = space.ld[0];
    const long vectors = (count + w - 1) / w, samples = vectors * w;
    long index[max_vectors * w];  // spare lanes of the last vector repeat the last row
    for (long i = 0; i < samples; ++i) {
        const long r = b.start + at + (i < count ? i : count - 1);
        index[i] = rows.order ? rows.order[r] : r;
    }
    for (long i = 0; i < samples; i += w) {
        turn_rows(index + i, rows.X, rows.ldx, rows.count, s_1, space.a[0] + ld + s + i, ld);
        turn_rows(index + i, rows.Y, K, rows.count, K, space.y + s + i, ld);
    }
    using M = Strided<T>;
    const auto forward = panel_of<T, true, M, M>(vectors), backward = panel_of<T, false, M, M>(vectors);
    for (long l = 0; l < L; ++l) {
        const Layer& layer = net.layers[l];
        T* z = space.a[l + 1] + ld + s;
        const M theta{job.update.theta + layer.offset, layer.outputs};
        forward(layer.outputs, layer.inputs + 1, theta, M{space.a[l] + s, ld}, z, ld, Start::zero, nullptr,
                {});
        if (l + 1 == L) break;
        T* const slopes = space.slopes ? space.slopes[l + 1] + s : nullptr;
        unsigned keys[max_vectors * w];
        if (job.dropout.kept != 0)
            activate(net.activation, layer.outputs, samples, z, slopes, ld,
                     SampleMasks<T>(job.dropout, l + 1, job.dropout.place + b.start + at, samples, keys));
        else if (slopes) activate(net.activation, layer.outputs, samples, z, slopes, ld, NoMasks<T>{});
        else activate(net.activation, layer.outputs, samples, z, ld);
    }
    double costs = 0;
    for (long i = 0; i < samples; i += w) {
        T* delta = space.d[L] + s + i;
        Vector<T> cost = narrow_outputs(net, K, space.a[L] + ld + s + i, delta, space.y + s + i, ld);
        if (rows.weight || i + w > count) {
            Vector<T> weight;
            for (int k = 0; k < w; ++k) weight[k] = rows.weight ? rows.weight[index[i + k]] : T(1);
            const Mask<T> mask = first_lanes<T>(count - i);
            cost = kept<T>(mask, cost * weight);
            for (long c = 0; c < K; ++c) store(delta + c * ld, kept<T>(mask, load(delta + c * ld) * weight));
        }
        costs += double(sum<T>(cost));
    }
    for (long l = L - 1; l > 0; --l) {
        const Layer& layer = net.layers[l];
        T* delta = space.d[l] + s;
        const M weights{job.update.theta + layer.offset + layer.outputs, layer.outputs};
        backward(layer.inputs, layer.outputs, weights, M{space.d[l + 1] + s, ld}, delta, ld, Start::zero,
                 nullptr, slope_of(net.activation, space, l, space.a[l] + ld, s));
    }
    return costs;
}

// The gradient of a group of rows, in theta's layout.
template <class T> static void narrow_unit(void* batch, long group, int worker) {
    constexpr int w = width<T>;
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    Own<T>& own = job.own[worker];
    const Net& net = job.net;
    const Space<T>& space = own.space;
    assert(space.rows % w == 0);
    const long ld = space.ld[0], all = (b.m + w - 1) / w;  // vectors
    const long low = all * group / job.groups, high = all * (group + 1) / job.groups;
    const long most = space.rows / w, chunks = (high - low + most - 1) / most;
    double costs = 0;
    T* g = job.gradient + group * job.group_stride;
    for (long l = 0; l < net.n_layers && chunks; ++l)
        for (long s = 0; s < space.rows; ++s) space.a[l][s] = 1;
    for (long chunk = 0; chunk < chunks; ++chunk) {
        const long from = low + (high - low) * chunk / chunks, to = low + (high - low) * (chunk + 1) / chunks;
        for (long v = from; v < to; v += max_vectors) {
            const long end = (v + max_vectors < to ? v + max_vectors : to) * w;
            costs += narrow_strip(b, v * w, (end < b.m ? end : b.m) - v * w, space, (v - from) * w);
        }
        for (long l = 0; l < net.n_layers; ++l) {
            const Layer& layer = net.layers[l];
            all_products(to - from, layer.inputs + 1, space.a[l], layer.outputs, space.d[l + 1], ld,
                         own.sums + layer.offset * w, chunk > 0);
        }
    }
    job.row_costs[group] = costs;
    for (long i = 0; i < job.net.n_parameters; i += w) {
        Vector<T> v[w];
#pragma GCC unroll 16
        for (int k = 0; k < w; ++k) v[k] = load(own.sums + (i + k) * w);
        store(g + i, chunks ? lane_sums<T>(v) : Vector<T>{});
    }
}

template <class T> static void narrow(Job<T>& job) {
    each_batch(job, [&](Batch<T>& b) {
        b.n_costs = job.groups;
        for_each(*job.crew, job.groups, narrow_unit<T>, &b);
        each_stretch(b, sum_unit<T>);
    });
}

}  // namespace clearprop::CLEARPROP_ISA
