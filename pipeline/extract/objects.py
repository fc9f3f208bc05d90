"""What names a trigger governs: objects behind or in front of it, in lists, each with the tissue it is said of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Mention, Quantity

# Words that may stand between the members of one list of objects: "BDNF and NGF mRNA, and the protein".
LIST_GLUE = re.compile(
    r"^(?:[\s,/&()+;]|\b(?:and|or|as|well|plus|both|the|its|of|in|mRNAs?|proteins?|expression|levels?|genes?"
    r"|signal(?:l)?ing|activity|secretion|release|synthesis|production|transcripts?|pathways?|turnover"
    r"|to a lesser (?:degree|extent)|conditions?|disorders?|diseases?|involving|related|such)\b)*$",
    re.IGNORECASE,
)
# A verb between trigger and name: the name belongs to another statement.
BLOCKING = re.compile(
    r"\b(?:is|are|was|were|has|have|had|that|which|who|does|did|do|via|through|following|after|by|patients?|kind"
    r"|how|associated|related"
    r"|linked|to (?:reduce|increase|improve|support|promote|enhance|regulate|prevent)"
    r"|preserv\w+|support\w*|promot\w+|reduc\w+|improv\w+|prevent\w+|increased|enhanced|decreased|lower|faster|changes|trends?)\b",
    re.IGNORECASE,
)
IN_PLACE = re.compile(r"\b(?:in|of|within|from|across|throughout)\s+(?:[\w-]+\s+){0,4}?$", re.IGNORECASE)
# Verbs whose object stands before them in the passive: "NGF was increased by Semax".
ACTIONS = frozenset({"increases", "decreases", "modulates", "binds", "activates", "inhibits"})
PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
# "BDNF protein in the rat hippocampus rose": where an object was measured, between it and its verb.
PLACES = frozenset({Label.TISSUE, Label.SPECIES, Label.MATRIX})
IN_PLACE_ONLY = re.compile(r"^\s*(?:of (?:the )?)?$", re.IGNORECASE)
IN_FRONT_OF_PLACE = re.compile(
    r"\s*(?:mRNA|protein|levels?|expression|content|concentrations?)?\s+(?:in|of|within)\s+(?:the\s+)?(?:\w+\s+)?$",
    re.IGNORECASE,
)
# "JAK1 pathway downregulation": what of the name is changed, between it and the noun that says how.
HEADS = re.compile(
    r"\s+(?:pathway|signal(?:l)?ing|expression|gene|mRNA|protein|production|synthesis|release|secretion|receptor|levels?)"
    r"(?:\s+(?:pathway|expression|activity|production|level))?(?=\s*$)",
    re.IGNORECASE,
)
LOOK_AHEAD = 24  # code points behind a name that tell whether it is only a part of another word


@dataclass(frozen=True, slots=True)
class Found:
    """One object of a trigger: a mention, a number or words, and the tissue that it is said of."""

    mention: Mention | None
    text: str | None
    quantity: Quantity | None
    tissue: Mention | None
    start: int
    end: int
    concept_id: str | None = None
    owner: Mention | None = None  # whose number it is, when the words say so
    size: Mention | None = None  # how large the effect on it is


def find_after(rule: Rule, passage: Passage, end: int) -> Iterator[Found]:
    """The names behind a trigger that ends at page offset `end`, in their lists and places."""
    last = passage.clause(max(passage.start, end - 1))[1]
    chain = Chain(rule, passage, end, at=end)
    for mention in (m for m in passage.mentions if end <= m.start < last):
        if not chain.take(mention):
            break
    yield from chain.finish()


@dataclass
class Chain:
    """The objects behind a trigger in groups, each with the tissues that close it.

    "raised GDNF and CNTF in the cortex and GDNF in the cord": two groups.
    """

    rule: Rule
    passage: Passage
    end: int  # of the trigger
    at: int  # end of the last name taken
    group: list[Mention] = field(default_factory=list)
    placed: list[Mention] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def take(self, mention: Mention) -> bool:
        """Take a name in, or pass it over; false when the chain is at its end."""
        gap = self.passage.between(self.at, mention.start)
        if mention.label in self.rule.object:
            return self._take_object(mention, gap)
        if mention.label is Label.TISSUE and self.group and (self.placed or IN_PLACE.search(gap)):
            if self.placed and not LIST_GLUE.match(gap):
                return False
            self.placed.append(mention)
            self.at = mention.end
        elif mention.label is Label.CITATION:
            self.at = mention.end
        return True

    def _take_object(self, mention: Mention, gap: str) -> bool:
        if not self.group and not self.found:
            words = RAISED.sub("", gap) if self.rule.predicate == "acts_through" else gap
            if mention.start - self.end > self.rule.reach or _is_blocked(words):
                return False
            if self.rule.predicate in ACTIONS and INVERTS.search(gap):
                return False
            own = FEW_WORDS.match(gap) and is_activity(self.passage, mention)
            if self.rule.predicate == "has_activity" and not own:
                return False
        elif not LIST_GLUE.match(gap) or (self.placed and IN_PLACE.search(gap)):
            return False
        if self.placed:
            self._close()
        if self.rule.predicate in ACTIONS and ADJECTIVAL.match(
            self.passage.between(mention.end, mention.end + LOOK_AHEAD)
        ):
            return True  # "nitric oxide-mediated healing" is about healing
        behind = self.passage.between(mention.end, mention.end + LOOK_AHEAD)
        if self.rule.predicate == "derived_from" and NOT_ORIGIN.match(behind):
            return not GAPPED.match(behind)
        if TURNED.match(self.passage.between(mention.end, mention.end + LOOK_AHEAD)):
            return False
        self.group.append(mention)
        self.at = mention.end
        return True

    def _close(self) -> None:
        self.found.extend(place_names(_drop_parents(self.group), self.placed))
        self.group, self.placed = [], []

    def finish(self) -> list[Found]:
        """Everything found."""
        self._close()
        return self.found


# "more angiogenesis and cytokine modulation": the last name is what is modulated, not what is increased.
TURNED = re.compile(
    r"^\s+(?:modulation|regulation|inhibition|reduction|suppression|prevention|blockade)\b", re.IGNORECASE
)


# "functions through enhanced receptor activation"
RAISED = re.compile(r"\b(?:enhanced|increased|improved|prolonged)\b", re.IGNORECASE)
# What a compound has as an activity of its own: "anxiolytic effects", but not "memory" or "growth hormone release".
OWN_ACTIVITY = re.compile(
    r"process:(?:.*-(?:activity|effect)|.*protection|immuno(?:modulation|stimulation)|sedation|analgesia|dependence|tolerance"
    r"|.*toxicity|adverse-effects|teratogenicity|vasodilation|neuroregeneration|cognition)"
)
ACTIVITY_WORD = re.compile(r"\b(?:effects?|activit(?:y|ies)|actions?|propert(?:y|ies)|potential)$", re.IGNORECASE)
ACTIVITY_BEHIND = re.compile(
    r"^(?:,? (?:and|or) [\w-]+)?[- ](?:like )?(?:effects?|activit(?:y|ies)|actions?|propert(?:y|ies)|potential)\b",
    re.IGNORECASE,
)


def is_activity(passage: Passage, mention: Mention) -> bool:
    """Whether a process is what a compound does, and not what something else does or what is measured."""
    if OWN_ACTIVITY.fullmatch(mention.concept_id or ""):
        return True
    if (mention.concept_id or "").endswith(("-flow", "-pressure", "-rate", "-release")):
        return False
    if ACTIVITY_WORD.search(mention.text):
        return True
    return bool(ACTIVITY_BEHIND.match(passage.between(mention.end, mention.end + LOOK_AHEAD)))


# "Semax comes from ACTH and Selank from tuftsin"; "the pineal extract epithalamin"
NOT_ORIGIN = re.compile(r"^\s+(?:from|extract|stud(?:y|ies)|data|research|trials|levels)\b", re.IGNORECASE)
GAPPED = re.compile(r"^\s+from\b", re.IGNORECASE)
# Adjectives may stand between "has" and its activity, other nouns and verbs not.
FEW_WORDS = re.compile(
    r"^(?!.*\b(?:half-life|evidence|data|reductions?|increases?|decreases?|risk|due|concerns?)\b)\W*(?:[\w-]+\W+){0,5}$",
    re.IGNORECASE,
)
ADJECTIVAL = re.compile(
    r"^[-‑–](?:mediated|induced|dependent|derived|treated|related|like|containing|associated)\b", re.IGNORECASE
)
# "promotes breakdown of triglycerides" does not promote triglycerides.
INVERTS = re.compile(
    r"\b(?:breakdown|degradation|loss|clearance|depletion|uptake|organi[sz]ation|concerns?|questions?|awareness|need|risk)\b",
    re.IGNORECASE,
)


def _is_blocked(gap: str) -> bool:
    """Whether a verb, or the end of a bracket, keeps what follows from being the object."""
    return bool(BLOCKING.search(gap)) or gap.count(")") > gap.count("(") or gap.count("]") > gap.count("[")


def _drop_parents(group: list[Mention]) -> list[Mention]:
    """ "The GHRH(1–29) fragment of growth hormone-releasing hormone" names one thing: the fragment."""
    parents = {mention.fragment.parent_id for mention in group if mention.fragment is not None}
    return [mention for mention in group if mention.fragment is not None or mention.concept_id not in parents]


def find_before(rule: Rule, passage: Passage, start: int) -> Iterator[Found]:
    """The names right in front of a trigger that starts at page offset `start`."""
    first, last = passage.clause(start)
    chain: list[Mention] = []
    at = start
    places: list[Mention] = []
    for mention in reversed([m for m in passage.mentions if first <= m.start and m.end <= start]):
        gap = passage.between(mention.end, at)
        if mention.label not in rule.object:
            if mention.label in (Label.CITATION, Label.CUE):
                continue
            if not chain and mention.label in PLACES and (gap.strip() == "" or IN_PLACE_ONLY.match(gap)):
                places += [mention] if mention.label is Label.TISSUE else []
                at = mention.start
                continue
            break
        if not chain and at == start:
            gap = HEADS.sub("", gap)
        if not chain and at < start:
            gap = IN_FRONT_OF_PLACE.sub("", gap)
        if not chain and (len(gap) > rule.reach or BLOCKING.search(re.sub(PASSIVE, "", gap))):
            break
        if chain and not LIST_GLUE.match(gap):
            break
        chain.append(mention)
        at = mention.start
    tissues = [
        m
        for m in passage.of(Label.TISSUE)
        if first <= m.start < last and m.start > start and IN_PLACE.search(passage.between(start, m.start))
    ]
    yield from place_names(list(reversed(chain)), places[-1:] or tissues[:1])


def place_names(group: list[Mention], placed: list[Mention]) -> Iterator[Found]:
    """Each name with each tissue that it is said of, or with none."""
    for mention in group:
        for tissue in placed or (None,):
            yield Found(mention, None, None, tissue, mention.start, mention.end)
