"""Numbers that mean something else: parts of names and codes, labels, places in a document, prices, addresses."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from pipeline.quantity.dates import is_year
from pipeline.quantity.words import HYPHENS, labels, skip_back, word_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.quantity.numerals import Numeral

    Span = tuple[int, int]

# "Phase 2 patients" counts nobody; "in this study 24 patients" does.
_RANKS = frozenset({"phase", "phases", "type", "types", "stage", "grade", "step"})

_AMOUNT = r"[0-9]{1,12} (?: [.,][0-9]{1,9} ){0,4}"
_HALF_DAY = r"(?: [ap]m\b | [AP]M\b | [ap]\.m\. )"  # not the pM of "10 pM"
_OTHERS = re.compile(
    rf"""
    (?= [][0-9$€£¥₽₴₹(+@hwA-Z] ) (?:                                              # passes over the rest quickly
      (?: https?:// | www\. ) \S{{1,2000}}
    | \b 10\.[0-9]{{4,9}}/ \S{{1,300}}                                            # a DOI
    | @ [\w-]{{1,64}} \. \w{{2,24}}
    | (?: [$€£¥₽₴₹] | \b (?:USD|EUR|GBP|RUB) \b ) \s? {_AMOUNT}                   # "$30–50", "EUR 12"
        (?: \s? (?: - | – | to ) \s? [$€£¥]? {_AMOUNT} )? (?: k\b | \s (?: million|billion|thousand ) )?
    | (?<![\w.,]) {_AMOUNT} \s?
        (?: [€£₽₴₹] | \$(?![0-9]) | (?:USD|EUR|GBP|RUB|dollars|euros?|rubles|roubles|cents)\b )
    | (?<![\w.]) [0-9]{{1,20}} (?: [-‐‑–] [0-9]{{1,20}} ){{2,8}} (?!\w)           # "80714-61-0", a telephone
    | (?<![\w.]) [0-9]{{1,20}} (?: \. [0-9]{{1,20}} ){{2,8}} (?!\w)               # "3.4.21.5", a version
    | \+ [0-9]{{1,3}} [ -] \(? [0-9]{{2,4}} \)? (?: [ -] [0-9]{{2,4}} ){{1,4}}    # "+1 (555) 010-0199"
    | \( [0-9]{{3}} \) \s? [0-9]{{3}} - [0-9]{{4}}
    | (?<![\w:.,]) (?: [01]?[0-9] | 2[0-3] ) : [0-5][0-9] (?: :[0-5][0-9] )? (?![\w:]) (?: \s? {_HALF_DAY} )?
    | (?<![\w.,]) (?: 0?[1-9] | 1[0-2] ) \s? {_HALF_DAY}
    | \[ \^? [0-9,;\s–‑-]{{1,80}} \]                                              # "[10]", "[3, 4]", "[7–9]"
    | (?<![\w.,]) [0-9]{{1,4}} (?: st | nd | rd | th ) \b
    | \b (?: PMID | PMCID | PMC | CID | NCT | SKU | ISBN | ISSN | EC | UniProt | UNII | CAS ) [ :#]{{0,3}}
        [A-Z0-9]{{2,20}}
    )
    """,
    re.VERBOSE,
)
_RATIO = re.compile(r"1:(?:10|20|25|30|40|50)")  # dilutions that could be read as times of day

# Upper-case words before a number that are no part of a name.
_SYMBOLS = frozenset(
    {
        *("MW", "HR", "BMI", "OR", "RR", "CI", "SD", "SE", "SEM", "IQ", "PH", "IC", "EC", "KD", "KI", "N"),
        *("AND", "TO", "OF", "IN", "BY", "FOR", "WITH", "ABOUT", "OVER", "UNDER", "ONLY", "AT"),
    }
)
_LETTER_WORDS = frozenset("aAInNpP")  # articles, a pronoun, and what stands before its value
ACRONYM = range(2, 9)  # letters
SHORTEST_NAME = 4  # letters; "The 7 mice", "All 18 men"
_LEFT_JOINTS = HYPHENS + "–−+/.:;,"
_NUMBER_TIMES = re.compile(r"[0-9][ \u00a0]?[×x][ \u00a0]?$")
_TIMES_NUMBER = re.compile(r"[ \u00a0]?[×x][ \u00a0]?[0-9]")


class Ranges:
    """Half-open ranges of characters, merged; says in logarithmic time whether one is touched."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(spans):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
                continue
            self.starts.append(start)
            self.ends.append(end)

    def touch(self, start: int, end: int) -> bool:
        """Whether a character of `start` to `end` (excluded) lies in one of the ranges."""
        before = bisect_right(self.starts, end - 1) - 1
        return before >= 0 and self.ends[before] > start


def find_others(text: str) -> Iterator[Span]:
    """Ranges of text whose digits are no quantities: addresses, prices, codes, clock times, citation numbers."""
    for match in _OTHERS.finditer(text):
        if not _RATIO.fullmatch(match[0]):
            yield match.span()


def is_inside_name(text: str, number: Numeral, unit_end: int | None, joined_to: int) -> bool:
    """Whether a number is a part of a word, code or formula: IL-6, 5-HT, C62H98, 18(2):185.

    `joined_to` is the end of the quantity before: the hyphen of "5 mg-10 mg" makes no name.
    """
    return _is_bound_left(text, number.start, joined_to, has_unit=unit_end is not None) or (
        unit_end is None and _is_bound_right(text, number.end)
    )


def is_label(text: str, number: Numeral, unit: str | None, end: int) -> bool:
    """Whether the words in front make a number a label ("Table 3"), a list item's number, or a name ("BPC 157").

    `end` is behind the unit: the "C" of "Figure 3C" is none.
    """
    is_lettered = end == number.end + 1
    if unit is not None and not unit.startswith("{") and not is_lettered:
        return False
    start = skip_back(text, number.start, " \u00a0#:.")
    between = text[start : number.start]
    word = word_before(text, start) if between else ""
    if unit is not None and not is_lettered:
        return word.lower() in _RANKS
    if word.lower() in labels() or (between.startswith(".") and f"{word.lower()}." in labels()):
        return True
    if unit is not None or not number.plain:
        return False
    may_be_year = is_year(number.value)  # ", Sample 2019, Example 2020" are authors
    if not may_be_year and "." not in between and _is_in_formula(text, start, word):  # "i.e. 2- to 3-fold"
        return True
    is_name = between == " " and _is_proper_name(text, start, word, in_lists=not may_be_year)
    return is_name or _is_item_number(text, number)


def _is_bound_left(text: str, start: int, joined_to: int, *, has_unit: bool) -> bool:
    if start == 0:
        return False
    previous = text[start - 1]
    if previous.isalnum() or previous in "_#@\\^)]":
        return True
    if not has_unit and _NUMBER_TIMES.search(text, max(0, start - 4), start):  # "a 3 × 3 matrix"
        return True
    if start == 1 or joined_to == start - 1:
        return False
    further = text[start - 2]
    if previous == "(":
        return further.isalnum() and not has_unit
    if previous not in _LEFT_JOINTS:
        return False
    if previous in ":;":
        return further.isdecimal() or further == ")"
    if previous == "/" and has_unit and len(word_before(text, start - 1)) >= SHORTEST_NAME:  # "16 h light/8 h dark"
        return False
    return further.isalnum() or further in ")]"


def _is_bound_right(text: str, end: int) -> bool:
    following = text[end : end + 1]
    if not following:
        return False
    if following.isalnum() or following in "_×^(#\\′":
        return True
    further = text[end + 1 : end + 2]
    if following == "/":
        return further.isupper()  # "8/group" is a number of eight
    if following in HYPHENS + "–’'":
        return further.isalpha()
    if following in ".,:;":
        return further.isdecimal()
    return _TIMES_NUMBER.match(text, end) is not None


def _is_proper_name(text: str, end: int, word: str, *, in_lists: bool) -> bool:
    """Capitals before a bare whole number ("GLP 1"), or a capital within a sentence ("the Voyager 1 craft").

    `in_lists`: also behind a comma or a bracket (", Voyager 1").
    "MW 1419" is a property and its value.
    """
    if word.isupper():
        return len(word) in ACRONYM and word not in _SYMBOLS
    before = text[max(0, end - len(word) - 2) : end - len(word)]
    in_sentence = before[:1].isalpha() or (in_lists and before[:1] in (",", ";", "("))
    return word.istitle() and len(word) >= SHORTEST_NAME and in_sentence and before[1:] == " "


def _is_in_formula(text: str, end: int, word: str) -> bool:
    """Whether a bare whole number goes on with a formula: the 2 of "x 2" and "∑ 2"; "n 18" may be a count."""
    if len(word) == 1:
        return word not in _LETTER_WORDS and text[end - 2 : end - 1] not in ("'", "’")
    return not word and text[end - 1 : end] in tuple("∑∏∫∂∥∈")


def _is_item_number(text: str, number: Numeral) -> bool:
    """Whether a number counts the items of a list: "2. …" at the start of a line, "2) …", "(2)"."""
    following = text[number.end : number.end + 1]
    if following not in (".", ")"):
        return False
    line_start = text.rfind("\n", max(0, number.start - 60), number.start) + 1
    line = text[max(line_start, number.start - 60) : number.start]
    if not line.strip():
        return True
    return following == ")" and (line.endswith("(") or line.rfind("(") <= line.rfind(")"))
