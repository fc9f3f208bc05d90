"""Compare the claims of all documents: what disagrees, what only seems to, and what arithmetic refutes."""

from __future__ import annotations

import gc
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from pipeline.conflicts.choices import check_choices, keep_compared, weigh_places
from pipeline.conflicts.computed import find_refuted, group_refuted
from pipeline.conflicts.coverage import find_coverage
from pipeline.conflicts.editions import find_superseded, leave_superseded
from pipeline.conflicts.families import find_families, is_same_voice_again, sketch_text
from pipeline.conflicts.lifecycle import apply_decisions, follow_up
from pipeline.conflicts.sides import Apparent, Draft, read_gaps, read_slot
from pipeline.conflicts.slots import group_claims, group_gaps
from pipeline.conflicts.works import find_work_findings, gather_works
from pipeline.conflicts.write import (
    write_apparent,
    write_citation_conflict,
    write_computed,
    write_draft,
    write_work_conflict,
)
from pipeline.lexicon import weigh_predicates
from pipeline.schema import Scope
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.conflicts.slots import Slot
    from pipeline.conflicts.write import Written
    from pipeline.schema import CitationRow, ClaimRow, ConflictMemberRow, ConflictRow, Decision, ExplainedRow

__all__ = ["CitationFinding", "Conflicts", "check_choices", "find_conflicts", "find_families", "sketch_text"]


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


@contextmanager
def _pause_collector() -> Iterator[None]:
    """Comparing makes no cycles; a collector that walks a million claims over and over takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


NONE: Mapping[str, str] = MappingProxyType({})


def find_conflicts(
    claims: Sequence[ClaimRow],
    citations: Iterable[CitationRow],
    findings: Iterable[CitationFinding],
    families: Mapping[str, str],
    former: Iterable[ConflictRow],
    decisions: Iterable[Decision] = (),
    *,
    settings: Settings | None = None,
    superseded: Mapping[str, str] = NONE,
    dates: Mapping[str, str] = NONE,
) -> Conflicts:
    """Conflicts of all claims and citation findings; `families` maps each source to its text family.

    The `former` conflicts give each its state, the `decisions` what reviewers said of it; `superseded` maps the page
    of an old edition to the newer one, `dates` a page to when it was published. Raises UsageError where the `settings`
    name a predicate or a jurisdiction that the vocabulary does not have.
    """
    chosen = settings or Settings.model_validate({})
    check_choices(chosen)
    by_id = {citation.citation_id: citation for citation in citations}
    works = gather_works(tuple(by_id.values()))
    current = leave_superseded(claims, superseded)
    slots = group_claims(current)
    with _pause_collector(), weigh_predicates(chosen.tolerances, chosen.severities):
        rows: list[Written] = []
        explained: list[ExplainedRow] = []
        for found in _read_claims(slots, group_gaps(current), chosen):  # one by one: they are large
            if isinstance(found, Draft):
                if found.scope is Scope.CROSS_SOURCE and is_same_voice_again(found.members, families):
                    continue
                row, members = write_draft(found, families, works, dates)
                places = (member.claim for member in found.members)
                rows.append((weigh_places(row, places, chosen.jurisdictions), members))
            else:
                explained.append(write_apparent(found))
        explained.extend(write_apparent(found) for found in find_superseded(claims, superseded))
        for own in _by_subject_and_source(claims):
            rows.extend(write_computed(refuted) for refuted in group_refuted(find_refuted(own)))
        rows.extend(write_citation_conflict(finding, by_id) for finding in findings)
        doubtful = find_work_findings(tuple(by_id.values()), works)
        rows.extend(write_work_conflict(finding, by_id, families) for finding in doubtful)
        unique = {row.conflict_id: (row, members) for row, members in rows}
        return Conflicts(
            conflicts=tuple(apply_decisions(follow_up((row for row, _ in unique.values()), former), decisions)),
            members=tuple(member for _, members in unique.values() for member in members),
            explained=tuple({row.explained_id: row for row in explained}.values()),
            slots=len(slots),
            lonely_slots=sum(len(slot.sources) == 1 for slot in slots),
        )


def _read_claims(slots: Iterable[Slot], gaps: Iterable[Slot], settings: Settings) -> Iterator[Draft | Apparent]:
    found = chain.from_iterable((*read_slot(slot), *find_coverage(slot)) for slot in slots)
    for item in chain(found, chain.from_iterable(map(read_gaps, gaps))):
        kept = item if isinstance(item, Apparent) else keep_compared(item, settings.not_compared)
        if kept is not None:
            yield kept


def _by_subject_and_source(claims: Iterable[ClaimRow]) -> Iterable[list[ClaimRow]]:
    groups: dict[tuple[str, str], list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        groups[claim.subject_id, claim.source_id].append(claim)
    return [groups[key] for key in sorted(groups)]
