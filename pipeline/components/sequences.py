"""Find what identifies a peptide on paper: sequences, fragments of a parent, residue counts, registry numbers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacy.language import Language

from pipeline.chemistry import find_cas, find_counts, find_formulas, find_fragments, find_sequences
from pipeline.components import add_mentions, get_mentions, get_text
from pipeline.components.concepts import name_index
from pipeline.lexicon import concept_index
from pipeline.page import Fragment, Mention, Quantity
from pipeline.schema import Comparator, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Doc

    from pipeline.chemistry import FragmentMatch
    from pipeline.lexicon import Concept

RESIDUE = "{residue}"
HOW_COUNT = "count"
PARENT_REACH = 120  # characters, within a line, to the compound that a range of residues without a name belongs to

# What may stand between a label and its number: ": ", " | ", " (free base): ", " no. ".
_TO_VALUE = r"(?: [ \u00a0]? \( [^()\n]{1,40} \) )? [ \u00a0:#=|*_`\"'-]{0,6}"


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a kind of identifier is written: group `value` is the identifier; without `cue` a text has none of them."""

    name: str
    pattern: re.Pattern[str]
    cue: str


def _scheme(name: str, pattern: str, cue: str = "") -> Scheme:
    return Scheme(name, re.compile(pattern, re.VERBOSE), cue)


# The first that fits takes the characters: "Cat. No. 12345-67-8" is no CAS number.
SCHEMES = (
    # "Cat. No. BP-1025", "SKU: 10-2207-1", "Item # 24105", "Product code PT141-5"; not "Cat. 5".
    _scheme(
        "catalogue",
        rf"""
        (?= [CcIiAaPpOoLlBbSs] )                                                 # passes over the rest quickly
        \b (?i: cat (?:alog(?:ue)?)? [.]? [ ]? (?: no | nr | num | number | code | id | \# ) [.]?
              | (?: item|article|product|part|order|lot|batch ) [ ]? (?: no | number | code | \# ) [.]?
              | sku )
        {_TO_VALUE} (?P<value> (?= [A-Z0-9-]{{0,23}} [0-9] ) [A-Z0-9] [A-Z0-9-]{{2,23}} ) (?! \w )
        """,
    ),
    # "PubChem CID: 9941957", "pubchem-cid: 9941957", "CIDs 139035031 and 73587", "PubChem | 9941958"; a zero in front
    # or too many digits are for the arbiters to tell.
    _scheme(
        "pubchem_cid",
        rf"""
        (?= [CPp] ) (?: \b | (?<=[a-z]) ) (?: CIDs? | (?i: pubchem (?: [ _-]? (?: cid | id | compound ) )? ) )
        {_TO_VALUE} (?P<value> (?! 0+ \b ) [0-9]{{1,16}} )
        (?: (?: [ ]and[ ] | ,[ ] ) (?P<second> [1-9][0-9]{{2,9}} ) )? (?! [\w.-] \w )
        """,
    ),
    _scheme("chembl", r"\b (?P<value> CHEMBL [1-9][0-9]{0,9} ) \b", "CHEMBL"),
    _scheme("drugbank", r"\b (?P<value> DB [0-9]{5} ) \b", "DB"),
    _scheme("inchikey", r"(?= [A-Z] ) (?<![\w-]) (?P<value> [A-Z]{14} - [A-Z]{10} - [A-Z] ) (?![\w-])"),
    # A UNII has ten characters, letters and digits mixed: "UNII: 5KQ22B6R2N".
    _scheme(
        "unii",
        rf"\b UNII {_TO_VALUE} (?P<value> (?= [A-Z]{{0,9}} [0-9] ) (?= [0-9]{{0,9}} [A-Z] ) [A-Z0-9]{{10}} ) (?! \w )",
        "UNII",
    ),
    _scheme(
        "uniprot",
        rf"(?= [Uu] ) \b (?i: uniprot (?:kb)? ) {_TO_VALUE} (?P<value> [A-Z][0-9][A-Z0-9]{{3}}[0-9] ) (?! \w )",
    ),
    _scheme("chebi", r"\b (?P<value> CHEBI : [0-9]{1,7} ) \b", "CHEBI"),
)


@Language.factory(
    "claimsift_sequences",
    assigns=["doc._.claimsift"],
    requires=["doc._.claimsift"],
)
class Sequences:
    """Find sequences, fragments, counts of residues and identifiers of a doc."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def find(self, text: str, known: Iterable[Mention] = ()) -> Iterator[Mention]:
        """Mentions by kind: identifiers, fragments, sequences, counts; each part of the text is one of these at most.

        The normalised form stands in `concept`. `known` are the names found before: a fragment's parent is among them.
        """
        taken: list[tuple[int, int]] = []
        names = sorted(
            (mention for mention in known if mention.label in (Label.COMPOUND, Label.TARGET)),
            key=lambda mention: mention.start,
        )
        for found in (
            find_identifiers(text),
            _find_fragments(text, names),
            _find_sequences(text),
            _find_counts(text),
        ):
            fresh = list(_leave_out(found, taken))
            taken = sorted([*taken, *((mention.start, mention.end) for mention in fresh)])
            yield from fresh

    def __call__(self, doc: Doc) -> Doc:
        """Keep the found mentions with the doc."""
        return add_mentions(doc, self.find(get_text(doc), get_mentions(doc)))


def _leave_out(found: Iterable[Mention], taken: Sequence[tuple[int, int]]) -> Iterator[Mention]:
    """Mentions that overlap none of `taken`, which is sorted and without overlap, nor one that came before."""
    end = 0
    for mention in found:
        place = bisect_left(taken, (mention.end, 0))
        if mention.start >= end and (place == 0 or taken[place - 1][1] <= mention.start):
            end = mention.end
            yield mention


# ---- identifiers --------------------------------------------------------------------------------------------


def find_identifiers(text: str) -> Iterator[Mention]:
    """Registry numbers and formulas, in order and apart; the normalised form stands in `concept`."""
    found = [
        *(mention for scheme in SCHEMES for mention in _find_scheme(text, scheme)),
        *_find_cas_numbers(text),
        *_find_formulas(text),
    ]
    yield from _leave_out(sorted(found, key=lambda mention: mention.start), ())


def _find_scheme(text: str, scheme: Scheme) -> Iterator[Mention]:
    for match in scheme.pattern.finditer(text) if scheme.cue in text else ():
        for group in ("value", "second"):
            if group in match.re.groupindex and match[group]:
                yield _identifier(text, *match.span(group), scheme.name, match[group])


def _find_cas_numbers(text: str) -> Iterator[Mention]:
    """Numbers of CAS shape that are valid or called so; an invalid one is for the arbiters to tell."""
    for match in find_cas(text):
        if match.valid or match.labelled:
            yield _identifier(text, match.start, match.end, "cas", match.number)


def _find_formulas(text: str) -> Iterator[Mention]:
    for match in find_formulas(text):
        yield _identifier(text, match.start, match.end, "formula", match.formula.hill)


def _identifier(text: str, start: int, end: int, scheme: str, value: str) -> Mention:
    return Mention(
        start=start,
        end=end,
        text=text[start:end],
        label=Label.IDENTIFIER,
        how=f"identifier:{scheme}",
        concept=value,
    )


# ---- sequences and counts -----------------------------------------------------------------------------------


# "D-Arg-(2,6-dimethyl)Tyr-Lys-Phe": where a residue that nobody can read parts a chain, a piece of it is no sequence.
CODE = r"(?:A(?:la|rg|sn|sp)|Cys|Gl[nuy]|His|Ile|L(?:eu|ys)|Met|P(?:he|ro)|Ser|T(?:hr|rp|yr)|Val)"
LONGEST_UNREAD = 60  # code points of such a residue, with the dashes about it
CHAIN_BEFORE = re.compile(rf"{CODE}-[^\s:;]{{1,56}}$")


def _is_piece(text: str, start: int) -> bool:
    """Whether a sequence at `start` only ends a chain that has further residues in front."""
    return CHAIN_BEFORE.search(text, max(0, start - LONGEST_UNREAD), start) is not None


def _find_sequences(text: str) -> Iterator[Mention]:
    for match in find_sequences(text):
        if _is_piece(text, match.start):
            continue
        yield Mention(
            start=match.start,
            end=match.end,
            text=text[match.start : match.end],
            label=Label.SEQUENCE,
            how=f"sequence:{match.style}",
            concept=match.peptide.written,
            peptide=match.peptide,
        )


def _find_counts(text: str) -> Iterator[Mention]:
    for match in find_counts(text):
        written = text[match.start : match.end]
        yield Mention(
            start=match.start,
            end=match.end,
            text=written,
            label=Label.QUANTITY,
            how=HOW_COUNT,
            quantity=Quantity(float(match.n), None, Comparator.EQUAL, RESIDUE, written, 0),
        )


# ---- fragments ----------------------------------------------------------------------------------------------


def _find_fragments(text: str, names: Sequence[Mention]) -> Iterator[Mention]:
    starts = [mention.start for mention in names]
    for match in find_fragments(text):
        parent_id, parent = _find_parent(text, match, names, starts)
        fragment = Fragment(parent_id, parent, match.low, match.high, match.tail)
        yield Mention(
            start=match.start,
            end=match.end,
            text=text[match.start : match.end],
            label=Label.FRAGMENT,
            how="fragment",
            concept=f"{parent or ''}({match.low}-{match.high}){match.tail or ''}",
            fragment=fragment,
        )


def _find_parent(
    text: str, match: FragmentMatch, names: Sequence[Mention], starts: Sequence[int]
) -> tuple[str | None, str | None]:
    """Concept id and name of the parent: the words say it, or else the nearest compound that is long enough."""
    if match.parent_text is not None:
        row = _choose_parent(name_index().look_up(match.parent_text), match.high)
        return (row.id, row.name) if row else (None, match.parent_text)
    line_start = text.rfind("\n", max(0, match.start - PARENT_REACH), match.start) + 1
    first = bisect_left(starts, max(line_start, match.start - PARENT_REACH))
    for mention in reversed(names[first : bisect_right(starts, match.start)]):
        row = _choose_parent((concept_index().get(mention.concept_id or ""),), match.high)
        if row is not None and row.sequence is not None and mention.end <= match.start:
            return row.id, row.name
    return None, None


def _choose_parent(rows: Iterable[Concept | None], high: int) -> Concept | None:
    """The first row that can have residue `high`; a compound before a target, a known sequence before none."""
    fitting = [
        row
        for row in rows
        if row is not None
        and row.label in (Label.COMPOUND, Label.TARGET)
        and (row.sequence is None or len(row.sequence) >= high)
    ]
    fitting.sort(key=lambda row: (row.sequence is None, row.label is not Label.COMPOUND))
    return fitting[0] if fitting else None
