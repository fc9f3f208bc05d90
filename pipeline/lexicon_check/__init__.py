"""Hold the lexicons against themselves: each row's examples, its names beside all others, and what can be computed.

`refuse_broken_rows` stops a run at rows that no run can work with; `check_lexicons` finds everything that is wrong.
The tests of the shipped rows call the same functions, one row at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from pipeline.clean.about import LanguageRow
from pipeline.clean.fields import LabelRow
from pipeline.clean.fields import fold_key as fold_label
from pipeline.clean.furniture import FurnitureRow
from pipeline.components.citations import CitationWords
from pipeline.components.coined import Definition
from pipeline.components.cores import EdgeRow
from pipeline.components.cues import Stop
from pipeline.components.links import GenericRow, Modification
from pipeline.components.names import Decoy
from pipeline.components.sentences import Abbreviation, SentenceStart
from pipeline.errors import LexiconError
from pipeline.extract.keys import fold_key
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
    overlay,
    parse_rows,
    placed_rows,
    set_aside,
)
from pipeline.lexicon_check.breaks import find_lost_columns, find_lost_links, find_lost_predicate, find_lost_unit
from pipeline.lexicon_check.claims import find_key_faults, find_predicate_faults, find_rule_faults, find_trigger_faults
from pipeline.lexicon_check.concepts import (
    find_ambiguity_faults,
    find_concept_faults,
    find_decoy_faults,
    find_misplacement,
)
from pipeline.lexicon_check.names import (
    find_definition_faults,
    find_edge_faults,
    find_generic_faults,
    find_modification_faults,
)
from pipeline.lexicon_check.numbers import find_number_word_faults, find_unit_faults
from pipeline.lexicon_check.texts import (
    find_abbreviation_faults,
    find_citation_faults,
    find_cue_faults,
    find_furniture_faults,
    find_label_faults,
    find_language_faults,
    find_start_faults,
    find_stop_faults,
)
from pipeline.lexicon_check.together import find_shared_names, find_shared_numbers, sort_ours_first
from pipeline.quantity.words import NumberWords
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path


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
    yield from find_shared_names()
    yield from find_shared_numbers()


def _find_shared_words() -> Iterator[Finding]:
    """Words that two rows of one file claim, of which only the first would get them."""
    for name, lexicon in LEXICONS.items():
        owners: dict[tuple[str, str], tuple[Line, str]] = {}
        for line, row in sort_ours_first(placed_rows(name, lexicon.model)):
            for claimed in lexicon.list_words(row):
                if claimed in owners:
                    first, owner = owners[claimed]
                    place = "twice" if owner == row.id else f"also in {owner} ({first})"
                    yield Finding(line, row.id, f"'{claimed[1]}' stands {place}; keep one of them")
                owners.setdefault(claimed, (line, row.id))


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
    "predicates": Lexicon(Predicate, find_predicate_faults, find_lost_columns),
    "units": Lexicon(Unit, find_unit_faults, find_lost_unit, lambda row: _words("ucum", (row.ucum,))),
    "number_words": Lexicon(NumberWords, find_number_word_faults, list_words=lambda row: _words(row.role, row.words)),
    "keys": Lexicon(KeyRow, find_key_faults, find_lost_predicate, _list_keys),
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
    "gaps": Lexicon(Gap, find_trigger_faults, find_lost_predicate),
    "effect_words": Lexicon(EffectWords, find_trigger_faults, list_words=lambda row: _words(row.part, row.words)),
    "phrase_words": Lexicon(PhraseWords, find_trigger_faults, list_words=lambda row: _words(row.kind, row.words)),
    "rules": Lexicon(Rule, find_rule_faults, find_lost_predicate),
}
