"""Find the short forms that a page defines itself: "ciliary neurotrophic factor (CNTF)" makes CNTF a name.

scispaCy's implementation of Schwartz and Hearst (A simple algorithm for identifying abbreviation definitions in
biomedical text, 2003) decides which words a short form stands for. The brackets are found here, on characters: its own
matcher needs them as tokens, which "(HIV)-infected" is not, and pairs every opening with every closing bracket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scispacy.abbreviation import find_abbreviation, short_form_filter
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components import add_mentions, get_text
from pipeline.components.concepts import name_index
from pipeline.components.names import NameIndex, read_atoms
from pipeline.page import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.vocab import Vocab

    from pipeline.lexicon import Concept

FACTORY = "claimsift_abbreviations"
LONGEST_LONG = 160  # characters before a bracket in which a long form may start
MOST_SHORT_WORDS = 2
OPENING = "([{\"'“‘*_"

# "(TIA)", "[GABA]", "(GABA; an amino acid)", "(transient ischemic attack)": the innermost brackets, within a line.
BRACKET = re.compile(r"[(\[] (?P<inside> [^()\[\]\n]{2,100} ) [)\]]", re.VERBOSE)
SIDE_REMARK = re.compile(r"[;,=]|\sor\s")
UPPER_OR_DIGIT = re.compile(r"[A-ZΑ-Ω0-9]")
UNBALANCED = re.compile(r"^[^(]*\)|^[^\[]*\]|[;:]\s")


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form and the words of the same page that it stands for."""

    short: str
    long: str


class Abbreviations:
    """Mark short forms that the page defines, that no lexicon knows, and whose long form is a known concept."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index

    def find(self, doc: Doc) -> Iterator[Mention]:
        """Mentions of such short forms anywhere in the doc, the definition included, in order."""
        meanings: dict[str, list[Definition]] = {}
        for definition, row in self._read_meanings(doc):
            meanings.setdefault(row.id, []).append(definition)
        if not meanings:
            return
        atoms = read_atoms(get_text(doc))
        shorts = [_answer_to(self.index.rows[row_id], definitions) for row_id, definitions in meanings.items()]
        for match in NameIndex(shorts).match(get_text(doc), atoms):
            start, end = atoms[match.first].start, atoms[match.last].end
            row = self.index.rows[match.rows[0].id]
            yield Mention(
                start=start,
                end=end,
                text=get_text(doc)[start:end],
                label=row.label,
                how=f"abbreviation:{meanings[row.id][0].long}",
                concept_id=row.id,
                concept=row.name,
            )

    def __call__(self, doc: Doc) -> Doc:
        """Keep the found mentions with the doc."""
        return add_mentions(doc, self.find(doc))

    def _read_meanings(self, doc: Doc) -> Iterator[tuple[Definition, Concept]]:
        for definition in find_definitions(get_text(doc), doc.vocab):
            rows = self.index.look_up(definition.long)
            if rows and not self.index.look_up(definition.short):
                yield definition, rows[0]


@Language.factory(FACTORY, assigns=["doc._.claimsift"], requires=["doc._.claimsift"])
def make_abbreviations(nlp: Language, name: str) -> Abbreviations:
    """The component over the lexicons that ship with the package."""
    return Abbreviations(name_index())


def find_definitions(text: str, vocab: Vocab) -> Iterator[Definition]:
    """Short forms with their long forms, in the order of the text; a short form counts where it is defined first."""
    defined: set[str] = set()
    for bracket in BRACKET.finditer(text):
        pair = _define(text, bracket, vocab)
        if pair is None or pair.short in defined:
            continue
        defined.add(pair.short)
        yield pair


def _define(text: str, bracket: re.Match[str], vocab: Vocab) -> Definition | None:
    """The definition that a bracket is part of: "long (short)", else "short (long)"."""
    inside = bracket["inside"]
    before = text[max(0, bracket.start() - LONGEST_LONG) : bracket.start()].rpartition("\n")[2]
    short = SIDE_REMARK.split(inside)[0].strip()
    if len(short.split()) <= MOST_SHORT_WORDS and (pair := _match(before, short, vocab)):
        return pair
    words = before.split()
    return _match(inside, words[-1], vocab) if words and " " in inside else None


def _match(long: str, short: str, vocab: Vocab) -> Definition | None:
    """The end of `long` that `short` stands for, as Schwartz and Hearst decide it; None where it stands for nothing."""
    words = long.split()[-_most_words(short) :]
    if not words or not short:
        return None
    doc = Doc(vocab, [*words, *short.split()])
    short_span = doc[len(words) :]
    if not short_form_filter(short_span) or not UPPER_OR_DIGIT.search(short):
        return None
    _, found = find_abbreviation(doc[: len(words)], short_span)
    if found is None:
        return None
    full = " ".join(words[found.start :]).lstrip(OPENING)
    return Definition(short, full) if len(full) > len(short) and not UNBALANCED.search(full) else None


def _most_words(short: str) -> int:
    """How many words a long form may have: the bound of the paper."""
    size = len(short)
    return min(size + 5, size * 2)


def _answer_to(row: Concept, definitions: list[Definition]) -> Concept:
    """A copy of the row whose only names are the short forms, exactly as written."""
    shorts = tuple(definition.short for definition in definitions)
    return row.model_copy(update={"name": shorts[0], "names": (), "exact": shorts})
