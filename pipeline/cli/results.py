"""What is done with a result: its report again, a dossier, its check, its schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import EXIT_FAILED, DebugOption, OutArgument, OutOption, app, find_folder
from pipeline.cli.console import open_console, plain, printable
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.schema import ClaimRow, ConflictRow


@app.command()
def report(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", parser=find_folder, help="Folder with a result of 'claims extract'.")
    ],
    raw: Annotated[
        Path | None, typer.Option("--raw", help="Folder with the raw pages; default as in run.json.")
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="What reviewers decided; default review/decisions.jsonl.")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Write report.html, report/ and report.md again from the tables in OUT."""
    del debug
    from pipeline.address import find_pages
    from pipeline.run import rebuild_report
    from pipeline.store import read_result

    rebuild_report(out, raw or find_pages(str(read_result(out)["raw"])), out, decisions=decisions)
    typer.echo(printable(str(out / "report.html")))


@app.command()
def show(
    compound: Annotated[str, typer.Argument(help="Name or concept id of a compound.")],
    out: OutOption = Path("extracted"),
    debug: DebugOption = False,
) -> None:
    """Print the dossier of a compound: every claim by predicate, and its conflicts."""
    del debug
    from pipeline.review.listings import find_subjects
    from pipeline.schema import ClaimRow, ConflictRow
    from pipeline.store import read_table

    rows = read_table(out, ClaimRow)
    subjects = find_subjects(rows, compound)
    claims = [row for row in rows if row.subject_id in subjects]
    if not claims:
        message = f"{compound}: no claim in {out} is about it; see the subjects in claims.csv."
        raise UsageError(message)
    conflicts = [row for row in read_table(out, ConflictRow) if row.subject_id in subjects]
    _print_dossier(claims, conflicts)


def _print_dossier(claims: list[ClaimRow], conflicts: list[ConflictRow]) -> None:
    from rich.table import Table

    from pipeline.schema import Polarity

    console = open_console()
    table = Table(title=claims[0].subject, title_justify="left", box=None, pad_edge=False)
    for heading in ("predicate", "says", "certainty", "source", "at"):
        table.add_column(heading, overflow="fold")
    for row in sorted(claims, key=lambda claim: (claim.predicate, claim.source_id, claim.start)):
        says = row.value_text or row.object or ""
        negated = "not " if row.polarity is Polarity.NEGATED else ""
        cells = (row.predicate, f"{negated}{says}", str(row.certainty), row.source_id, f"{row.start}–{row.end}")
        table.add_row(*(plain(cell) for cell in cells))
    console.print(table)
    for conflict in conflicts:
        console.print(printable(f"[{conflict.severity}] {conflict.headline}"), markup=False, highlight=False)


@app.command()
def check(
    out: OutArgument,
    raw: Annotated[
        Path | None, typer.Option("--raw", help="Folder with the raw pages; default as in run.json.")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Hold a result against its schema, its keys and the raw pages."""
    del debug
    from pipeline.store import check_result, read_run_json

    read_run_json(out)
    problems = check_result(out, raw)
    for problem in problems:
        typer.echo(printable(problem))
    if problems:
        raise typer.Exit(EXIT_FAILED)
    typer.echo(printable(f"{out}: every table holds."))


@app.command()
def schema(
    folder: Annotated[Path, typer.Argument(help="Where to put the schema files.")] = Path(),
    debug: DebugOption = False,
) -> None:
    """Write JSON Schema, Table Schema and data dictionary of all tables."""
    del debug
    from pipeline.store import write_schema

    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_schema(folder)
    except OSError as error:
        message = f"{folder}: cannot be written ({(error.strerror or str(error)).lower()}); name another folder."
        raise UsageError(message) from error
    typer.echo(printable(f"{folder}: schema/ and datapackage.json are written."))
