"""Sentences of web text about chemistry: abbreviations, decimals, list lines, citations behind the full stop."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from spacy.language import Language

from pipeline.lexicon import LexiconRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc


class Abbreviation(LexiconRow):
    """Words behind which a full stop ends no sentence; written without their last full stop."""

    written: tuple[str, ...]


# "…sedation [6]. In rats", "…pathways. [7][8] Activation", "…Pro-Gly-Pro.(Met-Glu"; not "2.4 nM", "Inc. (2001)".
BOUNDARY = re.compile(
    r"""
    (?P<stop> [.!?…]+ )
    (?P<closed> ["'”’)\]]* (?: [ ]? \[ [\d,;–\- ]{1,40} \] )* )   # closing quotes, citations that belong here
    (?: [ ]+ (?= ["'“‘(\[]? [A-ZΑ-ΩА-Я0-9↑↓] ) | (?= \( [A-Z] ) )
    """,
    re.VERBOSE,
)
WORD_BEFORE = re.compile(r"[\w.]{1,24}$")
SINGLE_LETTER = re.compile(r"(?:^|[\s.(])[A-Z]$")


@cache
def abbreviations() -> frozenset[str]:
    """All abbreviations, lower case, without the last full stop."""
    rows = read_rows("abbreviations", Abbreviation)
    return frozenset(word for row in rows for word in row.written)


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
        if not _ends_sentence(line, match):
            continue
        yield from _trim(line, start, match.end("closed"))
        start = match.end()
    yield from _trim(line, start, len(line))


def _ends_sentence(line: str, match: re.Match[str]) -> bool:
    if match["stop"] != "." or match["closed"].strip():
        return True
    before = line[max(0, match.start() - 26) : match.start()]
    if SINGLE_LETTER.search(before):  # an initial: "J. Sample"
        return not line[match.end() : match.end() + 1].isupper()
    word = WORD_BEFORE.search(before)
    if word is None:
        return True
    known = word[0].lower().lstrip(".")
    if known == "no":  # "No. 12" is a number, "The answer is no. It" an end
        return not line[match.end() : match.end() + 1].isdigit()
    if known == "al":
        return False
    return known not in abbreviations()


def _trim(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = line[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + len(piece) - len(piece.lstrip())
        yield first, first + len(stripped)


@Language.factory("claimsift_sentences", assigns=["token.is_sent_start"])
class Sentences:
    """Set the sentence starts of a doc; a boundary inside a token begins with the next token."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each sentence in characters."""
        return find_sentences(text)

    def __call__(self, doc: Doc) -> Doc:
        """Mark every token as a sentence start or not."""
        starts = iter([first for first, _ in self.find(doc.text)])
        upcoming = next(starts, None)
        for token in doc:
            begins = upcoming is not None and token.idx >= upcoming
            token.is_sent_start = begins
            while upcoming is not None and token.idx >= upcoming:
                upcoming = next(starts, None)
        return doc
