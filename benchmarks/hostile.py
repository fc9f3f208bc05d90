"""Read every hostile file of the tests, one in a process of its own, and print what each kind costs.

    python benchmarks/hostile.py [--siege]

Time is that of the processor. With `--siege` the whole program then reads all of them beside the good pages of `raw/`,
and it is looked whether every file has its row and the good pages theirs, unchanged. Needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from pipeline.document import process_document
from pipeline.memory import limit_memory
from pipeline.outcome import Task
from pipeline.read import list_sources
from pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hostile import write_hostile  # noqa: E402  (beside the tests)
from siege import find_breaches, lay_siege  # noqa: E402

SETTINGS = Settings.model_validate({})
WARM = "# Selank\n\nThe half-life of Selank is 2 minutes (Smith, 2001).\n"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file came to. `seconds` of a processor, `memory` in MB at its peak, of which 200 are the program's."""

    source_id: str
    status: str  # ok, empty, refused, failed; or lost where its process ended
    errors: tuple[str, ...]
    seconds: float
    memory: int


def weigh_file(task: Task) -> Cost:
    """One file, in a fork of this process."""
    ours, theirs = os.pipe()
    if not (child := os.fork()):
        limit_memory(SETTINGS.max_memory)
        result = process_document(task, settings=SETTINGS, debug=False)
        told = [str(result.document.status), [failure.error for failure in result.failures]]
        os.write(theirs, json.dumps(told).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        answer = pipe.read()
    _, _, usage = os.wait4(child, 0)
    status, errors = json.loads(answer) if answer else ("lost", ["ProcessError"])
    return Cost(task.source_id, status, tuple(errors), usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def weigh_files(folder: Path) -> list[Cost]:
    """All hostile files, written to an empty folder."""
    warm = folder / "warm.md"
    warm.write_text(WARM, encoding="utf-8")
    process_document(Task(warm, warm.name, None), settings=SETTINGS, debug=True)
    write_hostile(folder / "raw", warm)
    return [weigh_file(Task(path, name, None)) for path, name in list_sources(folder / "raw", SETTINGS)]


def print_costs(costs: list[Cost]) -> None:
    """A Markdown table, one line a kind."""
    kinds: dict[str, list[Cost]] = defaultdict(list)
    for cost in costs:
        kinds[cost.source_id.partition("/")[0]].append(cost)
    print("| kind | files | ok | empty | refused | failed | seconds | the slowest | memory at its peak |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind, members in [*sorted(kinds.items()), ("all", costs)]:
        counts = Counter(cost.status for cost in members)
        slowest = max(members, key=lambda cost: cost.seconds)
        states = " | ".join(str(counts[name]) for name in ("ok", "empty", "refused"))
        failed = counts["failed"] + counts["lost"]
        total = sum(cost.seconds for cost in members)
        name = slowest.source_id.partition("/")[2] or slowest.source_id
        peak = max(cost.memory for cost in members)
        print(f"| {kind} | {len(members)} | {states} | {failed} | {total:.0f} | ", end="")
        print(f"`{name[:40]}` {slowest.seconds:.1f} | {peak} MB |")


def main() -> int:
    """Print what was found; 1 where a file broke something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--siege", action="store_true", help="the whole program over all of them, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        costs = weigh_files(Path(folder))
    print_costs(costs)
    faults = [f"{cost.source_id}: {cost.errors}" for cost in costs if cost.errors]
    if options.siege:
        with tempfile.TemporaryDirectory() as folder:
            siege = lay_siege(Path(folder))
            breaches = list(find_breaches(siege))
        print(f"{siege.hostile} hostile files beside the good ones: the run ended with {siege.status}")
        faults += breaches
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
