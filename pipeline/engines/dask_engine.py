"""Documents on a cluster of Dask workers, in partitions that are computed once.

    <work folder>/<generation>/3f/3f9c…        the outcomes of one partition, written beside and renamed
    <work folder>/notes/<run>/3f9c…/<attempt>  at which task an attempt is; one that stays tells what ended its worker

Nothing but the names of partitions goes over the network: the workers read the raw files and write the outcomes
themselves, so that all machines must see both folders under one path. The driver reads the outcomes in the order of the
tasks, and what is there already is not computed again: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import faulthandler
import hashlib
import logging
import platform
import re
import secrets
import shutil
import threading
from collections import Counter, deque
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Generic, Protocol

from pipeline.engines.crew import TRIES, Outcome, Task, Trouble
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

LOCAL, SCHEME = "local", "dask://"
# dask://10.0.0.7:8786, dask://[fd00::7]:8786
ADDRESS = re.compile(r"dask://(?P<place>(?:[\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]):\d{1,5})", re.ASCII)
LOGGER = re.compile(r"distributed\.")  # several have a level of their own
PARTITION = 32  # tasks: seconds of work, so that the scheduler's milliseconds do not count
AHEAD = 4  # partitions of each worker that are handed out before the first is done: flat memory, and none idle
RETRIES = 2  # of an attempt that an error ended: a file system that was away
LOST = 3  # times that a partition may lose all its attempts without a note of how far they came
ANSWER = 10  # seconds for the scheduler
ARRIVAL = 120  # seconds for the first worker: they may stand in a queue
SIZE = 8  # bytes of the size before each outcome


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster, `dask://host:port` or `dask://` for one of our own, and the folder that all its machines see."""

    engine: str
    folder: Path | None


class Shelf(Protocol):
    """Where outcomes are kept, by name, whole or not at all."""

    def get(self, key: str) -> bytes | None:
        """What is under a name, if it is there and undamaged."""

    def put(self, key: str, content: bytes) -> None:
        """Keep it under a name; what cannot be written is not there."""


@dataclass(frozen=True, slots=True)
class Trade(Generic[Task, Outcome]):
    """What workers have to know of the work, told with each partition; all of it can be pickled.

    `prepare` is called once in each worker process; UsageError from it or from `work` ends the run. `notes` is a folder
    that all machines see.
    """

    work: Callable[[Task], Outcome]
    give_up: Callable[[Task, Trouble], Outcome]
    pack: Callable[[Outcome], bytes]
    prepare: Callable[[], None]
    seconds: float | None
    shelf: Shelf
    notes: Path
    run: str = field(default_factory=lambda: secrets.token_hex(4))


@dataclass(frozen=True, slots=True)
class Partition(Generic[Task]):
    """Some tasks that are done together. The name stands for all that their outcomes depend on."""

    name: str
    tasks: tuple[Task, ...]


@dataclass(slots=True)
class Batch(Generic[Task, Outcome]):
    """Tasks in their order: what was known of them, and the rest on its way."""

    tasks: tuple[Task, ...]
    known: tuple[Outcome | None, ...]
    partition: Partition[Task]
    future: Any  # of Dask, which has no types


# ------------------------------------------------------------------------------------------------------ the driver


def read_engine(name: str, folder: Path | None) -> Cluster | None:
    """The cluster that an engine is, with its work folder; none for `local`. Raises UsageError for any other."""
    if name != LOCAL:
        _read_address(name)
        return Cluster(name, folder)
    if folder is not None:
        message = f"--work {folder}: is for clusters; name one with --engine dask://host:port, or leave it out."
        raise UsageError(message)
    return None


def map_on_cluster(
    engine: str,
    trade: Trade[Task, Outcome],
    tasks: Iterable[Task],
    *,
    workers: int,
    known: Callable[[Task], Outcome | None],
    keep: Callable[[Task, Outcome], None],
    name: Callable[[Task], str],
    unpack: Callable[[bytes], Outcome],
) -> Iterator[Outcome]:
    """The outcomes of all tasks in their order, from the cluster `dask://host:port`, or from `workers` of our own.

    What `known` has for a task is its outcome, without work; `keep` is told of the others. `name` stands for all that
    the outcome of a task depends on. A task that takes longer than it may, or ends its worker twice, gets its outcome
    from `give_up`. Raises UsageError where Dask, the scheduler or a folder that all see is missing.
    """
    with _connect(engine, workers) as client, _take_notes(trade):
        waiting: deque[Batch[Task, Outcome]] = deque()
        todo = iter(tasks)
        while batch := tuple(islice(todo, PARTITION)):
            recalled = tuple(known(task) for task in batch)
            missing = [task for task, outcome in zip(batch, recalled, strict=True) if outcome is None]
            names = "\n".join(name(task) for task in missing)
            partition = Partition(hashlib.sha256(names.encode()).hexdigest(), tuple(missing))
            waiting.append(Batch(batch, recalled, partition, _submit(client, trade, partition)))
            while len(waiting) >= AHEAD * max(1, len(client.nthreads())):
                yield from _finish(client, engine, trade, waiting.popleft(), keep, unpack)
        while waiting:
            yield from _finish(client, engine, trade, waiting.popleft(), keep, unpack)


def _read_address(engine: str) -> str | None:
    """`tcp://host:port`; None for a cluster of our own."""
    if engine == SCHEME:
        return None
    match = ADDRESS.fullmatch(engine)
    if match is None:
        message = (
            f"--engine {engine}: is none; write local, dask:// for a cluster on this machine, or dask://host:port."
        )
        raise UsageError(message)
    return f"tcp://{match['place']}"


@contextmanager
def _connect(engine: str, workers: int) -> Iterator[Any]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        message = f"{engine}: needs more packages; install them with: pip install 'claimsift[dask]'."
        raise UsageError(message) from error
    # What goes wrong there is told here in a sentence; the logs of the workers tell the rest.
    for name in ("distributed", *filter(LOGGER.match, logging.root.manager.loggerDict)):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    address = _read_address(engine)
    if address is None:
        # No limit of memory here that would not be one without a cluster. Its own server cannot be left out: any port
        # that is free, for this machine alone.
        options = {
            "n_workers": max(1, workers),
            "threads_per_worker": 1,
            "memory_limit": 0,
            "dashboard_address": "127.0.0.1:0",
        }
        with (
            LocalCluster(**options) as local,  # type: ignore[no-untyped-call]
            Client(local, set_as_default=False) as client,  # type: ignore[no-untyped-call]
        ):
            yield client
        return
    try:
        client = Client(address, timeout=ANSWER, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        message = f"{engine}: no scheduler answers there; start one with 'dask scheduler', or mend the address."
        raise UsageError(message) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=ARRIVAL)
        except TimeoutError as error:
            message = f"{engine}: has no worker after {ARRIVAL} seconds; start some with 'dask worker --nthreads 1'."
            raise UsageError(message) from error
        yield client


@contextmanager
def _take_notes(trade: Trade[Task, Outcome]) -> Iterator[None]:
    folder = trade.notes / trade.run
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"{trade.notes.parent}: cannot be written ({reason}); name another folder with --work."
        raise UsageError(message) from error
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _submit(client: Any, trade: Trade[Task, Outcome], partition: Partition[Task]) -> Any:  # noqa: ANN401
    """A future of Dask; None where nothing is left to do."""
    if not partition.tasks or trade.shelf.get(partition.name) is not None:
        return None
    key = f"claims-{partition.name[:16]}-{secrets.token_hex(4)}"
    return client.submit(do_partition, trade, partition, key=key, retries=RETRIES, pure=False)


def _finish(
    client: Any,  # noqa: ANN401
    engine: str,
    trade: Trade[Task, Outcome],
    batch: Batch[Task, Outcome],
    keep: Callable[[Task, Outcome], None],
    unpack: Callable[[bytes], Outcome],
) -> Iterator[Outcome]:
    """The outcomes of a batch, as soon as all are there."""
    _await(client, engine, trade, batch)
    content = trade.shelf.get(batch.partition.name) if batch.partition.tasks else b""
    if content is None:
        message = (
            f"{trade.notes.parent}: what workers write there is not there; name a folder with --work that all see."
        )
        raise UsageError(message)
    made = iter(_split(content))
    for task, outcome in zip(batch.tasks, batch.known, strict=True):
        if outcome is not None:
            yield outcome
        else:
            fresh = unpack(next(made))
            keep(task, fresh)
            yield fresh


def _await(client: Any, engine: str, trade: Trade[Task, Outcome], batch: Batch[Task, Outcome]) -> None:  # noqa: ANN401
    """Wait for a partition; one whose workers ended is handed out again, as long as their notes tell why."""
    from distributed import KilledWorker

    notes, lost = 0, 0
    while batch.future is not None:
        try:
            fault = batch.future.result()
        except KilledWorker:
            before, notes = notes, len(_read_notes(trade, batch.partition))
            lost = 0 if notes > before else lost + 1
            if lost == LOST:
                message = f"{engine}: workers end before they read a document; look at their logs."
                raise UsageError(message) from None
            batch.future = _submit(client, trade, batch.partition)
        except (CancelledError, OSError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            message = f"{engine}: the scheduler or the work folder is gone ({reason}); mend that and run this again."
            raise UsageError(message) from error
        else:
            if fault is not None:
                raise fault
            return


# ------------------------------------------------------------------------------------------------------ the workers


class _Process:
    """What this process is ready for. Our work is not made for threads: one partition at a time."""

    lock = threading.Lock()
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """At which task of its partition an attempt is, and whether it took too long there."""

    number: int
    is_late: bool


def do_partition(trade: Trade[Task, Outcome], partition: Partition[Task]) -> UsageError | None:
    """Work on a partition and keep its outcomes; twice is as good as once. Gives what ends the run."""
    with _Process.lock:
        if trade.shelf.get(partition.name) is not None:
            return None
        if not (trade.notes / trade.run).is_dir():
            return UsageError(f"{trade.notes.parent}: is not there on {platform.node()}; name with --work one.")
        try:
            if _Process.run != trade.run:
                _Process.run = None
                trade.prepare()
                _Process.run = trade.run
            outcomes = [trade.pack(outcome) for outcome in _work_through(trade, partition)]
        except UsageError as error:
            return error
        trade.shelf.put(partition.name, _join(outcomes))
        if trade.shelf.get(partition.name) is None:
            raise OSError(f"{trade.notes.parent}: cannot be written on {platform.node()}")
        shutil.rmtree(_find_notes(trade, partition), ignore_errors=True)
        return None


def _work_through(trade: Trade[Task, Outcome], partition: Partition[Task]) -> Iterator[Outcome]:
    """The outcomes of all tasks; those at which earlier attempts ended are given up."""
    former = _read_notes(trade, partition)
    ended = Counter(note.number for note in former)
    late = {note.number for note in former if note.is_late}
    path = _find_notes(trade, partition) / secrets.token_hex(4)
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("w", encoding="utf-8") as note:
            for number, task in enumerate(partition.tasks):
                if number in late or ended[number] >= TRIES:
                    yield trade.give_up(task, Trouble(trade.seconds if number in late else None, None))
                    continue
                note.seek(0)
                note.truncate()
                note.write(f"{number}\n")
                note.flush()
                with _limit_time(trade.seconds, note):
                    outcome = trade.work(task)
                yield outcome
    finally:  # an error is no end of the process: only that leaves a note
        path.unlink(missing_ok=True)


@contextmanager
def _limit_time(seconds: float | None, note: IO[str]) -> Iterator[None]:
    """End this process after so many seconds, with `Timeout` in the note.

    A thread of Python's own would wait for the interpreter, which a regular expression without an end never gives back.
    """
    if seconds is not None:
        faulthandler.dump_traceback_later(seconds, exit=True, file=note)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _find_notes(trade: Trade[Task, Outcome], partition: Partition[Task]) -> Path:
    return trade.notes / trade.run / partition.name


def _read_notes(trade: Trade[Task, Outcome], partition: Partition[Task]) -> list[Note]:
    """What attempts at a partition have left behind."""
    notes = []
    for path in _find_notes(trade, partition).glob("*"):
        with suppress(OSError, ValueError):
            number, _, rest = path.read_text(encoding="utf-8", errors="replace").partition("\n")
            notes.append(Note(int(number), rest.startswith("Timeout")))
    return notes


def _join(outcomes: Iterable[bytes]) -> bytes:
    return b"".join(part for outcome in outcomes for part in (len(outcome).to_bytes(SIZE), outcome))


def _split(content: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(content):
        end = start + SIZE + int.from_bytes(content[start : start + SIZE])
        yield content[start + SIZE : end]
        start = end
