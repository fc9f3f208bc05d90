"""What the words of an effect mean beside others: verbs that share a subject, or that turn each other round."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pipeline.extract.naming import is_governed, is_oblique
from pipeline.extract.objects import ACTIONS
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import concept_index, remember
from pipeline.page import Statement
from pipeline.quantity.numerals import find_numerals
from pipeline.schema import Label, Polarity

if TYPE_CHECKING:
    from pipeline.extract.objects import Found
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Leftover, Mention, Subject

# "It raises BDNF, lowers cortisol and improves mood": verbs that share a subject.
JOINED = ACTIONS | {"acts_through", "has_activity"}
JOINT = re.compile(
    r"(?:[,;]|\b(?:and|but|or|while|by|through|via|thereby|thus|hence|with|alongside|plus|accompanied by|as well as)\b)"
    r"\s+(?:which (?:in turn|then|subsequently|ultimately|eventually|finally)\s+)?"
    r"(?:(?:\w+ly|also|further|then|thereby|thus|hence|can|may|might|did|does|do|could|would|to|not|even|so"
    r"|leading to|resulting in|with|an?"
    r"|the|some|marked|clear|significant|small|large|no|about|around|\d[\d.,]*(?:\s?%|-?fold))\s+)*$",
    re.IGNORECASE,
)
# "Appetite goes down and resting energy expenditure goes up": what changes stands in front of its verb.
JOINT_AHEAD = re.compile(
    r"(?:[,;]|\b(?:and|but|while|whereas|so))\s+(?!(?:it|they|this|these|which|that|who|he|she|we|you)\b)(?:[\w-]+\s+){1,6}$",
    re.IGNORECASE,
)
LONGEST_JOINT = 60  # code points of such words
FARTHEST_JOINED = 240  # code points between two such verbs


# "Ipamorelin releases GH, which raises IGF-1": what comes of an effect is an effect too; of less of a thing it is not.
WHICH = re.compile(
    r",\s+which\s+(?:(?:in turn|\w+ly|then|also|helps?(?:\s+to)?|can|may|might|could|will|is (?:known|thought) to)"
    r"\s+)*$",
    re.IGNORECASE,
)
PASSED_ON = frozenset({"increases", "activates", "binds", "acts_through"})


@dataclass(frozen=True, slots=True)
class Told:
    """What a verb told: where it begins in the passage's text, of whom, and whether what it acts on can act further."""

    start: int
    subjects: tuple[Subject, ...]
    goes_on: bool

    @classmethod
    def of(cls, start: int, items: list[Statement | Leftover]) -> Self | None:
        """The claims of one verb; none where it made no claim."""
        made = [item for item in items if isinstance(item, Statement)]
        subjects = {item.subject.concept_id: item.subject for item in made}
        goes_on = any(item.predicate in PASSED_ON and item.polarity is Polarity.AFFIRMED for item in made)
        return cls(start, tuple(subjects.values()), goes_on) if made else None


def is_outcome(passage: Passage, at: int) -> bool:
    """Whether the words at `at` in the passage's text may tell what comes of the effect in front of them."""
    return WHICH.search(passage.text[max(0, at - LONGEST_JOINT) : at]) is not None


def find_joined(rule: Rule, passage: Passage, at: int, told: list[Told]) -> tuple[Subject, ...]:
    """The subjects of the verb in front of a rule's own at `at` in the passage's text, where the two are joined."""
    before = [one for one in told if one.start < at <= one.start + FARTHEST_JOINED]
    joint = JOINT_AHEAD if rule.object_side == "before" else JOINT
    last = max(before, key=lambda one: one.start, default=None)
    if last is None:
        return ()
    outcome = last.goes_on and is_outcome(passage, at)
    if not outcome and not joint.search(passage.text[max(0, at - LONGEST_JOINT) : at]):
        return ()
    own = {subject.concept_id for subject in last.subjects}
    between = (m for m in passage.near(passage.start + last.start, passage.start + at) if m.label is Label.COMPOUND)
    apart = (m for m in between if m.concept_id not in own and not is_oblique(passage, m))
    return () if any(not is_governed(passage, m) for m in apart) else last.subjects


# "Improved anxiety" is less of it.
BETTER = re.compile(
    r"^(?:improv|better|optimi[sz]|restor|rescu|aid|assist|help|benefit|works? for|worked for|lift)"
    r"|.{0,24}\b(?:better|improved)$"
    r"|.{0,24}\b(?:good|useful|helpful|beneficial|effective|great|excellent|valuable)\s\w+",
    re.IGNORECASE,
)
# "Improved LDL" is less of it; what restores blood pressure may raise it.
IMPROVED = re.compile(r"^(?:improv|better|optimi[sz]|benefit)|.{0,24}\b(?:better|improved)$", re.IGNORECASE)
# "Improved stress reactions, joint stiffness": of what nobody wants, though no lexicon has it.
ILL_PHRASE = re.compile(
    r"\b(?:symptoms?|pains?|deficits?|impairments?|dysfunctions?|damage|injur(?:y|ies)|stiffness|complaints|disorders?"
    r"|lesions?|(?:stress|fear|anxiety|inflammatory|allergic) (?:reactions?|responses?)|discomfort|weakness|loss|scars?"
    r"|scarring)$",
    re.IGNORECASE,
)
WORSE = re.compile(r"^(?:worsen|aggravat|exacerbat)", re.IGNORECASE)


@remember
def ills() -> frozenset[str]:
    """The concepts that nobody wants, other than diseases: wrinkles, nausea, neuronal death."""
    return frozenset(row.id for row in concept_index().values() if row.ill)


@remember
def lows() -> frozenset[str]:
    """The concepts that are better low, and no ills: blood pressure, LDL cholesterol."""
    return frozenset(row.id for row in concept_index().values() if row.better_low)


# "Stimulates MC4R" is no more of it, but makes it signal.
RECEPTOR = re.compile(r"^target:(?:[\w-]+-receptors?(?:-\w+)?|mc\dr|kiss1r|ghs-r1a|nk\dr?|vpac\d)$")
AROUSES = re.compile(r"^(?:stimulat|trigger|engag|excit|switch|turn)", re.IGNORECASE)


# "Leading to reduced food intake and weight loss": there is more of what is itself a loss.
LOST = frozenset({"process:weight-loss", "process:fat-loss"})


# "Blunted the stress-induced rise in cortisol" lowers cortisol; "reversed the fall in BDNF" raises it.
OPPOSITE = {"increases": "decreases", "decreases": "increases"}
# "Causes slowed emptying" slows it, and what "prevents impaired memory" leaves more of it.
CAUSES = re.compile(
    r"^(?:caus|induc|produc|provok|trigger|creat|result|lead|led|giv|gave|yield|show|bring|brought)", re.IGNORECASE
)
LACKING = re.compile(
    r"\b(?:reduced|decreased|lowered|diminished|lessened|slowed|slower|delayed|impaired|blunted|suppressed|depressed|weakened"
    r"|lower|less|fewer|poorer|deficient|defective)\s+$",
    re.IGNORECASE,
)


# "May cause kidney function changes": there is no more of it, but it is not what it was.
ALTERED = re.compile(
    r"^\s+(?:changes|abnormalit(?:y|ies)|fluctuations?|disturbances?|irregularit(?:y|ies)|alterations?|swings)\b",
    re.IGNORECASE,
)


def turn_altered(rule: Rule, item: Found, behind: str) -> Rule:
    """The rule for an object that the words `behind` it say has changed, and not which way; no ill is meant."""
    if rule.predicate != "increases" or item.mention is None or not ALTERED.match(behind):
        return rule
    ill = item.mention.label is Label.DISEASE or item.mention.concept_id in ills()
    return rule if ill else rule.model_copy(update={"predicate": "modulates"})


def _turn_lacking(rule: Rule, item: Found, words: str, before: str) -> Rule:
    """The rule for an object that the words `before` it call too little, or less than it was."""
    turns = rule.predicate == "decreases" or (rule.predicate == "increases" and CAUSES.match(words))
    if not (turns and LACKING.search(before)) or (item.mention is not None and item.mention.label is Label.DISEASE):
        return rule
    return rule.model_copy(update={"predicate": OPPOSITE[rule.predicate]})


def turn_object(rule: Rule, item: Found, words: str, before: str, *, first: bool) -> Rule:
    """The rule for its object: an ill that is made better, a good that is made worse, a receptor that is aroused.

    `before` is what parts the object from the words; `first` tells whether it opens their list.
    """
    return _turn_lacking(_turn_kind(rule, item, words, first=first), item, words, before)


def _turn_kind(rule: Rule, item: Found, words: str, *, first: bool) -> Rule:
    """The rule for the kind of thing that its object is."""
    if rule.predicate == "decreases" and not first and item.mention is not None and item.mention.concept_id in LOST:
        return rule.model_copy(update={"predicate": "increases"})
    if rule.predicate != "increases":
        return rule
    if item.mention is None:
        eased = item.is_phrase and BETTER.match(words) and ILL_PHRASE.search(item.text or "")
        return rule.model_copy(update={"predicate": "decreases"}) if eased else rule
    if AROUSES.match(words) and RECEPTOR.match(item.mention.concept_id or ""):
        return rule.model_copy(update={"predicate": "activates"})
    return rule.model_copy(update={"predicate": "decreases"}) if is_less(item.mention, words) else rule


def is_less(mention: Mention, words: str) -> bool:
    """Whether words that better or worsen something tell of less of it."""
    if mention.concept_id in lows():
        return IMPROVED.match(words) is not None
    ill = mention.label is Label.DISEASE or mention.concept_id in ills()
    return (BETTER if ill else WORSE).match(words) is not None


RELIEF = re.compile(r"^(?:relief|alleviation|amelioration)s?$", re.IGNORECASE)


def is_good_eased(item: Found, words: str) -> bool:
    """Whether a noun for the end of ills stands behind a good: "wound healing and pain relief"."""
    if not RELIEF.match(words.strip()) or item.mention is None or item.mention.label is not Label.PROCESS:
        return False
    return item.mention.concept_id not in ills()


# "Prevents activation of NF-kB" inhibits it.
TURNED = OPPOSITE | {"activates": "inhibits", "inhibits": "activates"}
LONGEST_TURN = 60  # code points between a verb and the noun whose sense it turns round


@remember
def _turning() -> re.Pattern[str]:
    verbs = fill_in("(?:<down:verb>|<inhibit:verb>)")
    noun = r"(?!(?:and|or|but|with|in|by|via|through|to|for|on)\b)[\w-]+"
    return re.compile(rf"(?<![\w-]){verbs}\s+(?:{noun}\s+){{0,4}}$", re.IGNORECASE)


# "Slows the breakdown of enkephalins" raises them; a breakdown that nothing slows raises nothing.
KEPT = frozenset({"up-kept", "up-kept-before"})


def is_lost(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether the words at `start` tell of a loss that no verb in front of them slows."""
    before = passage.between(max(passage.clause(start)[0], start - LONGEST_TURN), start)
    return rule.id in KEPT and not _turning().search(before)


# "Went from 8.1 to 6.6 %": the numbers say which way; "took LH from 5.4 to 20.8" has its verb in front of the name.
MOVED = "from-to"
TAKES = re.compile(
    r"\b(?:t(?:akes?|ook|aking)|br(?:ings?|ought|inging)|mov(?:es?|ed|ing)|shift(?:s|ed|ing)|carr(?:y|ies|ied)|push(?:es|ed)?"
    r"|dr(?:ives?|ove)|l(?:ifts?|ifted|owers?|owered)|rais(?:es|ed)|cuts?|went|goes|came|passed|fell|rose|grew|dropped|increased"
    r"|decreased|reduced|improved|changed)\b",
    re.IGNORECASE,
)


def read_way(rule: Rule, match: re.Match[str]) -> Rule:
    """The rule by which way its own words point: of two numbers which is larger, of an effect of which kind it is."""
    if rule.id != MOVED:
        return direct(rule, match[0])
    values = [numeral.value for numeral in find_numerals(match[0])]
    falls = len(values) > 1 and values[-1] < values[0]
    return rule.model_copy(update={"predicate": "decreases"}) if falls else rule


def is_range(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether two numbers only bound something: no verb stands in front of them that moves it."""
    words = passage.between(max(passage.clause(start)[0], start - LONGEST_TURN), end)
    return rule.id == MOVED and not TAKES.search(words)


# "Accelerated emptying and eased vomiting", "halved the dose": what has an object is not what changed.
BOTH_WAYS = re.compile(
    r"(?:eased|slowed|halved|doubled|tripled|quadrupled|lessened|shrank|dropped|abated|resolved|spiked)$", re.IGNORECASE
)
OBJECT = re.compile(
    r"^\s+(?!in\b|on\b|at\b|by\b|to\b|with\b|within\b|from\b|after\b|over\b|under\b|for\b|and\b|but\b|or\b|as\b|while\b|when\b"
    r"|than\b|too\b|off\b|back\b|away\b|again\b|only\b|further\b|even\b|once\b|during\b|between\b|following\b|despite\b"
    r"|through\b|more\b|less\b|about\b|nearly\b|roughly\b|almost\b|slightly\b|there\b|first\b|before\b|until\b|below\b|above\b"
    r"|across\b|among\b|without\b|towards?\b|upon\b|out\b|up\b|down\b|if\b|though\b|although\b|because\b|since\b|whereas\b"
    r"|so\b|not\b|far\b|much\b|soon\b|then\b|compared\b|versus\b|vs\b|relative\b|\w+ly\b|sharply\b|here\b|which\b|that\b)[a-z]"
)


def is_transitive(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether a verb that can be said of what changes is said here of what changed it."""
    if rule.id not in ("up-rose", "down-fell") or not BOTH_WAYS.search(passage.between(start, end)):
        return False
    return OBJECT.match(passage.between(end, passage.end)) is not None


# "Cortisol down, NGF up" tells by a bare word; "pushed cortisol down" by its verb.
POINTERS = frozenset({"up-arrow-behind", "down-arrow-behind"})
PUSHED = re.compile(
    r"\b(?:push|pull|dr[ai]v|drove|bring|brought|tak|took|send|sent|keep|kept|hold|held|drag|nudg|cut|slow|turn|shut|dial|ramp|step"
    r"|speed|sped|cool|calm|tamp|tone|whittl|knock|ton|back|g[eo]t|m[ao]v|stood|stand|set|pick|mak|mad|is|are|was|were|has|had|ha[sd]"
    r"|help|prop|build|built|buil|summ|add|end|grow|grew)\w*\b",
    re.IGNORECASE,
)


def is_pushed(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether "up" or "down" belongs to a verb in front of it."""
    if rule.id not in POINTERS or not passage.between(start, end).isalpha():
        return False
    return PUSHED.search(passage.between(passage.clause(start)[0], start)) is not None


# "An inhibitory effect on NF-kB", "a positive effect on sleep"
EFFECT_ON = "effect-on"
KINDS_OF_EFFECT = tuple(
    (predicate, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for predicate, words in (
        ("inhibits", r"inhibit\w+|antagonis\w+|blocking"),
        ("decreases", r"suppress\w+|depress\w+|reducing|lowering|dampening|negative|adverse"),
        ("increases", r"stimulat\w+|enhanc\w+|promot\w+|positive|beneficial|boosting|favou?rable|restorative"),
    )
)


def direct(rule: Rule, words: str) -> Rule:
    """The rule for an effect on something by the adjective that says of which kind it is."""
    if rule.id != EFFECT_ON:
        return rule
    said = next((predicate for predicate, kind in KINDS_OF_EFFECT if kind.search(words)), rule.predicate)
    return rule.model_copy(update={"predicate": said})


# "Rescued the fall in BDNF", "made up for the loss of muscle"
MENDED = re.compile(
    r"""
    \b (?: rescu(?:e|es|ed|ing) | restor(?:e|es|ed|ing) | correct(?:s|ed|ing)? | und(?:o|oes|id|oing)
         | offset(?:s|ting)? | repair(?:s|ed) | compensat(?:e|es|ed|ing)\sfor | ma(?:ke|kes|de)\sup\sfor
         | mak(?:e|es|ing)\sgood | normali[sz](?:es|ed|ing) ) \s+ (?: (?!(?:and|or|but)\b) [\w-]+\s+ ){0,4} $
    """,
    re.IGNORECASE | re.VERBOSE,
)


# "Positively influences memory", "adversely affects bone"
WAY = re.compile(r"\b(?:(?P<up>positively)|negatively|adversely|detrimentally)\s+$", re.IGNORECASE)
LONGEST_WAY = 20  # code points


# "The stress-induced rise in corticosterone was blunted by Semax": another rule reads what became of it.
@remember
def _undone() -> re.Pattern[str]:
    verbs = fill_in("(?:<down:past>|<inhibit:past>)")
    return re.compile(rf"\b(?:is|are|was|were|been|being)\s+(?:\w+ly\s+|also\s+|then\s+)?{verbs}\b", re.IGNORECASE)


def is_undone(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether a change that a noun names is itself said to be less or prevented."""
    if rule.predicate not in OPPOSITE or not rule.id.endswith("noun-of"):
        return False
    return _undone().search(passage.between(end, passage.clause(start)[1])) is not None


# "Restores the daily rhythm of cortisol", "restoring cortisol rhythms": when there is how much of it, and not more.
RHYTHM = re.compile(
    r"restor\w+\s+(?:[\w-]+\s+){0,4}?(?:rhythms?|rhythmicity|pulsatility|cycles?|patterns?|profiles?)\b", re.IGNORECASE
)
LONGEST_RHYTHM = 70  # code points


def turn(rule: Rule, passage: Passage, start: int) -> Rule:
    """The rule for what words mean behind a verb that turns them round, or an adverb that says which way."""
    if rule.predicate == "modulates" and (way := WAY.search(passage.between(start - LONGEST_WAY, start))) is not None:
        return rule.model_copy(update={"predicate": "increases" if way["up"] else "decreases"})
    if rule.id == "up-verb" and RHYTHM.match(passage.between(start, start + LONGEST_RHYTHM)) is not None:
        return rule.model_copy(update={"predicate": "modulates"})
    if rule.predicate not in TURNED or not rule.id.endswith(("noun", "noun-of")):
        return rule
    before = passage.between(max(passage.clause(start)[0], start - LONGEST_TURN), start)
    mended = rule.predicate == "decreases" and MENDED.search(before) is not None
    if not mended and not _turning().search(before):
        return rule
    return rule.model_copy(update={"predicate": TURNED[rule.predicate]})
