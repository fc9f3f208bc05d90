"""Decisions of reviewers are re-applied on every run, and never lost or overwritten."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.conflicts.lifecycle import apply_decisions, follow_up
from pipeline.decisions import read_decisions
from pipeline.errors import UsageError
from pipeline.schema import Decision, State, Verdict
from report_rows import FRAGMENT, make_report

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.schema import ConflictRow


def decide(row: ConflictRow, *, verdict: Verdict, reviewer: str, hour: int, fingerprint: str | None = None) -> Decision:
    return Decision(
        conflict_id=row.conflict_id,
        fingerprint=fingerprint or row.fingerprint,
        verdict=verdict,
        note=f"said at {hour}",
        reviewer=reviewer,
        time=datetime(2026, 1, 1, hour, tzinfo=UTC),
    )


@pytest.fixture
def row() -> ConflictRow:
    return next(row for row in make_report().conflicts if row.conflict_id == FRAGMENT.conflict_id)


def test_the_latest_verdict_of_a_reviewer_counts(row: ConflictRow) -> None:
    told = [
        decide(row, verdict=Verdict.REAL, reviewer="ann", hour=3),
        decide(row, verdict=Verdict.UNSURE, reviewer="ann", hour=1),
    ]
    decided = next(iter(apply_decisions([row], told)))
    assert (decided.decision, decided.decided_by, decided.decision_stale) == ("real", "ann", False)


def test_two_reviewers_who_differ_are_both_shown(row: ConflictRow) -> None:
    told = [
        decide(row, verdict=Verdict.REAL, reviewer="ann", hour=1),
        decide(row, verdict=Verdict.SOURCE_ERROR, reviewer="bea", hour=2),
    ]
    decided = next(iter(apply_decisions([row], told)))
    assert decided.decision == "disputed"
    assert decided.decided_by == "ann; bea"
    assert decided.decision_note == "said at 1; said at 2"


def test_a_decision_on_other_members_is_stale(row: ConflictRow) -> None:
    told = [decide(row, verdict=Verdict.REAL, reviewer="ann", hour=1, fingerprint="fpr-other")]
    assert next(iter(apply_decisions([row], told))).decision_stale is True


def test_states_follow_the_former_result(row: ConflictRow) -> None:
    changed = row.model_copy(update={"fingerprint": "fpr-other"})
    gone = row.model_copy(update={"state": State.GONE})
    cases = {State.NEW: [], State.OPEN: [row], State.CHANGED: [changed], State.REOPENED: [gone]}
    assert {state: next(iter(follow_up([row], former))).state for state, former in cases.items()} == {
        state: state for state in cases
    }
    assert [left.state for left in follow_up([], [row])] == [State.GONE]


def test_decisions_are_read_from_json_lines(row: ConflictRow, tmp_path: Path) -> None:
    told = decide(row, verdict=Verdict.REAL, reviewer="ann", hour=1)
    file = tmp_path / "decisions.jsonl"
    file.write_text(told.model_dump_json() + "\n\n", encoding="utf-8")
    assert read_decisions(file) == (told,)


@pytest.mark.parametrize("line", ["no json", json.dumps({"conflict_id": "con-1"}), json.dumps([1])])
def test_a_bad_line_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"decisions\.jsonl:2: "):
        read_decisions(file)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none\\.jsonl"):
        read_decisions(tmp_path / "none.jsonl")
