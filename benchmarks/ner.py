"""How well the shipped model finds names in corpora that it was not trained on, and how fast.

    python benchmarks/ner.py [--corpora FOLDER] [--part held|choice] [--show CORPUS LABEL]

Figures are of whole names from raw text: a name is right when both its ends are those of the gold. *As shipped* is the
component as every user gets it; *own guideline* reads the same network through the head of the corpus that is
measured. The parts that are held back were never trained on, nor was any text that they share with another corpus;
the official test parts are not among them.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: words a second of one core
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import spacy

from pipeline.components import get_mentions
from pipeline.components.concepts import name_index
from pipeline.components.entities import TYPES, load_entities
from pipeline.components.sentences import Sentences
from pipeline.schema import Label
from training.corpora import HEADS, read_corpora

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.components.entities import Entities
    from training.corpora import Passage, Span

CORPORA = Path(__file__).parents[2] / "shared" / "benchmarks" / "ner"
# scispaCy's documentation, "Available Models": F1 of models for one corpus each, on that corpus' official test part.
PUBLISHED = {"bc5cdr": 84.3, "jnlpba": 72.1, "craft": 78.0, "cg": 77.8}
ROUNDS = 3  # for the speed; the best counts

Found = dict[Label, set["Span"]]


def main() -> None:
    """Print the tables, or say that there is nothing to measure on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--part", choices=["held", "choice"], default="held")
    parser.add_argument("--show", nargs=2, metavar=("CORPUS", "LABEL"), help="print what is missed and what is wrong")
    options = parser.parse_args()
    if not options.corpora.is_dir():
        print(f"names: nothing measured, {options.corpora} is not here")
        return
    passages = [passage for passage in read_corpora(options.corpora) if passage.part == options.part]
    found = find_names(load_entities(), passages)
    if options.show:
        show_errors(passages, found, *options.show)
        return
    print_figures(passages, found)
    print_published(passages, found)
    print_peptides(passages, found)
    print(f"\n{measure_speed(passages):,.0f} words a second on one core, sentences and tokens made before")


def find_names(entities: Entities, passages: Sequence[Passage]) -> list[Found]:
    """What the component finds in each text, by label."""
    nlp = spacy.blank("en")
    split = Sentences(nlp, "sentences")
    docs = entities.pipe(split(nlp.make_doc(passage.text)) for passage in passages)
    found: list[Found] = []
    for doc in docs:
        names: Found = defaultdict(set)
        for mention in get_mentions(doc):
            names[mention.label].add((mention.start, mention.end))
        found.append(names)
    return found


def print_figures(passages: Sequence[Passage], found: Sequence[Found]) -> None:
    """One row for each corpus and type, then the types of BioRED together, then spans whatever their type."""
    print("| corpus | type | names | precision | recall | F1 as shipped | F1 own guideline |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for corpus in HEADS:
        chosen = [place for place, passage in enumerate(passages) if passage.corpus == corpus]
        if not chosen:
            continue
        texts, shipped = [passages[place] for place in chosen], [found[place] for place in chosen]
        heads = list(texts[0].spans)
        own = [find_names(load_entities({_label(head): {head: 1.0}}, labels=[_label(head)]), texts) for head in heads]
        for head, alone in zip(heads, own, strict=True):
            _print_row(corpus, head, count_names(texts, shipped, [head]), count_names(texts, alone, [head]))
        if len({_label(head) for head in heads}) == len(heads) > 1:
            joined = [_join(names) for names in zip(*own, strict=True)]
            _print_row(corpus, "all of these", count_names(texts, shipped, heads), count_names(texts, joined, heads))
            _print_row(corpus, "any type", count_spans(texts, shipped), count_spans(texts, joined))


def _join(found: Iterable[Found]) -> Found:
    return defaultdict(set, {label: spans for names in found for label, spans in names.items()})


def _print_row(corpus: str, name: str, shipped: Counter[str], own: Counter[str]) -> None:
    shares = [shipped["right"] / max(1, shipped["found"]), shipped["right"] / max(1, shipped["gold"])]
    figures = [f"{share:.3f}" for share in (*shares, f1(shipped), f1(own))]
    kind, _, line = name.partition("@")
    wider = f" with {line}" if line not in {"", corpus} else ""
    print(f"| {corpus} | {kind}{wider} | {shipped['gold']} | {' | '.join(figures)} |")


def print_published(passages: Sequence[Passage], found: Sequence[Found]) -> None:
    """Our figures beside those of scispaCy's models, with what is and what is not the same."""
    print("\n| corpus | scispaCy, published | ours, as shipped | same split | same metric |")
    print("|---|--:|--:|---|---|")
    for corpus, figure in PUBLISHED.items():
        chosen = [place for place, passage in enumerate(passages) if passage.corpus == corpus]
        texts = [passages[place] for place in chosen]
        heads = list(texts[0].spans) if texts else []
        ours = f"{100 * f1(count_names(texts, [found[place] for place in chosen], heads)):.1f}" if texts else "-"
        split = "no: theirs is the test part, ours is held back from training and development" if texts else "not here"
        metric = "-" if not texts else "yes" if corpus == "bc5cdr" else "no: they tell sixteen types apart, we five"
        print(f"| {corpus} | {figure} | {ours} | {split} | {metric} |")


def print_peptides(passages: Sequence[Passage], found: Sequence[Found]) -> None:
    """Names of the peptides of our lexicon: how many are found, and as what."""
    counts: Counter[str] = Counter()
    for passage, names in zip(passages, found, strict=True):
        for head, spans in passage.spans.items():
            if _label(head) not in {Label.COMPOUND, Label.TARGET}:
                continue
            for span in spans:
                if not is_peptide(passage.text[slice(*span)]):
                    continue
                counts["gold"] += 1
                counts["typed"] += span in names[_label(head)]
                counts["any"] += any(span in spans for spans in names.values())
    gold = max(1, counts["gold"])
    print(
        f"\n{counts['gold']} names of peptides: {counts['any'] / gold:.3f} found with their exact ends, "
        f"{counts['typed'] / gold:.3f} with the type that the corpus gives them (the lexicon decides it in the program)"
    )


def is_peptide(name: str) -> bool:
    """Whether the whole name leads to a concept with a sequence."""
    rows = name_index().look_up(name)
    return bool(rows) and rows[0].sequence is not None


def count_names(passages: Sequence[Passage], found: Sequence[Found], heads: Iterable[str]) -> Counter[str]:
    """Names of these heads: in the gold, found, and found rightly."""
    counts: Counter[str] = Counter()
    for head in heads:
        for passage, names in zip(passages, found, strict=True):
            gold, ours = set(passage.spans[head]), names[_label(head)]
            counts.update(gold=len(gold), found=len(ours), right=len(gold & ours))
    return counts


def count_spans(passages: Sequence[Passage], found: Sequence[Found]) -> Counter[str]:
    """The same without types, over the types that the corpus annotates."""
    counts: Counter[str] = Counter()
    for passage, names in zip(passages, found, strict=True):
        gold = {span for spans in passage.spans.values() for span in spans}
        ours = {span for head in passage.spans for span in names[_label(head)]}
        counts.update(gold=len(gold), found=len(ours), right=len(gold & ours))
    return counts


def f1(counts: Counter[str]) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * counts["right"] / max(1, counts["gold"] + counts["found"])


def measure_speed(passages: Sequence[Passage]) -> float:
    """Words (separated by white space) a second of CPU time in the component alone, its caches empty at first."""
    nlp = spacy.blank("en")
    split = Sentences(nlp, "sentences")
    words = sum(len(passage.text.split()) for passage in passages)
    best = 0.0
    for _ in range(ROUNDS):
        entities = load_entities()
        docs = [split(nlp.make_doc(passage.text)) for passage in passages]
        began = time.process_time()
        for _doc in entities.pipe(docs):
            pass
        best = max(best, words / (time.process_time() - began))
    return best


def show_errors(passages: Sequence[Passage], found: Sequence[Found], corpus: str, label: str) -> None:
    """Each span that is only in the gold (-) or only found (+), with its surroundings."""
    for passage, names in zip(passages, found, strict=True):
        for head, spans in passage.spans.items():
            if passage.corpus != corpus or _label(head) != label:
                continue
            for sign, start, end in sorted(_differences(set(spans), names[_label(head)]), key=lambda row: row[1:]):
                before, after = passage.text[max(0, start - 30) : start], passage.text[end : end + 20]
                print(f"{sign} {before!r} [{passage.text[start:end]}] {after!r}")


def _differences(gold: set[Span], ours: set[Span]) -> Iterator[tuple[str, int, int]]:
    yield from (("-", *span) for span in gold - ours)
    yield from (("+", *span) for span in ours - gold)


def _label(head: str) -> Label:
    return TYPES[head.partition("@")[0]]


if __name__ == "__main__":
    main()
