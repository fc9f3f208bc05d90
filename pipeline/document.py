"""One document: the whole walk from the raw file to its rows, and the one place that forgives."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.annotate import Annotator, identify_model
from pipeline.clean import clean_source
from pipeline.conflicts import sketch_text
from pipeline.digests import digest_data, digest_packages
from pipeline.errors import ClaimsiftError, DocumentError, Refused, TooCostly, UsageError
from pipeline.extract import extract_statements
from pipeline.lexicon import digest_lexicons, lay_over, overlay, remember
from pipeline.memory import limit_memory
from pipeline.normalise import normalise_document
from pipeline.outcome import DOCUMENT_TABLES, DocumentResult, name_result, pack_result, unpack_result
from pipeline.plugins import find_statements, list_plugins
from pipeline.read import decode_source, read_bytes, take_text
from pipeline.schema import BlockRow, ClaimRow, DocumentRow, FailureRow, SourceKind, Status
from pipeline.settings import ABOUT_CONFLICTS, Settings
from pipeline.store import find_bad_passages, make_part, name_text_layer, sort_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.cache import Cache
    from pipeline.clean import SourceOverride
    from pipeline.engines import Trouble
    from pipeline.normalise import DocumentRows
    from pipeline.outcome import Task
    from pipeline.page import Annotated, Page, Source
    from pipeline.store import Part

IN_MEMORY = "text"  # the source_id of a page that is no file


@dataclass
class Stage:
    """Where a document is on its walk, and the SHA-256 of its bytes as soon as they are read."""

    name: str = "read"
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with each document: the walk, and keeping the result for the next run where there is a cache."""

    settings: Settings
    cache: Cache | None
    debug: bool = False  # raise what a bug raises

    def recall(self, task: Task) -> DocumentResult | None:
        """The result of the same bytes under the same name, if an earlier run has kept it.

        Also that of a file that cannot be read, which is no work.
        """
        if self.cache is None:
            return None
        try:
            content = self.cache.get(name_result(task, _digest_file(task, self.settings)))
        except ClaimsiftError as reason:
            return _leave_out(task, Stage(), reason)
        return unpack_result(content) if content is not None else None

    def process(self, task: Task) -> DocumentResult:
        """One raw file to its rows. Raises UsageError where the settings, the model or a lexicon is wrong."""
        result = process_document(task, settings=self.settings, debug=self.debug)
        self.keep(task, result)
        return result

    def keep(self, task: Task, result: DocumentResult) -> None:
        """Keep a result for the next run, unless another try may give another."""
        if self.cache is not None and result.digest is not None:
            self.cache.put(name_result(task, result.digest), pack_result(result))

    def name(self, task: Task) -> str:
        """Stands for what the result of a task depends on; never the same twice for a file that cannot be read."""
        try:
            return name_result(task, _digest_file(task, self.settings))
        except ClaimsiftError:
            return name_result(task, secrets.token_hex(16))


def process_document(task: Task, *, settings: Settings, debug: bool) -> DocumentResult:
    """One raw file to its rows: the whole walk, in order; what goes wrong becomes a row.

    Raises UsageError where the settings, the model or a lexicon is wrong, and with `debug` whatever a bug raises.
    """
    stage = Stage()
    try:
        return _walk(task, settings, stage)
    except UsageError:
        raise
    except ClaimsiftError as reason:
        return _leave_out(task, stage, reason)
    except MemoryError:
        words = f"{task.source_id}: needs more memory than max_memory = {settings.max_memory} in the settings allows"
        words += " each worker; raise max_memory, split the file, or leave it out with 'ignore'."
        return fail_document(task, stage.name, Status.FAILED, words, "MemoryError")
    except Exception as error:
        if debug:
            raise
        words = f"{task.source_id}: {type(error).__name__} in the {stage.name} stage: {error}; please report it."
        return fail_document(task, stage.name, Status.FAILED, words, f"bug: {type(error).__name__}")


@remember
def load_annotator(settings: Settings) -> Annotator:
    """One annotator a process. Raises UsageError where the settings name a model that does not load."""
    return Annotator(settings)


def extract_text(text: str, *, settings: Settings | None = None) -> tuple[ClaimRow, ...]:
    """The claims of a page in memory, in the order of the table; `start` and `end` count code points of `text`.

    `text` is read like a file of a run, HTML, Markdown, JSON or plain. Raises UsageError where the settings, the
    model or a lexicon is wrong, and Refused for a text beyond a limit of the settings.
    """
    chosen = settings or Settings.model_validate({})
    source = take_text(text, IN_MEMORY, chosen)
    with overlay(chosen.lexicons):
        walked = _read_rows(source, None, chosen, Stage())
    good, bad = find_bad_passages(walked.rows.claims, text)
    if walked.failures or bad:
        raise DocumentError([*walked.failures, *bad][0].message)
    return sort_rows(good)


def _walk(task: Task, settings: Settings, stage: Stage) -> DocumentResult:
    source = _read(task, settings, stage)
    walked = _read_rows(source, task.override, settings, stage)
    stage.name = "write"
    parts: dict[str, Part] = {}
    failures = list(walked.failures)
    for model in DOCUMENT_TABLES:
        # The promise of every row is held against the raw text before it is written; one that fails is a failure.
        good, bad = find_bad_passages(getattr(walked.rows, model.table), source.text)
        parts[model.table] = make_part(model, good)
        failures.extend(bad)
    page = walked.annotated.page
    kept = "\n".join(page.text[block.start : block.end] for block in page.kept_blocks())
    return DocumentResult(
        _describe(source, page, walked.annotated, parts),
        parts,
        tuple(failures),
        walked.rows.findings,
        sketch_text(kept),
        source.text if source.text_layer else None,
        None if failures else source.sha256,
    )


def _read(task: Task, settings: Settings, stage: Stage) -> Source:
    data = read_bytes(task.path, task.source_id, settings)
    stage.digest = hashlib.sha256(data).hexdigest()
    return decode_source(data, task.source_id, settings)


def _digest_file(task: Task, settings: Settings) -> str:
    """SHA-256 of a file's bytes. Raises Refused and DocumentError as `read_bytes` does."""
    return hashlib.sha256(read_bytes(task.path, task.source_id, settings)).hexdigest()


@dataclass(frozen=True, slots=True)
class Walked:
    """What a page gives: all that was found in it, its rows, and a failure for each plug-in that failed."""

    annotated: Annotated
    rows: DocumentRows
    failures: tuple[FailureRow, ...]


def _read_rows(source: Source, override: SourceOverride | None, settings: Settings, stage: Stage) -> Walked:
    """A decoded source through the stages, to the rows that it gives by itself."""
    stage.name = "clean"
    page = clean_source(source, override, settings)
    if settings.keep_furniture:
        page = page.keep_all()
    stage.name = "annotate"
    annotated = load_annotator(settings).annotate(page)
    stage.name = "extract"
    extracted = extract_statements(annotated)
    others, faults = find_statements(annotated)
    used = {(mention.start, mention.end) for statement in others for mention in statement.uses}
    leftovers = [item for item in extracted.leftovers if (item.start, item.end) not in used]
    stage.name = "normalise"
    rows = normalise_document(annotated, (*extracted.statements, *others), leftovers)
    return Walked(annotated, rows, tuple(_report_plugin(source.source_id, fault) for fault in faults))


def _report_plugin(source_id: str, fault: str) -> FailureRow:
    return FailureRow(source_id=source_id, stage="extract", error="PluginError", message=fault, start=None, end=None)


def _describe(source: Source, page: Page, annotated: Annotated, parts: Mapping[str, Part]) -> DocumentRow:
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
        blocks=parts[BlockRow.table].rows,
        sentences=len(annotated.sentences),
        claims=parts[ClaimRow.table].rows,
        text_family=None,
        text_path=name_text_layer(source.source_id) if source.text_layer else None,
        status=Status.EMPTY if empty else Status.OK,
        reason=f"{source.source_id}: holds no text." if empty else None,
    )


def _leave_out(task: Task, stage: Stage, reason: ClaimsiftError) -> DocumentResult:
    """The result of a file that is refused, or should have been readable and was not."""
    if not isinstance(reason, Refused):
        return fail_document(task, stage.name, Status.FAILED, str(reason), type(reason).__name__)
    # What failed may be mended without a change of the file: by a permission, by time, by memory.
    digest = None if isinstance(reason, TooCostly) else stage.digest
    return fail_document(task, stage.name, Status.REFUSED, str(reason), digest=digest)


def fail_document(
    task: Task, stage: str, status: Status, reason: str, error: str | None = None, *, digest: str | None = None
) -> DocumentResult:
    """The result of a file that gives no rows: refused, or failed with the class of its `error`."""
    try:
        size = (task.path.stat() if digest else task.path.lstat()).st_size
    except OSError:
        size = 0
    document = DocumentRow(
        source_id=task.source_id,
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
    failure = FailureRow(source_id=task.source_id, stage=stage, error=error or "", message=reason, start=None, end=None)
    return DocumentResult(document, {}, (failure,) if error else (), (), (), None, digest)


# ------------------------------------------------------------------------------------------- where it is done


def name_generation(settings: Settings, model: tuple[str, str] | None) -> str:
    """Stands for everything that a result of a document depends on, but the document."""
    own = settings.model_dump(mode="json", exclude=set(ABOUT_CONFLICTS))
    parts = [digest_data(""), digest_lexicons(), digest_packages(), own, model, list_plugins()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def prepare_worker(settings: Settings) -> None:
    """Make a process ready for the work. Raises LexiconError where the user's lexicons cannot be read."""
    limit_memory(settings.max_memory)
    lay_over(settings.lexicons)


@cache
def _digest_program() -> str:
    """What the program was when this process asked first, which is what it has loaded."""
    return digest_data("")


def prepare_member(raw: Path, settings: Settings, named: Settings, generation: str) -> None:
    """Make a process of a cluster ready. Raises UsageError where it would not give what this machine would."""
    host = platform.node()
    if not raw.is_dir():
        message = f"{raw}: is not there on {host}; all machines of a cluster must see RAW under one path."
        raise UsageError(message)
    if _digest_program() != digest_data(""):
        message = f"{host}: claimsift has changed since its workers were started; start them anew."
        raise UsageError(message)
    prepare_worker(settings)
    if name_generation(named, identify_model(named)) != generation:
        message = f"{host}: has another claimsift, or other packages, lexicons or models; install there what is here."
        raise UsageError(message)


def give_up(task: Task, trouble: Trouble) -> DocumentResult:
    """The result of a document on which the engine gave up."""
    if trouble.seconds is not None:
        words = f"took more than the {trouble.seconds:g} seconds that max_seconds in the settings allows"
        error = "TimeError"
    else:
        code = f" (exit code {trouble.exit_code})" if trouble.exit_code is not None else ""
        words = f"ended the process that worked on it{code}, twice"
        error = "ProcessError"
    reason = f"{task.source_id}: {words}; leave it out with 'ignore', and please report it."
    return fail_document(task, "worker", Status.FAILED, reason, error)
