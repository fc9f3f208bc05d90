"""How much memory one process may take."""

from __future__ import annotations

import sys


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
