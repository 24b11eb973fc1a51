// The kernels for AVX-512. CMakeLists.txt gives this file that set's flags.
#define CLEARPROP_ISA avx512
#include "kernels/all.hpp"
