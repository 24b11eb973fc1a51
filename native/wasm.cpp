// What a page calls: the same core for one thread, compiled to WebAssembly by `make web`. It takes the place
// of bindings.cpp, team.cpp and kernels.cpp; web/src/core has checked all sizes.
#include <cstdlib>
#include <new>
#include <type_traits>
#include <vector>

#define CLEARPROP_ISA baseline
#include "choice.hpp"
#include "kernels.hpp"
#include "kernels/few.hpp"
#include "kernels/narrow.hpp"
#include "kernels/predict.hpp"
#include "kernels/train.hpp"
#include "run.hpp"
#include "shape.hpp"
#include "team.hpp"
#include "wasm/initial_theta.hpp"
#include "wasm/training.hpp"

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

// A page that lacks memory stops here. The library's own ways print, which takes 30 kB and imports of files.
extern "C" void __cxa_pure_virtual() { __builtin_trap(); }
void* operator new(size_t bytes, std::align_val_t alignment) {
    const size_t unit = size_t(alignment), whole = (bytes + unit - 1) / unit * unit;
    if (void* memory = std::aligned_alloc(unit, whole)) return memory;
    __builtin_trap();
}
void* operator new(size_t bytes) {
    if (void* memory = std::malloc(bytes)) return memory;
    __builtin_trap();
}
void* operator new[](size_t bytes) { return operator new(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
namespace std {
inline namespace __1 {
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }
}  // namespace __1
}  // namespace std

namespace clearprop {

// A crew of one. WebAssembly cannot flush denormal numbers.
FlushDenormals::FlushDenormals() : before_(0) {}
FlushDenormals::~FlushDenormals() = default;
Crew::Crew(int) : squad_(nullptr), size_(1) {}
Crew::~Crew() = default;
void for_each(Crew&, long units, Task task, void* job) {
    for (long unit = 0; unit < units; ++unit) task(job, unit, 0);
}

// What a page runs: it predicts in float64 alone.
template <class T>
static constexpr Kernels<T> table{.train = baseline::train<T>,
                                  .few = baseline::few<T>,
                                  .grouped = baseline::grouped<T>,
                                  .narrow = baseline::narrow<T>,
                                  .predict = std::is_same_v<T, double> ? baseline::predict<T> : nullptr,
                                  .is_packed = baseline::is_packed<T>,
                                  .elementary = nullptr};
template <> const Kernels<float>& kernels<float>() { return table<float>; }
template <> const Kernels<double>& kernels<double>() { return table<double>; }

EXPORT(allocate) void* allocate(long bytes) { return std::malloc(size_t(bytes)); }
EXPORT(release) void release(void* memory) { std::free(memory); }

EXPORT(open_network)
Shape* open_network(const long* sizes, long n, int activation, int cost, double regularization,
                    double threshold, const double* levels, long n_levels) {
    return new Shape({sizes, sizes + n}, activation, cost, regularization, threshold,
                     {levels, levels + n_levels});
}
EXPORT(close_network) void close_network(Shape* shape) { delete shape; }

EXPORT(initial_theta)
void fill_initial_theta(const Shape* shape, double seed, int init, double e, double* theta) {
    initial_theta(shape->net, std::uint64_t(seed), Init(init), e, theta);
}
EXPORT(epoch_order) void fill_epoch_order(double seed, double epoch, long rows, long* to) {
    const std::vector<long> order = epoch_order(std::uint64_t(seed), std::uint64_t(epoch), rows);
    std::copy(order.begin(), order.end(), to);
}

static Job<double> job_of(const Shape& shape, const double* theta, const double* X, long rows) {
    Job<double> job{};
    job.net = shape.net;
    job.rows.X = X;
    job.rows.count = job.rows.size = rows;
    job.rows.ldx = shape.layers.front().inputs;
    job.rows.last = 1;
    job.update.theta = theta;
    return job;
}

// h of every row, or z^(L).
EXPORT(predict)
void predict(const Shape* shape, const double* theta, const double* X, long rows, int logits, double* out) {
    Job<double> job = job_of(*shape, theta, X, rows);
    job.out = out;
    job.logits = logits;
    run(job, choose_prediction<double>(job.net, rows, 1));
}

// J; D is written to `gradient`. lambda's m is `penalty_rows`, or with 0 the rows.
EXPORT(cost_and_gradient)
double cost_and_gradient(const Shape* shape, const double* theta, const double* X, const double* Y, long rows,
                         double penalty_rows, double* gradient) {
    Job<double> job = job_of(*shape, theta, X, rows);
    job.rows.Y = Y;
    job.rows.penalty_rows = penalty_rows;
    job.update.rule = Rule::store;
    job.update.moments[0] = gradient;
    run(job, choose_training<double>(job.net, rows, job.update.rule, false, 1));
    return job.total / job.rows_seen;
}

EXPORT(open_training)
Training* open_training(const Shape* shape, const double* theta, const double* X, const double* Y, long rows,
                        int is_float, int rule, double a, double b, double epsilon, double weight_decay,
                        double rate, long size, int shuffle, double seed) {
    const TrainingOptions options{Rule(rule),         a, b, epsilon, weight_decay, rate, size, shuffle != 0,
                                  std::uint64_t(seed)};
    if (is_float) return new TrainingOf<float>(*shape, theta, X, Y, rows, options);
    return new TrainingOf<double>(*shape, theta, X, Y, rows, options);
}
EXPORT(close_training) void close_training(Training* training) { delete training; }
EXPORT(advance) void advance(Training* training, long minibatches) { training->advance(minibatches); }
EXPORT(get_theta) void get_theta(const Training* training, double* to) { training->get_theta(to); }
EXPORT(set_theta) void set_theta(Training* training, const double* from) { training->set_theta(from); }
EXPORT(cost_of) double cost_of(const Training* training) { return training->cost(); }
EXPORT(step_of) long step_of(const Training* training) { return training->step; }
EXPORT(epoch_of) long epoch_of(const Training* training) { return training->epoch; }
EXPORT(position_of) long position_of(const Training* training) { return training->position; }

}  // namespace clearprop
