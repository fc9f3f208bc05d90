"""Names in text: what counts as the same name, where a name may stand, and what a page adds of its own."""

from __future__ import annotations

import random
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline.components import get_mentions
from pipeline.components.abbreviations import Abbreviations, find_definitions
from pipeline.components.concepts import Concepts, name_index
from pipeline.components.names import NameIndex, read_atoms
from pipeline.lexicon import Concept
from pipeline.schema import Label

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.page import Mention

FINDER = Concepts(name_index())

# Text with the named words marked, and the concepts in order.
CASES = [
    ("«BPC 157», «BPC‑157», «BPC–157», «BPC157», «bpc-157»", ["compound:bpc-157"] * 5),
    ("«BPC - 157» is spaced.", ["compound:bpc-157"]),
    ("«Tβ4», «TB4», «Tb4», «Tβ₄», «thymosin β4», «Thymosin Beta-4»", ["compound:thymosin-beta-4"] * 6),
    ("«TNF-α», «TNFα», «TNF-alpha», «TNF alpha»", ["target:tnf-a"] * 4),
    ("«NF-κB» and «NF-kB» and «NFkB»", ["target:nf-kb"] * 3),
    ("«µ-opioid receptor» (U+00B5), «μ-opioid receptor» (Greek)", ["target:mu-opioid-receptor"] * 2),
    ("«Selank»'s mechanism, «Selank»’s half-life", ["compound:selank"] * 2),
    ("«Alzheimer’s disease», «Alzheimer's disease», «Alzheimer disease»", ["disease:alzheimers"] * 3),
    ("«ischaemic stroke» and «ischemic stroke»", ["disease:ischemic-stroke"] * 2),
    ("«randomised controlled trials», «randomized controlled trial»", ["design:rct"] * 2),
    ("«MC4Rs», «MC4 receptors», «melanocortin-4 receptor»", ["target:mc4r"] * 3),
    ("«MC3R»/«MC4R»", ["target:mc3r", "target:mc4r"]),
    ("a footnote on «BDNF»¹ and «NGF»²", ["target:bdnf", "target:ngf"]),
    ("«BDNF»[10][11], («NGF»)", ["target:bdnf", "target:ngf"]),
    ("«BDNF»/«TrkB» axis", ["target:bdnf", "target:trkb"]),
    ("_«BPC-157»_ and **«TB-500»**", ["compound:bpc-157", "compound:tb-500"]),
    ("«Semax»-treated «rats»", ["compound:semax", "species:rat"]),
    ("the «ACTH»(4–10) fragment", ["compound:acth"]),
    ("«N-Acetyl Semax Amidate» is not «Semax».", ["compound:n-acetyl-semax-amidate", "compound:semax"]),
    ("«CJC-1295 with DAC» and «CJC-1295 no DAC»", ["compound:cjc-1295-dac", "compound:mod-grf-1-29"]),
    ("«epithalamin» and «epithalon»", ["compound:epithalamin", "compound:epitalon"]),
    ("«GHK» and «GHK-Cu»", ["compound:ghk", "compound:ghk-cu"]),
    ("«TB-500» comes from «thymosin beta-4».", ["compound:tb-500", "compound:thymosin-beta-4"]),
    ("«prefrontal cortex», «frontal cortex»", ["tissue:prefrontal-cortex", "tissue:frontal-cortex"]),
    ("«non-HDL cholesterol» and «HDL cholesterol», non-opioid drugs", ["target:non-hdl", "target:hdl"]),
    (
        "the «GIP», «GLP-1» and «glucagon receptors»",
        ["target:gip-receptor", "target:glp-1-receptor", "target:glucagon-receptor"],
    ),
    ("receptors for «GIP» and «GLP-1»", ["target:gip-receptor", "target:glp-1-receptor"]),
    ("two receptors: «GIP» and «GLP-1»", ["target:gip-receptor", "target:glp-1-receptor"]),
    ("a «GIP»/«GLP-1» co-agonist", ["target:gip-receptor", "target:glp-1-receptor"]),
    ("an agonist of «GIP» and «GLP-1»", ["target:gip-receptor", "target:glp-1-receptor"]),
    ("«mu» and «delta opioid receptors»", ["target:mu-opioid-receptor", "target:delta-opioid-receptor"]),
    ("«V1a» and «V2 receptors»", ["target:vasopressin-v1a-receptor", "target:vasopressin-v2-receptor"]),
    ("between «leptin» and «leptin receptors»", ["target:leptin", "target:leptin-receptor"]),
    ("«GIP» and «GLP-1» rose", ["target:gip", "compound:glp-1"]),
    ("«GIP» falls, and the «GLP-1 receptor» stays", ["target:gip", "target:glp-1-receptor"]),
    ("type IV collagen", None),
    ("Humanin", ["compound:humanin"]),
    ("no effect, nos, ace, sod, camp, it, us", []),
    ("MC4R2, xMC4R, GLP-1.5, BDNFx", []),
    ("the brain\nderived neurotrophic factor", ["tissue:brain"]),
    ("Thr-Lys-Pro-Arg-Pro-Gly-Pro and Gly-His-Lys", []),
    ("Бренд «Семакс»", ["compound:semax"]),
]


def find(text: str) -> list[Mention]:
    return list(FINDER.find(text))


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("en")


@pytest.mark.parametrize(("marked", "concepts"), CASES)
def test_names_are_found_where_they_stand(marked: str, concepts: list[str] | None) -> None:
    text = marked.replace("«", "").replace("»", "")
    found = find(text)
    if concepts is None:
        assert "route:intravenous" not in {mention.concept_id for mention in found}
        return
    assert [mention.concept_id for mention in found if mention.concept_id in concepts] == concepts
    words = [part.split("»")[0] for part in marked.split("«")[1:]]
    if words:
        assert [mention.text for mention in found if mention.concept_id in concepts] == words
    if not concepts:
        assert found == []


def test_a_range_is_the_family_with_its_members_as_candidates() -> None:
    for text in ("MC1R–MC5R", "MC1R to MC5R", "MC1R-MC5R"):
        (mention,) = find(text)
        assert mention.text == text
        assert mention.concept_id == "target:melanocortin-receptors"
        assert mention.candidates == tuple(f"target:mc{number}r" for number in range(1, 6))


def test_what_only_looks_like_a_range_stays_two_names() -> None:
    assert [mention.concept_id for mention in find("MC5R–MC1R")] == ["target:mc5r", "target:mc1r"]
    assert [mention.concept_id for mention in find("MMP-2–TIMP-1")] == ["target:mmp-2", "target:timp-1"]


def test_an_ambiguous_name_lists_what_else_it_could_mean() -> None:
    (mention,) = find("CJC-1295")
    assert mention.concept_id == "compound:cjc-1295"
    assert set(mention.candidates) == {"compound:cjc-1295-dac", "compound:mod-grf-1-29"}


def test_a_mention_says_which_row_found_it() -> None:
    (mention,) = find("Ozempic")
    assert (mention.how, mention.concept, mention.label) == ("compound:semaglutide", "semaglutide", Label.COMPOUND)


UNLISTED = [
    ("«XYZ-421» is a synthetic heptapeptide. «XYZ-421» is new.", "local:xyz-421", "pattern:code-name"),
    ("The peptide «QRP-77» was made.", "local:qrp-77", "pattern:code-name"),
    ("«Zolumorelin» was compared.", "local:zolumorelin", "pattern:inn-stem"),
    ("«Examplocidin» kills bacteria; «examplocidin» lasts.", "local:examplocidin", "pattern:defined-name"),
    ("«Zolumovagine» (ZV-1): what is known", "local:zolumovagine", "pattern:defined-name"),
    ("They gave the peptide «vectrin» to rats. «Vectrin» was safe.", "local:vectrin", "pattern:defined-name"),
    ("«QXV-6021» lowers pain.", "local:qxv-6021", "pattern:defined-name"),
    ("With «JNJ-64565111» it fell.", "local:jnj-64565111", "pattern:defined-name"),
    ("A cream with «acetyl hexapeptide-99» was tried.", "local:acetyl hexapeptide-99", "pattern:defined-name"),
]


@pytest.mark.parametrize(("marked", "concept", "how"), UNLISTED)
def test_an_unlisted_compound_gets_a_concept_of_its_own(marked: str, concept: str, how: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    found = [mention for mention in find(text) if mention.concept_id == concept]
    assert len(found) == marked.count("«")
    assert {(mention.how, mention.label) for mention in found} == {(how, Label.COMPOUND)}


@pytest.mark.parametrize(
    "text",
    [
        "COVID-19 peptide",
        "XYZ-421 was bought.",
        "a peptide",
        "CAS-80714 peptide",
        "BPC-157 peptide",
        "nucleotide",
        "Again it was seen.",
        "HT22 cells survived.",
        "CD345 rises.",
        "Benjamin reported pain.",
        "In a trial examplocidin was used.",
    ],
)
def test_nothing_else_becomes_a_compound(text: str) -> None:
    assert not [mention for mention in find(text) if str(mention.concept_id).startswith("local:")]


@given(st.text(alphabet="BPC157-– \u00a0'sβµTNFα.()[]/\n₄²MC4R", max_size=60))
def test_offsets_always_lead_to_the_words(text: str) -> None:
    last = 0
    for mention in find(text):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= last
        assert "\n" not in mention.text
        last = mention.end


@given(st.text(max_size=80))
def test_atoms_lie_in_order_and_lose_no_letter(text: str) -> None:
    atoms = read_atoms(text)
    assert all(one.end <= other.start for one, other in pairwise(atoms))
    covered = {place for atom in atoms for place in range(atom.start, atom.end)}
    left = {text[place] for place in range(len(text)) if place not in covered}
    assert not {letter for letter in left if letter.isalpha()} - {"s", "ⁿ", "ª", "º"} or "'" in text


def test_the_first_row_wins_and_the_other_is_a_candidate() -> None:
    rows = [
        Concept(id="one:a", source="test", label=Label.COMPOUND, name="Alpha-1"),
        Concept(id="two:a", source="test", label=Label.TARGET, name="α1", exact=("XX",)),
    ]
    first, second = Concepts(NameIndex(rows)).find("ALPHA 1 or XX, not xx")
    assert (first.concept_id, first.candidates) == ("one:a", ("two:a",))
    assert (second.text, second.concept_id) == ("XX", "two:a")


def test_it_works_in_a_pipeline_of_others(nlp: Language) -> None:
    other = spacy.blank("en")
    other.add_pipe("claimsift_concepts")
    doc = other("Semax binds MC4R.")
    assert [mention.concept_id for mention in get_mentions(doc)] == ["compound:semax", "target:mc4r"]
    assert [span.kb_id_ for span in doc.spans["claimsift"]] == ["compound:semax", "target:mc4r"]


def test_four_times_the_text_is_about_four_times_the_work() -> None:
    words = ["Semax", "raises", "BDNF", "in", "rat", "hippocampus", "GHRH(1-29)", "of", "TB-500", "the"]
    short, long = (" ".join(random.Random(1).choices(words, k=count)) for count in (5_000, 20_000))
    assert min(spend(long) for _ in range(3)) < 10 * min(spend(short) for _ in range(3))


def spend(text: str) -> float:
    """Seconds of processor time for finding all names, whatever else the machine does."""
    began = time.process_time()
    list(FINDER.find(text))
    return time.process_time() - began


@pytest.mark.parametrize("piece", ["(", "[", "A-", "MC1R–", "peptide ", "'s ", "ABC-123 is a b c d e "])
def test_hostile_repetition_takes_linear_time(nlp: Language, piece: str) -> None:
    began = time.process_time()
    list(FINDER.find(piece * 20_000))
    list(find_definitions(piece * 20_000, nlp.vocab))
    assert time.process_time() - began < 20


DEFINITIONS = [
    ("growth of muscle protein synthesis (MPS)", [("MPS", "muscle protein synthesis")]),
    ("TIA (transient ischemic attack)", [("TIA", "transient ischemic attack")]),
    ("people with human immunodeficiency virus (HIV)-infection", [("HIV", "human immunodeficiency virus")]),
    ("gamma-aminobutyric acid [GABA; a transmitter]", [("GABA", "gamma-aminobutyric acid")]),
    ("in the liver (see below) and (Fig. 2)", []),
    ("sleep apnea (OSA) then obstructive sleep apnea (OSA)", [("OSA", "obstructive sleep apnea")]),
    ("a line ends with sleep\n(SA) in the next", []),
]


@pytest.mark.parametrize(("text", "pairs"), DEFINITIONS)
def test_a_page_defines_its_abbreviations(nlp: Language, text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(found.short, found.long) for found in find_definitions(text, nlp.vocab)] == pairs


def test_a_defined_short_form_is_a_name_on_its_page(nlp: Language) -> None:
    doc = nlp("Muscle protein synthesis (MPS) rose. Later MPS fell, not mps.")
    found = list(Abbreviations(name_index()).find(doc))
    assert [(mention.text, mention.concept_id) for mention in found] == [
        ("MPS", "process:muscle-protein-synthesis")
    ] * 2
    assert {mention.how for mention in found} == {"abbreviation:Muscle protein synthesis"}


def test_two_short_forms_may_mean_one_concept(nlp: Language) -> None:
    doc = nlp("Sleep apnea (SLA) is obstructive sleep apnea (OSLA): SLA, OSLA.")
    found = list(Abbreviations(name_index()).find(doc))
    assert [mention.text for mention in found] == ["SLA", "OSLA", "SLA", "OSLA"]


def test_a_short_form_that_the_lexicon_knows_is_left_to_it(nlp: Language) -> None:
    assert list(Abbreviations(name_index()).find(nlp("brain-derived neurotrophic factor (BDNF)"))) == []
