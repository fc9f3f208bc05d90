"""Fields inside a line: "MW: 37.8 kDa; Purity: 95%", "(13 amino acids; MW 1646.8; CAS 75921-69-6)"."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.extract.keys import find_key, known_keys
from pipeline.extract.naming import is_oblique, is_subject, make_subject
from pipeline.extract.values import read_value
from pipeline.lexicon import remember, remember_last
from pipeline.page import Cell
from pipeline.schema import SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.lexicon import KeyRow
    from pipeline.page import Statement, Subject

# Keys that can stand in the middle of a line and still be one; "status:" or "source:" there is prose.
INSIDE = frozenset(
    {"molecular_weight", "molecular_formula", "cas_number", "pubchem_cid", "sequence", "residue_count", "purity"}
    | {"concentration", "storage_temperature", "shelf_life", "pack_size", "route", "half_life", "tmax", "dose"}
    | {"bioavailability", "duration_of_effect", "formulation", "salt_form", "synonym"}
)
# Of these keys only the whole name is one; a word such as "peak" or "size" in front of a colon can be prose.
SHORTEST_KEY = 2  # letters
# "tested by HPLC: 99.1%" names no field.
IN_PROSE = re.compile(
    r"\b(?:by|with|via|of|on|in|the|an?|its|is|are|was|were|when|if|and|two|three|four|several|many|these|different"
    r"|(?:two|three|four|several|many|the|most) (?:common|main|different|distinct|available))\s+$",
    re.IGNORECASE,
)
# "1 mg dose = 10 units", "5 mg dose: −15 %": what comes of an amount.
OF_AMOUNT = re.compile(r"\d\s?(?:mg|m?cg|µg|μg|g|ml|IU|units?)\s+$", re.IGNORECASE)
LONGEST_PREPOSITION = 18  # code points
# Where the value of such a field ends, when no other key stands behind it.
VALUE_END = re.compile(r";|\s[|·•]\s|\.\s+(?=[A-Z])|\n")
LONGEST_INSIDE = 160  # code points of such a value


@remember
def key_pattern() -> re.Pattern[str]:
    """Any key with the sign behind it: "Purity (HPLC):", "MW =", and before a number "MW 1646.8", "CAS 70-18-8"."""
    keys = sorted((key for key, row in known_keys().items() if row.predicate in INSIDE), key=len, reverse=True)
    names = "|".join(re.escape(key).replace(r"\ ", r"[\s_-]") for key in keys if len(key) >= SHORTEST_KEY)
    return re.compile(
        rf"""
        (?<![\w-])
        (?:
            (?P<key> {names} ) (?P<condition> \s?\([^()]{{1,30}}\) )? \s? [:=] \s*
          | (?P<bare> (?-i: MW | Mw | M\.W\. | Mr ) | mol\.?\s?wt\.? ) \s+ (?= [~≈]?\d )
          | (?P<cas> (?-i: CAS ) ) (?: [ ] (?: no\.? | number | RN ) )? \s+ (?= [1-9]\d{{1,6}}-\d\d-\d\b )
          | (?P<formula> formula ) \s+ (?= (?-i: C\d{{1,3}}H\d ) )
        )
        """,
        re.IGNORECASE | re.VERBOSE,
    )


# What every key has, or stands where it has none.
KEY_SIGN = re.compile(r"[:=]|M\.?W|Mw|Mr|(?i:mol\.?\s?wt|formula)|CAS")


def find_inline(passage: Passage) -> Iterator[tuple[KeyRow, Cell]]:
    """The fields that stand inside a passage, each with its value."""
    found = _find_keys(passage.text)
    for match, following in zip_longest(found, found[1:]):
        row = find_key(match["key"] or match["bare"] or match["cas"] or match["formula"])
        if row is None:
            continue
        last = min(match.end() + LONGEST_INSIDE, following.start() if following else len(passage.text))
        stop = VALUE_END.search(passage.text, match.end(), last)
        end = _close(passage.text, match.end(), stop.start() if stop else last)
        text = passage.text[match.end() : end].rstrip(" ,.;|")
        if text:
            start = passage.start + match.end()
            yield row, Cell(start, start + len(text), text, match[0].rstrip(" :="))


@remember_last(1)
def _find_keys(text: str) -> tuple[re.Match[str], ...]:
    """The keys of a line; each of its cells asks for them."""
    if KEY_SIGN.search(text) is None:
        return ()
    return tuple(match for match in key_pattern().finditer(text) if not match["key"] or _is_key(text, match))


def _is_key(text: str, match: re.Match[str]) -> bool:
    """Whether a key with its sign names a field, by the words in front of it."""
    before = text[max(0, match.start() - LONGEST_PREPOSITION) : match.start()]
    return not (IN_PROSE.search(before) or (match["key"].casefold() == "dose" and OF_AMOUNT.search(before)))


def _close(text: str, start: int, end: int) -> int:
    """Where a bracket ends that was opened before the value."""
    depth = 0
    for at in range(start, end):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth < 0:
            return at
    return end


def cut_value(passage: Passage, cell: Cell) -> Cell:
    """A field's value up to the next field of the same line."""
    keys = _find_keys(passage.text)
    first = bisect_right(keys, cell.start - passage.start, key=lambda match: match.start())
    last = passage.end if cell.start >= passage.start else cell.end
    end = min(last, passage.start + keys[first].start()) if first < len(keys) else last
    if end >= cell.end:
        return cell
    text = passage.between(cell.start, end).rstrip(" ,;|·•.")
    return Cell(cell.start, cell.start + len(text), text, cell.header, cell.is_head)


def read_inline(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The claims of fields inside a line, on the compound named last in front of them, else on the text's own."""
    own = {cell.start for cell in passage.block.cells}
    for row, cell in find_inline(passage):
        if cell.start in own:
            continue  # the line's own first field
        for subject in _find_owner(passage, cell, topics):
            yield from read_value(passage, row, cell, subject)


def _find_owner(passage: Passage, cell: Cell, topics: Topics) -> tuple[Subject, ...]:
    if passage.implied:
        return passage.implied
    named = [m for m in passage.mentions if is_subject(m) and m.end <= cell.start and not is_oblique(passage, m)]
    if named:
        return (make_subject(named[-1], SubjectFrom.WRITTEN),)
    implied = topics.implied(passage.block)
    return implied if len(implied) == 1 else ()
