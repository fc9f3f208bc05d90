"""What is marked inside a passage: the value, the words in which two sides differ, the cue."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from html import unescape
from itertools import islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# "887.04", "heptapeptide", "4–10", "α-MSH"; any other character stands alone.
WORD = re.compile(r"[^\W_]+(?:[.,’'·‐‑‒–—−-][^\W_]+)*|\S")

DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-") | dict.fromkeys(map(ord, "\u00a0\u2007\u202f\n\t"), " ")
TAG = re.compile(r"<[^<>]{0,500}>")
# What goes on before, or behind, a piece of a word or of a number.
CUT_HEAD = re.compile(r"(?:[^\W_]|\d[.,])\Z")
CUT_TAIL = re.compile(r"[^\W_]|[.,]\d")

# Below this share of common words two sentences are two wordings, and marking each different word marks them all.
COMPARABLE = 0.5
FAR = 100_000  # raw characters of one block in which earlier occurrences of a passage are counted
LONGEST_DIFF = 400  # words; a comparison takes time with the square of this
KNOWN = 4096  # texts whose words are remembered: the same passages are compared over and over


# English words that carry no claim: marking them between two unlike sentences would mark everything.
FUNCTION_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "been", "by", "can", "do", "does", "for", "from", "had", "has", "have"}
    | {"in", "into", "is", "it", "its", "of", "on", "or", "that", "the", "their", "them", "these", "they", "this"}
    | {"those", "to", "was", "were", "which", "with"}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` (excluded) of a passage and why they are marked: value, differs or cue."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a passage and the reasons for which it is marked, if any."""

    text: str
    why: tuple[str, ...] = ()

    @property
    def marked(self) -> bool:
        """Whether it is marked as a difference and not only as a cue."""
        return "value" in self.why or "differs" in self.why


def find_value(text: str, candidates: Iterable[str | None]) -> Mark | None:
    """Where the first candidate that occurs in the text stands, whatever its case and dashes."""
    folded = fold_text(text)
    for candidate in candidates:
        wanted = fold_text(candidate or "").strip()
        start = _find_whole(folded, wanted)
        if start is not None:
            return Mark(start, start + len(wanted), "value")
    return None


def find_cues(text: str, cue: str | None) -> Iterator[Mark]:
    """Where the words of a cue stand; several cues are joined by `; `."""
    for part in (cue or "").split(";"):
        mark = find_value(text, [part])
        if mark is not None:
            yield Mark(mark.start, mark.end, "cue")


def find_differences(text: str, other: str) -> tuple[float, list[Mark]]:
    """How alike two passages are (0 to 1, by words), and the words of the first that differ from the second."""
    words = _find_words(text)
    theirs = [fold_text(match.group()) for match in _find_words(other)]
    matcher = SequenceMatcher(None, [fold_text(match.group()) for match in words], theirs, autojunk=False)
    marks = [
        Mark(words[low].start(), words[high - 1].end(), "differs")
        for tag, low, high, _, _ in matcher.get_opcodes()
        if tag != "equal" and low < high and _has_letters(text[words[low].start() : words[high - 1].end()])
    ]
    return matcher.ratio(), marks


def find_own_words(text: str, others: Iterable[str]) -> list[Mark]:
    """The words of a passage that bear meaning and stand in none of the others, for passages with little in common."""
    theirs = FUNCTION_WORDS.union(*(_list_words(other) for other in others))
    return [
        Mark(match.start(), match.end(), "differs")
        for match in _find_words(text)
        if _has_letters(match.group()) and fold_text(match.group()) not in theirs
    ]


def mark_passage(
    text: str, *, values: Iterable[str | None], cues: Iterable[str | None] = (), others: Sequence[str] = ()
) -> list[Segment]:
    """The passage in pieces: its value, its cues, and what is worded differently in the most similar of `others`."""
    value = find_value(text, values)
    marks = [mark for cue in cues for mark in find_cues(text, cue)]
    marks += [value] if value else []
    if others:
        ratio, differences = find_differences(text, max(others, key=lambda other: _likeness(text, other)))
        if ratio >= COMPARABLE:
            marks += differences
        elif value is None:
            marks += find_own_words(text, others)
    return cut_segments(text, marks)


def cut_segments(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """The text in pieces, cut wherever a mark begins or ends."""
    changes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for mark in marks:
        changes[mark.start][mark.why] += 1
        changes[mark.end][mark.why] -= 1
    active: Counter[str] = Counter()
    segments = []
    for low, high in pairwise(sorted({0, len(text), *changes})):
        active.update(changes[low])
        segments.append(Segment(text[low:high], tuple(sorted(why for why, count in active.items() if count > 0))))
    return segments


def find_passage(shown: str, raw: str, *, start: int, end: int, wanted: str) -> tuple[int, int] | None:
    """Where a passage with raw offsets `start` to `end` of `raw` stands in the cleaned text of the same block.

    A cleaned block has lost mark-up but kept its order, so the n-th such passage here is the n-th there.
    """
    quote = raw[start:end]
    for text in _read_ways(wanted, quote):
        places = _find_all(shown, text)
        if places:
            before = len(_find_all(raw[: min(start, FAR)], quote)) if len(places) > 1 else 0
            place = places[min(before, len(places) - 1)]
            return place, place + len(text)
    return None


def _read_ways(wanted: str, quote: str) -> Iterator[str]:
    yield wanted
    yield quote
    yield " ".join(TAG.sub("", unescape(quote)).split())


def _find_words(text: str) -> list[re.Match[str]]:
    return list(islice(WORD.finditer(text), LONGEST_DIFF))


def _find_all(text: str, wanted: str) -> list[int]:
    places: list[int] = []
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        places.append(at)
        at = text.find(wanted, at + len(wanted))
    return places


def _find_whole(text: str, wanted: str) -> int | None:
    """The first occurrence that cuts no word and no number: the 4 of "4.5" is none."""
    return next((at for at in _find_all(text, wanted) if _is_whole(text, at, at + len(wanted))), None)


def _is_whole(text: str, start: int, end: int) -> bool:
    cuts_head = text[start].isalnum() and CUT_HEAD.search(text, max(0, start - 2), start)
    return not (cuts_head or (text[end - 1].isalnum() and CUT_TAIL.match(text, end)))


@lru_cache(maxsize=KNOWN)
def fold_text(text: str) -> str:
    """Lower case and one kind of dash, character for character."""
    even = text.translate(DASHES)
    low = even.lower()
    if len(low) == len(even):
        return low
    return "".join(low if len(low := char.lower()) == 1 else char for char in even)


def _has_letters(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _likeness(text: str, other: str) -> float:
    mine, theirs = _list_words(text), _list_words(other)
    return len(mine & theirs) / (len(mine | theirs) or 1)


@lru_cache(maxsize=KNOWN)
def _list_words(text: str) -> frozenset[str]:
    return frozenset(fold_text(match.group()) for match in _find_words(text))
