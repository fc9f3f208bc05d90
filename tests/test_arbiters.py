"""Every arbiter against public facts, the same facts corrupted, and what arithmetic cannot tell.

The cases are rows of arbiter_cases.jsonl: an id, the arbiter, what it is given, what it must answer, the source of
the fact in words, and for a corrupted fact what was changed in it.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

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
    find_sequences,
    parse_formula,
    parse_peptide,
)
from pipeline.conflicts.computed import check_against_lexicon
from pipeline.lexicon import concept_index
from pipeline.schema import ClaimRow, Comparator

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.chemistry import Finding, Formula, Peptide

Row = dict[str, Any]
CASES: list[Row] = [
    json.loads(line) for line in (Path(__file__).parent / "arbiter_cases.jsonl").read_text("utf-8").splitlines()
]
LEAST = 60  # true facts, and corrupted ones
LEAST_OPEN = 30  # that arithmetic cannot tell


def read_peptide(written: str) -> Peptide:
    """One whole sequence, or the first in a text: a chain that is cut off or repeated is never whole."""
    return parse_peptide(written) or next(find_sequences(written)).peptide


def read_formula(written: str) -> Formula:
    formula = parse_formula(written)
    assert formula is not None, written
    return formula


def read_mass(given: Row) -> tuple[float, int]:
    """A mass in g/mol and its decimals, from what is written: "4.96" kDa is 4960 with -1."""
    thousands = 3 if given.get("unit") == "kDa" else 0
    return float(given["stated"]) * 10**thousands, count_decimals(given["stated"]) - thousands


def count_decimals(written: str) -> int:
    return len(written.partition(".")[2])


def check_stated_mass(given: Row) -> Finding:
    return check_mass(read_peptide(given["peptide"]), *read_mass(given), given.get("form"))


def check_range(given: Row) -> Finding:
    parent = concept_index()[given["parent"]]
    assert parent.sequence is not None
    peptide = read_peptide(given["peptide"])
    return check_fragment(peptide, parent.name, parent.sequence, given["low"], given["high"], given["relation"])


def check_stated_dose(given: Row) -> Finding:
    amount = float(given["amount"])
    doubt = 10.0 ** -count_decimals(given["amount"]) / 2 / abs(amount)
    return check_dose(given["concentration"], given["volume"], amount, doubt)


ARBITERS: dict[str, Callable[[Row], Finding]] = {
    "mass": check_stated_mass,
    "formula": lambda given: check_formula(read_peptide(given["peptide"]), read_formula(given["formula"])),
    "formula_mass": lambda given: check_formula_mass(read_formula(given["formula"]), *read_mass(given)),
    "count": lambda given: check_count(read_peptide(given["peptide"]), given["n"]),
    "fragment": check_range,
    "cas": lambda given: check_cas(given["text"]),
    "identifier": lambda given: check_identifier(given["scheme"], given["text"]),
    "dose": check_stated_dose,
    "period": lambda given: check_period(given["begin"], given["end"], given["years"]),
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_an_arbiter_answers_as_the_case_says(case: Row) -> None:
    found = ARBITERS[case["arbiter"]](case["given"])
    assert found.verdict == case["expected"], found.arithmetic
    assert found.arithmetic
    if "form" in case:
        assert found.form == case["form"], found.arithmetic


def test_the_table_is_whole() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert len({json.dumps([case["arbiter"], case["given"]], sort_keys=True) for case in CASES}) == len(CASES)
    assert all(case["source"] for case in CASES)
    assert {case["arbiter"] for case in CASES} == set(ARBITERS)


def test_the_table_has_facts_true_corrupted_and_open_for_every_arbiter(
    record_property: Callable[[str, object], None],
) -> None:
    true = Counter(case["arbiter"] for case in CASES if case["expected"] == "agree" and "change" not in case)
    corrupted = Counter(case["arbiter"] for case in CASES if "change" in case and case["expected"] != "cannot_tell")
    left_open = Counter(case["arbiter"] for case in CASES if case["expected"] == "cannot_tell")
    for name, counts in (("true", true), ("corrupted", corrupted), ("cannot tell", left_open)):
        assert counts.keys() == set(ARBITERS), name
        record_property(name, counts.total())
    assert min(true.total(), corrupted.total()) >= LEAST
    assert left_open.total() >= LEAST_OPEN


@pytest.mark.parametrize("scheme", ["unii", "doi", "inchikey", "uniprot", "chembl"])
def test_a_hostile_identifier_is_shown_short(scheme: str) -> None:
    found = check_identifier(scheme, "A0" * 50_000)
    assert found.verdict == "disagree"
    assert len(found.arithmetic) < 200


def test_a_slip_of_the_unit_is_named() -> None:
    assert check_dose(2.5, 0.1, 250.0, 0).arithmetic == (
        "2.5 × 0.1 = 0.25; stated 250 is 1e+03 times as much, a slip of 3 places"
    )


def test_the_check_character_of_a_unii_is_told_with_its_sum() -> None:
    found = check_identifier("unii", "R16CO5Y76F")
    assert found.computed == "R16CO5Y76E"
    assert found.arithmetic.endswith("so the check character is E, not F; R16CO5Y76E would fit")


def test_a_period_that_runs_backwards_fits_no_number() -> None:
    found = check_period(1986, 1974, 12)
    assert (found.verdict, found.computed) == ("disagree", "")
    assert "ends before it begins" in found.arithmetic


@pytest.mark.parametrize("figures", [(float("nan"), 1.0, 1.0), (1e308, 1e308, 1.0), (1e-320, 1e-320, 1.0)])
def test_figures_beyond_reckoning_are_left_open(figures: tuple[float, float, float]) -> None:
    assert check_dose(*figures, 0).verdict == "cannot_tell"


def test_a_mass_with_senseless_decimals_is_left_open() -> None:
    assert check_mass(read_peptide("MEHFPGP"), 813.9, 99).verdict == "cannot_tell"


def make_claim(predicate: str, value: float, comparator: Comparator) -> ClaimRow:
    """A claim on Semax (813.92 g/mol, seven residues) with what an arbiter reads, and nothing else."""
    facts = {"claim_id": "clm-1", "subject_id": "compound:semax", "predicate": predicate, "comparator": comparator}
    numbers = {"value": value, "base_value": value, "value_text": f"{value:g}"}
    return ClaimRow.model_construct(None, **(dict.fromkeys(ClaimRow.model_fields) | facts | numbers))


@pytest.mark.parametrize(
    ("predicate", "value", "comparator", "verdict"),
    [
        ("molecular_weight", 813.92, Comparator.EQUAL, "agree"),
        ("molecular_weight", 887.04, Comparator.EQUAL, "disagree"),
        ("molecular_weight", 887.04, Comparator.ABOUT, "disagree"),
        ("molecular_weight", 1500.0, Comparator.LESS, None),
        ("residue_count", 7.0, Comparator.EQUAL, "agree"),
        ("residue_count", 9.0, Comparator.EQUAL, "disagree"),
        ("residue_count", 20.0, Comparator.LESS, None),
    ],
)
def test_a_bound_is_never_held_against_a_known_sequence(
    predicate: str, value: float, comparator: Comparator, verdict: str | None
) -> None:
    found = check_against_lexicon(make_claim(predicate, value, comparator))
    assert (found.verdict if found else None) == verdict
