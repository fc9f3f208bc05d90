"""Find quantities and dates; the digits of names, sequences, identifiers and citations are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from pipeline.components import add_mentions, get_mentions, get_text
from pipeline.page import Mention
from pipeline.quantity import find_numbers
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Doc

HOW = "quantity"
HOW_DATE = "date"

# Labels whose words may hold digits that are no numbers; QUANTITY are the counts of residues found before.
TAKEN = frozenset(
    {
        Label.COMPOUND,
        Label.TARGET,
        Label.DISEASE,
        Label.FRAGMENT,
        Label.SEQUENCE,
        Label.IDENTIFIER,
        Label.CITATION,
        Label.QUANTITY,
    }
)


@Language.factory(
    "claimsift_quantities",
    assigns=["doc._.claimsift"],
    requires=["doc._.claimsift"],
)
class Quantities:
    """Find the quantities and dates of a doc that earlier components have not taken."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def find(self, text: str, known: Iterable[Mention] = ()) -> Iterator[Mention]:
        """Mentions of quantities (QUANTITY) and of years, decades and dates (DATE), in order.

        A date has a quantity of years (`a`), or none where the year is not said.
        """
        taken = [(mention.start, mention.end) for mention in known if mention.label in TAKEN]
        for found in find_numbers(text, taken):
            yield Mention(
                start=found.start,
                end=found.end,
                text=text[found.start : found.end],
                label=Label.DATE if found.is_date else Label.QUANTITY,
                how=HOW_DATE if found.is_date else HOW,
                quantity=found.quantity,
            )

    def __call__(self, doc: Doc) -> Doc:
        """Keep the quantities and dates with the doc."""
        return add_mentions(doc, self.find(get_text(doc), get_mentions(doc)))
