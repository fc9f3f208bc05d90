"""Sequences, fragments, counts and identifiers as mentions: what is found, normalised, and left alone."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import spacy

from pipeline.components import get_mentions
from pipeline.components.concepts import Concepts, name_index
from pipeline.components.sequences import Sequences
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.page import Mention

MARKED = re.compile("[«»]")


@pytest.fixture(scope="module")
def component() -> Sequences:
    return Sequences(spacy.blank("en"), "claimsift_sequences")


def find(component: Sequences, marked: str) -> list[Mention]:
    text = MARKED.sub("", marked)
    return list(component.find(text, Concepts(name_index()).find(text)))


def marked_words(marked: str) -> list[str]:
    return re.findall("«([^»]*)»", marked)


IDENTIFIERS = [
    ("CAS number «80714-61-0» is it", "cas", "80714-61-0"),
    ("| CAS | «80714–61–0» |", "cas", "80714-61-0"),
    ("CAS «80714-61-1» does not fit", "cas", "80714-61-1"),
    ("«C62H98N16O22» is its formula", "formula", "C62H98N16O22"),
    ("«C₁₄H₂₄N₆O₄» is its formula", "formula", "C14H24N6O4"),
    ("PubChem CID: «9941957»", "pubchem_cid", "9941957"),
    ("pubchem-cid: «9941957»", "pubchem_cid", "9941957"),
    ("| PubChem CID | «9811102» |", "pubchem_cid", "9811102"),
    ("PubChem CID (free form): «73587»", "pubchem_cid", "73587"),
    ("CID «9941958» is it", "pubchem_cid", "9941958"),
    ("PubChem CID: «09941957»", "pubchem_cid", "09941957"),
    ("CAS No. «80714-610»", "cas", "80714-610"),
    ("cas: «0714-61-0»", "cas", "0714-61-0"),
    ("UNII: «5KQ22B6R2N»", "unii", "5KQ22B6R2N"),
    ("In «CHEMBL1234» they", "chembl", "CHEMBL1234"),
    ("In «DB00123» they", "drugbank", "DB00123"),
    ("InChIKey «AFEHBIGDWIGTEH-AQRCPPRCSA-N»", "inchikey", "AFEHBIGDWIGTEH-AQRCPPRCSA-N"),
    ("UniProt «P62328» is it", "uniprot", "P62328"),
    ("see «CHEBI:15377» for it", "chebi", "CHEBI:15377"),
    ("Cat. No. «4021-11»", "catalogue", "4021-11"),
    ("Catalog number: «12345-67-8»", "catalogue", "12345-67-8"),
    ("SKU: «AB-5MG-10»", "catalogue", "AB-5MG-10"),
    ("CAT# «A4021»", "catalogue", "A4021"),
]


@pytest.mark.parametrize(("marked", "scheme", "value"), IDENTIFIERS, ids=[row[0] for row in IDENTIFIERS])
def test_an_identifier_is_found_and_normalised(component: Sequences, marked: str, scheme: str, value: str) -> None:
    [mention] = [mention for mention in find(component, marked) if mention.label is Label.IDENTIFIER]
    assert [mention.text] == marked_words(marked)
    assert (mention.how, mention.concept) == (f"identifier:{scheme}", value)


@pytest.mark.parametrize(
    "text",
    [
        "A number such as 12345-67-8 may be anything.",
        "The date 2026-05-09 is none.",
        "A cat number one.",
        "UNII codes have ten characters.",
        "PubChem has it, and 5 others.",
        "PubChem CID: 0",
        "CAS covers 2015-2020.",
        "CAS No. TBD, lot 80714-610",
        "NATIONAL INSTITUTES OF HEALTH",
        "NCT02637284 is a trial.",
    ],
)
def test_what_only_looks_like_an_identifier_is_left_alone(component: Sequences, text: str) -> None:
    assert [mention for mention in find(component, text) if mention.label is Label.IDENTIFIER] == []


def test_two_ids_of_one_kind_are_two_mentions(component: Sequences) -> None:
    found = find(component, "PubChem CIDs 139035031 and 73587 are two.")
    assert [mention.concept for mention in found] == ["139035031", "73587"]


SEQUENCES = [
    ("It is «Met-Glu-His-Phe-Pro-Gly-Pro» there.", "MEHFPGP", None),
    ("It is «MEHFPGP» there.", "MEHFPGP", None),
    ("It is «GEPPPGKPADDAGLV» there.", "GEPPPGKPADDAGLV", None),
    ("It is «Ac-LKKTETQ» there.", "LKKTETQ", "acetyl"),
]


@pytest.mark.parametrize(("marked", "residues", "n_term"), SEQUENCES, ids=[row[0] for row in SEQUENCES])
def test_a_sequence_is_found_with_its_peptide(
    component: Sequences, marked: str, residues: str, n_term: str | None
) -> None:
    [mention] = [mention for mention in find(component, marked) if mention.label is Label.SEQUENCE]
    assert [mention.text] == marked_words(marked)
    assert mention.peptide is not None
    assert (mention.peptide.residues, mention.peptide.n_term) == (residues, n_term)


@pytest.mark.parametrize(
    "text", ["FAQ", "DISCLAIMER", "THE STATEMENTS MADE HERE", "NASDAQ", "RESEARCH USE ONLY", "HPLC MS"]
)
def test_words_in_capitals_are_no_sequences(component: Sequences, text: str) -> None:
    assert find(component, text) == []


FRAGMENTS = [
    ("It is «ACTH(4–10)» there.", "compound:acth", 4, 10, None),
    ("It is «ACTH(4-7)PGP» there.", "compound:acth", 4, 7, "PGP"),
    ("It is «residues 4 through 10 of ACTH» there.", "compound:acth", 4, 10, None),
    ("It is «thymosin beta-4 17-23 fragment» there.", "compound:thymosin-beta-4", 17, 23, None),
    ("In thymosin β4 they bind by «residues 17–23» alone.", "compound:thymosin-beta-4", 17, 23, None),
]


@pytest.mark.parametrize(
    ("marked", "expected"), [(row[0], row[1:]) for row in FRAGMENTS], ids=[row[0] for row in FRAGMENTS]
)
def test_a_fragment_knows_its_parent(
    component: Sequences, marked: str, expected: tuple[str, int, int, str | None]
) -> None:
    [mention] = [mention for mention in find(component, marked) if mention.label is Label.FRAGMENT]
    assert [mention.text] == marked_words(marked)
    fragment = mention.fragment
    assert fragment is not None
    assert (fragment.parent_id, fragment.low, fragment.high, fragment.tail) == expected


@pytest.mark.parametrize(
    "text",
    [
        "By residues 17–23 alone.",  # nobody is named
        "Semax binds. By residues 17–23 alone.",  # seven residues have no seventeenth
        "Thymosin beta-4 is one.\nBy residues 17–23 alone.",  # another line
    ],
)
def test_a_fragment_without_a_fitting_parent_has_none(component: Sequences, text: str) -> None:
    [mention] = [mention for mention in find(component, text) if mention.label is Label.FRAGMENT]
    assert mention.fragment is not None
    assert mention.fragment.parent_id is None


def test_an_unknown_parent_keeps_its_written_name(component: Sequences) -> None:
    [mention] = find(component, "It is ZZQH(4–10) there.")
    assert mention.fragment is not None
    assert (mention.fragment.parent_id, mention.fragment.parent) == (None, "ZZQH")


COUNTS = [
    ("a «heptapeptide» of", 7),
    ("a «15-amino-acid» chain", 15),
    ("a «43-residue» chain", 43),
    ("of «seven amino acids» there", 7),
]


@pytest.mark.parametrize(("marked", "count"), COUNTS, ids=[row[0] for row in COUNTS])
def test_a_count_of_residues_is_a_quantity(component: Sequences, marked: str, count: int) -> None:
    [mention] = find(component, marked)
    assert [mention.text] == marked_words(marked)
    assert (mention.label, mention.how) == (Label.QUANTITY, "count")
    assert mention.quantity is not None
    assert (mention.quantity.value, mention.quantity.unit) == (count, "{residue}")


def test_no_two_mentions_of_the_component_overlap(component: Sequences) -> None:
    text = (
        "Semax, a heptapeptide (Met-Glu-His-Phe-Pro-Gly-Pro), is ACTH(4-7)-Pro-Gly-Pro, C37H51N9O10S, "
        "CAS 80714-61-0, InChIKey AFEHBIGDWIGTEH-AQRCPPRCSA-N, PubChem CID 9811102."
    )
    found = sorted(find(component, text), key=lambda mention: mention.start)
    assert len(found) >= 6
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text[mention.start : mention.end] == mention.text for mention in found)


@pytest.mark.parametrize(
    "piece",
    [
        "CAT# ",
        "SKU: A",
        "CID ",
        "CID (",
        "PubChem ",
        "UNII A1",
        "A" * 13 + "-",
        "CHEMBL",
        "CIDs 1 and ",
        "lot no ",
        "A1-",
        "CID 0",
        "CAS: 1-",
    ],
    ids=repr,
)
def test_work_grows_with_the_length_of_hostile_text(component: Sequences, piece: str) -> None:
    """Four times the text is four times the work; quadratic work would be sixteen times as much."""
    work = []
    for size in (2_000, 8_000):
        text = (piece * size)[:size]
        times = []
        for _ in range(3):
            begun = time.process_time()
            assert all(mention.end <= size for mention in component.find(text))
            times.append(time.process_time() - begun)
        work.append(min(times))
    assert work[1] <= 8 * work[0] + 0.01


def test_spacy_finds_the_component_and_its_needs_are_met() -> None:
    nlp = spacy.blank("en")
    for name in ("claimsift_sentences", "claimsift_concepts", "claimsift_sequences"):
        nlp.add_pipe(name)
    analysis = nlp.analyze_pipes()
    assert analysis is not None
    assert not any(analysis["problems"].values())
    doc = nlp("Semax is MEHFPGP.")
    assert {mention.label for mention in get_mentions(doc)} == {Label.COMPOUND, Label.SEQUENCE}
