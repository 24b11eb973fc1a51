"""Runs one command and ends it with all that it started: ``python -I -S supervisor.py ...``.

The supervisor stands between the doctor and a learner's process. It watches how much the process
and all that it starts hold together, and it ends all of them when the doctor hangs up, because it
is done or because it was killed.

- All of them stay in one process group, which is killed at once. A filter of system calls answers
  those that would leave it with "done", and does nothing; it refuses signals to the doctor, to the
  supervisor and to everybody.
- Where there is no such filter, the supervisor is a subreaper: what the learner's code starts stays
  below it, behind whatever forks, and it kills until nothing is left.

It is run as a script and imports little, so it is there in a few milliseconds.

Arguments: the descriptor of the control socket, the limit of memory in bytes, and the command. The
doctor sends ``w`` for "where are you?", which becomes SIGUSR1. The answers are lines:
``ended STATUS``, ``memory BYTES`` and ``processes NUMBER``.
"""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import sys
import time

__all__: list[str] = []

_FILE_SIZE = 1 << 28  # bytes of the largest file that a learner's code may write
_PROCESSES = 200  # that it may start
_TICK, _WATCH = 0.02, 0.1  # seconds between looks at its end, and at what all of them hold

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE)


# -- The filter of system calls --------------------------------------------------------------------

_PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 22, 36, 38
_FILTER_MODE = 2

# By machine: the audit architecture, and the numbers of setsid, setpgid and kill.
_CALLS = {
    "x86_64": (0xC000003E, 112, 109, 62),
    "aarch64": (0xC00000B7, 157, 154, 129),
}
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # instructions of the filter's machine
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where they stand in what it reads
_ALLOW, _DONE, _REFUSE = 0x7FFF0000, 0x00050000, 0x00050001  # the last two: errno 0 and EPERM


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_uint16),
        ("instructions", ctypes.POINTER(_Instruction)),
    )


def _filter_calls(spared: list[int]) -> None:
    """Keep this process and its children in their group, and signals from those `spared`."""
    known = _CALLS.get(os.uname().machine)
    if sys.platform != "linux" or known is None or sys.maxsize < 1 << 32:
        return
    architecture, setsid, setpgid, kill = known
    # A jump skips as many instructions; the three answers stand at the end.
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, 5 + len(spared), architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_EQUAL, 4 + len(spared), 0, setsid),
        (_IF_EQUAL, 3 + len(spared), 0, setpgid),
        (_IF_EQUAL, 0, 1 + len(spared), kill),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
    ]
    for place, pid in enumerate(spared):
        program.append((_IF_EQUAL, len(spared) - place + 1, 0, pid & 0xFFFFFFFF))
    program += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DONE), (_RETURN, 0, 0, _REFUSE)]
    instructions = (_Instruction * len(program))(*(_Instruction(*row) for row in program))
    libc = ctypes.CDLL(None)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        filled = _Program(len(program), instructions)
        libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(filled), 0, 0)


# -- The command -----------------------------------------------------------------------------------


def _start(command: list[str]) -> int:
    doctor, supervisor = os.getppid(), os.getpid()
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    for number in _ENDS:
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_SIZE, _FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _filter_calls([-1, doctor, supervisor, -os.getpgid(doctor), -os.getpgid(supervisor)])
    try:
        os.execvp(command[0], command)
    finally:
        os._exit(127)


def _drop_pipes() -> None:
    """The pipes to the doctor are the learner's alone, so that their end can be seen."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)


# -- What there is below ---------------------------------------------------------------------------


def _descendants() -> dict[int, int]:
    """The processes below this one, and the bytes that each holds."""
    parents: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    try:
        ids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:  # no /proc
        return {}
    for pid in ids:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        parents.setdefault(int(fields[1]), []).append(pid)
        sizes[pid] = int(fields[21]) * resource.getpagesize()
    found, below = {}, parents.get(os.getpid(), [])
    while below:
        pid = below.pop()
        found[pid] = sizes[pid]
        below += parents.get(pid, [])
    return found


def _children() -> list[int]:
    """The processes that this one is the parent of."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", "rb") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:  # a kernel without this list
        return []


def _kill(pid: int) -> None:
    try:  # noqa: SIM105  contextlib takes longer to import than this script to start
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def _end_all(child: int) -> None:
    """Kill the group, and then until there is no child: what loses its parent becomes ours."""
    end = time.monotonic() + 5
    _kill(-child)
    while time.monotonic() < end:
        # A process that forks and exits, again and again, is another one before all are listed.
        # What it leaves becomes our child at once, and our own children are listed fast.
        for _ in range(200):
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return
            for pid in _children():
                _kill(pid)
        for pid in _descendants():
            _kill(pid)


# -- Watching --------------------------------------------------------------------------------------


def _ended(child: int) -> int | None:
    """The child's exit code, or minus its signal. It is left there, so its id stays its own."""
    how = os.WEXITED | os.WNOHANG | os.WNOWAIT
    state = os.waitid(os.P_PID, child, how)
    if state is None:
        return None
    return state.si_status if state.si_code == os.CLD_EXITED else -state.si_status


def _supervise(control: int, most: int, child: int) -> None:
    """Until the doctor hangs up, or they hold too much."""
    running, watched = True, 0.0
    while True:
        if select.select([control], [], [], _TICK if running else _WATCH)[0]:
            if not os.read(control, 100):
                return
            os.kill(child, signal.SIGUSR1)
        if running and (code := _ended(child)) is not None:
            running = False
            os.write(control, b"ended %d\n" % code)
        if time.monotonic() < watched + _WATCH:
            continue
        watched = time.monotonic()
        for pid in _children():
            if pid != child:  # what has lost its parent, and may have ended
                os.waitpid(pid, os.WNOHANG)
        sizes = _descendants()
        if sum(sizes.values()) > most:
            os.write(control, b"memory %d\n" % sum(sizes.values()))
            return
        if len(sizes) > _PROCESSES:
            os.write(control, b"processes %d\n" % len(sizes))
            return


def main() -> None:
    """Start the command, watch it, end it."""
    control, most, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    os.set_inheritable(control, False)
    for number in _ENDS:
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = _start(command)
    _drop_pipes()
    try:
        _supervise(control, most, child)
    except OSError:  # the doctor is gone
        pass
    finally:
        _end_all(child)


if __name__ == "__main__":
    main()
