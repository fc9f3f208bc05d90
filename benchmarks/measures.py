"""What numbers measure, against MeasEval (SemEval-2021 task 8, CC BY): `python benchmarks/measures.py FOLDER`.

FOLDER holds `text/*.txt` and `tsv/*.tsv`. The nine parts of that task: spans of quantities, units, modifiers, spans of
measured entities, measured properties and qualifiers, and the three relations that join them. We find no qualifiers,
and so no relation that qualifies; both count as missed.

Quantities are joined to the annotated ones by overlap, each once; the parts of a quantity are compared with those of
its partner. Each annotated part and each part that was found without a partner is one row. A row's exact score is 1 or
0; its overlap score is the F1 of the words of both spans, as in SQuAD; units, modifiers and relations have no overlap,
only right and wrong. A relation is right if both its ends overlap. Two figures are made of them: the mean over rows,
which is how the task reports (its best systems came to about 0.52 over all nine parts), and F1, twice the sum over
annotated and found parts together. "Touching" is F1 where any common character makes a span right.

Published for quantity spans alone, exact and soft F1: grobid-quantities 57.5 and 70.2, one plain regular expression
52.3 and 83.8.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from quantities import HELD_BACK, follow_annotation, pair_by_overlap

from pipeline.components.citations import find_citations
from pipeline.components.measures import Number, load_measurer, name_dimension
from pipeline.quantity import find_numbers, parse_unit
from pipeline.quantity.numerals import find_numerals
from pipeline.schema import Comparator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.quantity import Found

PARTS = ("quantity", "unit", "modifiers", "entity", "property", "qualifier", "HasQuantity", "HasProperty", "Qualifies")

_WORD = re.compile(r"\w+|[^\w\s]")
_APPROXIMATE = re.compile(
    r"[∼~≈]|\b(?:about|approximately|around|circa|roughly|nearly|almost|near|some)\b", re.IGNORECASE
)
_MEAN = re.compile(r"\b(?:mean|averaged?)\b[^.;,]{0,40}$", re.IGNORECASE)
_MEDIAN = re.compile(r"\bmedian\b[^.;,]{0,40}$", re.IGNORECASE)
_SIDE = re.compile(r"(?:before|since|past|last|over)\b", re.IGNORECASE)  # of which a time lies: a range with one end
_BEFORE = 60  # characters in which "mean" is looked for
_BOUNDS = (Comparator.LESS, Comparator.AT_MOST, Comparator.MORE, Comparator.AT_LEAST, Comparator.RANGE)


class Span(NamedTuple):
    """Characters from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One quantity with all that belongs to it."""

    quantity: Span
    unit: str | None
    modifiers: frozenset[str]
    entity: Span | None
    named: Span | None  # the property
    qualifiers: tuple[Span, ...] = ()

    @property
    def start(self) -> int:
        """Where the quantity starts."""
        return self.quantity.start

    @property
    def end(self) -> int:
        """Where the quantity ends."""
        return self.quantity.end


@dataclass
class Tally:
    """Scores of the rows of one part."""

    rows: int = 0
    parts: int = 0  # annotated and found
    exact: float = 0.0
    overlap: float = 0.0
    touching: int = 0

    def add(self, wanted: int, found: int, scores: tuple[float, float, bool] = (0.0, 0.0, False)) -> None:
        """One row: whether the part is annotated, whether it is found, and how well the two agree."""
        self.rows += 1
        self.parts += wanted + found
        self.exact += scores[0]
        self.overlap += scores[1]
        self.touching += scores[2]


Tallies = defaultdict[str, Tally]


def main() -> None:
    """Print the figures of the tuning part and of the part that is held back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--whole", action="store_true", help="score all texts together: none of them is for tuning")
    options = parser.parse_args()
    paths = sorted((options.folder / "text").glob("*.txt"))
    tuning = [path for place, path in enumerate(paths) if place % HELD_BACK]
    parts = {"all texts": paths} if options.whole else {"tuning": tuning, "held back": paths[::HELD_BACK]}
    for name, chosen in parts.items():
        print(f"{name}: {len(chosen)} texts\n{describe(score_texts(chosen))}\n")


def score_texts(paths: list[Path]) -> Tallies:
    """The tallies of all parts over some texts."""
    tallies: Tallies = defaultdict(Tally)
    for path in paths:
        text = path.read_text(encoding="utf-8")
        wanted = list(read_statements(path.parents[1] / "tsv" / f"{path.stem}.tsv"))
        compare_statements(text, wanted, list(find_statements(text)), tallies)
    return tallies


def read_statements(path: Path) -> Iterator[Statement]:
    """The annotated statements of one file; none if there is no such file."""
    if not path.is_file():
        return
    sets: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            sets[row["annotSet"]].append(row)
    for rows in sets.values():
        spans: defaultdict[str, list[Span]] = defaultdict(list)
        for row in rows:
            spans[row["annotType"]].append(Span(int(row["startOffset"]), int(row["endOffset"])))
        [facts] = [json.loads(row["other"] or "{}") for row in rows if row["annotType"] == "Quantity"]
        yield Statement(
            spans["Quantity"][0],
            facts.get("unit"),
            frozenset(facts.get("mods", ())),
            next(iter(spans["MeasuredEntity"]), None),
            next(iter(spans["MeasuredProperty"]), None),
            tuple(spans["Qualifier"]),
        )


def find_statements(text: str) -> Iterator[Statement]:
    """What the program finds in one text."""
    cited = sorted((mention.start, mention.end) for mention in find_citations(text))
    found = list(find_numbers(text, cited))
    numbers = [Number(item.start, item.end, name_kind(item)) for item in found]
    for item, (thing, measured) in zip(found, load_measurer().find(text, numbers, cited), strict=True):
        for part in follow_annotation(text, [item]):
            yield Statement(
                Span(part.start, part.end),
                find_unit_words(text, part),
                frozenset(name_modifiers(text, part)),
                Span(*thing) if thing else None,
                Span(*measured) if measured else None,
            )


def name_kind(item: Found) -> str:
    """The kind of unit of a number, as the component names it."""
    return "date" if item.is_date or item.quantity is None else name_dimension(item.quantity.unit)


def find_unit_words(text: str, item: Found) -> str | None:
    """The unit of a quantity as it is written; None where it has none."""
    if item.quantity is None or not item.quantity.unit or item.is_date:
        return None
    written = text[item.start : item.end]
    for number in reversed(find_numerals(written)):
        words = written[number.end :].strip(" -\u00a0\u2009)")
        if parse_unit(words) == item.quantity.unit:
            return words
    return None


def name_modifiers(text: str, item: Found) -> Iterator[str]:
    """The modifiers of the task that the form of a number and the words before it tell."""
    if item.quantity is None:
        return
    comparator = item.quantity.comparator
    before = text[max(0, item.start - _BEFORE) : item.start]
    if _MEDIAN.search(before):
        yield "IsMedian"
    elif _MEAN.search(before):
        yield "IsMean"
    if comparator in _BOUNDS or _SIDE.match(text, item.start):
        yield "IsRange"
    if comparator is Comparator.LIST:
        yield "IsList"
    if comparator is Comparator.PLUS_MINUS:
        yield "HasTolerance"
    if comparator is Comparator.ABOUT or _APPROXIMATE.search(text[item.start : item.end]):
        yield "IsApproximate"
    if is_count(item, before):
        yield "IsCount"


def is_count(item: Found, before: str) -> bool:
    """Whether a bare whole number counts something; what stands behind "=" is a value."""
    quantity = item.quantity
    if quantity is None or item.is_date or quantity.unit or quantity.comparator is not Comparator.EQUAL:
        return False
    is_whole = quantity.decimals <= 0 and quantity.value == int(quantity.value) > 0
    return is_whole and not before.rstrip().endswith(("=", "CI"))


def compare_statements(text: str, wanted: list[Statement], found: list[Statement], tallies: Tallies) -> None:
    """Add the rows of one text."""
    pairs = list(pair_by_overlap(wanted, found))
    used = {id(item) for pair in pairs for item in pair}
    for one, other in pairs:
        compare_parts(text, one, other, tallies)
    for item in wanted:
        if id(item) not in used:
            compare_parts(text, item, None, tallies)
    for item in found:
        if id(item) not in used:
            compare_parts(text, None, item, tallies)


def compare_parts(text: str, one: Statement | None, other: Statement | None, tallies: Tallies) -> None:
    """Add the rows of one quantity: annotated, found, or both."""
    for name, part in (("quantity", "quantity"), ("entity", "entity"), ("property", "named")):
        add_spans(text, tallies[name], getattr(one, part, None), getattr(other, part, None))
    for span in one.qualifiers if one else ():
        add_spans(text, tallies["qualifier"], span, None)
        tallies["Qualifies"].add(1, 0)
    for name in ("unit", "modifiers"):
        left, right = getattr(one, name, None), getattr(other, name, None)
        if left or right:
            tallies[name].add(bool(left), bool(right), (left == right, left == right, left == right))
    for name in ("HasQuantity", "HasProperty"):
        left, right = (list_ends(item, name) if item else None for item in (one, other))
        if left or right:
            is_right = bool(left and right) and all(touch(*ends) for ends in zip(left, right, strict=True))
            tallies[name].add(bool(left), bool(right), (is_right, is_right, is_right))


def list_ends(item: Statement, relation: str) -> tuple[Span, Span] | None:
    """The two ends of a relation: the property has the quantity, or the entity where there is none."""
    if relation == "HasQuantity":
        holder = item.named or item.entity
        return (holder, item.quantity) if holder else None
    return (item.entity, item.named) if item.entity and item.named else None


def add_spans(text: str, tally: Tally, one: Span | None, other: Span | None) -> None:
    """Add one row of a span, if it is annotated or found."""
    if one and other:
        tally.add(1, 1, (one == other, share_words(text, one, other), touch(one, other)))
    elif one or other:
        tally.add(int(one is not None), int(other is not None))


def touch(one: Span, other: Span) -> bool:
    """Whether two spans have a character in common."""
    return one.start < other.end and other.start < one.end


def share_words(text: str, one: Span, other: Span) -> float:
    """The words that two spans have in common, as F1."""
    left, right = ({match.span() for match in _WORD.finditer(text, *span)} for span in (one, other))
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def describe(tallies: Tallies) -> str:
    """A table of all parts, and their sum."""
    total = Tally()
    lines = [f"{'':12} {'rows':>5}  mean over rows  | F1             |"]
    lines.append(f"{'':12} {'':>5}  exact  overlap  | exact  overlap | touching")
    for name in PARTS:
        tally = tallies[name]
        lines.append(describe_tally(name, tally))
        for part in ("rows", "parts", "exact", "overlap", "touching"):
            setattr(total, part, getattr(total, part) + getattr(tally, part))
    return "\n".join([*lines, describe_tally("all", total)])


def describe_tally(name: str, tally: Tally) -> str:
    """One line of the table."""
    rows, half = max(tally.rows, 1), max(tally.parts, 1) / 2
    return (
        f"{name:12} {tally.rows:5}  {tally.exact / rows:.3f}  {tally.overlap / rows:.3f}    "
        f"| {tally.exact / half:.3f}  {tally.overlap / half:.3f}   | {tally.touching / half:.3f}"
    )


if __name__ == "__main__":
    main()
