"""Periods that a passage states with both their years: "approved in 1994, 14 years after it was made in 1980"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.quantity.dates import YEAR, is_year
from pipeline.quantity.grammar import find_numbers
from pipeline.schema import Comparator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.quantity.grammar import Found

# What stands between the three, in one clause: "1994, 14 years after its discovery in 1980".
_AFTER = (re.compile(r"[ ,–—-]{1,3}(?:some )?"), re.compile(r" (?:after|from) [^.,;:()\n]{0,60}"))
# "in 1980 and, 14 years later, in 1994"
_LATER = (re.compile(r"[^.;:()\n]{1,80}"), re.compile(r" later,?(?: in)? "))


@dataclass(frozen=True, slots=True)
class Period:
    """A number of years and the two years between which they are said to lie."""

    begin: int
    end: int
    years: int


def find_periods(text: str) -> Iterator[Period]:
    """Whole years that a text counts from one year to another; bounds and rounded numbers are left out."""
    found = list(find_numbers(text))
    for (first, middle), last in zip(pairwise(found), found[2:], strict=False):
        years, one, other = _read_years(middle), _read_year(first), _read_year(last)
        if years is None or one is None or other is None:
            continue
        gaps = text[first.end : middle.start], text[middle.end : last.start]
        if _fits(_AFTER, gaps):
            yield Period(other, one, years)
        elif _fits(_LATER, gaps):
            yield Period(one, other, years)


def _fits(patterns: tuple[re.Pattern[str], re.Pattern[str]], gaps: tuple[str, str]) -> bool:
    return all(pattern.fullmatch(gap) for pattern, gap in zip(patterns, gaps, strict=True))


def _read_years(item: Found) -> int | None:
    quantity = item.quantity
    if quantity is None or item.is_date or quantity.unit != YEAR or quantity.comparator is not Comparator.EQUAL:
        return None
    return int(quantity.value) if quantity.value == int(quantity.value) else None


def _read_year(item: Found) -> int | None:
    quantity = item.quantity
    if quantity is None or not item.is_date or quantity.comparator is not Comparator.EQUAL:
        return None
    return int(quantity.value) if is_year(quantity.value) else None
