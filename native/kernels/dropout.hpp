// Dropout: which hidden units stay in a step, as src/clearprop/network/dropout.py has it.
//
// Nothing is drawn or stored. A unit's number is a hash of the seed, the epoch, the layer, the sample's place
// in the epoch and the unit. So any worker finds it for itself, a whole vector at a time, and the masks are
// the same in every slice, for every number of threads, and in NumPy. The hash takes about a dozen
// instructions a vector.
#pragma once
#include "vector.hpp"

namespace clearprop::CLEARPROP_ISA {

constexpr unsigned counter_step = 0x9e3779b9;  // 2^32 over the golden ratio

// MurmurHash3's finaliser, of a word or of a vector of words.
template <class Words> static inline Words mix(Words h) {
    h ^= h >> 16;
    h *= 0x85ebca6bu;
    h ^= h >> 13;
    h *= 0xc2b2ae35u;
    return h ^ h >> 16;
}

// The word of a hidden layer. The first one is layer 1.
static inline unsigned layer_key(const Dropout& dropout, long layer) {
    unsigned key = mix(dropout.seed_low + counter_step);
    key = mix(key ^ dropout.seed_high);
    key = mix(key ^ dropout.epoch);
    return mix(key ^ unsigned(layer));
}

// As many words of 32 bits as a vector of T has lanes.
template <class T> struct WordsOf {
    typedef unsigned Vector __attribute__((vector_size(4 * width<T>)));
    typedef unsigned Unaligned __attribute__((vector_size(4 * width<T>), aligned(4), may_alias));
};
template <class T> using Words = typename WordsOf<T>::Vector;
template <class T> static inline Words<T> counted() {  // 1, 2, 3 ... steps of the counter
    Words<T> words;
    for (int i = 0; i < width<T>; ++i) words[i] = counter_step * unsigned(i + 1);
    return words;
}

// Where units lie in lanes: of_row(r) is a function from a column to the mask of a vector of row r.
template <class T> struct UnitMasks {
    unsigned key, stays_from, first;  // the place of row 0
    T kept;
    UnitMasks(const Dropout& dropout, long layer, long place)
        : key(layer_key(dropout, layer)), stays_from(dropout.stays_from), first(unsigned(place)),
          kept(T(dropout.kept)) {}
    auto of_row(long r) const {
        const Words<T> row = mix(key + counter_step * (first + unsigned(r) + 1)) + counted<T>();
        return [row, from = stays_from, value = kept](long c) {
            const Words<T> u = mix<Words<T>>(row + counter_step * unsigned(c));
            return __builtin_convertvector(u >= from, Mask<T>) ? every<T>(value) : Vector<T>{};
        };
    }
};

// Where samples lie in lanes: row r is unit r. `keys` has room for a word for each sample.
template <class T> struct SampleMasks {
    const unsigned* keys;
    unsigned stays_from;
    T kept;
    SampleMasks(const Dropout& dropout, long layer, long place, long samples, unsigned* room)
        : keys(room), stays_from(dropout.stays_from), kept(T(dropout.kept)) {
        const unsigned key = layer_key(dropout, layer);
        for (long i = 0; i < samples; i += width<T>)
            *reinterpret_cast<typename WordsOf<T>::Unaligned*>(room + i) =
                mix<Words<T>>(key + counted<T>() + counter_step * (unsigned(place) + unsigned(i)));
    }
    auto of_row(long r) const {
        return [this, step = counter_step * unsigned(r + 1)](long c) {
            const Words<T> key = *reinterpret_cast<const typename WordsOf<T>::Unaligned*>(keys + c);
            const Words<T> u = mix<Words<T>>(key + step);
            return __builtin_convertvector(u >= stays_from, Mask<T>) ? every<T>(kept) : Vector<T>{};
        };
    }
};

// Without dropout every unit stays.
template <class T> struct NoMasks {
    auto of_row(long) const {
        return [](long) { return every<T>(1); };
    }
};

}  // namespace clearprop::CLEARPROP_ISA
