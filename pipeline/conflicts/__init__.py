"""Compare the claims of all documents: what disagrees, what only seems to, and what arithmetic refutes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.conflicts.computed import find_refuted, group_refuted
from pipeline.conflicts.coverage import find_coverage
from pipeline.conflicts.families import find_families, sketch_text
from pipeline.conflicts.lifecycle import apply_decisions, follow_up
from pipeline.conflicts.sides import Apparent, Draft, read_gaps, read_slot
from pipeline.conflicts.slots import group_claims, group_gaps
from pipeline.conflicts.write import write_apparent, write_citation_conflict, write_computed, write_draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.schema import CitationRow, ClaimRow, ConflictMemberRow, ConflictRow, Decision, ExplainedRow

__all__ = ["CitationFinding", "Conflicts", "find_conflicts", "find_families", "sketch_text"]


class CitationFinding(Protocol):
    """What the citations of one document show; ids refer to its citation rows."""

    @property
    def source_id(self) -> str:
        """The document."""
        ...

    @property
    def kind(self) -> str:
        """What was found."""
        ...

    @property
    def text(self) -> str:
        """One sentence."""
        ...

    @property
    def citation_ids(self) -> tuple[str, ...]:
        """Its call-outs and entries."""
        ...


@dataclass(frozen=True, slots=True)
class Conflicts:
    """All conflict tables, and how many slots have one source only and so cannot conflict across sources."""

    conflicts: tuple[ConflictRow, ...]
    members: tuple[ConflictMemberRow, ...]
    explained: tuple[ExplainedRow, ...]
    slots: int
    lonely_slots: int


def find_conflicts(
    claims: Sequence[ClaimRow],
    citations: Iterable[CitationRow],
    findings: Iterable[CitationFinding],
    families: Mapping[str, str],
    former: Iterable[ConflictRow],
    decisions: Iterable[Decision] = (),
) -> Conflicts:
    """Conflicts of all claims and citation findings; `families` maps each source to its text family.

    The `former` conflicts give each its state, the `decisions` what reviewers said of it.
    """
    rows: list[tuple[ConflictRow, tuple[ConflictMemberRow, ...]]] = []
    explained: list[ExplainedRow] = []
    slots = group_claims(claims)
    for slot in slots:
        for found in (*read_slot(slot), *find_coverage(slot)):
            if isinstance(found, Draft):
                rows.append(write_draft(found, families))
            elif isinstance(found, Apparent):
                explained.append(write_apparent(found))
    for slot in group_gaps(claims):
        rows.extend(write_draft(draft, families) for draft in read_gaps(slot))
    for own in _by_subject_and_source(claims):
        rows.extend(write_computed(refuted) for refuted in group_refuted(find_refuted(own)))
    by_id = {citation.citation_id: citation for citation in citations}
    rows.extend(write_citation_conflict(finding, by_id) for finding in findings)
    unique = {row.conflict_id: (row, members) for row, members in rows}
    return Conflicts(
        conflicts=tuple(apply_decisions(follow_up((row for row, _ in unique.values()), former), decisions)),
        members=tuple(member for _, members in unique.values() for member in members),
        explained=tuple({row.explained_id: row for row in explained}.values()),
        slots=len(slots),
        lonely_slots=sum(len(slot.sources) == 1 for slot in slots),
    )


def _by_subject_and_source(claims: Iterable[ClaimRow]) -> Iterable[list[ClaimRow]]:
    groups: dict[tuple[str, str], list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        groups[claim.subject_id, claim.source_id].append(claim)
    return [groups[key] for key in sorted(groups)]
