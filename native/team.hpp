// The core's threads. They are lent to one job after another.
#pragma once

#include <cstdint>

#include "job.hpp"

namespace clearprop {

struct Squad;

// While it lives, denormal results become 0, in this thread alone. Without it the moments of dead ReLU units
// decay into denormals, and an epoch takes twenty times as long.
class FlushDenormals {
   public:
    FlushDenormals();
    ~FlushDenormals();
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

   private:
    std::uintptr_t before_;
};

// The workers of one job: the calling thread and the helpers that it has borrowed. Jobs that run at once
// share the threads. Results do not depend on the number.
class Crew {
   public:
    explicit Crew(int wanted);  // at most so many workers, with the calling thread
    ~Crew();
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    int size() const { return size_; }
    Squad* squad() const { return squad_; }

   private:
    FlushDenormals flush_;
    Squad* squad_;  // null: the calling thread alone
    int size_;
};

void stop_team();  // joins the idle helpers; a later job starts new ones

}  // namespace clearprop
