"""CAS Registry Numbers and their check digit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.chemistry.ends import DASHES
from pipeline.chemistry.findings import LONG, Finding, cannot_tell

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_DIGITS = 7  # of the first group
BEHIND = 30  # characters before a number in which it may be called one

# "80714-61-0" with any dash; not inside a longer number or another dashed code.
_CAS = re.compile(
    rf"""
    (?<! [\w.] ) (?<! \d [{DASHES}] )
    (?P<first> [1-9]\d{{1,6}} ) [{DASHES}] (?P<second> \d\d ) [{DASHES}] (?P<check> \d )
    (?! \w | [{DASHES}.,]\d )
    """,
    re.VERBOSE,
)
# "CAS No. 80714-610", "cas: 0714-61-0": called a CAS number, and written as none.
_MISSHAPEN = re.compile(
    rf"""
    (?= [Cc] ) (?<! [A-Za-z] ) CAS
    (?: [ _-]? (?: RN | no\b [.]? | number | registry [ ] number ) [ :\#|*"']{{0,6}} | [ ]{{0,2}} [:\#|] [ *"']{{0,5}} )
    (?P<number> \d{{1,8}} (?: [{DASHES}] \d{{1,5}} ){{1,3}} )
    (?! [\w{DASHES}/] | [.,]\d )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DIGITS = re.compile(rf"\d+(?:[{DASHES}]\d+)+")
_PLAIN = re.compile(rf"[{DASHES}]")
SHAPE = "two to seven digits, no zero in front, two digits and a check digit"
_LABEL = re.compile(r"(?:\bCAS|\bRN|\bregistry)\b[^\d;]*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CasMatch:
    """A number of CAS shape, or called a CAS number, from `start` up to, not including, `end`.

    number: with plain hyphens. valid: the check digit fits. labelled: the text before it speaks of CAS; such a
    number may also lack the shape.
    """

    start: int
    end: int
    number: str
    valid: bool
    labelled: bool


def find_cas(text: str) -> Iterator[CasMatch]:
    """Find numbers of CAS shape, valid or not, in order; one that is neither valid nor labelled may be anything.

    Numbers of another shape are found where a label right before them calls them CAS numbers.
    """
    yield from sorted((*_find_shaped(text), *_find_misshapen(text)), key=lambda match: match.start)


def _find_shaped(text: str) -> Iterator[CasMatch]:
    for match in _CAS.finditer(text):
        number = f"{match['first']}-{match['second']}-{match['check']}"
        labelled = bool(_LABEL.search(text[max(0, match.start() - BEHIND) : match.start()]))
        yield CasMatch(match.start(), match.end(), number, is_valid_cas(number), labelled)


def _find_misshapen(text: str) -> Iterator[CasMatch]:
    for match in _MISSHAPEN.finditer(text):
        number = _PLAIN.sub("-", match["number"])
        if not _CAS.fullmatch(number):
            yield CasMatch(match.start("number"), match.end("number"), number, valid=False, labelled=True)


def is_valid_cas(text: str) -> bool:
    """Whether a whole string is a CAS number whose check digit fits.

    >>> is_valid_cas("80714-61-0"), is_valid_cas("80714-61-1")
    (True, False)
    """
    parts = _read_cas(text)
    return parts is not None and _weigh_digits(parts[0]) % 10 == parts[1]


def check_cas(text: str) -> Finding:
    """Recompute the check digit of a CAS number; name the digit that would fit, and a digit lost in front.

    Digits and hyphens in another shape are no CAS number; other words cannot be told.

    >>> finding = check_cas("80714-61-1")
    >>> finding.verdict, finding.computed
    ('disagree', '80714-61-0')
    """
    parts = _read_cas(text)
    if parts is None and _DIGITS.fullmatch(text.strip()):
        return Finding("disagree", "", f"{text.strip()[:LONG]!r} is no CAS number: one is {SHAPE}")
    if parts is None:
        return cannot_tell(f"{text[:LONG]!r} has not the shape of a CAS number")
    digits, check = parts
    total = _weigh_digits(digits)
    products = " + ".join(f"{place}×{digit}" for place, digit in enumerate(reversed(digits), start=1))
    said = f"{_write_cas(digits, check)}: {products} = {total}, so the check digit is {total % 10}"
    right = _write_cas(digits, total % 10)
    if total % 10 == check:
        return Finding("agree", right, f"{said}, as stated")
    said += f", not {check}; {right} would fit"
    lost = [_write_cas(lead + digits, check) for lead in _find_lost_digits(digits, check)]
    if lost:
        said += f", and so would {' or '.join(lost)} if a leading digit was dropped"
    return Finding("disagree", right, said, (right, *lost))


def _read_cas(text: str) -> tuple[str, int] | None:
    """The digits before the check digit, and the check digit; nothing if this has not the shape."""
    match = _CAS.fullmatch(text.strip())
    return (match["first"] + match["second"], int(match["check"])) if match else None


def _weigh_digits(digits: str) -> int:
    """Sum of each digit times its place from the right, whose last figure is the check digit."""
    return sum(place * int(digit) for place, digit in enumerate(reversed(digits), start=1))


def _find_lost_digits(digits: str, check: int) -> tuple[str, ...]:
    """Leading digits that would make the number valid, where one was dropped in copying."""
    if len(digits) >= MOST_DIGITS + 2:
        return ()
    return tuple(lead for lead in "123456789" if _weigh_digits(lead + digits) % 10 == check)


def _write_cas(digits: str, check: int) -> str:
    """The usual writing: `80714-61-0`."""
    return f"{digits[:-2]}-{digits[-2:]}-{check}"
