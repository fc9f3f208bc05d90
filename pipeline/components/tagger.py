"""The network behind the entity component, in plain numpy: words, their features, a BiLSTM and a Viterbi search.

Each word has a vector made of its own row in a table, of hashed pieces of its letters (Bojanowski et al., Enriching
Word Vectors with Subword Information, 2017), and of how it is written. A sentence is read in both directions, and each
type of name has scores and a Viterbi search of its own (Lample et al., Neural Architectures for Named Entity
Recognition, 2016), so that names of different types may overlap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Places = npt.NDArray[np.int64]

T = TypeVar("T")

# "IL-2Rα (5-HT)": IL, -, 2Rα, (, 5, -, HT, ). Spaces tell nothing, so that all texts look alike.
WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
DIGIT = re.compile(r"\d")
LONGEST_WORD = 40  # characters; of a longer one both ends are looked at
REPEATED = re.compile(r"(.)\1\1+")
# Letters and digits as their kind: "IL2Rα" is "XX0Xg".
SHAPE = str.maketrans(
    dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "X")
    | dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "x")
    | dict.fromkeys("0123456789", "0")
    | dict.fromkeys("αβγδεζηθικλμνξοπρστυφχψω", "g")
)
CASES = 16  # more than the ways to write a word that `number_case` tells apart
LEVELS = 8  # ways in which a word may stand in the list of names of substances

BEGIN, INSIDE, END, SINGLE = 1, 2, 3, 4
TAGS = 5  # O, B, I, E, S
# May the column follow the row? A name begins with B or S, goes on with I, ends with E or S.
FOLLOWS = np.array([[1, 1, 0, 0, 1], [0, 0, 1, 1, 0], [0, 0, 1, 1, 0], [1, 1, 0, 0, 1], [1, 1, 0, 0, 1]], dtype=bool)
STARTS = np.array([1, 1, 0, 0, 1], dtype=bool)
ENDS = np.array([1, 0, 0, 1, 1], dtype=bool)
IMPOSSIBLE = np.float32(-1e4)  # a score that no sum of others reaches

NOTHING = 4.0  # how far O must win over every other tag of a sentence for the search to be left out

LONGEST_SENTENCE = 150  # words that are read together; a longer sentence is read in pieces
BATCH = 96  # sentences that are read together: more save no time, and the memory grows with them
MOST_WORDS_KEPT = 30_000  # different words whose vectors are kept: 30 MB
WORDS_AT_ONCE = 2_000  # different words whose vectors are made together


@dataclass(frozen=True, slots=True)
class Name:
    """Words `first` to `last` (both included) of a sentence, the head that found them, and how sure it is.

    `margin` is the mean over the words of how far the chosen tag scores above the tag of no name.
    """

    first: int
    last: int
    head: int
    margin: float


class Tagger:
    """Finds names in sentences of words.

    `weights` are those of the network, `words` the rows of its table of words. Each of `heads` is a sum of the weights'
    heads, by row, with the share of each.
    """

    def __init__(
        self, weights: Mapping[str, npt.NDArray[Any]], words: Sequence[str], heads: Sequence[Mapping[int, float]]
    ) -> None:
        self.heads = len(heads)
        self.known = {word: place + 1 for place, word in enumerate(words)}
        self.word_table = weights["word"]
        self.word_scale = weights["word_scale"].astype(np.float32)
        self.row_table = weights["row"]
        self.row_scale = weights["row_scale"].astype(np.float32)
        self.kind_table = weights["kind"].astype(np.float32)  # [CASES * LEVELS, width]
        self.listed, self.levels = weights["listed"], weights["levels"]
        self.ahead = _ready_gates(weights, "ahead")
        self.behind = _ready_gates(weights, "behind")
        self.hidden = self.ahead[2].shape[0]
        out, bias, steps = (weights[name].astype(np.float32) for name in ("out", "out_bias", "steps"))
        self.out = np.ascontiguousarray(np.concatenate([_mix(out, shares) for shares in heads]).T)
        self.out_bias = np.concatenate([_mix(bias, shares) for shares in heads])
        self.steps = np.stack([_mix(steps, shares) for shares in heads])
        width = sum(map(len, (self.word_scale, self.row_scale, self.kind_table[0])))
        self.vectors = np.zeros((MOST_WORDS_KEPT + BATCH * LONGEST_SENTENCE + 1, width), dtype=np.float32)
        self.kept: dict[str, int] = {}

    def find(self, sentences: Sequence[Sequence[str]]) -> list[list[Name]]:
        """The names of each sentence by first word, those of different heads independent of each other."""
        found: list[list[Name]] = [[] for _ in sentences]
        order = sorted((place for place, words in enumerate(sentences) if words), key=lambda at: -len(sentences[at]))
        for batch in _cut(order, BATCH):
            scores, lengths = self.score([sentences[place] for place in batch])
            for row, name in self._search(scores, lengths):
                found[batch[row]].append(name)
        return found

    def score(self, sentences: Sequence[Sequence[str]]) -> tuple[Floats, Places]:
        """Scores [sentences, words, heads, TAGS] and lengths of sentences that are sorted by falling length."""
        lengths = np.array([len(words) for words in sentences])
        ids = np.zeros((len(sentences), int(lengths[0])), dtype=np.int64)
        self._number_words(sentences, ids)
        some, index = np.unique(ids, return_inverse=True)
        index = index.reshape(ids.shape)
        vectors = self.vectors[some]
        encoded = np.concatenate(
            [
                _read(vectors, index, lengths, self.ahead, ahead=True),
                _read(vectors, index, lengths, self.behind, ahead=False),
            ],
            axis=2,
        )
        scores = encoded.reshape(-1, 2 * self.hidden) @ self.out + self.out_bias
        return scores.reshape(*ids.shape, self.heads, TAGS), lengths

    def _search(self, scores: Floats, lengths: Places) -> Iterator[tuple[int, Name]]:
        count, longest, heads, _ = scores.shape
        flat = scores.transpose(0, 2, 1, 3).reshape(count * heads, longest, TAGS)
        # Most sentences name nothing of most types; where O wins by far everywhere, there is nothing to search.
        rows = np.flatnonzero((flat[:, :, 1:].max(2) - flat[:, :, 0]).max(1) > -NOTHING)
        if not len(rows):
            return
        flat = flat[rows]
        tags = search_tags(flat, np.tile(self.steps, (count, 1, 1))[rows], np.repeat(lengths, heads)[rows])
        above = np.take_along_axis(flat, tags[:, :, None].astype(np.int64), axis=2)[:, :, 0] - flat[:, :, 0]
        for place in np.flatnonzero(tags.any(1)).tolist():
            row, head = divmod(int(rows[place]), heads)
            for first, last in read_names(tags[place]):
                margin = sum(above[place, first : last + 1].tolist()) / (last + 1 - first)
                yield row, Name(first, last, head, margin)

    def _number_words(self, sentences: Sequence[Sequence[str]], ids: Places) -> None:
        """Fill `ids` with the rows of `vectors` that hold the words, making those that are not there yet."""
        if len(self.kept) > MOST_WORDS_KEPT:
            self.kept.clear()
        kept = self.kept
        new = dict.fromkeys(word for words in sentences for word in words if word not in kept)
        for some in _cut(new, WORDS_AT_ONCE):
            first = len(kept)
            self.vectors[first : first + len(some)] = self.embed(some)
            kept.update(zip(some, range(first, first + len(some)), strict=True))
        for row, words in enumerate(sentences):
            ids[row, : len(words)] = [kept[word] for word in words]

    def embed(self, words: Sequence[str]) -> Floats:
        """Vectors [words, width] of different words."""
        known = np.array([self.known.get(fold_word(word), 0) for word in words])
        features = [hash_features(word, len(self.row_table)) for word in words]
        sizes = np.array([len(rows) for rows in features])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        rows = self.row_table[np.concatenate([np.array(rows) for rows in features])]
        sums = np.add.reduceat(rows, starts, axis=0, dtype=np.int32)
        return np.concatenate(
            [
                self.word_table[known] * self.word_scale,
                sums / sizes[:, None].astype(np.float32) * self.row_scale,
                self.kind_table[number_kinds(words, self.listed, self.levels)],
            ],
            axis=1,
            dtype=np.float32,
        )


Gates = tuple["Floats", "Floats", "Floats"]  # weights of the vectors, bias, weights of what was read before


def _mix(rows: Floats, shares: Mapping[int, float]) -> Floats:
    """The sum of some rows, each times its share."""
    mixed: Floats = np.sum([rows[row] * np.float32(share) for row, share in shares.items()], axis=0)
    return mixed


def _ready_gates(weights: Mapping[str, npt.NDArray[Any]], name: str) -> Gates:
    """Gates in the order input, forget, output, new; the first three halved, as sigmoid(x) = (tanh(x/2) + 1) / 2."""
    parts = [weights[f"{name}_{part}"].astype(np.float32) for part in ("in", "bias", "again")]
    hidden = parts[2].shape[0]
    new = np.arange(2 * hidden, 3 * hidden)  # torch has it third
    order = np.concatenate([np.arange(2 * hidden), new + hidden, new])
    half = np.where(np.arange(4 * hidden) < 3 * hidden, np.float32(0.5), np.float32(1))
    ready = [np.ascontiguousarray(part[..., order] * half) for part in parts]
    return ready[0], ready[1], ready[2]


def _read(vectors: Floats, index: Places, lengths: Places, gates: Gates, *, ahead: bool) -> Floats:
    """What the network knows after each word, read from the first to the last, or from the last to the first."""
    taken = vectors @ gates[0] + gates[1]
    count, longest = index.shape
    hidden = gates[2].shape[0]
    out = np.zeros((count, longest, hidden), dtype=np.float32)
    state, cell = np.zeros((count, hidden), dtype=np.float32), np.zeros((count, hidden), dtype=np.float32)
    active = _count_active(lengths, longest)
    for place in range(longest) if ahead else reversed(range(longest)):
        live = active[place]
        gate = state[:live] @ gates[2]
        gate += taken[index[:live, place]]
        state[:live], cell[:live] = _step(gate, cell[:live], hidden)
        out[:live, place] = state[:live]
    return out


def _step(gate: Floats, cell: Floats, hidden: int) -> tuple[Floats, Floats]:
    """One step of the LSTM: the new state and cell."""
    np.tanh(gate, out=gate)
    doors = gate[:, : 3 * hidden]
    doors += 1
    doors *= 0.5
    cell = doors[:, hidden : 2 * hidden] * cell
    cell += doors[:, :hidden] * gate[:, 3 * hidden :]
    return doors[:, 2 * hidden :] * np.tanh(cell), cell


def _count_active(lengths: Places, longest: int) -> list[int]:
    """How many of the sentences, which stand by falling length, reach each place."""
    return [int(np.searchsorted(-lengths, -place, side="left")) for place in range(longest)]


def _cut(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def split_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Places of the words of `text` between two characters: runs of letters and digits, and single other signs."""
    for match in WORD.finditer(text, start, end):
        yield match.span()


def fold_word(word: str) -> str:
    """A word as the table of words knows it: in lower case, each digit a zero."""
    return DIGIT.sub("0", word[:LONGEST_WORD].lower())


def hash_features(word: str, rows: int) -> list[int]:
    """Rows of the table of letters for a word: the word, its shape, beginnings, ends and inner pieces."""
    if len(word) > LONGEST_WORD:
        word = word[: LONGEST_WORD // 2] + word[-LONGEST_WORD // 2 :]
    lower = word.lower()
    edged = f"<{lower}>"
    names = [f"w{word}", f"l{lower}", f"s{_shape(word)}"]
    names += [f"p{word[:size]}" for size in range(1, 5)]
    names += [f"e{word[-size:]}" for size in range(1, 6)]
    names += [edged[place : place + size] for size in (3, 4) for place in range(len(edged) - size + 1)]
    return [crc32(name.encode("utf-8", "surrogatepass")) % rows for name in dict.fromkeys(names)]


def hash_name(word: str) -> int:
    """What stands for a word in the list of names of substances."""
    return crc32(word[:LONGEST_WORD].lower().encode("utf-8", "surrogatepass"))


def number_kinds(words: Sequence[str], listed: npt.NDArray[np.uint32], levels: npt.NDArray[np.uint8]) -> Places:
    """Rows of the table of kinds: how each word is written, and its level in the list (0 where it does not stand)."""
    hashes = np.array([hash_name(word) for word in words], dtype=np.uint32)
    found = np.minimum(np.searchsorted(listed, hashes), len(listed) - 1)
    level = np.where(listed[found] == hashes, levels[found], 0)
    cases = np.array([number_case(word) for word in words], dtype=np.int64)
    rows: Places = cases * LEVELS + level
    return rows


def search_tags(scores: Floats, steps: Floats, lengths: Places) -> npt.NDArray[np.int8]:
    """The best sequence of tags for each row, by Viterbi: [n, words] of O, B, I, E, S as 0 to 4.

    `scores` [n, words, TAGS], `steps` [n, TAGS, TAGS]; what stands behind a row's length is O.
    """
    count, longest, _ = scores.shape
    local = np.ascontiguousarray(scores.transpose(1, 2, 0))  # rows last: numpy is fast along the last axis
    move = np.ascontiguousarray(np.where(FOLLOWS, steps, IMPOSSIBLE).transpose(1, 2, 0))
    came = np.zeros((longest, TAGS, count), dtype=np.int8)
    best = local[0] + np.where(STARTS, np.float32(0), IMPOSSIBLE)[:, None]
    for place in range(1, longest):
        ways = best[:, None] + move
        now = ways[0]
        for tag in range(1, TAGS):
            better = ways[tag] > now
            came[place][better] = tag
            now = np.maximum(now, ways[tag])
        best = np.where(place < lengths, now + local[place], best)
    tag_now = (best + np.where(ENDS, np.float32(0), IMPOSSIBLE)[:, None]).argmax(0)
    tags = np.zeros((count, longest), dtype=np.int8)
    rows = np.arange(count)
    for place in range(longest - 1, -1, -1):
        inside = place < lengths
        tags[:, place] = np.where(inside, tag_now, 0)
        tag_now = np.where(inside, came[place][tag_now, rows], tag_now)
    return tags


def read_names(tags: npt.NDArray[np.int8]) -> Iterator[tuple[int, int]]:
    """First and last word of each name in one row of tags."""
    first = 0
    for place in np.flatnonzero(tags):
        if tags[place] in {BEGIN, SINGLE}:
            first = int(place)
        if tags[place] in {END, SINGLE}:
            yield first, int(place)


def _shape(word: str) -> str:
    return REPEATED.sub(r"\1\1", word.translate(SHAPE))


def number_case(word: str) -> int:
    """How a word is written, as a number below `CASES`."""
    if word.isdigit():
        return 0
    if not word.isalnum():
        return 1
    digit = any(map(str.isdigit, word))
    if word.islower():
        return 2 + digit
    if word.isupper():
        return 4 if digit else 4 + min(len(word), 6)
    if word[0].isupper() and word[1:].islower():
        return 11 + digit
    return 13 + digit
