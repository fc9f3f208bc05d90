"""Labelled spans: what an annotation tool is given of a page, and what people made of it there."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.exchange.kinds import Of
from pipeline.schema import ClaimRow, MentionRow, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.exchange.result import Result


@dataclass(frozen=True, slots=True, order=True)
class LabelledSpan:
    """Characters `start` to `end` (excluded) of a page, in code points, and the label on them.

    `key` is the id of the row that it comes from and `note` what the row says; a span that a person made has neither.
    """

    source_id: str
    start: int
    end: int
    label: str
    quote: str
    key: str = field(default="", compare=False)
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Labels:
    """What people labelled: the pages that they worked on, and the spans on them."""

    pages: frozenset[str]
    spans: tuple[LabelledSpan, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One span that people added, removed, gave another label, or moved. One of the two may be missing."""

    kind: str
    old: LabelledSpan | None
    new: LabelledSpan | None


def list_spans(result: Result, of: Of) -> dict[str, list[LabelledSpan]]:
    """The spans of a result by source_id, in the order of the table."""
    found: dict[str, list[LabelledSpan]] = defaultdict(list)
    for span in _list_claims(result) if of is Of.CLAIMS else _list_mentions(result):
        found[span.source_id].append(span)
    return found


def _list_claims(result: Result) -> Iterator[LabelledSpan]:
    for row in result.rows(ClaimRow):
        yield LabelledSpan(
            row.source_id, row.start, row.end, row.predicate, row.quote, row.claim_id, describe_claim(row)
        )


def _list_mentions(result: Result) -> Iterator[LabelledSpan]:
    for row in result.rows(MentionRow):
        note = row.concept_id or ""
        yield LabelledSpan(row.source_id, row.start, row.end, row.label.value, row.quote, row.mention_id, note)


def describe_claim(row: ClaimRow) -> str:
    """A claim in one line: who, what, and how firmly."""
    said = row.value_text or row.object or row.object_text or ""
    negated = "not " if row.polarity is Polarity.NEGATED else ""
    return f"{row.subject}: {row.predicate} {negated}{said} ({row.certainty})"


def compare_spans(result: Result, of: Of, labels: Labels) -> tuple[Change, ...]:
    """How the labels of people differ from those of the result, on the pages that they worked on."""
    own = {span for source_id, spans in list_spans(result, of).items() if source_id in labels.pages for span in spans}
    made = set(labels.spans)
    return tuple(_pair(own - made, made - own))


def _pair(removed: set[LabelledSpan], added: set[LabelledSpan]) -> Iterator[Change]:
    """A removed span with the added one that stands for it: the same place, else the same label on shared words."""
    by_place: dict[tuple[str, int, int], list[LabelledSpan]] = defaultdict(list)
    for span in sorted(added, reverse=True):
        by_place[span.source_id, span.start, span.end].append(span)
    alone: list[LabelledSpan] = []
    for old in sorted(removed):
        if same := by_place[old.source_id, old.start, old.end]:
            yield Change("relabelled", old, same.pop())
        else:
            alone.append(old)
    left = sorted(span for spans in by_place.values() for span in spans)
    by_label: dict[tuple[str, str], list[LabelledSpan]] = defaultdict(list)
    for span in left:
        by_label[span.source_id, span.label].append(span)
    moved: set[LabelledSpan] = set()
    for old in alone:
        near = by_label[old.source_id, old.label]
        new = next((span for span in near if span not in moved and _overlaps(old, span)), None)
        moved |= {new} if new else set()
        yield Change("moved" if new else "removed", old, new)
    yield from (Change("added", None, span) for span in left if span not in moved)


def _overlaps(one: LabelledSpan, other: LabelledSpan) -> bool:
    """Whether two spans of one page share a character."""
    return one.start < other.end and other.start < one.end


def cut_span(source_id: str, text: str, label: str, start: int, end: int) -> LabelledSpan:
    """A span that a person made, with the words that stand there. Raises UsageError where the page has none there."""
    if not 0 <= start < end <= len(text):
        raise UsageError(f"{source_id}: a label '{label}' stands at {start} to {end}, outside the page.")
    return LabelledSpan(source_id, start, end, label, text[start:end])


def find_text(texts: Mapping[str, str], source_id: object, written: str | None = None) -> str:
    """The text of a page that a labels file names. Raises UsageError where the result has no such page, or another."""
    text = texts.get(source_id) if isinstance(source_id, str) else None
    if text is None:
        raise UsageError(f"The labels are about {source_id!r}, a page that the result does not have.")
    if written is not None and written != text:
        raise UsageError(f"{source_id}: is another text than the one that was labelled; export it again.")
    return text


def gather(pages: Iterable[str], spans: Iterable[LabelledSpan]) -> Labels:
    """Labels, sorted, each once."""
    return Labels(frozenset(pages), tuple(sorted(set(spans))))


def write_gold(labels: Labels, path: Path) -> None:
    """The labels as a gold set: one JSON a line, with the page, the place, the label and the words.

    Raises UsageError where the file is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            for span in labels.spans:
                line = {name: getattr(span, name) for name in ("source_id", "start", "end", "label", "quote")}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        reason = "is there already" if isinstance(error, FileExistsError) else (error.strerror or str(error)).lower()
        raise UsageError(f"{path}: {reason}; name another file.") from error
