// Probabilities as the JSON of serve/answers.py, to the byte.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>
#include <version>

namespace clearprop {

// Not every C++ library can write floating-point numbers; without it the answers are written in Python.
// LLVM's can since version 14, and since macOS 13.3, but does not say so as long as it cannot read them.
#if defined(__APPLE__)
#define CLEARPROP_WRITES_NUMBERS (__ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__ >= 130300)
#elif defined(_LIBCPP_VERSION)
#define CLEARPROP_WRITES_NUMBERS (_LIBCPP_VERSION >= 14000)
#else
#define CLEARPROP_WRITES_NUMBERS (__cpp_lib_to_chars >= 201611L)
#endif

#if CLEARPROP_WRITES_NUMBERS
inline constexpr bool writes_numbers = true;
inline void append(std::string& text, float number) {
    char digits[32];  // nine of them, a point, a sign, an exponent: at most 15
    const auto [end, error] =
        std::to_chars(digits, digits + sizeof digits, double(number), std::chars_format::general, 9);
    text.append(digits, end);
}
#else
inline constexpr bool writes_numbers = false;
inline void append(std::string&, float) {}
#endif

// What stands around the numbers of a row of K probabilities.
struct Answer {
    std::vector<std::string> before;  // (K,), by the class of the largest one
    std::vector<std::string> after;   // (K,), behind each number
    double nearly;                    // how far from 1 the sum of a row may be

    // The answer for h (m, K); false if the sum of a row is too far from 1, or no number.
    bool write(const float* h, std::size_t m, std::string& text) const {
        const std::size_t K = after.size();
        text.reserve(m * (before[0].size() + K * (after[0].size() + 16)));
        for (std::size_t r = 0; r < m; ++r, h += K) {
            double sum = 0;
            std::size_t best = 0;
            for (std::size_t k = 0; k < K; ++k) {
                sum += double(h[k]);
                if (h[k] > h[best]) best = k;
            }
            if (!(std::fabs(sum - 1) < nearly)) return false;
            if (r) text += ", ";
            text += before[best];
            for (std::size_t k = 0; k < K; ++k) {
                append(text, h[k]);
                text += after[k];
            }
        }
        return true;
    }
};

}  // namespace clearprop
