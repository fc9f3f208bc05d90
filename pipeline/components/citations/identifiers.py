"""DOI, PubMed, PMC and trial numbers, and links that hold one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.components.citations.callouts import S, cite
from pipeline.schema import CitationStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.components.citations.callouts import Group
    from pipeline.page import Mention


PMID_DIGITS = 8  # PubMed has not yet given out a number of nine digits
NCT_DIGITS = 8
# "doi:10.5555/abc.12", "PMID: 12345678", "PMC1234567", "NCT01234567", "https://pubmed.ncbi.nlm.nih.gov/12345678/".
IDENTIFIER = re.compile(
    rf"""
    (?P<url> (?: https?:// | (?<![\w@./-]) (?: www\. | pubmed\. ) )[^\s<>"]{{4,400}} )
  | (?<![\w/]) (?: doi (?:\.org/ | {S}?[:=]?{S}?) )? (?P<doi> 10\.\d{{4,9}}/[^\s"<>|]{{1,200}} )
  | \b doi {S}?:{S}? (?P<bad_doi> [^\s"<>|,;)\]]{{1,80}} )
  | \b PMID s? {S}?[:#]?{S}? (?P<pmid> \d{{1,20}} ) \b
  | \b PMC {S}?I?D?:?{S}? (?P<pmc> (?:PMC)?\d{{4,9}} ) \b
  | \b NCT {S}?[:-]?{S}? (?P<nct> \d{{1,20}} ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
DOI_IN_URL = re.compile(r"10\.\d{4,9}/[^\s?#&]{1,200}")
PUBMED_IN_URL = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|nih\.gov/pubmed|europepmc\.org/article/med)/(\d{1,20})", re.IGNORECASE
)
PMC_IN_URL = re.compile(r"PMC\d{4,9}")
NCT_IN_URL = re.compile(r"NCT\d{8}\b", re.IGNORECASE)
CLOSERS = {")": "(", "]": "[", "}": "{"}


def find_identifiers(text: str) -> Iterator[Group]:
    """DOI, PubMed, PMC and trial numbers, and visible links to works; INVALID where the syntax fails."""
    for match in IDENTIFIER.finditer(text):
        mention = _read_identifier(text, match)
        if mention is not None:
            yield mention.start, mention.end, (mention,)


def read_link(url: str) -> dict[str, str]:
    """The identifiers that a link target holds, by the name of their column; empty for a link to no work."""
    if found := PUBMED_IN_URL.search(url):
        return {"pmid": found[1]}
    if found := NCT_IN_URL.search(url):
        return {"nct": found[0].upper()}
    if found := DOI_IN_URL.search(url):
        return {"doi": trim_doi(found[0])}
    if found := PMC_IN_URL.search(url):
        return {"pmc": found[0]}
    return {}


def trim_doi(written: str) -> str:
    """A DOI in lower case without the punctuation of the sentence around it."""
    return written[: _trimmed_length(written)].lower()


def _read_identifier(text: str, match: re.Match[str]) -> Mention | None:
    start = match.start()
    if match["url"]:
        return _read_url(text, start, match["url"])
    if match["doi"]:
        end = match.start("doi") + _trimmed_length(match["doi"])
        doi = trim_doi(match["doi"])
        return cite(text, start, end, style=CitationStyle.DOI, key=doi, doi=doi)
    if match["bad_doi"]:
        written = match["bad_doi"].rstrip(".")
        wrong = f"'{written}' is no DOI: one begins with '10.', a number and '/'"
        end = match.start("bad_doi") + len(written)
        return cite(text, start, end, style=CitationStyle.DOI, key=written.lower(), problem=wrong)
    if pmid := match["pmid"]:
        problem = _check_digits("PMID", pmid, 1, PMID_DIGITS)
        return cite(text, start, match.end(), style=CitationStyle.PMID, key=f"PMID {pmid}", pmid=pmid, problem=problem)
    if nct := match["nct"]:
        problem = _check_digits("NCT number", nct, NCT_DIGITS, NCT_DIGITS)
        number = f"NCT{nct}"
        return cite(text, start, match.end(), style=CitationStyle.NCT, key=number, nct=number, problem=problem)
    number = "PMC" + match["pmc"].upper().removeprefix("PMC")
    return cite(text, start, match.end(), style=CitationStyle.LINK, key=number)


def _read_url(text: str, start: int, written: str) -> Mention | None:
    url = written[: _trimmed_length(written)]
    found = read_link(url)
    if not found:
        return None
    column, value = next(iter(found.items()))
    end = start + len(url)
    if column == "doi":
        return cite(text, start, end, style=CitationStyle.DOI, key=value, doi=value, url=url)
    if column == "pmid":
        problem = _check_digits("PMID", value, 1, PMID_DIGITS)
        key = f"PMID {value}"
        return cite(text, start, end, style=CitationStyle.PMID, key=key, pmid=value, url=url, problem=problem)
    if column == "nct":
        return cite(text, start, end, style=CitationStyle.NCT, key=value, nct=value, url=url)
    return cite(text, start, end, style=CitationStyle.LINK, key=value, url=url)


def _check_digits(name: str, digits: str, low: int, high: int) -> str | None:
    if low <= len(digits) <= high and digits.strip("0"):
        return None
    wanted = f"{high}" if low == high else f"{low} to {high}"
    return f"'{digits}' is no {name}: one has {wanted} digits"


def _trimmed_length(written: str) -> int:
    """Length of an identifier without sentence punctuation and brackets that were opened before it."""
    end = len(written)
    while end:
        last = written[end - 1]
        opener = CLOSERS.get(last)
        unbalanced = opener is not None and written.count(last, 0, end) > written.count(opener, 0, end)
        if not (unbalanced or last in ".,;:!?'\"’”*_·"):
            break
        end -= 1
    return end
