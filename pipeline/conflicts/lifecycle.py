"""What became of each conflict since the former result, and what reviewers decided of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.decisions import find_standing
from pipeline.schema import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.schema import ConflictRow, Decision

DISPUTED = "disputed"
# What a former result says of decisions is not carried on: the decisions file alone says what stands.
UNDECIDED = dict.fromkeys(("decision", "decided_by", "decided_at", "decision_note", "decision_stale"))


class Former:
    """The conflicts of the former result, against which those of now are held, each once.

    Of `rows`, which are gone through once more at the end, little is kept meanwhile: there may be millions.
    """

    def __init__(self, rows: Iterable[ConflictRow]) -> None:
        self._rows = rows
        self._left = {row.conflict_id: (row.state, row.fingerprint) for row in rows}

    def judge(self, row: ConflictRow) -> ConflictRow:
        """The row with its state."""
        return row.model_copy(update={"state": _judge(row, self._left.pop(row.conflict_id, None))})

    def list_gone(self) -> Iterator[ConflictRow]:
        """The conflicts that were not judged: they stay as rows without members."""
        left = (row for row in self._rows if row.conflict_id in self._left) if self._left else ()
        for row in sorted(left, key=lambda row: row.conflict_id):
            yield row.model_copy(update={"state": State.GONE} | UNDECIDED)


def carry_on(rows: Iterable[ConflictRow], decisions: Iterable[Decision]) -> Iterator[ConflictRow]:
    """The rows of a former result as a run gives them that finds the same conflicts again."""
    return apply_decisions(map(_find_again, rows), decisions)


def _find_again(row: ConflictRow) -> ConflictRow:
    state = State.GONE if row.state is State.GONE else State.OPEN
    return row.model_copy(update={"state": state} | UNDECIDED)


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


def _judge(row: ConflictRow, before: tuple[State, str] | None) -> State:
    if before is None:
        return State.NEW
    state, fingerprint = before
    if state is State.GONE:
        return State.REOPENED
    return State.OPEN if fingerprint == row.fingerprint else State.CHANGED
