"""Words around numbers, from `lexicons/number_words.jsonl`, and the look back at the word before a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pipeline.lexicon import LexiconRow, read_rows, remember
from pipeline.schema import Comparator  # noqa: TC001  (pydantic reads it at run time)

if TYPE_CHECKING:
    from collections.abc import Mapping

SPACES = " \u00a0\u2009\u200a\u202f"
HYPHENS = "\u2010\u2011-"  # the plain one last, for character classes
LONGEST_WORD = 24  # characters; no word of the rows is longer


class NumberWords(LexiconRow):
    """Words that tell what a number beside them is.

    label: words in front that make it a name or a place ("Table 3"); `fires` holds no quantity, `spares` does.
    comparator: words in front or behind that say how it is meant.
    describer: words that may stand between a number and the people that it counts.
    equates: words that say of two figures before them that the third is what they come to.
    multiplies: words that bring in another factor, or another solution.
    """

    role: Literal["label", "comparator", "describer", "equates", "multiplies"]
    words: tuple[str, ...]
    meaning: Comparator | None = None


def word_before(text: str, end: int) -> str:
    """The letters right before `end`, at most `LONGEST_WORD` of them; empty if another character stands there."""
    start = end
    while start > 0 and end - start < LONGEST_WORD and text[start - 1].isalpha():
        start -= 1
    return text[start:end]


def skip_back(text: str, end: int, characters: str, most: int = 3) -> int:
    """The offset after going back over at most `most` of `characters`."""
    start = end
    while start > 0 and end - start < most and text[start - 1] in characters:
        start -= 1
    return start


@remember
def number_words() -> tuple[NumberWords, ...]:
    """All rows, in file order."""
    return read_rows("number_words", NumberWords)


@remember
def labels() -> frozenset[str]:
    """Words that make the number behind them a label, lower case; a last full stop is part of the word."""
    return frozenset(word for row in number_words() if row.role == "label" for word in row.words)


@remember
def describers() -> frozenset[str]:
    """Words that may stand between a number and whom it counts."""
    return frozenset(word for row in number_words() if row.role == "describer" for word in row.words)


@remember
def comparator_phrases() -> Mapping[str, tuple[tuple[str, Comparator], ...]]:
    """Comparators that stand in front, by their last word or sign; the longest phrase first."""
    return _group(first=False)


@remember
def following_phrases() -> Mapping[str, tuple[tuple[str, Comparator], ...]]:
    """Comparators that stand behind ("or more"), by their first word."""
    return _group(first=True)


@remember
def equating_pattern() -> re.Pattern[str]:
    """Words and signs between two figures that make the second one a result."""
    return _compile_words("equates")


@remember
def multiplying_pattern() -> re.Pattern[str]:
    """Words that stand for a factor that no figure shows."""
    return _compile_words("multiplies")


def _compile_words(role: str) -> re.Pattern[str]:
    words = sorted((word for row in number_words() if row.role == role for word in row.words), key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)


def _group(*, first: bool) -> Mapping[str, tuple[tuple[str, Comparator], ...]]:
    groups: dict[str, list[tuple[str, Comparator]]] = {}
    for row in number_words():
        if row.meaning is None:
            continue
        for phrase in row.words:
            is_behind = phrase.startswith(("or ", "and "))
            if is_behind is first:
                key = phrase.split()[0 if first else -1]
                groups.setdefault(key, []).append((phrase, row.meaning))
    return {key: tuple(sorted(found, key=lambda pair: -len(pair[0]))) for key, found in groups.items()}
