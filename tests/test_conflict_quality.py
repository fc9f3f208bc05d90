"""How good the comparison is: planted changes are found, what changes nothing stays quiet, and verdicts hold together."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from runs import ROOT, load_script

BENCHMARKS = ROOT / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))  # they share modules
conflicts, judgements = (load_script(BENCHMARKS / f"{name}.py") for name in ("conflicts", "judgements"))

EACH = 2  # cases of each kind; the benchmark takes 40
# Wanted of the whole, and held here on a sample: recall of what was read, false flags on what was read.
RECALL, FALSE_FLAGS = 0.95, 0.02
# Changes whose two statements are both read as meant; the benchmark prints it kind by kind.
READ = 0.85
SHARES = ("real", "not_real")


Tallies = dict[str, Any]  # name of the kind: its tally


@pytest.fixture(scope="module")
def tallies() -> Tallies:
    judged: Tallies = conflicts.judge_all(EACH)
    return judged


def add_up(tallies: Tallies, name: str, *, differs: bool) -> int:
    return sum(getattr(tally, name) for tally in tallies.values() if tally.differs is differs)


def test_planted_changes_are_found(tallies: Tallies) -> None:
    cases, read, flagged = (add_up(tallies, name, differs=True) for name in ("cases", "read", "flagged"))
    assert read >= READ * cases
    assert flagged >= RECALL * read


def test_what_changes_nothing_stays_quiet(tallies: Tallies) -> None:
    read, flagged = (add_up(tallies, name, differs=False) for name in ("read", "flagged"))
    assert flagged <= FALSE_FLAGS * read


def test_a_case_is_always_the_same() -> None:
    kind = conflicts.CHANGES[0]
    assert conflicts.build_case(kind, 7) == conflicts.build_case(kind, 7)
    assert conflicts.build_case(kind, 7) != conflicts.build_case(kind, 8)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.278), (95, 100, 0.888, 0.978), (5, 5, 0.566, 1.0)]
)
def test_intervals(hits: int, of: int, low: float, high: float) -> None:
    assert conflicts.wilson(hits, of) == pytest.approx((low, high), abs=0.001)


def test_verdicts_on_conflicts_hold_together() -> None:
    verdicts = judgements.read_verdicts().values()
    assert {row.verdict for row in verdicts} <= set(SHARES)
    assert all(row.conflict_id.startswith("con-") and row.fingerprint.startswith("fpr-") for row in verdicts)
    assert all(row.reason for row in verdicts)
