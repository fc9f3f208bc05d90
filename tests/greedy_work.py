"""A worker whose document takes all memory that there is; apart from `crew_work`, since it imports the whole walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import document
from pipeline.read import read_bytes
from pipeline.settings import LEAST_MEMORY, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.outcome import DocumentResult, Task

SETTINGS = Settings.model_validate({"max_memory": LEAST_MEMORY})


def read_greedily(task: Task) -> DocumentResult:
    """The walk of a document; a file named `greedy…` takes more than `LEAST_MEMORY` to read."""
    document.read_bytes = _read  # type: ignore[attr-defined]
    return document.process_document(task, settings=SETTINGS, debug=False)


def _read(path: Path, source_id: str, settings: Settings) -> bytes:
    if source_id.startswith("greedy"):
        bytearray(settings.max_memory)
    return read_bytes(path, source_id, settings)
