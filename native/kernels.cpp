// Chooses, once, the kernels of the best instruction set that this processor has.
#include <cstdlib>
#include <cstring>

#include "job.hpp"

namespace clearprop {

#if defined(CLEARPROP_X86)
extern const Kernels<float>&float_avx512, &float_avx2;
extern const Kernels<double>&double_avx512, &double_avx2;
#endif
extern const Kernels<float>& float_baseline;
extern const Kernels<double>& double_baseline;

namespace {

int level() {
    static const int found = [] {
#if defined(CLEARPROP_X86)
        __builtin_cpu_init();
        int best = 0;
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) best = 1;
        if (best && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
            best = 2;
        // For tests of one set on a machine that has a better one.
        if (const char* name = std::getenv("CLEARPROP_ISA")) {
            const int asked = !std::strcmp(name, "baseline") ? 0 : !std::strcmp(name, "avx2") ? 1 : 2;
            best = asked < best ? asked : best;
        }
        return best;
#else
        return 0;
#endif
    }();
    return found;
}

}  // namespace

const char* instruction_set() {
    static const char* const names[] = {"baseline", "avx2", "avx512"};
    return names[level()];
}

#if defined(CLEARPROP_X86)
template <> const Kernels<float>& kernels<float>() {
    return level() == 2 ? float_avx512 : level() == 1 ? float_avx2 : float_baseline;
}
template <> const Kernels<double>& kernels<double>() {
    return level() == 2 ? double_avx512 : level() == 1 ? double_avx2 : double_baseline;
}
#else
template <> const Kernels<float>& kernels<float>() { return float_baseline; }
template <> const Kernels<double>& kernels<double>() { return double_baseline; }
#endif

}  // namespace clearprop
