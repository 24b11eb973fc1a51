// Vectors of the machine's width, in GCC's and Clang's vector extensions. A lane is one number's place in a
// vector.
//
// Everything under kernels/ is compiled once for each instruction set, inside a namespace of that set's name
// (CLEARPROP_ISA). It uses no inline function of the standard library: the linker keeps one copy of those,
// and that copy might be one that an older processor cannot run.
#pragma once

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include <cassert>
#include <utility>  // integer_sequence: types only, no code

#include "../job.hpp"

#ifndef CLEARPROP_ISA
#error "include through one of native/isa_*.cpp, which name the instruction set"
#endif

namespace clearprop::CLEARPROP_ISA {

// The number of registers decides the tile of the matrix product. It has to hold rows x vectors accumulators,
// the vectors of B, and one for the broadcast number of A (AVX-512 reads that one straight from memory).
// tile_rows[n] is the number of rows of a tile n vectors wide.
#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
constexpr int tile_rows[max_vectors + 1] = {0, 14, 12, 8};  // 32 registers: 14 x 1, 12 x 2, 8 x 3
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
constexpr int tile_rows[max_vectors + 1] = {0, 12, 6, 4};  // 16 registers: 12 accumulators + 3 + 1
#elif defined(__aarch64__)
constexpr int vector_bytes = 16;
constexpr int tile_rows[max_vectors + 1] = {0, 14, 12, 8};  // 32 registers
#elif defined(__wasm__)
constexpr int vector_bytes = 16;
constexpr int tile_rows[max_vectors + 1] = {0, 4, 4, 2};  // few tiles: a page loads them all
#else
constexpr int vector_bytes = 16;
constexpr int tile_rows[max_vectors + 1] = {0, 12, 6, 4};  // SSE: 16 registers
#endif
static_assert(widest % vector_bytes == 0);

template <class T> struct Lanes;
template <> struct Lanes<float> {
    typedef float Float __attribute__((vector_size(vector_bytes)));
    typedef float Unaligned __attribute__((vector_size(vector_bytes), aligned(4), may_alias));
    typedef int Int __attribute__((vector_size(vector_bytes)));
    typedef unsigned Bits __attribute__((vector_size(vector_bytes)));
    typedef unsigned UnalignedBits __attribute__((vector_size(vector_bytes), aligned(4), may_alias));
    static constexpr int mantissa = 23, bias = 127;
};
template <> struct Lanes<double> {
    typedef double Float __attribute__((vector_size(vector_bytes)));
    typedef double Unaligned __attribute__((vector_size(vector_bytes), aligned(8), may_alias));
    typedef long long Int __attribute__((vector_size(vector_bytes)));
    typedef unsigned long long Bits __attribute__((vector_size(vector_bytes)));
    typedef unsigned long long UnalignedBits
        __attribute__((vector_size(vector_bytes), aligned(8), may_alias));
    static constexpr int mantissa = 52, bias = 1023;
};

template <class T> using Vector = typename Lanes<T>::Float;
template <class T> using Mask = typename Lanes<T>::Int;  // all ones where true
template <class T> constexpr int width = vector_bytes / int(sizeof(T));

template <class T> static inline Vector<T> load(const T* from) {
    return *reinterpret_cast<const typename Lanes<T>::Unaligned*>(from);
}
template <class T> static inline void store(T* to, Vector<T> value) {
    *reinterpret_cast<typename Lanes<T>::Unaligned*>(to) = value;
}
template <class T> using Bits = typename Lanes<T>::Bits;
template <class T> static inline Bits<T> load_bits(const BitOf<T>* from) {
    return *reinterpret_cast<const typename Lanes<T>::UnalignedBits*>(from);
}
template <class T> static inline void store_bits(BitOf<T>* to, Bits<T> value) {
    *reinterpret_cast<typename Lanes<T>::UnalignedBits*>(to) = value;
}
template <class T> static inline Vector<T> every(T value) { return value - Vector<T>{}; }

// Keeps v in a register. Without it GCC loads a vector that is used N times from memory N times.
template <class T> static inline Vector<T> in_register(Vector<T> v) {
#if defined(__x86_64__)
    asm("" : "+v"(v));
#endif
    return v;
}

// Lanes 0 to n-1: what a vector holds of a row that ends inside it.
template <class T> static inline Mask<T> first_lanes(long n) {
    Mask<T> lane;
    for (int i = 0; i < width<T>; ++i) lane[i] = i < n ? -1 : 0;
    return lane;
}

// Lane i of the result is lane i + by (mod width).
template <class T, int by, int... lane>
static inline Vector<T> turned(Vector<T> v, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(v, v, ((lane + by) % width<T>)...);
}
template <class T, int by> static inline Vector<T> turned(Vector<T> v) {
    return turned<T, by>(v, std::make_integer_sequence<int, width<T>>{});
}

// Writes first + i to `to` for every lane i that is true, without gaps, and returns how many these are. It
// may write a whole vector of integers.
template <class T> static inline long append(Mask<T> mask, int first, int* to) {
#if defined(__AVX512F__)
    const __m512i all = _mm512_add_epi32(
        _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(first));
    const unsigned bits = sizeof(T) == 4 ? unsigned(_mm512_movepi32_mask((__m512i)mask))
                                         : unsigned(_mm512_movepi64_mask((__m512i)mask));
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(__mmask16(bits), all));
    return __builtin_popcount(bits);
#else
    long n = 0;
    for (int i = 0; i < width<T>; ++i) {
        to[n] = first + i;
        n += mask[i] & 1;
    }
    return n;
#endif
}

// The sum of a vector's lanes, and the largest lane. Each round joins the upper half of the lanes with the
// lower half, until a single lane is left.
template <class T, int half = width<T> / 2> static inline T sum(Vector<T> v) {
    if constexpr (half == 0) return v[0];
    else return sum<T, half / 2>(v + turned<T, half>(v));
}
template <class T, int half = width<T> / 2> static inline T largest(Vector<T> v) {
    if constexpr (half == 0) {
        return v[0];
    } else {
        const Vector<T> other = turned<T, half>(v);
        return largest<T, half / 2>(v > other ? v : other);
    }
}

}  // namespace clearprop::CLEARPROP_ISA
