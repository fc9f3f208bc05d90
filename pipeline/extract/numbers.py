"""Which number a trigger means, whose it is, and how large an effect is."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract.further import AGAINST, is_further
from pipeline.extract.naming import is_additive, is_subject, make_subject
from pipeline.extract.objects import Found
from pipeline.lexicon import concept_index
from pipeline.quantity import dimension_of
from pipeline.schema import Comparator, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Mention, Quantity, Subject


def may_say(rule: Rule, passage: Passage) -> bool:
    """Whether a passage holds anything that could be what a rule says: it is asked before the rule's words are."""
    if not WORDED.isdisjoint(rule.object) or (rule.says is not None and Label.QUANTITY not in rule.object):
        return True
    if rule.dimension:
        return any(m.quantity is not None and _fits(rule, m.quantity) for m in passage.of(Label.QUANTITY, Label.DATE))
    return any(mention.label in rule.object for mention in passage.mentions)


WORDED = frozenset({"text", "none"})  # the object stands in the words of the trigger


def find_number(rule: Rule, passage: Passage, start: int, end: int) -> Iterator[Found]:
    """The number that a trigger from `start` to `end` governs, or both of a change or comparison."""
    first, last = passage.clause(start)
    last = _end_of_aside(passage, start, last)
    numbers = [
        m
        for m in passage.near(start - LOOK_BACK, end + 2 * rule.reach + LOOK_BACK)
        if m.label in rule.object and m.quantity and _fits(rule, m.quantity)
    ]
    after = [m for m in numbers if end <= m.start < last and m.start - end <= rule.reach]
    after = [] if after and _is_of_rival(passage, end, after[0]) else after
    before = [
        m
        for m in numbers
        if first <= m.start
        and m.end <= start
        and ADJOINING.match(passage.between(m.end, start))
        and not _is_aside(passage, m, start)
    ]
    inside = [m for m in numbers if m.start < end and start < m.end]  # a trigger may begin within a number
    either = _pick_side(passage, end, before, after)
    by_side = {"after": after, "before": before[-1:], "either": either, "inside": inside}
    for number in by_side[rule.object_side][:1]:
        reached = passage.end if rule.predicate in STORED else last  # "; after opening 2–8 °C" still tells of storage
        rest = [m for m in numbers if number.end <= m.start < reached and m.start - number.end <= rule.reach]
        if rule.predicate in GIVEN and is_of_other(passage, number):
            return
        for found in (*_read_change(passage, number, rest), *_read_others(rule, passage, number, rest)):
            yield replace(found, quantity=found.quantity and drop_pack(found.quantity))


GIVEN = frozenset({"dose", "pack_size", "concentration"})
# "1000 mg of calcium", "0.9 % saline": how much there is of a salt or a solvent.
OF_OTHER = re.compile(
    r"^\s?(?:\([^()]{1,24}\)\s)?(?:of\s+)?(?:(?:elemental|oral|sterile|normal|bacteriostatic)\s+)?(?P<name>[a-z]+)\b",
    re.IGNORECASE,
)


def is_of_other(passage: Passage, number: Mention) -> bool:
    """Whether an amount is one of an additive that stands right behind it."""
    behind = OF_OTHER.match(passage.between(number.end, number.end + LONGEST_OWNER))
    return behind is not None and is_additive(behind["name"])


# Words that lead from a trigger to the number behind it: "half-life of", "dose (", "purity was".
LEADS_ON = re.compile(
    r"^\s*(?:$|[(:=~≈<>≥≤–—]|(?:of|in|for|is|was|are|were|be|at|by|with|from|to|on|between|about|around|roughly"
    r"|approximately|nearly|up|as|has|had|ranges?|ranged|ranging|values?|estimates?|reported|estimated|after|within)\b)",
    re.IGNORECASE,
)


def _pick_side(passage: Passage, end: int, before: list[Mention], after: list[Mention]) -> list[Mention]:
    """The number behind a trigger, or the one right in front where no word leads on: "(7-day half-life), 4 weeks"."""
    leads = after and (not before or LEADS_ON.match(passage.between(end, after[0].start)))
    return after if leads else before[-1:]


# "A half-life of minutes compared to the long form (6 days)": with what something is compared, in front of a number.
BESIDE_IT = re.compile(
    r"\b(?:than|compared (?:to|with)|versus|vs\.?|unlike)\s+(?:the|its|their|other|most|an?|standard|regular)\s[^\d]*$",
    re.IGNORECASE,
)


def _is_of_rival(passage: Passage, end: int, number: Mention) -> bool:
    """Whether a number is that of something without a name, with which the subject is compared."""
    return bool(BESIDE_IT.search(passage.between(end, number.start))) and not find_owner(passage, _found(number))


# "albumin, whose own half-life is": what is said of the noun in front of the comma.
WHOSE = re.compile(r"(?P<gap>,?\s+)whose (?:own )?(?:[\w-]+ ){0,2}$", re.IGNORECASE)


def _end_of_aside(passage: Passage, start: int, last: int) -> int:
    """Where the words on a noun end that a "whose" sets aside: "Unlike Semax, whose half-life is short, it has"."""
    if WHOSE.search(passage.between(start - LOOK_BACK, start)) is None:
        return last
    comma = passage.between(start, last).find(", ")
    return start + comma if comma >= 0 else last


STORED = frozenset({"storage_temperature", "shelf_life"})
# "injection" tells that something is injected, not by which route.
NO_ROUTES = frozenset({"route:parenteral", "route:systemic"})


def _read_others(rule: Rule, passage: Passage, number: Mention, rest: list[Mention]) -> Iterator[Found]:
    """Further values right behind the first: of the same thing, or of another that the words name."""
    at = number.end
    for other in rest:
        gap = passage.between(at, other.start)
        if (rival := _find_bracketed(passage, at, other)) is not None:
            yield replace(_found(other), owner=rival)
            return
        owned = find_owner(passage, _found(other))
        further = _is_volume(number) == _is_volume(other) and is_further(rule.predicate, passage, gap, other)
        same = further or _is_versioned(passage, other, gap)
        if not (owned and len(gap) <= LONGEST_CONTRAST) and not same:
            return
        yield _found(other)
        at = other.end


def _is_volume(number: Mention) -> bool:
    """Whether an amount is one of a liquid, and so not one of what is dissolved: "20 mg (0.2 mL)"."""
    return number.quantity is not None and dimension_of(number.quantity.unit) == "volume"


def _find_bracketed(passage: Passage, at: int, number: Mention) -> Mention | None:
    """The compound in "30 minutes (GHRH: 7 minutes)" that has the second number."""
    names = [m for m in passage.of(Label.COMPOUND) if at <= m.start and m.end <= number.start and is_subject(m)]
    if len(names) != 1 or not BRACKET.match(passage.between(at, names[0].start)):
        return None
    leads = NEXT_VALUE.match(passage.between(names[0].end, number.start) + "0")
    return names[0] if leads else None


BRACKET = re.compile(r"^\s*[(;,]\s*(?:(?:native|endogenous|natural|unmodified|for) )*$", re.IGNORECASE)
# Which of two versions: "versus 30 minutes (without DAC)", "… for the version without DAC".
VERSIONED = re.compile(
    r"^\s*(?:\(|for (?:the )?(?:version |form |variant )?)(?:with|without|non?)[ -](?-i:[A-Z]{2,6})\b", re.IGNORECASE
)


def _is_versioned(passage: Passage, number: Mention, gap: str) -> bool:
    """Whether words behind a further number name the version of a compound that has it."""
    behind = passage.between(number.end, number.end + LONGEST_CONTRAST)
    return len(gap) <= LONGEST_CONTRAST and bool(VERSIONED.match(behind))


LONGEST_CONTRAST = 40  # code points between two numbers that one verb sets against each other
LOOK_BACK = 120  # code points in front of a trigger; two words and a number in front of it are shorter
# "a 30-minute half-life", "20 min plasma half-life": only adjectives between a number and the noun behind it.
ADJOINING = re.compile(r"^[\s-]*(?:\([^()]{1,24}\)\s*)?(?:[\w-]+\s+){0,2}$")


def _is_aside(passage: Passage, number: Mention, start: int) -> bool:
    """Whether a number stands in a bracket that closes in front of page offset `start`: "20 mg (0.2 mL) 3x weekly"."""
    return any(opened < number.start and number.end <= closed <= start for opened, closed in passage.brackets)


# "from 2 hours (plain peptide) to 9 hours", "30 min vs 3 min": two numbers, the second or first one of another.
FROM = re.compile(r"\bfrom\s+(?:just |only |a mere )?$", re.IGNORECASE)
UP_TO = re.compile(r"^(?:\s*\([^()]*\))?\s*(?:up |out )?to\s+$", re.IGNORECASE)


def _read_change(passage: Passage, number: Mention, rest: list[Mention]) -> Iterator[Found]:
    """A number, or the two of a change or a comparison, each with whose it is."""
    second = rest[0] if rest else None
    gap = passage.between(number.end, second.start) if second is not None else ""
    if second is not None and FROM.search(passage.between(number.start - 16, number.start)) and UP_TO.match(gap):
        if find_owner(passage, _found(number)):
            yield _found(number)
        yield _found(second)
        return
    yield _found(number)
    if second is not None and AGAINST.match(gap) and not find_owner(passage, _found(second)):
        rivals = [m for m in passage.of(Label.COMPOUND) if m.end <= number.start and _is_rival(passage, m)]
        if rivals:
            yield replace(_found(second), owner=rivals[-1])


def _found(number: Mention) -> Found:
    return Found(number, None, number.quantity, None, number.start, number.end)


def _is_rival(passage: Passage, mention: Mention) -> bool:
    return bool(RIVAL.search(passage.between(mention.start - 40, mention.start)))


RIVAL = re.compile(
    r"\b(?:vs\.?|versus|than|against|compared (?:to|with)|relative to)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE
)


def drop_pack(quantity: Quantity) -> Quantity:
    """ "5 mg per vial" is an amount of 5 mg."""
    if "/{" not in quantity.unit:
        return quantity
    return replace(quantity, unit=PER_PACK.sub("", quantity.unit))


PER_PIECE = frozenset({"pack_size", "dose"})
PER_PACK = re.compile(r"/\{\w+\}$")  # UCUM: "mg/{vial}"


# "A dose-dependent loss of 7 to 9.5 kg", "titres peak in children aged 5–10 years"
ODD = frozenset({("dose", "kg"), ("tmax", "a"), ("tmax", "mo")})


def _fits(rule: Rule, quantity: Quantity) -> bool:
    unit = drop_pack(quantity).unit if rule.predicate in PER_PIECE else quantity.unit
    if (rule.predicate, unit) in ODD:
        return False
    return bool(unit) and (not rule.dimension or dimension_of(unit) in rule.dimension)


LONGEST_OWNER = 24  # code points between a number and the name behind it
# "(native GHRH)" or "for albumin" right behind a number: whose number it is.
AMOUNTS = frozenset({"mass", "volume", "international units"})
# "5 mg of ipamorelin"
OF_WHAT = re.compile(r"^\s+of\s+$", re.IGNORECASE)
OWNER = re.compile(
    r"^\s*(?:\(\s*(?:for |in the case of |with )?|(?:for|with|in the case of)\s+)(?:the\s+)?"
    r"(?:(?:native|endogenous|free|unmodified|natural|plain|intact|synthetic|oral|injected) )*$",
    re.IGNORECASE,
)


NEXT_VALUE = re.compile(r"^\s*(?:[:=,]|is|has|at)?\s*(?:about |approx\.? |roughly |[~≈<>])?\s*\d", re.IGNORECASE)
# "402.9 g/mol for the copper complex" is still the peptide's.
OF_A_FORM = re.compile(r"^[\s-]*(?:complex|salt|ions?|chelate|form|bound|binding)\b", re.IGNORECASE)


# "From native IGF-1's ~10 minutes to 20 hours", or a bracket with a name, a colon and a number.
POSSESSED = re.compile(r"^(?:['’]s?|:)\s+(?:(?:mere|own|usual|typical|about|roughly|around|only)\s+)?$")


def _find_possessor(passage: Passage, item: Found) -> Mention | None:
    """What has a number by the words right in front of it."""
    named = [m for m in passage.near(item.start - LONGEST_OWNER, item.start) if m.label in POSSESSORS]
    told = [m for m in named if POSSESSED.match(passage.between(m.end, item.start))]
    return told[-1] if told and told[-1].concept_id in concept_index() else None


POSSESSORS = frozenset({Label.COMPOUND, Label.TARGET})


# "Cortexin® (3 mg/kg) and Cerebrolysin® (538 mg/kg)": each name with its own amount.
IN_BRACKET = re.compile(r"^\s?[®™]?\s?\((?:at\s|only\s|about\s)?$")
LONGEST_BRACKET = 48  # code points; a name and the mark of its bracket
PER_BODY = "/kg"


def _find_beside(passage: Passage, item: Found) -> Mention | None:
    """The compound right in front of an amount of it: "five dose levels, liraglutide 3 mg"."""
    if item.quantity is None:
        return None
    unit = drop_pack(item.quantity).unit
    if dimension_of(unit) not in AMOUNTS and PER_BODY not in unit:
        return None
    bracketed = [
        m
        for m in passage.near(item.start - LONGEST_BRACKET, item.start)
        if m.label is Label.COMPOUND and m.concept_id and IN_BRACKET.match(passage.between(m.end, item.start))
    ]
    if bracketed and is_subject(bracketed[-1]):
        return bracketed[-1]
    named = [m for m in passage.of(Label.COMPOUND) if m.end == item.start - 1 and is_subject(m) and m.concept_id]
    return named[0] if named else None


def find_owner(passage: Passage, item: Found) -> tuple[Subject, ...]:
    """Whose number it is when the words right behind it say so; else nobody."""
    if item.owner is not None:
        return (make_subject(item.owner, SubjectFrom.WRITTEN),)
    if item.quantity is None and item.size is None:
        return ()
    if (rival := _find_compared(passage, item)) is not None:
        return (make_subject(rival, SubjectFrom.WRITTEN),)
    if (beside := _find_possessor(passage, item) or _find_beside(passage, item)) is not None:
        return (make_subject(beside, SubjectFrom.WRITTEN),)
    behind = [m for m in passage.of(Label.COMPOUND) if 0 <= m.start - item.end <= LONGEST_OWNER and is_subject(m)]
    if not behind or OF_A_FORM.match(passage.between(behind[0].end, behind[0].end + LONGEST_OWNER)):
        return ()
    gap = passage.between(item.end, behind[0].start)
    if "(" in gap and NEXT_VALUE.match(passage.between(behind[0].end, behind[0].end + LONGEST_OWNER)):
        return ()  # "30 minutes (GHRH: 7 minutes)"
    amount = item.quantity is not None and dimension_of(drop_pack(item.quantity).unit) in AMOUNTS
    if OWNER.match(gap) or (amount and OF_WHAT.match(gap)):
        return (make_subject(behind[0], SubjectFrom.WRITTEN),)
    return ()


# "longer than that of tuftsin, which is 16 minutes", "unlike diazepam (20 hours)"; "shorter than the 7 days of".
THAN = re.compile(
    r"\b(?:than|exceeds?|exceeded|above|below|beyond|over|against|unlike|versus|vs\.?|outlasts?|surpass(?:es)?"
    r"|compared (?:to|with)|from)\s+(?:(?:that|those|the \w+(?:-\w+)?) of\s+)?"
    r"(?:(?:the|its|native|plain|\w+al)\s+){0,2}$",
    re.IGNORECASE,
)
ITS_VALUE = re.compile(
    r"^(?:['’]s)?(?:\s+\(|,\s+(?:which|that)\s+(?:is|has|lasts|comes to)\s+)"
    r"(?:(?:about|roughly|around|some|only|up to|a|an|of|half-life|~)\s*)*$",
    re.IGNORECASE,
)
THAN_THE = re.compile(r"\b(?:than|against|versus|vs\.?|over|compared (?:to|with)|unlike) the\s+$", re.IGNORECASE)


def _find_compared(passage: Passage, item: Found) -> Mention | None:
    """The compound with which another is compared, where the number is told of it and not of the other."""
    for mention in passage.of(Label.COMPOUND):
        if mention.end <= item.start and ITS_VALUE.match(passage.between(mention.end, item.start)):
            return mention if THAN.search(passage.between(mention.start - LONGEST_THAN, mention.start)) else None
        if mention.start >= item.end and OF_WHAT.match(passage.between(item.end, mention.start)):
            return mention if THAN_THE.search(passage.between(item.start - LONGEST_THAN, item.start)) else None
    return None


LONGEST_THAN = 48  # code points in front of a name
LIST_PARTS = re.compile(r"\s*(?:,|;|/|\band\b|\bor\b)\s*")


def split_list(item: Found) -> list[Found]:
    """A list of values as one item each where each stands: "1025.2 g/mol, or 1085.3 g/mol as the acetate"."""
    quantity, mention = item.quantity, item.mention
    if quantity is None or mention is None or not quantity.others or mention.end - mention.start != len(mention.text):
        return [item]
    values = (quantity.value, *quantity.others)
    parts = list(LIST_MEMBER.finditer(mention.text))
    if len(parts) != len(values):
        return [item]
    return [
        replace(
            item,
            text=part[0],
            quantity=replace(quantity, value=value, others=(), written=part[0]),
            start=mention.start + part.start(),
            end=mention.start + part.end(),
        )
        for part, value in zip(parts, values, strict=True)
    ]


# One member of a list: "1025.2 g/mol" of "1025.2 g/mol, or 1085.3 g/mol".
LIST_MEMBER = re.compile(r"[~≈<>≤≥]?\s?\d(?:[\d.]|,(?=\d{3}))*(?:\s?(?:k?Da|g/mol|daltons?))?", re.IGNORECASE)


LONGEST_JOINT = 6  # code points between two members of a list: ", and "


def _are_listed(found: list[Found]) -> bool:
    """Whether numbers stand right behind each other: "1 h and 1.7 h"."""
    gaps = (later.start - item.end for item, later in pairwise(found))
    return all(item.quantity is not None for item in found) and all(0 < gap <= LONGEST_JOINT for gap in gaps)


def share_values(found: list[Found], subjects: tuple[Subject, ...]) -> list[tuple[Subject, Found]]:
    """ "The masses are 813.9 Da and 751.9 Da": each of as many subjects with its value in their order, else none."""
    if len(subjects) < 2:  # noqa: PLR2004  (one has nothing to share)
        return []
    if len(found) == len(subjects) and _are_listed(found):
        return list(zip(subjects, found, strict=True))
    if len(found) != 1 or found[0].quantity is None:
        return []
    quantity, mention = found[0].quantity, found[0].mention
    values = (quantity.value, *quantity.others)
    if mention is None or len(values) != len(subjects):
        return []
    parts = [part for part in LIST_PARTS.split(mention.text) if part]
    written = parts if len(parts) == len(values) else [mention.text] * len(values)
    return [
        (
            subject,
            replace(
                found[0],
                text=words,
                quantity=replace(quantity, value=value, others=(), comparator=Comparator.EQUAL, written=words),
            ),
        )
        for subject, value, words in zip(subjects, values, written, strict=True)
    ]
