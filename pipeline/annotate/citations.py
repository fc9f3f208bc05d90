"""Where the citations of one page lead: its reference entries, its call-outs joined to them, and what is wrong.

A number or a key belongs to its document: nothing here looks beyond one page.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.components.citations import (
    AUTHOR_LATER_YEAR,
    AUTHOR_YEAR,
    IDENTIFIER,
    ONE_YEAR,
    SURNAME,
    UPPER,
    YEAR,
    author_key,
    cite,
    find_identifiers,
    fold_name,
    read_link,
)
from pipeline.page import Citation, CitationFinding, Mention
from pipeline.schema import BlockKind, CitationRole, CitationStatus, CitationStyle, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipeline.page import Block, Page

HOW = "reference-list"
SHORTEST_ENTRY = 12  # characters; less is a label or a stray word, no work
LONGEST_HEADING = 60
LONGEST_ENTRY = 1200  # characters of an entry that are parsed; annotations behind it are not
NUMBERED = (CitationStyle.NUMERIC, CitationStyle.FOOTNOTE)
IDENTIFIERS = (CitationStyle.DOI, CitationStyle.PMID, CitationStyle.NCT, CitationStyle.LINK)
# A name and its number stand this close when both point at one work: "Other et al. (2006) showed … [11]".
SAME_POINT = 160  # characters, and no sentence end between them

# "References", "Scientific References", "Sources & further reading", "Literature cited"; not "Data sources in use".
LIST_HEADING = re.compile(
    r"""
    [\W\d_]*
    (?: (?: selected | key | scientific | research | cited | primary | clinical | peer-reviewed | academic | literature
          | study | studies | main | full | the | our | additional | notes? | medical | further | published )
        \s+ (?: (?:and|&) \s+ )? ){0,4}
    (?: references? | bibliography | citations? | sources? | footnotes? | endnotes? | works\s+cited | literature
      | further\s+reading )
    (?: \s+ (?: cited | list | section ) )?
    (?: \s* (?: & | and | / ) \s* (?: [\w-]+ ) (?: \s+ [\w-]+ ){0,2} )?
    [\W_]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
FIELD_OF_SOURCES = re.compile(r"(?:^|[._])(?:references?|sources?|citations?|bibliography)(?:[._\[]|$)", re.IGNORECASE)
# "[12] ", "12. ", "12) ", "¹² ", "[^key]: ", "^key: "; the label that an entry is known by.
ENTRY_LABEL = re.compile(
    r"""
    \s* (?:
        \[\^ (?P<foot> [\w.:-]{1,80} ) \]:?
      | \[ (?P<bracket> \d{1,3} ) \]
      | (?P<dot> \d{1,3} ) [.)] (?= \s )
      | (?P<raised> [⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3} )
    ) \s*
    """,
    re.VERBOSE,
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
RAW_LABEL = re.compile(
    r"(?:\[\^(?P<foot>[\w.:-]{1,80})\]:|\[(?P<bracket>\d{1,3})\]|(?<!\d)(?P<dot>\d{1,3})[.)\\]{1,2})[ \t]*$"
)
GLUED_ENTRY = re.compile(r"(?:^|(?<=[\s.]))\[(\d{1,3})\] (?=\S)")  # "[1] Sample A. … [2] Other B. …" in one paragraph

# "(2005)", "2005;112", "J Biol. 2005."; the year of an entry, best sign first.
ENTRY_YEARS = (
    re.compile(rf"\(\s*(?P<year>{YEAR})[^()]{{0,20}}\)"),
    re.compile(r"(?<![\w./-])(?P<year>(?:1[89]|20)\d\d[a-h]?)(?=\s*[;:])"),
    re.compile(rf"(?<![\w./:;-])(?P<year>{YEAR})(?=\W*(?:$|[.·,]))"),
    re.compile(rf"(?<![\w./:;(-])(?P<year>{YEAR})"),
)
QUOTED = re.compile(r"[\"“«](?P<title>[^\"”»]{8,400})[\"”»]")
FIRST_AUTHOR = re.compile(rf"(?:[A-Z]\.[-\s]?){{0,3}}(?P<first>{SURNAME})")
# "Sample AB, Other C, et al.", "Sample, A. B., & Other, C.", "Sample ABC": the authors that an entry begins with.
ENTRY_AUTHORS = re.compile(
    rf"""
    (?:
        (?:[A-Z]\.[-\s]?){{0,3}} {SURNAME}
        (?: ,?\s (?: (?:[A-Z]\.[-\s]?){{1,4}} | [A-Z](?:-?[A-Z]){{0,3}} ) (?!\w) )?
        (?: [,;&]{{0,2}} \s? (?:and\s|&\s)? | (?=\s*[.(]) )
    ){{1,40}}
    (?: et\s+al\b\.? )?
    """,
    re.VERBOSE,
)
SECOND_AUTHOR = re.compile(rf"(?:and|&)\s(?P<last>{SURNAME})")
AUTHOR_BREAK = re.compile(r"\s*(?:,|;|&|\band\b|\bet al\b\.?)\s*")
INITIALS_ALONE = re.compile(r"(?:[A-Z]\.?[-\s]?){1,4}|\.")
PARTING = re.compile(r"(?<=[.?!])\s+|\s·\s")
SIGN_OF_AUTHORS = re.compile(r"\b[A-Z]{1,3}\b|\bet al|&|, [A-Z]\.")  # a title may begin with capitals, too
YEAR_IN_FRONT = re.compile(rf"^[\s.,]*\(\s*{YEAR}[^()]{{0,20}}\)[\s.,]*")
JOURNAL = re.compile(rf"(?P<journal>{UPPER}[^.;·\d()]{{1,110}}?)[\s.,;:·(]{{0,4}}(?=\d|$)")
# "[Sample et al., 2005](https://…)", "<a href="https://…">Sample</a>", and the latter inside JSON.
LINK = re.compile(
    r"""
    \[ (?P<mark> [^\[\]\n]{1,200} ) \] \( (?P<target> https?://[^\s<>"]{4,400} )
  | <a\s [^<>]{0,300}? href \s{0,2} = \s{0,2} (?: \\?["'] )? (?P<href> https?: [^\s"'<>]{4,400} ) [^<>]{0,300} >
    """,
    re.VERBOSE | re.IGNORECASE,
)
LONGEST_LINK = 400  # raw characters between "<a …>" and "</a>"
SHORT = 40  # characters of a list of authors or a title that a note shows
LONGEST_KEY = 40  # letters of a title that stand for a work without author or year
MOST_KEYS = 12  # keys that a finding writes out
SENTENCE_END = re.compile(r"[.!?]\s+[A-Z]|\n")


@dataclass(frozen=True, slots=True)
class Cited:
    """The linked citations of a page."""

    callouts: tuple[Mention, ...]
    entries: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words of the clean text that link to a work: the target, and the identifier in it by its column."""

    start: int
    end: int
    url: str
    named: Mapping[str, str]


def link_citations(page: Page, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """All mentions of a page with its reference entries added and its call-outs joined to them.

    Call-outs inside an entry are part of that entry. A name with a year is no second citation where the page
    counts its citations and the number stands beside the name.
    """
    others = [mention for mention in mentions if not _is_callout(mention)]
    callouts = [mention for mention in mentions if _is_callout(mention)]
    style = _page_style(callouts)
    links = _find_links(page)
    entries = _link_entries(_find_entries(page, style), links)
    index = Index(entries)
    starts = [entry.start for entry in entries]
    callouts = [mention for mention in callouts if not _inside(mention.start, mention.end, entries, starts)]
    callouts = [mention for mention in callouts if _fits_style(_facts(mention), style, index)]
    if style is not CitationStyle.NUMERIC:
        callouts = sorted((*callouts, *_find_listed_names(page, callouts, index)), key=_order)
    if style in NUMBERED:
        callouts = _check_named_numbers(page, callouts, index)
    callouts = _link_callouts(page, callouts, index, links)
    matches = {id(mention): _match_entries(mention, index) for mention in callouts}
    _match_other_years(callouts, index, matches)
    linked = [_resolve(mention, matches[id(mention)], listed=bool(entries)) for mention in callouts]
    used = {entry.start for found in matches.values() for entry in found}
    marked = [_mark_entry(entry, index, used=entry.start in used) for entry in entries]
    return tuple(sorted((*others, *linked, *marked), key=_order))


def find_citation_findings(
    page: Page,  # noqa: ARG001  (a page-level question, though its mentions hold all that is asked for now)
    mentions: Sequence[Mention],
) -> tuple[CitationFinding, ...]:
    """What is wrong with the linked citations of a page: at most one finding of each kind, in a fixed order."""
    callouts = tuple(mention for mention in mentions if _is_callout(mention))
    entries = tuple(mention for mention in mentions if mention.citation and not _is_callout(mention))
    cited = Cited(callouts, entries)
    return tuple(found for check in CHECKS if (found := check(cited)) is not None)


def _order(mention: Mention) -> tuple[int, int, str, str]:
    return mention.start, -mention.end, mention.label, mention.citation.key if mention.citation else ""


def _facts(mention: Mention) -> Citation:
    if mention.citation is None:
        message = f"mention at {mention.start} is no citation"
        raise ValueError(message)
    return mention.citation


def _is_callout(mention: Mention) -> bool:
    return mention.citation is not None and mention.citation.role is CitationRole.CALLOUT


def _change(mention: Mention, **facts: object) -> Mention:
    return replace(mention, citation=replace(_facts(mention), **facts))  # type: ignore[arg-type]


def _inside(start: int, end: int, entries: Sequence[Mention], starts: Sequence[int]) -> bool:
    """Whether a range lies in one of the entries, which follow each other without overlap."""
    index = bisect_right(starts, start) - 1
    return index >= 0 and end <= entries[index].end


def _page_style(callouts: Iterable[Mention]) -> CitationStyle | None:
    """The style that most call-outs of the page have, identifiers aside; None without call-outs."""
    counts = Counter(facts.style for mention in callouts if (facts := _facts(mention)).style not in IDENTIFIERS)
    return max(counts, key=lambda style: (counts[style], style)) if counts else None


def _fits_style(facts: Citation, style: CitationStyle | None, index: Index) -> bool:
    """Whether a call-out is one on a page of this style.

    On a page that counts its citations, a lone name is an authority ("Sample, 1875") or a person; on a page whose
    list is sorted by names, numbers in brackets count something else.
    """
    if style is CitationStyle.NUMERIC and facts.style is CitationStyle.AUTHOR_YEAR:
        return facts.year is not None and " " in (facts.authors or "")
    if style is CitationStyle.AUTHOR_YEAR and facts.style is CitationStyle.NUMERIC:
        return not index.entries or any(kind == CitationStyle.NUMERIC for kind, _ in index)
    return True


# Entries


def _find_entries(page: Page, style: CitationStyle | None) -> list[Mention]:
    entries: list[Mention] = []
    for block in _list_blocks(page):
        for start, end in _split_entries(page.text, block):
            entries.append(_read_entry(page, block, (start, end), style, len(entries) + 1))
    return entries


def _list_blocks(page: Page) -> Iterator[Block]:
    """The blocks that hold reference entries, by their kind, heading, field name or label."""
    listed = False  # below a line such as "References" that no mark-up shows as a heading
    for block in page.blocks:
        text = page.text[block.start : block.end]
        if len(text) <= LONGEST_HEADING and LIST_HEADING.fullmatch(text):
            listed = True
            continue
        if block.kind is BlockKind.HEADING:
            listed = False
            continue
        likely = _looks_like_entry(text)
        listed = listed and likely
        if _is_listed(block, likely=likely) or (likely and listed) or _defines_footnote(text):
            yield block


def _is_listed(block: Block, *, likely: bool) -> bool:
    if block.kind is BlockKind.REFERENCE:
        return True
    if block.key and FIELD_OF_SOURCES.search(block.key):
        return likely
    headed = any(len(heading) <= LONGEST_HEADING and LIST_HEADING.fullmatch(heading) for heading in block.section)
    return headed and (likely or block.kind is BlockKind.LIST_ITEM)


def _defines_footnote(text: str) -> bool:
    label = ENTRY_LABEL.match(text)
    return label is not None and bool(label["foot"]) and label[0].rstrip().endswith(":")


def _link_entries(entries: Sequence[Mention], links: Sequence[Link]) -> list[Mention]:
    """The entries with the identifiers that their links name and their words do not."""
    starts = [entry.start for entry in entries]
    linked = list(entries)
    for link in links:
        at = bisect_right(starts, link.start) - 1
        if at < 0 or link.end > entries[at].end:
            continue
        facts = _facts(linked[at])
        missing = {column: value for column, value in _columns(link).items() if not getattr(facts, column)}
        linked[at] = _change(linked[at], url=facts.url or link.url, **missing)
    return linked


def _looks_like_entry(text: str) -> bool:
    if len(text.strip()) < SHORTEST_ENTRY:
        return False
    opening = text[:LONGEST_ENTRY]
    return bool(_defines_footnote(opening) or ONE_YEAR.search(opening) or IDENTIFIER.search(opening))


def _split_entries(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Start and end of each entry in a block: one, or several behind ascending labels in brackets."""
    marks = list(GLUED_ENTRY.finditer(text, block.start, block.end))
    numbers = [int(mark[1]) for mark in marks]
    if len(marks) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):  # noqa: PLR2004
        yield block.start, block.end
        return
    starts = [mark.start() for mark in marks]
    for start, end in zip(starts, [*starts[1:], block.end], strict=True):
        yield start, start + len(text[start:end].rstrip())


def _read_entry(page: Page, block: Block, span: tuple[int, int], style: CitationStyle | None, position: int) -> Mention:
    start, end = span
    written = page.text[start:end]
    label = ENTRY_LABEL.match(written)
    facts = _parse_entry(written[label.end() if label else 0 :][:LONGEST_ENTRY])
    if label is None and start == block.start:
        label = RAW_LABEL.search(page.source.text[max(0, block.raw_start - 100) : block.raw_start])
    entry_style, key = _entry_key(label, facts, style, position)
    return Mention(
        start=start,
        end=end,
        text=written,
        label=Label.CITATION,
        how=HOW,
        citation=replace(facts, style=entry_style, key=key),
    )


def _entry_key(
    label: re.Match[str] | None, facts: Citation, style: CitationStyle | None, position: int
) -> tuple[CitationStyle, str]:
    if label and label["foot"]:
        return CitationStyle.FOOTNOTE, label["foot"]
    named = facts.key if facts.year and " " in facts.key else None
    if style is CitationStyle.AUTHOR_YEAR and named:
        return style, named
    parts = label.groupdict() if label and style is not CitationStyle.AUTHOR_YEAR else {}
    if number := parts.get("bracket") or parts.get("dot") or parts.get("raised"):
        return CitationStyle.NUMERIC, str(int(number.translate(RAISED)))
    if style is CitationStyle.NUMERIC:
        return style, str(position)
    if named:
        return CitationStyle.AUTHOR_YEAR, named
    if facts.doi:
        return CitationStyle.DOI, facts.doi
    if facts.pmid:
        return CitationStyle.PMID, f"PMID {facts.pmid}"
    return CitationStyle.AUTHOR_YEAR, facts.key or fold_name(facts.title or "")[:LONGEST_KEY] or str(position)


def _parse_entry(text: str) -> Citation:
    """What an entry says of its work; `key` is first author and year with its letter, as far as they are given."""
    found = [_facts(mention) for _, _, group in find_identifiers(text) for mention in group]
    problem = next((facts.note for facts in found if facts.note), None)
    body = IDENTIFIER.sub(" ", text).strip(" .·*_;,:-–—")
    authors, rest = _split_authors(body)
    first = FIRST_AUTHOR.match(authors) if authors else None
    title, journal = _split_title(rest)
    year = _find_year(body)
    return Citation(
        role=CitationRole.ENTRY,
        style=CitationStyle.NUMERIC,
        key=author_key(first["first"], year) if first else "",
        status=CitationStatus.INVALID if problem else CitationStatus.UNUSED,
        authors=authors,
        year=int(year[:4]) if year else None,
        title=title,
        journal=journal,
        doi=next((facts.doi for facts in found if facts.doi), None),
        pmid=next((facts.pmid for facts in found if facts.pmid and not facts.note), None),
        nct=next((facts.nct for facts in found if facts.nct and not facts.note), None),
        url=next((facts.url for facts in found if facts.url), None),
        note=problem,
    )


def _split_authors(body: str) -> tuple[str | None, str]:
    match = ENTRY_AUTHORS.match(body)
    if match is None or not SIGN_OF_AUTHORS.search(body[: match.end() + 2]):
        return None, body
    return match[0].strip(" ,;&"), body[match.end() :]


def _split_title(rest: str) -> tuple[str | None, str | None]:
    quoted = QUOTED.search(rest)
    if quoted:
        return quoted["title"].strip(" .,"), _find_journal(rest[quoted.end() :])
    pieces = [
        piece.strip(" .,*_") for piece in PARTING.split(YEAR_IN_FRONT.sub("", rest, count=1)) if piece.strip(" .,*_")
    ]
    if not pieces:
        return None, None
    if ONE_YEAR.search(pieces[0]):
        return None, _find_journal(pieces[0])
    return pieces[0], _find_journal(pieces[1]) if len(pieces) > 1 else None


def _find_journal(text: str) -> str | None:
    match = JOURNAL.match(text.lstrip(" .,;*_"))
    return match["journal"].strip(" .,*_") if match else None


def _find_year(body: str) -> str | None:
    return next((match["year"] for sign in ENTRY_YEARS if (match := sign.search(body))), None)


# Call-outs


def _find_listed_names(page: Page, callouts: Sequence[Mention], index: Index) -> list[Mention]:
    """Names with a year that only the list shows to be citations: "Sample 2012", "Hill (1992)"."""
    if not any(kind == "author" for kind, _ in index):
        return []
    taken = sorted((mention.start, mention.end) for mention in (*callouts, *index.entries))
    starts = [start for start, _ in taken]
    found: list[Mention] = []
    for block in page.kept_blocks():
        for match in AUTHOR_YEAR.finditer(page.text, block.start, block.end):
            before = bisect_right(starts, match.end() - 1) - 1
            free = before < 0 or taken[before][1] <= match.start()
            if free and ("author", author_key(match["first"], match["year"])) in index:
                found.append(_name_callout(page.text, match))
    return found


def _name_callout(text: str, match: re.Match[str]) -> Mention:
    closed = bool(match["open"]) == bool(match["close"])
    return cite(
        text,
        match.start(),
        match.end() if closed and not match["rest"] else match.end("year"),
        style=CitationStyle.AUTHOR_YEAR,
        key=author_key(match["first"], match["year"]),
        authors=text[match.start("first") : match.end("more") if match["more"] else match.end("first")],
        year=int(match["year"][:4]),
    )


def _check_named_numbers(page: Page, callouts: Sequence[Mention], index: Index) -> list[Mention]:
    """Leave out names that the next number stands for; note on the number where its entry is another work."""
    kept: list[Mention] = []
    name: Mention | None = None
    for mention in callouts:
        facts = _facts(mention)
        if facts.style is CitationStyle.AUTHOR_YEAR:
            if name is not None:
                kept.append(name)
            name = mention
            continue
        if name is not None and facts.style in NUMBERED:
            between = page.text[name.end : mention.start]
            if len(between) <= SAME_POINT and not SENTENCE_END.search(between):
                kept.append(_compare_name(name, mention, index, adjacent=len(between.strip(" (),")) == 0))
                name = None
                continue
        if name is not None:
            kept.append(name)
            name = None
        kept.append(mention)
    return [*kept, name] if name is not None else kept


def _compare_name(name: Mention, number: Mention, index: Index, *, adjacent: bool) -> Mention:
    found = _match_entries(number, index)
    if len(found) != 1:
        return number
    cited, entry = _facts(name), _facts(found[0])
    first = cited.key.partition(" ")[0]
    if entry.authors is None or not adjacent:
        return number
    if first not in fold_name(entry.authors):
        return _change(number, note=f"author differs: {cited.authors} in the text, {_short(entry.authors)} in the list")
    return _note_year(number, cited.year, entry.year)


def _note_year(mention: Mention, cited: int | None, listed: int | None) -> Mention:
    if cited is None or listed is None or cited == listed:
        return mention
    return _change(mention, note=f"year differs: {cited} in the text, {listed} in the list")


def _short(written: str) -> str:
    return written if len(written) <= SHORT else written[:SHORT].rpartition(" ")[0].rstrip(",;") + " …"


def _find_links(page: Page) -> list[Link]:
    """The links of the raw page that lead to a work and whose words are in the clean text, in order."""
    found = [
        Link(*span, url, named)
        for start, end, url in _raw_links(page.source.text)
        if (named := read_link(url)) and (span := _to_clean(page, start, end))
    ]
    return sorted(found, key=lambda link: (link.start, link.end))


def _raw_links(raw: str) -> Iterator[tuple[int, int, str]]:
    for match in LINK.finditer(raw):
        if match["mark"]:
            yield *match.span("mark"), _trim_url(match["target"])
            continue
        end = raw.find("</a", match.end(), match.end() + LONGEST_LINK)
        if end < 0:
            end = raw.find("<\\/a", match.end(), match.end() + LONGEST_LINK)
        if end > match.end():
            yield match.end(), end, html.unescape(match["href"].replace("\\", ""))


def _trim_url(written: str) -> str:
    """The target of a Markdown link, up to the bracket that closes it."""
    depth = 0
    for at, char in enumerate(written):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return written[:at]
    return written


def _to_clean(page: Page, raw_start: int, raw_end: int) -> tuple[int, int] | None:
    """The clean characters that came from a raw range; None where none of it was kept."""
    pieces = page.offsets.pieces
    found: list[int] = []
    # Pieces follow the raw page but for fields that are moved, so a search by raw start finds the right place.
    at = max(0, bisect_right(pieces, raw_start, key=lambda piece: piece.raw_start) - 1)
    while at < len(pieces) and pieces[at].raw_start < raw_end:
        piece = pieces[at]
        at += 1
        if piece.raw_end <= raw_start:
            continue
        before, behind = max(0, raw_start - piece.raw_start), max(0, piece.raw_end - raw_end)
        found += [piece.start + before, piece.end - behind] if piece.verbatim else [piece.start, piece.end]
    if not found or not page.text[min(found) : max(found)].strip():
        return None
    return min(found), max(found)


def _link_callouts(page: Page, callouts: Sequence[Mention], index: Index, links: Sequence[Link]) -> list[Mention]:
    """The call-outs with the links that they are written as, and a call-out for each link on other words."""
    starts = [mention.start for mention in callouts]
    entry_starts = [entry.start for entry in index.entries]
    linked = list(callouts)
    for link in links:
        first = max(0, bisect_right(starts, link.start) - 1)
        last = bisect_left(starts, link.end)
        over = [at for at in range(first, last) if linked[at].end > link.start and linked[at].start < link.end]
        for at in over:
            linked[at] = _add_link(linked[at], link)
        if not over and not _inside(link.start, link.end, index.entries, entry_starts):
            linked.append(_link_callout(page.text, link))
    return sorted(linked, key=_order)


def _add_link(mention: Mention, link: Link) -> Mention:
    facts = _facts(mention)
    if facts.url or facts.style in IDENTIFIERS:
        return mention
    return _change(mention, url=link.url, **_columns(link))


def _columns(link: Link) -> dict[str, str]:
    return {column: value for column, value in link.named.items() if column != "pmc"}


def _link_callout(text: str, link: Link) -> Mention:
    """A call-out on the words of a link, by author and year where the words give them."""
    words = text[link.start : link.end]
    match = AUTHOR_LATER_YEAR.search(words)
    if match:
        named = cite(
            text,
            link.start,
            link.end,
            style=CitationStyle.AUTHOR_YEAR,
            key=author_key(match["first"], match["year"]),
            authors=f"{match['first']} et al.",
            year=int(match["year"][:4]),
        )
        return _add_link(named, link)
    column, value = next(iter(link.named.items()))
    key = f"PMID {value}" if column == "pmid" else value
    return _change(cite(text, link.start, link.end, style=CitationStyle.LINK, key=key, url=link.url), **_columns(link))


# Joining


class Index(dict[tuple[str, str], list[Mention]]):
    """Entries by all that a call-out may name: number, footnote key, author and year, author, identifier."""

    def __init__(self, entries: Sequence[Mention]) -> None:
        super().__init__()
        self.entries = entries
        for entry in entries:
            for name in _entry_names(_facts(entry)):
                self.setdefault(name, []).append(entry)


def _entry_names(facts: Citation) -> Iterator[tuple[str, str]]:
    if facts.style in NUMBERED:
        yield facts.style.value, facts.key
    for column in ("doi", "pmid", "nct"):
        if value := getattr(facts, column):
            yield column, value
    first = FIRST_AUTHOR.match(facts.authors) if facts.authors else None
    if first is None:
        return
    yield "first", fold_name(first["first"])
    if facts.year:
        yield "author", author_key(first["first"], str(facts.year))
    if facts.style is CitationStyle.AUTHOR_YEAR and facts.key[-1:].isalpha():
        yield "author", facts.key


def _match_entries(mention: Mention, index: Index) -> tuple[Mention, ...]:
    facts = _facts(mention)
    if facts.style in NUMBERED:
        return tuple(index.get((facts.style.value, facts.key), ()))
    for column in ("doi", "pmid", "nct"):
        if (value := getattr(facts, column)) and (found := index.get((column, value))):
            return tuple(found)
    if facts.style is not CitationStyle.AUTHOR_YEAR:
        return ()
    first = facts.key.partition(" ")[0]
    if not facts.year:
        return _narrow_authors(facts, index.get(("first", first), []))
    exact = index.get(("author", facts.key), [])
    return _narrow_authors(facts, exact or index.get(("author", f"{first} {facts.year}"), []))


def _narrow_authors(facts: Citation, found: Sequence[Mention]) -> tuple[Mention, ...]:
    """Of entries with one first author and year, those with as many authors, and the second one, of the text."""
    if len(found) < 2:  # noqa: PLR2004  (nothing to choose)
        return tuple(found)
    cited = facts.authors or ""
    second = SECOND_AUTHOR.search(cited)
    same = [entry for entry in found if _names_fit(cited, second, _facts(entry).authors or "")]
    return tuple(same or found)


def _names_fit(cited: str, second: re.Match[str] | None, listed: str) -> bool:
    names = [name for name in AUTHOR_BREAK.split(listed) if name and not INITIALS_ALONE.fullmatch(name)]
    many = len(names) > 2 or "et al" in listed  # noqa: PLR2004  (one and two authors are written out)
    if second is None:
        return many if "et al" in cited else len(names) == 1
    return fold_name(second["last"]) in fold_name(listed) and not (many and "," not in cited)


def _match_other_years(callouts: Iterable[Mention], index: Index, matches: dict[int, tuple[Mention, ...]]) -> None:
    """Join a name to the one entry of that author that no other call-out claims: its year is what differs."""
    claimed = {entry.start for found in matches.values() for entry in found}
    for mention in callouts:
        facts = _facts(mention)
        if facts.style is not CitationStyle.AUTHOR_YEAR or matches[id(mention)]:
            continue
        same = [entry for entry in index.get(("first", facts.key.partition(" ")[0]), ()) if _facts(entry).year]
        if len(same) == 1 and same[0].start not in claimed:
            matches[id(mention)] = (same[0],)


def _resolve(mention: Mention, found: Sequence[Mention], *, listed: bool) -> Mention:
    facts = _facts(mention)
    if facts.status is CitationStatus.INVALID:
        return mention
    if len(found) > 1:
        return _change(mention, status=CitationStatus.AMBIGUOUS, note=f"{len(found)} entries have this key")
    if found:
        mention = _change(mention, status=CitationStatus.RESOLVED, entry=found[0].start)
        return _note_year(mention, facts.year, _facts(found[0]).year)
    if facts.style in IDENTIFIERS or facts.doi or facts.pmid or facts.nct:
        return _change(
            mention, status=CitationStatus.RESOLVED, note="names its work by identifier; no entry on the page"
        )
    note = f"the reference list has no entry '{facts.key}'" if listed else "the page has no reference list"
    return _change(mention, note=note)


def _mark_entry(entry: Mention, index: Index, *, used: bool) -> Mention:
    facts = _facts(entry)
    if facts.status is CitationStatus.INVALID:
        return entry
    namesakes = index.get((facts.style.value, facts.key), ()) if facts.style in NUMBERED else ()
    if len(namesakes) > 1:
        return _change(entry, status=CitationStatus.AMBIGUOUS, note=f"{len(namesakes)} entries have this key")
    return _change(entry, status=CitationStatus.RESOLVED if used else CitationStatus.UNUSED)


# Findings


def _check_list(cited: Cited) -> CitationFinding | None:
    lost = _lost(cited.callouts)
    if cited.entries or not lost:
        return None
    number = _count(len(lost), "call-out leads", "call-outs lead")
    return CitationFinding("no reference list", lost, f"{number} nowhere: the page has no reference list.")


def _check_dangling(cited: Cited) -> CitationFinding | None:
    lost = _lost(cited.callouts)
    if not cited.entries or not lost:
        return None
    return CitationFinding("dangling", lost, f"The reference list has no entry for {_keys(lost)}.")


def _check_gap(cited: Cited) -> CitationFinding | None:
    """Numbers that are missing from the list, or from the call-outs where there is no list."""
    numbered: dict[int, list[Mention]] = defaultdict(list)
    for mention in cited.entries or cited.callouts:
        if _facts(mention).style is CitationStyle.NUMERIC:
            numbered[int(_facts(mention).key)].append(mention)
    if not numbered:
        return None
    missing = sorted(set(range(1, max(numbered))) - set(numbered))
    if not missing:
        return None
    known = sorted(numbered)
    beside = {
        known[at]
        for number in missing
        for at in (bisect_left(known, number) - 1, bisect_left(known, number))
        if at >= 0
    }
    members = tuple(mention for number in sorted(beside) for mention in numbered[number])
    where = "The reference list" if cited.entries else "The numbering of the call-outs"
    return CitationFinding(
        "gap in numbering", members, f"{where} runs to {known[-1]} and leaves out {_ranges(missing)}."
    )


def _check_unused(cited: Cited) -> CitationFinding | None:
    unused = _with_status(cited.entries, CitationStatus.UNUSED)
    if not unused:
        return None
    number = _count(len(unused), "entry is", "entries are")
    return CitationFinding("unused", unused, f"{number} cited nowhere on the page: {_keys(unused)}.")


def _check_duplicates(cited: Cited) -> CitationFinding | None:
    """Two entries with one number or key, or two entries for one work."""
    alike: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for entry in cited.entries:
        facts = _facts(entry)
        if facts.status is CitationStatus.AMBIGUOUS:
            alike["key", facts.key].append(entry)
        elif work := _work(facts):
            alike["work", work].append(entry)
    members = tuple(entry for same in alike.values() if len(same) > 1 for entry in same)
    return CitationFinding("duplicate entries", members, f"Entries stand twice: {_keys(members)}.") if members else None


def _check_years(cited: Cited) -> CitationFinding | None:
    return _check_note("year differs", cited)


def _check_authors(cited: Cited) -> CitationFinding | None:
    return _check_note("author differs", cited)


def _check_note(kind: str, cited: Cited) -> CitationFinding | None:
    noted = [mention for mention in cited.callouts if (_facts(mention).note or "").startswith(kind)]
    if not noted:
        return None
    targets = {_facts(mention).entry for mention in noted}
    members = (*noted, *(entry for entry in cited.entries if entry.start in targets))
    parts = (f"{_facts(mention).key}: {_facts(mention).note}" for mention in noted)
    return CitationFinding(kind, members, f"Text and reference list disagree: {'; '.join(dict.fromkeys(parts))}.")


def _check_shared_identifiers(cited: Cited) -> CitationFinding | None:
    """Entries with one DOI or PMID that name another first author or title."""
    shared: dict[str, list[Mention]] = defaultdict(list)
    for entry in cited.entries:
        facts = _facts(entry)
        for value in {facts.doi, facts.pmid and f"PMID {facts.pmid}"} - {None}:
            shared[str(value)].append(entry)
    works = {value: same for value, same in shared.items() if len({_title(_facts(entry)) for entry in same}) > 1}
    if not works:
        return None
    members = tuple(dict.fromkeys(entry for same in works.values() for entry in same))
    return CitationFinding(
        "one identifier for two works", members, f"Different works share {', '.join(sorted(works))}."
    )


def _check_identifiers(cited: Cited) -> CitationFinding | None:
    invalid = _with_status((*cited.callouts, *cited.entries), CitationStatus.INVALID)
    if not invalid:
        return None
    notes = dict.fromkeys(str(_facts(mention).note) for mention in invalid)
    return CitationFinding("invalid identifier", invalid, f"An identifier cannot be right: {'; '.join(notes)}.")


CHECKS: tuple[Callable[[Cited], CitationFinding | None], ...] = (
    _check_list,
    _check_dangling,
    _check_gap,
    _check_unused,
    _check_duplicates,
    _check_years,
    _check_authors,
    _check_shared_identifiers,
    _check_identifiers,
)


def _lost(callouts: Iterable[Mention]) -> tuple[Mention, ...]:
    """The call-outs that lead nowhere; a name without a year ("a study by Sample et al.") does not claim to."""
    dangling = _with_status(callouts, CitationStatus.DANGLING)
    return tuple(
        mention
        for mention in dangling
        if _facts(mention).year or _facts(mention).style is not CitationStyle.AUTHOR_YEAR
    )


def _with_status(mentions: Iterable[Mention], status: CitationStatus) -> tuple[Mention, ...]:
    return tuple(mention for mention in mentions if _facts(mention).status is status)


def _work(facts: Citation) -> str | None:
    """What two entries for one work have in common; None for an entry that does not say enough."""
    if facts.doi or facts.pmid:
        return f"{facts.doi or facts.pmid} {_title(facts)}"
    return f"{_title(facts)} {facts.year}" if facts.title and facts.year else None


def _title(facts: Citation) -> str:
    return fold_name(facts.title or facts.authors or "")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _keys(mentions: Iterable[Mention]) -> str:
    """The keys of citations, numbers as ranges, at most twelve written out."""
    keys = list(dict.fromkeys(_call(_facts(mention)) for mention in mentions))
    if all(key.isdigit() for key in keys):
        return _ranges(sorted(map(int, keys)))
    shown = ", ".join(keys[:MOST_KEYS])
    return shown if len(keys) <= MOST_KEYS else f"{shown} and {len(keys) - MOST_KEYS} more"


def _call(facts: Citation) -> str:
    """What a sentence calls a citation: its key, or its title where the key is made from that."""
    if facts.style is CitationStyle.AUTHOR_YEAR and facts.title and not facts.authors:
        return f"'{_short(facts.title)}'"
    return facts.key


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers in words of a list: 1, 3–5, 9."""
    parts: list[str] = []
    start = previous = numbers[0]
    for number in (*numbers[1:], None):
        if number is not None and number == previous + 1:
            previous = number
            continue
        parts.append(str(start) if start == previous else f"{start}–{previous}")
        if number is not None:
            start = previous = number
    return ", ".join(parts)
