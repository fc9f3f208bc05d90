"""Words that decide what a citation is, and the one spelling of an author's name."""

from __future__ import annotations

import unicodedata
from typing import Literal

from pipeline.lexicon import LexiconRow, read_rows, remember


class CitationWords(LexiconRow):
    """Words that decide whether a bracket or a name beside a year is a citation."""

    role: Literal[
        "not_author", "before_residues", "before_interval", "isotope", "lead", "reports", "source_label", "counted"
    ]
    words: tuple[str, ...]  # lower case


PLAIN_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"})


@remember
def citation_words(role: str) -> frozenset[str]:
    """All words of one role."""
    return frozenset(
        word for row in read_rows("citation_words", CitationWords) if row.role == role for word in row.words
    )


def fold_name(name: str) -> str:
    """A surname without case, accents and punctuation, as keys spell it: "Jóźwiak" is "jozwiak"."""
    plain = unicodedata.normalize("NFKD", name).translate(PLAIN_LETTERS)
    return "".join(char for char in plain.casefold() if char.isalnum())


def author_key(name: str, year: str | None) -> str:
    """What joins a name in the text to an entry: "kaplan 1996", or "kaplan" where no year is given."""
    return f"{fold_name(name)} {year}" if year else fold_name(name)
