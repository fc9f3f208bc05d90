"""Predicates and the questions that they answer, in the order of the vocabulary."""

from __future__ import annotations

from pipeline.lexicon import label_question, predicates


def question_of(predicate: str) -> str:
    """The question that claims of a predicate answer: its group, or the predicate itself."""
    row = predicates().get(predicate)
    return (row and row.question) or predicate


def question_rank(name: str) -> tuple[int, str]:
    """Sort key of a predicate or question: the order of the vocabulary, unknown names last."""
    order = _question_order()
    return order.get(name, len(order)), name


def predicate_rank(name: str) -> tuple[int, str]:
    """Sort key of a predicate: its place in the vocabulary, unknown names last."""
    names = list(predicates())
    return (names.index(name) if name in predicates() else len(names)), name


def say_name(name: str) -> str:
    """A predicate or question as a person reads it: `half_life` is "half-life"."""
    return label_question(name)


def _question_order() -> dict[str, int]:
    order: dict[str, int] = {}
    for place, row in enumerate(predicates().values()):
        order.setdefault(row.question or row.id, place)
        order.setdefault(row.id, place)
    return order
