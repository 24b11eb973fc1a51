// What the core keeps between two calls about one network: memory and packed weights.
#pragma once

#include "run.hpp"

namespace clearprop {

// Each call is one job. The arrays that it is handed stay where they are. Whoever changes theta's numbers
// from outside says so by another `move_to`.
template <class T> class Session {
   public:
    // `net` points to memory of the caller.
    Session(const Net& net, const T* theta, int threads) : net_(net), theta_(theta), threads_(threads) {}

    void move_to(const T* theta) {
        theta_ = theta;
        ++version_;
    }

    // Minibatches rows.first to rows.last (excluded), on the session's theta; it and the moments change in
    // place. The job that is returned holds `total` with the minibatches' costs added to it, the rows that
    // counted, and the number of steps.
    const Job<T>& train(const Rows<T>& rows, const Update<T>& update, const Dropout& dropout, double total);

    // D is written to `gradient`, (n_parameters,). The job that is returned holds the sum of the rows' J.
    const Job<T>& cost_and_gradient(Rows<T> rows, T* gradient, const Dropout& dropout);

    // h of every row; with `logits` z^(L). `out` is (count, K).
    void predict(const Rows<T>& rows, T* out, bool logits);

    // Calls of `train` that begin at multiples of so many minibatches give the same bits.
    long slice_unit(long rows, Rule rule) const { return clearprop::slice_unit<T>(net_, rows, rule); }

   private:
    const Net net_;
    const T* theta_;
    const int threads_;
    long version_ = 0;  // of theta's numbers
    Workplace<T> training_, gradients_, predictions_;
};

}  // namespace clearprop
