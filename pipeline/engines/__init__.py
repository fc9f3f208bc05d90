"""Where work is done: in this process, or by a crew of others. The work itself never knows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from pipeline.engines.crew import Crew, Task, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Trouble", "count_cores", "map_ordered", "use_one_thread"]

Outcome = TypeVar("Outcome")

# Tasks between the first that is not done and the last that was begun: enough to keep each worker busy while one
# has a long page, few enough to keep memory flat.
WAITING_PER_WORKER = 8
# Numeric libraries start a pool of threads in each process; one process is one core here.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def use_one_thread() -> None:
    """Let numeric libraries that are loaded from now on, here or in a child, start no threads of their own."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")


def count_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_ordered(
    work: Callable[[Task], Outcome],
    tasks: Iterable[Task],
    *,
    workers: int,
    known: Callable[[Task], Outcome | None],
    give_up: Callable[[Task, Trouble], Outcome],
    prepare: Callable[[], None] | None = None,
    seconds: float | None = None,
) -> Iterator[Outcome]:
    """The outcomes of all tasks in their order, computed here (no workers) or by several processes.

    What `known` has for a task is its outcome, without work. A task that takes a worker more than `seconds`, or whose
    worker ends under it twice, gets its outcome from `give_up`; an exception that `work` raises ends all. `prepare`
    is called once in each new process, which shares nothing with this one. Here, nothing watches over the work.
    """
    if not workers:
        for task in tasks:
            outcome = known(task)
            yield work(task) if outcome is None else outcome
        return
    use_one_thread()
    window = workers * WAITING_PER_WORKER
    done: dict[int, Outcome] = {}
    turn = 0
    with Crew(workers, work, prepare, seconds) as crew:
        for number, task in enumerate(tasks):
            outcome = known(task)
            if outcome is None:
                crew.add(number, task)
            else:
                done[number] = outcome
            while number - turn >= window or turn in done:
                if turn not in done:
                    done.update(_collect(crew, give_up))
                else:
                    yield done.pop(turn)
                    turn += 1
        while done or crew.is_busy:
            if turn not in done:
                done.update(_collect(crew, give_up))
            else:
                yield done.pop(turn)
                turn += 1


def _collect(crew: Crew[Task, Outcome], give_up: Callable[[Task, Trouble], Outcome]) -> Iterator[tuple[int, Outcome]]:
    """What the crew brings next; waits until there is something."""
    for number, task, outcome in crew.wait():
        yield number, give_up(task, outcome) if isinstance(outcome, Trouble) else outcome
