// A thread that is ended while it asks for Python's lock.
#pragma once

namespace clearprop {

// Calls a function. If that ends the thread, with pthread_exit, the thread sleeps until the process is gone,
// and no frame above is unwound.
void sleep_if_ended(void (*call)(void*), void* argument);

}  // namespace clearprop
