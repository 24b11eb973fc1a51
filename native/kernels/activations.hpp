// The hidden layers' g, on rows that have just been computed. Its slope g' is in product.hpp.
#pragma once
#include "../job.hpp"
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
    }
}

}  // namespace clearprop::CLEARPROP_ISA
