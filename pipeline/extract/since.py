"""When an approval was given: one year for all places, or each place with the year that stands beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.page import Quantity
from pipeline.schema import Comparator, Label, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.extract.passages import Passage
    from pipeline.page import Mention, Statement

YEAR_REACH = 60  # code points behind "approved" in which a year is the year of the approval


# "In 2019 the FDA approved", "On June 21, 2019, the FDA"
OPENING_DATE = re.compile(r"^\W*(?:in|on|since|by|during)\s+(?:the\s+)?(?:(?:early|late|mid)[ -])?$", re.IGNORECASE)


# "Licensed in Japan since 2010": "since" begins no clause in front of a year.
SINCE = re.compile(r"^[\s,]*since\s+(?:\w+\s+){0,2}(?:19|20)\d\d\b", re.IGNORECASE)
# "approved by the FDA (2010)": a year alone in brackets, which no number is.
BRACKETED_YEAR = re.compile(r"^[^.;:()]{0,32}\((?P<year>(?:19|20)\d\d)\)")


# "It was once approved, and was discontinued in 2008": when it came to an end, and not when it was given.
ENDED = re.compile(
    r"\b(?:discontinued|withdrawn|withdrew|pulled|stopped|removed|lapsed|expired|until)\b", re.IGNORECASE
)


class Year(NamedTuple):
    """A year as a page offset and the words that stand for it, with the mention where one was found."""

    start: int
    end: int
    text: str
    quantity: Quantity
    mention: Mention | None


def add_year(passage: Passage, statement: Statement, end: int, place: Mention, places: Sequence[Mention]) -> Statement:
    """An approval in `place` with its year; `end` is where the words of the approval do, `places` are all of theirs."""
    if statement.polarity is Polarity.NEGATED:
        return statement
    year = _find_paired(passage, place, places) if len(places) > 1 else None
    year = year or _find_common(passage, end) or _find_beside(passage, place)
    if year is None:
        return statement
    uses = (*statement.uses, year.mention) if year.mention is not None else statement.uses
    return replace(statement, quantity=year.quantity, value_text=year.text, uses=uses)


def add_field_year(passage: Passage, statement: Statement, span: tuple[int, int]) -> Statement:
    """An approval that the value of a field tells, from page offset `span[0]` to `span[1]`, with the year in it."""
    dates = [date for date in _list_dates(passage) if span[0] <= date.start < span[1]]
    bare = BARE_YEAR.search(passage.text, span[0] - passage.start, span[1] - passage.start)
    if not dates and bare is None:
        return statement
    year = dates[0] if dates or bare is None else _make_year(bare["year"], passage.start + bare.start())
    return replace(statement, quantity=year.quantity, value_text=year.text)


def _find_common(passage: Passage, end: int) -> Year | None:
    """The first year behind the words of an approval, else the date that opens its clause."""
    first, last = passage.clause(end - 1)
    if SINCE.match(passage.between(last, last + YEAR_REACH)):
        last = passage.end
    dates = list(_list_dates(passage))
    behind = [date for date in dates if end <= date.start <= min(last, end + YEAR_REACH)]
    if ENDED.search(passage.between(end, behind[0].start if behind else last)):
        return None
    opening = [date for date in dates if date.start >= first and OPENING_DATE.match(passage.between(first, date.start))]
    if behind or opening:
        return (behind or opening)[0]
    written = BRACKETED_YEAR.match(passage.between(end, min(last, end + YEAR_REACH)))
    return _make_year(written["year"], end + written.start("year")) if written is not None else None


def _find_beside(passage: Passage, place: Mention) -> Year | None:
    """The year right behind a place that stands far from its approval: "approved for … in Europe in 2014"."""
    dates = (date for date in _list_dates(passage) if date.start >= place.end)
    return next((date for date in dates if BESIDE.match(passage.between(place.end, date.start))), None)


def _list_dates(passage: Passage) -> Iterator[Year]:
    for mention in passage.of(Label.DATE):
        if mention.quantity:
            yield Year(mention.start, mention.end, mention.text, mention.quantity, mention)


def _make_year(written: str, start: int) -> Year:
    quantity = Quantity(float(written), None, Comparator.EQUAL, "a", written, 0)
    return Year(start, start + len(written), written, quantity, None)


# "(US 2002, EU 2003)", "Japan (2010)", "2003 (EU)": a year that is not part of another number
BARE_YEAR = re.compile(r"(?<![\w.,/–-])(?P<year>(?:19[4-9]|20[0-4])\d)(?![\w%–-]|[.,/]\d)")
BESIDE = re.compile(r"^\s*[(,:–-]?\s*(?:in |by |since )?(?:the )?$", re.IGNORECASE)
# Between two places that share a year: "in the US and in Canada in 2002".
SHARED = re.compile(r"^(?:[\s,/&]|\b(?:and|or|the|in|by)\b)*$", re.IGNORECASE)


def _find_paired(passage: Passage, place: Mention, places: Sequence[Mention]) -> Year | None:
    """The year beside one of several places that have each its own; None where one year is told for all.

    "in the US in 2002 and in Japan in 2010", "2002 (US), 2010 (Japan)".
    """
    ordered = sorted(places, key=lambda one: one.start)
    low, high = ordered[0].start - YEAR_REACH, ordered[-1].end + YEAR_REACH
    years = _list_years(passage, max(low, passage.start), min(high, passage.end), ordered)
    if len(years) < 2:  # noqa: PLR2004  (one is all places' own)
        return None
    if years[0].start < ordered[0].start:
        groups = _group_in_front(passage, ordered, years)
    else:
        groups = _group_behind(passage, ordered, years)
    return next((year for one, year in groups if one is place), None)


def _list_years(passage: Passage, low: int, high: int, places: Sequence[Mention]) -> list[Year]:
    """The dates from page offset `low` to `high` and the bare years that stand beside a place, in order."""
    dates = [date for date in _list_dates(passage) if low <= date.start < high]
    for match in BARE_YEAR.finditer(passage.text, low - passage.start, high - passage.start):
        start, end = passage.start + match.start(), passage.start + match.end()
        taken = any(date.start <= start < date.end for date in dates)
        beside = any(
            BESIDE.match(passage.between(place.end, start) if place.end <= start else passage.between(end, place.start))
            for place in places
        )
        if beside and not taken:
            dates.append(_make_year(match["year"], start))
    return sorted(dates, key=lambda date: date.start)


def _group_behind(
    passage: Passage, places: Sequence[Mention], years: Sequence[Year]
) -> Iterator[tuple[Mention, Year | None]]:
    """Places whose year follows: the first one behind, or that of the next place of the same list."""
    found: list[tuple[Mention, Year | None]] = []
    stops = [*(later.start for later in places[1:]), passage.end]
    for place, stop in reversed(list(zip(places, stops, strict=True))):
        year = next((year for year in years if place.end <= year.start < min(stop, place.end + YEAR_REACH)), None)
        if year is None and found and SHARED.match(passage.between(place.end, found[-1][0].start)):
            year = found[-1][1]
        found.append((place, year))
    yield from found


def _group_in_front(
    passage: Passage, places: Sequence[Mention], years: Sequence[Year]
) -> Iterator[tuple[Mention, Year | None]]:
    """Places whose year goes before: the last one in front, or that of the place before in the same list."""
    before = [year for year in years if year.start < places[0].start]
    current: Year | None = before[-1]
    yield places[0], current
    for earlier, place in pairwise(places):
        between = [year for year in years if earlier.end <= year.start < place.start]
        if between:
            current = between[-1]
        elif not SHARED.match(passage.between(earlier.end, place.start)):
            current = None
        yield place, current
