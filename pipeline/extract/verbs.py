"""The words that say which way something is changed, in all their forms; the rules name them by their kind.

In the trigger of a rule `<up:verb>` stands for every form of the verbs that raise something, `<up:past>` for their past
forms, `<up:third>` for their third person, `<up:base>` for their base forms, `<up:noun>` for the nouns, `<up:agent>`
for the nouns of what does so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pipeline.lexicon import LexiconRow, read_rows, remember

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VOWELS = "aeiou"
# Behind one of these a word such as "support" or "slow" is a verb.
HELPERS = (
    *("to", "may", "can", "could", "might", "would", "will", "should", "not", "n't", "and", "or", "also", "both"),
    *("help", "helps", "helped", "does", "did", "do", "then", "they", "peptides", "compounds", "that", "which", "ly"),
)
ENDINGS = frozenset({"n't", "ly"})  # "doesn't lower", "directly lower"
NOUNS = frozenset({"noun", "agent"})
PLACE = re.compile(r"<(?P<kind>\w+):(?P<part>\w+)>")


class EffectWords(LexiconRow):
    """Words of one kind: `up`, `down` and so on, which the rules name.

    A verb is written in its base form, or with all its forms where they are irregular: "drive/drives/drove/driving".
    The base form of an `ambiguous` verb is a verb only behind words such as "to" or "may"; an `agent` is a noun for
    what does it: "a booster of BDNF".
    """

    kind: Literal["up", "down", "change", "activate", "inhibit"]
    part: Literal["verb", "ambiguous", "noun", "agent"]
    words: tuple[str, ...]

    @property
    def trigger(self) -> str:
        """The pattern that finds each form of each word."""
        return rf"(?<![\w-]){spell_words(self)}\b"


def spell_words(row: EffectWords) -> str:
    """The forms of a row's words as one pattern, not bounded by anything."""
    forms = [form for word in row.words for form in _list_forms(word, row.part)]
    plain = _join(forms)
    if row.part != "ambiguous":
        return plain
    bases = _join(word.partition("/")[0] for word in row.words)
    behind = "|".join(rf"(?<={_bound(helper)} )" for helper in HELPERS)
    return rf"(?:{plain}|(?:{behind}){bases})"


def _bound(helper: str) -> str:
    return helper if helper in ENDINGS else rf"\b{helper}"


def _list_pasts(word: str) -> Iterator[str]:
    """The past forms of a verb."""
    if "/" in word:
        yield from word.split("/")[2:-1]
        return
    head, space, tail = word.partition(" ")
    yield inflect(head)[2] + space + tail


def _list_thirds(word: str) -> Iterator[str]:
    """The third person of a verb."""
    if "/" in word:
        yield word.split("/")[1]
        return
    head, space, tail = word.partition(" ")
    yield inflect(head)[1] + space + tail


def _list_bases(word: str) -> Iterator[str]:
    """The base form of a verb."""
    yield word.partition("/")[0]


def _list_forms(word: str, part: str) -> Iterator[str]:
    """The forms of a word: a noun with its plural, a verb without its base form where that is no sure sign of one."""
    if "/" in word:
        yield from word.split("/")[1 if part == "ambiguous" else 0 :]
        return
    if part in NOUNS:
        yield from (word, word[:-1] + "ies" if word.endswith("y") else word + "s")
        return
    head, space, tail = word.partition(" ")  # "switch on"
    for form in inflect(head):
        if part == "verb" or form != head:
            yield form + space + tail


def inflect(verb: str) -> tuple[str, str, str, str]:
    """Base form, third person, past and present participle of a regular verb that doubles no consonant."""
    if verb.endswith("e"):
        return verb, verb + "s", verb + "d", verb[:-1] + "ing"
    if verb.endswith("y") and verb[-2] not in VOWELS:
        return verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"
    third = verb + ("es" if verb.endswith(("s", "x", "sh", "ch")) else "s")
    return verb, third, verb + "ed", verb + "ing"


def _join(words: Iterable[str]) -> str:
    """Words as one pattern, those with one first letter together, the longest first."""
    groups: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    return "(?:" + "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in sorted(groups.items())) + ")"


@remember
def _patterns() -> dict[tuple[str, str], str]:
    """The pattern of each kind and part; "verb" holds the ambiguous ones as well."""
    spelled: dict[tuple[str, str], list[str]] = {}
    for row in read_rows("effect_words", EffectWords):
        part = row.part if row.part in NOUNS else "verb"
        spelled.setdefault((row.kind, part), []).append(spell_words(row))
        if part == "verb":
            for name, list_some in (("past", _list_pasts), ("third", _list_thirds), ("base", _list_bases)):
                some = [form for word in row.words for form in list_some(word)]
                spelled.setdefault((row.kind, name), []).append(_join(some))
    return {key: "(?:" + "|".join(patterns) + ")" for key, patterns in spelled.items()}


def fill_in(trigger: str) -> str:
    """A trigger with the words in the place of their kinds."""
    return PLACE.sub(lambda match: _patterns()[match["kind"], match["part"]], trigger)


@remember
def turning_words() -> re.Pattern[str]:
    """Nouns that turn what stands behind them: "causes a drop in cortisol" raises no cortisol."""
    nouns = "|".join(pattern for (_, part), pattern in _patterns().items() if part == "noun")
    return re.compile(rf"\b(?:{nouns})\b", re.IGNORECASE)


@remember
def finite_verbs() -> re.Pattern[str]:
    """Every form of the verbs."""
    verbs = "|".join(pattern for (_, part), pattern in _patterns().items() if part == "verb")
    return re.compile(rf"(?<![\w-])(?:{verbs})\b", re.IGNORECASE)


@remember
def base_verbs() -> re.Pattern[str]:
    """A verb of a plural with a word behind it: "inhibit secretion, delay emptying"."""
    verbs = "|".join(pattern for (_, part), pattern in _patterns().items() if part == "base")
    return re.compile(rf"(?:{verbs})\s", re.IGNORECASE)


@remember
def joined_verb() -> re.Pattern[str]:
    """A verb that goes on where another ends: "enlarging follicles and inhibiting"."""
    verbs = "|".join(pattern for (_, part), pattern in _patterns().items() if part == "verb")
    return re.compile(rf"(?:\b(?:and|or|to|by)|,)\s+(?:{verbs})\b(?! of\b)", re.IGNORECASE)
