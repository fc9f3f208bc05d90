"""Names with a year that cite: in and out of brackets, before and behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.components.citations.callouts import S, cite
from pipeline.components.citations.words import author_key, citation_words
from pipeline.schema import CitationStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.components.citations.callouts import Group
    from pipeline.page import Mention


WIDEST_LABEL = 32  # characters before a name in which "Source:" is looked for
LONGEST_BRACKET = 400  # characters in which an opening bracket is looked for
UPPER = r"[^\W\d_a-zß-öø-ÿ]"
LETTER = r"[^\W\d_]"
PARTICLE = r"(?:[Vv][ao]n|[Dd]e[rnl]?|[Dd]ella|[Dd][aiu]|[Dd]os|[Ll][ae]|[Tt]e[rn]|[Ee]l|[Aa]l|[Bb]in|[Ii]bn|[Zz]ur?)"
DOUBLED = rf"(?:(?:(?<=-Van)|(?<=-van)|(?<=-De)){S}{UPPER}{LETTER}{{1,29}})?"  # "Sample-Van Example"
SURNAME = rf"(?:{PARTICLE}{S}){{0,3}}{UPPER}(?:{LETTER}|['’‐‑-](?={LETTER})){{1,29}}(?![\w]){DOUBLED}"
INITIALS = rf"(?:{S}(?:[A-Z]\.?-?){{1,3}}(?!\w))?"
YEAR = r"(?:1[89]|20)\d\d[a-h]?(?![\w–]|-\d|[.,]\d)"
OTHERS = (
    rf"(?:et{S}al\b\.?|and{S}(?:(?:his|her|their){S})?"
    r"(?:co-?workers|colleagues|collaborators|associates|co-?authors|team|group))"
)
FIRST = rf"(?P<first> {SURNAME} ) {INITIALS}"
MORE = rf"""
    (?P<more>
        (?: ,{S}{SURNAME}{INITIALS} ){{0,6}} ,?{S} {OTHERS}
      | (?: ,{S}{SURNAME}{INITIALS} ){{0,4}} ,?{S} (?:and|&) {S} (?P<last> {SURNAME} ) {INITIALS}
    )
"""
REST = rf"(?:(?:{S}?[,;&]{S}?|{S}and{S})(?:{YEAR}|[b-h]\b(?!\.))){{0,8}}"  # ", 2004" and "b" behind a year
# Names with a year behind them: "Sample et al., 1996", "Other et al., 2001, 2004", "Other et al. (2006)",
# "Sample and Other 1992", and alone in brackets "Sample, 1992".
AUTHOR_YEAR = re.compile(
    rf"""
    (?<![\w'’.-])
    {FIRST} {MORE}? (?:['’]s)?
    ,? {S}? (?P<open> [(\[] )?
    (?P<year> {YEAR} )
    (?P<rest> {REST} )
    (?P<close> [)\]] )?
    """,
    re.VERBOSE,
)
# "(Sample et al., J Examples 1996)", "Sample et al. (Examples 1996)", "Sample et al. in their 2012 paper".
AUTHOR_LATER_YEAR = re.compile(
    rf"""
    (?<![\w'’.-])
    {FIRST} ,?{S} {OTHERS} ,?{S}
    (?: (?:published{S}|writing{S})? in{S} (?:their{S}|the{S}|a{S})? (?:early{S}|late{S})?
      | (?P<open> [(\[] )? (?P<journal> {UPPER}[^()\[\];\n]{{1,60}}? [ ,] ) )
    (?P<year> {YEAR} ) (?(open) [)\]]? )
    """,
    re.VERBOSE,
)
# "2001 study by Other et al.", "2011 review from Sample and Other"; without a year: "study by Sample et al.".
STUDY_BY = re.compile(
    rf"""
    (?: (?<![\w.,-]) (?P<year> {YEAR} ) {S} (?: [\w'’-]{{1,24}},?{S} ){{0,6}}? (?: by|from|of )
      | \b (?: study|studies|trial|review|paper|work|research|report|experiments?|meta-analysis ) {S} by )
    {S} (?:[A-Z]\.{S}?){{0,3}}
    {FIRST} {MORE}
    (?! {S}? ,? {S}? [(\[]? (?:(?:1[89]|20)\d\d|\d|\^) )
    """,
    re.VERBOSE,
)
# Who found a compound, and no work of theirs: "discovered in 1998 by Sample and Other".
MADE_BEFORE = re.compile(
    r"\b(?:discover|isolat|identif|synthesi|purif|develop|creat|invent|patent|extract|design|made\b|found\b)[a-z]*"
    r"(?: [\w-]+){0,6}? (?:in |around |during )?$",
    re.IGNORECASE,
)
LONGEST_MAKING = 64  # characters in front of the year in which such words stand
# "In 2013 Sample and colleagues gave", "worked out in 2013, when Sample et al. gave": the year in front of the names.
YEAR_IN_FRONT = re.compile(
    rf"(?: \b[Ii]n {S} (?P<year> {YEAR} ),? {S} (?: (?:when|by|with){S} | \( )?"
    rf" | ^[^\w\n]{{0,6}} (?P<dated> {YEAR} ) [*_]{{0,3}} (?: {S}?[–—:-]{S} | :{S} )"
    rf" | (?<![\w.,-]) (?P<own> {YEAR} ) {S} (?: [\w'’-]{{1,24}}{S} ){{0,3}}?"
    rf"   (?: study|trial|pilot|review|paper|report|RCT )"
    rf"   [^.;()\n]{{0,48}}? (?: ,{S} | {S}?\( ) )"
    rf" {FIRST} {S} (?P<more> {OTHERS} )"
    rf"(?! {S}? ,? {S}? [(\[]? (?:(?:1[89]|20)\d\d|\d|\^) )",
    re.VERBOSE | re.MULTILINE,
)
# "A 1998 trial by Sample": one name.
STUDY_BY_ONE = re.compile(
    rf"""
    (?<![\w.,-]) (?P<year> {YEAR} ) {S} (?: [\w'’-]{{1,24}},?{S} ){{0,4}}?
    (?: study|trial|review|paper|work|report|experiments?|meta-analysis ) {S} by {S}
    (?:Dr\.?{S})? (?:[A-Z]\.{S}?){{0,3}}
    {FIRST} (?P<more> ) (?! {S}? (?:,|and\b|&|et\b|[(\[]) )
    """,
    re.VERBOSE,
)
# What stands before a name in "Source: Sample, 2018" and "It rose (ref.: Sample, 2018)".
LABEL = re.compile(rf"(?:^|[\n.;(\[|]{S}?)(?P<words>[A-Za-z]+(?:{S}[a-z]+)?)\.?{S}?:{S}?\Z", re.MULTILINE)
ONE_YEAR = re.compile(YEAR)
NEXT_YEAR = re.compile(rf"{YEAR}|(?<=[,;& ])[b-h]\b")
SINGLE_LETTER_YEAR = re.compile(r"[b-h]")


def find_author_years(text: str) -> Iterator[Group]:
    """Names with a year in or out of brackets; what a name beside a year must show is in `_is_cited`."""
    for match in AUTHOR_YEAR.finditer(text):
        if _is_cited(text, match):
            yield match.start(), match.end(), tuple(read_years(text, match))


def find_later_years(text: str) -> Iterator[Group]:
    """Names whose year follows behind a journal or "in"."""
    for match in AUTHOR_LATER_YEAR.finditer(text):
        opened = match["open"] or _open_bracket(text, match.start()) is not None or is_labelled(text, match.start())
        if is_author(match["first"]) and (opened or not match["journal"]):
            yield match.start(), match.end(), (_author_year(text, match, match.start(), match.end()),)


def find_studies(text: str) -> Iterator[Group]:
    """A year or the word "study" in front of the names: "2001 study by Other et al."."""
    for match in STUDY_BY.finditer(text):
        if _are_authors(match) and not _tells_of_making(text, match):
            start = match.start() if match["year"] else match.start("first")
            yield start, match.end(), (_author_year(text, match, start, match.end()),)
    for pattern in (STUDY_BY_ONE, YEAR_IN_FRONT):
        for match in pattern.finditer(text):
            made = pattern is YEAR_IN_FRONT and match["year"] and _tells_of_making(text, match)
            if is_author(match["first"]) and not made:
                start = max(match.start(name) for name in ("year", "dated", "own") if name in pattern.groupindex)
                yield start, match.end(), (_author_year(text, match, start, match.end()),)


def _tells_of_making(text: str, match: re.Match[str]) -> bool:
    """Whether the words in front of a year and its names tell who found or made something."""
    return MADE_BEFORE.search(text, max(0, match.start() - LONGEST_MAKING), match.start()) is not None


def _author_year(text: str, match: re.Match[str], start: int, end: int) -> Mention:
    groups = match.groupdict()
    authors = text[match.start("first") : match.end("more") if groups.get("more") else match.end("first")]
    if "more" not in groups:
        authors += " et al."
    year = match["year"] or groups.get("dated") or groups.get("own")
    return cite(
        text,
        start,
        end,
        style=CitationStyle.AUTHOR_YEAR,
        key=author_key(match["first"], year),
        authors=authors,
        year=int(year[:4]) if year else None,
    )


def read_years(text: str, match: re.Match[str]) -> Iterator[Mention]:
    """The works that a match of `AUTHOR_YEAR` names: one with the authors, and one for each further year."""
    rest = match["rest"]
    end = match.end() if match["open"] and match["close"] and not rest else match.end("year")
    first = _author_year(text, match, match.start(), end)
    yield first
    yield from read_next_years(text, first, match.span("rest"))


def read_next_years(text: str, first: Mention, rest: tuple[int, int]) -> Iterator[Mention]:
    """The further years of a name, "2004" and "b" of "2001a,b, 2004", each a call-out of its own."""
    if first.citation is None:
        return
    name = first.citation.key.partition(" ")[0]
    year = str(first.citation.year)
    for further in NEXT_YEAR.finditer(text, *rest):
        written = further[0]
        if not SINGLE_LETTER_YEAR.fullmatch(written):
            year = written[:4]
        yield cite(
            text,
            *further.span(),
            style=CitationStyle.AUTHOR_YEAR,
            key=f"{name} {written if written[0].isdigit() else year + written}",
            authors=first.citation.authors,
            year=int(year),
        )


def _is_cited(text: str, match: re.Match[str]) -> bool:
    """Whether a name beside a year is a citation: "et al." says so anywhere, one name only in brackets."""
    if not _are_authors(match):
        return False
    more = match["more"]
    if more and not match["last"]:
        return True
    if match["open"] and match["close"]:
        return bool(more) or _reports(text[match.end() : match.end() + 24])
    if is_labelled(text, match.start()) and (more or "," in match[0]):
        return True
    if not more and "," not in match[0] and _is_whole(text, match):
        return True
    opened = _open_bracket(text, match.start())
    if more:
        return opened is not None or "&" in more
    if "," in match[0] and text[match.end() : match.end() + 2] == ", ":  # "Hill, 1992, compared"
        return _reports(text[match.end() + 2 : match.end() + 26])
    return opened is not None and _stands_alone(text, opened, match)


# ". Sample 2005." is a sentence of its own; "Sample 2005: 16 men" opens a line.
SENTENCE_BEFORE = re.compile(r"[.!?)\]]['”\"]? $")
ITEM_BEFORE = re.compile(r"(?:^|\n)\d{1,2}[.)] $")  # "1) Sample 2005, review"
SENTENCE_BEHIND = re.compile(r"[.;]?\)?\s*(?:\n|\Z)|\.\)?\s")


def _is_whole(text: str, match: re.Match[str]) -> bool:
    """Whether a name and a year behind it are all that a sentence says, or open a line in front of a colon."""
    before, behind = text[max(0, match.start() - 4) : match.start()], match.end()
    if ITEM_BEFORE.search(before):
        return text[behind : behind + 1] in {":", ","}
    if not before or before.endswith("\n"):
        return text[behind : behind + 1] == ":"
    return SENTENCE_BEFORE.search(before) is not None and SENTENCE_BEHIND.match(text, behind) is not None


def is_labelled(text: str, start: int) -> bool:
    """Whether a label such as "Source:" stands right before an offset, where a line or a sentence begins."""
    if ":" not in text[max(0, start - 2) : start]:
        return False
    label = LABEL.search(text, max(0, start - WIDEST_LABEL), start)
    return label is not None and label["words"].lower() in citation_words("source_label")


def _are_authors(match: re.Match[str]) -> bool:
    return is_author(match["first"]) and (not match["last"] or is_author(match["last"]))


def is_author(name: str) -> bool:
    """Whether a capitalised name may be an author's: no month, country, product or word that opens a sentence."""
    folded = name.lower()
    return (
        not name.isupper()
        and any(char.isupper() for char in name)
        and folded not in citation_words("not_author")
        and folded.rpartition(" ")[2] not in citation_words("not_author")
    )


def _open_bracket(text: str, at: int) -> int | None:
    """Where the bracket begins that is open at an offset; None outside brackets."""
    lowest = max(0, at - LONGEST_BRACKET)
    for opener, closer in (("(", ")"), ("[", "]")):
        opened = text.rfind(opener, lowest, at)
        if opened > text.rfind(closer, lowest, at) and opened > text.rfind("\n", lowest, at):
            return opened
    return None


def _stands_alone(text: str, opened: int, match: re.Match[str]) -> bool:
    """Whether name and year fill a bracket, or one part of it between semicolons: "(see Hill, 1992; …)"."""
    part = max(opened, text.rfind(";", opened, match.start())) + 1
    lead = text[part : match.start()].strip(" ,.:").lower()
    after = text[match.end() : match.end() + 2].lstrip(" .")[:1] if not match["close"] else ")"
    plain = match["year"] == "2000" and "," not in match[0]  # "(Lipofectamine 2000)": a product's number
    return (not lead or lead in citation_words("lead")) and after in {")", "]", ";", ","} and not plain


def _reports(after: str) -> bool:
    words = after.split()
    return bool(words) and words[0].strip(",.").lower() in citation_words("reports")
