// What Python calls. This is the only file that knows Python; engines/native.py has checked all sizes.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "choice.hpp"
#include "kernels.hpp"
#include "run.hpp"
#include "shape.hpp"
#include "team.hpp"

namespace nb = nanobind;

namespace clearprop {
namespace {

template <class T> using In = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
template <class T> using InRows = nb::ndarray<const T, nb::ndim<2>, nb::device::cpu>;  // rows contiguous
template <class T> using Out = nb::ndarray<T, nb::c_contig, nb::device::cpu>;

// While it lives, other Python threads run. If the interpreter ends in the meantime, Python before 3.14
// unwinds a daemon thread when it asks for the lock again, and the C++ frames above do not allow that. So
// such a thread sleeps until the process is gone, which is what Python does from 3.14 on.
class WithoutGil {
   public:
    WithoutGil() : state_(PyEval_SaveThread()) {}
    ~WithoutGil() {
        try {
            PyEval_RestoreThread(state_);
        } catch (...) {
            for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
        }
    }
    WithoutGil(const WithoutGil&) = delete;
    WithoutGil& operator=(const WithoutGil&) = delete;

   private:
    PyThreadState* state_;
};

template <class T> const T* data_of(const std::optional<In<T>>& array) {
    return array ? array->data() : nullptr;
}

// A job over all rows of X, as one minibatch.
template <class T>
Job<T> job_of(const Shape& shape, const InRows<T>& X, const In<T>& Y, const std::optional<In<T>>& weight,
              const Dropout* dropout) {
    Job<T> job{};
    job.net = shape.net;
    job.rows.X = X.data();
    job.rows.Y = Y.data();
    job.rows.weight = data_of(weight);
    job.rows.count = job.rows.size = long(X.shape(0));
    job.rows.ldx = long(X.stride(0));
    job.rows.last = 1;
    if (dropout) job.dropout = *dropout;
    return job;
}

// The sum of the rows' J, and their number. D is written to `gradient`.
template <class T>
std::tuple<double, double> cost_and_gradient(const Shape& shape, In<T> theta, Out<T> gradient, InRows<T> X,
                                             In<T> Y, std::optional<In<T>> weight, const Dropout* dropout,
                                             int threads) {
    Job<T> job = job_of(shape, X, Y, weight, dropout);
    job.update.rule = Rule::store;
    job.update.theta = theta.data();
    job.update.moments[0] = gradient.data();
    const WithoutGil others_run;
    run(job, choose_training<T>(job.net, job.rows.size, job.update.rule, job.update.clip_norm > 0, threads));
    return {job.total, job.rows_seen};
}

// Minibatches `first` to `last` (excluded). Theta and the moments change in place. Returns `total` with the
// minibatches' costs added to it, the rows that counted, and the number of steps.
template <class T>
std::tuple<double, double, long> train(const Shape& shape, Out<T> theta, std::vector<Out<T>> moments,
                                       InRows<T> X, In<T> Y, std::optional<In<T>> weight,
                                       std::optional<In<long>> order, long size, long first, long last,
                                       double penalty_rows, const Dropout* dropout, int rule, double a,
                                       double b, double epsilon, double weight_decay, double clip_norm,
                                       In<double> rates, long step, double total, int threads) {
    Job<T> job = job_of(shape, X, Y, weight, dropout);
    job.rows.order = data_of(order);
    job.rows.size = std::min(size, job.rows.count);
    job.rows.first = first;
    job.rows.last = last;
    job.rows.penalty_rows = penalty_rows;
    job.update.rule = Rule(rule);
    job.update.theta = job.update.writable_theta = theta.data();
    for (size_t i = 0; i < moments.size() && i < 2; ++i) job.update.moments[i] = moments[i].data();
    job.update.a = a;
    job.update.b = b;
    job.update.epsilon = epsilon;
    job.update.weight_decay = weight_decay;
    job.update.clip_norm = clip_norm;
    job.update.rates = rates.data();
    job.update.step = step;
    job.total = total;
    const WithoutGil others_run;
    run(job, choose_training<T>(job.net, job.rows.size, job.update.rule, job.update.clip_norm > 0, threads));
    return {job.total, job.rows_seen, job.steps};
}

// h of every row; with `logits` z^(L).
template <class T>
void predict(const Shape& shape, In<T> theta, InRows<T> X, Out<T> out, bool logits, int threads) {
    Job<T> job{};
    job.net = shape.net;
    job.rows.X = X.data();
    job.rows.count = long(X.shape(0));
    job.rows.ldx = long(X.stride(0));
    job.update.theta = theta.data();
    job.out = out.data();
    job.logits = logits;
    const WithoutGil others_run;
    run(job, choose_prediction<T>(job.net, job.rows.count, threads));
}

template <class T> long slice_unit_of(const Shape& shape, long rows, int rule) {
    return slice_unit<T>(shape.net, rows, Rule(rule));
}

template <class T> void elementary(int function, In<T> from, Out<T> to) {
    kernels<T>().elementary(function, from.data(), to.data(), long(from.size()));
}

std::vector<std::string> names_of_instruction_sets() {
    const std::vector<const char*> names = instruction_sets();
    return {names.begin(), names.end()};
}

template <class T> void define(nb::module_& m) {
    using namespace nb::literals;
    m.def("cost_and_gradient", cost_and_gradient<T>, "shape"_a, "theta"_a.noconvert(),
          "gradient"_a.noconvert(), "X"_a.noconvert(), "Y"_a.noconvert(), "weight"_a.noconvert().none(),
          "dropout"_a.none(), "threads"_a);
    m.def("train", train<T>, "shape"_a, "theta"_a.noconvert(), "moments"_a.noconvert(), "X"_a.noconvert(),
          "Y"_a.noconvert(), "weight"_a.noconvert().none(), "order"_a.noconvert().none(), "size"_a, "first"_a,
          "last"_a, "penalty_rows"_a, "dropout"_a.none(), "rule"_a, "a"_a, "b"_a, "epsilon"_a,
          "weight_decay"_a, "clip_norm"_a, "rates"_a.noconvert(), "step"_a, "total"_a, "threads"_a);
    m.def("predict", predict<T>, "shape"_a, "theta"_a.noconvert(), "X"_a.noconvert(), "out"_a.noconvert(),
          "logits"_a, "threads"_a);
    m.def("elementary", elementary<T>, "function"_a, "from_"_a.noconvert(), "to"_a.noconvert());
}

}  // namespace
}  // namespace clearprop

NB_MODULE(_core, m) {
    using namespace clearprop;
    using namespace nb::literals;
    nb::set_leak_warnings(false);  // a daemon thread may be computing when the process ends
    nb::class_<Shape>(m, "Shape")
        .def(nb::init<const std::vector<long>&, int, int, double, double, std::vector<double>>());
    nb::class_<Dropout>(m, "Dropout")
        .def(
            "__init__",
            [](Dropout* at, double rate, unsigned seed_low, unsigned seed_high, unsigned epoch,
               unsigned stays_from, long place) {
                new (at) Dropout{seed_low, seed_high, epoch, stays_from, 1 / (1 - rate), place};
            },
            "rate"_a, "seed_low"_a, "seed_high"_a, "epoch"_a, "stays_from"_a, "place"_a);
    define<float>(m);
    define<double>(m);
    m.def("slice_unit_float32", slice_unit_of<float>);
    m.def("slice_unit_float64", slice_unit_of<double>);
    m.def("instruction_set", instruction_set);
    m.def("instruction_sets", names_of_instruction_sets);
    m.def("stop_team", stop_team, nb::call_guard<nb::gil_scoped_release>());
    nb::module_::import_("atexit").attr("register")(m.attr("stop_team"));
}
