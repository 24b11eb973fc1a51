"""Code that does its worst to whoever runs it: each as the body of ``f(theta, X, y, lambda_)``.

With it, the kinds of end that are honest. ``note(pid)`` writes down a process that has to be gone
afterwards; ``wait()`` waits for ever, as ``time.sleep`` does not in a diagnosis.
"""

HEAD = """\
import atexit, ctypes, gc, json, os, select, signal, subprocess, sys, threading
import numpy as np

def note(pid):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pids"), "a") as file:
        file.write(f"{pid}\\n")

def wait():
    while True:
        try:
            select.select([], [], [], 1000)
        except BaseException:
            pass

"""

TIME, END, LINE = ("Timeout",), ("ProcessEnded",), ("Protocol",)

HOSTILE: dict[str, tuple[str, tuple[str, ...]]] = {
    # -- Time ---------------------------------------------------------------------------------
    "loops": ("while True: pass", TIME),
    "waits for a lock": ("lock = threading.Lock(); lock.acquire(); lock.acquire()", TIME),
    "swallows every exception": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        TIME,
    ),
    "ignores signals": (
        "for number in range(1, 65):\n"
        "    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "wait()",
        TIME,
    ),
    "stops itself": ("os.kill(os.getpid(), signal.SIGSTOP)", TIME),
    "hangs at its end": ("atexit.register(wait); sys.exit('enough')", ("SystemExit",)),
    "leaves threads behind": (
        "for _ in range(5): threading.Thread(target=wait).start()\nraise ValueError('so')",
        ("ValueError",),
    ),
    # -- Descriptors --------------------------------------------------------------------------
    "closes 0 to 2 and waits": ("os.closerange(0, 3); wait()", TIME),
    "closes all descriptors and waits": ("os.closerange(0, 65536); wait()", LINE),
    "closes all descriptors and returns": ("os.closerange(0, 65536); return 1.0, theta", END),
    "closes all, opens others, returns": (
        "os.closerange(0, 65536)\n"
        "for _ in range(1000): os.open('/dev/null', os.O_RDWR)\n"
        "return 1.0, theta",
        (*END, *LINE),
    ),
    "writes to 3 to 11": (
        "for d in range(3, 12):\n"
        "    try: os.write(d, b'{\"value\": 1}\\n')\n"
        "    except OSError: pass\n"
        "raise ValueError('so')",
        ("ValueError",),
    ),
    "writes to all descriptors": (
        "for d in range(3, 1024):\n"
        "    try: os.write(d, b'no answer\\n')\n"
        "    except OSError: pass\n"
        "return 1.0, theta",
        LINE,
    ),
    "forges answers": (
        "for d in range(3, 1024):\n"
        "    for line in (b'[]\\n', b'{}\\n', b'{\"request\": 1, \"process\": 1}\\n'):\n"
        "        try: os.write(d, line)\n"
        "        except OSError: pass\n"
        "return 1.0, theta",
        LINE,
    ),
    "answers without an end": (
        "out = [d for d in range(3, 1024) if os.path.exists(f'/proc/self/fd/{d}')]\n"
        "while True:\n"
        "    for d in out:\n"
        "        try: os.write(d, b'x' * 65536)\n"
        "        except OSError: pass",
        (*LINE, *TIME),
    ),
    # -- Processes ----------------------------------------------------------------------------
    "returns twice": ("os.fork(); raise ValueError('so')", ("ValueError",)),
    "returns twice by C": ("ctypes.CDLL(None).fork(); raise ValueError('so')", ("ValueError",)),
    "returns from the fork alone": ("if os.fork(): wait()\nreturn 1.0, theta", TIME),
    "leaves a session": (
        "if os.fork() == 0:\n    os.setsid(); note(os.getpid()); wait()\nwait()",
        TIME,
    ),
    "leaves a daemon without a mark": (
        "code = 'import os, time; os.fork() and os._exit(0); os.setsid(); '\n"
        "code += 'print(os.getpid(), flush=True); time.sleep(1000)'\n"
        "done = subprocess.Popen([sys.executable, '-c', code], env={}, start_new_session=True,\n"
        "                        stdout=subprocess.PIPE, text=True)\n"
        "note(done.stdout.readline()); wait()",
        TIME,
    ),
    "ends and leaves its pipes to others": (
        "held = [d for d in range(3, 1024) if os.path.exists(f'/proc/self/fd/{d}')]\n"
        "note(subprocess.Popen(['sleep', '1000'], pass_fds=held, start_new_session=True).pid)\n"
        "os._exit(5)",
        END,
    ),
    "forks without an end": ("while True: os.fork()", ("Processes", "Memory")),
    "forks sessions without an end": (
        "while True:\n    if os.fork() == 0: os.setsid()",
        ("Processes", "Memory"),
    ),
    "runs away": (
        "if os.fork() == 0:\n"
        "    while True:\n"
        "        os.setsid()\n"
        "        if os.fork(): os._exit(0)\n"
        "wait()",
        TIME,
    ),
    "runs away and ends": (
        "if os.fork() == 0:\n"
        "    while True:\n"
        "        os.setsid()\n"
        "        if os.fork(): os._exit(0)\n"
        "os._exit(3)",
        END,
    ),
    "kills what watches it": ("os.kill(os.getppid(), signal.SIGKILL)", ("PermissionError", *LINE)),
    "stops what watches it": ("os.kill(os.getppid(), signal.SIGSTOP)", ("PermissionError",)),
    "signals to everybody": ("os.kill(-1, 0); os.kill(-1, signal.SIGCONT)", ("PermissionError",)),
    "kills its group": ("os.killpg(0, signal.SIGKILL)", END),
    # -- Memory and output --------------------------------------------------------------------
    "asks for a terabyte": ("np.ones(10**12)", ("_ArrayMemoryError", "MemoryError")),
    "allocates bit by bit": (
        "kept = []\nwhile True: kept.append(np.ones(10_000_000))",
        ("_ArrayMemoryError", "MemoryError", "Memory", *TIME),
    ),
    "lets others allocate": (
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        kept = np.ones(30_000_000); wait()\n"
        "wait()",
        ("Memory",),
    ),
    "floods standard error": ("while True: os.write(2, b'x' * 1_000_000)", TIME),
    "floods standard output": ("while True: print('x' * 100_000)", TIME),
    "writes a file without an end": (
        "with open(os.path.join(os.path.dirname(__file__), 'big'), 'wb') as file:\n"
        "    while True: file.write(b'x' * 10_000_000)",
        ("OSError", "Timeout"),
    ),
    "returns too much": ("return 1.0, np.zeros(5 * 10**6)", ("ReturnValue",)),
    "returns a text without an end": ("return 'x' * 10**8", ("ReturnValue",)),
    "returns itself": ("found = []; found.append(found); return 1.0, found", ("Returned",)),
    # -- Exceptions and exits -----------------------------------------------------------------
    "ends at once": ("os._exit(0)", END),
    "aborts": ("os.abort()", END),
    "reads address 0": ("ctypes.string_at(0)", END),
    "recurses": ("return f(theta, X, y, lambda_)", ("RecursionError",)),
    "recurses through the stack": (
        "sys.setrecursionlimit(10**9)\ndef deep(n): return sorted([n], key=deep)\nreturn deep(0)",
        (*END, "RecursionError"),  # Python 3.12 counts calls in C by itself
    ),
    "raises its own base exception": (
        "class Mine(BaseException): pass\nraise Mine('so')",
        ("Mine",),
    ),
    "raises an exception without a text": (
        "class Mute(Exception):\n    def __str__(self): raise ValueError\nraise Mute",
        ("Mute",),
    ),
    "raises a gigabyte": ("raise ValueError('\\x1b[2J' + 'x' * 10**8)", ("ValueError",)),
    "breaks the library": ("json.dumps = lambda *a, **b: 'x'; return 1.0, theta", LINE),
}


def source(name: str) -> str:
    """The file of one of them."""
    body = "\n".join(f"    {line}" for line in HOSTILE[name][0].splitlines())
    return f"{HEAD}def f(theta, X, y, lambda_):\n{body}\n"
