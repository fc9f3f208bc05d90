"""Designs that a field tells by a word or a number alone: "Blinding: double", "Phase: II", "Masking: none"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.statements import state
from pipeline.lexicon import concept_index
from pipeline.schema import Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import KeyRow
    from pipeline.page import Cell, Statement, Subject

OF_BLINDING = re.compile(r"\b(?:blind\w*|mask(?:ed|ing))\b", re.IGNORECASE)
BLINDED = re.compile(
    r"^\W*(?:(?P<double>double)|(?P<single>single)|(?P<triple>triple|quadruple)|(?P<open>none|no|open|unblinded|unmasked))\b[^;,]*$",
    re.IGNORECASE,
)
BLINDINGS = {
    "double": "design:double-blind",
    "single": "design:single-blind",
    "triple": "design:triple-blind",
    "open": "design:open-label",
}
OF_PHASE = re.compile(r"\bphase\b", re.IGNORECASE)
PHASE = re.compile(r"^\W*(?P<number>[1-4]|IV|I{1,3})[ab]?\W*$")
PHASES = {"I": "1", "II": "2", "III": "3", "IV": "4"}


def find_design(head: str, value: str) -> str | None:
    """The design that a value means under the name of its field, by its id; None where the value says it in full."""
    if OF_BLINDING.search(head) and (told := BLINDED.match(value)) is not None:
        return BLINDINGS[told.lastgroup or "open"]
    if OF_PHASE.search(head) and (told := PHASE.match(value)) is not None:
        return f"design:phase-{PHASES.get(told['number'], told['number'])}"
    return None


def read_bare_design(passage: Passage, row: KeyRow, cell: Cell, subject: Subject) -> Iterator[Statement]:
    """The design that a cell tells by a word or a number under the name of its field or column."""
    heads = (cell.header, *(other.text for other in passage.block.cells if other.is_head))
    design = next((design for head in heads if (design := find_design(head, cell.text)) is not None), None)
    concept = concept_index().get(design or "")
    if concept is None:
        return
    at = (cell.start, cell.end)
    made = state(passage, subject, row.predicate, row.id, at=at, words=concept.name, object_id=concept.id)
    yield replace(made, polarity=Polarity.AFFIRMED, cue=None)  # "Masking: none" denies no design
