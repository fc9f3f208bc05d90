"""A stated mass, formula or count against the sequence, and a stated mass against the formula."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.chemistry.findings import Finding, cannot_tell, show_peptide
from pipeline.chemistry.masses import forms_of, weigh_formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.chemistry.formulas import Formula
    from pipeline.chemistry.masses import Form, Mass
    from pipeline.chemistry.peptides import Peptide

# Tables of atomic weights differ by up to 20 ppm (C 12.011 or 12.0107): 0.03 at 1400 g/mol, 0.1 at 5000.
AVERAGE_SLACK = 0.05  # g/mol
AVERAGE_SLACK_SHARE = 2e-5
# Isotope masses agree to the sixth decimal; copies are rounded once more on the way.
MONOISOTOPIC_SLACK = 0.005  # u
DECIMALS = range(-5, 9)  # of a stated mass: -2 for "4.9 kDa"
PLACES = (2, 4)  # decimals that a sentence shows, at least and at most


@dataclass(frozen=True, slots=True)
class _Stated:
    """A mass as the page gives it, in g/mol."""

    value: float
    decimals: int

    @property
    def is_sensible(self) -> bool:
        return math.isfinite(self.value) and self.value > 0 and self.decimals in DECIMALS

    @property
    def places(self) -> int:
        return min(max(PLACES[0], self.decimals), PLACES[1])

    @property
    def unit(self) -> float:
        """One unit of the last digit."""
        return 10.0**-self.decimals

    @property
    def below(self) -> float:
        """How far below it the true mass may lie: what rounds up to it; an integer may be one off."""
        return self.unit if self.decimals == 0 else self.unit / 2

    def fits(self, candidate: _Candidate) -> bool:
        """Whether the candidate may have been rounded, or cut off, to what is stated."""
        low, high = self.value - self.below - candidate.slack, self.value + self.unit + candidate.slack
        return low <= candidate.value <= high

    def __str__(self) -> str:
        return f"{self.value:.{max(0, self.decimals)}f}"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A mass that the page may mean."""

    form: str
    kind: str  # average, monoisotopic
    value: float

    @property
    def name(self) -> str:
        return self.form if self.kind == "average" else f"{self.form}, {self.kind}"

    @property
    def slack(self) -> float:
        if self.kind == "monoisotopic":
            return MONOISOTOPIC_SLACK
        return max(AVERAGE_SLACK, AVERAGE_SLACK_SHARE * self.value)

    def is_of(self, form: str | None) -> bool:
        """Whether this is the form that a page names: `copper` is any complex."""
        return form is not None and form.lower() in self.form.lower()

    def rank(self, named: str | None) -> tuple[bool, bool, bool]:
        """The named form first, then the free peptide; of others the average mass, which most pages give."""
        return not self.is_of(named), self.form != "free", self.kind != "average"


@lru_cache(maxsize=4096)
def check_mass(peptide: Peptide, stated: float, decimals: int, form: str | None = None) -> Finding:
    """Compare a stated mass in g/mol with the sequence, as average or monoisotopic mass of any usual form.

    decimals: digits behind the point as stated, negative for a rounded integer or kDa (4.9 kDa is 4900
    with -2). A value agrees if the mass rounds or is cut off to it, within what weight tables differ by;
    an integer within 1. form: the form that the page names; it is compared first, and never alone,
    since pages give the mass of the free peptide beside the name of its salt.
    """
    said = _Stated(stated, decimals)
    forms = forms_of(peptide)
    if not forms or not said.is_sensible:
        return _cannot_weigh(peptide, said)
    named = form or peptide.form
    candidates = sorted(_candidates(forms), key=lambda candidate: candidate.rank(named))
    weighs = _weighs(show_peptide(peptide), forms[0].mass, said)
    tried = tuple(candidate.name for candidate in candidates)
    fit = next(filter(said.fits, candidates), None)
    if fit is None:
        arithmetic = f"{weighs}; {_misses(forms, candidates, said)}"
        return Finding("disagree", f"{forms[0].mass.average:.{said.places}f}", arithmetic, tried)
    beside = "" if form is None or fit.is_of(form) else f", not {form}, which is named beside it"
    arithmetic = f"{weighs}; stated {said} fits {_name_fit(fit, said)}{beside}"
    return Finding("agree", f"{fit.value:.{said.places}f}", arithmetic, tried, fit.form)


def check_formula_mass(formula: Formula, stated: float, decimals: int) -> Finding:
    """Compare a stated mass with the formula beside it; the tolerance is that of `check_mass`."""
    said = _Stated(stated, decimals)
    if not formula.counts or not said.is_sensible:
        return cannot_tell(f"{said} and {formula.hill or 'no formula'} cannot be compared")
    mass = weigh_formula(formula)
    candidates = (
        _Candidate("free", "average", mass.average),
        _Candidate("free", "monoisotopic", mass.monoisotopic),
    )
    weighs = _weighs(formula.hill, mass, said)
    tried = tuple(candidate.kind for candidate in candidates)
    fit = next(filter(said.fits, candidates), None)
    if fit is None:
        arithmetic = f"{weighs}; stated {said} is off by {_off(mass, said)}"
        return Finding("disagree", f"{mass.average:.{said.places}f}", arithmetic, tried)
    arithmetic = f"{weighs}; stated {said} fits {_name_fit(fit, said)}"
    return Finding("agree", f"{fit.value:.{said.places}f}", arithmetic, tried)


def check_formula(peptide: Peptide, formula: Formula) -> Finding:
    """Compare a stated formula with the sequence in any usual form; a charge counts as protons."""
    forms = forms_of(peptide)
    if not forms or not formula.counts:
        return cannot_tell(f"{show_peptide(peptide)} and {formula.hill or 'no formula'} cannot be compared")
    free = forms[0].mass.formula
    tried = tuple(form.name for form in forms)
    is_free = f"{show_peptide(peptide)} is {free.hill}; stated {formula.hill}"
    # A form with the charge that is stated comes before one that a proton makes equal.
    for form in sorted(forms, key=lambda form: form.mass.formula != formula):
        if _has_same_atoms(formula, form.mass.formula):
            which = "the free peptide" if form.name == "free" else f"its form {form.name}"
            hill = form.mass.formula.hill
            return Finding("agree", hill, f"{is_free} is {which}", tried, form.name)
    nearest = min(forms, key=lambda form: _count_differences(formula, form.mass.formula))
    arithmetic = f"{is_free} has {_tell_difference(formula, free)}; "
    if nearest is not forms[0]:
        difference = _tell_difference(formula, nearest.mass.formula)
        arithmetic += f"nearest form: {nearest.name} {nearest.mass.formula.hill}, which leaves {difference}; "
    return Finding("disagree", free.hill, f"{arithmetic}none of {len(forms)} forms is made so", tried)


def check_count(peptide: Peptide, n: int) -> Finding:
    """Compare a stated number of residues with the sequence."""
    counted = len(peptide.residues)
    shown = show_peptide(peptide)
    if not peptide.is_whole or not counted:
        return cannot_tell(f"{shown} is not written as a whole chain, so its residues cannot be counted")
    if counted == n:
        return Finding("agree", str(counted), f"{shown} has {counted} residues, as stated")
    way = f"{abs(n - counted)} {'more' if n > counted else 'fewer'}"
    return Finding("disagree", str(counted), f"{shown} has {counted} residues; stated {n} is {way}")


def _cannot_weigh(peptide: Peptide, said: _Stated) -> Finding:
    shown = show_peptide(peptide)
    if peptide.unsupported:
        return cannot_tell(f"{shown} holds {', '.join(peptide.unsupported)}, which has no weight here")
    return cannot_tell(f"{said} and the sequence {shown or '(none)'} cannot be compared")


def _candidates(forms: tuple[Form, ...]) -> Iterator[_Candidate]:
    for form in forms:
        yield _Candidate(form.name, "average", form.mass.average)
        yield _Candidate(form.name, "monoisotopic", form.mass.monoisotopic)


def _weighs(name: str, mass: Mass, said: _Stated) -> str:
    average, monoisotopic = f"{mass.average:.{said.places}f}", f"{mass.monoisotopic:.{said.places}f}"
    return f"{name} weighs {average} (average) or {monoisotopic} (monoisotopic)"


def _off(mass: Mass, said: _Stated) -> str:
    """The distance to the nearer of both masses, smaller than any that a reader would find himself."""
    off = min(abs(said.value - weight) for weight in (mass.average, mass.monoisotopic))
    return f"{off:.{said.places}f}"


def _misses(forms: tuple[Form, ...], candidates: list[_Candidate], said: _Stated) -> str:
    """How far the stated mass is off, and the form that comes nearest if it is not the free peptide."""
    parts = [f"stated {said} is off by {_off(forms[0].mass, said)}"]
    nearest = min(candidates, key=lambda candidate: abs(candidate.value - said.value))
    if nearest.form != "free":
        off = abs(nearest.value - said.value)
        parts.append(f"nearest form: {nearest.name} {nearest.value:.{said.places}f}, off by {off:.{said.places}f}")
    within = said.below + max(candidate.slack for candidate in candidates)
    return "; ".join([*parts, f"none of {len(forms)} forms fits within {within:.3g}"])


def _name_fit(fit: _Candidate, said: _Stated) -> str:
    if fit.form == "free":
        return f"the {fit.kind} mass"
    return f"the form {fit.name} ({fit.value:.{said.places}f})"


def _has_same_atoms(stated: Formula, form: Formula) -> bool:
    """Equal composition, written with its charge or without; or apart by the protons that the charge is."""
    if stated.counts == form.counts:
        return True
    atoms = dict(form.counts)
    atoms["H"] = atoms.get("H", 0) + stated.charge - form.charge
    return dict(stated.counts) == atoms


def _count_differences(stated: Formula, other: Formula) -> int:
    return sum(abs(count) for _, count in stated.plus(other, -1).counts)


def _tell_difference(stated: Formula, other: Formula) -> str:
    """`1 O more and 2 H fewer`."""
    counts = stated.plus(other, -1).counts
    more = ", ".join(f"{count} {symbol} more" for symbol, count in counts if count > 0)
    fewer = ", ".join(f"{-count} {symbol} fewer" for symbol, count in counts if count < 0)
    return " and ".join(part for part in (more, fewer) if part) or "the same atoms"
