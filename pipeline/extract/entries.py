"""Entries of a reference list as a text would cite them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.page import Citation

# "Demo D, Placeholder PQ": the surnames of an entry's authors.
SURNAMES = re.compile(r"([^\W\d_][\w’'-]+) [A-Z]{1,3}\b")


def name_work(entry: Citation) -> str:
    """A reference entry as a text would cite it: "Demo and Sample, 2011"."""
    names = SURNAMES.findall(entry.authors or "")
    if not names:
        cited = entry.authors or ""
    elif len(names) <= 2:  # noqa: PLR2004  (more are "et al.")
        cited = " and ".join(names)
    else:
        cited = f"{names[0]} et al."
    return f"{cited}, {entry.year}" if entry.year else cited


# "Source: Demo D, et al. Semax activates …", "Reference: Sample P et al., 2011": a work that a page names.
CREDIT = re.compile(
    r"^\W*(?:sources?|refs?|references?|citations?|cited|adapted from)\b\W{1,6}[A-Z][^.;:]{0,60}?\bet al\b",
    re.IGNORECASE,
)


def is_credit(text: str) -> bool:
    """Whether a sentence is an entry of a reference list that stands by itself."""
    return CREDIT.match(text) is not None
