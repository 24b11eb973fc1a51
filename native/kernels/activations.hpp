// The hidden layers' g and g', on rows that have just been computed.
#pragma once
#include "../job.hpp"
#include "elementary.hpp"

namespace clearprop::CLEARPROP_ISA {

template <class T, class Function>
static inline void each_vector(long rows, long columns, T* at, long ld, Function f) {
    for (long r = 0; r < rows; ++r)
        for (long c = 0; c < columns; c += width<T>) store(at + r * ld + c, f(load(at + r * ld + c)));
}

// a = g(z), in place; (rows, columns), to the end of the last vector.
template <class T>
static void activate(Activation g, long rows, long columns, T* z, long ld) {
    switch (g) {
        case Activation::sigmoid: each_vector(rows, columns, z, ld, sigmoid<T>); break;
        case Activation::tanh: each_vector(rows, columns, z, ld, tanh<T>); break;
        case Activation::relu:
            each_vector(rows, columns, z, ld, [](Vector<T> v) { return v <= T(0) ? Vector<T>{} : v; });  // NaN stays
            break;
        case Activation::identity: break;
    }
}

// delta := delta .* g'(z), with g' from a; (rows, columns).
template <class T, class Slope>
static inline void scale(long rows, long columns, T* delta, const T* a, long ld, Slope slope) {
    for (long r = 0; r < rows; ++r)
        for (long c = 0; c < columns; c += width<T>) {
            const long at = r * ld + c;
            store(delta + at, slope(load(delta + at), load(a + at)));
        }
}

template <class T>
static void times_slope(Activation g, long rows, long columns, T* delta, const T* a, long ld) {
    using V = Vector<T>;
    switch (g) {
        case Activation::sigmoid:
            scale(rows, columns, delta, a, ld, [](V d, V h) { return d * (h * (T(1) - h)); });
            break;
        case Activation::tanh:
            scale(rows, columns, delta, a, ld, [](V d, V h) { return d * (T(1) - h * h); });
            break;
        case Activation::relu:  // the slope is 1, 0 or NaN, and 0 times infinity NaN, as in the equations
            scale(rows, columns, delta, a, ld, [](V d, V h) {
                return d * (h > T(0) ? every<T>(1) : h);
            });
            break;
        case Activation::identity: break;
    }
}

}  // namespace clearprop::CLEARPROP_ISA
