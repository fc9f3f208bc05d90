"""Where the reference lists and footnote definitions of a page stand, one range an entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.components.citations.identifiers import IDENTIFIER
from pipeline.components.citations.names import ONE_YEAR, SURNAME
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.page import Block, Page


SHORTEST_ENTRY = 12  # characters; less is a label or a stray word, no work
LONGEST_HEADING = 60
LONGEST_ENTRY = 1200  # characters of an entry that are parsed; annotations behind it are not
# "References", "Scientific References", "Sources & further reading", "Literature cited"; not "Data sources in use".
LIST_HEADING = re.compile(
    r"""
    [\W\d_]*
    (?: (?: selected | key | scientific | research | cited | primary | clinical | peer-reviewed | academic | literature
          | study | studies | main | full | the | our | additional | notes? | medical | further | published )
        \s+ (?: (?:and|&) \s+ )? ){0,4}
    (?: references? | bibliography | citations? | sources? | footnotes? | endnotes? | works\s+cited | literature
      | further\s+reading )
    (?: \s+ (?: cited | list | section ) )?
    (?: \s* (?: & | and | / ) \s* (?: [\w-]+ ) (?: \s+ [\w-]+ ){0,2} )?
    [\W_]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
FIELD_OF_SOURCES = re.compile(r"(?:^|[._])(?:references?|sources?|citations?|bibliography)(?:[._\[]|$)", re.IGNORECASE)
# "[12] ", "12. ", "12) ", "¹² ", "[^key]: ", "^key: ", "[Sample2005] "; the label that an entry is known by.
ENTRY_LABEL = re.compile(
    r"""
    \s* (?:
        \[\^ (?P<foot> [\w.:-]{1,80} ) \]:?
      | \[ (?P<bracket> \d{1,3} ) \]
      | (?P<dot> \d{1,3} ) [.)] (?= \s )
      | \[ (?P<word> [A-Za-z][\w+.-]{0,30}\d{2}[a-z]? ) \] (?= \s )
      | (?P<raised> [⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3} )
    ) \s*
    """,
    re.VERBOSE,
)
RAW_LABEL = re.compile(
    r"(?:\[\^(?P<foot>[\w.:-]{1,80})\]:|\[(?P<bracket>\d{1,3})\]|(?<!\d)(?P<dot>\d{1,3})[.)\\]{1,2})[ \t]*$"
)
# "Sample AB, …", "Sample, A. B., …" with "2001;", "(2001)" or a final "2001.": an entry by itself, without a heading.
AUTHORS_IN_FRONT = re.compile(rf"{SURNAME},?\s(?:[A-Z]\.[-\s]?|[A-Z](?=[A-Z,.;\s])){{1,3}}(?:[,.;]|\s?et\sal|\s?\()")
ENTRY_YEAR = re.compile(r"(?<![\w./-])(?:1[89]|20)\d\d[a-h]?(?=\s*[;:)]|\W*$)")
WIDEST_LABEL = 100  # raw characters in front of a block in which its label is looked for
SHORTEST_RUN = 2  # entries that a list without heading has at least
GLUED_ENTRY = re.compile(r"(?:^|(?<=[\s.]))\[(\d{1,3})\] (?=\S)")  # "[1] Sample A. … [2] Other B. …" in one paragraph


def list_blocks(page: Page) -> list[Block]:
    """The blocks that hold reference entries, by their kind, heading, field name or label, in order.

    Where nothing announces a list, it is the numbered entries that follow each other from 1.
    """
    return list(_find_listed(page)) or _find_run(page)


def read_raw_label(page: Page, block: Block) -> re.Match[str] | None:
    """The label in front of a block that its text has lost: the "1." of a Markdown list."""
    return RAW_LABEL.search(page.source.text[max(0, block.raw_start - WIDEST_LABEL) : block.raw_start])


def _find_run(page: Page) -> list[Block]:
    run: list[Block] = []
    for block in page.blocks:
        parts = list(split_entries(page.text, block))
        if len(parts) >= SHORTEST_RUN and all(_is_entry(page.text[start:end]) for start, end in parts):
            return [block]
        if _read_number(page, block) == len(run) + 1 and _is_entry(page.text[block.start : block.end]):
            run.append(block)
        elif len(run) >= SHORTEST_RUN:
            break
        else:
            run = []
    return run if len(run) >= SHORTEST_RUN else []


def _read_number(page: Page, block: Block) -> int | None:
    label = ENTRY_LABEL.match(page.text, block.start, block.end) or read_raw_label(page, block)
    number = label and (label["bracket"] or label["dot"])
    return int(number) if number else None


def _is_entry(text: str) -> bool:
    """Whether a text is an entry by itself: authors with initials in front, and an identifier or a year as lists do."""
    label = ENTRY_LABEL.match(text)
    body = text[label.end() if label else 0 :][:LONGEST_ENTRY]
    return bool(AUTHORS_IN_FRONT.match(body) and (IDENTIFIER.search(body) or ENTRY_YEAR.search(body)))


def _find_listed(page: Page) -> Iterator[Block]:
    listed = False  # below a line such as "References" that no mark-up shows as a heading
    for block in page.blocks:
        text = page.text[block.start : block.end]
        if len(text) <= LONGEST_HEADING and LIST_HEADING.fullmatch(text):
            listed = True
            continue
        if block.kind is BlockKind.HEADING:
            listed = False
            continue
        if block.kind is BlockKind.REFERENCE or _defines_footnote(text):
            yield block
            continue
        field = bool(block.key and FIELD_OF_SOURCES.search(block.key))
        headed = any(len(heading) <= LONGEST_HEADING and LIST_HEADING.fullmatch(heading) for heading in block.section)
        likely = (listed or field or headed) and _looks_like_entry(text)
        listed = listed and likely
        if likely or (headed and not field and block.kind is BlockKind.LIST_ITEM):
            yield block


def _defines_footnote(text: str) -> bool:
    label = ENTRY_LABEL.match(text)
    return label is not None and bool(label["foot"]) and label[0].rstrip().endswith(":")


def _looks_like_entry(text: str) -> bool:
    if len(text.strip()) < SHORTEST_ENTRY:
        return False
    opening = text[:LONGEST_ENTRY]
    return bool(_defines_footnote(opening) or ONE_YEAR.search(opening) or IDENTIFIER.search(opening))


def split_entries(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Start and end of each entry in a block: one, or several behind ascending labels in brackets."""
    marks = list(GLUED_ENTRY.finditer(text, block.start, block.end))
    numbers = [int(mark[1]) for mark in marks]
    if len(marks) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):  # noqa: PLR2004
        yield block.start, block.end
        return
    starts = [mark.start() for mark in marks]
    for start, end in zip(starts, [*starts[1:], block.end], strict=True):
        yield start, start + len(text[start:end].rstrip())
