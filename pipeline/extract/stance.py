"""How a statement stands: affirmed or denied, and how firmly its words say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.schema import Certainty, Effect, Label, Polarity

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention


@dataclass(frozen=True, slots=True)
class Stance:
    """How a claim is held: polarity, certainty, and the words that decided it."""

    polarity: Polarity
    certainty: Certainty
    cue: str | None


# Weakest first, so that the weakest cue wins (contract, section 3).
WEAKEST = (
    (Effect.OPEN, Certainty.OPEN),
    (Effect.ANECDOTAL, Certainty.ANECDOTAL),
    (Effect.HEDGED, Certainty.HEDGED),
    (Effect.REPORTED, Certainty.REPORTED),
)


def judge_stance(
    passage: Passage, start: int, end: int, *, object_start: int | None = None, negated: bool = False
) -> Stance:
    """Polarity and certainty of words from page offset `start` to `end`; `negated` when they negate themselves.

    A cue between the words and their object counts as well: "has no hormonal activity".
    """
    acting = [
        cue
        for cue in passage.cues
        if cue.cue
        and (_reaches(cue, start, end) or _stands_between(cue, end, object_start))
        and not _is_parted(passage, cue, start, object_start)
        and not _asks_of_other(passage, cue, start, end)
        and not _is_granted(passage, cue, start)
    ]
    acting += [*passage.lead_cues, *_list_shared(passage, acting)]
    # A cue that is part of the words themselves ("unregistered", "no data") has done its work in the rule.
    inside = [cue for cue in acting if start <= cue.start and cue.end <= end]
    own = any(cue.start == start and cue.cue and cue.cue.effect is Effect.NEGATED for cue in inside)
    flips = [
        cue
        for cue in acting
        if cue.cue
        and (cue.cue.effect is Effect.NEGATED or cue.text.casefold() == UNLIKELY)
        and cue not in inside
        and not (own and cue.end <= start)  # "not approved, not scheduled": each denies its own
    ]
    hardly = HARDLY.search(passage.between(start - AHEAD, start))
    polarity = Polarity.NEGATED if negated or flips or hardly else Polarity.AFFIRMED
    words = [cue.text for cue in flips] + ([hardly[1]] if hardly else [])
    for effect, certainty in WEAKEST:
        weak = [cue.text for cue in acting if cue.cue and cue.cue.effect is effect]
        if certainty is Certainty.HEDGED and not weak:
            weak = _list_conditions(passage, start)
        if weak:
            return Stance(polarity, certainty, "; ".join(dict.fromkeys(words + weak)))
    return Stance(polarity, Certainty.ASSERTED, "; ".join(dict.fromkeys(words)) or None)


# "It hardly touches blood pressure": right in front of the verb, and nowhere else, as good as a denial.
HARDLY = re.compile(
    r"\b(hardly|barely|scarcely"
    r"|(?:ha(?:s|ve|d)|show(?:s|ed)?|with|cause[sd]?|provoke[sd]?|produce[sd]?) (?:very )?little)\s+$",
    re.IGNORECASE,
)
# "If it lowers cortisol, it should help sleep": nobody says that it does. "If you inject it, it lowers" says so.
IMAGINED = re.compile(
    r"""
    (?: ^\W* | [,;:(–—] \s* | \b (?:and|but|so|that|because|only) \s+ )
    (?P<if> if | suppose | supposing | assuming | provided ) (?: \s that )? \s
    (?! (?: you | your | one | we | they | people | patients | someone | given | taken | used | not | so | any ) \b )
    [^,;:()–—]* $
    | ^\W* (?P<turned> should | were ) \s (?! you \b | not \b ) [^,;:()–—]* $
    | \b (?P<would> would | should (?! \s be \b ) ) \s (?: (?: also | then | thus | not | be | help | \w+ly ) \s )* $
    """,
    re.IGNORECASE | re.VERBOSE,
)
LONGEST_CONDITION = 120  # code points


def _list_conditions(passage: Passage, start: int) -> list[str]:
    """The word that makes what the words at `start` tell a thing that is only supposed."""
    match = IMAGINED.search(passage.between(max(passage.start, start - LONGEST_CONDITION), start))
    return [match[str(match.lastgroup)]] if match is not None and match.lastgroup else []


UNLIKELY = "unlikely"  # supposed, and denied


INSTEAD = "neg-instead"
LONGEST_JOINT = 2  # code points: ", "


def _list_shared(passage: Passage, acting: list[Mention]) -> list[Mention]:
    """What weakens the words in front of "rather than", and so those behind: "seems to act on A rather than B"."""
    ends = [cue.start for cue in acting if cue.how == INSTEAD]
    return [
        cue
        for cue in passage.cues
        if cue.cue
        and cue.cue.effect is not Effect.NEGATED
        and cue not in acting
        and any(0 <= end - cue.cue.scope_end <= LONGEST_JOINT for end in ends)
    ]


# "is not approved there and is sold as a chemical": a second verb, which the denial of the first does not reach.
SECOND_VERB = re.compile(
    r"\band (?:(?:still|also|therefore|thus|hence) )?remains?\b|"
    r"\band (?:is|are|was|were|has been|can be) \w+ed\b|\band (?:is|are) sold\b"
    r"|\band that (?:it|they|this|these|the \w+) (?:is|are|was|were|has|have|can|may)\b"
    r"|, and (?:[\w-]+ ){1,4}(?:it|they|these|this \w+) \w"
    r"|, and (?:since|in|by) \d{4} |, and (?:the )?(?-i:[A-Z])[\w-]* (?:has|have|is|are|was|were|remains?) ",
    re.IGNORECASE,
)


# "In mice lacking MC4R, the drug still lowered glucose"
PRONOUN = re.compile(r"\b(?:it|they|(?:the|this) (?:peptide|drug|compound|molecule))\b", re.IGNORECASE)
LACKS = re.compile(r"(?:lack|without|devoid|in the absence|absent)", re.IGNORECASE)


# "The low dose, though not the high one, lowered IL-6", "Semax but not Selank raised BDNF": a denial in passing.
IN_COMMAS = re.compile(r"[,(]\s+(?:but\s+|though\s+|although\s+|if\s+|and\s+|yet\s+)?$", re.IGNORECASE)
BUT = re.compile(r"\bbut\s+$", re.IGNORECASE)
CLAUSE = re.compile(r"[,;]|\b(?:it|they|this|which|that|and)\b", re.IGNORECASE)
ACTED_ON = (Label.TARGET, Label.PROCESS, Label.DISEASE, Label.COMPOUND)
ATTRIBUTE = re.compile(r"\s*(?:[\w.]+-)?$")  # "clean, but not FDA-approved"
AHEAD = 40  # code points
LONGEST_BUT = len(", although ")


# "not approved for anything, and WADA bans it", "did not change weight and glucose fell": who or what comes next.
NEXT_NAME = re.compile(r",\s+(?:and|so|yet|then)\s+$", re.IGNORECASE)
OWN_VERB = re.compile(r"^(?-i:[A-Z])[\w-]*\s+[a-z]+s\b")
# "43 residues, no kinship, binds actin": what is denied is a noun, and a verb follows.
NOUN_DENIED = re.compile(r"no|without", re.IGNORECASE)
ITEM_BEFORE = re.compile(r"^\s+[\w-]+(?:\s[\w-]+){0,3},\s+$")
FINITE = re.compile(r"^[a-z]{2,}[a-rt-z]s\s(?!(?:was|were|is|are|of|in|and|or)\b)")
# "Without a needle, potentially easing": what follows from a thing that is not needed.
NEXT_RESULT = re.compile(
    r"\s+(?![\w-]+ing\b)[^,;:()]{2,60},\s+(?:(?:thereby|thus|while|hence|\w+ly)\s+)+$", re.IGNORECASE
)
# "Adults without diabetes lost 15 %": who they were is no denial.
OF_PEOPLE = re.compile(r"^\s+(?:[\w-]+\s+){1,4}$")
PAST = re.compile(r"^(?:lost|rose|fell|had|showed|saw|went|gained|ate|slept|shed|[a-z]{3,}ed)\b", re.IGNORECASE)
NEXT_OUTCOME = re.compile(r"\sand\s+$", re.IGNORECASE)
CAME = re.compile(r"^(?:rose|fell|went|grew|dropped|climbed|declined|increased|decreased|improved)\b", re.IGNORECASE)


# "does not cause nausea, and IGF-1 stayed high": a second subject, which stands in front of its verb.
SECOND_SUBJECT = re.compile(r",\s+(?:and|so|yet|then)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)


def _is_parted(passage: Passage, cue: Mention, start: int, object_start: int | None) -> bool:
    denies = cue.cue is not None and cue.cue.effect is Effect.NEGATED and cue.end <= start
    if not denies:
        return False
    if (LACKS.match(cue.text) and _begins_anew(passage, cue, start)) or _is_conceded(passage, cue, start):
        return True
    if _is_in_bracket(passage, cue, start) or _closes_relative(passage, cue, start):
        return True
    if NEEDED.match(passage.between(cue.end, start)) and FOR_ITS.match(passage.between(start, start + AHEAD)):
        return True
    if cue.how == INSTEAD and (PRONOUN.search(passage.between(cue.end, start)) or _begins_anew(passage, cue, start)):
        return True  # "Instead of calming, it excites"
    if cue.text.casefold() == "without" and NEXT_RESULT.match(passage.between(cue.end, start)):
        return True
    if (aside := _find_aside(passage, cue, start)) is not None:
        return not (object_start is not None and cue.end <= object_start < start and aside)
    if (
        object_start is not None
        and object_start < start
        and SECOND_SUBJECT.search(passage.between(cue.end, object_start))
    ):
        return True
    gap = passage.between(cue.end, start)
    if AND_ENDS.search(gap) and REMAINS.match(passage.between(start, start + AHEAD)):
        return True
    return _has_own_subject(passage, cue, start, object_start) or bool(SECOND_VERB.search(gap))


# "Is not approved and remains experimental"
AND_ENDS = re.compile(r"\band (?:still |also |therefore |thus |hence )?$", re.IGNORECASE)
REMAINS = re.compile(r"remains?\b", re.IGNORECASE)


# "Does not require receptor binding for its anti-inflammatory effects": it has them all the same.
NEEDED = re.compile(r"^\s+(?:[\w-]+\s+){0,3}(?:requir|need|depend|rel[iy]|necessary|essential)", re.IGNORECASE)
FOR_ITS = re.compile(r"^(?:for|of|in) (?:its|their)\b", re.IGNORECASE)


# "None of them is approved (Semax is sold in Russia)": a bracket with a sentence of its own.
SENTENCE = re.compile(r"^\((?:[^()\s]+\s+){1,4}?(?:is|are|was|were|has|have|had|can|may|remains?)\s", re.IGNORECASE)
# "Calm without sedation (via GABA)": by what way it does what it does.
WAY = re.compile(r"(?:via|through|by way of|by means of)\b", re.IGNORECASE)


def _is_in_bracket(passage: Passage, cue: Mention, start: int) -> bool:
    """Whether the words at `start` are of a sentence, or tell a way, in a bracket in front of which a denial stands."""
    around = next((span for span in passage.brackets if span[0] <= start < span[1]), None)
    if around is None or cue.end > around[0]:
        return False
    way = NOUN_DENIED.fullmatch(cue.text) and WAY.match(passage.between(start, around[1]))
    return bool(way or SENTENCE.match(passage.between(*around)))


# "Selank, which does not sedate, dose-dependently inhibited": the main clause goes on behind the comma.
OPENS_RELATIVE = re.compile(r",\s(?:which|who|that)\s[^,;:()]{0,80}$", re.IGNORECASE)
GOES_ON = re.compile(
    r"^[^,;:()]{1,100},\s+(?:(?:\w+-)?\w+ly\s+){0,2}(?:(?!and\b|or\b|nor\b)\w+(?:ed|s)\s+(?:[\w-]+\s+){0,3})?$",
    re.IGNORECASE,
)


def _closes_relative(passage: Passage, cue: Mention, start: int) -> bool:
    """Whether a comma closes the relative clause that a denial stands in, in front of the main verb at `start`."""
    front = passage.between(passage.start, cue.start)
    return bool(OPENS_RELATIVE.search(front)) and GOES_ON.match(passage.between(cue.end, start)) is not None


# "Although not approved for use, it is sold": what a clause in front of the main one denies is denied there alone.
CONCEDES = re.compile(
    r"(?:^|[:;.—–]\s)\W*(?:al)?though\b[^,;:()]{0,80}$|^\W*(?:while|whereas|because|since)\b[^,;:()]{0,80}$",
    re.IGNORECASE,
)
MAIN_CLAUSE = re.compile(r"^[^,;:()]{1,160}(?:\([^()]{1,40}\)[^,;:()]{0,80})?,\s+(?!(?:and|or|nor)\b)")


def _is_conceded(passage: Passage, cue: Mention, start: int) -> bool:
    return bool(
        CONCEDES.search(passage.between(passage.start, cue.start))
        and MAIN_CLAUSE.match(passage.between(cue.end, start))
    )


# "While research suggests possible gains, DSIP is not approved": what is only possible is so in front alone.
GRANTS = re.compile(r"^\W*(?:while|although|though|whereas)\b[^;:()]{0,80}$", re.IGNORECASE)


def _is_granted(passage: Passage, cue: Mention, start: int) -> bool:
    """Whether a cue weakens a clause in front of the main one alone, of which the words at `start` are."""
    if cue.cue is None or cue.cue.effect is Effect.NEGATED or cue.end > start:
        return False
    return GRANTS.match(passage.between(passage.start, cue.start)) is not None and _begins_anew(passage, cue, start)


def _has_own_subject(passage: Passage, cue: Mention, start: int, object_start: int | None) -> bool:
    """Whether the words at `start` have a subject of their own, behind what the denial is about."""
    if NOUN_DENIED.fullmatch(cue.text) and ITEM_BEFORE.match(passage.between(cue.end, start)):
        return FINITE.match(passage.between(start, start + AHEAD)) is not None
    if cue.text.casefold() == "without" and OF_PEOPLE.match(passage.between(cue.end, start)):
        return PAST.match(passage.between(start, start + AHEAD)) is not None
    if NEXT_NAME.search(passage.between(cue.end, start)) and OWN_VERB.match(passage.between(start, start + AHEAD)):
        return True
    if (
        object_start is None
        or not cue.end < object_start < start
        or not CAME.match(passage.between(start, start + AHEAD))
    ):
        return False
    denied = any(cue.end <= m.start and m.end < object_start for m in passage.of(*ACTED_ON))
    return denied and NEXT_OUTCOME.search(passage.between(cue.end, object_start)) is not None


def _begins_anew(passage: Passage, cue: Mention, start: int) -> bool:
    """Whether a comma and a subject of its own stand between a denial and the words at `start`."""
    comma = passage.between(cue.end, start).find(", ")
    if comma < 0:
        return False
    named = any(cue.end + comma < m.start < start for m in passage.of(Label.COMPOUND))
    return named or PRONOUN.search(passage.between(cue.end + comma, start)) is not None


def _find_aside(passage: Passage, cue: Mention, start: int) -> bool | None:
    """Whether a name stands in front of a denial that is only set in before the words at `start`; None if it is not."""
    front = passage.between(passage.start, cue.start)
    behind = passage.between(cue.end, start)
    if ATTRIBUTE.match(behind):
        return None
    if cue.text.casefold() != "not" or (
        not (IN_COMMAS.search(front) and "," in behind) and not (BUT.search(front) and not CLAUSE.search(behind))
    ):
        return None
    return any(cue.start - LONGEST_BUT <= m.end <= cue.start for m in passage.of(*ACTED_ON))


# "It is registered there and its safety is unknown": what is open is of another clause.
OTHER_CLAUSE = re.compile(r"\band\s+(?:it|its|they|their|has|have|had|is|are|was|were|not|no)\b", re.IGNORECASE)


def _asks_of_other(passage: Passage, cue: Mention, start: int, end: int) -> bool:
    if cue.cue is None or cue.cue.effect is not Effect.OPEN:
        return False
    if cue.end > start:
        return end < cue.start and OTHER_CLAUSE.search(passage.between(end, cue.end)) is not None
    return OTHER_CLAUSE.search(passage.between(cue.end, start)) is not None


def _stands_between(cue: Mention, end: int, object_start: int | None) -> bool:
    if cue.cue is None or object_start is None:
        return False
    return end <= cue.start < object_start and cue.cue.scope_start <= object_start < cue.cue.scope_end


def _reaches(cue: Mention, start: int, end: int) -> bool:
    if cue.cue is None:
        return False
    inside = cue.cue.scope_start <= start < cue.cue.scope_end
    return inside or (cue.start < end and start < cue.end)
