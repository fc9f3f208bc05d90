"""How large an effect is: the percentage or fold that stands beside its verb."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.numbers import ADJOINING, LOOK_BACK

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention, Quantity

# "raised BDNF by 42 %", "a 7-fold increase", "rose 1.4-fold": how large an effect is.
SIZED = frozenset({"increases", "decreases", "inhibits", "modulates"})
SIZE_BEFORE = re.compile(
    r"\b(?:by|up to|of|nearly|about|roughly|almost|an?|over|more than|at least)\s+$", re.IGNORECASE
)
SIZE_REACH = 60  # code points between the verb and the size of its effect
# A fold stands right behind its object, too: "increased BDNF mRNA 3-fold"; not "at a 3-fold higher dose".
BARE_SIZE = re.compile(r"^\s*(?:higher|lower|longer|shorter|greater|dose|more|less)\b", re.IGNORECASE)


# "increased VEGF by 120% and cut": the number belongs to the verb before.
ANOTHER = re.compile(r"\b(?:and|or|but|then)\b", re.IGNORECASE)


# How sure a size is, in brackets behind it: "a 79 % (95 % CI 52–91 %) decrease".
IN_BRACKETS = re.compile(r"^\s\([^()]{1,40}\)")


# "Led to weight loss, and energy expenditure went up by 10 %": the number belongs to the verb behind.
NEXT_CLAUSE = re.compile(
    r",\s+(?:and|but|while|whereas)\s+(?:[\w-]+\s+){1,5}(?:rose|fell|went|grew|increased|decreased|dropped|climbed|declined|was|were|came)\b",
    re.IGNORECASE,
)


# "FGF-2 by 230 % and collagen synthesis by 70 %": each member with a size of its own.
SIZED_GLUE = re.compile(
    r"^\s+by\s+(?:about |up to |~ ?)?[\d.,–-]+\s?(?:%|-?fold)(?:\s\([^()]{1,24}\))?,?\s+(?:and\s+)?"
    r"(?:(?:the|mean|total|average|median)\s+)?$"
)
SIZED_TOO = re.compile(r"^(?:\s+[\w-]+){0,2}?\s+by\s+(?:about |up to |~ ?)?\d")
OWN_SIZE = re.compile(r"^(?:\s(?:levels?|production|synthesis|expression|release))?\sby\s$")
OWN_FOLD = re.compile(r"^(?:\s(?:levels?|production|synthesis|expression|release))?\s$")
LONGEST_OWN = 16  # code points


def unsign(size: Quantity) -> Quantity:
    """A size without the sign that tells its direction: "−2.0 to −2.3 %" is 2.0 to 2.3."""
    if size.value >= 0:
        return size
    ends = sorted(abs(end) for end in (size.value, size.value_high) if end is not None)
    return replace(size, value=ends[0], value_high=ends[1] if len(ends) > 1 else None)


def find_own_size(passage: Passage, end: int) -> Mention | None:
    """The percentage or fold that stands right behind what is changed: "BDNF by 40 % and NGF by 20 %"."""
    for number in passage.near(end, end + LONGEST_OWN):
        if number.quantity is not None and number.quantity.unit in ("%", "{fold}"):
            gap = passage.between(end, number.start)
            bare = number.quantity.unit == "{fold}" and OWN_FOLD.match(gap)  # "GH 2–10 fold and IGF-1 levels 3-fold"
            return number if bare or OWN_SIZE.match(gap) else None
    return None


def find_size(passage: Passage, start: int, end: int) -> Mention | None:
    """How large an effect is, when the clause says so with a percentage or a fold."""
    first, last = passage.clause(start)
    for number in passage.near(max(first, start - LOOK_BACK), min(last, end + SIZE_REACH + 1)):
        if number.quantity is None or number.quantity.unit not in ("%", "{fold}"):
            continue
        gap = IN_BRACKETS.sub("", passage.between(number.end, start))
        adjoins = number.end <= start and ADJOINING.match(gap) and not ANOTHER.search(gap)
        behind = start < number.start <= end + SIZE_REACH and number.end > end and _names_size(passage, number, end)
        if adjoins or behind or (start <= number.start and number.end <= end):  # "HbA1c −1.6 %"
            return number
    return None


def _names_size(passage: Passage, number: Mention, end: int) -> bool:
    if BARE_SIZE.match(passage.between(number.end, number.end + 12)):
        return False
    if number.quantity is not None and number.quantity.unit == "{fold}":
        return True
    if NEXT_CLAUSE.search(passage.between(end, number.start)):
        return False
    before = passage.between(number.start - 12, number.start)
    return bool(SIZE_BEFORE.search(before)) or not passage.between(end, number.start).strip()
