"""Which number a trigger means, whose it is, and how large an effect is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.objects import Found
from pipeline.extract.subjects import Resolved, make_subject
from pipeline.quantity import dimension_of
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Mention, Quantity, Subject


def find_number(rule: Rule, passage: Passage, start: int, end: int) -> Iterator[Found]:
    """The number that a trigger from `start` to `end` governs, or both of a change or comparison."""
    first, last = passage.clause(start)
    numbers = [
        m
        for m in passage.of(Label.QUANTITY, Label.DATE)
        if m.label in rule.object and m.quantity and _fits(rule, m.quantity)
    ]
    after = [m for m in numbers if end <= m.start < last and m.start - end <= rule.reach]
    before = [
        m for m in numbers if first <= m.start and m.end <= start and ADJOINING.match(passage.between(m.end, start))
    ]
    inside = [m for m in numbers if start <= m.start and m.end <= end]
    by_side = {"after": after, "before": before[-1:], "either": after or before[-1:], "inside": inside}
    for number in by_side[rule.object_side][:1]:
        rest = [m for m in numbers if number.end <= m.start < last and m.start - number.end <= rule.reach]
        yield from _read_change(passage, number, rest)


# "a 30-minute half-life", "20 min plasma half-life": only adjectives between a number and the noun behind it.
ADJOINING = re.compile(r"^[\s-]*(?:[\w-]+\s+){0,2}$")
# "from 2 hours (plain peptide) to 9 hours", "30 min vs 3 min": two numbers, the second or first one of another.
FROM = re.compile(r"\bfrom\s+(?:just |only |a mere )?$", re.IGNORECASE)
UP_TO = re.compile(r"^(?:\s*\([^()]*\))?\s*(?:up |out )?to\s+$", re.IGNORECASE)
AGAINST = re.compile(r"^\s*(?:\(?\s*)?(?:vs\.?|versus|against|compared (?:to|with))\s+$", re.IGNORECASE)


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
    if second is not None and AGAINST.match(gap):
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


def _fits(rule: Rule, quantity: Quantity) -> bool:
    return bool(quantity.unit) and (not rule.dimension or dimension_of(quantity.unit) in rule.dimension)


LONGEST_OWNER = 24  # code points between a number and the name behind it
# "(native GHRH)" or "for albumin" right behind a number: whose number it is.
OWNER = re.compile(r"^\s*\(?(?:for|in the case of|with)?\s*(?:the\s+)?(?:native |endogenous |free )?$", re.IGNORECASE)


def find_owner(passage: Passage, item: Found) -> tuple[Subject, ...]:
    """Whose number it is when the words right behind it say so; else nobody."""
    if item.owner is not None:
        return (make_subject(item.owner, SubjectFrom.WRITTEN),)
    if item.quantity is None:
        return ()
    behind = [m for m in passage.of(Label.COMPOUND) if 0 <= m.start - item.end <= LONGEST_OWNER]
    if behind and "(" in (gap := passage.between(item.end, behind[0].start)) and OWNER.match(gap):
        return (make_subject(behind[0], SubjectFrom.WRITTEN),)
    return ()


# "raised BDNF by 42 %", "a 7-fold increase": how large an effect is.
SIZED = frozenset({"increases", "decreases"})
SIZE_BEFORE = re.compile(r"\b(?:by|up to|of|nearly|about|roughly|a|an)\s+$", re.IGNORECASE)
SIZE_REACH = 60  # code points between the verb and the size of its effect


def find_size(passage: Passage, start: int, end: int) -> Mention | None:
    """How large an effect is, when the clause says so with a percentage or a fold."""
    first, last = passage.clause(start)
    for number in passage.of(Label.QUANTITY):
        if number.quantity is None or number.quantity.unit not in ("%", "{fold}") or not first <= number.start < last:
            continue
        adjoins = number.end <= start and ADJOINING.match(passage.between(number.end, start))
        behind = end <= number.start <= end + SIZE_REACH
        if adjoins or (behind and SIZE_BEFORE.search(passage.between(number.start - 12, number.start))):
            return number
    return None


# "half-life of Semax", "store lyophilised Semax", "the effects of Semax last"
HELD = re.compile(
    r"^\s+(?:(?:of|for|in)\s+)?(?:(?:the|lyophili[sz]ed|reconstituted|dry|free|synthetic)\s+)*$", re.IGNORECASE
)


def read_holder(rule: Rule, passage: Passage, start: int, end: int, skip: tuple[Mention, ...]) -> Resolved | None:
    """Whose property a trigger names, when the name stands in the trigger or right behind it."""
    if not {Label.QUANTITY, Label.DATE} & set(rule.object):
        return None
    for name in passage.of(Label.COMPOUND):
        inside = start <= name.start and name.end <= end
        behind = name.start >= end and HELD.match(passage.between(end, name.start))
        counted = any(
            HELD.match(passage.between(number.end, name.start)) for number in skip if number.end <= name.start
        )
        if (inside or behind or counted) and name not in skip and name.concept_id:
            return Resolved((make_subject(name, SubjectFrom.WRITTEN),))
    return None
