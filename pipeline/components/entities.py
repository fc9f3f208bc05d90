"""Find names by a model of our own: compounds, targets, diseases, species and tissues that no lexicon need know.

The model ships as `pipeline/weights/entities.npz`; docs/model-card.md says what it was trained on and how good it is.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from spacy.language import Language

from pipeline.components import add_mentions, get_text
from pipeline.components.names import GREEK
from pipeline.components.sentences import read_sentences
from pipeline.components.tagger import LONGEST_SENTENCE, Name, Tagger, split_words
from pipeline.errors import UsageError
from pipeline.page import Mention
from pipeline.schema import Label, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from spacy.tokens import Doc

    _Key = tuple[int, tuple[str, ...]]  # a head and the words of a name
    Span = tuple[int, int]  # characters from the first up to, not including, the second

FACTORY = "claimsift_entities"
# What the first part of a head's name stands for: "gene@bc2gm" finds targets.
TYPES = MappingProxyType(
    {
        "chemical": Label.COMPOUND,
        "gene": Label.TARGET,
        "disease": Label.DISEASE,
        "species": Label.SPECIES,
        "anatomy": Label.TISSUE,
    }
)
MOST_DOCS = 32  # docs whose sentences are read together in `pipe`
MOST_TOKENS = 10_000  # of those docs, unless a single one is longer
# Chosen on the part of the corpora that is kept for choosing: 0.2 is no better, and with 0.5 less is found rightly.
SPREADING_SHARE = 0.3  # of the occurrences of a name in a doc that must be found for the others to follow
SHORTEST_SPREAD = 3  # characters of a name that is looked for elsewhere in the doc
SPREAD_MARGIN = 0.5  # of the margin where it was found: what is only spread gives way to what was found


SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("‘’", "'") | dict.fromkeys("“”", '"'))


class ModelSettings(Record):
    """What `entities.json` says of the weights; `product` are the heads that find a label's names, and their shares."""

    name: str
    version: str
    heads: tuple[str, ...]  # "type@corpus", in the order of the weights
    product: dict[Label, dict[str, float]]
    sha256: str  # of `entities.npz`


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or as much of it as is read at once."""

    words: tuple[str, ...]
    places: tuple[Span, ...]


class Entities:
    """Mark the names that the model finds. Those of one label never overlap; those of two may, or be one and the same.

    "Breast cancer" is a disease and, to the model, a tissue; "insulin" may be a compound and a target. To keep one of
    two was measured, and finds fewer names of either.
    """

    def __init__(self, tagger: Tagger, labels: Sequence[Label], how: str) -> None:
        self.tagger = tagger
        self.labels = tuple(labels)
        self.how = how

    def find(self, doc: Doc) -> Iterator[Mention]:
        """Mentions of names in order; none has a concept yet."""
        yield from self._find_all([doc])[0]

    def __call__(self, doc: Doc) -> Doc:
        """Keep the found mentions with the doc."""
        return add_mentions(doc, self.find(doc))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = MOST_DOCS) -> Iterator[Doc]:
        """The same for many docs, whose sentences are read together: twice as fast where docs are short."""
        for docs in _group_docs(stream, min(batch_size, MOST_DOCS)):
            for doc, mentions in zip(docs, self._find_all(docs), strict=True):
                yield add_mentions(doc, mentions)

    def _find_all(self, docs: Sequence[Doc]) -> list[list[Mention]]:
        texts = [get_text(doc) for doc in docs]
        pieces = [list(_cut_doc(doc, text)) for doc, text in zip(docs, texts, strict=True)]
        names = iter(self.tagger.find([piece.words for some in pieces for piece in some]))
        return [
            list(self._make_mentions(text, some, list(islice(names, len(some)))))
            for text, some in zip(texts, pieces, strict=True)
        ]

    def _make_mentions(self, text: str, pieces: Sequence[_Piece], found: Sequence[list[Name]]) -> Iterator[Mention]:
        spread = spread_names([piece.words for piece in pieces], found)
        for piece, names in zip(pieces, spread, strict=True):
            for name in _drop_overlaps(names):
                start, end = piece.places[name.first][0], piece.places[name.last][1]
                yield Mention(
                    start=start,
                    end=end,
                    text=text[start:end],
                    label=self.labels[name.head],
                    how=self.how,
                    score=round(float(name.margin), 2),
                )


@Language.factory(
    FACTORY, assigns=["doc._.claimsift"], requires=["token.is_sent_start"], default_config={"guideline": None}
)
def make_entities(nlp: Language, name: str, guideline: str | None) -> Entities:
    """The component over the model that ships with the package; `guideline` as for `read_guideline`."""
    return load_entities(read_guideline(guideline) if guideline else None)


@cache
def model_settings() -> ModelSettings:
    """What the package says of its model."""
    return ModelSettings.model_validate_json((_weights() / "entities.json").read_text(encoding="utf-8"))


def load_entities(
    heads: Mapping[Label, Mapping[str, float]] | None = None, *, labels: Iterable[Label] | None = None
) -> Entities:
    """The component, with other heads for some labels, and for some labels only, if so wished.

    The heads decide where the line of a type is drawn: `{Label.TARGET: {"gene@biored": 1.0}}`. Raises KeyError for a
    head that the model does not have.
    """
    settings = model_settings()
    chosen = {**settings.product, **(heads or {})}
    chosen = {label: chosen[label] for label in (chosen if labels is None else labels)}
    with np.load(BytesIO((_weights() / "entities.npz").read_bytes()), allow_pickle=False) as stored:
        weights = {name: stored[name] for name in stored.files}
    words = weights.pop("words").tobytes().decode("utf-8").split("\n")
    rows = {head: row for row, head in enumerate(settings.heads)}
    shares = [{rows[head]: share for head, share in mixed.items()} for mixed in chosen.values()]
    return Entities(Tagger(weights, words, shares), tuple(chosen), f"ner:{settings.name}-{settings.version}")


def read_guideline(corpus: str) -> dict[Label, dict[str, float]]:
    """The heads that draw the line of each type where the makers of a corpus drew it: "bc2gm", "biored", "ncbi".

    Raises UsageError for a corpus that the model does not know.
    """
    heads = [head for head in model_settings().heads if head.partition("@")[2] == corpus]
    if not heads:
        known = sorted({head.partition("@")[2] for head in model_settings().heads})
        message = f"guideline '{corpus}': is none of those that the model learned: {', '.join(known)}."
        raise UsageError(message)
    return {TYPES[head.partition("@")[0]]: {head: 1.0} for head in heads}


def spread_names(sentences: Sequence[tuple[str, ...]], found: Sequence[Sequence[Name]]) -> list[list[Name]]:
    """The found names of each sentence, and the same words elsewhere where enough of their occurrences were found."""
    margins: dict[_Key, list[float]] = {}
    for words, names in zip(sentences, found, strict=True):
        for name in names:
            margins.setdefault((name.head, words[name.first : name.last + 1]), []).append(name.margin)
    spread = [list(names) for names in found]
    for key, places in _find_missed(sentences, found, margins).items():
        seen = margins[key]
        if len(seen) < SPREADING_SHARE * (len(seen) + len(places)):
            continue
        margin = SPREAD_MARGIN * sum(seen) / len(seen)
        for number, first in places:
            spread[number].append(Name(first, first + len(key[1]) - 1, key[0], margin))
    return spread


def _find_missed(
    sentences: Sequence[tuple[str, ...]], found: Sequence[Sequence[Name]], wanted: Collection[_Key]
) -> dict[_Key, list[tuple[int, int]]]:
    """Sentence and first word of each occurrence of the wanted words where their head found nothing."""
    sizes: dict[str, set[tuple[int, int]]] = {}
    for head, words in wanted:
        if sum(map(len, words)) >= SHORTEST_SPREAD:
            sizes.setdefault(words[0], set()).add((head, len(words)))
    missed: dict[_Key, list[tuple[int, int]]] = {}
    for number, words in enumerate(sentences):
        taken = {(name.head, place) for name in found[number] for place in range(name.first, name.last + 1)}
        for first, word in enumerate(words):
            for head, size in sizes.get(word, ()):
                key = head, words[first : first + size]
                if key in wanted and not any((head, place) in taken for place in range(first, first + size)):
                    missed.setdefault(key, []).append((number, first))
    return missed


def _drop_overlaps(names: Sequence[Name]) -> list[Name]:
    """Names in order without those that overlap a surer one of the same head."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda name: (-name.margin, name.first)):
        same = (other for other in kept if other.head == name.head)
        if all(name.last < other.first or name.first > other.last for other in same):
            kept.append(name)
    return sorted(kept, key=lambda name: (name.first, -name.last, name.head))


def _group_docs(stream: Iterable[Doc], most: int) -> Iterator[list[Doc]]:
    docs: list[Doc] = []
    size = 0
    for doc in stream:
        docs.append(doc)
        size += len(doc)
        if len(docs) >= most or size >= MOST_TOKENS:
            yield docs
            docs, size = [], 0
    if docs:
        yield docs


def _cut_doc(doc: Doc, text: str) -> Iterator[_Piece]:
    for start, end in read_sentences(doc, text):
        places = tuple(split_words(text, start, end))
        for first in range(0, len(places), LONGEST_SENTENCE):
            some = places[first : first + LONGEST_SENTENCE]
            yield _Piece(tuple(spell_word(text[low:high]) for low, high in some), some)


@lru_cache(maxsize=4096)
def spell_word(word: str) -> str:
    """A word as the corpora spell it, which hold plain letters: "-" for each dash, "beta" for β, "2" for ²."""
    if word.isascii():
        return word
    return GREEK.get(word) or unicodedata.normalize("NFKC", word.translate(SIGNS)) or word


def _weights() -> Traversable:
    return files("pipeline") / "weights"
