"""What became of each conflict since the former result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.schema import ConflictRow, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def follow_up(rows: Iterable[ConflictRow], former: Iterable[ConflictRow]) -> Iterator[ConflictRow]:
    """The rows with their state; conflicts of the former result that are gone stay as rows without members."""
    before = {row.conflict_id: row for row in former}
    now: set[str] = set()
    for row in rows:
        now.add(row.conflict_id)
        yield row.model_copy(update={"state": _judge(row, before.get(row.conflict_id))})
    for conflict_id in sorted(set(before) - now):
        yield before[conflict_id].model_copy(update={"state": State.GONE})


def _judge(row: ConflictRow, before: ConflictRow | None) -> State:
    if before is None:
        return State.NEW
    if before.state is State.GONE:
        return State.REOPENED
    return State.OPEN if before.fingerprint == row.fingerprint else State.CHANGED
