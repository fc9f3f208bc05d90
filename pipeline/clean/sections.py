"""Furniture that a piece of a page is by what stands around it: below a heading, in a menu, between other furniture."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.clean.edges import find_sentences, mark_site
from pipeline.clean.fields import VALUE_START, is_known
from pipeline.clean.furniture import (
    LINK_LIST,
    SMALL_WORDS,
    FurnitureRow,
    find_row,
    is_disclaimer_class,
    is_weak_link,
)
from pipeline.clean.lines import LINE_WORDS, count_words, drop_count, why_line
from pipeline.clean.words import split_letters
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.clean.drafts import Draft

FIELDS = frozenset({BlockKind.FRONT_MATTER, BlockKind.METADATA})
LINKED = frozenset({BlockKind.LIST_ITEM, BlockKind.PARAGRAPH})
ASKED = LINKED | {BlockKind.QUESTION}

# What is none of the references, though it stands below their heading.
NEVER_REFERENCES = frozenset({
    "footer", "cookie banner", "age gate", "price or quantity", "offer", "page number", "navigation", "call to action",
    "share buttons"
})  # fmt: skip

PROSE = 200  # characters of a paragraph that ends an age gate in plain text
PLAIN = 90  # ... that ends another section there, if it speaks to nobody
# Sections that hold long text of their own, and those that hold a line or two.
LONG = frozenset({"age gate", "cookie banner", "related products", "comments", "reviews"})
GATES = frozenset({"age gate", "cookie banner"})
LIGHT = frozenset({"share buttons", "tags", "navigation"})
SPOKEN = re.compile(r"\b(?:you|your|we|our|us)\b", re.IGNORECASE)  # the shop to its visitor

# Class names alone gave these reasons; where they took nearly all of a page, they were wrong.
DOUBTED = frozenset({"navigation", "call to action", "price or quantity", "share buttons", "byline", "tags", "reviews"})
LOST = 200  # characters of running text that a page can lose to a class name before it is doubted
KEPT = 4  # times as much is lost as is kept

OUTERMOST = frozenset({"navigation", "footer", "share buttons", "age gate"})  # what can begin or end a page
UNTELLING = frozenset({"sample notice", "page number", "page date", "byline", "tags"})  # stand among content as well
ISLAND = 3  # lines between furniture that are furniture themselves
ISLAND_CHARS = 40
ISLAND_TURNS = 2  # an island that is gone joins the furniture around another one
ISLAND_WORDS = 5
NUMBER = re.compile(r"\d{1,2}")
QUOTED = re.compile(r"[\"“”„«][^\"“”„«»]{1,200}[\"“”»]")  # words that are mentioned, not said
# "Jane Example", "Jane Q. Example, PhD"
PERSON = re.compile(r"[A-Z][a-z]+(?:\s[A-Z]\.)?\s[A-Z][a-z]+(?:,\s[A-Z][A-Za-z.]{1,5}){0,2}")
CONTENT_CHARS = 120  # of an entry in a table of contents
# What an item tells of a compound though it ends without a full stop: a mass, a length, residues.
MEASURED = re.compile(r"\d\s?(?:g/mol|k?Da|residues|aa|min|hours?)\b|\b[A-Z][a-z]{2}-[A-Z][a-z]{2}-")
SUBSTANCES = re.compile(r"\b(?:compounds|peptides|molecules|substances|hormones)\b", re.IGNORECASE)
TELLING_WORDS = 5  # blanks in an item that is more than a link
CRUMBS = 6  # steps of the way from the front of a site to a page
CONTENTS = 3  # entries that make one


# ---------------------------------------------------------------------------------------------- lines


def mark_lines(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts with a reason on those that are furniture by themselves, or by the lines beside them."""
    words = count_words(drafts)
    read = _doubt_classes(drafts)
    marked = []
    for draft in read:
        reason = draft.reason or why_line(draft, words)
        marked.append(draft if reason == draft.reason else replace(draft, reason=reason))
    _mark_contents(marked)
    # Of what a reader dropped with its element, nothing is said about the lines beside it.
    told = [
        None if before.reason or draft.reason in UNTELLING else draft.reason
        for before, draft in zip(read, marked, strict=True)
    ]
    for _ in range(ISLAND_TURNS):
        _mark_islands(marked, told)
    return marked


def _doubt_classes(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The same drafts; where one sort of class names took nearly all running text of a page, without its reason."""
    lost: Counter[str] = Counter()
    kept = 0
    for draft in drafts:
        if draft.reason is None:
            kept += 0 if draft.kind in FIELDS else len(draft.text)
        elif draft.reason in DOUBTED and draft.kind not in FIELDS and _is_sentence(draft.text):
            lost[draft.reason] += len(draft.text)
    wrong = {reason for reason, length in lost.items() if length >= LOST and length > KEPT * kept}
    if not wrong:
        return drafts
    return [replace(draft, reason=None) if draft.reason in wrong and draft.hint else draft for draft in drafts]


def _is_sentence(text: str) -> bool:
    return len(text) >= PLAIN and text[-1] in ".!?"


def _mark_contents(drafts: list[Draft]) -> None:
    """Drop lists of what comes below: pieces in a row that each stand there again, as headings or questions."""
    last = {draft.text: place for place, draft in enumerate(drafts) if len(draft.text) <= CONTENT_CHARS}
    at = 0
    while at < len(drafts):
        stop = at
        while stop < len(drafts) and _is_entry(drafts, stop, last):
            stop += 1
        entries = drafts[at:stop]
        if len(entries) >= CONTENTS and all(last[draft.text] >= stop for draft in entries):
            drafts[at:stop] = [replace(draft, reason=draft.reason or "navigation") for draft in entries]
        at = max(stop, at + 1)


def _is_entry(drafts: Sequence[Draft], place: int, last: dict[str, int]) -> bool:
    draft = drafts[place]
    if draft.kind not in ASKED or draft.cells or draft.key or (draft.level and not draft.bare):
        return False
    again = last.get(draft.text, place)
    return again > place and (drafts[again].kind is not BlockKind.LIST_ITEM or drafts[again].ordinal is not None)


def _mark_islands(drafts: list[Draft], told: list[str | None]) -> None:
    """Drop lines of a word or two between furniture: the names in a menu, the number between two buttons.

    `told` holds the reasons that the lines themselves gave.
    """
    names: Counter[str] = Counter()
    at = 0
    while at < len(drafts):
        stop = at
        while stop < len(drafts) and stop - at <= ISLAND and _may_be_island(drafts[stop]):
            stop += 1
        if at < stop <= at + ISLAND and (reason := _why_island(drafts, told, at, stop)):
            names = names or count_words(draft for draft in drafts if draft.reason is None)
            if not any(_is_named(draft.text, names) for draft in drafts[at:stop]):
                drafts[at:stop] = [replace(draft, reason=reason) for draft in drafts[at:stop]]
                told[at:stop] = [reason] * (stop - at)
        elif at < stop and _is_name_of_author(drafts, stop - 1):
            drafts[stop - 1] = replace(drafts[stop - 1], reason="byline")
        at = max(stop, at + 1)


def _may_be_island(draft: Draft) -> bool:
    text = draft.text
    if draft.reason or draft.kind not in LINKED or draft.cells or draft.level or len(text) > ISLAND_CHARS:
        return False
    if text.count(" ") >= ISLAND_WORDS or text[-1] in ".:;,":
        return False
    return NUMBER.fullmatch(text) is not None or not (is_known(text) or VALUE_START.match(text))


def _is_named(text: str, names: Counter[str]) -> bool:
    """Whether the page speaks of what a line names, so that the line can be its title."""
    if is_weak_link(text):
        return False
    return any(names.get(part, 0) > 1 and part not in SMALL_WORDS for part in split_letters(text) if len(part) > 1)


def _why_island(drafts: Sequence[Draft], told: Sequence[str | None], at: int, stop: int) -> str | None:
    """Why lines `at` to `stop` (excluded) are furniture: more furniture stands around them than they are."""
    before = told[at - 1] if at else None
    after = told[stop] if stop < len(told) else None
    if before is None and (at or after not in OUTERMOST):
        return None
    if after is None and (stop < len(told) or before not in OUTERMOST):
        return None
    size = stop - at
    if _count_furniture(told, at - 1, -1, size) + _count_furniture(told, stop, 1, size) <= size:
        return None
    if any(NUMBER.fullmatch(draft.text) for draft in drafts[at:stop]) and before != after:
        return None
    return before or after


def _count_furniture(told: Sequence[str | None], at: int, step: int, enough: int) -> int:
    """How many pieces of furniture follow each other from `at`, as far as it matters."""
    count = 0
    while 0 <= at < len(told) and told[at] and count <= enough:
        count += 1
        at += step
    return count


def _is_name_of_author(drafts: Sequence[Draft], place: int) -> bool:
    """Whether a line between a title and a date is the name of who wrote the page."""
    if not 0 < place < len(drafts) - 1 or drafts[place + 1].reason not in {"byline", "page date"}:
        return False
    return drafts[place - 1].reason is None and PERSON.fullmatch(drafts[place].text) is not None


# ---------------------------------------------------------------------------------------------- sections


def mark_sections(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts with a reason on what stands under furniture, and disclaimers and references named as such."""
    return mark_site(_mark_menus(list(_mark_sections(drafts))))


def _mark_sections(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Carry what a heading says to what stands under it."""
    section: Draft | None = None
    what: FurnitureRow | None = None
    has_text = False  # whether anything was said so far
    for index, draft in enumerate(drafts):
        if section is not None and _ends(section, draft, drafts[index + 1 : index + 2], what):
            section = what = None
        has_text = has_text or (draft.reason is None and _is_sentence(draft.text))
        found = _opens(draft)
        if found and draft.bare and not has_text and found.reason not in GATES and found.where == "section":
            found = None  # a link in a menu above the page, not the head of a section below it
        if found and (section is None or found.where == "section"):
            section, what = draft, found
        is_answer = index > 0 and drafts[index - 1].kind is BlockKind.QUESTION and not drafts[index - 1].reason
        told = section is not draft and _tells(draft, section, what)
        yield draft if told or (is_answer and what is None) else _mark(draft, what, is_head=draft is section)


def _opens(draft: Draft) -> FurnitureRow | None:
    """The row that knows a heading (or a line of plain text that reads like one)."""
    if draft.kind not in {BlockKind.HEADING, BlockKind.QUESTION} and not draft.bare:
        return None
    if draft.text.count(" ") > LINE_WORDS:
        return None
    if draft.reason and not draft.bare:
        return None  # an element was dropped, and it ends where it ends
    text = drop_count(draft.text)
    return find_row("section", text) or find_row("disclaimer-section", text) or find_row("reference-section", text)


def _ends(section: Draft, draft: Draft, following: Sequence[Draft], what: FurnitureRow | None) -> bool:
    if draft.kind in FIELDS:
        return True
    if draft.level and not draft.strong and not (draft.bare and what and what.reason == "age gate"):
        return not section.level or draft.level <= section.level
    if what is None or what.where != "section":
        return False
    if not draft.bare:
        # A box of links has no text of its own: what comes after it is the page again.
        return what.reason in LIGHT and _is_prose(draft, what.reason)
    # Plain text has no end of a section: an age gate above the page must not take the page with it.
    return _is_prose(draft, what.reason) or (
        draft.level > 0 and any(_is_prose(later, what.reason) for later in following)
    )


def _is_prose(draft: Draft, reason: str) -> bool:
    """Whether a paragraph is too long for the section of furniture that it may stand in."""
    if draft.kind is not BlockKind.PARAGRAPH or find_row("line", draft.text):
        return False
    if reason in LONG or len(draft.text) > PROSE:
        return len(draft.text) > PROSE
    return _is_sentence(draft.text) and not SPOKEN.search(draft.text)


def _mark(draft: Draft, what: FurnitureRow | None, *, is_head: bool) -> Draft:
    if draft.hint and draft.kind is BlockKind.PARAGRAPH and is_disclaimer_class(draft.hint) and not _is_legal(draft):
        return replace(draft, kind=BlockKind.DISCLAIMER, reason=None)
    if what is None:
        return _mark_disclaimer(draft)
    if what.where == "section":
        if draft.kind is BlockKind.REFERENCE:
            return draft  # a footnote belongs to the page, wherever it stands
        return replace(draft, reason=what.reason if draft.reason in {None, "site notice"} else draft.reason)
    if is_head or draft.kind not in LINKED:
        return draft
    if what.where == "disclaimer-section":
        return replace(draft, kind=BlockKind.DISCLAIMER, cells=())
    reason = draft.reason if draft.reason in NEVER_REFERENCES else None
    return replace(draft, kind=BlockKind.REFERENCE, key=draft.ordinal or draft.key, cells=(), reason=reason)


def _tells(draft: Draft, section: Draft | None, what: FurnitureRow | None) -> bool:
    """Whether an item below "See also" or "Related compounds" tells of what it links to: "KPV: residues 11-13 of …"."""
    if draft.kind is not BlockKind.LIST_ITEM or draft.link or draft.reason or section is None or what is None:
        return False
    open_list = what.where == "section" and (what.reason in LIGHT or SUBSTANCES.search(section.text) is not None)
    told = draft.text.endswith(".") or MEASURED.search(draft.text) is not None
    return open_list and told and draft.text.count(" ") >= TELLING_WORDS


def _is_legal(draft: Draft) -> bool:
    """Whether a line in a disclaimer is the one about rights: "© 2024 Example Labs"."""
    row = find_row("line", draft.text)
    return row is not None and row.reason == "footer" and find_row("disclaimer", draft.text) is None


def _mark_disclaimer(draft: Draft) -> Draft:
    """A paragraph at least half of whose characters stand in sentences that disclaim something."""
    if draft.kind is not BlockKind.PARAGRAPH or draft.reason or not find_row("disclaimer", draft.text):
        return draft
    bounds = find_sentences(draft.text)
    sentences = [draft.text[start:end] for start, end in pairwise(bounds)]
    disclaiming = sum(len(sentence) for sentence in sentences if _disclaims(sentence))
    if 2 * disclaiming < len(draft.text):
        return draft
    return replace(draft, kind=BlockKind.DISCLAIMER, cells=())


def _disclaims(sentence: str) -> bool:
    return find_row("disclaimer", QUOTED.sub(" ", sentence)) is not None


def _mark_menus(drafts: list[Draft]) -> list[Draft]:
    """Drop runs of pieces that are nothing but links, and lists that lead from the front of the site to this page."""
    at = 0
    while at < len(drafts):
        stop = at
        while stop < len(drafts) and drafts[stop].link and drafts[stop].kind in LINKED:
            stop += 1
        if stop > at and _is_crumb(drafts[at]):
            while stop < min(len(drafts), at + CRUMBS) and drafts[stop].kind is BlockKind.LIST_ITEM:
                stop += 1
        if stop - at >= LINK_LIST:
            drafts[at:stop] = [
                draft if draft.reason else replace(draft, reason="navigation") for draft in drafts[at:stop]
            ]
        at = max(stop, at + 1)
    return drafts


def _is_crumb(draft: Draft) -> bool:
    return draft.kind is BlockKind.LIST_ITEM and find_row("crumb", draft.text) is not None
