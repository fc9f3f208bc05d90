"""Near-duplicates are one voice: pages that are copies of each other, and passages that several pages share.

Candidates are found by MinHash over word shingles (datasketch), with permutations from a fixed seed and texts in
sorted order, so that neither the run nor the order of documents matters.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, islice
from typing import TYPE_CHECKING
from zlib import crc32

from pipeline.schema import content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from datasketch import MinHash
    from numpy.typing import NDArray

    from pipeline.conflicts.sides import Member
    from pipeline.schema import ClaimRow

WORD = re.compile(r"\w+(?:-\w+)*+")  # a written-out sequence is one word: to state it is not to copy
SEED = 1
BATCH = 4096  # shingles that are permuted at a time: 4 MB


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely texts are compared: two that share `same` of their shingles are one text."""

    shingle: int  # words
    fewest: int  # shingles: a shorter text says what anybody would say, and is nobody's copy
    permutations: int
    bands: int
    rows: int  # sketches that agree in all rows of any band are candidates
    same: float


# Shorter shingles are stock phrases, longer ones break at each edit. Of pages that share a half, 0.996 are candidates,
# of those that share a tenth, 0.04; the estimate of a half is off by 0.04 on average.
PAGE = Grain(shingle=6, fewest=8, permutations=128, bands=42, rows=3, same=0.5)
# In one sentence a changed word breaks as many shingles as they have words. Candidates are compared exactly.
PASSAGE = Grain(shingle=3, fewest=16, permutations=32, bands=10, rows=3, same=0.6)

Sketch = tuple[int, ...]


def sketch_text(text: str) -> Sketch:
    """What a page keeps for `find_families`; empty where it is too short to be compared."""
    shingles = _cut_shingles(text, PAGE)
    return tuple(_sketch(shingles, PAGE).hashvalues.tolist()) if len(shingles) >= PAGE.fewest else ()


def _cut_shingles(text: str, grain: Grain) -> frozenset[int]:
    words = WORD.findall(text.casefold())
    return frozenset(
        crc32(" ".join(words[at : at + grain.shingle]).encode()) for at in range(len(words) - grain.shingle + 1)
    )


@cache
def _blank(permutations: int) -> MinHash:
    from datasketch import MinHash

    return MinHash(num_perm=permutations, seed=SEED, hashfunc=_as_it_is)


def _as_it_is(shingle: int) -> int:
    return shingle  # hashed when it was cut


def _sketch(shingles: Iterable[int], grain: Grain) -> MinHash:
    sketch = _blank(grain.permutations).copy()
    rest = iter(shingles)
    while batch := list(islice(rest, BATCH)):
        sketch.update_batch(batch)
    return sketch


def _find_candidates(sketches: NDArray[np.uint32], grain: Grain) -> Iterator[list[int]]:
    """Rows that agree in all places of a band, ascending; two may come together more than once."""
    import numpy as np

    for band in range(grain.bands):
        part = sketches[:, band * grain.rows : (band + 1) * grain.rows]
        order = np.lexsort(part.T)  # of equal rows the lesser stays first
        same = (part[order[1:]] == part[order[:-1]]).all(axis=1)
        alike = np.split(order, np.flatnonzero(~same) + 1)
        yield from (rows.tolist() for rows in alike if len(rows) > 1)


def find_families(sketches: Mapping[str, Sequence[int]], digests: Mapping[str, str]) -> dict[str, str]:
    """Text family of each source: the same id for near-duplicates, named after the first source of the family."""
    import numpy as np

    joined = Joined(sketches)
    firsts: dict[str | bytes, str] = {}
    for source in sorted(sketches):  # of equal pages one is compared with the others
        joined.join(source, firsts.setdefault(digests[source], source))
        if sketches[source]:
            joined.join(source, firsts.setdefault(_pack(sketches[source]), source))
    rows = {source: np.frombuffer(sketch, np.uint32) for sketch, source in firsts.items() if isinstance(sketch, bytes)}
    _join_alike(joined, rows, PAGE, lambda one, other: bool((rows[one] == rows[other]).mean() >= PAGE.same))
    return {source: content_id("fam", joined.first(source)) for source in sorted(sketches)}


def _pack(sketch: Sequence[int]) -> bytes:
    return array("I", sketch).tobytes()


def _join_alike(
    joined: Joined, sketches: Mapping[str, NDArray[np.uint32]], grain: Grain, are_one: Callable[[str, str], bool]
) -> None:
    """Join the candidates among some names that are one."""
    import numpy as np

    names = sorted(sketches)
    for rows in _find_candidates(np.array([sketches[name] for name in names]), grain) if names else ():
        alike = [names[row] for row in rows]
        if len(set(map(joined.first, alike))) == 1:
            continue
        for one, other in combinations(alike, 2):
            if joined.first(one) != joined.first(other) and are_one(one, other):
                joined.join(one, other)


def find_passages(claims: Iterable[ClaimRow]) -> dict[str, str]:
    """Claims by id whose passage is another's near-copy, each with the first such claim's id."""
    texts: dict[frozenset[int], list[str]] = defaultdict(list)
    for claim in claims:
        shingles = _cut_shingles(claim.text, PASSAGE)
        if len(shingles) >= PASSAGE.fewest:
            texts[shingles].append(claim.claim_id)
    shingled = {min(ids): shingles for shingles, ids in texts.items()}
    joined = Joined(claim_id for ids in texts.values() for claim_id in ids)
    for ids in texts.values():
        for claim_id in ids:
            joined.join(claim_id, ids[0])
    if shared := _keep_shared(shingled):
        sketches = {claim_id: _sketch(shingled[claim_id], PASSAGE).hashvalues for claim_id in shared}

        def are_one(one: str, other: str) -> bool:
            left, right = shingled[one], shingled[other]
            return len(left & right) >= PASSAGE.same * len(left | right)

        _join_alike(joined, sketches, PASSAGE, are_one)
    return {claim_id: joined.first(claim_id) for ids in texts.values() for claim_id in ids}


def _keep_shared(shingled: Mapping[str, frozenset[int]]) -> list[str]:
    """Texts of whose shingles enough occur in others to be a copy of one: the rest needs no sketch."""
    held = Counter(chain.from_iterable(shingled.values()))
    return [
        name
        for name, shingles in shingled.items()
        if sum(held[shingle] > 1 for shingle in shingles) >= PASSAGE.same * len(shingles)
    ]


def count_voices(members: Sequence[Member], families: Mapping[str, str], passages: Mapping[str, str]) -> int:
    """Independent texts behind a conflict: copies of a page are one, and so are pages of a side with one passage.

    A passage that was copied and changed stands on two sides and is two voices: that change is what is in conflict.
    """
    joined = Joined(families[member.claim.source_id] for member in members)
    holders: dict[tuple[str, str], str] = {}
    for member in members:
        if (passage := passages.get(member.claim.claim_id)) is not None:
            family = families[member.claim.source_id]
            joined.join(family, holders.setdefault((member.side, passage), family))
    return len({joined.first(family) for family in joined})


def is_same_voice_again(members: Sequence[Member], families: Mapping[str, str]) -> bool:
    """Whether copies of one page only repeat what each of them holds against itself.

    An edited copy, which takes one side while its model takes another, is no such repetition.
    """
    if len({families[member.claim.source_id] for member in members}) > 1:
        return False
    sides: dict[str, set[str]] = defaultdict(set)
    for member in members:
        sides[member.claim.source_id].add(member.side)
    every = {member.side for member in members}
    return all(taken == every for taken in sides.values())


class Joined(dict[str, str]):
    """Names joined into groups: each leads to another name of its group, the first one to itself."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__((name, name) for name in names)

    def first(self, name: str) -> str:
        """The least name of the group."""
        while self[name] != name:
            self[name] = name = self[self[name]]
        return name

    def join(self, one: str, other: str) -> None:
        """Make one group of the groups of two names."""
        first, second = sorted((self.first(one), self.first(other)))
        self[second] = first
