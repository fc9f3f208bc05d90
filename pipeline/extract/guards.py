"""What keeps words from making the claim that they would make elsewhere: descriptions, controls, the course of life."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.chains import GRADES
from pipeline.extract.effects import JOINED, LONGEST_TURN, OPPOSITE
from pipeline.extract.objects import PASSIVE
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import remember
from pipeline.schema import BlockKind, Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule

# "enhancers that act on", but not "Semax is a peptide that acts on": a relative clause speaks of the noun before it.
RELATIVE = re.compile(
    r"(?P<noun>\S+?),?\s+(?:that|which|who)\s+(?:[\w-]+ly\s+|can\s+|may\s+|also\s+|then\s+)*$", re.IGNORECASE
)
PREDICATE_NOUN = re.compile(r"\b(?:is|are|was|were|as|remains?|,)\s+(?:an?|the|one|two)\b[^.;:]{0,90}$", re.IGNORECASE)


def is_relative(passage: Passage, start: int) -> bool:
    """Whether the words at `start` are said of a noun that is no name and not what the subject is called."""
    before = passage.between(passage.start, start)
    match = RELATIVE.search(before[-120:])
    if match is None:
        return False
    noun_end = start - len(match[0]) + len(match["noun"])
    aside = before[noun_end - passage.start :].startswith(",")  # ", which" may speak of all that was said
    labels = (Label.COMPOUND,) if aside else (Label.COMPOUND, Label.TARGET)
    named = any(m.end == noun_end or m.start < noun_end <= m.end for m in passage.of(*labels))
    return not named and not PREDICATE_NOUN.search(before[: len(before) - len(match[0])])


# "elevated blood sugar blunts", "due to reduced appetite": a participle that only describes its noun.
DESCRIBING = re.compile(
    r"\b(?:(?:from|due to|caused by|consistent with|because of|despite)\s+(?:an?\s+|the\s+)?|with an?\s+)$",
    re.IGNORECASE,
)
FIRST_WORD = re.compile(r"^\W*$")


# What was seen, told without a verb: "Improved memory".
OUTCOMES = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})


def is_participle(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` only describe the noun behind them."""
    if rule.predicate not in ("increases", "decreases", "modulates"):
        return False
    before = passage.between(passage.clause(start)[0], start)
    if rule.id in GRADES and FIRST_WORD.match(before) and passage.block.kind not in OUTCOMES:
        return True
    if not passage.between(start, end).endswith("ed"):
        return False
    if rule.predicate in OPPOSITE and _state_before(OPPOSITE[rule.predicate]).search(before):
        return True
    return bool(DESCRIBING.search(before) or (FIRST_WORD.match(before) and passage.block.kind not in OUTCOMES))


@remember
def _state_before(predicate: str) -> re.Pattern[str]:
    """A verb in front of a participle that only says how things were: "lowers" of "lowers elevated cortisol"."""
    kinds = "<up:verb>|<change:verb>" if predicate == "increases" else "<down:verb>|<change:verb>|<inhibit:verb>"
    return re.compile(fill_in(rf"(?<![\w-])(?:{kinds})\s+(?:(?:the|already|\w+ly)\s+)*$"), re.IGNORECASE)


# A label in front of a list item ("Pathway modulation: ...") asserts nothing; a longer head is a clause.
LONGEST_LABEL = 6  # words


def is_label(passage: Passage, start: int) -> bool:
    """Whether the words at `start` stand in the short head of a list item or field."""
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    if head is None or passage.block.kind is BlockKind.TABLE_ROW or not head.start <= start < head.end:
        return False
    return len(head.text.split()) <= LONGEST_LABEL


# "Insulin sensitivity improved in mice" tells of an experiment; "cortisol rises in the morning" tells of life.
CAME_ABOUT = re.compile(
    r"^(?:\w+ed|rose|grew|fell|shrank|went|crept|shot|came|was|were|became|stayed|sank|sped|did(?: not|n[’']t)|had)"
    r"\b",
    re.IGNORECASE,
)


def is_seen(passage: Passage, start: int, last: int) -> bool:
    """Whether something changed in animals, by the words from `start` to the end of the clause at `last`."""
    first = passage.clause(start)[0]
    animals = [m for m in passage.of(Label.SPECIES) if first <= m.start < last]
    return bool(animals and CAME_ABOUT.match(passage.between(start, last)))


# "As blood pressure rises": what happens by itself, and not what a compound did.
HABIT = re.compile(r"^(?:rises|falls|climbs|drops|goes|is|are|becomes)\b", re.IGNORECASE)


# "Rises within 30 minutes of administration": what happens by then is what a compound does.
ON_DOSING = re.compile(
    r"^[^.;,]{0,60}\b(?:administration|injections?|doses?|dosing|treatment|infusion|instillation)\b|^\s+within\b",
    re.IGNORECASE,
)


# "IGF-1 did not change in the placebo arm" is said of the placebo.
CONTROLS = re.compile(
    r"\b(?:in|on|with|among|under) (?:the )?(?:placebo|controls?|vehicle|untreated|sham)\b(?!-)", re.IGNORECASE
)
# "An effect lost once FPR2 was blocked", "when cortisol rises"
SUPPOSED = re.compile(r"\b(?:once|when|whenever|if|unless)\b", re.IGNORECASE)
# "Independent of changes in proliferation"
SET_ASIDE = re.compile(
    r"\b(?:independent(?:ly)? of|regardless of|irrespective of|unrelated to)\s+(?:any\s+)?$"
    r"|\beffects? on\s+(?:[\w-]+\s+){1,3}$",  # "studied for its effects on inflammation modulation"
    re.IGNORECASE,
)


def is_set_aside(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether words in front say that what follows plays no part."""
    return rule.predicate in JOINED and bool(SET_ASIDE.search(passage.between(start - LONGEST_TURN, start)))


# "Rodents have greater density"
HAVING = re.compile(r"\b(?:has|have|contains?|needs?|needed|requires?)\b", re.IGNORECASE)
BY_ANOTHER = re.compile(r"\w+ed\s+by\s", re.IGNORECASE)  # "GLP-1 is released by cells of the gut"
AGAINST_CONTROLS = re.compile(r"\b(?:than|compared|versus|vs|relative|against|instead)\b", re.IGNORECASE)


def is_control(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether an effect without a named subject is that of a control, of another agent, or only supposed."""
    if rule.predicate not in JOINED:
        return False
    first, last = passage.clause(start)
    before = passage.between(first, start)
    if SUPPOSED.search(before) or (rule.id in GRADES and HAVING.search(before)):
        return True
    if BY_ANOTHER.match(passage.between(start, last)) and PASSIVE.search(before):
        return True
    clause = passage.between(first, last)
    return bool(CONTROLS.search(clause)) and not AGAINST_CONTROLS.search(clause)


def is_habit(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` tell what something does by itself."""
    if rule.id not in ("up-rose", "down-fell") or not HABIT.match(passage.between(start, end)):
        return False
    return not ON_DOSING.search(passage.between(end, passage.clause(start)[1]))


def is_told_of(passage: Passage, start: int, last: int) -> bool:
    """Whether something changed once, as in an experiment, and not with age or in an illness: "while NGF fell"."""
    behind = passage.between(start, last)
    if not CAME_ABOUT.match(behind) and not ON_DOSING.search(behind):
        return False
    return not COURSE_OF_LIFE.search(behind) and not any(start < m.start < last for m in passage.of(Label.DISEASE))


COURSE_OF_LIFE = re.compile(
    r"\b(?:with age|ageing|aging|over time|over the years|puberty|menopause|pregnancy|sleep|exercise|stress|meals?"
    r"|fasting|night|morning|patients?|people|adults?|elderly)\b",
    re.IGNORECASE,
)


# "It raised bone mass", "the peptide has also lowered", "which then cuts": words that can mean a compound as a subject.
STANDS_FOR = re.compile(
    r"(?:^\W*|\b(?:it|they|both|either|which|that|this|to|by|and|,|peptides?|compounds?|molecules?|drugs?|substances?"
    r"|hormones?|analogues?|agents?|medicines?|preparation|treatments?|injections?|infusions?|dos(?:e|es|ing)"
    r"|administration|application|exposure|therapy|\w+peptide)\s+)"
    r"(?:(?:\w+ly|also|then|can|may|might|could|would|will|did|does|do|not|has|have|had|been|further|even|both|to|help"
    r"|helps|helped|in turn|no|little|any|an?|clear|significant|exerts?|exerted|shows?|showed|seems|appears|was shown"
    r"|is thought|is said)\s+)*$",
    re.IGNORECASE,
)
LONGEST_STAND_IN = 80  # code points in front of a verb


def may_imply(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether the words at `start` may say of a compound that they do not name what no lexicon holds."""
    if rule.object_side == "before":
        return True
    return bool(STANDS_FOR.search(passage.between(max(passage.clause(start)[0], start - LONGEST_STAND_IN), start)))
