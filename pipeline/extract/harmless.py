"""Numbers that are neither doses nor times of an effect: what kills, how much something fell, how long a trial was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.owners import EFFECT_TIMES
from pipeline.extract.stance import judge_stance
from pipeline.schema import Polarity

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule

WORK = re.compile(
    r"\b(?:trial|study|experiment|infusion|session|phase|period|follow-up|surgery|procedure|washout|programme?|stay)"
    r"(?: (?:of|with|on|in)\b[^,.;:]{0,40})?\s*$",
    re.IGNORECASE,
)
EFFECT = re.compile(r"\b(?:effects?|action|activity|relief|response)\b", re.IGNORECASE)
# What kills, and by how much something fell: "decreased by a median of 3 ml a week".
LETHAL = re.compile(
    r"\b(?:LD[-\s]?(?:50|₅₀)|lethal dose|LOAEL|NOA?EL)\b"
    r"|\b(?:decreas|reduc|increas|declin|fell|rose|dropp)\w*\s+by\s+(?:(?:an?|the)\s+)?"
    r"(?:(?:median|mean|average)\s+(?:of\s+)?)?\d*$",
    re.IGNORECASE,
)
HARMLESS = frozenset(
    {"dose-per-mass", "dose-by-route", "dose-used", "activity-seen", "modified-at", "modified-fatty", "modified-group"}
    | {"modified-swap", "modified-word", "modified-end", "modified-added"}
)


# "+16 Da on oxidation", "with copper adds 63.5 Da": a difference, and not how much the whole weighs.
DIFFERENCE = re.compile(
    r"(?:[+±]|[Δδ]\s?(?:m|M|mass)?\s?[=:]?|\b(?:add(?:s|ed|ing)?|plus|gain(?:s|ed)?|shift(?:s|ed)?(?: (?:of|by))?"
    r"|differ(?:s|ence)?(?: (?:of|by))?|(?:heavier|lighter) by)(?: (?:about|roughly|some|another))?)\s?[~≈]?[\d.,]*$",
    re.IGNORECASE,
)
# "1 mg dose = 10 units": what the marks of a syringe mean.
SYRINGE = re.compile(
    r"^[^.;,|]{0,24}\s[=→]\s?[~≈]?[\d.,]+\s?(?:units?|IU|U|mL|ml|clicks?|ticks?|marks?)\b|^\s?=", re.IGNORECASE
)
REACH = 24  # code points in front of a number


def tells_no_value(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """ "No toxicity at 10 mg/kg" denies the harm, not the dose; "LD50: 100 mg/kg" is none that is given."""
    if rule.predicate == "dose" and LETHAL.search(passage.between(passage.clause(start)[0], start)):
        return True
    if rule.predicate == "molecular_weight" and DIFFERENCE.search(passage.between(start - REACH, start)):
        return True
    if rule.predicate == "dose" and SYRINGE.match(passage.between(end, end + REACH + REACH)):
        return True
    if rule.predicate in EFFECT_TIMES and _times_work(passage, start):
        return True
    return rule.id in HARMLESS and judge_stance(passage, start, end).polarity is Polarity.NEGATED


def _times_work(passage: Passage, start: int) -> bool:
    """ "The trial of Semax lasted 48 hours" tells of no effect."""
    before = passage.between(passage.clause(start)[0], start)
    return WORK.search(before) is not None and not EFFECT.search(before)
