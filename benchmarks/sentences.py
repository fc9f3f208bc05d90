"""Where sentences end, on passages of our own that were marked by hand: ours, pySBD and spaCy's sentencizer.

    python benchmarks/sentences.py [--show NAME]

`sentences.csv` holds a kind and a passage with `|` where a sentence ends and another follows. A passage is right when
all its sentences are those of the gold, white space around them aside; precision and recall are of the ends inside
passages, counted in characters without white space. Passages of the kind `held_out` were written after our rules,
and have their own lines.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.components.sentences import find_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HELD_OUT = "held_out"
GOLD = Path(__file__).with_suffix(".csv")

Split = list[str]  # the sentences of a passage, in order


@dataclass(frozen=True, slots=True)
class Passage:
    """One marked passage: its kind, its text, and its sentences."""

    kind: str
    text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How one splitter did. `wrong` are the passages that it cut elsewhere, with what it made of them."""

    passages: int
    exact: int
    right: int
    found: int
    wanted: int
    wrong: tuple[tuple[Passage, Split], ...]

    @property
    def accuracy(self) -> float:
        """Share of passages with all ends right and no other."""
        return self.exact / self.passages

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of the ends inside passages."""
        return 2 * self.right / (self.found + self.wanted)


def read_passages(path: Path = GOLD) -> list[Passage]:
    """The marked passages."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Passage(row["kind"], row["passage"].replace("|", ""), tuple(part.strip() for part in row["passage"].split("|")))
        for row in rows
    ]


def find_ends(sentences: Iterable[str]) -> set[int]:
    """Where sentences end, in characters without white space; the end of the passage is none."""
    ends, at = [], 0
    for sentence in sentences:
        at += len("".join(sentence.split()))
        ends.append(at)
    return set(ends[:-1])


def score(split: Callable[[str], Split], passages: Iterable[Passage]) -> Score:
    """Hold one splitter to all passages."""
    count = exact = right = found = wanted = 0
    wrong = []
    for passage in passages:
        made = split(passage.text)
        ends, gold = find_ends(made), find_ends(passage.sentences)
        count += 1
        right += len(ends & gold)
        found += len(ends)
        wanted += len(gold)
        if ends == gold:
            exact += 1
        else:
            wrong.append((passage, made))
    return Score(count, exact, right, found, wanted, tuple(wrong))


# ---------------------------------------------------------------------------------------------- splitters


def split_ours(text: str) -> Split:
    """The sentences that our component finds."""
    return [text[start:end] for start, end in find_sentences(text)]


def split_pysbd(text: str) -> Split:
    """The sentences that pySBD finds."""
    return [sentence.strip() for sentence in _segmenter()(text)]


def split_spacy(text: str) -> Split:
    """The sentences that spaCy's sentencizer finds behind spaCy's English tokenizer."""
    return _sentencizer()(text)


@cache
def _segmenter() -> Callable[[str], Split]:
    import pysbd

    segment: Callable[[str], Split] = pysbd.Segmenter(language="en", clean=False).segment
    return segment


@cache
def _sentencizer() -> Callable[[str], Split]:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return lambda text: [sentence.text for sentence in nlp(text).sents]


SPLITTERS: dict[str, Callable[[str], Split]] = {
    "claimsift": split_ours,
    "pySBD": split_pysbd,
    "spaCy's sentencizer": split_spacy,
}


def main() -> None:
    """Print a table with a row for each splitter, and on demand what one of them gets wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", choices=SPLITTERS, help="print the passages that this one cuts elsewhere")
    options = parser.parse_args()
    passages = read_passages()
    kinds = Counter(passage.kind for passage in passages)
    print(f"{len(passages)} passages:", ", ".join(f"{count} {kind}" for kind, count in kinds.items()), end="\n\n")
    print("| Splitter | passages | exact | precision | recall | F1 |\n|---|---|--:|--:|--:|--:|")
    for name, split in SPLITTERS.items():
        print_score(name, "all", score(split, passages))
    for name, split in SPLITTERS.items():
        print_score(name, HELD_OUT, score(split, [passage for passage in passages if passage.kind == HELD_OUT]))
    if options.show:
        for passage, made in score(SPLITTERS[options.show], passages).wrong:
            print(f"\n{passage.kind}: {' | '.join(passage.sentences)}\n  made: {' | '.join(made)}")


def print_score(name: str, which: str, result: Score) -> None:
    """One row of the table."""
    precision, recall = result.right / result.found, result.right / result.wanted
    print(f"| {name} | {which} | {result.accuracy:.3f} | {precision:.3f} | {recall:.3f} | {result.f1:.3f} |")


if __name__ == "__main__":
    main()
