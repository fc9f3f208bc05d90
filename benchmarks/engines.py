"""What it costs to have documents done elsewhere: the engines alone, on documents that are done at once.

    python benchmarks/engines.py [--documents 2000] [--workers 2] [--page raw/FOLDER/NAME]

Every document is one page, which each process reads once and then has at hand, so that what is left is the engine:
sending tasks, packing results and writing and reading the parts of a cluster, and bringing them into order.
`start` is the time to the first outcome, with the processes and the page in it; `each` is wall time for one of the
others; CPU time is that of all processes together. The last column holds `each` against the seconds of that page, which
is read three times before. The cluster is one of our own on this machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT)  # for the workers

from pipeline.cache import Cache  # noqa: E402
from pipeline.document import process_document  # noqa: E402
from pipeline.engines import Trouble, map_ordered, use_one_thread  # noqa: E402
from pipeline.engines.dask_engine import Trade, map_on_cluster  # noqa: E402
from pipeline.outcome import DocumentResult, Task, pack_result, unpack_result  # noqa: E402
from pipeline.settings import Settings  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = Settings.model_validate({})
TIMES = 3  # readings of the page, of which the quickest counts


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one engine."""

    start: float
    rest: float
    cpu: float


def main() -> None:
    """Print a row for each engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--page", type=Path, default=find_largest(ROOT / "raw"))
    options = parser.parse_args()
    use_one_thread()
    task = Task(options.page.absolute(), options.page.name, None)
    seconds, result = read_page(task)
    print(f"{options.page.name}: {seconds:.3f} s of CPU, {len(pack_result(result)):,} bytes packed")
    print("| engine | start s | each ms | CPU ms a document | each, of a page's time |\n|---|--:|--:|--:|--:|")
    tasks = [Task(task.path, f"{number:07d}.md", None) for number in range(options.documents)]
    with tempfile.TemporaryDirectory() as name:
        at_hand = Path(name) / "result"
        at_hand.write_bytes(pack_result(result))
        for engine in ("this process", f"{options.workers} processes", f"{options.workers} workers of Dask"):
            cost = measure(start_engine(engine, tasks, options.workers, at_hand))
            each, cpu = cost.rest / (len(tasks) - 1) * 1e3, cost.cpu / len(tasks) * 1e3
            print(f"| {engine} | {cost.start:.1f} | {each:.2f} | {cpu:.2f} | {each / seconds / 10:.1f} % |", flush=True)


def find_largest(folder: Path) -> Path:
    """The largest Markdown page."""
    return max(folder.glob("*/*.md"), key=lambda path: path.stat().st_size)


def read_page(task: Task) -> tuple[float, DocumentResult]:
    """CPU seconds of a page once everything is loaded, and what it gives."""
    result = process_document(task, settings=SETTINGS, debug=True)
    least = float("inf")
    for _ in range(TIMES):
        began = time.process_time()
        process_document(task, settings=SETTINGS, debug=True)
        least = min(least, time.process_time() - began)
    return least, result


def start_engine(engine: str, tasks: list[Task], workers: int, at_hand: Path) -> Iterator[DocumentResult]:
    """The outcomes, as they come."""
    work = partial(give_result, at_hand)
    if not engine.endswith("Dask"):
        count = 0 if engine == "this process" else workers
        return map_ordered(work, tasks, workers=count, known=know_nothing, give_up=give_up)
    folder = at_hand.parent / "work"
    trade = Trade(
        work, give_up, pack_result, use_one_thread, SETTINGS.max_seconds, Cache(folder, "x"), folder / "notes"
    )
    return map_on_cluster(
        "dask://",
        trade,
        tasks,
        workers=workers,
        known=know_nothing,
        keep=keep_nothing,
        name=name_task,
        unpack=unpack_result,
    )


def measure(outcomes: Iterator[DocumentResult]) -> Cost:
    """Seconds until the first outcome, and until the engine is put away."""
    before, began = read_clock(), time.perf_counter()
    next(outcomes)
    first = time.perf_counter()
    for _ in outcomes:
        last = time.perf_counter()
    return Cost(first - began, last - first, read_clock() - before)


def read_clock() -> float:
    """CPU seconds of this process, and of those it started that have ended."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def give_result(path: Path, task: Task) -> DocumentResult:
    """Work that is done at once."""
    del task
    return load_result(path)


@lru_cache
def load_result(path: Path) -> DocumentResult:
    """The page's result."""
    return unpack_result(path.read_bytes())


def name_task(task: Task) -> str:
    """Stands for a task."""
    return task.source_id


def know_nothing(_: Task) -> None:
    """No cache."""


def keep_nothing(task: Task, result: DocumentResult) -> None:
    """No cache."""


def give_up(task: Task, trouble: Trouble) -> DocumentResult:
    """None of these documents ends a process."""
    raise AssertionError(task, trouble)


if __name__ == "__main__":
    main()
