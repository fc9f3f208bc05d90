"""doccano: a line for each page with its labels, to import into a sequence labelling project and to read back.

Format: doccano's tutorial and its importer, JSONL with `text` and `label`, a list of [start, end, label] in code
points; other columns are metadata, which an export carries along.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.exchange.spans import LabelledSpan, Labels, cut_span, find_text, gather, list_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.exchange.kinds import Of
    from pipeline.exchange.result import Result


def write_doccano(result: Result, path: Path, of: Of) -> None:
    """One line for each page. The project has to allow overlapping entities, since claims overlap."""
    spans = list_spans(result, of)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for page in result.pages():
            found = spans.get(page.row.source_id, [])
            line = {
                "text": page.text,
                "label": sorted({(span.start, span.end, span.label) for span in found}),
                "source_id": page.row.source_id,
                "sha256": page.row.sha256,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_doccano(path: Path, texts: Mapping[str, str]) -> Labels:
    """The labels of an export in JSONL. Raises UsageError where the file is none."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        spans = [span for line in lines for span in _read_line(line, texts)]
        return gather((_name_page(line) for line in lines), spans)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path}: is no export of doccano in JSONL ({type(error).__name__}: {error}).") from error


def _name_page(line: Mapping[str, Any]) -> str:
    source_id: str = line["source_id"] if "source_id" in line else line["meta"]["source_id"]
    return source_id


def _read_line(line: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[LabelledSpan]:
    source_id = _name_page(line)
    text = find_text(texts, source_id, line["text"])
    for start, end, label in line["label"]:
        yield cut_span(source_id, text, label, start, end)
