"""Claims from rows and fields: a key that the vocabulary knows, its value, and whom the row is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.extract.inline import cut_value
from pipeline.extract.keys import HARMS, find_above, find_by_end, find_key, fold_key, known_keys
from pipeline.extract.licences import find_place
from pipeline.extract.naming import is_subject
from pipeline.extract.numbers import STORED
from pipeline.extract.outcomes import name_study, read_outcomes
from pipeline.extract.participants import SET_UP
from pipeline.extract.qualifiers import CONCEPT_COLUMNS, CONDITION_COLUMNS, find_qualifiers
from pipeline.extract.rows import (
    PLAIN_HEAD,
    TESTED,
    compares,
    find_column_subject,
    find_named_cell,
    is_beside,
    names_in,
    names_several,
    page_subject,
)
from pipeline.extract.statements import state
from pipeline.extract.strangers import find_in_row
from pipeline.extract.studies import read_row_work
from pipeline.extract.values import LONGEST_VALUE, RECORD_BLOCKS, has_dimension, read_value
from pipeline.lexicon import predicates
from pipeline.schema import BlockKind, Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.lexicon import KeyRow
    from pipeline.page import Cell, Statement, Subject


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the vocabulary, the cell with its value, and whom it is about."""

    row: KeyRow
    value: Cell
    subjects: tuple[Subject, ...]


def read_fields(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The claims of one row or field."""
    for found in find_fields(passage, topics):
        topics.remember_field(passage.block, found.row)
        for subject in found.subjects:
            for statement in read_value(passage, found.row, found.value, subject):
                yield name_study(passage, _add_row_context(passage, statement))
            yield from _read_head_count(passage, found, subject)
    yield from _read_row_route(passage, topics)
    yield from _read_row_study(passage, topics)
    yield from read_outcomes(passage, topics)


def _read_head_count(passage: Passage, found: Field, subject: Subject) -> Iterator[Statement]:
    """The number of residues that the name of a field tells: "Sequence (15 AA)"."""
    head = next((cell for cell in passage.block.cells if cell.is_head and cell.end <= found.value.start), None)
    if head is None or found.row.predicate != "sequence":
        return
    for number in passage.near(head.start, head.end):
        if number.quantity is not None and number.quantity.unit == "{residue}":
            at, quantity = (number.start, number.end), number.quantity
            yield state(passage, subject, "residue_count", "head-count", at=at, mention=number, quantity=quantity)


def _read_row_study(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The study that heads a row on its size, design or length."""
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    rows = [find_key(cell.header) for cell in passage.block.cells if not cell.is_head]
    told = any(row is not None and row.predicate in SET_UP for row in rows)
    if head is None or not told or passage.block.kind is not BlockKind.TABLE_ROW:
        return
    for subject in page_subject(passage, topics):
        yield from read_row_work(passage, subject, head)


def _read_row_route(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """A route that heads a row of doses or strengths: "Subcutaneous injection | 1–2 mg | once daily"."""
    cells = [cell for cell in passage.block.cells if cell.text]
    head = next((cell for cell in cells if cell.is_head), None)
    if passage.block.kind is not BlockKind.TABLE_ROW or head is None:
        return
    given = any((row := find_key(cell.header)) is not None and row.predicate in GIVEN for cell in cells)
    whole = [m for m in passage.of(Label.ROUTE) if (m.start, m.end) == (head.start, head.end)]
    for subject in page_subject(passage, topics) if given else ():
        for route in whole[:1]:
            yield state(passage, subject, "route", "row-route", at=(route.start, route.end), mention=route)


GIVEN = frozenset({"dose", "concentration", "bioavailability", "half_life"})


def read_rests(passage: Passage, fields: list[Statement], topics: Topics) -> Iterator[Passage]:
    """What a field says beside its value, and what a text field says, each as a passage on whom the field is about.

    "Half-life: 2 hours; peak within 1 hour" has a second number; `description: Synthetic heptapeptide, 5 mg per vial`.
    """
    used = {(m.start, m.end) for s in fields for m in s.uses if s.quantity is not None or m.label is not Label.QUANTITY}
    for cell in passage.block.cells:
        if cell.is_head or not cell.text or not passage.block.cells[0].is_head:
            continue
        told = [s for s in fields if any(cell.start <= m.start and m.end <= cell.end for m in s.uses)]
        subjects = tuple({s.subject.concept_id: s.subject for s in told}.values())
        if not subjects and passage.block.kind in RECORD_BLOCKS and len(cell.text.split()) >= SENTENCE_WORDS:
            subjects = page_subject(passage, topics)
        elif not subjects and find_key(cell.header) is not None:
            subjects = names_in(passage, passage.block.cells[0], SubjectFrom.TABLE_ROW) or page_subject(passage, topics)
        elif not subjects:  # "Size | 7 amino acids | 15 amino acids", below a compound each
            subjects = find_column_subject(topics, cell)
        if len(subjects) != 1:
            continue
        rest = passage.narrow(cell, subjects)
        left = tuple(m for m in rest.mentions if (m.start, m.end) not in used)
        # "FDA: 2022. EMA: authorised": a place of its own
        placed = any(m.label is Label.JURISDICTION for m in rest.mentions)
        yield replace(rest, mentions=left, places=() if placed else rest.places)


SENTENCE_WORDS = 5  # a value with as many words is read as a sentence


def _add_row_context(passage: Passage, statement: Statement) -> Statement:
    """What whole cells of the same row name, such as "oral" or "rat", holds for the row."""
    if statement.predicate in ROW_FREE:
        return statement
    context = _add_key_conditions(passage, statement)
    for cell in passage.block.cells:
        if any(cell.start <= m.start and m.end <= cell.end for m in statement.uses):
            context = {**read_head_conditions(cell.header), **context}
        whole = next((m for m in passage.mentions if m.start <= cell.start and cell.end <= m.end), None)
        column = CONCEPT_COLUMNS.get(whole.label) if whole is not None else None
        if whole is not None and column is not None:
            context.setdefault(column, whole.concept or whole.text)
    return replace(statement, context=context)


# Where the parts of a head meet: "Half-life > Rat", "Dose (oral)".
HEAD_PIECE = re.compile(r"[>(),;/]|\bin\b")


def read_head_conditions(header: str) -> dict[str, str]:
    """What the head of a column says of species, route and the like."""
    told: dict[str, str] = {}
    for piece in HEAD_PIECE.split(header):
        rows = name_index().look_up(piece.strip()) if piece.strip() else ()
        column = CONCEPT_COLUMNS.get(rows[0].label) if rows else None
        if column is not None:
            told.setdefault(column, rows[0].name)
    return told


def _add_key_conditions(passage: Passage, statement: Statement) -> dict[str, str]:
    """The context of a claim with what the name of its field says of material and time: "Storage (powder)"."""
    context = dict(statement.context)
    head = next((cell.text for cell in passage.block.cells if cell.is_head), None)
    head = head or next((cell.header for cell in passage.block.cells), "")
    for row in find_qualifiers(head.replace("_", " ").replace(".", " ")):
        if row.column in CONDITION_COLUMNS and row.column in predicates()[statement.predicate].separates:
            context.setdefault(row.column, row.value)
    return context


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


def find_fields(passage: Passage, topics: Topics) -> Iterator[Field]:
    """Every cell of a row whose key the vocabulary knows, up to the next field of the same line."""
    for found in _find_whole_fields(passage, topics):
        yield replace(found, value=cut_value(passage, found.value))


def _find_whole_fields(passage: Passage, topics: Topics) -> Iterator[Field]:
    cells = [cell for cell in passage.block.cells if cell.text]
    if not cells:
        return
    if (told := _pair_label(passage, cells, topics)) is not None:
        yield told
        return
    head = next((cell for cell in cells if cell.is_head), None)
    if head is None:  # an item of a list in front matter: its key stands in front of the list
        named = ((find_key(cell.header), cell) for cell in cells)
        yield from (Field(row, cell, page_subject(passage, topics)) for row, cell in named if row is not None)
        return
    if (first := _read_first_row(passage, cells)) is not None:
        yield Field(first, replace(cells[1], is_head=False), page_subject(passage, topics))
        return
    yield from _find_row_fields(passage, topics, cells, head)


# Names of fields that only say that a name of a field, or its value, follows: "- label: Class", "  value: Peptide".
LABELS = frozenset({"label", "key", "property", "term", "attribute", "parameter", "spec"})
VALUES = frozenset({"value", "text", "content", "detail", "details", "data"})


def _pair_label(passage: Passage, cells: list[Cell], topics: Topics) -> Field | None:
    """The field of which the block before gives the name and this one the value."""
    if passage.block.kind is not BlockKind.FRONT_MATTER or fold_key(cells[0].text) not in VALUES:
        return None
    before = topics.annotated.page.blocks[max(0, passage.block.index - 1)].cells
    if len(before) != len(cells) or fold_key(before[0].text) not in LABELS or len(cells) < PAIR:
        return None
    row = find_key(before[1].text)
    return Field(row, cells[1], page_subject(passage, topics)) if row is not None else None


PAIR = 2  # cells of a row with a key and its value


def _read_first_row(passage: Passage, cells: list[Cell]) -> KeyRow | None:
    """The key of a row that was taken for the head of a table with two columns, and is a field like the others."""
    heads = all(cell.is_head for cell in cells)
    if passage.block.kind is not BlockKind.TABLE_ROW or len(cells) != PAIR or not heads:
        return None
    named = find_key(cells[1].text) or PLAIN_HEAD.search(cells[1].text)
    compound = any(is_subject(m) for m in passage.mentions if m.start >= cells[1].start)
    return None if named or compound else find_key(cells[0].text)


def _find_row_fields(passage: Passage, topics: Topics, cells: list[Cell], head: Cell) -> Iterator[Field]:
    by_row = _find_row_key(passage, head)
    row_subject = names_in(passage, head, SubjectFrom.TABLE_ROW) if by_row is None else ()
    by_row = by_row or (_find_named_key(passage, head, cells, topics) if row_subject else None)
    numbers = by_row is None or len(head.text) == 1  # "Vial F" is no bioavailability
    if numbers and not row_subject and (column_of_names := find_named_cell(passage, cells, head)) is not None:
        by_row, (head, row_subject) = None, column_of_names
    beside = compares(cells, head)
    measured = by_row is not None and by_row.value == "quantity"
    for cell in cells:
        if cell.is_head or is_beside(cell, cells, head, measured=measured):
            continue
        column = _find_column_key(cell, cells)
        if column is not None and cell.header != head.text and row_subject:
            yield Field(column, cell, row_subject)
        elif column is not None and by_row is not None and {column.predicate, by_row.predicate} <= STORED:
            yield Field(column, cell, page_subject(passage, topics))  # "Reconstituted | 2–8 °C | 28 days"
        elif by_row is not None:
            subject = find_column_subject(topics, cell)
            if subject or not beside:
                several = subject and names_several(passage, head)  # "Tirzepatide vs semaglutide dosage"
                named = () if several else names_in(passage, head, SubjectFrom.TABLE_ROW)  # "CAS (GHK free acid)"
                yield Field(by_row, cell, named or subject or page_subject(passage, topics))
        elif column is not None and column.predicate in TELLING and _names_outcome(passage, head):
            continue  # "Headache | by what it comes about"
        elif column is not None and not row_subject:
            yield Field(column, cell, page_subject(passage, topics))


def _names_outcome(passage: Passage, head: Cell) -> bool:
    """Whether the first cell of a row names a harm or a good, so that the rest of the row is about that one."""
    inside = [m for m in passage.near(head.start, head.end) if m.label in (Label.PROCESS, Label.DISEASE)]
    return bool(inside) and inside[0].start == head.start


def _find_row_key(passage: Passage, head: Cell) -> KeyRow | None:
    """The key of a row by its head, by the fields above it, or as a place in which something is approved."""
    if (row := find_key(head.text)) is not None:
        return row
    path = passage.block.key
    above = passage.block.title
    return (find_above(fold_key(path)) if path else None) or _find_approval(path or f"{above} > {head.text}")


def _find_column_key(cell: Cell, cells: list[Cell]) -> KeyRow | None:
    """The key of a column by its head; in a table of studies a "Type" is their design."""
    row = find_key(cell.header) or _find_approval(cell.header)
    if row is None and WEEKS.fullmatch(cell.header.strip()):  # "Trial | N | Weeks"
        set_up = (find_key(other.header) for other in cells if other is not cell)
        return known_keys()["trial weeks"] if any(r is not None and r.predicate in SET_UP for r in set_up) else None
    if row is not None and row.predicate == "pack_size" and any(OFTEN.search(other.header) for other in cells):
        return known_keys()["dose"]  # "Amount | How often"
    if row is None or row.predicate != "class":
        return row
    beside = (find_key(other.header) for other in cells if other is not cell)
    told = any(other is not None and other.predicate in SET_UP for other in beside)
    return known_keys()["study design"] if told else row


WEEKS = re.compile(r"(?:weeks|wks?\.?)", re.IGNORECASE)
# Columns that tell how often something is taken.
OFTEN = re.compile(r"\b(?:how often|frequency|schedule|times (?:a|per)|per (?:day|week)|timing)\b", re.IGNORECASE)


def _find_approval(name: str) -> KeyRow | None:
    """The key of approvals where the name of a field is a place: "FDA since"."""
    return known_keys()["approved in"] if find_place(name) is not None else None


def _find_named_key(passage: Passage, head: Cell, cells: list[Cell], topics: Topics) -> KeyRow | None:
    """The property of a field that is named by a compound: "GHK mass", or below "Half-life" only "Native GHRH"."""
    if any(cell.header not in ("", head.text) for cell in cells):
        return None
    name = next(m for m in passage.mentions if is_subject(m) and head.start <= m.start and m.end <= head.end)
    behind = passage.between(name.end, head.end)
    row = known_keys().get(fold_key(behind)) or find_by_end(fold_key(f"of {behind}"))
    if row is not None:
        return row
    last = topics.recall_field(passage.block)
    if last is None or last.value != "quantity" or not COMPARES.match(behind):
        return None
    dimension = predicates()[last.predicate].dimension
    inside = [m for m in passage.of(Label.QUANTITY) if m.start >= head.end]
    return last if dimension and inside and has_dimension(inside[0], dimension) else None


# Behind the name of another compound in the head of a row: nothing, or that it stands there to be compared.
COMPARES = re.compile(
    r"^\W*(?:for comparison|by comparison|comparison|reference|control|alone|itself|\([^()]*\))?\W*$", re.IGNORECASE
)


TELLING = frozenset({"primary_mechanism", "class"})  # "Class: triple agonist (GIP/GLP-1/glucagon)"


def read_mechanisms(passage: Passage, topics: Topics) -> Iterator[Passage]:
    """The cells that tell a mechanism or effects, each as a passage on whom the row is about: "BDNF upregulation"."""
    if passage.block.kind is BlockKind.FRONT_MATTER:  # a slug such as "collagen-synthesis-stimulation"
        return
    for found in find_fields(passage, topics):
        told = found.row.predicate in TELLING or found.row.value == "benefits" or found.row.id == HARMS
        if told and found.subjects and len(found.value.text) <= LONGEST_VALUE:
            item = replace(passage.block, kind=BlockKind.LIST_ITEM, cells=())  # "Better sleep" needs no verb there
            yield replace(passage.narrow(found.value, found.subjects), block=item)


def read_cells(passage: Passage, topics: Topics) -> Iterator[Passage]:
    """The cells of a row that no key explains, each as a passage about the row's or the column's compound."""
    cells = [cell for cell in passage.block.cells if cell.text]
    head = next((cell for cell in cells if cell.is_head), None)
    if head is None:
        return
    stranger = find_in_row(passage, head)
    owner = names_in(passage, head, SubjectFrom.TABLE_ROW) or ((stranger,) if stranger is not None else ())
    given = (other for other in cells if TESTED.search(other.header))
    tested = next((names for other in given if (names := names_in(passage, other, SubjectFrom.TABLE_ROW))), ())
    beside = compares(cells, head)
    own = () if beside else page_subject(passage, topics)
    for cell in cells:
        if cell.is_head or find_key(cell.header) or find_key(head.text):
            continue
        subject = tested or owner or find_column_subject(topics, cell) or own
        if subject or not (beside or passage.block.table in topics.named_tables):
            yield passage.narrow(cell, subject)
