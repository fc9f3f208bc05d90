"""Which concept a name leads to, and which words of a phrase are the name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_page
from pipeline.components import add_mentions, get_mentions
from pipeline.components.concepts import Concepts, name_index
from pipeline.components.differences import explain_match, find_differences
from pipeline.components.links import Links
from pipeline.lexicon import concept_index
from pipeline.page import Mention
from pipeline.schema import ClaimRow, ConflictRow, Label
from runs import run_folder, write_pages

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.annotate import Annotator

INDEX = name_index()
FINDER = Concepts(INDEX)
LINKS = Links(INDEX)
MARK = re.compile("[«»]")


def name(text: str, words: str, label: Label = Label.COMPOUND, *, at: int = 0) -> Mention:
    """A name as a model finds it."""
    start = text.index(words, at)
    return Mention(start=start, end=start + len(words), text=words, label=label, how="ner:test-1")


def link(text: str, *words: str, label: Label = Label.COMPOUND) -> list[Mention]:
    """What becomes of these names of a model beside what the lexicons find."""
    found = [*FINDER.find(text), *(name(text, word, label) for word in words)]
    return sorted(LINKS.link(text, found), key=lambda mention: mention.start)


# ---------------------------------------------------------------------------------------------- names of a model


def test_a_name_that_nobody_lists_becomes_a_concept_of_its_own_all_over_the_page() -> None:
    text = "Examplozol was given. Later examplozol-treated and Examplozol rats were seen."
    found = [mention for mention in link(text, "Examplozol") if mention.concept_id == "local:examplozol"]
    assert [(mention.start, mention.text) for mention in found] == [(0, "Examplozol"), (51, "Examplozol")]


@pytest.mark.parametrize(
    ("written", "concept"),
    [
        ("Thymosine alpha-1", "compound:thymosin-alpha-1"),
        ("semaglutid", "compound:semaglutide"),
        ("Cerebrolysine", "compound:cerebrolysin"),
        ("Ipamorelyn", "compound:ipamorelin"),
    ],
)
def test_a_name_that_is_spelled_almost_like_a_listed_one_leads_there_and_says_so(written: str, concept: str) -> None:
    (mention,) = [mention for mention in link(f"{written} was bought.", written) if mention.text == written]
    assert mention.concept_id == concept
    assert mention.concept == concept_index()[concept].name
    assert re.fullmatch(rf"near:{concept} 0\.\d\d", mention.how)


@pytest.mark.parametrize("written", ["CJC-1294", "IL-67", "MC9R", "Zolumod"])
def test_other_digits_or_few_letters_make_another_name(written: str) -> None:
    (mention,) = [mention for mention in link(f"{written} was bought.", written) if mention.text == written]
    assert mention.concept_id == f"local:{written.casefold()}"


def test_what_is_near_and_not_near_enough_is_shown_as_a_candidate() -> None:
    shown = LINKS.find_candidates("thymolin")
    assert {candidate.concept_id for candidate in shown} > {"compound:thymulin", "compound:thymalin"}
    (mention,) = link("Thymolin was bought.", "Thymolin")
    assert mention.concept_id == "local:thymolin"
    assert len(mention.candidates) == len(shown)


def test_the_lexicon_decides_the_kind_of_a_listed_name() -> None:
    (mention,) = link("Oxytocin rose.", "Oxytocin", label=Label.TARGET)
    assert (mention.label, mention.how) == (Label.COMPOUND, "compound:oxytocin (case)")


def test_a_name_that_overlaps_a_listed_one_is_left_out() -> None:
    assert [mention.text for mention in link("Semax rose, Semax salts fell.", "Semax salts")] == ["Semax", "Semax"]


# ---------------------------------------------------------------------------------------------- other compounds


def test_a_fragment_is_not_its_parent(annotator: Annotator) -> None:
    annotated = annotator.annotate(make_page("Semax holds ACTH(4–10), not ACTH 11–24, and residues 4–7 of ACTH."))
    named = [(m.text, m.concept_id) for m in annotated.mentions if m.label is Label.COMPOUND]
    assert named == [
        ("Semax", "compound:semax"),
        ("ACTH(4–10)", "local:acth(4-10)"),
        ("ACTH 11–24", "local:acth(11-24)"),
        ("ACTH", "compound:acth"),
    ]


# ---------------------------------------------------------------------------------------------- the name in a phrase


def test_a_long_and_a_short_form_are_two_names_of_one_mention() -> None:
    first, second = FINDER.find("nerve growth factor (NGF)")
    assert (first.text, first.name) == ("nerve growth factor (NGF)", "nerve growth factor")
    assert (second.text, second.nested, second.concept_id) == ("NGF", True, first.concept_id)


def test_names_inside_a_process_are_named_and_read_by_no_rule(annotator: Annotator) -> None:
    annotated = annotator.annotate(make_page("Semax supports wound healing in rodent brain."))
    assert [(mention.text, mention.label) for mention in annotated.nested] == [
        ("wound", Label.DISEASE),
        ("rodent", Label.SPECIES),
    ]
    assert "wound" not in {mention.text for mention in annotated.mentions}


# ---------------------------------------------------------------------------------------------- why


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Semax", "compound:semax"),
        ("SEMAX", "compound:semax (case)"),
        ("BPC 157", "compound:bpc-157 (dash or blank)"),
        ("MC4Rs", "target:mc4r (plural)"),
        ("thymosin α-1", "compound:thymosin-alpha-1 (case, letter)"),
        ("tumour angiogenesis", "process:tumor-angiogenesis (spelling)"),
    ],
)
def test_a_match_says_what_differs(written: str, why: str) -> None:
    (row, *_) = INDEX.look_up(written)
    assert explain_match(row, written) == why


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3))
def test_a_difference_is_always_named(written: str, names: list[str]) -> None:
    assert find_differences(written, tuple(names))


def test_mentions_are_put_in_place_of_others() -> None:
    doc = spacy.blank("en")("Examplostatin and Semax")
    add_mentions(doc, [name(doc.text, "Examplostatin"), *FINDER.find(doc.text)])
    LINKS(doc)
    assert [mention.concept_id for mention in get_mentions(doc)] == ["compound:semax", "local:examplostatin"]
    assert [span.kb_id_ for span in doc.spans["claimsift"]] == ["compound:semax", "local:examplostatin"]


# ---------------------------------------------------------------------------------------------- nobody's names


def test_compounds_that_nobody_lists_take_part_in_conflicts(tmp_path: Path) -> None:
    """Two pages introduce one compound, and another one is named beside it."""
    raw = write_pages(
        tmp_path / "raw",
        a_md="# Examplostatin\n\nExamplostatin is a hexapeptide. It weighs 812.4 g/mol.\n",
        b_md="# Examplostatin, a review\n\nExamplostatin is a synthetic heptapeptide with a molecular weight of "
        "912.4 g/mol. It was compared with leuprolide.\n",
    )
    run = run_folder(raw, tmp_path / "out")
    headlines = [row.headline for row in run.rows(ConflictRow)]
    assert "Examplostatin: identity hexapeptide in 1 source, heptapeptide in 1 source" in headlines
    assert {row.subject_id for row in run.rows(ClaimRow)} == {"local:examplostatin"}
