"""Numbers and keys that cite: in brackets, as footnotes, raised."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.components.citations.callouts import S, cite
from pipeline.components.citations.words import citation_words
from pipeline.schema import CitationStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.components.citations.callouts import Group
    from pipeline.page import Mention


LAST_NUMBER = 999  # a larger one in brackets is a year or a catalogue number
WIDEST_RANGE = 60  # works in one range; the widest in PLOS articles holds about 30
# "[10]", "[3, 4]", "[7–9]", "[see 58,59-62]", "[12, p. 190]", "[^key2006]", "[^a, ^b]".
BRACKET = re.compile(r"\[ (?P<inside> [^\[\]\n]{1,200} ) \]", re.VERBOSE)
NUMBERS = re.compile(
    rf"""
    (?: (?: see | e\.g\. | refs?\.? | reviewed{S}in | cf\. ) ,?{S} )?
    \d{{1,3}}
    (?: {S}? [-‐‑–—−,;] {S}? \d{{1,3}} ){{0,60}}
    (?P<place> {S}? [:,] {S} (?: pp?\. | figs?\. | figures? | tables? | pl\. | ch(?:ap)?\. | \d ) [^\[\]\n]{{0,60}} )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
ITEM = re.compile(rf"(?P<low>\d{{1,3}})(?:(?:{S}?[-‐‑–—−]{S}?|{S}to{S})(?P<high>\d{{1,3}}))?")
FOOTNOTES = re.compile(r"\^[\w.:-]{1,80}(?:[\s,;]{1,3}\^[\w.:-]{1,80}){0,30}")
FOOTNOTE = re.compile(r"\^(?P<key>[\w.:-]{1,80})")
RANGE_BETWEEN = re.compile(rf"{S}?[-‐‑–—−]{S}?")  # the dash of "[5]–[12]"
WORD_BEFORE = re.compile(r"(?P<word>[\w+'’-]{1,40})(?P<gap>[\s(:=∈]{0,3})$")
WIDE_BEFORE = 48  # characters before a bracket in which "95 % CI" or "residues" is looked for
# "refs. 4–6", "(ref 12)", "references 3, 5 and 7"; not "reference 12 mg", "Ref. 4012".
REFERRED = re.compile(
    rf"""
    (?<![\w.-]) (?P<word> [Rr]efs?\b\.? | [Rr]eferences? ) {S} (?: (?:nos?\.?|numbers?){S} | \# )?
    (?P<numbers> \d{{1,3}} (?: (?: {S}?[-‐‑–—−,]{S}? | ,?{S}(?:and|&|to){S} ) \d{{1,3}} (?![\w]) ){{0,30}} )
    (?! [\w%/°] | [.,:]\d ) (?: {S} (?P<next> [^\W\d]+ | % ) )?
    """,
    re.VERBOSE,
)

# "hippocampus¹²", "in rats.³,⁴", "growth⁵⁻⁷", "BDNF¹", "by 30%.²"; not "10⁻¹²", "cm²", "Cu²⁺", "¹²⁵I".
RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?:[,‚˒⁻–][⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}){0,20}(?![⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼\w])")
RAISED_ITEM = re.compile(r"(?P<low>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})(?:[⁻–](?P<high>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))?")
RAISED_RANGE = re.compile("[⁻–]")  # behind a symbol, "ACTH⁴⁻¹⁰", a range counts residues
RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
BEFORE_RAISED = re.compile(
    r"(?:[^\W\d_]{3}[a-zß-öø-ÿ]|(?P<symbol>[A-Z]{3}))[)\]”\"’']?[.,;:!?]?[”\"’')\]]?$|[\w%)\]”\"’'][.;!?][”\"’')\]]?$"
    r"|\[\d{1,3}\]$"
)
# "^1^", "^2,3^": raised as some kinds of Markdown write it.
CARETS = re.compile(r"(?<=[^\s^])\s?\^(?P<numbers>\d{1,3}(?:[,–-]\s?\d{1,3}){0,20})\^")


def find_brackets(text: str) -> Iterator[Group]:
    """Numbers and footnote keys in square brackets, and ranges from one bracket to another."""
    matches = list(BRACKET.finditer(text))
    index = 0
    while index < len(matches):
        match = matches[index]
        index += 1
        if match["inside"].startswith("^"):
            yield from _read_footnotes(text, match)
            continue
        if not _may_be_numeric(text, match):
            continue
        following = matches[index] if index < len(matches) else None
        if following is not None and (group := _read_spread_range(text, match, following)):
            index += 1
            yield group
            continue
        if mentions := tuple(_read_numbers(text, match)):
            yield match.start(), match.end(), mentions


def find_referred(text: str) -> Iterator[Group]:
    """Numbers behind "ref." without brackets; a line that begins with "References 1" is a heading with its list."""
    for match in REFERRED.finditer(text):
        heads = match["word"][0].isupper() and not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        if heads or (match["next"] or "").lower() in citation_words("counted"):
            continue
        if mentions := tuple(_read_items(text, match.span("numbers"), (match.start(), match.end("numbers")))):
            yield match.start(), match.end("numbers"), mentions


def _read_footnotes(text: str, match: re.Match[str]) -> Iterator[Group]:
    line = text.rfind("\n", 0, match.start()) + 1
    defines = text[match.end() : match.end() + 1] == ":" and not text[line : match.start()].strip()
    if defines or not FOOTNOTES.fullmatch(match["inside"].strip()):
        return
    keys = list(FOOTNOTE.finditer(text, match.start(), match.end()))
    spans = [match.span()] if len(keys) == 1 else [key.span() for key in keys]
    yield (
        match.start(),
        match.end(),
        tuple(
            cite(text, start, end, style=CitationStyle.FOOTNOTE, key=key["key"])
            for (start, end), key in zip(spans, keys, strict=True)
        ),
    )


def _may_be_numeric(text: str, match: re.Match[str]) -> bool:
    """Whether a bracket may hold call-outs, by what it holds and by the words around it."""
    inside = match["inside"].strip()
    numbers = NUMBERS.fullmatch(inside)
    if numbers is None:
        return False
    before = text[max(0, match.start() - WIDE_BEFORE) : match.start()]
    several = not inside.isdigit() and not numbers["place"]
    if _is_isotope(text, match) or (several and _is_interval(before)):
        return False
    word = WORD_BEFORE.search(before)
    if word is None:
        return True
    if word["gap"]:
        return not (several and _names_residues(before))
    return _may_touch(word["word"], several=several)


def _may_touch(word: str, *, several: bool) -> bool:
    """Whether a call-out may touch the word before it: "likely[92]", not "F[1,12]", "x[3]", "ACTH[1-39]"."""
    if several:
        last = word.rpartition("-")[2]
        return len(last) > 3 and last.isalpha() and last.islower()  # noqa: PLR2004  (a real word, no symbol)
    return len(word) > 2 and word[0].isalpha()  # noqa: PLR2004


def _is_isotope(text: str, match: re.Match[str]) -> bool:
    after = re.match(r"-?[A-Za-z]+", text[match.end() : match.end() + 16])
    if after is None:
        return False
    return after[0].startswith("-") or after[0].lower() in citation_words("isotope")


def _is_interval(before: str) -> bool:
    folded = before.lower().rstrip(" :=,")
    return before.rstrip().endswith(("=", "∈")) or any(
        folded.endswith(word) and not folded[: -len(word)][-1:].isalpha() for word in citation_words("before_interval")
    )


def _names_residues(before: str) -> bool:
    folded = before.lower().rstrip()
    return any(
        folded.endswith(word) and not folded[: -len(word)][-1:].isalnum() for word in citation_words("before_residues")
    )


def _read_spread_range(text: str, match: re.Match[str], following: re.Match[str]) -> Group | None:
    """`[5]–[12]`: all numbers from one bracket to the next, each on the characters of the whole range."""
    if not RANGE_BETWEEN.fullmatch(text, match.end(), following.start()):
        return None
    low, high = match["inside"].strip(), following["inside"].strip()
    if not (low.isdigit() and high.isdigit()):
        return None
    numbers = _expand(int(low), int(high))
    mentions = tuple(
        cite(text, match.start(), following.end(), style=CitationStyle.NUMERIC, key=str(number)) for number in numbers
    )
    return (match.start(), following.end(), mentions) if mentions else None


def _read_numbers(text: str, match: re.Match[str]) -> Iterator[Mention]:
    """One mention a work; none where one of the numbers cannot be in a list ("[0, 1]", "[9-7]")."""
    inside = NUMBERS.match(text, match.start() + 1)
    end = inside.start("place") if inside and inside["place"] else match.end()
    yield from _read_items(text, (match.start(), end), match.span())


def _read_items(text: str, span: tuple[int, int], whole: tuple[int, int]) -> Iterator[Mention]:
    """The works that a list of numbers counts; one that stands alone has the `whole` call-out as its words."""
    items = list(ITEM.finditer(text, *span))
    found = [(item, _expand(int(item["low"]), int(item["high"] or item["low"]))) for item in items]
    if not all(numbers for _, numbers in found):
        return
    alone = len(found) == 1 and len(found[0][1]) == 1
    for item, numbers in found:
        start, end = whole if alone else item.span()
        for number in numbers:
            yield cite(text, start, end, style=CitationStyle.NUMERIC, key=str(number))


def _expand(low: int, high: int) -> range:
    if 0 < low <= high <= LAST_NUMBER and high - low < WIDEST_RANGE:
        return range(low, high + 1)
    return range(0)


def find_raised(text: str) -> Iterator[Group]:
    """Superscript numbers behind a word or its punctuation; no powers, charges or isotopes."""
    for match in RAISED.finditer(text):
        before = BEFORE_RAISED.search(text[max(0, match.start() - 12) : match.start()])
        if before is None or (before.end("symbol") == before.end() and RAISED_RANGE.search(match[0])):
            continue
        mentions: list[Mention] = []
        for item in RAISED_ITEM.finditer(match[0]):
            low = int(item["low"].translate(RAISED_DIGITS))
            high = int(item["high"].translate(RAISED_DIGITS)) if item["high"] else low
            start, end = match.start() + item.start(), match.start() + item.end()
            mentions.extend(
                cite(text, start, end, style=CitationStyle.NUMERIC, key=str(number)) for number in _expand(low, high)
            )
        if mentions:
            yield match.start(), match.end(), tuple(mentions)


def find_carets(text: str) -> Iterator[Group]:
    """Numbers between carets, which some kinds of Markdown raise, where a raised number would be a call-out."""
    for match in CARETS.finditer(text):
        if BEFORE_RAISED.search(text[max(0, match.start() - 12) : match.start()]) is None:
            continue
        if found := tuple(_read_items(text, match.span("numbers"), match.span("numbers"))):
            yield match.start(), match.end(), found
