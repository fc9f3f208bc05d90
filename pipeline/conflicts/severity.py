"""How urgently a person should look: the predicate's weight, lowered by what speaks for an innocent reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.conflicts.sides import YEAR
from pipeline.conflicts.slots import missing_context
from pipeline.lexicon import label_question, predicates
from pipeline.schema import Certainty, ConflictKind, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.conflicts.sides import Draft

LADDER = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)
# Numbers closer than this share are a matter of digits, forms or labels before they are two facts.
SMALL_DIFFERENCE = 0.01
# On these scales a share of the value means nothing: years, degrees, counted residues.
NO_SHARES = frozenset({"a", "Cel", "{residue}"})
WEAK = frozenset({Certainty.HEDGED, Certainty.ANECDOTAL})


def rate_severity(draft: Draft, families: Mapping[str, str], *, both_hold: bool = False) -> tuple[Severity, str]:
    """Severity of a conflict and the factors that gave it."""
    if draft.kind is ConflictKind.CERTAINTY:
        return _rate_certainty(draft)
    if draft.kind is ConflictKind.COVERAGE:
        return Severity.LOW, "lists may differ without a contradiction"
    weight = max((predicates()[m.claim.predicate].severity for m in draft.members), key=_urgency)
    factors = [f"{label_question(draft.slot.question)} weighs {weight}"]
    if draft.kind is ConflictKind.COMPUTED:
        return weight, "; ".join([*factors, "refuted by the page's own words"])
    lowered = 0
    for reason in _lowering(draft, families, both_hold=both_hold):
        lowered += 1
        factors.append(f"one lower: {reason}")
    floor = max(2, LADDER.index(weight))
    return LADDER[min(LADDER.index(weight) + lowered, floor)], "; ".join(factors)


def _urgency(severity: Severity) -> int:
    return -LADDER.index(severity)


def _rate_certainty(draft: Draft) -> tuple[Severity, str]:
    if draft.topic in ("open", "doubted"):
        return Severity.MEDIUM, "one side puts forward what the other calls open"
    return Severity.LOW, "one side only hedges what the other asserts"


def _lowering(draft: Draft, families: Mapping[str, str], *, both_hold: bool) -> list[str]:
    reasons: list[str] = []
    if draft.topic.startswith(YEAR):
        reasons.append("the year differs, not the approval")
    if both_hold:
        reasons.append("both wordings can hold")
    sides = {member.side for member in draft.members}
    if any(all(m.claim.certainty in WEAK for m in draft.members if m.side == side) for side in sides):
        reasons.append("one side is hedged or anecdotal only")
    if (column := _unstated(draft)) is not None:
        reasons.append(f"{column} is stated on one side only")
    if _is_small(draft):
        reasons.append(f"the values differ by less than {SMALL_DIFFERENCE:.0%}")
    if draft.scope is Scope.CROSS_SOURCE and len({families[m.claim.source_id] for m in draft.members}) == 1:
        reasons.append("all sources are one text family")
    return reasons


def _unstated(draft: Draft) -> str | None:
    """A separating column that no pair of opposed members states on both sides."""
    columns: set[str] | None = None
    for left in draft.members:
        for right in draft.members:
            if left.side < right.side:
                missing = set(missing_context(left.claim, right.claim, (*draft.slot.separating, "form")))
                columns = missing if columns is None else columns & missing
    return min(columns) if columns else None


def _is_small(draft: Draft) -> bool:
    numbers = [m.claim.base_value for m in draft.members if m.claim.base_unit not in NO_SHARES]
    known = [number for number in numbers if number is not None]
    if draft.kind is not ConflictKind.VALUE or len(known) < len(draft.members) or not max(map(abs, known), default=0):
        return False
    return (max(known) - min(known)) <= SMALL_DIFFERENCE * max(abs(number) for number in known)
