"""Answers that leave out what their question has said: "No.", "Four.", "By the nose.", "In 1982."."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_subject
from pipeline.extract.numbers import NO_ROUTES
from pipeline.extract.statements import state
from pipeline.extract.status import ANYWHERE, APPROVAL, is_other_matter, name_approval
from pipeline.page import Quantity
from pipeline.schema import Comparator, Label, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Block, Mention, Statement, Subject

ANSWERED = "question-answered"
# "No.", "Yes, in 2010", "Not yet."; not "No large trial has".
VERDICT = re.compile(
    r"^\W*(?:A:\s*)?(?:(?P<yes>yes|yep|correct)|(?P<no>no|nope|never|nowhere|not (?:yet|currently|at present|so far)))"
    r"\s*(?:[.,;:!—–-]|$)",
    re.IGNORECASE,
)
LEAD = 40  # code points of an answer in which what was asked for begins
RESIDUE = "{residue}"


def read_answers(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """What the first sentence of an answer says of the compound of its question."""
    block = passage.block
    if block.question is None or block.index != block.question + 1 or passage.start != block.start:
        return
    subjects = topics.implied(block)
    if len(subjects) != 1 or any(is_subject(m) and m.start < passage.start + LEAD for m in passage.mentions):
        return
    asked = topics.annotated.page.blocks[block.question]
    words = topics.annotated.page.text[asked.start : asked.end]
    yield from _read_verdict(passage, subjects[0], words, _find_places(topics, asked))
    for asks, read in READERS:
        if (match := asks.search(words)) is not None:
            yield from read(passage, subjects[0], match)


def _find_places(topics: Topics, asked: Block) -> list[Mention]:
    """The jurisdictions that a question names."""
    mentions = topics.annotated.mentions
    first = bisect_left(mentions, asked.start, key=lambda m: m.start)
    last = bisect_left(mentions, asked.end, key=lambda m: m.start)
    return [m for m in mentions[first:last] if m.label is Label.JURISDICTION]


def _read_verdict(passage: Passage, subject: Subject, words: str, places: list[Mention]) -> Iterator[Statement]:
    """ "Is Semax approved by the FDA?", "No.": the question has the place, else the answer has it."""
    verdict, approval = VERDICT.match(passage.text), APPROVAL.search(words)
    if verdict is None or approval is None or is_other_matter(words[approval.end() :]):
        return
    first = passage.start, passage.start + verdict.end("no" if verdict["no"] else "yes")
    clause = passage.clause(first[0])
    places = places or [m for m in passage.of(Label.JURISDICTION) if clause[0] <= m.start < clause[1]]
    everywhere = verdict["no"] is not None and bool(ANYWHERE.search(words) or ANYWHERE.search(verdict["no"]))
    for made in name_approval(passage, subject, first, places, ANSWERED, everywhere=everywhere):
        denied = (verdict["no"] is not None) != bool(approval["denied"])
        yield replace(
            made, polarity=Polarity.NEGATED if denied else Polarity.AFFIRMED, cue=verdict["no"] if denied else None
        )


def _read_count(passage: Passage, subject: Subject, _: re.Match[str]) -> Iterator[Statement]:
    for number in _first(passage, Label.QUANTITY):
        if number.quantity is not None and number.quantity.unit in ("", RESIDUE):
            quantity = replace(number.quantity, unit=RESIDUE)
            at = (number.start, number.end)
            yield state(passage, subject, "residue_count", ANSWERED, at=at, mention=number, quantity=quantity)


def _read_sequence(passage: Passage, subject: Subject, _: re.Match[str]) -> Iterator[Statement]:
    for residues in _first(passage, Label.SEQUENCE):
        if residues.peptide is not None:
            yield state(passage, subject, "sequence", ANSWERED, at=(residues.start, residues.end), mention=residues)


def _read_routes(passage: Passage, subject: Subject, _: re.Match[str]) -> Iterator[Statement]:
    last = passage.clause(passage.start)[1]
    for route in passage.of(Label.ROUTE):
        if route.start < last and route.concept_id not in NO_ROUTES:
            made = state(passage, subject, "route", ANSWERED, at=(route.start, route.end), mention=route)
            if made.polarity is Polarity.AFFIRMED:
                yield made


# "The Institute of Molecular Genetics in Moscow", "It was made by Jane Sample".
WHO = re.compile(
    r"^\W*(?:A:\s*)?(?:It was \w+ (?:by|at) )?(?:by |at )?(?:the )?"
    r"(?P<name>(?:Dr\. )?[A-Z][\w&’'-]+(?:(?: (?:of|for|and|the|de)){0,2} [A-Z][\w&’'-]+){1,8})"
)


def _read_developer(passage: Passage, subject: Subject, _: re.Match[str]) -> Iterator[Statement]:
    if (who := WHO.match(passage.text)) is not None:
        at = passage.start + who.start("name"), passage.start + who.end("name")
        yield state(passage, subject, "developed_by", ANSWERED, at=at, words=who["name"])


FOUND = re.compile(r"discovered|isolated|identified|described|found", re.IGNORECASE)


def _read_year(passage: Passage, subject: Subject, asks: re.Match[str]) -> Iterator[Statement]:
    predicate = "isolated_when" if FOUND.search(asks[0]) else "developed_when"
    for date in _first(passage, Label.DATE):
        if date.quantity is not None:
            at = (date.start, date.end)
            yield state(passage, subject, predicate, ANSWERED, at=at, mention=date, quantity=date.quantity)
            return
    year = BARE_YEAR.match(passage.text)
    if year is not None:
        at = passage.start + year.start("year"), passage.start + year.end("year")
        quantity = Quantity(float(year["year"]), None, Comparator.EQUAL, "a", year["year"], 0)
        yield state(passage, subject, predicate, ANSWERED, at=at, quantity=quantity, words=year["year"])


BARE_YEAR = re.compile(r"^\W*(?:A:\s*)?(?:in |around |about )?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)


def _first(passage: Passage, label: Label) -> list[Mention]:
    """The first thing of a kind, where an answer begins with it."""
    return [m for m in passage.of(label)[:1] if m.start - passage.start <= LEAD]


MADE = r"(?:developed|created|invented|designed|synthesi[sz]ed|discovered|isolated|identified|first described)"
READERS = (
    (re.compile(r"\bhow many (?:amino[- ]acids?|residues)\b", re.IGNORECASE), _read_count),
    (re.compile(r"\b(?:what|which|give)\b.*\bsequence\b", re.IGNORECASE), _read_sequence),
    (
        re.compile(
            r"\bhow (?:is|are|do|does|should|can|was)\b.*\b"
            r"(?:given|taken?|administer(?:ed)?|applied|delivered|injected)\b",
            re.IGNORECASE,
        ),
        _read_routes,
    ),
    (re.compile(rf"\bwho\b.*\b{MADE}", re.IGNORECASE), _read_developer),
    (re.compile(rf"\b(?:when|what year)\b.*\b{MADE}", re.IGNORECASE), _read_year),
)
