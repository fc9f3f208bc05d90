"""The corridor: the stages in their order, what is stored, and the one place that forgives."""

from __future__ import annotations

import shutil
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.annotate import identify_model
from pipeline.cache import Cache
from pipeline.clean import read_overrides
from pipeline.conflicts import check_choices, find_conflicts, find_families
from pipeline.decisions import read_decisions
from pipeline.digests import digest_data, program_version
from pipeline.document import (
    DOCUMENT_TABLES,
    DocumentResult,
    Task,
    Work,
    give_up,
    name_generation,
    name_result,
    pack_result,
    prepare_member,
    prepare_worker,
    unpack_result,
)
from pipeline.engines import map_ordered
from pipeline.engines.dask_engine import Trade, map_on_cluster
from pipeline.errors import UsageError
from pipeline.lexicon import digest_lexicons, overlay
from pipeline.lexicon_check import refuse_broken_rows
from pipeline.plugins import ARBITERS, ask_arbiters, find_plugins, list_plugins, warn_of_broken_plugins
from pipeline.read import list_sources
from pipeline.report import ReportInput, write_report
from pipeline.schema import (
    SCHEMA_VERSION,
    TABLES,
    CitationRow,
    ClaimRow,
    ConflictMemberRow,
    ConflictRow,
    DocumentRow,
    ExplainedRow,
    FailureRow,
    Severity,
    State,
    Status,
    UnclaimedRow,
)
from pipeline.store import (
    TableWriter,
    escape_text,
    former_result,
    open_output,
    read_run_json,
    read_table,
    write_run_json,
    write_schema,
    write_table,
    write_text_layer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.conflicts import CitationFinding, Conflicts
    from pipeline.engines.dask_engine import Cluster
    from pipeline.schema import Decision, Row
    from pipeline.settings import Settings


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


@dataclass
class Gathered:
    """What is kept of all documents while they come in: no rows, but what belongs to the run."""

    build: Path
    documents: list[DocumentRow] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    findings: list[CitationFinding] = field(default_factory=list)
    sketches: dict[str, tuple[int, ...]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, result: DocumentResult) -> None:
        """Take in one document."""
        self.documents.append(result.document)
        self.failures.extend(result.failures)
        self.findings.extend(result.findings)
        if result.parts:
            self.sketches[result.document.source_id] = result.sketch


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
) -> Summary:
    """Read every file under `raw` and put the tables and the report in `out`.

    Documents are worked on by as many processes as there are `workers`, which are watched over, or in this one, or by
    a `cluster`, where a run that was stopped goes on: its work folder is removed when the result stands in `out`.
    `cache` is the folder in which their results are kept for the next run. `on_document` is told of each finished
    document and of how many there are. Raises UsageError when a folder, a setting or a row of a lexicon is wrong;
    then nothing is written.
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
        work = Work(settings, shelf, debug=debug)
        with open_output(out) as build:
            gathered = Gathered(build)
            with _timed(gathered, "documents"):
                if cluster is None:
                    results = map_ordered(
                        work.process,
                        tasks,
                        workers=workers,
                        known=work.recall,
                        give_up=give_up,
                        prepare=partial(prepare_worker, settings),
                        seconds=settings.max_seconds,
                    )
                else:
                    shared = Cache(_find_work_folder(cluster, out), name_generation(settings, model))
                    results = _map_on_cluster(cluster.engine, work, tasks, workers, raw, shared)
                _write_documents(results, gathered, on_document and (lambda row: on_document(row, len(tasks))))
            former = former_result(out)
            conflicts = read_table(former, ConflictRow) if former is not None else ()
            superseded = {row.supersedes: row.path for row in overrides.values() if row.supersedes}
            summary = _compare_documents(gathered, conflicts, decided, settings, out, superseded)
            with _timed(gathered, "report"):
                shown = _read_report_input(build, raw, decided, summary.lonely_slots)
                origins = {
                    row.source_id: name_result(task, row.sha256)
                    for task, row in zip(tasks, gathered.documents, strict=True)
                    if row.sha256
                }
                write_report(replace(shown, origins=origins, known_pages=shelf), build)
            write_run_json(build, _describe_run(raw, settings, model[0] if model else None, gathered, summary))
    if cluster is not None:
        shutil.rmtree(_find_work_folder(cluster, out), ignore_errors=True)
    return summary


def _find_work_folder(cluster: Cluster, out: Path) -> Path:
    """A folder of this OUT's own, beside it or in the folder that was named."""
    target = out.resolve()
    return (cluster.folder.absolute() if cluster.folder else target.parent) / f".{target.name}.parts"


def _map_on_cluster(
    engine: str, work: Work, tasks: Iterable[Task], workers: int, raw: Path, shared: Cache
) -> Iterator[DocumentResult]:
    """As `map_ordered`, by the workers of a cluster, which stand in other folders and have no cache of their own."""
    settings = work.settings
    if settings.lexicons is not None:
        settings = settings.model_copy(update={"lexicons": settings.lexicons.absolute()})
    trade = Trade(
        replace(work, cache=None).process,
        give_up,
        pack_result,
        partial(prepare_member, raw.absolute(), settings, work.settings, shared.folder.name),
        work.settings.max_seconds,
        shared,
        shared.folder.parent / "notes",
    )
    return map_on_cluster(
        engine,
        trade,
        (replace(task, path=task.path.absolute()) for task in tasks),
        workers=workers,
        known=work.recall,
        keep=work.keep,
        name=work.name,
        unpack=unpack_result,
    )


def _check_folders(raw: Path, out: Path) -> None:
    if not raw.is_dir():
        message = f"{raw}: is no folder; name the folder with the raw pages."
        raise UsageError(message)
    if out.resolve().is_relative_to(raw.resolve()):
        message = f"{out}: lies inside {raw}, where the next run would take it for pages; name a folder outside."
        raise UsageError(message)


def _write_documents(
    results: Iterable[DocumentResult], gathered: Gathered, on_document: Callable[[DocumentRow], None] | None
) -> None:
    """Write the rows of each document behind those of the one before, and keep of it what belongs to the run."""
    with ExitStack() as stack:
        writers = {model: stack.enter_context(TableWriter(gathered.build, model)) for model in DOCUMENT_TABLES}
        for result in results:
            gathered.add(result)
            for model, writer in writers.items():
                if result.parts:
                    writer.add(result.parts[model.table])
            if result.layer is not None and result.document.text_path is not None:
                write_text_layer(gathered.build, result.document.text_path, result.layer)
            if on_document is not None:
                on_document(result.document)
        gathered.counts.update({model.table: writer.rows for model, writer in writers.items()})


def _compare_documents(
    gathered: Gathered,
    former: tuple[ConflictRow, ...],
    decided: tuple[Decision, ...],
    settings: Settings,
    out: Path,
    superseded: dict[str, str],
) -> Summary:
    """Find the conflicts of all documents, and write the tables that are about more than one."""
    with _timed(gathered, "conflicts"):
        digests = {row.source_id: row.sha256 or "" for row in gathered.documents}
        families = find_families(gathered.sketches, digests)
        claims = read_table(gathered.build, ClaimRow)
        citations = read_table(gathered.build, CitationRow)
        found = find_conflicts(
            claims,
            citations,
            gathered.findings,
            families,
            former,
            decided,
            settings=settings,
            superseded=superseded,
            dates={row.source_id: row.published for row in gathered.documents if row.published},
        )
        found = _ask_arbiters(found, gathered)
    documents = tuple(row.model_copy(update={"text_family": families.get(row.source_id)}) for row in gathered.documents)
    rows: dict[type[Row], tuple[Row, ...]] = {
        DocumentRow: documents,
        ConflictRow: found.conflicts,
        ConflictMemberRow: found.members,
        ExplainedRow: found.explained,
        FailureRow: tuple(gathered.failures),
    }
    with _timed(gathered, "tables"):
        for model, members in rows.items():
            write_table(gathered.build, model, members)
            gathered.counts[model.table] = len(members)
        write_schema(gathered.build)
    live = [row for row in found.conflicts if row.state is not State.GONE]
    return Summary(
        documents=dict(Counter(row.status for row in documents)),
        claims=len(claims),
        conflicts=dict(Counter(row.severity for row in live)),
        explained=len(found.explained),
        unclaimed=gathered.counts[UnclaimedRow.table],
        failures=len(gathered.failures),
        slots=found.slots,
        lonely_slots=found.lonely_slots,
        out=out,
    )


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
    if not raw.is_dir():
        message = f"{raw}: the raw pages are not there; name their folder with --raw."
        raise UsageError(message)
    about = read_run_json(out)
    with overlay(_find_lexicons(about)):
        lonely_slots = about.get("counts", {}).get("slots_with_one_source")
        write_report(_read_report_input(out, raw, read_decisions(decisions), lonely_slots), folder)


def _read_report_input(result: Path, raw: Path, decided: tuple[Decision, ...], lonely_slots: int | None) -> ReportInput:
    """The tables in a folder, and the way to the raw texts."""
    rows = {model.table: read_table(result, model) for model in TABLES}
    documents = {row.source_id: row for row in rows[DocumentRow.table] if isinstance(row, DocumentRow)}

    def read_text(source_id: str) -> str:
        document = documents[source_id]
        path = result / document.text_path if document.text_path else raw / source_id
        with path.open(encoding=document.encoding, newline="") as file:
            return file.read()

    return ReportInput(**rows, raw_texts=read_text, decisions=decided, single_source_slots=lonely_slots)  # type: ignore[arg-type]


def _find_lexicons(about: dict[str, Any]) -> Path | None:
    """The user's lexicons of a run; none where they are gone, for the report needs no more of them than titles."""
    named = about.get("settings", {}).get("lexicons")
    return Path(named) if named and Path(named).is_dir() else None


@contextmanager
def _timed(gathered: Gathered, name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    gathered.seconds[name] = round(time.perf_counter() - start, 3)


def _describe_run(
    raw: Path, settings: Settings, model: str | None, gathered: Gathered, summary: Summary
) -> dict[str, object]:
    return {
        "program": "claimsift",
        "program_version": program_version(),
        "schema_version": SCHEMA_VERSION,
        "raw": str(raw),
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
    }
