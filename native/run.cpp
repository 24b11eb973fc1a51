#include "run.hpp"

#include <cassert>

#include "kernels.hpp"
#include "plan.hpp"
#include "team.hpp"

namespace clearprop {
namespace {

#ifndef NDEBUG
template <class T> void check_training(const Job<T>& job) {
    const Rows<T>& rows = job.rows;
    assert(rows.Y && 1 <= rows.size);
    assert(0 <= rows.first && rows.first <= rows.last && (rows.last - 1) * rows.size < rows.count);
    for (long r = 0; rows.order && r < rows.count; ++r)
        assert(0 <= rows.order[r] && rows.order[r] < rows.count);

    const Update<T>& update = job.update;
    const bool updates = update.rule != Rule::store;
    const bool adam = update.rule == Rule::adam || update.rule == Rule::adamw;
    const int moments = adam ? 2 : update.rule == Rule::sgd ? 0 : 1;
    assert(update.writable_theta == (updates ? update.theta : nullptr));
    assert(!updates || update.rates || rows.first == rows.last);
    assert(update.clip_norm >= 0 && (updates || update.clip_norm == 0) && job.dropout.kept >= 0);
    for (int i = 0; i < 2; ++i) assert(bool(update.moments[i]) == (i < moments));
}

// Asserts what Python has checked (engines/native.py), and what each kind of job relies on.
template <class T> void check(const Job<T>& job) {
    const Net& net = job.net;
    long parameters = 0;
    for (long l = 0; l < net.n_layers; ++l) {
        assert(net.layers[l].offset == parameters);
        assert(l == 0 || net.layers[l].inputs == net.layers[l - 1].outputs);
        parameters += (net.layers[l].inputs + 1) * net.layers[l].outputs;
    }
    assert(net.n_layers >= 1 && net.n_parameters == parameters);
    assert(net.cost != Cost::quantile || net.quantiles);
    assert(net.cost != Cost::huber || net.threshold > 0);
    assert(job.update.theta && job.rows.X && job.rows.count >= 1 && job.rows.ldx >= 0);
    if (job.kind != Kind::predict) check_training(job);
    switch (job.kind) {
        case Kind::train: assert(job.groups == 0); break;
        case Kind::few:
            assert(job.groups == 0 && job.update.rule != Rule::store && job.rows.size <= few_most);
            assert(job.update.clip_norm == 0);
            assert(net.layers[0].outputs >= few_outputs);
            break;
        case Kind::grouped:
        case Kind::narrow: assert(job.groups >= 1); break;
        case Kind::predict: assert(job.out && !job.update.writable_theta); break;
    }
}
#else
template <class T> void check(const Job<T>&) {}
#endif

// What the choice decides, into the job.
template <class T> void settle(Job<T>& job, const Choice& choice) {
    job.kind = choice.kind;
    job.groups = choice.groups;
    job.few.unit = choice.unit;
    job.few_rows = choice.few_rows;
}

template <class T> void compute(Job<T>& job, int most_workers) {
    Crew crew(most_workers);
    job.crew = &crew;
    job.workers = crew.size();
    check(job);
    const Kernels<T>& kernel = kernels<T>();
    switch (job.kind) {
        case Kind::train: return kernel.train(job);
        case Kind::few: return kernel.few(job);
        case Kind::grouped: return kernel.grouped(job);
        case Kind::narrow: return kernel.narrow(job);
        case Kind::predict: return kernel.predict(job);
    }
}

}  // namespace

template <class T> void run(Job<T>& job, const Choice& choice) {
    settle(job, choice);
    job.packs = true;
    const Plan<T> plan(job, choice.workers);
    compute(job, choice.workers);
}

template <class T> Workplace<T>::Workplace() = default;
template <class T> Workplace<T>::~Workplace() = default;

template <class T> void Workplace<T>::run(const Choice& choice, long before, long after) {
    const Layout asked{choice, job.rows.size, job.update.clip_norm > 0, job.dropout.kept != 0};
    if (!plan_ || layout_ != asked) {
        plan_.reset();  // its block may serve the next plan
        settle(job, choice);
        plan_ = std::make_unique<Plan<T>>(job, choice.workers);
        layout_ = asked;
        packed_ = -1;
    }
    job.packs = packed_ != before;
    compute(job, choice.workers);
    packed_ = after;
}

template void run(Job<float>&, const Choice&);
template void run(Job<double>&, const Choice&);
template class Workplace<float>;
template class Workplace<double>;

}  // namespace clearprop
