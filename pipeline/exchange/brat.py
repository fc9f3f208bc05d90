"""brat standoff: `.txt` and `.ann` for each page, and what people made of them.

Format: brat's manual, "Brat standoff format": text-bound annotations `T`, attributes `A`, notes `#`; offsets count
characters of the `.txt`, and a span over a line break is written in fragments, one a line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.exchange.result import check_name
from pipeline.exchange.spans import LabelledSpan, Labels, cut_span, find_text, gather, list_spans
from pipeline.store import name_text_layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.exchange.kinds import Of
    from pipeline.exchange.result import Result

CONFIG = "annotation.conf"
SECTIONS = ("relations", "events", "attributes")
STRETCH = re.compile(r"[^\r\n]+")  # brat shows each line by itself
# "T3<tab>half_life 120 133;134 150<tab>words": fragments are joined by semicolons.
TEXT_BOUND = re.compile(r"T\d+\t(?P<label>\S+) (?P<places>\d{1,12} \d{1,12}(?:;\d{1,12} \d{1,12})*)(?:\t|\Z)")


def write_brat(result: Result, folder: Path, of: Of) -> None:
    """A `.txt` and an `.ann` below `folder/text/` for each page, and `annotation.conf` with every label used."""
    spans = list_spans(result, of)
    for page in result.pages():
        path = folder / check_name(name_text_layer(page.row.source_id))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, encoding="utf-8", newline="")
        lines = _write_lines(page.text, spans.get(page.row.source_id, []))
        path.with_suffix(".ann").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    labels = sorted({span.label for found in spans.values() for span in found})
    entities = "\n".join(["[entities]", *labels])
    rest = "\n\n".join(f"[{section}]" for section in SECTIONS)
    (folder / CONFIG).write_text(f"{entities}\n\n{rest}\n", encoding="utf-8", newline="\n")


def _write_lines(text: str, spans: list[LabelledSpan]) -> Iterator[str]:
    for number, span in enumerate(spans, start=1):
        pieces = [match.span() for match in STRETCH.finditer(text, span.start, span.end)]
        places = ";".join(f"{start} {end}" for start, end in pieces)
        words = " ".join(text[start:end] for start, end in pieces)
        yield f"T{number}\t{span.label} {places}\t{words}"
        if span.note:
            yield f"#{number}\tAnnotatorNotes T{number}\t{' '.join(span.note.split())}"


def read_brat(folder: Path, texts: Mapping[str, str]) -> Labels:
    """The labels of every page whose `.ann` stands in the folder; a span runs from its first fragment to its last.

    Raises UsageError where a line cannot be read, or a page is another than the one that was labelled.
    """
    pages: list[str] = []
    spans: list[LabelledSpan] = []
    for source_id in texts:
        path = folder / check_name(name_text_layer(source_id))
        notes = path.with_suffix(".ann")
        if not notes.is_file():
            continue
        try:
            text = find_text(texts, source_id, path.read_bytes().decode("utf-8"))
            lines = notes.read_text(encoding="utf-8").split("\n")
        except (OSError, ValueError) as error:
            raise UsageError(f"{notes}: cannot be read with its .txt ({error}).") from error
        pages.append(source_id)
        spans.extend(_read_line(source_id, text, line) for line in lines if line.startswith("T"))
    if not pages:
        raise UsageError(f"{folder}: holds no .ann of a page of the result; name the folder that was exported.")
    return gather(pages, spans)


def _read_line(source_id: str, text: str, line: str) -> LabelledSpan:
    match = TEXT_BOUND.match(line)
    if match is None:
        raise UsageError(f"{source_id}: {line!r} is no annotation of brat.")
    places = [int(place) for place in re.findall(r"\d+", match["places"])]
    return cut_span(source_id, text, match["label"], min(places), max(places))
