"""Every row of the name lexicons proves itself: by its examples, by its neighbours, and by arithmetic."""

from __future__ import annotations

import re
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

import pytest

from pipeline.chemistry import Peptide, formula_of, is_valid_cas, parse_formula
from pipeline.chemistry.masses import TWO_HYDROGENS_LOST
from pipeline.chemistry.peptides import LETTERS, N_TERMINI
from pipeline.components.concepts import Concepts, name_index
from pipeline.components.names import Decoy
from pipeline.lexicon import CONCEPT_FILES, Concept, concept_index, concepts, read_rows
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.page import Mention

MARK = re.compile(r"«([^»]*)»")
LABELS = {
    "compounds": Label.COMPOUND,
    "targets": Label.TARGET,
    "processes": Label.PROCESS,
    "diseases": Label.DISEASE,
    "species": Label.SPECIES,
    "tissues": Label.TISSUE,
    "matrices": Label.MATRIX,
    "routes": Label.ROUTE,
    "jurisdictions": Label.JURISDICTION,
    "designs": Label.DESIGN,
}
# Names with more than one meaning on purpose: the first is the family, the others are its members.
AMBIGUOUS = {
    "CJC-1295": ("compound:cjc-1295", "compound:cjc-1295-dac", "compound:mod-grf-1-29"),
    "MC3/4R": ("target:melanocortin-receptors", "target:mc3r", "target:mc4r"),
    "MC3/4 receptor": ("target:melanocortin-receptors", "target:mc3r", "target:mc4r"),
    "MC3/MC4R": ("target:melanocortin-receptors", "target:mc3r", "target:mc4r"),
    "MC3/MC4 receptors": ("target:melanocortin-receptors", "target:mc3r", "target:mc4r"),
}

FINDER = Concepts(name_index())
WITH_FORMULA = [row for row in concepts() if row.sequence and row.formula and row.n_term in {None, *N_TERMINI}]


def find(text: str) -> list[Mention]:
    return list(FINDER.find(text))


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Text without its marks, and where the marked words stand in it."""
    text, spans, last = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[last : match.start()]
        spans.append((len(text), len(text) + len(match[1])))
        text += match[1]
        last = match.end()
    return text + marked[last:], spans


def names_of(row: Concept) -> tuple[str, ...]:
    inexact = tuple(name for name in (row.name, *row.names) if name not in row.exact)
    return inexact + row.exact


@pytest.mark.parametrize("row", concepts(), ids=attrgetter("id"))
def test_each_row_fires_where_it_says_and_nowhere_else(row: Concept) -> None:
    assert row.fires
    for marked in row.fires:
        text, spans = unmark(marked)
        found = [(mention.start, mention.end) for mention in find(text) if mention.concept_id == row.id]
        assert spans
        assert found == spans, text
    for text in row.spares:
        assert not [mention for mention in find(text) if row.id in {mention.concept_id, *mention.candidates}], text


@pytest.mark.parametrize("decoy", read_rows("decoys", Decoy), ids=attrgetter("id"))
def test_each_decoy_hides_its_words(decoy: Decoy) -> None:
    assert decoy.phrases or decoy.exact
    for phrase in (*decoy.phrases, *decoy.exact):
        assert not find(phrase), phrase
    for marked in decoy.fires:
        text, spans = unmark(marked)
        assert [(mention.start, mention.end) for mention in find(text)] == spans


@pytest.mark.parametrize("row", concepts(), ids=attrgetter("id"))
def test_every_name_leads_to_its_row(row: Concept) -> None:
    for name in names_of(row):
        (mention,) = find(name)
        assert (mention.start, mention.end) == (0, len(name)), name
        assert row.id in {mention.concept_id, *mention.candidates}, name


def test_only_listed_names_are_ambiguous() -> None:
    index = name_index()
    ambiguous = {
        name: tuple(found.id for found in index.look_up(name))
        for row in concepts()
        for name in names_of(row)
        if len(index.look_up(name)) > 1
    }
    assert ambiguous == AMBIGUOUS


@pytest.mark.parametrize("file", CONCEPT_FILES)
def test_rows_stand_in_the_file_of_their_label(file: str) -> None:
    rows = read_rows(file, Concept)
    assert {row.label for row in rows} == {LABELS[file]}
    assert len({row.id.split(":")[0] for row in rows}) == 1


def test_ids_are_unique_and_links_lead_somewhere() -> None:
    ids = Counter(row.id for row in concepts())
    assert [row_id for row_id, count in ids.items() if count > 1] == []
    links = {link for row in concepts() for link in (*row.broader, *filter(None, [row.parent_id]))}
    assert links <= ids.keys()


@pytest.mark.parametrize("row", concepts(), ids=attrgetter("id"))
def test_no_row_is_its_own_ancestor(row: Concept) -> None:
    above, seen = {*row.broader, *filter(None, [row.parent_id])}, set[str]()
    while above:
        seen |= above
        above = {up for one in above for up in (*concept_index()[one].broader, concept_index()[one].parent_id) if up}
        above -= seen
    assert row.id not in seen


@pytest.mark.parametrize("row", [row for row in concepts() if "cas" in row.identifiers], ids=attrgetter("id"))
def test_cas_numbers_have_their_check_digit(row: Concept) -> None:
    assert all(is_valid_cas(cas) for cas in row.identifiers["cas"])


def test_no_identifier_belongs_to_two_compounds() -> None:
    owners = Counter(
        (kind, number)
        for row in read_rows("compounds", Concept)
        for kind in ("cas", "pubchem_cid")
        for number in row.identifiers.get(kind, ())
    )
    assert [owner for owner, count in owners.items() if count > 1] == []


@pytest.mark.parametrize("row", [row for row in concepts() if row.sequence is not None], ids=attrgetter("id"))
def test_sequences_are_chains_of_the_twenty(row: Concept) -> None:
    assert row.sequence
    assert set(row.sequence) <= set(LETTERS)


@pytest.mark.parametrize("row", [row for row in concepts() if row.formula is not None], ids=attrgetter("id"))
def test_formulas_can_be_read(row: Concept) -> None:
    assert row.formula is not None
    assert parse_formula(row.formula) is not None


@pytest.mark.parametrize("row", WITH_FORMULA, ids=attrgetter("id"))
def test_formula_follows_from_the_sequence(row: Concept) -> None:
    """Up to the two hydrogens that each disulfide bridge takes from a pair of cysteines."""
    assert row.sequence is not None
    assert row.formula is not None
    computed = formula_of(Peptide(row.sequence, n_term=row.n_term, c_term=row.c_term))
    assert computed is not None
    bridges = range(row.sequence.count("C") // 2 + 1)
    assert parse_formula(row.formula) in [computed.plus(TWO_HYDROGENS_LOST, bridge) for bridge in bridges]
