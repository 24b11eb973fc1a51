// All kernels, and the table of what this instruction set offers. Each of native/isa_*.cpp includes this
// file.
#pragma once
#include "../kernels.hpp"
#include "few.hpp"
#include "narrow.hpp"
#include "predict.hpp"
#include "train.hpp"

namespace clearprop::CLEARPROP_ISA {

// exp, tanh, sigmoid, softplus, log on an array, for the tests of the error bounds.
template <class T> static void elementary(int function, const T* from, T* to, long n) {
    for (long i = 0; i < n; i += width<T>) {
        T lanes[width<T>] = {};
        for (long k = 0; k < width<T> && i + k < n; ++k) lanes[k] = from[i + k];
        const Vector<T> x = load(lanes);
        store(lanes, function == 0   ? exp<T>(x)
                     : function == 1 ? tanh<T>(x)
                     : function == 2 ? sigmoid<T>(x)
                     : function == 3 ? softplus<T>(x)
                                     : log<T>(x));
        for (long k = 0; k < width<T> && i + k < n; ++k) to[i + k] = lanes[k];
    }
}

template <class T>
static constexpr Kernels<T> table{.train = train<T>,
                                  .few = few<T>,
                                  .grouped = grouped<T>,
                                  .narrow = narrow<T>,
                                  .predict = predict<T>,
                                  .is_packed = is_packed<T>,
                                  .elementary = elementary<T>};

const Kernels<float>& float_kernels() { return table<float>; }
const Kernels<double>& double_kernels() { return table<double>; }

}  // namespace clearprop::CLEARPROP_ISA
