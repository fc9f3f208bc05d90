"""Why written words count as a name: what separates them from the nearest spelling that a lexicon row lists."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.components.names import APOSTROPHES, DASHES, GREEK, INVISIBLE, SPACES, SPELLING, SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.lexicon import Concept

JOINTS = re.compile(rf"[{DASHES}{SPACES}{INVISIBLE}{APOSTROPHES}]+")
PLURAL = re.compile(r"(?:(?<=[a-zA-Z0-9])s|(?<=[a-z])ies)\b", re.IGNORECASE)
POSSESSIVE = re.compile(rf"[{APOSTROPHES}]s?\b")
UNEXPLAINED = "spelling"


def _fold_letters(text: str) -> str:
    named = "".join(GREEK.get(letter) or GREEK.get(letter.lower()) or letter for letter in text)
    return "".join(letter for letter in unicodedata.normalize("NFKD", named) if not unicodedata.combining(letter))


# Each difference with what makes it vanish, the slightest first.
FOLDS: dict[str, Callable[[str], str]] = {
    "case": str.casefold,
    "dash or blank": lambda text: JOINTS.sub("", POSSESSIVE.sub("", text)),
    "letter": _fold_letters,
    "plural": lambda text: PLURAL.sub(lambda match: "y" if match.group().casefold() == "ies" else "", text),
    "spelling": lambda text: SPELLING.sub(lambda match: SPELLINGS[match.group()], text),
}


def explain_match(row: Concept, written: str) -> str:
    """The row's id, with what differs in brackets where the words are no spelling that it lists."""
    names = (row.name, *row.names, *row.exact)
    if written in names:
        return row.id
    return f"{row.id} ({', '.join(find_differences(written, names))})"


@lru_cache(maxsize=8192)
def find_differences(written: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The fewest kinds of difference that lead from `written` to one of `names`."""
    for count in range(1, len(FOLDS) + 1):
        for kinds in combinations(FOLDS, count):
            folded = _fold(written, kinds)
            if any(_fold(name, kinds) == folded for name in names):
                return kinds
    return (UNEXPLAINED,)


def _fold(text: str, kinds: Iterable[str]) -> str:
    for kind in kinds:
        text = FOLDS[kind](text)
    return text
