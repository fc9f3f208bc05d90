"""Rows of concepts against their examples, identifiers, chemistry and the component that finds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.chemistry import (
    Peptide,
    check_formula_mass,
    check_identifier,
    formula_of,
    is_valid_cas,
    parse_formula,
)
from pipeline.chemistry.masses import TWO_HYDROGENS_LOST
from pipeline.chemistry.peptides import C_TERMINI, LETTERS, N_TERMINI
from pipeline.components.concepts import Concepts, name_index
from pipeline.components.names import Decoy, read_atoms, unify_signs
from pipeline.lexicon import (
    Ambiguity,
    Concept,
    remember,
)
from pipeline.lexicon_check.examples import places, read_marks, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.page import Mention
    from pipeline.schema import Label


# How identifiers are written, each as its own registry defines it.
IDENTIFIERS = {
    "cas": re.compile(r"[1-9]\d{1,6}-\d\d-\d"),
    "hgnc": re.compile(r"HGNC:[1-9]\d{0,5}"),
    "hgnc_symbol": re.compile(r"[A-Z][A-Za-z0-9-]{0,20}"),
    "iso3166": re.compile(r"[A-Z]{2}"),
}


JUDGED = ("pubchem_cid", "unii", "inchikey", "uniprot")  # ... by an arbiter


def list_names(row: Concept) -> tuple[str, ...]:
    """The names of a concept, each once: those matched in any spelling, then those matched as written."""
    return (*(name for name in (row.name, *row.names) if name not in row.exact), *row.exact)


def find_concept_faults(row: Concept) -> Iterator[str]:
    """What is wrong with a concept by itself: examples, names, identifiers, sequence, formula and mass."""
    yield from find_failed_examples(row)
    yield from find_repeated_names(row)
    yield from find_lost_names(row)
    yield from find_bad_identifiers(row)
    yield from find_wrong_chemistry(row)


def find_misplacement(row: Concept, label: Label) -> Iterator[str]:
    """A row that stands in the file of another label, or whose id does not say its label."""
    if row.label is not label:
        yield f"'label' is {row.label}, in a file of {label} rows; move the row or mend its label"
    if row.id.partition(":")[0] != label.lower():
        yield f"the id does not begin with '{label.lower()}:'; mend it"


def find_failed_examples(row: Concept) -> Iterator[str]:
    """Examples in which the row is not found where it is marked, or is found where it should not be."""
    if not row.fires:
        yield "has no example in 'fires'; add a sentence with the name «marked»"
    for marked in row.fires:
        text, spans = read_marks(marked)
        found = places(mention for mention in find_concepts(text) if mention.concept_id == row.id)
        if not spans:
            yield f"the example '{marked}' marks no name; put «…» around it"
        elif found != spans:
            yield f"is not found where '{marked}' marks it, but at {show(text, found)}; mend the names or the example"
    for text in row.spares:
        if found := places(m for m in find_concepts(text) if row.id in {m.concept_id, *m.candidates}):
            yield f"is found in '{text}', at {show(text, found)}, which it should spare; mend the names or the example"


def find_repeated_names(row: Concept) -> Iterator[str]:
    """Names that stand twice in one row, because case, dashes and spaces do not count."""
    seen: dict[tuple[str, ...], str] = {}
    for name in (name for name in (row.name, *row.names) if name not in row.exact):
        first = seen.setdefault(fold_name(name), name)
        if first is not name:
            yield f"'{name}' says the same as '{first}'; take it out"
    for name in row.exact:
        if (loose := seen.get(fold_name(name))) is not None:
            yield f"'{name}' in 'exact' says the same as '{loose}' in 'names'; take one of them out"
    written = [unify_signs(name) for name in row.exact]
    for name in sorted({name for name in written if written.count(name) > 1}):
        yield f"'{name}' stands twice in 'exact'; take one out"


def find_lost_names(row: Concept) -> Iterator[str]:
    """Names by which the row is not found, because another row or a decoy takes their words."""
    for name in list_names(row):
        found = places(m for m in find_concepts(name) if row.id in {m.concept_id, *m.candidates})
        if found != [(0, len(name))]:
            yield f"the name '{name}' does not lead here: another row or a decoy has it, or part of it; take it out"


def find_bad_identifiers(row: Concept) -> Iterator[str]:
    """Identifiers that are not written as their registry writes them, or whose check digit does not fit."""
    for kind, numbers in row.identifiers.items():
        if kind not in {*IDENTIFIERS, *JUDGED}:
            known = ", ".join((*IDENTIFIERS, *JUDGED))
            yield f"'identifiers' has {kind}, which is no kind that we know; take one of {known}"
            continue
        for number in numbers:
            if kind in JUDGED:
                if (told := check_identifier(kind, number)).verdict != "agree":
                    yield f"{told.arithmetic}; look it up again"
            elif not IDENTIFIERS[kind].fullmatch(number):
                yield f"'{number}' is not written like a {kind}; look it up again"
            elif kind == "cas" and not is_valid_cas(number):
                yield f"the check digit of CAS number {number} does not fit; look it up again"


def find_wrong_chemistry(row: Concept) -> Iterator[str]:
    """Where sequence, formula and mass of a row do not agree with what follows from each other."""
    formula = parse_formula(row.formula) if row.formula is not None else None
    if row.formula is not None and formula is None:
        yield f"the formula {row.formula} cannot be read; write it like C37H51N9O10S"
    if row.sequence is not None and (not row.sequence or set(row.sequence) - set(LETTERS)):
        yield f"the sequence '{row.sequence}' has other letters than those of the twenty residues ({LETTERS})"
        return
    if formula is not None and row.mass is not None:
        decimals = len(repr(row.mass).partition(".")[2].rstrip("0"))
        told = check_formula_mass(formula, row.mass, decimals)
        if told.verdict == "disagree":
            yield f"the mass {row.mass} does not follow from the formula: {told.arithmetic}; look both up again"
    if (
        formula is None
        or not row.sequence
        or row.n_term not in {None, *N_TERMINI}
        or row.c_term not in {None, *C_TERMINI}
    ):
        return
    computed = formula_of(Peptide(row.sequence, n_term=row.n_term, c_term=row.c_term))
    bridges = range(row.sequence.count("C") // 2 + 1)
    if computed is not None and formula not in [computed.plus(TWO_HYDROGENS_LOST, bridge) for bridge in bridges]:
        yield f"the sequence gives {computed.hill}, not {row.formula}; look both up again"


def find_decoy_faults(row: Decoy) -> Iterator[str]:
    """Words of a decoy in which a name is found all the same, and marks that are not what is found."""
    if not row.phrases and not row.exact:
        yield "hides nothing; add 'phrases' or 'exact'"
    for phrase in (*row.phrases, *row.exact):
        if found := places(find_concepts(phrase)):
            yield f"in '{phrase}' a name is found at {show(phrase, found)}; hide it as a whole"
    for marked in row.fires:
        text, spans = read_marks(marked)
        if (found := places(find_concepts(text))) != spans:
            yield f"in '{text}' names are found at {show(text, found)}, not where they are marked; mend the example"


def find_ambiguity_faults(row: Ambiguity) -> Iterator[str]:
    """Declared names that do not mean what is declared, and examples that say so."""
    for name in row.names:
        means = tuple(found.id for found in name_index().look_up(name))
        if means != row.means:
            yield f"'{name}' leads to {', '.join(means) or 'no row'}, not to {', '.join(row.means)}; mend 'means'"
    for marked in row.fires:
        text, spans = read_marks(marked)
        if places(m for m in find_concepts(text) if (m.concept_id, *m.candidates) == row.means) != spans:
            yield f"'{marked}' marks no name with these meanings; mend the example"
    for text in row.spares:
        if any((m.concept_id, *m.candidates) == row.means for m in find_concepts(text)):
            yield f"'{text}' holds a name with these meanings, which it should spare; mend the example"


def find_concepts(text: str) -> list[Mention]:
    """The names in a text, without those inside longer ones."""
    return [mention for mention in load_concepts().find(text) if not mention.nested]


@remember
def load_concepts() -> Concepts:
    """The component that finds concepts, with the rows as they stand."""
    return Concepts(name_index())


def fold_name(name: str) -> tuple[str, ...]:
    """A name as the matcher sees it: names with equal keys are one."""
    return tuple(atom.key for atom in read_atoms(name))
