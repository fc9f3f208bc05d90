"""What arithmetic refutes in the claims of one page: writing of numbers, products of figures, years between years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.conflicts.computed import find_refuted
from pipeline.quantity import find_periods, find_product, find_quantities
from pipeline.quantity.words import equating_pattern, multiplying_pattern, number_words
from pipeline.schema import ClaimRow, Polarity

if TYPE_CHECKING:
    from pipeline.quantity.words import NumberWords


def make_claim(predicate: str, text: str, **facts: object) -> ClaimRow:
    """An affirmed claim of one passage with what the arithmetic reads, and nothing else."""
    common = {"claim_id": f"clm-{predicate}", "subject_id": "compound:selank", "polarity": Polarity.AFFIRMED}
    passage = {"start": 0, "end": len(text), "text": text, "predicate": predicate}
    return ClaimRow.model_construct(None, **(dict.fromkeys(ClaimRow.model_fields) | common | passage | facts))


def read_claims(text: str, **predicates: int) -> list[ClaimRow]:
    """Claims of one passage: each predicate states the quantity at that place of the text."""
    found = [quantity for _, _, quantity in find_quantities(text)]
    return [
        make_claim(predicate, text, value=found[place].value, unit=found[place].unit)
        for predicate, place in predicates.items()
    ]


# ---- products -----------------------------------------------------------------------------------------------

WRONG = [
    ("Adding 2 mL of water to a 10 mg vial gives 4 mg/mL.", {"concentration": 2}, "5 mg/mL"),
    ("A 10 mg vial with 2 mL, for a final concentration of 4.0 mg/mL.", {"concentration": 2}, "5 mg/mL"),
    ("5 mg + 2 mL = 3.0 mg/mL", {"concentration": 2, "pack_size": 0}, "2.5 mg/mL"),
    ("Drawing 0.1 mL (10 units) of a 5 mg/mL solution delivers 50 mcg.", {"dose": 3}, "500 ug"),
    ("At 5 mg/mL, 0.1 mL is 5 mg.", {"dose": 2}, "0.5 mg"),
    ("At 5 mg/mL, 0.1 mL is 5 mg.", {"concentration": 0}, "50 mg/mL"),
    ("A 3 mL pen of 2000 IU/mL contains 9000 IU.", {"dose": 2}, "6000 [iU]"),
]


@pytest.mark.parametrize(("text", "claimed", "computed"), WRONG)
def test_a_figure_that_the_other_two_do_not_make_is_refuted(text: str, claimed: dict[str, int], computed: str) -> None:
    [refuted] = find_refuted(read_claims(text, **claimed))
    assert refuted.finding.computed == computed
    assert refuted.claim.predicate == next(iter(claimed))
    assert [ground.predicate for ground in refuted.grounds] == list(claimed)[1:]


RIGHT = [
    "Adding 2 mL of water to a 10 mg vial gives 5 mg/mL.",
    "Adding 3 mL of water to a 5 mg vial gives 1.67 mg/mL.",
    "Adding 2 mL of water to a 5 mg vial gives 3 mg/mL.",  # 2.5, rounded
    "Drawing 0.1 mL of a 5 mg/mL solution delivers 500 mcg.",
    "Drawing 0.1 mL of a 5 mg/mL solution daily makes 3.5 mg.",
    "Two vials: adding 2 mL to each 10 mg vial gives 10 mg/mL.",
    "Adding about 2 mL of water to a 10 mg vial gives 4 mg/mL.",
    "Diluting 1 mL of 10 mg/mL gives 2 mg.",
    "Sold at 5 mg/mL in 2 mL vials; a dose is often 5 mg.",
    "A vial of 10 mg takes 2 mL; 4 mg/mL is another product.",
    "10 mg in 250 mL saline is 20 mg.",
]


@pytest.mark.parametrize("text", RIGHT)
def test_figures_that_fit_or_that_nothing_equates_are_left_alone(text: str) -> None:
    places = range(sum(1 for _ in find_quantities(text)))
    for place in places:
        assert list(find_refuted(read_claims(text, dose=place))) == []


def test_a_product_without_a_claim_refutes_nothing() -> None:
    text = "Adding 2 mL of water to a 10 mg vial gives 4 mg/mL."
    assert find_product(text) is not None
    assert list(find_refuted([make_claim("dose", text, value=7.0, unit="mg")])) == []


@pytest.mark.parametrize("row", [row for row in number_words() if row.role == "equates"], ids=lambda row: row.id)
def test_words_that_equate_make_a_product(row: NumberWords) -> None:
    assert all(find_product(example.replace("«", "").replace("»", "")) for example in row.fires)
    assert not any(find_product(example) for example in row.spares)
    assert all(equating_pattern().fullmatch(word) for word in row.words)


@pytest.mark.parametrize("row", [row for row in number_words() if row.role == "multiplies"], ids=lambda row: row.id)
def test_words_that_multiply_leave_no_product(row: NumberWords) -> None:
    assert not any(find_product(example.replace("«", "").replace("»", "")) for example in row.fires)
    assert all(find_product(example) for example in row.spares)
    assert all(multiplying_pattern().fullmatch(word) for word in row.words)


# ---- periods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "claimed", "computed"),
    [
        ("It was approved in 1994, 20 years after its discovery in 1980.", {"approved_in": 1994}, "14 years"),
        ("It was made in 1982 and, 14 years later, in 1994, approved.", {"developed_when": 1982}, "12 years"),
        ("It was approved in 1980, 14 years after it was made in 1994.", {"approved_in": 1980}, "no years"),
    ],
)
def test_years_that_do_not_lie_between_two_years_are_refuted(text: str, claimed: dict[str, int], computed: str) -> None:
    claims = [make_claim(predicate, text, value=float(year), unit="a") for predicate, year in claimed.items()]
    [refuted] = find_refuted(claims)
    assert refuted.finding.computed.startswith(computed)


def test_the_other_year_is_the_ground() -> None:
    text = "It was approved in 1994, 20 years after its discovery in 1980."
    years = {"isolated_when": 1980.0, "approved_in": 1994.0}
    [refuted] = find_refuted([make_claim(predicate, text, value=year, unit="a") for predicate, year in years.items()])
    assert (refuted.claim.predicate, [ground.predicate for ground in refuted.grounds]) == (
        "approved_in",
        ["isolated_when"],
    )


@pytest.mark.parametrize(
    "text",
    [
        "It was approved in 1994, 14 years after its discovery in 1980.",
        "It was approved in 1994, 13 years after its discovery in 1980.",
        "It was approved in 1994, more than 20 years after its discovery in 1980.",
        "It was approved in 1994. The 20 years after its discovery in 1980 were long.",
        "It was approved in 1994, 20 years after the war, and found in 1980.",
        "It was made in 1982; the firm, 14 years later, in 1994, closed.",
        "In 1994, after 20 years, a review of work since 1980 came out.",
        "Between 1980 and 1994 it was given for 20 years.",
    ],
)
def test_years_that_fit_or_that_nothing_joins_are_left_alone(text: str) -> None:
    claims = [make_claim("approved_in", text, value=1994.0, unit="a")]
    assert list(find_refuted(claims)) == []


def test_periods_are_read_either_way() -> None:
    text = "Made in 1980, 5 years later in 1985 sold, and in 1990, 5 years after the first sale in 1985, dropped."
    assert [(period.begin, period.end, period.years) for period in find_periods(text)] == [
        (1980, 1985, 5),
        (1985, 1990, 5),
    ]


# ---- registry numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("predicate", "number", "computed"),
    [
        ("cas_number", "129954-34-8", "129954-34-3"),
        ("cas_number", "129954-34", "no number of that registry"),
        ("cas_number", "0129954-34-3", "no number of that registry"),
        ("pubchem_cid", "011765600", "no number of that registry"),
        ("pubchem_cid", "117656001176560", "no number of that registry"),
    ],
)
def test_a_number_that_its_registry_cannot_have_given_is_refuted(predicate: str, number: str, computed: str) -> None:
    [refuted] = find_refuted([make_claim(predicate, number, object_text=number)])
    assert (refuted.finding.computed, refuted.grounds) == (computed, ())


@pytest.mark.parametrize(
    ("predicate", "number"),
    [("cas_number", "129954-34-3"), ("pubchem_cid", "11765600"), ("cas_number", "not stated")],
)
def test_a_number_that_may_exist_is_left_alone(predicate: str, number: str) -> None:
    assert list(find_refuted([make_claim(predicate, number, object_text=number)])) == []


# ---- hostile input ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece", ["1980 ", "5 years later, in ", "5 mg = ", "2 mL gives ", "= ", "in 1980, 5 years after "]
)
def test_hostile_passages_are_read_to_their_end(piece: str) -> None:
    text = piece * (4_000 // len(piece))
    assert find_product(text) is None
    assert all(period.years == 5 for period in find_periods(text))
