"""Approval and registration: which words of law, in which jurisdictions, affirmed or not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.approvals import ANYWHERE, APPROVAL, NEAR, is_approval, is_refused
from pipeline.extract.guards import is_general
from pipeline.extract.keys import find_key
from pipeline.extract.kinds import find_kind
from pipeline.extract.naming import coordinate, is_oblique, make_subject
from pipeline.extract.qualifiers import find_places, name_places
from pipeline.extract.since import SINCE, YEAR_REACH, add_year
from pipeline.extract.statements import state
from pipeline.extract.subjects import Resolved, resolve_subjects
from pipeline.lexicon import concept_index
from pipeline.page import Leftover
from pipeline.schema import Label, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement, Subject

ONLY = re.compile(r"^\s*(?:,\s*)?(?:only|alone)\b", re.IGNORECASE)
ONLY_BEFORE = re.compile(r"\bonly (?:in|by)\s+(?:the\s+)?$", re.IGNORECASE)


def read_approvals(passage: Passage, topics: Topics) -> Iterator[Statement | Leftover]:
    """The approval claims of a sentence."""
    if is_general(passage) or passage.text.rstrip(' *_"”').endswith("?"):  # "Approved in the UK?"
        return
    seen: set[tuple[str, str | None, Polarity]] = set()
    for match in APPROVAL.finditer(passage.text):
        at = passage.start + match.start(), passage.start + match.end()
        if not is_approval(passage, match) or _is_label(passage, at) or _is_of_others(passage, *at):
            continue
        places = _settle_places(passage, topics, at, _find_granting(passage, match))
        if match[0].casefold().startswith("followed") and not _is_regulator(passage, at[0]):
            continue
        if not places and not ANYWHERE.search(passage.between(*passage.clause(at[0]))):
            continue
        topics.places[passage.block.section] = tuple(place for place, _ in places) or topics.places.get(
            passage.block.section, ()
        )
        skip = tuple(place for place, _ in places)
        resolved = (
            _read_kind(passage, at[1], topics) or _read_object(passage, at[1]) or _read_pronoun(passage, at[1], topics)
        )
        resolved = resolved or _read_relative(passage, at[0]) or _read_aside(passage, at[0])
        resolved = resolved or resolve_subjects(passage, at[0], topics, skip=skip, loose=True, shared=True)
        if not resolved.subjects:
            yield Leftover(passage.start, passage.end, Label.STATEMENT, f"approved_in: {resolved.reason}")
            continue
        denied = is_refused(passage, match)
        for item in make_approvals(passage, resolved.subjects, at, places, "status-approval", denied=denied):
            key = item.subject.concept_id, item.object_id or item.object_text, item.polarity
            if key not in seen:
                seen.add(key)
                yield item


def _read_kind(passage: Passage, end: int, topics: Topics) -> Resolved | None:
    """The text's own compound, of which a line tells only the kind: "FDA-approved GHRH analogue"."""
    kind, own = find_kind(passage), passage.implied or topics.implied(passage.block)
    return Resolved(own) if kind is not None and kind >= end and len(own) == 1 else None


# "For US use; marketed in about 35 countries": which they are nobody says, and not those named in front.
IN_MANY = re.compile(
    r"^[^.;,()]{0,32}\bin\s+(?:\w+\s+){0,2}[~≈>]?\d+\+?\s+(?:\w+\s+)?(?:countries|nations|markets|jurisdictions)\b",
    re.IGNORECASE,
)
LONGEST_MANY = 80  # code points behind the words of an approval


def _find_granting(passage: Passage, match: re.Match[str]) -> list[tuple[Mention, bool]]:
    """The places that the words of an approval themselves name, less those of the next words of approval."""
    start, end = passage.start + match.start(), passage.start + match.end()
    places = find_regulators(passage, start)
    following = APPROVAL.search(passage.text, match.end())
    if following is not None:
        last = _find_end(passage, following)
        turns = TURNS.search(passage.text, match.end(), following.start())
        taken = turns or last < passage.start + following.start()
        places = [place for place in places if place[0].start < last] or ([] if taken else places)
    if BY_NOBODY.search(passage.between(passage.clause(start)[0], start)):
        places = [place for place in places if place[0].start < start]
    if IN_MANY.match(passage.between(end, end + LONGEST_MANY)):
        places = [place for place in places if place[0].start >= start]
    return places


def _find_end(passage: Passage, following: re.Match[str]) -> int:
    """Where the next words of approval begin, with the body that hangs on them: "marketed there, not FDA-approved"."""
    last = passage.start + following.start()
    hung = (m.start for m in passage.of(Label.JURISDICTION) if m.end < last and passage.between(m.end, last) == "-")
    return next(hung, last)


# "Better than all currently FDA-approved medications": others are approved.
OTHERS = re.compile(
    r"\b(?:all|other|any|most|existing|current(?:ly)?|available|than|both|several|many)\s+(?:(?!are\b|were\b)\w+\s+)?"
    r"(?:[A-Z]+-)?$"
)
MANY = re.compile(
    r"^\s+(?:[\w-]+\s+){0,3}(?:medications|drugs|medicines|therapies|treatments|options|agents|peptides)\b"
)


def _is_of_others(passage: Passage, start: int, end: int) -> bool:
    """Whether what is approved are other drugs, told by their kind."""
    others = OTHERS.search(passage.between(passage.clause(start)[0], start))
    return others is not None and MANY.match(passage.between(end, passage.end)) is not None


def _settle_places(
    passage: Passage, topics: Topics, at: tuple[int, int], places: list[tuple[Mention, bool]]
) -> list[tuple[Mention, bool]]:
    """The places of an approval with those that an earlier sentence or a later exception names; none for the world."""
    places = places or _recall_places(passage, topics, at[0])
    places = [*places, *_find_exceptions(passage, at[1], places)]
    return [] if _is_anywhere(passage, at[1], places) else places


def _is_anywhere(passage: Passage, end: int, places: list[tuple[Mention, bool]]) -> bool:
    """ "Not approved anywhere, and the FDA lists it": the places behind are of another clause."""
    told = ANYWHERE.search(passage.text, end - passage.start, end - passage.start + NEAR)
    if told is None or not places or "," in told.string[end - passage.start : told.start()]:
        return False
    first = min(place.start for place, _ in places)
    return first >= passage.start + told.end() and "," in passage.between(passage.start + told.end(), first)


# "no full approval with one exception: it is marketed in": what follows is another matter.
TURNS = re.compile(r"\b(?:exceptions?|except|but|yet|however|though|although|only|whereas|while)\b", re.IGNORECASE)


# "the U.S. Anti-Doping Agency" names no place where anything is approved.
PART_OF_NAME = re.compile(r"^\s(?:Anti-Doping|National|Army|Navy|Military|Patent|Olympic)\b")


def find_regulators(passage: Passage, start: int) -> list[tuple[Mention, bool]]:
    """The places of `find_places` that stand for a body which approves medicines, or for its country."""
    last = passage.clause(start)[1]
    found = find_places(passage, start)
    if SINCE.match(passage.between(last, last + YEAR_REACH)):  # "Licensed since 2002 (US) and 2003 (EU)"
        found = [*found, *(place for place in find_places(passage, last + 1 + len("since")) if place[0].start >= last)]
    kept = [
        (place, out)
        for place, out in {place.concept_id: (place, out) for place, out in reversed(found)}.values()
        if place.concept_id not in NO_REGULATORS
        and not PART_OF_NAME.match(passage.between(place.end, place.end + NEAR))
    ]
    return [*_find_granter(passage, start, kept), *reversed(kept)]


# "The FDA granted approval in 2004 and the European Commission in 2005": the first one stands in front.
GRANTS = re.compile(
    r"^\s+(?:has |had |first |then |later |finally |\w+ly )*"
    r"(?:gave|gives|given|granted|grants|issued|conferred|awarded|bestowed)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)


def _find_granter(passage: Passage, start: int, places: list[tuple[Mention, bool]]) -> list[tuple[Mention, bool]]:
    """The body in front that gives an approval, where other places stand behind."""
    if not places or places[0][0].start < start:
        return []
    known = {place.concept_id for place, _ in places}
    return [
        (place, False)
        for place in passage.near(passage.clause(start)[0], start)
        if place.label is Label.JURISDICTION
        and place.concept_id not in known
        and GRANTS.match(passage.between(place.end, start))
    ]


# "No regulator has licensed it, and the FDA's designation is none": what follows names no place of this denial.
BY_NOBODY = re.compile(
    r"\b(?:no (?:[a-z]+ ){0,3}(?:regulator|agency|authority|body|country|government)|nobody|no[- ]one)"
    r" (?:[a-z]+ ){0,4}$",
    re.IGNORECASE,
)


def _is_label(passage: Passage, at: tuple[int, int]) -> bool:
    """Whether the words are the name of a field, whose value tells whether they hold: "FDA approved: no"."""
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    return head is not None and head.start <= at[0] and at[1] <= head.end and find_key(head.text) is not None


def _is_regulator(passage: Passage, start: int) -> bool:
    """Whether a jurisdiction stands right in front: "the EMA followed in 2018"."""
    return any(0 <= start - m.end <= 1 for m in passage.of(Label.JURISDICTION))


# "Outside these countries it is not approved": the places of the sentence before.
OUTSIDE_THOSE = re.compile(
    r"\boutside (?:of )?(?:those|these) (?:jurisdictions|countries|two|places|markets|states|territories)\b"
    r"|\bnowhere else\b|\bno other (?:country|jurisdiction|market|state|territory)\b",
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


# "Neither the FDA nor the EMA has approved it"
PRONOUN = re.compile(r"^\s+(?:it|this (?:peptide|drug|compound|molecule))\b", re.IGNORECASE)


def _read_pronoun(passage: Passage, end: int, topics: Topics) -> Resolved | None:
    """Whom "it" means right behind the words of an approval, where the sentence names no compound in front of it."""
    if not PRONOUN.match(passage.between(end, passage.end)) or any(m.end <= end for m in passage.of(Label.COMPOUND)):
        return None
    last, implied = topics.recall(passage.block), passage.implied or topics.implied(passage.block)
    if last is not None:
        return Resolved((last,))
    return Resolved(implied) if len(implied) == 1 else None


# "Tesamorelin is the only FDA-approved GHRH analogue": the noun behind is what the subject is.
ATTRIBUTE = re.compile(
    r"\b(?:is|are|was|were|remains?|be|as)\s+(?:the|an?|one of the)\s+(?:[\w-]+\s+){0,2}[\w.]+-\w+$", re.IGNORECASE
)
# "approved the first peptide, bremelanotide"
NEXT_WORDS = 24
DIRECT = re.compile(r"^(?:\s+|\s+of\s+)(?:the\s+|a\s+)?(?:drug\s+|peptide\s+|medicine\s+)?[*_]*$", re.IGNORECASE)


def name_approval(
    passage: Passage, subject: Subject, at: tuple[int, int], places: list[Mention], rule: str, *, everywhere: bool
) -> Iterator[Statement]:
    """An approval claim for each place that another passage names, or one on the whole world."""
    if everywhere and not places:
        yield deny_anywhere(passage, subject, at, rule, negated=True)
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


def make_approvals(
    passage: Passage,
    subjects: tuple[Subject, ...],
    at: tuple[int, int],
    places: list[tuple[Mention, bool]],
    rule: str,
    *,
    denied: bool,
) -> Iterator[Statement]:
    """The approval claims of words at `at` for each place, for what lies outside of them, or for the whole world."""
    purpose = _find_purpose(passage, at[1])
    inside = [place for place, out in places if not out]
    outside = [place for place, out in places if out]
    for subject in subjects:
        for place in inside:
            name = {"jurisdiction": place.concept or place.text, **purpose}
            none = denied or _is_excepted(passage, place, at[1])
            made = state(passage, subject, "approved_in", rule, at=at, mention=place, negated=none, context=name)
            yield add_year(passage, made, at[1], place, inside)
        if outside:
            yield _complement(passage, subject, at, outside, rule, negated=denied)
        elif inside and _is_only(passage, inside):
            yield _complement(passage, subject, at, inside, f"{rule}-only", negated=True)
        if not places or (not outside and OTHER_AGENCY.search(passage.between(at[0], at[1] + YEAR_REACH))):
            yield deny_anywhere(passage, subject, at, rule, negated=denied)


# "approved in Russia, not by the FDA", "regional approval (not US FDA)": the denial stands behind the approval.
EXCEPTED = re.compile(
    r"(?:\bnot (?:yet )?(?:by|in|with)|[(,;–—]\s*not(?: yet)?) (?:the )?(?:U\.?S\.? )?$", re.IGNORECASE
)


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
    r"\bor (?:by |in |from )?any(?:(?:one|body) else"
    r"| other (?:\w+ )?(?:agency|regulator|authority|country|jurisdiction|body))\b",
    re.IGNORECASE,
)
WORLD = "jurisdiction:worldwide"


def deny_anywhere(passage: Passage, subject: Subject, at: tuple[int, int], rule: str, *, negated: bool) -> Statement:
    """ "Not approved in any country": a statement on the whole world."""
    clause = passage.between(*passage.clause(at[0]))
    name = concept_index()[WORLD].name
    made = state(
        passage, subject, "approved_in", rule, at=at, words=name, object_id=WORLD, context={"jurisdiction": name}
    )
    none = negated or made.polarity is Polarity.NEGATED or bool(NOWHERE.search(clause))
    return replace(made, polarity=Polarity.NEGATED if none else made.polarity)


NOWHERE = re.compile(
    r"\b(?:nowhere|in no country|no (?:\w+ ){0,2}?(?:regulator|regulatory|country|agency|body|approved)|nobody"
    r"|no[- ]one)\b",
    re.IGNORECASE,
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
