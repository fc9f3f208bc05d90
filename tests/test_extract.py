"""Who is said to do what: subjects, coordination, polarity, context; one line a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import make_page
from pipeline.extract import extract_statements
from pipeline.lexicon_check.claims import say
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


# Of several compounds: "title|text", what is said of the right one, and what would be said of a wrong one.
AMONG_OTHERS = [
    ("Semax vs. Selank|Neither raises BDNF.", "selank not increases bdnf", None),
    ("Healing|BPC-157 activates VEGFR2. TB-500 binds actin. Both raise BDNF.", "tb-500 increases bdnf", None),
    ("Two of them|BPC-157 lowers IL-6, TB-500 binds actin. The latter raises BDNF.", "tb-500 increases bdnf", None),
    ("Ipamorelin|Unlike GHRP-6, which raises BDNF, it is calm.", "ghrp-6 increases bdnf", "ipamorelin increases bdnf"),
    ("Selank|Selank, unlike Semax, raises BDNF.", "selank increases bdnf", "semax increases bdnf"),
    ("Pair|Semax lowers IL-6 and Selank raises BDNF.", "selank increases bdnf", "semax increases bdnf"),
    ("Growth|Secretagogues such as GHRP-6 and hexarelin raise BDNF.", "hexarelin increases bdnf", None),
    ("Petrelintide|By mimicking amylin it raises BDNF.", "petrelintide increases bdnf", "amylin increases bdnf"),
    ("Semax|Haloperidol lowers IL-6. The peptide raises BDNF.", "semax increases bdnf", "haloperidol increases bdnf"),
    (
        "TB-500|Thymosin beta-4 binds actin. The heptapeptide raises BDNF.",
        "tb-500 increases bdnf",
        "thymosin-beta-4 increases bdnf",
    ),
    ("TB-500|It is short. The parent protein raises BDNF.", None, "tb-500 increases bdnf"),
    ("TB-500|Thymosin beta-4 is long. The parent protein raises BDNF.", "thymosin-beta-4 increases bdnf", None),
    (
        "Which: MK-677 or hexarelin?|MK-677, by far. It raises BDNF.",
        "mk-677 increases bdnf",
        "hexarelin increases bdnf",
    ),
    ("Selank|Amylin, which the pancreas makes, raises BDNF.", "amylin increases bdnf", "selank increases bdnf"),
    ("ARA-290: the half of erythropoietin that heals|It raises BDNF.", "ara-290 increases bdnf", None),
    ("Pair|Semax did little; Selank did less but raises BDNF.", "selank increases bdnf", "semax increases bdnf"),
    ("Pramlintide|It is an analogue of amylin. The hormone raises BDNF.", "amylin increases bdnf", None),
]


@pytest.mark.parametrize(("case", "expected", "wrong"), AMONG_OTHERS)
def test_the_subject_is_the_right_one_of_several(
    case: str, expected: str | None, wrong: str | None, annotator: Annotator
) -> None:
    title, _, text = case.partition("|")
    made = {say(statement) for statement in read(annotator, text, title=title)}
    assert expected is None or expected in made
    assert wrong not in made


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
    ("Semax has no hormonal activity.", "semax not has_activity hormonal-activity"),
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
    ("Several trials tested Semax, with two showing that Semax raises BDNF.", Certainty.REPORTED),
    ("Researchers in Ghent announced that Semax raises BDNF.", Certainty.REPORTED),
    ('"Semax raises BDNF," said the lead investigator.', Certainty.REPORTED),
    ("Trials could eventually show that Semax raises BDNF.", Certainty.HEDGED),
    ("One group could not replicate this and concluded that Semax raises BDNF.", Certainty.REPORTED),
    ("Critics counter that Semax raises BDNF.", Certainty.HEDGED),
    ("It is hoped that Semax raises BDNF.", Certainty.HEDGED),
    ("It is said by its promoters that Semax raises BDNF.", Certainty.HEDGED),
    ("Semax was designed to spare ACTH while raising BDNF.", Certainty.HEDGED),
    ("A friend swears that Semax raises BDNF.", Certainty.ANECDOTAL),
    ("In my experience Semax raises BDNF.", Certainty.ANECDOTAL),
    ("Semax may or may not raise BDNF.", Certainty.OPEN),
    ("No trial has confirmed that Semax raises BDNF.", Certainty.OPEN),
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


# The number is marked; what it is and whose follows. An empty claim: nothing of the vocabulary is said with it.
NUMBERS = [
    # people in a study, and how long it was
    ("Semax|In that study «21 subjects» received one injection.", "semax sample_size"),
    ("Semax|BDNF is lower in older adults (n = «45») [12].", "semax sample_size"),
    ("Semax|In EXAMPLE-1 (N = 1961, «68 weeks») the mean age was 46.", "semax study_duration"),
    ("Semax|A second trial, EXAMPLE-2, lasted «28 weeks» and enrolled 279 patients.", "semax study_duration"),
    ("Semax|A second trial, EXAMPLE-2, lasted 28 weeks and enrolled «279 patients».", "semax sample_size"),
    ("Selank|Selank was tried against a benzodiazepine; «60 patients» were treated for 3 weeks.", "selank sample_size"),
    ("Semax|In another trial 5 of «14 patients» felt better.", "semax sample_size"),
    ("Semax|A systematic review of «36» studies is at hand.", ""),
    ("Semax|In a study it prolonged the life of «one mouse» strain.", ""),
    ("Semax|Growth hormone stayed up for «9–11 days» (Sample & Demo, 2009).", "semax duration_of_effect"),
    # doses, packs, strengths
    ("Semax|The animals received «5 mg/kg» each day for 4 weeks.", "semax dose"),
    ("Semax|In rats the tendon healed at «10 µg/kg».", "semax dose"),
    ("Semax|Some use a plan of «2.5 mg» twice weekly.", "semax dose"),
    ("Semax|Up to «5 ml» can be given at a time.", "semax dose"),
    ("Semax|No toxicity was found at «10 mg/kg».", ""),
    ("Semax|Ampoules of «1 ml, 5 ml and 10 ml» are sold.", "semax pack_size"),
    ("Semax|It costs 32 EUR per «5 mg» vial.", "semax pack_size"),
    ("Semax|It is a white powder in a vial that holds «5 mg».", "semax pack_size"),
    ("Semax|Add «2 ml» of water to the vial.", ""),
    ("Semax|Those given «0.1%» intranasal Semax did better.", "semax concentration"),
    ("Semax|Its bioavailability is «92.8%» for the nasal route.", "semax bioavailability"),
    ("Semax|Powder from our store is «≥98%» pure and ships frozen.", "semax purity"),
    ("Semax|Powder from our store is pure and ships at «−20 °C».", ""),
    # how it is kept
    ("Semax|The powder is stored at «−20 °C».", "semax storage_temperature"),
    ("Semax|Dissolved, it goes into the refrigerator at «2 to 8 °C».", "semax storage_temperature"),
    ("Semax|In solution keep it at 2–8 °C and use it «within 4 weeks».", "semax shelf_life"),
    ("Semax|It can be stored cold, at 4 °C, for «two years».", "semax shelf_life"),
    # kinetics and effects
    ("Semax|The effect on attention is still measurable after «20 hours».", "semax duration_of_effect"),
    ("Semax|It raises growth hormone for «one to two hours».", "semax duration_of_effect"),
    ("Semax|BDNF protein in the rat hippocampus rose «1.4-fold».", "semax increases"),
    ("Semax|Serum IGF-1 increased «1.5- to 3-fold».", "semax increases"),
    (
        "Semaglutide|The mean loss of body weight was «14.1%» with semaglutide and 2.6% with placebo.",
        "semaglutide decreases",
    ),
    (
        "Semaglutide|The mean loss of body weight was 14.1% with semaglutide and «2.6%» with placebo.",
        "placebo decreases",
    ),
    ("Semax|As the acetate salt it has a molecular weight of «873.97 g/mol».", "semax molecular_weight"),
    ("Semax|It has a molecular weight of 4963.4 Da («roughly 5 kDa» on a gel).", "semax molecular_weight"),
    ("BPC-157|The molecule is a run of «15 amino acids».", "bpc-157 residue_count"),
    ("BPC-157|The «fifteen-residue» piece is made by synthesis.", "bpc-157 residue_count"),
    ("BPC-157|Its N-terminal «tetrapeptide» is split off.", ""),
]


@pytest.mark.parametrize(("case", "expected"), NUMBERS)
def test_a_number_is_claimed_for_what_it_measures(case: str, expected: str, annotator: Annotator) -> None:
    title, _, marked = case.partition("|")
    start, end = marked.index("«"), marked.index("»") - 1
    offset = len(title) + 1
    made = read(annotator, marked.replace("«", "").replace("»", ""), title=title)
    inside = [s for s in made if any(m.start < offset + end and offset + start < m.end for m in s.uses if m.quantity)]
    said = {f"{s.subject.concept_id.partition(':')[2]} {s.predicate}" for s in inside if s.quantity is not None}
    assert said == ({expected} if expected else set())


# A number of another thing is never the page's compound's.
RIVALS = [
    ("Semax", "A stapled analogue with a half-life of 12 h has been described.", "half_life"),
    ("Semax", "Albumin has a half-life of 19 days.", "half_life"),
    ("Semax", "Most peptides have a molecular weight below 10 kDa.", "molecular_weight"),
    ("Semax", "Liraglutide has a half-life of 13 hours.", "half_life"),
    ("Semax", "Among controls on placebo, body weight loss was 2%.", "half_life"),
]


@pytest.mark.parametrize(("title", "text", "predicate"), RIVALS)
def test_a_number_of_another_thing_is_left_to_it(title: str, text: str, predicate: str, annotator: Annotator) -> None:
    made = [s for s in read(annotator, text, title=title) if s.predicate == predicate]
    assert "compound:semax" not in {statement.subject.concept_id for statement in made}


def test_values_in_a_list_go_to_as_many_subjects_in_their_order(annotator: Annotator) -> None:
    made = [say(s) for s in read(annotator, "The average masses are 813.9 Da and 751.9 Da.", title="Semax and Selank")]
    assert {"semax molecular_weight 813.9 Da", "selank molecular_weight 751.9 Da"} <= set(made)


def test_each_form_has_its_own_mass(annotator: Annotator) -> None:
    text = "It has a molecular weight of 1025.2 g/mol, or 1085.3 g/mol as the acetate."
    made = {(s.quantity.value, s.form) for s in read(annotator, text, title="PT-141") if s.quantity}
    assert made == {(1025.2, None), (1085.3, "acetate")}


def test_values_for_two_conditions_are_two_claims_that_do_not_meet(annotator: Annotator) -> None:
    text = "In rats, it had a half-life of 30 min, compared with 2 h in humans."
    made = {(s.value_text, s.context.get("species")) for s in read(annotator, text, title="PT-141")}
    assert {("30 min", "rat"), ("2 h", "human")} <= made


def test_two_versions_of_a_compound_have_each_their_own_number(annotator: Annotator) -> None:
    title = "CJC-1295 with DAC and CJC-1295 without DAC"
    made = [
        say(s) for s in read(annotator, "Half-life: 6-8 days (with DAC) vs. 30 minutes (without DAC).", title=title)
    ]
    assert {"cjc-1295-dac half_life 6-8 days", "mod-grf-1-29 half_life 30 minutes"} <= set(made)


def test_two_unnamed_studies_of_one_sentence_stay_apart(annotator: Annotator) -> None:
    made = read(annotator, "Two small pilots (n=2 by infusion, n=12 into the knee) were published.", title="BPC-157")
    studies = [s.context["study"] for s in made if s.predicate == "sample_size"]
    assert len(set(studies)) == len(studies) == 2


# What follows the title is read on its own; the claim must be made, or, behind "not:", must not.
CLAIMS = [
    # activities, one for each adjective of a pair
    ("Cerebrolysin|It has neurotrophic and neuroprotective activity.", "cerebrolysin has_activity neuroprotection"),
    (
        "Cerebrolysin|It has neurotrophic and neuroprotective activity.",
        "cerebrolysin has_activity neurotrophic-activity",
    ),
    ("Selank|A small study reported anxiolytic effects in students.", "selank has_activity anxiolytic-activity"),
    ("Semax|It produces gh release in rats.", "not: semax has_activity gh-release"),
    # effects as nouns and participles, told of a study
    ("Semax|Its main mechanism is upregulation of BDNF and NGF.", "semax increases ngf"),
    ("Semax|A trial (Sample et al., 2002) reported improved attention and learning.", "semax increases learning"),
    ("MOTS-c|Insulin sensitivity improved in mice on a rich diet.", "mots-c increases insulin-sensitivity"),
    ("Semax|Memory improves in the morning.", "not: semax increases memory"),
    ("Semax|Selank gave greater memory gains than Semax.", "not: semax increases memory"),
    ("Semax|The up-regulation of BDNF by Semax is known.", "not: semax modulates bdnf"),
    ("Semax|No effect on prolactin or cortisol was found.", "semax not modulates cortisol"),
    ("Tirzepatide|Tirzepatide is a dual agonist (GLP-1 + GIP).", "tirzepatide activates gip"),
    # the subject of the sentence before, or of all that it names
    ("Semax|Downstream, it raises BDNF.", "semax increases bdnf"),
    ("Peptides|Semax and Selank are sold. Both are given intranasally.", "selank route intranasal"),
    # pharmacy
    ("Cerebrolysin|Up to 5 ml can be given as an intramuscular injection.", "cerebrolysin route intramuscular"),
    ("Semax|Injection is rare.", "not: semax route parenteral"),
    ("Semax|Pharmacies dispense it as a nasal solution.", "semax formulation nasal solution"),
    # origins and names
    ("Semax|Semax comes from ACTH and Selank from tuftsin.", "not: semax derived_from selank"),
    ("Thymosin alpha-1|It was isolated in 1977 from calf thymus.", "thymosin-alpha-1 derived_from thymus"),
    ("Cerebrolysin|Cerebrolysin (FPF-1070) is a mixture.", "cerebrolysin synonym FPF-1070"),
    ("TB-500|Claims derived from thymosin beta-4 studies are many.", "not: tb-500 derived_from thymosin-beta-4"),
    # gaps, and what people only look into
    ("Semax|Human data on Semax are sparse.", "semax evidence_gap Human data on Semax"),
    ("Semax|Studies have explored whether Semax raises BDNF.", "not: semax evidence_gap whether Semax raises BDNF"),
    # a denial ends at the next verb
    (
        "Selank|Selank is not approved in the EU and is classified as a research chemical.",
        "selank legal_status research chemical",
    ),
]


@pytest.mark.parametrize(("case", "expected"), CLAIMS)
def test_a_claim_is_made_or_left_out(case: str, expected: str, annotator: Annotator) -> None:
    title, _, text = case.partition("|")
    made = {say(statement) for statement in read(annotator, text, title=title)}
    unwanted = expected.removeprefix("not: ")
    assert (unwanted in made) is (unwanted == expected)


def test_what_was_done_in_a_study_is_no_less_sure_for_it(annotator: Annotator) -> None:
    text = "A small study reported that Semax at 5 mg/kg improved memory."
    made = {s.predicate: s.certainty for s in read(annotator, text, title="Semax")}
    assert made["increases"] is Certainty.REPORTED
    assert made["dose"] is Certainty.ASSERTED
