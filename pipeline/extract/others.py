"""Clauses on something else than a compound with a name: on other substances, or a treatment without any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage

# "Many others are sold as chemicals", "a peptide can be a medicine": none that the text is about.
OTHERS = re.compile(
    r"^\W*(?:several|many|most|some|other|few|certain|numerous|various|countless)\s+"
    r"(?:(?:other|such|similar|popular|research|natural|evidence-based|simple|lifestyle"
    r"|of these|of the)\s+){0,2}(?:peptides|compounds|others|drugs|substances|secretagogues|nootropics|approaches"
    r"|strategies|methods|factors|foods|nutrients|supplements|interventions|treatments|options|therapies|are|remain)\b"
    r"|^\W*the following\s+(?:\w+\s+){0,2}(?:compounds|peptides|supplements|ingredients|drugs|substances|nootropics)\b"
    r"|^\W*(?:\w+, )?an? (?:\w+ )?(?:peptide|drug|compound|product|substance) (?:can|may|might|could|must|need not)\b",
    re.IGNORECASE,
)
# "Cognitive behavioural therapy is effective for insomnia"
CARE = re.compile(
    r"\b(?:cognitive[- ]behaviou?ral therapy|CBT(?:-i)?|physical therapy|physiotherapy|psychotherapy|acupuncture"
    r"|meditation|sleep hygiene|bariatric surgery|lifestyle (?:changes|modifications?|interventions?)"
    r"|resistance training)\b",
    re.IGNORECASE,
)
BEFORE = 32  # code points
LAST_WORD = len(" therapy")  # "therapy for" can be the words themselves


def is_care(passage: Passage, at: int) -> bool:
    """Whether a treatment without a compound stands right in front of the words at `at`."""
    first = max(passage.clause(at)[0], at - BEFORE)
    return CARE.search(passage.between(first, at + LAST_WORD)) is not None


def tells_of_others(passage: Passage, at: int, *, named: bool) -> bool:
    """Whether the clause of the words at `at` is on other substances or, where it is not `named`, such a treatment."""
    head = passage.between(passage.clause(at)[0], at)
    return OTHERS.match(head) is not None or (not named and CARE.search(head) is not None)
