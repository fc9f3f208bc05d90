"""Are the numbers of the labelled pages read right, and do they lead to the right property and thing?

`tests/gold/quantities_*.csv` labels numbers with value, unit, property and subject. A number whose property is a
predicate of the vocabulary is right when a claim over it has all four; any other number when value and unit are right
and no claim makes it a fact of the vocabulary. A negative, such as a year or the digits of a name, is right when no
quantity is found there.

    python benchmarks/statements.py [--misses]
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gold import ORIGINS, SPLITS, annotate_page, read_labels, read_page
from pipeline.extract import extract_statements
from pipeline.lexicon import predicates
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gold import Document
    from pipeline.page import Mention, Quantity, Statement

NONE = "none"
PARTS = ("span", "value", "unit", "property", "subject", "right")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Number:
    """A labelled number; of several subjects, any is right."""

    span: Span
    value: float | None
    value_high: float | None
    unit: str
    asks: str  # the property: a predicate, another noun, or none
    subjects: frozenset[str]

    @property
    def is_fact(self) -> bool:
        """Whether the vocabulary has a word for what it says."""
        return self.asks in predicates()


@dataclass
class Reading:
    """The quantities of a page and the statements that each of them bears, by raw range."""

    quantities: list[tuple[Span, Mention]] = field(default_factory=list)
    statements: dict[int, list[Statement]] = field(default_factory=lambda: defaultdict(list))

    def find(self, span: Span) -> Mention | None:
        """The quantity that shares most characters with a range."""
        shared = [(min(end, span[1]) - max(start, span[0]), mention) for (start, end), mention in self.quantities]
        best = max(shared, key=lambda pair: pair[0], default=(0, None))
        return best[1] if best[0] > 0 else None


def read_numbers() -> dict[Document, list[Number]]:
    """The labels of all pages that are here."""
    numbers: dict[Document, list[Number]] = defaultdict(list)
    for document, row in read_labels("quantities"):
        numbers[document].append(
            Number(
                span=(int(row["start"]), int(row["end"])),
                value=float(row["value"]) if row["value"] else None,
                value_high=float(row["value_high"]) if row["value_high"] else None,
                unit=row["unit"],
                asks=row["property"],
                subjects=frozenset(row["subject"].split("|")),
            )
        )
    return dict(numbers)


def read_page_numbers(document: Document) -> Reading:
    """What the program reads on a page."""
    annotated = annotate_page(document)
    reading = Reading()
    for mention in annotated.mentions:
        if mention.label is Label.QUANTITY:
            reading.quantities.append((annotated.page.to_raw(mention.start, mention.end), mention))
    for statement in extract_statements(annotated).statements:
        for mention in statement.uses:
            reading.statements[id(mention)].append(statement)
    return reading


def judge(number: Number, reading: Reading) -> dict[str, bool]:
    """Which parts of a number are right."""
    mention = reading.find(number.span)
    if number.asks == NONE:
        return {"right": mention is None}
    if mention is None or mention.quantity is None:
        return dict.fromkeys(PARTS, False)
    claims = [claim for claim in reading.statements[id(mention)] if claim.quantity is not None]
    read = [claim.quantity for claim in claims if claim.quantity is not None] or [mention.quantity]
    value = any(_has_value(quantity, number) for quantity in read)
    unit = any(_has_unit(quantity, number) for quantity in read)
    fitting = [claim for claim in claims if claim.predicate == number.asks]
    named = bool(fitting) if number.is_fact else not claims
    about = any(claim.subject.concept_id in number.subjects for claim in fitting) if number.is_fact else named
    parts = {"span": True, "value": value, "unit": unit, "property": named, "subject": about}
    return {**parts, "right": all(parts.values())}


def _has_value(quantity: Quantity, number: Number) -> bool:
    values = (quantity.value, *quantity.others)
    if number.value is None:
        return False
    if number.value_high is None:
        return any(
            math.isclose(value, number.value, rel_tol=1e-6) for value in (*values, quantity.value_high or math.nan)
        )
    high = quantity.value_high
    return (
        high is not None
        and math.isclose(quantity.value, number.value, rel_tol=1e-6)
        and math.isclose(high, number.value_high, rel_tol=1e-6)
    )


def _has_unit(quantity: Quantity, number: Number) -> bool:
    plain = {"", "1"}
    return quantity.unit == number.unit or {quantity.unit, number.unit} <= plain


def add_up(judged: Iterable[tuple[Document, Number, dict[str, bool]]]) -> dict[tuple[str, str, str], Counter[str]]:
    """Counts by split, origin and sort of number."""
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for document, number, parts in judged:
        sort = NONE if number.asks == NONE else "fact" if number.is_fact else "other"
        for origin in (document.origin, "both"):
            counts[document.split, origin, sort].update(["all", *(part for part, right in parts.items() if right)])
    return counts


def judge_all() -> Iterator[tuple[Document, Number, dict[str, bool]]]:
    """Every label of every page that is here, with what is right of it."""
    for document, numbers in read_numbers().items():
        reading = read_page_numbers(document)
        yield from ((document, number, judge(number, reading)) for number in numbers)


def print_table(counts: dict[tuple[str, str, str], Counter[str]]) -> None:
    """The share that is right of each part."""
    print(f"| split | pages | numbers | labelled | {' | '.join(PARTS)} |")
    print(f"|---|---|---|--:|{'--:|' * len(PARTS)}")
    for split in SPLITS:
        for sort in ("fact", "other", NONE):
            for origin in (*ORIGINS, "both"):
                count = counts[split, origin, sort]
                shown = PARTS if sort != NONE else ("right",)
                shares = [f"{count[part] / max(1, count['all']):.3f}" if part in shown else "" for part in PARTS]
                print(f"| {split} | {origin} | {sort} | {count['all']} | {' | '.join(shares)} |")


def print_misses(judged: Iterable[tuple[Document, Number, dict[str, bool]]]) -> None:
    """What went wrong on the open part. The locked part is for measuring alone and is never shown."""
    for document, number, parts in judged:
        if document.split != "tune" or parts["right"]:
            continue
        text = read_page(document).source.text
        start, end = number.span
        wrong = ",".join(part for part in PARTS[:-1] if not parts.get(part)) or "found"
        context = f"{text[max(0, start - 50) : start]}«{text[start:end]}»{text[end : end + 40]}"
        print(f"{wrong} {document.path}:{start} {number.asks} {'|'.join(sorted(number.subjects))} {context!r}")


def main() -> None:
    """Print the table, and with --misses what went wrong on the open part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    judged = list(judge_all())
    print_table(add_up(judged))
    if options.misses:
        print_misses(judged)


if __name__ == "__main__":
    main()
