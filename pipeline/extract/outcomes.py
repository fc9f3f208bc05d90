"""Columns that name an effect and hold its size: "Weight loss, semaglutide"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.extract.keys import find_key
from pipeline.extract.rows import find_column_subject, names_in, page_subject
from pipeline.extract.statements import state
from pipeline.extract.values import has_dimension
from pipeline.lexicon import Rule, concept_index, predicates, read_rows, remember
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Cell, Statement, Subject


def read_outcomes(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The sizes of effects in the cells of a row, each on whom its row or column is about."""
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    for cell in passage.block.cells:
        if cell.is_head or not cell.header or find_key(cell.header):
            continue
        rule = _find_effect(cell.header)
        if rule is None and head is not None and find_column_subject(topics, cell):  # "Mean weight loss | 15 % | 20 %"
            if name_index().look_up(head.text.strip(" *_")):
                continue  # a name alone is read as what goes up or down
            rule = _find_effect(head.text)
        concept = concept_index().get(rule.says or "") if rule is not None else None
        sizes = [m for m in passage.of(Label.QUANTITY) if cell.start <= m.start and m.end <= cell.end]
        fitting = [m for m in sizes if has_dimension(m, "fraction")]
        if rule is None or concept is None or not fitting or not WHOLE.match(cell.text):
            continue
        subjects = _find_treated(passage, topics, cell)
        for subject in subjects[:1]:
            made = state(
                passage,
                subject,
                rule.predicate,
                rule.id,
                at=(fitting[0].start, fitting[0].end),
                words=concept.name,
                object_id=concept.id,
                uses=(fitting[0],),
            )
            sized = replace(made, quantity=fitting[0].quantity, value_text=fitting[0].text)
            yield name_study(passage, sized)


def _find_effect(words: str) -> Rule | None:
    """The rule whose effect the words of a head tell: "Weight loss, semaglutide"."""
    return next((rule for rule, trigger in sized_effects() if trigger.search(words)), None)


def _find_treated(passage: Passage, topics: Topics, cell: Cell) -> tuple[Subject, ...]:
    """Whom the size of an effect is told of: the compound at the head of its row or column, else the page's own."""
    head = next((other for other in passage.block.cells if other.is_head), None)
    own = names_in(passage, head, SubjectFrom.TABLE_ROW) if head is not None else ()
    if head is not None and UNTREATED.match(head.text):
        return ()
    return own or find_column_subject(topics, cell) or page_subject(passage, topics)


# "Placebo | 2.1 %": those who were given nothing.
UNTREATED = re.compile(r"\W*(?:placebo|controls?|vehicle|untreated|baseline|sham)\b", re.IGNORECASE)
# A cell that holds a number and at most a word or two: "14.1%", "about 15% of body weight".
WHOLE = re.compile(r"^\W*(?:\w+\W+){0,2}[\d.,–-]+\s?%\W*(?:[\w-]+\W*){0,4}$")


@remember
def sized_effects() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """Sentence rules that name an effect by themselves and ask for its size."""
    rows = [row for row in read_rows("rules", Rule) if row.says is not None and Label.QUANTITY in row.object]
    return tuple((row, re.compile(row.trigger, re.IGNORECASE)) for row in rows)


def name_study(passage: Passage, statement: Statement) -> Statement:
    """A fact on a study belongs to the study that heads the row, else to the one that the section is about."""
    if "study" not in predicates()[statement.predicate].key or "study" in statement.context:
        return statement
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    named = head.text if head is not None and find_key(head.text) is None else None
    study = named or (passage.block.title or None)
    return replace(statement, context={**statement.context, "study": study}) if study else statement
