"""Who is said to do what: subjects, coordination, polarity, context; one line a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import make_page
from pipeline.extract import extract_statements
from pipeline.lexicon_check import say
from pipeline.schema import Certainty, Evidence, Label, SubjectFrom

if TYPE_CHECKING:
    from pipeline.annotate import Annotator
    from pipeline.page import Statement


def read(annotator: Annotator, *lines: str, title: str | None = None) -> list[Statement]:
    return list(extract_statements(annotator.annotate(make_page(*lines, title=title))).statements)


SUBJECTS = [
    ("Selank|It raised BDNF.", "selank increases bdnf", SubjectFrom.HEADING),
    ("Selank|The peptide raised BDNF.", "selank increases bdnf", SubjectFrom.HEADING),
    ("Selank|Semax raised BDNF.", "semax increases bdnf", SubjectFrom.WRITTEN),
    ("Selank|Unlike diazepam, Semax raised BDNF.", "semax increases bdnf", SubjectFrom.WRITTEN),
    ("Selank|In men who failed sildenafil, Semax raised BDNF.", "semax increases bdnf", SubjectFrom.WRITTEN),
    ("Selank|Mouse studies brought changes in dopamine.", "selank modulates dopamine", SubjectFrom.HEADING),
    ("Selank|Semax and Selank raised BDNF.", "selank increases bdnf", SubjectFrom.WRITTEN),
    ("Selank|BDNF acts through TrkB.", "bdnf acts_through trkb", SubjectFrom.WRITTEN),
]


@pytest.mark.parametrize(("case", "expected", "origin"), SUBJECTS)
def test_the_subject_is_found_and_how(case: str, expected: str, origin: SubjectFrom, annotator: Annotator) -> None:
    title, _, text = case.partition("|")
    made = {say(statement): statement.subject.origin for statement in read(annotator, text, title=title)}
    # A title is the nearest heading of the paragraphs below it.
    assert made.get(expected) in (origin, SubjectFrom.TITLE if origin is SubjectFrom.HEADING else origin)


OTHERS = [
    "Albumin has a half-life of 19 days.",
    "GHRH release raises growth hormone.",
    "Tuftsin-derived peptides raise BDNF.",
    "Enhancers that act on monoamines are many.",
    "Compared with diazepam, placebo raised BDNF.",
]


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_said_of_another_thing_is_not_said_of_the_page_s_compound(text: str, annotator: Annotator) -> None:
    made = [s for s in read(annotator, text, title="Semax") if s.predicate != "compared_to"]
    assert "compound:semax" not in {statement.subject.concept_id for statement in made}


def test_coordination_is_taken_apart_by_place_and_direction(annotator: Annotator) -> None:
    text = "It increased GDNF and NGF mRNA in the striatum and NGF in the cerebellum, while GDNF fell in spinal cord."
    made = {(say(s), s.context.get("tissue")) for s in read(annotator, text, title="Semax")}
    assert made >= {
        ("semax increases gdnf", "striatum"),
        ("semax increases ngf", "striatum"),
        ("semax increases ngf", "cerebellum"),
        ("semax decreases gdnf", "spinal cord"),
    }


POLARITY = [
    ("Semax did not raise BDNF.", "semax not increases bdnf"),
    ("Semax produced no increase in BDNF.", "semax not increases bdnf"),
    ("Semax has no hormonal activity.", "semax not has_activity steroidogenic-activity"),
    ("Semax is approved in Russia.", "semax approved_in russia"),
    ("Semax is not approved in the EU.", "semax not approved_in european-union"),
    ("Semax is unapproved in the United States.", "semax not approved_in united-states"),
    ("Neither Semax nor Selank is FDA-approved.", "semax not approved_in united-states"),
    ("Semax is not only sold but raises BDNF.", "semax increases bdnf"),
]


@pytest.mark.parametrize(("text", "expected"), POLARITY)
def test_polarity(text: str, expected: str, annotator: Annotator) -> None:
    assert expected in [say(statement) for statement in read(annotator, text)]


def test_only_also_denies_the_rest(annotator: Annotator) -> None:
    made = [say(statement) for statement in read(annotator, "Selank is registered in Russia only.")]
    assert {"selank approved_in russia", "selank not approved_in outside Russia"} <= set(made)


CERTAINTY = [
    ("Semax raises BDNF.", Certainty.ASSERTED),
    ("Semax may raise BDNF.", Certainty.HEDGED),
    ("It is unclear whether Semax raises BDNF.", Certainty.OPEN),
    ("Community users report that Semax raises attention.", Certainty.ANECDOTAL),
    ("A study by Sample et al. (2011) reported that Semax raised BDNF.", Certainty.REPORTED),
]


@pytest.mark.parametrize(("text", "certainty"), CERTAINTY)
def test_certainty_is_the_weakest_that_applies(text: str, certainty: Certainty, annotator: Annotator) -> None:
    made = [statement for statement in read(annotator, text) if statement.predicate == "increases"]
    assert {statement.certainty for statement in made} == {certainty}


def test_a_change_names_whose_each_number_is(annotator: Annotator) -> None:
    text = "This moves the half-life from 6 minutes (free GHRH) to 25 minutes."
    made = [say(statement) for statement in read(annotator, text, title="CJC-1295 no DAC")]
    assert {"ghrh half_life 6 minutes", "mod-grf-1-29 half_life 25 minutes"} <= set(made)


def test_evidence_is_the_strongest_kind_named(annotator: Annotator) -> None:
    made = read(annotator, "In rats and in a double-blind trial Semax raised BDNF.")
    assert {statement.evidence for statement in made if statement.predicate == "increases"} == {Evidence.HUMAN}


def test_a_question_asserts_nothing_and_what_is_left_says_why(annotator: Annotator) -> None:
    annotated = annotator.annotate(make_page("The weather raised BDNF by 42 %.", title="Semax"))
    extracted = extract_statements(annotated)
    assert extracted.statements == ()
    left = {(item.label, item.reason) for item in extracted.leftovers}
    assert (Label.STATEMENT, "increases: the subject cannot be told") in left
    assert (Label.QUANTITY, "no property of the vocabulary near the number") in left
