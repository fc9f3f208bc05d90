"""Rows on the words beside names against their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.components.links import GenericRow, Links, Modification
from pipeline.components.names import unify_signs
from pipeline.lexicon import (
    remember,
)
from pipeline.lexicon_check.concepts import find_concepts, load_concepts
from pipeline.lexicon_check.examples import find_missing_examples, read_marks, read_words, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.components.coined import Definition
    from pipeline.components.cores import EdgeRow
    from pipeline.page import Mention


def find_edge_faults(row: EdgeRow) -> Iterator[str]:
    """Examples in which the name is not the marked part of what is found, or in which a part is taken for the name."""
    yield from find_missing_examples(row.fires, row.spares)
    for marked in row.fires:
        text, spans = read_marks(marked)
        found = [mention.core for mention in find_concepts(text) if mention.core in spans]
        if not spans or found != spans:
            yield f"no name is found where '{marked}' marks it; mend the words or the example"
    for text in row.spares:
        if cores := [mention.name for mention in find_concepts(text) if mention.core is not None]:
            yield f"in '{text}' only {', '.join(cores)} is taken for the name; mend the words or the example"


def find_definition_faults(row: Definition) -> Iterator[str]:
    """Examples in which another name is introduced than the marked one, or in which any is."""
    yield from find_missing_examples(row.fires, row.spares)
    for marked in row.fires:
        text, spans = read_marks(marked)
        found = [(m.start, m.end) for m in find_concepts(text) if m.how == "pattern:defined-name"]
        if found != spans:
            yield f"'{marked}' introduces {show(text, found)}; mend the words or the example"
    for text in row.spares:
        if found := [(m.start, m.end) for m in find_concepts(text) if m.how == "pattern:defined-name"]:
            yield f"'{text}' introduces {show(text, found)}, which it should not; mend the words or the example"


def find_generic_faults(row: GenericRow) -> Iterator[str]:
    """Examples that are no word of the row, and near words that are."""
    yield from find_missing_examples(row.fires, row.spares)
    words = {word.casefold() for word in row.words}
    for marked in row.fires:
        if not {word.casefold() for word in read_words(marked)[1]} <= words:
            yield f"'{marked}' marks no word of the row; mend the words or the example"
    for text in row.spares:
        if text.casefold() in words:
            yield f"'{text}' is a word of the row, which it should not be; mend the words or the example"


def find_modification_faults(row: Modification) -> Iterator[str]:
    """Examples in which group and name do not make a compound of their own, or in which any group does."""
    yield from find_missing_examples(row.fires, row.spares)
    for marked in row.fires:
        text, words = read_words(marked)
        found = [(mention.text, mention.concept_id) for mention in _link(text)]
        if not words or found != [(word, f"local:{unify_signs(word).casefold()}") for word in words]:
            yield f"'{marked}' marks no compound of its own; mend the words or the example"
    for text in row.spares:
        if modified := [mention.text for mention in _link(text) if mention.how.startswith("modified:")]:
            yield f"in '{text}' {', '.join(modified)} is taken for a compound of its own; mend the words or the example"


def _link(text: str) -> list[Mention]:
    return _links().link(text, list(load_concepts().find(text)))


@remember
def _links() -> Links:
    return Links(name_index())
