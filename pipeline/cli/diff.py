"""`claims diff`: what two results say differently."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import EXIT_FAILED, DebugOption, app, find_result
from pipeline.cli.console import open_console, plain, printable

if TYPE_CHECKING:
    from pipeline.schema import ClaimRow, ConflictRow
    from pipeline.store.diff import Change, ResultDiff

MOST_LINES = 40  # of one kind that are printed; JSON has all
LONGEST = 160  # characters of a quote or headline that are printed
SIGNS = {"added": "+", "removed": "-", "changed": "~"}


class DiffFormat(StrEnum):
    """How a difference is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "md"


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", parser=find_result, help="A result of 'claims extract'.")],
    new: Annotated[
        Path, typer.Argument(metavar="NEW", parser=find_result, help="Another result, of other pages or rules.")
    ],
    form: Annotated[DiffFormat, typer.Option("--format", help="How to print it.")] = DiffFormat.TABLE,
    fail_on_change: Annotated[
        bool, typer.Option("--fail-on-change", help="End with status 1 where a claim or conflict differs.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Say which claims and conflicts came, went or changed between two results, and by which rules."""
    del debug
    from pipeline.store.diff import compare_results

    found = compare_results(old, new)
    match form:
        case DiffFormat.JSON:
            typer.echo(json.dumps(_to_json(found), indent=1, ensure_ascii=False))
        case DiffFormat.MARKDOWN:
            typer.echo("\n".join(_write_markdown(found)))
        case _:
            _print_table(found)
    if fail_on_change and found.has_changes:
        raise typer.Exit(EXIT_FAILED)


def _say_head(found: ResultDiff) -> Iterator[str]:
    """What was compared, and how many of each kind differ."""
    documents = ", ".join(f"{len(names)} {kind}" for kind, names in found.documents.items())
    yield f"documents: {found.same_documents} the same, {documents}"
    yield f"program, lexicons and weights: {'the same' if found.same_rules else 'others'}"
    for name, changes in (("claims", found.claims), ("conflicts", found.conflicts)):
        counts = Counter(change.kind for change in changes)
        yield f"{name}: " + ", ".join(f"{counts[kind]} {kind}" for kind in SIGNS)


def _say_claim(change: Change[ClaimRow]) -> str:
    row = change.row
    said = " ".join(part for part in (row.subject, row.predicate, _say_value(row)) if part)
    line = f"{SIGNS[change.kind]} {row.source_id}: {said} [{row.rule}]"
    if change.old and change.new:
        line += "; " + "; ".join(_say_columns(change))
    return f"{line} “{row.quote}”"


def _say_value(row: ClaimRow) -> str:
    return f"{'not ' if row.polarity == 'negated' else ''}{row.value_text or row.object or row.object_text or ''}"


def _say_columns(change: Change[Any]) -> Iterator[str]:
    for name in change.columns:
        if name != "fingerprint":
            yield f"{name}: {getattr(change.old, name)} → {getattr(change.new, name)}"


def _say_conflict(change: Change[ConflictRow]) -> Iterator[str]:
    row = change.row
    yield f"{SIGNS[change.kind]} [{row.severity}] {row.headline}"
    if change.kind == "changed":
        yield from (f"    {said}" for said in _say_columns(change))
        yield from (f"    - {said}" for said in change.lost)
        yield from (f"    + {said}" for said in change.gained)


def _cut(lines: Iterable[str]) -> Iterator[str]:
    """So many lines, of such a length, without what a terminal would obey."""
    told = [line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in map(printable, lines)]
    yield from told[:MOST_LINES]
    if len(told) > MOST_LINES:
        yield f"… and {len(told) - MOST_LINES} lines more: --format json has all."


def _list_lines(found: ResultDiff) -> dict[str, list[str]]:
    return {
        "conflicts": list(_cut(line for change in found.conflicts for line in _say_conflict(change))),
        "claims": list(_cut(_say_claim(change) for change in found.claims)),
    }


HEADINGS = ("rule", "predicate", "added", "removed", "changed")


def _list_rules(found: ResultDiff) -> list[tuple[str, ...]]:
    rules = found.rules()
    return [(row.rule, row.predicate, str(row.added), str(row.removed), str(row.changed)) for row in rules]


def _print_table(found: ResultDiff) -> None:
    from rich.table import Table

    console = open_console()
    for line in _say_head(found):
        console.print(line, markup=False, highlight=False)
    if rules := _list_rules(found):
        table = Table(title="claims by rule and predicate", title_justify="left", box=None, pad_edge=False)
        for heading in HEADINGS:
            table.add_column(heading, justify="left" if heading in HEADINGS[:2] else "right", overflow="fold")
        for cells in rules[:MOST_LINES]:
            table.add_row(*map(plain, cells))
        console.print(table)
    for name, lines in _list_lines(found).items():
        if lines:
            console.print(f"{name}:", markup=False)
        for line in lines:
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _write_markdown(found: ResultDiff) -> Iterator[str]:
    from pipeline.report.markdown import escape_markdown

    yield from ("# What differs", "")
    yield from (f"- {escape_markdown(line)}" for line in _say_head(found))
    if rules := _list_rules(found):
        yield from ("", "## Claims by rule and predicate", "", f"| {' | '.join(HEADINGS)} |", "|---|---|--:|--:|--:|")
        yield from (f"| {' | '.join(map(escape_markdown, cells))} |" for cells in rules[:MOST_LINES])
    for name, lines in _list_lines(found).items():
        if lines:
            yield from ("", f"## {name.capitalize()}", "", *(f"- {escape_markdown(line.strip())}" for line in lines))


def _to_json(found: ResultDiff) -> dict[str, Any]:
    return {
        "documents": {"same": found.same_documents, **found.documents},
        "same_rules": found.same_rules,
        "rules": [dict(zip(HEADINGS, (*cells[:2], *map(int, cells[2:])), strict=True)) for cells in _list_rules(found)],
        "claims": _sort_out(found.claims, "claim_id"),
        "conflicts": _sort_out(found.conflicts, "conflict_id"),
    }


def _sort_out(changes: Iterable[Change[Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = {kind: [] for kind in SIGNS}
    for change in changes:
        if change.old is None or change.new is None:
            told[change.kind].append(change.row.model_dump(mode="json"))
            continue
        old, new = (row.model_dump(mode="json", include={key, *change.columns}) for row in (change.old, change.new))
        members = {"lost": list(change.lost), "gained": list(change.gained)} if key == "conflict_id" else {}
        told[change.kind].append({"old": old, "new": new, **members})
    return told
