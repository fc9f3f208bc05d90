"""Which compound does what to which target, in one half of a part of DrugProt (CC BY 4.0), learned from the other half.

    python benchmarks/relations.py [FILE] [--half fit|test] [--show]

A small classifier, which the program does not use: it is learned here in a second or two and thrown away. For every
pair of a chemical and a gene in one sentence it chooses one of the corpus' relations, or none, from the words between
the two names and right beside them, their order and distance, and the predicates whose rules have a trigger there;
stems that speak of a relation by themselves are believed by a fixed amount beside that. A relation is right when both
names and its type are. *Given* names are those of the corpus; *raw* ones are what the shipped model finds and must
have the corpus' own ends, or (*overlap*) share a character with them. *Rules alone* reads a pair as the predicate
whose trigger stands between its names, by `READ_AS`. More words, and what a second model that was learned from BioRED
says of a pair, were tried and gave nothing: 331 relations to learn from are few. With `--half fit`, five folds of the
first half.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import spacy
from scipy.optimize import minimize  # type: ignore[import-untyped]  # ships no types
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # ships no types

from pipeline.components import get_mentions
from pipeline.components.entities import load_entities
from pipeline.components.sentences import Sentences
from pipeline.extract.rules import readers
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Span = tuple[int, int]
    Relation = tuple[Span, Span, str]  # of the chemical and of the gene, in the text of the document

FILE = Path(__file__).parents[2] / "shared" / "benchmarks" / "relations" / "drugprot_a.bioc.xml"
SEED = 7
FOLDS = 5
NONE = ""
# What our predicates are called there; a trigger that stands between two names and is in none of these says nothing.
READ_AS = {
    "inhibits": "INHIBITOR",
    "activates": "ACTIVATOR",
    "binds": "DIRECT-REGULATOR",
    "affinity": "DIRECT-REGULATOR",
    "increases": "INDIRECT-UPREGULATOR",
    "decreases": "INDIRECT-DOWNREGULATOR",
}
# Chosen by the folds of the first half; the figures hardly move around them.
PENALTY = 1.0
EAGERNESS = 1.2  # added to the score of each relation beside that of none
TRUST = 1.7  # added to the score of a relation that a stem speaks of
SEEN = 2  # pairs in which a feature must stand
ROUNDS = 200
NEAR, FAR = 6, 15  # words between two names
LONGEST_PATH = 7  # words between two names that are one feature together
STEM_LENGTH = 6  # letters of a word between two names that are looked at

# Stems that say one of the corpus' relations by themselves, wherever they stand beside a pair.
STEMS = {
    "INHIBITOR": r"inhib|suppress|block|attenuat|abolish|prevent|ic50|\bki\b|inactivat|abrogat|\banti-?",
    "ACTIVATOR": r"activat|stimulat|opener|induc|potentiat|enhanc|trigger|sensiti[sz]",
    "AGONIST": r"(?<!ant)agonis|mimetic",
    "ANTAGONIST": r"antagon|blocker|\bblock|antihistamin",
    "DIRECT-REGULATOR": r"\bbind|\bbound|affinit|ligand|interact|target|modulat|selectiv|complex|occup|dock",
    "INDIRECT-UPREGULATOR": r"up-?regulat|increas|induc|elevat|overexpress|express|enhanc|rais|rise|higher|promot",
    "INDIRECT-DOWNREGULATOR": r"down-?regulat|decreas|reduc|lower|deplet|express|declin|diminish|fell|loss",
    "PART-OF": r"residue|amino acid|contain|termin|domain|motif|substitut|mutat|sequence|conjugat|moiet|site",
    "PRODUCT-OF": r"synthe|produc|generat|form|catal|convert|releas|biosynth|secret",
    "SUBSTRATE": r"metaboli|substrat|transport|uptake|hydroly|oxid|degrad|efflux|cleav|catal|glucuron|clearance",
}
STEM = {kind: re.compile(stems, re.IGNORECASE) for kind, stems in STEMS.items()}
REACH = 25  # characters before and behind a pair in which a stem still belongs to it
CLOSE = 75  # characters between two names

WORD = re.compile(r"@[A-Za-z]+@|\w+|[^\w\s]")
# "@X@, @O@ and @O@": the others of a list say nothing of the relation that its members share.
LIST_BEHIND = re.compile(r"(@[CG]@)(?:(?: ?[,/]| and| or| ?, and| ?, or)+ ?(?:the )?@[cg]@)+")
LIST_BEFORE = re.compile(r"(?:@[cg]@ ?(?:[,/] ?(?:and |or )?|and |or ))+(?=@[CG]@)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document, its names as places in the document, and the relations between them."""

    text: str
    start: int
    chemicals: tuple[Span, ...]
    genes: tuple[Span, ...]
    relations: frozenset[Relation]


@dataclass(frozen=True, slots=True)
class Pair:
    """A chemical and a gene of one sentence, with what is known about them."""

    chemical: Span
    gene: Span
    features: tuple[str, ...]
    verdict: str  # of the rules alone
    spoken: frozenset[str]  # the relations that stems speak of


Document = tuple[Sentence, ...]


def main() -> None:
    """Print the figures of one half, or say that there is nothing to measure on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    parser.add_argument("--half", choices=["fit", "test"], default="test")
    parser.add_argument("--show", action="store_true", help="with --half fit, print each pair that is wrong")
    options = parser.parse_args()
    if not options.file.is_file():
        print(f"relations: nothing measured, {options.file} is not here")
        return
    documents = read_documents(options.file)
    random.Random(SEED).shuffle(documents)  # noqa: S311  (no secret)
    fit, test = documents[: len(documents) // 2], documents[len(documents) // 2 :]
    began = time.process_time()
    splits = [(fit, test)]
    if options.half == "fit":
        splits = [
            ([item for place, item in enumerate(fit) if place % FOLDS != fold], fit[fold::FOLDS])
            for fold in range(FOLDS)
        ]
    print_figures(splits, show=options.show and options.half == "fit")
    print(f"{time.process_time() - began:.1f} s on the processor")


def print_figures(splits: Sequence[tuple[list[Document], list[Document]]], *, show: bool) -> None:
    """Precision, recall and F1 with given names and from raw text, then F1 of each type with given names."""
    names = ("rules alone, given", "given", "raw", "raw, overlap")
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    types: dict[str, Counter[str]] = {}
    for fit, test in splits:
        model = Model.learn([sentence for document in fit for sentence in document])
        for document in test:
            gold = {relation for sentence in document for relation in sentence.relations}
            given = [(pair, model.choose(pair)) for sentence in document for pair in list_pairs(sentence)]
            told = [(pair, pair.verdict) for pair, _ in given]
            raw = [(pair, model.choose(pair)) for sentence in find_names(document) for pair in list_pairs(sentence)]
            for name, chosen in zip(names, (told, given, raw, raw), strict=True):
                counts[name] += judge(
                    {(*_ends(pair), kind) for pair, kind in chosen if kind}, gold, loose=name.endswith("overlap")
                )
            for kind in {relation[2] for relation in gold} | {kind for _, kind in given if kind}:
                found = {(*_ends(pair), kind) for pair, chosen in given if chosen == kind}
                wanted = {relation for relation in gold if relation[2] == kind}
                types[kind] = types.get(kind, Counter()) + judge(found, wanted, loose=False)
            if show:
                show_errors(document, given, gold)
    print("| names | relations | precision | recall | F1 |\n|---|--:|--:|--:|--:|")
    for name, counted in [*counts.items(), *sorted(types.items())]:
        precision, recall = counted["right"] / max(1, counted["found"]), counted["hit"] / max(1, counted["gold"])
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"| {name} | {counted['gold']} | {precision:.3f} | {recall:.3f} | {f1:.3f} |")


def _ends(pair: Pair) -> tuple[Span, Span]:
    return pair.chemical, pair.gene


def judge(found: set[Relation], gold: set[Relation], *, loose: bool) -> Counter[str]:
    """How many were found, how many of them are right, how many are wanted, and how many of those were hit."""
    meets = _overlap if loose else tuple.__eq__
    right = sum(any(meets(one, other) for other in gold) for one in found)
    hit = sum(any(meets(one, other) for one in found) for other in gold)
    return Counter({"found": len(found), "right": right, "gold": len(gold), "hit": hit})


def _overlap(one: Relation, other: Relation) -> bool:
    names = zip(one[:2], other[:2], strict=True)
    return one[2] == other[2] and all(left[0] < right[1] and right[0] < left[1] for left, right in names)


def show_errors(document: Document, given: Iterable[tuple[Pair, str]], gold: set[Relation]) -> None:
    """Print each pair of a document that is read otherwise than in the corpus."""
    for pair, chosen in given:
        wanted = {kind for chemical, gene, kind in gold if (chemical, gene) == _ends(pair)}
        if chosen not in (wanted or {NONE}):
            sentence = next(item for item in document if item.start <= pair.gene[0] < item.start + len(item.text))
            marked = mark_names(sentence, pair.chemical, pair.gene)
            print(f"{'|'.join(sorted(wanted)) or 'none'}: {chosen or 'none'}: {marked}")


# ---- the corpus -------------------------------------------------------------------------------------------------


def read_documents(path: Path) -> list[Document]:
    """The sentences of each document, with the names and relations in them."""
    root = ET.fromstring(path.read_bytes())  # noqa: S314  (a trusted file)
    return [tuple(_read_sentence(item) for item in document.iter("sentence")) for document in root.iter("document")]


def _read_sentence(item: ET.Element) -> Sentence:
    names: dict[str, tuple[bool, Span]] = {}
    for annotation in item.findall("annotation"):
        location = annotation.find("location")
        if location is None:
            continue
        start = int(location.get("offset", "0"))
        span = (start, start + int(location.get("length", "0")))
        names[annotation.get("id", "")] = (annotation.findtext("infon") == "CHEMICAL", span)
    relations = set()
    for relation in item.findall("relation"):
        roles = {node.get("role"): names[node.get("refid", "")][1] for node in relation.findall("node")}
        relations.add((roles["head"], roles["tail"], relation.findtext("infon") or ""))
    return Sentence(
        item.findtext("text") or "",
        int(item.findtext("offset") or 0),
        tuple(sorted({span for is_chemical, span in names.values() if is_chemical})),
        tuple(sorted({span for is_chemical, span in names.values() if not is_chemical})),
        frozenset(relations),
    )


def find_names(document: Document) -> Iterator[Sentence]:
    """The sentences with the names that the shipped model finds in them, and no relations."""
    nlp = spacy.blank("en")
    split = Sentences(nlp, "sentences")
    docs = load_entities().pipe(split(nlp.make_doc(sentence.text)) for sentence in document)
    for sentence, doc in zip(document, docs, strict=True):
        spans: dict[Label, list[Span]] = {Label.COMPOUND: [], Label.TARGET: []}
        for mention in get_mentions(doc):
            if mention.label in spans:
                spans[mention.label].append((mention.start + sentence.start, mention.end + sentence.start))
        chemicals, genes = (tuple(sorted(spans[label])) for label in (Label.COMPOUND, Label.TARGET))
        yield Sentence(sentence.text, sentence.start, chemicals, genes, frozenset())


# ---- features ---------------------------------------------------------------------------------------------------


def list_pairs(sentence: Sentence) -> Iterator[Pair]:
    """Every chemical with every gene of a sentence, but for two that are the same words."""
    lower = sentence.text.lower()
    told = [(m.start(), reader.rule.predicate) for reader in readers() for m in reader.find(sentence.text, lower)]
    for chemical in sentence.chemicals:
        for gene in sentence.genes:
            if chemical == gene:
                continue
            first, last = sorted((chemical, gene))
            triggers = [name for at, name in told if first[1] <= at + sentence.start < last[0]]
            known = [READ_AS[name] for name in triggers if name in READ_AS]
            marked, is_first = mark_names(sentence, chemical, gene), chemical < gene
            stems = list(find_stems(marked))
            features = [
                *(f"rule {name}" for name in triggers),
                *list_features(marked, is_chemical_first=is_first),
                *(f"stem {place} {kind}" for place, kind in stems),
                *(f"stem {place} {kind} {is_first} {_is_near(marked)}" for place, kind in stems),
                *list_name_features(sentence, chemical, "C"),
                *list_name_features(sentence, gene, "G"),
            ]
            spoken = frozenset(kind for place, kind in stems if place != "behind")
            yield Pair(chemical, gene, tuple(dict.fromkeys(features)), known[0] if known else NONE, spoken)


def _is_near(marked: str) -> bool:
    return abs(marked.index("@C@") - marked.index("@G@")) < CLOSE


def mark_names(sentence: Sentence, chemical: Span, gene: Span) -> str:
    """The sentence with its names as signs: @C@ and @G@ for the pair, @c@ and @g@ for others, lists cut short."""
    signs = {**dict.fromkeys(sentence.chemicals, "@c@"), **dict.fromkeys(sentence.genes, "@g@")}
    signs |= {chemical: "@C@", gene: "@G@"}
    text, position = "", 0
    ranked = sorted(signs, key=lambda span: (span not in (chemical, gene), span[0] - span[1]))
    kept: list[Span] = []
    for span in ranked:
        if span in (chemical, gene) or not any(span[0] < other[1] and other[0] < span[1] for other in kept):
            kept.append(span)
    for start, end in sorted(kept):
        first, last = max(start - sentence.start, position), end - sentence.start
        text += sentence.text[position:first] + f" {signs[start, end]} "
        position = max(position, last)
    text = re.sub(r"\s+", " ", text + sentence.text[position:])
    return LIST_BEFORE.sub("", LIST_BEHIND.sub(r"\1", text))


def list_features(marked: str, *, is_chemical_first: bool) -> Iterator[str]:
    """The words between the signs of a pair and right beside them, one by one and as one path."""
    words = [word if word.startswith("@") else word.lower() for word in WORD.findall(marked)]
    first, last = sorted((words.index("@C@"), words.index("@G@")))
    order = "CG" if is_chemical_first else "GC"
    between = words[first + 1 : last]
    yield from ("always", f"order {order}", f"many {min(3, sum(word in ('@c@', '@g@') for word in between))} {order}")
    yield f"distance {len(between) if len(between) < NEAR else 'near' if len(between) < FAR else 'far'} {order}"
    if len(between) <= LONGEST_PATH:
        yield f"path {order} {' '.join(word[:STEM_LENGTH] for word in between)}"
    for word in between:
        yield f"between {word[:STEM_LENGTH]}"
        yield f"between {order} {word[:STEM_LENGTH]}"
    for name, at in (("first", first), ("last", last)):
        for reach in (1, 2):
            yield f"{name} {order} {' '.join(words[max(0, at - reach) : at])}|"
            yield f"{name} {order} |{' '.join(words[at + 1 : at + 1 + reach])}"


def find_stems(marked: str) -> Iterator[tuple[str, str]]:
    """Where beside the signs of a pair a stem stands, and the relation that it speaks of."""
    first, last = sorted((marked.index("@C@"), marked.index("@G@")))
    behind = marked[last + 3 : last + 3 + REACH]
    parts = {
        "between": marked[first + 3 : last],
        "beside": f"{marked[max(0, first - REACH) : first]} | {behind}",
        "behind": behind,
    }
    yield from ((place, kind) for place, part in parts.items() for kind, stems in STEM.items() if stems.search(part))


def list_name_features(sentence: Sentence, span: Span, side: str) -> Iterator[str]:
    """What a name itself says: its last word, and whether another name stands around it."""
    name = sentence.text[span[0] - sentence.start : span[1] - sentence.start].lower()
    yield f"head {side} {name.split()[-1] if name.split() else ''}"
    others = (*sentence.chemicals, *sentence.genes)
    yield f"held {side} {any(other != span and other[0] <= span[0] and span[1] <= other[1] for other in others)}"


# ---- the classifier ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Model:
    """A multinomial logistic regression: one column of weights a relation, the first of them for none."""

    vocabulary: dict[str, int]
    kinds: tuple[str, ...]
    weights: NDArray[np.float64]

    @classmethod
    def learn(cls, sentences: Iterable[Sentence]) -> Model:
        """The likeliest weights for the pairs of some sentences, less a penalty."""
        pairs, wanted = [], []
        for sentence in sentences:
            told = {(chemical, gene): kind for chemical, gene, kind in sorted(sentence.relations)}
            for pair in list_pairs(sentence):
                pairs.append(pair)
                wanted.append(told.get(_ends(pair), NONE))
        seen = Counter(name for pair in pairs for name in pair.features)
        vocabulary = {name: place for place, name in enumerate(sorted(name for name in seen if seen[name] >= SEEN))}
        kinds = (NONE, *STEMS)
        matrix = make_matrix(pairs, vocabulary)
        target = np.eye(len(kinds))[[kinds.index(kind) for kind in wanted]]
        return cls(vocabulary, kinds, learn_weights(matrix, target))

    def choose(self, pair: Pair) -> str:
        """The relation of a pair, or none."""
        scores = self.weights[[self.vocabulary[name] for name in pair.features if name in self.vocabulary]].sum(axis=0)
        scores[1:] += EAGERNESS
        scores += [TRUST * (kind in pair.spoken) for kind in self.kinds]
        return self.kinds[int(scores.argmax())]


def make_matrix(pairs: Sequence[Pair], vocabulary: dict[str, int]) -> csr_matrix:
    """One row a pair, one column a feature."""
    places = [[vocabulary[name] for name in pair.features if name in vocabulary] for pair in pairs]
    ends = np.cumsum([0, *(len(row) for row in places)])
    columns = np.array([place for row in places for place in row])
    return csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(pairs), len(vocabulary)))


def learn_weights(matrix: csr_matrix, target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of each feature for each relation, under which the target is likeliest, less a penalty."""
    shape = (matrix.shape[1], target.shape[1])
    turned = matrix.T.tocsr()

    def judge_weights(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape)
        scores = matrix @ weights
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        loss = -(target * logs).sum() + PENALTY / 2 * (weights**2).sum()
        return float(loss), (turned @ (np.exp(logs) - target) + PENALTY * weights).ravel()

    found = minimize(
        judge_weights, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}
    )
    weights: NDArray[np.float64] = found.x.reshape(shape)
    return weights


if __name__ == "__main__":
    main()
