"""Whose a number or a measured change is where its sentence does not say so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.guards import (
    CAME_ABOUT,
    COURSE_OF_LIFE,
    ON_DOSING,
    is_seen,
    is_told_of,
)
from pipeline.extract.naming import subject_words
from pipeline.extract.numbers import STORED, find_owner, share_values
from pipeline.extract.objects import ACTIONS, PASSIVE, PHRASED, Found
from pipeline.extract.sizes import find_size
from pipeline.extract.subjects import Resolved
from pipeline.lexicon import Rule, concept_index, predicates
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Subject


def find_whose(rule: Rule, passage: Passage, topics: Topics, item: Found) -> tuple[Subject, ...]:
    """Whose a number is when the words behind it say so: another compound, or a version of the page's own."""
    bracket = VERSION_BEHIND.match(passage.between(item.end, item.end + LONGEST_VERSION))
    version = topics.find_version(bracket["words"]) if bracket is not None and rule.predicate in OWN_NUMBERS else ()
    return version or _find_complex(rule, passage, topics, item) or find_owner(passage, item)


# "340.4 g/mol for GHK and 403.9 g/mol for the copper complex": the second is the page's own compound.
COMPLEXED = re.compile(
    r"^\s*\(?(?:for|as|in) (?:the|a|its) (?:copper |Cu |metal )?(?:complex|chelate)\b", re.IGNORECASE
)


def _find_complex(rule: Rule, passage: Passage, topics: Topics, item: Found) -> tuple[Subject, ...]:
    """The page's own compound where it is a complex and the words behind a mass mean it."""
    implied = topics.implied(passage.block)
    if rule.predicate != "molecular_weight" or len(implied) != 1:
        return ()
    row = concept_index().get(implied[0].concept_id)
    meant = row is not None and row.parent_id is not None
    return implied if meant and COMPLEXED.match(passage.between(item.end, item.end + LONGEST_VERSION)) else ()


# A version in words: "6–8 days (with DAC)", "30 minutes for the version without DAC", "the DAC version has".
VERSION_BEHIND = re.compile(
    r"^\s*(?:\(|for (?:the )?(?:(?:version|form|variant) )?)(?P<words>[\w -]{2,24}?)\s*(?:[).,;]|$)", re.IGNORECASE
)


VERSION_BEFORE = re.compile(
    r"\bthe (?P<words>[\w-]{2,12} (?:version|form|variant))\s+(?:\w+\s+){1,4}$"
    r"|\b(?P<short>(?:with|without|no)[ -](?-i:[A-Z]{2,6}))\s\($",
    re.IGNORECASE,
)


LONGEST_VERSION = 40  # code points behind a number


def find_version(rule: Rule, passage: Passage, topics: Topics, start: int) -> Resolved | None:
    """The version of a compound that stands where the subject is: "The no-DAC version has a half-life"."""
    if rule.predicate not in OWN_NUMBERS:
        return None
    before = VERSION_BEFORE.search(passage.between(max(passage.clause(start)[0], start - LONGEST_HEAD), start))
    subjects = topics.find_version(before["words"] or before["short"]) if before is not None else ()
    return Resolved(subjects) if subjects else None


LONGEST_HEAD = 160  # code points in front of a trigger in which the noun that it is said of can stand


# Of these a page tells little of anything but its own compound, so that the compound need not be named beside them.
OWN_NUMBERS = frozenset(
    {"half_life", "tmax", "duration_of_effect", "bioavailability", "molecular_weight", "purity", "storage_temperature"}
    | {"shelf_life", "concentration", "pack_size", "dose"}
)


MOST_STORED = 3


def check_owner(
    rule: Rule, passage: Passage, topics: Topics, resolved: Resolved, found: list[Found], start: int
) -> Resolved:
    """The same subjects, unless the words show that a number which names nobody is another's, or several things'."""
    if rule.predicate not in OWN_NUMBERS or any(s.origin is SubjectFrom.WRITTEN for s in resolved.subjects):
        return resolved
    for several in (topics.implied(passage.block), topics.recall_all(passage.block)):
        if predicates()[rule.predicate].single_valued and share_values(found, several):
            return Resolved(several)
    implied = topics.implied(passage.block)
    if not resolved.subjects and rule.predicate in STORED and 1 < len(implied) <= MOST_STORED:
        return Resolved(implied)  # a page on two or three tells how all of them are kept
    if resolved.subjects and _names_other(passage, start):
        return Resolved((), "said of another thing")
    implied = topics.implied(passage.block)
    if len(implied) == 1 and any(_stands_far(passage, topics, subject) for subject in resolved.subjects):
        return Resolved(implied)
    rivals = {owner.concept_id for item in found for owner in find_owner(passage, item)}
    if {subject.concept_id for subject in resolved.subjects} & rivals:  # "This gives 90 min, against 60 min for GHRH"
        others = tuple(subject for subject in implied if subject.concept_id not in rivals)
        return Resolved(others) if len(others) == 1 else Resolved((), "the subject cannot be told")
    return resolved


def _stands_far(passage: Passage, topics: Topics, subject: Subject) -> bool:
    """Whether a pronoun would reach back over a paragraph for a name: "It is stored" means the page's own."""
    if subject.origin is not SubjectFrom.PRONOUN or subject.mention is None:
        return False
    before = topics.annotated.page.blocks[max(0, passage.block.index - 1)]
    return subject.mention.start < before.start


# How the page's own compound is given and sold, whoever does so.
MADE_UP = frozenset({"route", "formulation", "modification", "salt_form", "legal_status"})


def is_loose(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether a number is the page's compound's even though its sentence does not say so."""
    if rule.predicate not in OWN_NUMBERS and rule.predicate not in MADE_UP and rule.predicate != "affinity":
        return False
    first = passage.clause(start)[0]
    named = any(first <= m.start < start for m in passage.of(Label.TARGET)) and rule.predicate not in EFFECT_TIMES
    return not named and not _names_other(passage, start)


# "Serum IGF-1 rose 3-fold": a measured change without a subject is that of the page's own compound.
BARE_CHANGE = re.compile(
    r"^\W*(?:(?:the|mean|average|serum|plasma|circulating|blood|peak|basal|levels?|concentrations?|total|their|in|of|and|cells?"
    r"|expression|mRNA|protein|after|a|single|dose|injection|treatment|trough)\W+)*$",
    re.IGNORECASE,
)


# Below such a heading changes are those that a study found.
FINDINGS = re.compile(
    r"^\W*(?:(?:key|main|primary|study|principal|research)\s)?(?:findings?|results?|outcomes?)\W*$", re.IGNORECASE
)


def is_measured(rule: Rule, passage: Passage, topics: Topics, start: int, end: int, skip: tuple[Mention, ...]) -> bool:
    """Whether words tell how something came to stand that was measured; `skip` are the names that they say it of."""
    told = topics.is_told_of(passage.block) or FINDINGS.match(passage.block.title) is not None
    if rule.predicate not in ACTIONS or not _has_outcome_first(rule, passage, start, told=told):
        return False
    first, last = passage.clause(start)
    if rule.object_side == "after" and _opens_with_ill(passage, first, start, skip):
        return False
    if told and not COURSE_OF_LIFE.search(passage.between(first, last)):
        return not _names_rival(passage, start, skip)
    seen = find_size(passage, start, end) is not None or is_seen(passage, start, last)
    if not seen and not is_told_of(passage, start, last):
        return False
    words = passage.between(first, start)
    if not _names_other(passage, start) and (
        CAME_ABOUT.match(passage.between(start, last)) or ON_DOSING.search(passage.between(end, last))
    ):
        part = first + words.rfind(", ") + 1  # "When it was given to mice with colitis, weight loss was less"
        return start - part <= LONGEST_HEAD and not _names_rival(passage, start, skip)
    for mention in passage.mentions:
        if mention.label in PLACED and first <= mention.start < start:
            words = words.replace(mention.text, " ")
    if rule.object_side == "inside" or rule.id in TOLD_OF_PEOPLE:
        return PEOPLE.match(words) is not None and not _names_rival(passage, start, skip)
    return bool(BARE_CHANGE.match(words + " "))


def _opens_with_ill(passage: Passage, first: int, start: int, skip: tuple[Mention, ...]) -> bool:
    """Whether a clause begins with what acts by itself: "Inflammation drives hepcidin up"."""
    names = passage.of(Label.PROCESS, Label.DISEASE)
    return any(m not in skip and m.end <= start and not passage.between(first, m.start).strip() for m in names)


# "In EXAMPLE-4, 445 people with obesity lost 28.7 % of their weight": what a drug did to those who took it.
TOLD_OF_PEOPLE = frozenset({"weight-lost", "up-push", "down-push"})
PEOPLE = re.compile(
    r"""
    ^\W* (?: (?:in|at|over|after|by|during|within|across) \s [^,;]{2,60} , \s )?
    (?: (?: the | these | those | most | all | many | some | treated | obese | healthy | older | overweight | adult
        | average | \d[\d,]* ) \s+ ){0,3}
    (?: people | patients | participants | subjects | volunteers | adults | women | men | children | rats | mice
      | animals | rodents | dogs | monkeys | users | those | they | \w+ers )
    (?: \s+ (?: with | on | who | given | taking | receiving | in | at | assigned | randomi[sz]ed ) \s [^,;]{2,60} )?
    \s* $
    """,
    re.IGNORECASE | re.VERBOSE,
)


# "NGF was reduced": a passive of the past.
WAS = re.compile(r"\b(?:was|were|been)\s+(?:(?:\w+ly|not|also|then|both|all)\s+)*$", re.IGNORECASE)


def _has_outcome_first(rule: Rule, passage: Passage, start: int, *, told: bool) -> bool:
    """Whether what the words at `start` are on is their grammatical subject; `told` also of habits."""
    if rule.object_side == "inside" or rule.id in TOLD_OF_PEOPLE:  # "Mice lived longer"
        return True
    before = passage.between(start - LOOK_BACK, start)
    if told and rule.object_side == "before":
        return rule.id in PHRASED
    return rule.object_side == "before" or (PASSIVE if told else WAS).search(before) is not None


def _names_rival(passage: Passage, start: int, skip: tuple[Mention, ...]) -> bool:
    """Whether a compound that is no object stands in front of the words at `start`, in their own part."""
    first = passage.clause(start)[0]
    part = first + passage.between(first, start).rfind(", ") + 1
    return any(part <= m.start < start and m not in skip for m in passage.of(Label.COMPOUND))


PLACED = frozenset({Label.TARGET, Label.PROCESS, Label.TISSUE, Label.SPECIES, Label.MATRIX, Label.QUANTITY})


def _names_other(passage: Passage, start: int) -> bool:
    """Whether the noun in front of a trigger is another thing: "a stapled analogue with a half-life"."""
    head = passage.between(max(passage.clause(start)[0], start - LONGEST_HEAD), start)
    own = COMPARED.sub("", head[head.rfind(", ") + 1 :])
    told = subject_words("pronoun").search(own) or subject_words("elided").search(own)
    return bool(subject_words("other").search(own)) and not told


# "10-fold more stable than native GHRH (t½": with what something is compared is not what the words are said of.
COMPARED = re.compile(
    r"\b(?:than|versus|vs\.?|unlike|like|compared (?:to|with)|relative to|against|from|over)\s+(?:[\w-]+\s+){1,4}",
    re.IGNORECASE,
)


# What an effect is on may stand in front of how long it lasts.
EFFECT_TIMES = frozenset({"duration_of_effect", "dose", "concentration"})


LOOK_BACK = 32  # code points before a name
