"""Whether two quantities say the same: intervals in base units, with the precision that their digits claim.

Each quantity becomes one or more intervals. Two relations are told apart by their ends as stated (`equal`), by one
lying inside what the other allows (`contains`), or by a common part (`overlaps`); what is left is `disjoint`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from pipeline.quantity.units import base_of, convert, dimension_of, scale_of
from pipeline.schema import Comparator

if TYPE_CHECKING:
    from pipeline.page import Quantity

Relation = Literal["equal", "contains", "overlaps", "disjoint", "incomparable"]

ABOUT_SHARE = 0.10  # "about 20" allows 18 to 22: a reader's rounding, wider than any tolerance of a predicate
# A number with fewer digits is a rounding of the other if they differ by no more than this share: 5.8 and 6 are one
# statement, 2 mg and 2.4 mg are two doses.
ROUNDING_SHARE = 0.05
TRUNCATION_SHARE = 0.001  # cut off instead of rounded: 1419.5 for 1419.59; 99 for 99.9 is no cut
FLOAT_SHARE = 1e-9  # what conversion between units may add
TEMPERATURE = "temperature"
MOST_VALUES = 20  # members of a list that are compared


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two quantities relate, and why, in words with the numbers."""

    relation: Relation
    reason: str


@dataclass(frozen=True, slots=True)
class Interval:
    """What a quantity says (`low` to `high`) and what it allows (`least` to `most`), in base units.

    An open end is excluded ("below 5"). `step` is the weight of the last digit that is stated; a scale without a
    natural zero (°C) has no shares of a value to round within.
    """

    low: float
    high: float
    least: float
    most: float
    step: float
    has_zero: bool = True
    open_low: bool = False
    open_high: bool = False


def to_base(quantity: Quantity) -> tuple[float, float | None, str]:
    """Value, high end or half width, and base unit; a quantity of an unknown unit stays as it is."""
    base = base_of(quantity.unit) if quantity.unit else None
    value = convert(quantity.value, quantity.unit, base) if base else None
    if base is None or value is None:
        return quantity.value, quantity.value_high, quantity.unit
    return value, _high_to_base(quantity, base), base


def compare(first: Quantity, second: Quantity, tolerance: float = 0.0) -> Comparison:
    """How two quantities relate; the order of the two does not matter, and neither does their unit.

    `tolerance` is a share of the larger of two numbers, up to which they are the same number.
    """
    one, other = dimension_of(first.unit), dimension_of(second.unit)
    if one != other or one is None:
        units = " and ".join(sorted(quantity.unit or "no unit" for quantity in (first, second)))
        return Comparison("incomparable", f"{units} do not measure the same")
    left, right = _to_intervals(first), _to_intervals(second)
    relation = _relate_all(left, right, tolerance)
    return Comparison(relation, _explain(relation, first, second))


def _relate_all(left: tuple[Interval, ...], right: tuple[Interval, ...], tolerance: float) -> Relation:
    if len(left) == len(right) == 1:
        return _relate(left[0], right[0], tolerance)
    if _all_in(left, right, tolerance, exactly=True) and _all_in(right, left, tolerance, exactly=True):
        return "equal"
    if _all_in(left, right, tolerance) or _all_in(right, left, tolerance):
        return "contains"
    meet = any(_relate(one, other, tolerance) != "disjoint" for one in left for other in right)
    return "overlaps" if meet else "disjoint"


def _all_in(
    left: tuple[Interval, ...], right: tuple[Interval, ...], tolerance: float, *, exactly: bool = False
) -> bool:
    fits = ("equal",) if exactly else ("equal", "contains")
    return all(any(_relate(one, other, tolerance) in fits for other in right) for one in left)


def _relate(one: Interval, other: Interval, tolerance: float) -> Relation:
    if _is_same_interval(one, other, tolerance):
        return "equal"
    if _is_inside(one, other, tolerance) or _is_inside(other, one, tolerance):
        return "contains"
    starts_before = _reaches(one.least, other.most, tolerance, is_open=one.open_low or other.open_high)
    ends_after = _reaches(other.least, one.most, tolerance, is_open=other.open_low or one.open_high)
    return "overlaps" if starts_before and ends_after else "disjoint"


def _is_same_interval(one: Interval, other: Interval, tolerance: float) -> bool:
    is_coarse = not math.isclose(one.step, other.step, rel_tol=FLOAT_SHARE)
    step = max(one.step, other.step) if is_coarse else 0.0
    share = ROUNDING_SHARE if one.has_zero else math.inf
    ends = ((one.low, other.low), (one.high, other.high))
    return all(_is_same(end, other_end, tolerance, step, share) for end, other_end in ends)


def _is_same(one: float, other: float, tolerance: float, step: float, share: float) -> bool:
    """Whether two numbers are one: within tolerance, or one the rounding or cutting of the other to `step`.

    A rounding moves a number by no more than `share` of it.
    """
    if one == other:
        return True
    if math.isinf(one) or math.isinf(other):
        return False
    distance = abs(one - other)
    size = max(abs(one), abs(other))
    if distance <= size * max(tolerance, FLOAT_SHARE):
        return True
    if distance <= step / 2 + size * FLOAT_SHARE:
        return distance <= size * share
    return distance < step - size * FLOAT_SHARE and distance <= size * TRUNCATION_SHARE


def _is_inside(inner: Interval, outer: Interval, tolerance: float) -> bool:
    """Whether what `inner` says lies in what `outer` allows."""
    above = _reaches(outer.least, inner.low, tolerance, is_open=outer.open_low and not inner.open_low)
    below = _reaches(inner.high, outer.most, tolerance, is_open=outer.open_high and not inner.open_high)
    return above and below


def _reaches(low: float, high: float, tolerance: float, *, is_open: bool) -> bool:
    """Whether `low` is not above `high`, give or take the tolerance; an open end must be passed."""
    if math.isinf(low) or math.isinf(high):
        return low <= high
    slack = max(abs(low), abs(high)) * max(tolerance, FLOAT_SHARE)
    if is_open and tolerance == 0:
        return low < high - slack
    return low <= high + slack


def _to_intervals(quantity: Quantity) -> tuple[Interval, ...]:
    value, high, base = to_base(quantity)
    make = partial(Interval, step=_step_in_base(quantity), has_zero=dimension_of(base) != TEMPERATURE)
    match quantity.comparator:
        case Comparator.LIST:
            others = (convert(other, quantity.unit, base) for other in quantity.others[: MOST_VALUES - 1])
            members = (value, *(other for other in others if other is not None))
            return tuple(make(member, member, member, member) for member in members)
        case Comparator.RANGE if high is not None:
            return (make(value, high, value, high),)
        case Comparator.PLUS_MINUS if high is not None:
            return (make(value, value, value - high, value + high),)
        case Comparator.ABOUT:
            width = abs(value) * ABOUT_SHARE
            return (make(value, value, value - width, value + width),)
        case Comparator.LESS | Comparator.AT_MOST as meant:
            return (make(-math.inf, value, -math.inf, value, open_high=meant is Comparator.LESS),)
        case Comparator.MORE | Comparator.AT_LEAST as meant:
            return (make(value, math.inf, value, math.inf, open_low=meant is Comparator.MORE),)
        case _:
            return (make(value, value, value, value),)


def _high_to_base(quantity: Quantity, base: str) -> float | None:
    """The high end in base units; a half width is a difference, so an offset does not move it."""
    if quantity.value_high is None:
        return None
    if quantity.comparator is not Comparator.PLUS_MINUS:
        return convert(quantity.value_high, quantity.unit, base)
    source, target = scale_of(quantity.unit), scale_of(base)
    return quantity.value_high * source.factor / target.factor if source and target else None


def _step_in_base(quantity: Quantity) -> float:
    scale = scale_of(quantity.unit)
    return 10.0**-quantity.decimals * (scale.factor if scale else 1.0)


def _explain(relation: Relation, first: Quantity, second: Quantity) -> str:
    one, other = sorted((_describe(first), _describe(second)))
    words = {
        "equal": "state the same",
        "contains": "can both hold: one allows the other",
        "overlaps": "have a part in common",
        "disjoint": "cannot both hold",
    }
    return f"{one} and {other} {words[relation]}"


def _describe(quantity: Quantity) -> str:
    value, high, unit = to_base(quantity)
    written = " ".join(quantity.written.split())
    numbers = f"{value:g}" if high is None else f"{value:g} to {high:g}"
    if quantity.comparator is Comparator.PLUS_MINUS:
        numbers = f"{value:g} ± {high:g}"
    return f"'{written}' ({quantity.comparator} {numbers} {unit})".replace(" )", ")")
