// What each instruction set offers, and which one is in use.
#pragma once

#include <vector>

#include "job.hpp"

namespace clearprop {

template <class T> struct Kernels {
    void (*train)(Job<T>&);
    void (*few)(Job<T>&);
    void (*grouped)(Job<T>&);
    void (*narrow)(Job<T>&);
    void (*predict)(Job<T>&);
    bool (*is_packed)(const Layer&);  // the product can read theta's block as it is
    void (*elementary)(int function, const T* from, T* to, long n);  // for the tests of error bounds
};

// The kernels in use: those of the best set that this processor has, or of the set that the environment
// variable CLEARPROP_ISA names. Throws std::invalid_argument for an unknown name, and std::runtime_error for
// a set that this build or this processor lacks.
template <class T> const Kernels<T>& kernels();
const char* instruction_set();

std::vector<const char*> instruction_sets();  // those that run here, the best one last

}  // namespace clearprop
