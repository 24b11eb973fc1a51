// The loops: minibatches with tiles of the gradient shared, groups of rows, prediction.
//
// Every worker runs the same function; where they must meet stands `wait_for_all`. All sums run in an
// order that does not depend on the number of workers, so the bits do not either.
#pragma once
#include "pass.hpp"

namespace clearprop::CLEARPROP_ISA {

template <class T> static Step<T> step_of(const Update<T>& u, long batch, long t, double m) {
    Step<T> s;
    s.rule = u.rule;
    s.theta = u.theta;
    s.first = u.moments[0] ? u.moments[0] : u.theta;
    s.second = u.moments[1] ? u.moments[1] : u.theta;
    s.inverse_rows = T(1.0 / m);
    double rate = u.rates ? u.rates[batch] : 0.0;
    if (u.rule == Rule::adam)
        rate *= __builtin_sqrt(1 - __builtin_pow(u.b, double(t))) / (1 - __builtin_pow(u.a, double(t)));
    s.rate = T(rate);
    s.a = T(u.a);
    s.b = T(u.b);
    s.epsilon = T(u.epsilon);
    return s;
}

// The m of a minibatch: its rows, or the sum of their weights.
template <class T> static double mass(const Rows<T>& rows, long start, long count) {
    if (!rows.weight) return double(count);
    double m = 0;
    for (long r = start; r < start + count; ++r)
        m += double(rows.weight[rows.order ? rows.order[r] : r]);
    return m;
}

static inline double add_up(const double* from, long n) {
    double total = 0;
    for (long i = 0; i < n; ++i) total += from[i];
    return total;
}

// lambda/(2m) sum of squares, from the slots that the rows of weights have filled.
template <class T> static double penalty(const Job<T>& job, double m) {
    if (job.net.regularization == 0) return 0;
    long slots = 0;
    for (long l = 0; l < job.net.n_layers; ++l) slots += job.net.layers[l].inputs;
    return job.net.regularization / (2 * m) * add_up(job.squares, slots);
}

template <class T> static void note_squares(const Job<T>& job, long l, long from, long to) {
    if (job.net.regularization == 0) return;
    double* slot = job.squares;
    for (long k = 0; k < l; ++k) slot += job.net.layers[k].inputs;
    const Layer& layer = job.net.layers[l];
    for (long j = from; j < to; ++j)
        slot[j] = sum_of_squares(job.update.theta + layer.offset + (j + 1) * layer.outputs, layer.outputs);
}

// A worker's share of the gradient and of the update, stretch by stretch.
template <class T>
static void gradient_and_update(Job<T>& job, const Worker& me, const Step<T>& step, Inputs<T> X, long m, T decay, Own<T>& own, Ahead<T>* ahead) {
    const Space<T>& space = job.shared;
    for (long l = 0; l < job.net.n_layers; ++l) {
        const Layer& layer = job.net.layers[l];
        const long n = layer.outputs, from = share(job.net, me.index, me.count, l);
        const long to = share(job.net, me.index + 1, me.count, l);
        const T* a = l ? space.a[l] : X.at;
        const long lda = l ? space.ld[l] : X.ld;
        const T* delta = space.d[l + 1];
        const long ldd = space.ld[l + 1];
        if (from == 0 && to > 0) {
            column_sums(m, n, delta, ldd, own.bias, false);
            update(step, layer.offset, n, own.bias, T(0));
        }
        note_squares(job, l, from, to);
        long stretch = g_elements / n / 16 * 16;
        if (stretch < 16) stretch = 16;
        for (long j = from; j < to; j += stretch) {
            const long rows = to - j < stretch ? to - j : stretch;
            multiply<T, true>(rows, n, m, a + j, lda, Padded<T>{delta, ldd}, own.g, n, Start::zero,
                              (const T*)nullptr, own.room, ahead);
            update(step, layer.offset + (j + 1) * n, rows * n, own.g, decay);
        }
    }
}

// This worker's rows of a later minibatch, if they fit into half an L2 cache; the tiles of the first
// layer, of some 8 rows and 3 vectors, share them.
template <class T>
static Ahead<T> ahead_of(const Rows<T>& rows, long batch, const Worker& me, long s_1, const Net& net) {
    Ahead<T> ahead;
    if (!rows.order || batch >= rows.last) return ahead;
    const long start = batch * rows.size;
    const long m = rows.count - start < rows.size ? rows.count - start : rows.size;
    const long at = m * me.index / me.count, count = m * (me.index + 1) / me.count - at;
    if (count * s_1 * long(sizeof(T)) > 512 * 1024) return ahead;
    ahead = {rows.X, rows.order + start + at, count, rows.ldx, s_1, 0, 0};
    const long lines = count * (s_1 * long(sizeof(T)) / 64 + 1);
    const long tiles = net.n_parameters / me.count / (8 * 3 * width<T>) + 1;
    ahead.lines = lines / tiles + 1;
    return ahead;
}

template <class T> static void train(Job<T>& job, const Worker& me) {
    const Net& net = job.net;
    const Rows<T>& rows = job.rows;
    Own<T>& own = job.own[me.index];
    const long L = net.n_layers, K = net.layers[L - 1].outputs, s_1 = net.layers[0].inputs;
    double total = 0, seen = 0;
    long t = job.update.step;
    for (long batch = rows.first; batch < rows.last; ++batch) {
        const long start = batch * rows.size;
        const long m = rows.count - start < rows.size ? rows.count - start : rows.size;
        const double weight = mass(rows, start, m);
        if (weight == 0) continue;  // nothing in this minibatch counts: nothing to learn
        const double penalty_rows = rows.penalty_rows ? rows.penalty_rows : weight;
        const Step<T> step = step_of(job.update, batch - rows.first, ++t, weight);

        const long at = m * me.index / me.count, count = m * (me.index + 1) / me.count - at;
        const Inputs<T> X = gather(rows, start + at, count, job.shared, at, s_1);
        gather_targets(rows, start + at, count, job.shared, at, L, K);
        forward(net, job.update.theta, X, job.shared, at, count, own);
        backward(net, job.update.theta, rows, start + at, job.shared, at, count, job.row_costs + at, own);
        wait_for_all(me);
        if (me.index == 0) total += add_up(job.row_costs, m) / weight * double(m);
        const Inputs<T> all{X.at - at * X.ld, X.ld};
        Ahead<T> ahead = ahead_of(rows, batch + 1, me, s_1, net);
        gradient_and_update(job, me, step, all, m, T(net.regularization / penalty_rows), own, &ahead);
        wait_for_all(me);
        if (me.index == 0) total += penalty(job, penalty_rows) * double(m);
        seen += double(m);
    }
    if (me.index == 0) {
        job.total = total;
        job.rows_seen = seen;
        job.steps = t - job.update.step;
    }
}

// Groups of rows, each with a gradient of its own; the groups are then added in their order.
template <class T> static void grouped(Job<T>& job, const Worker& me) {
    const Net& net = job.net;
    const Rows<T>& rows = job.rows;
    Own<T>& own = job.own[me.index];
    const Space<T>& space = own.space;
    const long L = net.n_layers, K = net.layers[L - 1].outputs, s_1 = net.layers[0].inputs;
    double total = 0, seen = 0;
    long t = job.update.step;
    for (long batch = rows.first; batch < rows.last; ++batch) {
        const long start = batch * rows.size;
        const long m = rows.count - start < rows.size ? rows.count - start : rows.size;
        const double weight = mass(rows, start, m);
        if (weight == 0) continue;
        const double penalty_rows = rows.penalty_rows ? rows.penalty_rows : weight;
        const T decay = T(net.regularization / penalty_rows);
        const Step<T> step = step_of(job.update, batch - rows.first, ++t, weight);

        const long G = job.groups;
        for (long group = G * me.index / me.count; group < G * (me.index + 1) / me.count; ++group) {
            const long low = m * group / G, high = m * (group + 1) / G;
            T* gradient = job.gradient + group * job.group_stride;
            bool add = false;
            if (low == high)
                for (long i = 0; i < job.group_stride; ++i) gradient[i] = 0;
            const long chunks = (high - low + chunk_rows - 1) / chunk_rows;
            for (long chunk = 0; chunk < chunks; ++chunk, add = true) {
                const long at = low + (high - low) * chunk / chunks;
                const long count = low + (high - low) * (chunk + 1) / chunks - at;
                const Inputs<T> X = gather(rows, start + at, count, space, 0, s_1);
                gather_targets(rows, start + at, count, space, 0, L, K);
                forward(net, job.update.theta, X, space, 0, count, own);
                backward(net, job.update.theta, rows, start + at, space, 0, count, job.row_costs + at, own);
                T* g = gradient;  // blocks with a panel's width between them
                for (long l = 0; l < L; ++l) {
                    const Layer& layer = net.layers[l];
                    const long n = layer.outputs;
                    // Weights first: the bias row's own overhang is then the only one to mend.
                    multiply<T, true>(layer.inputs, n, count, l ? space.a[l] : X.at, l ? space.ld[l] : X.ld,
                                      Padded<T>{space.d[l + 1], space.ld[l + 1]}, g + n, n,
                                      add ? Start::add : Start::zero, (const T*)nullptr, own.room);
                    for (long c = 0; c < n; ++c) own.bias[c] = add ? g[c] : T(0);
                    column_sums(count, n, space.d[l + 1], space.ld[l + 1], own.bias, true);
                    for (long c = 0; c < n; ++c) g[c] = own.bias[c];
                    g += (layer.inputs + 1) * n + max_vectors * width<T>;
                }
            }
        }
        wait_for_all(me);
        if (me.index == 0) total += add_up(job.row_costs, m) / weight * double(m);
        const T* g = job.gradient;
        for (long l = 0; l < L; ++l) {
            const Layer& layer = net.layers[l];
            const long n = layer.outputs, size = (layer.inputs + 1) * n;
            const long from = share(net, me.index, me.count, l), to = share(net, me.index + 1, me.count, l);
            note_squares(job, l, from, to);
            // Stretches of parameters of this block; the bias goes with the first row of weights.
            const bool bias = from == 0 && to > 0;
            long i = bias ? 0 : (from + 1) * n;
            const long end = (to + 1) * n;
            while (i < end && (bias || to > from)) {
                const long stop = i < n ? n : i + g_elements < end ? i + g_elements : end;
                for (long k = i; k < stop; ++k) own.g[k - i] = g[k];
                for (long group = 1; group < G; ++group) {
                    const T* other = g + group * job.group_stride;
                    for (long k = i; k < stop; ++k) own.g[k - i] += other[k];
                }
                update(step, layer.offset + i, stop - i, own.g, i < n ? T(0) : decay);
                i = stop;
            }
            g += size + max_vectors * width<T>;
        }
        wait_for_all(me);
        if (me.index == 0) total += penalty(job, penalty_rows) * double(m);
        seen += double(m);
    }
    if (me.index == 0) {
        job.total = total;
        job.rows_seen = seen;
        job.steps = t - job.update.step;
    }
}

// h of every row; workers take chunks of rows in turn.
template <class T> static void predict(Job<T>& job, const Worker& me) {
    const Net& net = job.net;
    Own<T>& own = job.own[me.index];
    const long L = net.n_layers, K = net.layers[L - 1].outputs, rows = job.rows.count;
    const long low = rows * me.index / me.count, high = rows * (me.index + 1) / me.count;
    const long most = own.space.rows, ld = own.space.ld[L];
    for (long at = low; at < high; at += most) {
        const long count = high - at < most ? high - at : most;
        const Inputs<T> X{job.rows.X + at * job.rows.ldx, job.rows.ldx};
        forward(net, (const T*)job.update.theta, X, own.space, 0, count, own);
        T* h = own.space.a[L];
        predictions(net.cost, count, K, h, ld);
        for (long r = 0; r < count; ++r) copy_row(h + r * ld, job.out + (at + r) * K, K);
    }
}

// exp, tanh, sigmoid, softplus on an array: what the tests of the error bounds call.
template <class T> static void elementary(int function, const T* from, T* to, long n) {
    for (long i = 0; i < n; i += width<T>) {
        T lanes[width<T>] = {};
        for (long k = 0; k < width<T> && i + k < n; ++k) lanes[k] = from[i + k];
        const Vector<T> x = load(lanes);
        store(lanes, function == 0 ? exp<T>(x) : function == 1 ? tanh<T>(x)
                     : function == 2 ? sigmoid<T>(x) : softplus<T>(x));
        for (long k = 0; k < width<T> && i + k < n; ++k) to[i + k] = lanes[k];
    }
}

template <class T> static constexpr Kernels<T> table{train<T>, grouped<T>, predict<T>, elementary<T>};

}  // namespace clearprop::CLEARPROP_ISA

namespace clearprop {
extern const Kernels<float>& CLEARPROP_JOIN(float_, CLEARPROP_ISA);
extern const Kernels<double>& CLEARPROP_JOIN(double_, CLEARPROP_ISA);
const Kernels<float>& CLEARPROP_JOIN(float_, CLEARPROP_ISA) = CLEARPROP_ISA::table<float>;
const Kernels<double>& CLEARPROP_JOIN(double_, CLEARPROP_ISA) = CLEARPROP_ISA::table<double>;
}  // namespace clearprop
