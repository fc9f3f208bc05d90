"""Numbers as pages write them: digits, powers of ten, fractions and words, each with its value and precision."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
MULTIPLIERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}  # powers of ten
ZERO = "zero"
VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅕": 0.2}
FRACTION_DECIMALS = 3  # a third is as good as 0.333

SIGNS = "-\u2212\u2013\u2011\u2010"
MINUS = "-\u2212\u2013"
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_STRAIGHT = str.maketrans(dict.fromkeys("\u2212\u2013\u2011\u2010", "-"))

# Behind a mantissa: " × 10^3", "×10⁻⁹", "· 10^(-5)", "x10-5", "× 106" where the superscript was lost; "e-9".
_POWER = r"""
    (?: [ \u00a0]? [×x·*⋅] [ \u00a0]? 10
        (?: \^ \(? (?P<caret> [-−–+]? [0-9]{1,3} ) \)?
          | (?P<raised> [⁻⁺]? [⁰¹²³⁴-⁹]{1,3} )
          | [ \u00a0]? (?P<dash> [-−–] (?: (?<=−) [ \u00a0] )? [0-9]{1,2} ) (?![0-9.])
          | (?P<lost> [1-9][0-9]? ) (?![0-9.,])
        )
      | [eE] (?P<short> [-−+]? [0-9]{1,3} ) (?!\w)
    )?
"""
# "10⁻⁹", "10^6": a power of ten by itself; also "10−9", "10-9 M" where the superscript was lost, for no range falls.
_BARE_POWER = r"""
    (?P<ten> 10 )
    (?: \^ \(? (?P<ten_caret> [-−–+]?[0-9]{1,3} ) \)?
      | (?P<ten_raised> [⁻⁺]?[⁰¹²³⁴-⁹]{1,3} )
      | (?P<ten_dash> − [ \u00a0]? (?: [1-9] | 10 ) | [-–] (?: [1-9] | 10 ) (?= [ \u00a0]? (?: M | mol ) \b ) )
        (?![0-9.,])
    )
"""


def _digits_pattern(thousands: str, point: str) -> re.Pattern[str]:
    return re.compile(
        rf"""
          {_BARE_POWER}
        | (?P<over> [0-9]{{1,4}} ) [/⁄] (?P<under> [0-9]{{1,4}} ) (?![0-9/⁄])          # "10/12"
        | (?P<ratio> [0-9]{{1,4}} ) [:∶] (?P<to> [0-9]{{1,5}} ) (?![0-9:–-])           # "1:10"
        | (?: (?P<comma>                                            # "0,1" and "1.400,5" in any text
                (?: 0 | [0-9]{{1,3}} (?: \.[0-9]{{3}} ){{1,5}} ) , [0-9]{{1,12}}
              | [0-9]{{1,3}} (?: [ '’][0-9]{{3}} ){{1,3}} , [0-9]{{1,2}}         # "1 419,5"
              ) (?! [0-9] | ,[0-9] )
            | (?P<number>
                (?: [0-9]{{1,3}} (?: [{thousands}\u00a0\u2009\u202f][0-9]{{3}} ){{1,5}} (?![0-9])
                  | [0-9]{{1,3}} (?: [ '’][0-9]{{3}} ){{1,3}} (?= \.[0-9]{{1,2}} (?![0-9]) )        # "1 419.5"
                  | [0-9]{{1,18}} )
                (?: {point} [0-9]{{1,18}} )?
              )
          )
          {_POWER}
        """,
        re.VERBOSE,
    )


# A raised point is a decimal point ("2·4 mg") unless a power of ten follows.
_POINT_DIGITS = _digits_pattern(thousands=",", point=r"(?:\.|·(?!10[\^⁰¹²³⁴-⁹⁻⁺]))")
_COMMA_DIGITS = _digits_pattern(thousands=r".", point=",")

# Signs that a text writes decimals with a comma, and signs that it writes them with a point.
_COMMA_EVIDENCE = re.compile(
    r"(?<![\w.,])(?:0,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,6},[0-9]{1,2}(?=\s?(?:%|°|[mµμnk]?[gMlL]\b|Da)))"
)
_POINT_EVIDENCE = re.compile(r"(?<![\w.,])(?:[0-9]{1,6}\.[0-9]{1,2}(?![\w.,]\w)|[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]))")

_WORD_CHOICE = (
    rf"(?:{'|'.join(TENS)})(?:[ -](?:{'|'.join(ONES[:9])}))?"
    rf"|{'|'.join(sorted(ONES, key=len, reverse=True))}|{ZERO}"
)
# "three", "twenty-one", "two-thirds", "five hundred", "twofold", "one and a half"; not "someone", "tenth", "one-way".
_WORDS = re.compile(
    rf"""
    (?= [efnostz] ) \b (?P<word> {_WORD_CHOICE} )
    (?: [ -] (?P<part> (?:{"|".join(PARTS)}) s? ) | (?P<more> [ ]and[ ]a[ ]half ) )?
    (?= \b | fold\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "an hour", "half an hour": one or a half of a time, for whoever knows that it is a measure.
_SPELLS = "second|minute|hour|day|week|fortnight|month|year|decade|century"
_ARTICLES = re.compile(rf"\b(?:(?P<half>half[ ]an?)|an?)(?=[ ](?:{_SPELLS})\b(?![ ]and[ ]a[ ]half))", re.IGNORECASE)
_VULGAR = re.compile(rf"(?<![\w.,])(?:(?P<whole>[0-9]{{1,4}})[ \u00a0]?)?(?P<part>[{''.join(VULGAR)}])(?!\w)")
_PARTED = re.compile(f"[{''.join(VULGAR)}]")  # found or not at a tenth of the cost of the pattern
# "minus 20 °C", but not "5 minus 20"
_MINUS_WORD = re.compile(r"(?<![0-9] )\bminus[ \u00a0]\Z", re.IGNORECASE)
LONGEST_MINUS = 8  # code points from the one before "minus" to the number
_BELOW_ZERO = re.compile(r"\s?(?:[°º˚C]|degrees\b|(?:to|and|or)\sminus\b)", re.IGNORECASE)
_DEGREES = re.compile(r"\s?[°º˚C]")  # an en dash is a minus sign before temperatures alone
_MULTIPLIER = re.compile(rf"[ \u00a0-](?P<word>{'|'.join(MULTIPLIERS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number: `decimals` counts digits behind the point, below zero where the last digits are not given.

    `over` and `under` are the two sides of a fraction of digits ("10/12"), which may be a pair ("120/80").
    """

    start: int
    end: int
    value: float
    decimals: int
    word: bool = False
    plain: bool = False  # digits alone: no point, power, fraction or thousands mark
    over: int | None = None
    under: int | None = None
    article: bool = False  # the "an" of "an hour", which is a number where something says how it is meant


def find_numerals(text: str) -> list[Numeral]:
    """All numbers in order, without regard to what they mean; those inside names are among them.

    A comma is a decimal mark where the text as a whole uses it so.
    """
    pattern = _COMMA_DIGITS if uses_decimal_comma(text) else _POINT_DIGITS
    numerals = [*_find_vulgar(text), *_find_digits(text, pattern), *_find_words(text), *_find_articles(text)]
    numerals.sort(key=lambda numeral: (numeral.start, -numeral.end))
    return list(_without_overlap(numerals))


def uses_decimal_comma(text: str) -> bool:
    """Whether more numbers of a text show a decimal comma than show a decimal point."""
    commas = sum(1 for _ in _COMMA_EVIDENCE.finditer(text))
    return commas > 0 and commas > sum(1 for _ in _POINT_EVIDENCE.finditer(text))


def _find_digits(text: str, pattern: re.Pattern[str]) -> Iterator[Numeral]:
    comma = pattern is _COMMA_DIGITS
    for match in pattern.finditer(text):
        numeral = _read_digits(match, comma=comma)
        if numeral is None or not math.isfinite(numeral.value):
            continue
        yield _sign(text, _multiply(text, numeral))


def _read_digits(match: re.Match[str], *, comma: bool) -> Numeral | None:
    start, end = match.span()
    if match["ten"]:
        power = read_power(match["ten_caret"] or match["ten_raised"] or match["ten_dash"])
        return Numeral(start, end, scale_power(1.0, power), -power)
    if match["over"]:
        over, under = int(match["over"]), int(match["under"])
        value = over / under if under else math.inf
        return Numeral(start, end, value, FRACTION_DECIMALS, over=over, under=under)
    if match["ratio"]:
        under = int(match["to"])
        return Numeral(start, end, int(match["ratio"]) / under if under else math.inf, FRACTION_DECIMALS)
    written = _straighten(match["comma"] or match["number"], comma=comma or bool(match["comma"]))
    power = read_power(match["caret"] or match["raised"] or match["dash"] or match["lost"] or match["short"] or "0")
    decimals = len(written.partition(".")[2])
    plain = match[0].isdecimal()
    return Numeral(start, end, scale_power(float(written), power), decimals - power, plain=plain)


def _straighten(number: str, *, comma: bool) -> str:
    thousands, point = (".", ",") if comma else (",", ".")
    for mark in (thousands, "\u00a0", "\u2009", "\u202f", " ", "'", "’"):
        number = number.replace(mark, "")
    return number.replace(point, ".").replace("·", ".")


def read_power(written: str) -> int:
    """The exponent that digits with a sign say, raised or not: "⁻⁹" and "–9" are -9."""
    return int(written.translate(_RAISED).translate(_STRAIGHT).replace(" ", "").replace("\u00a0", ""))


def scale_power(value: float, power: int) -> float:
    """`value` times ten to `power`, as the same number written out would be read: 2.4 and -9 give 2.4e-09."""
    return float(f"{value!r}e{power}") if "e" not in repr(value) else value * 10.0**power


def _multiply(text: str, numeral: Numeral) -> Numeral:
    word = _MULTIPLIER.match(text, numeral.end)
    if word is None:
        return numeral
    power = MULTIPLIERS[word["word"].lower()]
    value = scale_power(numeral.value, power)
    return replace(numeral, end=word.end(), value=value, decimals=numeral.decimals - power, plain=False)


def _sign(text: str, numeral: Numeral) -> Numeral:
    """Take in a point or a sign in front: ".05", "−20", "+5"; not the hyphen of "IL-6", "2-8" or "~ - 5"."""
    start = numeral.start
    if _MINUS_WORD.search(text, max(0, start - LONGEST_MINUS), start) and _BELOW_ZERO.match(text, numeral.end):
        return replace(numeral, start=start - len("minus "), value=-numeral.value, plain=False)
    if text[start - 1 : start] == "+" and (start == 1 or text[start - 2] in " \u00a0\n(["):
        return replace(numeral, start=start - 1, plain=False)
    if text[start - 1 : start] == "." and not text[max(0, start - 2) : start - 1].isalnum() and numeral.plain:
        digits = numeral.end - start
        value = scale_power(numeral.value, -digits)
        return replace(numeral, start=start - 1, value=value, decimals=digits, plain=False)
    if start and text[start - 1] in MINUS and numeral.over is None:
        before = text[max(0, start - 3) : start - 1].rstrip()
        spaced = start > 1 and text[start - 2].isspace()
        if text[start - 1] == "\u2013" and not _DEGREES.match(text, numeral.end):
            return numeral
        if not before or before[-1] in "([~≈∼<>≤≥=:;,/|+±\"'“‘«" or (spaced and not before[-1].isdigit()):
            return replace(numeral, start=start - 1, value=-numeral.value, plain=False)
    return numeral


def _find_words(text: str) -> Iterator[Numeral]:
    values = _word_values()
    for match in _WORDS.finditer(text):
        value = float(values[match["word"].lower().replace("-", " ")])
        if match["more"]:
            yield Numeral(match.start(), match.end(), value + 0.5, 1, word=True)
            continue
        if match["part"]:
            under = PARTS[match["part"].lower().removesuffix("s")]
            yield Numeral(match.start(), match.end(), value / under, FRACTION_DECIMALS, word=True)
            continue
        yield _multiply(text, Numeral(match.start(), match.end("word"), value, 0, word=True))


def _find_articles(text: str) -> Iterator[Numeral]:
    for match in _ARTICLES.finditer(text):
        is_half = match["half"] is not None
        yield Numeral(*match.span(), 0.5 if is_half else 1.0, int(is_half), word=True, article=not is_half)


def _find_vulgar(text: str) -> Iterator[Numeral]:
    if _PARTED.search(text) is None:
        return
    for match in _VULGAR.finditer(text):
        value = int(match["whole"] or 0) + VULGAR[match["part"]]
        yield Numeral(match.start(), match.end(), value, FRACTION_DECIMALS)


def _without_overlap(numerals: list[Numeral]) -> Iterator[Numeral]:
    end = 0
    for numeral in numerals:
        if numeral.start >= end:
            yield numeral
            end = numeral.end


@cache
def _word_values() -> dict[str, int]:
    values = {word: number for number, word in enumerate((ZERO, *ONES))}
    for ten, word in enumerate(TENS, start=2):
        values[word] = ten * 10
        values.update({f"{word} {one}": ten * 10 + number for number, one in enumerate(ONES[:9], start=1)})
    return values
