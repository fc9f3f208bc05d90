"""Approval and registration: which words of law, in which jurisdictions, affirmed or not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.extract.approvals import ANYWHERE, APPROVAL, NEAR, is_approval, is_refused
from pipeline.extract.guards import is_general
from pipeline.extract.keys import find_key
from pipeline.extract.naming import coordinate, is_oblique, make_subject
from pipeline.extract.qualifiers import find_places, name_places
from pipeline.extract.statements import state
from pipeline.extract.subjects import Resolved, resolve_subjects
from pipeline.lexicon import concept_index
from pipeline.page import Leftover, Quantity
from pipeline.schema import Comparator, Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.lexicon import Concept
    from pipeline.page import Cell, Mention, Statement, Subject

ONLY = re.compile(r"^\s*(?:,\s*)?(?:only|alone)\b", re.IGNORECASE)
ONLY_BEFORE = re.compile(r"\bonly (?:in|by)\s+(?:the\s+)?$", re.IGNORECASE)


def read_approvals(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The approval claims of a sentence."""
    if is_general(passage) or passage.text.rstrip(' *_"”').endswith("?"):  # "Approved in the UK?" asserts nothing
        return
    seen: set[tuple[str, str | None, Polarity]] = set()
    for match in APPROVAL.finditer(passage.text):
        at = passage.start + match.start(), passage.start + match.end()
        if not is_approval(passage, match) or _is_label(passage, at):
            continue
        places = _find_regulators(passage, at[0])
        following = APPROVAL.search(passage.text, match.end())
        last = passage.start + following.start() if following else passage.end
        places = [place for place in places if place[0].start < last] or places  # the rest is the next verb's
        places = places or _recall_places(passage, topics, at[0])
        places = [*places, *_find_exceptions(passage, at[1], places)]
        if match[0].casefold().startswith("followed") and not _is_regulator(passage, at[0]):
            continue
        if not places and not ANYWHERE.search(passage.between(*passage.clause(at[0]))):
            continue
        topics.places[passage.block.section] = tuple(place for place, _ in places) or topics.places.get(
            passage.block.section, ()
        )
        skip = tuple(place for place, _ in places)
        resolved = _read_object(passage, at[1]) or _read_relative(passage, at[0]) or _read_aside(passage, at[0])
        resolved = resolved or resolve_subjects(passage, at[0], topics, skip=skip, loose=True)
        if not resolved.subjects:
            yield Leftover(passage.start, passage.end, Label.STATEMENT, f"approved_in: {resolved.reason}")
            continue
        denied = is_refused(passage, match)
        for item in _make(passage, resolved.subjects, at, places, "status-approval", denied=denied):
            key = item.subject.concept_id, item.object_id or item.object_text, item.polarity
            if key not in seen:
                seen.add(key)
                yield item


# "the U.S. Anti-Doping Agency" names no place where anything is approved.
PART_OF_NAME = re.compile(r"^\s(?:Anti-Doping|National|Army|Navy|Military|Patent|Olympic)\b")


def _find_regulators(passage: Passage, start: int) -> list[tuple[Mention, bool]]:
    """The places of `find_places` that stand for a body which approves medicines, or for its country."""
    return [
        (place, out)
        for place, out in find_places(passage, start)
        if place.concept_id not in NO_REGULATORS
        and not PART_OF_NAME.match(passage.between(place.end, place.end + NEAR))
    ]


def _is_label(passage: Passage, at: tuple[int, int]) -> bool:
    """Whether the words are the name of a field, whose value tells whether they hold: "FDA approved: no"."""
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    return head is not None and head.start <= at[0] and at[1] <= head.end and find_key(head.text) is not None


def _is_regulator(passage: Passage, start: int) -> bool:
    """Whether a jurisdiction stands right in front: "the EMA followed in 2018"."""
    return any(0 <= start - m.end <= 1 for m in passage.of(Label.JURISDICTION))


# "Outside these countries it is not approved": the places of the sentence before.
OUTSIDE_THOSE = re.compile(
    r"\boutside (?:of )?(?:those|these) (?:jurisdictions|countries|two|places|markets|states|territories)\b",
    re.IGNORECASE,
)


# "It has no licence there": the last place of the sentence before.
THERE = re.compile(r"(?<!is )\bthere\b(?! (?:is|are|was|were|has|have|exists?)\b)", re.IGNORECASE)


def _recall_places(passage: Passage, topics: Topics, start: int) -> list[tuple[Mention, bool]]:
    clause = passage.between(*passage.clause(start))
    if THERE.search(clause):
        return [(place, False) for place in topics.places.get(passage.block.section, ())[-1:]]
    if not OUTSIDE_THOSE.search(clause):
        return []
    return [(place, True) for place in topics.places.get(passage.block.section, ())]


# "semaglutide, which the FDA approved in 2017": the noun in front of the comma.
RELATIVE = re.compile(r"^\s*(?:\([^()]*\)\s*)?,\s+(?:which|that)\s$", re.IGNORECASE)


def _read_relative(passage: Passage, start: int) -> Resolved | None:
    first = passage.clause(start)[0]
    named = [m for m in passage.of(Label.COMPOUND) if m.end <= first]
    if not named or not RELATIVE.match(passage.between(named[-1].end, first)):
        return None
    words = passage.between(first, start)
    if NEXT_CLAUSE.search(words):  # "…, which the FDA approved in 2017, Dihexa has": the main clause goes on
        main = [m for m in passage.of(Label.COMPOUND) if first + words.rfind(", ") < m.start < start]
        return Resolved((make_subject(main[0], SubjectFrom.WRITTEN),)) if main else None
    return Resolved((make_subject(named[-1], SubjectFrom.WRITTEN),))


# "In contrast with metformin, an approved drug in the United States, Dihexa is": the noun in front of the comma.
ASIDE = re.compile(
    r"^\s*(?:\([^()]*\)\s*)?,\s+(?:an?|the|already|long|now)\s+(?:[\w-]+\s+){0,3}[\w.-]*$", re.IGNORECASE
)


def _read_aside(passage: Passage, start: int) -> Resolved | None:
    named = [m for m in passage.of(Label.COMPOUND) if m.end <= start]
    if not named or not ASIDE.match(passage.between(named[-1].end, start)):
        return None
    if not named[-1].concept_id or not is_oblique(passage, named[-1]):
        return None
    return Resolved((make_subject(named[-1], SubjectFrom.WRITTEN),))


# A comma inside the relative clause ends it: "which the FDA approved in 2017, Dihexa has never been approved".
NEXT_CLAUSE = re.compile(r",\s")


def _read_object(passage: Passage, end: int) -> Resolved | None:
    """ "The FDA approved bremelanotide": what was approved stands right behind."""
    behind = [m for m in passage.of(Label.COMPOUND) if 0 < m.start - end <= NEXT_WORDS]
    if ATTRIBUTE.search(passage.between(passage.start, end)):
        return None
    if not behind or not DIRECT.match(passage.between(end, behind[0].start)):
        return None
    listed = coordinate(passage, [m for m in passage.of(Label.COMPOUND) if m.start >= behind[0].start])
    return Resolved(tuple(make_subject(mention, SubjectFrom.WRITTEN) for mention in listed))


# "Tesamorelin is the only FDA-approved GHRH analogue": the noun behind is what the subject is.
ATTRIBUTE = re.compile(
    r"\b(?:is|are|was|were|remains?|be|as)\s+(?:the|an?|one of the)\s+(?:[\w-]+\s+){0,2}[\w.]+-\w+$", re.IGNORECASE
)
# "approved the first peptide, bremelanotide"
NEXT_WORDS = 24
DIRECT = re.compile(r"^(?:\s+|\s+of\s+)(?:the\s+|a\s+)?(?:drug\s+|peptide\s+|medicine\s+)?[*_]*$", re.IGNORECASE)


def read_status(
    passage: Passage, subjects: tuple[Subject, ...], span: tuple[int, int], *, rule: str
) -> Iterator[Statement]:
    """The approval claims of a field's value, from page offset `span[0]` to `span[1]`."""
    for match in APPROVAL.finditer(passage.text, span[0] - passage.start, span[1] - passage.start):
        at = passage.start + match.start(), passage.start + match.end()
        places = _find_regulators(passage, at[0])
        if not places and not ANYWHERE.search(passage.between(*span)):
            return
        yield from _make(passage, subjects, at, places, rule, denied=bool(match["denied"]))
        return


# What a value says in short: yes and the year, or that there is none.
ANSWER = re.compile(
    r"^[^\w✓✔✅✗✘❌×]*(?:(?P<yes>(?:yes|true|approved)\b|[✓✔✅])|(?P<no>(?:no|not|none|never|nowhere|false)\b|[✗✘❌×]))",
    re.IGNORECASE,
)


def read_answer(passage: Passage, subject: Subject, cell: Cell, rule: str) -> Iterator[Statement]:
    """What a value such as "yes" or "no" says under a key that asks for the approval of one body: "FDA approved"."""
    head = next((other for other in passage.block.cells if other.is_head), None)
    heads = (text.replace("_", " ") for text in (cell.header, head.text if head else ""))  # "fda_approved: false"
    asked = next((text for text in heads if APPROVAL.search(text)), None)
    if asked is None or APPROVAL.search(cell.text):
        return
    inside = [m for m in passage.of(Label.JURISDICTION) if cell.start <= m.start < cell.end]
    if inside:  # "Approved: Russia (1996)"
        at = (inside[0].start, inside[-1].end)
        places = [place for place in find_places(passage, at[0]) if place[0] in inside]
        yield from _make(passage, (subject,), at, places, rule, denied=False)
        return
    if ANYWHERE.search(cell.text):  # "Licensed: nowhere"
        yield _deny_anywhere(passage, subject, (cell.start, cell.end), rule, negated=True)
    elif (answer := ANSWER.match(cell.text)) is not None or _begins_with_date(passage, cell):
        yield from _answer(passage, subject, cell, rule, asked, denied=bool(answer and answer["no"]))


def _begins_with_date(passage: Passage, cell: Cell) -> bool:
    """Whether a value says since when something holds: "June 2019 (premenopausal women)"."""
    return any(0 <= m.start - cell.start <= 1 for m in passage.of(Label.DATE))


def _answer(
    passage: Passage, subject: Subject, cell: Cell, rule: str, asked: str, *, denied: bool
) -> Iterator[Statement]:
    head = next((other for other in passage.block.cells if other.is_head), None)
    named = [m for m in passage.of(Label.JURISDICTION) if head and head.start <= m.start < head.end]
    place = next((row for word in WORD.findall(asked) for row in _look_up_place(word)), None)
    at = (cell.start, cell.end)
    if not named and place is None:
        return
    name = (named[0].concept or named[0].text) if named else (place.name if place else "")
    made = state(
        passage,
        subject,
        "approved_in",
        rule,
        at=at,
        mention=named[0] if named else None,
        words=name,
        object_id=None if named or place is None else place.id,
        context={"jurisdiction": name},
    )
    denied = denied or made.polarity is Polarity.NEGATED
    made = replace(made, polarity=Polarity.NEGATED if denied else Polarity.AFFIRMED)
    dates = [m for m in passage.of(Label.DATE) if m.quantity and cell.start <= m.start < cell.end]
    yield made if denied or not dates else replace(made, quantity=dates[0].quantity, value_text=dates[0].text)


WORD = re.compile(r"[\w.]+")


def name_approval(
    passage: Passage, subject: Subject, at: tuple[int, int], places: list[Mention], rule: str, *, everywhere: bool
) -> Iterator[Statement]:
    """An approval claim for each place that another passage names, or one on the whole world."""
    if everywhere and not places:
        yield _deny_anywhere(passage, subject, at, rule, negated=True)
    for place in places:
        if place.concept_id in NO_REGULATORS:
            continue
        name = place.concept or place.text
        yield state(
            passage,
            subject,
            "approved_in",
            rule,
            at=at,
            words=name,
            object_id=place.concept_id,
            context={"jurisdiction": name},
        )


def _look_up_place(word: str) -> list[Concept]:
    return [row for row in name_index().look_up(word) if row.label is Label.JURISDICTION]


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
            none = denied or _is_excepted(passage, place, at[1])
            made = state(passage, subject, "approved_in", rule, at=at, mention=place, negated=none, context=name)
            yield _add_year(passage, made, at[1])
        if outside:
            yield _complement(passage, subject, at, outside, rule, negated=denied)
        elif inside and _is_only(passage, inside):
            yield _complement(passage, subject, at, inside, f"{rule}-only", negated=True)
        if not places or (not outside and OTHER_AGENCY.search(passage.between(at[0], at[1] + YEAR_REACH))):
            yield _deny_anywhere(passage, subject, at, rule, negated=denied)


# "approved in Russia, not by the FDA": the denial stands behind the words of the approval.
EXCEPTED = re.compile(r"\bnot (?:yet )?(?:by|in|with) (?:the )?(?:U\.?S\.? )?$", re.IGNORECASE)


def _find_exceptions(passage: Passage, end: int, places: list[tuple[Mention, bool]]) -> Iterator[tuple[Mention, bool]]:
    """Places of a later clause that only denies: "approved in 35 countries, though not by the FDA"."""
    last = passage.clause(end - 1)[1]
    for place in passage.of(Label.JURISDICTION):
        new = all(place.concept_id != other.concept_id for other, _ in places)
        if new and place.start >= last and _is_excepted(passage, place, end):
            yield place, False
            return


def _is_excepted(passage: Passage, place: Mention, end: int) -> bool:
    """Whether a place behind the words of an approval is one where it does not hold."""
    return place.start >= end and bool(EXCEPTED.search(passage.between(max(end, place.start - NEAR), place.start)))


# "not approved by the FDA or by any other agency"
OTHER_AGENCY = re.compile(
    r"\bor (?:by |in )?any other (?:\w+ )?(?:agency|regulator|authority|country|jurisdiction|body)\b", re.IGNORECASE
)
WORLD = "jurisdiction:worldwide"


def _deny_anywhere(passage: Passage, subject: Subject, at: tuple[int, int], rule: str, *, negated: bool) -> Statement:
    """ "Not approved in any country": a statement on the whole world."""
    clause = passage.between(*passage.clause(at[0]))
    name = concept_index()[WORLD].name
    made = state(
        passage, subject, "approved_in", rule, at=at, words=name, object_id=WORLD, context={"jurisdiction": name}
    )
    none = negated or made.polarity is Polarity.NEGATED or bool(NOWHERE.search(clause))
    return replace(made, polarity=Polarity.NEGATED if none else made.polarity)


NOWHERE = re.compile(
    r"\b(?:nowhere|in no country|no (?:regulator|regulatory|country|agency|approved))\b", re.IGNORECASE
)


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
    return {"population": TRAILING.sub("", match["purpose"])}


# "hypoactive sexual desire disorder in": a purpose that was cut short ends with its last noun.
TRAILING = re.compile(r"(?:\s(?:in|of|for|and|or|with|by|the|an?|as|to))+$", re.IGNORECASE)


# Bodies with a list of their own that approve no medicine.
NO_REGULATORS = frozenset({"jurisdiction:wada"})
YEAR_REACH = 60  # code points behind "approved" in which a year is the year of the approval


# "In 2019 the FDA approved", "On June 21, 2019, the FDA"
OPENING_DATE = re.compile(r"^\W*(?:in|on|since|by|during)\s+(?:the\s+)?(?:(?:early|late|mid)[ -])?$", re.IGNORECASE)


# "Licensed in Japan since 2010": "since" begins no clause in front of a year.
SINCE = re.compile(r"^[\s,]*since\s+(?:\w+\s+){0,2}(?:19|20)\d\d\b", re.IGNORECASE)
# "approved by the FDA (2010)": a year alone in brackets, which no number is.
BRACKETED_YEAR = re.compile(r"^[^.;:()]{0,32}\((?P<year>(?:19|20)\d\d)\)")


def _add_year(passage: Passage, statement: Statement, end: int) -> Statement:
    first, last = passage.clause(end - 1)
    if SINCE.match(passage.between(last, last + YEAR_REACH)):
        last = passage.end
    dates = [m for m in passage.of(Label.DATE) if m.quantity]
    years = [m for m in dates if end <= m.start <= min(last, end + YEAR_REACH)]
    years = years or [m for m in dates if m.start >= first and OPENING_DATE.match(passage.between(first, m.start))]
    if statement.polarity is Polarity.NEGATED:
        return statement
    if not years and (written := BRACKETED_YEAR.match(passage.between(end, min(last, end + YEAR_REACH)))) is not None:
        year = Quantity(float(written["year"]), None, Comparator.EQUAL, "a", written["year"], 0)
        return replace(statement, quantity=year, value_text=written["year"])
    if not years:
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
