// Minibatches of few rows on a wide first layer: a step visits the layer's weights once.
//
// The products of ten rows take little time. Moving the weights through the caches takes more, and moving
// them from one worker's cache to another's takes most. So the first layer is cut into pieces of its rows.
// Each piece stays with one worker unless another has to help. One visit of a piece does three things: its
// gradient, its update, and its share of the next minibatch's z. Only these shares move from worker to
// worker.
//
// Numbers of X that are 0 are not multiplied (ink.hpp). With plain gradient descent the weights of columns
// without ink are not even read, because all weights share the decay as a factor, W = scale V. Then the step
//
//     W := (1 - rate lambda/m) W - rate D
//
// becomes
//
//     scale := (1 - rate lambda/m) scale,   V := V - (rate/scale) D.
//
// At the end of a unit of minibatches V is multiplied by the scale, and the scale is 1 again. Slices of an
// epoch begin where units begin, so that the bits do not depend on how an epoch is sliced.
//
// If a weight is infinite or NaN, 0 times it is not 0, and the cost has to show it. The sum of the piece's
// squares is then not finite, and nothing is left out.
#pragma once
#include "ink.hpp"

namespace clearprop::CLEARPROP_ISA {

// The columns of X that belong to a piece. They are a multiple of 16, except in the last piece.
template <class T> static inline Run piece(const Job<T>& job, long unit) {
    const long inputs = job.net.layers[0].inputs, blocks = (inputs + 15) / 16;
    const long from = blocks * unit / job.few.pieces * 16, to = blocks * (unit + 1) / job.few.pieces * 16;
    return {from, to < inputs ? to : inputs};
}
// The ink of a piece.
template <class T> static inline Ink<T> ink_of(const Few<T>& few, long unit) {
    const long row = unit * few_most;
    return {few.ink.rows, few.ink.columns + row * few.ink.ld, few.ink.counts + row, few.ink.ld};
}

template <class T> static void scale_by(T* v, long n, T scale) {
    for (long i = 0; i < n; ++i) v[i] *= scale;
}

// Gradient and update of a piece. Returns whether few.squares holds the squares of the new weights.
template <class T> static bool learn(const Batch<T>& b, long unit, int worker) {
    Job<T>& job = b.job;
    const Few<T>& few = job.few;
    const Layer& layer = job.net.layers[0];
    const Run all = piece(job, unit);
    const long n = layer.outputs, ldd = job.shared.ld[1];
    const long start = layer.offset + (all.from + 1) * n, count = (all.to - all.from) * n;
    const T* const delta = job.shared.d[1];
    T* const V = b.step.writable_theta + start;
    T* const g = job.own[worker].g;
    if (all.from == 0) learn_bias(b, 0, delta, job.own[worker]);
    const bool descends = b.step.rule == Rule::sgd;
    const T rate = T(-double(b.step.rate) * double(b.step.inverse_rows) / b.scale);
    if (descends && b.folds) scale_by(V, count, T(b.fold));
    Vector<T> change{};  // of the sum of squares: (v + d)^2 - v^2 = d (2v + d)
    const auto descend = [&](long c, auto span, const Vector<T>* G) {
        constexpr int N = decltype(span)::N;
        T* const v = V + (c - all.from) * n;
        Vector<T> old[N], d[N];
#pragma GCC unroll 8
        for (int k = 0; k < N; ++k) old[k] = load(v + span.at(k));
#pragma GCC unroll 8
        for (int k = 0; k < N; ++k) {
            d[k] = rate * G[k];
            store(v + span.at(k), old[k] + d[k]);
            const Vector<T> grown = d[k] * (old[k] + old[k] + d[k]);
            change += k + 1 == N ? kept<T>(span.fresh, grown) : grown;
        }
    };
    const auto keep = [&](long c, auto span, const Vector<T>* G) {
        constexpr int N = decltype(span)::N;
#pragma GCC unroll 8
        for (int k = 0; k < N; ++k) store(g + (c - all.from) * n + span.at(k), G[k]);
    };

    if (few.dense[unit]) {
        const Strided<T> x{few.x + unit * few.x_stride, few.ldx};
        multiply<T, true>(all.to - all.from, n, b.m, x, Padded<Strided<T>>{{delta, ldd}}, g, n, Start::zero);
        if (descends) rows_of(g, all, n, descend);
    } else {
        const T* x[few_most];
        find_rows(job.rows, b.start, b.m, x);
        const Ink<T> ink = ink_of(few, unit);
        if (descends) {
            ink_columns(ink, x, all, delta, ldd, n, descend);
        } else {
            for (long k = 0; k < count; ++k) g[k] = 0;
            ink_columns(ink, x, all, delta, ldd, n, keep);
        }
    }
    if (!descends) update(b.step, start, count, g, Part::weights);
    few.squares[unit] += double(sum<T>(change));
    return descends && !b.folds;
}

// A piece's share of the next minibatch's z, with the weights that have just been updated.
template <class T> static void share(const Batch<T>& b, long unit, int worker, bool squares_known) {
    Job<T>& job = b.job;
    const Few<T>& few = job.few;
    const Layer& layer = job.net.layers[0];
    const Run all = piece(job, unit);
    const long n = layer.outputs, columns = all.to - all.from, ldz = job.shared.ld[1];
    const T* const V = job.update.theta + layer.offset + (all.from + 1) * n;
    if (!squares_known) few.squares[unit] = sum_of_squares(V, columns * n);
    const T* x[few_most];
    find_rows(job.rows, b.next, b.next_m, x);
    const Ink<T> ink = ink_of(few, unit);
    const long inked = find_ink(ink, x, b.next_m, all, !(few.squares[unit] - few.squares[unit] == 0));
    T* const z = few.shares + unit * few.share_stride;
    // Tiles do twice the multiply-adds in a cycle, but they need copies of weights and rows. The copies take
    // as long as five multiply-adds for each weight. This was measured with 1 to 32 rows in which all, 3/4,
    // 1/2 or 1/4 of the numbers have ink.
    few.dense[unit] = inked > (b.next_m + 5) * columns / 2;
    if (few.dense[unit]) {
        T* const gathered = few.x + unit * few.x_stride;
        for (long r = 0; r < b.next_m; ++r) copy_row(x[r] + all.from, gathered + r * few.ldx, columns);
        const T* B = V;
        if (!is_packed<T>(layer)) {
            B = job.own[worker].panels;
            pack_rows(layer, n, job.update.theta, all.from, all.to, job.own[worker].panels, columns, 0,
                      false);
        }
        multiply<T, false>(b.next_m, n, columns, Strided<T>{gathered, few.ldx}, Packed<T>{B, columns}, z, ldz,
                           Start::zero);
    } else {
        for (long r = 0; r < b.next_m; ++r) ink_row(ink, x[r], r, V - all.from * n, n, z + r * ldz);
    }
}

template <class T> static void piece_unit(void* batch, long unit, int worker) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    const Job<T>& job = b.job;
    if (unit >= job.few.pieces) {
        gradient_unit<T>(batch, unit - job.few.pieces, worker);
        return;
    }
    // Meanwhile the rows of the minibatch after the next one come into the L2 cache.
    const long after = b.next + b.next_m;
    if (job.rows.order && b.next_m && after + b.next_m <= job.rows.count)
        fetch_rows(job.rows, after, b.next_m, piece(job, unit));
    const bool squares_known = b.learns && learn(b, unit, worker);
    if (b.next_m) share(b, unit, worker, squares_known);
}

template <class T> static void fold_unit(void* batch, long unit, int) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    const Layer& layer = b.job.net.layers[0];
    const Run all = piece(b.job, unit);
    scale_by(b.job.update.writable_theta + layer.offset + (all.from + 1) * layer.outputs,
             (all.to - all.from) * layer.outputs, T(b.job.few.scale));
}

// The pass through all layers above the first layer's weights. Adds up the shares of z in the order of the
// pieces, then goes forward and backward.
template <class T> static void pass(const Batch<T>& b) {
    Job<T>& job = b.job;
    const Few<T>& few = job.few;
    const Net& net = job.net;
    const Space<T>& space = job.shared;
    const long n = net.layers[0].outputs, ld = space.ld[1], L = net.n_layers;
    const T scale = T(few.scale);
    pack_bias<T>(net.layers[0], job.update.theta, few.bias);
    for (long p = 0; p < few.pieces; ++p)
        job.squares[piece(job, p).from] = few.squares[p] * few.scale * few.scale;
    for (long r = 0; r < b.m; ++r)
        for (long c = 0; c < n; c += width<T>) {
            Vector<T> shares{};
            for (long p = 0; p < few.pieces; ++p)
                shares += load(few.shares + p * few.share_stride + r * ld + c);
            const Vector<T> z = load(few.bias + c) + scale * shares;
            store(space.a[1] + r * ld + c, c + width<T> <= n ? z : kept<T>(first_lanes<T>(n - c), z));
        }
    activate_layer(job, b.start, space, 1, 0, b.m);
    gather_targets(job.rows, b.start, b.m, space, 0, L, net.layers[L - 1].outputs);
    forward(job, b.start, space, 0, b.m, 1);
    backward(job, b.start, space, 0, b.m, job.row_costs);
}

template <class T> static void few(Job<T>& job) {
    double& scale = job.few.scale;
    const long unit = job.few.unit * job.rows.size;  // rows
    const bool lazy = job.update.rule == Rule::sgd && job.net.regularization != 0;
    long ready = -1;     // the first row of the minibatch for which there are shares of z
    long before = 0;     // the first row of the minibatch before this one
    bool folded = true;  // V was multiplied by the scale after that one
    const auto fold = [&](Batch<T>& b) {
        if (scale != 1) for_each(*job.crew, job.few.pieces, fold_unit<T>, &b);
        scale = 1;
        ready = -1;
    };
    scale = 1;
    for (long j = 0; j < job.net.layers[0].inputs; ++j) job.squares[j] = 0;
    each_batch(job, [&](Batch<T>& b) {
        // The last minibatch of the unit before had no weight, so no step has multiplied V by the scale.
        if (lazy && !folded && b.start / unit != before / unit) fold(b);
        if (ready != b.start) {
            Batch<T> first = b;
            first.learns = false;
            first.next = b.start;
            first.next_m = b.m;
            for_each(*job.crew, job.few.pieces, piece_unit<T>, &first);
        }
        pass(b);
        if (lazy) {
            b.scale = scale * (1 - double(b.step.rate) * double(b.step.decay));
            b.folds = b.next_m == 0 || b.next / unit != b.start / unit || !(b.scale >= 0.5 && b.scale <= 2);
            b.fold = b.scale;
            if (b.folds) b.scale = 1;
        }
        for_each(*job.crew, job.few.pieces + b.parameter_units - b.first_unit, piece_unit<T>, &b);
        scale = b.scale;
        folded = b.folds;
        before = b.start;
        ready = b.next;
    });
    if (scale != 1) {
        Batch<T> end{job, 0, 0};
        fold(end);
    }
}

}  // namespace clearprop::CLEARPROP_ISA
