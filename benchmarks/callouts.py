"""Are the call-outs of the labelled pages found, do they lead where they should, and what are they cited for?

`tests/gold/citations_*.csv` has a row for each call-out, for each entry of a reference list, and for words that only
look like a call-out. A call-out is found when the program has one that shares characters with it; its finding is right
when both are resolved to the same entry, or both to none. What a call-out is cited for is asked of the claims that
match a label in `claims_*.csv`: do they cite what the label says?

    python benchmarks/callouts.py [--misses]
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from claims import judge, keep_labelled, read_gold

from gold import ORIGINS, SPLITS, annotate_page, read_labels, read_page
from pipeline.extract import extract_statements
from pipeline.normalise import normalise_document
from pipeline.schema import CitationRole, CitationStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gold import Document
    from pipeline.normalise import DocumentRows
    from pipeline.schema import CitationRow

Span = tuple[int, int]
LEADS = {"resolved": True, "dangling": False, "ambiguous": False, "invalid": False}


@dataclass(frozen=True, slots=True)
class CallOut:
    """A labelled call-out; a decoy has no finding."""

    span: Span
    finding: str
    entry: Span | None


@dataclass
class Page:
    """The labels of one page and what the program wrote."""

    document: Document
    rows: DocumentRows
    callouts: list[CallOut] = field(default_factory=list)
    entries: list[Span] = field(default_factory=list)


def read_pages() -> list[Page]:
    """All labelled pages that are here, read by the program."""
    pages: dict[Document, Page] = {}
    for document, row in read_labels("citations"):
        page = pages.get(document)
        if page is None:
            annotated = annotate_page(document)
            extracted = extract_statements(annotated)
            page = Page(document, normalise_document(annotated, extracted.statements, extracted.leftovers))
            pages[document] = page
        span = (int(row["start"]), int(row["end"]))
        if row["style"] == "entry":
            page.entries.append(span)
            continue
        entry = (int(row["entry_start"]), int(row["entry_end"])) if row["entry_start"] else None
        page.callouts.append(CallOut(span, row["finding"], entry))
    return list(pages.values())


def judge_page(page: Page) -> tuple[Counter[str], list[str]]:
    """Counts of one page, and what is wrong in words."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    rows = [row for row in page.rows.citations if row.role is CitationRole.CALLOUT]
    entries = {row.citation_id: row for row in page.rows.citations if row.role is CitationRole.ENTRY}
    by_span: dict[Span, list[CallOut]] = defaultdict(list)
    for callout in page.callouts:
        by_span[callout.span].append(callout)
    real = [callout.span for callout in page.callouts if callout.finding != "none"]
    met: set[str] = set()
    for span, labels in by_span.items():
        found = [row for row in rows if _overlap(_span(row), span)]
        if labels[0].finding == "none":
            counts["decoys"] += 1
            own = [row for row in found if not any(_overlap(_span(row), span) for span in real)]
            counts["decoys hit"] += bool(own)
            wrong += [f"decoy {span} {row.key}" for row in own]
            met |= {row.citation_id for row in own}
            continue
        met |= {row.citation_id for row in found}
        counts["labelled"] += len(labels)
        counts["found"] += min(len(found), len(labels))
        right = min(_count_right(found, labels, entries), len(labels))
        counts["finding"] += right
        if right < len(labels):
            said = [(row.key, row.status.value) for row in found]
            wrong.append(f"callout {span} {[label.finding for label in labels]} {said}")
    extra = [row for row in rows if row.citation_id not in met]
    counts["extra"] += len(extra)
    wrong += [f"extra {_span(row)} {row.key} {row.style.value}" for row in extra]
    return counts, wrong


def _count_right(found: list[CitationRow], labels: list[CallOut], entries: dict[str, CitationRow]) -> int:
    """How many labels of one place have a row that leads where they say."""
    right = 0
    rest = list(found)
    for label in labels:
        fitting = [row for row in rest if _leads_right(row, label, entries)]
        if fitting:
            rest.remove(fitting[0])
            right += 1
    return right


def _leads_right(row: CitationRow, label: CallOut, entries: dict[str, CitationRow]) -> bool:
    entry = entries.get(row.reference_id or "")
    if label.entry is not None:
        return entry is not None and _overlap(_span(entry), label.entry)
    if LEADS[label.finding]:  # a link or an identifier leads to the work without an entry
        return row.status is CitationStatus.RESOLVED
    return entry is None and row.status is not CitationStatus.RESOLVED


def _span(row: CitationRow) -> Span:
    return row.start or 0, row.end or 0


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def count_ties(pages: Iterable[Page]) -> dict[tuple[str, str], Counter[str]]:
    """Of the claims that match a label: pairs of claim and call-out that are labelled, made, and both."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    gold = read_gold()
    for page in pages:
        labels = gold.get(page.document)
        if labels is None:
            continue
        starts = {row.citation_id: row.start or 0 for row in page.rows.citations}
        for claim, label in judge(labels, keep_labelled(page.rows.claims, labels.passages)).matched:
            cited = {_place(page, starts[one]) for one in claim.citations if one in starts}
            asked = {_place(page, start) for start in label.citations}
            for origin in (page.document.origin, "both"):
                counts[page.document.split, origin].update(
                    made=len(cited), labelled=len(asked), right=len(cited & asked)
                )
    return counts


def _place(page: Page, start: int) -> int:
    """The start of the labelled call-out that holds a place, so that borders do not matter."""
    return next((callout.span[0] for callout in page.callouts if callout.span[0] <= start < callout.span[1]), start)


def f1(right: int, made: int, labelled: int) -> float:
    """The harmonic mean of precision and recall; 1 where nothing is labelled and nothing made."""
    return 2 * right / (made + labelled) if made + labelled else 1.0


def print_tables(pages: list[Page]) -> None:
    """Call-outs and findings, then what they are cited for, by split and origin."""
    totals: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for page in pages:
        counts, _ = judge_page(page)
        for origin in (page.document.origin, "both"):
            totals[page.document.split, origin].update(counts)
    ties = count_ties(pages)
    print("| split | pages | call-outs | found | extra | F1 | right finding | decoys | hit | pairs | right pairs F1 |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for split in SPLITS:
        for origin in (*ORIGINS, "both"):
            total, tied = totals[split, origin], ties[split, origin]
            labelled, found = total["labelled"], total["found"]
            print(
                f"| {split} | {origin} | {labelled} | {found} | {total['extra'] + total['decoys hit']} "
                f"| {f1(found, found + total['extra'] + total['decoys hit'], labelled):.3f} "
                f"| {total['finding'] / max(1, labelled):.3f} | {total['decoys']} | {total['decoys hit']} "
                f"| {tied['labelled']} | {f1(tied['right'], tied['made'], tied['labelled']):.3f} |"
            )


def print_misses(pages: list[Page]) -> None:
    """What went wrong on the open part. The locked part is for measuring alone and is never shown."""
    for page in pages:
        if page.document.split != "tune":
            continue
        text = read_page(page.document).source.text
        for line in judge_page(page)[1]:
            start = int(line.partition("(")[2].partition(",")[0])
            print(page.document.path, line, repr(text[max(0, start - 60) : start + 60]))


def main() -> None:
    """Print the tables, and with --misses what went wrong on the open part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    pages = read_pages()
    print_tables(pages)
    if options.misses:
        print_misses(pages)


if __name__ == "__main__":
    main()
