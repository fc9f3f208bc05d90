"""Conflicts as rows: ids, fingerprints, headlines and the arbiter's words."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.conflicts.computed import check_against_lexicon
from pipeline.conflicts.differences import name_fragment
from pipeline.conflicts.editions import note_age
from pipeline.conflicts.families import count_voices
from pipeline.conflicts.severity import LADDER, rate_severity
from pipeline.conflicts.sides import name_sides
from pipeline.conflicts.slots import name_slot, question_of
from pipeline.conflicts.works import explain_citing
from pipeline.lexicon import label_question, predicates
from pipeline.schema import (
    ConflictKind,
    ConflictMemberRow,
    ConflictRow,
    ExplainedRow,
    Scope,
    Severity,
    content_id,
    fold_quote,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.conflicts import CitationFinding
    from pipeline.conflicts.computed import Refuted
    from pipeline.conflicts.sides import Apparent, Draft, Member
    from pipeline.conflicts.works import WorkFinding, Works
    from pipeline.schema import CitationRow, ClaimRow

COMPUTED_SIDE = "computed"
# An entry that nobody cites misleads no reader; a list that is missing or numbers that lead nowhere do.
CITATION_SEVERITY = {"unused": Severity.INFO, "duplicate entries": Severity.LOW, "gap in numbering": Severity.LOW}
# Questions whose sides are whole statements: "decreases NGF", "approved in Russia".
SPOKEN = frozenset({"direction", "receptor", "status", "synonym", "has_activity", "modulates"})
# Sides and sources that a headline spells out.
MOST_NAMED = 4

Written = tuple[ConflictRow, tuple[ConflictMemberRow, ...]]


def write_draft(draft: Draft, families: Mapping[str, str], works: Works, dates: Mapping[str, str]) -> Written:
    """A disagreement between claims; `dates` says when a source was published."""
    slot = draft.slot
    claims = [member.claim for member in draft.members]
    arbiter, both_hold = _ask_arbiter(draft)
    voices = count_voices(draft.members, families, slot.passages)
    severity, why = rate_severity(draft, voices, both_hold=both_hold)
    parts = (slot.subject_id, slot.question, slot.object_key, draft.kind, draft.topic, draft.scope, draft.source_id)
    conflict_id = content_id("con", *parts, *slot.key_context)
    members = tuple(_member(conflict_id, member) for member in draft.members)
    row = ConflictRow(
        conflict_id=conflict_id,
        fingerprint=_fingerprint(members),
        kind=draft.kind,
        scope=draft.scope,
        severity=severity,
        severity_rank=LADDER.index(severity),
        severity_why="; ".join((why, *explain_citing(draft.members, works), *note_age(draft.members, dates))),
        slot=name_slot(slot, claims),
        subject_id=slot.subject_id,
        predicate=slot.question,
        sides=len({member.side for member in draft.members}),
        sources=len({claim.source_id for claim in claims}),
        text_families=voices,
        headline=_headline(claims[0].subject, slot.question, draft.members),
        arbiter=arbiter,
    )
    return row, members


def _member(conflict_id: str, member: Member) -> ConflictMemberRow:
    return _claim_member(conflict_id, member.side, member.claim, member.says)


def _claim_member(conflict_id: str, side: str, claim: ClaimRow, says: str) -> ConflictMemberRow:
    return ConflictMemberRow(
        conflict_id=conflict_id,
        side=side,
        claim_id=claim.claim_id,
        source_id=claim.source_id,
        start=claim.start,
        end=claim.end,
        quote=claim.quote,
        value_text=says,
        polarity=claim.polarity,
        certainty=claim.certainty,
    )


def _fingerprint(members: Iterable[ConflictMemberRow]) -> str:
    parts = sorted(
        content_id("mem", m.source_id, m.value_text, fold_quote(m.quote or ""), m.polarity, m.certainty)
        for m in members
    )
    return content_id("fpr", *dict.fromkeys(parts))


def _headline(subject: str, question: str, members: tuple[Member, ...]) -> str:
    """ "Semax: fragment contains ACTH(4–10) in 1 source, ACTH(4–7) in 2"."""
    sides: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        sides[member.side].append(member)
    # Sides that say the same differ in how sure they are.
    alike = len({_say_side(question, side, how_sure=False) for side in sides.values()}) < len(sides)
    told = [
        f"{_say_side(question, side, how_sure=alike)} in {_count(len({m.claim.source_id for m in side}), 'source')}"
        for side in sides.values()
    ]
    more = f" and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    asked = "" if question in SPOKEN else f"{label_question(question)} "
    return f"{subject}: {asked}{', '.join(told[:MOST_NAMED])}{more}"


def _say_side(question: str, side: list[Member], *, how_sure: bool) -> str:
    said = (name_fragment(m.claim) if question == "fragment" else m.says for m in side)
    told = " / ".join(list(dict.fromkeys(said))[:2])
    return f"{told} ({side[0].claim.certainty})" if how_sure else told


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _ask_arbiter(draft: Draft) -> tuple[str | None, bool]:
    """What arithmetic says to each side, and whether all sides can hold by it."""
    if draft.kind not in (ConflictKind.VALUE, ConflictKind.IDENTITY):
        return None, False
    told: dict[str, str] = {}
    verdicts: list[str] = []
    for member in draft.members:
        finding = check_against_lexicon(member.claim)
        if finding is not None and finding.verdict != "cannot_tell":
            told.setdefault(f"{member.side}: {finding.arithmetic}", "")
            verdicts.append(finding.verdict)
    both_hold = draft.slot.question == "fragment" and bool(verdicts) and all(v == "agree" for v in verdicts)
    return " | ".join(told) or None, both_hold


def write_computed(group: tuple[Refuted, ...]) -> Written:
    """Claims on one matter that arithmetic on the same source's words refutes."""
    claim, finding = group[0].claim, group[0].finding
    question = question_of(claim.predicate)
    severity = predicates()[claim.predicate].severity
    parts = (claim.subject_id, question, claim.object_id, ConflictKind.COMPUTED, Scope.WITHIN_SOURCE, claim.source_id)
    conflict_id = content_id("con", *parts)
    members = [_claim_member(conflict_id, "A", item.claim, _say_claim(item.claim)) for item in group]
    grounds = {ground.claim_id: (ground, item.finding) for item in group for ground in item.grounds}
    members += [_claim_member(conflict_id, COMPUTED_SIDE, ground, told.computed) for ground, told in grounds.values()]
    if not grounds:
        members.append(_bare_member(conflict_id, claim.source_id, finding.computed))
    stated = ", ".join(dict.fromkeys(_say_claim(item.claim) for item in group))
    row = ConflictRow(
        conflict_id=conflict_id,
        fingerprint=_fingerprint(members),
        kind=ConflictKind.COMPUTED,
        scope=Scope.WITHIN_SOURCE,
        severity=severity,
        severity_rank=LADDER.index(severity),
        severity_why=f"{predicates()[claim.predicate].label} weighs {severity}; refuted by the page's own words",
        slot=f"{claim.subject} · {label_question(question)}",
        subject_id=claim.subject_id,
        predicate=question,
        sides=2,
        sources=1,
        text_families=1,
        headline=f"{claim.subject}: stated {predicates()[claim.predicate].label} {stated}, computed {finding.computed}",
        arbiter=" | ".join(dict.fromkeys(item.finding.arithmetic for item in group)),
    )
    return row, tuple(members)


def _say_claim(claim: ClaimRow) -> str:
    return claim.value_text or claim.object or claim.object_text or ""


def _bare_member(conflict_id: str, source_id: str, computed: str) -> ConflictMemberRow:
    return ConflictMemberRow(
        conflict_id=conflict_id,
        side=COMPUTED_SIDE,
        claim_id=None,
        source_id=source_id,
        start=None,
        end=None,
        quote=None,
        value_text=computed,
        polarity=None,
        certainty=None,
    )


def write_citation_conflict(finding: CitationFinding, citations: Mapping[str, CitationRow]) -> Written:
    """A finding on the citations of one document."""
    conflict_id = content_id("con", finding.source_id, ConflictKind.CITATION, finding.kind)
    rows = [citations[citation_id] for citation_id in finding.citation_ids]
    members = tuple(
        _citation_member(
            conflict_id, "A" if row.role == "callout" else "B", row, row.note or f"{row.role} {row.key}: {row.status}"
        )
        for row in rows
    )
    headline = f"{finding.source_id}: {finding.text}"
    return _citation_row(conflict_id, finding, members, about=finding.source_id, headline=headline), members


def write_work_conflict(
    finding: WorkFinding, citations: Mapping[str, CitationRow], families: Mapping[str, str]
) -> Written:
    """A finding on one work or identifier that several documents cite."""
    conflict_id = content_id("con", ConflictKind.CITATION, finding.kind, finding.key)
    members = tuple(
        _citation_member(conflict_id, letter, citations[citation_id], says)
        for letter, (says, citation_ids) in zip(name_sides(len(finding.sides)), finding.sides, strict=True)
        for citation_id in citation_ids
    )
    row = _citation_row(conflict_id, finding, members, about=finding.key, headline=finding.text)
    sources = {citations[citation_id].source_id for _, ids in finding.sides for citation_id in ids}
    told = {
        "scope": Scope.CROSS_SOURCE,
        "sources": len(sources),
        "text_families": len({families[source_id] for source_id in sources}),
    }
    return row.model_copy(update=told), members


def _citation_member(conflict_id: str, side: str, row: CitationRow, says: str) -> ConflictMemberRow:
    return ConflictMemberRow(
        conflict_id=conflict_id,
        side=side,
        claim_id=None,
        source_id=row.source_id,
        start=row.start,
        end=row.end,
        quote=row.quote,
        value_text=says,
        polarity=None,
        certainty=None,
    )


def _citation_row(
    conflict_id: str,
    finding: CitationFinding | WorkFinding,
    members: tuple[ConflictMemberRow, ...],
    *,
    about: str,
    headline: str,
) -> ConflictRow:
    severity = CITATION_SEVERITY.get(finding.kind, Severity.MEDIUM)
    return ConflictRow(
        conflict_id=conflict_id,
        fingerprint=_fingerprint(members),
        kind=ConflictKind.CITATION,
        scope=Scope.WITHIN_SOURCE,
        severity=severity,
        severity_rank=LADDER.index(severity),
        severity_why=f"citations: {finding.kind}",
        slot=f"{about} · citations · {finding.kind}",
        subject_id=None,
        predicate="citation",
        sides=len({member.side for member in members}),
        sources=1,
        text_families=1,
        headline=headline,
        arbiter=finding.text,
    )


def write_apparent(found: Apparent) -> ExplainedRow:
    """A difference that an explainer removed."""
    ids = tuple(sorted(claim.claim_id for claim in found.claims))
    return ExplainedRow(
        explained_id=content_id(
            "exp", found.slot.subject_id, found.slot.question, found.slot.object_key, found.reason, *ids
        ),
        slot=name_slot(found.slot, found.claims),
        reason=found.reason,
        detail=found.detail,
        claim_ids=ids,
    )
