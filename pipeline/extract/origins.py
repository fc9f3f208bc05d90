"""Claims on what a compound comes from that no verb makes: analogues of a hormone, a second clause without a verb."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract.kinds import opens_as_kind
from pipeline.extract.naming import coordinate, is_subject, make_subject
from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement, Subject

LOOK_BACK = 160  # code points in front of a name


def read_origins(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """What the compounds of a passage are analogues or stretches of."""
    yield from _read_gapped(passage)
    yield from _read_analogues(passage, topics)
    yield from _read_stretches(passage)


# "Semax comes from ACTH and Selank from tuftsin": the second clause leaves its verb out.
COMES = re.compile(r"\b(?:comes?|derived?|derives|originates?|made|cut|taken|stems?) from\b[^.;]*$", re.IGNORECASE)
NEXT_NAME = re.compile(r"(?:,|;|\band|\bwhile)\s+(?:the\s+)?$", re.IGNORECASE)
FROM = re.compile(r"^\s+from\s+(?:the\s+)?$", re.IGNORECASE)


def _read_gapped(passage: Passage) -> Iterator[Statement]:
    for name, origin in pairwise(passage.of(Label.COMPOUND)):
        before = passage.between(max(passage.start, name.start - LOOK_BACK), name.start)
        gapped = FROM.match(passage.between(name.end, origin.start)) and NEXT_NAME.search(before)
        if gapped and COMES.search(before) and is_subject(name) and name.concept_id:
            at, subject = (origin.start, origin.end), make_subject(name, SubjectFrom.WRITTEN)
            yield state(passage, subject, "derived_from", "fact-gapped", at=at, mention=origin)


# "a GHRH analogue", one name of a class in which the name of the parent stands.
ANALOGUES = re.compile(r"[\s-](?:analog(?:ue)?|mimetic|derivative)s?$", re.IGNORECASE)
# "tesamorelin is a long-acting GHRH analogue", "sermorelin and tesamorelin are GHRH analogues"
CALLED = re.compile(
    r"\b(?:is|are|was|were|as|being|both|remains?|represents?)\s+(?:(?:an?|the|one of the|both|all|among the)\s+)?"
    r"(?:[\w-]+,?\s+){0,4}$",
    re.IGNORECASE,
)
# "tesamorelin, a stabilised GHRH analogue"
APPOSED = re.compile(r"^(?:\s*\([^()]*\))?\s*(?:,|[—–(])\s*(?:an?|the|another)\s+(?:[\w-]+,?\s+){0,3}$", re.IGNORECASE)
# "GHRH analogues such as sermorelin and tesamorelin", "the GHRH analogue tesamorelin"
SUCH_AS = re.compile(r"^,?\s+(?:\(|such as|like|including|e\.g\.,?|for example,?|namely)?\s*$|^\s*\((?:e\.g\.,?\s*)?$")


POSSESSED = re.compile(r"^['’]s?")  # "a GHRH analogue (CJC-1295's older cousin)"


def _read_analogues(passage: Passage, topics: Topics) -> Iterator[Statement]:
    for name in passage.of(Label.COMPOUND):
        if not ANALOGUES.search(name.text):
            continue
        parents = [
            m for m in passage.nested if m.label is Label.COMPOUND and m.start == name.start and m.end < name.end
        ]
        for parent in parents[:1]:
            at = parent.start, parent.end
            for subject in _list_members(passage, name, topics):
                if subject.concept_id != parent.concept_id:
                    yield state(passage, subject, "analog_of", "fact-analogue", at=at, mention=parent)


def _list_members(passage: Passage, name: Mention, topics: Topics) -> tuple[Subject, ...]:
    """What is called by the name of a class, in front of it or behind."""
    others = [m for m in passage.of(Label.COMPOUND) if m is not name and is_subject(m) and m.concept_id]
    behind = [m for m in others if m.start >= name.end]
    listed = behind and SUCH_AS.match(passage.between(name.end, behind[0].start))
    if listed and not POSSESSED.match(passage.between(behind[0].end, behind[0].end + 2)):
        members = coordinate(passage, behind) if name.text.endswith("s") else behind[:1]
        return tuple(make_subject(m, SubjectFrom.WRITTEN) for m in members)
    before = [m for m in others if m.end <= name.start]
    if before and APPOSED.match(passage.between(before[-1].end, name.start)):
        return (make_subject(before[-1], SubjectFrom.WRITTEN),)
    called = CALLED.search(passage.between(passage.clause(name.start)[0], name.start))
    if called is None and not opens_as_kind(passage):
        return ()
    return resolve_subjects(passage, name.start, topics, skip=(name,)).subjects


# A stretch stands for its compound: "KPV: residues 11–13 of alpha-MSH", "residues 177–191 … make up AOD-9604".
STANDS_FOR = re.compile(r"^\s*(?:[:=]|[—–](?=\s))\s*(?:the\s+)?$")
MAKES_UP = re.compile(
    r"^\s+(?:make up|form|constitute|are|give)\s+(?:the\s+(?:\w*peptide|drug|fragment)\s+)?$", re.IGNORECASE
)


def _read_stretches(passage: Passage) -> Iterator[Statement]:
    names = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and m.concept_id]
    for stretch in passage.of(Label.FRAGMENT):
        for name in names:
            parent = stretch.fragment.parent_id if stretch.fragment is not None else None
            told = STANDS_FOR.match(passage.between(name.end, stretch.start)) if name.end <= stretch.start else None
            told = told or (
                MAKES_UP.match(passage.between(stretch.end, name.start)) if stretch.end <= name.start else None
            )
            if told and name.concept_id != parent:
                at, subject = (stretch.start, stretch.end), make_subject(name, SubjectFrom.WRITTEN)
                yield state(passage, subject, "contains_fragment", "fact-stretch", at=at, mention=stretch)
                break
