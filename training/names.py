"""Words of names of substances, from the FDA's UNII list (public domain): a feature of the model, not a lexicon."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from pipeline.components.tagger import WORD, hash_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

SHORTEST = 4  # letters; shorter words mean too many things
RAREST = 3  # names in which a word must occur that is no name by itself
OFTEN = (10, 100)  # names in which a word occurs, where the next level begins
ALONE = 4  # added to the level of a word that is a name by itself


def read_names(path: Path) -> Iterable[str]:
    """The names of a file `UNII_Names.txt`, without what stands in brackets behind them."""
    with path.open(encoding="utf-8", errors="replace") as file:
        next(file)
        for line in file:
            yield re.sub(r"\s*\[[^\[\]]*\]", "", line.split("\t", 1)[0]).strip().lower()


def list_words(names: Iterable[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Hashes of words in order, and the level of each: how often names hold it, and whether it is one by itself."""
    counts: Counter[str] = Counter()
    alone: set[str] = set()
    for name in names:
        words = [word for word in WORD.findall(name) if len(word) >= SHORTEST and not word.isdigit()]
        counts.update(set(words))
        if words == [name]:
            alone.add(name)
    levels = {
        hash_name(word): sum(count >= bound for bound in (RAREST, *OFTEN)) + ALONE * (word in alone)
        for word, count in counts.items()
        if count >= RAREST or word in alone
    }
    order = sorted(levels)
    return np.array(order, dtype=np.uint32), np.array([levels[place] for place in order], dtype=np.uint8)
