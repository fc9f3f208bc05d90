"""Compare the claims of all documents: what disagrees, what only seems to, and what arithmetic refutes."""

from __future__ import annotations

import gc
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from pipeline.conflicts.batches import Batch, read_batches
from pipeline.conflicts.choices import check_choices, keep_compared, weigh_places
from pipeline.conflicts.computed import find_refuted, group_refuted
from pipeline.conflicts.coverage import find_coverage
from pipeline.conflicts.crowds import find_crowded_grounds, leave_crowds
from pipeline.conflicts.editions import find_superseded, leave_superseded
from pipeline.conflicts.families import find_families, is_same_voice_again, sketch_text
from pipeline.conflicts.lifecycle import Former, apply_decisions, carry_on
from pipeline.conflicts.sides import Apparent, Draft, read_gaps, read_slot
from pipeline.conflicts.slots import group_claims, group_gaps, name_source_home
from pipeline.conflicts.works import Cited, find_work_findings, gather_works
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
    from pipeline.conflicts.works import Works
    from pipeline.conflicts.write import Written
    from pipeline.schema import CitationRow, ClaimRow, ConflictMemberRow, ConflictRow, Decision, ExplainedRow

__all__ = [
    "CitationFinding",
    "Conflicts",
    "carry_on",
    "check_choices",
    "compare_batches",
    "find_conflicts",
    "find_families",
    "read_batches",
    "sketch_text",
]


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
    parts = tuple(
        compare_batches(
            (Batch(claims),),
            citations,
            findings,
            families,
            former,
            decisions,
            settings=settings,
            superseded=superseded,
            dates=dates,
        )
    )
    return Conflicts(
        conflicts=tuple(row for part in parts for row in part.conflicts),
        members=tuple(row for part in parts for row in part.members),
        explained=tuple(row for part in parts for row in part.explained),
        slots=sum(part.slots for part in parts),
        lonely_slots=sum(part.lonely_slots for part in parts),
    )


def compare_batches(
    batches: Iterable[Batch],
    citations: Iterable[CitationRow],
    findings: Iterable[CitationFinding],
    families: Mapping[str, str],
    former: Iterable[ConflictRow],
    decisions: Iterable[Decision] = (),
    *,
    settings: Settings | None = None,
    superseded: Mapping[str, str] = NONE,
    dates: Mapping[str, str] = NONE,
) -> Iterator[Conflicts]:
    """As `find_conflicts`, in pieces that together are its result: one for each batch, and one of what is left.

    No more than one batch and one piece are held at a time; `citations` and `former` are gone through twice.
    """
    chosen = settings or Settings.model_validate({})
    check_choices(chosen)
    cited = tuple(map(Cited.of, citations))
    works = gather_works(cited)
    before, told = Former(former), tuple(decisions)
    common = Common(families, works, superseded, dates, chosen)

    def conclude(found: Conflicts) -> Conflicts:
        return replace(found, conflicts=tuple(apply_decisions(map(before.judge, found.conflicts), told)))

    # Without a name for a batch: it would still be in memory while the next one is read.
    yield from map(conclude, map(common.compare, batches))
    own, doubtful = tuple(findings), find_work_findings(cited, works)
    named = {name for finding in own for name in finding.citation_ids}
    named.update(name for finding in doubtful for _, names in finding.sides for name in names)
    by_id = {row.citation_id: row for row in citations if row.citation_id in named} if named else {}
    left = [write_citation_conflict(finding, by_id) for finding in own]
    left.extend(write_work_conflict(finding, by_id, families) for finding in doubtful)
    closing = conclude(_gather(left))
    gone = apply_decisions(before.list_gone(), told)
    yield replace(closing, conflicts=(*closing.conflicts, *gone))


@dataclass(frozen=True, slots=True)
class Common:
    """What every batch is compared by."""

    families: Mapping[str, str]
    works: Works
    superseded: Mapping[str, str]
    dates: Mapping[str, str]
    settings: Settings

    def compare(self, batch: Batch) -> Conflicts:
        """The conflicts among the claims of a batch, before their life cycle."""
        current = leave_superseded(batch.claims, self.superseded)
        slots = group_claims(current, batch.homes)
        rows: list[Written] = []
        explained: list[ExplainedRow] = []
        with _pause_collector(), weigh_predicates(self.settings.tolerances, self.settings.severities):
            for found in _read_claims(slots, group_gaps(current, batch.homes), self.settings):  # one by one: large
                if isinstance(found, Apparent):
                    explained.append(write_apparent(found))
                elif found.scope is not Scope.CROSS_SOURCE or not is_same_voice_again(found.members, self.families):
                    rows.append(self._write(found))
            replaced = find_superseded(batch.claims, self.superseded, batch.homes)
            explained.extend(write_apparent(found) for found in replaced)
            for own in _by_subject_and_source(batch):
                if (crowd := find_crowded_grounds(own, self.settings)) is not None:
                    explained.append(write_apparent(crowd))
                    continue
                rows.extend(write_computed(refuted) for refuted in group_refuted(find_refuted(own)))
        return _gather(rows, explained, len(slots), sum(len(slot.sources) == 1 for slot in slots))

    def _write(self, draft: Draft) -> Written:
        row, members = write_draft(draft, self.families, self.works, self.dates)
        places = (member.claim for member in draft.members)
        return weigh_places(row, places, self.settings.jurisdictions), members


def _gather(
    rows: Iterable[Written], explained: Iterable[ExplainedRow] = (), slots: int = 0, lonely_slots: int = 0
) -> Conflicts:
    """Rows as tables, each id once."""
    unique = {row.conflict_id: (row, members) for row, members in rows}
    return Conflicts(
        conflicts=tuple(row for row, _ in unique.values()),
        members=tuple(member for _, members in unique.values() for member in members),
        explained=tuple({row.explained_id: row for row in explained}.values()),
        slots=slots,
        lonely_slots=lonely_slots,
    )


def _read_claims(slots: Iterable[Slot], gaps: Iterable[Slot], settings: Settings) -> Iterator[Draft | Apparent]:
    for item in chain(_read_slots(slots, settings), _read_gaps(gaps, settings)):
        kept = item if isinstance(item, Apparent) else keep_compared(item, settings.not_compared)
        if kept is not None:
            yield kept


def _read_slots(slots: Iterable[Slot], settings: Settings) -> Iterator[Draft | Apparent]:
    for whole in slots:
        slot, crowds = leave_crowds(whole, settings)
        yield from crowds
        if slot.claims:
            yield from (*read_slot(slot), *find_coverage(slot))


def _read_gaps(gaps: Iterable[Slot], settings: Settings) -> Iterator[Draft | Apparent]:
    for whole in gaps:
        slot, crowds = leave_crowds(whole, settings)
        yield from crowds
        if slot.claims and slot.gaps:
            yield from read_gaps(slot)


def _by_subject_and_source(batch: Batch) -> Iterable[list[ClaimRow]]:
    groups: dict[tuple[str, str], list[ClaimRow]] = defaultdict(list)
    for claim in batch.claims:
        if name_source_home(claim.source_id) in batch.homes:
            groups[claim.subject_id, claim.source_id].append(claim)
    return [groups[key] for key in sorted(groups)]
