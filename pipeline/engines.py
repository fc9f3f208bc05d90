"""Where work is done: in this process, or in several. The work itself never knows."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

# Tasks that wait for a worker: enough to keep each busy, few enough to keep memory flat.
WAITING_PER_WORKER = 4
# Numeric libraries start a pool of threads in each process; one process is one core here.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def use_one_thread() -> None:
    """Let numeric libraries that are loaded from now on, here or in a child, start no threads of their own."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")


def map_ordered(
    work: Callable[[Task], Outcome],
    tasks: Iterable[Task],
    *,
    workers: int,
    prepare: Callable[[], None] | None = None,
) -> Iterator[Outcome]:
    """The outcomes of all tasks in their order, computed one after the other or by several processes.

    `prepare` is called once in each new process, which shares nothing with this one.
    """
    if workers <= 1:
        yield from map(work, tasks)
        return
    use_one_thread()
    # A fresh interpreter in each worker: a forked one would inherit locks of threads that it does not have.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=prepare) as pool:
        waiting: deque[Future[Outcome]] = deque()
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) >= workers * WAITING_PER_WORKER:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
