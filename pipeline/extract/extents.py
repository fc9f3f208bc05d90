"""Words for how much there is of a thing, and for how things were before: they part a verb from what it changes."""

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
    r"(?:\s+(?:and|or)\s+(?:severity|risk|incidence|frequency|progression|duration|number|extent|intensity))?"
    r"\s+(?:of|for|from)\b"
    r"|^\s*(?:(?:more than|about|around|over|nearly|almost|up to|at least)\s+)?(?:half|most|much|many|some|a third"
    r"|a quarter|two thirds|\d+ ?%)\s+of\b",
    re.IGNORECASE,
)


# "Lower secretion of IL-6", "removed half of the cells": words that its reach does not count.
AMOUNT = re.compile(
    r"^\s*(?:secretion|release|production|expression|synthesis|concentrations?|levels?|(?:[\w-]+ ){0,2}half|most) of\b",
    re.IGNORECASE,
)
