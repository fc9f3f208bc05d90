"""Whether a process is an activity of a compound's own, or something that it acts on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.page import Mention


LOOK_AHEAD = 24  # code points behind a name that tell whether it is only a part of another word


# What a compound has as an activity of its own: "anxiolytic effects", but not "memory" or "growth hormone release".
OWN_ACTIVITY = re.compile(
    r"process:(?:.*-(?:activity|effect)|.*protection|immuno(?:modulation|stimulation)|sedation|analgesia|dependence|tolerance"
    r"|.*toxicity|adverse-effects|teratogenicity|vasodilation|neuroregeneration|cognition)"
)


# "Mitochondrial activity": what a cell or an organ does.
OF_AN_ORGAN = re.compile(
    r"^(?:mitochondri\w+|brain|neural|neuronal|nerve|enzym\w+|cell(?:ular)?|immune|metabolic|physical|muscle|cortical"
    r"|electrical|receptor|gene|telomerase|kinase|protease|synaptic|osteo\w+)\s+activit(?:y|ies)$",
    re.IGNORECASE,
)


ACTIVITY_WORD = re.compile(r"\b(?:effects?|activit(?:y|ies)|actions?|propert(?:y|ies)|potential)$", re.IGNORECASE)


ACTIVITY_BEHIND = re.compile(
    r"^(?:,? (?:and|or) [\w-]+)?[- ](?:like )?(?:effects?|activit(?:y|ies)|actions?|propert(?:y|ies)|potential)\b",
    re.IGNORECASE,
)


# "It is pro-angiogenic"
OF_THE_KIND = re.compile(r"(?:ic|ive|ory|genic|ant|[dit]ator)$", re.IGNORECASE)


IS = re.compile(r"\b(?:is|are|was|were|be)\s+(?:(?:also|both|\w+ly|an?|not)\s+)*$", re.IGNORECASE)


# What nerves, cells and animals do.
OF_A_BODY = frozenset(
    f"process:{name}-activity"
    for name in ("neuronal", "locomotor", "stem-cell", "seizure", "neural", "muscle", "enzyme", "brain")
)


def is_activity(passage: Passage, mention: Mention) -> bool:
    """Whether a process is what a compound does, and not what something else does or what is measured."""
    if OF_THE_KIND.search(mention.text) and IS.search(passage.between(mention.start - LOOK_AHEAD, mention.start)):
        return True
    if mention.concept_id in OF_A_BODY or OF_AN_ORGAN.match(mention.text):
        return False
    if OWN_ACTIVITY.fullmatch(mention.concept_id or ""):
        return True
    if (mention.concept_id or "").endswith(("-flow", "-pressure", "-rate", "-release")):
        return False
    if ACTIVITY_WORD.search(mention.text):
        return True
    return bool(ACTIVITY_BEHIND.match(passage.between(mention.end, mention.end + LOOK_AHEAD)))


def is_own_activity(words: str, concept_id: str) -> bool:
    """Whether a process that stands alone, as in the head of a column, is an activity by its words or its concept."""
    if concept_id in OF_A_BODY:
        return False
    return bool(OWN_ACTIVITY.fullmatch(concept_id) or OF_THE_KIND.search(words) or ACTIVITY_WORD.search(words))
