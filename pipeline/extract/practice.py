"""Countries that only the adjective before "clinical practice" or "hospitals" names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.lexicon import concepts, remember
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage

REGULATOR = " regulator"  # every country of the lexicon has one by its adjective: "Polish regulator"
LONGEST_PRACTICE = 2  # words between the adjective and its noun: "Russian outpatient dermatology practice"
NOUNS = r"practice|medicine|hospitals?|clinics?|pharmac(?:y|ies)|guidelines?|protocols?|physicians|doctors|neurologists"


@remember
def _adjectives() -> dict[str, str]:
    """English names of countries by their adjective."""
    named = (row for row in concepts() if row.label is Label.JURISDICTION)
    return {name.removesuffix(REGULATOR): row.name for row in named for name in row.names if name.endswith(REGULATOR)}


@remember
def _practice() -> re.Pattern[str]:
    """ "in Russian and Ukrainian clinical practice": the adjectives, and what is done there."""
    one = "|".join(re.escape(word) for word in sorted(_adjectives(), key=lambda word: (-len(word), word)))
    return re.compile(
        rf"\b(?P<adjectives>(?:{one})(?:(?:,? and |, |/| or )(?:{one})){{0,4}}) "
        rf"(?:[a-z-]{{3,16}} ){{0,{LONGEST_PRACTICE}}}(?:{NOUNS})\b"
    )


def read_practice(passage: Passage, start: int) -> str | None:
    """The countries in whose practice the words at page offset `start` hold; None where none is named."""
    match = _practice().search(passage.between(*passage.clause(start)))
    if match is None:
        return None
    words = re.findall("|".join(map(re.escape, _adjectives())), match["adjectives"])
    return "; ".join(dict.fromkeys(_adjectives()[word] for word in words))
