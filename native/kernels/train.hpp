// Two ways of training that share rows among workers: minibatch by minibatch, and by groups of rows.
#pragma once
#include "batches.hpp"

namespace clearprop::CLEARPROP_ISA {

// Rows that go through the network as one unit. With a hundred or so, reading each panel of B costs little.
constexpr long unit_rows = 128;

template <class T> static long first_row(const Batch<T>& b, long unit) { return b.m * unit / b.row_units; }

template <class T> static void pass_unit(void* batch, long unit, int) {
    const Batch<T>& b = *static_cast<const Batch<T>*>(batch);
    Job<T>& job = b.job;
    const Net& net = job.net;
    const long at = first_row(b, unit), count = first_row(b, unit + 1) - at, L = net.n_layers;
    find_rows(job.rows, b.start + at, count, job.shared.x + at);
    gather_targets(job.rows, b.start + at, count, job.shared, at, L, net.layers[L - 1].outputs);
    forward(job, b.start + at, job.shared, at, count);
    backward(job, b.start + at, job.shared, at, count, job.row_costs + at);
}

// The next minibatch's rows lie anywhere in X. They are fetched while this one is computed, if all of them
// take at most a quarter of an L2 cache of 512 KiB.
constexpr long fetched_bytes = 128 * 1024;
template <class T> static void fetch_next(const Batch<T>& b) {
    const Job<T>& job = b.job;
    const long inputs = job.net.layers[0].inputs;
    if (job.rows.order && b.next_m * inputs * long(sizeof(T)) <= fetched_bytes)
        fetch_rows(job.rows, b.next, b.next_m, Run{0, inputs});
}

// Units of rows go forward and backward. Then stretches of the parameters get their gradient and update.
template <class T> static void train(Job<T>& job) {
    each_batch(job, [&](Batch<T>& b) {
        b.row_units = (b.m + unit_rows - 1) / unit_rows;
        if (b.row_units < job.workers) b.row_units = b.m < job.workers ? b.m : job.workers;
        fetch_next(b);
        for_each(*job.crew, b.row_units, pass_unit<T>, &b);
        each_stretch(b, gradient_unit<T>);
    });
}

// A group of rows, chunk by chunk, into a gradient of its own. Between the layers of that gradient a panel's
// width is left free.
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
        forward(job, b.start + at, space, 0, count);
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
        each_stretch(b, sum_unit<T>);
    });
}

}  // namespace clearprop::CLEARPROP_ISA
