"""Words that part a verb from what it changes: how much of it there is, how it was before, where and under what."""

from __future__ import annotations

import re

# "Lowers elevated cortisol", "restores reduced BDNF": how things were before.
STATE = re.compile(
    r"^\s*(?:(?:the|already|\w+ly)\s+)*(?:elevated|raised|increased|reduced|decreased|lowered|impaired|depleted|suppressed)\s",
    re.IGNORECASE,
)


# "Reduces the severity of colitis", "raises the risk of stroke": how much there is of it.
MEASURED = re.compile(
    r"^\s*(?:(?:the|an?|any|their|its|both|overall|relative|long-term|future|cardiovascular|increased|decreased|reduced"
    r"|elevated|lower|higher|\w+ly)\s+){0,3}"
    r"(?:severity|risks?|incidence|rates?|number|frequency|progression|symptoms?|signs?|markers?|onset|development|duration"
    r"|occurrence|prevalence|extent|spread|burden|recurrence|chances?|likelihood|odds|course|intensity|degree|amount|levels?"
    r"|episodes?|cases|bouts|feelings?|sensations?|perception|consequences|effects|impact|worsening"
    r"|secretion|release|production|expression|synthesis|concentrations?)"
    r"(?:\s+(?:and|or)\s+(?:severity|risk|incidence|frequency|progression|duration|number|extent|intensity|symptoms|signs))?"
    r"\s+(?:of|for|from|(?:commonly |often |typically )?(?:associated with|related to|linked to|due to))\b"
    r"|^\s*(?:(?:more than|about|around|over|nearly|almost|up to|at least)\s+)?(?:half|most|much|many|some|a third"
    r"|a quarter|two thirds|\d+ ?%)\s+of\b",
    re.IGNORECASE,
)


# "Prevents conditions such as gout": the kind of thing that the names behind it are.
KIND_OF = re.compile(
    r"^\s*(?:(?:an? )?(?:wide |broad |large )?(?:number|variety|range|array|host) of\s+)?"
    r"(?:(?:the|various|many|several|some|other|certain|common|both|[\w-]+(?:al|ic|ed|ive|ory|ous|ar))\s+){0,3}"
    r"(?:processes|functions|behaviou?rs|aspects|conditions|disorders|diseases|illnesses|ailments|problems|issues|complaints|complications|symptoms|syndromes|outcomes)\s*,?\s"
    r"(?:such as|like|including|e\.g\.,?|for example,?)\s+",
    re.IGNORECASE,
)


# "Lower secretion of IL-6", "removed half of the cells": words that its reach does not count.
AMOUNT = re.compile(
    r"^\s*(?:secretion|release|production|expression|synthesis|concentrations?|levels?|(?:[\w-]+ ){0,2}half|most) of\b",
    re.IGNORECASE,
)


# "Insulin secretion at high glucose was greater": under what it was seen.
CONDITION = re.compile(
    r"(?<=\w)\s+(?:at|under|despite|in response to|in the presence of|in the absence of|by|using|(?:as )?measured by"
    r"|(?:as )?measured with|assessed (?:by|with))\s+"
    r"(?:(?:an?|the|high|low|lower|higher|normal|elevated|physiological|basal|saturating|limiting|constant|clamped|oral|intravenous)\s+){0,3}$",
    re.IGNORECASE,
)


SITE = re.compile(r"(?<=[a-z0-9])\s+(?:in|within|inside)\s+(?:the\s+|these\s+|those\s+)?$", re.IGNORECASE)


# "IL-4, by contrast, is not affected", "Joint inflammation, scored on histology, was": what stands in passing.
APPOSED = re.compile(
    r"^\s*,\s(?:(?:by|in) contrast|however|though|on the other hand|in turn|too|meanwhile|moreover"
    r"|(?:as )?(?:measured|assessed|scored|judged|rated|estimated|reported|shown|seen|determined|quantified)\b"
    r"[^,;.]{0,60}),\s",
    re.IGNORECASE,
)


# "Range of motion in the treated animals had recovered"
SEEN_IN = re.compile(
    r"^\s+(?:in|of|among|on|with)\s+(?:the |those |all |these )?(?:treated|dosed|injected|young|old|older|aged|healthy"
    r"|obese|active|peptide|drug|treatment|verum)\s+(?:animals|rats|mice|group|arm|patients|subjects|participants|volunteers"
    r"|men|women|cells|people)\s+(?:(?:had|has|have)\s+)?(?:\w+ly\s+)?$",
    re.IGNORECASE,
)


# "Hypertension caused by irradiation was reversed"
CAUSED_BY = re.compile(
    r"^\s+(?:caused|induced|provoked|produced|triggered|elicited|evoked) by [\w\s-]{3,40}?(?=\s(?:was|were|is|are)\s)",
    re.IGNORECASE,
)


def drop_asides(gap: str) -> str:
    """The words between a name and its verb, less those in passing: "was" of ", by contrast, was"."""
    return SEEN_IN.sub(" ", CAUSED_BY.sub(" ", APPOSED.sub(" ", gap)))


# "TrkB, a receptor that BDNF binds, was activated": what the thing in front of the verb is.
APPOSITION = re.compile(
    r",\s+(?:an?|the|one of|which|also)\s[^,;:()]{3,100},\s+"
    r"(?:(?:is|are|was|were|be|been|being|may|might|can|could|also|then|has|have|had|not|\w+ly)\s+)+$",
    re.IGNORECASE,
)
LONGEST_APPOSITION = 160  # code points


def measure_apposition(before: str) -> int:
    """How many code points in front of a verb only say what the thing in front of them is."""
    apposed = APPOSITION.search(before[-LONGEST_APPOSITION:])
    return len(apposed[0]) if apposed is not None else 0


# "The metabolism of serotonin": neither what is turned over nor metabolism at large.
TURNED_OVER = re.compile(r"(?:metabolism|catabolism|turnover|degradation|clearance)$", re.IGNORECASE)


# "Cortisol after GHRH stimulation": what was done, and nothing that came of it.
AFTERWARDS = re.compile(
    r"\b(?:following|after|before|upon|during|under|despite|without|on top of|in response to|compared (?:with|to))"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# "For the treatment of adult patients with": whose condition it is.
OF_PEOPLE = re.compile(
    r"^\s*(?:(?:the )?(?:treatment|management|therapy) of |treat(?:ing)? )?(?:[\w-]+ (?:and |or )?){0,4}?"
    r"(?:patients|people|adults|children|individuals|men|women)(?: \([^()]{1,40}\))?"
    r"(?: (?:aged )?\d{1,2} years? (?:of age )?(?:and|or) (?:older|above|over))? (?:with|who have|suffering from) ",
    re.IGNORECASE,
)


# Adjectives may stand between "has" and its activity, other nouns and verbs not.
FEW_WORDS = re.compile(
    r"^(?!.*\b(?:half-life|evidence|data|reductions?|increases?|decreases?|risk|due|concerns?|effects? on)\b)"
    r"\W*(?:[\w-]+\W+){0,5}$",
    re.IGNORECASE,
)


# "BDNF-mediated", "pain free walking"
ADJECTIVAL = re.compile(r"^[-‑–][a-z]{3,}\b(?!-?\d)|^ free (?!of\b)[a-z]")


# "promotes breakdown of triglycerides" does not promote triglycerides.
INVERTS = re.compile(
    r"\b(?:breakdown|degradation|loss|clearance|depletion|(?:re-?)?uptake|organi[sz]ation|management|cross-?linking|cleavage|hydrolysis|shedding|internali[sz]ation|desensiti[sz]ation|concerns?|questions?|awareness|need"
    r"|risk|less|fewer|little|(?:hardly|barely) any)\b",
    re.IGNORECASE,
)


# "Activates pathways involved in learning" activates no learning.
INVOLVED = re.compile(
    r"\b(?:involved|implicated) in\b|\b(?:responsible|important|essential|critical|crucial|vital) (?:for|to|in)\b",
    re.IGNORECASE,
)
CO_VERB = re.compile(r"^\s*(?:to|with)?\s*(?:and|or)\s+[a-z]+", re.IGNORECASE)  # "binding to and activating MC4R"
