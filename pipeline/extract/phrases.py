"""What an effect is on where no lexicon names it: the noun phrase beside the verb, between words of closed classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pipeline.extract.verbs import base_verbs, finite_verbs
from pipeline.lexicon import LexiconRow, read_rows, remember

if TYPE_CHECKING:
    from collections.abc import Sequence

Span = tuple[int, int]

# "bone", "NSAID-induced", "6-minute"; with the space in front of it
WORD = re.compile(r"\s*(?P<word>(?:\d{1,3}(?:[-‑–]|(?=[α-ω])))?[^\W\d_][\w'’]*(?:[-‑–/][\w]+)*)")
OF = re.compile(r"\s+of(?=\s)", re.IGNORECASE)
# "the distance walked": what stands behind such a word describes no further.
PARTICIPLE = re.compile(r"(?<!e)ed$|^(?:seen|found|taken|given|grown|caused|shown)$")
# "LPS-induced": the noun has not come yet, nor behind an adjective alone.
UNFINISHED = re.compile(
    r"[-‑–](?:induced|mediated|driven|related|associated|dependent|like|based|specific|stimulated)$"
    r"|\b(?:endogenous|native|circulating|naturally|responsible|essential|crucial|critical|vital|important|necessary|capable|needed)$",
    re.IGNORECASE,
)
ADJECTIVE = re.compile(r"(?:ic|al|ive|ous|ary|ory|able|ible|like|less|ful)$", re.IGNORECASE)
# How something happens; "family" and "assembly" are nouns.
MANNER = re.compile(
    r"(?!family|assembly|anomaly|supply)[a-z]{4,}ly|faster|slower|quicker|longer|sooner|earlier|trying|willing",
    re.IGNORECASE,
)
MOST_WORDS = 5
SHORTEST = 4  # letters of a phrase
LONGEST = 120  # code points that are looked at


class PhraseWords(LexiconRow):
    """Words that bound a noun phrase, or that leave it empty.

    `opening` words stand in front of it, `stop` words end it, a `measure` of something or a `tail` behind its name
    tells how much there is of it, a `hollow` noun says nothing by itself, and `never` nouns name nothing in a body.
    A noun that means a concept only where it is `alone` names that one: "focus", "weight".
    """

    kind: Literal["opening", "stop", "measure", "tail", "hollow", "never", "alone"]
    words: tuple[str, ...]
    concept: str | None = None

    @property
    def trigger(self) -> str:
        """The pattern that finds each word."""
        return rf"(?<![\w-])(?:{'|'.join(map(re.escape, self.words))})(?![\w-])"


@remember
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for row in read_rows("phrase_words", PhraseWords) if row.kind == kind for word in row.words)


@remember
def _alone() -> dict[str, str]:
    rows = read_rows("phrase_words", PhraseWords)
    return {word: row.concept for row in rows if row.concept is not None for word in row.words}


def read_alone(words: str) -> str | None:
    """The concept that a noun means where it is a whole phrase."""
    return _alone().get(words.lower())


def find_phrase(text: str, at: int) -> Span | None:
    """The noun phrase that begins at offset `at` of a text, less its article; None where there is none worth naming."""
    last = min(len(text), at + LONGEST)
    words = _take_words(text, _skip_openings(text, at, last), last)
    if not words:
        return None
    end = words[-1][1]
    of = OF.match(text, end, last)
    inner = _take_words(text, _skip_openings(text, of.end(), last), last) if of is not None else []
    if inner:
        inner = _drop_tails(text, inner)
        if _is_measure(text, words[-1]) or _is_measure(text, inner[-1]):  # "the size of plaques" is about plaques
            return _judge(text, inner)
        whole = words[0][0], inner[-1][1]
        return None if _of_kind(text, words[-1], "never") or UNFINISHED.search(text[slice(*whole)]) else whole
    return _judge(text, _drop_tails(text, words))


def _skip_openings(text: str, at: int, last: int) -> int:
    while (found := WORD.match(text, at, last)) is not None:
        word = found["word"].lower()
        if word not in _words("opening") and not (word.endswith("ly") and len(word) > SHORTEST):
            break
        at = found.end()
    return at


def _take_words(text: str, at: int, last: int) -> list[Span]:
    """The words from `at` up to the first that ends a phrase; none where they are too many for one."""
    words: list[Span] = []
    while (found := WORD.match(text, at, last)) is not None:
        word = found["word"].lower()
        if (
            len(word) == 1
            or word in _words("stop")
            or _is_verb(word)
            or (words and MANNER.fullmatch(word))
            or word.endswith(("n't", "n’t"))
            or (words and PARTICIPLE.search(word) and "-" not in word)
        ):
            break
        words.append(found.span("word"))
        if len(words) > MOST_WORDS:
            return []
        at = found.end()
    return words


def _is_verb(word: str) -> bool:
    return finite_verbs().fullmatch(word) is not None


def _of_kind(text: str, word: Span, kind: str) -> bool:
    return text[slice(*word)].lower() in _words(kind)


def _is_measure(text: str, word: Span) -> bool:
    return _of_kind(text, word, "measure")


def _drop_tails(text: str, words: list[Span]) -> list[Span]:
    """ "Hydrogen peroxide levels" are about hydrogen peroxide, "the pulse gradually" about the pulse."""
    while len(words) > 1 and (_of_kind(text, words[-1], "tail") or MANNER.fullmatch(text, *words[-1])):
        words = words[:-1]
    return words


def _judge(text: str, words: list[Span]) -> Span | None:
    """Where a phrase stands that names something a compound can act on."""
    start, end = words[0][0], words[-1][1]
    if read_alone(text[start:end]) is not None:
        return start, end
    if _of_kind(text, words[-1], "never") or end - start < SHORTEST or UNFINISHED.search(text[start:end]):
        return None
    if len(words) == 1 and ADJECTIVE.search(text[start:end]):
        return None
    if len(words) == 1 and (_of_kind(text, words[0], "hollow") or _is_measure(text, words[0])):
        return None
    return start, end


# Between the members of a list: "bone mass, grip strength and endurance".
GLUE = re.compile(r"\s*(?:,\s*(?:and|or|nor)\b|,|/|\b(?:and|or|nor)\b)(?=\s)", re.IGNORECASE)
# "…, and endurance was": the member has a verb of its own.
OWN_VERB = re.compile(
    r"(?:\s+(?:in|of|at|from)\s(?:[\w-]+\s){0,4}?[\w-]+)?\s+(?:\w+ly\s+)?(?:is|are|was|were|has|had|have|does|did|do|rose|fell|went|stayed|remained|may|can|could|might|will|would"
    r"|becomes?|became|gets?|got|goes?|rises?|falls?|drops?|climbs?|grows?|declines?|follows?|heaps?|swells?|comes?|came)\b",
    re.IGNORECASE,
)
MOST_MEMBERS = 5


def find_next(text: str, at: int) -> int | None:
    """Where the next member of a list begins behind a member that ends at `at`; None where the list is at its end."""
    glue = GLUE.match(text, at)
    return glue.end() if glue is not None and not EXPLAINED.match(text, at) else None


# "BDNF, a protein that neurons need": the same thing again in other words.
EXPLAINED = re.compile(r"\s*,\s+(?:an?|one of)\s", re.IGNORECASE)


# "…, exhibits such activity", "and closed wounds": no member, but a second verb.
SECOND_VERB = re.compile(r"(?:[a-z]+(?<![suia])s|[a-z]+(?<!e)ed|[a-z]+ing)\s", re.IGNORECASE)


NOUN_END = re.compile(r"(?:[st]ion|ity|ness|ment|osis|itis|emia|aemia|[ae]nce|th|ism)$", re.IGNORECASE)


def _is_member(text: str, phrase: Span) -> bool:
    """Whether a noun phrase goes on with a list, and does not begin a clause of its own."""
    return not (
        OWN_VERB.match(text, phrase[1])
        or SECOND_VERB.match(text, phrase[0], phrase[1])
        or base_verbs().match(text, phrase[0], phrase[1])
        or (WORD.fullmatch(text, phrase[0], phrase[1]) and not NOUN_END.search(text[slice(*phrase)]))
    )


def list_phrases(text: str, at: int, known: Sequence[Span] = ()) -> list[Span]:
    """The noun phrases of a list that begins at offset `at`; spans that are `known` for names are members as well."""
    found: list[Span] = []
    following: int | None = at
    while following is not None and len(found) < MOST_MEMBERS:
        start = WORD.match(text, _skip_openings(text, following, len(text)))
        first = start.start("word") if start is not None else following
        phrase = next((span for span in known if span[0] == first), None) or find_phrase(text, following)
        if phrase is None or (found and phrase not in known and not _is_member(text, phrase)):
            break
        found.append(phrase)
        following = find_next(text, phrase[1])
    return found


# "Wound closure in rabbit cornea": where an outcome was seen, between it and its verb.
PLACED = re.compile(
    r"(?:\s+(?:in|of|within|at|from|on|among|for|across|by|per|during|after|with|under|following|between)\s[^,;:()]{1,80})?\s*",
    re.IGNORECASE,
)
LEADS = re.compile(
    r"^\W*(?:(?:and|but|while|whereas|although|though|because|since|then|also|so|or|nor|neither|yet|that)\b\W*)*",
    re.IGNORECASE,
)
AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|it|they|we|that|which|who|does|did|do|may|can|could|might|to)\b", re.IGNORECASE
)


def find_phrases_before(text: str, first: int, last: int, known: Sequence[Span] = ()) -> list[Span]:
    """The noun phrases that are the subject of a verb at offset `last`, in the clause that begins at `first`.

    Spans that are `known` for names can be members of their list.
    """
    comma = next((m.end() for m in reversed(list(COMMA.finditer(text, first, last)))), first)
    for start in dict.fromkeys((first, comma)):  # "In old rats, grip strength rose"
        begin = min(last, LEADS.match(text[start:last]).end() + start)  # type: ignore[union-attr]
        found = list_phrases(text[:last], begin, known)
        behind = text[found[-1][1] : last] if found else ""
        if found and PLACED.fullmatch(behind) and not AUXILIARY.search(behind):
            return found
    return []


COMMA = re.compile(r"[,:](?=\s)")
