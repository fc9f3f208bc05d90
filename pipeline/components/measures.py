"""Find what a number measures: the words of the thing, and of the property, by a small model of our own.

For each number, every run of up to `LONGEST` words in its sentence is a candidate, and so is "nothing". A candidate's
score is a sum of weights: of its words, of the words beside it, and of what stands between it and the number. The
scores make a probability, and the run is taken that shares most words with what is probable (not the most probable
run alone: ten runs that differ by an article speak for the same noun). The weights ship as
`pipeline/weights/measures.json`; docs/model-card.md says what they were learned from, and `training/measures.py`
learns them.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from functools import lru_cache
from heapq import nlargest
from importlib.resources import files
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from spacy.language import Language

from pipeline.components import get_mentions, get_text, put_mentions
from pipeline.components.sentences import find_sentences
from pipeline.lexicon import remember_last
from pipeline.page import Mention
from pipeline.quantity import dimension_of
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from spacy.tokens import Doc

    Span = tuple[int, int]  # characters from the first up to, not including, the second
    Pair = tuple[float, float]  # for the thing, and for the property
    Weights = Mapping[str, Pair]  # of a feature
    Side = Callable[["Words", int, str], Iterator[str]]  # features of a place in a sentence, on a side of the number

FACTORY = "claimsift_measures"
HOW = "measures"

THING, PROPERTY = 0, 1  # places of the two roles in every pair of numbers here
ROLES = (Label.THING, Label.PROPERTY)

# Words of a sentence that are looked at before and behind a number; in the training texts 98 of 100 things and
# properties stand nearer.
BEFORE, BEHIND = 30, 12
LONGEST = 6  # words of a candidate; 92 of 100 in the training texts have no more
LIKELIEST = 8  # candidates among which the one is chosen that shares most with the others
# "Nothing" counts for less than it believes of itself: chosen by cross-validation for the best F1 by overlap.
NOTHING_COUNTS = (0.2, 0.6)

# "half-life", "HbA1c", "IGF-1", "5-HT", "1,400.5", one sign.
_WORD = re.compile(
    r"""
      [^\W\d_] [^\W_]* (?: [-‐'’] [^\W_]+ )*
    | [0-9]+ (?: [.,][0-9]+ )* (?: [-‐]? [^\W\d_] [^\W_]* )?
    | \w+
    | [^\w\s]
    """,
    re.VERBOSE,
)

PREPOSITIONS = frozenset(
    "of in on at by for from to with without within into onto over under between among through during before after "  # noqa: SIM905
    "above below across against per via about around up".split()
)
STATES = frozenset(
    "is are was were be been being has have had reached exhibited showed averaged equals equal equalled ranged varied "  # noqa: SIM905
    "became remained".split()
)
# Words without a content of their own; they stand for themselves where others are only "a word".
GRAMMAR = (
    PREPOSITIONS
    | STATES
    | frozenset(
        "a an the this that these those its their our his her we it they he she i you which who whom whose what where "  # noqa: SIM905
        "when while whereas if because since although though than as and or but nor so yet both either neither not no "
        "am having do does did can could may might must shall should will would also only then there here however "
        "therefore thus hence respectively e.g i.e see et al further more most less least very such each all any some "
        "other another same one two three four five six seven eight nine ten first second down out off until upon "
        "toward towards".split()
    )
)
# With these a name may begin all the same: "no effect", "all species", "first flybys".
BEGINNINGS = frozenset({"no", "all", "each", "other", "another", "first", "after", "before"})
NUMBER, CITED = "<N>", "<C>"
# At these a name ends: "(ACTH)" and "Semax has a mass" hold more than one.
ENDS = STATES | {NUMBER, CITED, *".;:,()[]=<>≈∼~|", "which", "who", "where", "that", "we", "it"}
CONTENT = frozenset({"W", "UP", "ed", "ing", "ly"})  # kinds of words that are not grammar
FILLING = CONTENT | {"0", CITED}
FILLED = "_"  # a run of them in a path
# What is counted between a candidate and its number, and up to how many.
COUNTED = {
    "numbers": (frozenset({NUMBER}), 3),
    "commas": (frozenset({",", ";"}), 3),
    "opened": (frozenset({"("}), 2),
    "closed": (frozenset({")"}), 2),
    "content": (CONTENT, 7),
    "prepositions": (PREPOSITIONS, 3),
    "states": (STATES, 1),
}
_COUNTERS = {
    kind: tuple(number for number, (kinds, _) in enumerate(COUNTED.values()) if kind in kinds)
    for kind in frozenset[str]().union(*(kinds for kinds, _ in COUNTED.values()))
}
LONGEST_PATH, SHORT_PATH = 6, 3  # steps; longer ones do not come again
NEAR = 3  # words; a neighbour of the number says nothing of what is farther


@dataclass(frozen=True, slots=True)
class Measure:
    """A number and what it measures; both are None where nothing is said."""

    quantity: Mention
    thing: Mention | None
    property: Mention | None


class Number(NamedTuple):
    """A number in a text, and the kind of its unit."""

    start: int
    end: int
    unit: str


class Word(NamedTuple):
    """One word or sign; `kind` is the word itself where that says how a sentence is built."""

    start: int
    end: int
    text: str
    lower: str
    kind: str


class Candidate(NamedTuple):
    """A run of words: the places of the first and behind the last, and on which side of its number it stands."""

    first: int
    last: int
    is_before: bool

    @property
    def edge(self) -> int:
        """The place that its gap begins or ends at: see `walk_gaps`."""
        return self.last if self.is_before else self.first


class Gap(NamedTuple):
    """What stands between a candidate and its number."""

    side: str  # "L" before the number, "R" behind it
    distance: int  # words
    counts: tuple[int, ...]  # of the kinds in `COUNTED`, each up to its limit
    path: tuple[str, ...]  # signs and grammar; a run of other words is one "_"


@dataclass
class Words:
    """The words of one sentence, numbers and citations as one word each, with what is computed once for all numbers."""

    words: list[Word]
    parts: dict[tuple[Side, int, str], Pair] = field(default_factory=dict)
    runs: dict[Candidate, Pair] = field(default_factory=dict)

    def text(self, place: int) -> str:
        """The word at a place, lower case; an empty one beyond the sentence."""
        return self.words[place].lower if 0 <= place < len(self.words) else ""

    def kind(self, place: int) -> str:
        """The kind of the word at a place; an empty one beyond the sentence."""
        return self.words[place].kind if 0 <= place < len(self.words) else ""


class Measurer:
    """Finds things and properties with given weights."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._weigh = lru_cache(maxsize=1 << 16)(self._weigh_anew)

    def __reduce__(self) -> tuple[type[Measurer], tuple[Weights]]:
        """For another process, which keeps sums of its own."""
        return Measurer, (self.weights,)

    def find(
        self, text: str, numbers: Sequence[Number], cited: Sequence[Span] = ()
    ) -> Iterator[tuple[Span | None, Span | None]]:
        """For each number, in order, where its thing and its property stand; `numbers` are sorted."""
        at = 0
        for start, end in find_sentences(text):
            first = at
            while at < len(numbers) and numbers[at].start < end:
                at += 1
            if first == at:
                continue
            words = split_words(text, (start, max(end, numbers[at - 1].end)), numbers, cited)
            for number in numbers[first:at]:
                yield self.choose(words, number)
        for _ in numbers[at:]:
            yield None, None

    def choose(self, words: Words, number: Number) -> tuple[Span | None, Span | None]:
        """Where the thing and the property of one number of a sentence stand."""
        place = find_place(words, number)
        found = list(self.score(words, place, number.unit))
        nothing = self._sum(list_nothing_features(words, place, number.unit))
        things, properties = (
            list_likely([(scores[role], candidate) for candidate, scores in found], nothing[role], NOTHING_COUNTS[role])
            for role in (THING, PROPERTY)
        )
        thing, named = choose_pair(things, properties)
        return _span(words, thing), _span(words, named)

    def score(self, words: Words, place: int, unit: str) -> Iterator[tuple[Candidate, Pair]]:
        """The candidates of a number with their scores: the sums of `list_features`, each part made once."""
        gaps = {edge: self._weigh_gap(words, place, gap, unit) for edge, gap in walk_gaps(words, place).items()}
        for candidate in list_candidates(words, place):
            run = words.runs.get(candidate)
            if run is None:
                run = words.runs[candidate] = self._weigh_run(words, candidate)
            head = words.words[find_head(words, candidate)].text
            about = self._weigh(list_head_features, head, unit, "L" if candidate.is_before else "R")
            gap = gaps[candidate.edge]
            yield candidate, (run[THING] + about[THING] + gap[THING], run[PROPERTY] + about[PROPERTY] + gap[PROPERTY])

    def _weigh_run(self, words: Words, candidate: Candidate) -> Pair:
        """What of a candidate's score no number changes."""
        side = "L" if candidate.is_before else "R"
        return _add(
            self._weigh_once(words, list_first_features, candidate.first, side),
            self._weigh_once(words, list_last_features, candidate.last, side),
            self._weigh(list_length_features, candidate.last - candidate.first),
            *(self._weigh_once(words, list_inside_features, at, "") for at in range(candidate.first, candidate.last)),
        )

    def _weigh_gap(self, words: Words, place: int, gap: Gap, unit: str) -> Pair:
        return _add(
            self._weigh(list_distance_features, gap.side, gap.distance, unit),
            self._weigh(list_count_features, gap.side, gap.counts),
            self._weigh(list_path_features, gap.side, gap.path, unit),
            self._weigh(list_neighbour_features, *_neighbours(words, place), gap.side, min(gap.distance, NEAR)),
        )

    def _weigh_once(self, words: Words, part: Side, place: int, side: str) -> Pair:
        key = (part, place, side)
        found = words.parts.get(key)
        if found is None:
            found = words.parts[key] = self._sum(part(words, place, side))
        return found

    def _weigh_anew(self, part: Callable[..., Iterable[str]], *key: Hashable) -> Pair:
        return self._sum(part(*key))

    def _sum(self, features: Iterable[str]) -> Pair:
        thing = named = 0.0
        for feature in features:
            found = self.weights.get(feature)
            if found is not None:
                thing += found[THING]
                named += found[PROPERTY]
        return thing, named


class Measures:
    """Link each quantity to the words of the thing that it measures and of the property."""

    def __init__(self, measurer: Measurer) -> None:
        self.measurer = measurer

    def find(self, text: str, known: Iterable[Mention]) -> Iterator[Measure]:
        """The measures of all quantities among the known mentions, in order.

        A thing that is a known name is that mention; other things and properties are new mentions.
        """
        known = sorted(known, key=lambda mention: (mention.start, -mention.end))
        quantities = [mention for mention in known if mention.label in (Label.QUANTITY, Label.DATE)]
        numbers = [Number(mention.start, mention.end, name_unit(mention)) for mention in quantities]
        cited = [(mention.start, mention.end) for mention in known if mention.label is Label.CITATION]
        named = {(mention.start, mention.end): mention for mention in known if mention.label in NAMED}
        made: dict[tuple[Span, Label], Mention] = {}
        for quantity, spans in zip(quantities, self.measurer.find(text, numbers, cited), strict=True):
            if quantity.label is Label.DATE:
                continue
            thing, measured = (
                span and (named.get(span) or made.setdefault((span, label), _mention(text, span, label)))
                for span, label in zip(spans, ROLES, strict=True)
            )
            yield Measure(quantity, thing, measured)

    def __call__(self, doc: Doc) -> Doc:
        """Tell each quantity where its thing and property stand; words that are no mention yet become nested ones."""
        known = get_mentions(doc)
        measures = {id(measure.quantity): measure for measure in self.find(get_text(doc), known)}
        told = [_tell(mention, measures.get(id(mention))) for mention in known]
        old = {id(mention) for mention in known}
        words = {id(one): one for measure in measures.values() for one in (measure.thing, measure.property) if one}
        return put_mentions(doc, [*told, *(one for key, one in words.items() if key not in old)])


def _tell(mention: Mention, measure: Measure | None) -> Mention:
    if measure is None:
        return mention
    thing, named = (words.name_span if words else None for words in (measure.thing, measure.property))
    return replace(mention, measured=(thing, named))


NAMED = frozenset(
    {
        Label.COMPOUND,
        Label.TARGET,
        Label.PROCESS,
        Label.DISEASE,
        Label.SPECIES,
        Label.TISSUE,
        Label.MATRIX,
        Label.SEQUENCE,
        Label.FRAGMENT,
    }
)


@Language.factory(
    FACTORY,
    assigns=["doc._.claimsift"],
    requires=["doc._.claimsift"],
)
def make_measures(nlp: Language, name: str) -> Measures:
    """The component with the weights that ship."""
    return Measures(load_measurer())


@lru_cache(maxsize=1)
def load_measurer() -> Measurer:
    """The model that ships; read once in a process."""
    stored = json.loads((files("pipeline") / "weights" / "measures.json").read_text(encoding="utf-8"))
    return Measurer(
        {name: (thing / stored["steps"], named / stored["steps"]) for name, thing, named in stored["weights"]}
    )


def name_unit(mention: Mention) -> str:
    """The kind of unit of a number, as the weights know it: its dimension, "date", or "none" for a bare number."""
    if mention.label is Label.DATE or mention.quantity is None:
        return "date"
    return name_dimension(mention.quantity.unit)


@remember_last(1024)
def name_dimension(unit: str) -> str:
    """The dimension of a UCUM code, "none" for a bare number, "other" for a unit that has no one name."""
    return (dimension_of(unit) or "other") if unit else "none"


# ---- words --------------------------------------------------------------------------------------------------


def split_words(text: str, sentence: Span, numbers: Sequence[Number], cited: Sequence[Span] = ()) -> Words:
    """The words of a sentence; each number and each citation is one word."""
    start, end = sentence
    inside = [(first, last, NUMBER) for first, last in _overlap(numbers, start, end)]
    inside += [(first, last, CITED) for first, last in _overlap(cited, start, end)]
    words: list[Word] = []
    position = start
    for first, last, kind in sorted(inside):
        if first < position:
            continue
        words += _read_words(text, position, first)
        words.append(Word(first, last, kind, kind, kind))
        position = last
    words += _read_words(text, position, end)
    return Words(words)


def _overlap(spans: Sequence[Number] | Sequence[Span], start: int, end: int) -> Iterator[Span]:
    for place in range(bisect_left(spans, start, key=lambda span: span[0]), len(spans)):
        first, last = spans[place][0], spans[place][1]
        if first >= end:
            return
        yield first, last


def _read_words(text: str, start: int, end: int) -> Iterator[Word]:
    for match in _WORD.finditer(text, start, end):
        written = match[0]
        lower = written.lower()
        yield Word(match.start(), match.end(), written, lower, name_kind(written, lower))


def name_kind(written: str, lower: str) -> str:
    """What is known of a word without a dictionary: itself if it is a sign or grammar, else its ending or case."""
    if written[0].isdecimal() and not written[-1].isalpha():
        return "0"
    if not written[0].isalnum() or lower in GRAMMAR:
        return lower
    for ending in ("ly", "ed", "ing"):
        if lower.endswith(ending):
            return ending
    return "UP" if written.isupper() else "W"


@lru_cache(maxsize=1 << 14)
def draw_shape(written: str) -> str:
    """Capitals, small letters and digits of a word, each run as one: "Xx-d" of "Abc-12"."""
    letters = (
        "X" if sign.isupper() else "x" if sign.islower() else "d" if sign.isdecimal() else sign for sign in written
    )
    drawn = ""
    for letter in letters:
        drawn += "" if drawn.endswith(letter) else letter
    return drawn


def find_place(words: Words, number: Number) -> int:
    """The place of a number among the words of its sentence."""
    return bisect_right(words.words, number.start, key=lambda word: word.start) - 1


# ---- candidates ---------------------------------------------------------------------------------------------


def list_candidates(words: Words, place: int) -> Iterator[Candidate]:
    """Runs of words near a number that could name something; none holds a number, a stop or a bracket."""
    for first in range(max(0, place - BEFORE), min(len(words.words), place + BEHIND + 1)):
        if not _can_begin(words.words[first]):
            continue
        for last in range(first + 1, min(len(words.words), first + LONGEST) + 1):
            word = words.words[last - 1]
            if word.lower in ENDS:
                break
            if word.lower not in GRAMMAR and word.lower[0].isalnum():
                yield Candidate(first, last, first < place)


def _can_begin(word: Word) -> bool:
    return word.lower in BEGINNINGS or (word.lower not in GRAMMAR and word.lower[0].isalnum())


def find_head(words: Words, candidate: Candidate) -> int:
    """The place of the word that a run is about: the last one before its first preposition."""
    for place in range(candidate.first + 1, candidate.last):
        if words.words[place].lower in PREPOSITIONS:
            return place - 1
    return candidate.last - 1


def walk_gaps(words: Words, place: int) -> dict[int, Gap]:
    """The gaps on both sides of a number, by the place behind the candidate before it, and of the one behind it."""
    gaps: dict[int, Gap] = {}
    for side, step, reach in (("L", -1, BEFORE), ("R", 1, BEHIND)):
        counts = [0] * len(COUNTED)
        path: list[str] = []
        stop = max(place - reach - 1, -1) if step < 0 else min(place + reach + 1, len(words.words))
        for at in range(place + step, stop, step):
            kind = words.words[at].kind
            is_filling = kind in FILLING
            if is_filling or kind in BEGINNINGS:
                distance = abs(at - place) - 1
                gaps[at + 1 if step < 0 else at] = Gap(side, distance, tuple(counts), tuple(path[::step]))
            for number in _COUNTERS.get(kind, ()):
                counts[number] += 1
            if len(path) <= LONGEST_PATH and not (is_filling and path and path[-1] == FILLED):
                path.append(FILLED if is_filling else kind)
    return gaps


# ---- features -----------------------------------------------------------------------------------------------


def list_features(words: Words, place: int, candidate: Candidate, gap: Gap, unit: str) -> Iterator[str]:
    """All features of a candidate: names of which each has two weights."""
    yield from list_distance_features(gap.side, gap.distance, unit)
    yield from list_count_features(gap.side, gap.counts)
    yield from list_path_features(gap.side, gap.path, unit)
    yield from list_neighbour_features(*_neighbours(words, place), gap.side, min(gap.distance, NEAR))
    yield from list_first_features(words, candidate.first, gap.side)
    yield from list_last_features(words, candidate.last, gap.side)
    yield from list_head_features(words.words[find_head(words, candidate)].text, unit, gap.side)
    yield from list_length_features(candidate.last - candidate.first)
    for at in range(candidate.first, candidate.last):
        yield from list_inside_features(words, at, "")


def list_nothing_features(words: Words, place: int, unit: str) -> tuple[str, ...]:
    """The features of "nothing"."""
    return (
        "nothing",
        f"nothing|u={unit}",
        f"nothing|r={words.text(place + 1)}",
        f"nothing|l={words.text(place - 1)}",
        f"nothing|rk={words.kind(place + 1)}",
        f"nothing|lk={words.kind(place - 1)}",
    )


def list_distance_features(side: str, distance: int, unit: str) -> Iterator[str]:
    """How far a candidate is, for numbers of each unit."""
    step = _bucket(distance)
    yield f"{side}d={step}"
    yield f"{side}d={step}|u={unit}"


def list_count_features(side: str, counts: tuple[int, ...]) -> Iterator[str]:
    """How many of each kind stand between."""
    for (name, (_, limit)), count in zip(COUNTED.items(), counts, strict=True):
        yield f"{side}{name}={min(count, limit)}"


def list_path_features(side: str, path: tuple[str, ...], unit: str) -> Iterator[str]:
    """The way between as a pattern: "_ of the", also without the words that have content."""
    signs = [step for step in path if step != FILLED]
    if len(path) <= LONGEST_PATH:
        yield f"{side}path={' '.join(path)}"
        yield f"{side}signs={' '.join(signs)}"
    if len(signs) <= SHORT_PATH:
        yield f"{side}signs={' '.join(signs)}|u={unit}"
    if path:
        yield f"{side}opens={path[0]}"
        yield f"{side}closes={path[-1]}"


def list_neighbour_features(left: str, right: str, left_kind: str, side: str, distance: int) -> Iterator[str]:
    """What stands beside the number itself."""
    yield f"ql={left}|{side}{distance}"
    yield f"qr={right}|{side}{distance}"
    yield f"qk={left_kind}|{side}{distance}"


def _neighbours(words: Words, place: int) -> tuple[str, str, str]:
    return words.text(place - 1), words.text(place + 1), words.kind(place - 1)


def list_first_features(words: Words, place: int, side: str) -> Iterator[str]:
    """How a candidate begins."""
    word = words.words[place]
    yield f"{side}pre={words.text(place - 1)}"
    yield f"prek={words.kind(place - 1)}"
    yield f"fk={word.kind}"
    yield f"fk2={words.kind(place - 1)}|{word.kind}"
    yield f"f={word.lower}"
    yield f"f3={word.lower[-3:]}"
    yield f"pp={words.text(place - 2)} {words.text(place - 1)}"
    yield f"start={place == 0}"


def list_last_features(words: Words, place: int, side: str) -> Iterator[str]:
    """How a candidate that ends before `place` goes on."""
    kind = words.kind(place - 1)
    yield f"{side}post={words.text(place)}"
    yield f"postk={words.kind(place)}"
    yield f"lk={kind}"
    yield f"lk2={kind}|{words.kind(place)}"
    yield f"nn={words.text(place)} {words.text(place + 1)}"


def list_inside_features(words: Words, place: int, side: str) -> Iterator[str]:
    """One word of a candidate."""
    yield f"in={words.text(place)}"
    yield f"ink={words.kind(place)}"


def list_head_features(written: str, unit: str, side: str) -> Iterator[str]:
    """The word that a candidate is about: itself, its endings and its shape."""
    lower = written.lower()
    yield f"h={lower}"
    yield f"h={lower}|u={unit}"
    yield f"h2={lower[-2:]}"
    yield f"h3={lower[-3:]}"
    yield f"h4={lower[-4:]}"
    yield f"hs={draw_shape(written)}"
    yield f"hk={name_kind(written, lower)}|{side}"
    yield f"hp={lower.endswith('s')}|{side}|u={unit}"


def list_length_features(length: int) -> tuple[str]:
    """How many words a candidate has."""
    return (f"length={length}",)


def _bucket(distance: int) -> str:
    if distance < 6:  # noqa: PLR2004  (each its own; farther ones in steps that grow)
        return str(distance)
    return next((f"<{limit}" for limit in (9, 13, 21) if distance < limit), "far")


# ---- the choice ---------------------------------------------------------------------------------------------


def list_likely(
    scored: Sequence[tuple[float, Candidate]], nothing: float, nothing_counts: float
) -> list[tuple[float, Candidate | None]]:
    """The likeliest candidates, each with the common words that are to be expected of it; None alone if it is none."""
    if not scored:
        return [(0.0, None)]
    top = max(nothing, max(scored)[0])
    chances = [(math.exp(score - top), candidate) for score, candidate in scored]
    whole = sum(chance for chance, _ in chances)
    if whole <= math.exp(nothing - top) * nothing_counts:
        return [(0.0, None)]
    likely = nlargest(LIKELIEST, chances)
    expected: list[tuple[float, Candidate | None]] = [
        (sum(chance * share_words(one, other) for chance, other in likely) / whole, one) for _, one in likely
    ]
    return [*expected, (0.0, None)]


def choose_pair(
    things: Sequence[tuple[float, Candidate | None]], properties: Sequence[tuple[float, Candidate | None]]
) -> tuple[Candidate | None, Candidate | None]:
    """The thing and the property that are best together and do not touch each other."""
    pairs = (
        (thing[0] + named[0], thing[1], named[1])
        for thing in things
        for named in properties
        if thing[1] is None or named[1] is None or thing[1].last <= named[1].first or named[1].last <= thing[1].first
    )
    _, thing, named = max(pairs, key=itemgetter(0))
    return thing, named


def share_words(one: Candidate, other: Candidate) -> float:
    """The common words of two candidates as F1: 0 to 1."""
    common = min(one.last, other.last) - max(one.first, other.first)
    return max(0, 2 * common) / (one.last - one.first + other.last - other.first)


def _add(*parts: Pair) -> Pair:
    thing = named = 0.0
    for part in parts:
        thing += part[THING]
        named += part[PROPERTY]
    return thing, named


def _span(words: Words, candidate: Candidate | None) -> Span | None:
    if candidate is None:
        return None
    return words.words[candidate.first].start, words.words[candidate.last - 1].end


def _mention(text: str, span: Span, label: Label) -> Mention:
    return Mention(start=span[0], end=span[1], text=text[slice(*span)], label=label, how=HOW, nested=True)
