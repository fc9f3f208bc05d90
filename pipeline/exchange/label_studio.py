"""Label Studio: a task for each page with our labels as predictions, and the annotations that people made of them.

Formats: Label Studio's guide, "Import pre-annotated data" (tasks with `data` and `predictions`) and "Export
annotations": JSON (the same tasks with `annotations`) and JSON-MIN (a flat record for each annotation, the latest of a
task first, with its labels under the name of the control). Its offsets are code points; some versions wrote UTF-16
code units.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from pipeline.digests import program_version
from pipeline.errors import UsageError
from pipeline.exchange.spans import LabelledSpan, Labels, cut_span, find_text, gather, list_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.exchange.kinds import Of
    from pipeline.exchange.result import Page, Result

TASKS, CONFIG = "tasks.json", "labels.xml"
CONTROL = "label"  # of the labelling interface


def write_label_studio(result: Result, folder: Path, of: Of) -> None:
    """`tasks.json` to import, and `labels.xml`, the labelling interface of the project, with every label used."""
    spans = list_spans(result, of)
    with (folder / TASKS).open("w", encoding="utf-8", newline="\n") as file:
        separator = "[\n"
        for page in result.pages():
            task = _make_task(page, spans.get(page.row.source_id, []))
            file.write(separator + json.dumps(task, ensure_ascii=False))
            separator = ",\n"
        file.write("\n]\n" if separator != "[\n" else "[]\n")
    labels = sorted({span.label for found in spans.values() for span in found})
    (folder / CONFIG).write_text(_make_config(labels), encoding="utf-8", newline="\n")


def _make_task(page: Page, spans: list[LabelledSpan]) -> dict[str, object]:
    return {
        "data": {"text": page.text, "source_id": page.row.source_id, "sha256": page.row.sha256},
        "predictions": [
            {"model_version": f"claimsift {program_version()}", "result": [_make_region(span) for span in spans]}
        ],
    }


def _make_region(span: LabelledSpan) -> dict[str, object]:
    return {
        "id": span.key,
        "from_name": CONTROL,
        "to_name": "text",
        "type": "labels",
        "value": {"start": span.start, "end": span.end, "text": span.quote, "labels": [span.label]},
        "meta": {"text": [span.note]},
    }


def _make_config(labels: list[str]) -> str:
    lines = "".join(f"    <Label value={quoteattr(label)}/>\n" for label in labels)
    return (
        f'<View>\n  <Labels name="{CONTROL}" toName="text">\n'
        f"{lines}"
        '  </Labels>\n  <Text name="text" value="$text" granularity="symbol"/>\n</View>\n'
    )


def read_label_studio(path: Path, texts: Mapping[str, str]) -> Labels:
    """The labels of an export in JSON or JSON-MIN: of each task the last annotation that was not cancelled.

    A task that nobody has annotated counts as not worked on. Raises UsageError where the file is no such export.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
        found = [(task["data"], _find_last(task)) for task in _widen(tasks)]
        worked = [(data, last) for data, last in found if last is not None]
        spans = [span for data, last in worked for span in _read_regions(data, last, texts)]
        return gather((data["source_id"] for data, _ in worked), spans)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path}: is no export of Label Studio in JSON ({type(error).__name__}: {error}).") from error


def _widen(tasks: Iterable[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Tasks as JSON has them; the records of JSON-MIN that are about one page become one."""
    records: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for task in tasks:
        if "data" in task:
            yield task
        else:
            records[task["source_id"]].insert(0, task)
    for about in records.values():
        # A record without the id of an annotation is a task that nobody worked on; cancelled ones are left out.
        worked = [record.get(CONTROL, ()) for record in about if record["annotation_id"] is not None]
        regions = [[{"type": "labels", "value": value} for value in values] for values in worked]
        yield {"data": about[0], "annotations": [{"result": found} for found in regions]}


def _find_last(task: Mapping[str, Any]) -> Mapping[str, Any] | None:
    kept = [annotation for annotation in task.get("annotations", ()) if not annotation.get("was_cancelled")]
    return kept[-1] if kept else None


def _read_regions(
    data: Mapping[str, Any], annotation: Mapping[str, Any], texts: Mapping[str, str]
) -> Iterator[LabelledSpan]:
    text = find_text(texts, data["source_id"], data["text"])
    for region in annotation["result"]:
        if region["type"] != "labels":
            continue
        value = region["value"]
        start, end = _place(text, value["start"], value["end"], value.get("text"))
        for label in value["labels"]:
            yield cut_span(data["source_id"], text, label, start, end)


def _place(text: str, start: int, end: int, quote: str | None) -> tuple[int, int]:
    """Start and end in code points, also where they were counted in UTF-16 code units: the quote tells."""
    if quote is None or text[start:end] == quote:
        return start, end
    units = text.encode("utf-16-le")
    if units[2 * start : 2 * end] != quote.encode("utf-16-le"):
        return start, end
    first = len(units[: 2 * start].decode("utf-16-le"))
    return first, first + len(quote)
