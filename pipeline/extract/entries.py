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
