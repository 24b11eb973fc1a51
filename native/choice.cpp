#include "choice.hpp"

#include <algorithm>

namespace clearprop {
namespace {

double flops_of_training(const Net& net, long rows) { return 6.0 * double(rows) * double(net.n_parameters); }
double flops_of_prediction(const Net& net, long rows) { return flops_of_training(net, rows) / 3; }

// Groups of rows pay where two things hold. A worker's gradient stays in its L2 cache beside a chunk of rows:
// it takes at most 512 KiB of 1 MiB. And adding the groups' gradients costs little beside the rows' own work:
// a group has at least 128 rows. Their number is a power of two, so that 2, 4 or 8 workers have equal parts.
constexpr long grouped_bytes = 512 * 1024, group_rows = 128, fewest_groups = 8, most_groups = 16;
template <class T> long groups_of(const Net& net, long rows) {
    if (net.n_parameters * long(sizeof(T)) > grouped_bytes || rows < fewest_groups * group_rows) return 0;
    long groups = fewest_groups;
    while (groups < most_groups && rows >= 2 * groups * group_rows) groups *= 2;
    return groups;
}

// Pieces of the first layer pay where the rows are few and the layer has nearly all of the parameters, more
// than the nearest caches hold.
constexpr long pieces_inputs = 128, pieces_bytes = 128 * 1024;
template <class T> bool pieces_pay(const Net& net, long rows) {
    const Layer& first = net.layers[0];
    const long weights = first.inputs * first.outputs;
    return rows <= few_most && first.inputs >= pieces_inputs && first.outputs >= few_outputs &&
           weights * long(sizeof(T)) > pieces_bytes && weights >= net.n_parameters / 8 * 7;
}

// Samples in lanes pay where layers are narrow and the parameters' vectors of partial sums stay in a worker's
// L2 cache: 4096 x 64 B = 256 KiB of 1 MiB. Beside groups with units in lanes, 4-32-16-4 was 1.24 times as
// fast, 2-4-1 3.2 times, 64-32-10 in float64 1.04 times, 64-64-64-10 0.98 times.
constexpr long narrow_parameters = 4096, narrow_units = 64;
bool lanes_pay(const Net& net) {
    bool narrow = net.n_parameters <= narrow_parameters && net.layers[0].inputs <= narrow_units;
    for (long l = 0; l < net.n_layers; ++l) narrow = narrow && net.layers[l].outputs <= narrow_units;
    return narrow;
}

// A core does about 150 flops in a nanosecond. The workers of a step meet twice. A meeting takes about 0.3 us
// when all of them are awake, and many times that where other programs want the processors. So each worker
// has to have 1 Mflop of a step, 7 us.
constexpr double flops_of_a_worker = 1e6;
int workers_for(double flops, int threads) {
    return std::max(1, std::min(threads, int(flops / flops_of_a_worker)));
}

// Ctrl-C waits for the unit under way: 2 Gflop, a twentieth of a second on the slowest set.
constexpr double flops_of_a_unit = 2e9;

}  // namespace

template <class T> long slice_unit(const Net& net, long rows, Rule rule) {
    const bool decays = rule == Rule::sgd && net.regularization != 0;
    const bool short_enough = flops_of_training(net, rows) * few_unit < flops_of_a_unit;
    return decays && short_enough && pieces_pay<T>(net, rows) ? few_unit : 1;
}

// Clipping waits for the whole gradient. A visit of a piece could not update its weights then.
template <class T> Choice choose_training(const Net& net, long rows, Rule rule, bool clips, int threads) {
    Choice choice{Kind::train};
    choice.workers = workers_for(flops_of_training(net, rows), threads);
    choice.groups = groups_of<T>(net, rows);
    if (choice.groups) {
        choice.kind = lanes_pay(net) ? Kind::narrow : Kind::grouped;
    } else if (rule != Rule::store && !clips && pieces_pay<T>(net, rows)) {
        choice.kind = Kind::few;
        choice.unit = slice_unit<T>(net, rows, rule);
    }
    return choice;
}

// One copy of the weights costs about as much as the products of 16 rows.
constexpr long copy_rows = 16;
template <class T> Choice choose_prediction(const Net& net, long rows, int threads) {
    Choice choice{Kind::predict};
    choice.workers = workers_for(flops_of_prediction(net, rows), threads);
    choice.few_rows = rows <= copy_rows;
    return choice;
}

template long slice_unit<float>(const Net&, long, Rule);
template long slice_unit<double>(const Net&, long, Rule);
template Choice choose_training<float>(const Net&, long, Rule, bool, int);
template Choice choose_training<double>(const Net&, long, Rule, bool, int);
template Choice choose_prediction<float>(const Net&, long, int);
template Choice choose_prediction<double>(const Net&, long, int);

}  // namespace clearprop
