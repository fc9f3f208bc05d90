"""What an entry of a reference list says of its work: authors, year, title, journal, identifiers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.annotate.citations.facts import facts_of
from pipeline.annotate.citations.lists import ENTRY_LABEL, LONGEST_ENTRY, list_blocks, read_raw_label, split_entries
from pipeline.components.citations.authors import first_surname
from pipeline.components.citations.identifiers import IDENTIFIER, find_identifiers
from pipeline.components.citations.names import ONE_YEAR, SURNAME, UPPER, YEAR
from pipeline.components.citations.words import author_key, fold_name
from pipeline.page import Citation, Mention
from pipeline.schema import CitationRole, CitationStatus, CitationStyle, Label

if TYPE_CHECKING:
    from pipeline.page import Block, Page


HOW = "reference-list"
LONGEST_KEY = 40  # letters of a title that stand for a work without author or year
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# "(2005)", "2005;112", "J Biol. 2005."; the year of an entry, best sign first.
ENTRY_YEARS = (
    re.compile(rf"\(\s*(?P<year>{YEAR})[^()]{{0,20}}\)"),
    re.compile(r"(?<![\w./-])(?P<year>(?:1[89]|20)\d\d[a-h]?)(?=\s*[;:])"),
    re.compile(rf"(?<![\w./:;-])(?P<year>{YEAR})(?=\W*(?:$|[.·,]))"),
    re.compile(rf"(?<![\w./:;(-])(?P<year>{YEAR})"),
)
QUOTED = re.compile(r"[\"“«](?P<title>[^\"”»]{8,400})[\"”»]")
NAME = rf"""
    (?: (?:[A-Z]\.[-\s]?){{0,3}} {SURNAME} (?:\s{SURNAME}){{0,2}}
        (?: ,?\s (?: (?:[A-Z]\.[-\s]?){{1,4}} | [A-Z](?:-?[A-Z]){{0,3}} ) (?!\w) )? )
"""
# "Sample AB, Other C, et al.", "Sample, A. B., & Other, C.", "Sample ABC": the authors that an entry begins with.
ENTRY_AUTHORS = re.compile(
    rf"""
    {NAME} (?: (?: \s?[,;]\s? (?:and\s|&\s)? | \s(?:and|&)\s ) {NAME} ){{0,40}}
    (?: ,?\s et\s+al\b\.? )?
    """,
    re.VERBOSE,
)
PARTING = re.compile(r"(?<=[.?!])\s+|\s·\s")
SIGN_OF_AUTHORS = re.compile(r"\b[A-Z]{1,3}\b|\bet al|&|, [A-Z]\.")  # a title may begin with capitals, too
YEAR_IN_FRONT = re.compile(rf"^[\s.,]*\(\s*{YEAR}[^()]{{0,20}}\)[\s.,]*")
# "Sample Consortium (2013) A title", "World Body of Samples. (2013)": a body in the place of authors.
BODY_IN_FRONT = re.compile(rf"(?P<authors>[^\W_][^().?!]{{1,120}}?\.?)\s?\(\s?{YEAR}")
JOURNAL = re.compile(rf"(?P<journal>{UPPER}[^.;·\d()]{{1,110}}?)[\s.,;:·(]{{0,4}}(?=\d|$)")


def find_entries(page: Page, style: CitationStyle | None) -> list[Mention]:
    """The reference entries of a page in order, unused until call-outs lead to them."""
    entries: list[Mention] = []
    for block in list_blocks(page):
        for start, end in split_entries(page.text, block):
            entries.append(_read_entry(page, block, (start, end), style, len(entries) + 1))
    return entries


def _read_entry(page: Page, block: Block, span: tuple[int, int], style: CitationStyle | None, position: int) -> Mention:
    start, end = span
    written = page.text[start:end]
    label = ENTRY_LABEL.match(written)
    facts = parse_entry(written[label.end() if label else 0 :][:LONGEST_ENTRY])
    if label is None and start == block.start:
        label = read_raw_label(page, block)
    entry_style, key = _entry_key(label, facts, style, position)
    return Mention(
        start=start,
        end=end,
        text=written,
        label=Label.CITATION,
        how=HOW,
        citation=replace(facts, style=entry_style, key=key),
    )


def _entry_key(
    label: re.Match[str] | None, facts: Citation, style: CitationStyle | None, position: int
) -> tuple[CitationStyle, str]:
    parts = label.groupdict() if label else {}
    if written := parts.get("foot") or parts.get("word"):
        return CitationStyle.FOOTNOTE, written
    named = facts.key if facts.year and " " in facts.key else None
    if style is CitationStyle.AUTHOR_YEAR and named:
        return style, named
    if style is CitationStyle.AUTHOR_YEAR:
        parts = {}
    if number := parts.get("bracket") or parts.get("dot") or parts.get("raised"):
        return CitationStyle.NUMERIC, str(int(number.translate(RAISED)))
    if style is CitationStyle.NUMERIC:
        return style, str(position)
    if named:
        return CitationStyle.AUTHOR_YEAR, named
    if facts.doi:
        return CitationStyle.DOI, facts.doi
    if facts.pmid:
        return CitationStyle.PMID, f"PMID {facts.pmid}"
    return CitationStyle.AUTHOR_YEAR, facts.key or fold_name(facts.title or "")[:LONGEST_KEY] or str(position)


def parse_entry(text: str) -> Citation:
    """What an entry says of its work; `key` is first author and year with its letter, as far as they are given."""
    found = [facts_of(mention) for _, _, group in find_identifiers(text) for mention in group]
    problem = next((facts.note for facts in found if facts.note), None)
    body = IDENTIFIER.sub(" ", text).strip(" .·*_;,:-–—")
    authors, rest = _split_authors(body)
    first = first_surname(authors) if authors else ""
    title, journal = _split_title(rest)
    year = _find_year(body)
    return Citation(
        role=CitationRole.ENTRY,
        style=CitationStyle.NUMERIC,
        key=author_key(first, year) if first else "",
        status=CitationStatus.INVALID if problem else CitationStatus.UNUSED,
        authors=authors,
        year=int(year[:4]) if year else None,
        title=title,
        journal=journal,
        doi=next((facts.doi for facts in found if facts.doi), None),
        pmid=next((facts.pmid for facts in found if facts.pmid and not facts.note), None),
        nct=next((facts.nct for facts in found if facts.nct and not facts.note), None),
        url=next((facts.url for facts in found if facts.url), None),
        note=problem,
    )


def _split_authors(body: str) -> tuple[str | None, str]:
    match = ENTRY_AUTHORS.match(body)
    if match and SIGN_OF_AUTHORS.search(body[: match.end() + 2]):
        return match[0].strip(" ,;&"), body[match.end() :]
    group = BODY_IN_FRONT.match(body)
    return (group["authors"].strip(" ,;&."), body[group.end("authors") :]) if group else (None, body)


def _split_title(rest: str) -> tuple[str | None, str | None]:
    quoted = QUOTED.search(rest)
    if quoted:
        return quoted["title"].strip(" .,"), _find_journal(rest[quoted.end() :])
    pieces = [
        piece.strip(" .,*_") for piece in PARTING.split(YEAR_IN_FRONT.sub("", rest, count=1)) if piece.strip(" .,*_")
    ]
    if not pieces:
        return None, None
    if ONE_YEAR.search(pieces[0]):
        return None, _find_journal(pieces[0])
    return pieces[0].strip('"“”'), _find_journal(pieces[1]) if len(pieces) > 1 else None


def _find_journal(text: str) -> str | None:
    match = JOURNAL.match(text.lstrip(" .,;*_"))
    return match["journal"].strip(" .,*_") if match else None


def _find_year(body: str) -> str | None:
    return next((match["year"] for sign in ENTRY_YEARS if (match := sign.search(body))), None)
