"""Are the names of compounds, targets and the rest found, and do they lead to the right concept?

The passages of `tests/gold/passages_*.csv` are labelled throughout: what the program finds in them and no label names
is wrong. A name is right when label and raw range are exactly those of the label; it leads to the right concept when
its concept, or one of several that it is shown to be able to mean, is the label's.

    python benchmarks/names.py [--misses]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gold import ORIGINS, SPLITS, Tally, annotate_page, is_inside, read_labels, read_page, to_raw
from pipeline.components.concepts import name_index
from pipeline.schema import Label

if TYPE_CHECKING:
    from gold import Document
    from pipeline.page import Mention

LABELS = (Label.COMPOUND, Label.TARGET, Label.DISEASE, Label.SPECIES, Label.TISSUE)
LINKED = (Label.COMPOUND, Label.TARGET)

Span = tuple[int, int]


@dataclass
class Count(Tally):
    """Names that were found, that were to be found, that are right, and those of the last that are linked right."""

    found: int = 0
    named: int = 0
    right: int = 0
    linked: int = 0

    @property
    def f1(self) -> float:
        """Of precision and recall; 1 where nothing is to be found and nothing was."""
        return 2 * self.right / (self.found + self.named) if self.found + self.named else 1.0

    @property
    def link_rate(self) -> float:
        """The share of the right names that lead to the right concept."""
        return self.linked / self.right if self.right else 1.0


@dataclass
class Page:
    """The labels of one page."""

    passages: list[Span] = field(default_factory=list)
    names: dict[tuple[Label, Span], str] = field(default_factory=dict)  # the concept, or several with | between


def read_gold() -> dict[Document, Page]:
    """The labels of all pages that are here."""
    pages: dict[Document, Page] = defaultdict(Page)
    for document, row in read_labels("passages"):
        pages[document].passages.append((int(row["start"]), int(row["end"])))
    for document, row in read_labels("names"):
        pages[document].names[Label(row["label"]), (int(row["start"]), int(row["end"]))] = row["concept"]
    return dict(pages)


def find_names(document: Document, passages: list[Span]) -> dict[tuple[Label, Span], Mention]:
    """What the program finds in the labelled passages."""
    annotated = annotate_page(document)
    named = (mention for mention in (*annotated.mentions, *annotated.nested) if mention.label in LABELS)
    spans = ((mention, to_raw(annotated.page, mention)) for mention in named)
    return {(mention.label, span): mention for mention, span in spans if is_inside(span, passages)}


def leads_to(mention: Mention, concept: str) -> bool:
    """Whether a name leads to the labelled concept; a label of several concepts asks for one of them.

    `local:` and a name says that no lexicon listed it when the label was put; a row that lists it now is right too.
    """
    meant = {mention.concept_id, *mention.candidates} if "|" in concept else {mention.concept_id}
    labelled = set(concept.split("|"))
    for name in [one.removeprefix("local:") for one in labelled if one.startswith("local:")]:
        labelled |= {row.id for row in name_index().look_up(name)}
    return not meant.isdisjoint(labelled)


def measure(pages: dict[Document, Page]) -> dict[tuple[str, str, Label], Count]:
    """Counts by split, origin and label."""
    counts: dict[tuple[str, str, Label], Count] = defaultdict(Count)
    for document, page in pages.items():
        found = find_names(document, page.passages)
        for label, _ in found:
            counts[document.split, document.origin, label].found += 1
        for (label, span), concept in page.names.items():
            count = counts[document.split, document.origin, label]
            count.named += 1
            if mention := found.get((label, span)):
                count.right += 1
                count.linked += leads_to(mention, concept)
    return counts


def add_up(counts: dict[tuple[str, str, Label], Count], split: str, origin: str | None, label: Label) -> Count:
    """The counts of one split and label over the origins."""
    total = Count()
    for (other, place, name), count in counts.items():
        if (other, name) == (split, label) and origin in {None, place}:
            total.add(count)
    return total


def print_table(counts: dict[tuple[str, str, Label], Count]) -> None:
    """F1 and the share of right concepts, by split, origin and label."""
    print("| split | pages | label | labelled | found | right | precision | recall | F1 | right concept |")
    print("|---|---|---|--:|--:|--:|--:|--:|--:|--:|")
    for split in SPLITS:
        for label in LABELS:
            for origin in (*ORIGINS, None):
                count = add_up(counts, split, origin, label)
                precision = count.right / count.found if count.found else 1.0
                recall = count.right / count.named if count.named else 1.0
                linked = f"{count.link_rate:.3f}" if label in LINKED else ""
                print(
                    f"| {split} | {origin or 'both'} | {label} | {count.named} | {count.found} | {count.right} "
                    f"| {precision:.3f} | {recall:.3f} | {count.f1:.3f} | {linked} |"
                )


def print_misses(pages: dict[Document, Page]) -> None:
    """What went wrong on the open part. The locked part is for measuring alone and is never shown."""
    for document, page in pages.items():
        if document.split != "tune":
            continue
        text = read_page(document).source.text
        found = find_names(document, page.passages)
        for label, span in sorted({*found, *page.names}, key=lambda name: name[1]):
            mention, concept = found.get((label, span)), page.names.get((label, span))
            if mention is not None and concept is not None and (label not in LINKED or leads_to(mention, concept)):
                continue
            what = "missed" if mention is None else "wrong" if concept is None else "linked"
            leads = f"{mention.concept_id} ({mention.how})" if mention else ""
            context = (
                text[max(0, span[0] - 40) : span[0]] + "«" + text[slice(*span)] + "»" + text[span[1] : span[1] + 40]
            )
            print(f"{what:7} {label:9} {document.path}:{span[0]} {context!r} {concept or ''} / {leads}")


def main() -> None:
    """Print the table, and with --misses what went wrong on the open part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    pages = read_gold()
    print_table(measure(pages))
    if options.misses:
        print_misses(pages)


if __name__ == "__main__":
    main()
