"""Quantity spans and units against MeasEval (SemEval-2021 task 8, CC BY): `python benchmarks/quantities.py FOLDER`.

FOLDER holds `text/*.txt` and `tsv/*.tsv`. Years and dates count as quantities there, so both kinds are scored.
Citations are found first and passed over, as in the pipeline.
The annotation draws some lines elsewhere than the product does; `follow_annotation` moves them, and both figures are
printed. Nothing else is changed for the comparison.
With `--speed`, FOLDER holds pages of any kind, and only the speed is shown.
Spans: exact and by overlap (one gold span to one found span, best overlap first). Units: the share of gold
quantities with a unit, found by overlap, whose unit leads to the same UCUM code.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.components.citations import find_citations
from pipeline.components.sequences import find_identifiers
from pipeline.quantity import Found, dimension_of, find_numbers, parse_unit
from pipeline.schema import Comparator

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD_BACK = 5  # every fifth text is scored apart and never looked at

SIZES = (1, 2, 4, 8)  # times the text, for the speed

_TIMES = frozenset({"time"})
# Words in front that the annotation takes into a time: "before 6 months", "past 14 days", "over a 7-month" period.
_WHEN = re.compile(r"\b(?:(?:before|since|past|last)|over(?: an?| the)?) $", re.IGNORECASE)
_LONGEST_WHEN = 10
_BETWEEN = re.compile(r",? and (?:the )?|, ")


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated quantity: offsets, and its unit as written."""

    start: int
    end: int
    unit: str | None


def main() -> None:
    """Print the figures of the tuning part and of the part that is held back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true", help="list what the tuning part shows wrong")
    parser.add_argument("--speed", action="store_true", help="show only how fast numbers and identifiers are found")
    options = parser.parse_args()
    if options.speed:
        pages = sorted(path for path in options.folder.rglob("*.*") if path.is_file())
        show_speed("\n".join(path.read_text(encoding="utf-8", errors="replace") for path in pages))
        return
    paths = sorted((options.folder / "text").glob("*.txt"))
    for name, chosen in (
        ("tuning", [path for place, path in enumerate(paths) if place % HELD_BACK]),
        ("held back", paths[::HELD_BACK]),
    ):
        for lines, followed in (("product's lines", False), ("annotation's lines", True)):
            show = options.misses and followed and name == "tuning"
            counts = sum((score_text(path, followed=followed, show=show) for path in chosen), Counter())
            print(f"{name:9} {lines:18} {len(chosen)} texts, {counts['gold']} quantities: {describe(counts)}")


def show_speed(text: str) -> None:
    """Megabytes a second of processor time for quantities and identifiers together, of the text and its multiples."""
    list(find_numbers("Take 5 mg."))  # the rows are read
    for times in SIZES:
        whole = text * times
        begun = time.process_time()
        found = sum(1 for _ in find_numbers(whole)) + sum(1 for _ in find_identifiers(whole))
        spent = time.process_time() - begun
        print(f"{len(whole):9} characters, {found:6} found: {len(whole.encode()) / spent / 1e6:.2f} MB/s")


def score_text(path: Path, *, followed: bool = True, show: bool = False) -> Counter[str]:
    """Counts of one text: gold, found, exact, overlap, units, units_right."""
    text = path.read_text(encoding="utf-8")
    gold = list(read_gold(path.parents[1] / "tsv" / f"{path.stem}.tsv"))
    cited = [(mention.start, mention.end) for mention in find_citations(text)]
    found = list(find_numbers(text, cited))
    if followed:
        found = list(follow_annotation(text, found))
    exact = {(item.start, item.end) for item in gold} & {(item.start, item.end) for item in found}
    pairs = list(pair_by_overlap(gold, found))
    if show:
        show_misses(text, gold, found, exact)
    with_unit = [(item, match) for item, match in pairs if item.unit]
    right = sum(1 for item, match in with_unit if has_unit(match, item.unit))
    return Counter(
        gold=len(gold),
        found=len(found),
        exact=len(exact),
        overlap=len(pairs),
        units=len(with_unit),
        units_right=right,
    )


def read_gold(path: Path) -> Iterator[Gold]:
    """The quantities of one annotation file; none if there is no such file."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["annotType"] == "Quantity":
                other = json.loads(row["other"] or "{}")
                yield Gold(int(row["startOffset"]), int(row["endOffset"]), other.get("unit"))


def follow_annotation(text: str, found: list[Found]) -> Iterator[Found]:
    """The quantities as the annotation would part and end them; decided on the tuning part alone.

    A day that is counted ("day 14") is the name of a point in time there, and no quantity; numbers that each have
    their unit ("100 mg/L and 1 mg/L") are as often many quantities as one list there, to the product they are one;
    and a time begins with the word that says on which side of it something lies.
    """
    for item in found:
        if item.quantity is None or not is_counted_time(text, item):
            for part in split_list(text, item):
                yield replace(part, start=find_when(text, part))


def find_when(text: str, item: Found) -> int:
    """Where a time begins with the words in front of it."""
    is_time = item.is_date or (item.quantity is not None and dimension_of(item.quantity.unit) in _TIMES)
    opening = _WHEN.search(text, max(0, item.start - _LONGEST_WHEN), item.start) if is_time else None
    return opening.start() if opening else item.start


def split_list(text: str, item: Found) -> Iterator[Found]:
    """The members of a list of which each has its unit; anything else as it is."""
    members = list(find_members(text, item)) if item.quantity and item.quantity.comparator is Comparator.LIST else []
    yield from members or [item]


def find_members(text: str, item: Found) -> Iterator[Found]:
    """What is found in a list when it is read piece by piece; nothing if a piece has no unit."""
    pieces = list(_BETWEEN.finditer(text, item.start, item.end))
    starts = [item.start, *(piece.end() for piece in pieces)]
    ends = [*(piece.start() for piece in pieces), item.end]
    parted = [(start, list(find_numbers(text[start:end]))) for start, end in zip(starts, ends, strict=True)]
    if pieces and all(len(found) == 1 and found[0].quantity and found[0].quantity.unit for _, found in parted):
        for start, [found] in parted:
            yield replace(found, start=start + found.start, end=start + found.end)


def is_counted_time(text: str, item: Found) -> bool:
    """Whether the unit stands in front: "day 14", "weeks 2 and 4"."""
    word = text[item.start : item.end].partition(" ")[0]
    return word.isalpha() and dimension_of(parse_unit(word) or "") in _TIMES


def pair_by_overlap(gold: list[Gold], found: list[Found]) -> Iterator[tuple[Gold, Found]]:
    """Pairs of gold and found spans that share a character, each used once, the largest share first."""
    shared = [
        (min(item.end, match.end) - max(item.start, match.start), place, other)
        for place, item in enumerate(gold)
        for other, match in enumerate(found)
    ]
    used: set[tuple[str, int]] = set()
    for common, place, other in sorted(shared, key=lambda entry: (-entry[0], entry[1:])):
        if common > 0 and ("gold", place) not in used and ("found", other) not in used:
            used |= {("gold", place), ("found", other)}
            yield gold[place], found[other]


def has_unit(match: Found, written: str) -> bool:
    """Whether a found quantity has the unit that the words lead to; unknown words are an annotation of themselves."""
    return match.quantity is not None and match.quantity.unit in (parse_unit(written), f"{{{written}}}")


def describe(counts: Counter[str]) -> str:
    """The figures of one part, in one line."""
    return (
        f"exact F1 {share(2 * counts['exact'], counts['gold'] + counts['found'])}, "
        f"overlap F1 {share(2 * counts['overlap'], counts['gold'] + counts['found'])} "
        f"(precision {share(counts['overlap'], counts['found'])}, recall {share(counts['overlap'], counts['gold'])}), "
        f"units {share(counts['units_right'], counts['units'])} of {counts['units']}"
    )


def share(part: int, whole: int) -> str:
    """A share with three digits; a dash where nothing is to be shared."""
    return f"{part / whole:.3f}" if whole else "-"


def show_misses(text: str, gold: list[Gold], found: list[Found], exact: set[tuple[int, int]]) -> None:
    """Each span that is only in one of the two, with its surroundings, on stderr."""
    for sign, items in (("-", gold), ("+", found)):
        for item in items:
            if (item.start, item.end) not in exact:
                before, after = text[max(0, item.start - 30) : item.start], text[item.end : item.end + 20]
                print(f"{sign} {before!r} [{text[item.start : item.end]}] {after!r}", file=sys.stderr)


if __name__ == "__main__":
    main()
