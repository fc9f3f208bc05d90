"""What the value of a field writes by a notation of its own: sequences, identifiers, counts, fragments and origins."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.statements import state
from pipeline.quantity import parse_field_quantity
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import KeyRow
    from pipeline.page import Cell, Mention, Quantity, Statement, Subject

NOTATION = {
    "sequence": lambda m: m.label is Label.SEQUENCE,
    "identifier": lambda m: m.label is Label.IDENTIFIER,
    "count": lambda m: m.quantity is not None and m.quantity.unit in ("", "{residue}"),
    "fragment": lambda m: m.label in (Label.FRAGMENT, Label.COMPOUND, Label.TARGET, Label.MATRIX, Label.TISSUE),
}
MATERIALS = frozenset({Label.MATRIX, Label.TISSUE})
# Behind the material at the end of such a value: "gastric juice protein", "human plasma (1973)".
ENDS_CELL = re.compile(r"^\W*(?:(?:proteins?|extract|peptides?|tissue)\b)?\W*(?:\(?\d{4}\)?)?\W*$", re.IGNORECASE)
# "Source: Example LA, et al. Brain Research, 2019": where something was read, and not what it comes from.
WORK = re.compile(r"\bet al\b|\b(?:doi|pmid|pubmed)\b|\bjournal\b", re.IGNORECASE)
SCHEMES = {
    "cas_number": "identifier:cas",
    "molecular_formula": "identifier:formula",
    "pubchem_cid": "identifier:pubchem_cid",
}


def read_notation(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    """The sequence, identifier, count or parent that a cell writes, or that stands bare in it."""
    if row.value == "fragment" and WORK.search(cell.text):
        return
    fitting = [m for m in inside if NOTATION[row.value](m) and m.concept_id != subject.concept_id]
    if _tells_of_other(passage, cell, subject, fitting) or (row.value == "fragment" and PUBLISHED.search(cell.text)):
        return
    # "Gastric juice", but not the first word of "gastric body protection compound", nor a word of a journal's title.
    fitting = [
        m
        for m in fitting
        if not (m.label in MATERIALS or m.is_local) or ENDS_CELL.match(cell.text[m.end - cell.start :])
    ]
    if row.value == "identifier":
        fitting = [m for m in fitting if m.how == SCHEMES[row.predicate]]
    for mention in fitting[:1]:
        number = _count_residues(mention, row) if row.value == "count" else None
        yield state(
            passage, subject, row.predicate, row.id, at=(mention.start, mention.end), mention=mention, quantity=number
        )
    if fitting or row.value not in ("identifier", "count"):
        return
    digits = re.fullmatch(r"\D{0,3}(\d{3,10})\D{0,3}", cell.text) if row.predicate == "pubchem_cid" else None
    if digits:
        yield state(passage, subject, row.predicate, row.id, at=(cell.start, cell.end), words=digits[1])
    elif row.value == "count" and (quantity := parse_field_quantity(cell.text, row.unit or "")) is not None:
        yield state(
            passage, subject, row.predicate, row.id, at=(cell.start, cell.end), quantity=quantity, words=cell.text
        )


# "Source: peptidenotes.com, "A guide to …", retrieved in May": where a text was found.
PUBLISHED = re.compile(
    r"\b[\w-]+\.(?:com|org|net|gov|edu|io|co)\b|https?:|\b(?:retrieved|accessed|et al|doi|PMID|PMC\d)\b|[\"“]",
    re.IGNORECASE,
)


def _tells_of_other(passage: Passage, cell: Cell, subject: Subject, fitting: list[Mention]) -> bool:
    """Whether a later sentence of a value goes on about another compound: "LKKTETQ. Thymosin beta-4 is SDKP…"."""
    if cell.start >= passage.start or not fitting:
        return False
    named = (m for m in passage.of(Label.COMPOUND) if m.concept_id and m.end <= fitting[0].start)
    return any(m.concept_id != subject.concept_id for m in named)


def _count_residues(mention: Mention, row: KeyRow) -> Quantity | None:
    """A bare number under a key that counts is in the key's unit."""
    number = mention.quantity
    return replace(number, unit=number.unit or row.unit or "") if number is not None else None
