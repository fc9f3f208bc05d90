"""What becomes of conflicts and decisions when pages change: whole runs into one folder."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.conflicts.lifecycle import Former, apply_decisions
from pipeline.run import run_pipeline
from pipeline.schema import ClaimRow, ConflictMemberRow, ConflictRow, Decision, State, Verdict
from pipeline.settings import Settings
from pipeline.store import read_table
from runs import write_pages

if TYPE_CHECKING:
    from pathlib import Path

ONE = "# Semax\n\nThe half-life of Semax is 20 minutes in plasma.\n"
OTHER = "# Semax\n\nThe half-life of Semax is 4 hours in plasma.\n"
ELSEWHERE = "# About this page\n\nWe moved to a new address in spring; orders leave on Mondays.\n\n"


class Desk:
    """A user's folder: pages, a result, and decisions."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.out, self.decisions = folder / "raw", folder / "out", folder / "decisions.jsonl"
        self.decisions.touch()
        write_pages(self.raw, one_md=ONE, other_md=OTHER)

    def run(self, workers: int = 0) -> ConflictRow:
        """The conflict of the two half-lives after another run."""
        run_pipeline(self.raw, self.out, Settings.model_validate({}), decisions=self.decisions, workers=workers)
        rows = [row for row in read_table(self.out, ConflictRow) if row.predicate == "half_life"]
        assert len(rows) == 1
        return rows[0]

    def decide(self, row: ConflictRow) -> None:
        decision = Decision(
            conflict_id=row.conflict_id,
            fingerprint=row.fingerprint,
            verdict=Verdict.REAL,
            reviewer="ann",
            time=datetime(2026, 1, 1, tzinfo=UTC),
        )
        self.decisions.write_text(decision.model_dump_json() + "\n", encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_conflict_is_new_and_then_open(desk: Desk) -> None:
    assert [desk.run().state, desk.run().state] == [State.NEW, State.OPEN]


def test_an_edit_elsewhere_on_a_page_makes_no_decision_stale(desk: Desk) -> None:
    before = desk.run()
    ids = [row.claim_id for row in read_table(desk.out, ClaimRow)]
    desk.decide(before)
    write_pages(
        desk.raw, one_md=ELSEWHERE + ONE, other_md=OTHER.replace("plasma.\n", "plasma.\n\nOrders ship daily.\n")
    )
    after = desk.run()
    assert (after.conflict_id, after.fingerprint, after.state) == (before.conflict_id, before.fingerprint, State.OPEN)
    assert (after.decision, after.decision_stale) == ("real", False)
    assert [row.claim_id for row in read_table(desk.out, ClaimRow)] == ids


def test_an_edit_of_a_value_changes_the_conflict_and_makes_the_decision_stale(desk: Desk) -> None:
    before = desk.run()
    desk.decide(before)
    write_pages(desk.raw, other_md=OTHER.replace("4 hours", "5 hours"))
    after = desk.run()
    assert (after.conflict_id, after.state) == (before.conflict_id, State.CHANGED)
    assert (after.decision, after.decision_stale) == ("real", True)


def test_a_conflict_goes_and_is_reopened(desk: Desk) -> None:
    desk.decide(desk.run())
    (desk.raw / "other.md").unlink()
    gone = desk.run()
    assert (gone.state, gone.decision) == (State.GONE, "real")
    assert read_table(desk.out, ConflictMemberRow) == ()
    assert desk.run().state is State.GONE
    write_pages(desk.raw, other_md=OTHER)
    assert [desk.run().state, desk.run().state] == [State.REOPENED, State.OPEN]


def test_another_source_with_the_same_value_changes_no_id(desk: Desk) -> None:
    before = desk.run()
    write_pages(desk.raw, third_md=OTHER)
    after = desk.run()
    assert (after.conflict_id, after.state, after.sides) == (before.conflict_id, State.CHANGED, before.sides)
    assert (before.sources, after.sources) == (2, 3)


def test_a_decision_that_is_withdrawn_leaves_a_gone_conflict(desk: Desk) -> None:
    row = desk.run().model_copy(update={"decision": "real", "decided_by": "ann", "decision_stale": False})
    (left,) = apply_decisions(Former([row]).list_gone(), [])
    assert (left.state, left.decision, left.decided_by, left.decision_stale) == (State.GONE, None, None, None)
