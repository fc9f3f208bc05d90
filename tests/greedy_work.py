"""A worker whose document takes all memory that there is; apart from `crew_work`, since it imports the whole walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import document
from pipeline.read import read_source
from pipeline.settings import LEAST_MEMORY, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.document import DocumentResult, Task
    from pipeline.page import Source

SETTINGS = Settings.model_validate({"max_memory": LEAST_MEMORY})


def read_greedily(task: Task) -> DocumentResult:
    """The walk of a document; a file named `greedy…` takes more than `LEAST_MEMORY` to read."""
    document.read_source = _read  # type: ignore[attr-defined]
    return document.process_document(task, settings=SETTINGS, debug=False)


def _read(path: Path, source_id: str, settings: Settings) -> Source:
    if source_id.startswith("greedy"):
        bytearray(settings.max_memory)
    return read_source(path, source_id, settings)
