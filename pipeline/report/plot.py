"""A dot plot of the numbers in a conflict: every value and range on one axis, the computed value as a line."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.schema import Comparator

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.schema import ClaimRow

# "813.92" of "813.92 g/mol", "1,234.5", "-0.3"; not the 4 of "C4" and not the 10 of "4–10".
NUMBER = re.compile(r"(?<![\w.,–-])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w–-]*\d)")

MARGIN = 6.0  # percent of the axis left free at either end
LOGARITHMIC = 50.0  # from this ratio of largest to smallest the small values would lie on one spot
TICKS = 4  # aimed at
LARGEST, SMALLEST = 1e15, 1e-15  # beyond these no page states a quantity, and the axis would overflow
LONGEST_VALUE = 200  # characters in which the computed value is looked for
UNITS = {"Cel": "°C", "[iU]": "IU", "a": "years"}


@dataclass(frozen=True, slots=True)
class Dot:
    """One stated value or range; `low` and `high` in percent of the axis, equal for a single value."""

    low: float
    high: float
    about: bool  # hollow: "about"
    open_low: bool  # an arrow to the left: "up to"
    open_high: bool  # an arrow to the right: "at least"


@dataclass(frozen=True, slots=True)
class Lane:
    """The values of one side."""

    side: str
    label: str
    at: float  # where the label stands
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """What the template draws; all places in percent of the axis."""

    unit: str
    logarithmic: bool
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    computed: float | None
    computed_label: str
    summary: str


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    logarithmic: bool

    def place(self, value: float) -> float:
        """Percent of the axis, rounded so that equal numbers give equal pages."""
        low, high, value = (self._scale(number) for number in (self.low, self.high, value))
        return round(MARGIN + (value - low) / (high - low) * (100 - 2 * MARGIN), 2)

    def _scale(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value


def draw_plot(sides: Sequence[tuple[str, str, Sequence[ClaimRow]]], computed: str | None) -> Plot | None:
    """A plot of the sides (letter, label, claims) and the computed value, or None where there is nothing to compare.

    Only claims in one base unit are drawn: the unit of most of them.
    """
    unit = _common_unit(claim for _, _, claims in sides for claim in claims)
    if unit is None:
        return None
    drawn = [(side, label, [claim for claim in claims if _fits(claim, unit)]) for side, label, claims in sides]
    line = read_number(computed, unit)
    numbers = [number for _, _, claims in drawn for claim in claims for number in _ends(claim)]
    numbers += [] if line is None else [line]
    if len(set(numbers)) < 2:  # noqa: PLR2004  (one value needs no picture)
        return None
    axis = _choose_axis(numbers)
    lanes = tuple(_place_lane(side, label, claims, axis) for side, label, claims in drawn if claims)
    said = "; ".join(f"{lane.side}: {lane.label}" for lane in lanes)
    return Plot(
        unit=say_unit(unit),
        logarithmic=axis.logarithmic,
        lanes=lanes,
        ticks=tuple((axis.place(tick), say_number(tick)) for tick in _choose_ticks(axis)),
        computed=None if line is None else axis.place(line),
        computed_label="" if line is None else say_number(line),
        summary=said if line is None else f"{said}; computed: {say_number(line)}",
    )


def read_number(text: str | None, unit: str) -> float | None:
    """The number in a computed value: the one in front of the unit, else the only one."""
    text = (text or "")[:LONGEST_VALUE]
    found = list(NUMBER.finditer(text))
    units = (unit, say_unit(unit), "Da") if unit == "g/mol" else (unit, say_unit(unit))
    united = [match for match in found if unit and text[match.end() :].lstrip().startswith(units)]
    chosen = united if len(united) == 1 else found
    if len(chosen) != 1:
        return None
    return float(chosen[0].group().replace(",", "").replace("−", "-"))


def say_number(value: float) -> str:
    """A number in shortest form."""
    return f"{value:.10g}"


def say_unit(unit: str) -> str:
    """A UCUM unit as a person reads it: `{residue}` is "residue"."""
    return UNITS.get(unit, unit.strip("{}[]"))


def _common_unit(claims: Iterable[ClaimRow]) -> str | None:
    counts: dict[str, int] = {}
    for claim in claims:
        unit = claim.base_unit or ""
        if _fits(claim, unit):
            counts[unit] = counts.get(unit, 0) + 1
    return max(sorted(counts), key=lambda unit: counts[unit]) if counts else None


def _fits(claim: ClaimRow, unit: str) -> bool:
    return _drawable(claim.base_value) and (claim.base_unit or "") == unit


def _drawable(value: float | None) -> bool:
    return value is not None and abs(value) <= LARGEST  # false for NaN too


def _ends(claim: ClaimRow) -> tuple[float, float]:
    value = claim.base_value or 0.0
    high = claim.base_value_high
    if high is None or not _drawable(high):
        return value, value
    if claim.comparator is Comparator.PLUS_MINUS:
        return value - high, value + high
    return min(value, high), max(value, high)


def _place_lane(side: str, label: str, claims: Sequence[ClaimRow], axis: _Axis) -> Lane:
    dots = tuple(dict.fromkeys(_place_claim(claim, axis) for claim in claims))
    low, high = min(dot.low for dot in dots), max(dot.high for dot in dots)
    return Lane(side, label, round((low + high) / 2, 2), dots)


def _place_claim(claim: ClaimRow, axis: _Axis) -> Dot:
    low, high = _ends(claim)
    return Dot(
        axis.place(low),
        axis.place(high),
        about=claim.comparator is Comparator.ABOUT,
        open_low=claim.comparator in {Comparator.LESS, Comparator.AT_MOST},
        open_high=claim.comparator in {Comparator.MORE, Comparator.AT_LEAST},
    )


def _choose_axis(numbers: Sequence[float]) -> _Axis:
    low, high = min(numbers), max(numbers)
    return _Axis(low, high, logarithmic=low > SMALLEST and high / low >= LOGARITHMIC)


def _choose_ticks(axis: _Axis) -> list[float]:
    if axis.logarithmic:
        powers = range(math.ceil(math.log10(axis.low)), math.floor(math.log10(axis.high)) + 1)
        step = max(1, math.ceil(len(powers) / TICKS))
        return [10.0**power for power in powers[::step]]
    width = _choose_step((axis.high - axis.low) / TICKS)
    first = math.ceil(axis.low / width)
    last = math.floor(axis.high / width)
    return [number * width for number in range(first, last + 1)]


def _choose_step(least: float) -> float:
    """The next of 1, 2, 5, 10, 20 … that is not smaller."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
