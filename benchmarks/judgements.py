"""How many of the conflicts that the program reports are real, by the verdicts of a reader who saw both sides.

    python benchmarks/judgements.py OUT [--unjudged]

`tests/gold/conflict_verdicts.csv` holds one row for each conflict that was judged: its id, its fingerprint on that day,
and whether it is real. A conflict whose fingerprint has changed since counts with its old verdict, and is told apart.
Intervals are Wilson's, at 95 %.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from conflicts import wilson

from gold import GOLD
from pipeline.schema import ConflictRow, Severity, State
from pipeline.store import read_table

VERDICTS = GOLD / "conflict_verdicts.csv"
REAL = "real"
URGENT = "high and medium"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reader said of one conflict; `reason` is a class of reasons, described in tests/gold/README.md."""

    conflict_id: str
    fingerprint: str
    severity: str
    verdict: str
    reason: str


def read_verdicts(path: Path = VERDICTS) -> dict[str, Judged]:
    """The verdicts by conflict. Raises ValueError when a conflict is judged twice."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [Judged(**row) for row in csv.DictReader(file)]
    twice = [conflict_id for conflict_id, count in Counter(row.conflict_id for row in rows).items() if count > 1]
    if twice:
        message = f"judged twice: {', '.join(twice)}"
        raise ValueError(message)
    return {row.conflict_id: row for row in rows}


def main() -> None:
    """Print how many conflicts of each severity are real, and what was not judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="a result of `claims extract`")
    parser.add_argument("--unjudged", action="store_true", help="list the conflicts without a verdict")
    options = parser.parse_args()
    verdicts = read_verdicts()
    found = [row for row in read_table(options.out, ConflictRow) if row.state is not State.GONE]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in found:
        judged = verdicts.get(row.conflict_id)
        groups = (
            row.severity,
            "high and medium" if row.severity in (Severity.HIGH, Severity.MEDIUM) else "low and info",
        )
        for group in groups:
            counts[group]["all"] += 1
            counts[group]["judged"] += judged is not None
            counts[group]["real"] += judged is not None and judged.verdict == REAL
            counts[group]["changed"] += judged is not None and judged.fingerprint != row.fingerprint
    print(f"{'severity':<16} {'conflicts':>9} {'judged':>6} {'changed':>7} {'real':>5}  share  95 % interval")
    for group in (*Severity, URGENT):
        print(_describe(group, counts[group]))
    if options.unjudged:
        for row in found:
            if row.conflict_id not in verdicts:
                print(row.conflict_id, row.severity, row.kind, row.headline)


def _describe(group: str, count: Counter[str]) -> str:
    low, high = wilson(count["real"], count["judged"])
    share = count["real"] / count["judged"] if count["judged"] else float("nan")
    numbers = f"{count['all']:>9} {count['judged']:>6} {count['changed']:>7} {count['real']:>5}"
    return f"{group:<16} {numbers}  {share:.3f}  {low:.3f} to {high:.3f}"


if __name__ == "__main__":
    main()
