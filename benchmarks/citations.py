"""Call-outs found and tied to the right entry, on articles in JATS XML whose `<xref ref-type="bibr">` is the gold.

    python benchmarks/citations.py FOLDER [--show N]

FOLDER holds one folder a publisher (PLOS writes numbers, eLife names), as in PLOS' and eLife's own archives (CC BY).
Each article becomes a page: its paragraphs and cells, and its reference list. A call-out is right when it overlaps a
gold cross-reference to the same entry; a range counts once for each number in it. A bracket that the publisher
did not mark up counts against us, although about half of those are real citations; they are counted once more apart,
as `bare`, with those that we took for citations, and of these the ones that lead to an entry.
"""

from __future__ import annotations

import argparse
import re
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from pipeline.annotate.citations import link_citations
from pipeline.components.citations import find_citations
from pipeline.page import Block, Mention, OffsetMap, Page, Piece, Source
from pipeline.schema import BlockKind, CitationRole, CitationStyle, SourceKind

TEXT_BLOCKS = {"p", "title", "td", "th", "article-title"}
JOINED = re.compile(r"\]?\s*[-‐‑–—−]\s*\[?")
BRACKETS = re.compile(r"\[\s?\d{1,3}(?:\s?[-‐‑–—−,;]\s?\d{1,3}){0,30}\s?\]")
COUNTED = {CitationStyle.NUMERIC, CitationStyle.AUTHOR_YEAR, CitationStyle.FOOTNOTE}


@dataclass
class Article:
    """The text of an article in blocks, and its cross-references: start, end and place of the entry in the list."""

    text: str = ""
    blocks: list[tuple[int, int, bool]] = field(default_factory=list)  # start, end, is an entry
    gold: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Append words, white space folded."""
        folded = re.sub(r"\s+", " ", text)
        if self.text.endswith((" ", "\n")) or not self.text:
            folded = folded.lstrip()
        self.text += folded

    def close(self, start: int, *, entry: bool = False) -> None:
        """End a block that began at `start`."""
        self.text = self.text.rstrip(" ")
        if len(self.text) > start:
            self.blocks.append((start, len(self.text), entry))
            self.text += "\n"


def read_article(path: Path) -> Article:
    """One article with its reference list."""
    root = ET.fromstring(path.read_bytes())  # noqa: S314  (trusted files, read at development time)
    refs = list(root.iter("ref"))
    places = {ref.get("id"): place for place, ref in enumerate(refs)}
    article = Article()
    for part in (*root.iterfind("front//abstract"), *root.iterfind("body")):
        _read_blocks(part, article, places)
    _mark_ranges(article)
    for place, ref in enumerate(refs):
        start = len(article.text)
        article.add(f"{place + 1}. {_write_entry(ref)}")
        article.close(start, entry=True)
    return article


def _read_blocks(part: ET.Element, article: Article, places: dict[str | None, int]) -> None:
    for child in part:
        if child.tag in TEXT_BLOCKS:
            start = len(article.text)
            _read_inline(child, article, places)
            article.close(start)
        else:
            _read_blocks(child, article, places)


def _read_inline(element: ET.Element, article: Article, places: dict[str | None, int]) -> None:
    article.add(element.text or "")
    for child in element:
        if child.tag in TEXT_BLOCKS:  # a table or figure inside a paragraph
            article.add(" | ")
        start = len(article.text)
        _read_inline(child, article, places)
        if child.tag == "xref" and child.get("ref-type") == "bibr":
            article.gold += [
                (start, len(article.text), places[rid]) for rid in (child.get("rid") or "").split() if rid in places
            ]
        article.add(child.tail or "")


def _mark_ranges(article: Article) -> None:
    """Add the entries between the two ends of a range, which alone are marked up."""
    ends = sorted(article.gold)
    for (start, end, low), (begins, stops, high) in pairwise(ends):
        if JOINED.fullmatch(article.text, end, begins):
            article.gold += [(start, stops, place) for place in range(low + 1, high)]


def _write_entry(ref: ET.Element) -> str:
    names = [f"{_one(name, 'surname')} {_initials(_one(name, 'given-names'))}" for name in ref.iter("name")]
    authors = ", ".join(names) or _one(ref, "collab")
    title = _one(ref, "article-title") or _one(ref, "chapter-title")
    if not authors and not title:
        return " ".join("".join(ref.itertext()).split())
    return f"{authors} ({_one(ref, 'year')}) {title}. {_one(ref, 'source')} {_one(ref, 'volume')}."


def _one(element: ET.Element, tag: str) -> str:
    found = next(element.iter(tag), None)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def _initials(given: str) -> str:
    return given if given.isupper() else "".join(word[0] for word in given.split())


def make_page(article: Article, name: str) -> Page:
    """The page that the article's text makes."""
    blocks = tuple(
        Block(
            index=index,
            kind=BlockKind.REFERENCE if entry else BlockKind.PARAGRAPH,
            section=(),
            start=start,
            end=end,
            raw_start=start,
            raw_end=end,
        )
        for index, (start, end, entry) in enumerate(article.blocks)
    )
    size = len(article.text)
    return Page(
        source=Source(name, "", size, "utf-8", "text/plain", article.text),
        text=article.text,
        blocks=blocks,
        offsets=OffsetMap((Piece(0, size, 0, size, verbatim=True),)),
        kind=SourceKind.OTHER,
        title=None,
        publisher=None,
        url=None,
        published=None,
        language="en",
    )


def score_article(article: Article, name: str) -> tuple[Counter[str], list[str]]:
    """Counts of right, wrong and missed call-outs, and the wrong and missed ones in their context."""
    page = make_page(article, name)
    mentions = link_citations(page, list(find_citations(page.text)))
    places = {start: place for place, (start, _, _) in enumerate(b for b in article.blocks if b[2])}
    callouts = [m for m in mentions if m.citation and m.citation.role is CitationRole.CALLOUT]
    open_gold = list(article.gold)
    counts: Counter[str] = Counter()
    shown: list[str] = []
    for mention in callouts:
        if mention.citation is None or mention.citation.style not in COUNTED:
            continue
        match = _take(open_gold, mention, places)
        counts["right" if match else "wrong"] += 1
        if not match:
            shown.append(f"wrong {_context(article.text, mention.start, mention.end)} {mention.citation.status}")
    counts["missed"] = len(open_gold)
    counts += _count_bare(article, callouts)
    shown += [f"missed {_context(article.text, start, end)}" for start, end, _ in open_gold]
    return counts, shown


def _count_bare(article: Article, callouts: list[Mention]) -> Counter[str]:
    """Brackets of numbers in the text that the publisher did not mark up, and what we made of them."""
    counts: Counter[str] = Counter()
    body = min((start for start, _, entry in article.blocks if entry), default=len(article.text))
    for match in BRACKETS.finditer(article.text, 0, body):
        if any(start < match.end() and match.start() < end for start, end, _ in article.gold):
            continue
        own = [m for m in callouts if m.start < match.end() and match.start() < m.end]
        counts["bare"] += 1
        counts["bare taken"] += bool(own)
        counts["bare resolved"] += any(m.citation and m.citation.entry is not None for m in own)
    return counts


def _take(gold: list[tuple[int, int, int]], mention: Mention, places: dict[int, int]) -> bool:
    entry = mention.citation.entry if mention.citation else None
    place = places.get(entry) if entry is not None else None
    for at, (start, end, wanted) in enumerate(gold):
        if start < mention.end and mention.start < end and place == wanted:
            del gold[at]
            return True
    return False


def _context(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - 50) : start]}«{text[start:end]}»{text[end : end + 40]}".replace("\n", "⏎")


def main() -> None:
    """Print the scores of each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, help="wrong and missed call-outs to print for a publisher")
    options = parser.parse_args()
    for publisher in sorted(path for path in options.folder.iterdir() if path.is_dir()):
        total: Counter[str] = Counter()
        shown: list[str] = []
        began = time.perf_counter()
        for path in sorted(publisher.glob("*.xml")):
            counts, wrong = score_article(read_article(path), path.name)
            total += counts
            shown += [f"{path.stem}: {line}" for line in wrong]
        precision = total["right"] / max(1, total["right"] + total["wrong"])
        recall = total["right"] / max(1, total["right"] + total["missed"])
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        seconds = time.perf_counter() - began
        print(f"{publisher.name}: P {precision:.4f} R {recall:.4f} F1 {f1:.4f} {dict(total)} {seconds:.1f} s")
        for line in shown[: options.show]:
            print("   ", line)


if __name__ == "__main__":
    main()
