"""All documents to their tables: by which workers, in which order, and what is kept of them for the whole."""

from __future__ import annotations

import shutil
import time
from array import array
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline.annotate import identify_model
from pipeline.cache import Cache
from pipeline.document import give_up, name_generation, prepare_member, prepare_worker
from pipeline.engines import map_ordered
from pipeline.engines.dask_engine import Trade, map_on_cluster
from pipeline.memory import read_peak
from pipeline.outcome import DOCUMENT_TABLES, name_outcome, pack_result, unpack_result
from pipeline.store import TableWriter, write_text_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.document import Work
    from pipeline.engines.dask_engine import Cluster
    from pipeline.normalise import NormalFinding
    from pipeline.outcome import DocumentResult, Task
    from pipeline.schema import DocumentRow, FailureRow


@dataclass
class Gathered:
    """What is kept of all documents while they come in: no rows, but what belongs to the run."""

    build: Path
    names: dict[str, str] = field(default_factory=dict)  # by source_id: stands for what the document gave
    documents: list[DocumentRow] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    findings: list[NormalFinding] = field(default_factory=list)
    sketches: dict[str, array[int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # by stage
    peaks: dict[str, int | None] = field(default_factory=dict)  # bytes that this process had had when a stage ended

    def add(self, task: Task, result: DocumentResult) -> None:
        """Take in one document."""
        self.names[task.source_id] = name_outcome(task, result)
        self.documents.append(result.document)
        self.failures.extend(result.failures)
        self.findings.extend(result.findings)
        if result.parts:
            self.sketches[result.document.source_id] = array("I", result.sketch)  # a tenth of the room

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Note how long a stage took, and the memory at its end."""
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.peaks[name] = read_peak()


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads documents: so many processes that are watched over, or this one, or a cluster."""

    work: Work
    raw: Path
    out: Path
    workers: int
    cluster: Cluster | None

    def read(self, tasks: Iterable[Task], known: Callable[[Task], DocumentResult | None]) -> Iterator[DocumentResult]:
        """The result of each document in order: what is known of it, or what a reader makes of it."""
        if self.cluster is not None:
            return self._read_on_cluster(self.cluster.engine, tasks, known)
        return map_ordered(
            self.work.process,
            tasks,
            workers=self.workers,
            known=known,
            give_up=give_up,
            prepare=partial(prepare_worker, self.work.settings),
            seconds=self.work.settings.max_seconds,
        )

    def _read_on_cluster(
        self, engine: str, tasks: Iterable[Task], known: Callable[[Task], DocumentResult | None]
    ) -> Iterator[DocumentResult]:
        """The same, by the workers of a cluster, which stand in other folders and have no cache of their own."""
        named = settings = self.work.settings
        if settings.lexicons is not None:
            settings = settings.model_copy(update={"lexicons": settings.lexicons.absolute()})
        shared = Cache(self._find_work_folder(), name_generation(named, identify_model(named)))
        trade = Trade(
            replace(self.work, cache=None).process,
            give_up,
            pack_result,
            partial(prepare_member, self.raw.absolute(), settings, named, shared.folder.name),
            named.max_seconds,
            shared,
            shared.folder.parent / "notes",
        )
        return map_on_cluster(
            engine,
            trade,
            (replace(task, path=task.path.absolute()) for task in tasks),
            workers=self.workers,
            known=known,
            keep=self.work.keep,
            name=self.work.name,
            unpack=unpack_result,
        )

    def clear_away(self) -> None:
        """Remove what members of a cluster have left for each other."""
        if self.cluster is not None:
            shutil.rmtree(self._find_work_folder(), ignore_errors=True)

    def _find_work_folder(self) -> Path:
        """A folder of this OUT's own, beside it or in the folder that was named."""
        target = self.out.resolve()
        named = self.cluster.folder if self.cluster else None
        return (named.absolute() if named else target.parent) / f".{target.name}.parts"


def write_documents(
    tasks: Sequence[Task],
    results: Iterable[DocumentResult],
    gathered: Gathered,
    on_document: Callable[[DocumentRow], None],
) -> None:
    """Write the rows of each document behind those of the one before, and keep of it what belongs to the run."""
    with ExitStack() as stack:
        writers = {model: stack.enter_context(TableWriter(gathered.build, model)) for model in DOCUMENT_TABLES}
        for task, result in zip(tasks, results, strict=True):
            gathered.add(task, result)
            for model, writer in writers.items():
                if result.parts:
                    writer.add(result.parts[model.table])
            if result.layer is not None and result.document.text_path is not None:
                write_text_layer(gathered.build, result.document.text_path, result.layer)
            on_document(result.document)
        gathered.counts.update({model.table: writer.rows for model, writer in writers.items()})
