// The same work from the plainest loop up to what the core does. Each rung is timed beside the others and
// checked against the first one. `make ladder` builds and runs this; docs/en/native-core.md explains the
// rungs.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#define CLEARPROP_ISA ladder  // the kernels once more, compiled for this machine
#include "../kernels.hpp"
#include "../kernels/batches.hpp"
#include "../run.hpp"

namespace clearprop::ladder {
namespace {
using Floats = std::vector<float>;

std::mt19937 generator(0);
Floats normal(long n, float scale = 1) {
    std::normal_distribution<float> one(0, scale);
    Floats numbers(static_cast<size_t>(n));
    for (float& number : numbers) number = one(generator);
    return numbers;
}

struct Rung {
    std::string name;
    std::function<void()> run;
};

bool same(const Floats& a, const Floats& b) {
    float scale = 0;
    for (float number : b) scale = std::max(scale, std::abs(number));
    for (size_t k = 0; k < a.size(); ++k)
        if (!(std::abs(a[k] - b[k]) <= 1e-3f * scale)) return false;
    return a.size() == b.size();
}

// Times the rungs in turn. Other programs can only make a trial longer, so the shortest of 30 counts. Each
// rung writes to `result`, which has to be the first rung's, to rounding. One call is `steps` steps.
void climb(const char* title, double steps, Floats& result, const std::vector<Rung>& rungs) {
    std::printf("\n%s\n", title);
    std::vector<double> best(rungs.size(), 1e30);
    Floats first;
    for (int trial = 0; trial < 30; ++trial)
        for (size_t i = 0; i < rungs.size(); ++i) {
            if (trial >= 5 && best[i] > 0.1) continue;  // seconds: five are enough
            if (trial == 0) std::fill(result.begin(), result.end(), NAN);
            const auto start = std::chrono::steady_clock::now();
            rungs[i].run();
            const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
            best[i] = std::min(best[i], time.count());
            if (trial == 0 && i == 0) first = result;
            if (trial > 0 || same(result, first)) continue;
            std::printf("  %s: wrong\n", rungs[i].name.c_str());
            std::exit(1);
        }
    for (size_t i = 0; i < rungs.size(); ++i)
        std::printf("  %-46s %10.1f us %7.2f %7.1f\n", rungs[i].name.c_str(), 1e6 * best[i] / steps,
                    best[i ? i - 1 : 0] / best[i], best[0] / best[i]);
}

// One product, C = A B.
void product() {
    constexpr long m = 128, k = 512, n = 512;
    const Floats A = normal(m * k), theta = normal((k + 1) * n);  // theta: a row of biases, then B
    const float* const B = &theta[n];
    Floats C(m * n), panels(k * n);
    const Strided<float> a{A.data(), k};
    const auto numbers = [&] {
        for (long i = 0; i < m; ++i)
            for (long j = 0; j < n; ++j) {
                float sum = 0;
                for (long l = 0; l < k; ++l) sum += A[i * k + l] * B[l * n + j];
                C[i * n + j] = sum;
            }
    };
    const auto rows = [&] {
        std::fill(C.begin(), C.end(), 0.0f);
        for (long i = 0; i < m; ++i)
            for (long l = 0; l < k; ++l)
                for (long j = 0; j < n; ++j) C[i * n + j] += A[i * k + l] * B[l * n + j];
    };
    const auto tiles = [&] {
        multiply<float, false>(m, n, k, a, Padded<Strided<float>>{{B, n}}, C.data(), n, Start::zero);
    };
    const auto pack = [&] { pack_rows(Layer{k, n, 0}, n, theta.data(), 0, k, panels.data(), k, 0, false); };
    const auto packed = [&] {
        multiply<float, false>(m, n, k, a, Packed<float>{panels.data(), k}, C.data(), n, Start::zero);
    };
    pack();
    climb("one product, (128, 512) by (512, 512)", 1, C,
          {{"plain: one number at a time", numbers},
           {"rows: a vector of numbers at a time", rows},
           {"tiles in registers", tiles},
           {"tiles, B packed in panels", packed}});
    climb("the packing of B", 1, panels, {{"once a step", pack}});
}

// A layer's gradient, Adam's step, and the packing of the new weights.
void update_of(const char* title, long inputs, long n, long m) {
    const Floats A = normal(m * inputs), delta = normal(m * n);
    Floats theta((inputs + 1) * n), first(theta.size()), second(theta.size());
    Floats g(theta.size() + 64), turned(32 * inputs), panels(inputs * (n + 16)), columns((inputs + 16) * n);
    const Layer layer{inputs, n, 0};
    const Net net{&layer, 1, long(theta.size()), Activation::identity, Cost::softmax, 0, 0, nullptr};
    const double rate = 1e-3;
    const Update<float> adam{
        Rule::adam, theta.data(), theta.data(), {first.data(), second.data()}, 0.9, 0.999, 1e-3, 0, 0, &rate,
        0};
    const Step<float> step = step_of(adam, 0, 1, double(m), 0);
    const auto gradient = [&](long from, long to) {
        gradient_product(to - from, n, m, Strided<float>{&A[from], inputs}, true,
                         Strided<float>{delta.data(), n}, g.data(), n, Start::zero, turned.data());
    };
    const auto learn = [&](long from, long to) {
        update(step, (from + 1) * n, (to - from) * n, g.data(), Part::weights);
    };
    const auto pack = [&](long from, long to) {
        pack_rows(layer, n, theta.data(), from, to, panels.data(), inputs, from, false);
        pack_columns(layer, theta.data(), from, to, columns.data());
    };
    const auto ten_steps = [&](long rows) {
        for (Floats* array : {&theta, &first, &second}) std::fill(array->begin(), array->end(), 0.0f);
        for (int i = 0; i < 10; ++i)
            for (long from = 0; from < inputs; from += rows) {
                const long to = std::min(from + rows, inputs);
                gradient(from, to);
                learn(from, to);
                pack(from, to);
            }
    };
    climb(title, 10, theta,
          {{"the whole layer: gradient, update, packing", [&] { ten_steps(inputs); }},
           {"the same stretch by stretch", [&] { ten_steps(stretch_rows(net, 0, g_elements)); }}});
}

// Steps of training. `core` and `plain` train the same minibatches from the same theta.
struct Training {
    std::vector<long> sizes;
    Activation g;
    Rule rule;
    double lambda, ink;  // `ink`: the share of X that is not 0
    long count, size, steps;
    static constexpr float rate = 1e-3f, beta_1 = 0.9f, beta_2 = 0.999f;
    static constexpr float epsilon = 1e-3f;  // with 1e-8, Adam divides what is nearly 0 by what is nearly 0

    std::vector<Layer> layers{};
    Floats X{}, Y{}, start{}, theta{}, moments[2]{};
    std::vector<long> order{};
    std::vector<double> rates{};

    void draw() {
        long offset = 0;
        for (size_t l = 0; l + 1 < sizes.size(); ++l) {
            layers.push_back({sizes[l], sizes[l + 1], offset});
            offset += (sizes[l] + 1) * sizes[l + 1];
        }
        start = theta = normal(offset, 0.05f);
        X = normal(count * sizes[0]);
        std::uniform_real_distribution<double> share;
        for (float& x : X) x = share(generator) < ink ? x : 0;
        Y.resize(size_t(count * sizes.back()));
        for (long r = 0; r < count; ++r) Y[r * sizes.back() + long(generator() % sizes.back())] = 1;
        order.resize(size_t(count));
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), generator);
        rates.assign(size_t(steps), rate);
    }
    void begin() {
        theta = start;
        for (Floats& moment : moments) moment.assign(start.size(), 0.0f);
    }
    void core(const Choice& choice) {
        begin();
        Job<float> job{};
        job.net = {layers.data(), long(layers.size()), long(start.size()), g, Cost::softmax, lambda, 0,
                   nullptr};
        job.rows.X = X.data();
        job.rows.Y = Y.data();
        job.rows.order = order.data();
        job.rows.count = count;
        job.rows.ldx = sizes[0];
        job.rows.size = size;
        job.rows.last = steps;
        job.rows.penalty_rows = double(count);
        job.update.rule = rule;
        job.update.theta = job.update.writable_theta = theta.data();
        for (int i = 0; i < 2 && rule == Rule::adam; ++i) job.update.moments[i] = moments[i].data();
        job.update.a = beta_1;
        job.update.b = beta_2;
        job.update.epsilon = epsilon;
        job.update.rates = rates.data();
        run(job, choice);
    }
    void plain() {
        begin();
        for (long step = 0; step < steps; ++step) {
            const Floats gradient = plain_gradient(step * size, std::min((step + 1) * size, count));
            const double t = double(step + 1);
            const float corrected =
                rate * float(std::sqrt(1 - std::pow(beta_2, t)) / (1 - std::pow(beta_1, t)));
            for (size_t i = 0; i < theta.size(); ++i) {
                const float D = gradient[i];
                if (rule == Rule::sgd) {
                    theta[i] -= rate * D;
                    continue;
                }
                moments[0][i] += (1 - beta_1) * (D - moments[0][i]);
                moments[1][i] += (1 - beta_2) * (D * D - moments[1][i]);
                theta[i] -= corrected * moments[0][i] / (std::sqrt(moments[1][i]) + epsilon);
            }
        }
    }
    // The course's loop: one sample after another goes forward and backward.
    Floats plain_gradient(long from, long to) const {
        const size_t L = layers.size();
        std::vector<Floats> a(L + 1), delta(L + 1);
        for (size_t l = 0; l <= L; ++l) a[l] = delta[l] = Floats(size_t(sizes[l]));
        Floats sums(theta.size());
        for (long row = from; row < to; ++row) {
            std::copy_n(&X[order[row] * sizes[0]], sizes[0], a[0].begin());
            for (size_t l = 0; l < L; ++l)
                for (long j = 0; j < layers[l].outputs; ++j) {
                    const float* const W = &theta[layers[l].offset + j];
                    float z = W[0];
                    for (long i = 0; i < layers[l].inputs; ++i) z += a[l][i] * W[(i + 1) * layers[l].outputs];
                    a[l + 1][j] = l + 1 == L ? z : g == Activation::tanh ? std::tanh(z) : std::max(z, 0.0f);
                }
            float total = 0;
            for (float& h : a[L]) total += h = std::exp(h);
            for (long j = 0; j < sizes[L]; ++j) delta[L][j] = a[L][j] / total - Y[order[row] * sizes[L] + j];
            for (size_t l = L; l-- > 0;)
                for (long i = -1; i < layers[l].inputs; ++i) {  // -1: the bias
                    const long w = layers[l].offset + (i + 1) * layers[l].outputs;
                    const float h = i < 0 ? 1 : a[l][i];
                    float back = 0;
                    for (long j = 0; j < layers[l].outputs; ++j) {
                        sums[w + j] += h * delta[l + 1][j];
                        back += theta[w + j] * delta[l + 1][j];
                    }
                    if (i >= 0) delta[l][i] = back * (g == Activation::tanh ? 1 - h * h : float(h > 0));
                }
        }
        for (float& sum : sums) sum /= float(to - from);
        for (const Layer& layer : layers)
            for (long i = layer.offset + layer.outputs; i < layer.offset + (layer.inputs + 1) * layer.outputs;
                 ++i)
                sums[i] += float(lambda) / float(count) * theta[i];
        return sums;
    }
};

using Way = std::pair<const char*, Choice>;
void train(const char* title, Training t, const std::vector<Way>& ways) {
    t.draw();
    std::vector<Rung> rungs{{"plain: one sample, one number at a time", [&] { t.plain(); }}};
    for (const auto& [name, choice] : ways)
        rungs.push_back({name, [&t, choice = choice] { t.core(choice); }});
    climb(title, double(t.steps), t.theta, rungs);
}

void climb_all() {
    std::printf("instruction set %s; times faster than the line above, and than the first\n",
                instruction_set());
    product();
    update_of("gradient and Adam's step of a layer 784-100 on 200 rows", 784, 100, 200);
    update_of("of 512-512 on 256 rows", 512, 512, 256);
    update_of("of 2048-2048 on 32 rows", 2048, 2048, 32);
    constexpr Activation relu = Activation::relu, tanh = Activation::tanh;
    train("784-100-10 on 200 rows, Adam", {{784, 100, 10}, relu, Rule::adam, 0, 1, 2000, 200, 10},
          {{"the core, one thread", {Kind::train}}, {"two threads", {.kind = Kind::train, .workers = 2}}});
    const std::vector<Way> of_few_rows{
        {"the core, as any minibatch", {Kind::train}},
        {"few: pieces, and ink alone", {Kind::few}},
        {"few: the decay as a factor", {.kind = Kind::few, .unit = few_unit}},
        {"two threads: as any minibatch", {.kind = Kind::train, .workers = 2}},
        {"two threads: pieces, and ink alone", {.kind = Kind::few, .workers = 2}},
        {"two threads: the decay as a factor", {.kind = Kind::few, .unit = few_unit, .workers = 2}}};
    train("784-100-10 on 10 rows, gradient descent with decay, every number of X inked",
          {{784, 100, 10}, relu, Rule::sgd, 5, 1, 10000, 10, 320}, of_few_rows);
    train("the same, 19 of 100 numbers of X inked",
          {{784, 100, 10}, relu, Rule::sgd, 5, 0.19, 10000, 10, 320}, of_few_rows);
    train("4-32-16-4, tanh, on 10,000 rows, Adam", {{4, 32, 16, 4}, tanh, Rule::adam, 0, 1, 10000, 10000, 1},
          {{"the core, as any minibatch", {Kind::train}},
           {"groups of rows", {.kind = Kind::grouped, .groups = 16}},
           {"samples in lanes", {.kind = Kind::narrow, .groups = 16}},
           {"two threads", {.kind = Kind::narrow, .groups = 16, .workers = 2}}});
}

}  // namespace
}  // namespace clearprop::ladder

int main() { clearprop::ladder::climb_all(); }
