"""Good pages among hostile ones, read by the whole program, and what must hold of the result."""

from __future__ import annotations

import csv
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hostile import write_hostile
from pipeline.read import list_sources
from pipeline.settings import Settings
from pipeline.store import check_result
from runs import NO_NETWORK, RAW, ROOT, call_python

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

SECRET = "Words of a file outside, which nobody may read"
MARKER = Path("/tmp/claimsift-evil")
GOOD = "good/"
PER_DOCUMENT = ("blocks.csv", "mentions.csv", "claims.csv", "citations.csv", "unclaimed.csv")


@dataclass(frozen=True, slots=True)
class Siege:
    """Two finished runs: over good and hostile pages, and over the good ones alone. `hostile`: how many there are."""

    raw: Path
    out: Path
    peace: Path
    hostile: int
    status: int
    said: str
    strays: frozenset[str]  # files that stand elsewhere than in OUT and were not there before

    @property
    def documents(self) -> list[dict[str, str]]:
        """The rows of `documents`."""
        return read_rows(self.out, "documents.csv")


def lay_siege(folder: Path, *, leave_out: Collection[str] = ()) -> Siege:
    """Run the program twice, with two workers and without a network, in an empty folder."""
    os.umask(0o022)
    MARKER.unlink(missing_ok=True)
    outside = folder / "outside.md"
    outside.write_text(f"# Selank\n\n{SECRET}.\n", encoding="utf-8")
    raw, alone, home, site = (folder / name for name in ("raw", "alone", "home", "site"))
    for place in (raw, alone):
        shutil.copytree(RAW, place / GOOD, ignore=shutil.ignore_patterns("README*", "sources.csv"))
    hostile = write_hostile(raw, outside, leave_out=leave_out)
    for place in (home, site):
        place.mkdir()
    (site / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    before = list_files(folder)
    status, said = extract(raw, folder / "out", home, site)
    extract(alone, folder / "peace", home, site)
    after = {name for name in list_files(folder) if not name.startswith(("out/", "peace/", "site/__pycache__/"))}
    return Siege(raw, folder / "out", folder / "peace", hostile, status, said, frozenset(after - before))


def extract(raw: Path, out: Path, home: Path, site: Path) -> tuple[int, str]:
    """The exit status of a run, and what it said."""
    options = ("--workers", "2", "--quiet", "--no-cache")
    done = call_python("-m", "pipeline", "extract", raw, "--out", out, *options, path=[site, ROOT], cwd=home)
    return done.returncode, done.stdout + done.stderr


def find_breaches(siege: Siege) -> Iterator[str]:
    """What does not hold, one sentence each."""
    if siege.status != 0:
        yield f"the run ended with {siege.status}: {siege.said[-500:]}"
        return
    told = sorted(row["source_id"] for row in siege.documents)
    wanted = sorted(source_id for _, source_id in list_sources(siege.raw, Settings.model_validate({})))
    if [spell(name) for name in wanted] != told:
        yield f"{len(wanted)} files gave {len(told)} documents: {set(map(spell, wanted)) ^ set(told)}"
    yield from (f"failure: {row['message']}" for row in read_rows(siege.out, "failures.csv"))
    yield from (
        f"no reason: {row['source_id']}" for row in siege.documents if row["status"] != "ok" and not row["reason"]
    )
    for table in PER_DOCUMENT:
        if read_good(siege.out, table) != read_good(siege.peace, table):
            yield f"{table}: the rows of the good pages are others"
    yield from check_result(siege.out, siege.raw)
    yield from (f"written elsewhere: {name}" for name in sorted(siege.strays))
    if MARKER.exists():
        yield "a page ran a command"
    for path in siege.out.rglob("*"):
        if path.is_file() and (SECRET in (text := path.read_text("utf-8", "replace")) or "root:x:0:0" in text):
            yield f"{path.relative_to(siege.out)}: holds what stands outside of RAW"


def spell(source_id: str) -> str:
    """A name as a CSV cell has it: an apostrophe before what a spreadsheet would run."""
    return f"'{source_id}" if source_id.lstrip("'")[:1] in tuple("=+-@\t\r") else source_id


def read_good(out: Path, table: str) -> list[dict[str, str]]:
    """The rows of the good pages."""
    return [row for row in read_rows(out, table) if row["source_id"].startswith(GOOD)]


def read_rows(out: Path, table: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    csv.field_size_limit(sys.maxsize)
    with (out / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def list_files(folder: Path) -> set[str]:
    """All files below a folder, links as such."""
    return {str(Path(place, name).relative_to(folder)) for place, _, names in os.walk(folder) for name in names}
