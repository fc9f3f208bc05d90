"""Which words a text must hold for a pattern to be found in it, and which patterns a text leaves to be tried.

Few of the patterns that look for what a sentence says fit any one sentence. That one word out of those of which each
match holds one stands in the text is told for all patterns at once, by runs of letters, in a fraction of the time that
it takes to search for each. After the prefilters of RE2 (Cox, Regular Expression Matching with a Trigram Index, 2012).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST = 64  # strings of a part of a pattern that are told one by one
RUN = 4  # letters of a word by which it is looked up

# The letters outside of ASCII that a pattern without regard to case takes for i, s and k (documentation of `re`,
# IGNORECASE); lower case alone leads from the last of them to its letter.
ODD_CASES = str.maketrans({"İ": "i", "ı": "i", "ſ": "s"})


def fold(text: str) -> str:
    """A text so that words in it can be looked for without regard to case."""
    return (text if text.isascii() else text.translate(ODD_CASES)).lower()


class Index:
    """Patterns by the words that they need."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.always: set[int] = set()
        by_word: dict[str, set[int]] = {}
        for number, pattern in enumerate(patterns):
            needs = find_needs(pattern)
            if needs is None:
                self.always.add(number)
            for word in needs or ():
                by_word.setdefault(word, set()).add(number)
        self.short = [(word, numbers) for word, numbers in by_word.items() if len(word) < RUN]
        self.long: dict[str, list[tuple[str, set[int]]]] = {}
        common = Counter(run for word in by_word for run in _cut_runs(word))
        for word, numbers in by_word.items():
            if len(word) >= RUN:
                self.long.setdefault(min(_cut_runs(word), key=common.__getitem__), []).append((word, numbers))
        self.runs = frozenset(self.long)

    def list_candidates(self, text: str) -> list[int]:
        """The numbers, in order, of all patterns that may be found in a text, with regard to case or without."""
        folded = fold(text)
        found = set(self.always)
        for word, numbers in self.short:
            if word in folded:
                found |= numbers
        for run in self.runs.intersection(_cut_runs(folded)):
            for word, numbers in self.long[run]:
                if word in folded:
                    found |= numbers
        return sorted(found)


def _cut_runs(text: str) -> list[str]:
    return [text[at : at + RUN] for at in range(len(text) - RUN + 1)]


def find_needs(pattern: str) -> frozenset[str] | None:
    """Folded words of which each match of a valid pattern holds at least one; None where nothing is sure.

    For patterns without the flag VERBOSE. What the pattern looks for beside the match, in front of it or behind,
    counts for nothing.
    """
    try:
        needs = _Reading(pattern).read_choice().needs
    except (_UnknownSyntaxError, RecursionError):
        return None
    return needs if needs is not None and all(needs) else None


class _UnknownSyntaxError(Exception):
    """A pattern holds what is not read here."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: all strings that it matches, if they are few, and words of which each of them holds one."""

    strings: frozenset[str] | None
    needs: frozenset[str] | None


NOTHING = _Part(frozenset({""}), frozenset({""}))  # what has no width
ANYTHING = _Part(None, None)


def _exactly(strings: frozenset[str]) -> _Part:
    return _Part(strings, strings)


def _letter(letter: str) -> _Part:
    """One character; one outside of ASCII that has a case may stand for several."""
    if letter.isascii() or letter.lower() == letter.upper():
        return _exactly(frozenset({letter.lower()}))
    return ANYTHING


# Escapes without a width, those for a kind of character, and the letters that stand for a control character.
EDGES, KINDS, CONTROLS = "bBAZ", "dDwWsS", dict(zip("ntrfva", "\n\t\r\f\v\a", strict=True))
GROUP = re.compile(
    r"""
    \( (?:
        (?P<aside> \?<?[=!] )                               # looked for beside the match
      | (?P<plain> \?: | \?> | \?P<\w+> | \?[aiLmsu-]+: | (?!\?) )
    )
    """,
    re.VERBOSE,
)
REPEATED = re.compile(r"(?: (?P<sign> [*+?] ) | \{ (?P<least> \d* ) (?: , \d* )? \} ) [?+]?", re.VERBOSE)
PLAIN = re.compile(r"[A-Za-z0-9 ,;:/'%&-]+(?![*+?{])")  # stands for itself; a letter that may be repeated stays behind
# "[aeiou]", "[’']", "[-–]": a set of single characters.
SMALL_SET = re.compile(r"\[ (?! [\^\]] ) (?P<first> -? ) (?P<letters> [^\[\]\\-]* ) (?P<last> -? ) \]", re.VERBOSE)
ANY_SET = re.compile(r"\[ \^? \]? (?: [^\]\\] | \\. )* \]", re.VERBOSE | re.DOTALL)


class _Reading:
    """A pattern, and how far it is read."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def read_choice(self) -> _Part:
        """Up to the bracket that closes this part, or the end."""
        parts = [self._read_row()]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            parts.append(self._read_row())
        return parts[0] if len(parts) == 1 else _choose(parts)

    def _read_row(self) -> _Part:
        return _chain(self._read_parts())

    def _read_parts(self) -> Iterator[_Part]:
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            if plain := PLAIN.match(self.pattern, self.at):
                self.at = plain.end()
                yield _exactly(frozenset({plain[0].lower()}))
                continue
            part = self._read_one()
            repeated = REPEATED.match(self.pattern, self.at)
            if repeated is None or not (repeated["sign"] or repeated["least"] or "," in repeated[0]):
                yield part
                continue
            self.at = repeated.end()
            yield _repeat(part, repeated)

    def _read_one(self) -> _Part:
        sign = self.pattern[self.at]
        if sign == "(":
            return self._read_group()
        if sign == "[":
            return self._read_set()
        if sign == "\\":
            return self._read_escape()
        self.at += 1
        if sign in "^$":
            return NOTHING
        return ANYTHING if sign == "." else _letter(sign)

    def _read_group(self) -> _Part:
        opened = GROUP.match(self.pattern, self.at)
        if opened is None:
            raise _UnknownSyntaxError
        self.at = opened.end()
        part = self.read_choice()
        self.at += 1  # the closing bracket
        return part if opened["aside"] is None else NOTHING

    def _read_set(self) -> _Part:
        small = SMALL_SET.match(self.pattern, self.at)
        whole = small or ANY_SET.match(self.pattern, self.at)
        if whole is None:
            raise _UnknownSyntaxError
        self.at = whole.end()
        if small is None:
            return ANYTHING
        return _choose([_letter(letter) for letter in small["first"] + small["letters"] + small["last"]])

    def _read_escape(self) -> _Part:
        sign = self.pattern[self.at + 1]
        self.at += 2
        if sign in EDGES:
            return NOTHING
        if sign in KINDS:
            return ANYTHING
        if sign in CONTROLS:
            return _letter(CONTROLS[sign])
        if sign.isalnum():  # a group again, a character by its number
            raise _UnknownSyntaxError
        return _letter(sign)


def _choose(parts: Sequence[_Part]) -> _Part:
    """One part or another."""
    needs: set[str] = set()
    for part in parts:
        if part.needs is None:
            return ANYTHING
        needs |= part.needs
    exact = [part.strings for part in parts if part.strings is not None]
    strings = frozenset().union(*exact) if len(exact) == len(parts) else None
    return _Part(strings if strings is not None and len(strings) <= MOST else None, frozenset(needs))


def _repeat(part: _Part, repeated: re.Match[str]) -> _Part:
    """A part that may stand several times."""
    if repeated["sign"] == "?" and part.strings is not None:
        return _exactly(part.strings | {""})
    least = repeated["sign"] == "+" or (not repeated["sign"] and int(repeated["least"] or 0) > 0)
    return _Part(None, part.needs) if least else ANYTHING


def _chain(parts: Iterable[_Part]) -> _Part:
    """Parts one behind the other: their strings put together as long as they are few, and the best words of all."""
    strings = frozenset({""})
    best: frozenset[str] | None = None
    whole = True
    for part in parts:
        if part.strings is not None and len(strings) * len(part.strings) <= MOST:
            strings = frozenset(before + behind for before in strings for behind in part.strings)
            continue
        whole = False
        best = _prefer(_prefer(best, strings), part.needs)
        strings = part.strings if part.strings is not None else frozenset({""})
    best = _prefer(best, strings)
    return _Part(strings if whole else None, best)


def _prefer(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Of two sets of words the one whose shortest word is longer, up to a length, then the smaller."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other, key=lambda words: (min(RUN, *map(len, words)), -len(words)))
