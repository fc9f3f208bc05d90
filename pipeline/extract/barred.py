"""Lists of those who must not be given a compound: they tell neither what it does nor what it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.promises import HAS_VERB
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics

# "Contraindications"; Selank should not be used in patients with asthma; who should avoid it?
BARS = re.compile(
    r"\bcontra-?indicat"
    r"|\b(?:should|must|may|can) ?(?:not|never) (?:be )?(?:used?|taken?|given|administered|prescribed|considered)\b"
    r"|\bdo(?: not|n[’']t) (?:use|take|inject)\b|\bwho (?:should|must) (?:not|avoid|be careful)\b"
    r"|\b(?:should|must) be avoided\b|\bavoid(?:ed)? (?:it |use |using \w+ )?(?:if|in|by|with)\b"
    r"|\bnot (?:recommended|suitable|appropriate|advised) (?:for|if|in)\b|\bwho is it not for\b"
    r"|\b(?:tell|talk to|ask|inform|consult) your (?:doctor|physician|provider)\b|\bwith caution\b",
    re.IGNORECASE,
)
LONGEST_HEAD = 60  # code points of a heading or of the name of a field


def lists_barred(passage: Passage, topics: Topics) -> bool:
    """Whether a passage only names whom words above or in front of it bar from a compound: "Elevated liver enzymes"."""
    block = passage.block
    head = next((cell.text for cell in block.cells if cell.is_head), "")
    if len(head) <= LONGEST_HEAD and BARS.search(head):
        return HAS_VERB.search(passage.text[len(head) :]) is None
    if block.kind is not BlockKind.LIST_ITEM or HAS_VERB.search(passage.text):
        return False
    return bars(passage, topics)


def bars(passage: Passage, topics: Topics) -> bool:
    """Whether the lead, the question or the heading of a passage bars people from a compound."""
    block = passage.block
    return BARS.search(topics.leads.read_lead(block) or topics.asked(block) or block.title) is not None
