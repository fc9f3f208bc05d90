"""The corridor: the stages in their order, what is stored, and the one place that forgives."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.annotate import Annotator
from pipeline.clean import clean_source, read_overrides
from pipeline.conflicts import find_conflicts, find_families, sketch_text
from pipeline.decisions import read_decisions
from pipeline.engines import map_ordered
from pipeline.errors import ClaimsiftError, Refused, UsageError
from pipeline.extract import extract_statements
from pipeline.lexicon import digest_lexicons, lay_over, overlay, remember
from pipeline.lexicon_check import refuse_broken_rows
from pipeline.normalise import DocumentRows, normalise_document
from pipeline.read import list_sources, read_source
from pipeline.report import ReportInput, write_report
from pipeline.schema import (
    SCHEMA_VERSION,
    ConflictRow,
    DocumentRow,
    FailureRow,
    Severity,
    SourceKind,
    State,
    Status,
)
from pipeline.store import (
    find_bad_passages,
    former_result,
    name_text_layer,
    open_output,
    read_table,
    write_run_json,
    write_schema,
    write_table,
    write_text_layer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from importlib.resources.abc import Traversable

    from pipeline.clean import SourceOverride
    from pipeline.page import Annotated, Page, Source
    from pipeline.schema import Decision, Row
    from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """Everything that one raw file gives, wherever it was worked on."""

    document: DocumentRow
    rows: DocumentRows | None
    failures: tuple[FailureRow, ...]
    sketch: tuple[int, ...]
    text: str  # decoded raw text, in which the offsets of all rows count


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
class Tables:
    """The rows of all documents, as they come in."""

    documents: list[DocumentRow] = field(default_factory=list)
    parts: list[DocumentRows] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    sketches: dict[str, tuple[int, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, result: DocumentResult) -> None:
        """Take in one document."""
        self.documents.append(result.document)
        self.failures.extend(result.failures)
        if result.rows is not None:
            self.parts.append(result.rows)
            self.sketches[result.document.source_id] = result.sketch
            self.texts[result.document.source_id] = result.text


def run_pipeline(
    raw: Path,
    out: Path,
    settings: Settings,
    *,
    workers: int = 1,
    decisions: Path | None = None,
    debug: bool = False,
    on_document: Callable[[DocumentRow, int], None] | None = None,
) -> Summary:
    """Read every file under `raw` and put the tables and the report in `out`.

    `on_document` is told of each finished document and of how many there are. Raises UsageError when a folder, a
    setting or a row of a lexicon is wrong; then nothing is written.
    """
    _check_folders(raw, out)
    overrides = read_overrides(raw)
    decided = read_decisions(decisions)
    sources = list(list_sources(raw, settings))
    with overlay(settings.lexicons):
        refuse_broken_rows()
        _annotator(settings)  # a model or a lexicon that does not load is no document's fault
        tables = Tables()
        with open_output(out) as build:
            with _timed(tables, "documents"):
                work = partial(process_document, settings=settings, debug=debug)
                prepare = partial(lay_over, settings.lexicons)
                tasks = [(path, source_id, overrides.get(source_id)) for path, source_id in sources]
                for result in map_ordered(work, tasks, workers=workers, prepare=prepare):
                    tables.add(_check_passages(result))
                    if result.document.text_path is not None:
                        write_text_layer(build, result.document.text_path, result.text)
                    if on_document is not None:
                        on_document(result.document, len(sources))
            former = former_result(out)
            rows, summary = _compare_documents(tables, _read_former(former), decided, out)
            with _timed(tables, "tables"):
                for model, members in rows.items():
                    write_table(build, model, members)
                write_schema(build)
            with _timed(tables, "report"):
                write_report(_report_input(rows, tables.texts.__getitem__, summary.lonely_slots), build)
            write_run_json(build, _describe_run(raw, settings, tables, rows, summary))
    return summary


def _check_folders(raw: Path, out: Path) -> None:
    if not raw.is_dir():
        message = f"{raw}: is no folder; name the folder with the raw pages."
        raise UsageError(message)
    if out.resolve().is_relative_to(raw.resolve()):
        message = f"{out}: lies inside {raw}, where the next run would take it for pages; name a folder outside."
        raise UsageError(message)


def process_document(
    task: tuple[Path, str, SourceOverride | None], *, settings: Settings, debug: bool
) -> DocumentResult:
    """One raw file to its rows: the whole walk, in order; what goes wrong becomes a row."""
    path, source_id, override = task
    stage = Stage()
    try:
        return _walk(path, source_id, override, settings, stage)
    except UsageError:
        raise
    except Refused as reason:
        return _fail(path, source_id, stage, Status.REFUSED, str(reason))
    except ClaimsiftError as error:
        return _fail(path, source_id, stage, Status.FAILED, str(error), type(error).__name__)
    except Exception as error:
        if debug:
            raise
        words = f"{source_id}: {type(error).__name__} in the {stage.name} stage: {error}; please report it."
        return _fail(path, source_id, stage, Status.FAILED, words, f"bug: {type(error).__name__}")


@dataclass
class Stage:
    """Where a document is on its walk."""

    name: str = "read"


def _walk(
    path: Path, source_id: str, override: SourceOverride | None, settings: Settings, stage: Stage
) -> DocumentResult:
    source = read_source(path, source_id, settings)
    stage.name = "clean"
    page = clean_source(source, override, settings)
    if settings.keep_furniture:
        page = page.keep_all()
    stage.name = "annotate"
    annotated = _annotator(settings).annotate(page)
    stage.name = "extract"
    extracted = extract_statements(annotated)
    stage.name = "normalise"
    rows = normalise_document(annotated, extracted.statements, extracted.leftovers)
    kept = "\n".join(page.text[block.start : block.end] for block in page.kept_blocks())
    return DocumentResult(_describe(source, page, annotated, rows), rows, (), sketch_text(kept), source.text)


@remember
def _annotator(settings: Settings) -> Annotator:
    """One annotator a process: its pipeline is loaded when the first document comes."""
    return Annotator(settings)


def _describe(source: Source, page: Page, annotated: Annotated, rows: DocumentRows) -> DocumentRow:
    empty = not any(block.kept for block in page.blocks)
    return DocumentRow(
        source_id=source.source_id,
        sha256=source.sha256,
        bytes=source.size,
        encoding=source.encoding,
        media_type=source.media_type,
        kind=page.kind,
        title=page.title,
        publisher=page.publisher,
        url=page.url,
        published=page.published,
        language=page.language,
        chars=len(source.text),
        blocks=len(rows.blocks),
        sentences=len(annotated.sentences),
        claims=len(rows.claims),
        text_family=None,
        text_path=name_text_layer(source.source_id) if source.text_layer else None,
        status=Status.EMPTY if empty else Status.OK,
        reason=f"{source.source_id}: holds no text." if empty else None,
    )


def _fail(
    path: Path, source_id: str, stage: Stage, status: Status, reason: str, error: str | None = None
) -> DocumentResult:
    try:
        size = path.lstat().st_size
    except OSError:
        size = 0
    document = DocumentRow(
        source_id=source_id,
        sha256=None,
        bytes=size,
        encoding=None,
        media_type=None,
        kind=SourceKind.OTHER,
        title=None,
        publisher=None,
        url=None,
        published=None,
        language=None,
        chars=0,
        blocks=0,
        sentences=0,
        claims=0,
        text_family=None,
        text_path=None,
        status=status,
        reason=reason,
    )
    failures: tuple[FailureRow, ...] = ()
    if error is not None:
        failures = (
            FailureRow(source_id=source_id, stage=stage.name, error=error, message=reason, start=None, end=None),
        )
    return DocumentResult(document, None, failures, (), "")


def _check_passages(result: DocumentResult) -> DocumentResult:
    """Hold every row to the raw text before it is written; a row that fails becomes a failure."""
    if result.rows is None:
        return result
    failures = list(result.failures)
    kept: dict[str, tuple[Row, ...]] = {}
    for name in ("blocks", "mentions", "claims", "citations", "unclaimed"):
        good, bad = find_bad_passages(getattr(result.rows, name), result.text)
        kept[name] = tuple(good)
        failures.extend(bad)
    if len(failures) == len(result.failures):
        return result
    rows = DocumentRows(**kept, findings=result.rows.findings)  # type: ignore[arg-type]
    document = result.document.model_copy(update={"claims": len(rows.claims), "blocks": len(rows.blocks)})
    return DocumentResult(document, rows, tuple(failures), result.sketch, result.text)


def _read_former(former: Path | None) -> tuple[ConflictRow, ...]:
    return read_table(former, ConflictRow) if former is not None else ()


def _compare_documents(
    tables: Tables, former: tuple[ConflictRow, ...], decided: tuple[Decision, ...], out: Path
) -> tuple[dict[type[Row], tuple[Row, ...]], Summary]:
    from pipeline import schema

    claims = [claim for part in tables.parts for claim in part.claims]
    citations = [citation for part in tables.parts for citation in part.citations]
    findings = [finding for part in tables.parts for finding in part.findings]
    with _timed(tables, "conflicts"):
        digests = {row.source_id: row.sha256 or "" for row in tables.documents}
        families = find_families(tables.sketches, digests)
        found = find_conflicts(claims, citations, findings, families, former, decided)
    documents = tuple(row.model_copy(update={"text_family": families.get(row.source_id)}) for row in tables.documents)
    rows: dict[type[Row], tuple[Row, ...]] = {
        schema.DocumentRow: documents,
        schema.BlockRow: tuple(row for part in tables.parts for row in part.blocks),
        schema.MentionRow: tuple(row for part in tables.parts for row in part.mentions),
        schema.ClaimRow: tuple(claims),
        schema.CitationRow: tuple(citations),
        schema.ConflictRow: found.conflicts,
        schema.ConflictMemberRow: found.members,
        schema.ExplainedRow: found.explained,
        schema.UnclaimedRow: tuple(row for part in tables.parts for row in part.unclaimed),
        schema.FailureRow: tuple(tables.failures),
    }
    live = [row for row in found.conflicts if row.state is not State.GONE]
    summary = Summary(
        documents=dict(Counter(row.status for row in documents)),
        claims=len(claims),
        conflicts=dict(Counter(row.severity for row in live)),
        explained=len(found.explained),
        unclaimed=len(rows[schema.UnclaimedRow]),
        failures=len(tables.failures),
        slots=found.slots,
        lonely_slots=found.lonely_slots,
        out=out,
    )
    return rows, summary


def _report_input(
    rows: dict[type[Row], tuple[Row, ...]], raw_texts: Callable[[str], str], lonely_slots: int | None
) -> ReportInput:
    by_name = {model.table: members for model, members in rows.items()}
    return ReportInput(**by_name, raw_texts=raw_texts, single_source_slots=lonely_slots)  # type: ignore[arg-type]


def rebuild_report(out: Path, raw: Path, folder: Path) -> None:
    """Write the report again from the tables in `out`, with the raw texts under `raw`.

    Raises UsageError when there is no result in `out`, or no folder at `raw`.
    """
    from pipeline.schema import TABLES
    from pipeline.store import read_run_json

    if not raw.is_dir():
        message = f"{raw}: the raw pages are not there; name their folder with --raw."
        raise UsageError(message)
    rows = {model: read_table(out, model) for model in TABLES}
    documents = {row.source_id: row for row in rows[DocumentRow] if isinstance(row, DocumentRow)}

    def read_text(source_id: str) -> str:
        document = documents[source_id]
        path = out / document.text_path if document.text_path else raw / source_id
        with path.open(encoding=document.encoding, newline="") as file:
            return file.read()

    about = read_run_json(out)
    with overlay(_find_lexicons(about)):
        counts = about.get("counts", {})
        write_report(_report_input(rows, read_text, counts.get("slots_with_one_source")), folder)


def _find_lexicons(about: dict[str, Any]) -> Path | None:
    """The user's lexicons of a run; none where they are gone, for the report needs no more of them than titles."""
    named = about.get("settings", {}).get("lexicons")
    return Path(named) if named and Path(named).is_dir() else None


@contextmanager
def _timed(tables: Tables, name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    tables.seconds[name] = round(time.perf_counter() - start, 3)


def _describe_run(
    raw: Path, settings: Settings, tables: Tables, rows: dict[type[Row], tuple[Row, ...]], summary: Summary
) -> dict[str, object]:
    return {
        "program": "claimsift",
        "program_version": program_version(),
        "schema_version": SCHEMA_VERSION,
        "raw": str(raw),
        "settings": settings.model_dump(mode="json"),
        "digests": {"lexicons": digest_lexicons(), "program": digest_data(""), "weights": digest_data("weights")},
        "model": _annotator(settings).model_name,
        "inputs": {row.source_id: row.sha256 for row in sorted(tables.documents, key=lambda row: row.source_id)},
        "counts": {
            **{model.table: len(members) for model, members in sorted(rows.items(), key=lambda item: item[0].table)},
            "slots": summary.slots,
            "slots_with_one_source": summary.lonely_slots,
        },
        "seconds": tables.seconds,
    }


def program_version() -> str:
    """The version of the installed distribution."""
    return metadata.version("claimsift")


def digest_data(folder: str) -> str:
    """SHA-256 over the package's own files below `folder`, names included."""
    digest = hashlib.sha256()
    root = files("pipeline")
    for name, file in sorted(_walk_files(root / folder if folder else root, "")):
        digest.update(json.dumps([name, hashlib.sha256(file.read_bytes()).hexdigest()]).encode())
    return digest.hexdigest()


def _walk_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".jsonl", ".json", ".npz", ".j2", ".html", ".css", ".js")):
            yield f"{prefix}{entry.name}", entry
