// One pass over some rows: forward, output, backward. Stretches of the parameters, and how they are packed.
#pragma once
#include <type_traits>  // types only, no code

#include "../job.hpp"
#include "activations.hpp"
#include "costs.hpp"
#include "packed.hpp"
#include "product.hpp"
#include "updates.hpp"

namespace clearprop::CLEARPROP_ISA {

template <class T> static inline void copy_row(const T* from, T* to, long n) {
    long i = 0;
    for (; i + width<T> <= n; i += width<T>) store(to + i, load(from + i));
    for (; i < n; ++i) to[i] = from[i];
}

// Notes where the rows [start, start + count) of X lie. They are read there and not copied.
template <class T> static inline void find_rows(const Rows<T>& rows, long start, long count, const T** x) {
    for (long r = 0; r < count; ++r)
        x[r] = rows.X + (rows.order ? rows.order[start + r] : start + r) * rows.ldx;
}

// Asks for some columns of these rows, so that they come into the L2 cache while something else is computed.
template <class T> static inline void fetch_rows(const Rows<T>& rows, long start, long count, Run columns) {
    for (long r = start; r < start + count; ++r)
        for (long c = columns.from; c < columns.to; c += 64 / long(sizeof(T)))
            __builtin_prefetch(rows.X + rows.order[r] * rows.ldx + c, 0, 2);
}

// Copies Y of the same rows, with zeros up to whole vectors.
template <class T>
static void gather_targets(const Rows<T>& rows, long start, long count, const Space<T>& space, long to,
                           long l, long K) {
    const long ld = space.ld[l], end = (K + width<T> - 1) / width<T> * width<T>;
    const Mask<T> mask = first_lanes<T>(K);
    for (long r = 0; r < count; ++r) {
        const T* from = rows.Y + (rows.order ? rows.order[start + r] : start + r) * K;
        T* y = space.y + (to + r) * ld;
        if (K <= width<T> && from + width<T> <= rows.Y + rows.count * K) {
            store(y, kept<T>(mask, load(from)));
            continue;
        }
        copy_row(from, y, K);
        for (long c = K; c < end; ++c) y[c] = 0;
    }
}

// A layer's weights as the forward pass reads them, in one array: the bias up to whole vectors; the panels;
// and the columns that are computed as dot products, as rows. Number is T, or const T to read them.
template <class Number> struct Weights {
    using T = std::remove_const_t<Number>;
    Number* bias;
    Number* panels;
    Number* dots;  // null: there are none
    long columns;  // in the panels
    Weights(const Layer& layer, Number* packed)
        : bias(packed), panels(packed + panels_of<T>(layer.outputs).vectors * width<T>), dots(nullptr),
          columns(layer.outputs - clearprop::CLEARPROP_ISA::dots<T>(layer)) {
        if (columns < layer.outputs) dots = panels + layer.inputs * columns;
    }
};

template <class T> static inline Weights<const T> weights_of(const Job<T>& job, long l) {
    const Layer& layer = job.net.layers[l];
    assert(job.packed[l] || is_packed<T>(layer));
    return {layer, job.packed[l] ? job.packed[l] : job.update.theta + layer.offset};
}

// z of a layer from the rows of the layer before it.
template <class T, class Matrix>
static void forward_layer(const Job<T>& job, long l, Matrix in, T* z, long ldz, long count) {
    const Layer& layer = job.net.layers[l];
    const Weights<const T> W = weights_of(job, l);
    const Packed<T> B{W.panels, layer.inputs};
    const long n = layer.outputs;
    if (job.few_rows) {
        const AsItLies<T> theta{job.update.theta + layer.offset + n, n, B};
        multiply<T, false>(count, W.columns, layer.inputs, in, theta, z, ldz, Start::bias, W.bias);
    } else {
        multiply<T, false>(count, W.columns, layer.inputs, in, B, z, ldz, Start::bias, W.bias);
    }
    if (W.dots)
        dot_columns(count, n - W.columns, layer.inputs, in, W.dots, layer.inputs, z + W.columns, ldz,
                    W.bias + W.columns);
}

// z becomes a in layer l, for rows [at, at + count) of `space`. The first of them is row `start` of the job.
// The output layer's z is left as it is.
template <class T>
static void activate_layer(const Job<T>& job, long start, const Space<T>& space, long l, long at,
                           long count) {
    if (l == job.net.n_layers) return;
    const long units = job.net.layers[l - 1].outputs, ld = space.ld[l];
    const Activation g = job.net.activation;
    T* const z = space.a[l] + at * ld;
    if (!space.slopes) return activate(g, count, units, z, ld);
    T* const slopes = space.slopes[l] + at * ld;
    if (job.dropout.kept != 0)
        activate(g, count, units, z, slopes, ld, UnitMasks<T>(job.dropout, l, job.dropout.place + start));
    else activate(g, count, units, z, slopes, ld, NoMasks<T>{});
}

// All layers from `first` on. The rows of X are space.x.
template <class T>
static void forward(const Job<T>& job, long start, const Space<T>& space, long at, long count,
                    long first = 0) {
    for (long l = first; l < job.net.n_layers; ++l) {
        const long ld = space.ld[l], ldz = space.ld[l + 1];
        T* const z = space.a[l + 1] + at * ldz;
        if (l == 0) forward_layer(job, l, Scattered<T>{space.x + at, 0}, z, ldz, count);
        else forward_layer(job, l, Strided<T>{space.a[l] + at * ld, ld}, z, ldz, count);
        activate_layer(job, start, space, l + 1, at, count);
    }
}

// What delta of layer l is multiplied by, from number `from` of its arrays on.
template <class T>
static inline Slope<T> slope_of(Activation g, const Space<T>& space, long l, const T* a, long from) {
    return space.slopes ? Slope<T>{Activation::silu, space.slopes[l] + from} : Slope<T>{g, a + from};
}

// h, costs and all deltas of the rows that `forward` has done.
template <class T>
static void backward(const Job<T>& job, long start, const Space<T>& space, long at, long count,
                     double* costs) {
    const Net& net = job.net;
    const Rows<T>& rows = job.rows;
    const long L = net.n_layers, K = net.layers[L - 1].outputs, ldk = space.ld[L];
    T* delta = space.d[L] + at * ldk;
    outputs(net, count, K, space.a[L] + at * ldk, delta, space.y + at * ldk, ldk, costs);
    if (rows.weight)
        for (long r = 0; r < count; ++r) {
            const T w = rows.weight[rows.order ? rows.order[start + r] : start + r];
            costs[r] *= double(w);
            for (long c = 0; c < K; ++c) delta[r * ldk + c] *= w;
        }
    for (long l = L - 1; l > 0; --l) {
        const Layer& layer = net.layers[l];
        const long ld = space.ld[l];
        T* back = space.d[l] + at * ld;
        const Packed<T> B{job.transposed[l], layer.outputs};
        const Strided<T> d{space.d[l + 1] + at * space.ld[l + 1], space.ld[l + 1]};
        multiply<T, false>(count, layer.inputs, layer.outputs, d, B, back, ld, Start::zero, (const T*)nullptr,
                           slope_of(net.activation, space, l, space.a[l], at * ld));
    }
}

// Sums of delta's columns: the bias's part of the gradient. g is written up to whole vectors. Each addition
// waits for the one before it, so four sums run side by side.
template <class T> static void column_sums(long rows, long columns, const T* delta, long ld, T* g, bool add) {
    for (long c = 0; c < columns; c += width<T>) {
        Vector<T> sums[4] = {};
        long r = 0;
        for (; r + 4 <= rows; r += 4)
#pragma GCC unroll 4
            for (long k = 0; k < 4; ++k) sums[k] += load(delta + (r + k) * ld + c);
        for (; r < rows; ++r) sums[0] += load(delta + r * ld + c);
        const Vector<T> total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        store(g + c, add ? load(g + c) + total : total);
    }
}

// A stretch of the parameters: rows [from, to) of layer l's weights. The first stretch of a layer has the
// bias too.
struct Stretch {
    long l, from, to;
};
static inline long stretch_rows(const Net& net, long l, long elements) {
    const long rows = elements / net.layers[l].outputs / 16 * 16;  // whole vectors of every type
    return rows < 16 ? 16 : rows;
}
static inline long stretches(const Net& net, long elements, long layers) {
    long count = 0;
    for (long l = 0; l < layers; ++l) {
        const long rows = stretch_rows(net, l, elements);
        count += (net.layers[l].inputs + rows - 1) / rows;
    }
    return count;
}
static inline Stretch stretch(const Net& net, long elements, long unit) {
    for (long l = 0;; ++l) {
        const long rows = stretch_rows(net, l, elements), inputs = net.layers[l].inputs;
        const long count = (inputs + rows - 1) / rows;
        if (unit < count) {
            const long end = (unit + 1) * rows;
            return {l, unit * rows, end < inputs ? end : inputs};
        }
        unit -= count;
    }
}

// Copies a stretch to where the next forward and backward pass read it. Narrow layers are read from theta.
template <class T> static void pack(const Job<T>& job, const Stretch& s) {
    if (job.kind == Kind::narrow) return;
    const Layer& layer = job.net.layers[s.l];
    if (!is_packed<T>(layer)) {
        const Weights<T> W(layer, job.packed[s.l]);
        if (s.from == 0) pack_bias(layer, job.update.theta, W.bias);
        if (W.columns && (!job.few_rows || W.columns % width<T>))
            pack_rows(layer, W.columns, job.update.theta, s.from, s.to, W.panels, layer.inputs, s.from,
                      job.few_rows);
        if (W.dots)
            pack_dots(layer, layer.outputs - W.columns, job.update.theta, s.from, s.to, W.dots, layer.inputs);
    }
    if (job.transposed[s.l]) pack_columns(layer, job.update.theta, s.from, s.to, job.transposed[s.l]);
}

}  // namespace clearprop::CLEARPROP_ISA
