"""What became of each conflict since the former result, and what reviewers decided of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.decisions import find_standing
from pipeline.schema import ConflictRow, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.schema import Decision

DISPUTED = "disputed"
# What a former result says of decisions is not carried on: the decisions file alone says what stands.
UNDECIDED = dict.fromkeys(("decision", "decided_by", "decided_at", "decision_note", "decision_stale"))


def follow_up(rows: Iterable[ConflictRow], former: Iterable[ConflictRow]) -> Iterator[ConflictRow]:
    """The rows with their state; conflicts of the former result that are gone stay as rows without members."""
    before = {row.conflict_id: row for row in former}
    now: set[str] = set()
    for row in rows:
        now.add(row.conflict_id)
        yield row.model_copy(update={"state": _judge(row, before.get(row.conflict_id))})
    for conflict_id in sorted(set(before) - now):
        yield before[conflict_id].model_copy(update={"state": State.GONE} | UNDECIDED)


def apply_decisions(rows: Iterable[ConflictRow], decisions: Iterable[Decision]) -> Iterator[ConflictRow]:
    """The rows with the latest verdict of each reviewer; stale when the members have changed since."""
    standing = find_standing(decisions)
    for row in rows:
        told = standing.get(row.conflict_id)
        yield _add_decisions(row, told) if told else row


def _add_decisions(row: ConflictRow, told: tuple[Decision, ...]) -> ConflictRow:
    verdicts = {decision.verdict.value for decision in told}
    return row.model_copy(
        update={
            "decision": verdicts.pop() if len(verdicts) == 1 else DISPUTED,
            "decided_by": "; ".join(sorted(decision.reviewer for decision in told)),
            "decided_at": told[-1].time,
            "decision_note": "; ".join(decision.note for decision in told if decision.note) or None,
            "decision_stale": any(decision.fingerprint != row.fingerprint for decision in told),
        }
    )


def _judge(row: ConflictRow, before: ConflictRow | None) -> State:
    if before is None:
        return State.NEW
    if before.state is State.GONE:
        return State.REOPENED
    return State.OPEN if before.fingerprint == row.fingerprint else State.CHANGED
