"""One call-out as a mention, and how several of them are handed on."""

from __future__ import annotations

from pipeline.page import Citation, Mention
from pipeline.schema import CitationRole, CitationStatus, CitationStyle, Label

HOW = "citation"
Group = tuple[int, int, tuple[Mention, ...]]  # start, end, and the works cited there
S = r"[^\S\n]"  # a space of any kind inside a line


def cite(  # noqa: PLR0913  (as many as a citation has facts)
    text: str,
    start: int,
    end: int,
    *,
    style: CitationStyle,
    key: str,
    authors: str | None = None,
    year: int | None = None,
    doi: str | None = None,
    pmid: str | None = None,
    nct: str | None = None,
    url: str | None = None,
    problem: str | None = None,
) -> Mention:
    """A call-out at `start` to `end` of `text`; INVALID where there is a `problem`, else DANGLING."""
    return Mention(
        start=start,
        end=end,
        text=text[start:end],
        label=Label.CITATION,
        how=f"{HOW}:{style.value}",
        citation=Citation(
            role=CitationRole.CALLOUT,
            style=style,
            key=key,
            status=CitationStatus.INVALID if problem else CitationStatus.DANGLING,
            authors=authors,
            year=year,
            doi=doi,
            pmid=pmid,
            nct=nct,
            url=url,
            note=problem,
        ),
    )
