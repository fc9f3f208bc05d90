"""Lead the names that a model found to concepts: to a listed one that is spelled almost so, else to one of their own.

What the lexicons, the grammars of sequences and identifiers, or a citation have found already counts more than the
model, also in its kind: oxytocin is what its row says. What remains is compared with all listed names; a name that is
nobody's gets a concept of its own, `local:` and the name, and is marked wherever the page writes it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spacy.language import Language

from pipeline.components import get_mentions, get_text, put_mentions
from pipeline.components.concepts import name_index
from pipeline.components.cores import trim_edges
from pipeline.components.names import fold_word, read_atoms, unify_signs
from pipeline.lexicon import LexiconRow, read_rows, remember
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Doc

    from pipeline.components.names import NameIndex
    from pipeline.page import Mention

FACTORY = "claimsift_links"


class Modification(LexiconRow):
    """Groups that make another compound of the one that they are joined to. In `fires` the mark stands on both."""

    side: Literal["before", "after"]
    joint: Literal["dash", "dash or blank"]
    words: tuple[str, ...]


# Labels whose words a name of a model may share.
LOOSE = frozenset({Label.CUE, Label.PROPERTY, Label.THING})
SHORTEST_FUZZY = 7  # letters and digits; one letter more or less makes another acronym of a shorter one
DEFINED = "pattern:defined-name"  # names that the page introduces: a slip of the pen in a listed one, it may be
SHORT_WORD = 3  # letters of a first word that no slip of the pen explains: the "mu" of "mu receptor" is no "MC"
LISTED = 0.8  # similarity from which a listed name is shown as one that may be meant
LINKED = 0.87  # ... from which it is taken to be meant, unless a second concept is as near: one letter in eight
MOST_CANDIDATES = 3
MOST_KEPT = 4096  # different names whose candidates are kept: many pages write of the same things
# By how much the reading with a name must beat that without it; chosen on the open part of the labelled pages, where
# nearly every compound is listed, and nearly every name of tissue and species is.
LEAST_SCORE = {
    Label.COMPOUND: 1.5,
    Label.TARGET: 1.5,
    Label.DISEASE: 2.0,
    Label.SPECIES: 2.0,
    Label.TISSUE: 2.0,
}
LETTER = re.compile(r"[^\W\d_]{2}")
CHARGE = re.compile(r"[²³]?[⁺⁻]|[²³][+−-](?!\w)")
LONGEST_GROUP = 24  # characters
SHORTEST_REPEATED = 3  # characters of a name that is looked for on the rest of the page
SHORTEST_CASED = 6  # letters of a name that is also looked for with its first letter large or small
MOST_ALIKE = 20  # names that begin with one word
WORD = re.compile(r"\w+")


class GenericRow(LexiconRow):
    """Words that a model takes for names, and that are none for us."""

    labels: tuple[Label, ...]
    words: tuple[str, ...]


class Candidate(NamedTuple):
    """A concept that may be meant, and how near its nearest name is: 1 is the same."""

    concept_id: str
    score: float

    def __str__(self) -> str:
        return f"{self.concept_id} {self.score:.2f}"


class Links:
    """Give every name that has no concept the concept that it leads to."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index
        self.names: dict[str, str] = {}  # a folded name to the first concept that bears it
        for row in index.rows.values():
            for name in (row.name, *row.names):
                self.names.setdefault(_fold(name), row.id)
        self.listed = list(self.names)
        self._compare = lru_cache(maxsize=MOST_KEPT)(self._compare_anew)

    def __reduce__(self) -> tuple[type[Links], tuple[NameIndex]]:
        """For another process, which compares names by itself."""
        return Links, (self.index,)

    def __call__(self, doc: Doc) -> Doc:
        """Replace the doc's mentions by linked ones."""
        return put_mentions(doc, self.link(get_text(doc), get_mentions(doc)))

    def link(self, text: str, mentions: Sequence[Mention]) -> list[Mention]:
        """The same mentions, each of a model's linked or, where other words are stronger, left out."""
        firm = [
            _modify(text, _take_charge(text, mention))
            for mention in name_fragments(mention for mention in mentions if not _is_bare(mention))
        ]
        firm = [self._lead(mention) if mention.how == DEFINED else mention for mention in firm]
        free = _Free(mention for mention in firm if mention.label not in LOOSE)
        bare = sorted((trim(m) for m in mentions if _is_bare(m)), key=lambda m: (-(m.score or 0.0), m.start, m.label))
        linked = [self._lead(mention) for mention in bare if is_sure(mention) and free.take(mention)]
        return [*firm, *linked, *_repeat(text, linked, free)]

    def find_candidates(self, name: str) -> tuple[Candidate, ...]:
        """Listed concepts whose names are almost `name`, nearest first; digits are never taken for each other."""
        folded = _fold(name)
        first = WORD.search(name)
        short = _fold(first.group()) if first is not None and len(first.group()) <= SHORT_WORD else ""
        return self._compare(folded, short) if len(folded) >= SHORTEST_FUZZY else ()

    def _compare_anew(self, folded: str, short: str) -> tuple[Candidate, ...]:
        near = process.extract(
            folded, self.listed, scorer=OSA.normalized_similarity, score_cutoff=LISTED, limit=4 * MOST_CANDIDATES
        )
        best: dict[str, float] = {}
        for listed, score, _ in near:
            if _digits(listed) == _digits(folded) and listed.startswith(short):
                best.setdefault(self.names[listed], score)
        return tuple(Candidate(*pair) for pair in list(best.items())[:MOST_CANDIDATES])

    def _lead(self, mention: Mention) -> Mention:
        candidates = self.find_candidates(mention.text)
        shown = tuple(map(str, candidates))
        if not candidates or candidates[0].score < LINKED or candidates[0].score in {c.score for c in candidates[1:]}:
            own = f"local:{unify_signs(mention.text).casefold()}"
            return replace(mention, concept_id=own, concept=mention.text, candidates=shown)
        row = self.index.rows[candidates[0].concept_id]
        return replace(
            mention,
            label=row.label,
            concept_id=row.id,
            concept=row.name,
            how=f"near:{candidates[0]}",
            candidates=shown[1:],
        )


@Language.factory(FACTORY, assigns=["doc._.claimsift"], requires=["doc._.claimsift"])
def make_links(nlp: Language, name: str) -> Links:
    """The component over the lexicons that ship with the package."""
    return Links(name_index())


def name_fragments(mentions: Iterable[Mention]) -> list[Mention]:
    """The same mentions, where "ACTH(4–10)" no longer names ACTH but a compound of its own."""
    found = list(mentions)
    fragments = {mention.start: mention for mention in found if mention.fragment is not None}
    return [_take_residues(mention, fragments.get(mention.start)) for mention in found]


def _take_residues(mention: Mention, whole: Mention | None) -> Mention:
    if whole is None or whole.fragment is None or mention.label is not Label.COMPOUND or mention.end >= whole.end:
        return mention
    residues = f"({whole.fragment.low}-{whole.fragment.high})"
    return replace(
        mention,
        end=whole.end,
        text=whole.text,
        how=f"fragment:{mention.how}",
        concept_id=f"local:{(mention.concept or mention.text).casefold()}{residues}",
        concept=f"{mention.concept or mention.text}{residues}",
        candidates=(),
        core=None,
    )


def _take_charge(text: str, mention: Mention) -> Mention:
    """ "Cu²⁺" is one name."""
    charge = CHARGE.match(text, mention.end)
    if charge is None or mention.label not in {Label.COMPOUND, Label.TARGET} or mention.core is not None:
        return mention
    return replace(mention, end=charge.end(), text=text[mention.start : charge.end()])


def _modify(text: str, mention: Mention) -> Mention:
    """A listed compound with a group that no row knows, such as "Pal-GHK", is a compound of its own."""
    if mention.label is not Label.COMPOUND or mention.nested or mention.how.startswith(("fragment:", "pattern:")):
        return mention
    before = modifications("before").search(text, max(0, mention.start - LONGEST_GROUP), mention.start)
    after = modifications("after").match(text, mention.end, mention.end + LONGEST_GROUP)
    if before is None and after is None:
        return mention
    start, end = before.start("group") if before else mention.start, after.end() if after else mention.end
    name = text[start:end]
    return replace(
        mention,
        start=start,
        end=end,
        text=name,
        how=f"modified:{mention.how}",
        concept_id=f"local:{unify_signs(name).casefold()}",
        concept=name,
        candidates=(),
        core=None,
    )


def trim(mention: Mention) -> Mention:
    """A name without the words beside it that are no part of it: the "salt" of "acetate salt"."""
    start, end = trim_edges(mention.text)
    return replace(mention, start=mention.start + start, end=mention.start + end, text=mention.text[start:end])


def is_sure(mention: Mention) -> bool:
    """Whether a model's name is taken: it beats its alternatives by enough, and is no word that names nothing."""
    if mention.score is not None and mention.score < LEAST_SCORE[mention.label]:
        return False
    return LETTER.search(mention.text) is not None and mention.text.casefold() not in generics(mention.label)


@remember
def generics(label: Label) -> frozenset[str]:
    """Words, folded, that models take for names of this kind."""
    return frozenset(
        word.casefold() for row in read_rows("generics", GenericRow) if label in row.labels for word in row.words
    )


@remember
def modifications(side: Literal["before", "after"]) -> re.Pattern[str]:
    """The groups that stand on one side of a name, right beside it."""
    rows = [row for row in read_rows("modifications", Modification) if row.side == side]
    parts = [f"(?:{_spell(row)})" for row in rows]
    return re.compile(rf"(?<![\w-])(?P<group>{'|'.join(parts)})\Z" if side == "before" else f"(?:{'|'.join(parts)})\\b")


def _spell(row: Modification) -> str:
    joint = "[-‐‑–]" if row.joint == "dash" else "[-‐‑– ]"
    words = "|".join(map(re.escape, sorted(row.words, key=lambda word: (-len(word), word))))
    # Groups that are joined by a dash are written in one way; "pal-" begins other words.
    spelled = f"(?:{words})" if row.joint == "dash" else f"(?i:{words})"
    return f"{spelled}{joint}" if row.side == "before" else f"{joint}{spelled}"


class _Free:
    """Which characters no mention holds yet."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self.spans = sorted((mention.start, mention.end) for mention in mentions)
        # Ends are made to rise, so that one look to the left finds any span that reaches over a place.
        self.ends = _accumulate(end for _, end in self.spans)
        self.added: set[int] = set()

    def take(self, mention: Mention) -> bool:
        """Whether all characters of a mention are free; then they no longer are."""
        at = bisect_left(self.spans, (mention.end, 0))
        if at and self.ends[at - 1] > mention.start:
            return False
        places = range(mention.start, mention.end)
        if not self.added.isdisjoint(places):
            return False
        self.added.update(places)
        return True


def _accumulate(ends: Iterable[int]) -> list[int]:
    highest, risen = 0, []
    for end in ends:
        highest = max(highest, end)
        risen.append(highest)
    return risen


def _repeat(text: str, linked: Sequence[Mention], free: _Free) -> Iterator[Mention]:
    """The same names elsewhere in the text; the first mention of a name decides what it leads to."""
    names: dict[str, dict[str, Mention]] = {}  # the first word of a name to the names that begin with it
    for mention in linked:
        if len(mention.text) < SHORTEST_REPEATED or not (first := WORD.match(mention.text)):
            continue
        for name in _spell_cases(mention.text):
            alike = names.setdefault(name[: first.end()], {})
            if len(alike) < MOST_ALIKE:
                alike.setdefault(name, mention)
    if not names:
        return
    for word in WORD.finditer(text):
        for name, mention in names.get(word.group(), {}).items():
            end = word.start() + len(name)
            again = replace(mention, start=word.start(), end=end, text=name)
            if text.startswith(name, word.start()) and _stands_alone(text, again) and free.take(again):
                yield again
                break


def _spell_cases(name: str) -> tuple[str, ...]:
    """A name as the text has it, and as it stands at the other place in a sentence: "alamandine", "Alamandine"."""
    plain = len(name) >= SHORTEST_CASED and name.isascii() and name.isalpha() and name[1:].islower()
    return (name, name[0].swapcase() + name[1:]) if plain else (name,)


def _stands_alone(text: str, mention: Mention) -> bool:
    around = text[max(0, mention.start - 1) : mention.start] + text[mention.end : mention.end + 1]
    return not any(letter.isalnum() or letter == "-" for letter in around)


def _is_bare(mention: Mention) -> bool:
    """Whether a model found it and nobody has led it anywhere."""
    return mention.concept_id is None and mention.how.startswith("ner:")


def _fold(name: str) -> str:
    return "".join(atom.key for atom in read_atoms(name)) or fold_word(name)


def _digits(folded: str) -> str:
    return "".join(letter for letter in folded if letter.isdecimal())
