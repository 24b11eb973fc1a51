// The output layer: h, the cost of each row and delta^(L) are computed from z in one pass.
#pragma once
#include "../job.hpp"
#include "activations.hpp"

namespace clearprop::CLEARPROP_ISA {

// The C library's logarithm. Softmax needs one a row, and Poisson is the rarest cost.
static inline float log_of(float x) { return __builtin_logf(x); }
static inline double log_of(double x) { return __builtin_log(x); }

template <class T> struct Output {  // one vector of a row's outputs
    Vector<T> h, cost, delta;
};

template <class T> static inline Output<T> logistic(Vector<T> z, Vector<T> y) {
    const Vector<T> h = sigmoid<T>(z);
    return {h, softplus<T>(z) - y * z, h - y};
}
template <class T> static inline Output<T> quadratic(Vector<T> z, Vector<T> y) {
    const Vector<T> h = sigmoid<T>(z), off = h - y;
    return {h, T(0.5) * off * off, off * h * (T(1) - h)};
}
template <class T> static inline Output<T> squared(Vector<T> z, Vector<T> y) {
    const Vector<T> off = z - y;
    return {z, T(0.5) * off * off, off};
}
template <class T> static inline Output<T> poisson(Vector<T> z, Vector<T> y) {
    const Vector<T> h = exp<T>(z);
    Vector<T> log_y;
    for (int i = 0; i < width<T>; ++i) log_y[i] = y[i] > T(0) ? log_of(T(y[i])) : T(0);
    return {h, h - y * z - y + y * log_y, h - y};
}

// `far` is Huber's threshold, his delta.
template <class T> static inline Output<T> huber(Vector<T> z, Vector<T> y, T far) {
    const Vector<T> off = z - y, size = off < T(0) ? -off : off;
    const Vector<T> low = off < -far ? every<T>(-far) : off;
    return {z, size <= far ? T(0.5) * size * size : far * (size - far / 2), low > far ? every<T>(far) : low};
}
// Where z = y the slope is 0.
template <class T> static inline Output<T> quantile(Vector<T> z, Vector<T> y, Vector<T> level) {
    const Vector<T> off = z - y, above = T(1) - level;
    return {z, off >= T(0) ? above * off : -level * off, off > T(0) ? above : off < T(0) ? -level : off};
}
// The levels of a vector of outputs.
template <class T> static inline Vector<T> levels(const double* from) {
    typedef double Doubles __attribute__((vector_size(8 * width<T>), aligned(8), may_alias));
    return __builtin_convertvector(*reinterpret_cast<const Doubles*>(from), Vector<T>);
}

template <class T> static inline Vector<T> kept(Mask<T> mask, Vector<T> v) { return mask ? v : Vector<T>{}; }

// Costs in which a row's outputs do not depend on one another: f(z, y, column). delta is 0 past column K.
template <class T, class F>
static inline void independent(long rows, long K, T* z, T* delta, const T* y, long ld, double* costs, F f) {
    const Mask<T> last = first_lanes<T>(K - (K - 1) / width<T> * width<T>);
    const Mask<T> all = first_lanes<T>(width<T>);
    for (long r = 0; r < rows; ++r) {
        Vector<T> total{};
        for (long c = 0; c < K; c += width<T>) {
            const long at = r * ld + c;
            const Mask<T> mask = c + width<T> < K ? all : last;
            const Output<T> out = f(kept<T>(mask, load(z + at)), load(y + at), c);
            store(z + at, out.h);
            store(delta + at, kept<T>(mask, out.delta));
            total += kept<T>(mask, out.cost);
        }
        costs[r] = double(sum<T>(total));
    }
}

// A row's z becomes e^(z - largest), with the largest z of the row; `each(column, z - largest)` is called for
// every vector. Returns the sum of the row.
template <class T, class F> static inline T softmax_exp(long K, T* z, F each) {
    assert(K >= 1);
    const long end = (K - 1) / width<T> * width<T>;  // where the last vector starts
    const Mask<T> last = first_lanes<T>(K - end);
    Vector<T> top = last ? load(z + end) : every<T>(z[0]);
    for (long c = 0; c < end; c += width<T>) {
        const Vector<T> v = load(z + c);
        top = v > top ? v : top;
    }
    const T highest = largest<T>(top);
    Vector<T> sums{};
    for (long c = 0; c <= end; c += width<T>) {
        Vector<T> off = load(z + c) - highest, e = exp<T>(off);
        if (c == end) {
            off = kept<T>(last, off);
            e = kept<T>(last, e);
        }
        each(c, off);
        store(z + c, e);
        sums += e;
    }
    return sum<T>(sums);
}

template <class T>
static inline void softmax(long rows, long K, T* z, T* delta, const T* y, long ld, double* costs) {
    for (long r = 0; r < rows; ++r) {
        T* const row = z + r * ld;
        const T* const target = y + r * ld;
        // -sum y log h = (sum y) log total - sum y (z - largest)
        Vector<T> targets{}, shifted{};
        const T total = softmax_exp<T>(K, row, [&](long c, Vector<T> off) {
            targets += load(target + c);
            shifted += load(target + c) * off;
        });
        costs[r] = double(sum<T>(targets) * log_of(total) - sum<T>(shifted));
        const T inverse = T(1) / total;
        for (long c = 0; c < K; c += width<T>) {
            const Vector<T> h = load(row + c) * inverse;
            store(row + c, h);
            store(delta + r * ld + c, h - load(target + c));
        }
    }
}

// z becomes h; delta^(L) and the rows' costs are written.
template <class T>
static void outputs(const Net& net, long rows, long K, T* z, T* delta, const T* y, long ld, double* costs) {
    using V = Vector<T>;
    const auto each = [&](auto f) { independent(rows, K, z, delta, y, ld, costs, f); };
    switch (net.cost) {
        case Cost::logistic: each([](V v, V t, long) { return logistic<T>(v, t); }); break;
        case Cost::quadratic: each([](V v, V t, long) { return quadratic<T>(v, t); }); break;
        case Cost::squared: each([](V v, V t, long) { return squared<T>(v, t); }); break;
        case Cost::poisson: each([](V v, V t, long) { return poisson<T>(v, t); }); break;
        case Cost::huber:
            each([far = T(net.threshold)](V v, V t, long) { return huber<T>(v, t, far); });
            break;
        case Cost::quantile:
            each([of = net.quantiles](V v, V t, long c) { return quantile<T>(v, t, levels<T>(of + c)); });
            break;
        case Cost::softmax: softmax(rows, K, z, delta, y, ld, costs); break;
    }
}

// z becomes h.
template <class T> static void predictions(Cost cost, long rows, long K, T* z, long ld) {
    switch (cost) {
        case Cost::logistic:
        case Cost::quadratic: each_vector(rows, K, z, ld, sigmoid<T>); break;
        case Cost::poisson: each_vector(rows, K, z, ld, exp<T>); break;
        case Cost::squared:
        case Cost::huber:
        case Cost::quantile: break;
        case Cost::softmax:
            for (long r = 0; r < rows; ++r) {
                T* const row = z + r * ld;
                const T inverse = T(1) / softmax_exp<T>(K, row, [](long, Vector<T>) {});
                for (long c = 0; c < K; c += width<T>) store(row + c, load(row + c) * inverse);
            }
            break;
    }
}

}  // namespace clearprop::CLEARPROP_ISA
