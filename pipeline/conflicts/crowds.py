"""Pages that say so many different things on one matter that to compare them would stop a run: left out, and told of.

Each two things that are said are compared, so that the work grows with their square. A page of real words says some
twenty; one that was made to hurt says thousands, and nothing else watches over the comparison.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.conflicts.sides import Apparent
from pipeline.conflicts.slots import Slot, question_of
from pipeline.conflicts.stances import gather_stances

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.schema import ClaimRow
    from pipeline.settings import Settings

TOO_MANY = "too many values"
GROUNDS = frozenset({"sequence", "molecular_formula"})  # what all other facts of a compound are held against


def leave_crowds(slot: Slot, settings: Settings) -> tuple[Slot, tuple[Apparent, ...]]:
    """The slot without the sources that say too much to be compared, and what is told of each of these.

    Left out is a source with more than `max_stances`; and of the others, where all together have more than
    `max_compared`, those with most, so that pages that say little are compared whatever the rest says.
    """
    if len(slot.claims) + len(slot.gaps) <= min(settings.max_stances, settings.max_compared):
        return slot, ()
    taken: dict[str, set[int]] = {}
    for stance in gather_stances((*slot.claims, *slot.gaps)):
        for source_id in stance.sources:
            taken.setdefault(source_id, set()).add(stance.number)
    left_out = _find_crowds(taken, settings)
    if not left_out:
        return slot, ()
    told = tuple(
        Apparent(slot, TOO_MANY, why, tuple(claim for claim in slot.claims if claim.source_id == source_id))
        for source_id, why in sorted(left_out.items())
    )
    kept = replace(
        slot,
        claims=tuple(claim for claim in slot.claims if claim.source_id not in left_out),
        gaps=tuple(claim for claim in slot.gaps if claim.source_id not in left_out),
    )
    return kept, tuple(item for item in told if item.claims)


def _find_crowds(taken: Mapping[str, set[int]], settings: Settings) -> dict[str, str]:
    """The sources to leave out, each with the sentence that says why."""
    crowds: dict[str, str] = {}
    said: set[int] = set()
    for source_id, stances in sorted(taken.items(), key=lambda item: (len(item[1]), item[0])):
        if len(stances) > settings.max_stances:
            crowds[source_id] = _say_crowd(source_id, len(stances), "different things here", settings)
        elif len(said | stances) > settings.max_compared:
            crowds[source_id] = (
                f"{source_id}: is one source too many for max_compared = {settings.max_compared} different things on "
                "one matter in the settings; it is not compared on this."
            )
        else:
            said |= stances
    return crowds


def find_crowded_grounds(claims: Sequence[ClaimRow], settings: Settings) -> Apparent | None:
    """What is told of a source that states too many sequences and formulas of a compound to hold its facts against.

    None where it does not. `claims` are all of one source about one subject.
    """
    grounds = tuple(claim for claim in claims if claim.predicate in GROUNDS)
    if len(grounds) <= settings.max_stances:
        return None
    slot = Slot(grounds[0].subject_id, question_of("sequence"), None, (), grounds)
    why = _say_crowd(grounds[0].source_id, len(grounds), "sequences and formulas", settings)
    return Apparent(slot, TOO_MANY, why, grounds)


def _say_crowd(source_id: str, count: int, what: str, settings: Settings) -> str:
    limit = f"max_stances = {settings.max_stances} in the settings"
    return f"{source_id}: says {count} {what}, more than {limit}; it is not compared on this."
