"""What counts as a conflict: claims built by hand, one line a case, and what must not change anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.conflicts import find_conflicts, find_families, sketch_text
from pipeline.conflicts.differences import find_difference
from pipeline.conflicts.slots import group_claims
from pipeline.schema import BlockKind, Certainty, ClaimRow, Comparator, Confidence, Evidence, Polarity, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.conflicts import Conflicts

NUMBER = {"comparator": Comparator.EQUAL}
MINUTES = NUMBER | {"unit": "min", "base_unit": "h"}
GRAMS = NUMBER | {"unit": "g/mol", "base_unit": "g/mol"}


def claim(name: str, predicate: str, subject: str = "compound:semax", /, **facts: object) -> ClaimRow:
    """A claim of source `name`; facts override the plain ones."""
    source, _, number = name.partition("#")
    plain: dict[str, object] = dict.fromkeys(ClaimRow.model_fields)
    plain |= {
        "claim_id": f"clm-{name}",
        "source_id": source,
        "start": int(number or 0) * 100,
        "end": int(number or 0) * 100 + 10,
        "quote": f"quote {name}",
        "text": f"quote {name}",
        "block": BlockKind.PARAGRAPH,
        "subject_id": subject,
        "subject": subject.partition(":")[2],
        "subject_text": subject,
        "subject_from": SubjectFrom.WRITTEN,
        "predicate": predicate,
        "polarity": Polarity.AFFIRMED,
        "certainty": Certainty.ASSERTED,
        "evidence": Evidence.UNSTATED,
        "citations": (),
        "rule": "test",
        "confidence": Confidence.HIGH,
    }
    return ClaimRow.model_validate(plain | facts)


def half_life(name: str, minutes: float, **facts: object) -> ClaimRow:
    words = {"value": minutes, "base_value": minutes / 60, "value_text": f"{minutes:g} min"}
    return claim(name, "half_life", **(MINUTES | words | facts))


def mass(name: str, grams: float, **facts: object) -> ClaimRow:
    words = {"value": grams, "base_value": grams, "value_text": f"{grams} g/mol"}
    return claim(name, "molecular_weight", **(GRAMS | words | facts))


def effect(name: str, predicate: str, **facts: object) -> ClaimRow:
    return claim(name, predicate, **({"object_id": "target:ngf", "object": "NGF", "object_text": "NGF"} | facts))


def fragment(name: str, predicate: str, low: int, high: int) -> ClaimRow:
    ends = {"value": float(low), "value_high": float(high), "base_value": float(low), "base_value_high": float(high)}
    named = {"object_id": "compound:acth", "object": "ACTH", "value_text": f"ACTH({low}–{high})"}
    return claim(name, predicate, comparator=Comparator.RANGE, unit="{residue}", base_unit="{residue}", **ends, **named)


def status(name: str, place: str, *, denied: bool = False, concept: str | None = None) -> ClaimRow:
    polarity = Polarity.NEGATED if denied else Polarity.AFFIRMED
    return claim(name, "approved_in", object_id=concept, object=place, jurisdiction=place, polarity=polarity)


def through(name: str) -> ClaimRow:
    return claim(name, "acts_through", object_id="target:mc4r", object="MC4R", object_text="MC4R")


def unknown(name: str, words: str) -> ClaimRow:
    return claim(name, "evidence_gap", object_id="predicate:acts_through", object_text=words)


def compare(claims: Sequence[ClaimRow]) -> Conflicts:
    families = {row.source_id: f"fam-{row.source_id}" for row in claims}
    return find_conflicts(claims, (), (), families, ())


DENIED = {"polarity": Polarity.NEGATED}
CASES = [
    ("two half-lives", [half_life("a", 20), half_life("b", 240)], "value high"),
    ("a rounding", [mass("a", 1419.5), mass("b", 1419.53)], None),
    ("a wrong mass", [mass("a", 813.92), mass("b", 887.04)], "value high"),
    ("another form", [mass("a", 813.92, form="free"), mass("b", 873.97, form="acetate")], None),
    ("another species", [half_life("a", 20, species="rat"), half_life("b", 240, species="human")], None),
    ("species on one side", [half_life("a", 20, species="rat"), half_life("b", 240)], "value medium"),
    ("up and down", [effect("a", "increases"), effect("b", "decreases")], "direction high"),
    ("other tissues", [effect("a", "increases", tissue="x"), effect("b", "decreases", tissue="y")], None),
    ("up and not up", [effect("a", "increases"), effect("b", "increases", **DENIED)], "polarity high"),
    ("down and not up", [effect("a", "decreases"), effect("b", "increases", **DENIED)], None),
    ("mRNA and protein", [effect("a", "increases", analyte="mRNA"), effect("b", "decreases", analyte="protein")], None),
    (
        "fragments",
        [fragment("a", "contains_fragment", 4, 10), fragment("b", "contains_fragment", 4, 7)],
        "identity high",
    ),
    (
        "wordings that both hold",
        [fragment("a", "analog_of", 4, 10), fragment("b", "analog_of", 4, 7)],
        "identity medium",
    ),
    ("approved here, not there", [status("a", "Russia"), status("b", "European Union", denied=True)], None),
    ("approved here, nowhere else", [status("a", "Russia"), status("b", "outside Russia", denied=True)], None),
    ("approved here, only there", [status("a", "Japan"), status("b", "outside Russia", denied=True)], "polarity high"),
    ("approved here, nowhere", [status("a", "Russia"), status("b", "anywhere", denied=True)], "polarity high"),
    (
        "one open question",
        [half_life("a", 20), claim("b", "evidence_gap", object_id="predicate:half_life")],
        "certainty medium",
    ),
    ("a receptor, and which is unknown", [through("a"), unknown("b", "which receptor it binds")], "certainty medium"),
    ("the same in full", [through("a"), unknown("b", "the receptor behind its effects")], "certainty medium"),
    ("the same by name", [through("a"), unknown("b", "a molecular target of Semax")], "certainty medium"),
    ("why one thing happens", [through("a"), unknown("b", "the molecular mechanism for angiogenesis")], None),
    ("numbers for one receptor", [through("a"), unknown("b", "receptor-binding affinity data for VEGFR2")], None),
    (
        "hedged beside asserted",
        [effect("a", "increases"), effect("b", "increases", certainty=Certainty.HEDGED)],
        "certainty low",
    ),
    ("two routes", [claim("a", "route", object="oral"), claim("b", "route", object="nasal")], None),
]


@pytest.mark.parametrize(("claims", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_pairs_of_claims(claims: list[ClaimRow], expected: str | None) -> None:
    found = [f"{row.kind} {row.severity}" for row in compare(claims).conflicts]
    assert found == ([expected] if expected else [])


def test_what_context_removes_is_explained() -> None:
    found = compare([half_life("a", 20, species="rat"), half_life("b", 240, species="human")])
    assert [row.reason for row in found.explained] == ["different species"]


def test_one_conflict_holds_all_sides_and_sources() -> None:
    claims = [half_life("a", 20), half_life("b", 21), half_life("c", 240), half_life("d", 2400)]
    found = compare(claims)
    assert [(row.sides, row.sources) for row in found.conflicts] == [(3, 4)]
    assert [member.side for member in sorted(found.members, key=lambda m: m.source_id or "")] == ["A", "A", "B", "C"]


def test_a_range_that_holds_both_values_is_no_member() -> None:
    wide = half_life("c", 10, value_high=300.0, base_value_high=5.0, comparator=Comparator.RANGE)
    found = compare([half_life("a", 20), half_life("b", 240), wide])
    assert {member.source_id for member in found.members} == {"a", "b"}


def test_a_source_that_contradicts_itself_is_its_own_conflict() -> None:
    found = compare([half_life("a#1", 20), half_life("a#2", 240), half_life("b", 240)])
    assert sorted(row.scope for row in found.conflicts) == ["cross_source", "within_source"]


def test_a_sequence_refutes_a_mass_of_the_same_source() -> None:
    sequence = claim("a#1", "sequence", object="Met-Glu-His-Phe-Pro-Gly-Pro")
    found = compare([sequence, mass("a#2", 887.04)])
    assert [row.kind for row in found.conflicts] == ["computed"]
    assert "813.92" in (found.conflicts[0].arbiter or "")
    assert {member.side for member in found.members} == {"A", "computed"}


def test_two_names_for_one_thing_meet_a_denial_from_either_side() -> None:
    one = claim("a", "synonym", "compound:thymosin-beta-4", object_id="compound:tb-500", object="TB-500")
    other = claim("b", "synonym", "compound:tb-500", object_id="compound:thymosin-beta-4", object="x", **DENIED)
    assert [row.kind for row in compare([one, other]).conflicts] == ["identity"]


EVERYTHING = [row for case in CASES for row in case[1]]
NUMBERED = [
    row.model_copy(update={"claim_id": f"clm-{index}", "source_id": f"{row.source_id}{index % 5}"})
    for index, row in enumerate(EVERYTHING)
]


@settings(max_examples=25, deadline=None)
@given(st.permutations(NUMBERED))
def test_the_order_of_claims_changes_nothing(claims: list[ClaimRow]) -> None:
    def tell(found: Conflicts) -> set[tuple[str, str, str]]:
        return {(row.conflict_id, row.fingerprint, row.severity) for row in found.conflicts}

    assert tell(compare(claims)) == tell(compare(NUMBERED))


@given(st.floats(1, 1e4), st.floats(1, 1e4))
def test_the_comparison_is_symmetric(one: float, other: float) -> None:
    slot = group_claims([half_life("a", one), half_life("b", other)])[0]
    left, right = slot.claims
    there, back = find_difference(slot, left, right), find_difference(slot, right, left)
    assert (there is None) == (back is None)


def test_near_copies_are_one_voice() -> None:
    text = " ".join(f"word{number}" for number in range(200))
    copy = text.replace("word77", "other")
    sketches = {"a": sketch_text(text), "b": sketch_text(copy), "c": sketch_text(text[::-1])}
    families = find_families(sketches, {"a": "1", "b": "2", "c": "3"})
    assert families["a"] == families["b"] != families["c"]


def test_what_is_open_in_one_species_does_not_question_another_within_one_source() -> None:
    rat = half_life("a#1", 12, species="rat")
    gap = claim("a#2", "evidence_gap", object_id="predicate:half_life", object_text="half-life", species="human")
    plain = half_life("b", 12)
    found = compare([rat, gap, plain]).conflicts
    assert [(row.kind, row.scope) for row in found] == [("certainty", "cross_source")]
