// The memory of a job: one block, cut into arrays.
#pragma once

#include <atomic>
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#ifdef CLEARPROP_RED_ZONES
#include <sanitizer/asan_interface.h>
#endif

namespace clearprop {

// AddressSanitizer sees one block, so it would miss an overrun from one of its arrays into the next. In its
// builds each array is followed by a gap that nobody may touch.
#ifdef CLEARPROP_RED_ZONES
constexpr size_t red_zone = 1024;  // five rows of the widest panel
inline void forbid(char* from, size_t n) { __asan_poison_memory_region(from, n); }
inline void allow(char* from, size_t n) { __asan_unpoison_memory_region(from, n); }
#else
constexpr size_t red_zone = 0;
inline void forbid(char*, size_t) {}
inline void allow(char*, size_t) {}
#endif

constexpr size_t alignment = 128;  // of every array: whole cache lines, and whole vectors of every set

// A session keeps its blocks. The last block that was given back is kept for the next session, because a
// single prediction is a session of its own. Freeing and reallocating a block of some 100 KB caused a page
// fault for each 4 KB and interrupts of the other threads' processors: 4-32-16-4 with 10,000 rows took 290 us
// a job on two threads instead of 170.
struct Block {
    size_t size;
    static constexpr size_t header = alignment, most_kept = 4 << 20;
    static inline std::atomic<Block*> spare{nullptr};

    char* memory() { return reinterpret_cast<char*>(this) + header; }
    static Block* of_at_least(size_t size) {
        Block* block = spare.exchange(nullptr, std::memory_order_acq_rel);
        if (block && block->size >= size) {
            allow(block->memory(), block->size);
            return block;
        }
        release(block);
        return new (::operator new (header + size, std::align_val_t{alignment})) Block{size};
    }
    static void keep(Block* block) {
        if (block && block->size <= most_kept) block = spare.exchange(block, std::memory_order_acq_rel);
        release(block);
    }

   private:
    static void release(Block* block) { ::operator delete (block, std::align_val_t{alignment}); }
};

// Hands out arrays of one block. The caller takes all arrays twice. The first time the arena only counts
// their bytes and returns null; after `allocate` it returns the arrays.
class Arena {
   public:
    template <class U> U* take(long n) {
        const size_t at = used_, end = at + size_t(n) * sizeof(U);
        used_ = (end + red_zone + alignment - 1) / alignment * alignment;
        if (!block_) return nullptr;
        char* const array = block_->memory() + at;
        assert(used_ <= block_->size && reinterpret_cast<std::uintptr_t>(array) % alignment == 0);
        forbid(block_->memory() + end, used_ - end);
        return reinterpret_cast<U*>(array);
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

}  // namespace clearprop
