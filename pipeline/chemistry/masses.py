"""Formulas and masses of peptides, free and in the forms that vendors sell."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.chemistry.formulas import Formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.chemistry.peptides import Peptide


def _shift(c: int = 0, h: int = 0, n: int = 0, o: int = 0, s: int = 0) -> Formula:
    return Formula.of({"C": c, "H": h, "N": n, "O": o, "S": s})


# Amino acid less water: IUPAC-IUB, Nomenclature and symbolism for amino acids and peptides, 1983.
RESIDUES = MappingProxyType(
    {
        "A": _shift(3, 5, 1, 1),
        "R": _shift(6, 12, 4, 1),
        "N": _shift(4, 6, 2, 2),
        "D": _shift(4, 5, 1, 3),
        "C": _shift(3, 5, 1, 1, 1),
        "Q": _shift(5, 8, 2, 2),
        "E": _shift(5, 7, 1, 3),
        "G": _shift(2, 3, 1, 1),
        "H": _shift(6, 7, 3, 1),
        "I": _shift(6, 11, 1, 1),
        "L": _shift(6, 11, 1, 1),
        "K": _shift(6, 12, 2, 1),
        "M": _shift(5, 9, 1, 1, 1),
        "F": _shift(9, 9, 1, 1),
        "P": _shift(5, 7, 1, 1),
        "S": _shift(3, 5, 1, 2),
        "T": _shift(4, 7, 1, 2),
        "W": _shift(11, 10, 2, 1),
        "Y": _shift(9, 9, 1, 2),
        "V": _shift(5, 9, 1, 1),
    }
)
ENDS = MappingProxyType(
    {
        "acetyl": _shift(c=2, h=2, o=1),
        "formyl": _shift(c=1, o=1),
        "myristoyl": _shift(c=14, h=26, o=1),
        "palmitoyl": _shift(c=16, h=30, o=1),
        "pyroglutamyl": _shift(h=-2, o=-1),
        "amide": _shift(h=1, n=1, o=-1),
        "ethylamide": _shift(c=2, h=5, n=1, o=-1),
    }
)
WATER = _shift(h=2, o=1)
ACETIC_ACID = _shift(c=2, h=4, o=2)
TRIFLUOROACETIC_ACID = Formula.of({"C": 2, "H": 1, "F": 3, "O": 2})
HYDROGEN_CHLORIDE = Formula.of({"H": 1, "Cl": 1})
SODIUM_FOR_HYDROGEN = Formula.of({"Na": 1, "H": -1})
TWO_HYDROGENS_LOST = _shift(h=-2)  # by a disulfide bond, or by copper(II) taking their place
COPPER = Formula.of({"Cu": 1})
PROTON = Formula.of({"H": 1}, charge=1)

MANY = ("", "di", "tri", "tetra", "penta", "hexa")  # most counter-ions that are tried
MOST_ACETATES = 2
MOST_HYDRATES = 3
MOST_DISULFIDES = 3


@dataclass(frozen=True, slots=True)
class Mass:
    """A composition with its average mass (g/mol) and monoisotopic mass (u)."""

    formula: Formula
    average: float
    monoisotopic: float


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which a peptide may be weighed, by name: `free`, `acetate`, `N-acetyl`."""

    name: str
    mass: Mass


def weigh_formula(formula: Formula) -> Mass:
    """Both masses of one formula."""
    return Mass(formula, formula.average, formula.monoisotopic)


def formula_of(peptide: Peptide) -> Formula | None:
    """Neutral composition with its ends, disulfides open, without metal; nothing if it cannot be told."""
    if peptide.unsupported or not peptide.residues or not RESIDUES.keys() >= set(peptide.residues):
        return None
    total = WATER
    for letter in peptide.residues:
        total = total.plus(RESIDUES[letter])
    for end in (peptide.n_term, peptide.c_term):
        if end:
            total = total.plus(ENDS[end])
    return total


def masses(peptide: Peptide) -> Mass | None:
    """Masses of the peptide as it is written; nothing if a piece of it is unsupported.

    >>> from pipeline.chemistry import parse_peptide
    >>> mass = masses(parse_peptide("MEHFPGP"))
    >>> mass.formula.hill, round(mass.average, 2)  # g/mol
    ('C37H51N9O10S', 813.92)
    """
    formula = formula_of(peptide)
    return weigh_formula(formula) if formula else None


def forms_of(peptide: Peptide) -> tuple[Form, ...]:
    """Tell every form whose mass a page may mean, `free` (as written) first; none if a piece is unsupported.

    Counter-ions go up to the number of basic sites (K, R, H and a free N-terminus), one more for
    trifluoroacetate. Copper forms are tried where the peptide was written with copper, or has a
    histidine second or third from a free N-terminus, which is what holds the metal.
    """
    base = formula_of(peptide)
    if base is None:
        return ()
    named = [("free", base), *_disulfides(peptide, base)]
    named += [form for name, core in tuple(named) for form in _salts(peptide, name, core)]
    named += [*_other_ends(peptide, base), *_copper_forms(peptide, base)]
    return tuple(Form(name, weigh_formula(formula)) for name, formula in named)


def count_basic_sites(peptide: Peptide) -> int:
    """Count what a counter-ion can pair with: K, R, H, the terminus; at least one, vendors sell any salt."""
    return max(1, sum(peptide.residues.count(letter) for letter in "KRH") + (peptide.n_term is None))


def _disulfides(peptide: Peptide, base: Formula) -> Iterator[tuple[str, Formula]]:
    for bonds in range(1, min(peptide.residues.count("C") // 2, MOST_DISULFIDES) + 1):
        yield ("disulfide" if bonds == 1 else f"{bonds} disulfides"), base.plus(TWO_HYDROGENS_LOST, bonds)


def _salts(peptide: Peptide, name: str, core: Formula) -> Iterator[tuple[str, Formula]]:
    """Salts and hydrates of one core; of another core than the free peptide its name goes in front."""
    front = "" if name == "free" else f"{name} "
    sites = count_basic_sites(peptide)
    for salt, acid, most in (
        ("acetate", ACETIC_ACID, min(sites, MOST_ACETATES)),
        ("trifluoroacetate", TRIFLUOROACETIC_ACID, sites + 1),
        ("hydrochloride", HYDROGEN_CHLORIDE, sites),
    ):
        for times, many in enumerate(MANY[:most], start=1):
            yield f"{front}{many}{salt}", core.plus(acid, times)
    yield f"{front}sodium", core.plus(SODIUM_FOR_HYDROGEN)
    for times, many in enumerate(("mono", *MANY[1:MOST_HYDRATES]), start=1):
        yield f"{front}{many}hydrate", core.plus(WATER, times)


def _other_ends(peptide: Peptide, base: Formula) -> Iterator[tuple[str, Formula]]:
    """The same chain with ends that the page may have left out of the sequence, or of the mass."""
    if peptide.n_term is None:
        yield "N-acetyl", base.plus(ENDS["acetyl"])
    if peptide.c_term is None:
        yield "C-amide", base.plus(ENDS["amide"])
    if peptide.n_term is None and peptide.c_term is None:
        yield "N-acetyl C-amide", base.plus(ENDS["acetyl"]).plus(ENDS["amide"])
    if peptide.n_term == "acetyl":
        yield "without N-acetyl", base.plus(ENDS["acetyl"], -1)
    if peptide.c_term == "amide":
        yield "free acid", base.plus(ENDS["amide"], -1)


def _copper_forms(peptide: Peptide, base: Formula) -> Iterator[tuple[str, Formula]]:
    binds = peptide.n_term is None and "H" in peptide.residues[1:3]
    if not binds and peptide.form != "copper":
        return
    complexed = base.plus(COPPER).plus(TWO_HYDROGENS_LOST)
    yield "copper(II) complex", complexed
    yield "copper(II) complex anion", complexed.plus(PROTON, -1)
    yield "copper adduct", base.plus(COPPER)
    yield "copper(II) complex 2:1", complexed.plus(base)
