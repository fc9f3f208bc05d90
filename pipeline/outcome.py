"""What a document gave: its rows as they are stored, a name for them, and the whole of it as bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipeline.normalise import NormalFinding
from pipeline.schema import (
    BlockRow,
    CitationRow,
    ClaimRow,
    DocumentRow,
    FailureRow,
    MentionRow,
    Row,
    UnclaimedRow,
)
from pipeline.store import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pipeline.clean import SourceOverride

# The tables to which one document adds rows by itself, in the order in which their parts are kept.
DOCUMENT_TABLES: tuple[type[Row], ...] = (BlockRow, MentionRow, ClaimRow, CitationRow, UnclaimedRow)


@dataclass(frozen=True, slots=True)
class Task:
    """One raw file to work on."""

    path: Path
    source_id: str
    override: SourceOverride | None


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """Everything that one raw file gives, wherever it was worked on, in the form in which it is stored.

    `parts` has a part for each of `DOCUMENT_TABLES`, or none where the document failed. `layer` is the text of a
    document that is no plain text, in which the offsets of its rows count. `digest` is the SHA-256 of the file's bytes
    where they alone decided all this; None where another try may give another result.
    """

    document: DocumentRow
    parts: Mapping[str, Part]
    failures: tuple[FailureRow, ...]
    findings: tuple[NormalFinding, ...]
    sketch: tuple[int, ...]
    layer: str | None
    digest: str | None


def name_result(task: Task, digest: str) -> str:
    """Stands for all that the result of a document depends on, as long as program and settings are the same.

    `digest` is the SHA-256 of the file's bytes.
    """
    override = task.override.model_dump(mode="json") if task.override else None
    return hashlib.sha256(json.dumps([task.source_id, digest, override]).encode()).hexdigest()


def name_outcome(task: Task, result: DocumentResult) -> str:
    """As `name_result`, of a result that is there; one that another try may change is named by what it holds."""
    if result.digest is not None:
        return name_result(task, result.digest)
    return hashlib.sha256(pack_result(result)).hexdigest()


# ----------------------------------------------------------------------------------------------- to bytes and back


def pack_result(result: DocumentResult) -> bytes:
    """A whole result as bytes: a line of JSON, and behind it the parts of its tables and its text layer."""
    blobs = [*_list_blobs(result.parts.values()), (result.layer or "").encode("utf-8", "surrogatepass")]
    head = {
        "document": result.document.model_dump(mode="json"),
        "failures": [failure.model_dump(mode="json") for failure in result.failures],
        "findings": [asdict(finding) for finding in result.findings],
        "sketch": result.sketch,
        "tables": {name: part.rows for name, part in result.parts.items()},
        "sizes": [len(blob) for blob in blobs],
        "has_layer": result.layer is not None,
        "digest": result.digest,
    }
    return b"".join((json.dumps(head).encode(), b"\n", *blobs))


def unpack_result(content: bytes) -> DocumentResult:
    """What `pack_result` packed."""
    line, _, body = content.partition(b"\n")
    head = json.loads(line)
    blobs: list[bytes] = []
    start = 0
    for size in head["sizes"]:
        blobs.append(body[start : start + size])
        start += size
    parts = {
        name: Part(rows, blobs[2 * place], blobs[2 * place + 1])
        for place, (name, rows) in enumerate(head["tables"].items())
    }
    findings = tuple(
        NormalFinding(**{**finding, "citation_ids": tuple(finding["citation_ids"])}) for finding in head["findings"]
    )
    return DocumentResult(
        DocumentRow.model_validate(head["document"], strict=False),
        parts,
        tuple(FailureRow.model_validate(failure, strict=False) for failure in head["failures"]),
        findings,
        tuple(head["sketch"]),
        blobs[-1].decode("utf-8", "surrogatepass") if head["has_layer"] else None,
        head["digest"],
    )


def _list_blobs(parts: Iterable[Part]) -> Iterable[bytes]:
    for part in parts:
        yield part.columns
        yield part.lines
