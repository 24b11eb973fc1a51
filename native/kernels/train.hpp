// The loops: minibatches with stretches of the gradient shared, groups of rows, prediction; and the table
// of what this instruction set offers.
#pragma once
#include "batches.hpp"
#include "few.hpp"
#include "narrow.hpp"

namespace clearprop::CLEARPROP_ISA {

// Rows that go through the network as one unit: a hundred or so read each panel of B at little cost.
constexpr long unit_rows = 128;

template <class T> static long first_row(const Batch<T>& b, long unit) { return b.m * unit / b.row_units; }

template <class T> static void pass_unit(void* batch, long unit, int) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    const Net& net = job.net;
    const long at = first_row(b, unit), count = first_row(b, unit + 1) - at, L = net.n_layers;
    find_rows(job.rows, b.start + at, count, job.shared.x + at);
    gather_targets(job.rows, b.start + at, count, job.shared, at, L, net.layers[L - 1].outputs);
    forward(job, job.shared, at, count);
    backward(job, b.start + at, job.shared, at, count, job.row_costs + at);
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
    const long L = net.n_layers, K = net.layers[L - 1].outputs;
    const long low = b.m * group / job.groups, high = b.m * (group + 1) / job.groups;
    const long chunks = (high - low + chunk_rows - 1) / chunk_rows;
    if (chunks == 0)  // the last minibatch of an epoch may have fewer rows than groups
        for (long i = 0; i < job.group_stride; ++i) job.gradient[group * job.group_stride + i] = 0;
    for (long chunk = 0; chunk < chunks; ++chunk) {
        const long at = low + (high - low) * chunk / chunks;
        const long count = low + (high - low) * (chunk + 1) / chunks - at;
        find_rows(job.rows, b.start + at, count, space.x);
        gather_targets(job.rows, b.start + at, count, space, 0, L, K);
        forward(job, space, 0, count);
        backward(job, b.start + at, space, 0, count, job.row_costs + at);
        T* g = job.gradient + group * job.group_stride;
        for (long l = 0; l < L; ++l) {
            const Layer& layer = net.layers[l];
            const long n = layer.outputs, ldd = space.ld[l + 1];
            const T* delta = space.d[l + 1];
            gradient_of(job, space, l, 0, layer.inputs, count, g + n, chunk ? Start::add : Start::zero,
                        own.turned);
            for (long c = 0; c < n; ++c) own.bias[c] = chunk ? g[c] : T(0);
            column_sums(count, n, delta, ldd, own.bias, true);
            for (long c = 0; c < n; ++c) g[c] = own.bias[c];
            g += (layer.inputs + 1) * n + job.group_gap;
        }
    }
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
    find_rows(job.rows, at, count, space.x);
    forward(job, space, 0, count);
    T* h = space.a[L];
    predictions(job.net.cost, count, K, h, space.ld[L]);
    for (long r = 0; r < count; ++r) copy_row(h + r * space.ld[L], job.out + (at + r) * K, K);
}

template <class T> static void predict(Job<T>& job) {
    Batch<T> b{job, g_elements, stretches(job.net, g_elements, job.net.n_layers)};
    for_each(*job.crew, b.parameter_units, pack_unit<T>, &b);
    for_each(*job.crew, (job.rows.count + chunk_rows - 1) / chunk_rows, predict_unit<T>, &job);
}

// exp, tanh, sigmoid, softplus, log on an array: what the tests of the error bounds call.
template <class T> static void elementary(int function, const T* from, T* to, long n) {
    for (long i = 0; i < n; i += width<T>) {
        T lanes[width<T>] = {};
        for (long k = 0; k < width<T> && i + k < n; ++k) lanes[k] = from[i + k];
        const Vector<T> x = load(lanes);
        store(lanes, function == 0   ? exp<T>(x)
                     : function == 1 ? tanh<T>(x)
                     : function == 2 ? sigmoid<T>(x)
                     : function == 3 ? softplus<T>(x)
                                     : log<T>(x));
        for (long k = 0; k < width<T> && i + k < n; ++k) to[i + k] = lanes[k];
    }
}

template <class T>
static constexpr Kernels<T> table{train<T>,   few<T>,       grouped<T>,   narrow<T>,
                                  predict<T>, is_packed<T>, elementary<T>};

}  // namespace clearprop::CLEARPROP_ISA

namespace clearprop {
extern const Kernels<float>& CLEARPROP_JOIN(float_, CLEARPROP_ISA);
extern const Kernels<double>& CLEARPROP_JOIN(double_, CLEARPROP_ISA);
const Kernels<float>& CLEARPROP_JOIN(float_, CLEARPROP_ISA) = CLEARPROP_ISA::table<float>;
const Kernels<double>& CLEARPROP_JOIN(double_, CLEARPROP_ISA) = CLEARPROP_ISA::table<double>;
}  // namespace clearprop
