"""Molecular formulas: read them as pages write them, and weigh them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Elements of peptides, their salts and complexes; two letters before one, for the pattern.
ELEMENTS = (
    *("Ag", "Al", "As", "Au", "Ba", "Br", "Ca", "Cl", "Co", "Cr", "Cu", "Fe", "Gd", "Li", "Mg", "Mn", "Mo"),
    *("Na", "Ni", "Pd", "Pt", "Se", "Si", "Sn", "Tc", "Zn"),
    *("B", "C", "F", "H", "I", "K", "N", "O", "P", "S"),
)
ELECTRON = 0.000548579909  # u, CODATA 2018

LONGEST = 120  # characters; the formula of a 200-residue peptide with its salts is shorter
DEEPEST = 3  # nested parentheses
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")

_SYMBOL = "(?:" + "|".join(ELEMENTS) + ")(?![a-z])"
# A count begins with no zero: "C0H0N0" is nothing.
_ATOM = re.compile(rf"(?P<symbol>{_SYMBOL})(?P<count>(?:[1-9]\d{{0,3}})?)")
_CLOSING = re.compile(r"\)((?:[1-9]\d{0,2})?)")
_DOTS = "·•∙⋅"

# The charge at the end: "⁻", "²⁺", "^2-", " 2+", "(+)"; a bare "+" or "-".
_CHARGE = re.compile(
    r"""
    (?: (?P<raised> [⁰¹²³⁴-⁹]? [⁺⁻] )
      | [\^\s(]+ (?P<written> \d? [+\-−] ) \)?
      | (?P<bare> (?: (?<= Cu | Zn | Fe | Ca | Mg ) \d )? [+\-−] )  # "Cu2+" is one ion, never two copper
    )
    \Z
    """,
    re.VERBOSE,
)

# "C62H98N16O22", "C37H51N9O10S·C2H4O2", "C₁₄H₂₁CuN₆O₄⁻"; not the front of "C57BL" or "CJC1295".
_TIGHT = re.compile(
    rf"""
    (?= [A-Z] ) (?<! [A-Za-z0-9] )
    (?P<main> (?: {_SYMBOL} \d{{0,4}}+ ){{3,16}}+ )
    (?P<more> (?: [ ]? [{_DOTS}] [ ]? \d{{0,2}}+ (?: {_SYMBOL} \d{{0,4}}+ ){{1,8}}+ (?! [A-Za-z0-9] ) )*+ )
    (?P<charge> [²³]? [⁺⁻] )?
    (?! [A-Za-z0-9] )
    """,
    re.VERBOSE,
)
# "C62 H98 N16 O22", or "C 62 H 98 N 16 O 22 S" where subscripts lost their tags.
_SPACED = re.compile(
    rf"""
    (?= [A-Z] ) (?<! [A-Za-z0-9] )
    (?P<main>
        (?: {_SYMBOL} [ \u00a0]?+ \d{{1,4}}+ (?: [ \u00a0] (?= {_SYMBOL} [ \u00a0]? \d ) )? ){{2,15}}+
        (?: [ \u00a0] {_SYMBOL} )?
    )
    (?! [A-Za-z0-9] )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Formula:
    """Atoms by element in Hill order, never a zero, and the charge in elementary charges.

    A shift between two formulas (minus a water) is a Formula with negative counts.
    """

    counts: tuple[tuple[str, int], ...]
    charge: int = 0

    @classmethod
    def of(cls, atoms: Mapping[str, int], charge: int = 0) -> Formula:
        """Make a formula from counts in any order."""
        first = ("C", "H") if atoms.get("C") else ()
        order = sorted(atoms, key=lambda symbol: (symbol not in first, symbol))
        return cls(tuple((symbol, atoms[symbol]) for symbol in order if atoms[symbol]), charge)

    def plus(self, other: Formula, times: int = 1) -> Formula:
        """Add another formula, `times` over; a negative `times` takes away."""
        atoms = Counter(dict(self.counts))
        for symbol, count in other.counts:
            atoms[symbol] += times * count
        return Formula.of(atoms, self.charge + times * other.charge)

    @property
    def hill(self) -> str:
        """Write it in Hill order, the charge raised: `C14H21CuN6O4⁻`."""
        atoms = "".join(symbol + (str(count) if count != 1 else "") for symbol, count in self.counts)
        if not self.charge:
            return atoms
        size = str(abs(self.charge)) if abs(self.charge) > 1 else ""
        return atoms + (size + ("+" if self.charge > 0 else "-")).translate(_RAISED)

    @property
    def average(self) -> float:
        """Average mass in g/mol, standard atomic weights."""
        return sum(_weights(symbol)[0] * n for symbol, n in self.counts) - self.charge * ELECTRON

    @property
    def monoisotopic(self) -> float:
        """Mass in u of the species made of each element's most abundant isotope."""
        return sum(_weights(symbol)[1] * n for symbol, n in self.counts) - self.charge * ELECTRON


@dataclass(frozen=True, slots=True)
class FormulaMatch:
    """A formula in a text, from `start` up to, not including, `end`."""

    start: int
    end: int
    formula: Formula


@cache
def _weights(symbol: str) -> tuple[float, float]:
    """Average weight and mass of the most abundant isotope, from molmass (loaded at the first call)."""
    import molmass

    element = molmass.ELEMENTS[symbol]
    return element.mass, element.isotopes[element.nominalmass].mass


def parse_formula(text: str) -> Formula | None:
    """Read one whole formula, in any element order; the parts of a salt or hydrate are added up.

    Nothing for what has no definite composition (`·xH2O`) or is no formula.
    """
    if len(text) > LONGEST:
        return None
    body, charge = _split_charge(text.strip().translate(_SUBSCRIPTS))
    total = Formula(())
    for index, part in enumerate(re.split(rf"[{_DOTS}*.]", body)):
        atoms = _read_part(part.replace(" ", "").replace("\u00a0", ""), multiple=index > 0)
        if atoms is None:
            return None
        total = total.plus(atoms)
    return Formula(total.counts, charge)


def _split_charge(text: str) -> tuple[str, int]:
    found = _CHARGE.search(text)
    if found is None:
        return text, 0
    written = (found["raised"] or found["written"] or found["bare"]).translate(_SUPERSCRIPTS)
    size = int(written[:-1] or 1)
    return text[: found.start()], size if written[-1] == "+" else -size


def _read_part(part: str, *, multiple: bool) -> Formula | None:
    """`C2H4O2`, `2HCl` (where a multiple may stand), `Ca(OH)2`."""
    front = re.match(r"(?:[1-9]\d?)?", part) if multiple else None
    times = int(front[0]) if front and front[0] else 1
    atoms = _read_atoms(part[front.end() if front else 0 :])
    return Formula(()).plus(Formula.of(atoms), times) if atoms else None


def _read_atoms(part: str) -> Counter[str] | None:
    """Count atoms; parentheses are kept on a stack, so nothing recurses into hostile text."""
    stack: list[Counter[str]] = [Counter()]
    at = 0
    while at < len(part):
        if atom := _ATOM.match(part, at):
            stack[-1][atom["symbol"]] += int(atom["count"] or 1)
            at = atom.end()
        elif part[at] == "(" and len(stack) <= DEEPEST:
            stack.append(Counter())
            at += 1
        elif (closing := _CLOSING.match(part, at)) and len(stack) > 1:
            for symbol, count in stack.pop().items():
                stack[-1][symbol] += count * int(closing[1] or 1)
            at = closing.end()
        else:
            return None
    return stack[0] if len(stack) == 1 else None


def find_formulas(text: str) -> Iterator[FormulaMatch]:
    """Find what is surely a formula: carbon and hydrogen with counts, and a third element.

    Subscript digits count as digits; `CO2`, `H2O`, `C57BL` and `HbA1c` are none.
    """
    plain = text.translate(_SUBSCRIPTS)
    found = [match for pattern in (_TIGHT, _SPACED) for match in pattern.finditer(plain)]
    end = 0
    for match in sorted(found, key=lambda m: (m.start(), -m.end())):
        whole = match[0].rstrip()
        if match.start() < end or not _is_surely_formula(match["main"]):
            continue
        if formula := parse_formula(whole):
            end = match.start() + len(whole)
            yield FormulaMatch(match.start(), end, formula)


def _is_surely_formula(main: str) -> bool:
    atoms = {m["symbol"]: m["count"] for m in _ATOM.finditer(main.replace(" ", "").replace("\u00a0", ""))}
    return bool(atoms.get("C") and atoms.get("H")) and len(atoms) > len("CH")
