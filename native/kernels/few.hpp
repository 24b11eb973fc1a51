// Minibatches of few rows on a wide first layer: its weights are visited once a step.
//
// Ten rows are soon multiplied; what takes the time is the way of the weights through the caches, and
// between the caches of the workers. So the first layer is cut into pieces of its rows, each the same
// worker's as long as nobody has to help: a visit of a piece does its gradient, its update, and its
// share of the next minibatch's z, and nothing but these shares goes from worker to worker.
//
// Columns of X that are 0 in all rows of a minibatch (half of MNIST's, for ten rows) are left out of
// both products, to which they add 0 times a weight. Where a weight of the piece is infinite or NaN,
// and so the sum of their squares, that is not 0, and all columns stay: the cost has to show it.
#pragma once
#include "batches.hpp"

namespace clearprop::CLEARPROP_ISA {

template <class T> static inline Run piece(const Job<T>& job, long unit) {
    const long inputs = job.net.layers[0].inputs, blocks = (inputs + 15) / 16;  // whole vectors
    const long from = blocks * unit / job.few.pieces * 16, to = blocks * (unit + 1) / job.few.pieces * 16;
    return {from, to < inputs ? to : inputs};
}

// Four sums, since each addition waits for the one before it.
template <class T, class F> static inline Vector<T> over(const T* from, long n, F f) {
    Vector<T> sums[4] = {};
    long i = 0;
    for (; i + 4 * width<T> <= n; i += 4 * width<T>)
#pragma GCC unroll 4
        for (int k = 0; k < 4; ++k) sums[k] += f(load(from + i + k * width<T>));
    for (; i < n; i += width<T>) {
        T rest[width<T>] = {};
        for (long k = 0; k < width<T> && i + k < n; ++k) rest[k] = from[i + k];
        sums[0] += f(load(rest));
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// Runs of columns in which some of the rows are not 0; their number.
template <class T> static long find_runs(const T* const* rows, long m, Run of, Run* runs) {
    using Bits = typename Lanes<T>::Bits;
    constexpr int w = width<T>;
    long count = 0;
    const auto extend = [&](long from, long to) {
        if (count && runs[count - 1].to == from) runs[count - 1].to = to;
        else runs[count++] = {from, to};
    };
    Vector<T> powers;
    for (int k = 0; k < w; ++k) powers[k] = T(1u << k);
    for (long c = of.from; c < of.to; c += w) {
        unsigned some = 0;  // bit k: column c + k
        if (of.to - c >= w) {
            Bits bits{};
            for (long r = 0; r < m; ++r) bits |= (Bits)load(rows[r] + c);
            some = unsigned(sum<T>(kept<T>((bits << 1) != 0, powers)));  // -0 is 0
        } else {
            for (long k = 0; k < of.to - c; ++k)
                for (long r = 0; r < m; ++r) some |= unsigned(rows[r][c + k] != T(0)) << k;
        }
        while (some) {
            const int first = __builtin_ctz(some), length = __builtin_ctz(~(some >> first));
            extend(c + first, c + first + length);
            some &= ~(((1u << length) - 1) << first);
        }
    }
    return count;
}

// Gradient and update of a piece.
template <class T> static void learn(const Batch<T>& b, long unit, int worker) {
    Job<T>& job = b.job;
    const Few<T>& few = job.few;
    const Layer& layer = job.net.layers[0];
    const Run all = piece(job, unit);
    const long n = layer.outputs, ldd = job.shared.ld[1];
    const T* delta = job.shared.d[1];
    const T* x = few.x + unit * few.x_stride;
    T* g = job.own[worker].g;
    if (all.from == 0) learn_bias(b, 0, delta, job.own[worker]);
    // What is 0 in D leaves theta where it is, if no decay and no moment moves it.
    const bool runs_alone = b.step.rule == Rule::sgd && b.decay == T(0);
    const long start = layer.offset + (all.from + 1) * n;
    long done = 0;
    for (long i = 0; i < few.n_runs[unit]; ++i) {
        const long from = few.runs[all.from + i].from - all.from, to = few.runs[all.from + i].to - all.from;
        if (!runs_alone)
            for (long k = done * n; k < from * n; ++k) g[k] = 0;
        multiply<T, true>(to - from, n, b.m, x, few.ldx, Padded<T>{delta, ldd}, g + from * n, n, Start::zero,
                          (const T*)nullptr);
        if (runs_alone) update(b.step, start + from * n, (to - from) * n, g + from * n, T(0));
        x += to - from;
        done = to;
    }
    if (!runs_alone) {
        for (long k = done * n; k < (all.to - all.from) * n; ++k) g[k] = 0;
        update(b.step, start, (all.to - all.from) * n, g, b.decay);
    }
}

// A piece's share of the next minibatch's z, with the weights that have just been updated.
template <class T> static void share(const Batch<T>& b, long unit, int worker) {
    constexpr int w = width<T>;
    Job<T>& job = b.job;
    const Few<T>& few = job.few;
    const Rows<T>& rows = job.rows;
    const Layer& layer = job.net.layers[0];
    const Run all = piece(job, unit);
    const long n = layer.outputs, first = layer.offset + (all.from + 1) * n;
    const T* at[few_most];
    for (long r = 0; r < b.next_m; ++r)
        at[r] = rows.X + (rows.order ? rows.order[b.next + r] : b.next + r) * rows.ldx;
    Run* runs = few.runs + all.from;
    const T squares =
        sum<T>(over(job.update.theta + first, (all.to - all.from) * n, [](Vector<T> v) { return v * v; }));
    few.squares[unit] = double(squares);
    long count = 1;
    if (squares - squares == T(0))
        count = find_runs(at, b.next_m, all, runs);
    else
        runs[0] = all;
    few.n_runs[unit] = count;

    T* x = few.x + unit * few.x_stride;
    for (long r = 0; r < b.next_m; ++r) {
        T* to = x + r * few.ldx;
        for (long i = 0; i < count; ++i) {
            const long columns = runs[i].to - runs[i].from;
            const T* from = at[r] + runs[i].from;
            if (runs[i].to + w <= layer.inputs)  // whole vectors: what is too much is written over
                for (long c = 0; c < columns; c += w) store(to + c, load(from + c));
            else
                copy_row(from, to, columns);
            to += columns;
        }
    }
    long inner = 0;
    for (long i = 0; i < count; ++i) inner += runs[i].to - runs[i].from;
    few.active[unit] = inner;
    const T* B = job.update.theta + first;
    if (inner < all.to - all.from || !is_packed<T>(layer)) {
        B = job.own[worker].panels;
        for (long i = 0, to = 0; i < count; to += runs[i].to - runs[i].from, ++i)
            pack_rows(layer, n, job.update.theta, runs[i].from, runs[i].to, job.own[worker].panels, inner, to, false);
    }
    multiply<T, false>(b.next_m, n, inner, x, few.ldx, Packed<T>{B, inner}, few.shares + unit * few.share_stride,
                       job.shared.ld[1], Start::zero, (const T*)nullptr);
}

template <class T> static void piece_unit(void* batch, long unit, int worker) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    const Job<T>& job = b.job;
    if (unit >= job.few.pieces) {
        gradient_unit<T>(batch, unit - job.few.pieces, worker);
        return;
    }
    const long after = b.next + b.next_m;  // the minibatch after the next one: its rows into L2 meanwhile
    if (job.rows.order && b.next_m && after + b.next_m <= job.rows.count) {
        const Run columns = piece(job, unit);
        for (long r = after; r < after + b.next_m; ++r)
            for (long c = columns.from; c < columns.to; c += 64 / long(sizeof(T)))
                __builtin_prefetch(job.rows.X + job.rows.order[r] * job.rows.ldx + c, 0, 2);
    }
    if (b.learns) learn(b, unit, worker);
    if (b.next_m) share(b, unit, worker);
}

// All but the first layer's weights: z from the shares, in the order of the pieces, and from there on
// forward and backward.
template <class T> static void pass(const Batch<T>& b) {
    Job<T>& job = b.job;
    const Few<T>& few = job.few;
    const Net& net = job.net;
    const Space<T>& space = job.shared;
    const long n = net.layers[0].outputs, ld = space.ld[1], L = net.n_layers;
    pack_bias<T>(net.layers[0], job.update.theta, few.bias);
    for (long p = 0; p < few.pieces; ++p) job.squares[piece(job, p).from] = few.squares[p];
    for (long r = 0; r < b.m; ++r)
        for (long c = 0; c < n; c += width<T>) {
            Vector<T> z = load(few.bias + c);
            for (long p = 0; p < few.pieces; ++p)
                if (few.active[p]) z += load(few.shares + p * few.share_stride + r * ld + c);
            store(space.a[1] + r * ld + c, z);
        }
    if (L > 1) activate(net.activation, b.m, n, space.a[1], ld);
    gather_targets(job.rows, b.start, b.m, space, 0, L, net.layers[L - 1].outputs);
    forward(job, Inputs<T>{space.a[1], ld}, space, 0, b.m, 1);
    backward(job, b.start, space, 0, b.m, job.row_costs);
}

template <class T> static void few(Job<T>& job) {
    long ready = -1;  // the minibatch of which the pieces have their shares
    for (long j = 0; j < job.net.layers[0].inputs; ++j) job.squares[j] = 0;
    each_batch(job, [&](Batch<T>& b) {
        if (ready != b.start) {
            Batch<T> first = b;
            first.learns = false;
            first.next = b.start;
            first.next_m = b.m;
            for_each(*job.crew, job.few.pieces, piece_unit<T>, &first);
        }
        pass(b);
        for_each(*job.crew, job.few.pieces + b.parameter_units - b.first_unit, piece_unit<T>, &b);
        ready = b.next;
    });
}

}  // namespace clearprop::CLEARPROP_ISA
