"""What no run can work with: links, predicates, units and columns that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.rules import Gap
from pipeline.lexicon import (
    Concept,
    KeyRow,
    Predicate,
    Rule,
    Unit,
    concept_index,
    predicates,
    units,
)
from pipeline.quantity.units import dimension_of
from pipeline.schema import CONTEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def find_lost_predicate(row: Rule | Gap | KeyRow) -> Iterator[str]:
    """A predicate that the vocabulary lacks, and context columns that no table has."""
    if row.predicate not in predicates():
        yield f"'predicate' is {row.predicate}, which is not in the vocabulary; see predicates.jsonl"
    context = {} if isinstance(row, Gap) else row.context
    for column in context.keys() - set(CONTEXT_COLUMNS):
        yield f"'context' names {column}, which is no context column; take one of {', '.join(CONTEXT_COLUMNS)}"


def find_lost_unit(row: Unit) -> Iterator[str]:
    """A base unit that no row has, or that measures something else."""
    base = units().get(row.base)
    if base is None:
        yield f"'base' is {row.base}, which is the 'ucum' of no row; add that row or name another"
    elif base.dimension != row.dimension:
        yield f"'base' is {row.base}, which measures {base.dimension}, not {row.dimension}; name another"


def find_lost_columns(row: Predicate) -> Iterator[str]:
    """Context columns and units of a predicate that do not exist."""
    for column in {*row.key, *row.separates} - set(CONTEXT_COLUMNS):
        yield f"{column} is no context column; take one of {', '.join(CONTEXT_COLUMNS)}"
    if row.base_unit and dimension_of(row.base_unit) is None:
        yield f"'base_unit' is {row.base_unit}, which no unit gives; see units.jsonl"
