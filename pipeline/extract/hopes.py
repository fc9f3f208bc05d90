"""What a page tells without saying that it is so: myths, quoted questions, slogans, advice, aims, failed hopes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.effects import JOINED
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.lexicon import Rule

# "Myth 3: …", "Question: I have read that …": words that the rest of the text answers.
ANSWERED = re.compile(
    r"^\W*(?:(?:common |popular )?(?:myth|misconception|fiction|misbelief)|q|question|rumou?r)"
    r"(?:\s*(?:no\.?\s*|#\s*)?\d{1,3})?\W{0,3}[:.–—]\W",
    re.IGNORECASE,
)
# "«Doesn't apelin raise blood pressure?» asks a reader"
ASKED = re.compile(
    r"[\"“«]\s*(?:(?:and|but|so|ok|hi)\W+)?"
    r"(?:(?:do|does|did|is|are|was|were|can|could|will|would|should|has|have)(?:n[’']t)?|what|why|how|when)\b"
    r"[^\"“”«»?]{2,200}\?",
    re.IGNORECASE,
)
# "«Selank cures anxiety» is marketing."
SLOGAN = re.compile(
    r"[\"“«](?P<said>[^\"“”«»]{2,160})[\"”»],?\s+(?:is|was|remains|are)\s+(?:(?:simply|just|pure|sheer|mere|only|largely"
    r"|mostly|plain|an?|not|a bit of a|at best)\s+){0,3}"
    r"(?:marketing|myth|nonsense|false|wrong|untrue|true|hype|folklore|stretch|exaggeration|slogan|fiction|wishful"
    r"|overstated|misleading|unsupported|hyperbole|bro-?science|lie|sales talk)\b",
    re.IGNORECASE,
)
# "It was hoped that Semax would lower mortality": no more than a hope.
HOPED = re.compile(
    r"\b(?:it (?:was|had been) (?:\w+ )?(?:hoped|wished)(?: that)?|(?:was|were|been) (?:\w+ )?hoped to"
    r"|(?:the|an?|our|their|early|high|great) (?:\w+ )?hopes?\b(?:\s+\w+){0,2}?\s+(?:was|were|had been|that|of|is)"
    r"|(?:researchers|investigators|developers|scientists|authors|we|they|doctors|many|some)"
    r" (?:had )?(?:once )?hoped)\b",
    re.IGNORECASE,
)
# "…; it did not", "… – a hope that was not borne out"
DASHED = re.compile(
    r"[,;:—–(]\s*(?:but\s+|yet\s+|however,?\s+|alas,?\s+|sadly,?\s+|and\s+)?"
    r"(?:(?:it|this|that|they|these|neither|the (?:drug|peptide|trials?|effect|compound|hopes?))\s+"
    r"(?:(?:did|do|does|has|have|was|were|could)(?: not|n[’']t)|never|failed)\b"
    r"|a hope (?:that )?(?:was )?(?:not|never|dashed|unfulfilled)|in vain\b)",
    re.IGNORECASE,
)

# "This guide covers how it works", "Semax FAQ: what it does, whether it is safe": what a page is about to tell.
CONTENTS = re.compile(
    r"^\W*(?:(?:in )?(?:this|our|the|below) )(?:\w+ ){0,3}?(?:guide|article|page|post|overview|FAQ|section|chapter"
    r"|profile|breakdown|primer|entry|piece)\b[^.;:]{0,24}?\b(?:covers?|explains?|explores?|breaks? down|looks? at"
    r"|walks?|compares?|examines?|discusses|outlines?|details?|answers?|we(?:['’]ll| will)?)\b"
    r"|^[^.?!]{0,80}\b(?:FAQ|guide|overview|questions|explained|basics)\s?[:–—]\s+"
    r"(?:what|how|why|whether|does|is|which)\b",
    re.IGNORECASE,
)

EXPLORES = (
    r"(?:(?:evaluat|determin|investigat|examin|explor|compar)(?:e|es|ed|ing)|assess(?:es|ed|ing)?|study|studied|studying"
    r"|clarify|characteri[sz]e|test(?:s|ed|ing)?|look(?:s|ed|ing)? (?:at|into)|(?:wanted to )?(?:learn|find out))"
)
# "The aim was to evaluate", "To assess whether", "We tested the activity of": what a study set out to learn.
AIM = re.compile(
    rf"^\W*(?:[\w &]{{3,40}}[:.]\s*){{0,3}}(?:to )?{EXPLORES}\s+(?:the|both|an?|if|whether)\b"
    rf"|\b(?:aims?|purposes?|objectives?|goals?)\b[^.;]{{0,80}}?\b(?:to|at)\s+(?:\w+ly\s+)?{EXPLORES}"
    rf"|\b(?:study|trial|we|authors|investigation|experiment)\s+(?:was |were |is )?"
    rf"(?:(?:aim(?:s|ed)|sought|designed|set out|intended|planned|conducted|performed|undertaken)\s+)?"
    rf"(?:to\s+)?{EXPLORES}\b",
    re.IGNORECASE,
)
# Behind such words, that something came of it.
CAME_OF_IT = re.compile(
    r"\b(?:found|find(?:s|ings?)|show(?:s|ed|n|ing)|demonstrat\w+|report(?:s|ed|ing)|reveal\w+|conclud\w+|results?|led|leading"
    r"|caus\w+|observ\w+|confirm\w+|saw|whether|if|which|that|how|where)\b|[;:]",
    re.IGNORECASE,
)


# "Always take it with food to minimise nausea": what a reader is to do, and nothing that a compound does.
ADVICE = re.compile(
    r"^\W*(?:(?:always|never|please|simply|just|try to|make sure to|be sure to|remember to)\s+)?"
    r"(?:take|use|start|begin|inject|apply|rotate|drink|eat|titrate|split|increase|reduce|stay|administer|pair|monitor"
    r"|consult|allow|wait|hydrate|avoid)\b[^.;:]*?\b(?:to|for)\s+(?:help\s+)?(?:\w+ly\s+)?$",
    re.IGNORECASE,
)


# "Titrate slowly to minimise side effects", "take it with food to reduce nausea": what a way of dosing does.
ON_DOSING = re.compile(
    r"\b(?:titrat\w+|start(?:s|ed|ing)?|increas\w+|escalat\w+|dos(?:es?|ed|ing|ages?)|slow(?:ly|er)?|gradual\w*|inject\w*"
    r"|rotat\w+|take|taken|taking|food|meals?|split\w*|bedtime|hydrat\w+)\b[^.;]{0,80}\bto\s+(?:help\s+)?(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
UNWANTED = re.compile(
    r"^\s+(?:[\w-]+\s+){0,4}?(?:side[- ]effects?|adverse \w+|nausea|vomiting|(?:GI|gastrointestinal|stomach|gut) \w+"
    r"|discomfort|irritation|tolerance|desensiti[sz]ation|flushing|bloating|drowsiness)\b",
    re.IGNORECASE,
)
# "To minimise side effects, it is recommended to avoid fatty foods".
FOREMOST = re.compile(r"^\W*(?:(?:however|also|so|but|and|in order),?\s)*to\s+(?:help\s+)?$", re.IGNORECASE)
ADVISES = re.compile(
    r"\b(?:recommend\w*|advis\w+|avoid|try|should|consider|start|take|eat|drink|choose|best to|helps? to)\b",
    re.IGNORECASE,
)
LONGEST_ADVICE = 120  # code points in front of such words


def is_advice(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` tell what for a reader is to do something, or to dose so and so.

    Advice that names a compound is silent only on what nobody wants of it.
    """
    if rule.predicate not in JOINED:
        return False
    unwanted = UNWANTED.match(passage.between(end, end + LONGEST_ADVICE)) is not None
    if unwanted and FOREMOST.match(passage.between(passage.start, start)):
        return ADVISES.search(passage.between(end, passage.end)) is not None
    if unwanted and ON_DOSING.search(passage.between(start - LONGEST_ADVICE, start)):
        return True
    if ADVICE.match(passage.between(passage.start, start)) is None:
        return False
    return not any(m.start < start for m in passage.of(Label.COMPOUND))


# "It may interact with other medicines, including those affecting heart rate": a warning, and no effect.
INTERACTS = re.compile(
    r"^\s+(?:[\w-]+\s+){0,4}(?:medications?|medicines?|drugs?|agents|supplements|contraceptives|anticoagulants)\b",
    re.IGNORECASE,
)


def is_interaction(passage: Passage, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` warn of taking something together with other medicines."""
    if not passage.between(start, end).casefold().startswith("interact"):
        return False
    return INTERACTS.match(passage.between(end, end + LONGEST_ADVICE)) is not None


# What a study finds, and does not set out with.
FOUND = JOINED | {"indication"}
# "The Fracture Prevention Trial": a part of a name.
TITLED = re.compile(
    r"\s(?:Trial|Study|Survey|Program(?:me)?|Initiative|Project|Cent(?:er|re)|Foundation|Institute|Society)\b"
)
LONGEST_TITLED = 12  # code points


def is_no_finding(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` tell what a study is called or set out to learn, not what it found."""
    if rule.predicate in JOINED and TITLED.match(passage.between(end, end + LONGEST_TITLED)) is not None:
        return True
    return (rule.predicate in FOUND or rule.id == "gap-whether") and _is_aim(passage, start)


def _is_aim(passage: Passage, start: int) -> bool:
    before = passage.text[: start - passage.start]
    aim = AIM.search(before)
    return aim is not None and CAME_OF_IT.search(before, aim.end()) is None


# "Anyone with a history of cancer should not be raising IGF-1": what people are told to do.
ADVISED = re.compile(
    r"\b(?:anyone|anybody|nobody|no[- ]one|those|people|patients|individuals|users|women|men|you|athletes|children"
    r"|everyone)\b[^.;:]{0,60}?\b(?:should|must|ought to|need to)(?:n[’']t| not| never| avoid)?(?: be)?\s+"
    r"(?:\w+ly\s+)?$",
    re.IGNORECASE,
)


# "Many describe it as a fragment of ghrelin; this is not accurate."
REFUTED = re.compile(
    r"[;,—–]\s+(?:but |and |yet )?(?:this|that|which) (?:is|was) (?:\w+ly )?(?:not (?:quite |strictly )?(?:accurate"
    r"|correct|true|right|so)|inaccurate|incorrect|wrong|false|untrue|a (?:myth|mistake|misconception|misnomer))\b",
    re.IGNORECASE,
)


def is_unowned(passage: Passage, start: int) -> bool:
    """Whether the words at `start` are a myth, a question, a slogan or advice, or a hope of which nothing came."""
    at = start - passage.start
    if ANSWERED.match(passage.text) or CONTENTS.match(passage.text) or ADVISED.search(passage.text[:at]):
        return True
    if REFUTED.search(passage.text, max(at, 0)):
        return True
    if any(asked.start() < at < asked.end() for asked in ASKED.finditer(passage.text)):
        return True
    if any(slogan.start("said") <= at < slogan.end("said") for slogan in SLOGAN.finditer(passage.text)):
        return True
    return HOPED.search(passage.text[:at]) is not None and not is_dashed(passage, start)


# "What this research does not show", above "That Selank cures anxiety".
UNSHOWN = re.compile(
    r"\b(?:(?:do|does|did|can|could)(?:\s?not|n[’']t)\s+(?:(?:yet|actually|really|necessarily)\s+)?"
    r"(?:show|prove|establish|demonstrate|support|mean|tell|claim|confirm|say|imply)"
    r"|(?:not|never)\s+(?:(?:yet|been|actually)\s+){0,2}(?:shown|proven|proved|established|demonstrated|supported|claimed"
    r"|confirmed))\b",
    re.IGNORECASE,
)
OPENS_THAT = re.compile(r"^\W*that\s", re.IGNORECASE)


def lists_unshown(passage: Passage, topics: Topics) -> bool:
    """Whether a passage is a "that …" below words that say that it is not shown."""
    if OPENS_THAT.match(passage.text) is None:
        return False
    block = passage.block
    return UNSHOWN.search(topics.leads.read_lead(block) or topics.asked(block) or block.title) is not None


def is_dashed(passage: Passage, start: int) -> bool:
    """Whether the words at `start` tell a hope that the same sentence says was not fulfilled."""
    at = start - passage.start
    hoped = HOPED.search(passage.text[:at])
    denied = DASHED.search(passage.text, at)
    return hoped is not None and denied is not None and DASHED.search(passage.text[hoped.end() : at]) is None
