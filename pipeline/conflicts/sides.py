"""From the claims of one slot to conflicts: who contradicts whom, and which sides that makes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.conflicts.differences import find_difference, name_fragment, name_value, read_peptide, says_same
from pipeline.conflicts.slots import SAMENESS, is_firm, meeting_context, separating_columns
from pipeline.schema import Certainty, ConflictKind, Polarity, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.conflicts.differences import Difference
    from pipeline.conflicts.slots import Slot
    from pipeline.schema import ClaimRow


@dataclass(frozen=True, slots=True)
class Member:
    """One claim on one side."""

    side: str
    claim: ClaimRow
    says: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A conflict before severity, arbiter and life cycle."""

    slot: Slot
    kind: ConflictKind
    scope: Scope
    source_id: str | None  # of a conflict inside one source
    members: tuple[Member, ...]
    details: tuple[str, ...]  # what the pairs say, without doubles
    arithmetic: str | None = None
    computed: str | None = None  # the value that the arithmetic gives
    topic: str = ""  # tells conflicts of one slot and kind apart in their ids


@dataclass(frozen=True, slots=True)
class Apparent:
    """A difference that an explainer removed."""

    slot: Slot
    reason: str
    detail: str
    claims: tuple[ClaimRow, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims that cannot both hold."""

    left: ClaimRow
    right: ClaimRow
    difference: Difference


def read_slot(slot: Slot) -> Iterator[Draft | Apparent]:
    """The conflicts of one slot, and the differences that are none."""
    slot = replace(slot, claims=tuple(_share_forms(slot.claims)))
    by_kind: dict[ConflictKind, list[Pair]] = defaultdict(list)
    apparent: dict[str, list[Pair]] = defaultdict(list)
    for left, right in combinations(slot.claims, 2):
        difference = find_difference(slot, left, right)
        if difference is None:
            continue
        if difference.explained:
            apparent[difference.explained].append(Pair(left, right, difference))
        elif Certainty.OPEN not in (left.certainty, right.certainty):
            by_kind[difference.kind].append(Pair(left, right, difference))
    for kind in sorted(by_kind):
        yield from _draft_pairs(slot, kind, by_kind[kind])
    yield from _draft_certainty(slot)
    yield from _draft_years(slot)
    for reason in sorted(apparent):
        claims = _unique(claim for pair in apparent[reason] for claim in (pair.left, pair.right))
        details = dict.fromkeys(pair.difference.detail for pair in apparent[reason])
        yield Apparent(slot, reason, "; ".join(list(details)[:MOST_DETAILS]), claims)


def _draft_years(slot: Slot) -> Iterator[Draft]:
    """Sources that each know one year of approval in one place, and not the same.

    A source with several years tells of several products or uses.
    """
    if slot.question != "status":
        return
    dated: dict[str, dict[str, list[ClaimRow]]] = defaultdict(lambda: defaultdict(list))
    for claim in slot.claims:
        if claim.value is not None and claim.polarity is Polarity.AFFIRMED and claim.object_id is not None:
            dated[claim.object_id][claim.source_id].append(claim)
    for place in sorted(dated):
        lone = {source: rows for source, rows in dated[place].items() if len({row.value for row in rows}) == 1}
        by_year: dict[float, list[ClaimRow]] = defaultdict(list)
        for source in sorted(lone):
            by_year[lone[source][0].value or 0.0].extend(lone[source])
        if len(by_year) < 2:  # noqa: PLR2004  (one year is no disagreement)
            continue
        years = sorted(by_year)
        members = tuple(
            Member(letter, claim, f"{say_value(slot, claim)} in {year:.0f}")
            for letter, year in zip(_letters(len(years)), years, strict=True)
            for claim in by_year[year]
        )
        detail = " against ".join(f"{year:.0f}" for year in years)
        yield Draft(slot, ConflictKind.VALUE, Scope.CROSS_SOURCE, None, members, (detail,), topic=f"{YEAR}{place}")


YEAR = "year:"


def _share_forms(claims: tuple[ClaimRow, ...]) -> Iterator[ClaimRow]:
    """A value that its source states again without naming the form is still of that form."""
    named = {(c.source_id, c.predicate, name_value(c)): c.form for c in claims if c.form}
    for claim in claims:
        form = claim.form or named.get((claim.source_id, claim.predicate, name_value(claim)))
        yield claim if form == claim.form else claim.model_copy(update={"form": form})


# Differences that one explained row or one headline spells out; the members hold the rest.
MOST_DETAILS = 6


def _draft_pairs(slot: Slot, kind: ConflictKind, pairs: list[Pair]) -> Iterator[Draft]:
    """One conflict across sources, and one inside each source that contradicts itself."""
    across = [pair for pair in pairs if pair.left.source_id != pair.right.source_id]
    if across:
        yield _make_draft(slot, kind, Scope.CROSS_SOURCE, None, across)
    within: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.left.source_id == pair.right.source_id:
            within[pair.left.source_id].append(pair)
    for source_id in sorted(within):
        yield _make_draft(slot, kind, Scope.WITHIN_SOURCE, source_id, within[source_id])


def _make_draft(slot: Slot, kind: ConflictKind, scope: Scope, source_id: str | None, pairs: list[Pair]) -> Draft:
    claims = _unique(claim for pair in pairs for claim in (pair.left, pair.right))
    sides = _split_sides(kind, claims, pairs)
    members = tuple(
        Member(letter, claim, say_value(slot, claim))
        for letter, side in zip(_letters(len(sides)), sides, strict=True)
        for claim in side
    )
    details = tuple(dict.fromkeys(pair.difference.detail for pair in pairs))
    return Draft(slot, kind, scope, source_id, members, details[:MOST_DETAILS])


def _split_sides(kind: ConflictKind, claims: tuple[ClaimRow, ...], pairs: list[Pair]) -> list[list[ClaimRow]]:
    """Claims that do not contradict each other, in the order of their normalised value; a claim takes one side."""
    if kind is ConflictKind.POLARITY:
        return [[c for c in claims if c.polarity is polarity] for polarity in (Polarity.AFFIRMED, Polarity.NEGATED)]
    if any(claim.predicate == SAMENESS for claim in claims):
        return [[c for c in claims if says_same(c) is same] for same in (True, False)]
    if kind is ConflictKind.DIRECTION:
        return [[c for c in claims if c.predicate == name] for name in sorted({c.predicate for c in claims})]
    opposed = {(pair.left.claim_id, pair.right.claim_id) for pair in pairs}
    opposed |= {(right, left) for left, right in opposed}
    sides: list[list[ClaimRow]] = []
    for claim in sorted(claims, key=_value_order):
        for side in sides:
            if all((claim.claim_id, other.claim_id) not in opposed and _alike(claim, other) for other in side):
                side.append(claim)
                break
        else:
            sides.append([claim])
    return sides


def _alike(one: ClaimRow, other: ClaimRow) -> bool:
    """Claims that never met because their contexts differ may still say different things."""
    if one.base_value is not None and other.base_value is not None and one.unit != "{residue}":
        return True
    return _value_order(one)[1:] == _value_order(other)[1:] or one.predicate != other.predicate


# What formulas end with when they write a charge, which is no other substance.
CHARGE = "⁺⁻+-−⁰¹²³⁴"


def _value_order(claim: ClaimRow) -> tuple[str, float, float, str]:
    peptide = read_peptide(claim)
    if peptide is not None:
        return "", float(len(peptide.residues)), 0.0, peptide.residues
    if claim.base_value is not None:
        return "", claim.base_value, claim.base_value_high or claim.base_value, ""
    return "", 0.0, 0.0, name_value(claim).rstrip(CHARGE)


def read_gaps(slot: Slot) -> Iterator[Draft]:
    """What one passage puts forward and another calls unknown."""
    firm = [claim for claim in slot.claims if is_firm(claim) and claim.predicate not in UNTOUCHED]
    if firm:
        yield from _make_certainty(slot, firm, list(slot.gaps), "open")


# "The receptor is unknown" does not question which enzymes are inhibited, nor a number measured at a binding site.
UNTOUCHED = frozenset({"inhibits", "affinity"})


def _draft_certainty(slot: Slot) -> Iterator[Draft]:
    """Firm claims beside open ones; hedged beside asserted ones across sources."""
    firm = [claim for claim in slot.claims if is_firm(claim)]
    sure = {(claim.source_id, claim.predicate, claim.object_id) for claim in firm}
    said = {_what(claim) for claim in firm}
    doubted = [claim for claim in slot.claims if claim.certainty is Certainty.OPEN and _what(claim) in said]
    put = {_what(claim) for claim in doubted}
    if doubted and slot.question in HEDGED_QUESTIONS:
        yield from _make_certainty(slot, [claim for claim in firm if _what(claim) in put], doubted, "doubted")
    hedged = [
        claim
        for claim in slot.claims
        if claim.certainty is Certainty.HEDGED and (claim.source_id, claim.predicate, claim.object_id) not in sure
    ]
    asserted = [claim for claim in slot.claims if claim.certainty is Certainty.ASSERTED]
    if slot.question in HEDGED_QUESTIONS and hedged and asserted:
        pairs = [
            (left, right)
            for left in asserted
            for right in hedged
            if left.source_id != right.source_id
            and (left.predicate, left.object_id, left.polarity) == (right.predicate, right.object_id, right.polarity)
            and find_difference(slot, left, right) is None
        ]
        if pairs:
            yield _certainty_draft(
                slot, Scope.CROSS_SOURCE, None, _unique(p[0] for p in pairs), _unique(p[1] for p in pairs), "hedged"
            )


# Matters on which a reviewer wants to see that one page is sure where another only supposes.
HEDGED_QUESTIONS = frozenset({"receptor", "status", "direction"})


def _what(claim: ClaimRow) -> tuple[str, str | None, Polarity]:
    return claim.predicate, claim.object_id, claim.polarity


def _make_certainty(slot: Slot, claims: list[ClaimRow], gaps: list[ClaimRow], topic: str) -> Iterator[Draft]:
    firm = [c for c in claims if any(meeting_context(c, gap, separating_columns(c)) is None for gap in gaps)]
    open_ = [gap for gap in gaps if any(meeting_context(c, gap, separating_columns(c)) is None for c in firm)]
    across = [c for c in firm if any(c.source_id != other.source_id for other in open_)]
    others = [c for c in open_ if any(c.source_id != other.source_id for other in firm)]
    if across and others:
        yield _certainty_draft(slot, Scope.CROSS_SOURCE, None, tuple(across), tuple(others), topic)
    for source_id in sorted({c.source_id for c in firm} & {c.source_id for c in open_}):
        left = tuple(c for c in firm if c.source_id == source_id)
        right = tuple(c for c in open_ if c.source_id == source_id)
        yield _certainty_draft(slot, Scope.WITHIN_SOURCE, source_id, left, right, topic)


def _certainty_draft(
    slot: Slot,
    scope: Scope,
    source_id: str | None,
    firm: tuple[ClaimRow, ...],
    weak: tuple[ClaimRow, ...],
    topic: str,
) -> Draft:
    members = (
        *(Member("A", claim, say_value(slot, claim)) for claim in firm),
        *(Member("B", claim, say_value(slot, claim)) for claim in weak),
    )
    detail = f"{firm[0].certainty} against {weak[0].certainty}"
    return Draft(slot, ConflictKind.CERTAINTY, scope, source_id, members, (detail,), topic=topic)


def say_value(slot: Slot, claim: ClaimRow) -> str:
    """What a claim says in its slot, readable."""
    negation = "not " if claim.polarity is Polarity.NEGATED else ""
    if claim.predicate == "evidence_gap":
        return f"open: {claim.object_text}"
    if slot.question == "fragment" and claim.value is not None:
        return f"{negation}{claim.predicate.replace('_', ' ')} {name_fragment(claim)}"
    if slot.question == SAMENESS:
        said = {"derived_from": "comes from", "contains_fragment": "contains a part of"}.get(claim.predicate, "is")
        return f"{claim.subject} {'is not' if negation else said} {claim.object or claim.object_text}"
    if slot.question == "status":
        return f"{negation}approved in {claim.jurisdiction or claim.object}"
    if claim.base_value is not None:
        return f"{negation}{name_value(claim)}"
    if slot.question in ("direction", "receptor") or slot.predicate.per_object:
        return f"{negation}{claim.predicate.replace('_', ' ')} {claim.object or claim.value_text}"
    return f"{negation}{name_value(claim)}"


def _letters(count: int) -> list[str]:
    """A, B, ... Z, AA, AB, ..."""
    names = []
    for number in range(count):
        name, rest = "", number
        while True:
            name = chr(ord("A") + rest % 26) + name
            rest = rest // 26 - 1
            if rest < 0:
                break
        names.append(name)
    return names


def _unique(claims: Iterable[ClaimRow]) -> tuple[ClaimRow, ...]:
    return tuple({claim.claim_id: claim for claim in claims}.values())
