"""The nightly run over a folder that grows: first run, unchanged twice, one page changed; time, processor, memory.

    python benchmarks/nightly.py --documents 2000 --workers 2
    python benchmarks/nightly.py --documents 1000 10000 --fresh

The pages are those of raw/, each in many editions: lines in another order, names of shops and numbers changed, so that
they are neither copies of each other nor all of one slot.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:\.\d+)?(?![\w,-])")
SAME = 0.8  # share of the numbers that an edition leaves as they are
# What a run says of itself: the peak of its own memory, and of the largest of its workers, in bytes.
MEASURED = """
import json, resource, sys
from pipeline.cli import main
try:
    main()
finally:
    peaks = [resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    json.dump(peaks, open(sys.argv[sys.argv.index("--out") + 1] + ".peaks", "w"))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: wall clock and processor time in seconds, peak memory of the writer and of one worker in bytes."""

    wall: float
    processor: float
    writer: int
    worker: int
    stages: dict[str, float]


def write_editions(folder: Path, documents: int, seed: int) -> None:
    """That many pages: editions of those in raw/, of which those that are no HTML have their parts shuffled."""
    dice = random.Random(seed)  # noqa: S311  (pages, no secrets)
    pages = sorted(
        path
        for path in (ROOT / "raw").rglob("*")
        if path.suffix in {".md", ".txt", ".html"} and not path.name.startswith("README")
    )
    for number in range(documents):
        page = pages[number % len(pages)]
        text = page.read_bytes().decode("latin-1")
        place = folder / f"{number // 1000:03}" / f"{number:06}-{page.name}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(vary(text, dice, shuffle=page.suffix != ".html").encode("latin-1"))


def vary(text: str, dice: random.Random, *, shuffle: bool) -> str:
    """An edition: one number in five is another, and the parts between empty lines may stand in another order."""
    text = NUMBER.sub(lambda match: match[0] if dice.random() < SAME else str(dice.randint(1, 999)), text)
    if not shuffle or text.startswith("---"):
        return text
    head, *parts = text.split("\n\n")
    dice.shuffle(parts)
    return "\n\n".join([head, *parts])


def run(folder: Path, workers: int, *options: str) -> Measured:
    """A run of the program over `folder/raw`, in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(  # noqa: S603  (our own program)
        [
            *(sys.executable, "-c", MEASURED, "extract", folder / "raw", "--out", folder / "out", "--quiet"),
            *("--workers", str(workers), *options),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    writer, worker = json.loads((folder / "out.peaks").read_text())
    stages = json.loads((folder / "out" / "run.json").read_text())["seconds"]
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, processor, writer, worker, stages)


def measure_start() -> float:
    """Processor seconds of a run over no page at all."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "raw").mkdir()
        return run(Path(name), 0).processor


def show(name: str, measured: Measured) -> None:
    """One line of the table."""
    stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in measured.stages.items())
    print(
        f"{name:<34} {measured.wall:8.1f} s {measured.processor:8.1f} s"
        f" {measured.writer / 1e6:8.0f} MB {measured.worker / 1e6:8.0f} MB   {stages}",
        flush=True,
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[200])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--fresh", action="store_true", help="the first run alone")
    options = parser.parse_args()
    print(f"{'':<34} {'wall':>10} {'processor':>10} {'writer':>11} {'worker':>11}   seconds by stage")
    for documents in options.documents:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_editions(folder / "raw", documents, options.seed)
            first = run(folder, options.workers)
            show(f"{documents} documents, first run", first)
            if options.fresh:
                continue
            again = [run(folder, options.workers) for _ in range(2)]
            show("the same again: new becomes open", again[0])
            show("the same once more", again[1])
            start = measure_start()
            shares = " and ".join(f"{(one.processor - start) / (first.processor - start):.1%}" for one in again)
            print(f"beyond the start of {start:.1f} s: {shares} of the first run's processor time")
            page = min((folder / "raw").rglob("*.md"))
            page.write_bytes(page.read_bytes() + b"\n\nThe purity is 97.31 %.\n")
            show("one page changed", run(folder, options.workers))


if __name__ == "__main__":
    main()
