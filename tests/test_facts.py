"""Facts in the wordings of vendors, wikis, leaflets and answers: each snippet a file of its own, with all its claims.

A row of `fact_cases.jsonl` has a `text` that is read as a file with this `suffix`, the `claims` that it must give, one
`subject | [not] predicate | object or value | column=value` each, and what it `may` give besides; any other fact is
wrong. Rows that are `held` were set aside while the rules were written: their floor tells how far the rules reach.
"""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.chemistry import parse_peptide
from pipeline.clean import clean_source
from pipeline.extract import extract_statements
from pipeline.normalise import normalise_document
from pipeline.quantity import convert
from pipeline.read import read_source
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from pipeline.annotate import Annotator
    from pipeline.schema import ClaimRow

CASES = [
    json.loads(line) for line in Path(__file__).with_name("fact_cases.jsonl").read_text(encoding="utf-8").splitlines()
]
EFFECTS = frozenset(
    {"increases", "decreases", "modulates", "activates", "inhibits", "binds", "acts_through", "has_activity"}
    | {"primary_mechanism", "affinity", "compared_to"}
)
NOTATIONS = frozenset({"cas_number", "molecular_formula", "pubchem_cid"})
PERIODS = frozenset({"developed_when", "isolated_when"})
# Measured, less 0.02; a floor goes down only on purpose.
FLOORS = {False: (0.96, 0.84), True: (0.91, 0.735)}
# "2..8 Cel", "-20 Cel", "29"
VALUE = re.compile(r"(?P<low>-?\d+(?:\.\d+)?)(?:\.\.(?P<high>\d+(?:\.\d+)?))?(?: (?P<unit>\S+))?$")


@dataclass
class Verdict:
    """What became of the claims of one case."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def judge(case: dict[str, Any], claims: list[ClaimRow]) -> Verdict:
    """Pair the claims that were made with those that were expected; each counts once."""
    verdict = Verdict(missed=list(case["claims"]))
    for claim in claims:
        hit = next((expected for expected in verdict.missed if fits(claim, expected)), None)
        if hit is not None:
            verdict.missed.remove(hit)
            verdict.right += 1
        elif not any(fits(claim, known) for known in (*case["claims"], *case["may"])):
            said = claim.object_id or claim.object_text or claim.value_text
            verdict.wrong.append(f"{case['id']}: {claim.subject_id} {claim.polarity} {claim.predicate} {said}")
    return verdict


def fits(claim: ClaimRow, expected: str) -> bool:
    """Whether a claim is the expected one; without an object any claim of the predicate is."""
    subject, predicate, *rest = (part.strip() for part in expected.split("|"))
    negated, predicate = predicate.startswith("not "), predicate.removeprefix("not ")
    if claim.subject_id.partition(":")[2] != subject or claim.predicate != predicate:
        return False
    if not rest:
        return True
    columns = dict(part.split("=") for part in rest[1:])
    if any(str(getattr(claim, column)) != value for column, value in columns.items()):
        return False
    return (claim.polarity.value == "negated") is negated and says(claim, rest[0])


def says(claim: ClaimRow, wanted: str) -> bool:
    """Whether the object or value of a claim is the wanted one: `*`, a concept, "words", a notation or a number."""
    if wanted == "*":
        return True
    if wanted.startswith('"') or claim.predicate in NOTATIONS:
        return any(are_alike(wanted, text) for text in (claim.object, claim.object_text, claim.value_text) if text)
    if ":" in wanted:
        return claim.object_id == wanted
    if claim.predicate == "sequence":
        peptide = parse_peptide(claim.object or "")
        return peptide is not None and peptide.residues == wanted
    match = VALUE.match(wanted)
    return match is not None and claim.value is not None and has_value(claim, match)


def has_value(claim: ClaimRow, wanted: re.Match[str]) -> bool:
    low = float(wanted["low"])
    high = float(wanted["high"]) if wanted["high"] else None
    if claim.predicate in PERIODS:
        return (claim.value or 0) <= (high or low) and low <= (claim.value_high or claim.value or 0)
    ends = [to_unit(value, claim.unit, wanted["unit"]) for value in (claim.value, claim.value_high)]
    return is_close(ends[0], low) and (high is None or is_close(ends[1], high))


def to_unit(value: float | None, unit: str | None, wanted: str | None) -> float | None:
    if value is None or wanted is None or unit == wanted:
        return value
    return convert(value, unit or "1", wanted)


def is_close(value: float | None, wanted: float) -> bool:
    return value is not None and math.isclose(value, wanted, rel_tol=1e-4)


def are_alike(one: str, other: str) -> bool:
    first, second = (re.findall(r"[^\W_]+", text.casefold()) for text in (one, other))
    if "".join(first) in "".join(second) or (second and "".join(second) in "".join(first)):
        return True
    return 2 * len({*first} & {*second}) >= max(len(first), len(second))


def read_facts(case: dict[str, Any], folder: Path, annotator: Annotator) -> list[ClaimRow]:
    settings = Settings.model_validate({})
    path = folder / f"{case['id']}.{case['suffix']}"
    path.write_text(case["text"], encoding="utf-8")
    annotated = annotator.annotate(clean_source(read_source(path, path.name, settings), None, settings))
    extracted = extract_statements(annotated)
    rows = normalise_document(annotated, extracted.statements, extracted.leftovers).claims
    return [row for row in rows if row.predicate not in EFFECTS]


@pytest.mark.parametrize("held", [pytest.param(False, id="open"), pytest.param(True, id="held")])
def test_facts_of_snippets_are_found_and_right(
    held: bool, annotator: Annotator, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    cases = [case for case in CASES if case["held"] is held]
    judged = [judge(case, read_facts(case, tmp_path, annotator)) for case in cases]
    right, wrong = sum(verdict.right for verdict in judged), sum(len(verdict.wrong) for verdict in judged)
    asked = sum(len(case["claims"]) for case in cases)
    figures = right / (right + wrong), right / asked
    record_property("figures", "precision {:.3f}, recall {:.3f}".format(*figures))
    assert all(figure >= floor for figure, floor in zip(figures, FLOORS[held], strict=True)), figures


SILENT = [case for case in CASES if not case["claims"] and not case["held"]]


@pytest.mark.parametrize("case", SILENT, ids=[case["id"] for case in SILENT])
def test_what_states_no_fact_gives_none(case: dict[str, Any], annotator: Annotator, tmp_path: Path) -> None:
    assert judge(case, read_facts(case, tmp_path, annotator)).wrong == []


def test_the_cases_name_each_fact_of_the_vocabulary() -> None:
    said = {claim.split("|")[1].strip().removeprefix("not ") for case in CASES for claim in case["claims"]}
    asked = (
        "class synonym sequence residue_count molecular_weight molecular_formula cas_number pubchem_cid modification"
    )
    asked += " salt_form derived_from analog_of contains_fragment purity formulation concentration storage_temperature"
    asked += (
        " shelf_life pack_size route dose half_life tmax duration_of_effect bioavailability approved_in legal_status"
    )
    asked += " indication study study_design sample_size study_duration evidence_gap developed_by developed_when"
    assert said >= {*asked.split(), "isolated_when"}


def write_row(count: int) -> str:
    cells = " | ".join(f"{number + 100} Da" for number in range(count))
    return f"# Semax\n\n| Property |{' V |' * count}\n|{'---|' * (count + 1)}\n| Molecular weight | {cells} |\n"


def write_line(count: int) -> str:
    return "# Semax\n\n" + ", ".join(f"MW: {number + 100} Da" for number in range(count)) + ".\n"


def write_table(count: int) -> str:
    rows = "".join(f"| Sample-{number} | {number + 1} mg | {number + 1} h |\n" for number in range(count))
    return f"# Semax\n\n| Peptide | Dose | Half-life |\n|---|---|---|\n{rows}"


@pytest.mark.parametrize("write", [write_row, write_line, write_table])
def test_twice_the_page_is_at_most_twice_the_work(
    write: Callable[[int], str], annotator: Annotator, tmp_path: Path
) -> None:
    once, twice = (count_calls(write(count), tmp_path, annotator) for count in (200, 400))
    assert twice <= 2.2 * once


def count_calls(text: str, folder: Path, annotator: Annotator) -> int:
    """How many functions are called while a page's statements are read."""
    settings = Settings.model_validate({})
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    annotated = annotator.annotate(clean_source(read_source(path, path.name, settings), None, settings))
    extract_statements(annotated)  # what is made of the rows once is no work on the page
    calls = 0

    def count(_frame: FrameType, _event: str, _arg: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        extract_statements(annotated)
    finally:
        sys.setprofile(None)
    return calls
