// Runs a job as choice.hpp has decided: lends it threads and memory, and calls its kernel.
#pragma once

#include "choice.hpp"
#include "job.hpp"

namespace clearprop {

template <class T> void run(Job<T>& job, const Choice& choice);

}  // namespace clearprop
