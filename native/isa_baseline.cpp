// The kernels for any machine of the architecture (x86-64-v2, 64-bit Arm); compiled with that set's flags
// (CMakeLists.txt).
#define CLEARPROP_ISA baseline
#define CLEARPROP_PASTE(a, b) a##b
#define CLEARPROP_JOIN(a, b) CLEARPROP_PASTE(a, b)
#include "kernels/train.hpp"
