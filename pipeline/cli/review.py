"""What a reviewer does with a result: list its conflicts, ask for a story, decide, and see what it adds up to."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from pipeline.cli.app import EXIT_FAILED, DebugOption, OutArgument, OutOption, app, find_result
from pipeline.cli.console import open_console, plain, printable
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.review.quality import Quality, Share
    from pipeline.schema import ConflictRow, Decision

DecisionsOption = Annotated[
    Path | None, typer.Option("--decisions", help="What reviewers decided; default review/decisions.jsonl.")
]


Name = TypeVar("Name", bound=StrEnum)


class Format(StrEnum):
    """How conflicts are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"


@app.command()
def conflicts(
    out: OutArgument,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="value, identity, …; may be repeated.")
    ] = None,
    severity: Annotated[
        list[str] | None, typer.Option("--severity", metavar="SEVERITY", help="high, medium, low or info; repeatable.")
    ] = None,
    compound: Annotated[str | None, typer.Option("--compound", help="Name or concept id of a compound.")] = None,
    style: Annotated[Format, typer.Option("--format", help="How they are printed.")] = Format.TABLE,
    debug: DebugOption = False,
) -> None:
    """List the conflicts of a result, most severe first."""
    del debug
    from pipeline.review import listings
    from pipeline.schema import ConflictKind, ConflictRow, Severity
    from pipeline.store import read_table

    rows = listings.choose_conflicts(
        read_table(out, ConflictRow),
        kinds=_read_names("--kind", kind or [], ConflictKind),
        severities=_read_names("--severity", severity or [], Severity),
        subjects=None if compound is None else _find_subjects(out, compound),
    )
    match style:
        case Format.TABLE:
            _print_conflicts(rows)
        case Format.JSON:
            typer.echo(listings.write_json(rows))
        case Format.CSV:
            typer.echo(listings.write_csv(rows))
        case Format.MD:
            typer.echo(listings.write_markdown(rows))


def _read_names(option: str, names: Iterable[str], kind: type[Name]) -> list[Name]:
    for name in names:
        if name not in list(kind):
            raise UsageError(f"{option} {name}: take one of {', '.join(kind)}.")
    return [kind(name) for name in names]


def _find_subjects(out: Path, name: str) -> set[str]:
    from pipeline.review.listings import find_subjects
    from pipeline.schema import ClaimRow
    from pipeline.store import read_table

    found = find_subjects(read_table(out, ClaimRow), name)
    if not found:
        raise UsageError(f"{name}: no claim in {out} is about it; see the subjects in claims.csv.")
    return found


def _print_conflicts(rows: Sequence[ConflictRow]) -> None:
    from rich.table import Table

    from pipeline.review import listings

    table = Table(box=None, pad_edge=False)
    for heading in listings.HEADS:
        table.add_column(heading, overflow="fold", no_wrap=heading == "conflict_id")
    for row in rows:
        table.add_row(*(plain(cell) for cell in listings.list_cells(row)))
    open_console().print(table)
    typer.echo(f"{len(rows)} conflicts", err=True)


@app.command()
def explain(
    name: Annotated[str, typer.Argument(metavar="ID", help="claim_id or conflict_id, or the beginning of one.")],
    out: OutOption = Path("extracted"),
    decisions: DecisionsOption = None,
    debug: DebugOption = False,
) -> None:
    """Tell the whole story of a claim or a conflict: rule, cue, offsets, arithmetic, and why no other side."""
    del debug
    from pipeline import schema
    from pipeline.decisions import read_decisions
    from pipeline.review.stories import Shelf, align_lines, tell_story
    from pipeline.store import read_table

    shelf = Shelf(
        claims=read_table(out, schema.ClaimRow),
        mentions=read_table(out, schema.MentionRow),
        citations=read_table(out, schema.CitationRow),
        conflicts=read_table(out, schema.ConflictRow),
        members=read_table(out, schema.ConflictMemberRow),
        explained=read_table(out, schema.ExplainedRow),
        decisions=read_decisions(decisions),
    )
    for line in align_lines(tell_story(shelf, name)):
        typer.echo(printable(line))


@app.command()
def review(
    out: OutArgument,
    decisions: DecisionsOption = None,
    reviewer: Annotated[str, typer.Option("--reviewer", help="Name that the page proposes.")] = "",
    host: Annotated[str, typer.Option("--host", help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 0,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="PEM file, to serve others than this machine.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="PEM file with the key of the certificate.")] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Serve others without TLS; whoever is on the network can read along.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Serve the report on this machine and write every decision to review/decisions.jsonl at once."""
    del debug
    from pipeline.decisions import DEFAULT_FILE
    from pipeline.review.server import Desk, is_loopback, open_server
    from pipeline.store import read_result

    if (certificate is None) != (key is None):
        raise UsageError("--certificate and --key belong together; name both.")
    read_result(out)
    desk = Desk(out=out, decisions=decisions or DEFAULT_FILE, reviewer=reviewer, on_decision=_report_decision)
    pair = (certificate, key) if certificate and key else None
    server = open_server(desk, host=host, port=port, certificate=pair, insecure=insecure)
    if not pair and not is_loopback(host):
        typer.echo(
            printable(f"WARNING: {host} is served without TLS. Everyone on the network can read and decide."), err=True
        )
    typer.echo(printable(server.address))
    typer.echo(printable(f"Decisions go to {desk.decisions}. Ctrl-C ends."), err=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        typer.echo("Ended; every decision is on the disk.", err=True)
    finally:
        server.server_close()


def _report_decision(decision: Decision) -> None:
    what = "withdrawn" if decision.withdrawn else decision.verdict.value
    typer.echo(printable(f"{decision.reviewer}: {what} {decision.conflict_id}"), err=True)


@app.command()
def decide(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE…", help="Decisions that a report has exported, JSON lines.")
    ] = None,
    decisions: DecisionsOption = None,
    debug: DebugOption = False,
) -> None:
    """Add exported decisions to the decisions file, each once. Without FILE: set aside what a crash left of a line."""
    del debug
    from pipeline.decisions import DEFAULT_FILE, check_decisions, merge_decisions

    target = decisions or DEFAULT_FILE
    told: list[Decision] = []
    for file in files or []:
        read, problems = check_decisions(file)
        if problems:
            raise UsageError(problems[0])
        told.extend(read)
    added = merge_decisions(target, told)
    typer.echo(printable(f"{target}: {added} added, {len(told) - added} were there already."))


@app.command("decisions")
def list_decisions(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", parser=find_result, help="The result that was decided on.")
    ] = Path("extracted"),
    decisions: DecisionsOption = None,
    summary: Annotated[bool, typer.Option("--summary", help="The figures alone.")] = False,
    debug: DebugOption = False,
) -> None:
    """List and check the decisions, and say what they add up to: agreement of reviewers, precision by kind and rule."""
    del debug
    from pipeline import schema
    from pipeline.decisions import DEFAULT_FILE, check_decisions
    from pipeline.review.quality import measure_quality
    from pipeline.store import former_result, read_result, read_table

    told, problems = check_decisions(decisions or DEFAULT_FILE)
    found = former_result(out)
    if found is None and (out / "run.json").exists():
        read_result(out)  # tells why it is none
    rows = read_table(found, schema.ConflictRow) if found else ()
    if not summary:
        _print_decisions(told, rows)
    quality = (
        measure_quality(told, rows, read_table(found, schema.ConflictMemberRow), read_table(found, schema.ClaimRow))
        if found
        else measure_quality(told)
    )
    for line in _say_quality(quality):
        typer.echo(printable(line))
    for problem in problems:
        typer.echo(printable(problem), err=True)
    if problems:
        raise typer.Exit(EXIT_FAILED)


def _print_decisions(told: Iterable[Decision], rows: Iterable[ConflictRow]) -> None:
    from rich.table import Table

    conflicts_by_id = {row.conflict_id: row for row in rows}
    table = Table(box=None, pad_edge=False)
    for heading in ("time", "reviewer", "verdict", "conflict_id", "of", "note"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("time", "conflict_id"))
    for one in sorted(told, key=lambda decision: decision.time):
        row = conflicts_by_id.get(one.conflict_id)
        stale = " (stale)" if row and row.fingerprint != one.fingerprint else ""
        what = "withdrawn" if one.withdrawn else one.verdict.value
        headline = row.headline if row else ""
        time = one.time.isoformat(sep=" ", timespec="minutes")
        cells = (time, one.reviewer, f"{what}{stale}", one.conflict_id, headline, one.note or "")
        table.add_row(*(plain(cell) for cell in cells))
    open_console().print(table)


def _say_quality(quality: Quality) -> Iterable[str]:
    yield f"lines       {quality.lines}, of which {quality.withdrawn} withdraw"
    yield f"conflicts   {quality.decided} decided, {quality.disputed} disputed, {quality.stale} stale"
    if quality.unknown:
        yield f"unknown     {quality.unknown} decided conflicts are not in this result"
    yield f"verdicts    {', '.join(f'{count} {name}' for name, count in quality.verdicts) or 'none'}"
    yield f"reviewers   {', '.join(f'{name}: {count}' for name, count in quality.reviewers) or 'none'}"
    for pair in quality.agreements:
        kappa = "none, since both always say the same" if pair.kappa is None else f"{pair.kappa:.2f}"
        yield f"agreement   {' and '.join(pair.reviewers)}: {pair.same} of {pair.total}, Cohen's kappa {kappa}"
    yield from (_say_share("precision", share) for share in quality.kinds)
    yield from (_say_share("read right", share) for share in quality.rules)


def _say_share(head: str, share: Share) -> str:
    low, high = share.interval
    figures = f"{share.value:.0%}, 95 % between {low:.0%} and {high:.0%}"
    return f"{head:<12}{share.name}: {share.hits} of {share.total} ({figures})"
