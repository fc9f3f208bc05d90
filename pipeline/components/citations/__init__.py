"""Call-outs: the places where a text cites a work.

Every call-out is found as DANGLING: whether it leads to an entry is a question for the whole page.
A mention stands for one cited work and points at the characters that name it: the bracket of `[10]`, the
number in `[3, 4]`, author and year of "(Sample et al., 1996; …)", the year alone of a second one ("2001, «2004»").
A range has one mention for each number in it; they share the characters of the range, since the numbers
between its ends are not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from pipeline.components import add_mentions, get_text
from pipeline.components.citations.identifiers import find_identifiers
from pipeline.components.citations.names import find_author_years, find_later_years, find_studies
from pipeline.components.citations.numbers import find_brackets, find_carets, find_raised, find_referred
from pipeline.components.citations.words import CitationWords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.tokens import Doc

    from pipeline.components.citations.callouts import Group
    from pipeline.page import Mention

__all__ = ["CitationWords", "Citations", "find_citations"]


FINDERS: tuple[Callable[[str], Iterator[Group]], ...] = (
    find_brackets,
    find_raised,
    find_carets,
    find_referred,
    find_author_years,
    find_later_years,
    find_studies,
    find_identifiers,
)


def find_citations(text: str) -> Iterator[Mention]:
    """All call-outs of a text by start; of two readings that overlap, the one that begins first, then the longer."""
    groups = [group for find in FINDERS for group in find(text)]
    groups.sort(key=lambda group: (group[0], -group[1]))
    reached = 0
    for start, end, mentions in groups:
        if start < reached:
            continue
        reached = end
        yield from mentions


@Language.factory(
    "claimsift_citations",
    assigns=["doc._.claimsift"],
    requires=["token.is_sent_start"],
)
class Citations:
    """Find the call-outs of a doc."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def find(self, text: str) -> Iterator[Mention]:
        """The call-outs of a text, by start; all dangling until a page is looked at as a whole."""
        return find_citations(text)

    def __call__(self, doc: Doc) -> Doc:
        """Keep the call-outs with the doc."""
        return add_mentions(doc, self.find(get_text(doc)))
