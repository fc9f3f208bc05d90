"""`claims lexicon check` and `claims doctor`: what the program knows, and what it found installed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import EXIT_FAILED, DebugOption, SettingsOption, app
from pipeline.cli.console import open_console, plain, printable

lexicon = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The words that the program knows, as rows.")
app.add_typer(lexicon, name="lexicon")


@lexicon.command("check")
def check_lexicon(
    folder: Annotated[
        Path | None, typer.Option("--lexicons", help="Your own rows, laid over ours; default as in the settings.")
    ] = None,
    settings_file: SettingsOption = None,
    debug: DebugOption = False,
) -> None:
    """Hold every row against its examples, all other rows, and what can be computed."""
    del debug
    from pipeline.settings import read_settings

    folder = folder or read_settings(settings_file).lexicons
    from pipeline.lexicon_check import check_lexicons

    findings = check_lexicons(folder)
    for finding in findings:
        typer.echo(printable(str(finding)))
    where = f"ours and {folder}" if folder else "ours"
    if not findings:
        typer.echo(printable(f"{where}: every row holds."), err=True)
        return
    rows = len({finding.line for finding in findings})
    typer.echo(printable(f"{where}: {len(findings)} things to mend in {rows} rows."), err=True)
    raise typer.Exit(EXIT_FAILED)


@app.command()
def doctor(debug: DebugOption = False) -> None:
    """Say what is installed, what it switches on, and how to get what is missing. Nothing is downloaded."""
    del debug
    from rich.table import Table

    from pipeline.doctor import examine

    table = Table(box=None, pad_edge=False)
    for heading in ("part", "found", "what it does", "how to get it"):
        table.add_column(heading, overflow="fold")
    findings = examine()
    for finding in findings:
        cells = (finding.part, finding.found, finding.effect, finding.remedy)
        table.add_row(*(plain(cell) for cell in cells))
    open_console().print(table)
    if any(finding.broken for finding in findings):
        raise typer.Exit(EXIT_FAILED)
