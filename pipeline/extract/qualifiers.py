"""What surrounds a claim: polarity, certainty, evidence, context and the citations that bear on it."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Literal

from pipeline.extract.needs import Index
from pipeline.lexicon import LexiconRow, read_rows, remember, remember_last
from pipeline.schema import Certainty, CitationRole, Evidence, Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention


class Qualifier(LexiconRow):
    """Words that tell a context column or the kind of evidence."""

    column: Literal["analyte", "population", "arm", "matrix", "evidence", "form", "timepoint", "comparand"]
    value: str
    trigger: str


# Strongest first: what a reader would weigh most among the kinds that a passage names.
STRONGEST = (Evidence.HUMAN, Evidence.REVIEW, Evidence.ANIMAL, Evidence.IN_VITRO, Evidence.ANECDOTAL)

CONCEPT_COLUMNS = {Label.SPECIES: "species", Label.ROUTE: "route", Label.MATRIX: "matrix"}

# Code points around an object in which "mRNA" or "protein" still tells what of it was measured.
ANALYTE_REACH = 28


# Code points around a mass or formula in which a salt still belongs to it, and what parts it from the next one.
FORM_REACH = 40
PART_END = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|(?P<end>;\s)")  # a semicolon, but for those between works in brackets
SENTENCE_PART = re.compile(r"[;.,|]\s|\bor\b|\band\b")
# Columns that are read beside the object, not in the whole clause.
WORDED = frozenset({"evidence", "analyte", "form"})


@remember
def _triggers() -> tuple[tuple[Qualifier, re.Pattern[str]], ...]:
    return tuple((row, re.compile(row.trigger, re.IGNORECASE)) for row in read_rows("qualifiers", Qualifier))


@remember
def _index() -> Index:
    return Index(row.trigger for row, _ in _triggers())


@remember_last(8)
def find_qualifiers(text: str) -> tuple[Qualifier, ...]:
    """The rows whose words stand in a text, in file order; claims of one sentence ask for the same few texts."""
    found = (_triggers()[number] for number in _index().list_candidates(text))
    return tuple(row for row, trigger in found if trigger.search(text))


# "…, but human data are scarce": a species that the sentence sets against the rest.
ASIDE = re.compile(
    r"\bhuman (?:data|evidence|trials?|studies|safety|cells?|use|consumption)\b|\bin humans? (?:is|are|has)\b",
    re.IGNORECASE,
)


def judge_evidence(passage: Passage, certainty: Certainty) -> Evidence:
    """The strongest kind of evidence that the passage names."""
    named = {row.value for row in find_qualifiers(passage.text) if row.column == "evidence"}
    if certainty is Certainty.ANECDOTAL:
        named.add(Evidence.ANECDOTAL)
    return next((kind for kind in STRONGEST if kind in named), Evidence.UNSTATED)


def read_context(passage: Passage, start: int, end: int, *, tissue: Mention | None = None) -> dict[str, str]:
    """Context columns for a claim whose object or number stands from page offset `start` to `end`."""
    first, last = passage.clause(start)
    context: dict[str, str] = {}
    for label, column in CONCEPT_COLUMNS.items():
        inside = _drop_general([m for m in passage.of(label) if first <= m.start < last])
        near = _find_nearest(passage, inside, start)
        if near is not None and not start <= near.start < end:
            context[column] = near.concept or near.text
    named = passage.of(Label.SPECIES)
    if "species" not in context and len({m.concept_id for m in named}) == 1 and not ASIDE.search(passage.text):
        context["species"] = named[0].concept or named[0].text
    if tissue is not None:
        context["tissue"] = tissue.concept or tissue.text
    clause = passage.between(max(first, start - FAR), min(last, end + FAR))
    piece = passage.between(*piece_of(passage, start))
    # Of several values each has its own; what a later clause speaks of is not what an earlier one was said of.
    around = (
        piece
        if has_condition(piece)
        else passage.between(max(passage.start, start - FAR), min(max(last, end), end + FAR))
    )
    clause = piece if has_condition(piece) else clause
    told = [row for row in find_qualifiers(clause) if row.column not in WORDED and row.column != "matrix"]
    told += [row for row in find_qualifiers(around) if row.column == "matrix"]
    for row in told:
        context.setdefault(row.column, row.value)
    return context


INJECTED = "route:parenteral"
NEXT_WORD = 8  # code points behind "injected" in which the way begins: "injected deep subcutaneously"


def _drop_general(named: list[Mention]) -> list[Mention]:
    """The names less the injection that the next one tells the way of: "injected subcutaneously"."""
    return [
        m
        for m in named
        if m.concept_id != INJECTED
        or not any(0 <= other.start - m.end <= NEXT_WORD for other in named if other is not m)
    ]


# Where the words on one of several values part from those on the next.
FAR = 400  # code points before and behind a number in which words still tell its context
LONGEST_PIECE = 240  # code points before and behind a number
PIECE_BREAK = re.compile(r"[;,|]\s|\s(?:and|or|but|then)\s|\.\s")


def piece_of(passage: Passage, at: int) -> tuple[int, int]:
    """Start and end, in page offsets, of the words between two commas or the like that hold offset `at`."""
    low, high = max(0, at - passage.start - LONGEST_PIECE), min(len(passage.text), at - passage.start + LONGEST_PIECE)
    start, end = passage.start + low, passage.start + high
    for match in PIECE_BREAK.finditer(passage.text, low, high):
        if passage.start + match.end() <= at:
            start = passage.start + match.end()
        elif passage.start + match.start() >= at:
            end = passage.start + match.start()
            break
    return start, end


def has_condition(words: str) -> bool:
    """Whether words name the material or the time that a value holds for."""
    return any(row.column in CONDITION_COLUMNS for row in find_qualifiers(words))


CONDITION_COLUMNS = frozenset({"matrix", "timepoint"})


def read_analyte(passage: Passage, start: int, end: int) -> str | None:
    """mRNA, protein or activity when the words right behind an object say so."""
    behind = passage.between(end, end + ANALYTE_REACH)
    before = passage.between(start - ANALYTE_REACH, start)
    for text in (behind, before):
        for row in find_qualifiers(text):
            if row.column == "analyte":
                return row.value
    return None


# "outside Russia and Ukraine": a place that is left out.
OUTSIDE = re.compile(r"\b(?:outside|except(?: in| for)?|other than|beyond)\s+(?:of\s+)?(?:the\s+)?$", re.IGNORECASE)
THOSE = re.compile(
    r"\boutside (?:of )?(?:those|these) (?:jurisdictions|countries|two|places|markets)\b|\belsewhere\b"
    r"|\b(?:most|all|many) other (?:countries|jurisdictions|places|markets)(?! outside)\b|\brest of the world\b",
    re.IGNORECASE,
)
PLACE_GLUE = re.compile(r"^(?:[\s,/&]|\b(?:and|or|nor|the|in|neither)\b)*$", re.IGNORECASE)


def find_places(passage: Passage, start: int) -> list[tuple[Mention, bool]]:
    """Jurisdictions of the clause at `start`, each with whether it is left out ("outside Russia").

    Those behind the words come first; where the clause has none, those that the sentence named before.
    """
    first, last = passage.clause(start)
    named = passage.of(Label.JURISDICTION)
    if THOSE.search(passage.between(first, last)):
        return [(m, True) for m in named if m.end <= first]
    inside = [m for m in named if first <= m.start < last]
    behind = [m for m in inside if m.end >= start - 2]
    places: list[tuple[Mention, bool]] = []
    for mention in behind or inside or _last_group(passage, [m for m in named if m.end <= start]):
        out = bool(OUTSIDE.search(passage.between(mention.start - 24, mention.start)))
        if places and not out and PLACE_GLUE.match(passage.between(places[-1][0].end, mention.start)):
            out = places[-1][1]
        if mention.concept_id not in {place.concept_id for place, _ in places}:
            places.append((mention, out))
    return places or [(mention, False) for mention in passage.places]


def _last_group(passage: Passage, named: list[Mention]) -> list[Mention]:
    """The last of some jurisdictions, with those that stand in one list with it."""
    group = named[-1:]
    for mention in reversed(named[:-1]):
        if not PLACE_GLUE.match(passage.between(mention.end, group[0].start)):
            break
        group.insert(0, mention)
    return group


def name_places(places: list[tuple[Mention, bool]]) -> str | None:
    """Jurisdictions as the context column writes them; None where there is none."""
    outside = sorted(place.concept or place.text for place, out in places if out)
    if outside:
        return "outside " + "; ".join(outside)
    return "; ".join(place.concept or place.text for place, _ in places) or None


def read_place(passage: Passage, start: int, end: int) -> str | None:
    """The jurisdiction in which words from `start` to `end` hold."""
    places = find_places(passage, start)
    return name_places([(m, out) for m, out in places if not start <= m.start < end and m.concept_id != IN_SPORT])


IN_SPORT = "jurisdiction:wada"  # whose word holds for athletes, and in no country


def read_form(passage: Passage, start: int, end: int) -> str | None:
    """The salt or complex that the words nearest to a mass, formula or number name."""
    behind = passage.between(end, end + FORM_REACH)
    before = passage.between(start - FORM_REACH, start)
    for text in (SENTENCE_PART.split(behind)[0], SENTENCE_PART.split(before)[-1]):
        for row in find_qualifiers(text):
            if row.column == "form":
                return row.value
    return None


def bearing_citations(passage: Passage, anchor: int) -> tuple[Mention, ...]:
    """Call-outs that bear on words at the anchor: the next group behind it, else the last group of the passage.

    In prose a semicolon ends what a call-out bears on: "It is sold in one country; elsewhere it is not [9]".
    """
    first, last = _find_part(passage, anchor)
    calls = [
        m
        for m in passage.of(Label.CITATION)
        if m.citation and m.citation.role is CitationRole.CALLOUT and first <= m.start < last
    ]
    behind = [m for m in calls if m.start >= anchor] or calls
    if not behind:
        return ()
    group = [behind[0]]
    for call in behind[1:]:
        if call.start - group[-1].end > len(", "):  # "[10][11]", "[3, 4]": one group
            break
        group.append(call)
    return tuple(group)


def _find_part(passage: Passage, anchor: int) -> tuple[int, int]:
    """The part of a sentence between semicolons that an anchor stands in; a row or field is one part."""
    if passage.block.cells:
        return passage.start, passage.end
    ends = [passage.start + sign.end() for sign in PART_END.finditer(passage.text) if sign["end"]]
    at = bisect_left(ends, anchor)
    return (ends[at - 1] if at else passage.start), (ends[at] if at < len(ends) else passage.end)


def _find_nearest(passage: Passage, mentions: list[Mention], at: int) -> Mention | None:
    """Of several species, routes or materials the one in the same words, else the last before, else the nearest."""
    if len(mentions) > 1:
        first, last = piece_of(passage, at)
        beside = [m for m in mentions if first <= m.start < last]
        before = [m for m in mentions if m.start < at]
        mentions = beside or before[-1:] or mentions
    return _nearest(mentions, at)


def _nearest(mentions: list[Mention], anchor: int) -> Mention | None:
    return min(mentions, key=lambda m: (abs(m.start - anchor), m.start), default=None)
