"""Rows held beside all others: words, names and numbers that two of them claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.lexicon import (
    CONCEPT_FILES,
    Ambiguity,
    Concept,
    Finding,
    Kind,
    Line,
    concept_index,
    placed_rows,
)
from pipeline.lexicon_check.concepts import fold_name, list_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


ONE_SUBSTANCE = ("cas", "pubchem_cid", "unii", "inchikey")  # a number of these names one substance


def find_shared_names() -> Iterator[Finding]:
    """Names that lead to several concepts and are not declared to."""
    index = name_index()
    declared = {fold_name(name): row.means for _, row in placed_rows("ambiguous", Ambiguity) for name in row.names}
    lines = {row.id: line for name in CONCEPT_FILES for line, row in placed_rows(name, Concept)}
    names = {fold_name(name): name for row in concept_index().values() for name in list_names(row)}
    for name in names.values():
        owners = tuple(found.id for found in index.look_up(name))
        if owners[1:] and declared.get(fold_name(name)) != owners:
            theirs = [owner for owner in owners if not lines[owner].is_ours]
            told = (theirs or owners)[-1]
            others = ", ".join(f"{owner} ({lines[owner]})" for owner in owners if owner != told)
            remedy = "keep it in one row, or declare it in ambiguous.jsonl"
            yield Finding(lines[told], told, f"'{name}' leads also to {others}; {remedy}")


def find_shared_numbers() -> Iterator[Finding]:
    """Identifiers of one substance that two compounds have."""
    owners: dict[tuple[str, str], tuple[Line, str]] = {}
    for line, row in sort_ours_first(placed_rows("compounds", Concept)):
        for kind in ONE_SUBSTANCE:
            for number in row.identifiers.get(kind, ()):
                first, owner = owners.setdefault((kind, number), (line, row.id))
                if owner != row.id:
                    yield Finding(
                        line, row.id, f"{kind} {number} belongs also to {owner} ({first}); one of them is wrong"
                    )


def sort_ours_first(placed: Iterable[tuple[Line, Kind]]) -> list[tuple[Line, Kind]]:
    """What a user's row shares with one of ours is told of the user's."""
    return sorted(placed, key=lambda row: not row[0].is_ours)
