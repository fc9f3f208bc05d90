"""`claims migrate`: decisions of a former version of the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import DebugOption, app
from pipeline.cli.console import printable


@app.command()
def migrate(
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="What reviewers decided; default review/decisions.jsonl.")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Take decisions over that were made with a former version of the tables. The cache needs no such thing."""
    del debug
    from pipeline.decisions import DEFAULT_FILE
    from pipeline.migrate import migrate_decisions
    from pipeline.schema import SCHEMA_VERSION

    file = decisions or DEFAULT_FILE
    done = migrate_decisions(file)
    counts = ", ".join(f"{count} of schema {version}" for version, count in sorted(done.versions.items())) or "none"
    typer.echo(printable(f"{file}: decisions: {counts}."))
    if done.former is None:
        typer.echo(f"This program reads schema {SCHEMA_VERSION}: nothing was changed.")
    else:
        typer.echo(printable(f"They are of schema {SCHEMA_VERSION} now; as they were they are in {done.former}."))
    typer.echo("Tables are made again by 'claims extract'; the cache goes by content, and needs nothing.")
