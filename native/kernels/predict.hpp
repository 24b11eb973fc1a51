// Prediction: h of every row, or z^(L).
#pragma once
#include "batches.hpp"

namespace clearprop::CLEARPROP_ISA {

// A chunk of rows.
template <class T> static void predict_unit(void* j, long unit, int worker) {
    Job<T>& job = *static_cast<Job<T>*>(j);
    const Space<T>& space = job.own[worker].space;
    const long L = job.net.n_layers, K = job.net.layers[L - 1].outputs;
    const long at = unit * chunk_rows;
    const long count = job.rows.count - at < chunk_rows ? job.rows.count - at : chunk_rows;
    find_rows(job.rows, at, count, space.x);
    forward(job, at, space, 0, count);
    T* h = space.a[L];
    if (!job.logits) predictions(job.net.cost, count, K, h, space.ld[L]);
    for (long r = 0; r < count; ++r) copy_row(h + r * space.ld[L], job.out + (at + r) * K, K);
}

template <class T> static void predict(Job<T>& job) {
    Batch<T> b{job, g_elements, stretches(job.net, g_elements, job.net.n_layers)};
    for_each(*job.crew, b.parameter_units, pack_unit<T>, &b);
    for_each(*job.crew, (job.rows.count + chunk_rows - 1) / chunk_rows, predict_unit<T>, &job);
}

}  // namespace clearprop::CLEARPROP_ISA
