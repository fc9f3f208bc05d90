"""Kill runs at random moments, with SIGKILL and SIGTERM, and look at what they leave behind.

    python benchmarks/kills.py --rounds 100

Two folders of pages are read in turn into one OUT, by two workers and with a cache, so that a result is told from the
one before. After each kill OUT must be whole, the former result or the new one, and no worker may live on; a later run
that is left alone must heal what was left and give the bytes of a run that nothing befell.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.store import check_result

ROOT = Path(__file__).resolve().parents[1]
HEAL_EVERY = 5  # rounds after which a run is left alone
TABLES = ("claims.csv", "mentions.csv", "documents.csv", "blocks.csv", "unclaimed.csv")


@dataclass
class Tally:
    """What was found after the kills."""

    rounds: int = 0
    signals: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)  # former, new, finished before the kill
    healed: int = 0
    faults: list[str] = field(default_factory=list)


def kill_runs(folder: Path, pages: Path, rounds: int, seed: int) -> Tally:
    """Kill `rounds` runs over two halves of `pages`, in a folder that is empty. The seed chooses the moments."""
    dice = random.Random(seed)  # noqa: S311  (moments, no secrets)
    sides = split_pages(folder, pages)
    out = folder / "out"
    whole = {}
    for name, raw in sides.items():
        start = time.monotonic()
        finish(start_run(folder, raw, folder / f"alone-{name}", cache=False))
        longest = time.monotonic() - start
        whole[name] = read_tables(folder / f"alone-{name}")
    tally = Tally()
    names = list(sides)
    finish(start_run(folder, sides[names[0]], out))
    stands = names[0]
    for number in range(1, rounds + 1):
        aim = names[number % 2]
        if number % 3 == 0:
            shutil.rmtree(folder / ".cache", ignore_errors=True)  # else most kills meet a run that has little to do
        chosen = dice.choice((signal.SIGKILL, signal.SIGTERM))
        run = start_run(folder, sides[aim], out)
        time.sleep(dice.uniform(0, longest))
        ended = run.poll() is not None
        children = list_children(run.pid)
        run.send_signal(chosen)
        run.wait()
        tally.rounds += 1
        tally.signals[chosen.name] += 1
        is_new = read_tables(out) == whole[aim]
        tally.found["finished before the kill" if ended else "the new result" if is_new else "the former result"] += 1
        if not is_new and read_tables(out) != whole[stands]:
            tally.faults.append(f"round {number}: OUT is neither the former result nor the new one")
        stands = aim if is_new else stands
        tally.faults += [f"round {number}: {problem}" for problem in check_result(out, sides[stands])]
        if not await_ends(children):
            tally.faults.append(f"round {number}: a worker lived on")
        if number % HEAL_EVERY == 0 or number == rounds:
            if code := finish(start_run(folder, sides[aim], out)):
                tally.faults.append(f"round {number}: the next run ended with {code}")
            left = [path.name for path in folder.iterdir() if path.name.startswith(".out.")]
            if left or read_tables(out) != whole[aim]:
                tally.faults.append(f"round {number}: the next run did not heal ({left})")
            tally.healed += 1
            stands = aim
    return tally


def split_pages(folder: Path, pages: Path) -> dict[str, Path]:
    """Two folders of pages, of which some are in both."""
    sides = {"one": folder / "one", "other": folder / "other"}
    for number, page in enumerate(sorted(path for path in pages.rglob("*") if path.is_file())):
        if page.name.startswith(("README", "sources.csv", ".")):
            continue
        for side, raw in enumerate(sides.values()):
            if number % 3 in (side, 2):
                place = raw / page.relative_to(pages)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(page, place)
    return sides


def start_run(
    folder: Path, raw: Path, out: Path, *, cache: bool = True, wrap: tuple[str, ...] = (), site: Path | None = None
) -> subprocess.Popen[bytes]:
    """A run of the program with two workers, in a process of its own, in `folder`, where its cache stands.

    `wrap` is a command that runs it, `site` a folder with modules that every Python process finds first.
    """
    command = [sys.executable, "-m", "pipeline", "extract", raw, "--out", out, "--workers", "2", "--quiet"]
    path = os.pathsep.join(filter(None, (site and str(site), str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603  (our own program)
        [*wrap, *command, *(() if cache else ("--no-cache",))],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finish(run: subprocess.Popen[bytes]) -> int:
    """Wait for a run, and give its exit status."""
    return run.wait()


def read_tables(out: Path) -> dict[str, bytes]:
    """The tables that do not depend on what was in OUT before."""
    return {name: (out / name).read_bytes() for name in TABLES if (out / name).is_file()}


def list_children(pid: int) -> list[int]:
    """The processes that a process has started; none where the system does not tell."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def await_ends(pids: list[int], seconds: float = 30) -> bool:
    """Whether all of these processes end soon."""
    deadline = time.monotonic() + seconds
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in "ZX"
    except OSError:
        return False


def main() -> int:
    """Print what was found; 1 where something was not whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--pages", type=Path, default=ROOT / "raw")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_runs(Path(folder), options.pages, options.rounds, options.seed)
    print(f"{tally.rounds} runs killed: {dict(sorted(tally.signals.items()))}")
    print(f"OUT held {dict(sorted(tally.found.items()))}; {tally.healed} runs that were left alone healed all of it")
    for fault in tally.faults:
        print(f"FAULT {fault}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
