"""Rows that make claims against their examples: rules, triggers, keys and predicates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.annotate import Annotator
from pipeline.extract import extract_statements
from pipeline.extract.keys import find_key
from pipeline.lexicon import (
    KeyRow,
    Predicate,
    Rule,
    predicates,
    remember,
)
from pipeline.lexicon_check.examples import EXAMPLE, find_missing_examples, read_words
from pipeline.page import Block, OffsetMap, Page, Piece, Source
from pipeline.quantity.units import dimension_of
from pipeline.schema import BlockKind, Polarity, SourceKind
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.naming import SubjectRow
    from pipeline.extract.phrases import PhraseWords
    from pipeline.extract.qualifiers import Qualifier
    from pipeline.extract.rules import Gap
    from pipeline.extract.verbs import EffectWords
    from pipeline.page import Statement


def find_rule_faults(row: Rule) -> Iterator[str]:
    """Examples of which the rule does not make the claim that they name, or in which it is not silent."""
    yield from find_missing_examples(row.fires, row.spares)
    for example in row.fires:
        passage, _, expected = example.partition(EXAMPLE)
        made = _list_claims(row, passage)
        if expected not in made:
            yield f"'{passage}' gives {made or 'no claim'}, not '{expected}'; mend the trigger or the example"
    for passage in row.spares:
        if made := _list_claims(row, passage):
            yield f"'{passage}' gives {made}, where it should be silent; mend the trigger or the example"


def _list_claims(row: Rule, passage: str) -> list[str]:
    made = extract_statements(_annotator().annotate(_make_page(passage))).statements
    return [say(statement) for statement in made if statement.rule == row.id]


def say(statement: Statement) -> str:
    """A statement as the examples write it: `semax not increases bdnf`."""
    subject = statement.subject.concept_id.partition(":")[2]
    negated = "not " if statement.polarity is Polarity.NEGATED else ""
    mention = statement.object_mention
    if mention is not None and mention.fragment is not None:
        said = (mention.fragment.parent_id or "").partition(":")[2]
    elif statement.quantity is not None:
        said = statement.value_text or ""
    elif statement.object_id and mention is not None:
        said = statement.object_id.partition(":")[2]
    elif statement.object_id is None:
        said = statement.object or ""
    else:
        said = statement.object_text or ""
    return f"{subject} {negated}{statement.predicate} {said}"


@remember
def _annotator() -> Annotator:
    return Annotator(Settings.model_validate({}))


def _make_page(passage: str) -> Page:
    """A page of one paragraph, as plain text would give it."""
    end = len(passage)
    block = Block(
        index=0, kind=BlockKind.PARAGRAPH, section=(), start=0, end=end, raw_start=0, raw_end=end, heading=None
    )
    source = Source("example", "0" * 64, len(passage.encode()), "utf-8", "text/plain", passage)
    offsets = OffsetMap((Piece(0, end, 0, end, verbatim=True),))
    return Page(source, passage, (block,), offsets, SourceKind.OTHER, None, None, None, None, "en")


def find_trigger_faults(row: Qualifier | SubjectRow | Gap | EffectWords | PhraseWords) -> Iterator[str]:
    """Examples that a trigger does not find, or should not find."""
    yield from find_missing_examples(row.fires, row.spares)
    trigger = re.compile(row.trigger, re.IGNORECASE)
    for text in row.fires:
        if not trigger.search(text):
            yield f"the trigger does not find '{text}'; mend the trigger or the example"
    for text in row.spares:
        if trigger.search(text):
            yield f"the trigger finds '{text}', which it should spare; mend the trigger or the example"


def find_key_faults(row: KeyRow) -> Iterator[str]:
    """Field names that do not lead to the row, a unit that its predicate cannot have, and examples."""
    for key in row.keys:
        if (found := find_key(key)) is None or found.id != row.id:
            yield f"the key '{key}' leads to {found.id if found else 'no row'}; keep it in one row"
    dimension = predicates()[row.predicate].dimension
    if row.unit is not None and dimension is not None and dimension_of(row.unit) != dimension:
        yield f"'unit' is {row.unit}, which does not measure {dimension}; mend it"
    for marked in row.fires:
        _, words = read_words(marked)
        if not words or any((found := find_key(word)) is None or found.id != row.id for word in words):
            yield f"no field of this row begins where '{marked}' marks its name; mend the keys or the example"
    for text in row.spares:
        if (found := find_key(text)) is not None and found.id == row.id:
            yield f"'{text}' is a field of this row, which it should not be; mend the keys or the example"


def find_predicate_faults(row: Predicate) -> Iterator[str]:
    """A base unit that does not measure what the predicate says."""
    if row.base_unit is not None and row.dimension is not None and dimension_of(row.base_unit) != row.dimension:
        yield f"'base_unit' {row.base_unit} does not measure {row.dimension}; mend one of them"
