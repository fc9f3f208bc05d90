"""Text with the way back: what readers read from, and what they build.

A `Layer` is a text that leads back to the raw file: the file itself, or a string that was decoded out of it (a JSON
value that holds HTML). A `TextBuilder` puts a clean text together from stretches of a layer, so that no reader ever
computes a raw offset.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftfy.badness import is_bad

from pipeline.page import NUMBER, WIDTH, Piece, Pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Where a number stands among those of packed pieces: of the first piece, and of the last.
RAW_START = Piece._fields.index("raw_start")
END = Piece._fields.index("end") - WIDTH
RAW_END = Piece._fields.index("raw_end") - WIDTH

# Characters without a shape: soft hyphen, zero-width, direction marks, byte-order mark, control characters.
SHAPELESS = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1b\x7f"
)

# White space, as `\s`; written out, a class that it is part of is matched several times as fast.
SPACES = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# A space that is no blank is kept where it groups digits, "1 840.6": folded, it would make two numbers of one.
GROUPING = "\u00a0\u2009\u202f"
GROUPED = re.compile(r"[0-9]{3}(?![0-9])")
# Words with single blanks between them: they stay as they are. "a  b" and "a\nb" are two such runs.
WORD = rf"[^{SPACES}{SHAPELESS}]++"
RUN = re.compile(rf"{WORD}(?:(?:[ ]|(?<=[0-9])[{GROUPING}](?={GROUPED.pattern})){WORD})*+")
SELECTOR = re.compile("[\ufe00-\ufe0f]")  # the only characters without a shape that Python takes for printable
SPACE = re.compile(r"\s")
BROKEN = re.compile(r"[^\W\d_]-")  # the end of a line in mid-word


@dataclass(slots=True)
class Fragment:
    """Clean text and its pieces, packed; piece offsets count from the start of this text."""

    text: str
    packed: bytes

    @property
    def raw(self) -> tuple[int, int]:
        """The raw range from the first to the last character."""
        numbers = array(NUMBER, self.packed)
        return numbers[RAW_START], numbers[RAW_END]

    def __bool__(self) -> bool:
        return bool(self.packed)

    def let_go(self) -> None:
        """Become empty, once text and pieces stand in the page: large pages need the memory."""
        self.text, self.packed = "", b""


def cut_fragment(fragment: Fragment, start: int, end: int) -> Fragment:
    """Characters `start` to `end` (excluded) of a fragment."""
    pieces = Pieces.unpack(fragment.packed)
    cuts = cut_pieces(pieces, pieces.starts, start, end)
    return Fragment(fragment.text[start:end], Pieces(cut.move(-start) for cut in cuts).pack())


def cut_pieces(pieces: Pieces, starts: Sequence[int], start: int, end: int) -> Iterator[Piece]:
    """The pieces of characters `start` to `end` (excluded); `starts` holds where the pieces start."""
    for index in range(max(0, bisect_right(starts, start) - 1), len(pieces)):
        piece = pieces[index]
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


@dataclass(frozen=True, slots=True)
class Layer:
    """A text and its pieces, which lead back to the raw file; no pieces: the text is the raw file."""

    text: str
    pieces: Pieces | None = None
    starts: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", self.pieces.starts if self.pieces else ())

    def cut(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces of characters `start` to `end` (excluded); their offsets count in this layer's text."""
        if self.pieces is None:
            return iter((Piece(start, end, start, end, verbatim=True),))
        return cut_pieces(self.pieces, self.starts, start, end)

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
        self._numbers: list[int] = []  # the fields of the pieces, one after another
        self._joint: tuple[int, int] | None = None  # clean and raw end of a verbatim last piece: the next may join it

    def copy(self, start: int, end: int) -> None:
        """Take characters `start` to `end` (excluded) of the layer as they are."""
        text = self.layer.text
        if self.layer.pieces is None:
            self._push(text[start:end], start, end)
            return
        for cut in self.layer.cut(start, end):
            if cut.verbatim:
                self._push(text[cut.start : cut.end], cut.raw_start, cut.raw_end)
            else:
                self._push_whole(text[cut.start : cut.end], cut.raw_start, cut.raw_end)

    def put(self, text: str, start: int, end: int) -> None:
        """Write `text` in place of characters `start` to `end` (excluded) of the layer."""
        self._push_whole(text, *self.layer.to_raw(start, end))

    def add_free(self, text: str) -> None:
        """Write characters that stand for nothing in the raw file."""
        self._parts.append(text)
        self.length += len(text)

    def finish(self) -> Fragment:
        """The text so far; the composer is empty afterwards."""
        if not self._parts:
            return Fragment("", b"")
        fragment = Fragment("".join(self._parts), array(NUMBER, self._numbers).tobytes())
        self.length = 0
        self._joint = None
        self._parts.clear()
        self._numbers.clear()
        return fragment

    def to_layer(self) -> Layer:
        """The text so far as a layer of its own."""
        fragment = self.finish()
        return Layer(fragment.text, Pieces.unpack(fragment.packed))

    def _push(self, text: str, raw_start: int, raw_end: int) -> None:
        """Write raw characters as they are; what follows right behind the last piece in both texts joins it."""
        start = self.length
        self.length = end = start + len(text)
        self._parts.append(text)
        if self._joint == (start, raw_start):
            self._numbers[END], self._numbers[RAW_END] = end, raw_end
        else:
            self._numbers += (start, end, raw_start, raw_end, True)
        self._joint = end, raw_end

    def _push_whole(self, text: str, raw_start: int, raw_end: int) -> None:
        """Write text that leads back as a whole."""
        start = self.length
        self.length = end = start + len(text)
        self._parts.append(text)
        self._numbers += (start, end, raw_start, raw_end, False)
        self._joint = None


class TextBuilder(Composer):
    """A composer that folds white space, drops shapeless characters and repairs wrongly decoded ones.

    The text never begins or ends with a blank and never holds two in a row.
    """

    def __init__(self, layer: Layer) -> None:
        super().__init__(layer)
        self._blank: tuple[int, int] | None = None  # stretch of the layer that will become one blank
        self._blank_sign = " "  # what it becomes in front of three digits
        self._free_blank = False  # a blank that no character of the layer stands for

    def add(self, start: int, end: int) -> None:
        """Take characters `start` to `end` (excluded) of the layer, cleaned."""
        text, at = self.layer.text, start
        for first, last in _find_runs(text, start, end):
            if at < first and not _is_broken_word(text, at, first):
                self._note_blank(at, first)
            if self._blank is not None or self._free_blank:
                self._write_blank(text[first:last])
            self._copy_run(first, last)
            at = last
        if at < end:
            self._note_blank(at, end)

    def replace(self, text: str, start: int, end: int) -> None:
        """Write `text` (the meaning of an entity or escape) in place of characters `start` to `end` of the layer."""
        kept = "".join(RUN.findall(text))
        if kept:
            self._write_blank(kept)
            self.put(kept, start, end)
        elif text.isspace() and self.length and self._blank is None:
            self._blank = (start, end)
            self._blank_sign = text if text in GROUPING else " "

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

    def _write_blank(self, text: str) -> None:
        """Write what stands between the text so far and `text`, which comes next."""
        if self._blank is not None:
            start, end = self._blank
            if self.layer.text[start:end] == " ":
                self.copy(start, end)
            else:
                is_grouped = self._parts[-1][-1:].isdigit() and GROUPED.match(text)
                self.put(self._blank_sign if is_grouped else " ", start, end)
        elif self._free_blank:
            self.add_free(" ")
        self._blank, self._blank_sign, self._free_blank = None, " ", False

    def _copy_run(self, start: int, end: int) -> None:
        text = self.layer.text[start:end]
        if text.isascii() or not MAYBE_MOJIBAKE.search(text):
            if self.layer.pieces is None:
                self._push(text, start, end)
            else:
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


def _find_runs(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """Where words with single blanks between them stand; nearly all stretches are one such run, which is soon seen."""
    part = text[start:end]
    if part.isspace():
        return ()
    if part.isprintable() and "  " not in part and (part.isascii() or not SELECTOR.search(part)) and part.strip(" "):
        return ((start + (part[0] == " "), end - (part[-1] == " ")),)
    return [run.span() for run in RUN.finditer(text, start, end)]


def _is_broken_word(text: str, end: int, start: int) -> bool:
    """Whether a word was broken after its hyphen at the end of a line: what stands between is no blank."""
    if text[end - 1 : end] != "-" or not (BROKEN.fullmatch(text, max(0, end - 2), end) and text[start].islower()):
        return False
    return "\n" in text[end:start] or "\r" in text[end:start]


# ---------------------------------------------------------------------------------------------- mojibake


def _wrong_letters(codec: str, low: int, high: int) -> str:
    """Regular expression class of the characters that bytes `low` to `high` become in a one-byte codec."""
    letters = (bytes([byte]).decode(codec, "replace") for byte in range(low, high + 1))
    return "[" + "".join(re.escape(letter) for letter in letters if letter != "\ufffd") + "]"


def _wrong_starts(codec: str) -> str:
    """What the first byte of two or three becomes."""
    return _wrong_letters(codec, 0xC2, 0xEF)


def _wrong_text(codec: str) -> re.Pattern[str]:
    """UTF-8 of two or three bytes, read with a one-byte codec: "â€“" for "–"."""
    tail = _wrong_letters(codec, 0x80, 0xBF)
    two, three = _wrong_letters(codec, 0xC2, 0xDF), _wrong_letters(codec, 0xE0, 0xEF)
    # What any of them begins with comes first: such a pattern is searched for much faster than an alternative.
    return re.compile(rf"{_wrong_starts(codec)}(?:(?<={two}){tail}|(?<={three}){tail}{{2}})")


# sloppy-windows-1252 is registered by ftfy; it keeps the five bytes that windows-1252 leaves out.
WESTERN = ("sloppy-windows-1252", _wrong_text("sloppy-windows-1252"))
# ftfy does not know these two. "–" becomes "вЂ“" in the first and "โ€“" in the second.
OTHERS = tuple((codec, _wrong_text(codec)) for codec in ("cp1251", "cp874"))
# What any stretch of wrong letters begins with: most texts hold none of it.
MAYBE_MOJIBAKE = re.compile("|".join(_wrong_starts(codec) for codec, _ in (WESTERN, *OTHERS)))
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
