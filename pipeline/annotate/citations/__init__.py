"""Where the citations of one page lead: its reference entries, its call-outs joined to them, and what is wrong.

A number or a key belongs to its document: nothing here looks beyond one page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.annotate.citations.entries import find_entries
from pipeline.annotate.citations.facts import NUMBERED, facts_of, inside, is_callout, order
from pipeline.annotate.citations.findings import find_citation_findings
from pipeline.annotate.citations.links import find_linked_numbers, find_links, link_callouts, link_entries
from pipeline.annotate.citations.listed import find_listed_keys, find_listed_names, find_source_names
from pipeline.annotate.citations.matching import Index, join_callouts, mark_entry
from pipeline.annotate.citations.names import check_named_numbers, fits_style, page_style
from pipeline.schema import CitationStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.page import Mention, Page

__all__ = ["find_citation_findings", "link_citations"]


def link_citations(page: Page, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """All mentions of a page with its reference entries added and its call-outs joined to them.

    Call-outs inside an entry are part of that entry. A name with a year is no second citation where the page
    counts its citations and the number stands beside the name.
    """
    others = [mention for mention in mentions if not is_callout(mention)]
    links = find_links(page)
    callouts = [mention for mention in mentions if is_callout(mention)]
    callouts = _add(callouts, find_source_names(page, callouts))
    callouts = _add(callouts, find_linked_numbers(page, callouts, links))
    style = page_style(callouts)
    entries = link_entries(find_entries(page, style), links)
    index = Index(entries)
    starts = [entry.start for entry in entries]
    callouts = [mention for mention in callouts if not inside(mention.start, mention.end, entries, starts)]
    callouts = [mention for mention in callouts if fits_style(facts_of(mention), style, index)]
    callouts = _add(callouts, find_listed_keys(page, callouts, index))
    if style is not CitationStyle.NUMERIC:
        callouts = _add(callouts, find_listed_names(page, callouts, index))
    if style in NUMBERED:
        callouts = check_named_numbers(page, callouts, index)
    callouts = link_callouts(page, callouts, index, links)
    linked, used = join_callouts(callouts, index)
    marked = [mark_entry(entry, index, used=entry.start in used) for entry in entries]
    return tuple(sorted((*others, *linked, *marked), key=order))


def _add(callouts: Sequence[Mention], further: Sequence[Mention]) -> list[Mention]:
    return sorted((*callouts, *further), key=order)
