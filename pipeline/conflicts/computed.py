"""What arithmetic alone refutes inside one source.

Facts against the stated sequence or formula, the writing of registry numbers, and figures that one passage multiplies
or counts from one year to another.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.chemistry import (
    check_cas,
    check_count,
    check_dose,
    check_formula,
    check_formula_mass,
    check_fragment,
    check_identifier,
    check_mass,
    check_period,
    parse_formula,
)
from pipeline.conflicts.differences import read_decimals, read_peptide, reference_peptide
from pipeline.conflicts.slots import question_of
from pipeline.lexicon import concept_index
from pipeline.quantity import find_periods, find_product
from pipeline.schema import Comparator, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.chemistry import Finding, Peptide, Relation
    from pipeline.page import Quantity
    from pipeline.schema import ClaimRow

RELATIONS: dict[str, Relation] = {
    "derived_from": "derived",
    "analog_of": "analog",
    "contains_fragment": "contains",
}
EXACT = (None, Comparator.EQUAL, Comparator.ABOUT)
MULTIPLIED = frozenset({"concentration", "dose", "pack_size"})
DATED = frozenset({"approved_in", "developed_when", "isolated_when"})
NONE_FITS = "no number of that registry"
# All that can be refuted, or refute: what a source says by other predicates has no part in it.
REFUTABLE = (
    frozenset({"sequence", "molecular_formula", "molecular_weight", "residue_count", "cas_number", "pubchem_cid"})
    | RELATIONS.keys()
    | MULTIPLIED
    | DATED
)


@dataclass(frozen=True, slots=True)
class Refuted:
    """A claim that the arithmetic refutes, and the claims that it started from."""

    claim: ClaimRow
    grounds: tuple[ClaimRow, ...]
    finding: Finding


def find_refuted(claims: Iterable[ClaimRow]) -> Iterator[Refuted]:
    """Every refuted claim of one subject in one source."""
    rows = [claim for claim in claims if claim.polarity is Polarity.AFFIRMED and claim.predicate in REFUTABLE]
    sequences = [claim for claim in rows if read_peptide(claim) is not None]
    formulas = [claim for claim in rows if claim.predicate == "molecular_formula"]
    for claim in rows:
        yield from _check_claim(claim, sequences, formulas)
    passages: dict[tuple[int, int], list[ClaimRow]] = defaultdict(list)
    for claim in rows:
        passages[claim.start, claim.end].append(claim)
    for stated in passages.values():
        yield from _check_product([claim for claim in stated if claim.predicate in MULTIPLIED])
        yield from _check_periods([claim for claim in stated if claim.predicate in DATED and claim.value is not None])


def group_refuted(found: Iterable[Refuted]) -> Iterator[tuple[Refuted, ...]]:
    """Refuted claims that answer one question with one object: one conflict, however often a page repeats them."""
    groups: dict[tuple[str, str | None], list[Refuted]] = defaultdict(list)
    for item in found:
        groups[question_of(item.claim.predicate), item.claim.object_id].append(item)
    yield from (tuple(group) for group in groups.values())


def _check_claim(claim: ClaimRow, sequences: list[ClaimRow], formulas: list[ClaimRow]) -> Iterator[Refuted]:
    written = check_writing(claim)
    if written is not None:
        if written.verdict == "disagree":
            yield Refuted(claim, (), written)
        return
    by_sequence = [(ground, check_by_sequence(claim, ground)) for ground in sequences]
    told = [(ground, finding) for ground, finding in by_sequence if finding and finding.verdict != "cannot_tell"]
    if told and all(finding.verdict == "disagree" for _, finding in told):
        yield Refuted(claim, tuple(ground for ground, _ in told), told[0][1])
        return
    if told or claim.predicate != "molecular_weight" or claim.comparator not in EXACT or claim.base_value is None:
        return
    by_formula = [(ground, _check_by_formula(claim, ground)) for ground in formulas]
    against = [(ground, finding) for ground, finding in by_formula if finding and finding.verdict == "disagree"]
    if against and len(against) == len(by_formula):
        yield Refuted(claim, tuple(ground for ground, _ in against), against[0][1])


def check_writing(claim: ClaimRow) -> Finding | None:
    """What the registry's own rules say to a number as it is written; None where the claim is no such number."""
    number = claim.object or claim.object_text or ""
    match claim.predicate:
        case "cas_number":
            finding = check_cas(number)
        case "pubchem_cid":
            finding = check_identifier("pubchem_cid", number)
        case _:
            return None
    return replace(finding, computed=finding.computed or NONE_FITS)


def _check_product(stated: list[ClaimRow]) -> Iterator[Refuted]:
    """A figure of a product that one passage states, the result if it is claimed, against what the others come to."""
    product = find_product(stated[0].text) if stated else None
    if product is None or product.factors is None:
        return
    named = [(claim, figure) for figure in product.by_weight for claim in stated if _says(claim, figure)]
    finding = check_dose(*product.factors, product.amount.value, product.doubt)
    if finding.verdict != "disagree" or not named:
        return
    (claim, figure), *others = named
    grounds = tuple(ground for ground, other in others if other is not figure)
    yield Refuted(claim, grounds, replace(finding, computed=product.solve(figure)))


def _says(claim: ClaimRow, figure: Quantity) -> bool:
    return (claim.value, claim.unit) == (figure.value, figure.unit)


def _check_periods(stated: list[ClaimRow]) -> Iterator[Refuted]:
    """A year that one passage counts from another year, against the number of years that it says lie between."""
    for period in find_periods(stated[0].text) if stated else ():
        finding = check_period(period.begin, period.end, period.years)
        named = sorted((claim for claim in stated if claim.value in (period.begin, period.end)), key=_by_year)
        if finding.verdict != "disagree" or not named:
            continue
        computed = f"{finding.computed or 'no'} years from {period.begin} to {period.end}"
        grounds = tuple(ground for ground in named[:-1] if ground.value != named[-1].value)
        yield Refuted(named[-1], grounds, replace(finding, computed=computed))


def _by_year(claim: ClaimRow) -> float:
    return claim.value or 0.0


def check_by_sequence(claim: ClaimRow, ground: ClaimRow) -> Finding | None:
    """What a stated sequence says to another claim on the same subject; None when it says nothing."""
    peptide = read_peptide(ground)
    if peptide is None or claim.claim_id == ground.claim_id:
        return None
    return _check_by_peptide(claim, peptide)


def check_against_lexicon(claim: ClaimRow) -> Finding | None:
    """The same checks with the sequence that the lexicon gives, as evidence beside a conflict."""
    if (written := check_writing(claim)) is not None:
        return written
    peptide = reference_peptide(claim.subject_id)
    return _check_by_peptide(claim, peptide) if peptide else None


def _check_by_peptide(claim: ClaimRow, peptide: Peptide) -> Finding | None:
    """A stated mass, count, formula or fragment against a sequence; a bound ("under 1500 Da") is left alone."""
    if claim.predicate == "molecular_weight" and claim.comparator in EXACT and claim.base_value is not None:
        return check_mass(peptide, claim.base_value, read_decimals(claim), claim.form)
    if claim.predicate == "residue_count" and claim.comparator in (None, Comparator.EQUAL) and claim.value is not None:
        return check_count(peptide, int(claim.value))
    if claim.predicate == "molecular_formula" and (formula := parse_formula(claim.object or claim.object_text or "")):
        return check_formula(peptide, formula)
    if claim.predicate in RELATIONS and claim.value is not None and claim.value_high is not None:
        return _check_range(peptide, claim.object_id, int(claim.value), int(claim.value_high), claim.predicate)
    return None


def _check_range(peptide: Peptide, parent_id: str | None, low: int, high: int, predicate: str) -> Finding | None:
    """A fragment of a parent whose sequence the lexicon knows."""
    parent = concept_index().get(parent_id or "")
    if parent is None or parent.sequence is None:
        return None
    return check_fragment(peptide, parent.name, parent.sequence, low, high, RELATIONS[predicate])


def _check_by_formula(claim: ClaimRow, ground: ClaimRow) -> Finding | None:
    formula = parse_formula(ground.object or ground.object_text or "")
    if formula is None or claim.base_value is None:
        return None
    return check_formula_mass(formula, claim.base_value, read_decimals(claim))
