// The only file that knows Python. Sizes have been checked there: here they are only read.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <tuple>
#include <vector>

#include "plan.hpp"
#include "team.hpp"

namespace nb = nanobind;

namespace clearprop {
namespace {

template <class T> using In = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
template <class T> using InRows = nb::ndarray<const T, nb::ndim<2>, nb::device::cpu>;  // rows contiguous
template <class T> using Out = nb::ndarray<T, nb::c_contig, nb::device::cpu>;

// While it lives, other Python threads run. Before Python 3.14 an interpreter that has ended meanwhile
// unwinds a thread that wants it back (a daemon's), which the frames above do not allow: this
// thread sleeps until the process is gone, as it does from 3.14 on.
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

struct Shape {
    std::vector<Layer> layers;
    Net net;
    Shape(const std::vector<long>& sizes, int activation, int cost, double regularization) {
        long offset = 0;
        for (size_t l = 0; l + 1 < sizes.size(); ++l) {
            layers.push_back({sizes[l], sizes[l + 1], offset});
            offset += (sizes[l] + 1) * sizes[l + 1];
        }
        net = {layers.data(),          long(layers.size()), offset,
               Activation(activation), Cost(cost),          regularization};
    }
    Shape(Shape&& other) noexcept : layers(std::move(other.layers)), net(other.net) {
        net.layers = layers.data();
    }
    double work(long rows) const { return 6.0 * double(rows) * double(net.n_parameters); }
};

// Groups of rows pay where a worker's gradient stays in its L2 cache beside a chunk of rows (512 KiB of
// 1 MiB) and adding the groups' gradients costs little beside the rows' own work: at least 128 rows a
// group. The number is a power of two, so that 2, 4 or 8 workers have equal parts, and depends on
// nothing else.
template <class T> long groups_of(const Net& net, long rows) {
    if (net.n_parameters * long(sizeof(T)) > 512 * 1024 || rows < 1024) return 0;
    long groups = 8;
    while (groups < 16 && rows >= groups * 2 * 128) groups *= 2;
    return groups;
}

// Pieces of the first layer pay where it has nearly all of the parameters, more than the nearest
// caches hold, and the rows are few.
template <class T> bool few_pay(const Net& net, long rows) {
    const Layer& first = net.layers[0];
    const long weights = first.inputs * first.outputs;
    return rows <= few_most && first.inputs >= 128 && first.outputs >= few_outputs &&
           weights * long(sizeof(T)) > 128 * 1024 && weights >= net.n_parameters / 8 * 7;
}

// The minibatches for which plain gradient descent keeps the decay as a factor beside the weights: 2 Gflop
// at most, a twentieth of a second on the slowest set, so that Ctrl-C does not wait.
template <class T> long slice_unit(const Shape& shape, long rows, int rule) {
    const Net& net = shape.net;
    const bool lazy = few_pay<T>(net, rows) && Rule(rule) == Rule::sgd && net.regularization != 0;
    return lazy && shape.work(rows) * few_unit < 2e9 ? few_unit : 1;
}

// Samples in lanes pay where layers are narrow, and where the vector of sums that each parameter has there
// stays in a worker's L2 cache: 4096 x 64 B = 256 KiB of 1 MiB. 4-32-16-4 was 1.24 times as fast as in
// groups with units in lanes, 2-4-1 3.2 times, 64-32-10 in float64 1.04; 64-64-64-10 0.98.
bool narrow_pays(const Net& net) {
    bool narrow = net.n_parameters <= 4096 && net.layers[0].inputs <= 64;
    for (long l = 0; l < net.n_layers; ++l) narrow = narrow && net.layers[l].outputs <= 64;
    return narrow;
}

// Workers that pay. A core does about 150 flops in a nanosecond, a step has two meetings of about 0.3 us
// each when all are awake and of many more where other programs want the processors too: a worker
// has to have 1 Mflop, 7 us, of a step to itself.
int workers_for(double flops, int most) { return std::max(1, std::min(most, int(flops / 1e6))); }

template <class T> void run(Job<T>& job, Kind kind, int threads, double flops, long rows) {
    Crew crew(workers_for(flops, threads));
    job.crew = &crew;
    job.workers = crew.size();
    const Plan<T> plan(job, kind, crew.size(), rows);
    const Kernels<T>& k = kernels<T>();
    (kind == Kind::predict   ? k.predict
     : kind == Kind::narrow  ? k.narrow
     : kind == Kind::grouped ? k.grouped
     : kind == Kind::few     ? k.few
                             : k.train)(job);
}

template <class T>
std::tuple<double, double, long> train(const Shape& shape, In<T> theta, std::vector<Out<T>> moments,
                                       InRows<T> X, In<T> Y, std::optional<In<T>> weight,
                                       std::optional<In<long>> order, long size, long first, long last,
                                       double penalty_rows, int rule, double a, double b, double epsilon,
                                       std::optional<In<double>> rates, long step, double total,
                                       int threads) {
    Job<T> job{};
    job.net = shape.net;
    const long count = long(X.shape(0));
    job.rows = {X.data(),
                Y.data(),
                weight ? weight->data() : nullptr,
                order ? order->data() : nullptr,
                count,
                long(X.stride(0)),
                std::min(size, count),
                first,
                last,
                penalty_rows};
    // Theta may be read-only where nothing is updated: Python has seen to it that it is not elsewhere.
    job.update = {Rule(rule),
                  const_cast<T*>(theta.data()),
                  {nullptr, nullptr},
                  a,
                  b,
                  epsilon,
                  rates ? rates->data() : nullptr,
                  step};
    for (size_t i = 0; i < moments.size() && i < 2; ++i) job.update.moments[i] = moments[i].data();
    job.groups = groups_of<T>(shape.net, job.rows.size);
    job.total = total;
    job.few.unit = slice_unit<T>(shape, job.rows.size, rule);
    const WithoutGil others_run;
    const bool pieces = !job.groups && job.update.rule != Rule::store && few_pay<T>(shape.net, job.rows.size);
    const bool narrow = job.groups && narrow_pays(shape.net);
    run(job,
        narrow       ? Kind::narrow
        : job.groups ? Kind::grouped
        : pieces     ? Kind::few
                     : Kind::train,
        threads, shape.work(job.rows.size), job.rows.size);
    return {job.total, job.rows_seen, job.steps};
}

template <class T> void predict(const Shape& shape, In<T> theta, InRows<T> X, Out<T> out, int threads) {
    Job<T> job{};
    job.net = shape.net;
    job.rows.X = X.data();
    job.rows.count = long(X.shape(0));
    job.rows.ldx = long(X.stride(0));
    job.update.theta = const_cast<T*>(theta.data());
    job.out = out.data();
    job.few_rows = job.rows.count <= 16;  // one copy costs about as much as the products of 16 rows
    const WithoutGil others_run;
    run(job, Kind::predict, threads, shape.work(job.rows.count) / 3, 0);
}

template <class T> void elementary(int function, In<T> from, Out<T> to) {
    kernels<T>().elementary(function, from.data(), to.data(), long(from.size()));
}

template <class T> void define(nb::module_& m) {
    using namespace nb::literals;
    m.def("train", train<T>, "shape"_a, "theta"_a.noconvert(), "moments"_a.noconvert(), "X"_a.noconvert(),
          "Y"_a.noconvert(), "weight"_a.noconvert().none(), "order"_a.noconvert().none(), "size"_a, "first"_a,
          "last"_a, "penalty_rows"_a, "rule"_a, "a"_a, "b"_a, "epsilon"_a, "rates"_a.noconvert().none(),
          "step"_a, "total"_a, "threads"_a);
    m.def("predict", predict<T>, "shape"_a, "theta"_a.noconvert(), "X"_a.noconvert(), "out"_a.noconvert(),
          "threads"_a);
    m.def("elementary", elementary<T>, "function"_a, "from_"_a.noconvert(), "to"_a.noconvert());
}

}  // namespace
}  // namespace clearprop

NB_MODULE(_core, m) {
    using namespace clearprop;
    nb::set_leak_warnings(false);  // a daemon thread may be computing when the process ends
    nb::class_<Shape>(m, "Shape").def(nb::init<const std::vector<long>&, int, int, double>());
    define<float>(m);
    define<double>(m);
    m.def("slice_unit_float32", slice_unit<float>);
    m.def("slice_unit_float64", slice_unit<double>);
    m.def("instruction_set", instruction_set);
    m.def("stop_team", stop_team, nb::call_guard<nb::gil_scoped_release>());
    nb::module_::import_("atexit").attr("register")(m.attr("stop_team"));
}
