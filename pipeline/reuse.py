"""What a former run made and still stands: a run over the same documents takes it over and makes none of it again.

A result is known by what it was made of: its documents in their order, the settings and the program; and by its table
of conflicts, in which one run differs from the next. Under that name the cache keeps a stamp, with the digest of each
file of the result. Only files that still have theirs are taken over.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from pipeline.outcome import name_outcome
from pipeline.plugins import ARBITERS, find_plugins
from pipeline.report import is_stateless
from pipeline.schema import ConflictRow, content_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.cache import Cache
    from pipeline.gather import Readers
    from pipeline.outcome import DocumentResult, Task
    from pipeline.schema import Decision
    from pipeline.settings import Settings

CONFLICTS = f"{ConflictRow.table}.parquet"
# What becomes of the conflicts depends on the result before, and run.json on the clock: both are made anew.
NEVER_TAKEN = frozenset({CONFLICTS, f"{ConflictRow.table}.csv", "run.json"})
# Documents that are read before the former result is looked at, and are held until then. Of those that fail time and
# again there are few; where more are unknown, the result will be another.
FEW = 32


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a run made: the SHA-256 of each file of its tables and of its report, by name, and its counts."""

    tables: Mapping[str, str]
    report: Mapping[str, str]
    counts: Mapping[str, int]  # rows of each table
    slots: int
    lonely_slots: int
    decisions: str  # stands for those that the report shows


@dataclass(frozen=True, slots=True)
class Standing:
    """The former result of a run that would make the same tables again."""

    folder: Path
    stamp: Stamp
    names: Mapping[str, str]  # by source_id: stands for what the document gives

    def take_tables(self, build: Path) -> None:
        """Put its tables into a new result, all but the conflicts."""
        _take_files(self.folder, self.stamp.tables, build)

    def take_report(self, build: Path, decisions: Iterable[Decision]) -> set[str]:
        """Put what the tables in `build` and the decisions would give of its report there; gives the names of that."""
        if self.stamp.decisions != name_decisions(decisions) or not _are_whole(self.folder, self.stamp.report):
            return set()
        same_states = digest_file(build / CONFLICTS) == digest_file(self.folder / CONFLICTS)
        names = {name for name in self.stamp.report if same_states or is_stateless(name)}
        _take_files(self.folder, names, build)
        return names


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a run before it begins."""

    standing: Standing | None = None
    results: Mapping[str, DocumentResult] = field(default_factory=dict)  # of documents that had to be read for it


def look_back(former: Path | None, tasks: Sequence[Task], readers: Readers, superseded: Mapping[str, str]) -> Past:
    """Whether the former result is what a run would make now. Reads the files, and those few that nobody knows."""
    work = readers.work
    # Arbiters of plug-ins may look at what became of a conflict.
    if work.cache is None or former is None or find_plugins().of(ARBITERS):
        return Past()
    names = {task.source_id: work.name(task) for task in tasks}
    unknown = [task for task in tasks if not work.cache.has(names[task.source_id])]
    if len(unknown) > FEW:
        return Past()
    results = {result.document.source_id: result for result in readers.read(unknown, work.recall)}
    names |= {task.source_id: name_outcome(task, results[task.source_id]) for task in unknown}
    stamp = _find_stamp(former, name_origin(names.values(), work.settings, superseded), work.cache)
    return Past(Standing(former, stamp, names) if stamp else None, results)


def _find_stamp(folder: Path, origin: str, shelf: Cache) -> Stamp | None:
    """The stamp of the result in a folder, if it was made of `origin` and its tables are as they were then."""
    try:
        content = shelf.get(_name_stamp(folder, origin))
    except OSError:
        return None
    stamp = Stamp(**json.loads(content)) if content is not None else None
    return stamp if stamp and _are_whole(folder, stamp.tables) else None


def make_stamp(
    folder: Path, tables: set[str], counts: Mapping[str, int], slots: tuple[int, int], decisions: Iterable[Decision]
) -> Stamp:
    """The stamp of a finished result, of which `tables` are those files that are no report.

    `slots` are the number of all and of those with one source.
    """
    report = list_made(folder) - tables
    return Stamp(digest_files(folder, tables), digest_files(folder, report), counts, *slots, name_decisions(decisions))


def keep_stamp(folder: Path, origin: str, shelf: Cache, stamp: Stamp) -> None:
    """Keep the stamp of a result for the next run."""
    shelf.put(_name_stamp(folder, origin), json.dumps(asdict(stamp)).encode())


def name_origin(names: Iterable[str], settings: Settings, superseded: Mapping[str, str]) -> str:
    """Stands for all that the tables of a result are made of, as long as the program is the same.

    `names` stand for what each document gives, in the order of the documents.
    """
    said = [settings.model_dump(mode="json"), sorted(superseded.items()), list(names)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def name_decisions(decisions: Iterable[Decision]) -> str:
    """Stands for what reviewers decided."""
    return content_id("dec", *(decision.model_dump_json() for decision in decisions))


def _name_stamp(folder: Path, origin: str) -> str:
    return content_id("stamp", origin, digest_file(folder / CONFLICTS))


# ------------------------------------------------------------------------------------------------------ files


def list_made(folder: Path) -> set[str]:
    """The files below a folder that a later run can take over, relative with forward slashes."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - NEVER_TAKEN


def digest_files(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of files by name, relative to their folder. Raises OSError as `digest_file` does."""
    return {name: digest_file(folder / name) for name in sorted(names)}


def digest_file(path: Path) -> str:
    """The SHA-256 of a file of ours, which is no link. Raises OSError where it cannot be read."""
    if path.is_symlink():
        raise OSError(f"{path}: is a link")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _are_whole(folder: Path, digests: Mapping[str, str]) -> bool:
    try:
        return digest_files(folder, digests) == digests
    except OSError:
        return False


def _take_files(former: Path, names: Iterable[str], build: Path) -> None:
    """Put files of the former result into a new one: the same ones under a second name, or copies of them."""
    for name in names:
        target = build / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(former / name, target)
        except OSError:  # another file system, or one without second names
            shutil.copyfile(former / name, target)
