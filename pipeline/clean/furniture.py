"""Furniture told from content: by the words of a line or heading, and by the class names of HTML elements.

The words are data (`lexicons/furniture.jsonl`). What is dropped keeps the reason; a disclaimer is marked and kept,
since a regulatory statement can hide in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from pipeline.clean.words import split_words
from pipeline.lexicon import LexiconRow, concepts, read_rows, remember, remember_last

Where = Literal[
    "class", "disclaimer-class", "field",
    "line", "link", "key", "crumb", "tag", "self", "site-word", "subject-word", "field-part", "page-field",
    "section", "disclaimer", "disclaimer-section", "reference-section"
]  # fmt: skip


# These are looked up in names, not in lines.
NAMES = frozenset({"class", "disclaimer-class", "field", "field-part", "page-field"})
# These are looked up in lines and sentences, all of them at once.
LINES: frozenset[Where] = frozenset({
    "line", "link", "key", "crumb", "self", "section", "disclaimer", "disclaimer-section", "reference-section"
})  # fmt: skip


class FurnitureRow(LexiconRow):
    """Words that give furniture away, where they have to stand, and what the furniture is."""

    where: Where
    reason: str
    phrases: tuple[str, ...]
    position: Literal["whole", "start", "any"] = "any"
    longest: int = 12  # words; a longer line is content
    weight: float = 1.0  # how much a word says that a line is about the site


CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

STRAY_SIGNS = 20  # blanks of a line beyond those between its words: "A – B | C"
LINK_LIST = 3  # links in a row that make a menu
SITE_WORDS = 25  # words of the longest line that is told by how many of them are about the site
SITE_WEIGHT = 3.0  # ... that such words weigh together
SITE_SHARE = 0.4  # ... of the words that mean something
VAGUE_SHARE = 0.6  # ... where each of them can stand in a paper too
SUBJECT_CHARS = 4  # of a word of a name that tells what a line is about
SPOKEN = frozenset({"you", "your", "our", "us", "we"})
PAST = frozenset({"was", "were", "had", "did", "been"})
# "IC50", "BPC-157", "5 mg/kg", "≥98%": no line about a site says such a thing.
MEASURED = re.compile(
    r"[A-Za-z]-?\d|\d\s?(?:[%°µμ]|(?:mg|mcg|kg|g|ml|mL|mM|nM|h|min|Da|kDa|IU)\b)(?!\s?(?:off|discount))|[α-ωΑ-Ω≥≤±]"
)
SMALL_WORDS = frozenset({
    "a", "also", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do", "does", "for", "from", "has",
    "have", "here", "if", "in", "into", "is", "it", "its", "may", "not", "of", "on", "or", "so", "that", "the", "their",
    "these", "they", "this", "to", "was", "were", "which", "will", "with"
})  # fmt: skip


# ---------------------------------------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase as words, with its row and the row's place in the file."""

    words: tuple[str, ...]
    place: int
    row: FurnitureRow


@dataclass(frozen=True, slots=True)
class _Index:
    """The phrases of some kinds of rows."""

    starts: dict[tuple[str, ...], tuple[_Phrase, ...]]  # they stand at the start of a line; by the first two words
    inside: dict[str, tuple[tuple[_Phrase, int], ...]]  # they may stand anywhere; by the longest word, with its place


@remember
def _phrases(wheres: frozenset[Where]) -> _Index:
    starts: defaultdict[tuple[str, ...], list[_Phrase]] = defaultdict(list)
    inside: defaultdict[str, list[tuple[_Phrase, int]]] = defaultdict(list)
    for place, row in enumerate(read_rows("furniture", FurnitureRow)):
        for phrase in row.phrases if row.where in wheres else ():
            words = _split(phrase, row.where)
            if row.position == "any" and words:
                at = max(range(len(words)), key=lambda at: len(words[at]))
                inside[words[at]].append((_Phrase(words, place, row), at))
            else:
                starts[words[:2]].append(_Phrase(words, place, row))
    return _Index(
        {words: tuple(phrases) for words, phrases in starts.items()},
        {word: tuple(phrases) for word, phrases in inside.items()},
    )


@remember
def _most_blanks(where: Where) -> int:
    """Blanks of the longest line that any row of this kind may know."""
    rows = [row.longest for row in read_rows("furniture", FurnitureRow) if row.where == where]
    return max(rows, default=0) + STRAY_SIGNS


def _split(text: str, where: Where) -> tuple[str, ...]:
    """The words of a line or of class names; a field name is one word, however it is written."""
    if where not in NAMES:
        return split_words(text)
    words = split_words(CAMEL.sub(" ", text).replace("_", " "))
    return ("".join(words),) if where in {"field", "page-field"} else words


def find_row(where: Where, text: str) -> FurnitureRow | None:
    """The first row of this kind that knows the line, heading, field name or class attribute."""
    if where in LINES:
        return _find_rows(text).get(where) if text.count(" ") <= _most_blanks(where) else None
    found = _find_names(text, where).get(where)
    return _find_names(text, "field-part").get("field-part") if found is None and where == "field" else found


@remember_last(512)  # the pieces of a page and their sentences are looked up again and again
def _find_rows(text: str) -> dict[Where, FurnitureRow]:
    """The first row of each kind that knows a line."""
    return _look_up(_phrases(LINES), split_words(text), is_line=True)


@remember_last(1024)  # field names and class names stand on a page again and again
def _find_names(text: str, where: Where) -> dict[Where, FurnitureRow]:
    return _look_up(_phrases(frozenset({where})), _split(text, where), is_line=False)


def _look_up(index: _Index, words: tuple[str, ...], *, is_line: bool) -> dict[Where, FurnitureRow]:
    if not words:
        return {}
    starts, inside = index.starts, index.inside
    near = [(phrase, 0) for key in {words[:2], words[:1]} if key in starts for phrase in starts[key]]
    if not inside.keys().isdisjoint(words):
        anchors = [(at, word) for at, word in enumerate(words) if word in inside]
        near += [(phrase, at - before) for at, word in anchors for phrase, before in inside[word]]
    if not near:
        return {}
    found: dict[Where, _Phrase] = {}
    for phrase, at in near:
        best = found.get(phrase.row.where)
        if (best is None or phrase.place < best.place) and _fits(phrase, words, at, is_line=is_line):
            found[phrase.row.where] = phrase
    return {where: phrase.row for where, phrase in found.items()}


def _fits(phrase: _Phrase, words: tuple[str, ...], start: int, *, is_line: bool) -> bool:
    row, end = phrase.row, start + len(phrase.words)
    if is_line and len(words) > row.longest:
        return False
    if start < 0 or words[start:end] != phrase.words:
        return False
    return row.position == "any" or (start == 0 and (row.position == "start" or end == len(words)))


@remember_last(1024)
def why_class(names: str) -> str | None:
    """Why an element with these class names and this id is furniture; nothing if it is not."""
    row = find_row("class", names)
    return row.reason if row else None


@remember_last(1024)
def is_disclaimer_class(names: str) -> bool:
    """Whether these class names are those of a disclaimer."""
    return find_row("disclaimer-class", names) is not None


@remember
def menu_words() -> dict[tuple[str, ...], float]:
    """The words of links with their weights; two that mean nothing else weigh as much as three that may."""
    weights = {"link": 1.0, "line": LINK_LIST / 2}
    rows = [row for row in read_rows("furniture", FurnitureRow) if row.where in weights]
    links = [row for row in rows if row.position == "whole" and row.reason == "navigation"]
    return {split_words(phrase): weights[row.where] for row in links for phrase in row.phrases}


def is_weak_link(text: str) -> bool:
    """Whether a line is a word that menus hold, and other text too: it counts beside other links alone."""
    return find_row("link", text) is not None


@remember
def tag_words() -> frozenset[str]:
    """The words that tags are made of."""
    return frozenset(
        phrase for row in read_rows("furniture", FurnitureRow) if row.where == "tag" for phrase in row.phrases
    )


# ---------------------------------------------------------------------------------------------- what a line is about


def is_about_site(text: str) -> bool:
    """Whether a line speaks of the site, the shop or its visitor: many of its words do, and none of a substance.

    Wordings have no end, but the words of shops and of pharmacology are two sorts.
    """
    words = split_words(text)
    if len(words) > SITE_WORDS:
        return False
    weights = _site_words()
    weight = sum(weights[word] for word in weights.keys() & words)
    if weight < SITE_WEIGHT or not _subject_words().isdisjoint(words) or MEASURED.search(text):
        return False
    meaning = [word for word in words if word not in SMALL_WORDS and word.isalpha()]
    # Words that shops and papers share must make up more of a line that has no other, and that tells no story.
    is_plain = any(weights.get(word, 0.0) > 1 or word in SPOKEN for word in words)
    if not is_plain and not PAST.isdisjoint(words):
        return False
    share = SITE_SHARE if is_plain else VAGUE_SHARE
    return sum(word in weights for word in meaning) >= share * len(meaning)


@remember
def _site_words() -> dict[str, float]:
    rows = [row for row in read_rows("furniture", FurnitureRow) if row.where == "site-word"]
    return {phrase: row.weight for row in rows for phrase in row.phrases}


@remember
def _subject_words() -> frozenset[str]:
    """The words of all that claims can be about, without those that the site has too."""
    named = {word for row in concepts() for name in (row.name, *row.names) for word in split_words(name)}
    rows = [row for row in read_rows("furniture", FurnitureRow) if row.where == "subject-word"]
    told = {phrase for row in rows for phrase in row.phrases}
    return frozenset({word for word in named if len(word) >= SUBJECT_CHARS} - _site_words().keys() - SMALL_WORDS | told)
