"""Every row of the extraction lexicons fires where it says, and nowhere else."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

import pytest

from conftest import make_page
from pipeline.extract import extract_statements
from pipeline.extract.prose import Gap
from pipeline.extract.qualifiers import Qualifier
from pipeline.extract.subjects import SubjectRow
from pipeline.lexicon import KeyRow, Rule, predicates, read_rows
from pipeline.schema import Polarity

if TYPE_CHECKING:
    from pipeline.annotate import Annotator
    from pipeline.page import Statement

RULES = read_rows("rules", Rule)


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
    else:
        said = statement.object_text or ""
    return f"{subject} {negated}{statement.predicate} {said}"


@pytest.mark.parametrize("rule", RULES, ids=attrgetter("id"))
def test_each_rule_makes_the_claim_that_its_example_names(rule: Rule, annotator: Annotator) -> None:
    assert rule.fires
    for example in rule.fires:
        passage, _, expected = example.partition(" => ")
        made = extract_statements(annotator.annotate(make_page(passage))).statements
        assert expected in [say(statement) for statement in made if statement.rule == rule.id]


@pytest.mark.parametrize("rule", RULES, ids=attrgetter("id"))
def test_each_rule_is_silent_where_it_says(rule: Rule, annotator: Annotator) -> None:
    assert rule.spares
    for example in rule.spares:
        made = extract_statements(annotator.annotate(make_page(example))).statements
        assert [say(statement) for statement in made if statement.rule == rule.id] == []


WORDED = (*read_rows("qualifiers", Qualifier), *read_rows("subjects", SubjectRow), *read_rows("gaps", Gap))


@pytest.mark.parametrize("row", WORDED, ids=attrgetter("id"))
def test_each_trigger_fires_and_spares(row: Qualifier | SubjectRow | Gap) -> None:
    trigger = re.compile(row.trigger, re.IGNORECASE)
    assert row.fires
    assert row.spares
    assert all(trigger.search(text) for text in row.fires)
    assert not any(trigger.search(text) for text in row.spares)


def test_every_row_names_a_predicate_of_the_vocabulary() -> None:
    named = {row.predicate for row in RULES} | {row.predicate for row in read_rows("keys", KeyRow)}
    assert named | {row.predicate for row in read_rows("gaps", Gap)} <= set(predicates())
