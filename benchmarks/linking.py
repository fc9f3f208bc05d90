"""Does scispaCy's candidate generator lead more names to their concept than reading names as atoms does?

    python benchmarks/linking.py [--show N]

`linking.tsv` holds spellings as pages write them, each with the concept that it means, and names that are close to a
known one and mean something else (no concept: every link is wrong). scispaCy's generator is its own class over our
names; only the index is ours: exact cosine over the same character n-grams, because the package's way to index a
knowledge base of one's own needs a scipy that Python 3.11 cannot have.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scispacy.candidate_generation import CandidateGenerator
from scispacy.linking_utils import KnowledgeBase
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.components.concepts import Concepts, name_index
from pipeline.components.names import read_atoms
from pipeline.lexicon import concepts

if TYPE_CHECKING:
    from collections.abc import Iterable

Linker = Callable[[str], str | None]

FILE = Path(__file__).with_suffix(".tsv")
THRESHOLDS = (0.95, 0.9, 0.8, 0.7)
NEIGHBOURS = 10


class CosineIndex:
    """What scispaCy asks of an index, answered exactly: the nearest rows of a matrix of unit vectors."""

    def __init__(self, matrix: Any) -> None:  # noqa: ANN401  (a sparse matrix; scipy ships no types)
        self.matrix = matrix

    def knnQueryBatch(self, vectors: Any, k: int) -> list[tuple[Any, Any]]:  # noqa: ANN401, N802
        """Row numbers and cosine distances of the `k` nearest rows of each vector, nearest first."""
        similarity = (vectors @ self.matrix.T).toarray()
        order = np.argsort(-similarity, axis=1, kind="stable")[:, :k]
        return [(row, 1 - scores[row]) for row, scores in zip(order, similarity, strict=True)]


def make_generator() -> CandidateGenerator:
    """Make scispaCy's generator over the names of our lexicons."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row in concepts():
            entity = {
                "concept_id": row.id,
                "canonical_name": row.name,
                "aliases": [*row.names, *row.exact],
                "types": [row.label.value],
                "definition": row.name,
            }
            file.write(json.dumps(entity) + "\n")
        file.flush()
        base = KnowledgeBase(file.name)
    names = sorted(base.alias_to_cuis)
    vectorizer = TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=(2, 4))
    return CandidateGenerator(CosineIndex(vectorizer.fit_transform(names)), vectorizer, names, base)


def fold(name: str) -> str:
    """What the vectors are made of: the atoms, so that case, hyphens and Greek letters cost the generator nothing."""
    return " ".join(atom.key for atom in read_atoms(name))


def link_by_generator(generator: CandidateGenerator, threshold: float) -> Linker:
    """The candidate of the highest similarity, if it reaches the threshold."""

    def link(name: str) -> str | None:
        (candidates,) = generator([name], NEIGHBOURS)
        best = max(candidates, key=lambda one: (max(one.similarities), one.concept_id), default=None)
        return best.concept_id if best and max(best.similarities) >= threshold else None

    return link


def link_by_atoms(name: str) -> str | None:
    """The concept that the whole name leads to."""
    rows = name_index().look_up(name)
    return rows[0].id if rows else None


def link_by_both(generator: CandidateGenerator, threshold: float) -> Linker:
    """Atoms first; for what they leave, the generator, unless a number differs."""
    suggest = link_by_generator(generator, threshold)

    def link(name: str) -> str | None:
        known = link_by_atoms(name)
        if known is not None:
            return known
        suggested = suggest(name)
        row = name_index().rows.get(suggested or "")
        names = (row.name, *row.names, *row.exact) if row else ()
        return suggested if any(numbers(name) == numbers(one) for one in names) else None

    return link


def numbers(name: str) -> list[str]:
    """The numbers in a name, in order."""
    return [atom.key for atom in read_atoms(name) if atom.key.isdigit()]


def report(title: str, cases: Iterable[tuple[str, str | None]], link: Linker, show: int) -> None:
    """Print how many names were linked rightly, wrongly and not at all, and how many that mean nothing were linked."""
    counts: Counter[str] = Counter()
    errors = []
    began = time.perf_counter()
    for name, gold in cases:
        found = link(name)
        if gold is None:
            outcome = "left alone" if found is None else "wrong, none was right"
        else:
            outcome = "right" if found == gold else "not linked" if found is None else "wrong"
        counts[outcome] += 1
        if outcome not in {"right", "left alone"}:
            errors.append(f"{outcome}: {name} -> {found}, not {gold}")
    each = (time.perf_counter() - began) / counts.total()
    numbers = [counts[key] for key in ("right", "wrong", "not linked", "left alone", "wrong, none was right")]
    print(f"{title:26}" + "".join(f"{number:>12}" for number in numbers) + f"{each * 1e6:>10.0f} µs")
    for line in errors[:show]:
        print("   ", line)


def main() -> None:
    """Print one line for each way to link, then the speed of the finder on running text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0, help="errors of each way to print")
    options = parser.parse_args()
    with FILE.open(encoding="utf-8", newline="") as file:
        cases = [(row["name"], row["concept"] or None) for row in csv.DictReader(file, delimiter="\t")]
    meant = sum(gold is not None for _, gold in cases)
    print(f"{meant} names that mean a concept, {len(cases) - meant} that mean none of ours")
    print(" " * 26 + "".join(f"{word:>12}" for word in ("right", "wrong", "not linked", "left alone", "misled")))
    name_index()
    report("atoms (claimsift)", cases, link_by_atoms, options.show)
    generator = make_generator()
    for threshold in THRESHOLDS:
        report(f"scispaCy, cosine >= {threshold}", cases, link_by_generator(generator, threshold), options.show)
    for threshold in THRESHOLDS:
        report(f"both, cosine >= {threshold}", cases, link_by_both(generator, threshold), options.show)
    text = ". ".join(name for name, _ in cases) * 200
    finder = Concepts(name_index())
    began = time.perf_counter()
    found = sum(1 for _ in finder.find(text))
    print(f"finder: {len(text.split()) / (time.perf_counter() - began):.0f} words a second, {found} mentions")


if __name__ == "__main__":
    main()
