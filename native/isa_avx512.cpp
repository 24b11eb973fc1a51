// The kernels for AVX-512; compiled with that set's flags (CMakeLists.txt).
#define CLEARPROP_ISA avx512
#define CLEARPROP_PASTE(a, b) a##b
#define CLEARPROP_JOIN(a, b) CLEARPROP_PASTE(a, b)
#include "kernels/train.hpp"
