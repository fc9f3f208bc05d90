"""Page text made fit to be shown: nothing hidden, nothing active, and the place where it stands."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

# Characters that a reader cannot see but that change what is seen or run: controls (not tab and line breaks),
# soft hyphen, joiners and marks of direction, byte-order mark, invisible operators and fillers, variation
# selectors beyond the emoji ones, tags, lone surrogates, private use. Ranges are written out, so that a newer
# Unicode table in Python changes no report.
HIDDEN = re.compile(
    "(["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    "])\\1*"
)

# A letter carries three or four marks in any living orthography; more climb over the lines above and below.
MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5,}")

LINE_BREAK = re.compile(r"\r\n|\r|\n")
SIMPLE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

LONGEST_SLUG = 60  # characters of a file name, well under the 255 bytes that file systems allow
LONGEST_URL = 2000  # characters that every browser still follows
LONGEST_MARKS = 4


def show_hidden(text: str) -> str:
    """The text with hidden characters as visible escapes: U+202E becomes `⟦U+202E⟧`, ten of them `⟦U+202E ×10⟧`."""
    if text.isascii() and text.isprintable():
        return text
    shown = HIDDEN.sub(_escape, text.replace("\r\n", "\n").replace("\r", "\n"))
    return MARKS.sub(_cut_marks, shown)


def clip(text: str, limit: int) -> str:
    """The text, or its first characters and a mark that it goes on."""
    if len(text) <= limit:
        return text
    return text[:limit].rstrip() + " …"


def say_count(number: int, noun: str) -> str:
    """A number and its noun: "1 claim", "1,204 claims"."""
    return f"{number:,} {say_noun(number, noun)}"


def say_noun(number: int, noun: str) -> str:
    """A noun as its number asks: "claim" or "claims"."""
    return noun if number == 1 else f"{noun}s"


def safe_link(url: str | None) -> str | None:
    """The address if it is plain http or https and says openly where it leads, else None."""
    if not url:
        return None
    url = url.strip(" ")
    if len(url) > LONGEST_URL or HIDDEN.search(url) or re.search(r"[\s\\<>\"]", url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    return url


def name_page(prefix: str, name: str, taken: set[str]) -> str:
    """A file name for a page about `name`: readable where it can be, with a digest where it must.

    The same names in the same order give the same file names. `taken` holds those that are in use, and grows.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:LONGEST_SLUG].strip("-")
    if slug != name or not SIMPLE_NAME.fullmatch(slug) or f"{prefix}-{slug}.html" in taken:
        digest = hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:8]
        slug = f"{slug}-{digest}".strip("-")
    file = f"{prefix}-{slug}.html"
    taken.add(file)
    return file


def name_anchor(kind: str, name: str) -> str:
    """A link to a part of a page: `#claim-3f2a`."""
    return f"#{kind}-{quote(name, safe='', errors='backslashreplace')}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: line and column from 1 (None where the raw text cannot be had), and offsets."""

    source_id: str
    start: int
    end: int
    line: int | None = None
    column: int | None = None
    before: str = ""  # raw characters in front
    after: str = ""  # raw characters behind

    @property
    def label(self) -> str:
        """The place as editors understand it: `file:line:column [start:end]`."""
        at = "" if self.line is None else f":{self.line}:{self.column}"
        return f"{self.source_id}{at} [{self.start}:{self.end}]"


class RawText:
    """A raw text and where its lines begin."""

    def __init__(self, source_id: str, text: str | None) -> None:
        self.source_id = source_id
        self.text = text or ""
        self.known = text is not None
        self.breaks = [0, *(match.end() for match in LINE_BREAK.finditer(self.text))]

    def find_place(self, start: int, end: int, *, context: int = 0) -> Place:
        """The place of raw characters `start` to `end` (excluded), with `context` characters either side."""
        if not self.known:
            return Place(self.source_id, start, end)
        line = bisect_right(self.breaks, start)
        return Place(
            self.source_id,
            start,
            end,
            line,
            start - self.breaks[line - 1] + 1,
            self.text[max(0, start - context) : start],
            self.text[end : end + context],
        )


def _escape(match: re.Match[str]) -> str:
    run = match.group()
    return f"⟦U+{ord(run[0]):04X}⟧" if len(run) == 1 else f"⟦U+{ord(run[0]):04X} ×{len(run)}⟧"


def _cut_marks(match: re.Match[str]) -> str:
    marks = match.group()
    return f"{marks[:LONGEST_MARKS]}⟦{say_count(len(marks) - LONGEST_MARKS, 'more mark')}⟧"
