"""The command line: the only file that prints. Results go to stdout, progress and errors to stderr."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from pipeline.engines import use_one_thread
from pipeline.errors import ClaimsiftError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.run import Summary
    from pipeline.schema import ClaimRow, ConflictRow, DocumentRow, Severity

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_CONFLICTS = 0, 1, 2, 3
PIPE_WIDTH = 160  # characters in a line of a table, where no terminal and no COLUMNS says
NOTICE = "The tables say what pages claim. They are no statement of fact and no advice."

app = typer.Typer(
    name="claims",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich would cost a third of a second at every start
    help="Read raw pages about research peptides into a table of claims, and show where they disagree.",
    epilog="Exit status: 0 done; 1 a document or row failed; 2 wrong usage or settings; "
    "3 with --fail-on, when such conflicts are open.",
)

OutArgument = Annotated[Path, typer.Argument(metavar="OUT", help="Folder with a result of 'claims extract'.")]
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
        _complain(str(error))
        sys.exit(EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED)
    except Exception as error:  # a bug outside all documents
        if debug:
            raise
        _complain(f"{type(error).__name__}: {error}; this is a bug, please report what --debug shows.")
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        _complain("Interrupted; the former result is as it was.")
        sys.exit(130)


def _complain(message: str) -> None:
    typer.echo(f"claims: {_printable(message)}", err=True)


@app.callback(invoke_without_command=True)
def start(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Options that stand before a command."""
    if version:
        from importlib import metadata

        typer.echo(f"claimsift {metadata.version('claimsift')}")
        raise typer.Exit(EXIT_DONE)


@app.command()
def extract(
    raw: Annotated[Path, typer.Argument(metavar="RAW", help="Folder with the raw pages.")],
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the tables: missing, empty or a former result.")
    ] = Path("extracted"),
    workers: Annotated[int, typer.Option("--workers", min=1, max=256, help="Processes that read documents.")] = 1,
    settings_file: Annotated[Path | None, typer.Option("--settings", help="TOML file; default pipeline.toml.")] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="What reviewers decided; default review/decisions.jsonl.")
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", metavar="SEVERITY", help="high, medium, low or info.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    debug: DebugOption = False,
) -> None:
    """Read all pages below RAW and write tables and report."""
    from pipeline.settings import read_settings

    limit = _read_severity(fail_on)
    settings = read_settings(settings_file)
    from pipeline.run import run_pipeline

    with Progress(quiet=quiet) as progress:
        summary = run_pipeline(
            raw, out, settings, workers=workers, decisions=decisions, debug=debug, on_document=progress.show
        )
    _print_summary(summary)
    if summary.failed:
        raise typer.Exit(EXIT_FAILED)
    if limit and any(summary.conflicts.get(severity) for severity in limit):
        raise typer.Exit(EXIT_CONFLICTS)


def _read_severity(name: str | None) -> tuple[Severity, ...]:
    """The named severity and all above it."""
    from pipeline.schema import Severity

    if name is None:
        return ()
    ladder = list(Severity)
    if name not in ladder:
        message = f"--fail-on {name}: is no severity; take one of {', '.join(ladder)}."
        raise UsageError(message)
    return tuple(ladder[: ladder.index(Severity(name)) + 1])


class Progress:
    """A bar on a terminal, a plain line for each failed or refused document elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bar

        self.quiet = quiet
        self.console = Console(stderr=True)
        self.bar = Bar(console=self.console, transient=True, disable=quiet or not self.console.is_terminal)
        self.task = self.bar.add_task("reading", total=None)

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def show(self, document: DocumentRow, total: int) -> None:
        """One document is done."""
        self.bar.update(self.task, advance=1, total=total, description="reading")
        if document.reason and not self.quiet:
            line = _printable(f"{document.status}: {document.reason}")
            self.bar.console.print(line, markup=False, highlight=False, soft_wrap=True)


def _print_summary(summary: Summary) -> None:
    from rich.console import Console
    from rich.table import Table

    from pipeline.schema import Severity

    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    documents = ", ".join(f"{count} {status}" for status, count in sorted(summary.documents.items()))
    conflicts = ", ".join(f"{summary.conflicts.get(severity, 0)} {severity}" for severity in Severity)
    table.add_row("documents", documents or "none")
    table.add_row("claims", str(summary.claims))
    table.add_row("conflicts", conflicts)
    table.add_row("explained away", str(summary.explained))
    table.add_row("slots", f"{summary.slots}, of which {summary.lonely_slots} have one source and cannot conflict")
    table.add_row("unclaimed", str(summary.unclaimed))
    table.add_row("failures", str(summary.failures))
    table.add_row("report", _plain(str(summary.out / "report.html")))
    Console(soft_wrap=True).print(table)
    typer.echo(NOTICE)


@app.command()
def report(
    out: OutArgument,
    raw: Annotated[
        Path | None, typer.Option("--raw", help="Folder with the raw pages; default as in run.json.")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Write report.html, report/ and report.md again from the tables in OUT."""
    del debug
    from pipeline.run import rebuild_report
    from pipeline.store import read_run_json

    rebuild_report(out, raw or Path(str(read_run_json(out)["raw"])), out)
    typer.echo(_printable(str(out / "report.html")))


@app.command()
def show(
    compound: Annotated[str, typer.Argument(help="Name or concept id of a compound.")],
    out: Annotated[Path, typer.Option("--out", help="Folder with a result.")] = Path("extracted"),
    debug: DebugOption = False,
) -> None:
    """Print the dossier of a compound: every claim by predicate, and its conflicts."""
    del debug
    from pipeline.schema import ClaimRow, ConflictRow
    from pipeline.store import read_table

    claims = [row for row in read_table(out, ClaimRow) if _is_called(row, compound)]
    if not claims:
        message = f"{compound}: no claim in {out} is about it; see the subjects in claims.csv."
        raise UsageError(message)
    subjects = {row.subject_id for row in claims}
    conflicts = [row for row in read_table(out, ConflictRow) if row.subject_id in subjects]
    _print_dossier(claims, conflicts)


def _is_called(row: ClaimRow, name: str) -> bool:
    folded = name.casefold()
    return folded in (row.subject.casefold(), row.subject_id.casefold(), row.subject_id.partition(":")[2])


def _print_dossier(claims: list[ClaimRow], conflicts: list[ConflictRow]) -> None:
    from rich.table import Table

    from pipeline.schema import Polarity

    console = _open_console()
    table = Table(title=claims[0].subject, title_justify="left", box=None, pad_edge=False)
    for heading in ("predicate", "says", "certainty", "source", "at"):
        table.add_column(heading, overflow="fold")
    for row in sorted(claims, key=lambda claim: (claim.predicate, claim.source_id, claim.start)):
        says = row.value_text or row.object or ""
        negated = "not " if row.polarity is Polarity.NEGATED else ""
        cells = (row.predicate, f"{negated}{says}", str(row.certainty), row.source_id, f"{row.start}–{row.end}")
        table.add_row(*(_plain(cell) for cell in cells))
    console.print(table)
    for conflict in conflicts:
        console.print(_printable(f"[{conflict.severity}] {conflict.headline}"), markup=False, highlight=False)


def _open_console() -> Console:
    """Where tables are printed: as wide as the terminal, and wide enough for whole lines in a pipe."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH)


def _printable(text: str) -> str:
    """Text of a page or a file name without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _plain(text: str) -> str:
    """Text for a cell of a table, without what a terminal or rich would obey."""
    from rich.markup import escape

    return escape(_printable(text))


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
        typer.echo(_printable(problem))
    if problems:
        raise typer.Exit(EXIT_FAILED)
    typer.echo(_printable(f"{out}: every table holds."))


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
    typer.echo(_printable(f"{folder}: schema/ and datapackage.json are written."))


lexicon = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The words that the program knows, as rows.")
app.add_typer(lexicon, name="lexicon")


@lexicon.command("check")
def check_lexicon(
    folder: Annotated[
        Path | None, typer.Option("--lexicons", help="Your own rows, laid over ours; default as in the settings.")
    ] = None,
    settings_file: Annotated[Path | None, typer.Option("--settings", help="TOML file; default pipeline.toml.")] = None,
    debug: DebugOption = False,
) -> None:
    """Hold every row against its examples, all other rows, and what can be computed."""
    del debug
    from pipeline.settings import read_settings

    folder = folder or read_settings(settings_file).lexicons
    from pipeline.lexicon_check import check_lexicons

    findings = check_lexicons(folder)
    for finding in findings:
        typer.echo(_printable(str(finding)))
    where = f"ours and {folder}" if folder else "ours"
    if not findings:
        typer.echo(_printable(f"{where}: every row holds."), err=True)
        return
    rows = len({finding.line for finding in findings})
    typer.echo(_printable(f"{where}: {len(findings)} things to mend in {rows} rows."), err=True)
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
        table.add_row(*(_plain(cell) for cell in cells))
    _open_console().print(table)
    if any(finding.broken for finding in findings):
        raise typer.Exit(EXIT_FAILED)
