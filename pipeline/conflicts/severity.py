"""How urgently a person should look: the predicate's weight, lowered by what speaks for an innocent reading."""

from __future__ import annotations

from itertools import combinations, islice
from math import isclose
from typing import TYPE_CHECKING

from pipeline.conflicts.sides import YEAR
from pipeline.lexicon import label_question, predicates
from pipeline.schema import Certainty, Comparator, ConflictKind, Polarity, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.conflicts.sides import Draft

LADDER = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)
# Numbers closer than this share are a matter of digits, forms or labels before they are two facts.
SMALL_DIFFERENCE = 0.01
# On these scales a share of the value means nothing: years, degrees, counted residues.
NO_SHARES = frozenset({"a", "Cel", "{residue}"})
WEAK = frozenset({Certainty.HEDGED, Certainty.ANECDOTAL})


def rate_severity(draft: Draft, voices: int, *, both_hold: bool = False) -> tuple[Severity, str]:
    """Severity of a conflict between a number of independent texts, and the factors that gave it."""
    if draft.kind is ConflictKind.CERTAINTY:
        return _rate_certainty(draft)
    if draft.kind is ConflictKind.COVERAGE:
        return Severity.LOW, "lists may differ without a contradiction"
    weight = max((predicates()[m.claim.predicate].severity for m in draft.members), key=_urgency)
    factors = [f"{label_question(draft.slot.question)} weighs {weight}"]
    if draft.kind is ConflictKind.COMPUTED:
        return weight, "; ".join([*factors, "refuted by the page's own words"])
    lowered = 0
    for reason in _lowering(draft, voices, both_hold=both_hold):
        lowered += 1
        factors.append(f"one lower: {reason}")
    factors.extend(f"noted: {note}" for note in islice(_note_slips(draft), MOST_NOTES))
    floor = max(2, LADDER.index(weight))
    return LADDER[min(LADDER.index(weight) + lowered, floor)], "; ".join(factors)


def _urgency(severity: Severity) -> int:
    return -LADDER.index(severity)


def _rate_certainty(draft: Draft) -> tuple[Severity, str]:
    if draft.topic in ("open", "doubted"):
        return Severity.MEDIUM, "one side puts forward what the other calls open"
    return Severity.LOW, "one side only hedges what the other asserts"


def _lowering(draft: Draft, voices: int, *, both_hold: bool) -> list[str]:
    reasons: list[str] = []
    if draft.topic.startswith(YEAR):
        reasons.append("the year differs, not the approval")
    if both_hold:
        reasons.append("both wordings can hold")
    if draft.kind is ConflictKind.POLARITY and _is_mere_binding(draft):
        reasons.append("to bind a receptor is not yet to activate it")
    sides = {member.side for member in draft.members}
    if any(all(m.claim.certainty in WEAK for m in draft.members if m.side == side) for side in sides):
        reasons.append("one side is hedged or anecdotal only")
    if (column := _unstated(draft)) is not None:
        reasons.append(f"{column} is stated on one side only")
    if _is_small(draft):
        reasons.append(f"the values differ by less than {SMALL_DIFFERENCE:.0%}")
    if draft.scope is Scope.CROSS_SOURCE and voices == 1:
        reasons.append("all sources are one text family")
    return reasons


def _is_mere_binding(draft: Draft) -> bool:
    """Whether one side says that a receptor is bound, and the other only that nothing happens there."""
    said = {(member.claim.predicate, member.claim.polarity) for member in draft.members}
    affirmed = {predicate for predicate, polarity in said if polarity is Polarity.AFFIRMED}
    return affirmed == {"binds"} and ("binds", Polarity.NEGATED) not in said


def _unstated(draft: Draft) -> str | None:
    """A separating column that no pair of opposed members states on both sides."""
    context = (*draft.slot.separating, "form")
    stated = {
        (member.side, frozenset(column for column in context if getattr(member.claim, column) is not None))
        for member in draft.members
    }
    missing = [said ^ told for side, said in stated for other, told in stated if side < other]
    return min(frozenset.intersection(*missing), default=None) if missing else None


def _is_small(draft: Draft) -> bool:
    numbers = [m.claim.base_value for m in draft.members if m.claim.base_unit not in NO_SHARES]
    known = [number for number in numbers if number is not None]
    if draft.kind is not ConflictKind.VALUE or len(known) < len(draft.members) or not max(map(abs, known), default=0):
        return False
    return (max(known) - min(known)) <= SMALL_DIFFERENCE * max(abs(number) for number in known)


# What a misplaced point, or milli for micro, does to a number.
SLIPS = (10, 100, 1000, 1_000_000)
SLIP_SHARE = 0.02  # both numbers may have been rounded
MOST_NOTES = 2  # slips that are spelled out
POINTS = frozenset({Comparator.EQUAL, Comparator.ABOUT})


def _note_slips(draft: Draft) -> Iterator[str]:
    """What looks like a slip between two sides: it explains a difference, and does not remove it."""
    if draft.kind is not ConflictKind.VALUE:
        return
    firsts = {member.side: member.claim for member in reversed(draft.members)}
    points = [c for c in firsts.values() if c.comparator in POINTS and c.base_unit not in NO_SHARES and c.base_value]
    for one, other in combinations(sorted(points, key=lambda claim: claim.base_value or 0.0), 2):
        ratio = (other.base_value or 0.0) / (one.base_value or 1.0)
        factor = next((slip for slip in SLIPS if isclose(ratio, slip, rel_tol=SLIP_SHARE)), None)
        if factor is not None:
            yield f"{other.value_text} is {factor:,} times {one.value_text}, as after a slip of the point or the unit"
        elif one.value == other.value and one.unit != other.unit:
            yield f"{one.value_text} and {other.value_text} have one number and two units"
