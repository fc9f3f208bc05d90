"""Reviewed pairs of passages: which of those to flag are found, and which of the others are flagged all the same.

A pair to flag is found when its two passages stand on different sides of one conflict, or when the passage stands in a
computed or citation conflict. A look-alike is wrong when it is flagged so at medium or high severity.

    python benchmarks/pairs.py OUT tests/gold/raw_expected.csv [--misses]
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pipeline.schema import ConflictMemberRow, ConflictRow, DocumentRow, Severity
from pipeline.store import read_run_json, read_table

URGENT = (Severity.HIGH, Severity.MEDIUM)
NO_PAGE = frozenset({"(computed)", "(absent)", ""})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two passages that a person judged; the second may be no passage at all."""

    name: str
    flag: bool
    severity: str
    page_a: str
    quote_a: str
    page_b: str
    quote_b: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a pair fared: the severity of the conflict that holds it, or None."""

    pair: Pair
    severity: Severity | None

    @property
    def right(self) -> bool:
        """Found if it is to be flagged; else not urgent."""
        if self.pair.flag:
            return self.severity is not None
        return self.severity not in URGENT


def read_pairs(path: Path) -> list[Pair]:
    """The judged pairs of either of the two layouts that we use."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Pair(
            name=row.get("id") or f"{index + 2}",
            flag=row["expected"] == "flag",
            severity=row["severity"],
            page_a=row.get("page_a") or row["source_a"],
            quote_a=row["quote_a"],
            page_b=row.get("page_b") or row["source_b"],
            quote_b=row["quote_b"],
        )
        for index, row in enumerate(rows)
    ]


class Result:
    """The conflicts of a result, by the passages that take part."""

    def __init__(self, out: Path, raw: Path | None = None) -> None:
        self.raw = raw or Path(str(read_run_json(out)["raw"]))
        self.encodings = {row.source_id: row.encoding for row in read_table(out, DocumentRow)}
        self.conflicts = {row.conflict_id: row for row in read_table(out, ConflictRow)}
        self.members: dict[str, list[ConflictMemberRow]] = defaultdict(list)
        for member in read_table(out, ConflictMemberRow):
            self.members[member.conflict_id].append(member)

    def judge(self, pair: Pair) -> Verdict:
        """The most urgent conflict that holds a pair."""
        first, second = self._find(pair.page_a, pair.quote_a), self._find(pair.page_b, pair.quote_b)
        found = [
            self.conflicts[conflict_id].severity
            for conflict_id, members in self.members.items()
            if self._holds(conflict_id, members, first, second, flag=pair.flag)
        ]
        return Verdict(pair, min(found, key=list(Severity).index, default=None))

    def _holds(
        self,
        conflict_id: str,
        members: list[ConflictMemberRow],
        first: tuple[str, int, int] | None,
        second: tuple[str, int, int] | None,
        *,
        flag: bool,
    ) -> bool:
        one = {member.side for member in members if _overlaps(member, first)}
        if flag and self.conflicts[conflict_id].kind in ("computed", "citation"):
            lone = second is None or any(_overlaps(member, second) for member in members)
            return bool(one) and lone
        other = {member.side for member in members if _overlaps(member, second)}
        return bool(one) and bool(other) and len(one | other) > 1

    def _find(self, page: str, quote: str) -> tuple[str, int, int] | None:
        if page in NO_PAGE or page not in self.encodings:
            return None
        with (self.raw / page).open(encoding=self.encodings[page] or "utf-8", newline="") as file:
            text = file.read()
        start = text.find(quote)
        return (page, start, start + len(quote)) if start >= 0 else None


def _overlaps(member: ConflictMemberRow, place: tuple[str, int, int] | None) -> bool:
    if place is None or member.start is None or member.end is None:
        return False
    page, start, end = place
    return member.source_id == page and member.start < end and start < member.end


def main() -> int:
    """Print the table of a result against judged pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    result = Result(options.out, options.raw)
    verdicts = [result.judge(pair) for pair in read_pairs(options.pairs)]
    for flag, label in ((True, "pairs to flag that are found"), (False, "look-alikes that stay quiet")):
        some = [verdict for verdict in verdicts if verdict.pair.flag is flag]
        print(f"{label}: {sum(verdict.right for verdict in some)} of {len(some)}")
    if options.misses:
        for verdict in verdicts:
            if not verdict.right:
                pair = verdict.pair
                expected = f"flag {pair.severity}" if pair.flag else "no flag"
                where = f"{pair.page_a} {pair.quote_a!r} | {pair.page_b} {pair.quote_b!r}"
                print(f"{pair.name}: {expected}, is {verdict.severity}: {where}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
