"""The program itself: its options, its exit statuses, and the one place where every error becomes a sentence."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from pipeline.address import read_place
from pipeline.cli.console import complain
from pipeline.engines import use_one_thread
from pipeline.errors import ClaimsiftError, UsageError

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_CONFLICTS = 0, 1, 2, 3

app = typer.Typer(
    name="claims",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich would cost a third of a second at every start
    help="Read raw pages about research peptides into a table of claims, and show where they disagree.",
    epilog="Exit status: 0 done; 1 a document or row failed; 2 wrong usage or settings; "
    "3 with --fail-on, when such conflicts are open.",
)


def find_result(given: str | Path) -> Path:
    """The folder with a result; one at an address is brought down first, or as far as it has changed."""
    place = read_place(given)
    if isinstance(place, Path):
        return place
    from pipeline.remote import open_result

    return open_result(place)


def find_folder(given: str | Path) -> Path:
    """The folder with a result that is written into. Raises UsageError for an address, where nothing is written so."""
    place = read_place(given)
    if isinstance(place, Path):
        return place
    raise UsageError(f"{given}: is no folder, and this writes into a result; call 'claims extract' again.")


OutArgument = Annotated[
    Path,
    typer.Argument(metavar="OUT", parser=find_result, help="Folder or address with a result of 'claims extract'."),
]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="OUT", parser=find_result, help="Folder or address with a result.")
]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="TOML file; default pipeline.toml.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks; a bug stops the run.")]


def main() -> None:
    """Run the command and end with its exit status."""
    debug = "--debug" in sys.argv[1:]
    use_one_thread()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Greek letters is no reason to stop
    try:
        app()
    except ClaimsiftError as error:
        if debug:
            raise
        complain(str(error))
        sys.exit(EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED)
    except Exception as error:  # a bug outside all documents
        if debug:
            raise
        complain(f"{type(error).__name__}: {error}; this is a bug, please report what --debug shows.")
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        complain("Interrupted; the former result is as it was.")
        sys.exit(130)


@app.callback(invoke_without_command=True)
def start(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Options that stand before a command."""
    if version:
        from importlib import metadata

        typer.echo(f"claimsift {metadata.version('claimsift')}")
        raise typer.Exit(EXIT_DONE)
