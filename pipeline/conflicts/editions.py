"""What is old: pages that a newer edition replaces, and sides that were written before the others."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.conflicts.sides import Apparent
from pipeline.conflicts.slots import EVERYWHERE, group_claims
from pipeline.conflicts.stances import compare_stances, join_claims

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from pipeline.conflicts.sides import Member
    from pipeline.conflicts.stances import Pair
    from pipeline.schema import ClaimRow


SUPERSEDED = "superseded edition"
MOST_DETAILS = 4  # differences that one explained row spells out


def leave_superseded(claims: Sequence[ClaimRow], superseded: Mapping[str, str]) -> Sequence[ClaimRow]:
    """The claims of pages that no newer edition replaces; `superseded` maps an old page to its new one."""
    return [claim for claim in claims if claim.source_id not in superseded] if superseded else claims


def find_superseded(
    claims: Sequence[ClaimRow], superseded: Mapping[str, str], homes: Container[str] = EVERYWHERE
) -> Iterator[Apparent]:
    """What only pages that are replaced say against others: one difference for each slot and old page."""
    if not superseded:
        return
    for slot in group_claims(claims, homes):
        if slot.sources.isdisjoint(superseded):
            continue
        found: dict[str, list[Pair]] = defaultdict(list)
        for pair in compare_stances(slot):
            old = [side.sources for side in (pair.left, pair.right) if side.sources <= superseded.keys()]
            if not pair.difference.explained and len(old) == 1:
                found[min(old[0])].append(pair)
        for source_id in sorted(found):
            told = dict.fromkeys(pair.difference.detail for pair in found[source_id])
            detail = f"{source_id} is replaced by {superseded[source_id]}; {'; '.join(list(told)[:MOST_DETAILS])}"
            yield Apparent(slot, SUPERSEDED, detail, join_claims(found[source_id]))


def note_age(members: Iterable[Member], dates: Mapping[str, str]) -> Iterator[str]:
    """Which side was published before which, where all pages of both have a date (ISO 8601, or the year alone)."""
    sides: dict[str, list[str | None]] = defaultdict(list)
    for member in members:
        sides[member.side].append(dates.get(member.claim.source_id))
    spans = {letter: (min(known), max(known)) for letter, found in sides.items() if (known := _all_known(found))}
    for one, (_, last) in spans.items():
        for other, (first, _) in spans.items():
            if last < first and not first.startswith(last):
                yield f"noted: {one} is older ({last}) than {other} ({first})"


def _all_known(found: list[str | None]) -> list[str]:
    known = [date for date in found if date]
    return known if len(known) == len(found) else []
