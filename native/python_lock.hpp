// Asks for Python's lock again, from a thread that has given it away.
#pragma once

#include <Python.h>

namespace clearprop {

// If the interpreter ends in the meantime, Python before 3.14 ends a daemon thread that asks for the lock
// (pthread_exit), which unwinds its stack, and the C++ frames above do not allow that. So such a thread
// sleeps until the process is gone, which is what Python does from 3.14 on.
void take_python_lock(PyThreadState* state);

}  // namespace clearprop
