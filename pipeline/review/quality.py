"""What decisions say of quality: how far reviewers agree, and how often each kind of conflict and each rule is right.

A verdict is of a conflict. `real` and `source_error` say that the pages do disagree: the conflict was rightly shown.
`both_true_in_context`, `same_value_other_form` and `extraction_error` say that it should not have been; only the last
blames the reading, and so the rules whose claims took part. `unsure` counts for neither, nor does a verdict on passages
that have changed since, nor one on which reviewers differ.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.decisions import find_standing
from pipeline.schema import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.schema import ClaimRow, ConflictMemberRow, ConflictRow, Decision

RIGHTLY_SHOWN = {Verdict.REAL, Verdict.SOURCE_ERROR}
Z = 1.96  # normal deviate of a two-sided interval of 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the Wilson interval of 95 %."""

    name: str
    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself, 0 to 1."""
        return self.hits / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval (doi:10.1080/01621459.1927.10502953): honest also where all or none hit."""
        centre = self.value + Z * Z / (2 * self.total)
        half = Z * math.sqrt(self.value * (1 - self.value) / self.total + Z * Z / (4 * self.total**2))
        scale = 1 + Z * Z / self.total
        return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers agree on the conflicts that both decided, in the same state."""

    reviewers: tuple[str, str]
    same: int
    total: int
    kappa: float | None  # Cohen's; None where chance alone would agree always


@dataclass(frozen=True, slots=True)
class Quality:
    """What the decisions of a project add up to."""

    lines: int
    withdrawn: int
    decided: int  # conflicts with a verdict that stands
    disputed: int
    stale: int  # decided conflicts of this result whose passages have changed since
    unknown: int  # decided conflicts that this result does not have
    verdicts: tuple[tuple[str, int], ...]
    reviewers: tuple[tuple[str, int], ...]
    agreements: tuple[Agreement, ...]
    kinds: tuple[Share, ...]  # conflicts rightly shown, by kind
    rules: tuple[Share, ...]  # conflicts without an error of reading, by rule that took part


def measure_quality(
    decisions: Iterable[Decision],
    conflicts: Iterable[ConflictRow] = (),
    members: Iterable[ConflictMemberRow] = (),
    claims: Iterable[ClaimRow] = (),
) -> Quality:
    """What decisions say of a result. Without the result's rows there are no figures by kind and rule."""
    lines = tuple(decisions)
    standing = find_standing(lines)
    verdicts = {name: verdict for name, told in standing.items() if (verdict := _settle(told))}
    rows = {row.conflict_id: row for row in conflicts}
    stale = {name for name, told in standing.items() if name in rows and _is_stale(rows[name], told)}
    sure = [
        (rows[name], verdict)
        for name, verdict in verdicts.items()
        if name in rows and name not in stale and verdict is not Verdict.UNSURE
    ]
    rules = _rules_of(members, claims)
    said = [decision for told in standing.values() for decision in told]
    return Quality(
        lines=len(lines),
        withdrawn=sum(line.withdrawn for line in lines),
        decided=len(standing),
        disputed=len(standing) - len(verdicts),
        stale=len(stale),
        unknown=len(standing.keys() - rows.keys()) if rows else 0,
        verdicts=_count(decision.verdict.value for decision in said),
        reviewers=_count(decision.reviewer for decision in said),
        agreements=tuple(_compare_reviewers(standing)),
        kinds=_share_by((row.kind.value, verdict in RIGHTLY_SHOWN) for row, verdict in sure),
        rules=_share_by(
            (rule, verdict is not Verdict.EXTRACTION_ERROR)
            for row, verdict in sure
            for rule in rules.get(row.conflict_id, ())
        ),
    )


def _settle(told: tuple[Decision, ...]) -> Verdict | None:
    """The one verdict of all reviewers, None where they differ."""
    verdicts = {decision.verdict for decision in told}
    return verdicts.pop() if len(verdicts) == 1 else None


def _is_stale(row: ConflictRow, told: tuple[Decision, ...]) -> bool:
    return any(decision.fingerprint != row.fingerprint for decision in told)


def _count(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _rules_of(members: Iterable[ConflictMemberRow], claims: Iterable[ClaimRow]) -> dict[str, set[str]]:
    rules = {claim.claim_id: claim.rule for claim in claims}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for member in members:
        if member.claim_id in rules:
            found[member.conflict_id].add(rules[member.claim_id])
    return found


def _share_by(outcomes: Iterable[tuple[str, bool]]) -> tuple[Share, ...]:
    hits: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name, hit in outcomes:
        total[name] += 1
        hits[name] += hit
    return tuple(Share(name, hits[name], total[name]) for name in sorted(total, key=lambda name: (-total[name], name)))


def _compare_reviewers(standing: Mapping[str, tuple[Decision, ...]]) -> Iterable[Agreement]:
    pairs: defaultdict[tuple[str, str], list[tuple[Verdict, Verdict]]] = defaultdict(list)
    for told in standing.values():
        by_name = sorted(told, key=lambda decision: decision.reviewer)
        for one, other in combinations(by_name, 2):
            if one.fingerprint == other.fingerprint:
                pairs[one.reviewer, other.reviewer].append((one.verdict, other.verdict))
    for reviewers, verdicts in sorted(pairs.items()):
        same = sum(one is other for one, other in verdicts)
        yield Agreement(reviewers, same, len(verdicts), measure_kappa(verdicts))


def measure_kappa(verdicts: list[tuple[Verdict, Verdict]]) -> float | None:
    """Cohen's kappa of pairs of verdicts: agreement beyond what the two reviewers' habits alone would give.

    1 for agreement throughout, 0 for no more than chance; None where both always say one and the same.
    Source: doi:10.1177/001316446002000104.
    """
    total = len(verdicts)
    left, right = (Counter(pair[place] for pair in verdicts) for place in (0, 1))
    chance = sum(left[verdict] * right[verdict] for verdict in left) / total**2
    observed = sum(one is other for one, other in verdicts) / total
    return None if math.isclose(chance, 1.0) else (observed - chance) / (1 - chance)
