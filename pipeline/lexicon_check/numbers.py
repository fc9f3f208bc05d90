"""Rows of units and number words against their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lexicon_check.examples import read_words
from pipeline.quantity import find_quantities
from pipeline.quantity.units import base_of, dimension_of, parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.lexicon import (
        Unit,
    )
    from pipeline.quantity.words import NumberWords


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
