"""Call-outs that words alone do not show: names that the page's own list knows, and names where a source is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.annotate.citations.entries import parse_entry
from pipeline.annotate.citations.facts import Free, facts_of
from pipeline.components.citations.authors import AUTHOR_BREAK, MOST_WORDS
from pipeline.components.citations.callouts import S, cite
from pipeline.components.citations.identifiers import IDENTIFIER
from pipeline.components.citations.names import (
    AUTHOR_YEAR,
    PARTICLE,
    REST,
    YEAR,
    is_author,
    read_next_years,
    read_years,
)
from pipeline.components.citations.numbers import BRACKET
from pipeline.components.citations.words import author_key, citation_words, fold_name
from pipeline.schema import CitationStyle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.annotate.citations.matching import Index
    from pipeline.page import Mention, Page

SOURCE_LINE = re.compile(rf"(?P<words>[A-Za-z]+(?:{S}[a-z]+)?)\.?{S}?:{S}?(?P<work>[^\n]{{8,400}})")
LONGEST_SOURCE = 400  # characters
LONGEST_NAMES = 80  # characters before a year in which its authors are looked for
KEY = re.compile(r"[^\s,;]+")
WORD = re.compile(r"\S+")
BREAKS = "()[];:|\n"
BEGINS = re.compile(rf"{PARTICLE}(?:{S}|$)|[^\W_a-zß-öø-ÿ]")
POSSESSIVE = re.compile(r"['’]s$")
# A year with what stands between it and the names in front, and the years that follow: "Sample (2001, 2004)".
DATED = re.compile(rf"(?<![\w.–-])(?P<year>{YEAR})(?P<rest>{REST})(?P<close>[)\]])?")


def find_source_names(page: Page, callouts: Sequence[Mention]) -> list[Mention]:
    """What fills a cell under a head such as "Study", or a line behind "Source:": names with a year, or an entry."""
    free = Free(callouts)
    found: list[Mention] = []
    for start, end in _find_sources(page):
        if not free.at(start, end):
            continue
        match = AUTHOR_YEAR.fullmatch(page.text, start, end)
        if match is None:
            found.extend(_read_source(page.text, start, end))
        elif is_author(match["first"]):
            found.extend(read_years(page.text, match))
    return found


def _find_sources(page: Page) -> Iterator[tuple[int, int]]:
    for block in page.kept_blocks():
        for cell in block.cells:
            if cell.header.strip(" :.").lower() in citation_words("source_label"):
                yield cell.start, cell.end
        line = SOURCE_LINE.fullmatch(page.text, block.start, block.end) if not block.cells else None
        if line and line["words"].lower() in citation_words("source_label"):
            yield line.span("work")


def _read_source(text: str, start: int, end: int) -> Iterator[Mention]:
    """A whole entry in the place of a call-out: "Source: Sample AB, Other C. A title. J Examples. 2006;1:2"."""
    facts = parse_entry(text[start:end])
    if facts.authors and facts.year and end - start <= LONGEST_SOURCE:
        yield cite(
            text,
            start,
            end,
            style=CitationStyle.AUTHOR_YEAR,
            key=facts.key,
            authors=facts.authors,
            year=facts.year,
        )


def find_listed_names(page: Page, callouts: Sequence[Mention], index: Index) -> list[Mention]:
    """Names with a year that only the list shows to be citations: "Sample 2012", "Hill (1992)", "Sample Society, 2009".

    A name that the list has with other years is one, too: it lacks an entry.
    """
    if not any(kind == "author" for kind, _ in index):
        return []
    free = Free((*callouts, *index.entries))
    found: list[Mention] = []
    for block in page.kept_blocks():
        for year in DATED.finditer(page.text, block.start, block.end):
            start = _find_names(page.text, max(block.start, year.start() - LONGEST_NAMES), year, index)
            if start is not None and free.at(start, year.end("year")) and not _is_identified(page.text, year.end()):
                found.extend(_read_listed(page.text, start, year))
    return found


def find_listed_keys(page: Page, callouts: Sequence[Mention], index: Index) -> list[Mention]:
    """Keys in brackets that label an entry of the list: "[Sample2005]", "[Sample2005, Other99]"."""
    keys = {facts.key for entry in index.entries if (facts := facts_of(entry)).style is CitationStyle.FOOTNOTE}
    if not keys:
        return []
    free = Free((*callouts, *index.entries))
    found: list[Mention] = []
    for block in page.kept_blocks():
        for bracket in BRACKET.finditer(page.text, block.start, block.end):
            words = list(KEY.finditer(page.text, bracket.start("inside"), bracket.end("inside")))
            if all(word[0] in keys for word in words) and free.at(*bracket.span()):
                spans = [bracket.span()] if len(words) == 1 else [word.span() for word in words]
                found += [
                    cite(page.text, *span, style=CitationStyle.FOOTNOTE, key=word[0])
                    for span, word in zip(spans, words, strict=True)
                ]
    return found


def _find_names(text: str, lowest: int, year: re.Match[str], index: Index) -> int | None:
    """Where the names begin that stand before a year and that the list knows; the longest run of words that it does."""
    end = lowest + len(text[lowest : year.start()].rstrip(" \t\u00a0,(["))
    begin = max(lowest, *(text.rfind(sign, lowest, end) + 1 for sign in BREAKS))
    words = list(WORD.finditer(text, begin, end))[-MOST_WORDS:]
    for word in words:
        names = text[word.start() : end]
        if not BEGINS.match(names):
            continue
        first, *others = AUTHOR_BREAK.split(POSSESSIVE.sub("", names))
        if not all(BEGINS.match(part) for other in others for part in other.split()):
            continue
        folded = fold_name(first)
        known = ("author", f"{folded} {year['year']}") in index or ("author", f"{folded} {year['year'][:4]}") in index
        if known or (("first", folded) in index and is_author(first) and text[end : year.start()] != ", "):
            return word.start()
    return None


def _is_identified(text: str, end: int) -> bool:
    """Whether an identifier stands in brackets behind a year: that is the call-out, and the name says whose it is."""
    return text[end : end + 2] == " (" and IDENTIFIER.match(text, end + 2) is not None


def _read_listed(text: str, start: int, year: re.Match[str]) -> Iterator[Mention]:
    between = text[start : year.start()]
    authors = POSSESSIVE.sub("", between.rstrip(" \t\u00a0,(["))
    opened = between.rstrip().endswith(("(", "["))
    first = cite(
        text,
        start,
        year.end() if opened and year["close"] and not year["rest"] else year.end("year"),
        style=CitationStyle.AUTHOR_YEAR,
        key=author_key(AUTHOR_BREAK.split(authors, maxsplit=1)[0], year["year"]),
        authors=authors,
        year=int(year["year"][:4]),
    )
    yield first
    yield from read_next_years(text, first, year.span("rest"))
