"""What differs between two results: claims and conflicts that came, went or changed, and which rules did it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Generic, TypeVar

from pipeline.schema import ClaimRow, ConflictMemberRow, ConflictRow, Row, State, fold_quote
from pipeline.store.output import read_result
from pipeline.store.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

AnyRow = TypeVar("AnyRow", bound=Row)

# Where a passage stands moves with every edit elsewhere on its page, and takes the ids of mentions with it.
MOVING = frozenset({"claim_id", "start", "end", "subject_mention", "object_mention"})
# What a run says of a conflict besides the conflict itself.
CIRCUMSTANCES = frozenset({"state", "decision", "decided_by", "decided_at", "decision_note", "decision_stale"})


@dataclass(frozen=True, slots=True)
class Change(Generic[AnyRow]):
    """A row before and after; None where it was not there. `columns` are those that differ when both are."""

    old: AnyRow | None
    new: AnyRow | None
    columns: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()  # of a conflict: what passages say that are no longer in it
    gained: tuple[str, ...] = ()  # of a conflict: what passages say that were not in it

    @property
    def row(self) -> AnyRow:
        """The newer of the two."""
        row = self.new or self.old
        assert row is not None  # noqa: S101  (a change has a side)
        return row

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What one rule gained and lost for one predicate; a changed claim counts for the rule that makes it now."""

    rule: str
    predicate: str
    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True)
class ResultDiff:
    """Two results, compared."""

    documents: Mapping[str, tuple[str, ...]]  # added, removed, changed: source_ids whose raw bytes differ
    same_documents: int
    same_rules: bool  # the same program, lexicons and weights made both
    claims: tuple[Change[ClaimRow], ...]
    conflicts: tuple[Change[ConflictRow], ...]

    @property
    def has_changes(self) -> bool:
        """Whether any claim or conflict differs."""
        return bool(self.claims or self.conflicts)

    def rules(self) -> tuple[RuleChange, ...]:
        """Gains and losses by rule and predicate, the largest first."""
        counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for change in self.claims:
            counts[change.row.rule, change.row.predicate][change.kind] += 1
        rows = [RuleChange(*key, told["added"], told["removed"], told["changed"]) for key, told in counts.items()]
        return tuple(sorted(rows, key=lambda row: (-(row.added + row.removed + row.changed), row.rule, row.predicate)))


def compare_results(old: Path, new: Path) -> ResultDiff:
    """The difference of two results. Raises UsageError where one cannot be read, or has another schema."""
    before, after = (read_result(folder) for folder in (old, new))
    inputs = before.get("inputs", {}), after.get("inputs", {})
    return ResultDiff(
        documents=_compare_inputs(*inputs),
        same_documents=sum(inputs[1].get(name) == digest for name, digest in inputs[0].items()),
        same_rules=before.get("digests") == after.get("digests"),
        claims=tuple(_compare_claims(read_table(old, ClaimRow), read_table(new, ClaimRow))),
        conflicts=tuple(_compare_conflicts(old, new)),
    )


def _compare_inputs(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {
        "added": tuple(sorted(new.keys() - old.keys())),
        "removed": tuple(sorted(old.keys() - new.keys())),
        "changed": tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
    }


def _compare_claims(old: Iterable[ClaimRow], new: Iterable[ClaimRow]) -> Iterator[Change[ClaimRow]]:
    """Changes in the order of the claims; a claim whose id differs is the same claim, changed, while its words stay."""
    before, after = ({row.claim_id: row for row in rows} for rows in (old, new))
    changes = [
        Change(before[name], after[name], columns)
        for name in before.keys() & after.keys()
        if (columns := _differing(before[name], after[name], MOVING))
    ]
    left = _group_by_words(before[name] for name in before.keys() - after.keys())
    right = _group_by_words(after[name] for name in after.keys() - before.keys())
    for words in left.keys() | right.keys():
        for one, other in zip_longest(left.get(words, ()), right.get(words, ())):
            columns = _differing(one, other, MOVING) if one and other else ()
            changes.append(Change(one, other, columns))
    yield from sorted(changes, key=lambda change: (_place(change.row), change.row.claim_id))


def _place(row: ClaimRow) -> tuple[str, int, int, str]:
    return row.source_id, row.start, row.end, row.predicate


def _group_by_words(rows: Iterable[ClaimRow]) -> dict[tuple[str, ...], list[ClaimRow]]:
    groups: dict[tuple[str, ...], list[ClaimRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (_place(row), row.claim_id)):
        groups[row.source_id, row.predicate, fold_quote(row.quote)].append(row)
    return groups


def _differing(one: Row, other: Row, ignored: frozenset[str]) -> tuple[str, ...]:
    names = type(one).model_fields
    return tuple(name for name in names if name not in ignored and getattr(one, name) != getattr(other, name))


def _compare_conflicts(old: Path, new: Path) -> Iterator[Change[ConflictRow]]:
    """Changes, the most severe first; a conflict that is kept as gone is not there."""
    before, after = (
        {row.conflict_id: row for row in read_table(folder, ConflictRow) if row.state is not State.GONE}
        for folder in (old, new)
    )
    left, right = _list_sayings(old), _list_sayings(new)
    changes = []
    for name in before.keys() | after.keys():
        one, other = before.get(name), after.get(name)
        columns = _differing(one, other, CIRCUMSTANCES) if one and other else ()
        if one is None or other is None or columns:
            lost, gained = left[name] - right[name], right[name] - left[name]
            changes.append(Change(one, other, columns, tuple(sorted(lost)), tuple(sorted(gained))))
    yield from sorted(changes, key=lambda change: (change.row.severity_rank, change.kind, change.row.conflict_id))


def _list_sayings(folder: Path) -> defaultdict[str, set[str]]:
    """What the passages of each conflict say, one line each."""
    sayings: defaultdict[str, set[str]] = defaultdict(set)
    for row in read_table(folder, ConflictMemberRow):
        said = ", ".join(part for part in (row.value_text, row.polarity, row.certainty) if part)
        sayings[row.conflict_id].add(fold_quote(f"{row.source_id or 'computed'}: {said} “{row.quote or ''}”"))
    return sayings
