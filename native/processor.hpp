// Which vectors the processor has and the system saves. It is asked here and not by `__builtin_cpu_supports`:
// that answers from the compiler's runtime library, and zig's says no to everything.
#pragma once

#include <cpuid.h>

namespace clearprop {

struct Processor {
    bool avx2 = false, avx512 = false;  // with multiply-add; with the parts f, dq, bw and vl
};

// Intel's manual, volume 1, sections 14.3 and 15.2: the processor has the instructions, and the system saves
// their registers (XCR0).
inline Processor processor() {
    const auto has = [](unsigned word, int bit) { return (word >> bit & 1) != 0; };
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return {};
    const bool fma = has(ecx, 12), osxsave = has(ecx, 27);
    if (!fma || !osxsave || !__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return {};
    unsigned saved, upper;
    asm volatile("xgetbv" : "=a"(saved), "=d"(upper) : "c"(0));
    const bool ymm = (saved & 0x06) == 0x06, zmm = (saved & 0xe6) == 0xe6;
    Processor found;
    found.avx2 = ymm && has(ebx, 5);
    found.avx512 = found.avx2 && zmm && has(ebx, 16) && has(ebx, 17) && has(ebx, 30) && has(ebx, 31);
    return found;
}

}  // namespace clearprop
