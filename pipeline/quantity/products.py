"""Figures that one passage multiplies: a concentration, a volume and the amount that it says they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.quantity.grammar import find_quantities
from pipeline.quantity.units import convert, dimension_of
from pipeline.quantity.words import SPACES, equating_pattern, multiplying_pattern
from pipeline.schema import Comparator

if TYPE_CHECKING:
    from pipeline.page import Quantity

VOLUME, VOLUME_UNIT = "volume", "mL"
AMOUNTS = frozenset({"mass", "international units"})
SYRINGE_UNIT = "U"  # the marks of a syringe stand beside a volume and say it again: "0.1 mL (10 units)"
FIGURES = 3
_ARTICLE = re.compile(r"(?:an?|the|exactly)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Product:
    """Three figures of one passage; the last one in the text is said to follow from the other two.

    `result` is one of the three.
    """

    concentration: Quantity
    volume: Quantity
    amount: Quantity
    result: Quantity

    @property
    def factors(self) -> tuple[float, float] | None:
        """Concentration and volume in the amount's unit and mL; nothing where they do not belong together."""
        strength = convert(self.concentration.value, self.concentration.unit, f"{self.amount.unit}/{VOLUME_UNIT}")
        volume = convert(self.volume.value, self.volume.unit, VOLUME_UNIT)
        return (strength, volume) if strength and volume else None

    @property
    def by_weight(self) -> tuple[Quantity, ...]:
        """The three figures, the result first."""
        return tuple(sorted((self.concentration, self.volume, self.amount), key=lambda one: one is not self.result))

    def solve(self, figure: Quantity) -> str:
        """What one of the three has to be if the other two are right, with its unit."""
        if self.factors is None:
            return ""
        strength, volume = self.factors
        if figure is self.amount:
            return f"{strength * volume:g} {self.amount.unit}"
        if figure is self.concentration:
            return f"{self.amount.value / volume:g} {self.amount.unit}/{VOLUME_UNIT}"
        return f"{self.amount.value / strength:g} {VOLUME_UNIT}"

    @property
    def doubt(self) -> float:
        """Half of the last digit of the result, as a share of it: how far its rounding may move it."""
        return 10.0**-self.result.decimals / 2 / abs(self.result.value) if self.result.value else 0.0


def find_product(text: str) -> Product | None:
    """The product that a passage states as one; nothing where it has other figures, or does not equate these.

    "2 mL in a 10 mg vial gives 5 mg/mL", "0.1 mL of a 5 mg/mL solution contains 500 mcg". Words that bring in
    another factor ("daily", "diluted") leave the three without a product.
    """
    found = [entry for entry in find_quantities(text) if entry[2].unit != SYRINGE_UNIT]
    if len(found) != FIGURES or multiplying_pattern().search(text):
        return None
    (_, before, _), (start, _, result) = found[1:]
    if not _equates(text[before:start]):
        return None
    quantities = [quantity for _, _, quantity in found]
    if any(quantity.comparator is not Comparator.EQUAL for quantity in quantities):
        return None
    by_dimension = {dimension_of(quantity.unit): quantity for quantity in quantities}
    volume = by_dimension.get(VOLUME)
    for amount in AMOUNTS & by_dimension.keys():
        concentration = by_dimension.get(f"{amount}/{VOLUME}")
        if concentration is not None and volume is not None:
            return Product(concentration, volume, by_dimension[amount], result)
    return None


def _equates(gap: str) -> bool:
    """Whether words between two figures end by saying that the second is what the first comes to."""
    return any(_ARTICLE.fullmatch(gap[match.end() :].strip(SPACES)) for match in equating_pattern().finditer(gap))
