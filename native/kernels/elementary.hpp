// exp, tanh, sigmoid, log(1 + u) and log x on whole vectors.
//
// e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln(2)/2 = 0.3466. e^r - 1 is computed from its Taylor
// series. The first term left out is 0.3466^(d+1)/(d+1)!. Relative to r it is 1.5e-8 for d = 7 (float: half
// an ulp is 6e-8) and 1.2e-17 for d = 13 (double: 1.1e-16). ln 2 is in two parts, so that n times the first
// part is exact. Measured over the whole range, exp is wrong by at most 2 ulp, tanh and sigmoid by at most 4
// ulp. Results below the smallest normal number may become 0, as they do everywhere in the core.
#pragma once
#include "vector.hpp"
#if defined(__AVX512F__)
#include "tanh_table.hpp"
#endif

namespace clearprop::CLEARPROP_ISA {

template <class T> struct Constants;
template <> struct Constants<float> {
    static constexpr float round = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
    static constexpr float ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
    static constexpr float exp_low = -104.0f, exp_high = 89.0f;  // beyond: 0 and infinity
    static constexpr float tanh_high = 10.0f;                    // 1 - tanh(10) = 4e-9
    static constexpr int exp_degree = 7;
    static constexpr int log1p_terms = 8;  // (1/9)^8 / 17 = 1.4e-9
};
template <> struct Constants<double> {
    static constexpr double round = 6755399441055744.0;  // 1.5 * 2^52
    static constexpr double ln2_high = 6.93147180369123816490e-1;
    static constexpr double ln2_low = 1.90821492927058770002e-10;
    static constexpr double exp_low = -746.0, exp_high = 710.0;
    static constexpr double tanh_high = 20.0;  // 1 - tanh(20) = 8e-18
    static constexpr int exp_degree = 13;
    static constexpr int log1p_terms = 17;  // (1/9)^17 / 35 = 1.7e-18
};

// The parts of e^x: n and e^r - 1. n is an integer, stored with twice the exponent's bias added to it.
template <class T> struct ExpParts {
    typename Lanes<T>::Bits twice_biased;  // n + 2 * bias, not negative
    Vector<T> minus_one;                   // e^r - 1
};

template <class T> static inline ExpParts<T> exp_parts(Vector<T> x) {
    using C = Constants<T>;
    using Bits = typename Lanes<T>::Bits;
    const Vector<T> shifted = x * T(1.4426950408889634) + C::round;
    const Vector<T> n = shifted - C::round;
    Vector<T> r = x - n * C::ln2_high;
    r = r - n * C::ln2_low;
    T inverse[C::exp_degree + 1];  // 1/d!
    inverse[0] = 1;
    for (int d = 1; d <= C::exp_degree; ++d) inverse[d] = inverse[d - 1] / T(d);
    Vector<T> q = every<T>(inverse[C::exp_degree]);
#pragma GCC unroll 16
    for (int d = C::exp_degree - 1; d >= 2; --d) q = q * r + inverse[d];
    const Bits whole = (Bits)shifted - (Bits)every<T>(C::round) + 2 * Lanes<T>::bias;
    return {whole, (r * r) * q + r};
}

template <class T> static inline Vector<T> exp(Vector<T> x) {
    using C = Constants<T>;
    x = x < C::exp_low ? every<T>(C::exp_low) : x;
    x = x > C::exp_high ? every<T>(C::exp_high) : x;
    const auto [n, minus_one] = exp_parts<T>(x);
    // 2^n as a product of two powers, each of which is a normal number.
    const auto half = n >> 1;
    const Vector<T> first = (Vector<T>)(half << Lanes<T>::mantissa);
    const Vector<T> second = (Vector<T>)((n - half) << Lanes<T>::mantissa);
    return (minus_one * first + first) * second;
}

template <class T> static inline Vector<T> sigmoid(Vector<T> z) { return T(1) / (T(1) + exp<T>(-z)); }

// tanh |x| = (e^2|x| - 1) / (e^2|x| + 1); e^y - 1 = 2^n (e^r - 1) + (2^n - 1) keeps small x exact.
template <class T> static inline Vector<T> tanh(Vector<T> x) {
    using C = Constants<T>;
    using Bits = typename Lanes<T>::Bits;
    const Bits sign = (Bits)x & (Bits)every<T>(T(-0.0));
    Vector<T> y = (Vector<T>)((Bits)x ^ sign);
    y = y > C::tanh_high ? every<T>(C::tanh_high) : y;
    const auto [n, minus_one] = exp_parts<T>(y + y);
    const Vector<T> power = (Vector<T>)((n - Lanes<T>::bias) << Lanes<T>::mantissa);
    const Vector<T> e = minus_one * power + (power - T(1));  // e^y - 1
    return (Vector<T>)((Bits)(e / (e + T(2))) | sign);
}

#if defined(__AVX512F__)
// In float32, tanh is computed from a table of polynomials. Two registers hold 32 numbers, and one
// instruction looks up 16 of them. The first interval has centre 0 and no constant term, which keeps small x
// exact.
template <> inline Vector<float> tanh<float>(Vector<float> x) {
    using V = Vector<float>;
    using Bits = Lanes<float>::Bits;
    const Bits sign = (Bits)x & (Bits)every<float>(-0.0f);
    const V high = every<float>(Constants<float>::tanh_high);
    // This minimum returns its second argument if that is NaN. The masked form is used because GCC gives a
    // warning about its own _mm512_min_ps.
    const V y = _mm512_maskz_min_ps(0xffff, high, (V)((Bits)x ^ sign));
    const __m512i interval = (__m512i)((Bits)(y + tanh_offset) >> tanh_dropped);
    const auto of_interval = [interval](const float* row) -> V {
        return _mm512_permutex2var_ps(_mm512_load_ps(row), interval, _mm512_load_ps(row + 16));
    };
    const V t = y - of_interval(tanh_table[0]);
    V q = of_interval(tanh_table[1 + tanh_degree]);
#pragma GCC unroll 16
    for (int d = tanh_degree - 1; d >= 0; --d) q = q * t + of_interval(tanh_table[1 + d]);
    return (V)((Bits)q | sign);
}
#endif

// log(1 + u) for 0 <= u <= 1: 2 atanh(s) with s = u / (2 + u) <= 1/3.
template <class T> static inline Vector<T> log1p(Vector<T> u) {
    const Vector<T> s = u / (u + T(2)), square = s * s;
    constexpr int terms = Constants<T>::log1p_terms;
    Vector<T> q = every<T>(T(1) / T(2 * terms - 1));
#pragma GCC unroll 16
    for (int i = terms - 2; i >= 0; --i) q = q * square + T(1) / T(2 * i + 1);
    return T(2) * s * q;
}

// log x for x >= 1, and NaN for NaN: n log 2 + log f with x = 2^n f, 1 <= f < 2. Below 1 the two terms would
// cancel.
template <class T> static inline Vector<T> log(Vector<T> x) {
    using L = Lanes<T>;
    using Bits = typename L::Bits;
    const Bits one = (Bits)every<T>(1), fraction = ((Bits{} + 1) << L::mantissa) - 1;
    const Vector<T> f = (Vector<T>)(((Bits)x & fraction) | one);
    const Vector<T> n =
        __builtin_convertvector((typename L::Int)(((Bits)x >> L::mantissa) - L::bias), Vector<T>);
    const Vector<T> result = n * Constants<T>::ln2_high + (log1p<T>(f - T(1)) + n * Constants<T>::ln2_low);
    return x < T(__builtin_inf()) ? result : x;
}

// log(1 + e^z) = max(z, 0) + log(1 + e^-|z|)
template <class T> static inline Vector<T> softplus(Vector<T> z) {
    const Vector<T> negative = z > T(0) ? -z : z;
    return (z > T(0) ? z : Vector<T>{}) + log1p<T>(exp<T>(negative));
}

}  // namespace clearprop::CLEARPROP_ISA
