// The loops: minibatches with stretches of the gradient shared, groups of rows, prediction.
//
// Each loop runs in the calling thread and hands units of work to its crew. All sums run in an order
// that depends neither on the number of workers nor on who did what, so the bits do not either.
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

// One minibatch under way: what the units of its step need to know.
template <class T> struct Batch {
    Job<T>& job;
    long start, m;  // its rows
    double weight, penalty_rows;
    Step<T> step;
    T decay;
    long row_units;
    long elements, parameter_units;  // of a stretch; stretches
};

// Rows that go through the network as one unit: a hundred or so read each panel of B at little cost.
constexpr long unit_rows = 128;

template <class T> static long first_row(const Batch<T>& b, long unit) {
    return b.m * unit / b.row_units;
}

template <class T> static void pass_unit(void* batch, long unit, int) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    const Net& net = job.net;
    const long at = first_row(b, unit), count = first_row(b, unit + 1) - at, L = net.n_layers;
    const Inputs<T> X =
        gather(job.rows, b.start + at, count, job.shared, at, net.layers[0].inputs);
    gather_targets(
        job.rows, b.start + at, count, job.shared, at, L, net.layers[L - 1].outputs);
    forward(job, X, job.shared, at, count);
    backward(job, b.start + at, job.shared, at, count, job.row_costs + at);
}

// A part of the next minibatch's rows, for the products of stretch `unit` to fetch, if a worker's part
// of the minibatch fits into an L2 cache of 1 MiB beside the rest.
template <class T> static Ahead<T> ahead_of(const Batch<T>& b, long unit, long elements) {
    const Rows<T>& rows = b.job.rows;
    const long start = b.start + b.m, s_1 = b.job.net.layers[0].inputs;
    Ahead<T> ahead;
    if (!rows.order || start >= rows.count || start >= rows.last * rows.size) return ahead;
    const long m = rows.count - start < rows.size ? rows.count - start : rows.size;
    if (m / b.job.workers * s_1 * long(sizeof(T)) > 640 * 1024) return ahead;
    const long at = m * unit / b.parameter_units, end = m * (unit + 1) / b.parameter_units;
    ahead = {rows.X, rows.order + start + at, end - at, rows.ldx, s_1, 0, 0};
    const long tiles = elements / (8 * 3 * width<T>) + 1, pieces = (b.m - 1) / Ahead<T>::steps + 1;
    ahead.lines = (end - at) * (s_1 * long(sizeof(T)) / 64 + 1) / (tiles * pieces) + 1;
    return ahead;
}

template <class T> static void gradient_unit(void* batch, long unit, int worker) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    const Space<T>& space = job.shared;
    const Stretch s = stretch(job.net, b.elements, unit);
    const Layer& layer = job.net.layers[s.l];
    Own<T>& own = job.own[worker];
    const long n = layer.outputs, rows = s.to - s.from, ldd = space.ld[s.l + 1];
    const T* delta = space.d[s.l + 1];
    const bool in_place = s.l == 0 && !job.rows.order;
    const T* a = in_place ? job.rows.X + b.start * job.rows.ldx : space.a[s.l];
    const long lda = in_place ? job.rows.ldx : space.ld[s.l];
    if (s.from == 0) {
        column_sums(b.m, n, delta, ldd, own.bias, false);
        update(b.step, layer.offset, n, own.bias, T(0));
    }
    note_squares(job, s.l, s.from, s.to);
    Ahead<T> ahead = ahead_of(b, unit, rows * n);
    multiply<T, true>(rows, n, b.m, a + s.from, lda, Padded<T>{delta, ldd}, own.g, n, Start::zero,
                      (const T*)nullptr, &ahead);
    update(b.step, layer.offset + (s.from + 1) * n, rows * n, own.g, b.decay);
    if (b.step.rule != Rule::store) pack(job, s);
}

template <class T> static void pack_unit(void* batch, long unit, int) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    pack(b.job, stretch(b.job.net, b.elements, unit));
}

// Calls `step(batch)` for every minibatch in which something counts; it returns the sum of J_i.
template <class T, class F> static void each_batch(Job<T>& job, F step) {
    const Rows<T>& rows = job.rows;
    // Eight stretches a worker: none waits long for the last of another.
    long elements = job.net.n_parameters / (8 * job.workers);
    if (elements > g_elements || job.workers == 1) elements = g_elements;
    Batch<T> b{job, 0, 0, 0, 0, {}, 0, 1, elements, stretches(job.net, elements)};
    for_each(*job.crew, b.parameter_units, pack_unit<T>, &b);
    job.rows_seen = 0;
    job.steps = 0;
    for (long batch = rows.first; batch < rows.last; ++batch) {
        b.start = batch * rows.size;
        b.m = rows.count - b.start < rows.size ? rows.count - b.start : rows.size;
        b.weight = mass(rows, b.start, b.m);
        if (b.weight == 0) continue;  // nothing in this minibatch counts: nothing to learn
        b.penalty_rows = rows.penalty_rows ? rows.penalty_rows : b.weight;
        b.decay = T(job.net.regularization / b.penalty_rows);
        ++job.steps;
        b.step = step_of(job.update, batch - rows.first, job.update.step + job.steps, b.weight);
        step(b);
        const double J = add_up(job.row_costs, b.m) / b.weight + penalty(job, b.penalty_rows);
        job.total += J * double(b.m);
        job.rows_seen += double(b.m);
    }
}

template <class T> static void train(Job<T>& job) {
    each_batch(job, [&](Batch<T>& b) {
        b.row_units = (b.m + unit_rows - 1) / unit_rows;
        if (b.row_units < job.workers) b.row_units = b.m < job.workers ? b.m : job.workers;
        for_each(*job.crew, b.row_units, pass_unit<T>, &b);
        for_each(*job.crew, b.parameter_units, gradient_unit<T>, &b);
    });
}

// A group of rows, chunk by chunk, into a gradient of its own: blocks with a panel's width between.
template <class T> static void group_unit(void* batch, long group, int worker) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    const Net& net = job.net;
    Own<T>& own = job.own[worker];
    const Space<T>& space = own.space;
    const long L = net.n_layers, K = net.layers[L - 1].outputs, s_1 = net.layers[0].inputs;
    const long low = b.m * group / job.groups, high = b.m * (group + 1) / job.groups;
    const long chunks = (high - low + chunk_rows - 1) / chunk_rows;
    if (chunks == 0)  // the last minibatch of an epoch may have fewer rows than groups
        for (long i = 0; i < job.group_stride; ++i) job.gradient[group * job.group_stride + i] = 0;
    for (long chunk = 0; chunk < chunks; ++chunk) {
        const long at = low + (high - low) * chunk / chunks;
        const long count = low + (high - low) * (chunk + 1) / chunks - at;
        const Inputs<T> X = gather(job.rows, b.start + at, count, space, 0, s_1);
        gather_targets(job.rows, b.start + at, count, space, 0, L, K);
        forward(job, X, space, 0, count);
        backward(job, b.start + at, space, 0, count, job.row_costs + at);
        T* g = job.gradient + group * job.group_stride;
        for (long l = 0; l < L; ++l) {
            const Layer& layer = net.layers[l];
            const long n = layer.outputs, ldd = space.ld[l + 1];
            const T* delta = space.d[l + 1];
            multiply<T, true>(
                layer.inputs, n, count, l ? space.a[l] : X.at, l ? space.ld[l] : X.ld,
                Padded<T>{delta, ldd}, g + n, n, chunk ? Start::add : Start::zero, (const T*)nullptr);
            for (long c = 0; c < n; ++c) own.bias[c] = chunk ? g[c] : T(0);
            column_sums(count, n, delta, ldd, own.bias, true);
            for (long c = 0; c < n; ++c) g[c] = own.bias[c];
            g += (layer.inputs + 1) * n + max_vectors * width<T>;
        }
    }
}

// A stretch of the parameters: the groups' gradients added in their order, and the update.
template <class T> static void sum_unit(void* batch, long unit, int worker) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    Own<T>& own = job.own[worker];
    const Stretch s = stretch(job.net, b.elements, unit);
    const Layer& layer = job.net.layers[s.l];
    const long n = layer.outputs;
    const T* block = job.gradient;
    for (long l = 0; l < s.l; ++l)
        block += (job.net.layers[l].inputs + 1) * job.net.layers[l].outputs + max_vectors * width<T>;
    const auto add_and_update = [&](long from, long to, T* sum, T decay) {
        for (long i = from; i < to; ++i) sum[i - from] = block[i];
        for (long group = 1; group < job.groups; ++group) {
            const T* __restrict other = block + group * job.group_stride;
            for (long i = from; i < to; ++i) sum[i - from] += other[i];
        }
        update(b.step, layer.offset + from, to - from, sum, decay);
    };
    if (s.from == 0) add_and_update(0, n, own.bias, T(0));
    note_squares(job, s.l, s.from, s.to);
    add_and_update((s.from + 1) * n, (s.to + 1) * n, own.g, b.decay);
    if (b.step.rule != Rule::store) pack(job, s);
}

template <class T> static void grouped(Job<T>& job) {
    each_batch(job, [&](Batch<T>& b) {
        for_each(*job.crew, job.groups, group_unit<T>, &b);
        for_each(*job.crew, b.parameter_units, sum_unit<T>, &b);
    });
}

// h of a chunk of rows.
template <class T> static void predict_unit(void* j, long unit, int worker) {
    Job<T>& job = *static_cast<Job<T>*>(j);
    const Space<T>& space = job.own[worker].space;
    const long L = job.net.n_layers, K = job.net.layers[L - 1].outputs;
    const long at = unit * chunk_rows;
    const long count = job.rows.count - at < chunk_rows ? job.rows.count - at : chunk_rows;
    forward(job, Inputs<T>{job.rows.X + at * job.rows.ldx, job.rows.ldx}, space, 0, count);
    T* h = space.a[L];
    predictions(job.net.cost, count, K, h, space.ld[L]);
    for (long r = 0; r < count; ++r) copy_row(h + r * space.ld[L], job.out + (at + r) * K, K);
}

template <class T> static void predict(Job<T>& job) {
    Batch<T> b{job, 0, 0, 0, 0, {}, 0, 1, g_elements, stretches(job.net, g_elements)};
    for_each(*job.crew, b.parameter_units, pack_unit<T>, &b);
    for_each(*job.crew, (job.rows.count + chunk_rows - 1) / chunk_rows, predict_unit<T>, &job);
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

template <class T> static constexpr Kernels<T> table{train<T>, grouped<T>, predict<T>, is_packed<T>,
                                                            elementary<T>};

}  // namespace clearprop::CLEARPROP_ISA

namespace clearprop {
extern const Kernels<float>& CLEARPROP_JOIN(float_, CLEARPROP_ISA);
extern const Kernels<double>& CLEARPROP_JOIN(double_, CLEARPROP_ISA);
const Kernels<float>& CLEARPROP_JOIN(float_, CLEARPROP_ISA) = CLEARPROP_ISA::table<float>;
const Kernels<double>& CLEARPROP_JOIN(double_, CLEARPROP_ISA) = CLEARPROP_ISA::table<double>;
}  // namespace clearprop
