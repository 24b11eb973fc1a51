// The memory of a job: one arena, cut up before the first row is read.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#ifdef CLEARPROP_RED_ZONES
#include <sanitizer/asan_interface.h>
#endif

#include "job.hpp"

namespace clearprop {

// The widest vector of any instruction set, and the widest panel of B.
constexpr long widest = 64;
template <class T> constexpr long slack = 3 * widest / long(sizeof(T));

// The stride of rows of n numbers: whole vectors, and not a multiple of 512 bytes, since rows that far
// apart share a few sets of the L1 cache.
template <class T> long stride_of(long n) {
    long bytes = (n * long(sizeof(T)) + widest - 1) / widest * widest;
    if (bytes % 512 == 0) bytes += widest;
    return bytes / long(sizeof(T));
}

// AddressSanitizer sees one block, and no overrun from a piece of it into the next: in its builds there
// is a gap after each piece that nobody may touch.
#ifdef CLEARPROP_RED_ZONES
constexpr size_t red_zone = 1024;  // five rows of the widest panel
inline void forbid(char* from, size_t n) { __asan_poison_memory_region(from, n); }
inline void allow(char* from, size_t n) { __asan_unpoison_memory_region(from, n); }
#else
constexpr size_t red_zone = 0;
inline void forbid(char*, size_t) {}
inline void allow(char*, size_t) {}
#endif

// The block of the job that has ended last, for the next one. A full batch is a job for each step: to
// give a block of some 100 KB back and ask for it anew costs a page fault for each 4 KB, and an
// interrupt of the other threads' processors (4-32-16-4, 10,000 rows, two threads: 290 us a step
// instead of 170).
struct Block {
    size_t size;
    static constexpr size_t header = 128, most_kept = 4 << 20;
    static inline std::atomic<Block*> spare{nullptr};

    char* memory() { return reinterpret_cast<char*>(this) + header; }
    static Block* of_at_least(size_t size) {
        Block* block = spare.exchange(nullptr, std::memory_order_acq_rel);
        if (block && block->size >= size) {
            allow(block->memory(), block->size);
            return block;
        }
        release(block);
        return new (::operator new (header + size, std::align_val_t{128})) Block{size};
    }
    static void keep(Block* block) {
        if (block && block->size <= most_kept) block = spare.exchange(block, std::memory_order_acq_rel);
        release(block);
    }

   private:
    static void release(Block* block) { ::operator delete (block, std::align_val_t{128}); }
};

// Hands out pieces of one block, each on its own cache line; the first time round it only counts.
class Arena {
   public:
    template <class U> U* take(long n) {
        const size_t at = used_, end = at + size_t(n) * sizeof(U);
        used_ = (end + red_zone + 127) / 128 * 128;
        if (!block_) return nullptr;
        forbid(block_->memory() + end, used_ - end);
        return reinterpret_cast<U*>(block_->memory() + at);
    }
    void allocate() {
        block_.reset(Block::of_at_least(used_));
        used_ = 0;
    }

   private:
    struct Keep {
        void operator()(Block* block) const { Block::keep(block); }
    };
    std::unique_ptr<Block, Keep> block_;
    size_t used_ = 0;
};

enum class Kind { train, few, grouped, narrow, predict };

template <class T> class Plan {
   public:
    Plan(Job<T>& job, Kind kind, int workers, long rows) : job_(job), kind_(kind) {
        own_.resize(size_t(workers));
        layers_ = job.net.n_layers + 1;
        for (long l = 0; l < layers_; ++l)
            strides_.push_back(l ? stride_of<T>(job.net.layers[l - 1].outputs) : 0);
        lay_out(rows);
        arena_.allocate();
        lay_out(rows);
        job.own = own_.data();
    }

   private:
    static long whole(long n) {
        return (n * long(sizeof(T)) + widest - 1) / widest * widest / long(sizeof(T));
    }
    Space<T> space(long rows, bool deltas) {
        pointers_.push_back(std::make_unique<T*[]>(size_t(2 * layers_)));
        T** const pointers = pointers_.back().get();
        Space<T> s{rows, arena_.take<const T*>(rows), pointers, pointers + layers_, strides_.data(), nullptr};
        for (long l = 0; l < layers_; ++l) {
            s.a[l] = l ? arena_.take<T>(rows * strides_[size_t(l)]) : nullptr;
            s.d[l] = l && deltas ? arena_.take<T>(rows * strides_[size_t(l)]) : nullptr;
        }
        if (deltas) s.y = arena_.take<T>(rows * strides_.back());
        return s;
    }
    void lay_out(long rows) {
        const Net& net = job_.net;
        long widest_layer = 0, inputs = 0, most_inputs = 0;
        for (long l = 0; l < net.n_layers; ++l) {
            widest_layer = net.layers[l].outputs > widest_layer ? net.layers[l].outputs : widest_layer;
            inputs += net.layers[l].inputs;
            most_inputs = net.layers[l].inputs > most_inputs ? net.layers[l].inputs : most_inputs;
        }
        pointers_.clear();
        if (kind_ == Kind::narrow) return lay_out_narrow(widest_layer, inputs);
        pointers_.push_back(std::make_unique<T*[]>(size_t(2 * net.n_layers)));
        job_.packed = pointers_.back().get();
        job_.transposed = job_.packed + net.n_layers;
        for (long l = 0; l < net.n_layers; ++l) {
            // Up to whole vectors of the widest set in both directions; or theta itself.
            const Layer& layer = net.layers[l];
            const long in = whole(layer.inputs), out = whole(layer.outputs);
            const bool theta = kernels<T>().is_packed(layer);
            const bool pieces = l == 0 && kind_ == Kind::few;
            job_.packed[l] = theta    ? job_.update.theta + layer.offset
                             : pieces ? nullptr
                                      : arena_.take<T>((layer.inputs + 1) * out);
            job_.transposed[l] = l && kind_ != Kind::predict ? arena_.take<T>(in * layer.outputs) : nullptr;
        }
        if (kind_ == Kind::train) job_.shared = space(rows, true);
        if (kind_ == Kind::few) lay_out_few(rows);
        const long stretch = g_elements > 16 * widest_layer ? g_elements : 16 * widest_layer;
        for (Own<T>& own : own_) {
            const long piece = kind_ == Kind::few ? piece_rows() * whole(net.layers[0].outputs) : 0;
            own.g = arena_.take<T>((stretch > piece ? stretch : piece) + slack<T>);
            own.turned = arena_.take<T>(widest / 2 / long(sizeof(T)) * whole(most_inputs));
            own.panels = arena_.take<T>(piece + slack<T>);
            own.bias = arena_.take<T>(widest_layer + slack<T>);
            if (kind_ == Kind::grouped) own.space = space(chunk_rows, true);
            if (kind_ == Kind::predict) own.space = space(chunk_rows, false);
        }
        if (kind_ != Kind::predict) {
            job_.row_costs = arena_.take<double>(job_.rows.size);
            job_.squares = arena_.take<double>(inputs);
        }
        if (kind_ == Kind::grouped) {
            job_.group_gap = slack<T>;  // past a row's end a panel may be written
            job_.group_stride = (net.n_parameters + net.n_layers * slack<T> + 31) / 32 * 32;
            job_.gradient = arena_.take<T>(job_.groups * job_.group_stride);
        }
    }

    // Arrays of (units, samples), above all but the deltas a row of ones.
    void lay_out_narrow(long widest_layer, long inputs) {
        const Net& net = job_.net;
        const long samples = chunk_most, sums = whole(net.n_parameters);
        for (long& stride : strides_) stride = stride_of<T>(samples);
        const long ld = strides_[0];
        for (Own<T>& own : own_) {
            pointers_.push_back(std::make_unique<T*[]>(size_t(2 * layers_)));
            T** const pointers = pointers_.back().get();
            own.space = {samples, nullptr, pointers, pointers + layers_, strides_.data(), nullptr};
            for (long l = 0; l < layers_; ++l) {
                const long units = l ? net.layers[l - 1].outputs : net.layers[0].inputs;
                own.space.a[l] = arena_.take<T>((units + 1) * ld);
                own.space.d[l] = l ? arena_.take<T>(units * ld) : nullptr;
            }
            own.space.y = arena_.take<T>(net.layers[net.n_layers - 1].outputs * ld);
            own.sums = arena_.take<T>(sums * widest / long(sizeof(T)));
            own.g = arena_.take<T>(g_elements + 16 * widest_layer);
            own.bias = arena_.take<T>(widest_layer);
        }
        job_.row_costs = arena_.take<double>(job_.groups);
        job_.squares = arena_.take<double>(inputs);
        job_.group_stride = sums;
        job_.gradient = arena_.take<T>(job_.groups * job_.group_stride);
    }

    // The most rows of a piece: see piece() in few.hpp.
    long piece_rows() const { return (job_.net.layers[0].inputs + 15) / 16 / job_.few.pieces * 16 + 16; }
    // Eight pieces, whatever the number of workers: z is the same sum. 6, 8 and 12 differed less than two
    // runs of one.
    void lay_out_few(long rows) {
        Few<T>& few = job_.few;
        const long inputs = job_.net.layers[0].inputs;
        few.pieces = 8;
        few.ink.ld = piece_rows() + widest / long(sizeof(int));
        few.ink.rows = arena_.take<BitOf<T>>(inputs);
        few.ink.columns = arena_.take<int>(few.pieces * few_most * few.ink.ld);
        few.ink.counts = arena_.take<long>(few.pieces * few_most);
        few.dense = arena_.take<bool>(few.pieces);
        few.squares = arena_.take<double>(few.pieces);
        few.ldx = stride_of<T>(piece_rows()) + slack<T>;
        few.x_stride = rows * few.ldx;
        few.x = arena_.take<T>(few.pieces * few.x_stride);
        few.share_stride = rows * strides_[1];
        few.shares = arena_.take<T>(few.pieces * few.share_stride);
        few.bias = arena_.take<T>(whole(job_.net.layers[0].outputs));
        job_.shared = space(rows, true);
    }

    Job<T>& job_;
    Kind kind_;
    long layers_ = 0;
    std::vector<long> strides_;
    std::vector<Own<T>> own_;
    std::vector<std::unique_ptr<T*[]>> pointers_;
    Arena arena_;
};

}  // namespace clearprop
