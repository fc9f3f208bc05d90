"""Which call-outs a page's own style allows, and what a name beside a year or a number is there."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.annotate.citations.facts import IDENTIFIERS, NUMBERED, change, facts_of, short
from pipeline.annotate.citations.matching import OTHER_AUTHOR, match_entries, note_year
from pipeline.components.citations.words import fold_name
from pipeline.schema import CitationStyle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.annotate.citations.matching import Index
    from pipeline.page import Citation, Mention, Page


# A name and its number stand this close when both point at one work: "Other et al. (2006) showed … [11]".
SAME_POINT = 160  # characters, and no sentence end between them
SAME_SENTENCE = 400  # characters, where the number's entry is the work that the name means
NAMED = (CitationStyle.AUTHOR_YEAR, CitationStyle.FOOTNOTE)
SENTENCE_END = re.compile(r"[.!?]\s+[A-Z]|\n")


def page_style(callouts: Iterable[Mention]) -> CitationStyle | None:
    """The style that most call-outs of the page have, identifiers aside; None without call-outs."""
    counts = Counter(facts.style for mention in callouts if (facts := facts_of(mention)).style not in IDENTIFIERS)
    return max(counts, key=lambda style: (counts[style], style)) if counts else None


def fits_style(facts: Citation, style: CitationStyle | None, index: Index) -> bool:
    """Whether a call-out is one on a page of this style.

    On a page that counts its citations, a lone name is an authority ("Sample, 1875") or a person; on a page whose
    list goes by names or keys, numbers in brackets count something else.
    """
    if style is CitationStyle.NUMERIC and facts.style is CitationStyle.AUTHOR_YEAR:
        return facts.year is not None and " " in (facts.authors or "")
    if style in NAMED and facts.style is CitationStyle.NUMERIC:
        return not index.entries or any(kind == CitationStyle.NUMERIC for kind, _ in index)
    return True


def check_named_numbers(page: Page, callouts: Sequence[Mention], index: Index) -> list[Mention]:
    """Leave out names that the next number stands for; note on the number where its entry is another work."""
    kept: list[Mention] = []
    name: Mention | None = None
    for mention in callouts:
        facts = facts_of(mention)
        if facts.style is CitationStyle.AUTHOR_YEAR:
            if name is not None:
                kept.append(name)
            name = mention
            continue
        if name is not None and facts.style in NUMBERED:
            between = page.text[name.end : mention.start]
            reach = SAME_SENTENCE if _is_work(name, mention, index) else SAME_POINT
            if len(between) <= reach and not SENTENCE_END.search(between):
                kept.append(_compare_name(name, mention, index, adjacent=len(between.strip(" (),")) == 0))
                name = None
                continue
        if name is not None:
            kept.append(name)
            name = None
        kept.append(mention)
    return [*kept, name] if name is not None else kept


def _is_work(name: Mention, number: Mention, index: Index) -> bool:
    """Whether a number leads to the very work that a name with its year means."""
    return any(entry in index.get(("author", facts_of(name).key), ()) for entry in match_entries(number, index))


def _compare_name(name: Mention, number: Mention, index: Index, *, adjacent: bool) -> Mention:
    found = match_entries(number, index)
    if len(found) != 1:
        return number
    cited, entry = facts_of(name), facts_of(found[0])
    first = cited.key.partition(" ")[0]
    if entry.authors is None or not adjacent:
        return number
    if first not in fold_name(entry.authors):
        return change(number, note=f"{OTHER_AUTHOR}: {cited.authors} in the text, {short(entry.authors)} in the list")
    return note_year(number, cited.year, entry.year)
