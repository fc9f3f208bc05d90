"""Periods: a number of years that a page states beside the years in which they began and ended."""

from __future__ import annotations

from pipeline.chemistry.findings import Finding, cannot_tell

YEARS = range(1000, 3000)  # what four digits may mean
# From some day of one year to some day of another is up to a year more or less; so is counting both ends.
YEAR_SLACK = 1


def check_period(begin: int, end: int, years: int) -> Finding:
    """Compare a stated number of whole years with the years of its begin and end (or of the page: "20 years ago").

    Years have no days, so one year more or less agrees. A period that ends before it begins disagrees
    with any number.
    """
    if begin not in YEARS or end not in YEARS or years < 0:
        return cannot_tell(f"{begin} to {end} and {years} years cannot be compared")
    span = end - begin
    said = f"{begin} to {end} is {span} year{'s' * (span != 1)}"
    if span < 0:
        return Finding("disagree", "", f"{begin} to {end} ends before it begins; stated {years}")
    if abs(span - years) <= YEAR_SLACK:
        return Finding("agree", str(span), f"{said}; stated {years} fits within {YEAR_SLACK}")
    way = f"{abs(years - span)} {'more' if years > span else 'fewer'}"
    return Finding("disagree", str(span), f"{said}; stated {years} is {way}")
