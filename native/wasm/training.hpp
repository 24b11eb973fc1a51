// A training run of a page: what training/loop.py and engines/native.py do between two pictures.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "../choice.hpp"
#include "../run.hpp"
#include "../shape.hpp"
#include "numpy_random.hpp"

namespace clearprop {

// How to train. The page has set every number.
struct TrainingOptions {
    Rule rule;
    double a, b, epsilon, weight_decay, rate;
    long size;  // rows of a minibatch
    bool shuffle;
    std::uint64_t seed;
};

// The order of the samples in an epoch: engines/protocol.py, epoch_order.
inline std::vector<long> epoch_order(std::uint64_t seed, std::uint64_t epoch, long rows) {
    std::vector<std::uint32_t> entropy;
    add_entropy(entropy, seed);
    add_entropy(entropy, epoch);
    return Generator(entropy).permutation(rows);
}

class Training {
   public:
    virtual ~Training() = default;
    virtual void get_theta(double* to) const = 0;
    virtual void set_theta(const double* from) = 0;
    // `minibatches` at least, up to the end of the epoch at most. A slice ends where the engine's unit ends,
    // so that the bits do not depend on how an epoch is cut.
    virtual void advance(long minibatches) = 0;
    // The mean of the epoch so far; after its end that of the whole epoch, until the next one begins.
    double cost() const { return rows_seen_ > 0 ? total_ / rows_seen_ : 0; }
    long step = 0, epoch = 0, position = 0;  // updates; epochs completed; minibatches done in this one

   protected:
    double total_ = 0, rows_seen_ = 0;
};

// The network outlives it.
template <class T> class TrainingOf final : public Training {
   public:
    TrainingOf(const Shape& shape, const double* theta, const double* X, const double* Y, long rows,
               const TrainingOptions& options)
        : net_(shape.net), options_(options), rows_(rows), theta_(theta, theta + net_.n_parameters),
          X_(X, X + rows * shape.layers.front().inputs), Y_(Y, Y + rows * shape.layers.back().outputs) {
        const bool adam = options.rule == Rule::adam || options.rule == Rule::adamw;
        for (int i = 0; i < (adam ? 2 : options.rule == Rule::sgd ? 0 : 1); ++i)
            moments_[i].resize(theta_.size());
    }

    void get_theta(double* to) const override { std::copy(theta_.begin(), theta_.end(), to); }
    void set_theta(const double* from) override {
        for (T& number : theta_) number = T(*from++);
    }

    void advance(long minibatches) override {
        const long count = (rows_ + options_.size - 1) / options_.size;
        if (position == 0) start_epoch();
        const long unit = slice_unit<T>(net_, options_.size, options_.rule);
        const long wanted = (position + minibatches + unit - 1) / unit * unit;
        run_to(std::min(wanted, count));
        if (position < count) return;
        position = 0;
        ++epoch;
    }

   private:
    void start_epoch() {
        total_ = rows_seen_ = 0;
        if (options_.shuffle) order_ = epoch_order(options_.seed, std::uint64_t(epoch), rows_);
    }

    void run_to(long last) {
        const std::vector<double> rates(size_t(last - position), options_.rate);
        Job<T> job{};
        job.net = net_;
        job.rows = {X_.data(),     Y_.data(),
                    nullptr,       order_.empty() ? nullptr : order_.data(),
                    rows_,         net_.layers[0].inputs,
                    options_.size, position,
                    last,          double(rows_)};
        job.update.rule = options_.rule;
        job.update.theta = job.update.writable_theta = theta_.data();
        for (int i = 0; i < 2; ++i)
            job.update.moments[i] = moments_[i].empty() ? nullptr : moments_[i].data();
        job.update.a = options_.a;
        job.update.b = options_.b;
        job.update.epsilon = options_.epsilon;
        job.update.weight_decay = options_.weight_decay;
        job.update.rates = rates.data();
        job.update.step = step;
        job.total = total_;
        run(job, choose_training<T>(net_, options_.size, options_.rule, false, 1));
        total_ = job.total;
        rows_seen_ += job.rows_seen;
        step += job.steps;
        position = last;
    }

    const Net& net_;
    TrainingOptions options_;
    long rows_;
    std::vector<T> theta_, X_, Y_, moments_[2];
    std::vector<long> order_;
};

}  // namespace clearprop
