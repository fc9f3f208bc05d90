"""Dates and decades in text: what looks like a number and is a point in time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.page import Quantity
from pipeline.schema import Comparator

if TYPE_CHECKING:
    from collections.abc import Iterator

YEAR = "a"
FIRST_YEAR, LAST_YEAR = 1700, 2099  # a bare whole number in this range, written with four digits, is a year
# Years of a decade that its "early", "mid" and "late" parts mean, both included: common usage, no standard.
PARTS = {"early": (0, 4), "mid": (3, 7), "middle": (3, 7), "late": (5, 9), "": (0, 9)}

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_FOUR = r"(?:1[7-9]|20)[0-9]{2}"

# "2026-05-09T15:44:19Z", "09.05.2026", "5/9/2026", "6 November 2011", "Nov. 6th, 2011", "December 2015".
_DATE = re.compile(
    rf"""
    (?= [0-9A-Z] ) (?<![\w.-]) (?:
        (?P<iso> {_FOUR} ) [-/.] [0-9]{{1,2}} [-/.] [0-9]{{1,2}}
            (?: [T ] [0-9]{{2}} (?: :[0-9]{{2}} ){{1,2}} (?: \.[0-9]{{1,9}} )?
                (?: Z | [+-][0-9]{{2}}:?[0-9]{{2}} )? )?
      | [0-9]{{1,2}} [./-] [0-9]{{1,2}} [./-] (?P<day_first> {_FOUR} )
      | (?: [0-9]{{1,2}} (?: st|nd|rd|th )? [ ] )? (?:of[ ])? {_MONTH} \.? (?: [ ][0-9]{{1,2}} (?: st|nd|rd|th )? ,? )?
            [ ,]{{1,2}} (?P<month> {_FOUR} )
      | {_MONTH} \.? [ ] [0-9]{{1,2}} (?: st|nd|rd|th )? (?! [\w.%°-] | [ ](?:mg|g|h|of) )
      | [0-9]{{1,2}} (?: st|nd|rd|th )? [ ] (?! May[ ][a-z] ) {_MONTH} (?! \w )
    ) (?! [\w] )
    """,
    re.VERBOSE,
)


def _decade(place: str) -> str:
    return rf"""
        (?: (?P<part_{place}> early|mid|middle|late ) [ -] (?: the[ ] )? )?
        (?P<decade_{place}> (?:1[7-9]|20)[0-9]0 ) ['’]?s \b
    """


# "the 1980s", "early 1970s", "mid-1990s", "1980s and 1990s", "1980's".
_DECADES = re.compile(
    rf"(?= [1-2eml] ) \b {_decade('first')} (?: [ ]? (?: and|to|or|[-–/] ) [ ]? (?: the[ ] )? {_decade('last')} )?",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date in text; a quantity of years, or nothing where no year is given."""

    start: int
    end: int
    quantity: Quantity | None


def find_dates(text: str) -> Iterator[DateMatch]:
    """Dates with a month and decades, in order of kind. Years that stand alone are the grammar's to tell."""
    for match in _DATE.finditer(text):
        year = match["iso"] or match["day_first"] or match["month"]
        quantity = year and Quantity(float(year), None, Comparator.EQUAL, YEAR, match[0], 0)
        yield DateMatch(match.start(), match.end(), quantity or None)
    for match in _DECADES.finditer(text):
        yield DateMatch(match.start(), match.end(), _read_decades(match))


def is_year(value: float) -> bool:
    """Whether a whole number of four digits is a year."""
    return FIRST_YEAR <= value <= LAST_YEAR


def _read_decades(match: re.Match[str]) -> Quantity:
    first, _ = PARTS[(match["part_first"] or "").lower()]
    _, last = PARTS[(match["part_last" if match["decade_last"] else "part_first"] or "").lower()]
    start = int(match["decade_first"]) + first
    end = int(match["decade_last"] or match["decade_first"]) + last
    return Quantity(float(start), float(end), Comparator.RANGE, YEAR, match[0], 0)
