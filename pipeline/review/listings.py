"""Conflicts chosen by kind, severity and compound, and written for people, programs and documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.report.markdown import escape_markdown
from pipeline.schema import ConflictRow, State
from pipeline.store.columns import to_record
from pipeline.store.tables import spell_csv

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pipeline.schema import ClaimRow, ConflictKind, Severity

HEADS = ("severity", "kind", "state", "headline", "decision", "conflict_id")


def choose_conflicts(
    rows: Iterable[ConflictRow],
    *,
    kinds: Collection[ConflictKind] = (),
    severities: Collection[Severity] = (),
    subjects: Collection[str] | None = None,
) -> list[ConflictRow]:
    """Conflicts that stand and fit, in the order of the table. No kinds are all kinds, no severities all."""
    return [
        row
        for row in rows
        if row.state is not State.GONE
        and (not kinds or row.kind in kinds)
        and (not severities or row.severity in severities)
        and (subjects is None or row.subject_id in subjects)
    ]


def find_subjects(claims: Iterable[ClaimRow], name: str) -> set[str]:
    """Concept ids of the subjects that go by a name or a concept id, whatever its case; `semax` is `compound:semax`."""
    folded = name.casefold()
    return {
        row.subject_id
        for row in claims
        if folded in (row.subject.casefold(), row.subject_id.casefold(), row.subject_id.partition(":")[2].casefold())
    }


def list_cells(row: ConflictRow) -> tuple[str, ...]:
    """A conflict as the cells below `HEADS`."""
    decision = f"{row.decision}{', stale' if row.decision_stale else ''}" if row.decision else ""
    return (row.severity.value, row.kind.value, row.state.value, row.headline, decision, row.conflict_id)


def write_json(rows: Iterable[ConflictRow]) -> str:
    """Conflicts as a JSON list, every column of the table; half a surrogate pair stays the escape that JSON has."""
    return json.dumps([row.model_dump(mode="json") for row in rows], ensure_ascii=True, indent=2)


def write_csv(rows: Iterable[ConflictRow]) -> str:
    """Conflicts as the lines of `conflicts.csv`, guarded against spreadsheets in the same way."""
    return "".join(spell_csv(ConflictRow, [to_record(row) for row in rows])).rstrip("\n")


def write_markdown(rows: Iterable[ConflictRow]) -> str:
    """Conflicts as a table in Markdown, in which page text stays text."""
    return "\n".join(_write_markdown(rows))


def _write_markdown(rows: Iterable[ConflictRow]) -> Iterator[str]:
    yield f"| {' | '.join(HEADS)} |"
    yield f"|{' --- |' * len(HEADS)}"
    for row in rows:
        yield f"| {' | '.join(escape_markdown(cell) for cell in list_cells(row))} |"
