"""`claims query`, `claims export` and `claims labels`: a result in the tools that people have."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import DebugOption, OutArgument, app
from pipeline.cli.console import complain, open_console, plain, printable
from pipeline.exchange.kinds import By, Format, LabelFormat, Of

if TYPE_CHECKING:
    from pipeline.exchange.spans import Change

MOST_ROWS = 200  # that a table shows; csv and json have all
LONGEST = 200  # characters of a cell that a table shows
SIGNS = {"added": "+", "removed": "-", "relabelled": "~", "moved": "~"}

RawOption = Annotated[Path | None, typer.Option("--raw", help="Folder with the raw pages; default as in run.json.")]


class QueryFormat(StrEnum):
    """How the answer of a query is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


OfOption = Annotated[Of, typer.Option("--of", help="What annotation tools are given to label.")]


@app.command()
def query(
    out: OutArgument,
    sql: Annotated[str, typer.Argument(metavar="SQL", help='As "SELECT subject, count(*) FROM claims GROUP BY 1".')],
    form: Annotated[QueryFormat, typer.Option("--format", help="How to print it.")] = QueryFormat.TABLE,
    debug: DebugOption = False,
) -> None:
    """Ask the tables of OUT by SQL. Reads these tables and no other file; needs DuckDB (the extra sql)."""
    del debug
    from pipeline.exchange.query import query_tables

    pieces = query_tables(out, sql)
    match form:
        case QueryFormat.JSON:
            _print_json(pieces)
        case QueryFormat.CSV:
            _print_csv(pieces)
        case _:
            _print_table(pieces)


def _print_json(pieces: Iterator[tuple[list[str], list[list[Any]]]]) -> None:
    rows = (dict(zip(names, row, strict=True)) for names, some in pieces for row in some)
    typer.echo("[", nl=False)
    for number, row in enumerate(rows):
        typer.echo(",\n " if number else "", nl=False)
        typer.echo(json.dumps(row, ensure_ascii=False, default=_spell), nl=False)
    typer.echo("]")


def _print_csv(pieces: Iterator[tuple[list[str], list[list[Any]]]]) -> None:
    from pipeline.store.tables import spell_cell

    names, _ = next(pieces)
    typer.echo(",".join(map(spell_cell, names)))
    for _, rows in pieces:
        for row in rows:
            typer.echo(",".join(spell_cell(_simplify(value)) for value in row))


def _print_table(pieces: Iterator[tuple[list[str], list[list[Any]]]]) -> None:
    from rich.table import Table

    names, _ = next(pieces)
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(plain(name), overflow="fold")
    rows = [row for _, some in pieces for row in some]
    for row in rows[:MOST_ROWS]:
        table.add_row(*(plain(_shorten(value)) for value in row))
    open_console().print(table)
    if len(rows) > MOST_ROWS:
        complain(f"{len(rows) - MOST_ROWS} rows more: --format csv or json has all.")


def _shorten(value: Any) -> str:  # noqa: ANN401  (whatever a query answers)
    said = "" if value is None else "; ".join(map(str, value)) if isinstance(value, list) else _spell(value)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _spell(value: Any) -> str:  # noqa: ANN401
    from pipeline.store.tables import spell_cell

    return str(value) if isinstance(value, str) or _simplify(value) is not value else spell_cell(value)


def _simplify(value: Any) -> Any:  # noqa: ANN401
    """A value of a kind that a table can hold; what no column of ours holds (an interval, a struct) as its text."""
    from datetime import datetime

    if isinstance(value, list):
        return tuple(map(str, value))
    return value if value is None or isinstance(value, str | int | float | datetime) else str(value)


@app.command()
def export(
    out: OutArgument,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="File or folder to write.")],
    form: Annotated[Format, typer.Option("--to", help="What to write.")],
    raw: RawOption = None,
    of: OfOption = Of.CLAIMS,
    by: Annotated[By, typer.Option("--by", help="What parts the tables of --to parquet.")] = By.PREDICATE,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what stands at TARGET.")] = False,
    debug: DebugOption = False,
) -> None:
    """Write the result for another tool: a database, a workbook, partitions, an annotation tool, RDF, SARIF."""
    del debug
    from pipeline.exchange.formats import export_result
    from pipeline.exchange.result import open_result

    for note in export_result(open_result(out, raw), form, target, of=of, by=by, overwrite=overwrite):
        complain(note)
    typer.echo(printable(f"{target}: is written."))


@app.command()
def labels(
    out: OutArgument,
    path: Annotated[Path, typer.Argument(metavar="LABELS", help="What the tool exported: a file, or brat's folder.")],
    form: Annotated[LabelFormat, typer.Option("--from", help="The tool.")],
    raw: RawOption = None,
    of: OfOption = Of.CLAIMS,
    gold: Annotated[Path | None, typer.Option("--gold", help="Also write the labels here, one JSON a line.")] = None,
    debug: DebugOption = False,
) -> None:
    """Say what people changed in the labels of 'claims export', and write theirs as a gold set."""
    del debug
    from pipeline.exchange.formats import read_labels
    from pipeline.exchange.result import open_result
    from pipeline.exchange.spans import compare_spans, write_gold

    result = open_result(out, raw)
    made = read_labels(result, form, path)
    changes = compare_spans(result, of, made)
    for change in changes:
        typer.echo(printable(_say_change(change)))
    counts = Counter(change.kind for change in changes)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in SIGNS)
    typer.echo(f"{len(made.spans)} labels on {len(made.pages)} pages: {told}")
    if gold is not None:
        write_gold(made, gold)
        typer.echo(printable(f"{gold}: is written."), err=True)


def _say_change(change: Change) -> str:
    span = change.new or change.old
    assert span is not None  # noqa: S101  (a change has one of them)
    label = span.label if change.old is None or change.new is None else f"{change.old.label} → {span.label}"
    quote = span.quote if len(span.quote) <= LONGEST else f"{span.quote[: LONGEST - 1]}…"
    return f"{SIGNS[change.kind]} {change.kind} {span.source_id} {span.start}–{span.end} [{label}] “{quote}”"
