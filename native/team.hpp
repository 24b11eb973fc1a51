// The threads of the core, lent to one job after another.
#pragma once

#include "job.hpp"

namespace clearprop {

struct Squad;

// Denormal results become 0 while it lives, in this thread alone. Without it the moments of dead ReLU
// units decay into denormals, and an epoch takes twenty times as long.
class FlushDenormals {
   public:
    FlushDenormals();
    ~FlushDenormals();
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

   private:
    unsigned long before_;
};

// The calling thread and the helpers it has borrowed, for one job. Where several jobs run at once each
// has its part of the threads: results do not depend on the number.
class Crew {
   public:
    explicit Crew(int wanted);  // workers, the calling thread included
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

void stop_team();  // joins the helpers that are idle; a later job starts new ones

}  // namespace clearprop
