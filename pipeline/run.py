"""The corridor: the stages in their order, what is stored, and the one place that forgives."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.address import is_folder
from pipeline.annotate import identify_model
from pipeline.cache import Cache
from pipeline.clean import read_overrides
from pipeline.conflicts import carry_on, check_choices, compare_batches, find_families, read_batches
from pipeline.decisions import read_decisions
from pipeline.digests import digest_data, program_version
from pipeline.document import Work, name_generation
from pipeline.errors import UsageError
from pipeline.gather import Gathered, Readers, write_documents
from pipeline.lexicon import digest_lexicons, overlay
from pipeline.lexicon_check import refuse_broken_rows
from pipeline.outcome import Task
from pipeline.plugins import ARBITERS, ask_arbiters, find_plugins, list_plugins, warn_of_broken_plugins
from pipeline.read import list_sources
from pipeline.report import MAIN_PAGE, ReportInput, write_report
from pipeline.reuse import keep_stamp, list_made, look_back, make_stamp, name_origin
from pipeline.schema import (
    SCHEMA_VERSION,
    TABLES,
    BlockRow,
    CitationRow,
    ClaimRow,
    ConflictMemberRow,
    ConflictRow,
    DocumentRow,
    ExplainedRow,
    FailureRow,
    MentionRow,
    Severity,
    State,
    Status,
    UnclaimedRow,
)
from pipeline.store import (
    SortedTable,
    StoredTable,
    escape_text,
    find_below,
    former_result,
    open_output,
    read_result,
    read_table,
    write_run_json,
    write_schema,
    write_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.conflicts import Conflicts
    from pipeline.engines.dask_engine import Cluster
    from pipeline.reuse import Standing
    from pipeline.schema import Decision, Row
    from pipeline.settings import Settings

ROWS_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did, for the closing table and the exit status."""

    documents: dict[Status, int]
    claims: int
    conflicts: dict[Severity, int]
    explained: int
    unclaimed: int
    failures: int
    slots: int
    lonely_slots: int
    out: Path

    @property
    def failed(self) -> bool:
        """Whether a document failed, or a row failed its check."""
        return self.failures > 0


def run_pipeline(
    raw: Path,
    out: Path,
    settings: Settings,
    *,
    workers: int = 0,
    decisions: Path | None = None,
    cache: Path | None = None,
    debug: bool = False,
    on_document: Callable[[DocumentRow, int], None] | None = None,
    cluster: Cluster | None = None,
    raw_name: str | None = None,
) -> Summary:
    """Read every file under `raw` and put the tables and the report in `out`.

    Documents are worked on by as many processes as there are `workers`, which are watched over, or in this one, or by
    a `cluster`, where a run that was stopped goes on: its work folder is removed when the result stands in `out`.
    `cache` is the folder in which their results are kept for the next run. `on_document` is told of each finished
    document and of how many there are. `raw_name` is the address that `raw` is a copy of, for
    run.json. Raises UsageError when a folder, a setting or a row of a lexicon is wrong; then nothing is written.
    """
    _check_folders(raw, out)
    warn_of_broken_plugins()
    overrides = read_overrides(raw)
    decided = read_decisions(decisions)
    # As the tables sort them, since the rows of each are written behind those of the one before.
    sources = sorted(list_sources(raw, settings), key=lambda source: escape_text(source[1]))
    tasks = [Task(path, source_id, overrides.get(source_id)) for path, source_id in sources]
    with overlay(settings.lexicons):
        refuse_broken_rows()
        check_choices(settings)
        model = identify_model(settings)
        shelf = Cache(cache, name_generation(settings, model)) if cache else None
        if shelf is not None:
            shelf.open()
        work = Work(settings, shelf, debug=debug)
        readers = Readers(work, raw, out, workers, cluster)
        superseded = {row.supersedes: row.path for row in overrides.values() if row.supersedes}

        def tell(document: DocumentRow) -> None:
            if on_document is not None:
                on_document(document, len(tasks))

        with open_output(out) as build:
            gathered, former = Gathered(build), former_result(out)
            conflicts = StoredTable(former, ConflictRow) if former is not None else ()
            with gathered.timed("documents"):
                past = look_back(former, tasks, readers, superseded)
                if past.standing is None:
                    results = readers.read(tasks, lambda task: past.results.get(task.source_id) or work.recall(task))
                    write_documents(tasks, results, gathered, tell)
            if past.standing is None:
                summary = _compare_documents(gathered, conflicts, decided, settings, out, superseded)
            else:
                summary = _take_over(past.standing, gathered, conflicts, decided, out, tell)
            tables = list_made(build)
            with gathered.timed("report"):
                taken = past.standing.take_report(build, decided) if past.standing is not None else set()
                if MAIN_PAGE not in taken:
                    shown = _read_report_input(build, raw, decided, summary.lonely_slots, settings.follow_links)
                    origins = {row.source_id: gathered.names[row.source_id] for row in gathered.documents if row.sha256}
                    write_report(replace(shown, origins=origins, known_pages=shelf), build, taken)
            if shelf is not None:
                stamp = make_stamp(build, tables, gathered.counts, (summary.slots, summary.lonely_slots), decided)
                keep_stamp(build, name_origin(gathered.names.values(), settings, superseded), shelf, stamp)
            about = _describe_run(raw_name or str(raw), settings, model[0] if model else None, gathered, summary)
            write_run_json(build, about)
    readers.clear_away()
    return summary


def _check_folders(raw: Path, out: Path) -> None:
    if not is_folder(raw):
        message = f"{raw}: is no folder; name the folder with the raw pages."
        raise UsageError(message)
    if out.resolve().is_relative_to(raw.resolve()):
        message = f"{out}: lies inside {raw}, where the next run would take it for pages; name a folder outside."
        raise UsageError(message)


def _compare_documents(
    gathered: Gathered,
    former: Iterable[ConflictRow],
    decided: tuple[Decision, ...],
    settings: Settings,
    out: Path,
    superseded: dict[str, str],
) -> Summary:
    """Find the conflicts of all documents, and write the tables that are about more than one."""
    with gathered.timed("conflicts"):
        digests = {row.source_id: row.sha256 or "" for row in gathered.documents}
        families = find_families(gathered.sketches, digests)
        found = compare_batches(
            read_batches(gathered.build, settings.claims_in_memory),
            StoredTable(gathered.build, CitationRow),
            gathered.findings,
            families,
            former,
            decided,
            settings=settings,
            superseded=superseded,
            dates={row.source_id: row.published for row in gathered.documents if row.published},
        )
        counted = _write_conflicts(found, gathered)
    documents = tuple(row.model_copy(update={"text_family": families.get(row.source_id)}) for row in gathered.documents)
    with gathered.timed("tables"):
        for model, rows in ((DocumentRow, documents), (FailureRow, gathered.failures)):
            write_table(gathered.build, model, rows)
            gathered.counts[model.table] = len(rows)
        write_schema(gathered.build)
    return _sum_up(gathered, counted, out)


def _take_over(
    standing: Standing,
    gathered: Gathered,
    former: Iterable[ConflictRow],
    decided: tuple[Decision, ...],
    out: Path,
    on_document: Callable[[DocumentRow], None],
) -> Summary:
    """Take the tables of the former result over, and say anew what has become of its conflicts."""
    gathered.names.update(standing.names)
    with gathered.timed("tables"):
        standing.take_tables(gathered.build)
        gathered.documents.extend(StoredTable(gathered.build, DocumentRow))
    for document in gathered.documents:
        on_document(document)
    counted = Counted(slots=standing.stamp.slots, lonely_slots=standing.stamp.lonely_slots)
    with gathered.timed("conflicts"), SortedTable(gathered.build, ConflictRow) as table:
        rows = carry_on(former, decided)
        while some := list(islice(rows, ROWS_A_TIME)):
            table.add(some)
            counted.add(some)
    gathered.counts.update(standing.stamp.counts)
    return _sum_up(gathered, counted, out)


def _sum_up(gathered: Gathered, counted: Counted, out: Path) -> Summary:
    return Summary(
        documents=dict(Counter(row.status for row in gathered.documents)),
        claims=gathered.counts[ClaimRow.table],
        conflicts=dict(counted.live),
        explained=gathered.counts[ExplainedRow.table],
        unclaimed=gathered.counts[UnclaimedRow.table],
        failures=gathered.counts[FailureRow.table],
        slots=counted.slots,
        lonely_slots=counted.lonely_slots,
        out=out,
    )


@dataclass
class Counted:
    """What is told of the conflicts, which themselves are not kept."""

    live: Counter[Severity] = field(default_factory=Counter)
    slots: int = 0
    lonely_slots: int = 0

    def add(self, rows: Iterable[ConflictRow]) -> None:
        """Count conflicts that stand."""
        self.live.update(row.severity for row in rows if row.state is not State.GONE)


def _write_conflicts(pieces: Iterable[Conflicts], gathered: Gathered) -> Counted:
    """Write the tables of conflicts, piece by piece."""
    counted = Counted()
    with ExitStack() as stack:
        conflicts, members, explained = tables = tuple(
            stack.enter_context(SortedTable(gathered.build, model))
            for model in (ConflictRow, ConflictMemberRow, ExplainedRow)
        )
        for piece in map(partial(_ask_arbiters, gathered=gathered), pieces):
            conflicts.add(piece.conflicts)
            members.add(piece.members)
            explained.add(piece.explained)
            counted.add(piece.conflicts)
            counted.slots += piece.slots
            counted.lonely_slots += piece.lonely_slots
            del piece  # or it is in memory until the next one is
    gathered.counts.update({table.model.table: table.rows for table in tables})
    return counted


def _ask_arbiters(found: Conflicts, gathered: Gathered) -> Conflicts:
    """The conflicts with what the arbiters of plug-ins say of them; what failed is a row of its own."""
    if not find_plugins().of(ARBITERS):
        return found
    members: dict[str, list[ConflictMemberRow]] = defaultdict(list)
    for row in found.members:
        members[row.conflict_id].append(row)
    told = [ask_arbiters(row, members[row.conflict_id]) for row in found.conflicts]
    gathered.failures.extend(
        FailureRow(source_id="", stage="conflicts", error="PluginError", message=fault, start=None, end=None)
        for _, faults in told
        for fault in faults
    )
    return replace(found, conflicts=tuple(row for row, _ in told))


def rebuild_report(out: Path, raw: Path, folder: Path, *, decisions: Path | None = None) -> None:
    """Write the report again from the tables in `out`, with the raw texts under `raw`.

    Raises UsageError when there is no result in `out`, or no folder at `raw`.
    """
    if not is_folder(raw):
        message = f"{raw}: the raw pages are not there; name their folder with --raw."
        raise UsageError(message)
    about = read_result(out)
    with overlay(_find_lexicons(about)):
        lonely_slots = about.get("counts", {}).get("slots_with_one_source")
        follow_links = about.get("settings", {}).get("follow_links") is True
        write_report(_read_report_input(out, raw, read_decisions(decisions), lonely_slots, follow_links), folder)


# Tables of which the report shows a part at a time.
LOOKED_UP: frozenset[type[Row]] = frozenset({BlockRow, MentionRow, ClaimRow, UnclaimedRow})


def _read_report_input(
    result: Path,
    raw: Path,
    decided: tuple[Decision, ...],
    lonely_slots: int | None,
    follow_links: bool,  # noqa: FBT001  (one of the settings)
) -> ReportInput:
    """The tables in a folder, and the way to the raw texts."""
    rows = {
        model.table: StoredTable(result, model) if model in LOOKED_UP else read_table(result, model) for model in TABLES
    }
    documents = {row.source_id: row for row in rows[DocumentRow.table] if isinstance(row, DocumentRow)}

    def read_text(source_id: str) -> str:
        document = documents[source_id]
        folder, name = (result, document.text_path) if document.text_path else (raw, source_id)
        with find_below(folder, name, follow_links=follow_links).open(encoding=document.encoding, newline="") as file:
            return file.read()

    return ReportInput(**rows, raw_texts=read_text, decisions=decided, single_source_slots=lonely_slots)  # type: ignore[arg-type]


def _find_lexicons(about: dict[str, Any]) -> Path | None:
    """The user's lexicons of a run; none where they are gone, for the report needs no more of them than titles."""
    named = about.get("settings", {}).get("lexicons")
    return Path(named) if isinstance(named, str) and named and is_folder(Path(named)) else None


def _describe_run(
    raw: str, settings: Settings, model: str | None, gathered: Gathered, summary: Summary
) -> dict[str, object]:
    return {
        "program": "claimsift",
        "program_version": program_version(),
        "schema_version": SCHEMA_VERSION,
        "raw": raw,
        "settings": settings.model_dump(mode="json"),
        "digests": {"lexicons": digest_lexicons(), "program": digest_data(""), "weights": digest_data("weights")},
        "model": model,
        "plugins": list_plugins(),
        "inputs": {row.source_id: row.sha256 for row in gathered.documents},
        "counts": {
            **dict(sorted(gathered.counts.items())),
            "slots": summary.slots,
            "slots_with_one_source": summary.lonely_slots,
        },
        "seconds": gathered.seconds,
        "peak_memory": gathered.peaks,
    }
