"""Numbers of a second compound without their verb: "Liraglutide's half-life is 13 hours, semaglutide's seven days"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import PLACEBO, is_foil, is_subject, make_subject
from pipeline.extract.statements import state
from pipeline.quantity import dimension_of
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.extract.passages import Passage
    from pipeline.page import Mention, Statement

RULE = "number-gapped"
# What a number can be without words that say so, when the same was just told of another compound.
REPEATED = frozenset(
    {"half_life", "tmax", "molecular_weight", "residue_count", "bioavailability", "purity", "duration_of_effect"}
)
REACH = 60  # code points around a name
# In front of the second name: the sentence begins, or a list goes on.
FRONT = re.compile(
    r"(?:^\W*|[,;:]\s+|\b(?:and|but|while|whereas|against)\s+)(?:that of\s+|for\s+|the\s+|native\s+)*$", re.IGNORECASE
)
# Between the name and its number: "semaglutide's about", "semaglutide (weekly):", "semaglutide manages".
GAP = re.compile(
    r"(?:['’]s)?(?:\s*\([^()]{1,40}\))?\s*[:,–—-]?\s*"
    r"(?:(?:is|has|of|about|around|roughly|some|only|just|nearly|almost|approximately|ca\.?|an?|at|for|manages|gets|reaches"
    r"|lasts|takes|with|the|mere|up to)\s+){0,4}[~≈<>≤≥]?\s*",
    re.IGNORECASE,
)
# Behind the number the sentence or its part ends: not "3 hours later".
ENDS = re.compile(r"\s*(?:$|[.,;:()\]\[–—]|(?:and|but|while|whereas|respectively)\b)", re.IGNORECASE)


def read_gapped(passage: Passage, told: Sequence[Statement], before: Sequence[Statement]) -> Iterator[Statement]:
    """The numbers of further compounds that stand where a number of the first one was told."""
    used = {(m.start, m.end) for item in told for m in item.uses if m.label is Label.QUANTITY}
    for number in passage.of(Label.QUANTITY):
        source = _find_source(number, told, before) if (number.start, number.end) not in used else None
        name = _find_name(passage, number) if source is not None else None
        if source is None or name is None or name.concept_id == source.subject.concept_id:
            continue
        at = (number.start, number.end)
        subject = make_subject(name, SubjectFrom.WRITTEN)
        yield state(passage, subject, source.predicate, RULE, at=at, mention=number, quantity=number.quantity)


def _find_source(number: Mention, told: Sequence[Statement], before: Sequence[Statement]) -> Statement | None:
    """The last statement in front that has a number of the same dimension."""
    here = [item for item in told if item.uses and item.uses[0].start < number.start]
    alike = [item for item in (here or before) if item.predicate in REPEATED and _is_alike(item, number)]
    return alike[-1] if alike else None


def _is_alike(item: Statement, number: Mention) -> bool:
    if item.quantity is None or number.quantity is None:
        return False
    return dimension_of(item.quantity.unit) == dimension_of(number.quantity.unit)


def _find_name(passage: Passage, number: Mention) -> Mention | None:
    """The compound right in front of a number, where nothing else is told of it."""
    names = [m for m in passage.of(Label.COMPOUND) if m.end <= number.start and is_subject(m) and m.concept_id]
    if not names or is_foil(names[-1].name) or names[-1].concept_id == PLACEBO:
        return None
    name = names[-1]
    front, gap = passage.between(name.start - REACH, name.start), passage.between(name.end, number.start)
    if not (FRONT.search(front) and GAP.fullmatch(gap) and ENDS.match(passage.between(number.end, passage.end))):
        return None
    return name
