"""One table of how the program does on the labelled pages: names, numbers, call-outs and claims.

python benchmarks/quality.py [--origin own|shared]
"""

from __future__ import annotations

import argparse
from collections import Counter

import callouts
import claims
import names
import statements

from gold import ORIGINS, SPLITS
from pipeline.schema import Label

HEAD = ("what", "labels", "precision", "recall", "F1", "also right")


def main() -> None:
    """Print the table for the pages of one origin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--origin", choices=ORIGINS, default="own")
    origin = parser.parse_args().origin
    print(f"| split | {' | '.join(HEAD)} |")
    print("|---|---|--:|--:|--:|--:|---|")
    found, numbers = names.measure(names.read_gold()), statements.add_up(statements.judge_all())
    made, pages = claims.add_up(claims.judge_all()), callouts.read_pages()
    ties = callouts.count_ties(pages)
    for split in SPLITS:
        for label in (Label.COMPOUND, Label.TARGET):
            count = names.add_up(found, split, origin, label)
            show(split, f"names: {label}", count.named, count.right, count.found, f"concept {count.link_rate:.3f}")
        facts = numbers[split, origin, "fact"]
        rest = f"value {share(facts['value'], facts['all'])}, unit {share(facts['unit'], facts['all'])}"
        show(split, "numbers: all of value, unit, property, subject", facts["all"], facts["right"], None, rest)
        total: Counter[str] = Counter()
        for page in pages:
            if (page.document.split, page.document.origin) == (split, origin):
                total.update(callouts.judge_page(page)[0])
        tied = ties[split, origin]
        tie = callouts.f1(tied["right"], tied["made"], tied["labelled"])
        rest = f"finding {share(total['finding'], total['labelled'])}, tie F1 {tie:.3f}"
        extra = total["extra"] + total["decoys hit"]
        show(split, "call-outs", total["labelled"], total["found"], total["found"] + extra, rest)
        for group in ("facts", "effects"):
            claim = made[split, origin, group]
            precision, recall = claim.precision, claim.recall
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            rest = f"certainty {claim.certainty:.3f}"
            print(f"| {split} | claims: {group} | {claim.asked} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {rest} |")


def show(split: str, what: str, labelled: int, right: int, made: int | None, rest: str) -> None:
    """One row; without `made`, precision is not asked."""
    recall = share(right, labelled)
    precision, f1 = ("", "") if made is None else (share(right, made), f"{callouts.f1(right, made, labelled):.3f}")
    print(f"| {split} | {what} | {labelled} | {precision} | {recall} | {f1} | {rest} |")


def share(part: int, whole: int) -> str:
    """A share with three digits; of nothing it is 1."""
    return f"{part / whole:.3f}" if whole else "1.000"


if __name__ == "__main__":
    main()
