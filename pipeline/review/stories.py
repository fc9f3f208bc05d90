"""The whole story of a claim or a conflict, as lines of text: where it stands, what read it, what it contradicts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.conflicts.differences import find_difference
from pipeline.conflicts.slots import group_claims
from pipeline.errors import UsageError
from pipeline.lexicon import predicates
from pipeline.report.tried import list_tried
from pipeline.schema import CONTEXT_COLUMNS, fold_quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.schema import (
        CitationRow,
        ClaimRow,
        ConflictMemberRow,
        ConflictRow,
        Decision,
        ExplainedRow,
        MentionRow,
    )

LONGEST = 400  # characters of one quote
MOST_OTHERS = 20  # claims of the same matter that a claim is held against

Line = tuple[str, str]  # what it is about, what there is to say


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The rows that a story may be about."""

    claims: tuple[ClaimRow, ...]
    mentions: tuple[MentionRow, ...]
    citations: tuple[CitationRow, ...]
    conflicts: tuple[ConflictRow, ...]
    members: tuple[ConflictMemberRow, ...]
    explained: tuple[ExplainedRow, ...]
    decisions: tuple[Decision, ...] = ()

    @cached_property
    def claim(self) -> dict[str, ClaimRow]:
        """Claims by claim_id."""
        return {row.claim_id: row for row in self.claims}

    @cached_property
    def conflict(self) -> dict[str, ConflictRow]:
        """Conflicts by conflict_id."""
        return {row.conflict_id: row for row in self.conflicts}


def tell_story(shelf: Shelf, name: str) -> Iterator[Line]:
    """The story of a claim or a conflict by its id, or by the beginning of one.

    Raises UsageError where no id, or more than one, begins so.
    """
    found = sorted(key for key in (*shelf.claim, *shelf.conflict) if key.startswith(name)) if name else []
    if len(found) != 1 and name not in found:
        many = f"{len(found)} ids begin so" if found else "no claim and no conflict has this id"
        raise UsageError(f"{name}: {many}; the tables claims and conflicts list them.")
    chosen = name if name in found else found[0]
    if chosen in shelf.claim:
        return _tell_claim(shelf, shelf.claim[chosen])
    return _tell_conflict(shelf, shelf.conflict[chosen])


def _tell_claim(shelf: Shelf, claim: ClaimRow) -> Iterator[Line]:
    yield "claim", claim.claim_id
    yield "says", f"{claim.subject} · {claim.predicate} · {_say_object(claim)}"
    yield (
        "stands",
        f"{_point_at(claim)}, {claim.block.replace('_', ' ')}{f' of {claim.section}' if claim.section else ''}",
    )
    yield "quote", _cut(claim.quote)
    yield "subject", _say_subject(shelf, claim)
    if claim.base_value is not None:
        yield "number", _say_number(claim)
    context = [f"{column}: {value}" for column in ("form", *CONTEXT_COLUMNS) if (value := getattr(claim, column))]
    yield "context", "; ".join(context) or "none stated"
    yield "polarity", f"{claim.polarity}, {claim.certainty}" + (f", by the words “{claim.cue}”" if claim.cue else "")
    yield "evidence", claim.evidence
    for citation in shelf.citations:
        if citation.citation_id in claim.citations:
            yield "cites", f"{citation.quote} ({citation.status}){f': {citation.note}' if citation.note else ''}"
    yield "rule", f"{claim.rule}; confidence {claim.confidence}, since its subject is found by: {claim.subject_from}"
    yield from _tell_place(shelf, claim)
    yield from _tell_others(shelf, claim)


def _tell_place(shelf: Shelf, claim: ClaimRow) -> Iterator[Line]:
    """The conflicts and the explained differences in which a claim takes part."""
    mine = [row for row in shelf.members if row.claim_id == claim.claim_id]
    for row in mine:
        conflict = shelf.conflict[row.conflict_id]
        yield "conflict", f"{conflict.conflict_id} ({conflict.severity}), side {row.side}: {conflict.headline}"
    for found in shelf.explained:
        if claim.claim_id in found.claim_ids:
            yield "explained", f"{found.reason}: {found.detail}"
    if not mine:
        yield "conflict", "none"


def _tell_others(shelf: Shelf, claim: ClaimRow) -> Iterator[Line]:
    """How a claim stands to every other one on the same matter: why it is, or is not, on another side."""
    same = [row for row in shelf.claims if row.subject_id == claim.subject_id and row.predicate in predicates()]
    slots = [slot for slot in group_claims(same) if claim in slot.claims]
    others = [(slot, other) for slot in slots for other in slot.claims if other.claim_id != claim.claim_id]
    if not others:
        yield "beside", "nothing: no other passage speaks of this matter"
    for slot, other in others[:MOST_OTHERS]:
        difference = find_difference(slot, claim, other)
        if difference is None:
            verdict = "can be read as one statement"
        elif difference.explained:
            verdict = f"differs, explained by {difference.explained} ({difference.detail})"
        else:
            verdict = f"contradicts ({difference.detail})"
        yield "beside", f"{other.claim_id} {_say_object(other)} [{_point_at(other)}]: {verdict}"
    if len(others) > MOST_OTHERS:
        yield "beside", f"and {len(others) - MOST_OTHERS} more"


def _tell_conflict(shelf: Shelf, row: ConflictRow) -> Iterator[Line]:
    yield "conflict", row.conflict_id
    yield "headline", row.headline
    yield "kind", f"{row.kind}, {row.scope.replace('_', ' ')}, of {row.slot}"
    yield "severity", f"{row.severity}: {row.severity_why}"
    yield "voices", f"{row.sources} sources, {row.text_families} independent texts"
    yield "state", f"{row.state}; fingerprint {row.fingerprint}"
    sides: defaultdict[str, list[ConflictMemberRow]] = defaultdict(list)
    for member in shelf.members:
        if member.conflict_id == row.conflict_id:
            sides[member.side].append(member)
    for side, members in sides.items():
        for member in members:
            yield ("computed" if side == "computed" else f"side {side}"), _say_member(shelf, member)
    for finding in filter(None, (row.arbiter or "").split("\n")):
        yield "arithmetic", finding
    rivals = [(side, _claims_of(shelf, members)) for side, members in sides.items() if side != "computed"]
    for line in list_tried(rivals):
        yield "tried", line
    for decision in shelf.decisions:
        if decision.conflict_id == row.conflict_id:
            yield "decided", _say_decision(decision, row)


def _claims_of(shelf: Shelf, members: Sequence[ConflictMemberRow]) -> list[ClaimRow]:
    return [shelf.claim[row.claim_id] for row in members if row.claim_id in shelf.claim]


def _say_member(shelf: Shelf, member: ConflictMemberRow) -> str:
    if member.source_id is None:
        return member.value_text or ""
    claim = shelf.claim.get(member.claim_id or "")
    made = f", {claim.claim_id} by rule {claim.rule}" if claim else ""
    cue = f", cue “{claim.cue}”" if claim and claim.cue else ""
    return f"{member.value_text or ''} [{_point_at(member)}{made}{cue}] {_cut(member.quote or '')}"


def _say_decision(decision: Decision, row: ConflictRow) -> str:
    what = "withdrawn" if decision.withdrawn else decision.verdict.replace("_", " ")
    more = [decision.value, decision.context, decision.error_type, decision.note]
    said = "; ".join(str(part) for part in (what, *more) if part)
    stale = ", of other passages than now" if decision.fingerprint != row.fingerprint else ""
    return f"{said} ({decision.reviewer}, {decision.time.isoformat(timespec='minutes')}{stale})"


def _say_object(claim: ClaimRow) -> str:
    said = [part for part in (claim.object, claim.value_text) if part]
    return ", ".join(dict.fromkeys(said)) or claim.object_text or "?"


def _say_subject(shelf: Shelf, claim: ClaimRow) -> str:
    found = f"{claim.subject_id}, found by: {claim.subject_from.replace('_', ' ')}, written “{claim.subject_text}”"
    mention = next((row for row in shelf.mentions if row.mention_id == claim.subject_mention), None)
    return f"{found} [{mention.start}:{mention.end}], by {mention.how}" if mention else found


def _say_number(claim: ClaimRow) -> str:
    high = "" if claim.base_value_high is None else f" … {claim.base_value_high:g}"
    stated = f"{claim.value_text or claim.value} ({claim.comparator or '='})"
    return f"{stated}, in base units {claim.base_value:g}{high} {claim.base_unit or ''}".rstrip()


def _point_at(row: ClaimRow | ConflictMemberRow) -> str:
    return f"{row.source_id} {row.start}:{row.end}"


def _cut(quote: str) -> str:
    folded = fold_quote(quote)
    return f"“{folded if len(folded) <= LONGEST else folded[:LONGEST] + ' …'}”"


def align_lines(lines: Iterable[Line]) -> Iterator[str]:
    """The lines of a story with their heads in one column."""
    for head, said in lines:
        yield f"{head:<11}{said}"
