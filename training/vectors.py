"""Word vectors of our own, learned from the texts at hand: the start of the model's table of words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from pipeline.components.sentences import find_sentences
from pipeline.components.tagger import fold_word, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt

WIDTH = 100  # numbers in a vector
RAREST = 2  # a word that occurs less often has no vector
EPOCHS = 12
SEED = 1


def learn_vectors(texts: Iterable[str]) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Words, the most frequent first, and their skip-gram vectors as rows."""
    from gensim.models import Word2Vec

    sentences = [words for text in texts for words in fold_sentences(text)]
    model = Word2Vec(
        sentences, vector_size=WIDTH, window=4, min_count=RAREST, sg=1, negative=8, sample=1e-4,
        epochs=EPOCHS, workers=2, seed=SEED,
    )  # fmt: skip
    return list(model.wv.index_to_key), np.asarray(model.wv.vectors, dtype=np.float32)


def fold_sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence as the table of words knows them."""
    for start, end in find_sentences(text):
        yield [fold_word(text[first:last]) for first, last in split_words(text, start, end)]


def read_markup(folder: Path) -> Iterator[str]:
    """The text of every XML file below `folder`, tags left out: more sentences for the vectors, no labels."""
    for path in sorted(folder.rglob("*.xml")):
        content = path.read_text(encoding="utf-8", errors="replace")
        for passage in re.findall(r"<(?:p|text|sentence)[ >].*?</(?:p|text|sentence)>", content, re.DOTALL):
            yield re.sub(r"\s+", " ", re.sub(r"<[^<>]{0,500}>", " ", passage)).strip()
