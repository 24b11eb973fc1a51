#include "session.hpp"

#include <cassert>

namespace clearprop {

template <class T>
const Job<T>& Session<T>::train(const Rows<T>& rows, const Update<T>& update, const Dropout& dropout,
                                double total) {
    assert(update.theta == theta_);
    Job<T>& job = training_.job;
    job.net = net_;
    job.rows = rows;
    job.update = update;
    job.dropout = dropout;
    job.total = total;
    const Choice choice = choose_training<T>(net_, rows.size, update.rule, update.clip_norm > 0, threads_);
    training_.run(choice, version_, version_ + 1);
    ++version_;
    return job;
}

template <class T>
const Job<T>& Session<T>::cost_and_gradient(Rows<T> rows, T* gradient, const Dropout& dropout) {
    rows.size = rows.count;  // one minibatch
    rows.first = 0;
    rows.last = 1;
    Job<T>& job = gradients_.job;
    job.net = net_;
    job.rows = rows;
    job.update.rule = Rule::store;
    job.update.theta = theta_;
    job.update.moments[0] = gradient;
    job.dropout = dropout;
    job.total = 0;
    gradients_.run(choose_training<T>(net_, rows.size, Rule::store, false, threads_), version_, version_);
    return job;
}

template <class T> void Session<T>::predict(const Rows<T>& rows, T* out, bool logits) {
    Job<T>& job = predictions_.job;
    job.net = net_;
    job.rows = rows;
    job.update.theta = theta_;
    job.out = out;
    job.logits = logits;
    predictions_.run(choose_prediction<T>(net_, rows.count, threads_), version_, version_);
}

template class Session<float>;
template class Session<double>;

}  // namespace clearprop
