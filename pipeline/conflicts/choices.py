"""What a user's settings choose about conflicts: what weighs how much, who is compared, and where it matters."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pipeline.conflicts.differences import COMPLEMENT, WORLD
from pipeline.conflicts.severity import LADDER
from pipeline.conflicts.sides import name_sides
from pipeline.conflicts.slots import is_wider
from pipeline.errors import UsageError
from pipeline.lexicon import concepts, predicates, remember
from pipeline.schema import Label, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.conflicts.sides import Draft
    from pipeline.schema import ClaimRow, ConflictRow
    from pipeline.settings import Settings

PLACED = frozenset({"status", "legal_status"})  # questions that are about a jurisdiction
ELSEWHERE = "outside the jurisdictions of interest"


def check_choices(settings: Settings) -> None:
    """Hold the settings on conflicts against the vocabulary. Raises UsageError for a name that it does not have."""
    for key, names in (("tolerances", settings.tolerances), ("severities", settings.severities)):
        for name in names:
            if name not in predicates():
                known = ", ".join(sorted(predicates()))
                raise UsageError(f"setting '{key}.{name}': is no predicate; take one of {known}.")
            if key == "tolerances" and predicates()[name].dimension is None:
                raise UsageError(f"setting '{key}.{name}': has no unit, so it has no tolerance; leave it out.")
    for name in settings.jurisdictions:
        if name not in _name_places():
            known = ", ".join(sorted(_name_places()))
            raise UsageError(f"setting 'jurisdictions': '{name}' is no jurisdiction; take some of {known}.")


@remember
def _name_places() -> dict[str, str]:
    """Concept ids of jurisdictions by their preferred names."""
    return {concept.name: concept.id for concept in concepts() if concept.label is Label.JURISDICTION}


def keep_compared(draft: Draft, groups: Iterable[Iterable[str]]) -> Draft | None:
    """A conflict without the sources that only disagree within their group; None when none is left."""
    patterns = [tuple(group) for group in groups]
    if draft.scope is not Scope.CROSS_SOURCE or not patterns:
        return draft
    sources = {member.claim.source_id for member in draft.members}
    camps = {source_id: _find_camp(source_id, patterns) for source_id in sources}
    sides: dict[str, set[str]] = {}
    for member in draft.members:
        sides.setdefault(member.side, set()).add(camps[member.claim.source_id])
    kept = [
        member
        for member in draft.members
        if any(others - {camps[member.claim.source_id]} for side, others in sides.items() if side != member.side)
    ]
    if len(kept) == len(draft.members):
        return draft
    left = list(dict.fromkeys(member.side for member in kept))
    names = dict(zip(left, name_sides(len(left)), strict=True))
    return replace(draft, members=tuple(replace(m, side=names[m.side]) for m in kept)) if kept else None


def _find_camp(source_id: str, groups: list[tuple[str, ...]]) -> str:
    """The first group that a source is of; a source of none stands for itself."""
    for number, patterns in enumerate(groups):
        if any(fnmatchcase(source_id, f"{pattern}*" if pattern.endswith("/") else pattern) for pattern in patterns):
            return f"\0{number}"  # no path begins so
    return source_id


def weigh_places(row: ConflictRow, claims: Iterable[ClaimRow], interest: tuple[str, ...]) -> ConflictRow:
    """A conflict on a status; `info` where no place that it names is, holds or lies in one of interest."""
    if not interest or row.predicate not in PLACED:
        return row
    wanted = {_name_places()[name] for name in interest}
    named = set(_list_places(claims))
    if not named or any(is_wider(one, other) or is_wider(other, one) for one in named for other in wanted):
        return row
    info = {"severity": Severity.INFO, "severity_rank": LADDER.index(Severity.INFO)}
    return row.model_copy(update=info | {"severity_why": f"{row.severity_why}; {ELSEWHERE}"})


def _list_places(claims: Iterable[ClaimRow]) -> Iterator[str]:
    """The jurisdictions that claims name; not those that they except, nor the world."""
    for claim in claims:
        named = claim.jurisdiction or claim.object or ""
        if not named.startswith(COMPLEMENT) and (place := _name_places().get(named, WORLD)) != WORLD:
            yield place
