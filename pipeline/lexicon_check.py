"""Hold the lexicons against themselves: each row's examples, its names beside all others, and what can be computed.

`refuse_broken_rows` stops a run at rows that no run can work with; `check_lexicons` finds everything that is wrong.
The tests of the shipped rows call the same functions, one row at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from pipeline.annotate import Annotator
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
from pipeline.clean.about import LanguageRow, name_language
from pipeline.clean.fields import LabelRow, find_label
from pipeline.clean.fields import fold_key as fold_label
from pipeline.clean.furniture import FurnitureRow, find_row
from pipeline.components.citations import CitationWords, find_citations
from pipeline.components.concepts import Concepts, Definition, name_index
from pipeline.components.cores import EdgeRow
from pipeline.components.cues import Stop, cue_rows, find_cues
from pipeline.components.links import GenericRow, Links, Modification
from pipeline.components.names import Decoy, read_atoms, unify_signs
from pipeline.components.sentences import Abbreviation, SentenceStart, find_sentences
from pipeline.errors import LexiconError
from pipeline.extract import extract_statements
from pipeline.extract.keys import find_key, fold_key
from pipeline.extract.naming import SubjectRow
from pipeline.extract.phrases import PhraseWords
from pipeline.extract.qualifiers import Qualifier
from pipeline.extract.rules import Gap
from pipeline.extract.verbs import EffectWords
from pipeline.lexicon import (
    CONCEPT_FILES,
    Ambiguity,
    Concept,
    CueRow,
    Finding,
    KeyRow,
    Kind,
    Line,
    Predicate,
    Rule,
    Unit,
    concept_index,
    overlay,
    parse_rows,
    placed_rows,
    predicates,
    remember,
    set_aside,
    units,
)
from pipeline.page import Block, OffsetMap, Page, Piece, Source
from pipeline.quantity import find_quantities
from pipeline.quantity.units import base_of, dimension_of, parse_unit
from pipeline.quantity.words import NumberWords
from pipeline.schema import CONTEXT_COLUMNS, BlockKind, Label, Polarity, SourceKind
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.page import Mention, Statement

MARKED = re.compile(r"«([^»]*)»")
EXAMPLE = " => "  # between a sentence and the claim that a rule makes of it

CONCEPT_LABELS = {
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

# How identifiers are written, each as its own registry defines it.
IDENTIFIERS = {
    "cas": re.compile(r"[1-9]\d{1,6}-\d\d-\d"),
    "hgnc": re.compile(r"HGNC:[1-9]\d{0,5}"),
    "hgnc_symbol": re.compile(r"[A-Z][A-Za-z0-9-]{0,20}"),
    "iso3166": re.compile(r"[A-Z]{2}"),
}
JUDGED = ("pubchem_cid", "unii", "inchikey", "uniprot")  # ... by an arbiter
ONE_SUBSTANCE = ("cas", "pubchem_cid", "unii", "inchikey")  # a number of these names one substance


@dataclass(frozen=True, slots=True)
class Lexicon(Generic[Kind]):
    """How the rows of one file are checked.

    find_breaks: what no run can work with. find_faults: what its examples and facts say against a row; both give
    "what is wrong; what to do". list_words: what the row claims for itself, folded, which no other row may claim.
    """

    model: type[Kind]
    find_faults: Callable[[Kind], Iterator[str]]
    find_breaks: Callable[[Kind], Iterator[str]] = lambda _: iter(())
    list_words: Callable[[Kind], Iterator[tuple[str, str]]] = lambda _: iter(())


def refuse_broken_rows() -> None:
    """Read every row before a run.

    Raises LexiconError with the first row that no run can work with: file, line, what is wrong.
    """
    for finding in _find_broken():
        message = f"{finding}; 'claims lexicon check' lists all that is wrong."
        raise LexiconError(message)


def check_lexicons(folder: Path | None, *, files: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong with our rows and those of a user's folder laid over them, by file and line.

    `files` names those whose rows are held against their examples; all of them by default.
    Lines that are broken are set aside, so that the rest can be tried. Raises LexiconError if there is no such folder.
    """
    with overlay(folder):
        broken = left = list(_find_broken())
        while left and set_aside({finding.line for finding in left}):
            left = list(_find_broken())
            broken += left
        tried = LEXICONS if files is None else {name: LEXICONS[name] for name in files}
        faults = [] if left else [*_find_faults(tried), *_find_shared()]
    found = {(finding.line.file, finding.line.number, finding.problem): finding for finding in (*broken, *faults)}
    return tuple(finding for _, finding in sorted(found.items(), key=lambda item: item[0]))


# ------------------------------------------------------------------------------------------- what no run can use


def _find_broken() -> Iterator[Finding]:
    bad = [
        read
        for name, lexicon in LEXICONS.items()
        for read in parse_rows(name, lexicon.model)
        if isinstance(read, Finding)
    ]
    yield from bad
    if bad:
        return
    yield from _find_repeated_concepts()
    for name, lexicon in LEXICONS.items():
        for line, row in placed_rows(name, lexicon.model):
            for problem in lexicon.find_breaks(row):
                yield Finding(line, row.id, problem)


def _find_repeated_concepts() -> Iterator[Finding]:
    """One id in two files of concepts; `placed_rows` sees it in one file only."""
    first: dict[str, Line] = {}
    for name in CONCEPT_FILES:
        for line, row in placed_rows(name, Concept):
            if first.setdefault(row.id, line) != line:
                yield Finding(line, row.id, f"stands also in {first[row.id]}; give each row an id of its own")


def find_lost_links(row: Concept) -> Iterator[str]:
    """Links of a concept that lead to no concept, or back to itself."""
    links = {"parent_id": (row.parent_id,) if row.parent_id else (), "broader": row.broader}
    for column, ids in links.items():
        for link in ids:
            if link not in concept_index():
                yield f"'{column}' names {link}, which is no row; add that row or take the link out"
    if row.id in _list_ancestors(row):
        yield "'broader' and 'parent_id' lead back to the row itself; take one of the links out"


def _list_ancestors(row: Concept) -> set[str]:
    seen: set[str] = set()
    above = _list_parents(row)
    while above:
        seen |= above
        rows = [found for one in above if (found := concept_index().get(one))]
        above = {up for found in rows for up in _list_parents(found)} - seen
    return seen


def _list_parents(row: Concept) -> set[str]:
    return {*row.broader, *filter(None, [row.parent_id])}


def _find_lost_predicate(row: Rule | Gap | KeyRow) -> Iterator[str]:
    if row.predicate not in predicates():
        yield f"'predicate' is {row.predicate}, which is not in the vocabulary; see predicates.jsonl"
    context = {} if isinstance(row, Gap) else row.context
    for column in context.keys() - set(CONTEXT_COLUMNS):
        yield f"'context' names {column}, which is no context column; take one of {', '.join(CONTEXT_COLUMNS)}"


def _find_lost_unit(row: Unit) -> Iterator[str]:
    base = units().get(row.base)
    if base is None:
        yield f"'base' is {row.base}, which is the 'ucum' of no row; add that row or name another"
    elif base.dimension != row.dimension:
        yield f"'base' is {row.base}, which measures {base.dimension}, not {row.dimension}; name another"


def _find_lost_columns(row: Predicate) -> Iterator[str]:
    for column in {*row.key, *row.separates} - set(CONTEXT_COLUMNS):
        yield f"{column} is no context column; take one of {', '.join(CONTEXT_COLUMNS)}"
    if row.base_unit and dimension_of(row.base_unit) is None:
        yield f"'base_unit' is {row.base_unit}, which no unit gives; see units.jsonl"


# ------------------------------------------------------------------------------------------------- rows together


def _find_faults(tried: Mapping[str, Lexicon[Any]]) -> Iterator[Finding]:
    for name, lexicon in tried.items():
        for line, row in placed_rows(name, lexicon.model):
            for problem in lexicon.find_faults(row):
                yield Finding(line, row.id, problem)
    for name, label in CONCEPT_LABELS.items():
        for line, row in placed_rows(name, Concept):
            for problem in find_misplacement(row, label):
                yield Finding(line, row.id, problem)


def _find_shared() -> Iterator[Finding]:
    yield from _find_shared_words()
    yield from _find_shared_names()
    yield from _find_shared_numbers()


def _find_shared_words() -> Iterator[Finding]:
    """Words that two rows of one file claim, of which only the first would get them."""
    for name, lexicon in LEXICONS.items():
        owners: dict[tuple[str, str], tuple[Line, str]] = {}
        for line, row in _sort_ours_first(placed_rows(name, lexicon.model)):
            for claimed in lexicon.list_words(row):
                if claimed in owners:
                    first, owner = owners[claimed]
                    place = "twice" if owner == row.id else f"also in {owner} ({first})"
                    yield Finding(line, row.id, f"'{claimed[1]}' stands {place}; keep one of them")
                owners.setdefault(claimed, (line, row.id))


def _find_shared_names() -> Iterator[Finding]:
    """Names that lead to several concepts and are not declared to."""
    index = name_index()
    declared = {_fold_name(name): row.means for _, row in placed_rows("ambiguous", Ambiguity) for name in row.names}
    lines = {row.id: line for name in CONCEPT_FILES for line, row in placed_rows(name, Concept)}
    names = {_fold_name(name): name for row in concept_index().values() for name in list_names(row)}
    for name in names.values():
        owners = tuple(found.id for found in index.look_up(name))
        if owners[1:] and declared.get(_fold_name(name)) != owners:
            theirs = [owner for owner in owners if not lines[owner].is_ours]
            told = (theirs or owners)[-1]
            others = ", ".join(f"{owner} ({lines[owner]})" for owner in owners if owner != told)
            remedy = "keep it in one row, or declare it in ambiguous.jsonl"
            yield Finding(lines[told], told, f"'{name}' leads also to {others}; {remedy}")


def _find_shared_numbers() -> Iterator[Finding]:
    """Identifiers of one substance that two compounds have."""
    owners: dict[tuple[str, str], tuple[Line, str]] = {}
    for line, row in _sort_ours_first(placed_rows("compounds", Concept)):
        for kind in ONE_SUBSTANCE:
            for number in row.identifiers.get(kind, ()):
                first, owner = owners.setdefault((kind, number), (line, row.id))
                if owner != row.id:
                    yield Finding(
                        line, row.id, f"{kind} {number} belongs also to {owner} ({first}); one of them is wrong"
                    )


def _sort_ours_first(placed: Iterable[tuple[Line, Kind]]) -> list[tuple[Line, Kind]]:
    """What a user's row shares with one of ours is told of the user's."""
    return sorted(placed, key=lambda row: not row[0].is_ours)


# ------------------------------------------------------------------------------------------------------- concepts


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
        found = _places(mention for mention in _find_concepts(text) if mention.concept_id == row.id)
        if not spans:
            yield f"the example '{marked}' marks no name; put «…» around it"
        elif found != spans:
            yield f"is not found where '{marked}' marks it, but at {_show(text, found)}; mend the names or the example"
    for text in row.spares:
        if found := _places(m for m in _find_concepts(text) if row.id in {m.concept_id, *m.candidates}):
            yield f"is found in '{text}', at {_show(text, found)}, which it should spare; mend the names or the example"


def find_repeated_names(row: Concept) -> Iterator[str]:
    """Names that stand twice in one row, because case, dashes and spaces do not count."""
    seen: dict[tuple[str, ...], str] = {}
    for name in (name for name in (row.name, *row.names) if name not in row.exact):
        first = seen.setdefault(_fold_name(name), name)
        if first is not name:
            yield f"'{name}' says the same as '{first}'; take it out"
    for name in row.exact:
        if (loose := seen.get(_fold_name(name))) is not None:
            yield f"'{name}' in 'exact' says the same as '{loose}' in 'names'; take one of them out"
    written = [unify_signs(name) for name in row.exact]
    for name in sorted({name for name in written if written.count(name) > 1}):
        yield f"'{name}' stands twice in 'exact'; take one out"


def find_lost_names(row: Concept) -> Iterator[str]:
    """Names by which the row is not found, because another row or a decoy takes their words."""
    for name in list_names(row):
        found = _places(m for m in _find_concepts(name) if row.id in {m.concept_id, *m.candidates})
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
        if found := _places(_find_concepts(phrase)):
            yield f"in '{phrase}' a name is found at {_show(phrase, found)}; hide it as a whole"
    for marked in row.fires:
        text, spans = read_marks(marked)
        if (found := _places(_find_concepts(text))) != spans:
            yield f"in '{text}' names are found at {_show(text, found)}, not where they are marked; mend the example"


def find_ambiguity_faults(row: Ambiguity) -> Iterator[str]:
    """Declared names that do not mean what is declared, and examples that say so."""
    for name in row.names:
        means = tuple(found.id for found in name_index().look_up(name))
        if means != row.means:
            yield f"'{name}' leads to {', '.join(means) or 'no row'}, not to {', '.join(row.means)}; mend 'means'"
    for marked in row.fires:
        text, spans = read_marks(marked)
        if _places(m for m in _find_concepts(text) if (m.concept_id, *m.candidates) == row.means) != spans:
            yield f"'{marked}' marks no name with these meanings; mend the example"
    for text in row.spares:
        if any((m.concept_id, *m.candidates) == row.means for m in _find_concepts(text)):
            yield f"'{text}' holds a name with these meanings, which it should spare; mend the example"


def _find_concepts(text: str) -> list[Mention]:
    """The names in a text, without those inside longer ones."""
    return [mention for mention in _concepts().find(text) if not mention.nested]


def _places(mentions: Iterable[Mention]) -> list[tuple[int, int]]:
    return [(mention.start, mention.end) for mention in mentions]


@remember
def _concepts() -> Concepts:
    return Concepts(name_index())


def _fold_name(name: str) -> tuple[str, ...]:
    return tuple(atom.key for atom in read_atoms(name))


def find_edge_faults(row: EdgeRow) -> Iterator[str]:
    """Examples in which the name is not the marked part of what is found, or in which a part is taken for the name."""
    yield from _find_missing_examples(row.fires, row.spares)
    for marked in row.fires:
        text, spans = read_marks(marked)
        found = [mention.core for mention in _find_concepts(text) if mention.core in spans]
        if not spans or found != spans:
            yield f"no name is found where '{marked}' marks it; mend the words or the example"
    for text in row.spares:
        if cores := [mention.name for mention in _find_concepts(text) if mention.core is not None]:
            yield f"in '{text}' only {', '.join(cores)} is taken for the name; mend the words or the example"


def find_definition_faults(row: Definition) -> Iterator[str]:
    """Examples in which another name is introduced than the marked one, or in which any is."""
    yield from _find_missing_examples(row.fires, row.spares)
    for marked in row.fires:
        text, spans = read_marks(marked)
        found = [(m.start, m.end) for m in _find_concepts(text) if m.how == "pattern:defined-name"]
        if found != spans:
            yield f"'{marked}' introduces {_show(text, found)}; mend the words or the example"
    for text in row.spares:
        if found := [(m.start, m.end) for m in _find_concepts(text) if m.how == "pattern:defined-name"]:
            yield f"'{text}' introduces {_show(text, found)}, which it should not; mend the words or the example"


def find_generic_faults(row: GenericRow) -> Iterator[str]:
    """Examples that are no word of the row, and near words that are."""
    yield from _find_missing_examples(row.fires, row.spares)
    words = {word.casefold() for word in row.words}
    for marked in row.fires:
        if not {word.casefold() for word in read_words(marked)[1]} <= words:
            yield f"'{marked}' marks no word of the row; mend the words or the example"
    for text in row.spares:
        if text.casefold() in words:
            yield f"'{text}' is a word of the row, which it should not be; mend the words or the example"


def find_modification_faults(row: Modification) -> Iterator[str]:
    """Examples in which group and name do not make a compound of their own, or in which any group does."""
    yield from _find_missing_examples(row.fires, row.spares)
    for marked in row.fires:
        text, words = read_words(marked)
        found = [(mention.text, mention.concept_id) for mention in _link(text)]
        if not words or found != [(word, f"local:{unify_signs(word).casefold()}") for word in words]:
            yield f"'{marked}' marks no compound of its own; mend the words or the example"
    for text in row.spares:
        if modified := [mention.text for mention in _link(text) if mention.how.startswith("modified:")]:
            yield f"in '{text}' {', '.join(modified)} is taken for a compound of its own; mend the words or the example"


def _link(text: str) -> list[Mention]:
    return _links().link(text, list(_concepts().find(text)))


@remember
def _links() -> Links:
    return Links(name_index())


# ------------------------------------------------------------------------------------- cues, citations, sentences


def find_cue_faults(row: CueRow) -> Iterator[str]:
    """Examples whose marked words a cue does not reach, or in which it should be silent and is not."""
    if not row.fires and row.effect != "pseudo":
        yield "has no example in 'fires'; mark what the cue reaches"
    if not row.spares:
        yield "has no example in 'spares'; add a near text in which it must be silent"
    for marked in row.fires:
        text, spans = read_marks(marked)
        if len(spans) != 1 or not any(_reaches(mention, row.id, *spans[0]) for mention in find_cues(text)):
            yield f"does not reach what '{marked}' marks; mend the phrase, its reach, or the example"
    for text in row.spares:
        found = [mention.how for mention in find_cues(text)]
        if found if row.effect == "pseudo" else row.id in found:
            yield f"'{text}' holds a cue ({', '.join(found)}); mend the phrase or the example"


def _reaches(mention: Mention, row_id: str, start: int, end: int) -> bool:
    cue = mention.cue
    return mention.how == row_id and cue is not None and cue.scope_start <= start and end <= cue.scope_end


def find_stop_faults(row: Stop) -> Iterator[str]:
    """Examples in which the first cue's scope does not end at the marked stop, or ends although nothing stops it."""
    for cue in set(row.leading) - cue_rows().keys():
        yield f"'leading' names {cue}, which is no row; see cues.jsonl"
    for marked in row.fires:
        text, spans = read_marks(marked)
        end = _first_scope_end(text)
        if len(spans) != 1 or end is None or end > spans[0][0]:
            yield f"no scope ends where '{marked}' marks it; mend the phrase or the example"
    for text in row.spares:
        end = _first_scope_end(text)
        if end is None or text[end:] != ".":
            yield f"the scope of the first cue in '{text}' does not reach its full stop; mend the phrase or the example"


def _first_scope_end(text: str) -> int | None:
    first = next(iter(find_cues(text)), None)
    return first.cue.scope_end if first is not None and first.cue is not None else None


def find_citation_faults(row: CitationWords) -> Iterator[str]:
    """Examples whose citations are not those that are marked, or that hold one and should not."""
    for marked in (*row.fires, *row.spares):
        text, spans = read_marks(marked)
        found = list(dict.fromkeys((mention.start, mention.end) for mention in find_citations(text)))
        if found != spans:
            yield f"citations of '{marked}' are found at {_show(text, found)}; mend the words or the example"


def find_abbreviation_faults(row: Abbreviation) -> Iterator[str]:
    """Examples that an abbreviation cuts, or (with a mark where a sentence begins) does not cut."""
    if not row.fires:
        yield "has no example in 'fires'; add a sentence that goes on behind the abbreviation"
    for text in row.fires:
        if _split(text) != [text]:
            yield f"'{text}' is cut into {_split(text)}; mend the words or the example"
    yield from _find_uncut(row.spares)


def find_start_faults(row: SentenceStart) -> Iterator[str]:
    """Examples in which no sentence begins at the marked word."""
    if not row.fires:
        yield "has no example in 'fires'; add two sentences with the first word of the second «marked»"
    yield from _find_uncut(row.fires)


def _find_uncut(examples: Iterable[str]) -> Iterator[str]:
    for marked in examples:
        before, _, after = marked.partition("«")
        wanted = [before.strip(), after.replace("»", "")]
        if _split(read_marks(marked)[0]) != wanted:
            yield f"no sentence begins where '{marked}' marks it; mend the words or the example"


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in find_sentences(text)]


# ------------------------------------------------------------------------------------ furniture, labels, languages


def find_furniture_faults(row: FurnitureRow) -> Iterator[str]:
    """Examples that are not known as this furniture, or are known as furniture and should not be."""
    yield from _find_missing_examples(row.fires, row.spares)
    for text in row.fires:
        found = find_row(row.where, text.strip("«»"))
        if found is None or found.reason != row.reason:
            yield f"'{text}' is {found.reason if found else 'no furniture'}, not {row.reason}; mend phrase or example"
    for text in row.spares:
        if (found := find_row(row.where, text)) is not None:
            yield f"'{text}' is taken for {found.reason} ({found.id}), which it should not be; mend phrase or example"


def find_label_faults(row: LabelRow) -> Iterator[str]:
    """Examples in which the marked field name is not read as one of this row, or another text is."""
    for marked in row.fires:
        label, _, value = marked.removeprefix("«").partition("» ")
        found = find_label(f"{label} {value}")
        if found != (len(label), len(label) + 1) or label.casefold() not in row.names:
            yield f"no field begins where '{marked}' marks its name; mend the names or the example"
    for text in row.spares:
        if find_label(text) is not None and text.partition(" ")[0].casefold() in row.names:
            yield f"'{text}' is read as a field, which it should not be; mend the names or the example"


def find_language_faults(row: LanguageRow) -> Iterator[str]:
    """Examples that are told to be in another language."""
    for text in row.fires:
        if (told := name_language(text)) != row.id:
            yield f"'{text}' is told to be {told or 'of no language'}; add frequent words, or mend the example"
    for text in row.spares:
        if name_language(text) == row.id:
            yield f"'{text}' is told to be of this language, which it should not be; mend the words or the example"


# ------------------------------------------------------------------------------------------------ units, numbers


def find_unit_faults(row: Unit) -> Iterator[str]:
    """Spellings that lead to another unit, a base of another dimension, and examples that are read otherwise."""
    if not row.fires:
        yield "has no example in 'fires'; add a sentence with number and unit «marked»"
    for spelling in (*row.aliases, *row.exact):
        if (read := parse_unit(spelling)) != row.ucum:
            yield f"'{spelling}' is read as {read or 'no unit'}; take it out of one of the rows"
    if base_of(row.ucum) != row.base or not dimension_of(row.base) == dimension_of(row.ucum) == row.dimension:
        yield f"'base' {row.base} and 'dimension' {row.dimension} do not fit {row.ucum}; mend one of them"
    for marked in row.fires:
        text, expected = read_words(marked)
        found = {quantity.written: quantity.unit for _, _, quantity in find_quantities(text)}
        fits = [
            dimension_of(found[words]) == row.dimension or row.ucum in found[words]
            for words in expected
            if words in found
        ]
        if not set(expected) <= found.keys() or not any(fits):
            yield f"'{marked}' is read as {found or 'no quantity'}; mend the spellings or the example"
    for text in row.spares:
        if row.ucum in {quantity.unit for _, _, quantity in find_quantities(text)}:
            yield f"'{text}' is read with this unit, which it should not be; mend the spellings or the example"


def find_number_word_faults(row: NumberWords) -> Iterator[str]:
    """Examples in which words beside a number are not read as the row says."""
    for marked in row.fires:
        text, expected = read_words(marked)
        found = {quantity.written: quantity.comparator for _, _, quantity in find_quantities(text)}
        if row.role == "label":
            fits = not found
        else:
            fits = set(expected) <= found.keys() and (row.meaning is None or row.meaning in found.values())
        if not fits:
            yield f"'{marked}' is read as {found or 'no quantity'}; mend the words or the example"
    for text in row.spares:
        comparators = [quantity.comparator for _, _, quantity in find_quantities(text)]
        if not comparators if row.role == "label" else row.meaning is not None and row.meaning in comparators:
            yield f"'{text}' is read as the row says, which it should not be; mend the words or the example"


# --------------------------------------------------------------------------------------------- rules and fields


def find_rule_faults(row: Rule) -> Iterator[str]:
    """Examples of which the rule does not make the claim that they name, or in which it is not silent."""
    yield from _find_missing_examples(row.fires, row.spares)
    for example in row.fires:
        passage, _, expected = example.partition(EXAMPLE)
        made = _list_claims(row, passage)
        if expected not in made:
            yield f"'{passage}' gives {made or 'no claim'}, not '{expected}'; mend the trigger or the example"
    for passage in row.spares:
        if made := _list_claims(row, passage):
            yield f"'{passage}' gives {made}, where it should be silent; mend the trigger or the example"


def _list_claims(row: Rule, passage: str) -> list[str]:
    made = extract_statements(_annotator().annotate(_make_page(passage))).statements
    return [say(statement) for statement in made if statement.rule == row.id]


def say(statement: Statement) -> str:
    """A statement as the examples write it: `semax not increases bdnf`."""
    subject = statement.subject.concept_id.partition(":")[2]
    negated = "not " if statement.polarity is Polarity.NEGATED else ""
    mention = statement.object_mention
    if mention is not None and mention.fragment is not None:
        said = (mention.fragment.parent_id or "").partition(":")[2]
    elif statement.quantity is not None:
        said = statement.value_text or ""
    elif statement.object_id and mention is not None:
        said = statement.object_id.partition(":")[2]
    else:
        said = statement.object_text or ""
    return f"{subject} {negated}{statement.predicate} {said}"


@remember
def _annotator() -> Annotator:
    return Annotator(Settings.model_validate({}))


def _make_page(passage: str) -> Page:
    """A page of one paragraph, as plain text would give it."""
    end = len(passage)
    block = Block(
        index=0, kind=BlockKind.PARAGRAPH, section=(), start=0, end=end, raw_start=0, raw_end=end, heading=None
    )
    source = Source("example", "0" * 64, len(passage.encode()), "utf-8", "text/plain", passage)
    offsets = OffsetMap((Piece(0, end, 0, end, verbatim=True),))
    return Page(source, passage, (block,), offsets, SourceKind.OTHER, None, None, None, None, "en")


def find_trigger_faults(row: Qualifier | SubjectRow | Gap | EffectWords | PhraseWords) -> Iterator[str]:
    """Examples that a trigger does not find, or should not find."""
    yield from _find_missing_examples(row.fires, row.spares)
    trigger = re.compile(row.trigger, re.IGNORECASE)
    for text in row.fires:
        if not trigger.search(text):
            yield f"the trigger does not find '{text}'; mend the trigger or the example"
    for text in row.spares:
        if trigger.search(text):
            yield f"the trigger finds '{text}', which it should spare; mend the trigger or the example"


def find_key_faults(row: KeyRow) -> Iterator[str]:
    """Field names that do not lead to the row, a unit that its predicate cannot have, and examples."""
    for key in row.keys:
        if (found := find_key(key)) is None or found.id != row.id:
            yield f"the key '{key}' leads to {found.id if found else 'no row'}; keep it in one row"
    dimension = predicates()[row.predicate].dimension
    if row.unit is not None and dimension is not None and dimension_of(row.unit) != dimension:
        yield f"'unit' is {row.unit}, which does not measure {dimension}; mend it"
    for marked in row.fires:
        _, words = read_words(marked)
        if not words or any((found := find_key(word)) is None or found.id != row.id for word in words):
            yield f"no field of this row begins where '{marked}' marks its name; mend the keys or the example"
    for text in row.spares:
        if (found := find_key(text)) is not None and found.id == row.id:
            yield f"'{text}' is a field of this row, which it should not be; mend the keys or the example"


def find_predicate_faults(row: Predicate) -> Iterator[str]:
    """A base unit that does not measure what the predicate says."""
    if row.base_unit is not None and row.dimension is not None and dimension_of(row.base_unit) != row.dimension:
        yield f"'base_unit' {row.base_unit} does not measure {row.dimension}; mend one of them"


# ------------------------------------------------------------------------------------------------------ examples


def read_marks(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its marks, and where the marked words stand in it."""
    spans = []
    for index, match in enumerate(MARKED.finditer(marked)):
        start = match.start() - 2 * index
        spans.append((start, start + len(match[1])))
    return MARKED.sub(r"\1", marked), spans


def read_words(marked: str) -> tuple[str, list[str]]:
    """A text without its marks, and the marked words."""
    return MARKED.sub(r"\1", marked), MARKED.findall(marked)


def _find_missing_examples(fires: tuple[str, ...], spares: tuple[str, ...]) -> Iterator[str]:
    if not fires:
        yield "has no example in 'fires'; add one"
    if not spares:
        yield "has no example in 'spares'; add a near text in which it must be silent"


def _show(text: str, spans: list[tuple[int, int]]) -> str:
    return ", ".join(f"'{text[start:end]}'" for start, end in spans) or "no place"


# ----------------------------------------------------------------------------------------------------- all files


def _list_keys(row: KeyRow) -> Iterator[tuple[str, str]]:
    """A row's keys, which fields are looked up by; a spelling that only finds labels may stand beside its like."""
    yield from _words("", {fold_key(key) for key in row.keys})
    yield from ((f"{row.id} {fold_label(key)}", fold_key(key)) for key in row.keys)


def _list_generics(row: GenericRow) -> Iterator[tuple[str, str]]:
    return ((label, word.casefold()) for label in row.labels for word in row.words)


def _words(group: str, words: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((group, word) for word in words)


CONCEPT = Lexicon(Concept, find_concept_faults, find_lost_links)
LEXICONS: dict[str, Lexicon[Any]] = {
    **dict.fromkeys(CONCEPT_FILES, CONCEPT),
    "decoys": Lexicon(Decoy, find_decoy_faults),
    "name_edges": Lexicon(EdgeRow, find_edge_faults, list_words=lambda row: _words(row.side, row.words)),
    "modifications": Lexicon(
        Modification, find_modification_faults, list_words=lambda row: _words(row.side, row.words)
    ),
    "definitions": Lexicon(Definition, find_definition_faults, list_words=lambda row: _words("", row.nouns)),
    "generics": Lexicon(GenericRow, find_generic_faults, list_words=_list_generics),
    "ambiguous": Lexicon(Ambiguity, find_ambiguity_faults, list_words=lambda row: _words("", row.names)),
    "predicates": Lexicon(Predicate, find_predicate_faults, _find_lost_columns),
    "units": Lexicon(Unit, find_unit_faults, _find_lost_unit, lambda row: _words("ucum", (row.ucum,))),
    "number_words": Lexicon(NumberWords, find_number_word_faults, list_words=lambda row: _words(row.role, row.words)),
    "keys": Lexicon(KeyRow, find_key_faults, _find_lost_predicate, _list_keys),
    "labels": Lexicon(LabelRow, find_label_faults, list_words=lambda row: _words("", map(fold_label, row.names))),
    "cues": Lexicon(CueRow, find_cue_faults, list_words=lambda row: _words("", row.phrases)),
    "cue_stops": Lexicon(Stop, find_stop_faults, list_words=lambda row: _words(str(row.leading), row.phrases)),
    "citation_words": Lexicon(CitationWords, find_citation_faults, list_words=lambda row: _words(row.role, row.words)),
    "abbreviations": Lexicon(Abbreviation, find_abbreviation_faults, list_words=lambda row: _words("", row.written)),
    "sentence_starts": Lexicon(SentenceStart, find_start_faults, list_words=lambda row: _words("", row.written)),
    "furniture": Lexicon(
        FurnitureRow,
        find_furniture_faults,
        list_words=lambda row: _words(f"{row.where} {row.position} {row.longest}", map(str.casefold, row.phrases)),
    ),
    "languages": Lexicon(LanguageRow, find_language_faults),
    "qualifiers": Lexicon(Qualifier, find_trigger_faults),
    "subjects": Lexicon(SubjectRow, find_trigger_faults),
    "gaps": Lexicon(Gap, find_trigger_faults, _find_lost_predicate),
    "effect_words": Lexicon(EffectWords, find_trigger_faults, list_words=lambda row: _words(row.part, row.words)),
    "phrase_words": Lexicon(PhraseWords, find_trigger_faults, list_words=lambda row: _words(row.kind, row.words)),
    "rules": Lexicon(Rule, find_rule_faults, _find_lost_predicate),
}
