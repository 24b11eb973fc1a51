// The kernels for AVX2 with FMA. CMakeLists.txt gives this file that set's flags.
#define CLEARPROP_ISA avx2
#include "kernels/all.hpp"
