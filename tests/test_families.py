"""Copies are one voice: whole pages, and passages that the pages of one side share."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.conflicts import find_conflicts, find_families, sketch_text
from pipeline.conflicts.families import find_passages
from test_conflicts import compare, half_life

WORDS = [f"word{number}" for number in range(3000)]
PASSAGE = (
    "In conscious rats the peptide left the plasma with a half-life of twenty minutes after one intravenous dose, as the "
    "authors of the first report measured it by radioimmunoassay in samples from eight animals"
)


def write_page(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def group(pages: dict[str, str]) -> set[frozenset[str]]:
    """The families that pages fall into."""
    families = find_families({name: sketch_text(text) for name, text in pages.items()}, {name: name for name in pages})
    return {frozenset(name for name in pages if families[name] == family) for family in families.values()}


def test_an_edited_copy_is_of_the_family_and_another_page_is_not() -> None:
    page = write_page(1)
    edited = page.replace(page.split()[40], "other").replace(page.split()[200], "words")
    assert group({"a": page, "b": edited, "c": write_page(2)}) == {frozenset("ab"), frozenset("c")}


def test_a_family_holds_copies_of_copies() -> None:
    words = write_page(1).split()
    chain = {
        name: " ".join([*words[shift:], *write_page(9, shift).split()])
        for name, shift in zip("abc", (0, 60, 120), strict=True)
    }
    assert group(chain) == {frozenset("abc")}


def test_equal_bytes_are_one_family_however_short() -> None:
    families = find_families({"a": (), "b": (), "c": ()}, {"a": "1", "b": "1", "c": "2"})
    assert families["a"] == families["b"] != families["c"]


def test_short_pages_with_the_same_words_are_two() -> None:
    assert group({"a": "Buy it here.", "b": "Buy it here."}) == {frozenset("a"), frozenset("b")}


def test_a_page_of_any_length_has_a_sketch_of_one_length() -> None:
    assert {len(sketch_text(write_page(3, length))) for length in (20, 10_000)} == {128}


PAGES = {f"p{number}": write_page(number // 3, 100) + " " + write_page(50 + number, 15) for number in range(9)}


@settings(max_examples=10, deadline=None)
@given(st.permutations(sorted(PAGES)))
def test_the_order_of_pages_changes_no_family(order: list[str]) -> None:
    def find(names: list[str]) -> dict[str, str]:
        sketches = {name: sketch_text(PAGES[name]) for name in names}
        return find_families(sketches, {name: name for name in names})

    assert find(order) == find(sorted(PAGES))


def test_a_sketch_is_the_same_in_every_version() -> None:
    """Sketches are kept between runs: another seed, hash or permutation must be noticed."""
    assert sketch_text(" ".join(WORDS[:20]))[:2] == (307213627, 145334130)


def test_pages_that_share_a_copied_passage_are_one_voice() -> None:
    own = [half_life("a", 20, text=PASSAGE), half_life("b", 20, text=f"{PASSAGE}."), half_life("c", 240)]
    assert [row.text_families for row in compare(own).conflicts] == [2]
    apart = [half_life("a", 20), half_life("b", 20), half_life("c", 240)]
    assert [row.text_families for row in compare(apart).conflicts] == [3]


def test_a_passage_that_was_copied_and_changed_is_two_voices() -> None:
    changed = [half_life("a", 20, text=PASSAGE), half_life("b", 240, text=PASSAGE.replace("twenty", "240"))]
    assert [(row.text_families, row.severity) for row in compare(changed).conflicts] == [(2, "high")]


def test_a_stock_phrase_is_no_copy() -> None:
    phrase = "CJC-1295 is a synthetic analog of growth hormone-releasing hormone."
    assert find_passages([half_life("a", 20, text=phrase), half_life("b", 20, text=phrase)]) == {}


def test_a_written_out_sequence_is_no_copy() -> None:
    sequence = "Sequence | " + "-".join(["Tyr", "Ala", "Asp", "Phe"] * 8)
    assert find_passages([half_life("a", 20, text=sequence), half_life("b", 20, text=sequence)]) == {}


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_claims_changes_no_passage(order: list[int]) -> None:
    texts = [
        PASSAGE,
        PASSAGE.replace("eight", "nine"),
        write_page(1, 30),
        write_page(1, 31),
        write_page(2, 30),
        PASSAGE,
    ]
    claims = [half_life(f"s{number}", 20, text=text) for number, text in enumerate(texts)]
    found = find_passages(claims[number] for number in order)
    assert found == find_passages(claims)
    assert len(set(found.values())) == 3


def test_a_page_at_odds_with_itself_is_not_at_odds_with_its_copy() -> None:
    own = [half_life(f"{name}#{number}", minutes) for name in "ab" for number, minutes in ((1, 20), (2, 240))]
    found = find_conflicts(own, (), (), {"a": "one", "b": "one"}, ())
    assert [row.scope for row in found.conflicts] == ["within_source", "within_source"]
    apart = find_conflicts(own, (), (), {"a": "one", "b": "other"}, ())
    assert sorted(row.scope for row in apart.conflicts) == ["cross_source", "within_source", "within_source"]


def test_an_edited_copy_is_at_odds_with_its_model() -> None:
    found = find_conflicts([half_life("a", 20), half_life("b", 240)], (), (), {"a": "one", "b": "one"}, ())
    assert [(row.scope, row.text_families) for row in found.conflicts] == [("cross_source", 1)]
