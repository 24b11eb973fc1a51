// The hidden layers' g, on rows that have just been computed. Its slope g' follows from a: see product.hpp.
// For SiLU and with dropout it does not, so there it is computed from z beside a.
#pragma once
#include "../job.hpp"
#include "dropout.hpp"
#include "elementary.hpp"

namespace clearprop::CLEARPROP_ISA {

template <class T, class Function>
static inline void each_vector(long rows, long columns, T* at, long ld, Function f) {
    for (long r = 0; r < rows; ++r)
        for (long c = 0; c < columns; c += width<T>) store(at + r * ld + c, f(load(at + r * ld + c)));
}

// a = g(z) in place, for (rows, columns) and up to the end of the last vector.
template <class T> static void activate(Activation g, long rows, long columns, T* z, long ld) {
    switch (g) {
        case Activation::sigmoid: each_vector(rows, columns, z, ld, sigmoid<T>); break;
        case Activation::tanh: each_vector(rows, columns, z, ld, tanh<T>); break;
        case Activation::relu:
            each_vector(rows, columns, z, ld,
                        [](Vector<T> v) { return v <= T(0) ? Vector<T>{} : v; });  // NaN stays
            break;
        case Activation::identity: break;
        case Activation::leaky_relu:
            each_vector(rows, columns, z, ld, [](Vector<T> v) { return v <= T(0) ? T(leak) * v : v; });
            break;
        case Activation::silu:
            each_vector(rows, columns, z, ld, [](Vector<T> v) { return v * sigmoid<T>(v); });
            break;
    }
}

template <class T> struct Activated {  // one vector of a row's units
    Vector<T> a, slope;
};

template <class T, class Masks, class Function>
static inline void each_masked(long rows, long columns, T* at, T* slopes, long ld, const Masks& masks,
                               Function f) {
    for (long r = 0; r < rows; ++r) {
        const auto mask_at = masks.of_row(r);
        for (long c = 0; c < columns; c += width<T>) {
            const Vector<T> M = mask_at(c);
            const Activated<T> unit = f(load(at + r * ld + c));
            store(at + r * ld + c, M * unit.a);
            store(slopes + r * ld + c, M * unit.slope);
        }
    }
}

// a = M .* g(z) in place, and slopes = M .* g'(z) beside it. For the masks M see dropout.hpp.
template <class T, class Masks>
static void activate(Activation g, long rows, long columns, T* z, T* slopes, long ld, const Masks& masks) {
    using V = Vector<T>;
    const auto each = [&](auto f) { each_masked(rows, columns, z, slopes, ld, masks, f); };
    switch (g) {
        case Activation::sigmoid:
            each([](V v) {
                const V s = sigmoid<T>(v);
                return Activated<T>{s, s * (T(1) - s)};
            });
            break;
        case Activation::tanh:
            each([](V v) {
                const V t = tanh<T>(v);
                return Activated<T>{t, T(1) - t * t};
            });
            break;
        case Activation::relu:
            each([](V v) {
                const V a = v <= T(0) ? V{} : v;
                return Activated<T>{a, a > T(0) ? every<T>(1) : a};
            });
            break;
        case Activation::identity: each([](V v) { return Activated<T>{v, every<T>(1)}; }); break;
        case Activation::leaky_relu:
            each([](V v) {
                return Activated<T>{v <= T(0) ? T(leak) * v : v, v > T(0) ? every<T>(1) : every<T>(T(leak))};
            });
            break;
        case Activation::silu:
            each([](V v) {
                const V s = sigmoid<T>(v), a = v * s;
                return Activated<T>{a, s + a * (T(1) - s)};
            });
            break;
    }
}

}  // namespace clearprop::CLEARPROP_ISA
