// The threads of the core: one team a process, lent to one job after another.
#pragma once

#include "job.hpp"

namespace clearprop {

using Work = void (*)(void* job, const Worker&);

// Helpers borrowed for one job: fewer than wanted where other jobs run, so that never more threads
// compute than the largest job asked for. Results do not depend on how many came.
class Crew {
   public:
    explicit Crew(int wanted);  // workers, the calling thread included
    ~Crew();
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    int size() const { return size_; }
    void run(Work work, void* job);  // returns when all are done; denormals are flushed meanwhile

   private:
    struct Borrowed;
    Borrowed* borrowed_;
    int size_;
};

void stop_team();  // joins the helpers; a later job starts new ones

}  // namespace clearprop
