"""Everything that can befall a run but a bug of its own: kills, full disks, closed and vanishing files, odd clocks.

    python benchmarks/chaos.py --rounds 100 [--ways NAME...]

After each round OUT must be whole (the former result or the right new one), every decision that was told to be kept
must be there, and a run that nothing befalls must give the bytes that it always gives. Needs Linux, and root to make a
small file system of its own; else a limit on the size of files stands for the full disk.
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
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kills import ROOT, await_ends, list_children, read_tables, split_pages, start_run

from pipeline.decisions import append_decisions, read_decisions
from pipeline.errors import UsageError
from pipeline.schema import Decision, Verdict
from pipeline.store import check_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DISK = "size=64m"
# Root reads and writes what is closed to it, unless it is run without that power.
POWERLESS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")
ODD_CLOCK = """
import random, time
_now = time.time
time.time = lambda: _now() + random.choice((0, -4e8, 4e8, 3600, -3600))
time.time_ns = lambda: int(time.time() * 1e9)
"""
KEEP_DECIDING = """
import sys
from benchmarks_chaos import decide
for number in range(100_000):
    decide(sys.argv[1], sys.argv[2], number)
    print(number, flush=True)
"""


@dataclass
class World:
    """The folders of all rounds. `whole` are the tables of a run that nothing befell, by the pages that it read."""

    home: Path
    sides: dict[str, Path]
    whole: dict[str, dict[str, bytes]]
    longest: float  # seconds that an undisturbed run takes
    size: int  # bytes of a result
    dice: random.Random
    disk: Path | None
    stands: str = "one"
    decided: set[tuple[str, str]] = field(default_factory=set)  # conflict_id and reviewer of what was kept
    rounds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def out(self) -> Path:
        """Where all runs write."""
        return (self.disk or self.home) / "place" / "out"

    @property
    def decisions(self) -> Path:
        """The file of decisions."""
        return (self.disk or self.home) / "place" / "decisions.jsonl"

    @property
    def aim(self) -> str:
        """The pages that the next run reads: those that OUT does not stand for."""
        return "other" if self.stands == "one" else "one"

    def start(self, **options: object) -> subprocess.Popen[bytes]:
        """A run over the pages that OUT does not stand for."""
        return start_run(self.home, self.sides[self.aim], self.out, cache=False, **options)  # type: ignore[arg-type]

    def wait_a_moment(self) -> None:
        """Some time within a run."""
        time.sleep(self.dice.uniform(0.2, 1) * self.longest)


def kill_run(world: World, chosen: signal.Signals) -> int:
    """End the process that the user started."""
    run = world.start()
    world.wait_a_moment()
    children = list_children(run.pid)
    run.send_signal(chosen)
    status = run.wait()
    if not await_ends(children):
        world.faults.append("a worker lived on")
    return status


def kill_worker(world: World) -> int:
    """End one worker: the run must not mind."""
    run = world.start()
    world.wait_a_moment()
    for child in list_children(run.pid)[-1:]:
        os.kill(child, signal.SIGKILL)
    status = run.wait()
    if status or read_tables(world.out) != world.whole[world.aim]:
        world.faults.append(f"a killed worker changed the result ({status})")
    return status


def fill_disk(world: World) -> int:
    """Leave a part of the room that a result needs."""
    if world.disk is None:
        limit = str(world.dice.randint(1, 400))  # blocks of a kilobyte
        return world.start(wrap=("bash", "-c", f'ulimit -f {limit}; exec "$@"', "-")).wait()
    filler = world.disk / "filler"
    room = shutil.disk_usage(world.disk).free - world.dice.randint(0, world.size)
    with filler.open("wb") as file:
        file.write(b"\0" * room)
    status = world.start().wait()
    try:
        decide(world.decisions, "full", world.rounds.total())
        world.decided.add((name_conflict(world.rounds.total()), "full"))
    except UsageError:
        pass  # it said so; and none of the former may be gone
    filler.unlink()
    if status not in {0, 2}:
        world.faults.append(f"a full disk was told as {status}")
    return status


def close_files(world: World) -> int:
    """Pages and a folder that may not be read, for this one run: they are told of, and the others read."""
    pages = sorted(path for path in world.sides[world.aim].rglob("*") if path.is_file())
    closed = world.dice.sample(pages, 2)
    for path in closed:
        path.chmod(0)
    status = world.start(wrap=POWERLESS).wait()
    if status != 1 or count_failed(world.out) != len(closed):
        world.faults.append(f"closed files: {status}, {count_failed(world.out)} failed rows")
    for path in closed:
        path.chmod(0o644)
    return status


def take_files_away(world: World) -> int:
    """Pages that are there when the run begins, and then are not."""
    side = world.sides[world.aim]
    kept = world.home / "kept"
    shutil.copytree(side, kept)
    pages = sorted(path for path in side.rglob("*") if path.is_file())
    run = world.start()
    world.wait_a_moment()
    for path in world.dice.sample(pages, 3):
        path.unlink()
    status = run.wait()
    shutil.rmtree(side)
    kept.rename(side)
    if status not in {0, 1} or bool(status) != bool(count_failed(world.out)):
        world.faults.append(f"vanished files: ended with {status}, {count_failed(world.out)} failed rows")
    return status


def count_failed(out: Path) -> int:
    """Documents that failed."""
    return (out / "documents.csv").read_bytes().count(b'"failed"')


def close_out(world: World) -> int:
    """A place that may not be written to: refused at once, and nothing changes."""
    place = world.out.parent
    place.chmod(0o555)
    status = world.start(wrap=POWERLESS).wait()
    place.chmod(0o755)
    if status != 2 or read_tables(world.out) != world.whole[world.stands]:  # noqa: PLR2004  (wrong usage)
        world.faults.append(f"a read-only place: ended with {status}")
    return status


def turn_clock(world: World) -> int:
    """A clock that is decades off, another way at each look: the tables do not depend on it."""
    site = world.home / "odd"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(ODD_CLOCK, encoding="utf-8")
    status = world.start(site=site).wait()
    if status or read_tables(world.out) != world.whole[world.aim]:
        world.faults.append(f"an odd clock changed the result ({status})")
    return status


def kill_decider(world: World) -> int:
    """Kill a process that writes decisions: what it told to be kept is kept."""
    reviewer = f"reviewer-{world.rounds.total()}"
    site = world.home / "deciding"
    site.mkdir(exist_ok=True)
    shutil.copyfile(__file__, site / "benchmarks_chaos.py")
    shutil.copyfile(Path(__file__).with_name("kills.py"), site / "kills.py")
    script = [sys.executable, "-c", KEEP_DECIDING, str(world.decisions), reviewer]
    path = os.pathsep.join((str(site), str(ROOT)))
    told = subprocess.Popen(  # noqa: S603  (our own script)
        script, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    )
    assert told.stdout is not None  # noqa: S101  (it was asked for)
    first = told.stdout.readline()
    time.sleep(world.dice.uniform(0, 0.3))
    told.kill()
    numbers = [int(line) for line in (first, *told.stdout.read().splitlines()) if line.strip()]
    told.wait()
    world.decided |= {(name_conflict(number), reviewer) for number in numbers}
    decide(world.decisions, "after", world.rounds.total())  # sets a torn line aside
    world.decided.add((name_conflict(world.rounds.total()), "after"))
    return 0


def name_conflict(number: int) -> str:
    """The id of a conflict that there is not; decisions on such are kept, too."""
    return f"con-{number:016x}"


def decide(file: Path | str, reviewer: str, number: int) -> None:
    """Append one decision. Raises UsageError where it cannot be kept."""
    decision = Decision(
        conflict_id=name_conflict(number),
        fingerprint="0" * 16,
        verdict=Verdict.UNSURE,
        reviewer=reviewer,
        time=datetime(2024, 1, 1, tzinfo=UTC),
    )
    append_decisions(Path(file), [decision])


WAYS: dict[str, Callable[[World], int]] = {
    "SIGKILL": lambda world: kill_run(world, signal.SIGKILL),
    "full disk": fill_disk,
    "a worker dies": kill_worker,
    "SIGTERM": lambda world: kill_run(world, signal.SIGTERM),
    "closed files": close_files,
    "vanishing files": take_files_away,
    "read-only place": close_out,
    "odd clock": turn_clock,
    "killed decider": kill_decider,
}
FORGETFUL = {"closed files", "vanishing files"}  # the result is whole, but of other pages


def look_after(world: World, way: str) -> None:
    """Hold what a round left against the promises."""
    found = read_tables(world.out)
    if found == world.whole[world.aim]:
        world.stands = world.aim
    elif found != world.whole[world.stands] and way not in FORGETFUL:
        world.faults.append(f"{way}: OUT is neither the former result nor the new one")
    raw = None if way in FORGETFUL else world.sides[world.stands]
    world.faults += [f"{way}: {problem}" for problem in check_result(world.out, raw)]
    kept = {(one.conflict_id, one.reviewer) for one in read_decisions(world.decisions)}
    if lost := world.decided - kept:
        world.faults.append(f"{way}: {len(lost)} decisions are lost")


def heal(world: World) -> None:
    """A run that nothing befalls clears away what is left, and gives what it always gives."""
    status = world.start().wait()
    left = [path.name for path in world.out.parent.iterdir() if path.name.startswith(".out.")]
    if status or left or read_tables(world.out) != world.whole[world.aim]:
        world.faults.append(f"the next run did not heal: {status}, {left}")
    world.stands = world.aim


@contextmanager
def make_world(home: Path, pages: Path, seed: int) -> Iterator[World]:
    """Two halves of the pages, their results, and a small disk for OUT where we may mount one."""
    sides = split_pages(home, pages)
    disk: Path | None = home / "disk"
    home.joinpath("disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:  # noqa: S603  (our own folder)
        disk = None
    try:
        whole = {}
        for name, raw in sides.items():
            began = time.monotonic()
            start_run(home, raw, home / f"alone-{name}", cache=False).wait()
            longest = time.monotonic() - began
            whole[name] = read_tables(home / f"alone-{name}")
        dice = random.Random(seed)  # noqa: S311  (moments, no secrets)
        size = sum(path.stat().st_size for path in (home / "alone-one").rglob("*") if path.is_file())
        world = World(home, sides, whole, longest, size, dice, disk)
        world.out.parent.mkdir()
        start_run(home, sides["one"], world.out, cache=False).wait()
        decide(world.decisions, "before", 0)
        world.decided.add((name_conflict(0), "before"))
        yield world
    finally:
        if disk is not None:
            subprocess.run(["umount", str(disk)], check=False)  # noqa: S603, S607  (our own folder)


def main() -> int:
    """Print what was found; 1 where something was not whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="no round begins later than that")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--pages", type=Path, default=ROOT / "raw")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, make_world(Path(folder), options.pages, options.seed) as world:
        last = time.monotonic() + options.minutes * 60
        for number in range(options.rounds):
            if time.monotonic() > last:
                break
            way = options.ways[number % len(options.ways)]
            world.rounds[way] += 1
            before = len(world.faults)
            world.statuses[f"{way}: {WAYS[way](world)}"] += 1
            look_after(world, way)
            if way in FORGETFUL or number % 5 == 4:  # noqa: PLR2004  (else a run meets what several left)
                heal(world)
            for fault in world.faults[before:]:
                print(f"FAULT in round {number + 1}, {fault}", flush=True)
            print(f"{number + 1} {way}", file=sys.stderr)
        print(f"{world.rounds.total()} rounds: {dict(world.rounds)}; {len(world.decided)} decisions kept")
        print(f"exit statuses: {dict(sorted(world.statuses.items()))}; {len(world.faults)} faults")
    return 1 if world.faults else 0


if __name__ == "__main__":
    sys.exit(main())
