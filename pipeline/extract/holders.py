"""Whose property a trigger names, when the name stands in the trigger, right behind it or in the words around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import (
    coordinate,
    coordinate_back,
    is_foil,
    is_oblique,
    is_subject,
    make_subject,
    stands_behind,
)
from pipeline.extract.numbers import LOOK_BACK, STORED, WHOSE
from pipeline.extract.subjects import Resolved
from pipeline.lexicon import concept_index
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Mention

# "half-life of Semax", "store lyophilised Semax", "the effects of Semax last"
# ... and "half-life of its parent tuftsin".
HELD = re.compile(
    r"""
    ^\s+ (?: (?:of|for|in) \s+ )?
    (?: (?: the | its | this | a | an | lyophili[sz]ed | reconstituted | dry | free | synthetic | native | natural
          | endogenous | human | plain | parent | precursor | cousin | rival | relative | analogue? | predecessor
          | successor | sister | sibling | peptide | hormone | protein | drug | compound | related | older | newer
          | longer | shorter ) ,?\s+ )*
    $
    """,
    re.IGNORECASE | re.VERBOSE,
)


def read_holder(rule: Rule, passage: Passage, start: int, end: int, skip: tuple[Mention, ...]) -> Resolved | None:
    """Whose property a trigger names, when the name stands in the trigger or right behind it."""
    if rule.predicate in ORIGINS:
        return _read_explained(passage, start)
    if rule.predicate in DESCRIBED and (bracketed := _read_bracket_holder(passage, start)) is not None:
        return bracketed
    if rule.predicate == "evidence_gap":
        return _read_gap_holder(passage, start, end)
    if rule.id == INDUCED or rule.id in ABSENCES:
        return _read_beside(rule, passage, start, skip)
    if rule.predicate == "legal_status" or _is_headed_by_body(rule, passage, start):
        return _read_ruled_on(rule, passage, start, end)
    if not {Label.QUANTITY, Label.DATE, Label.ROUTE} & set(rule.object):
        return None
    if (whose := _read_whose(rule, passage, start)) is not None:
        return whose
    names = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and not stands_behind(passage, m, "oblique")]
    numbers = [m for m in skip if m.quantity is not None]
    lone = (
        numbers[0] if len(numbers) == 1 else None
    )  # of "2 hours, against 15 minutes for GHRP-6" each says whose it is
    for index, name in enumerate(names):
        inside = start <= name.start and name.end <= end
        behind = name.start >= end and HELD.match(passage.between(end, name.start))
        counted = lone is not None and lone.end <= name.start and HELD.match(passage.between(lone.end, name.start))
        if (inside or behind or counted) and name not in skip and name.concept_id:
            chain = coordinate(passage, list(names[index:]))
            return Resolved(tuple(make_subject(m, SubjectFrom.WRITTEN) for m in chain if m.concept_id))
    return None


INDUCED = "up-induced"  # "Semax-induced BDNF expression"
ABSENCES = frozenset({"act-without", "act-knockout"})  # "In mice without MC4R Semax had no effect"


def _read_beside(rule: Rule, passage: Passage, start: int, skip: tuple[Mention, ...]) -> Resolved | None:
    """The compound in front of a hyphen, of a toxin or a comparator nothing; or the first behind what was missing."""
    compounds = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and m not in skip]
    if rule.id != INDUCED:
        behind = [m for m in compounds if m.start > start]
        return Resolved((make_subject(behind[0], SubjectFrom.WRITTEN),)) if behind else None
    known = [m for m in compounds if m.end == start and not is_foil(m.name) and m.concept_id in concept_index()]
    return Resolved(tuple(make_subject(m, SubjectFrom.WRITTEN) for m in known[:1]), "the subject cannot be told")


# Words that stand right behind what they are said of: "names BPC-157 under S0, TB-500 under S2.3".
SET_BEHIND = frozenset({"law-under-class"})


def _is_headed_by_body(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether a body, and no compound, stands in front of what it approves: "The EMA licensed teduglutide for"."""
    first = passage.clause(start)[0]
    front = {m.label for m in passage.near(first, start)}
    return rule.predicate == "indication" and Label.JURISDICTION in front and Label.COMPOUND not in front


def _read_ruled_on(rule: Rule, passage: Passage, start: int, end: int) -> Resolved | None:
    """What a body rules on, where it stands inside the words that say so, or right in front: "WADA lists it as S2"."""
    names = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and m.concept_id and not is_oblique(passage, m)]
    if rule.id in SET_BEHIND:
        before = [m for m in names if m.end <= start and not passage.between(m.end, start).strip()]
        chain = coordinate_back(passage, names, before[-1]) if before else []
    else:
        inside = [at for at, m in enumerate(names) if start <= m.start and m.end <= end]
        chain = coordinate(passage, names[inside[0] :]) if inside else []
    return Resolved(tuple(make_subject(m, SubjectFrom.WRITTEN) for m in chain)) if chain else None


ORIGINS = frozenset({"derived_from", "analog_of"})
# "tuftsin, a tetrapeptide that is cut from", "tuftsin, a natural fragment of", "tuftsin, which is a part of"
EXPLAINED = re.compile(
    r"^,\s+(?:an?|the)\s+(?:[\w-]+\s+){0,4}(?:(?:that|which)\s+(?:is|was|has been)\s+(?:\w+ly\s+)?)?$"
    r"|^,\s+which\s+(?:is|was)\s+(?:\w+ly\s+)?(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)


IS_CALLED = re.compile(r"^\s*(?:\([^()]*\)\s*)?(?:is|are|was|were)\s+(?:an?|the)\s+(?:[\w-]+\s+){0,4}$", re.IGNORECASE)


def _read_explained(passage: Passage, start: int) -> Resolved | None:
    """The name that the words of an origin explain: it stands right in front of them, behind a comma."""
    named = [m for m in passage.of(Label.COMPOUND) if is_subject(m) and m.concept_id and m.end <= start]
    if not named or not EXPLAINED.match(passage.between(named[-1].end, start)):
        return None
    if len(named) > 1 and IS_CALLED.match(passage.between(named[0].end, named[-1].start)):
        named = named[:1]  # "Semaglutide is a GLP-1 receptor agonist, an analogue of"
    return Resolved((make_subject(named[-1], SubjectFrom.WRITTEN),))


# What a bracket right behind a name tells of it: "semaglutide (31 amino acids with a fatty acid)".
DESCRIBED = frozenset({"modification", "class", "salt_form", "synonym"})


def _read_bracket_holder(passage: Passage, start: int) -> Resolved | None:
    opened = next((first for first, last in passage.brackets if first <= start < last), None)
    named = [m for m in passage.of(Label.COMPOUND) if opened is not None and m.end in (opened, opened - 1)]
    named = [m for m in named if is_subject(m) and m.concept_id]
    return Resolved((make_subject(named[-1], SubjectFrom.WRITTEN),)) if named else None


# The bracket right behind a gap names what lacks them, as in "zero human RCTs (BPC-157)".
BRACKETED = re.compile(r"^\s?\($")


# A name beside which the subject is given, as in "Co-administration with BPC-157: no interaction studies exist".
BESIDE = re.compile(
    r"\b(?:together|combination|combined|co-?administ\w+|stack\w*|interactions?|given) with\s+$", re.IGNORECASE
)


def _is_beside(passage: Passage, name: Mention) -> bool:
    return bool(BESIDE.search(passage.between(name.start - LOOK_BACK, name.start)))


def _read_gap_holder(passage: Passage, start: int, end: int) -> Resolved | None:
    """The only compound that a sentence on a gap names: in the words of the gap, else in front of them."""
    named = [
        m
        for m in passage.of(Label.COMPOUND)
        if is_subject(m) and m.concept_id and not is_oblique(passage, m) and not _is_beside(passage, m)
    ]
    behind = [m for m in named if BRACKETED.match(passage.between(end, m.start)) and m.start >= end]
    inside = behind[:1] or [m for m in named if start <= m.start < end]
    told = inside or [m for m in named if m.end <= start]
    if len({m.concept_id for m in told}) != 1 or (not inside and any(m.start >= end for m in named)):
        return None
    return Resolved((make_subject(told[0], SubjectFrom.WRITTEN),))


# What a laboratory keeps in the cold, and nobody sells.
SAMPLES = re.compile(
    r"\b(?:samples?|sections?|tissues?|specimens?|sera|serum|plasma|blood|brains?|cells?|homogenates?|supernatants?"
    r"|lysates?|slides?|biopsies|hippocamp\w+)\b(?:\W+\w+){0,2}?\W+(?:were|was|are|is)\s+(?:\w+ly )?$",
    re.IGNORECASE,
)


def _read_whose(rule: Rule, passage: Passage, start: int) -> Resolved | None:
    """Another thing that the words in front of a trigger name as the holder; None where they name none."""
    before = passage.between(start - LOOK_BACK, start)
    if rule.predicate in STORED and SAMPLES.search(before):
        return Resolved((), "said of another thing")
    match = WHOSE.search(before) or WHICH_HAS.search(before)
    if match is None:
        return None
    end = start - len(match[0])
    named = [m for m in passage.of(Label.COMPOUND, Label.TARGET) if m.end <= end]
    if not named or named[-1].end != end:
        return Resolved((), "said of another noun") if match.re is WHOSE else None
    chain = coordinate_back(passage, named, named[-1]) if match.re is WHICH_HAS else named[-1:]
    return Resolved(tuple(make_subject(m, SubjectFrom.WRITTEN) for m in chain))


# "shorter than dulaglutide and liraglutide, which have half-lives of"
WHICH_HAS = re.compile(
    r",?\s+(?:which|that)\s+(?:has|have|had|show|shows)\s+(?:an?\s+)?(?:[\w-]+\s+){0,4}$", re.IGNORECASE
)
