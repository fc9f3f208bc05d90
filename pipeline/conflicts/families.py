"""Near-duplicate pages are one voice: shingles of words, a bounded sketch of each page, and their overlap."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.schema import content_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORD = re.compile(r"\w+")
SHINGLE = 6  # words: shorter ones are stock phrases, longer ones break at each edit
SKETCH = 256  # smallest hashes kept for each page (bottom-k sketch, Cohen and Kaplan 2007)
SAME_TEXT = 0.5  # share of common shingles from which two pages are one text
FEWEST = 8  # a page with fewer shingles is compared by its bytes only


def sketch_text(text: str) -> tuple[int, ...]:
    """The smallest hashes of the word shingles of a text, in order."""
    words = [word.casefold() for word in WORD.findall(text)]
    hashes = {
        int.from_bytes(hashlib.blake2b(" ".join(words[at : at + SHINGLE]).encode(), digest_size=8).digest())
        for at in range(len(words) - SHINGLE + 1)
    }
    return tuple(heapq.nsmallest(SKETCH, hashes))


def find_families(sketches: Mapping[str, tuple[int, ...]], digests: Mapping[str, str]) -> dict[str, str]:
    """Text family of each source: the same id for near-duplicates, named after the first source of the family."""
    parent = {source: source for source in sorted(sketches)}
    holders: dict[int | str, list[str]] = defaultdict(list)
    for source in parent:
        holders[digests[source]].append(source)
        for value in sketches[source]:
            holders[value].append(source)
    pairs = {
        (one, other)
        for sources in holders.values()
        for index, one in enumerate(sources)
        for other in sources[index + 1 :]
    }
    for one, other in sorted(pairs):
        if digests[one] == digests[other] or _overlap(sketches[one], sketches[other]) >= SAME_TEXT:
            _join(parent, one, other)
    return {source: content_id("fam", _root(parent, source)) for source in parent}


def _overlap(one: Iterable[int], other: Iterable[int]) -> float:
    """Estimated share of common shingles: of the smallest hashes of both, those that both have."""
    left, right = set(one), set(other)
    if min(len(left), len(right)) < FEWEST:
        return 0.0
    smallest = heapq.nsmallest(SKETCH, left | right)
    return sum(value in left and value in right for value in smallest) / len(smallest)


def _root(parent: dict[str, str], source: str) -> str:
    while parent[source] != source:
        source = parent[source]
    return source


def _join(parent: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first
