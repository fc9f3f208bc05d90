"""Processes that work for this one, each on a line of its own.

The pool of the standard library is lost with all its work when one process is killed, and cannot stop one that never
ends. Here each worker has its own pipe: a half-sent answer, a kill from outside or a regular expression without an
end costs one process, and this one knows which task it was.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from pipeline.memory import end_with_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

TRIES = 2  # times that a task may end its process
LOOK_AGAIN = 0.5  # seconds after which the clocks of the workers are looked at, while nothing happens
# A fresh interpreter in each worker: a forked one would inherit locks of threads that it does not have.
CONTEXT = get_context("spawn")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a task has no outcome. `exit_code` is that of the last process; None where it took too long."""

    seconds: float | None
    exit_code: int | None


@dataclass(slots=True)
class Job(Generic[Task]):
    """A task on its way."""

    number: int
    task: Task
    tries: int = 0


@dataclass(slots=True)
class Worker(Generic[Task]):
    """A process, its pipe, and what it is at. `begun` is when it said that it began, by a clock that never jumps."""

    process: SpawnProcess
    pipe: Connection
    job: Job[Task] | None = None
    begun: float | None = None


class Crew(Generic[Task, Outcome]):
    """At most `size` workers, started when there is work, and ended with the `with` block, whatever they are at."""

    def __init__(
        self, size: int, work: Callable[[Task], Outcome], prepare: Callable[[], None] | None, seconds: float | None
    ) -> None:
        self.size = size
        self.seconds = seconds
        self.orders = (work, prepare)
        self.waiting: deque[Job[Task]] = deque()
        self.workers: list[Worker[Task]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            self._bury(worker)

    @property
    def is_busy(self) -> bool:
        """Whether an outcome is still to come."""
        return bool(self.waiting) or any(worker.job for worker in self.workers)

    def add(self, number: int, task: Task) -> None:
        """Hand a task over; its outcome comes under its number."""
        self.waiting.append(Job(number, task))
        self._hand_out()

    def wait(self) -> list[tuple[int, Task, Outcome | Trouble]]:
        """Wait until at least one task is done or given up, and tell all that are."""
        told: list[tuple[int, Task, Outcome | Trouble]] = []
        while not told and self.is_busy:
            self._hand_out()
            busy = [worker for worker in self.workers if worker.job is not None]
            ready = set(connection.wait([worker.pipe for worker in busy], timeout=self._find_patience()))
            for worker in busy:
                told.extend(self._hear(worker) if worker.pipe in ready else self._look_at_clock(worker))
        return told

    def _find_patience(self) -> float | None:
        return None if self.seconds is None else min(LOOK_AGAIN, self.seconds)

    def _hand_out(self) -> None:
        while self.waiting:
            idle = next((worker for worker in self.workers if worker.job is None), None)
            if idle is None and len(self.workers) == self.size:
                return
            self._assign(idle or self._hire(), self.waiting.popleft())

    def _hire(self) -> Worker[Task]:
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=serve, args=(theirs, *self.orders), daemon=True)
        process.start()
        theirs.close()
        worker = Worker[Task](process, ours)
        self.workers.append(worker)
        return worker

    def _assign(self, worker: Worker[Task], job: Job[Task]) -> None:
        worker.job, worker.begun = job, None
        try:
            worker.pipe.send(job.task)
        except OSError:  # it was killed while it was idle: the next wait hears of it
            return

    def _hear(self, worker: Worker[Task]) -> Iterator[tuple[int, Task, Outcome | Trouble]]:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._lose(worker)
            return
        if message is None:
            worker.begun = time.monotonic()
            return
        is_good, answer = message
        if not is_good:
            raise answer
        job, worker.job = worker.job, None
        if job is not None:
            yield job.number, job.task, answer

    def _lose(self, worker: Worker[Task]) -> Iterator[tuple[int, Task, Outcome | Trouble]]:
        self.workers.remove(worker)
        self._bury(worker)
        job = worker.job
        if job is None:
            return
        job.tries += 1
        if job.tries < TRIES:
            self.waiting.appendleft(job)
        else:
            yield job.number, job.task, Trouble(None, worker.process.exitcode)

    def _look_at_clock(self, worker: Worker[Task]) -> Iterator[tuple[int, Task, Outcome | Trouble]]:
        job = worker.job
        if job is None or self.seconds is None or worker.begun is None:
            return
        if time.monotonic() - worker.begun > self.seconds:
            worker.process.kill()
            self.workers.remove(worker)
            self._bury(worker)
            yield job.number, job.task, Trouble(self.seconds, None)

    def _bury(self, worker: Worker[Task]) -> None:
        worker.process.join()
        worker.pipe.close()


def serve(pipe: Connection, work: Callable[[Task], Outcome], prepare: Callable[[], None] | None) -> None:
    """What a worker does until nobody is at the other end: say that it begins, and tell what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that owns us; it ends us
    end_with_owner()
    try:
        task = pipe.recv()
        if prepare is not None:
            prepare()
        while True:
            pipe.send(None)
            pipe.send(_try(work, task))
            task = pipe.recv()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _try(work: Callable[[Task], Outcome], task: Task) -> tuple[bool, Outcome | Exception]:
    try:
        return True, work(task)
    except Exception as error:  # noqa: BLE001  (told to the process that asked, which raises it)
        return False, error
