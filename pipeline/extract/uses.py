"""What the items of a list say that a compound is used for, by the words that lead into it or by its heading.

"Octreotide is used", then "in acromegaly, a condition in which"; "Indications and usage", then "Adults with obesity".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.barred import bars
from pipeline.extract.rows import page_subject
from pipeline.extract.statements import state
from pipeline.extract.verbs import finite_verbs
from pipeline.schema import BlockKind, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention, Statement

RULE = "use-listed"
# Such as "It is used to treat", "is not indicated for the following conditions"
LEADS_TO_USES = re.compile(
    r"\b(?P<denied>not )?(?:indicated|licen[sc]ed|authori[sz]ed|approved|prescribed|registered|used(?: \w+ly)?)"
    r"(?: (?:by the )?(?:FDA|EMA|TGA|MHRA))?"
    r"(?: (?:for|in|to (?:help )?treat|as)(?: the)?(?: \w+){0,5})?\W*$",
    re.IGNORECASE,
)
# "Therapeutic indications", "What Octreotide is used for", "FDA-Approved Uses"
ON_USES = re.compile(
    r"^\W*(?:\d{1,2}(?:\.\d)?\W+)?(?:what\b.{1,60}\bused (?:for|to treat)|why\b.{1,40}\b(?:prescribed|used)"
    r"|(?:what are )?(?:[\w'’-]+ ){0,3}(?:indications|uses)(?: (?:and|&) (?:usage|uses|dosage))?"
    r"|conditions (?:treated|it treats))\W*$",
    re.IGNORECASE,
)
# "Benefits and possible uses", "Contraindications", "Research uses": no uses of a medicine.
NO_USES = re.compile(
    r"\b(?:contra-?\w+|off-label|research|potential|possible|proposed|studied|experimental|investigational|traditional"
    r"|laborator\w+|lab|cosmetic|other|not)\b|n[’']t\b",
    re.IGNORECASE,
)
# Between the beginning of an item and its first condition, as in "the treatment of women with".
LONGEST_FRONT = 64  # code points
BLOCKED = re.compile(r"[.;:!?]|\b(?:risk|history|due to|caused by|defined|not|never|no|without)\b", re.IGNORECASE)
AIM = re.compile(r"^\W*to (?:help )?(?:treat|relieve|control|manage|reduce|prevent|ease)\b", re.IGNORECASE)
# As in "acromegaly, gigantism and others", "tumours of the gut (e.g. carcinoid tumours)".
NEXT = re.compile(
    r"^[\s,/]*(?:(?:and|or|with|chronic|acute|severe|moderate|mild)\s+)*$"
    r"|^[^.;:,()]{0,40}\((?:e\.g\.|i\.e\.|such as|including)[,:]?\s*$",
    re.IGNORECASE,
)


def read_uses(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The conditions with which an item of a list of uses begins."""
    block = passage.block
    if block.kind is not BlockKind.LIST_ITEM or block.cells or passage.start != block.start:
        return
    named = _list_conditions(passage)
    uses = _find_uses(passage, topics) if named and not bars(passage, topics) else None
    if uses is None:
        return
    for subject in page_subject(passage, topics):
        for mention in named:
            at = (mention.start, mention.end)
            yield state(passage, subject, "indication", RULE, at=at, mention=mention, negated=uses == "denied")


def _find_uses(passage: Passage, topics: Topics) -> str | None:
    """Whether the lead or the heading of an item is on uses: "told" or "denied"."""
    block = passage.block
    if (led := LEADS_TO_USES.search(topics.leads.read_lead(block))) is not None:
        return "denied" if led["denied"] else "told"
    title = topics.theme(block)
    return "told" if ON_USES.match(title) and not NO_USES.search(title) else None


def _list_conditions(passage: Passage) -> list[Mention]:
    """The first condition of an item, and those that stand in one list with it."""
    found: list[Mention] = []
    for mention in passage.of(Label.DISEASE):
        gap = passage.between(found[-1].end if found else passage.start, mention.start)
        if not (NEXT.match(gap) if found else _opens(gap)):
            break
        found.append(mention)
    return found


def _opens(front: str) -> bool:
    said = AIM.sub("", front)
    return len(front) <= LONGEST_FRONT and not BLOCKED.search(said) and not finite_verbs().search(said)
