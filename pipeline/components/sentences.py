"""Sentences of web text about chemistry: abbreviations, decimals, list lines, citations behind the full stop."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Literal

import numpy as np
from spacy.language import Language

from pipeline.components import get_text
from pipeline.lexicon import LexiconRow, keep_first, read_rows, remember

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spacy.tokens import Doc


class Abbreviation(LexiconRow):
    """Words that are written with a full stop; `written` without the last one, in lower case.

    role: "inside" ends no sentence ("e.g."); "either" ends one where a word follows that begins sentences ("Inc.");
    "number" is an abbreviation before a number alone, unless a number counts it ("No. 12"; "30 min. 5 of them").
    In `fires` it ends no sentence, in `spares` the marked word begins one.
    """

    written: tuple[str, ...]
    role: Literal["inside", "either", "number"]


class SentenceStart(LexiconRow):
    """Words that begin sentences and, with a capital letter, no name: marked in `fires`, where one begins."""

    written: tuple[str, ...]


# What a sentence may begin with: "It", "5", "pH", "p53", "β-MSH", "~5", "≥ 98", "– It", "(It", an arrow, a tick.
BEGINNING = r"""
    (?: [–—\-] [ ] )? ["'“‘«(\[]{0,3}
    (?:
        [A-ZÀ-ÖØ-ÞΑ-ΩЀ-ЯҐ0-9]
      | [α-ω] (?! [α-ωa-z] )
      | [a-z]{1,4} [A-Z0-9½]
      | [~≈≥≤<>±$€£§] [ ]? \d
      | [\u2190-\u21ff\u2600-\u27bf\U0001f300-\U0001faff]
    )
"""
# "…sedation [6]. In rats", "…pathways. [7][8] Activation", "…Pro-Gly-Pro.(Met-Glu", "…ended.The next"; not "2.4 nM".
BOUNDARY = re.compile(
    rf"""
    (?<! [.!?…] ) (?P<stop> [.!?…]++ )
    (?P<closed>                                     # closing quotes, notes and citations that belong here
        ["'”’»)\]*†‡⁰¹²³⁴-⁹]*+
        (?: [ ]? \[ (?: [\d,;–\- ]{{1,40}} | \^[^\]\s]{{1,40}} ) \] )*+
        (?: (?<= [a-z][a-z][a-z)]\. ) \d{{1,3}} (?: [,–\-] \d{{1,3}} ){{0,9}}+ (?= [ ][A-Z] ) )?+    # "rats.2,3 In"
    )
    (?: (?P<gap> \s++ ) (?= {BEGINNING} ) | (?= \( [A-Z] ) | (?= [A-Z][a-z]+ [ ,] ) | \s*+ \Z )
    """,
    re.VERBOSE,
)
# The word before a full stop, and a number that counts it: "5 min". An initial stands free: "J", "J.R", not "°C".
WORD_BEFORE = re.compile(r"(?P<count>\d\s?)?(?<![\w.])(?P<free>(?<![^\s(.]))?(?P<word>[\w.]{1,24})\Z")
INITIAL = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
# "−20 °C", "at 4 C", "vitamin C", "hepatitis B": a letter that is no initial.
LETTERED = re.compile(
    r"""
    (?: \d \s? [CFK]
      | \b (?: vitamin | hepatitis | group | type | class | plan | arm | cohort | kinase | protein | factor | grade ) s?
        \s [A-Z]
    ) \Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "1", "2.1", "(a)", "iv", "§ 4": what numbers a line or an item is no sentence.
ENUMERATOR = re.compile(r"\s*(?:§\s?)?\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivx]{1,5})")
FIRST_WORD = re.compile(r"[\"'“‘«(\[]{0,3}(?P<word>[A-Z][a-z]*)\b")
BEFORE = 30  # characters before a full stop that are looked at
AFTER = 24  # ... and behind it


@remember
def abbreviations() -> Mapping[str, str]:
    """The role of each abbreviation, by its letters in lower case without the last full stop."""
    rows = read_rows("abbreviations", Abbreviation)
    return keep_first((word, row.role) for row in rows for word in row.written)


@remember
def sentence_starts() -> frozenset[str]:
    """Words that begin sentences, lower case."""
    return frozenset(word for row in read_rows("sentence_starts", SentenceStart) for word in row.written)


def find_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence; a line break always ends one, and white space belongs to none."""
    start = 0
    for line in text.split("\n"):
        for first, last in _split_line(line):
            yield start + first, start + last
        start += len(line) + 1


def _split_line(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in BOUNDARY.finditer(line):
        if not _ends_sentence(line, start, match):
            continue
        yield from _trim(line, start, match.end("closed"))
        start = match.end()
    yield from _trim(line, start, len(line))


def _ends_sentence(line: str, start: int, match: re.Match[str]) -> bool:
    after = line[match.end() : match.end() + AFTER]
    if not after:
        return True
    is_short = match["stop"] == "." and match.start() - start < BEFORE
    if is_short and ENUMERATOR.fullmatch(line, start, match.start()):
        return False
    if match["gap"] is None and after[0] != "(":  # glued: "the end.The next", not "Vue.Js"
        return _begins_sentence(after) and _ends_word(line, match, after)
    return match["stop"] != "." or bool(match["closed"]) or _ends_word(line, match, after)


def _ends_word(line: str, match: re.Match[str], after: str) -> bool:
    """Whether the full stop ends more than the word before it."""
    before = line[max(0, match.start() - BEFORE) : match.start()]
    found = WORD_BEFORE.search(before)
    if found is None or LETTERED.search(before):
        return True
    word = found["word"]
    role = _role_of(word.lower().lstrip("."))
    if role == "inside":
        return False
    if role == "number":
        return bool(found["count"]) or not (match["closed"] + after)[0].isdigit()
    if role == "either":
        return _begins_sentence(after)
    # An initial: "J. Sample", also "Sample, T. (1999)"; but not "plan A. There"
    if found["free"] is not None and word[-1].isupper() and INITIAL.fullmatch(word):
        return _begins_sentence(after) or not (after[0].isupper() or after[:2].strip("(").isdigit())
    return True


def _role_of(word: str) -> str | None:
    """The role of an abbreviation, also where the one before it is glued to it: "Natl.Acad"."""
    known = abbreviations()
    last = word.rpartition(".")[2]
    return known.get(word) or (known.get(last) if len(last) > 1 else None)


def _begins_sentence(after: str) -> bool:
    word = FIRST_WORD.match(after)
    return word is not None and word["word"].lower() in sentence_starts()


def _trim(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = line[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + len(piece) - len(piece.lstrip())
        yield first, first + len(stripped)


def read_sentences(doc: Doc, text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence as an earlier component set them, else as ours would.

    White space behind a sentence is a part of it. Read from one array: spaCy makes spans much more slowly.
    """
    if not doc.has_annotation("SENT_START"):
        yield from find_sentences(text)
        return
    columns = doc.to_array(["SENT_START", "IDX"]).astype(np.int64)
    starts = [int(start) for start in columns[columns[:, 0] == 1, 1]]
    yield from zip([0, *starts], [*starts, len(text)], strict=True)


@Language.factory("claimsift_sentences", assigns=["token.is_sent_start"])
class Sentences:
    """Set the sentence starts of a doc; a boundary inside a token begins with the next token."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each sentence in characters."""
        return find_sentences(text)

    def __call__(self, doc: Doc) -> Doc:
        """Mark every token as a sentence start or not.

        Written as one array: spaCy looks through the whole doc for each token that is set by itself, and refuses
        where the parser of a user's model has been.
        """
        values = np.full(len(doc), -1, dtype=np.int64)
        values[list(self._find_starts(doc))] = 1
        return doc.from_array(["SENT_START"], values.astype(np.uint64))  # type: ignore[arg-type]  # a stub of its own

    def _find_starts(self, doc: Doc) -> Iterator[int]:
        """Index of the first token of each sentence."""
        places = [token.idx for token in doc]
        for first, _ in self.find(get_text(doc)):
            index = bisect_left(places, first)
            if index < len(places):
                yield index
