"""Comparing a million claims: the work grows with what is said, and giving equal claims one voice changes nothing."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.conflicts import find_conflicts, stances
from pipeline.conflicts.differences import find_difference
from pipeline.conflicts.slots import group_claims
from pipeline.conflicts.stances import PLACE, compare_stances, gather_stances
from pipeline.schema import Certainty, ClaimRow, Polarity
from test_conflicts import CASES, EVERYTHING, compare, half_life

if TYPE_CHECKING:
    from pipeline.conflicts.slots import Slot
    from runs import Run


def count_comparisons(claims: list[ClaimRow], monkeypatch: pytest.MonkeyPatch) -> int:
    """How often two claims are held against each other."""
    asked: list[tuple[str, str]] = []

    def count(slot: Slot, left: ClaimRow, right: ClaimRow) -> object:
        asked.append((left.claim_id, right.claim_id))
        return find_difference(slot, left, right)

    with monkeypatch.context() as patch:
        patch.setattr(stances, "find_difference", count)
        compare(claims)
    return len(asked)


def make_crowd(count: int) -> list[ClaimRow]:
    """One matter, five values, some of them hedged, each claim from a source of its own."""
    return [
        half_life(
            f"s{number}", (number % 5 + 1) * 60, certainty=(Certainty.ASSERTED, Certainty.HEDGED)[number % 7 == 0]
        )
        for number in range(count)
    ]


def test_twice_the_claims_are_no_more_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    once, twice = (count_comparisons(make_crowd(count), monkeypatch) for count in (200, 400))
    assert once == twice < 100


def test_twice_the_slots_are_twice_the_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    once = make_crowd(60)
    other = [
        claim.model_copy(update={"subject_id": "compound:other", "claim_id": f"{claim.claim_id}x"}) for claim in once
    ]
    assert count_comparisons(once + other, monkeypatch) == 2 * count_comparisons(once, monkeypatch)


def test_a_crowd_is_one_conflict_with_all_its_members() -> None:
    found = compare(make_crowd(300))
    value = next(row for row in found.conflicts if row.kind == "value")
    assert (value.sides, value.sources) == (5, 300)
    assert sum(member.conflict_id == value.conflict_id for member in found.members) == 300


SPREAD = [
    row.model_copy(update={"claim_id": f"clm-{number}", "source_id": f"s{number % 4}", "certainty": certainty})
    for number, (row, certainty) in enumerate(product(EVERYTHING, (Certainty.ASSERTED, Certainty.REPORTED)))
]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SPREAD), max_size=30, unique_by=lambda claim: claim.claim_id))
def test_stances_differ_as_each_two_claims_do(claims: list[ClaimRow]) -> None:
    for slot in group_claims(claims):
        each = {
            frozenset((one.claim_id, other.claim_id))
            for one, other in combinations(slot.claims, 2)
            if find_difference(slot, one, other) is not None
        }
        grouped = {
            frozenset((one.claim_id, other.claim_id))
            for pair in compare_stances(slot)
            for one, other in product(pair.left.claims, pair.right.claims)
        }
        assert grouped == each


@pytest.mark.parametrize("pair", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_no_comparison_reads_where_a_claim_stands(pair: list[ClaimRow]) -> None:
    assert_place_does_not_matter(pair)


def test_no_comparison_of_the_sample_reads_where_a_claim_stands(raw_run: Run) -> None:
    assert_place_does_not_matter(raw_run.rows(ClaimRow))


def assert_place_does_not_matter(claims: list[ClaimRow] | tuple[ClaimRow, ...]) -> None:
    """A comparison that reads a column of places would tell apart claims that are taken for one."""
    read: set[str] = set()

    class Watched(ClaimRow):
        def __getattribute__(self, name: str) -> object:
            if name in PLACE and not (name == "text" and self.predicate == "molecular_weight"):
                read.add(name)
            return super().__getattribute__(name)

    for slot in group_claims(claims):
        for one, other in combinations(gather_stances(slot.claims), 2):
            left, right = (Watched.model_construct(**dict(claim)) for claim in (one.claim, other.claim))
            find_difference(slot, left, right)
    assert read == set()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_an_equal_claim_of_another_source_changes_nothing_but_counts(data: st.DataObject) -> None:
    claims = data.draw(st.lists(st.sampled_from(SPREAD), min_size=2, max_size=12, unique_by=lambda row: row.claim_id))
    before = compare(claims)
    echo = data.draw(st.sampled_from(claims)).model_copy(update={"claim_id": "clm-echo", "source_id": "echo"})
    after = compare([*claims, echo])
    across = {row.conflict_id: (row.kind, row.sides) for row in before.conflicts}
    assert across.items() <= {row.conflict_id: (row.kind, row.sides) for row in after.conflicts}.items()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SPREAD), min_size=1, max_size=16, unique_by=lambda row: row.claim_id))
def test_a_copy_of_a_page_changes_nothing_but_the_number_of_sources(claims: list[ClaimRow]) -> None:
    page = claims[0].source_id
    copy = [
        row.model_copy(update={"claim_id": f"{row.claim_id}-copy", "source_id": "copy"})
        for row in claims
        if row.source_id == page
    ]
    families = {row.source_id: row.source_id for row in claims} | {"copy": page}
    before, after = (find_conflicts(rows, (), (), families, ()) for rows in (claims, [*claims, *copy]))
    shown = {row.conflict_id: (row.kind, row.severity, row.sides, row.text_families) for row in after.conflicts}
    known = {row.conflict_id: (row.kind, row.severity, row.sides, row.text_families) for row in before.conflicts}
    own = {member.conflict_id for member in after.members if member.source_id != "copy"}
    assert {name: told for name, told in shown.items() if name in own} == known


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(SPREAD), max_size=12, unique_by=lambda row: row.claim_id))
def test_the_comparator_is_symmetric_and_can_say_both(claims: list[ClaimRow]) -> None:
    for slot in group_claims(claims):
        for left, right in combinations(slot.claims, 2):
            there, back = find_difference(slot, left, right), find_difference(slot, right, left)
            assert (there is None) == (back is None)
            if there and back:
                assert (there.kind, there.explained) == (back.kind, back.explained)


def test_the_comparator_says_both() -> None:
    slot = group_claims([half_life("a", 20), half_life("b", 240), half_life("c", 20)])[0]
    one, other, same = slot.claims
    assert find_difference(slot, one, other) is not None
    assert find_difference(slot, one, same) is None


def test_the_order_of_documents_changes_no_word() -> None:
    claims = [claim.model_copy(update={"polarity": Polarity.AFFIRMED}) for claim in make_crowd(40)]
    families = {claim.source_id: claim.source_id for claim in claims}
    there, back = (find_conflicts(rows, (), (), families, ()) for rows in (claims, claims[::-1]))
    assert there == back
