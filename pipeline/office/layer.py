"""A text layer in the making: lines that the reader of plain text takes, with a form feed before each further page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE_BREAK = "\f"
# What no text of a page holds: control characters (a form feed is ours alone), and halves of surrogate pairs.
UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# Letters that a font draws as one sign, and what was typed.
LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
LONGEST_HALF = 60  # characters
# The end of a line, "concen-" or "ACTH(4-", and the beginning of the next, "tration," or "10)".
BROKEN = re.compile(r"(?P<word>[^\W\d_]*)(?<=\w)(?P<mark>[-\u00ad‐‑–])$")
BEGINNING = re.compile(r"(?P<word>\w+)\S*")


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text of a document that is none itself; offsets count code points of `text`."""

    text: str
    pages: tuple[int, ...]  # where each page begins; empty where the document does not say
    margins: tuple[tuple[int, int], ...]  # ranges of the heads and feet of pages


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table, each with the page that it begins on."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    has_head: bool


@dataclass
class LayerWriter:
    """Puts a text layer together from pieces in reading order. Pages are counted from 0."""

    page: int = 0
    parts: list[str] = field(default_factory=list)
    margins: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, page: int, *, mark: str = "") -> None:
        """One piece that begins on `page`; a page break inside it is a form feed. `mark` says what it is, as "- "."""
        written = clean_lines(text)
        if not written.strip():
            return
        self._turn_to(page)
        self._put(f"{mark}{written}\n\n")
        self.page += written.count(PAGE_BREAK)

    def add_margin(self, text: str, page: int) -> None:
        """A head or foot of a page."""
        self._turn_to(page)
        start = self.length
        self.add(text, page)
        if self.length > start:
            self.margins.append((start, self.length))

    def add_table(self, table: Table) -> None:
        """The rows of a table, one line each, with bars between the cells."""
        width = max((len(cells) for _, cells in table.rows), default=0)
        for number, (page, cells) in enumerate(table.rows):
            self._turn_to(page)
            self._put(_spell_row([*cells, *[""] * (width - len(cells))]))
            if not number and table.has_head:
                self._put(_spell_row(["---"] * width))
        self._put("\n")

    def finish(self, *, paged: bool) -> TextLayer:
        """The layer. Without `paged`, the document says nothing about its pages."""
        text = "".join(self.parts)
        pages = (0, *(found.end() for found in re.finditer(PAGE_BREAK, text))) if paged else ()
        return TextLayer(text, pages, tuple(self.margins))

    def _turn_to(self, page: int) -> None:
        while self.page < page:
            self._put(PAGE_BREAK)
            self.page += 1

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def _spell_row(cells: Sequence[str]) -> str:
    spelled = (" ".join(clean_text(cell).split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(spelled)} |\n"


def clean_text(text: str) -> str:
    """Text without signs that no reader shows, and without ligatures."""
    return UNSHOWN.sub(" ", text).translate(LIGATURES)


def clean_lines(text: str) -> str:
    """The same for several lines on several pages; a blank line would end a piece, so there is none."""
    pages = text.split(PAGE_BREAK)
    return PAGE_BREAK.join(
        "\n".join(line for line in clean_text(page).split("\n") if line.strip()) if page.strip() else ""
        for page in pages
    )


def join_lines(lines: Sequence[tuple[int, str]], words: frozenset[str]) -> str:
    """Lines, each with its page, as one; a word that was broken at the end of a line is mended.

    The hyphen stays where both halves are words of the document, as in "dose-" and "dependent": `words`, lower case.
    """
    parts: list[str] = []
    at = lines[0][0] if lines else 0
    for page, written in lines:
        line = written
        gap = PAGE_BREAK * (page - at) or " "
        if parts and (halves := _find_broken(parts[-1], line)):
            before, after = halves
            if not _keeps_hyphen(before, after, words):
                parts[-1] = parts[-1][:-1]
            parts[-1] += after.group()
            line = line[after.end() :].lstrip()
            gap = gap if page > at else " "
        parts += [gap, line] if parts and line else [gap] if parts and page > at else [line]
        at = page
    return "".join(parts)


def _find_broken(before: str, line: str) -> tuple[re.Match[str], re.Match[str]] | None:
    """The halves of a word that one line ends with and the next begins with."""
    left, right = BROKEN.search(before, max(0, len(before) - LONGEST_HALF)), BEGINNING.match(line)
    if left and right and right["word"] not in {"and", "or", "to"}:  # "dose- and time-dependent"
        return left, right
    return None


def _keeps_hyphen(before: re.Match[str], after: re.Match[str], words: frozenset[str]) -> bool:
    if before["mark"] == "\u00ad":
        return False
    if before["mark"] != "-" or not before["word"][1:].islower() or not after["word"][0].islower():
        return True  # "Met-Glu-" and "His", "BPC-" and "157", "(4–" and "10)", "TNF-" and "alpha"
    return {before["word"].lower(), after["word"].lower()} <= words
