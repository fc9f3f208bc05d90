"""The links of a page that lead to a work, and the call-outs and entries that are written as one."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.annotate.citations.facts import IDENTIFIERS, Free, change, facts_of, inside, order
from pipeline.components.citations.callouts import cite
from pipeline.components.citations.identifiers import find_identifiers, read_link
from pipeline.components.citations.names import AUTHOR_LATER_YEAR
from pipeline.components.citations.words import author_key
from pipeline.schema import CitationStyle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.annotate.citations.matching import Index
    from pipeline.page import Mention, Page


# "[Sample et al., 2005](https://…)", "<a href="https://…">Sample</a>", and the latter inside JSON.
LINK = re.compile(
    r"""
    \[ (?P<mark> [^\[\]\n]{1,200} ) \] \( (?P<target> https?://[^\s<>"]{4,400} )
  | <a\s [^<>]{0,300}? href \s{0,2} = \s{0,2} (?: \\?["'] )? (?P<href> https?: [^\s"'<>]{4,400} ) [^<>]{0,300} >
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A number that is written as a link, [1](#ref-1) or <a href="#cite_note-1">1</a>, to a note or an entry of the page.
ANCHOR = re.compile(
    r"""
    \[ (?P<mark> \d{1,3} ) \] \( \# [\w:.-]{0,60}? (?: ref|cit|fn|note|bib|source ) [\w:.-]{0,60} \)
  | <a\s [^<>]{0,300}? href \s{0,2} = \s{0,2} (?: \\?["'] )? \# [\w:.-]{0,60}? (?: ref|cit|fn|note|bib|source )
    [^<>]{0,300} > \s{0,3} (?P<words> \d{1,3} ) \s{0,3} <\\?/a
    """,
    re.VERBOSE | re.IGNORECASE,
)
BARE_NUMBER = re.compile(r"\[?(?P<number>[1-9]\d{0,2})\]?")
OTHER_LINK = "link differs"
LONGEST_LINK = 400  # raw characters between "<a …>" and "</a>"


@dataclass(frozen=True, slots=True)
class Link:
    """Words of the clean text that link to a work: the target, and the identifier in it by its column.

    `problem` says where the words themselves name another identifier than the target.
    """

    start: int
    end: int
    url: str
    named: Mapping[str, str]
    problem: str | None


def find_links(page: Page) -> list[Link]:
    """The links of the raw page that lead to a work and whose words are in the clean text, in order."""
    found = [
        Link(*span, url, named, _compare_words(page.text[slice(*span)], named))
        for start, end, url in _raw_links(page.source.text)
        if (named := read_link(url)) and (span := _to_clean(page, start, end))
    ]
    return sorted(found, key=lambda link: (link.start, link.end))


def _compare_words(words: str, named: Mapping[str, str]) -> str | None:
    """Where the words of a link name another DOI, PubMed or trial number than its target."""
    for _, _, (mention, *_) in find_identifiers(words):
        for column, target in named.items():
            written = getattr(facts_of(mention), column, None)
            if written and not target.startswith(written.rstrip("….")):  # a long DOI may be cut short for the eye
                return f"{OTHER_LINK}: {written} in the text, {target} in the target"
    return None


def find_linked_numbers(page: Page, callouts: Sequence[Mention], links: Sequence[Link]) -> list[Mention]:
    """Numbers that only their link shows to be call-outs: to a note of the page, or to a work."""
    free = Free(callouts)
    anchors = (match.span("mark" if match["mark"] else "words") for match in ANCHOR.finditer(page.source.text))
    spans = {span for raw in anchors if (span := _to_clean(page, *raw))} | {(link.start, link.end) for link in links}
    found: list[Mention] = []
    for start, end in sorted(spans):
        match = BARE_NUMBER.fullmatch(page.text, start, end)
        if match and free.at(start, end):
            found.append(cite(page.text, start, end, style=CitationStyle.NUMERIC, key=match["number"]))
    return found


def _raw_links(raw: str) -> Iterator[tuple[int, int, str]]:
    for match in LINK.finditer(raw):
        if match["mark"]:
            yield *match.span("mark"), _trim_url(match["target"])
            continue
        end = raw.find("</a", match.end(), match.end() + LONGEST_LINK)
        if end < 0:
            end = raw.find("<\\/a", match.end(), match.end() + LONGEST_LINK)
        if end > match.end():
            yield match.end(), end, html.unescape(match["href"].replace("\\", ""))


def _trim_url(written: str) -> str:
    """The target of a Markdown link, up to the bracket that closes it."""
    depth = 0
    for at, char in enumerate(written):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return written[:at]
    return written


def _to_clean(page: Page, raw_start: int, raw_end: int) -> tuple[int, int] | None:
    """The clean characters that came from a raw range; None where none of it was kept."""
    pieces = page.offsets.pieces
    found: list[int] = []
    # Pieces follow the raw page but for fields that are moved, so a search by raw start finds the right place.
    at = max(0, bisect_right(pieces, raw_start, key=lambda piece: piece.raw_start) - 1)
    while at < len(pieces) and pieces[at].raw_start < raw_end:
        piece = pieces[at]
        at += 1
        if piece.raw_end <= raw_start:
            continue
        before, behind = max(0, raw_start - piece.raw_start), max(0, piece.raw_end - raw_end)
        found += [piece.start + before, piece.end - behind] if piece.verbatim else [piece.start, piece.end]
    if not found or not page.text[min(found) : max(found)].strip():
        return None
    return min(found), max(found)


def link_entries(entries: Sequence[Mention], links: Sequence[Link]) -> list[Mention]:
    """The entries with the identifiers that their links name and their words do not."""
    starts = [entry.start for entry in entries]
    linked = list(entries)
    for link in links:
        at = bisect_right(starts, link.start) - 1
        if at < 0 or link.end > entries[at].end:
            continue
        facts = facts_of(linked[at])
        missing = {column: value for column, value in _columns(link).items() if not getattr(facts, column)}
        linked[at] = change(linked[at], url=facts.url or link.url, note=facts.note or link.problem, **missing)
    return linked


def link_callouts(page: Page, callouts: Sequence[Mention], index: Index, links: Sequence[Link]) -> list[Mention]:
    """The call-outs with the links that they are written as, and a call-out for each link on other words."""
    starts = [mention.start for mention in callouts]
    entry_starts = [entry.start for entry in index.entries]
    linked = list(callouts)
    for link in links:
        first = max(0, bisect_right(starts, link.start) - 1)
        last = bisect_left(starts, link.end)
        over = [at for at in range(first, last) if linked[at].end > link.start and linked[at].start < link.end]
        for at in over:
            linked[at] = _add_link(linked[at], link)
        if not over and not inside(link.start, link.end, index.entries, entry_starts):
            linked.append(_link_callout(page.text, link))
    return sorted(linked, key=order)


def _add_link(mention: Mention, link: Link) -> Mention:
    facts = facts_of(mention)
    if link.problem:
        return change(mention, url=facts.url or link.url, note=facts.note or link.problem)
    if facts.url or facts.style in IDENTIFIERS:
        return mention
    return change(mention, url=link.url, **_columns(link))


def _columns(link: Link) -> dict[str, str]:
    return {column: value for column, value in link.named.items() if column != "pmc"}


def _link_callout(text: str, link: Link) -> Mention:
    """A call-out on the words of a link, by author and year where the words give them."""
    words = text[link.start : link.end]
    match = AUTHOR_LATER_YEAR.search(words)
    if match:
        named = cite(
            text,
            link.start,
            link.end,
            style=CitationStyle.AUTHOR_YEAR,
            key=author_key(match["first"], match["year"]),
            authors=f"{match['first']} et al.",
            year=int(match["year"][:4]),
        )
        return _add_link(named, link)
    column, value = next(iter(link.named.items()))
    key = f"PMID {value}" if column == "pmid" else value
    return change(cite(text, link.start, link.end, style=CitationStyle.LINK, key=key, url=link.url), **_columns(link))
