"""What arithmetic alone refutes inside one source: facts against the stated sequence, check digits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.chemistry import (
    check_cas,
    check_count,
    check_formula,
    check_formula_mass,
    check_fragment,
    check_mass,
    parse_formula,
)
from pipeline.conflicts.differences import read_decimals, read_peptide, reference_peptide
from pipeline.conflicts.slots import question_of
from pipeline.lexicon import concept_index
from pipeline.schema import Comparator, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.chemistry import Finding, Peptide, Relation
    from pipeline.schema import ClaimRow

RELATIONS: dict[str, Relation] = {
    "derived_from": "derived",
    "analog_of": "analog",
    "contains_fragment": "contains",
}
EXACT = (None, Comparator.EQUAL, Comparator.ABOUT)


@dataclass(frozen=True, slots=True)
class Refuted:
    """A claim that the arithmetic refutes, and the claims that it started from."""

    claim: ClaimRow
    grounds: tuple[ClaimRow, ...]
    finding: Finding


def find_refuted(claims: Iterable[ClaimRow]) -> Iterator[Refuted]:
    """Every refuted claim of one subject in one source."""
    rows = [claim for claim in claims if claim.polarity is Polarity.AFFIRMED]
    sequences = [claim for claim in rows if read_peptide(claim) is not None]
    formulas = [claim for claim in rows if claim.predicate == "molecular_formula"]
    for claim in rows:
        yield from _check_claim(claim, sequences, formulas)


def group_refuted(found: Iterable[Refuted]) -> Iterator[tuple[Refuted, ...]]:
    """Refuted claims that answer one question with one object: one conflict, however often a page repeats them."""
    groups: dict[tuple[str, str | None], list[Refuted]] = defaultdict(list)
    for item in found:
        groups[question_of(item.claim.predicate), item.claim.object_id].append(item)
    yield from (tuple(group) for group in groups.values())


def _check_claim(claim: ClaimRow, sequences: list[ClaimRow], formulas: list[ClaimRow]) -> Iterator[Refuted]:
    if claim.predicate == "cas_number":
        finding = check_cas(claim.object or claim.object_text or "")
        if finding.verdict == "disagree":
            yield Refuted(claim, (), finding)
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


def check_by_sequence(claim: ClaimRow, ground: ClaimRow) -> Finding | None:
    """What a stated sequence says to another claim on the same subject; None when it says nothing."""
    peptide = read_peptide(ground)
    if peptide is None or claim.claim_id == ground.claim_id:
        return None
    return _check_by_peptide(claim, peptide)


def check_against_lexicon(claim: ClaimRow) -> Finding | None:
    """The same checks with the sequence that the lexicon gives, as evidence beside a conflict."""
    if claim.predicate == "cas_number":
        return check_cas(claim.object or claim.object_text or "")
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
