"""Claims that say exactly the same are compared once: the work grows with what is said, not with how often."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, product
from operator import attrgetter
from typing import TYPE_CHECKING

from pipeline.conflicts.differences import find_difference, says_monoisotopic
from pipeline.conflicts.slots import meeting_context, separating_columns
from pipeline.schema import ClaimRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.conflicts.differences import Difference
    from pipeline.conflicts.slots import Slot

# Columns that say where a claim stands and how it was found. No comparison may read them: claims that differ in
# nothing else take one stance, whatever their places.
PLACE = frozenset(
    {
        "claim_id", "source_id", "start", "end", "quote", "text", "section", "block", "subject_text", "subject_from",
        "subject_mention", "object_mention", "cue", "evidence", "citations", "rule", "confidence",
    }
)  # fmt: skip
_read_content = attrgetter(*(name for name in ClaimRow.model_fields if name not in PLACE))


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """Claims that stand together against others; in a slot, those that differ in nothing but their places."""

    number: int  # tells the stances of one slot apart
    claims: tuple[ClaimRow, ...]
    sources: frozenset[str]

    @property
    def claim(self) -> ClaimRow:
        """The first of the claims, which a comparison takes for all of them."""
        return self.claims[0]

    def by_source(self) -> dict[str, Stance]:
        """The same stance as each source takes it."""
        groups: dict[str, list[ClaimRow]] = defaultdict(list)
        for claim in self.claims:
            groups[claim.source_id].append(claim)
        return {name: Stance(self.number, tuple(own), frozenset({name})) for name, own in groups.items()}

    def apart_from(self, other: Stance) -> Stance | None:
        """The claims that `other` meets in another source, None where there is none."""
        if len(other.sources) > 1 or other.sources.isdisjoint(self.sources):
            return self
        left = tuple(claim for claim in self.claims if claim.source_id not in other.sources)
        return Stance(self.number, left, self.sources - other.sources) if left else None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stances that cannot both hold, or only seem to."""

    left: Stance
    right: Stance
    difference: Difference

    def across(self) -> Pair | None:
        """The claims that disagree with another source; None where one source alone takes both stances."""
        left, right = self.left.apart_from(self.right), self.right.apart_from(self.left)
        return Pair(left, right, self.difference) if left and right else None

    def within(self) -> Iterator[tuple[str, Pair]]:
        """Each source that takes both stances, with its own claims."""
        if self.left.sources.isdisjoint(self.right.sources):
            return
        left, right = self.left.by_source(), self.right.by_source()
        for source_id in sorted(left.keys() & right.keys()):
            yield source_id, Pair(left[source_id], right[source_id], self.difference)


def gather_stances(claims: Iterable[ClaimRow]) -> tuple[Stance, ...]:
    """Claims by what they say, in the order in which each is first said."""
    groups: dict[tuple[object, ...], list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        words = says_monoisotopic(claim) if claim.predicate == "molecular_weight" else False
        groups[words, *_read_content(claim)].append(claim)
    return tuple(_stand_together(number, group) for number, group in enumerate(groups.values()))


def _stand_together(number: int, claims: Iterable[ClaimRow]) -> Stance:
    rows = tuple(claims)
    return Stance(number, rows, frozenset(claim.source_id for claim in rows))


def compare_stances(slot: Slot) -> Iterator[Pair]:
    """Each two stances of a slot between which there is a difference, explained or not."""
    for left, right in combinations(gather_stances(slot.claims), 2):
        if (difference := find_difference(slot, left.claim, right.claim)) is not None:
            yield Pair(left, right, difference)


def find_agreeing(
    slot: Slot, claims: Iterable[ClaimRow], others: Iterable[ClaimRow]
) -> tuple[tuple[ClaimRow, ...], tuple[ClaimRow, ...]]:
    """The claims of either kind that say the same as one of the other kind in another source."""
    found: list[tuple[Stance, Stance]] = []
    for left, right in product(gather_stances(claims), gather_stances(others)):
        if _read_matter(left.claim) == _read_matter(right.claim) and not find_difference(slot, left.claim, right.claim):
            part, other = left.apart_from(right), right.apart_from(left)
            if part and other:
                found.append((part, other))
    return _list_claims(part for part, _ in found), _list_claims(other for _, other in found)


_read_matter = attrgetter("predicate", "object_id", "polarity")


def find_meeting(claims: Iterable[ClaimRow], gaps: Iterable[ClaimRow]) -> tuple[Stance, Stance] | None:
    """Claims and open questions that share a context, each as one stance; None where no two do."""
    met = [
        (left, right)
        for left, right in product(gather_stances(claims), gather_stances(gaps))
        if meeting_context(left.claim, right.claim, separating_columns(left.claim)) is None
    ]
    if not met:
        return None
    return (
        _stand_together(0, _list_claims(left for left, _ in met)),
        _stand_together(1, _list_claims(right for _, right in met)),
    )


def join_stances(pairs: Iterable[Pair]) -> tuple[Stance, ...]:
    """Each stance of the pairs once, with all of its claims that take part in any of them."""
    parts: dict[int, list[Stance]] = defaultdict(list)
    for stance in dict.fromkeys(stance for pair in pairs for stance in (pair.left, pair.right)):
        parts[stance.number].append(stance)
    return tuple(
        stances[0] if len(stances) == 1 else _stand_together(number, _list_claims(stances))
        for number, stances in parts.items()
    )


def join_claims(pairs: Iterable[Pair]) -> tuple[ClaimRow, ...]:
    """Each claim that takes part in a pair, once."""
    return tuple(claim for stance in join_stances(pairs) for claim in stance.claims)


def _list_claims(stances: Iterable[Stance]) -> tuple[ClaimRow, ...]:
    return tuple({claim.claim_id: claim for stance in dict.fromkeys(stances) for claim in stance.claims}.values())
