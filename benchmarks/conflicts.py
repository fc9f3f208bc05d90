"""Planted conflicts: are they found, and does what changes nothing stay quiet?

    python benchmarks/conflicts.py [--each 40] [--kind WORDS] [--misses]

Each case is two small pages that state one fact, the second with a known change or in another way (`planted.py`), or a
page of `raw/` beside a copy with one change; the whole program runs on them. Recall is asked of those
cases where both statements were read as they were meant: it counts a conflict that holds both on different sides, or
that refutes the changed one by arithmetic. Of what should stay quiet any conflict, however mild, is a false flag; only
lists of which one is longer, and call-outs, are left out. Flags on pages that were misread ("1 840.6" as 840.6)
stand in a column of their own, and in the last line. Intervals are Wilson's, at 95 %.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from planted import Case, build_case
from planted_changes import CHANGES
from planted_lookalikes import LOOKALIKES
from planted_pages import build_page_cases

from pipeline.chemistry import parse_peptide
from pipeline.run import run_pipeline
from pipeline.schema import ClaimRow, ConflictKind, ConflictMemberRow, ConflictRow
from pipeline.settings import Settings
from pipeline.store import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Z = 1.96  # standard deviations around 95 % of a normal distribution
PAGES = ("clean", "changed")
# Where one page only names what the other lists, or leaves out a call-out, nothing is contradicted.
ASIDE = frozenset({ConflictKind.COVERAGE, ConflictKind.CITATION})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case fared: whether both statements were read, and whether a conflict holds them."""

    case: Case
    read: bool
    flagged: bool


@dataclass(slots=True)
class Tally:
    """The cases of one kind."""

    differs: bool
    cases: int = 0
    read: int = 0
    flagged: int = 0
    misled: int = 0  # what changes nothing, flagged because it was misread
    wrong: list[Verdict] = field(default_factory=list)
    unread: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """One case; what was not read as meant is no miss of the comparison, but a false flag all the same."""
        self.cases += 1
        if not verdict.read:
            self.unread.append(verdict)
            self.misled += verdict.flagged and not self.differs
            return
        self.read += 1
        self.flagged += verdict.flagged
        if verdict.flagged is not self.differs:
            self.wrong.append(verdict)


def judge_all(each: int, words: str = "") -> dict[str, Tally]:
    """The tally of every kind whose name holds some words, over `each` cases a kind."""
    tallies: dict[str, Tally] = {}
    drawn = (build_case(kind, number) for kind in (*CHANGES, *LOOKALIKES) for number in range(each))
    for case in chain((case for case in drawn if words in case.kind), build_page_cases(each, words)):
        tallies.setdefault(case.kind, Tally(case.differs)).add(judge_case(case))
    return tallies


def judge_case(case: Case) -> Verdict:
    """Run the program on both pages of a case."""
    names = tuple(f"{name}{case.suffix}" for name in PAGES)
    with tempfile.TemporaryDirectory() as folder:
        raw, out = Path(folder, "raw"), Path(folder, "out")
        raw.mkdir()
        for name, page in zip(names, case.pages, strict=True):
            Path(raw, name).write_text(page, encoding="utf-8", newline="")
        run_pipeline(raw, out, Settings.model_validate({}))
        claims = read_table(out, ClaimRow)
        kinds = {row.conflict_id: row.kind for row in read_table(out, ConflictRow) if row.kind not in ASIDE}
        members = [row for row in read_table(out, ConflictMemberRow) if row.conflict_id in kinds]
    first, second = (
        {row.claim_id for row in claims if row.source_id == name and fits(row, columns)}
        for name, columns in zip(names, case.columns, strict=True)
    )
    flagged = bool(kinds) if case.alone and not case.differs else is_flagged(first, second, kinds, members)
    return Verdict(case, bool(first) and bool(second), flagged)


def fits(row: ClaimRow, columns: Mapping[str, object]) -> bool:
    """Whether a claim has what the page was written to say."""
    return all(_fits_cell(row, name, wanted) for name, wanted in columns.items())


def _fits_cell(row: ClaimRow, name: str, wanted: object) -> bool:
    if name == "residues":
        peptide = parse_peptide(row.object or "") or parse_peptide(row.object_text or "")
        return peptide is not None and peptide.residues == wanted
    cell = getattr(row, name)
    if isinstance(wanted, float):
        return cell is not None and math.isclose(cell, wanted)
    return cell in wanted if isinstance(wanted, tuple) else cell == wanted


def is_flagged(
    first: set[str], second: set[str], kinds: Mapping[str, ConflictKind], members: Iterable[ConflictMemberRow]
) -> bool:
    """Whether one conflict has the two statements on different sides, or arithmetic refutes the second alone."""
    sides: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for member in members:
        if member.claim_id is not None:
            sides[member.conflict_id][member.side].add(member.claim_id)
    refuted = [held["A"] for conflict_id, held in sides.items() if kinds[conflict_id] is ConflictKind.COMPUTED]
    if any(ids & second for ids in refuted) and not any(ids & first for ids in refuted):
        return True
    for held in sides.values():
        one, other = ({side for side, ids in held.items() if ids & chosen} for chosen in (first, second))
        if one and other and len(one | other) > 1:
            return True
    return False


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval around a share in which the true one lies (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, Z * Z / of
    middle = share + square / 2
    width = Z * math.sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, (middle - width) / (1 + square)), min(1.0, (middle + width) / (1 + square))


def show(tallies: Mapping[str, Tally]) -> None:
    """Print a row for each kind, and the sums."""
    for differs, label in ((True, "planted changes: recall"), (False, "what changes nothing: false flags")):
        chosen = {name: tally for name, tally in tallies.items() if tally.differs is differs}
        print(f"{label:<38} {'cases':>5} {'read':>5} {'flagged':>7} {'misread':>7}  share  95 % interval")
        for name, tally in chosen.items():
            print(_describe(name, tally.cases, tally.read, tally.flagged, tally.misled))
        cases, read, flagged, misled = (
            sum(getattr(tally, name) for tally in chosen.values()) for name in ("cases", "read", "flagged", "misled")
        )
        print(_describe("all", cases, read, flagged, misled))
        if not differs:
            print(_describe("all, misread or not", cases, cases, flagged + misled, misled))
        print()


def _describe(name: str, cases: int, read: int, flagged: int, misled: int) -> str:
    low, high = wilson(flagged, read)
    share = flagged / read if read else math.nan
    return f"  {name:<36} {cases:>5} {read:>5} {flagged:>7} {misled:>7}  {share:.3f}  {low:.3f} to {high:.3f}"


def main() -> None:
    """Print recall and false flags by kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=40, help="cases of each kind")
    parser.add_argument("--kind", default="", help="only kinds whose name holds these words")
    parser.add_argument("--misses", action="store_true", help="print the pages of what went wrong")
    parser.add_argument("--unread", action="store_true", help="print the pages of what was not read as meant")
    options = parser.parse_args()
    tallies = judge_all(options.each, options.kind)
    show(tallies)
    for name, tally in tallies.items():
        for verdict in (*(tally.wrong if options.misses else ()), *(tally.unread if options.unread else ())):
            print(f"--- {name}", *verdict.case.pages, sep="\n")


if __name__ == "__main__":
    main()
