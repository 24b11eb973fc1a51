// Compiled without exceptions. Then glibc jumps to a cleanup handler, and needs no unwinder of C++ for its
// frame. A wheel has an unwinder of its own, which cannot read the frames that glibc's hands it.
#include "thread_end.hpp"

#ifdef _WIN32

// A thread that ends on Windows leaves its frames as they are.
void clearprop::sleep_if_ended(void (*call)(void*), void* argument) { call(argument); }

#else

#include <pthread.h>
#include <unistd.h>

static void sleep_for_good(void*) {
    for (;;) pause();
}

void clearprop::sleep_if_ended(void (*call)(void*), void* argument) {
    pthread_cleanup_push(sleep_for_good, nullptr);
    call(argument);
    pthread_cleanup_pop(0);
}

#endif
