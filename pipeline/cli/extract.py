"""`claims extract`: all pages to tables and report."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Self

import typer

from pipeline.address import Address, check_places, read_place
from pipeline.cli.app import EXIT_CONFLICTS, EXIT_FAILED, DebugOption, SettingsOption, app
from pipeline.cli.cache import find_cache, find_copies
from pipeline.cli.console import plain, printable
from pipeline.engines import count_cores
from pipeline.engines.dask_engine import LOCAL, read_engine
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.address import Place
    from pipeline.engines.dask_engine import Cluster
    from pipeline.run import Summary
    from pipeline.schema import DocumentRow, Severity

NOTICE = "The tables say what pages claim. They are no statement of fact and no advice."


@app.command()
def extract(
    raw: Annotated[
        str, typer.Argument(metavar="RAW", help="Folder with the raw pages, or s3://, gs:// or file:// and its place.")
    ],
    out: Annotated[
        str, typer.Option("--out", help="Folder or address for the tables: missing, empty or a former result.")
    ] = "extracted",
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=0, max=256, help="Processes that read documents; default the cores, 0 is this one."
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="Where: local, dask:// (a cluster here) or dask://host:port.")
    ] = LOCAL,
    work: Annotated[
        Path | None, typer.Option("--work", help="Folder that all machines of a cluster see; default beside OUT.")
    ] = None,
    settings_file: SettingsOption = None,
    decisions: Annotated[
        str | None, typer.Option("--decisions", help="What reviewers decided; default review/decisions.jsonl.")
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", metavar="SEVERITY", help="high, medium, low or info.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Read every document anew, and keep nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    debug: DebugOption = False,
) -> None:
    """Read all pages below RAW and write tables and report."""
    from pipeline.settings import read_settings

    limit = _read_severity(fail_on)
    cluster = read_engine(engine, work)
    settings = read_settings(settings_file)
    pages, target = read_place(raw), read_place(out)
    check_places(pages, target)
    from pipeline.remote import bring_file, open_pages, open_target
    from pipeline.run import run_pipeline

    with ExitStack() as stack:
        progress = stack.enter_context(Progress(quiet=quiet))
        copies = stack.enter_context(_open_copies(settings_file, cluster, keep=not no_cache))
        decided = bring_file(read_place(decisions), copies=copies) if decisions else None
        target_folder = stack.enter_context(open_target(target, copies=copies))
        raw_folder = stack.enter_context(open_pages(pages, settings, copies=copies, on_page=progress.fetch))
        summary = run_pipeline(
            raw_folder,
            target_folder,
            settings,
            workers=0 if debug else count_cores() if workers is None else workers,
            decisions=decided,
            cache=None if no_cache or debug else find_cache(settings_file),
            debug=debug,
            on_document=progress.show,
            cluster=cluster,
            raw_name=None if isinstance(pages, Path) else str(pages),
        )
    _print_summary(summary, target, kept=not no_cache)
    if summary.failed:
        raise typer.Exit(EXIT_FAILED)
    if limit and any(summary.conflicts.get(severity) for severity in limit):
        raise typer.Exit(EXIT_CONFLICTS)


@contextmanager
def _open_copies(settings_file: Path | None, cluster: Cluster | None, *, keep: bool) -> Iterator[Path]:
    """Where copies of what is at addresses are made: beside the cache, or where all machines of a cluster see them."""
    if cluster is not None and cluster.folder is not None:
        yield cluster.folder / "remote"
    elif keep:
        yield find_copies(settings_file)
    else:
        with TemporaryDirectory() as folder:
            yield Path(folder)


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
        self.fetching = self.bar.add_task("fetching", total=None, visible=False)
        self.task = self.bar.add_task("reading", total=None)

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def fetch(self, done: int, total: int) -> None:
        """One page was brought down."""
        self.bar.update(self.fetching, completed=done, total=total, visible=done < total)

    def show(self, document: DocumentRow, total: int) -> None:
        """One document is done."""
        self.bar.update(self.task, advance=1, total=total, description="reading")
        if document.reason and not self.quiet:
            line = printable(f"{document.status}: {document.reason}")
            self.bar.console.print(line, markup=False, highlight=False, soft_wrap=True)


def _print_summary(summary: Summary, target: Place, *, kept: bool) -> None:
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
    if isinstance(target, Address):
        table.add_row("result", plain(f"{target}, of which run.json leads to the tables"))
    if isinstance(target, Path) or kept:
        table.add_row("report", plain(str(summary.out / "report.html")))
    Console(soft_wrap=True).print(table)
    typer.echo(NOTICE)
