// Runs a job as choice.hpp has decided: lends it threads and memory, and calls its kernel.
#pragma once

#include <memory>

#include "choice.hpp"
#include "job.hpp"

namespace clearprop {

template <class T> void run(Job<T>& job, const Choice& choice);  // with memory for this once

template <class T> class Plan;

// A job that is run again and again. Its memory stays, and so do the copies of the weights in it.
template <class T> class Workplace {
   public:
    Workplace();
    ~Workplace();
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;

    Job<T> job{};  // the caller fills in what is asked for, and reads the results

    // Theta is version `before`, and the job makes it version `after`. Weights of a version that is known are
    // not packed again.
    void run(const Choice& choice, long before, long after);

   private:
    // What the memory depends on, beside the network.
    struct Layout {
        Choice choice{};
        long size = 0;
        bool clips = false, drops = false;
        bool operator==(const Layout&) const = default;
    };
    Layout layout_;
    std::unique_ptr<Plan<T>> plan_;
    long packed_ = -1;  // the version of the copies
};

}  // namespace clearprop
