"""Sentences as numbers, and batches of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from pipeline.components.sentences import find_sentences
from pipeline.components.tagger import (
    BEGIN,
    END,
    INSIDE,
    LONGEST_SENTENCE,
    SINGLE,
    TAGS,
    fold_word,
    hash_features,
    number_kinds,
    split_words,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from training.corpora import Passage, Span

UNLABELLED_HEADS = 3  # heads of a sentence that are learned from teachers in one batch, of those it has no gold for
GOLD_SHARE = 0.8  # of a target, where there is gold and teachers have a say too
HOT = np.eye(TAGS, dtype=np.float32)


@dataclass(slots=True)
class Sentence:
    """Different words by number, the gold tags of the heads that its corpus annotates, and what teachers believe.

    `belief` are marginals [words, heads, TAGS] of every head.
    """

    words: npt.NDArray[np.int64]
    tags: Mapping[int, npt.NDArray[np.int64]]
    belief: npt.NDArray[np.float16] | None = None


@dataclass(slots=True)
class Vocabulary:
    """Different words as written, with all that the network knows of each."""

    known: Mapping[str, int]  # rows of the table of words
    rows: int  # of the table of letters
    listed: npt.NDArray[np.uint32]
    levels: npt.NDArray[np.uint8]
    numbers: dict[str, int] = field(default_factory=dict)
    folded: list[int] = field(default_factory=list)
    features: list[npt.NDArray[np.int64]] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)  # of rows of the table of words, in training

    def add(self, word: str) -> int:
        """The number of a word."""
        number = self.numbers.get(word)
        if number is None:
            number = self.numbers[word] = len(self.numbers)
            self.folded.append(self.known.get(fold_word(word), 0))
            self.features.append(np.array(hash_features(word, self.rows)))
            self.kinds.append(int(number_kinds([word], self.listed, self.levels)[0]))
        return number


@dataclass(frozen=True, slots=True)
class Batch:
    """Sentences as the network takes them: [n, words] numbers into the different words, and pairs with targets."""

    words: torch.Tensor
    rows: torch.Tensor
    bags: torch.Tensor
    kinds: torch.Tensor
    index: torch.Tensor
    lengths: torch.Tensor
    pairs: torch.Tensor  # (sentence, head)
    target: torch.Tensor  # [pairs, words, TAGS]
    sure: torch.Tensor  # [pairs]: 1 where there is gold


def read_sentences(passages: Iterable[Passage], vocabulary: Vocabulary, heads: Sequence[str]) -> Iterator[Sentence]:
    """The sentences of the passages; their words are counted where they are for training."""
    rows = {head: row for row, head in enumerate(heads)}
    for passage in passages:
        for start, end in find_sentences(passage.text):
            places = list(split_words(passage.text, start, end))
            for low in range(0, len(places), LONGEST_SENTENCE):
                some = places[low : low + LONGEST_SENTENCE]
                words = [vocabulary.add(passage.text[first:last]) for first, last in some]
                if passage.part == "train":
                    vocabulary.counts.update(vocabulary.folded[word] for word in words)
                tags = {rows[head]: tag_words(some, spans) for head, spans in passage.spans.items()}
                yield Sentence(np.array(words), tags)


def tag_words(places: Sequence[Span], spans: Iterable[Span]) -> npt.NDArray[np.int64]:
    """The tag of each word; a span that begins or ends within a word covers the whole word."""
    tags = np.zeros(len(places), dtype=np.int64)
    for start, end in spans:
        inside = [number for number, (low, high) in enumerate(places) if low < end and high > start]
        if not inside or tags[inside].any():
            continue
        tags[inside] = INSIDE
        tags[inside[0]], tags[inside[-1]] = BEGIN, END
        if len(inside) == 1:
            tags[inside[0]] = SINGLE
    return tags


def cut_batches(sentences: Iterable[Sentence], size: int, shuffler: random.Random) -> list[list[Sentence]]:
    """Batches of at most `size` words, padding included, of sentences of like length, in random order."""
    order = sorted(sentences, key=lambda sentence: len(sentence.words) + 4 * shuffler.random())
    batches: list[list[Sentence]] = []
    now: list[Sentence] = []
    for sentence in order:
        longest = max(len(sentence.words), *(len(other.words) for other in now[-1:] or [sentence])) + 4
        if now and longest * (len(now) + 1) > size:
            batches.append(now)
            now = []
        now.append(sentence)
    batches.append(now)
    shuffler.shuffle(batches)
    return batches


def make_batch(
    sentences: Sequence[Sentence],
    vocabulary: Vocabulary,
    *,
    forget: npt.NDArray[np.float64] | None = None,
    every_head: int = 0,
    rng: np.random.Generator | None = None,
) -> Batch:
    """A batch of sentences.

    `forget` says for each row of the table of words how likely it is taken for unknown; `every_head` heads are asked
    of every sentence instead of those with a target.
    """
    rng = rng or np.random.default_rng(0)
    lengths = np.array([len(sentence.words) for sentence in sentences])
    numbers = np.zeros((len(sentences), lengths.max()), dtype=np.int64)
    for row, sentence in enumerate(sentences):
        numbers[row, : lengths[row]] = sentence.words
    some, index = np.unique(numbers, return_inverse=True)
    folded = np.array([vocabulary.folded[word] for word in some])
    if forget is not None:
        folded[rng.random(len(folded)) < forget[folded]] = 0
    features = [vocabulary.features[word] for word in some]
    if every_head:
        pairs = [(row, head) for row in range(len(sentences)) for head in range(every_head)]
    else:
        pairs = [(row, head) for row, sentence in enumerate(sentences) for head in _choose_heads(sentence, rng)]
    target = np.zeros((len(pairs), lengths.max(), TAGS), dtype=np.float32)
    for place, (row, head) in enumerate(pairs):
        target[place, : lengths[row]] = _aim(sentences[row], head)
    sure = [head in sentences[row].tags for row, head in pairs]
    return Batch(
        words=torch.from_numpy(folded),
        rows=torch.from_numpy(np.concatenate(features)),
        bags=torch.from_numpy(np.cumsum([0, *map(len, features[:-1])])),
        kinds=torch.tensor([vocabulary.kinds[word] for word in some]),
        index=torch.from_numpy(index.reshape(numbers.shape)),
        lengths=torch.from_numpy(lengths),
        pairs=torch.tensor(pairs),
        target=torch.from_numpy(target),
        sure=torch.tensor(sure, dtype=torch.float32),
    )


def _choose_heads(sentence: Sentence, rng: np.random.Generator) -> Iterator[int]:
    """The heads with gold, and some of those that only teachers know."""
    yield from sentence.tags
    if sentence.belief is not None:
        others = [head for head in range(sentence.belief.shape[1]) if head not in sentence.tags]
        yield from rng.choice(others, size=UNLABELLED_HEADS, replace=False).tolist()


def _aim(sentence: Sentence, head: int) -> npt.NDArray[np.float32]:
    """What the marginals [words, TAGS] should be."""
    gold = HOT[sentence.tags[head]] if head in sentence.tags else None
    belief = sentence.belief[:, head].astype(np.float32) if sentence.belief is not None else None
    if belief is None:
        return gold if gold is not None else np.zeros((len(sentence.words), TAGS), dtype=np.float32)
    return belief if gold is None else GOLD_SHARE * gold + (1 - GOLD_SHARE) * belief
