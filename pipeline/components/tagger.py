"""The network behind the entity component, in plain numpy: words, their features, a BiLSTM and a Viterbi search."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator

# "IL-2Rα (5-HT)": IL, -, 2Rα, (, 5, -, HT, ). Spaces tell nothing, so that all texts look alike.
WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
LONGEST_WORD = 40  # characters; of a longer one both ends are looked at
DIGIT = re.compile(r"\d")
# Letters and digits as their kind: "IL-2Rα" is "XX-0Xg".
SHAPE = str.maketrans(
    dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "X")
    | dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "x")
    | dict.fromkeys("0123456789", "0")
    | dict.fromkeys("αβγδεζηθικλμνξοπρστυφχψω", "g")
)
REPEATED = re.compile(r"(.)\1\1+")


def split_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Places of the words of `text` between two characters: runs of letters and digits, and single other signs."""
    for match in WORD.finditer(text, start, end):
        yield match.span()


def fold_word(word: str) -> str:
    """A word as the table of words knows it: in lower case, each digit a zero."""
    return DIGIT.sub("0", word[:LONGEST_WORD].lower())


def hash_features(word: str, rows: int) -> list[int]:
    """Rows of the table of letters for a word: the word, its shape, beginnings, ends and inner pieces."""
    if len(word) > LONGEST_WORD:
        word = word[: LONGEST_WORD // 2] + word[-LONGEST_WORD // 2 :]
    lower = word.lower()
    edged = f"<{lower}>"
    names = [f"w{word}", f"l{lower}", f"s{_shape(word)}", f"c{_case(word)}"]
    names += [f"p{word[:size]}" for size in range(1, 5)]
    names += [f"e{word[-size:]}" for size in range(1, 6)]
    names += [edged[place : place + size] for size in (3, 4) for place in range(len(edged) - size + 1)]
    return [crc32(name.encode("utf-8", "surrogatepass")) % rows for name in dict.fromkeys(names)]


def _shape(word: str) -> str:
    return REPEATED.sub(r"\1\1", word.translate(SHAPE))


def _case(word: str) -> str:
    if word.isdigit():
        return "digits"
    if not word.isalnum():
        return "sign"
    if word.islower():
        return "lower"
    if word.isupper():
        return f"upper{min(len(word), 6)}"
    return "title" if word[0].isupper() and word[1:].islower() else "mixed"
