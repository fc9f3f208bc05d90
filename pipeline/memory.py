"""What the system holds one process to: the memory that it may take, and an end with the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

TRIAL = 1 << 28  # bytes: twice as much is asked for, and none of it used
STOPPED = 7
TRY = f"""
import sys
from pipeline.memory import limit_memory
limit_memory({TRIAL})
try:
    bytearray({2 * TRIAL})
except MemoryError:
    sys.exit({STOPPED})
"""


def limit_memory(size: int) -> None:
    """Let this process, and those that it starts, hold at most `size` bytes each; beyond, Python raises MemoryError.

    Counted is what the process may write to and shares with nobody, whether it was used or only reserved; code and
    mapped files are free. Linux counts so and Windows has no such limit; where the system refuses one, there is none.
    """
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = size if most == resource.RLIM_INFINITY else min(size, most)
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
    except (OSError, ValueError):  # some systems know the name and set nothing
        return


def can_limit_memory() -> bool:
    """Whether `limit_memory` stops a process here: one that asks for too much is started, and must be."""
    tried = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-P", "-c", TRY],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return tried.returncode == STOPPED


def read_peak() -> int | None:
    """The most memory that this process has had so far, in bytes; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def end_with_owner() -> None:
    """Let the system end this process with the one that started it, even one that is stuck in a loop of C code."""
    if sys.platform != "linux":
        return  # it ends when it next reads or writes
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
