"""Learn the weights of `pipeline/components/measures.py`: `python -m training.measures FOLDER [--validate]`.

FOLDER is the training part of MeasEval (SemEval-2021 task 8, CC BY), with `text/*.txt` and `tsv/*.tsv`. Every fifth
text is held back, as in `benchmarks/measures.py`. For each annotated number all candidates of its sentence, and
"nothing", share a probability of one; it is learned, with a penalty on large weights, to stand where the annotated
words stand, shared out by how many words a candidate has in common with them.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # ships no types
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # ships no types

from pipeline.components.citations import find_citations
from pipeline.components.measures import (
    PROPERTY,
    THING,
    Candidate,
    Measurer,
    Number,
    find_place,
    list_candidates,
    list_features,
    list_nothing_features,
    name_dimension,
    share_words,
    split_words,
    walk_gaps,
)
from pipeline.components.sentences import find_sentences
from pipeline.quantity import find_numbers, parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from pipeline.components.measures import Words
    from pipeline.quantity import Found

    Span = tuple[int, int]

LOG = logging.getLogger("training")

HELD_BACK = 5  # every fifth text
FOLDS = 5
ROLE_NAMES = {"MeasuredEntity": THING, "MeasuredProperty": PROPERTY}
# All three by cross-validation over the papers of the tuning texts; the figures hardly move around them.
PENALTY = 3.0
SEEN = 4  # examples in which a feature must stand
SHARPNESS = 2.0  # the power of the common share of words
LEAST_SHARE = 0.3  # of common words, to count at all
ROUNDS = 150
STEPS = 50  # of a weight of 1; weights are stored as whole steps, and a weight of no step is left out


@dataclass(frozen=True, slots=True)
class Example:
    """One annotated number: its candidates with their features (the last is "nothing"), and the right words."""

    text: str
    number: Number
    words: Words
    place: int  # of the number
    candidates: tuple[Candidate, ...]
    features: tuple[tuple[str, ...], ...]
    gold: tuple[Span | None, Span | None]


def main() -> None:
    """Write the weights, or show how good they are on papers that they have not seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--into", type=Path, default=Path("pipeline/weights/measures.json"))
    parser.add_argument("--validate", action="store_true", help="cross-validate over papers, write nothing")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    paths = [path for place, path in enumerate(sorted((options.folder / "text").glob("*.txt"))) if place % HELD_BACK]
    papers: defaultdict[str, list[Example]] = defaultdict(list)
    for path in paths:
        papers[path.stem.partition("-")[0]] += read_examples(path)
    if options.validate:
        validate(papers)
        return
    examples = [example for found in papers.values() for example in found]
    write_weights(learn_weights(examples), options.into, len(paths), len(examples))


def read_examples(path: Path) -> list[Example]:
    """The annotated numbers of one text."""
    text = path.read_text(encoding="utf-8")
    annotated: defaultdict[str, dict[str, tuple[Span, str | None]]] = defaultdict(dict)
    table = path.parents[1] / "tsv" / f"{path.stem}.tsv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            span = int(row["startOffset"]), int(row["endOffset"])
            unit = json.loads(row["other"] or "{}").get("unit")
            annotated[row["annotSet"]].setdefault(row["annotType"], (span, unit))
    cited = sorted((mention.start, mention.end) for mention in find_citations(text))
    found = [Number(item.start, item.end, name_kind(item)) for item in find_numbers(text, cited)]
    examples = [make_example(text, found, cited, parts) for parts in annotated.values() if "Quantity" in parts]
    return [example for example in examples if example is not None]


def name_kind(item: Found) -> str:
    """The kind of unit of a number, as the component names it."""
    return "date" if item.is_date or item.quantity is None else name_dimension(item.quantity.unit)


def make_example(
    text: str, found: Sequence[Number], cited: Sequence[Span], parts: dict[str, tuple[Span, str | None]]
) -> Example | None:
    """The example of one annotated number, as the program finds it, or as annotated where it finds none there."""
    (start, end), unit = parts["Quantity"]
    number = next((item for item in found if item.start < end and item.end > start), None)
    if number is None:
        code = parse_unit(unit or "")
        number = Number(start, end, name_dimension(code) if code else "other" if unit else "none")
    others = [item for item in found if item.end <= number.start or item.start >= number.end]
    sentence = next((span for span in find_sentences(text) if span[0] <= number.start < span[1]), None)
    if sentence is None:
        return None
    words = split_words(text, (sentence[0], max(sentence[1], number.end)), sorted([*others, number]), cited)
    place = find_place(words, number)
    candidates = tuple(list_candidates(words, place))
    gaps = walk_gaps(words, place)
    features = tuple(
        tuple(list_features(words, place, candidate, gaps[candidate.edge], number.unit)) for candidate in candidates
    )
    gold: list[Span | None] = [None, None]
    for name, role in ROLE_NAMES.items():
        gold[role] = parts[name][0] if name in parts else None
    nothing = list_nothing_features(words, place, number.unit)
    return Example(text, number, words, place, candidates, (*features, nothing), (gold[THING], gold[PROPERTY]))


def learn_weights(examples: Sequence[Example]) -> dict[str, tuple[float, float]]:
    """For each feature the weights of both roles."""
    seen = Counter(name for example in examples for name in {name for names in example.features for name in names})
    vocabulary = {name: place for place, name in enumerate(sorted(name for name in seen if seen[name] >= SEEN))}
    matrix, starts = make_matrix(examples, vocabulary)
    targets = (np.concatenate([make_target(item, role) for item in examples]) for role in (THING, PROPERTY))
    things, properties = (learn_role(matrix, starts, target) for target in targets)
    return {name: (float(things[place]), float(properties[place])) for name, place in vocabulary.items()}


def make_matrix(examples: Iterable[Example], vocabulary: dict[str, int]) -> tuple[csr_matrix, NDArray[np.int64]]:
    """One row a candidate, one column a feature; and where the rows of each example begin."""
    places: list[int] = []
    ends, starts = [0], []
    for example in examples:
        starts.append(len(ends) - 1)
        for names in example.features:
            places += (vocabulary[name] for name in names if name in vocabulary)
            ends.append(len(places))
    shape = (len(ends) - 1, len(vocabulary))
    return csr_matrix((np.ones(len(places)), np.array(places), np.array(ends)), shape=shape), np.array(starts)


def make_target(example: Example, role: int) -> NDArray[np.float64]:
    """The wanted probability of each candidate and of "nothing"."""
    shares = np.zeros(len(example.candidates) + 1)
    run = find_run(example, role)
    if run is not None:
        shares[:-1] = [share_words(candidate, run) for candidate in example.candidates]
        shares = np.where(shares >= min(LEAST_SHARE, shares.max()), shares, 0.0) ** SHARPNESS
    if not shares[:-1].any():
        shares[:] = 0.0
        shares[-1] = 1.0
    wanted: NDArray[np.float64] = shares / shares.sum()
    return wanted


def find_run(example: Example, role: int) -> Candidate | None:
    """The annotated words of a role as a run of words of the sentence."""
    gold = example.gold[role]
    if gold is None:
        return None
    touched = [at for at, word in enumerate(example.words.words) if word.start < gold[1] and word.end > gold[0]]
    return Candidate(touched[0], touched[-1] + 1, touched[0] < example.place) if touched else None


def learn_role(matrix: csr_matrix, starts: NDArray[np.int64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights of one role: the likeliest ones for the target, less a penalty."""
    turned = matrix.T.tocsr()
    sizes = np.diff(np.append(starts, matrix.shape[0]))

    def judge(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = matrix @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        logs = scores - np.repeat(np.log(np.add.reduceat(np.exp(scores), starts)), sizes)
        loss = -(target @ logs) + PENALTY / 2 * (weights @ weights)
        return float(loss), turned @ (np.exp(logs) - target) + PENALTY * weights

    start = np.zeros(matrix.shape[1])
    found = minimize(judge, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS})
    weights: NDArray[np.float64] = found.x
    return weights


def write_weights(weights: dict[str, tuple[float, float]], path: Path, texts: int, examples: int) -> None:
    """Weights in whole steps; what rounds to nothing in both roles is left out."""
    rounded = [(name, round(thing * STEPS), round(named * STEPS)) for name, (thing, named) in sorted(weights.items())]
    kept = [row for row in rounded if row[1] or row[2]]
    stored = {
        "source": "MeasEval, SemEval-2021 task 8, training part, CC BY 4.0",
        "texts": texts,
        "examples": examples,
        "steps": STEPS,
        "weights": kept,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = json.dumps(stored, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
    path.write_text(lines + "\n", encoding="utf-8")
    LOG.info("%d features into %s", len(kept), path)


def validate(papers: dict[str, list[Example]]) -> None:
    """Log F1 by overlap and exact of both roles, each paper judged by weights that have not seen it."""
    names = sorted(papers)
    random.Random(1).shuffle(names)  # noqa: S311  (an order, no secret)
    counts: Counter[str] = Counter()
    for fold in range(FOLDS):
        unseen = set(names[fold::FOLDS])
        measurer = Measurer(learn_weights([item for name in names if name not in unseen for item in papers[name]]))
        for example in (item for name in sorted(unseen) for item in papers[name]):
            counts += judge_example(example, measurer.choose(example.words, example.number))
    for role in ROLE_NAMES:
        pairs = counts[f"{role} gold"] + counts[f"{role} found"]
        figures = (f"{kind} {2 * counts[f'{role} {kind}'] / pairs:.3f}" for kind in ("overlap", "exact"))
        LOG.info("%s %s of %d, found %d", role, ", ".join(figures), counts[f"{role} gold"], counts[f"{role} found"])


def judge_example(example: Example, chosen: tuple[Span | None, Span | None]) -> Counter[str]:
    """What one choice adds to the counts."""
    counts: Counter[str] = Counter()
    for name, role in ROLE_NAMES.items():
        gold, found = example.gold[role], chosen[role]
        counts[f"{name} gold"] += gold is not None
        counts[f"{name} found"] += found is not None
        if gold and found:
            counts[f"{name} overlap"] += found[0] < gold[1] and found[1] > gold[0]
            counts[f"{name} exact"] += found == gold
    return counts


if __name__ == "__main__":
    main()
