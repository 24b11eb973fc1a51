// NumPy's random numbers: default_rng(entropy) with uniform, standard_normal and permutation, bit for bit.
//
// O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
// Generation", 2014 (XSL-RR 128/64); Marsaglia and Tsang, "The Ziggurat Method", 2000; NEP 19 and NumPy's
// page on SeedSequence.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "normal_table.hpp"

namespace clearprop {

// numpy.random.SeedSequence: a pool of four words, into which all words of the entropy are mixed.
class SeedSequence {
   public:
    explicit SeedSequence(const std::vector<std::uint32_t>& entropy) {
        std::uint32_t constant = 0x43b0d7e5;
        const auto hashed = [&](std::uint32_t value) {
            value ^= constant;
            constant *= 0x931e8875;
            value *= constant;
            return value ^ value >> 16;
        };
        const auto mix = [&](int to, std::uint32_t value) {
            const std::uint32_t mixed = 0xca01f9dd * pool_[to] - 0x4973f715 * hashed(value);
            pool_[to] = mixed ^ mixed >> 16;
        };
        for (size_t i = 0; i < 4; ++i) pool_[i] = hashed(i < entropy.size() ? entropy[i] : 0);
        for (int from = 0; from < 4; ++from)
            for (int to = 0; to < 4; ++to)
                if (from != to) mix(to, pool_[from]);
        for (size_t i = 4; i < entropy.size(); ++i)
            for (int to = 0; to < 4; ++to) mix(to, entropy[i]);
    }

    // Four words of 64 bits for a generator.
    void generate(std::uint64_t* state) const {
        std::uint32_t constant = 0x8b51f9dd, words[8];
        for (int i = 0; i < 8; ++i) {
            std::uint32_t value = pool_[i % 4] ^ constant;
            constant *= 0x58f38ded;
            value *= constant;
            words[i] = value ^ value >> 16;
        }
        for (int i = 0; i < 4; ++i) state[i] = words[2 * i] | std::uint64_t(words[2 * i + 1]) << 32;
    }

   private:
    std::uint32_t pool_[4];
};

// A whole number of at least 0 as NumPy takes it into the entropy: words of 32 bits, the lowest first.
inline void add_entropy(std::vector<std::uint32_t>& entropy, std::uint64_t number) {
    entropy.push_back(std::uint32_t(number));
    if (number >> 32) entropy.push_back(std::uint32_t(number >> 32));
}

// numpy.random.Generator over PCG64.
class Generator {
   public:
    explicit Generator(const std::vector<std::uint32_t>& entropy) {
        std::uint64_t words[4];
        SeedSequence(entropy).generate(words);
        increment_ = (wide(words[2], words[3]) << 1) | 1;
        next();
        state_ += wide(words[0], words[1]);
        next();
    }

    double random() { return double(bits() >> 11) * 0x1p-53; }  // [0, 1)
    double uniform(double low, double high) { return low + (high - low) * random(); }

    // Marsaglia and Tsang's ziggurat with 256 steps.
    double standard_normal() {
        constexpr double r = 3.6541528853610087963519472518;  // where the tail begins: the last entry
        for (;;) {
            const std::uint64_t word = bits(), size = word >> 9 & 0xfffffffffffff;
            const int i = int(word & 0xff);
            const double x = (word & 0x100 ? -1.0 : 1.0) * double(size) * normal_entries[i];
            if (double(size) < inside(i)) return x;
            if (i > 0) {
                const double low = density(i), high = i == 1 ? 1 : density(i - 1);
                if ((high - low) * random() + low < std::exp(-0.5 * x * x)) return x;
                continue;
            }
            for (;;) {
                const double beyond = -0.27366123732975827203338247596 * std::log1p(-random());
                const double height = -std::log1p(-random());
                if (height + height > beyond * beyond) return size >> 8 & 1 ? -(r + beyond) : r + beyond;
            }
        }
    }
    double normal(double mean, double deviation) { return mean + deviation * standard_normal(); }

    // A permutation of 0 ... n-1 (Fisher and Yates).
    std::vector<long> permutation(long n) {
        std::vector<long> order(size_t(n), 0);
        std::iota(order.begin(), order.end(), 0L);
        for (long i = n - 1; i > 0; --i) std::swap(order[size_t(i)], order[size_t(up_to(std::uint32_t(i)))]);
        return order;
    }

   private:
    __extension__ typedef unsigned __int128 Wide;
    static Wide wide(std::uint64_t high, std::uint64_t low) { return Wide(high) << 64 | low; }

    void next() { state_ = state_ * wide(0x2360ed051fc65da4, 0x4385df649fccf645) + increment_; }
    std::uint64_t bits() {
        next();
        const std::uint64_t mixed = std::uint64_t(state_ >> 64) ^ std::uint64_t(state_);
        const unsigned turn = unsigned(state_ >> 122);
        return mixed >> turn | mixed << (-turn & 63);
    }
    // Words of 32 bits: the lower half of a word, then its upper half.
    std::uint32_t half() {
        if (has_half_) {
            has_half_ = false;
            return half_;
        }
        const std::uint64_t word = bits();
        has_half_ = true;
        half_ = std::uint32_t(word >> 32);
        return std::uint32_t(word);
    }
    // 0 ... most: as many bits as `most` has, drawn again while they are more.
    std::uint32_t up_to(std::uint32_t most) {
        std::uint32_t bits = most;
        for (int by = 1; by < 32; by *= 2) bits |= bits >> by;
        std::uint32_t drawn = half() & bits;
        while (drawn > most) drawn = half() & bits;
        return drawn;
    }

    // Step i of the ziggurat: its edge, the height there, and the bits below which a number is surely inside.
    static double edge(int i) { return normal_entries[i] * 0x1p52; }
    static double density(int i) { return std::exp(-0.5 * edge(i) * edge(i)); }
    static double inside(int i) {
        return i == 1 ? 0 : std::floor(edge(i == 0 ? 255 : i - 1) / edge(i) * 0x1p52);
    }

    Wide state_ = 0, increment_;
    std::uint32_t half_ = 0;
    bool has_half_ = false;
};

}  // namespace clearprop
