"""Call-outs: the places where a text cites a work.

Every call-out is found as DANGLING: whether it leads to an entry is a question for the whole page.
A mention stands for one cited work and points at the characters that name it: the bracket of `[10]`, the
number in `[3, 4]`, author and year of "(Sample et al., 1996; …)", the year alone of a second one ("2001, «2004»").
A range has one mention for each number in it; they share the characters of the range, since the numbers
between its ends are not written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal

from spacy.language import Language

from pipeline.components import add_mentions
from pipeline.lexicon import LexiconRow, read_rows, remember
from pipeline.page import Citation, Mention
from pipeline.schema import CitationRole, CitationStatus, CitationStyle, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.tokens import Doc

HOW = "citation"
LAST_NUMBER = 999  # a larger one in brackets is a year or a catalogue number
WIDEST_RANGE = 60  # works in one range; the widest in PLOS articles holds about 30
LONGEST_BRACKET = 400  # characters in which an opening bracket is looked for
PMID_DIGITS = 8  # PubMed has not yet given out a number of nine digits
NCT_DIGITS = 8


class CitationWords(LexiconRow):
    """Words that decide whether a bracket or a name beside a year is a citation."""

    role: Literal["not_author", "before_residues", "before_interval", "isotope", "lead", "reports"]
    words: tuple[str, ...]  # lower case


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


PLAIN_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"})

S = r"[^\S\n]"  # a space of any kind inside a line
UPPER = r"[^\W\d_a-zß-öø-ÿ]"
LETTER = r"[^\W\d_]"
PARTICLE = r"(?:[Vv][ao]n|[Dd]e[rnl]?|[Dd]ella|[Dd][aiu]|[Dd]os|[Ll][ae]|[Tt]e[rn]|[Ee]l|[Aa]l|[Bb]in|[Ii]bn|[Zz]ur?)"
SURNAME = rf"(?:{PARTICLE}{S}){{0,3}}{UPPER}(?:{LETTER}|['’‐‑-](?={LETTER})){{1,29}}(?![\w])"
INITIALS = rf"(?:{S}(?:[A-Z]\.?-?){{1,3}}(?!\w))?"
YEAR = r"(?:1[89]|20)\d\d[a-h]?(?![\w–]|-\d|[.,]\d)"
OTHERS = rf"(?:et{S}al\b\.?|and{S}(?:co-?workers|colleagues|collaborators|associates))"

FIRST = rf"(?P<first> {SURNAME} ) {INITIALS}"
MORE = rf"""
    (?P<more>
        ,?{S} {OTHERS}
      | (?: ,{S}{SURNAME}{INITIALS} ){{0,4}} ,?{S} (?:and|&) {S} (?P<last> {SURNAME} ) {INITIALS}
    )
"""

# Names with a year behind them: "Sample et al., 1996", "Other et al., 2001, 2004", "Other et al. (2006)",
# "Sample and Other 1992", and alone in brackets "Sample, 1992".
AUTHOR_YEAR = re.compile(
    rf"""
    (?<![\w'’.-])
    {FIRST} {MORE}? (?:['’]s)?
    ,? {S}? (?P<open> [(\[] )?
    (?P<year> {YEAR} )
    (?P<rest> (?: (?:{S}?[,;&]{S}?|{S}and{S}) (?:{YEAR}|[b-h]\b(?!\.)) ){{0,8}} )
    (?P<close> [)\]] )?
    """,
    re.VERBOSE,
)
# "(Sample et al., J Examples 1996)", "Sample et al. in their 2012 paper", "Sample et al. published in 2007".
AUTHOR_LATER_YEAR = re.compile(
    rf"""
    (?<![\w'’.-])
    {FIRST} ,?{S} {OTHERS} ,?{S}
    (?: (?:published{S}|writing{S})? in{S} (?:their{S}|the{S}|a{S})? (?:early{S}|late{S})?
      | (?P<journal> {UPPER}[^()\[\];\n]{{2,60}}? [ ,] ) )
    (?P<year> {YEAR} )
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
ONE_YEAR = re.compile(YEAR)
NEXT_YEAR = re.compile(rf"{YEAR}|(?<=[,;& ])[b-h]\b")
SINGLE_LETTER_YEAR = re.compile(r"[b-h]")

# "[10]", "[3, 4]", "[7–9]", "[see 58,59-62]", "[12, p. 190]", "[^key2006]", "[^a, ^b]".
BRACKET = re.compile(r"\[ (?P<inside> [^\[\]\n]{1,200} ) \]", re.VERBOSE)
NUMBERS = re.compile(
    rf"""
    (?: (?: see | e\.g\. | refs?\.? | reviewed{S}in | cf\. ) ,?{S} )?
    \d{{1,3}}
    (?: {S}? [-‐‑–—−,;] {S}? \d{{1,3}} ){{0,60}}
    (?P<place> {S}? [:,] {S} (?: pp?\. | figs?\. | figures? | tables? | pl\. | ch(?:ap)?\. | \d ) [^\[\]\n]{{0,60}} )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
ITEM = re.compile(rf"(?P<low>\d{{1,3}})(?:{S}?[-‐‑–—−]{S}?(?P<high>\d{{1,3}}))?")
FOOTNOTES = re.compile(r"\^[\w.:-]{1,80}(?:[\s,;]{1,3}\^[\w.:-]{1,80}){0,30}")
FOOTNOTE = re.compile(r"\^(?P<key>[\w.:-]{1,80})")
RANGE_BETWEEN = re.compile(rf"{S}?[-‐‑–—−]{S}?")  # the dash of "[5]–[12]"
WORD_BEFORE = re.compile(r"(?P<word>[\w+'’-]{1,40})(?P<gap>[\s(:=∈]{0,3})$")
WIDE_BEFORE = 48  # characters before a bracket in which "95 % CI" or "residues" is looked for

# "hippocampus¹²", "in rats.³,⁴", "growth⁵⁻⁷"; not "10⁻¹²", "cm²", "Cu²⁺", "¹²⁵I".
RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?:[,‚˒⁻–][⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}){0,20}(?![⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼\w])")
RAISED_ITEM = re.compile(r"(?P<low>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})(?:[⁻–](?P<high>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))?")
RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
BEFORE_RAISED = re.compile(r"[^\W\d_]{3}[a-zß-öø-ÿ][)\]”\"’']?[.,;:!?]?[”\"’')\]]?$")

# "doi:10.5555/abc.12", "PMID: 12345678", "PMC1234567", "NCT01234567", "https://pubmed.ncbi.nlm.nih.gov/12345678/".
IDENTIFIER = re.compile(
    rf"""
    (?P<url> https?://[^\s<>"]{{4,400}} )
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

Group = tuple[int, int, tuple[Mention, ...]]  # start, end, and the works cited there


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


def author_key(name: str, year: str | None) -> str:
    """What joins a name in the text to an entry: "kaplan 1996", or "kaplan" where no year is given."""
    return f"{fold_name(name)} {year}" if year else fold_name(name)


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


def find_brackets(text: str) -> Iterator[Group]:
    """Numbers and footnote keys in square brackets, and ranges from one bracket to another."""
    matches = list(BRACKET.finditer(text))
    index = 0
    while index < len(matches):
        match = matches[index]
        index += 1
        if match["inside"].startswith("^"):
            yield from _read_footnotes(text, match)
            continue
        if not _may_be_numeric(text, match):
            continue
        following = matches[index] if index < len(matches) else None
        if following is not None and (group := _read_spread_range(text, match, following)):
            index += 1
            yield group
            continue
        if mentions := tuple(_read_numbers(text, match)):
            yield match.start(), match.end(), mentions


def _read_footnotes(text: str, match: re.Match[str]) -> Iterator[Group]:
    line = text.rfind("\n", 0, match.start()) + 1
    defines = text[match.end() : match.end() + 1] == ":" and not text[line : match.start()].strip()
    if defines or not FOOTNOTES.fullmatch(match["inside"].strip()):
        return
    keys = list(FOOTNOTE.finditer(text, match.start(), match.end()))
    spans = [match.span()] if len(keys) == 1 else [key.span() for key in keys]
    yield (
        match.start(),
        match.end(),
        tuple(
            cite(text, start, end, style=CitationStyle.FOOTNOTE, key=key["key"])
            for (start, end), key in zip(spans, keys, strict=True)
        ),
    )


def _may_be_numeric(text: str, match: re.Match[str]) -> bool:
    """Whether a bracket may hold call-outs, by what it holds and by the words around it."""
    inside = match["inside"].strip()
    numbers = NUMBERS.fullmatch(inside)
    if numbers is None:
        return False
    before = text[max(0, match.start() - WIDE_BEFORE) : match.start()]
    several = not inside.isdigit() and not numbers["place"]
    if _is_isotope(text, match) or (several and _is_interval(before)):
        return False
    word = WORD_BEFORE.search(before)
    if word is None:
        return True
    if word["gap"]:
        return not (several and _names_residues(before))
    return _may_touch(word["word"], several=several)


def _may_touch(word: str, *, several: bool) -> bool:
    """Whether a call-out may touch the word before it: "likely[92]", not "F[1,12]", "x[3]", "ACTH[1-39]"."""
    if several:
        last = word.rpartition("-")[2]
        return len(last) > 3 and last.isalpha() and last.islower()  # noqa: PLR2004  (a real word, no symbol)
    return len(word) > 2 and word[0].isalpha()  # noqa: PLR2004


def _is_isotope(text: str, match: re.Match[str]) -> bool:
    after = re.match(r"-?[A-Za-z]+", text[match.end() : match.end() + 16])
    if after is None:
        return False
    return after[0].startswith("-") or after[0].lower() in citation_words("isotope")


def _is_interval(before: str) -> bool:
    folded = before.lower().rstrip(" :=,")
    return before.rstrip().endswith(("=", "∈")) or any(
        folded.endswith(word) and not folded[: -len(word)][-1:].isalpha() for word in citation_words("before_interval")
    )


def _names_residues(before: str) -> bool:
    folded = before.lower().rstrip()
    return any(
        folded.endswith(word) and not folded[: -len(word)][-1:].isalnum() for word in citation_words("before_residues")
    )


def _read_spread_range(text: str, match: re.Match[str], following: re.Match[str]) -> Group | None:
    """`[5]–[12]`: all numbers from one bracket to the next, each on the characters of the whole range."""
    if not RANGE_BETWEEN.fullmatch(text, match.end(), following.start()):
        return None
    low, high = match["inside"].strip(), following["inside"].strip()
    if not (low.isdigit() and high.isdigit()):
        return None
    numbers = _expand(int(low), int(high))
    mentions = tuple(
        cite(text, match.start(), following.end(), style=CitationStyle.NUMERIC, key=str(number)) for number in numbers
    )
    return (match.start(), following.end(), mentions) if mentions else None


def _read_numbers(text: str, match: re.Match[str]) -> Iterator[Mention]:
    """One mention a work; none where one of the numbers cannot be in a list ("[0, 1]", "[9-7]")."""
    inside = NUMBERS.match(text, match.start() + 1)
    end = inside.start("place") if inside and inside["place"] else match.end()
    items = list(ITEM.finditer(text, match.start(), end))
    found = [(item, _expand(int(item["low"]), int(item["high"] or item["low"]))) for item in items]
    if not all(numbers for _, numbers in found):
        return
    alone = len(found) == 1 and len(found[0][1]) == 1
    for item, numbers in found:
        start, end = match.span() if alone else item.span()
        for number in numbers:
            yield cite(text, start, end, style=CitationStyle.NUMERIC, key=str(number))


def _expand(low: int, high: int) -> range:
    if 0 < low <= high <= LAST_NUMBER and high - low < WIDEST_RANGE:
        return range(low, high + 1)
    return range(0)


def find_raised(text: str) -> Iterator[Group]:
    """Superscript numbers behind a word or its punctuation; no powers, charges or isotopes."""
    for match in RAISED.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if not BEFORE_RAISED.search(before):
            continue
        mentions: list[Mention] = []
        for item in RAISED_ITEM.finditer(match[0]):
            low = int(item["low"].translate(RAISED_DIGITS))
            high = int(item["high"].translate(RAISED_DIGITS)) if item["high"] else low
            start, end = match.start() + item.start(), match.start() + item.end()
            mentions.extend(
                cite(text, start, end, style=CitationStyle.NUMERIC, key=str(number)) for number in _expand(low, high)
            )
        if mentions:
            yield match.start(), match.end(), tuple(mentions)


def find_author_years(text: str) -> Iterator[Group]:
    """Names with a year in or out of brackets; what a name beside a year must show is in `_is_cited`."""
    for match in AUTHOR_YEAR.finditer(text):
        if _is_cited(text, match):
            yield match.start(), match.end(), tuple(_read_years(text, match))


def find_later_years(text: str) -> Iterator[Group]:
    """Names whose year follows behind a journal or "in"."""
    for match in AUTHOR_LATER_YEAR.finditer(text):
        in_brackets = _open_bracket(text, match.start()) is not None
        if _is_author(match["first"]) and (in_brackets or not match["journal"]):
            yield match.start(), match.end(), (_author_year(text, match, match.start(), match.end()),)


def find_studies(text: str) -> Iterator[Group]:
    """A year or the word "study" in front of the names: "2001 study by Other et al."."""
    for match in STUDY_BY.finditer(text):
        if _are_authors(match):
            start = match.start() if match["year"] else match.start("first")
            yield start, match.end(), (_author_year(text, match, start, match.end()),)


def _author_year(text: str, match: re.Match[str], start: int, end: int) -> Mention:
    groups = match.groupdict()
    authors = text[match.start("first") : match.end("more") if groups.get("more") else match.end("first")]
    if "more" not in groups:
        authors += " et al."
    year = match["year"]
    return cite(
        text,
        start,
        end,
        style=CitationStyle.AUTHOR_YEAR,
        key=author_key(match["first"], year),
        authors=authors,
        year=int(year[:4]) if year else None,
    )


def _read_years(text: str, match: re.Match[str]) -> Iterator[Mention]:
    rest = match["rest"]
    end = match.end() if match["open"] and match["close"] and not rest else match.end("year")
    first = _author_year(text, match, match.start(), end)
    yield first
    year = match["year"][:4]
    for further in NEXT_YEAR.finditer(text, match.start("rest"), match.end("rest")):
        written = further[0]
        if not SINGLE_LETTER_YEAR.fullmatch(written):
            year = written[:4]
        yield cite(
            text,
            *further.span(),
            style=CitationStyle.AUTHOR_YEAR,
            key=author_key(match["first"], written if written[0].isdigit() else year + written),
            authors=first.citation.authors if first.citation else None,
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
    opened = _open_bracket(text, match.start())
    if more:
        return opened is not None or "&" in more
    return opened is not None and _stands_alone(text, opened, match)


def _are_authors(match: re.Match[str]) -> bool:
    return _is_author(match["first"]) and (not match["last"] or _is_author(match["last"]))


def _is_author(name: str) -> bool:
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
    after = text[match.end() : match.end() + 2].lstrip()[:1] if not match["close"] else ")"
    plain = match["year"] == "2000" and "," not in match[0]  # "(Lipofectamine 2000)": a product's number
    return (not lead or lead in citation_words("lead")) and after in {")", "]", ";", ","} and not plain


def _reports(after: str) -> bool:
    words = after.split()
    return bool(words) and words[0].strip(",.").lower() in citation_words("reports")


FINDERS: tuple[Callable[[str], Iterator[Group]], ...] = (
    find_brackets,
    find_raised,
    find_author_years,
    find_later_years,
    find_studies,
    find_identifiers,
)


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
        return add_mentions(doc, self.find(doc.text))
