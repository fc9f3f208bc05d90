"""The report as Markdown: the same content, one line a fact, so that two runs compare well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.report.overview import count_unclaimed
from pipeline.report.text import clip, say_count, show_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.report.conflict_views import ConflictView, Side
    from pipeline.report.overview import Matrix, Summary
    from pipeline.report.passages import Passage, Shelf

NOTICE = (
    "This report says what pages claim and where they disagree. It does not say what is true, and it is no advice, "
    "medical, legal or other. A person decides."
)

# Backslashes for what Markdown reads, entities for what HTML, auto-links and renderers' own extensions read.
SPECIAL = str.maketrans(
    {character: f"\\{character}" for character in "\\`*_[]|~#$^{}"}
    | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;", "\n": " ", "\r": " ", "\t": " "}
)

LONGEST_LINE = 2000  # characters of one quote


def escape_markdown(text: str) -> str:
    """Page text that any Markdown renderer shows as it is: on one line, without links, HTML or emphasis.

    It must not stand at the start of a line, where "1." or "-" would begin a list.
    """
    line = " ".join(show_hidden(clip(text, LONGEST_LINE)).split())
    return line.translate(SPECIAL).replace("://", "&#58;//").replace("www.", "www&#46;")


def write_head(summary: Summary, matrix: Matrix) -> Iterator[str]:
    """The lines of the report before the conflicts, without line breaks."""
    yield from ("# Conflict report", "", f"> {NOTICE}", "")
    yield from _write_summary(summary)
    yield from _write_matrix(matrix)
    yield from ("## Conflicts", "")
    if not summary.conflicts:
        yield from ("No conflicts were found.", "")


def write_tail(shelf: Shelf) -> Iterator[str]:
    """The lines of the report after the conflicts, without line breaks."""
    yield from _write_gone(shelf)
    yield from _write_explained(shelf)
    yield from _write_coverage(shelf)


def _write_summary(summary: Summary) -> Iterator[str]:
    yield from ("## Summary", "")
    documents = ", ".join(f"{count} {status}" for status, count in summary.documents if count)
    yield f"- Documents: {documents or 'none'}; {say_count(summary.families, 'independent text')}"
    yield f"- Claims: {summary.claims}"
    severities = ", ".join(f"{count} {severity}" for severity, _, count in summary.severities)
    yield f"- Conflicts: {summary.conflicts} ({severities})"
    yield f"- State: {', '.join(f'{count} {state}' for state, count in summary.by_state) or 'none'}"
    if summary.single_source_slots is not None:
        yield f"- Slots with one source, which cannot conflict: {summary.single_source_slots}"
    labels = ", ".join(f"{count} {label}" for label, count in summary.unclaimed)
    yield f"- Unclaimed: {summary.unclaimed_total}{f' ({labels})' if labels else ''}"
    yield f"- Failures: {summary.failures}"
    yield ""
    if summary.by_kind.rows:
        yield from _table(
            ("Kind", *summary.by_kind.columns, "all"),
            [(kind, *map(str, counts), str(total)) for kind, counts, total in summary.by_kind.rows],
        )


def _write_matrix(matrix: Matrix) -> Iterator[str]:
    if not matrix.rows:
        return
    yield from ("## Compounds", "")
    yield from _table(
        ("Compound", "Question", "Claims", "Texts", "Finding"),
        [
            (
                escape_markdown(row.subject),
                escape_markdown(question),
                str(cell.claims),
                str(cell.voices),
                f"{cell.severity} conflict" if cell.severity else {"agree": "no conflict"}.get(cell.mark, "one text"),
            )
            for row in matrix.rows
            for question, cell in zip(matrix.questions, row.cells, strict=True)
            if cell
        ],
    )


def write_conflict(view: ConflictView) -> Iterator[str]:
    """The lines of one conflict, without line breaks."""
    row = view.row
    yield from (f"### {view.symbol} {escape_markdown(row.headline)}", "")
    yield f"- Id: {_code(row.conflict_id)}"
    yield f"- Severity: {row.severity}: {escape_markdown(row.severity_why)}"
    yield f"- Kind: {row.kind}, {row.scope.replace('_', ' ')}; state: {row.state}"
    yield f"- Slot: {escape_markdown(row.slot)}"
    if row.decision:
        stale = ", stale" if row.decision_stale else ""
        yield f"- Decision: {escape_markdown(row.decision)} by {escape_markdown(row.decided_by or 'unknown')}{stale}"
    yield ""
    for side in view.sides:
        yield from _write_side(side)
    if view.arbiter:
        yield from ("**What can be checked:**", "")
        yield from (f"- “{escape_markdown(finding)}”" for finding in view.arbiter)
        yield ""


def _write_side(side: Side) -> Iterator[str]:
    name = "Computed" if side.computed else f"Side {escape_markdown(side.letter)}"
    yield from (f"**{name}: {escape_markdown(side.says) or '—'}** ({say_count(side.sources, 'source')})", "")
    for passage in side.passages:
        yield from _write_passage(passage)
    if side.left_out:
        yield from (f"… and {say_count(side.left_out, 'passage')} more in the tables.", "")


def _write_passage(passage: Passage) -> Iterator[str]:
    if passage.place is None or passage.source is None:
        yield from (f"- {escape_markdown(passage.says)} (a computed value, no passage)", "")
        return
    yield f"> “{_mark(passage)}”"
    yield ">"
    yield f"> — {escape_markdown(passage.source.title)}; {_code(passage.place.label)}"
    details = [*passage.source.details, " › ".join(passage.section), *(chip.text for chip in passage.chips)]
    yield f"> — {escape_markdown(' · '.join(part for part in details if part)) or '—'}"
    for reference in passage.references:
        cited = f"{escape_markdown(reference.label)} ({reference.status}) {escape_markdown(reference.work)}"
        yield f"> — cites {cited}".rstrip()
    yield ""


def _mark(passage: Passage) -> str:
    """The quote with bold where the sides differ."""
    parts = []
    for segment in passage.segments:
        inner = escape_markdown(segment.text)
        lead = " " if segment.text[:1].isspace() else ""
        trail = " " if segment.text[-1:].isspace() else ""
        parts.append(f"{lead}**{inner}**{trail}" if segment.marked and inner else f"{lead}{inner}{trail}")
    return "".join(parts)


def _write_gone(shelf: Shelf) -> Iterator[str]:
    if not shelf.result.gone:
        return
    yield from ("## No longer found", "")
    for row in shelf.result.gone:
        yield f"- {_code(row.conflict_id)} {escape_markdown(row.headline)}"
    yield ""


def _write_explained(shelf: Shelf) -> Iterator[str]:
    yield from ("## Differences explained away", "")
    rows = sorted(shelf.result.explained, key=lambda row: (row.slot, row.reason, row.explained_id))
    if not rows:
        yield from ("None.", "")
        return
    yield from _table(
        ("Slot", "Reason", "Detail", "Claims"),
        [
            (
                escape_markdown(row.slot),
                escape_markdown(row.reason),
                escape_markdown(row.detail),
                " ".join(_code(claim_id) for claim_id in row.claim_ids),
            )
            for row in rows
        ],
    )


def _write_coverage(shelf: Shelf) -> Iterator[str]:
    yield from ("## Documents", "")
    yield from _table(
        ("File", "Title", "Kind", "Claims", "Status", "Reason"),
        [
            (
                _code(row.source_id),
                escape_markdown(row.title or "—"),
                row.kind,
                str(row.claims),
                row.status,
                escape_markdown(row.reason or "—"),
            )
            for row in shelf.result.document.values()
        ],
    )
    yield from ("## Unclaimed", "")
    yield from _table(
        ("Reason", "Labels", "Count"),
        [
            (escape_markdown(reason), ", ".join(f"{label} {count}" for label, count in labels), str(total))
            for reason, labels, total in count_unclaimed(shelf.result)
        ],
    )
    yield from ("## Failures", "")
    yield from _table(
        ("File", "Stage", "Error", "Message"),
        [
            (_code(row.source_id), escape_markdown(row.stage), escape_markdown(row.error), escape_markdown(row.message))
            for row in shelf.result.ordered_failures
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        yield from ("None.", "")
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _code(text: str) -> str:
    """Text in a code span that cannot be closed from inside; a pipe would end the cell of a table."""
    line = " ".join(show_hidden(text).split()).replace("`", "ˋ").replace("|", "¦")
    return f"`{line}`"
