"""Text with the way back: what readers read from, and what they build.

A `Layer` is a text that leads back to the raw file: the file itself, or a string that was decoded out of it (a JSON
value that holds HTML). A `TextBuilder` puts a clean text together from stretches of a layer, so that no reader ever
computes a raw offset.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from ftfy.badness import is_bad

from pipeline.page import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Characters without a shape: soft hyphen, zero-width, direction marks, byte-order mark, control characters.
SHAPELESS = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1b\x7f"
)

# Words with single blanks between them: they stay as they are. "a  b" and "a\nb" are two such runs.
RUN = re.compile(rf"[^\s{SHAPELESS}]+(?:[ ][^\s{SHAPELESS}]+)*")
SPACE = re.compile(r"\s")
BROKEN = re.compile(r"[^\W\d_]-")  # the end of a line in mid-word


@dataclass(frozen=True, slots=True)
class Fragment:
    """Clean text and its pieces; piece offsets count from the start of this text."""

    text: str
    pieces: tuple[Piece, ...]

    @property
    def raw(self) -> tuple[int, int]:
        """The raw range from the first to the last character."""
        return self.pieces[0].raw_start, self.pieces[-1].raw_end

    def __bool__(self) -> bool:
        return bool(self.pieces)


def shift_pieces(pieces: Iterable[Piece], by: int) -> Iterator[Piece]:
    """The same pieces in a text that has `by` more characters in front."""
    for piece in pieces:
        yield Piece(piece.start + by, piece.end + by, piece.raw_start, piece.raw_end, piece.verbatim)


def cut_fragment(fragment: Fragment, start: int, end: int) -> Fragment:
    """Characters `start` to `end` (excluded) of a fragment."""
    pieces = []
    first = max(0, bisect_right(fragment.pieces, start, key=attrgetter("start")) - 1)
    for index in range(first, len(fragment.pieces)):
        piece = fragment.pieces[index]
        if piece.start >= end:
            break
        left, right = max(start, piece.start), min(end, piece.end)
        if left >= right:
            continue
        raw_start, raw_end = piece.raw_start, piece.raw_end
        if piece.verbatim:
            raw_start, raw_end = raw_start + left - piece.start, raw_end - (piece.end - right)
        pieces.append(Piece(left - start, right - start, raw_start, raw_end, verbatim=piece.verbatim))
    return Fragment(fragment.text[start:end], tuple(pieces))


@dataclass(frozen=True, slots=True)
class Layer:
    """A text and its pieces, which lead back to the raw file; no pieces: the text is the raw file."""

    text: str
    pieces: tuple[Piece, ...] | None = None
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", tuple(piece.start for piece in self.pieces or ()))

    def cut(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces of characters `start` to `end` (excluded); their offsets count in this layer's text."""
        if self.pieces is None:
            yield Piece(start, end, start, end, verbatim=True)
            return
        for index in range(max(0, bisect_right(self.starts, start) - 1), len(self.pieces)):
            piece = self.pieces[index]
            if piece.start >= end:
                return
            left, right = max(start, piece.start), min(end, piece.end)
            if left >= right:
                continue
            if piece.verbatim:
                raw = piece.raw_start + left - piece.start
                yield Piece(left, right, raw, raw + right - left, verbatim=True)
            else:
                yield Piece(left, right, piece.raw_start, piece.raw_end, verbatim=False)

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw range of characters `start` to `end` (excluded), which must hold at least one character."""
        if self.pieces is None:
            return start, end
        cuts = list(self.cut(start, end))
        return cuts[0].raw_start, cuts[-1].raw_end


class Composer:
    """Text put together from stretches of a layer, as they are or replaced."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.length = 0
        self._parts: list[str] = []
        self._pieces: list[Piece] = []

    def copy(self, start: int, end: int) -> None:
        """Take characters `start` to `end` (excluded) of the layer as they are."""
        text = self.layer.text
        if self.layer.pieces is None:
            self._push(text[start:end], start, end, verbatim=True)
            return
        for cut in self.layer.cut(start, end):
            self._push(text[cut.start : cut.end], cut.raw_start, cut.raw_end, verbatim=cut.verbatim)

    def put(self, text: str, start: int, end: int) -> None:
        """Write `text` in place of characters `start` to `end` (excluded) of the layer."""
        raw_start, raw_end = self.layer.to_raw(start, end)
        self._push(text, raw_start, raw_end, verbatim=False)

    def add_free(self, text: str) -> None:
        """Write characters that stand for nothing in the raw file."""
        self._parts.append(text)
        self.length += len(text)

    def finish(self) -> Fragment:
        """The text so far; the composer is empty afterwards."""
        fragment = Fragment("".join(self._parts), tuple(self._pieces))
        self.length = 0
        self._parts.clear()
        self._pieces.clear()
        return fragment

    def to_layer(self) -> Layer:
        """The text so far as a layer of its own."""
        fragment = self.finish()
        return Layer(fragment.text, fragment.pieces)

    def _push(self, text: str, raw_start: int, raw_end: int, *, verbatim: bool) -> None:
        start, end = self.length, self.length + len(text)
        self._parts.append(text)
        self.length = end
        if verbatim and self._pieces:
            last = self._pieces[-1]
            if last.verbatim and last.raw_end == raw_start and last.end == start:
                self._pieces[-1] = Piece(last.start, end, last.raw_start, raw_end, verbatim=True)
                return
        self._pieces.append(Piece(start, end, raw_start, raw_end, verbatim=verbatim))


class TextBuilder(Composer):
    """A composer that folds white space, drops shapeless characters and repairs wrongly decoded ones.

    The text never begins or ends with a blank and never holds two in a row.
    """

    def __init__(self, layer: Layer) -> None:
        super().__init__(layer)
        self._blank: tuple[int, int] | None = None  # stretch of the layer that will become one blank
        self._free_blank = False  # a blank that no character of the layer stands for

    def add(self, start: int, end: int) -> None:
        """Take characters `start` to `end` (excluded) of the layer, cleaned."""
        text, at = self.layer.text, start
        for run in RUN.finditer(text, start, end):
            first, last = run.span()
            if at < first and not _is_broken_word(text, at, first):
                self._note_blank(at, first)
            if self._blank is not None or self._free_blank:
                self._write_blank()
            self._copy_run(first, last)
            at = last
        if at < end:
            self._note_blank(at, end)

    def replace(self, text: str, start: int, end: int) -> None:
        """Write `text` (the meaning of an entity or escape) in place of characters `start` to `end` of the layer."""
        kept = "".join(RUN.findall(text))
        if kept:
            self._write_blank()
            self.put(kept, start, end)
        elif text.isspace() and self.length and self._blank is None:
            self._blank = (start, end)

    def separate(self) -> None:
        """A blank between what was written and what comes, if there is none: two elements set apart by style alone."""
        self._free_blank = bool(self.length)

    def finish(self) -> Fragment:
        """The text so far, without a blank at its end; the builder is empty afterwards."""
        self._blank, self._free_blank = None, False
        return super().finish()

    def _note_blank(self, start: int, end: int) -> None:
        if start < end and self.length and self._blank is None and SPACE.search(self.layer.text, start, end):
            self._blank = (start, end)

    def _write_blank(self) -> None:
        if self._blank is not None:
            start, end = self._blank
            if self.layer.text[start:end] == " ":
                self.copy(start, end)
            else:
                self.put(" ", start, end)
        elif self._free_blank:
            self.add_free(" ")
        self._blank, self._free_blank = None, False

    def _copy_run(self, start: int, end: int) -> None:
        text = self.layer.text[start:end]
        if text.isascii():
            self.copy(start, end)
            return
        at = start
        for first, last, repaired in find_mojibake(text):
            if at < start + first:
                self.copy(at, start + first)
            self.put(repaired, start + first, start + last)
            at = start + last
        if at < end:
            self.copy(at, end)


def _is_broken_word(text: str, end: int, start: int) -> bool:
    """Whether a word was broken after its hyphen at the end of a line: what stands between is no blank."""
    if not (BROKEN.fullmatch(text, max(0, end - 2), end) and text[start].islower()):
        return False
    return "\n" in text[end:start] or "\r" in text[end:start]


# ---------------------------------------------------------------------------------------------- mojibake


def _wrong_letters(codec: str, low: int, high: int) -> str:
    """Regular expression class of the characters that bytes `low` to `high` become in a one-byte codec."""
    letters = (bytes([byte]).decode(codec, "replace") for byte in range(low, high + 1))
    return "[" + "".join(re.escape(letter) for letter in letters if letter != "\ufffd") + "]"


def _wrong_text(codec: str) -> re.Pattern[str]:
    """UTF-8 of two or three bytes, read with a one-byte codec: "â€“" for "–"."""
    tail = _wrong_letters(codec, 0x80, 0xBF)
    two, three = _wrong_letters(codec, 0xC2, 0xDF), _wrong_letters(codec, 0xE0, 0xEF)
    # What any of them begins with comes first: such a pattern is searched for much faster than an alternative.
    return re.compile(rf"{_wrong_letters(codec, 0xC2, 0xEF)}(?:(?<={two}){tail}|(?<={three}){tail}{{2}})")


# sloppy-windows-1252 is registered by ftfy; it keeps the five bytes that windows-1252 leaves out.
WESTERN = ("sloppy-windows-1252", _wrong_text("sloppy-windows-1252"))
# ftfy does not know these two. "–" becomes "вЂ“" in the first and "โ€“" in the second.
OTHERS = tuple((codec, _wrong_text(codec)) for codec in ("cp1251", "cp874"))
PUNCTUATION = range(0x2010, 0x2300)  # what such pages wrote most: dashes, quotes, arrows, comparison signs


def find_mojibake(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of `text` that were UTF-8 and were read as something else, with what they meant.

    A Western stretch is repaired only where ftfy finds the whole text bad; one of another codec only where it gives
    punctuation, since its letters can be a real word.
    """
    codec, pattern = WESTERN
    if pattern.search(text) and is_bad(text):
        yield from _repair(text, codec, pattern)
        return
    for codec, pattern in OTHERS:
        found = [hit for hit in _repair(text, codec, pattern) if ord(hit[2]) in PUNCTUATION]
        if found:
            yield from found
            return


def _repair(text: str, codec: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    for match in pattern.finditer(text):
        try:
            meant = match.group().encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if RUN.fullmatch(meant):
            yield match.start(), match.end(), meant
