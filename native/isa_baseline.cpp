// The kernels for any machine of the architecture (x86-64-v2, 64-bit Arm). CMakeLists.txt gives this file
// that set's flags.
#define CLEARPROP_ISA baseline
#include "kernels/all.hpp"
