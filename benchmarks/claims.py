"""Are the claims of the labelled pages found, and are those that are found right?

In the passages of `tests/gold/claim_passages_*.csv` every claim of the vocabulary is labelled. A claim of the program
that stands in one of them is right when a label there has its subject, predicate, object or value, and polarity. Two
numbers are equal when value, upper value and unit are; two texts, and two names that no lexicon has, when one holds the
words of the other, or they share half of their words. Labels that are marked as optional may be found; only the others
must be.

    python benchmarks/claims.py [--misses] [--under tests/gold/pages | --not-under tests/gold/pages]
"""

from __future__ import annotations

import argparse
import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gold import ORIGINS, SPLITS, Tally, annotate_page, read_labels, read_page
from pipeline.chemistry import parse_peptide
from pipeline.components.concepts import name_index
from pipeline.extract import extract_statements
from pipeline.normalise import normalise_document
from pipeline.quantity import convert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gold import Document
    from pipeline.schema import ClaimRow

EFFECTS = frozenset(
    {"increases", "decreases", "modulates", "activates", "inhibits", "binds", "acts_through", "has_activity"}
    | {"primary_mechanism", "affinity"}
)
PERIODS = frozenset({"developed_when", "isolated_when"})
SHARED_WORDS = 0.5
LOCAL = "local:"
PLACE = re.compile(r"@(\d+)-(\d+)")
WORD = re.compile(r"[^\W_]+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled claim; of several subjects, predicates or objects any is right."""

    span: Span
    subjects: frozenset[str]
    predicates: frozenset[str]
    objects: frozenset[str]
    value: str
    value_high: str
    unit: str
    polarity: str
    certainty: str
    is_core: bool
    citations: tuple[int, ...]  # where the call-outs begin that bear on it

    @property
    def group(self) -> str:
        """Whether it is an effect or a fact."""
        return "effects" if self.predicates & EFFECTS else "facts"


@dataclass
class Count(Tally):
    """Claims of the program in labelled passages, labels that must be found, and how many of each are right."""

    made: int = 0
    right: int = 0
    asked: int = 0
    found: int = 0
    certain: int = 0
    matched: int = 0

    @property
    def precision(self) -> float:
        """The share of the claims made that are right; 1 where none is made."""
        return self.right / self.made if self.made else 1.0

    @property
    def recall(self) -> float:
        """The share of the claims asked for that are found; 1 where none is."""
        return self.found / self.asked if self.asked else 1.0

    @property
    def certainty(self) -> float:
        """The share of the matched claims whose certainty is the label's."""
        return self.certain / self.matched if self.matched else 1.0


@dataclass
class Page:
    """The labels of one page."""

    passages: list[Span] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


@dataclass
class Verdict:
    """What became of the claims and the labels of one page."""

    matched: list[tuple[ClaimRow, Label]] = field(default_factory=list)
    wrong: list[ClaimRow] = field(default_factory=list)
    missed: list[Label] = field(default_factory=list)


def read_gold() -> dict[Document, Page]:
    """The labels of all pages that are here."""
    pages: dict[Document, Page] = defaultdict(Page)
    for document, row in read_labels("claim_passages"):
        pages[document].passages.append((int(row["start"]), int(row["end"])))
    for document, row in read_labels("claims"):
        pages[document].labels.append(_read_label(row, document))
    return dict(pages)


def _read_label(row: dict[str, str], document: Document) -> Label:
    value = row["value"]
    if place := PLACE.fullmatch(value):  # words of others are no part of a label: it says where they stand
        value = read_page(document).source.text[int(place[1]) : int(place[2])]
    others = row.get("predicate_or") or ""
    return Label(
        span=(int(row["start"]), int(row["end"])),
        subjects=_alternatives(row["subject"]),
        predicates=frozenset(filter(None, [row["predicate"], *others.split("|")])),
        objects=_alternatives(row["object"]),
        value=value,
        value_high=row["value_high"],
        unit=row["unit"],
        polarity=row["polarity"],
        certainty=row["certainty"],
        is_core=row["core"] == "yes",
        citations=tuple(int(start) for start in row["citations"].split(";") if start.strip()),
    )


def _alternatives(written: str) -> frozenset[str]:
    """Concept ids; `local:` and a name also means a row that lists the name by now."""
    ids = set(filter(None, written.split("|")))
    for name in [one.removeprefix(LOCAL) for one in ids if one.startswith(LOCAL)]:
        ids |= {row.id for row in name_index().look_up(name)}
    return frozenset(ids)


def read_claims(document: Document, passages: Iterable[Span]) -> list[ClaimRow]:
    """The claims that the program makes in the labelled passages."""
    annotated = annotate_page(document)
    extracted = extract_statements(annotated)
    rows = normalise_document(annotated, extracted.statements, extracted.leftovers).claims
    return keep_labelled(rows, list(passages))


def keep_labelled(claims: Iterable[ClaimRow], passages: list[Span]) -> list[ClaimRow]:
    """The claims that stand in one of the passages."""
    return [claim for claim in claims if any(_overlap((claim.start or 0, claim.end or 0), span) for span in passages)]


def judge(page: Page, claims: list[ClaimRow]) -> Verdict:
    """Pair claims and labels one to one; several claims that say one label's fact again are right too."""
    verdict = Verdict()
    taken: set[int] = set()
    for claim in claims:
        fitting = [number for number, label in enumerate(page.labels) if fits(claim, label)]
        free = [number for number in fitting if number not in taken]
        if not fitting:
            verdict.wrong.append(claim)
            continue
        number = (free or fitting)[0]
        taken.add(number)
        verdict.matched.append((claim, page.labels[number]))
    verdict.missed = [label for number, label in enumerate(page.labels) if number not in taken and label.is_core]
    return verdict


def fits(claim: ClaimRow, label: Label) -> bool:
    """Whether a claim says what a label says, in the same place."""
    return (
        _overlap((claim.start or 0, claim.end or 0), label.span)
        and claim.subject_id in label.subjects
        and claim.predicate in label.predicates
        and claim.polarity.value == label.polarity
        and _says(claim, label)
    )


def _says(claim: ClaimRow, label: Label) -> bool:
    """Whether object or value are the label's; where a label has both, the object decides."""
    if label.objects:
        said = claim.object_id in label.objects or _is_named_alike(claim.object_id or "", label.objects)
        return said or (bool(label.value) and _shares(claim, label.value))
    if claim.predicate == "sequence":
        peptide = parse_peptide(claim.object or "")
        return peptide is not None and peptide.residues == label.value
    if claim.predicate in PERIODS and claim.value is not None:
        return _meets(claim, label)
    if label.unit and label.value:
        return _equals(claim, label)
    return not label.value or _shares(claim, label.value)


def _is_named_alike(object_id: str, wanted: frozenset[str]) -> bool:
    """Whether a thing that no lexicon knows has nearly the name that a label gives it, since a page's words name it."""
    name = object_id.removeprefix(LOCAL)
    names = [one.removeprefix(LOCAL) for one in wanted if one.startswith(LOCAL)]
    return name != object_id and any(_are_alike(_words(name), _words(one)) for one in names)


def _meets(claim: ClaimRow, label: Label) -> bool:
    """Whether two periods share a year; the labels say "mid-1990s" as three of them."""
    value = claim.value or 0
    high = value if claim.value_high is None else claim.value_high
    return value <= float(label.value_high or label.value) and float(label.value) <= high


def _equals(claim: ClaimRow, label: Label) -> bool:
    if claim.value is None:
        return False
    low = _to_unit(claim.value, claim.unit, label.unit)
    high = None if claim.value_high is None else _to_unit(claim.value_high, claim.unit, label.unit)
    try:
        wanted, wanted_high = float(label.value), float(label.value_high or "nan")
    except ValueError:
        return False
    if math.isnan(wanted_high):
        return _close(low, wanted)
    return _close(low, wanted) and _close(high, wanted_high)


def _to_unit(value: float, unit: str | None, wanted: str) -> float | None:
    if (unit or "1") == wanted:
        return value
    return convert(value, unit or "1", wanted)


def _close(value: float | None, wanted: float) -> bool:
    return value is not None and math.isclose(value, wanted, rel_tol=1e-6)


def _shares(claim: ClaimRow, text: str) -> bool:
    wanted = _words(text)
    value = f"{claim.value:g}" if claim.value is not None else None
    said = [_words(one) for one in (claim.object, claim.object_text, claim.value_text, value) if one]
    return any(_are_alike(words, wanted) for words in said if words)


def _are_alike(words: list[str], others: list[str]) -> bool:
    one, other = "".join(words), "".join(others)
    if one in other or other in one:
        return True
    return len({*words} & {*others}) >= SHARED_WORDS * max(len(words), len(others))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def count(verdict: Verdict, page: Page) -> dict[str, Count]:
    """The counts of one page by group."""
    counts = {"facts": Count(), "effects": Count()}
    for claim, label in verdict.matched:
        group = counts["effects" if claim.predicate in EFFECTS else "facts"]
        group.add(Count(made=1, right=1, matched=1, certain=int(claim.certainty.value == label.certainty)))
    for claim in verdict.wrong:
        counts["effects" if claim.predicate in EFFECTS else "facts"].made += 1
    for label in page.labels:
        counts[label.group].asked += label.is_core
    for label in verdict.missed:
        counts[label.group].found -= 1
    for group in counts.values():
        group.found += group.asked
    return counts


def judge_all() -> list[tuple[Document, Page, Verdict]]:
    """Every page that is here, with what became of its claims and labels."""
    return [
        (document, page, judge(page, read_claims(document, page.passages))) for document, page in read_gold().items()
    ]


def add_up(judged: Iterable[tuple[Document, Page, Verdict]]) -> dict[tuple[str, str, str], Count]:
    """Counts by split, origin and group."""
    totals: dict[tuple[str, str, str], Count] = defaultdict(Count)
    for document, page, verdict in judged:
        for group, counted in count(verdict, page).items():
            for origin in (document.origin, "both"):
                totals[document.split, origin, group].add(counted)
    return totals


def print_table(totals: dict[tuple[str, str, str], Count]) -> None:
    """Precision, recall and certainty by split, origin and group."""
    print("| split | pages | claims | made | right | precision | asked | found | recall | certainty |")
    print("|---|---|---|--:|--:|--:|--:|--:|--:|--:|")
    for split in SPLITS:
        for group in ("facts", "effects"):
            for origin in (*ORIGINS, "both"):
                total = totals[split, origin, group]
                print(
                    f"| {split} | {origin} | {group} | {total.made} | {total.right} | {total.precision:.3f} "
                    f"| {total.asked} | {total.found} | {total.recall:.3f} | {total.certainty:.3f} |"
                )


def print_misses(judged: Iterable[tuple[Document, Page, Verdict]]) -> None:
    """What went wrong on the open part. The locked part is for measuring alone and is never shown."""
    for document, _, verdict in judged:
        if document.split != "tune":
            continue
        text = read_page(document).source.text
        for claim in verdict.wrong:
            print(f"wrong {document.path} {_say(claim)} [{claim.rule}] {claim.quote[:160]!r}")
        for label in verdict.missed:
            said = "|".join(sorted(label.objects)) or f"{label.value} {label.unit}"
            asked = f"{'|'.join(sorted(label.subjects))} {label.polarity} {'|'.join(sorted(label.predicates))} {said}"
            print(f"missed {document.path} {asked} {text[slice(*label.span)][:160]!r}")
        for claim, label in verdict.matched:
            if claim.certainty.value != label.certainty:
                print(
                    f"certainty {document.path} {label.certainty}: {claim.certainty} [{claim.cue}] {claim.quote[:99]!r}"
                )


def _say(claim: ClaimRow) -> str:
    said = claim.object_id or claim.object_text or claim.value_text
    return f"{claim.subject_id} {claim.polarity} {claim.predicate} {said}"


def main() -> None:
    """Print the table, and with --misses what went wrong on the open part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--under", default="", metavar="FOLDER", help="only pages whose path begins so")
    parser.add_argument("--not-under", metavar="FOLDER", help="only pages whose path does not")
    options = parser.parse_args()
    judged = [one for one in judge_all() if one[0].path.startswith(options.under)]
    if options.not_under:
        judged = [one for one in judged if not one[0].path.startswith(options.not_under)]
    print_table(add_up(judged))
    if options.misses:
        print_misses(judged)


if __name__ == "__main__":
    main()
