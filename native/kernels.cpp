#include "kernels.hpp"

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#if defined(CLEARPROP_X86)
#include "processor.hpp"
#endif

namespace clearprop {

// Each of native/isa_*.cpp defines these two for its set.
namespace baseline {
const Kernels<float>& float_kernels();
const Kernels<double>& double_kernels();
}  // namespace baseline
namespace avx2 {
const Kernels<float>& float_kernels();
const Kernels<double>& double_kernels();
}  // namespace avx2
namespace avx512 {
const Kernels<float>& float_kernels();
const Kernels<double>& double_kernels();
}  // namespace avx512

namespace {

struct Set {
    const char* name;
    const Kernels<float>& (*of_float)();
    const Kernels<double>& (*of_double)();
};

// The best one last. The list is never destroyed: daemon threads read it while the process ends.
const std::vector<Set>& sets() {
    static const auto& here = *new std::vector<Set>([] {
        std::vector<Set> found{{"baseline", baseline::float_kernels, baseline::double_kernels}};
#if defined(CLEARPROP_X86)
        const Processor has = processor();
        if (has.avx2) found.push_back({"avx2", avx2::float_kernels, avx2::double_kernels});
        if (has.avx512) found.push_back({"avx512", avx512::float_kernels, avx512::double_kernels});
#endif
        return found;
    }());
    return here;
}

[[noreturn]] void refuse(const std::string& asked) {
#if defined(CLEARPROP_X86)
    const std::string lacks = "this processor has no ";
#else
    const std::string lacks = "this build has no ";
#endif
    if (asked == "avx2" || asked == "avx512") throw std::runtime_error(lacks + asked);
    throw std::invalid_argument("CLEARPROP_ISA names no instruction set");
}

const Set& chosen() {
    static const Set& choice = []() -> const Set& {
        const char* asked = std::getenv("CLEARPROP_ISA");
        if (!asked || !*asked) return sets().back();
        for (const Set& set : sets())
            if (!std::strcmp(set.name, asked)) return set;
        refuse(asked);
    }();
    return choice;
}

}  // namespace

template <> const Kernels<float>& kernels<float>() { return chosen().of_float(); }
template <> const Kernels<double>& kernels<double>() { return chosen().of_double(); }

const char* instruction_set() { return chosen().name; }

std::vector<const char*> instruction_sets() {
    std::vector<const char*> names;
    for (const Set& set : sets()) names.push_back(set.name);
    return names;
}

}  // namespace clearprop
