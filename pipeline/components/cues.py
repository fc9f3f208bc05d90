"""Words that make a statement negative, hedged, open, reported or anecdotal, and how far each of them reaches.

After ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002): the longest phrase wins, pseudo-cues switch off
the shorter cue inside them, and a scope runs from its cue to the end of the clause, which stop phrases mark. Cues
are rows of `lexicons/cues.jsonl`, stops rows of `lexicons/cue_stops.jsonl`. In both, `(a|b|)` is a choice, `#` a word
that begins with a digit, and one `*` a gap of up to `WIDEST_GAP` words.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spacy.language import Language

from pipeline.components import add_mentions, get_text
from pipeline.components.sentences import find_sentences, read_sentences
from pipeline.lexicon import CueRow, LexiconRow, read_rows, remember
from pipeline.page import Cue, Mention
from pipeline.schema import Effect, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Doc

WIDEST_GAP = 14  # words between "study" and "reported"; wide enough for "published in the *Annals of the Academy*"
NITRIC_OXIDE = "NO"

# "does" and "n't" are two words; a hyphen is a word of its own.
WORD = re.compile(r"\w+?(?=n['’]t\b)|n['’]t\b|\w+|[^\w\s]")
CHOICE = re.compile(r"\(([^()]*)\)")
# No gap reaches over one of these: another clause, or a verb of its own ("the study is a
# reported case", "trials to confirm it").
CLOSED_GAP = frozenset((*";:|—", "is", "are", "was", "were", "to"))
OPENING = frozenset("([")
CLOSING = frozenset(")]")
LEADING = frozenset(":…")
# "Trials could yet show that it works": what none has shown.
MODALS = frozenset({"may", "might", "could", "would", "will", "should"})
DENIED = frozenset({"not", "n't"})


class Stop(LexiconRow):
    """Phrases at which a scope ends. In `fires` the mark stands on the phrase."""

    phrases: tuple[str, ...]
    leading: tuple[str, ...] = ()  # only for these cues, and only where they open their sentence
    denials: bool = False  # only for negations: what may be so may also be what follows from it


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text, folded, and its characters."""

    folded: str
    start: int
    end: int


@dataclass(slots=True)
class Node:
    """A place in phrases: the places behind each word that may follow, and the rows of the phrases that end here."""

    following: dict[str, list[Node]] = field(default_factory=dict)
    row: tuple[int, str] | None = None  # with the number of the phrase: of two that end alike, the first counts
    tails: tuple[tuple[Node, str], ...] = ()  # what may come behind a gap

    def step(self, word: str) -> Sequence[Node]:
        """The places behind one more word; a number that is not written out stands for any number."""
        nodes = self.following.get(word)
        if nodes is None and word[0].isdigit():
            nodes = self.following.get("#")
        return nodes or ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: its row, and its first word and the word after its last one."""

    row: str
    first: int
    last: int


def split_words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words and signs of a text from `start` to `end`, folded to lower case and straight apostrophes.

    A lone "NO" in capitals is nitric oxide and stays as it is written.
    """
    matches = list(WORD.finditer(text, start, len(text) if end is None else end))
    words = [Word(match[0].lower().replace("’", "'"), *match.span()) for match in matches]
    for at, match in enumerate(matches):
        if match[0] == NITRIC_OXIDE and not any(_is_shouted(near[0]) for near in matches[max(0, at - 1) : at + 2]):
            words[at] = Word(NITRIC_OXIDE, *match.span())
    return words


def _is_shouted(word: str) -> bool:
    return word.isupper() and len(word) > 1 and word != NITRIC_OXIDE


@remember
def cue_rows() -> dict[str, CueRow]:
    """The cues by id."""
    return {row.id: row for row in read_rows("cues", CueRow)}


@remember
def stop_rows() -> dict[str, Stop]:
    """The stops by id."""
    return {row.id: row for row in read_rows("cue_stops", Stop)}


@remember
def _cue_tree() -> Node:
    return _grow({row.id: row.phrases for row in cue_rows().values()})


@remember
def _stop_tree(*, leading: bool) -> Node:
    return _grow({row.id: row.phrases for row in stop_rows().values() if bool(row.leading) is leading})


@dataclass(frozen=True, slots=True)
class Stops:
    """Where the stops of a sentence begin and end, as places of words in order."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, hits: Iterable[Hit]) -> Stops:
        """The places of some phrases."""
        found = tuple(hits)
        return cls(tuple(hit.first for hit in found), tuple(hit.last for hit in found))


def _grow(phrases: dict[str, tuple[str, ...]]) -> Node:
    """The phrases from their common beginning; where two rows have the same phrase, the first keeps it."""
    root = Node()
    for number, (row, phrase) in enumerate((row, phrase) for row, written in phrases.items() for phrase in written):
        head, _, tail = phrase.partition("*")
        ends = _add_phrase(root, head)
        if not tail:
            for end in ends:
                end.row = (number, row)
            continue
        behind = Node()
        for end in _add_phrase(behind, tail):
            end.row = (number, row)
        for end in ends:
            end.tails += ((behind, row),)
    return root


def _add_phrase(root: Node, phrase: str) -> list[Node]:
    """The places where a phrase with choices ends.

    All choices of one place meet again behind it: were each to go on by itself, a phrase with six places of ten
    choices would have a million ends.
    """
    ends = [root]
    for at, part in enumerate(CHOICE.split(phrase)):
        choices = part.split("|") if at % 2 else [part]  # every other part was in brackets
        spelled = [words for choice in choices if (words := [word.folded for word in split_words(choice)])]
        if not spelled:
            continue
        meeting = Node()
        for words in spelled:
            _lead(ends, words, meeting)
        ends = [*ends, meeting] if len(spelled) < len(choices) else [meeting]
    return [end for end in ends if end is not root]


def _lead(ends: Iterable[Node], words: Sequence[str], meeting: Node) -> None:
    """Go from each end by the words to one place."""
    nodes = [*(Node() for _ in words[1:]), meeting]
    for end in ends:
        end.following.setdefault(words[0], []).append(nodes[0])
    for node, word, behind in zip(nodes, words[1:], nodes[1:], strict=False):
        node.following.setdefault(word, []).append(behind)


def find_cues(text: str, sentences: Iterable[tuple[int, int]] | None = None) -> Iterator[Mention]:
    """The cues of a text in order, each with the characters that it reaches; a cue that reaches none is left out."""
    for start, end in find_sentences(text) if sentences is None else sentences:
        words = split_words(text, start, end)
        hits = [hit for hit in _find_hits(words) if cue_rows()[hit.row].effect != "pseudo"]
        if hits:
            yield from _read_hits(text, words, hits)


def _find_hits(words: Sequence[Word]) -> list[Hit]:
    """The longest phrases from left to right, and what follows a gap where no longer phrase covers it."""
    tree = _cue_tree()
    plain: list[Hit] = []
    gapped: list[Hit] = []
    reached = 0
    for at, word in enumerate(words):
        if not tree.step(word.folded):
            continue  # no phrase begins so, as with most words
        hit = _longest(tree, words, at)
        gapped += _over_gap(tree, words, at)
        if hit is not None and at >= reached:
            plain.append(hit)
            reached = hit.last
    return sorted((*plain, *_best_gaps(gapped, plain)), key=lambda hit: (hit.first, hit.last))


def _longest(root: Node, words: Sequence[Word], at: int) -> Hit | None:
    found: Hit | None = None
    nodes: Sequence[Node] = (root,)
    for place in range(at, len(words)):
        word = words[place].folded
        nodes = [behind for node in nodes for behind in node.step(word)]
        if not nodes:
            break
        if rows := [node.row for node in nodes if node.row is not None]:
            found = Hit(min(rows)[1], at, place + 1)
    return found


def _over_gap(root: Node, words: Sequence[Word], at: int) -> Iterator[Hit]:
    nodes: Sequence[Node] = (root,)
    for place in range(at, len(words)):
        word = words[place].folded
        nodes = [behind for node in nodes for behind in node.step(word)]
        if not nodes:
            return
        for tail, row in (tail for node in nodes for tail in node.tails):
            hit = _find_tail(tail, words, place + 1)
            if hit is not None:
                yield Hit(row, at, hit)


def _find_tail(tail: Node, words: Sequence[Word], after: int) -> int | None:
    """The end of the first phrase of `tail` within a gap's width."""
    for place in range(after, min(len(words), after + WIDEST_GAP + 1)):
        if words[place].folded in CLOSED_GAP:
            return None
        hit = _longest(tail, words, place)
        if hit is not None:
            return hit.last
    return None


def _best_gaps(gapped: Sequence[Hit], plain: Sequence[Hit]) -> Iterator[Hit]:
    """Of gapped phrases that end at one word, the shortest, unless a plain phrase already holds that word."""
    held = {place for hit in plain for place in range(hit.first, hit.last)}
    by_end: dict[int, Hit] = {}
    for hit in gapped:
        if hit.last - 1 not in held:
            by_end[hit.last] = hit  # a later one is shorter
    yield from by_end.values()


def _read_hits(text: str, words: Sequence[Word], hits: Sequence[Hit]) -> Iterator[Mention]:
    clauses = Clauses.of(words)
    for hit in hits:
        row = cue_rows()[hit.row]
        first, last = _trim(words, *clauses.scope(hit, row))
        if first >= last or row.effect == "pseudo":
            continue
        start, end = words[hit.first].start, words[hit.last - 1].end
        yield Mention(
            start=start,
            end=end,
            text=text[start:end],
            label=Label.CUE,
            how=row.id,
            cue=Cue(_weigh(row, words[hit.first : hit.last]), words[first].start, words[last - 1].end),
        )


def _weigh(row: CueRow, words: Sequence[Word]) -> Effect:
    """The effect of a cue: a report that is only possible or to come is none, one that "could not" be made is."""
    at = next((place for place, word in enumerate(words) if word.folded in MODALS), None)
    coming = row.effect is Effect.REPORTED and at is not None and words[at : at + 2][-1].folded not in DENIED
    return Effect.HEDGED if coming else Effect(row.effect)


@dataclass(frozen=True, slots=True)
class Clauses:
    """Where scopes of a sentence may begin and end, as places of words."""

    words: Sequence[Word]
    denial_stops: Stops
    other_stops: Stops
    leading: tuple[Hit, ...]  # stops for cues that open the sentence
    brackets: tuple[tuple[int, int], ...]  # for each word, the words inside the innermost bracket around it

    @classmethod
    def of(cls, words: Sequence[Word]) -> Clauses:
        """The clauses of a sentence."""
        stops = _find_stops(words, _stop_tree(leading=False))
        return cls(
            words,
            Stops.of(stops),
            Stops.of(stop for stop in stops if not stop_rows()[stop.row].denials),
            tuple(_find_stops(words, _stop_tree(leading=True))),
            tuple(_find_brackets(words)),
        )

    def scope(self, hit: Hit, row: CueRow) -> tuple[int, int]:
        """First word of a scope and the word after its last one."""
        if row.reach == "sentence":
            return 0, len(self.words)
        start, end = self._clause(hit, row)
        if row.reach == "both":
            return start, end
        if row.reach == "after" and any(self.words[at].folded[0].isalnum() for at in range(hit.last, end)):
            return hit.last, end
        if row.reach == "after" and start == hit.first and self._leads(hit):
            return hit.first, hit.last
        return start, hit.first  # also a cue that nothing follows: "…, but NGF did not.", "A benefit is likely."

    def _clause(self, hit: Hit, row: CueRow) -> tuple[int, int]:
        start, _ = self.brackets[hit.first]
        _, end = self.brackets[hit.last - 1]
        stops = self.denial_stops if row.effect is Effect.NEGATED else self.other_stops
        before = bisect_right(stops.ends, hit.first) - 1
        after = bisect_left(stops.starts, hit.last)
        while row.effect is not Effect.NEGATED and self._is_shared(stops, after):
            after += 1
        if row.effect is not Effect.NEGATED and self._goes_on(stops, after, hit.last):
            after = bisect_left(stops.starts, stops.ends[after])
        if before >= 0:
            start = max(start, stops.ends[before])
        if after < len(stops.starts):
            end = min(end, stops.starts[after])
        if hit.first == 0:
            fitting = (stop.first for stop in self.leading if row.id in stop_rows()[stop.row].leading)
            end = min(end, next((first for first in fitting if first >= hit.last), end))
        return start, end

    def _is_shared(self, stops: Stops, stop: int) -> bool:
        """Whether a stop opens words without a subject of their own: "designed to calm while sparing memory"."""
        if stop == len(stops.starts) or self.words[stops.starts[stop]].folded != "while":
            return False
        behind = [word.folded for word in self.words[stops.ends[stop] : stops.ends[stop] + 2]]
        return any(word.endswith("ing") for word in (behind[1:] if behind and behind[0].endswith("ly") else behind[:1]))

    def _leads(self, hit: Hit) -> bool:
        """Whether a cue introduces what stands in other blocks, such as a list: "Research shows that:"."""
        return hit.last < len(self.words) and self.words[hit.last].folded in LEADING

    def _goes_on(self, stops: Stops, stop: int, last: int) -> bool:
        """Whether a stop stands right behind a cue and so belongs to what the cue is about: "may be due to stress"."""
        if stop == len(stops.starts) or stops.starts[stop] != last:
            return False
        return self.words[last].folded[0].isalnum() or self.words[last].folded == ":"  # "has been reported to: raise"


def _find_stops(words: Sequence[Word], tree: Node) -> list[Hit]:
    hits = (_longest(tree, words, at) for at in range(len(words)))
    return [hit for hit in hits if hit is not None]


def _find_brackets(words: Sequence[Word]) -> list[tuple[int, int]]:
    """For each word the range inside the innermost pair of brackets around it; one without its other end is none."""
    partner: dict[int, int] = {}
    opened: list[int] = []
    for place, word in enumerate(words):
        if word.folded in OPENING:
            opened.append(place)
        elif word.folded in CLOSING and opened:
            partner[opened.pop()] = place
    ranges: list[tuple[int, int]] = []
    around = [(0, len(words))]
    for place in range(len(words)):
        if place == around[-1][1]:
            around.pop()
        ranges.append(around[-1])
        if place in partner:
            around.append((place + 1, partner[place]))
    return ranges


def _trim(words: Sequence[Word], first: int, last: int) -> tuple[int, int]:
    """A scope without the signs at its ends."""
    while first < last and not words[first].folded[0].isalnum():
        first += 1
    while first < last and words[last - 1].folded in {".", ",", "!", "?", "-", '"', "”", "*"}:
        last -= 1
    return first, last


@Language.factory(
    "claimsift_cues",
    assigns=["doc._.claimsift"],
    requires=["token.is_sent_start"],
)
class Cues:
    """Find the cues of a doc, each within its sentence."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def find(self, text: str, sentences: Iterable[tuple[int, int]] | None = None) -> Iterator[Mention]:
        """The cues of a text; `sentences` are start and end in characters, our own splitter's by default."""
        return find_cues(text, sentences)

    def __call__(self, doc: Doc) -> Doc:
        """Keep the cues with the doc."""
        text = get_text(doc)
        return add_mentions(doc, self.find(text, read_sentences(doc, text)))
