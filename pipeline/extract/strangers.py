"""Compounds that no lexicon has, by the shape of the name that opens a heading, a sentence or a row."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from pipeline.extract.naming import FINITE, make_subject, opens_sentence
from pipeline.page import Subject
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.extract.passages import Passage
    from pipeline.page import Cell, Mention

# "SS-20", "MVT602", "RGN-259", "HDX-1-10b"; "Xenoglutide", by the stems of international names.
CODE = r"[A-Z][A-Za-z]{0,6}-?\d{1,6}(?:-\d{1,4})*[A-Za-z]?"
STEM = r"[A-Z][a-z]{3,12}(?:tide|relin|relix|tocin|pressin|crelin|melagon|glipron|mab|cept|ermin|tropin)"
# A trial, or a number of something else: "SURMOUNT-1", "Phase-2", "COVID-19".
NO_NAME = re.compile(
    r"^(?-i:[A-Z]{3,})-?\d{1,2}$"
    r"|^(?:covid|omega|phase|step|day|week|month|year|type|grade|stage|table|fig|figure|part|section|chapter|module|lesson|episode|issue|appendix|batch|volume|annex|session|cohort|study|trial|example|question|vitamin|level|tier|top|cycle"
    r"|peptide|[bdhkq])-?\d",
    re.IGNORECASE,
)
# A heading such as "3. MVT-602", "SS-20 (a control peptide)" or "Xenoglutide: what is known".
NUMBERED = r"[A-Z][a-z]{4,14}-\d{1,3}"  # "Examplin-25"
HEADED = re.compile(rf"^\W*(?:\d{{1,2}}[.)]\s+)?(?P<name>{CODE}|{NUMBERED}|{STEM})\s*(?:$|[:(–—]|-\s)")
OPENS = re.compile(rf"^\W*(?P<name>{CODE})(?![\w-])")
# Columns that name compounds.
NAMES = re.compile(r"(?:peptide|compound|drug|substance|agent|ingredient|molecule|medicine)s?", re.IGNORECASE)
LONGEST_NAME = 40  # code points of a cell that is one
MOST_WORDS = 3


def find_headed(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Subject | None:
    """What a heading from page offset `start` to `end` names; `mentions` are those of the page, in order."""
    match = HEADED.match(text[start:end])
    if match is None or NO_NAME.match(match["name"]):
        return None
    first, last = start + match.start("name"), start + match.end("name")
    near = mentions[max(0, bisect_left(mentions, first, key=lambda m: m.start) - 1) :][:8]
    return None if _is_known(near, first, last) else _make(match["name"], SubjectFrom.HEADING)


def find_opening(passage: Passage) -> Subject | None:
    """What a sentence brings up under a code; a pronoun behind it means none of the others."""
    match = OPENS.match(passage.text)
    if match is None or passage.block.kind in (BlockKind.HEADING, BlockKind.QUESTION) or not passage.block.prose:
        return None
    first, last = passage.start + match.start("name"), passage.start + match.end("name")
    if NO_NAME.match(match["name"]) or _is_known(passage.mentions, first, last):
        return None
    if not FINITE.match(passage.between(last, passage.end)):
        return None
    return _make(match["name"], SubjectFrom.WRITTEN)


# "C-peptide is no bystander", "BDNF was the first neurotrophin": told of a target as of what the text is about.
DEFINED = re.compile(
    r"\s*(?:\([^()]*\))?\s+(?:is|was)\s+(?:an?|the|no|not(?!\s+\w+(?:ed|en)\b)|one|far|more|itself)\b"
    r"(?! target| receptor)",
    re.IGNORECASE,
)


def find_defined(passage: Passage) -> Subject | None:
    """The target that a sentence of a paragraph tells what it is; "it" behind that is no compound of before."""
    named = passage.of(Label.TARGET)[:1]
    if passage.block.kind is not BlockKind.PARAGRAPH or not named or passage.of(Label.COMPOUND):
        return None
    target = named[0]
    if target.concept_id is None or not opens_sentence(passage, target):
        return None
    told = DEFINED.match(passage.between(target.end, passage.end))
    return make_subject(target, SubjectFrom.WRITTEN) if told is not None else None


def find_in_row(passage: Passage, head: Cell) -> Subject | None:
    """What the head of a row names, in a column of compounds."""
    name = head.text.strip(" *_")
    if not NAMES.fullmatch(head.header.strip(" *_")) or len(name) > LONGEST_NAME or len(name.split()) > MOST_WORDS:
        return None
    known = any(m.label is Label.COMPOUND for m in passage.mentions if head.start <= m.start < head.end)
    return None if known or not name[:1].isupper() else _make(name, SubjectFrom.TABLE_ROW)


def _is_known(mentions: Sequence[Mention], start: int, end: int) -> bool:
    return any(m.start < end and start < m.end for m in mentions)


def _make(name: str, origin: SubjectFrom) -> Subject:
    return Subject(f"local:{name.casefold()}", name, name, origin, None)
