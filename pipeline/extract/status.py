"""Approval and registration: which words of law, in which jurisdictions, affirmed or not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.qualifiers import find_places, name_places
from pipeline.extract.statements import state
from pipeline.extract.subjects import Resolved, make_subject, resolve_subjects
from pipeline.page import Leftover
from pipeline.schema import Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.subjects import Topics
    from pipeline.page import Mention, Statement, Subject

APPROVAL = re.compile(
    r"\b(?:(?P<denied>un)?(?:approv(?:ed|al)|regist(?:ered|ration)|authori[sz](?:ed|ation)|licen[sc](?:ed|e|ing)))\b"
    r"|\b(?P<medicine>(?:approved |registered )?prescription (?:medicine|drug)|marketing authori[sz]ation)\b"
    r"|\bapproved (?:medicine|drug)\b",
    re.IGNORECASE,
)
ONLY = re.compile(r"^\s*(?:,\s*)?(?:only|alone)\b", re.IGNORECASE)
ONLY_BEFORE = re.compile(r"\bonly (?:in|by)\s+(?:the\s+)?$", re.IGNORECASE)
ANYWHERE = re.compile(
    r"\b(?:anywhere(?: in the world)?|in any (?:country|jurisdiction)|by any (?:agency|regulator|authority)|worldwide"
    r"|no approved human indication)\b",
    re.IGNORECASE,
)
# An approval of something else: "approved for research", "registered trial", "registered office".
OTHER_MATTER = re.compile(
    r"^\s*(?:trials?|stud(?:y|ies)|office|trade ?mark|users?|number|clinical trials?|report|protocol|company|in-vitro"
    r"|nurse|dietitian|substances?|for (?:research|laboratory)|suppliers?"
    r"|(?:503[AB] )?(?:outsourcing|compounding|manufacturing|production)|facilit|pharmac|labs?)\w*",
    re.IGNORECASE,
)


def read_approvals(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The approval claims of a sentence."""
    seen: set[tuple[str, str | None, Polarity]] = set()
    for match in APPROVAL.finditer(passage.text):
        at = passage.start + match.start(), passage.start + match.end()
        if OTHER_MATTER.match(passage.text[match.end() :]):
            continue
        places = [place for place in find_places(passage, at[0]) if place[0].concept_id not in NO_REGULATORS]
        if not places and not ANYWHERE.search(passage.between(*passage.clause(at[0]))):
            continue
        skip = tuple(place for place, _ in places)
        resolved = _read_object(passage, at[1]) or resolve_subjects(passage, at[0], topics, skip=skip, loose=True)
        if not resolved.subjects:
            yield Leftover(passage.start, passage.end, Label.STATEMENT, f"approved_in: {resolved.reason}")
            continue
        for item in _make(passage, resolved.subjects, at, places, "status-approval", denied=bool(match["denied"])):
            key = item.subject.concept_id, item.object_id or item.object_text, item.polarity
            if key not in seen:
                seen.add(key)
                yield item


def _read_object(passage: Passage, end: int) -> Resolved | None:
    """ "The FDA approved bremelanotide": what was approved stands right behind."""
    behind = [m for m in passage.of(Label.COMPOUND) if 0 < m.start - end <= NEXT_WORDS]
    if not behind or not DIRECT.match(passage.between(end, behind[0].start)):
        return None
    return Resolved((make_subject(behind[0], SubjectFrom.WRITTEN),))


# "approved the first peptide, bremelanotide"
NEXT_WORDS = 24
DIRECT = re.compile(r"^(?:\s+|\s+of\s+)(?:the\s+|a\s+)?(?:drug\s+|peptide\s+|medicine\s+)?[*_]*$", re.IGNORECASE)


def read_status(
    passage: Passage, subjects: tuple[Subject, ...], span: tuple[int, int], *, rule: str
) -> Iterator[Statement]:
    """The approval claims of a field's value, from page offset `span[0]` to `span[1]`."""
    for match in APPROVAL.finditer(passage.text, span[0] - passage.start, span[1] - passage.start):
        at = passage.start + match.start(), passage.start + match.end()
        places = find_places(passage, at[0])
        if not places and not ANYWHERE.search(passage.between(*span)):
            return
        yield from _make(passage, subjects, at, places, rule, denied=bool(match["denied"]))
        return


def _make(
    passage: Passage,
    subjects: tuple[Subject, ...],
    at: tuple[int, int],
    places: list[tuple[Mention, bool]],
    rule: str,
    *,
    denied: bool,
) -> Iterator[Statement]:
    purpose = _find_purpose(passage, at[1])
    inside = [place for place, out in places if not out]
    outside = [place for place, out in places if out]
    for subject in subjects:
        for place in inside:
            name = {"jurisdiction": place.concept or place.text, **purpose}
            made = state(passage, subject, "approved_in", rule, at=at, mention=place, negated=denied, context=name)
            yield _add_year(passage, made, at[1])
        if outside:
            yield _complement(passage, subject, at, outside, rule, negated=denied)
        elif inside and _is_only(passage, inside):
            yield _complement(passage, subject, at, inside, f"{rule}-only", negated=True)
        if not places:
            name = {"jurisdiction": "anywhere"}
            yield state(passage, subject, "approved_in", rule, at=at, words="anywhere", negated=denied, context=name)


# "not approved for weight loss" denies one use; "not approved for human use" denies the approval.
PURPOSE = re.compile(
    r"^[\s*_]*(?:drug |medicine )?(?:only )?for "
    r"(?P<purpose>(?:(?!(?:in|since|as of) (?:\w+ )?\d{4})[\w'’-]+ ){0,4}[\w'’-]+)",
    re.IGNORECASE,
)
ANY_PURPOSE = re.compile(
    r"^(?:any|human|therapeutic|medical|clinical|use|general|sale|marketing|consumption|animal|veterinary|its|the) ?"
    r"(?:\w+ )?(?:use|consumption|indications?|purposes?|therapeutic|medical|sale|condition|human|treatment)?\b",
    re.IGNORECASE,
)


def _find_purpose(passage: Passage, end: int) -> dict[str, str]:
    match = PURPOSE.match(passage.between(end, end + 80))
    if match is None or ANY_PURPOSE.match(match["purpose"]):
        return {}
    return {"population": match["purpose"]}


# Bodies with a list of their own that approve no medicine.
NO_REGULATORS = frozenset({"jurisdiction:wada"})
YEAR_REACH = 60  # code points behind "approved" in which a year is the year of the approval


def _add_year(passage: Passage, statement: Statement, end: int) -> Statement:
    last = passage.clause(end - 1)[1]
    years = [m for m in passage.of(Label.DATE) if m.quantity and end <= m.start <= min(last, end + YEAR_REACH)]
    if not years or statement.polarity is Polarity.NEGATED:
        return statement
    return replace(statement, quantity=years[0].quantity, value_text=years[0].text, uses=(*statement.uses, years[0]))


def _is_only(passage: Passage, places: list[Mention]) -> bool:
    behind = passage.between(places[-1].end, places[-1].end + 12)
    before = passage.between(places[0].start - 16, places[0].start)
    return bool(ONLY.match(behind) or ONLY_BEFORE.search(before))


def _complement(
    passage: Passage, subject: Subject, at: tuple[int, int], places: list[Mention], rule: str, *, negated: bool
) -> Statement:
    """ "Registered in Russia only": not approved in the rest of the world."""
    name = name_places([(place, True) for place in places]) or ""
    return state(
        passage,
        subject,
        "approved_in",
        rule,
        at=at,
        words=name,
        negated=negated,
        context={"jurisdiction": name},
        uses=tuple(places),
    )
