"""Whom the row of a table is about: the compound in its head, in the column of names, or at the head of a column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_foil, is_subject, make_subject
from pipeline.schema import SubjectFrom

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Cell, Mention, Subject

# Heads of columns that hold values of one thing, not values of several.
PLAIN_HEAD = re.compile(
    r"\b(?:details?|values?|informations?|recommendations?|results?|descriptions?|specifications?|parameters?|notes?|data"
    r"|doses?|unit|comments?|reference|source|evidence|status|range|typical|findings?|outcomes?|citations?|observations?)\b",
    re.IGNORECASE,
)


def compares(cells: list[Cell], head: Cell) -> bool:
    """Whether a row sets several things side by side, so that a cell is not about the page's own compound."""
    values = [cell for cell in cells if cell is not head and not cell.is_head]
    heads = {cell.header for cell in values}
    return len(values) > 1 and len(heads) > 1 and not any(PLAIN_HEAD.search(name) for name in heads)


# "Doxorubicin-treated mice", "MPTP model": how animals were made ill.
MODEL = re.compile(
    r"^[-‑– ](?:\w+[- ])?(?:treated|induced|injected|exposed|fed|model|injury|colitis|rats|mice|lesion)", re.IGNORECASE
)


def is_model(passage: Passage, mention: Mention) -> bool:
    """Whether a name is that of a drug or toxin by which an illness is brought about."""
    return is_foil(mention.name) and MODEL.match(passage.between(mention.end, mention.end + LONGEST_MODEL)) is not None


LONGEST_MODEL = 24  # code points behind a name


def names_in(passage: Passage, cell: Cell, origin: SubjectFrom) -> tuple[Subject, ...]:
    """The first compound that a cell names."""
    named = [
        m
        for m in passage.mentions
        if is_subject(m) and cell.start <= m.start and m.end <= cell.end and not is_model(passage, m)
    ]
    return tuple(make_subject(m, origin) for m in named[:1])


# The column that names what a row is about, behind one that only numbers the rows: "Vial | Label | Purity".
NAMES = re.compile(
    r"\b(?:labels?|labell?ed as|products?|names?|items?|articles?|goods|contents?|sold as|declared|claimed|analytes?"
    r"|molecules?|sequences?|drugs?|agents?|compounds?|peptides?|substances?|medicines?)\b",
    re.IGNORECASE,
)


def find_named_cell(passage: Passage, cells: list[Cell], head: Cell) -> tuple[Cell, tuple[Subject, ...]] | None:
    """The cell that names what a row is about where its head does not, with the compound that it names."""
    for cell in cells:
        if cell is head or cell.is_head or not NAMES.search(cell.header):
            continue
        if subjects := names_in(passage, cell, SubjectFrom.TABLE_ROW):
            return cell, subjects
    return None


def names_several(passage: Passage, cell: Cell) -> bool:
    """Whether a cell names more than one compound."""
    named = {m.concept_id for m in passage.mentions if is_subject(m) and cell.start <= m.start and m.end <= cell.end}
    return len(named) > 1


# Columns that number the rows in front of their names, "Code | Product".
CODED = re.compile(r"\b(?:code|sku|id|no|number|cat|ref|lot|batch|rank)\b|[#№]", re.IGNORECASE)
# Columns that tell how something was measured, or what there is to say of it: "Method", "Notes".
HOW = re.compile(r"(?:(?:test|analytical) )?(?:methods?|techniques?|procedures?|instruments?|units?)", re.IGNORECASE)
NOTES = re.compile(r"(?:notes?|comments?|remarks?)", re.IGNORECASE)
KEY_AND_VALUE = 2  # columns of a table in which even a "Note" is the value


def is_beside(cell: Cell, cells: list[Cell], head: Cell, *, measured: bool) -> bool:
    """Whether a cell stands beside the value of a row, and holds no value itself; `measured` where that is a number."""
    if cell.start < head.start and CODED.search(cell.header):
        return True
    name = cell.header.strip()
    return HOW.fullmatch(name) is not None or (
        measured and len(cells) > KEY_AND_VALUE and NOTES.fullmatch(name) is not None
    )


def find_column_subject(topics: Topics, cell: Cell) -> tuple[Subject, ...]:
    """The compound that heads the column of a table with one compound a column."""
    return topics.find_name(cell.header, SubjectFrom.TABLE_COLUMN)


def page_subject(passage: Passage, topics: Topics) -> tuple[Subject, ...]:
    """The only compound that the text around a passage is about, if there is one."""
    if passage.block.table is not None and passage.block.table in topics.named_tables:
        return ()
    implied = topics.implied(passage.block)
    return implied if len(implied) == 1 else ()


# The column of a table of studies that names what was given.
TESTED = re.compile(r"\b(?:form|compound|peptide|substance|treatment|intervention|agent|drug)s?\b", re.IGNORECASE)
