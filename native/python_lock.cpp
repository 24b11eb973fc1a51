// Compiled without exceptions (CMakeLists.txt). Then a cleanup handler is a jump back into this frame, before
// any frame with C++ in it is unwound. With them it would be a destructor, which the unwinder of the C
// library (GCC's) cannot run where the module has another unwinder linked in, as zig's has: the process
// crashed at its end.
#include "python_lock.hpp"

#if defined(_WIN32)

namespace clearprop {
void take_python_lock(PyThreadState* state) { PyEval_RestoreThread(state); }
}  // namespace clearprop

#else

#include <pthread.h>
#include <unistd.h>

namespace clearprop {
namespace {

void sleep_for_ever(void*) {
    for (;;) pause();
}

}  // namespace

void take_python_lock(PyThreadState* state) {
    pthread_cleanup_push(sleep_for_ever, nullptr);
    PyEval_RestoreThread(state);
    pthread_cleanup_pop(0);
}

}  // namespace clearprop

#endif
