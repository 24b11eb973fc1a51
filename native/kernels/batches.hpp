// What the loops over minibatches share: a step's numbers, its units of work, its cost.
//
// Each loop runs in the calling thread and hands units of work to its crew. The order of every sum depends
// neither on the number of workers nor on who took which unit. So the bits do not depend on them either.
#pragma once
#include "pass.hpp"

namespace clearprop::CLEARPROP_ISA {

template <class T> static Step<T> step_of(const Update<T>& u, long batch, long t, double m, double decay) {
    Step<T> s;
    s.rule = u.rule;
    s.theta = u.theta;
    s.writable_theta = u.writable_theta;
    s.first = u.moments[0];
    s.second = u.moments[1];
    s.inverse_rows = T(1.0 / m);
    s.decay = T(decay);
    double rate = u.rates ? u.rates[batch] : 0.0;
    s.shrink = T(rate * u.weight_decay);
    if (u.rule == Rule::adam || u.rule == Rule::adamw)
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
    for (long r = start; r < start + count; ++r) m += double(rows.weight[rows.order ? rows.order[r] : r]);
    return m;
}

static inline double add_up(const double* from, long n) {
    double total = 0;
    for (long i = 0; i < n; ++i) total += from[i];
    return total;
}

// lambda/(2m) times the sum of squared weights. note_squares has filled a slot for each row of weights.
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

// The minibatch under way: what the units of its step need to know.
template <class T> struct Batch {
    Job<T>& job;
    long elements, parameter_units;  // elements of a stretch; the number of stretches
    long first_unit = 0;             // few: the first layer's stretches are left out
    long start = 0, m = 0;           // rows [start, start + m)
    double weight = 0, penalty_rows = 0;
    Step<T> step{};
    long row_units = 1;
    long next = 0, next_m = 0;  // the minibatch after this one; 0 rows: there is none
    bool learns = true;         // few: deltas are there
    double scale = 1;           // few: the weights' scale after the step
    bool folds = false;         // few: in this step the weights are multiplied by `fold`
    double fold = 1;
    long n_costs = 0;  // numbers in row_costs
};

// The gradient of a layer's weights for inputs [from, from + rows), over `count` samples.
template <class T>
static void gradient_of(const Job<T>& job, const Space<T>& space, long l, long from, long rows, long count,
                        T* g, Start start, T* turned) {
    const Layer& layer = job.net.layers[l];
    const long n = layer.outputs, ld = space.ld[l];
    const Strided<T> delta{space.d[l + 1], space.ld[l + 1]};
    if (l == 0) {  // past the end of X nothing may be read
        const bool whole_rows = layer.inputs % width<T> == 0;
        gradient_product(rows, n, count, Scattered<T>{space.x, from}, whole_rows, delta, g, n, start, turned);
    } else {
        gradient_product(rows, n, count, Strided<T>{space.a[l] + from, ld}, true, delta, g, n, start, turned);
    }
}

// Rows [from, to) of layer l's block of theta, whose gradient sums over the rows are `g`: their update. Row 0
// is the bias. Where D is clipped, its norm is needed before the update, so here D is only kept. A sum of
// squares for each row does not depend on how the rows are cut into stretches.
template <class T> static void use_gradient(const Batch<T>& b, long l, long from, long to, const T* g) {
    const Job<T>& job = b.job;
    const Layer& layer = job.net.layers[l];
    const long n = layer.outputs, start = layer.offset + from * n;
    const Part part = from == 0 ? Part::bias : Part::weights;
    if (!job.whole_gradient) return update(b.step, start, (to - from) * n, g, part);
    Step<T> keep = b.step;
    keep.rule = Rule::store;
    keep.first = job.whole_gradient;
    update(keep, start, (to - from) * n, g, part);
    double* slot = job.norms;
    for (long k = 0; k < l; ++k) slot += job.net.layers[k].inputs + 1;
    for (long j = from; j < to; ++j) slot[j] = sum_of_squares(job.whole_gradient + layer.offset + j * n, n);
}

template <class T> static void learn_bias(const Batch<T>& b, long l, const T* delta, Own<T>& own) {
    const Layer& layer = b.job.net.layers[l];
    column_sums(b.m, layer.outputs, delta, b.job.shared.ld[l + 1], own.bias, false);
    use_gradient(b, l, 0, 1, own.bias);
}

template <class T> static void gradient_unit(void* batch, long unit, int worker) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    const Space<T>& space = job.shared;
    const Stretch s = stretch(job.net, b.elements, unit + b.first_unit);
    Own<T>& own = job.own[worker];
    const long rows = s.to - s.from;
    if (s.from == 0) learn_bias(b, s.l, space.d[s.l + 1], own);
    note_squares(job, s.l, s.from, s.to);
    gradient_of(job, space, s.l, s.from, rows, b.m, own.g, Start::zero, own.turned);
    use_gradient(b, s.l, s.from + 1, s.to + 1, own.g);
    if (b.step.rule != Rule::store && !job.whole_gradient) pack(job, s);
}

// A stretch of the parameters: adds the groups' gradients in their order, and updates.
template <class T> static void sum_unit(void* batch, long unit, int worker) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    Own<T>& own = job.own[worker];
    const Stretch s = stretch(job.net, b.elements, unit);
    const Layer& layer = job.net.layers[s.l];
    const long n = layer.outputs;
    const T* block = job.gradient;
    for (long l = 0; l < s.l; ++l)
        block += (job.net.layers[l].inputs + 1) * job.net.layers[l].outputs + job.group_gap;
    const auto add_groups = [&](long from, long to, T* sum) {
        for (long i = from; i < to; ++i) sum[i - from] = block[i];
        for (long group = 1; group < job.groups; ++group) {
            const T* __restrict other = block + group * job.group_stride;
            for (long i = from; i < to; ++i) sum[i - from] += other[i];
        }
    };
    if (s.from == 0) {
        add_groups(0, n, own.bias);
        use_gradient(b, s.l, 0, 1, own.bias);
    }
    note_squares(job, s.l, s.from, s.to);
    add_groups((s.from + 1) * n, (s.to + 1) * n, own.g);
    use_gradient(b, s.l, s.from + 1, s.to + 1, own.g);
    if (b.step.rule != Rule::store && !job.whole_gradient) pack(job, s);
}

// A stretch of the parameters: updates by the clipped D.
template <class T> static void clipped_unit(void* batch, long unit, int) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    const Job<T>& job = b.job;
    const Stretch s = stretch(job.net, b.elements, unit);
    const Layer& layer = job.net.layers[s.l];
    const long n = layer.outputs, bias = layer.offset, weights = bias + (s.from + 1) * n;
    if (s.from == 0) update(b.step, bias, n, job.whole_gradient + bias, Part::bias);
    update(b.step, weights, (s.to - s.from) * n, job.whole_gradient + weights, Part::weights);
    pack(job, s);
}

// Every stretch of the parameters gets its gradient from `unit`, and its update. A clipped D is
//
//     D := D min(1, clip_norm / (|D| + 1e-6))
//
// The small number is PyTorch's.
template <class T> static void each_stretch(Batch<T>& b, Task unit) {
    const Job<T>& job = b.job;
    for_each(*job.crew, b.parameter_units, unit, &b);
    if (!job.whole_gradient) return;
    long slots = job.net.n_layers;
    for (long l = 0; l < job.net.n_layers; ++l) slots += job.net.layers[l].inputs;
    const double factor = job.update.clip_norm / (__builtin_sqrt(add_up(job.norms, slots)) + 1e-6);
    b.step.inverse_rows = T(factor > 1 ? 1 : factor);  // NaN stays
    b.step.decay = 0;                                  // D has lambda's part
    for_each(*job.crew, b.parameter_units, clipped_unit<T>, &b);
}

template <class T> static void pack_unit(void* batch, long unit, int) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    pack(b.job, stretch(b.job.net, b.elements, unit + b.first_unit));
}

// Calls `step(batch)` for every minibatch with a weight above 0. The step leaves the rows' costs in
// row_costs.
template <class T, class F> static void each_batch(Job<T>& job, F step) {
    const Rows<T>& rows = job.rows;
    // Sixteen stretches for each worker, so that nobody waits long for another's last one.
    long elements = job.net.n_parameters / (16 * job.workers);
    if (elements > g_elements || job.workers == 1) elements = g_elements;
    const long first_unit = job.kind == Kind::few ? stretches(job.net, elements, 1) : 0;
    Batch<T> b{job, elements, stretches(job.net, elements, job.net.n_layers), first_unit};
    if (job.packs) for_each(*job.crew, b.parameter_units - first_unit, pack_unit<T>, &b);
    job.rows_seen = 0;
    job.steps = 0;
    for (long batch = rows.first; batch < rows.last; ++batch) {
        b.start = batch * rows.size;
        b.m = rows.count - b.start < rows.size ? rows.count - b.start : rows.size;
        b.next = b.start + b.m;
        b.next_m = batch + 1 == rows.last            ? 0
                   : rows.count - b.next < rows.size ? rows.count - b.next
                                                     : rows.size;
        b.weight = mass(rows, b.start, b.m);
        if (b.weight == 0) continue;
        b.penalty_rows = rows.penalty_rows ? rows.penalty_rows : b.weight;
        ++job.steps;
        b.step = step_of(job.update, batch - rows.first, job.update.step + job.steps, b.weight,
                         job.net.regularization / b.penalty_rows);
        b.n_costs = b.m;
        step(b);
        const double J = add_up(job.row_costs, b.n_costs) / b.weight + penalty(job, b.penalty_rows);
        job.total += J * double(b.m);
        job.rows_seen += double(b.m);
    }
}

}  // namespace clearprop::CLEARPROP_ISA
