"""What reviewers said of a conflict, what has changed since, and where its review stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.decisions import describe_members, find_standing, write_line
from pipeline.report.text import show_hidden
from pipeline.schema import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.report.rows import ReportInput
    from pipeline.schema import ConflictRow, Decision

# In the order of the keys 1 to 6, with what the verdict says of the conflict.
VERDICTS = {
    Verdict.REAL: "a real disagreement",
    Verdict.BOTH_TRUE_IN_CONTEXT: "both hold, in different contexts",
    Verdict.SAME_VALUE_OTHER_FORM: "one value, written or supplied in two forms",
    Verdict.EXTRACTION_ERROR: "a page was misread",
    Verdict.SOURCE_ERROR: "one page's mistake",
    Verdict.UNSURE: "cannot tell",
}


class Review(StrEnum):
    """Where the review of a conflict stands."""

    UNDECIDED = "undecided"
    DECIDED = "decided"
    DISPUTED = "disputed"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the decisions file, as the report shows it."""

    decision: Decision
    what: str  # the verdict in words, or that one is withdrawn
    day: str
    details: tuple[str, ...]
    standing: bool  # whether it is its reviewer's latest and not withdrawn
    stale: bool
    gone: tuple[str, ...]  # passages that the reviewer saw and that are no more
    come: tuple[str, ...]  # passages that have come since


@dataclass(frozen=True, slots=True)
class Reviewed:
    """All that reviewers said of one conflict."""

    review: Review
    told: tuple[Told, ...]  # earliest first
    seen: tuple[str, ...]  # the passages of now, as a decision will remember them
    standing: str  # the verdicts that stand, as JSON


def view_review(result: ReportInput, row: ConflictRow) -> Reviewed:
    """What the decisions file and the table say of one conflict."""
    seen = tuple(show_hidden(line) for line in describe_members(result.members_of.get(row.conflict_id, ())))
    lines = result.decisions_of.get(row.conflict_id, [])
    standing = find_standing(lines).get(row.conflict_id, ())
    told = tuple(_view_told(decision, row, seen, standing=decision in standing) for decision in lines)
    written = [json.loads(write_line(decision)) for decision in standing]
    return Reviewed(_judge(row), told, seen, json.dumps(written, ensure_ascii=False) if written else "")


def _judge(row: ConflictRow) -> Review:
    if row.decision is None:
        return Review.UNDECIDED
    if row.decision_stale:
        return Review.STALE
    return Review.DISPUTED if row.decision == "disputed" else Review.DECIDED


def _view_told(decision: Decision, row: ConflictRow, seen: Sequence[str], *, standing: bool) -> Told:
    stale = decision.fingerprint != row.fingerprint
    then = tuple(show_hidden(line) for line in decision.seen)
    known = stale and then
    details = (
        ("value", decision.value),
        ("context", decision.context),
        ("misread", decision.error_type),
        ("note", decision.note),
    )
    return Told(
        decision=decision,
        what="verdict withdrawn" if decision.withdrawn else decision.verdict.replace("_", " "),
        day=decision.time.date().isoformat(),
        details=tuple(f"{name}: {value}" for name, value in details if value),
        standing=standing,
        stale=stale,
        gone=tuple(line for line in then if line not in seen) if known else (),
        come=tuple(line for line in seen if line not in then) if known else (),
    )
