"""What a page says of itself: title, publisher, address, date, kind and language."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.clean.fields import is_known
from pipeline.clean.words import split_letters
from pipeline.lexicon import LexiconRow, read_rows, remember
from pipeline.schema import BlockKind, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.clean.drafts import Draft

SAMPLE = 40_000  # characters that are enough to tell a language
FEWEST_WORDS = 20  # below this the language is not told
FUNCTION_WORDS = 0.12  # share of function words that running text of any of the languages has at least
OTHER_SCRIPT = 0.5  # share of letters outside the Latin alphabet above which a page is not English
MANY_QUESTIONS = 4
MANY_FIELDS = 4

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sep", "sept"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# 2024-03-12, 2024-03-12T10:00:00Z · 12 March 2024 · March 12, 2024 · February 2026
ISO_DATE = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\d)")
DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s+(?P<name>{MONTH})\.?,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
)
MONTH_FIRST = re.compile(
    rf"\b(?P<name>{MONTH})\.?\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
)
MONTH_ONLY = re.compile(rf"\b(?P<name>{MONTH})\.?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
# For example "Last updated: 3 March 2026" and "Published on …"; the look at the first letter spares most of the others.
DATED = re.compile(
    r"(?=[prumvd])(?:published|posted|updated|reviewed|verified|modified|revised|revision\s+date|date\s+of\s+revision)"
    r"(?:\s+on|\s+in)?\s*[:|–-]?\s*",
    re.IGNORECASE,
)
DATED_STEMS = ("publish", "posted", "updated", "review", "verified", "modified", "revis")  # one in each of them
DATED_CHARS = 2000  # at the head of a piece
DATE_CHARS = 30  # of a date behind such words
YEAR = re.compile(r"(?:19|20)\d\d")  # no date is without it, and most lines are
DATE_KEYS = (
    "date", "published", "publishdate", "publisheddate", "datepublished", "pubdate", "date published",
    "datemodified", "modified", "updated", "lastmod", "last updated", "lastupdated", "dateupdated",
)  # fmt: skip
FIELDS = frozenset({BlockKind.FRONT_MATTER, BlockKind.METADATA})
UNDATED = FIELDS | {BlockKind.REFERENCE}
TITLE_CHARS = 150  # of a line that can be a title
TITLE_LINES = 6  # lines that are looked at
ENDS_SENTENCE = re.compile(r"[.!;:,]$")
NAME = re.compile(r"\b[A-Z][\w‑-]{2,}")  # "Semax", "MOTS-c", "BPC-157", "GHK‑Cu"
TITLE_TAIL = re.compile(r"\s+[|–—-]\s+(?P<tail>[^|–—]{2,60})$")


FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f\u0370-\u03ff]")  # a letter neither Latin nor Greek
MAYBE_FOREIGN = re.compile(r"[^\u0000-\u024f]+")  # what such letters stand among: many times faster to look for


class LanguageRow(LexiconRow):
    """Frequent words of a language; the id is its ISO 639-1 code."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of itself; None where it says nothing."""

    title: str | None
    publisher: str | None
    url: str | None
    published: str | None
    kind: SourceKind
    language: str | None


def describe(drafts: Sequence[Draft]) -> About:
    """What the drafts say of their page."""
    fields = _Fields(drafts)
    title = _find_title(drafts, fields)
    return About(
        title=title,
        publisher=_find_publisher(fields),
        url=next(fields.find(("canonical", "og:url", "url", "source_url", "permalink", "link", "source")), None),
        published=_find_date(drafts, fields),
        kind=guess_kind(drafts, title or ""),
        language=name_language(_prose(drafts)),
    )


# ---------------------------------------------------------------------------------------------- fields


class _Fields:
    """The drafts with a key, in order, and where those of each name are."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.drafts = [draft for draft in drafts if draft.key]
        self.named: defaultdict[str, list[Draft]] = defaultdict(list)
        for draft in self.drafts:
            self.named[_leaf_name(draft.key or "")].append(draft)

    def find(self, names: Sequence[str], kinds: frozenset[BlockKind] = frozenset(BlockKind)) -> Iterator[str]:
        """Values of the first of these names that the page has, then of the next."""
        for name in names:
            for draft in self.named.get(name, ()):
                value = next((cell for cell in draft.cells if not cell.is_head), None)
                if draft.kind in kinds and value and value.end > value.start:
                    yield draft.text[value.start : value.end]


def _leaf_name(key: str) -> str:
    """The last name of a key path; of a title inside an inner object, nothing."""
    names = key.split(".")
    if names[0][:1].isupper() and len(names) == 2:  # noqa: PLR2004  (Article.headline)
        return names[1].casefold()
    return ".".join(names).casefold()


def _find_title(drafts: Sequence[Draft], fields: _Fields) -> str | None:
    if title := next(fields.find(("title",), frozenset({BlockKind.FRONT_MATTER})), None):
        return title
    if title := next(fields.find(("title", "og:title")), None):
        return title
    first = _find_first_lines(drafts)
    headings = [draft for draft in drafts if draft.level and not draft.reason]
    if marked := next((draft for draft in first or headings if draft.level == 1 and not draft.bare), None):
        return marked.text
    return _name_best(first, drafts) or next((draft.text for draft in headings), None)


def _find_first_lines(drafts: Sequence[Draft]) -> list[Draft]:
    """Headings, questions and short lines above the first running text, table or list: one of them is the title."""
    lines: list[Draft] = []
    for draft in drafts:
        if draft.reason or draft.kind in FIELDS or (not lines and _is_field(draft)):
            continue
        is_title = draft.level > 0 or draft.kind is BlockKind.QUESTION
        if not is_title and (draft.kind is not BlockKind.PARAGRAPH or len(draft.text) > TITLE_CHARS or draft.link):
            break
        if not is_title and ENDS_SENTENCE.search(draft.text):
            continue
        lines.append(draft)
        if len(lines) == TITLE_LINES:
            break
    return lines


def _is_field(draft: Draft) -> bool:
    """Whether a draft is a field of its own, as "Last reviewed | 28 Apr 2026"; "A title: and more" is none."""
    keys = (draft.text[cell.start : cell.end] for cell in draft.cells if cell.is_head)
    return draft.table is None and (draft.kind is BlockKind.TABLE_ROW or any(map(is_known, keys)))


def _name_best(lines: Sequence[Draft], drafts: Sequence[Draft]) -> str | None:
    """The line with the name that the page repeats most often; of several, the first."""
    if not lines:
        return None
    sample = " ".join(draft.text for draft in drafts if draft.kind not in FIELDS)[:SAMPLE]
    counts = Counter(_find_names(sample))
    return max(lines, key=lambda line: max((counts[name] for name in _find_names(line.text)), default=0)).text


def _find_names(text: str) -> list[str]:
    """Words with a capital in front, in lower case, without the frequent words of English."""
    common = _languages()["en"]
    return [name for found in NAME.findall(text) if (name := found.casefold()) not in common]


def _find_publisher(fields: _Fields) -> str | None:
    named = next(fields.find(("og:site_name", "publisher", "publisher.name", "site", "site_name")), None)
    if named:
        return named
    for draft in fields.drafts:
        if draft.key and draft.key.casefold().endswith(("publisher.name", "brand.name")):
            return draft.text.partition(": ")[2] or draft.text
    title = next(fields.find(("title",), frozenset({BlockKind.METADATA})), "")
    tail = TITLE_TAIL.search(title)
    return tail["tail"] if tail else None


def _find_date(drafts: Sequence[Draft], fields: _Fields) -> str | None:
    for value in fields.find(DATE_KEYS, FIELDS):
        if date := parse_date(value):
            return date
    for draft in drafts:
        if draft.kind in UNDATED or not YEAR.search(draft.text, 0, DATED_CHARS + DATE_CHARS):
            continue
        head = draft.text[:DATED_CHARS]
        folded = head.casefold()
        if not any(stem in folded for stem in DATED_STEMS):
            continue
        for dated in DATED.finditer(head):
            if date := parse_date(draft.text[dated.end() : dated.end() + DATE_CHARS], whole=False):
                return date
    return None


def parse_date(text: str, *, whole: bool = True) -> str | None:
    """ISO 8601 form of a date (a day, or a month) that `text` begins with; nothing if it does not.

    With `whole`, the date may stand anywhere in the text.
    """
    for pattern in (ISO_DATE, DAY_FIRST, MONTH_FIRST, MONTH_ONLY):
        found = pattern.search(text) if whole else pattern.match(text)
        if not found:
            continue
        groups = found.groupdict()
        month = int(groups["month"]) if groups.get("month") else MONTHS[groups["name"].casefold()]
        day = int(groups["day"]) if groups.get("day") else None
        if month in range(1, 13) and (day is None or day in range(1, 32)):
            return f"{groups['year']}-{month:02}" + (f"-{day:02}" if day else "")
    return None


# ---------------------------------------------------------------------------------------------- kind

FAQ = re.compile(r"\bFAQ|frequently asked", re.IGNORECASE)
LEAFLET = (
    "contraindications", "package leaflet", "this leaflet", "patient information", "information for the user",
    "data sheet", "posology", "pharmacotherapeutic group", "instruction for use", "instructions for use",
    "instructions for medical use", "quantitative composition", "undesirable effects", "side effects",
    "active substance", "what the medicine", "what this medicine", "solution for injection", "solution for infusion",
    "how to store",
)  # fmt: skip
SIGN_CHARS = 120  # at the head of a piece
SIGN_DRAFTS = 500  # pieces that are searched at once
LEAFLET_SIGNS = 3  # different ones that make a leaflet


def guess_kind(drafts: Sequence[Draft], title: str) -> SourceKind:
    """What kind of page it is, by what it is made of."""
    questions = sum(draft.kind is BlockKind.QUESTION and draft.reason is None for draft in drafts)
    headings = sum(bool(draft.level) and draft.kind is BlockKind.HEADING for draft in drafts)
    keys = {draft.key.partition(".")[0] for draft in drafts if draft.key}
    fields = sum(
        any(cell.is_head and is_known(draft.text[cell.start : cell.end]) for cell in draft.cells) for draft in drafts
    )
    notes = sum(draft.kind is BlockKind.REFERENCE and bool(draft.ordinal) for draft in drafts)
    sells = "Product" in keys or any(draft.reason == "price or quantity" for draft in drafts)
    if len(_find_signs(drafts)) >= LEAFLET_SIGNS:
        return SourceKind.LEAFLET
    if FAQ.search(title) or (questions >= MANY_QUESTIONS and questions > 2 * headings):
        return SourceKind.FAQ
    if sells:
        return SourceKind.VENDOR
    if {"aliases", "type"} <= keys or (notes and "aliases" in keys):
        return SourceKind.WIKI
    if keys & {"Article", "BlogPosting", "NewsArticle", "author", "tags"} or any(d.reason == "byline" for d in drafts):
        return SourceKind.BLOG
    if fields >= MANY_FIELDS:
        return SourceKind.PROFILE
    return SourceKind.OTHER


def _find_signs(drafts: Sequence[Draft]) -> set[str]:
    """What shows that a page is a leaflet; of each piece, the first such words at its head."""
    told: set[str] = set()
    for at in range(0, len(drafts), SIGN_DRAFTS):
        heads = "\n".join([draft.text[:SIGN_CHARS] for draft in drafts[at : at + SIGN_DRAFTS]]).casefold()
        told.update(sign for sign in LEAFLET if sign in heads)
    if len(told) < LEAFLET_SIGNS:
        return set()
    signs = [sign for sign in LEAFLET if sign in told]
    folded = (draft.text[:SIGN_CHARS].casefold() for draft in drafts)
    return {sign for head in folded if (sign := next((sign for sign in signs if sign in head), None))}


# ---------------------------------------------------------------------------------------------- language


@remember
def _languages() -> dict[str, frozenset[str]]:
    return {row.id: frozenset(row.words) for row in read_rows("languages", LanguageRow)}


def _prose(drafts: Sequence[Draft]) -> str:
    kinds = {BlockKind.PARAGRAPH, BlockKind.ANSWER, BlockKind.LIST_ITEM, BlockKind.QUESTION, BlockKind.DISCLAIMER}
    parts: list[str] = []
    length = 0
    for draft in drafts:
        if draft.kind in kinds and draft.reason is None:
            parts.append(draft.text)
            length += len(draft.text)
        if length > SAMPLE:
            break
    return " ".join(parts)[:SAMPLE]


def name_language(text: str) -> str | None:
    """ISO 639-1 code of running text, "und" for a language that is not told, None for too little text."""
    words = split_letters(text)
    letters = sum(map(len, words))
    foreign = 0 if text.isascii() else len(FOREIGN.findall("".join(MAYBE_FOREIGN.findall(text))))
    if len(words) < FEWEST_WORDS and foreign <= OTHER_SCRIPT * max(1, letters):
        return None
    counts = Counter(words)
    shares = {
        code: sum(counts[word] for word in known & counts.keys()) / max(1, len(words))
        for code, known in _languages().items()
    }
    best = max(shares, key=lambda code: (shares[code], code == "en"))
    if shares[best] >= FUNCTION_WORDS:
        return best
    return "en" if foreign <= OTHER_SCRIPT * letters and best == "en" else "und"
