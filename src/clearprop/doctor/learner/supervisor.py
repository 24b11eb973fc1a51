"""Runs one command and ends it with all that it started: ``python -I -S supervisor.py ...``.

The supervisor stands between the doctor and a learner's process. On Linux it is a subreaper: what
the learner's code starts stays below it, in whatever session and behind whatever forks. When the
doctor hangs up, because it is done or because it was killed, the supervisor kills until nothing is
left. It also watches how much memory all of them hold together.

It is run as a script, so that nothing has to be imported: it is there in a few milliseconds.

Arguments: the descriptor of the control socket, the limit of memory in bytes, and the command. The
doctor sends ``w`` for "where are you?", which becomes SIGUSR1. The supervisor sends lines:
``ended STATUS`` and ``memory BYTES``.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time

__all__: list[str] = []

_PR_SET_CHILD_SUBREAPER = 36
_FILE_SIZE = 1 << 28  # the largest file that a learner's code may write
_TICK, _WATCH = 0.02, 0.1  # seconds between looks at the children, and at their memory


def _become_subreaper() -> None:
    if sys.platform == "linux":
        import ctypes  # inside for start-up time on other systems, which have no prctl

        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _start(command: list[str]) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.setsid()  # its signals to its own group do not reach us
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_SIZE, _FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        os.execvp(command[0], command)
    finally:
        os._exit(127)


def _descendants() -> dict[int, tuple[int, int]]:
    """What stands below this process: the process group and the bytes held, by id."""
    parents: dict[int, list[int]] = {}
    states: dict[int, tuple[int, int]] = {}
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
        states[pid] = int(fields[2]), int(fields[21]) * resource.getpagesize()
    found, below = {}, parents.get(os.getpid(), [])
    while below:
        pid = below.pop()
        found[pid] = states[pid]
        below += parents.get(pid, [])
    return found


def _kill(pid: int, group: int) -> None:
    for kill, target in ((os.killpg, group), (os.kill, pid)):
        if target not in (0, os.getpgrp()):
            try:  # noqa: SIM105  contextlib takes longer to import than this script to start
                kill(target, signal.SIGKILL)
            except OSError:
                pass


def _end_all(first: int) -> None:
    """Kill until there is no child: what loses its parent becomes ours."""
    end = time.monotonic() + 5
    _kill(first, first)
    while time.monotonic() < end:
        for pid, (group, _) in _descendants().items():
            _kill(pid, group)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def _supervise(control: int, most: int, child: int) -> None:
    """Until the doctor hangs up."""
    running, watched = True, 0.0
    while True:
        if select.select([control], [], [], _TICK)[0]:
            asked = os.read(control, 100)
            if not asked:
                return
            if running:
                os.kill(child, signal.SIGUSR1)
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == child:
                    running = False
                    code = os.waitstatus_to_exitcode(ended[1])
                    os.write(control, b"ended %d\n" % code)
        except ChildProcessError:
            pass
        if time.monotonic() > watched + _WATCH:
            watched = time.monotonic()
            held = sum(size for _, size in _descendants().values())
            if held > most:
                os.write(control, b"memory %d\n" % held)
                return


def main() -> None:
    """Start the command, watch it, end it."""
    control, most, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    os.set_inheritable(control, False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    _become_subreaper()
    child = _start(command)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):  # the pipes are the learner's alone
        os.dup2(nothing, descriptor)
    try:
        _supervise(control, most, child)
    except OSError:  # the doctor is gone
        pass
    finally:
        _end_all(child)


if __name__ == "__main__":
    main()
