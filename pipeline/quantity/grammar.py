"""Quantities in text: numbers with their units, comparators, ranges and lists.

Four steps: numbers that mean something else are put aside (`guards`), each number takes its unit (`Measure`),
neighbours that are joined become one range, list or spread, and words in front and behind tell how it is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.page import Quantity
from pipeline.quantity.comparators import find_opening, read_before, read_behind, weigh
from pipeline.quantity.dates import YEAR, find_dates, is_year
from pipeline.quantity.guards import Ranges, find_others, is_inside_name, is_label
from pipeline.quantity.numerals import Numeral, find_numerals, read_power, scale_power
from pipeline.quantity.units import FOLD, SUBJECT, convert, dimension_of, read_unit
from pipeline.quantity.words import HYPHENS, SPACES, skip_back, word_before
from pipeline.schema import Comparator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.quantity.guards import Span
    from pipeline.quantity.units import UnitMatch

CENTURY = 100  # years
YEAR_DIGITS = 4
NOT_ALONE = frozenset("AFNSt")  # units within another ("A g−1", "t/ha"); alone letters of panels, scales, tests
LOWEST_CELSIUS = 15  # "37C" is a temperature, "3C" a panel, "13C" an isotope; "2-8C" is told by its dash
MOST_ITEMS = 20  # members of one list
PAIR = 2  # numbers that a range or a spread is made of
LONGEST_JOINT = 24  # characters between two numbers that belong together

# "N=18", "n = ", "n≥", "(n ": behind it stands a number of subjects.
_COUNT_OF = re.compile(r"(?<![\w.-])[nN][ \u00a0]?[=≈~:<>≤≥]{1,3}[ \u00a0]?$")
_LONGEST_COUNT_OF = 7
# "day 14", "week 12", "days 1, 3 and 7": the unit stands in front.
_UNITS_BEFORE = frozenset({"day", "days", "week", "weeks", "month", "months", "hour", "hours", "minute", "minutes"})

# Between two numbers: "–", "- to ", " to around ", ", and ", " ± ", " or ".
_JOINT = re.compile(
    rf"""
    [{HYPHENS}]? [{SPACES}]{{0,2}}
    (?: (?P<spread> ± | \+/[-−] | \+[-−] )
      | (?P<dash> [–—−-]{{1,2}} | [‑‐] | \.\.\. | … | ~ )
      | (?P<to> (?: (?: up [ ] )? to | through | until ) \b )
      | (?P<last> ,? [{SPACES}]? (?: and | or ) (?: [{SPACES}] the )? (?![\w]) | & | / )
      | (?P<comma> , )
    )
    [{SPACES}]{{0,2}}
    (?: (?: [~∼≈<>≤≥] | (?: about | approximately | around | roughly | nearly | up[ ]to ) [{SPACES}] ) [{SPACES}]? )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DASHES = "-–−‑—"
# A unit of the text's own: letters behind several numbers, one of them decimal ("5Rp", "1.4Rp"); "3D" is none.
_GLUED = re.compile(
    r"(?<![\w.,-])(?P<number>[0-9]{1,6}(?:\.[0-9]{1,6})?)(?P<letters>[A-Za-zµμ]{1,3})(?![\w^(]|[/.-][\w^(])"
)
_LETTERS = re.compile(r"[A-Za-zµμ]{1,3}(?!\w)")
_PLURALS = ("s", "men", "people", "children", "mice")
_WHEN = frozenset({"in", "since", "during", "by", "until"})
_SPACED_DASH = re.compile(r"\s—|—\s|\s-\S|\S-\s")  # prose goes on behind it
# Behind a list: each number is another thing's, as in "80% and 81% of men and women, respectively".
_RESPECTIVELY = re.compile(r"(?:[^.;:\n]|\.(?=[0-9])){0,160}?[ \u00a0(]respectively\b", re.IGNORECASE)
_DIMENSIONS_IN_PAIRS = frozenset({"pressure", "fraction"})  # "120/80 mmHg", "85/15%": two values, no fraction

# "(1.2 ± 0.3) × 10^5 cells", "(0.04–0.10)×10-10 m", "(20 ± 2) °C": what stands behind the bracket is for all of it.
_FACTORED = re.compile(
    rf"""
    (?<![\w)\]]) \( (?P<inside>
        [~∼≈<>]? [-−]? [0-9]{{1,9}} (?: [.,][0-9]{{1,9}} )?
        [{SPACES}]? (?: ± | \+/[-−] | [–—−-] | to[{SPACES}] ) [{SPACES}]?
        [-−]? [0-9]{{1,9}} (?: [.,][0-9]{{1,9}} )?
    ) \)
    (?: [{SPACES}]? [×x·*] [{SPACES}]? 10
        (?: \^ \(? (?P<caret> [-−–+]?[0-9]{{1,2}} ) \)?
          | (?P<raised> [⁻⁺]?[⁰¹²³⁴-⁹]{{1,2}} )
          | (?P<dash> [-−–]?[0-9]{{1,2}} )
        )
    )?
    """,
    re.VERBOSE,
)
# "60 × 10 × 3 mm³", "20 × 20 degrees", "2 m × 3 m": the sides of one thing; "1 × 5 mg" is a pack and its content.
_SIDE = r"[0-9]{1,5} (?: \.[0-9]{1,4} )?"
_SIDES = re.compile(
    rf"""
    (?<! [\w.,×/-] )
    (?P<first> {_SIDE} ) [{SPACES}]? (?: [kcmnµμ]?m [{SPACES}]? )? [×x]
    (?: [{SPACES}]? (?P<second> {_SIDE} ) [{SPACES}]? (?: [kcmnµμ]?m [{SPACES}]? )? [×x] )?
    [{SPACES}]? (?! 10 [1-9^⁰¹²³⁴-⁹⁻⁺−] ) (?P<last> {_SIDE} ) (?![0-9])
    """,
    re.VERBOSE,
)
# "10.5 (±2.1) years", "5 mg (± 1 mg)": the half width stands in brackets.
_SPREAD_APART = re.compile(
    rf"""
    (?<! [\w.,/-] ) (?P<middle> [-−]? [0-9]{{1,9}} (?: \.[0-9]{{1,9}} )? ) (?P<unit> [{SPACES}]? [^\W\d]{{0,5}} % ? )
    [{SPACES}]? \( [{SPACES}]? (?: ± | \+/[-−] ) [{SPACES}]?
    (?P<width> [0-9]{{1,9}} (?: \.[0-9]{{1,9}} )? ) [{SPACES}]? (?: [^\W\d]{{1,5}} | % )? \)
    """,
    re.VERBOSE,
)
_UPPER = re.compile(r"[<≤⩽≦]|than|most|below|under|up to")
_LOWER_BOUNDS = (Comparator.MORE, Comparator.AT_LEAST)
_UPPER_BOUNDS = (Comparator.LESS, Comparator.AT_MOST)
_BETWEEN_BOUNDS = re.compile(rf",?[{SPACES}]?(?:and|but|to|[–-])?[{SPACES}]?", re.IGNORECASE)
_COMPOUND = re.compile(rf"[{SPACES}](?:and[{SPACES}])?")  # "1 h 30 min", "2 years and 3 months"
_CROSS = re.compile(r"[0-9)m]\s?[x·*]\s?[0-9]")
_DIMENSIONS_OF_SIDES = frozenset({"length", "area", "volume", "angle", "pixels"})


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity in text, or a point in time (`is_date`; its quantity is of years, or nothing)."""

    start: int
    end: int
    quantity: Quantity | None
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One number with its own unit, if it has one; `end` is behind both. `bound`: "5+ years"."""

    start: int
    end: int
    number: Numeral
    unit: str | None
    bound: Comparator | None = None
    leads: bool = False  # the unit stands in front, also for the numbers that follow: "days 1, 3 and 7", "n = 6–8"


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers that make one quantity: how they are joined, and their common unit."""

    measures: tuple[Measure, ...]
    comparator: Comparator
    values: tuple[float, ...]
    unit: str | None
    closed: bool = False  # a range whose ends are bounds of their own: "≥18 and ≤65 years"

    @property
    def decimals(self) -> int:
        """Digits behind the point of the most precise number."""
        return max(measure.number.decimals for measure in self.measures)


def find_quantities(text: str, taken: Iterable[Span] = ()) -> Iterator[tuple[int, int, Quantity]]:
    """Start, end and value of every quantity in `text`, in order.

    `taken` are ranges that mean something else (names, sequences, citations); numbers in them are passed over.
    Dates, prices, addresses, labels and the digits inside names are no quantities.
    """
    for found in find_numbers(text, taken):
        if found.quantity is not None and not found.is_date:
            yield found.start, found.end, found.quantity


def find_numbers(text: str, taken: Iterable[Span] = (), *, years: bool = True) -> Iterator[Found]:
    """Quantities and dates, in order. Without `years`, a bare 1850 is a number like any other."""
    dates = list(find_dates(text)) if years else []
    found = [Found(date.start, date.end, date.quantity, is_date=True) for date in dates]
    spans = [*taken, *find_others(text), *((date.start, date.end) for date in dates)]
    whole = list(_find_wholes(text, Ranges(spans)))
    found += [result for group in whole if (result := _finish(text, group, years=years)) is not None]
    blocked = Ranges([*spans, *((group.measures[0].start, group.measures[-1].end) for group in whole)])
    measures = list(_find_measures(text, blocked))
    position = 0
    while position < len(measures):
        group = _read_group(text, measures, position)
        position += len(group.measures)
        result = _finish(text, group, years=years)
        if result is not None:
            found.append(result)
    yield from sorted(found, key=lambda result: (result.start, result.end))


def parse_field_quantity(text: str, default_unit: str | None = None) -> Quantity | None:
    """The quantity in the value of a field or cell, such as "~20 minutes (plasma)" or "1 × 5 mg vial".

    With a default unit (UCUM) the first quantity of its dimension wins, and a bare number is one of it.
    Nothing where no number fits.
    """
    quantities = [found.quantity for found in find_numbers(text, years=False) if found.quantity is not None]
    if not default_unit:
        return next((quantity for quantity in quantities if quantity.unit), next(iter(quantities), None))
    wanted = dimension_of(default_unit)
    for quantity in quantities:
        if quantity.unit and dimension_of(quantity.unit) == wanted:
            return quantity
    bare = next((quantity for quantity in quantities if not quantity.unit), None)
    return replace(bare, unit=default_unit) if bare else None


# ---- one number and its unit --------------------------------------------------------------------------------


def _find_measures(text: str, blocked: Ranges) -> Iterator[Measure]:
    joined_to = label_end = -1
    own = _find_own_units(text)
    for number in find_numerals(text):
        if number.start < joined_to or blocked.touch(number.start, number.end):
            continue
        measure = _measure(text, number, blocked, own, joined_to)
        unit_end = measure.end if measure.unit else None
        if is_inside_name(text, number, unit_end, joined_to):
            continue
        is_lettered = measure.unit is None or measure.end == number.end + 1
        if is_label(text, number, measure.unit, measure.end) or (
            is_lettered and _goes_on(text, label_end, number.start)
        ):
            label_end = measure.end
            continue
        joined_to = measure.end
        yield measure


def _find_own_units(text: str) -> frozenset[str]:
    numbers: dict[str, set[str]] = {}
    for match in _GLUED.finditer(text):
        numbers.setdefault(match["letters"], set()).add(match["number"])
    return frozenset(
        letters for letters, found in numbers.items() if len(found) > 1 and any("." in number for number in found)
    )


def _measure(text: str, number: Numeral, blocked: Ranges, own: frozenset[str], former: int) -> Measure:
    """A number with its unit; the words up to `former` belong to the number before."""
    plus = text[number.end : number.end + 1] == "+" and text[number.end + 1 : number.end + 2].isspace()
    bound = Comparator.AT_LEAST if plus else None
    unit = read_unit(text, number.end + plus)
    if unit is not None and not blocked.touch(number.end, unit.end) and _is_unit_of(text, number, unit):
        return Measure(number.start, unit.end, number, unit.ucum, bound)
    glued = _LETTERS.match(text, number.end) if own else None
    if glued is not None and glued[0] in own:
        return Measure(number.start, glued.end(), number, f"{{{glued[0]}}}", bound)
    start, leading = _read_unit_before(text, number)
    if start < former:  # "2 minute 1"
        start, leading = number.start, None
    return Measure(start, number.end, number, leading, leads=leading is not None)


def _read_unit_before(text: str, number: Numeral) -> tuple[int, str | None]:
    """Start and unit of a number that follows its unit: "day 14"; behind "n =" the number alone counts subjects."""
    if _COUNT_OF.search(text[max(0, number.start - _LONGEST_COUNT_OF) : number.start]):
        return number.start, SUBJECT
    end = skip_back(text, number.start, SPACES, most=1)
    word = word_before(text, end) if end < number.start and not number.word else ""
    unit = read_unit(word, 0) if word.lower() in _UNITS_BEFORE else None
    return (end - len(word), unit.ucum) if unit else (number.start, None)


def _is_unit_of(text: str, number: Numeral, unit: UnitMatch) -> bool:
    """Whether the words behind a number are its unit: not the sign of "1 × 5 mg", the "K" of "10K"."""
    words = text[number.end : unit.end]
    if words.strip(SPACES) in NOT_ALONE:
        return False
    if ":" in text[number.start : number.end]:  # "a 1:2 molar ratio"
        return False
    if unit.ucum == FOLD and words[-1] in "×x":
        following = text[unit.end : unit.end + 2].strip()[:1]
        return not following.isdecimal() and following not in tuple("+−=^")  # "1 × 5 mg", "y = 3x + 1"
    if unit.ucum == SUBJECT and words[0].isspace() and number.value != 1:
        return words.lower().endswith(_PLURALS)  # "two patient groups" are no two patients
    if number.plain and len(words) == 1 and words.isupper():
        in_range = text[number.start - 1 : number.start] in tuple(_DASHES)
        return words == "C" and (in_range or not 0 <= number.value < LOWEST_CELSIUS)
    return True


def _goes_on(text: str, end: int, start: int) -> bool:
    """Whether a number goes on with the labels before it: the 5 of "phases 3, 5 and 7"."""
    return end >= 0 and start - end <= LONGEST_JOINT and _JOINT.fullmatch(text, end, start) is not None


# ---- several numbers that are one quantity ------------------------------------------------------------------


def _find_wholes(text: str, blocked: Ranges) -> Iterator[Group]:
    """Groups that are told by their form as a whole: a bracket with one power or unit, the sides of a thing."""
    has_spread = "±" in text or "+/" in text
    has_product = "×" in text or _CROSS.search(text) is not None
    for match in _FACTORED.finditer(text) if has_spread or has_product else ():
        if not blocked.touch(*match.span()) and (group := _read_factored(text, match)) is not None:
            yield group
    for match in _SPREAD_APART.finditer(text) if has_spread else ():
        if not blocked.touch(*match.span()) and (group := _read_spread_apart(text, match)) is not None:
            yield group
    for match in _SIDES.finditer(text) if has_product else ():
        if not blocked.touch(*match.span()) and (group := _read_sides(text, match)) is not None:
            yield group


def _read_factored(text: str, match: re.Match[str]) -> Group | None:
    inside = match["inside"]
    measures = list(_find_measures(inside, Ranges(())))
    written = match["caret"] or match["raised"] or match["dash"]
    unit = read_unit(text, match.end())
    if len(measures) < PAIR or any(measure.unit for measure in measures) or not (written or unit):
        return None
    group = _read_group(inside, measures, 0)
    is_spread = group.comparator is Comparator.PLUS_MINUS
    if len(group.measures) < len(measures) or not (is_spread or (written and group.comparator is Comparator.RANGE)):
        return None
    power = read_power(written) if written else 0
    numbers = [replace(measure.number, decimals=measure.number.decimals - power) for measure in group.measures]
    end = unit.end if unit else match.end()
    code = unit.ucum if unit else None
    ends = (Measure(match.start(), end, numbers[0], code), Measure(match.start(), end, numbers[-1], code))
    return Group(ends, group.comparator, tuple(scale_power(value, power) for value in group.values), code)


def _read_spread_apart(text: str, match: re.Match[str]) -> Group | None:
    inside, behind = read_unit(text, match.end("middle")), read_unit(text, match.end())
    if match["unit"].strip() and (inside is None or inside.end > match.end("unit")):
        return None
    unit = inside if match["unit"].strip() else behind
    end = unit.end if unit is not None and unit is behind else match.end()
    written = (match["middle"].replace("−", "-"), match["width"])
    numbers = [Numeral(match.start(), match.end(), float(one), len(one.partition(".")[2])) for one in written]
    code = unit.ucum if unit else None
    measures = tuple(Measure(match.start(), end, number, code) for number in numbers)
    return Group(measures, Comparator.PLUS_MINUS, tuple(number.value for number in numbers), code)


def _read_sides(text: str, match: re.Match[str]) -> Group | None:
    unit = read_unit(text, match.end())
    if unit is None or dimension_of(unit.ucum) not in _DIMENSIONS_OF_SIDES or unit.ucum.endswith("L"):
        return None
    written = [side for side in (match["first"], match["second"], match["last"]) if side]
    numbers = [
        Numeral(match.start(), match.end(), float(side), decimals=len(side.partition(".")[2])) for side in written
    ]
    measures = tuple(Measure(match.start(), unit.end, number, unit.ucum) for number in numbers)
    return Group(measures, Comparator.LIST, tuple(number.value for number in numbers), unit.ucum)


def _read_group(text: str, measures: list[Measure], position: int) -> Group:
    first = measures[position]
    single = _read_single(first)
    if position + 1 == len(measures) or len(single.values) > 1:
        return single
    second = _follow(first, measures[position + 1])
    whole = _read_compound(text, first, second) or _read_bounded(text, first, second)
    if whole is not None:
        return whole
    joint = _find_joint(text, first, second)
    if joint is None:
        return single
    if joint["spread"]:
        return _read_spread(first, second) or single
    if joint["dash"] or joint["to"] or _is_between(text, first, joint):
        return _read_range(first, second, dashed=bool(joint["dash"])) or single
    return _read_list(text, measures, position) or single


def _read_compound(text: str, first: Measure, second: Measure) -> Group | None:
    """One time in two units, the larger first: "1 h 30 min"."""
    if first.unit is None or second.unit is None or first.leads or second.leads or first.unit == second.unit:
        return None
    if dimension_of(first.unit) != "time" or not _COMPOUND.fullmatch(text, first.end, second.start):
        return None
    whole, one = (convert(value, first.unit, second.unit) for value in (first.number.value, 1.0))
    if whole is None or one is None or not 0 < second.number.value < one or first.number.decimals > 0:
        return None
    return Group((first, second), Comparator.EQUAL, (whole + second.number.value,), second.unit)


def _read_bounded(text: str, first: Measure, second: Measure) -> Group | None:
    """A range from a lower to an upper bound: "≥18 and ≤65 years", "more than 5 but less than 10 mg"."""
    if second.start - first.end > LONGEST_JOINT or not _UPPER.search(text, first.end, second.start):
        return None
    low, _ = read_before(text, first.start, first.unit, is_word=False)
    high, start = read_before(text, second.start, second.unit, is_word=False)
    if low not in _LOWER_BOUNDS or high not in _UPPER_BOUNDS or not _BETWEEN_BOUNDS.fullmatch(text, first.end, start):
        return None
    group = _read_range(first, second, dashed=False)
    return replace(group, closed=True) if group and first.number.value < second.number.value else None


def _follow(first: Measure, second: Measure) -> Measure:
    """The second number with the unit that stands in front of the first: the 3 of "days 1 and 3"."""
    return replace(second, unit=first.unit) if first.leads and second.unit is None else second


def _find_joint(text: str, first: Measure, second: Measure) -> re.Match[str] | None:
    if second.start - first.end > LONGEST_JOINT or first.bound:
        return None
    joint = _JOINT.fullmatch(text, first.end, second.start)
    if joint is None or (joint["dash"] and _SPACED_DASH.match(text, max(0, joint.start("dash") - 1))):
        return None
    return joint


def _is_between(text: str, first: Measure, joint: re.Match[str]) -> bool:
    return joint[0].strip(" ,").startswith("and") and find_opening(text, first.start, "between") is not None


def _read_single(measure: Measure) -> Group:
    number = measure.number
    if number.over is not None and number.under is not None and measure.unit is not None:
        in_pairs = dimension_of(measure.unit) in _DIMENSIONS_IN_PAIRS or number.over >= number.under
        if in_pairs:
            pair = replace(measure, number=replace(number, decimals=0))
            return Group((pair,), Comparator.LIST, (float(number.over), float(number.under)), measure.unit)
    return Group((measure,), measure.bound or Comparator.EQUAL, (number.value,), measure.unit)


def _read_spread(first: Measure, second: Measure) -> Group | None:
    if first.unit is not None and first.unit != second.unit:
        return None
    values = (first.number.value, abs(second.number.value))
    return Group((first, second), Comparator.PLUS_MINUS, values, second.unit)


def _read_range(first: Measure, second: Measure, *, dashed: bool) -> Group | None:
    """The range from `first` to `second`, lower end first; nothing where the two do not fit together."""
    low, high = first.number.value, second.number.value
    if first.unit is None and second.unit is None:
        if first.number.word != second.number.word:
            return None
        if is_year(low) and high < CENTURY and second.number.plain:  # "2015–16"
            high += low // CENTURY * CENTURY
        if dashed and high <= low:
            return None
    if first.unit is not None and first.unit != second.unit:
        converted = _into_unit(low, first.unit, second.unit)
        if converted is None:
            return None
        low = converted
    return Group((first, second), Comparator.RANGE, (min(low, high), max(low, high)), second.unit)


def _into_unit(value: float, unit: str, wanted: str | None) -> float | None:
    if wanted is None:
        return None
    if unit == "deg" and dimension_of(wanted) == "temperature":  # "2° to 8 °C"
        return value
    amount, _, each = wanted.partition("/")
    if each.startswith("{") or dimension_of(each) == "time":  # "200 mcg to 400 mcg per injection"
        return convert(value, unit, wanted) or convert(value, unit, amount)
    return convert(value, unit, wanted)


def _read_list(text: str, measures: list[Measure], position: int) -> Group | None:
    """Members that share a unit, or each have the same: "5, 10 and 20 mg", "0.1% or 1%"."""
    members = [measures[position]]
    ended = False
    for measure in measures[position + 1 : position + MOST_ITEMS]:
        following = _follow(members[0], measure)
        joint = _find_joint(text, members[-1], following)
        if following.unit is not None and _is_year_of(text, members[-1]):
            break
        if joint is None or not (joint["last"] or joint["comma"]) or not _are_alike(members[-1], following):
            break
        members.append(following)
        ended = bool(joint["last"])
        if ended or (members[0].unit is None and following.unit is not None):
            break
    if not ended and (len(members) == 1 or members[0].unit is None):
        return None
    if _RESPECTIVELY.match(text, members[-1].end):
        for place, member in enumerate(members[:-1], start=position):  # "9 or 4.8 months, respectively"
            measures[place] = replace(member, unit=member.unit or members[-1].unit)
        return _read_single(measures[position])
    values = tuple(member.number.value for member in members)
    return Group(tuple(members), Comparator.LIST, values, members[-1].unit)


def _are_alike(first: Measure, second: Measure) -> bool:
    if first.unit is not None:
        return first.unit == second.unit and first.unit != SUBJECT  # "12 men and 6 women" are no alternatives
    alike = first.number.word == second.number.word
    return alike and (_is_plain_year(first) == _is_plain_year(second) or second.unit is not None)


# ---- how it is meant ----------------------------------------------------------------------------------------


def _finish(text: str, group: Group, *, years: bool) -> Found | None:
    """The quantity with its comparators; nothing for a bare number that stands for something else."""
    start, end = group.measures[0].start, group.measures[-1].end
    unit = group.unit
    behind, end = read_behind(text, end)
    unit_behind = read_unit(text, end) if behind and unit is None else None
    if unit_behind is not None:  # "5 or more patients"
        unit, end = unit_behind.ucum, unit_behind.end
    if group.comparator is Comparator.RANGE:
        start = _open_range(text, start)
    before, start = read_before(text, start, unit, is_word=group.measures[0].number.word)
    if text[start - 1 : start] == "±" and len(group.values) == 1:
        group = replace(group, comparator=Comparator.PLUS_MINUS, values=(0.0, group.values[0]))
        start -= 1
    comparator = None if group.closed else weigh(before, behind)
    if group.measures[0].number.article and before is None:
        return None
    written = text[start:end]
    if unit is None and years and comparator in (None, Comparator.ABOUT) and _is_date(text, group):
        return Found(start, end, _make(written, group, comparator, YEAR), is_date=True)
    if unit is None and _means_nothing(text, group):
        return None
    return Found(start, end, _make(written, group, comparator, unit or ""))


def _open_range(text: str, start: int) -> int:
    """Where the words begin that announce a range: "between", "from", "range from", "range"."""
    openings = (find_opening(text, start, word) for word in ("between", "from"))
    start = next((opening for opening in openings if opening is not None), start)
    announced = find_opening(text, start, "range")
    return start if announced is None else announced


def _make(written: str, group: Group, comparator: Comparator | None, unit: str) -> Quantity:
    values = group.values
    meant, value, high = group.comparator, values[0], None
    others: tuple[float, ...] = ()
    if meant is Comparator.EQUAL:
        meant = comparator or meant
    elif meant is Comparator.LIST:
        others = values[1:]
    elif meant is Comparator.RANGE and comparator in (Comparator.LESS, Comparator.AT_MOST):
        meant, value = comparator, values[1]  # "up to 2–3 weeks"
    elif meant is Comparator.RANGE and comparator in (Comparator.MORE, Comparator.AT_LEAST):
        meant = comparator
    elif len(values) > 1:
        high = values[1]
    return Quantity(value, high, meant, unit, written, group.decimals, others)


# ---- bare numbers -------------------------------------------------------------------------------------------


def _is_plain_year(measure: Measure) -> bool:
    number = measure.number
    return number.plain and measure.unit is None and number.end - number.start == YEAR_DIGITS and is_year(number.value)


def _is_year_of(text: str, measure: Measure) -> bool:
    """Whether a bare number is the year of an event: "1.2 m in 2009 and 1.4 m in 2010"."""
    return _is_plain_year(measure) and word_before(text, skip_back(text, measure.start, SPACES)).lower() in _WHEN


def _is_date(text: str, group: Group) -> bool:
    """Whether bare numbers are years; "= 2000" is none."""
    if not _is_plain_year(group.measures[0]) or not all(map(is_year, group.values)):
        return False
    start = skip_back(text, group.measures[0].start, SPACES)
    return text[start - 1 : start] != "="


def _means_nothing(text: str, group: Group) -> bool:
    """A citation "(14–17)", the pronoun "one", a date or score such as "24/7"."""
    first, last = group.measures[0], group.measures[-1]
    number = first.number
    if len(group.values) == 1:
        if number.word and number.value == 1:
            return True
        if number.over is not None and number.under is not None and number.over >= number.under:
            return True
    in_brackets = text[first.start - 1 : first.start] == "(" and text[last.end : last.end + 1] == ")"
    return in_brackets and all(measure.number.plain for measure in group.measures)
