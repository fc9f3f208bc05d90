"""Lists that differ: which indications or mechanisms one page names and another does not."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.conflicts.sides import Draft, Member
from pipeline.schema import ConflictKind, Polarity, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.conflicts.slots import Slot
    from pipeline.schema import ClaimRow

# A page that names one thing makes no list, and more lists than this are noise.
SHORTEST = 2
MOST_SIDES = 8


def find_coverage(slot: Slot) -> Iterator[Draft]:
    """One conflict when at least two sources give different lists as answers to one question."""
    if not slot.predicate.coverage:
        return
    best: dict[str, list[ClaimRow]] = {}
    for (source_id, *_), claims in sorted(_read_lists(slot).items()):
        if len(claims) >= SHORTEST and len(claims) > len(best.get(source_id, [])):
            best[source_id] = claims
    lists: dict[tuple[str, ...], list[ClaimRow]] = defaultdict(list)
    for source_id in sorted(best):
        lists[tuple(sorted({claim.object or "" for claim in best[source_id]}))].extend(best[source_id])
    if not SHORTEST <= len(lists) <= MOST_SIDES:
        return
    members = tuple(
        Member(chr(ord("A") + index), claim, ", ".join(names))
        for index, names in enumerate(sorted(lists))
        for claim in lists[names]
    )
    details = tuple(", ".join(names) for names in sorted(lists))
    yield Draft(slot, ConflictKind.COVERAGE, Scope.CROSS_SOURCE, None, members, details)


def _read_lists(slot: Slot) -> dict[tuple[str, int, int], list[ClaimRow]]:
    lists: dict[tuple[str, int, int], list[ClaimRow]] = defaultdict(list)
    for claim in slot.claims:
        if claim.polarity is Polarity.AFFIRMED:
            lists[claim.source_id, claim.start, claim.end].append(claim)
    return lists
