"""How the authors of an entry may be called in the text: "Barbier de Sample", "de Sample", "Sample"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.components.citations.names import SURNAME
from pipeline.components.citations.words import fold_name

if TYPE_CHECKING:
    from collections.abc import Iterator

AUTHOR_BREAK = re.compile(r"\s*(?:,|;|&|\band\b|\bet al\b\.?)\s*")
SECOND_AUTHOR = re.compile(rf"(?:and|&)\s(?P<last>{SURNAME})")
INITIALS_ALONE = re.compile(r"(?:[A-Z]\.?[-\s]?){1,4}|\.")
# "A. B. Sample" and "Sample AB": what is no part of the surname.
INITIALS_IN_FRONT = re.compile(r"(?:[A-Z]\.[-\s]?){1,4}")
INITIALS_BEHIND = re.compile(r"\s(?:[A-Z]\.[-\s]?){1,4}$|\s[A-Z](?:-?[A-Z]){0,3}$")
MOST_WORDS = 8  # of a name: "1000 Samples Project Consortium"
TWO = 2  # authors are written out; more are "et al."


def first_surname(authors: str) -> str:
    """The first author's surname, or the name of a body: "Sample" of "Sample AB, Other C"."""
    first = AUTHOR_BREAK.split(authors, maxsplit=1)[0].strip(" .")
    return INITIALS_BEHIND.sub("", first[_initials_end(first) :]).strip(" .")


def _initials_end(name: str) -> int:
    match = INITIALS_IN_FRONT.match(name)
    return match.end() if match and match.end() < len(name) else 0


def lead_names(authors: str) -> set[str]:
    """What stands for the first author of an entry alone, folded: the whole name and the word that it begins with."""
    surname = first_surname(authors)
    lead = re.match(SURNAME, surname)
    return {folded for name in (surname, lead[0] if lead else "") if (folded := fold_name(name))}


def call_names(authors: str) -> Iterator[str]:
    """All that may stand for the first author beside a year, folded: also the last words of the name."""
    yield from sorted(lead_names(authors))
    words = first_surname(authors).split()[-MOST_WORDS:]
    for at in range(1, len(words)):
        if folded := fold_name(" ".join(words[at:])):
            yield folded


def fit_names(cited: str, listed: str) -> bool:
    """Whether the authors as cited can be the listed ones, whose first one they share."""
    second = SECOND_AUTHOR.search(cited)
    names = [name for name in AUTHOR_BREAK.split(listed) if name and not INITIALS_ALONE.fullmatch(name)]
    many = len(names) > TWO or "et al" in listed
    if second is None:
        return many if "et al" in cited else len(names) == 1
    return fold_name(second["last"]) in fold_name(listed) and not (many and "," not in cited)
