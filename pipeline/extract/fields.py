"""Claims from rows and fields: a key that the vocabulary knows, its value, and whom the row is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.qualifiers import CONCEPT_COLUMNS
from pipeline.extract.statements import state
from pipeline.extract.status import read_status
from pipeline.extract.studies import LONG_UNITS
from pipeline.extract.subjects import make_subject
from pipeline.lexicon import KeyRow, predicates, read_rows
from pipeline.quantity import dimension_of, parse_field_quantity
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.subjects import Topics
    from pipeline.page import Cell, Mention, Quantity, Statement, Subject

# "Molecular Weight (Da):" and "molecular_weight-da" are one key.
KEY_NOISE = re.compile(r"[\s_:–—-]+")
KEY_TAIL = re.compile(r"\s*\([^)]*\)\s*$")
EMPTY_VALUES = frozenset({"", "-", "–", "—", "n/a", "na", "null", "none", "~", "tbd", "unknown", "not stated"})
# A value longer than this is prose and is read as sentences.
LONGEST_VALUE = 240
SPLIT_LIST = re.compile(r"\s*[;,|•]\s*(?![^()]*\))")


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the vocabulary, the cell with its value, and whom it is about."""

    row: KeyRow
    value: Cell
    subjects: tuple[Subject, ...]


@cache
def known_keys() -> dict[str, KeyRow]:
    """Key rows by folded key."""
    return {fold_key(key): row for row in read_rows("keys", KeyRow) for key in row.keys}


def fold_key(key: str) -> str:
    """A field name without case, underscores, dashes and the colon behind it."""
    return KEY_NOISE.sub(" ", key.replace("½", "1/2")).strip().casefold()


def find_key(name: str) -> KeyRow | None:
    """The key row of a field name, with or without what stands in brackets behind it."""
    folded = fold_key(name)
    keys = known_keys()
    last = folded.replace(" > ", ".").rpartition(".")[2].strip()  # a path of fields, or heads above heads
    return keys.get(folded) or keys.get(fold_key(KEY_TAIL.sub("", name))) or keys.get(last) or _drop_unit(last)


def _drop_unit(folded: str) -> KeyRow | None:
    head, _, tail = folded.rpartition(" ")
    return known_keys().get(head) if tail in {"da", "g/mol", "kda", "%", "c", "hours", "min", "id", "number"} else None


def read_fields(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The claims of one row or field."""
    for found in find_fields(passage, topics):
        for subject in found.subjects:
            for statement in _read_value(passage, found.row, found.value, subject):
                yield _name_study(passage, _add_row_context(passage, statement))


def _add_row_context(passage: Passage, statement: Statement) -> Statement:
    """What whole cells of the same row name, such as "oral" or "rat", holds for the row."""
    if statement.predicate in ROW_FREE:
        return statement
    context = dict(statement.context)
    for cell in passage.block.cells:
        whole = next((m for m in passage.mentions if m.start <= cell.start and cell.end <= m.end), None)
        column = CONCEPT_COLUMNS.get(whole.label) if whole is not None else None
        if whole is not None and column is not None:
            context.setdefault(column, whole.concept or whole.text)
    return replace(statement, context=context)


# Facts on the substance itself: no route or species changes them.
ROW_FREE = frozenset(
    {
        "class",
        "synonym",
        "sequence",
        "residue_count",
        "molecular_weight",
        "molecular_formula",
        "cas_number",
        "pubchem_cid",
    }
    | {"derived_from", "analog_of", "contains_fragment", "approved_in", "legal_status", "route", "salt_form"}
)


def _name_study(passage: Passage, statement: Statement) -> Statement:
    """A fact on a study belongs to the study that heads the row, else to the one that the section is about."""
    if "study" not in predicates()[statement.predicate].key or "study" in statement.context:
        return statement
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    named = head.text if head is not None and find_key(head.text) is None else None
    study = named or (passage.block.section[-1] if passage.block.section else None)
    return replace(statement, context={**statement.context, "study": study}) if study else statement


def find_fields(passage: Passage, topics: Topics) -> Iterator[Field]:
    """Every cell of a row whose key the vocabulary knows."""
    cells = [cell for cell in passage.block.cells if cell.text]
    if not cells:
        return
    head = next((cell for cell in cells if cell.is_head), None)
    if head is None:  # an item of a list in front matter: its key stands in front of the list
        named = ((find_key(cell.header), cell) for cell in cells)
        yield from (Field(row, cell, _page_subject(passage, topics)) for row, cell in named if row is not None)
        return
    yield from _find_row_fields(passage, topics, cells, head)


def _find_row_fields(passage: Passage, topics: Topics, cells: list[Cell], head: Cell) -> Iterator[Field]:
    row_subject = _names_in(passage, head, SubjectFrom.TABLE_ROW) if find_key(head.text) is None else ()
    for cell in cells:
        if cell is head or cell.is_head:
            continue
        column = find_key(cell.header)
        by_row = find_key(head.text)
        if column is not None and cell.header != head.text and row_subject:
            yield Field(column, cell, row_subject)
        elif by_row is not None:
            subject = _column_subject(topics, cell)
            if subject or not _compares(cells, head):
                named = _names_in(passage, head, SubjectFrom.TABLE_ROW)  # "CAS (GHK free acid)"
                yield Field(by_row, cell, named or subject or _page_subject(passage, topics))
        elif column is not None and not row_subject:
            yield Field(column, cell, _page_subject(passage, topics))


# Heads of columns that hold values of one thing, not values of several.
PLAIN_HEAD = re.compile(
    r"\b(?:details?|values?|informations?|recommendations?|results?|descriptions?|specifications?|parameters?|notes?|data"
    r"|doses?|unit|comments?|reference|source|evidence|status|range|typical)\b",
    re.IGNORECASE,
)


def _compares(cells: list[Cell], head: Cell) -> bool:
    """Whether a row sets several things side by side, so that a cell is not about the page's own compound."""
    values = [cell for cell in cells if cell is not head and not cell.is_head]
    heads = {cell.header for cell in values}
    return len(values) > 1 and len(heads) > 1 and not any(PLAIN_HEAD.search(name) for name in heads)


def _names_in(passage: Passage, cell: Cell, origin: SubjectFrom) -> tuple[Subject, ...]:
    named = [m for m in passage.of(Label.COMPOUND) if cell.start <= m.start and m.end <= cell.end]
    return tuple(make_subject(m, origin) for m in named[:1])


def _column_subject(topics: Topics, cell: Cell) -> tuple[Subject, ...]:
    """The compound that heads the column of a table with one compound a column."""
    return topics.find_name(cell.header, SubjectFrom.TABLE_COLUMN)


def _page_subject(passage: Passage, topics: Topics) -> tuple[Subject, ...]:
    implied = topics.implied(passage.block)
    return implied if len(implied) == 1 else ()


def _read_value(passage: Passage, row: KeyRow, cell: Cell, subject: Subject) -> Iterator[Statement]:
    text = cell.text.strip()
    if text.casefold() in EMPTY_VALUES or len(text) > LONGEST_VALUE:
        return
    inside = [m for m in passage.mentions if cell.start <= m.start and m.end <= cell.end]
    if row.value == "quantity":
        yield from _read_number(passage, row, cell, subject, inside)
    elif row.value in ("sequence", "identifier", "count", "fragment"):
        yield from _read_notation(passage, row, cell, subject, inside)
    elif row.value == "concepts":
        yield from _read_concepts(passage, row, cell, subject, inside)
    elif row.value == "status":
        yield from read_status(passage, (subject,), (cell.start, cell.end), rule=row.id)
    elif row.value == "year":
        dates = [m for m in inside if m.label is Label.DATE and m.quantity]
        for date in dates[:1]:
            yield state(
                passage, subject, row.predicate, row.id, at=(date.start, date.end), mention=date, quantity=date.quantity
            )
    else:
        yield from _read_words(passage, row, cell, subject, inside)
        if row.predicate == "formulation":
            yield from _read_make_up(passage, row, subject, inside)


def _read_number(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    row = _tell_duration(passage, row, inside)
    dimension = predicates()[row.predicate].dimension
    fitting = [m for m in inside if m.label is Label.QUANTITY and m.quantity and _has_dimension(m, dimension)]
    for number in fitting[:1]:
        yield state(
            passage,
            subject,
            row.predicate,
            row.id,
            at=(number.start, number.end),
            mention=number,
            quantity=number.quantity,
            context=row.context,
            key=_key_place(passage, cell),
        )
    if fitting or row.unit is None:
        return
    quantity = parse_field_quantity(cell.text, row.unit)
    bare = tuple(m for m in inside if m.label is Label.QUANTITY)
    if quantity is not None and not any(m.quantity and m.quantity.unit not in ("", row.unit) for m in bare):
        at = (cell.start, cell.end)
        yield state(
            passage,
            subject,
            row.predicate,
            row.id,
            at=at,
            quantity=quantity,
            words=cell.text,
            context=row.context,
            uses=bare,
        )


STUDY_SECTION = re.compile(
    r"\b(?:stud(?:y|ies)|trials?|participants|design|intervention|endpoints?|STEP \d)\b", re.IGNORECASE
)


def _tell_duration(passage: Passage, row: KeyRow, inside: list[Mention]) -> KeyRow:
    """A bare "Duration" in the section of a study is how long the study was."""
    long = any(m.quantity and m.quantity.unit in LONG_UNITS for m in inside)
    if row.predicate != "duration_of_effect" or not long:
        return row
    about = " ".join(passage.block.section)
    return row.model_copy(update={"predicate": "study_duration"}) if STUDY_SECTION.search(about) else row


def _key_place(passage: Passage, cell: Cell) -> tuple[int, int] | None:
    """Where the row itself writes the key of a cell; a column's head stands in another row."""
    head = next((other for other in passage.block.cells if other.is_head), None)
    return (head.start, head.end) if head is not None and find_key(head.text) is not None and head is not cell else None


def _has_dimension(mention: Mention, dimension: str | None) -> bool:
    found = dimension_of(mention.quantity.unit) if mention.quantity else None
    return found is not None and (dimension is None or found == dimension)


NOTATION = {
    "sequence": lambda m: m.label is Label.SEQUENCE,
    "identifier": lambda m: m.label is Label.IDENTIFIER,
    "count": lambda m: m.quantity is not None and m.quantity.unit in ("", "{residue}"),
    "fragment": lambda m: m.label in (Label.FRAGMENT, Label.COMPOUND, Label.TARGET),
}
SCHEMES = {
    "cas_number": "identifier:cas",
    "molecular_formula": "identifier:formula",
    "pubchem_cid": "identifier:pubchem_cid",
}


def _read_notation(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    fitting = [m for m in inside if NOTATION[row.value](m) and m.concept_id != subject.concept_id]
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


def _count_residues(mention: Mention, row: KeyRow) -> Quantity | None:
    """A bare number under a key that counts is in the key's unit."""
    number = mention.quantity
    return replace(number, unit=number.unit or row.unit or "") if number is not None else None


def _read_concepts(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    seen: set[str | None] = set()
    for mention in inside:
        if mention.label in row.labels and mention.concept_id != subject.concept_id and mention.concept_id not in seen:
            seen.add(mention.concept_id)
            yield state(
                passage,
                subject,
                row.predicate,
                row.id,
                at=(mention.start, mention.end),
                mention=mention,
                context=row.context,
            )
    if not seen and row.predicate == "primary_mechanism":
        yield state(passage, subject, row.predicate, row.id, at=(cell.start, cell.end), words=cell.text)


RECORD_BLOCKS = frozenset({BlockKind.FRONT_MATTER, BlockKind.METADATA})


def _read_make_up(passage: Passage, row: KeyRow, subject: Subject, inside: list[Mention]) -> Iterator[Statement]:
    """ "Nasal drops (0.5 %)" names a route and strengths as well."""
    for mention in inside:
        at = (mention.start, mention.end)
        if mention.label is Label.ROUTE:
            yield state(passage, subject, "route", row.id, at=at, mention=mention)
        elif mention.label is Label.QUANTITY and _has_dimension(mention, "fraction"):
            yield state(passage, subject, "concentration", row.id, at=at, mention=mention, quantity=mention.quantity)


# The column of a table of studies that names what was given.
TESTED = re.compile(r"\b(?:form|compound|peptide|substance|treatment|intervention|agent|drug)s?\b", re.IGNORECASE)


def read_cells(passage: Passage, topics: Topics) -> Iterator[Passage]:
    """The cells of a row that no key explains, each as a passage about the row's or the column's compound."""
    cells = [cell for cell in passage.block.cells if cell.text]
    head = next((cell for cell in cells if cell.is_head), None)
    if head is None:
        return
    owner = _names_in(passage, head, SubjectFrom.TABLE_ROW)
    given = (other for other in cells if TESTED.search(other.header))
    tested = next((names for other in given if (names := _names_in(passage, other, SubjectFrom.TABLE_ROW))), ())
    for cell in cells:
        if cell.is_head or find_key(cell.header) or find_key(head.text):
            continue
        subject = tested or owner or _column_subject(topics, cell)
        if subject or not _compares(cells, head):
            yield passage.narrow(cell, subject or _page_subject(passage, topics))


def _read_words(
    passage: Passage, row: KeyRow, cell: Cell, subject: Subject, inside: list[Mention]
) -> Iterator[Statement]:
    if row.predicate == "class" and (cell.text[:1].isdigit() or passage.block.kind in RECORD_BLOCKS):
        return  # a shop's category, or a label that runs on into a sentence
    separate = row.predicate == "synonym" or passage.block.kind is BlockKind.FRONT_MATTER
    pieces = SPLIT_LIST.split(cell.text.strip("[] ")) if separate else [cell.text]
    at = cell.start
    for piece in pieces:
        words = piece.strip().strip("\"'")
        where = passage.text.find(words, at - passage.start) if words else -1
        if where < 0 or words.casefold() in EMPTY_VALUES or words.casefold() == subject.text.casefold():
            continue
        at = passage.start + where + len(words)
        span = (passage.start + where, at)
        used = tuple(m for m in inside if span[0] <= m.start and m.end <= span[1])
        yield state(passage, subject, row.predicate, row.id, at=span, words=words, uses=used)
