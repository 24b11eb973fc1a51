// The update rules, on a stretch of parameters whose gradient is still in cache.
#pragma once
#include "../job.hpp"
#include "vector.hpp"

namespace clearprop::CLEARPROP_ISA {

static inline float root(float x) { return __builtin_sqrtf(x); }
static inline double root(double x) { return __builtin_sqrt(x); }

// One step's numbers, in the type of the computation. Arrays that the rule does not have are null: see
// Update.
template <class T> struct Step {
    Rule rule;
    const T* theta;
    T* writable_theta;
    T* first;        // velocity, first moment, or where D is stored
    T* second;       // second moment
    T inverse_rows;  // 1/m
    T decay;         // lambda/m
    T rate;          // of this step; Adam: with its two corrections
    T shrink;        // adamw: the rate, without them, times its own decay
    T a, b, epsilon;
};

enum class Part { bias, weights };  // the bias does not decay

// Updates theta[i] for from <= i < from + n. g holds the sums of the gradient over the rows.
// D = g/m + decay * theta.
template <class T> static void update(const Step<T>& s, long from, long n, const T* __restrict g, Part part) {
    const auto at = [from](T* array) { return array ? array + from : nullptr; };
    T* __restrict theta = at(s.writable_theta);
    T* __restrict first = at(s.first);
    T* __restrict second = at(s.second);
    const T decay = part == Part::weights ? s.decay : T(0);
    const T scale = s.inverse_rows, rate = s.rate, a = s.a, b = s.b, epsilon = s.epsilon;
    switch (s.rule) {
        case Rule::store: {
            const T* __restrict kept = s.theta + from;
            for (long i = 0; i < n; ++i) first[i] = g[i] * scale + decay * kept[i];
            break;
        }
        case Rule::sgd:
            for (long i = 0; i < n; ++i) theta[i] -= rate * (g[i] * scale + decay * theta[i]);
            break;
        case Rule::momentum:
            for (long i = 0; i < n; ++i) {
                const T v = a * first[i] - rate * (g[i] * scale + decay * theta[i]);
                first[i] = v;
                theta[i] += v;
            }
            break;
        case Rule::nesterov:
            for (long i = 0; i < n; ++i) {
                const T push = rate * (g[i] * scale + decay * theta[i]);
                const T v = a * first[i] - push;
                first[i] = v;
                theta[i] += a * v - push;
            }
            break;
        case Rule::adam: {
            const T a_rest = T(1) - a, b_rest = T(1) - b;
            for (long i = 0; i < n; ++i) {
                const T D = g[i] * scale + decay * theta[i];
                const T m = a * first[i] + a_rest * D;
                const T v = b * second[i] + b_rest * D * D;
                first[i] = m;
                second[i] = v;
                theta[i] -= rate * m / (root(v) + epsilon);
            }
            break;
        }
        case Rule::adamw: {
            const T a_rest = T(1) - a, b_rest = T(1) - b, shrink = part == Part::weights ? s.shrink : T(0);
            for (long i = 0; i < n; ++i) {
                const T D = g[i] * scale + decay * theta[i];
                const T m = a * first[i] + a_rest * D;
                const T v = b * second[i] + b_rest * D * D;
                first[i] = m;
                second[i] = v;
                theta[i] -= rate * m / (root(v) + epsilon) + shrink * theta[i];
            }
            break;
        }
    }
}

// In double, since the squares of a float may overflow. Four vectors of sums, since each addition waits for
// the one before it; the compiler makes vectors of the inner loop.
template <class T> static inline double sum_of_squares(const T* from, long n) {
    constexpr int lanes = 4 * width<double>;
    double sums[lanes] = {};
    long i = 0;
    for (; i + lanes <= n; i += lanes)
        for (int k = 0; k < lanes; ++k) sums[k] += double(from[i + k]) * double(from[i + k]);
    double squares = 0;
    for (int k = 0; k < lanes; ++k) squares += sums[k];
    for (; i < n; ++i) squares += double(from[i]) * double(from[i]);
    return squares;
}

}  // namespace clearprop::CLEARPROP_ISA
