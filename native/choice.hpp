// Decides how a job runs: its kind, its groups of rows, its number of workers.
#pragma once

#include "job.hpp"

namespace clearprop {

// All but `workers` follows from shapes, dtype, rule and clipping alone. So do the bits of the results.
struct Choice {
    Kind kind;
    long groups = 0;        // grouped and narrow: see Job
    long unit = 1;          // few: see Few
    bool few_rows = false;  // predict: see Job
    int workers = 1;        // at most; other jobs may have some of the threads
    bool operator==(const Choice&) const = default;
};

// For minibatches of `rows` rows, on at most `threads` threads. `clips`: see Update.
template <class T> Choice choose_training(const Net& net, long rows, Rule rule, bool clips, int threads);
template <class T> Choice choose_prediction(const Net& net, long rows, int threads);

// The number of minibatches that are computed as one. Jobs that begin at multiples of it give the same bits
// however an epoch is cut into jobs.
template <class T> long slice_unit(const Net& net, long rows, Rule rule);

}  // namespace clearprop
