"""Where a sentence begins to ask, and asserts nothing more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage

# "…, but does it help after a stroke?": where a sentence begins to ask.
QUESTION_MARK = re.compile(r"\?[\s\"”’'»)*_\]]*$")
ASKS = re.compile(
    r"(?:^|[,;:(—–-]\s+|\b(?:and|but|or|so|then)\s+)(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[).]\s+)?(?:[\"“(*_-]\s*)?"
    r"(?:(?:and|but|or|so|then|in|on|by|for|to)\s+)?"
    r"(?:do|does|did|is|are|was|were|can|could|will|would|should|might|may|has|have|had|what|which|who|whose|whom|why"
    r"|how|when|where|whether|isn['’]t|aren['’]t|doesn['’]t|don['’]t|didn['’]t|can['’]t|won['’]t|couldn['’]t)\b",
    re.IGNORECASE,
)


def find_asking(passage: Passage) -> int | None:
    """The page offset from which a sentence asks, and asserts nothing; None for one that asks nothing."""
    if not QUESTION_MARK.search(passage.text[-LONGEST_MARK:]):
        return None
    asks = ASKS.search(passage.text)
    return passage.start + (asks.start() if asks else 0)


LONGEST_MARK = 12  # code points: a question mark, and what closes quotes and brackets behind it
