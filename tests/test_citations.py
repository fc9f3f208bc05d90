"""Call-outs in every style, the entries of a page's own list, and what is wrong between the two."""

from __future__ import annotations

import re
import time

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

import pipeline.components.sentences  # noqa: F401  (registers the factory that the component requires)
from pipeline.annotate.citations import find_citation_findings, link_citations
from pipeline.components import get_mentions
from pipeline.components.citations import Citations, find_citations
from pipeline.components.citations.words import fold_name
from pipeline.page import Block, Citation, Mention, OffsetMap, Page, Piece, Source
from pipeline.schema import BlockKind, CitationRole, CitationStatus, CitationStyle, Label, SourceKind

MARK = re.compile("[«»]")
HEADING = re.compile(r"#+ ")
ITEM = re.compile(r"- |\d+\. ")


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its marks, and where the marked words stand."""
    spans = []
    for index, match in enumerate(re.finditer("«([^»]*)»", marked)):
        start = match.start() - 2 * index
        spans.append((start, start + len(match[1])))
    return MARK.sub("", marked), spans


def spans_of(text: str) -> list[tuple[int, int]]:
    """Where call-outs stand, each place once (the numbers of a range share theirs)."""
    return list(dict.fromkeys((mention.start, mention.end) for mention in find_citations(text)))


def facts(mention: Mention) -> Citation:
    assert mention.citation
    return mention.citation


def keys_of(text: str) -> list[str]:
    return [facts(mention).key for mention in find_citations(text)]


def make_page(raw: str) -> Page:
    """A page of Markdown lines: headings, list items without their marker, links without their target."""
    blocks: list[Block] = []
    pieces: list[Piece] = []
    lines: list[str] = []
    section: tuple[str, ...] = ()
    clean_at = raw_at = 0
    for line in raw.split("\n"):
        heading = HEADING.match(line)
        item = ITEM.match(line)
        body_at = (heading or item).end() if heading or item else 0  # type: ignore[union-attr]
        clean, at = "", raw_at + body_at
        for part in re.split(r"(\]\([^()]*\)|\[(?=[^\]]*\]\())", line[body_at:]):
            if part and not part.startswith("](") and part != "[":
                pieces.append(Piece(clean_at + len(clean), clean_at + len(clean) + len(part), at, at + len(part), True))
                clean += part
            at += len(part)
        if clean:
            kind = BlockKind.HEADING if heading else BlockKind.LIST_ITEM if item else BlockKind.PARAGRAPH
            section = (clean,) if heading else section
            end = clean_at + len(clean)
            blocks.append(
                Block(
                    len(blocks), kind, () if heading else section, clean_at, end, raw_at + body_at, raw_at + len(line)
                )
            )
            lines.append(clean)
            clean_at = end + 1
        raw_at += len(line) + 1
    source = Source("sample.md", "", len(raw), "utf-8", "text/markdown", raw)
    offsets = OffsetMap(tuple(pieces))
    return Page(source, "\n".join(lines), tuple(blocks), offsets, SourceKind.OTHER, None, None, None, None, "en")


def link(raw: str) -> tuple[Page, tuple[Mention, ...]]:
    page = make_page(raw)
    return page, link_citations(page, list(find_citations(page.text)))


def linked(raw: str, role: CitationRole = CitationRole.CALLOUT) -> list[tuple[str, str]]:
    return [(facts(m).key, facts(m).status.value) for m in link(raw)[1] if facts(m).role is role]


def findings(raw: str) -> dict[str, str]:
    page, mentions = link(raw)
    return {finding.kind: finding.text for finding in find_citation_findings(page, mentions)}


@pytest.mark.parametrize(
    "marked",
    [
        "It raised BDNF «[10]».",
        "It raised BDNF «[10]»«[11]» and NGF.",
        "It raised BDNF. «[7]»«[8]»«[13]» In rats it did not.",
        "as shown [«3», «4»] and [«7–9»], [«58»,«59-62»; «70»]",
        "from «[5]–[12]» on",
        "conditions[«18», «19»] and likely«[92]» so, post-mortem[«34», «35»]",
        "as in «[12, p. 190]» and «[1: fig. 4]»",
        "[see «3», «4»]",
        "in the hippocampus«¹²» and in rats.«³»,«⁴» with growth«⁵⁻⁷»",
        "raised BDNF «[^key2006]» and NGF [«^a», «^b-1»]",
        "men («Sample et al., 1996»; «Other et al., 2001», «2004»)",
        "men («Sample & Other, 2001a»,«b»; see «Jóźwiak, 1999»)",
        "as [«Sample et al., 1990»] wrote",
        "«Sample et al. (2006)» showed it, as did «Sample and Other (2001)».",
        "«van den Sample et al. (2006)» and «O'Other et al., 2007»",
        "«Sample & Other 2018» reviewed it; «Sample, Other, and Third (2011)» agreed.",
        "A «2001 study by Sample et al.» found it.",
        "A «2011 review by Sample and Other» found it.",
        "A landmark study by «Sample et al.» in a journal found it.",
        "(«Sample et al., J Examples, 1996»)",
        "«Sample et al. in their 2012» paper deny it.",
        "«Sample et al. [2006]» found it, and «Sample and colleagues (2007)» too.",
        "«Hill (1992)» showed it.",
        "see «doi:10.5555/abc.12». Also «10.5555/0014-5793(88)80509-x»)",
        "«https://doi.org/10.5555/abc(1)», «https://pubmed.ncbi.nlm.nih.gov/12345678/».",
        "(«PMID: 12345678», «PMC1234567», «NCT01234567»)",
        "see «www.ncbi.nlm.nih.gov/pubmed/12345678» and «pubmed.ncbi.nlm.nih.gov/12345678/».",
        "It raised BDNF«¹» and fell by 30%.«²»",
        "It raised BDNF^«1»^ and NGF ^«2»,«3»^.",
        "more than «ref. 12» or refs. «4–6» and references «3», «5» and «7» (ref no. «9», «10») carry",
        "It fell in refs. «4 to 6».",
        "Source: «Sample and Other, 2018»",
        "It rose. Adapted from: «Sample et al., J Examples, 2006»",
    ],
)
def test_callouts_are_found_where_they_are_written(marked: str) -> None:
    text, spans = unmark(marked)
    assert spans_of(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "x in [0, 1] and F[1,12] and x[3]",
        "In 2010 it was sold. Since 2011 (2025) it is not.",
        "Cells were transfected (Lipofectamine 2000).",
        "It is a drug Wikipedia+15PMC+5.",
        "It said so [sic], [ ] open, [x] done",
        "ACTH[1-39] and ACTH [4–10] and Aβ [1–42]",
        "95% CI [3, 12]",
        "labelled with [18]F",
        "10⁻¹² mol, 5 cm², Cu²⁺, ¹²⁵I and m³",
        "in [2001] and [9-7] and [1234]",
        "It was sold (Russia, 2011).",
        "[[wiki|links]] and [Year]",
        "[^key]: of its own",
        "the STEP 1 trial (2021) and the FDA (2024)",
        "ACTH⁴⁻¹⁰ and ATP⁴⁻ and 2^10 and x^2^",
        "at the reference 12 mg dose, Ref. 4012, reference 5 % and references 1.5 to 2",
        "References 1. Sample",
        "Sold by: Sample and Other, 2018",
    ],
)
def test_look_alikes_are_no_callouts(text: str) -> None:
    assert spans_of(text) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("[7–9]", ["7", "8", "9"]),
        ("[5]–[7]", ["5", "6", "7"]),
        ("rats¹²", ["12"]),
        ("(Jóźwiak et al., 2001, 2004)", ["jozwiak 2001", "jozwiak 2004"]),
        ("(Sample & Other, 2001a,b)", ["sample 2001a", "sample 2001b"]),
        ("Alba-Sample et al. (2006)", ["albasample 2006"]),
        ("DOI: 10.5555/ABC.", ["10.5555/abc"]),
        ("PMID 123", ["PMID 123"]),
        ("[^a, ^b]", ["a", "b"]),
    ],
)
def test_keys(text: str, keys: list[str]) -> None:
    assert keys_of(text) == keys


def test_authors_and_year_are_kept() -> None:
    found = facts(next(find_citations("as in (Sample et al., 1996)")))
    assert (found.authors, found.year, found.style) == ("Sample et al.", 1996, CitationStyle.AUTHOR_YEAR)
    assert found.status is CitationStatus.DANGLING


@pytest.mark.parametrize("text", ["PMID: 123456789012", "NCT0123456", "doi: 12.5/abc", "PMID 000"])
def test_an_identifier_that_cannot_be_right_is_invalid(text: str) -> None:
    found = facts(next(find_citations(text)))
    assert found.status is CitationStatus.INVALID
    assert found.note


@pytest.mark.parametrize(("name", "folded"), [("Jóźwiak", "jozwiak"), ("O'Brien", "obrien"), ("Sørensen", "sorensen")])
def test_names_are_folded(name: str, folded: str) -> None:
    assert fold_name(name) == folded


@given(st.text(alphabet="[]()^,;–-0123456789 .Aab&é²³\n", max_size=120))
def test_offsets_always_point_at_the_words(text: str) -> None:
    for mention in find_citations(text):
        assert text[mention.start : mention.end] == mention.text


@pytest.mark.parametrize(
    "part",
    [
        "[", "(", "[1,", "[^a,", "Aa, ", "Aa et al. ", "Aa and ", "van ", "1999 ", "doi:", "https://", "study by ", "word¹,",
        "A", "10.1234/)", "refs 1, ", "ref. ", "^1,", "Source: ", "www.", "[1] ", "Sample 2001 ", "(Sample, 2001) ", "Aa Aa ",
        "1. Sample AB. 2001;\n", "[1] Sample AB. 2001;\n", "Source: Sample AB. 2001;\n", "<a href='#ref", "<a ", "[1](#ref1) ",
        "[x](https://doi.org/10.5/a) ", "[x](https://((((", "Sample, A. ", "[Key01] ", ". ¹",
    ],
)  # fmt: skip
@pytest.mark.parametrize("head", ["", "Sample 2001 [1]\nReferences\n1. Sample AB. A title. 2001;1:1\n"])
def test_work_grows_with_the_page_alone(part: str, head: str) -> None:
    """A pattern or a loop that went back over the page again would take minutes, not a second."""
    began = time.process_time()
    raw = head + part * (40_000 // len(part))
    lines = [match.span() for match in re.finditer(r"[^\n]+", raw)]
    blocks = tuple(Block(at, BlockKind.PARAGRAPH, (), *line, *line) for at, line in enumerate(lines))
    source = Source("sample.md", "", len(raw), "utf-8", "text/markdown", raw)
    whole = OffsetMap((Piece(0, len(raw), 0, len(raw), verbatim=True),))
    page = Page(source, raw, blocks, whole, SourceKind.OTHER, None, None, None, None, "en")
    find_citation_findings(page, link_citations(page, list(find_citations(raw))))
    assert time.process_time() - began < 20


NUMBERED = """It raised BDNF [1] and NGF [2, 4].
## References
1. Sample AB, Other C. A title of a study. J Examples. 2001;12(3):4-9. PMID: 123456
2. Third D, et al. "Another title." J Examples. 2005;1:1. doi:10.5555/XYZ
3. Fourth E. A third title. J Examples. 2006."""


def test_numbers_lead_to_the_entries_of_the_page() -> None:
    assert linked(NUMBERED) == [("1", "resolved"), ("2", "resolved"), ("4", "dangling")]
    assert linked(NUMBERED, CitationRole.ENTRY) == [("1", "resolved"), ("2", "resolved"), ("3", "unused")]


def test_a_callout_names_the_start_of_its_entry() -> None:
    page, mentions = link(NUMBERED)
    first = next(mention for mention in mentions if mention.text == "[1]")
    assert page.text[facts(first).entry :].startswith("Sample AB, Other C.")


def test_an_entry_is_parsed() -> None:
    entries = [m for m in link(NUMBERED)[1] if facts(m).role is CitationRole.ENTRY]
    first, second, _ = map(facts, entries)
    assert (first.authors, first.year, first.title) == ("Sample AB, Other C.", 2001, "A title of a study")
    assert (first.journal, first.pmid) == ("J Examples", "123456")
    assert (second.title, second.doi) == ("Another title", "10.5555/xyz")


@pytest.mark.parametrize(
    ("entry", "authors", "title", "year"),
    [
        ("Sample, A. B., & Other, C. (2005). A title. J Examples, 12(3), 1–5.", "Sample, A. B., & Other, C.", "A title", 2005),
        ("Sample ABC, et al. A title. J Examples. 2021;384(11):989-1002.", "Sample ABC, et al.", "A title", 2021),
        ("A title without authors. J Examples. 2021;1:1.", None, "A title without authors", 2021),
        ("doi:10.5555/ph2000185 · Sample M, Other B · J Examples 2025;18(2):185 · review", "Sample M, Other B", None, 2025),
    ],
)  # fmt: skip
def test_shapes_of_entries(entry: str, authors: str | None, title: str | None, year: int) -> None:
    found = [facts(m) for m in link(f"Text.\n## Sources\n- {entry}")[1] if facts(m).role is CitationRole.ENTRY]
    assert [(one.authors and one.authors.rstrip("."), one.title, one.year) for one in found] == [
        (authors and authors.rstrip("."), title, year)
    ]


def test_names_lead_to_entries_and_years_are_compared() -> None:
    raw = """It rose (Sample et al., 2006; Other & Third, 2001; Nobody et al., 1999).
## References
- Sample A, Else B, More C. A title. J Examples. 2005;1:1.
- Other D, Third E. Another title. J Examples. 2001;1:1."""
    assert linked(raw) == [("sample 2006", "dangling"), ("other 2001", "resolved"), ("nobody 1999", "dangling")]
    assert findings(raw).keys() == {"dangling", "year differs"}
    assert "2006 in the text, 2005 in the list" in findings(raw)["year differs"]


def test_the_letter_of_a_year_and_the_number_of_authors_choose_the_entry() -> None:
    raw = """It rose (Sample and Other, 2001a; Third et al., 2002).
## References
- Sample A, Other B (2001a) A title. J Examples 1.
- Sample A, Other B (2001b) Another title. J Examples 1.
- Third C, Fourth D (2002) A title. J Examples 2.
- Third C, Fifth E, Sixth F (2002) Another title. J Examples 3."""
    page, mentions = link(raw)
    targets = [page.text[entry:][:32] for m in mentions if (entry := facts(m).entry) is not None]
    assert targets == ["Sample A, Other B (2001a) A titl", "Third C, Fifth E, Sixth F (2002)"]


def test_a_lone_name_is_cited_where_the_list_says_so() -> None:
    raw = "As Sample 2012 says of Vials 2012.\n## References\n- Sample A (2012) A title. J Examples 1."
    assert linked(raw) == [("sample 2012", "resolved")]


def test_footnotes_lead_to_their_definitions() -> None:
    raw = "It rose [^sample2006] and fell [^a, ^b].\n[^sample2006]: Sample A (2006) A title.\n[^a]: Other B (2007) A title."
    assert linked(raw) == [("sample2006", "resolved"), ("a", "resolved"), ("b", "dangling")]


def test_in_a_numbered_page_a_name_is_no_second_citation() -> None:
    raw = "Sample et al. (2006) found it [1].\n## References\n1. Sample A, Other B, Third C (2006) A title."
    assert linked(raw) == [("1", "resolved")]


@pytest.mark.parametrize(
    ("name", "kind"), [("Sample et al. (2007)", "year differs"), ("Nobody et al. (2006)", "author differs")]
)
def test_a_name_beside_a_number_must_be_that_of_the_entry(name: str, kind: str) -> None:
    raw = f"{name} [1] found it.\n## References\n1. Sample A, Other B, Third C (2006) A title."
    assert list(findings(raw)) == [kind]


def test_a_page_without_a_list() -> None:
    raw = "It rose [1][3] and fell [4]. A study by Sample et al. agrees."
    assert {status for _, status in linked(raw)} == {"dangling"}
    assert findings(raw) == {
        "no reference list": "3 call-outs lead nowhere: the page has no reference list.",
        "gap in numbering": "The numbering of the call-outs runs to 4 and leaves out 2.",
    }


def test_a_link_names_the_work_that_its_words_cite() -> None:
    raw = "It rose ([Sample et al., 2005](https://pubmed.ncbi.nlm.nih.gov/123456/)), see [this trial](https://doi.org/10.5555/ABC)."
    found = [facts(mention) for mention in link(raw)[1]]
    assert [(one.style.value, one.key, one.pmid, one.doi, one.status.value) for one in found] == [
        ("author_year", "sample 2005", "123456", None, "resolved"),
        ("link", "10.5555/abc", None, "10.5555/abc", "resolved"),
    ]
    assert findings(raw) == {}


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ("1. Sample A (2001) A title. PMID: 123\n2. Sample A (2001) A title. PMID: 123", "duplicate entries"),
        (
            "1. Sample A (2001) A title. PMID: 123\n2. Other B (2002) Another one. PMID: 123",
            "one identifier for two works",
        ),
        ("1. Sample A (2001) A title. PMID: 1234567890\n2. Other B (2002) Another one.", "invalid identifier"),
        ("1. Sample A (2001) A title.\n4. Other B (2002) Another one.", "gap in numbering"),
        ("[1] Sample A (2001) A title.\n[1] Other B (2002) Another one.", "one number for two works"),
    ],
)
def test_findings_in_the_list(entries: str, kind: str) -> None:
    assert kind in findings(f"It rose [1] and fell [2].\n## References\n{entries}")


def test_a_list_in_order_gives_no_finding() -> None:
    raw = "It rose [1] and fell [2].\n## References\n1. Sample A (2001) A title.\n2. Other B (2002) Another one."
    assert findings(raw) == {}


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("References", 1),
        ("Scientific references", 1),
        ("Sources & further reading", 1),
        ("Selected Literature", 1),
        ("Works Cited", 1),
        ("How to source vials", 0),
        ("Related studies", 0),
    ],
)
def test_which_headings_open_a_list(heading: str, found: int) -> None:
    raw = f"Text.\n## {heading}\n- Sample A (2001) A title. J Examples 1."
    assert len(linked(raw, CitationRole.ENTRY)) == found


def test_other_mentions_pass_through_in_order() -> None:
    page = make_page("BDNF rose [1].")
    name = Mention(start=0, end=4, text="BDNF", label=Label.TARGET, how="t")
    found = link_citations(page, [*find_citations(page.text), name])
    assert [mention.text for mention in found] == ["BDNF", "[1]"]


def test_the_component_keeps_callouts_with_the_doc() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("claimsift_sentences")
    nlp.add_pipe("claimsift_citations")
    analysis = nlp.analyze_pipes()
    assert analysis
    assert not analysis["problems"]["claimsift_citations"]
    doc = nlp("It raised BDNF [3, 4].")
    assert [mention.text for mention in get_mentions(doc)] == ["3", "4"]
    assert [mention.text for mention in Citations(nlp, "citations").find(doc.text)] == ["3", "4"]
