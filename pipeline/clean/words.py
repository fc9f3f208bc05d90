"""Words of a text, in lower case; every piece of a page is asked for them, several times."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"\w+|[©$€£]")
DIGIT = re.compile(r"\d")
LETTERS = re.compile(r"[^\W\d_]+")


def _keep_ascii(pattern: re.Pattern[str]) -> bytes:
    """A table that makes a blank of each ASCII character that can be in no match; other bytes stay."""
    return bytes(byte if byte > 0x7F or pattern.match(chr(byte)) else ord(" ") for byte in range(256))  # noqa: PLR2004


WORD_TABLE, LETTER_TABLE = _keep_ascii(WORD), _keep_ascii(LETTERS)


@lru_cache(maxsize=128)  # one line is looked up for several reasons, one after the other
def split_words(text: str) -> tuple[str, ...]:
    """The words in lower case, and signs of money and copyright; what stands between them is gone."""
    folded = text.casefold()
    return tuple(_find_all(WORD, WORD_TABLE, folded.replace("$", " $ ") if "$" in folded else folded))


def split_letters(text: str) -> list[str]:
    """The stretches of letters in lower case: of "IL-6 levels", "il" and "levels"."""
    return _find_all(LETTERS, LETTER_TABLE, text.casefold())


def has_digit(text: str) -> bool:
    """Whether a text holds a digit; a search for each of ten is faster than one pattern for all."""
    return any(map(text.__contains__, "1205346789")) or not (text.isascii() or DIGIT.search(text) is None)


def _find_all(pattern: re.Pattern[str], table: bytes, text: str) -> list[str]:
    """As `pattern.findall`, several times as fast: only what is not ASCII is left to the pattern."""
    words = text.encode("utf-8", "surrogatepass").translate(table).decode("utf-8", "surrogatepass").split()
    if text.isascii():
        return words
    return [part for word in words for part in ((word,) if word.isascii() or word.isalpha() else pattern.findall(word))]
