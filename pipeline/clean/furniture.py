"""Furniture told from content: by the words of a line or heading, and by the class names of HTML elements.

The words are data (`lexicons/furniture.jsonl`). What is dropped keeps the reason; a disclaimer is marked and kept,
since a regulatory statement can hide in it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pipeline.lexicon import LexiconRow, read_rows
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.clean.drafts import Draft

Where = Literal[
    "class", "disclaimer-class", "field", "line", "section", "disclaimer", "disclaimer-section", "reference-section"
]


NAMES = frozenset({"class", "disclaimer-class", "field"})  # these are looked up in names, not in lines


class FurnitureRow(LexiconRow):
    """Words that give furniture away, where they have to stand, and what the furniture is."""

    where: Where
    reason: str
    phrases: tuple[str, ...]
    position: Literal["whole", "start", "any"] = "any"
    longest: int = 12  # words; a longer line is content


WORD = re.compile(r"[©$€£]|\w+")
LETTERS = re.compile(r"[^\W\d_]+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

# "$32", "€40.00 – €55.00", "USD 12", "From $20"
PRICE = re.compile(
    r"(?:from\s+)?(?:[$€£]|USD|EUR|GBP)\s?\d[\d.,]*(?:\s?[-–—/]\s?[$€£]?\d[\d.,]*)?(?:\s+per\s+\w+)?", re.IGNORECASE
)
# 2026-06-16T15:44:19: a machine's time, which nobody writes into a sentence
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
DATE_LINE = re.compile(
    r"(?:\w+\s+)?(?:\d{1,2}\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{4}-\d\d-\d\d)"
)
# "By Jane Doe", "by A. B. Doe, PhD"
BYLINE = re.compile(r"[Bb]y\s+[A-Z][\w.'’-]*(?:,?\s+[A-Z][\w.'’-]*){0,4}")
# "Example Labs Research Team · Research Team", "The Editorial Staff"
TEAM = re.compile(r"(?:[A-Z][\w&.'’-]*\s+){1,6}(?:Team|Staff|Editors|Desk)(?:\s*[·|,–-]\s*[\w ]{1,40})?")
# "factorsBDNFpeptide", "drivenResearch": two words that lost what stood between them; not "MetGluHis"
JOINT = re.compile(r"[a-z]{4}(?=[A-Z])|[A-Z]{2}(?=[a-z]{4})")
CRUMB = re.compile(r"\w\s+[›»>]\s+[^›»>]{1,60}\s+[›»>]\s+\w")  # Shop › Peptides › Examplin
# "page 1 of 3", "Sheet 118 of 240", "Page 1/1"
PAGE_NUMBER = re.compile(r"\b(?:page|sheet|p\.)\s?\d{1,4}\s?(?:of|/)\s?\d{1,4}\b", re.IGNORECASE)
# For example "Posted 22 January 2025", "Example Digest, last checked 11 February 2025" and "Sheet printed 14.10.2024".
DATED_LINE = re.compile(
    r"""
    (?: \b last\s+ (?:updated|reviewed|checked|revised|modified|verified|edited)
      | \b (?: posted | compiled | printed | accessed | retrieved )
      | ^ (?: published | received | updated | revised | reviewed ) ) \b
    (?:\s+(?:on|in))? \s* [:–—-]? \s*
    (?: \d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]{3,9}\.?,?\s+\d{4} | [A-Za-z]{3,9}\.?\s+\d{1,2},?\s+\d{4}
      | [A-Za-z]{3,9}\s+\d{4} | \d{4}-\d\d(?:-\d\d)? | \d\d/\d{4} | \d{1,2}[./]\d{1,2}[./]\d{4} ) (?!\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
DATED_STEMS = (
    "last ",
    "posted",
    "compiled",
    "printed",
    "accessed",
    "retrieved",
    "ublished",
    "eceived",
    "pdated",
    "evi",
)
NO_DATED_LINE = frozenset({"was", "were", "is", "are", "has", "have", "been", "first", "study", "trial", "paper"})
# What may stand behind the date: nothing, a mark, or "by"; not "Published in March 1996, the trial …".
AFTER_DATE = re.compile(r"\s*(?:$|[·|;.(—–-]|,(?!\s(?:the|a|an|this|that|it)\b)|by\b|[A-Z0-9])")
MONEY = re.compile(r"(?:[$€£]|\b(?:USD|EUR|GBP))\s?\d|\d\s?(?:[€£]|(?:USD|EUR|GBP)\b)")
CURRENCIES = ("$", "€", "£", "USD", "EUR", "GBP")
OFFER_WORDS = frozenset({
    "buy", "save", "order", "orders", "ship", "ships", "shipping", "travel", "discount", "coupon", "cart", "checkout",
    "vial", "vials", "pack", "packs", "off", "bulk", "per", "subscribe", "month", "price", "only", "from", "binder"
})  # fmt: skip
MENU_MARK = re.compile(r"\s+[|·•/›»]\s+")
# What is none of the references, though it stands below their heading.
NEVER_REFERENCES = frozenset({"footer", "cookie banner", "age gate", "price or quantity", "offer", "page number"})
SENTENCE_GAP = re.compile(r"(?<=[.!?])\s+")
ARROWS = "←→›»↗↓"

LINE_WORDS = 60  # words of the longest line that can be furniture
TAG_WORDS = 12
DATED_WORDS = 20  # words of a line that says when the page was written
GLUED = 2  # joints that make a line of tags
LINK_LIST = 3  # links in a row that make a menu
PROSE = 200  # characters of a paragraph that ends an age gate in plain text


# ---------------------------------------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase as words, with its row and the row's place in the file."""

    words: tuple[str, ...]
    place: int
    row: FurnitureRow


@cache
def _phrases(where: Where) -> dict[tuple[str, ...], tuple[_Phrase, ...]]:
    """The phrases of one kind of row by their first two words, or the only one."""
    found: dict[tuple[str, ...], list[_Phrase]] = {}
    for place, row in enumerate(read_rows("furniture", FurnitureRow)):
        for phrase in row.phrases if row.where == where else ():
            words = _split(phrase, where)
            found.setdefault(words[:2], []).append(_Phrase(words, place, row))
    return {words: tuple(phrases) for words, phrases in found.items()}


@cache
def _longest(where: Where) -> int:
    """Words of the longest line that any row of this kind may know."""
    rows = [row.longest for row in read_rows("furniture", FurnitureRow) if row.where == where]
    return max(rows, default=0)


@lru_cache(maxsize=64)  # one line is looked up in several kinds of rows, one after the other
def split_words(text: str) -> tuple[str, ...]:
    """The words in lower case, and signs of money and copyright; what stands between them is gone."""
    return tuple(WORD.findall(text.casefold()))


def _split(text: str, where: Where) -> tuple[str, ...]:
    """The words of a line or of class names; a field name is one word, however it is written."""
    if where not in NAMES:
        return split_words(text)
    words = split_words(CAMEL.sub(" ", text).replace("_", " "))
    return ("".join(words),) if where == "field" else words


def find_row(where: Where, text: str) -> FurnitureRow | None:
    """The first row of this kind that knows the line, heading, field name or class attribute."""
    in_names = where in NAMES
    words = _split(text, where)
    index = _phrases(where)
    if not in_names and len(words) > _longest(where):
        return None
    pairs = list(pairwise(words))
    if index.keys().isdisjoint(pairs) and index.keys().isdisjoint(zip(words, strict=True)):
        return None
    best: _Phrase | None = None
    for start, word in enumerate(words):
        for key in ((word,), pairs[start] if start < len(pairs) else ()):
            for phrase in index.get(key, ()):
                if (best is None or phrase.place < best.place) and _fits(phrase, words, start, is_line=not in_names):
                    best = phrase
    return best.row if best else None


def _fits(phrase: _Phrase, words: tuple[str, ...], start: int, *, is_line: bool) -> bool:
    row, end = phrase.row, start + len(phrase.words)
    if is_line and len(words) > row.longest:
        return False
    if words[start:end] != phrase.words:
        return False
    return row.position == "any" or (start == 0 and (row.position == "start" or end == len(words)))


@cache
def why_class(names: str) -> str | None:
    """Why an element with these class names and this id is furniture; nothing if it is not."""
    row = find_row("class", names)
    return row.reason if row else None


@cache
def is_disclaimer_class(names: str) -> bool:
    """Whether these class names are those of a disclaimer."""
    return find_row("disclaimer-class", names) is not None


def why_line(draft: Draft, words: Counter[str]) -> str | None:
    """Why a single piece of a page is furniture. `words` counts the words of the whole page."""
    text = draft.text
    if len(text) > LINE_WORDS * 10 or draft.kind in {BlockKind.FRONT_MATTER, BlockKind.METADATA, BlockKind.REFERENCE}:
        return None
    is_short = text.count(" ") < TAG_WORDS
    if is_short and TIMESTAMP.search(text):
        return "byline"
    if draft.kind is BlockKind.TABLE_ROW:
        return _why_row(draft)
    if reason := _why_form(text) or (_why_short_form(draft) if is_short else None):
        return reason
    if _is_glued(text, words):
        return "tags"
    if draft.level and not draft.bare:
        return None
    row = find_row("line", text)
    return row.reason if row else "navigation" if is_short and _is_menu(text) else None


def _why_form(text: str) -> str | None:
    if BYLINE.fullmatch(text) or DATE_LINE.fullmatch(text):
        return "byline"
    if _is_dated(text):
        return "page date"
    return "price or quantity" if PRICE.fullmatch(text) else None


def _why_short_form(draft: Draft) -> str | None:
    """Why a line of few words is furniture, by its form."""
    text = draft.text
    if TEAM.fullmatch(text):
        return "byline"
    if draft.kind is not BlockKind.ANSWER and _is_offer(text):
        return "offer"
    if ("/" in text or " of " in text) and PAGE_NUMBER.search(text):
        return "page number"
    if text[0] in ARROWS or text[-1] in ARROWS:
        return "navigation" if text[0] == "←" else "call to action"
    return "navigation" if CRUMB.search(text) else None


def _why_row(draft: Draft) -> str | None:
    """Why a row of a flattened table is furniture: its name says so, and what stands beside it is a date or price."""
    key = next((draft.text[cell.start : cell.end] for cell in draft.cells if cell.is_head), "")
    value = next((draft.text[cell.start : cell.end] for cell in draft.cells if not cell.is_head), "")
    if draft.table is not None or not value:
        return None
    if PRICE.fullmatch(value):
        return "price or quantity"
    row = find_row("line", key)
    return row.reason if row and row.reason == "byline" else None


def _is_dated(text: str) -> bool:
    """Whether a line says when the page was written, printed or checked, and little else."""
    if text.count(" ") >= DATED_WORDS or not any(stem in text.casefold() for stem in DATED_STEMS):
        return False
    dated = DATED_LINE.search(text)
    if not dated:
        return False
    return NO_DATED_LINE.isdisjoint(split_words(text[: dated.start()])) and bool(AFTER_DATE.match(text, dated.end()))


def _is_offer(text: str) -> bool:
    """Whether a short line offers something for money: "€54.00 per vial, €49.00 from 5 vials"."""
    money = MONEY.search(text) if any(sign in text for sign in CURRENCIES) else None
    return money is not None and (money.start() == 0 or not OFFER_WORDS.isdisjoint(split_words(text)))


def _is_menu(text: str) -> bool:
    """Whether a line is several links of a menu: "Home | Shop | FAQ", "Previous issue | Next issue"."""
    parts = [part for part in MENU_MARK.split(text) if part]
    if len(parts) > 1:
        return 2 * sum(find_row("line", part) is not None for part in parts) > len(parts)
    return _count_links(split_words(text)) >= LINK_LIST


def _count_links(words: tuple[str, ...]) -> int:
    """How many links of menus follow each other in the words of a line; 0 if anything else stands among them."""
    count = at = 0
    while at < len(words):
        lengths = (3, 2, 1)
        taken = next((length for length in lengths if words[at : at + length] in _menu_words()), 0)
        if not taken:
            return 0
        at += taken
        count += 1
    return count


@cache
def _menu_words() -> frozenset[tuple[str, ...]]:
    rows = [row for row in read_rows("furniture", FurnitureRow) if row.where == "line" and row.position == "whole"]
    return frozenset(split_words(phrase) for row in rows if row.reason == "navigation" for phrase in row.phrases)


def _is_glued(text: str, words: Counter[str]) -> bool:
    """Whether a line is several tags without anything between: "Semaxneurotrophic factorsBDNFpeptide"."""
    tokens = text.split()
    if len(tokens) > TAG_WORDS or text[-1] in ".!?:;," or "-" in text:
        return False
    return sum(len(JOINT.findall(token)) or _is_two_words(token, words) for token in tokens) >= GLUED


def _is_two_words(token: str, words: Counter[str]) -> bool:
    if not token.isalpha() or words[token.casefold()] > 1:
        return False
    folded = token.casefold()
    return any(words[folded[:cut]] and words[folded[cut:]] for cut in range(3, len(folded) - 2))


def count_words(drafts: Iterable[Draft]) -> Counter[str]:
    """How often each word of the page stands in it, in lower case."""
    counts: Counter[str] = Counter()
    for draft in drafts:
        counts.update(LETTERS.findall(draft.text.casefold()))
    return counts


# ---------------------------------------------------------------------------------------------- a whole page


def mark_lines(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts with a reason on those that are furniture by themselves."""
    words = count_words(drafts)
    marked = []
    for draft in drafts:
        reason = draft.reason or why_line(draft, words)
        marked.append(draft if reason == draft.reason else replace(draft, reason=reason))
    return marked


def mark_sections(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts with a reason on what stands under furniture, and disclaimers and references named as such."""
    return _mark_menus(list(_mark_sections(drafts)))


def _mark_sections(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Carry what a heading says to what stands under it."""
    section: Draft | None = None
    what: FurnitureRow | None = None
    for index, draft in enumerate(drafts):
        if section is not None and _ends(section, draft, drafts[index + 1 : index + 2], what):
            section = what = None
        found = _opens(draft)
        if found and (section is None or found.where == "section"):
            section, what = draft, found
        yield _mark(draft, what, is_head=draft is section)


def _opens(draft: Draft) -> FurnitureRow | None:
    """The row that knows a heading (or a line of plain text that reads like one)."""
    if draft.kind not in {BlockKind.HEADING, BlockKind.QUESTION} and not draft.bare:
        return None
    if draft.text.count(" ") > LINE_WORDS:
        return None
    if draft.reason and not draft.bare:
        return None  # an element was dropped, and it ends where it ends
    wheres: tuple[Where, ...] = ("section", "disclaimer-section", "reference-section")
    return next((row for where in wheres if (row := find_row(where, draft.text))), None)


def _ends(section: Draft, draft: Draft, following: Sequence[Draft], what: FurnitureRow | None) -> bool:
    if draft.kind in {BlockKind.FRONT_MATTER, BlockKind.METADATA}:
        return True
    if draft.level and not draft.strong and not (draft.bare and what and what.reason == "age gate"):
        return not section.level or draft.level <= section.level
    if what is None or what.where != "section" or not draft.bare:
        return False
    # Plain text has no end of a section: an age gate above the page must not take the page with it.
    return _is_prose(draft) or (draft.level > 0 and any(_is_prose(later) for later in following))


def _is_prose(draft: Draft) -> bool:
    return len(draft.text) > PROSE and find_row("line", draft.text) is None


def _mark(draft: Draft, what: FurnitureRow | None, *, is_head: bool) -> Draft:
    if draft.hint and draft.kind is BlockKind.PARAGRAPH and is_disclaimer_class(draft.hint):
        return replace(draft, kind=BlockKind.DISCLAIMER, reason=None)
    if what is None:
        return _mark_disclaimer(draft)
    if what.where == "section":
        if draft.kind is BlockKind.REFERENCE:
            return draft  # a footnote belongs to the page, wherever it stands
        return replace(draft, reason=draft.reason or what.reason)
    if is_head or draft.kind not in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}:
        return draft
    if what.where == "disclaimer-section":
        return replace(draft, kind=BlockKind.DISCLAIMER, cells=())
    reason = draft.reason if draft.reason in NEVER_REFERENCES else None
    return replace(draft, kind=BlockKind.REFERENCE, key=draft.ordinal or draft.key, cells=(), reason=reason)


def _mark_disclaimer(draft: Draft) -> Draft:
    """A paragraph at least half of whose characters stand in sentences that disclaim something."""
    if draft.kind is not BlockKind.PARAGRAPH or draft.reason or not find_row("disclaimer", draft.text):
        return draft
    sentences = SENTENCE_GAP.split(draft.text)
    disclaiming = sum(len(sentence) for sentence in sentences if find_row("disclaimer", sentence))
    if 2 * disclaiming < sum(map(len, sentences)):
        return draft
    return replace(draft, kind=BlockKind.DISCLAIMER, cells=())


def _mark_menus(drafts: list[Draft]) -> list[Draft]:
    """Drop runs of pieces that are nothing but links."""
    at = 0
    while at < len(drafts):
        stop = at
        while (
            stop < len(drafts)
            and drafts[stop].link
            and drafts[stop].kind
            in {
                BlockKind.LIST_ITEM,
                BlockKind.PARAGRAPH,
            }
        ):
            stop += 1
        if stop - at >= LINK_LIST:
            drafts[at:stop] = [
                draft if draft.reason else replace(draft, reason="navigation") for draft in drafts[at:stop]
            ]
        at = max(stop, at + 1)
    return drafts
