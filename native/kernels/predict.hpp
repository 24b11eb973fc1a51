// Prediction: h of every row, or z^(L).
#pragma once
#include "batches.hpp"

namespace clearprop::CLEARPROP_ISA {

// The rows are cut into chunks of at most `chunk_rows`, and into one for each worker at least. Rows do not
// depend on one another, so neither do the bits on the cut.
template <class T> static long chunks_of(const Job<T>& job) {
    const long m = job.rows.count, chunks = (m + chunk_rows - 1) / chunk_rows;
    return chunks < job.workers ? (m < job.workers ? m : job.workers) : chunks;
}

template <class T> static void predict_unit(void* j, long unit, int worker) {
    Job<T>& job = *static_cast<Job<T>*>(j);
    const Space<T>& space = job.own[worker].space;
    const long L = job.net.n_layers, K = job.net.layers[L - 1].outputs;
    const long chunks = chunks_of(job), at = job.rows.count * unit / chunks;
    const long count = job.rows.count * (unit + 1) / chunks - at;
    find_rows(job.rows, at, count, space.x);
    forward(job, at, space, 0, count);
    T* h = space.a[L];
    if (!job.logits) predictions(job.net.cost, count, K, h, space.ld[L]);
    for (long r = 0; r < count; ++r) copy_row(h + r * space.ld[L], job.out + (at + r) * K, K);
}

template <class T> static void predict(Job<T>& job) {
    Batch<T> b{job, g_elements, stretches(job.net, g_elements, job.net.n_layers)};
    if (job.packs) for_each(*job.crew, b.parameter_units, pack_unit<T>, &b);
    for_each(*job.crew, chunks_of(job), predict_unit<T>, &job);
}

}  // namespace clearprop::CLEARPROP_ISA
