"""How a number is meant: the words and signs in front of it and behind it."""

from __future__ import annotations

from pipeline.quantity.units import dimension_of
from pipeline.quantity.words import SPACES, comparator_phrases, following_phrases, skip_back, word_before
from pipeline.schema import Comparator

MOST_COMPARATORS = 3  # "up to about ~20 h"
# Before a number in words they are more often prepositions: "around five key areas".
_PREPOSITIONS = frozenset({"about", "around", "under", "over", "above", "below", "near", "within"})


def weigh(*found: Comparator | None) -> Comparator | None:
    """A bound outweighs "about"; of two bounds the one nearer to the number counts."""
    bounds = [comparator for comparator in found if comparator not in (None, Comparator.ABOUT)]
    return bounds[0] if bounds else next((comparator for comparator in found if comparator), None)


def read_before(text: str, start: int, unit: str | None, *, is_word: bool) -> tuple[Comparator | None, int]:
    """What the words before `start` say of a number with that unit, and where they begin.

    `is_word`: the number is a word, before which "around" and its like are prepositions.
    """
    found: Comparator | None = None
    for _ in range(MOST_COMPARATORS):
        phrase = _phrase_before(text, start)
        if phrase is None:
            break
        words, comparator, phrase_start = phrase
        if words == "over" and unit is not None and dimension_of(unit) == "time":  # "over 12 weeks": during
            break
        if is_word and unit is None and words in _PREPOSITIONS:  # "around five key areas"
            break
        found = weigh(found, comparator)
        start = phrase_start
    return found, start


def _phrase_before(text: str, start: int) -> tuple[str, Comparator, int] | None:
    end = skip_back(text, start, SPACES, most=2)
    if end == 0:
        return None
    word = word_before(text, end) or (word_before(text, end - 1) + "." if text[end - 1] == "." else "")
    keys = [word.lower()] if word else [text[max(0, end - 2) : end], text[end - 1 : end]]
    for key in keys:
        for phrase, comparator in comparator_phrases().get(key, ()):
            begin = end - len(phrase)
            written = text[max(0, begin) : end].lower().replace("\u00a0", " ")
            if written == phrase and not (phrase[0].isalpha() and text[max(0, begin - 1) : begin].isalnum()):
                return phrase, comparator, begin
    return None


def read_behind(text: str, end: int) -> tuple[Comparator | None, int]:
    """What the words or the plus sign behind `end` say of a number, and where they end."""
    following = text[end + 1 : end + 2]
    if text[end : end + 1] == "+" and not following.isalnum() and following not in ("/", "-"):
        return Comparator.AT_LEAST, end + 1
    start = end + 1 if text[end : end + 1] in tuple(SPACES) else end
    for phrase, comparator in _phrases_behind(text, start):
        stop = start + len(phrase)
        goes_on = text[stop : stop + 1].isalnum() or text[stop + 1 : stop + 5].lower() == "than"  # "and more than 10"
        if text[start:stop].lower() == phrase and not goes_on:
            return comparator, stop
    return None, end


def _phrases_behind(text: str, start: int) -> tuple[tuple[str, Comparator], ...]:
    key, _, _ = text[start : start + 4].lower().partition(" ")
    return following_phrases().get(key, ())


def find_opening(text: str, start: int, word: str) -> int | None:
    """Where `word` begins if it stands right before `start`."""
    end = skip_back(text, start, SPACES, most=1)
    found = word_before(text, end) if end < start else ""
    return end - len(word) if found.lower() == word else None
