"""Whole pages through our reader: which call-outs, in every style and format, where they lead, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.annotate.citations import find_citation_findings, link_citations
from pipeline.clean import clean_source
from pipeline.components.citations import find_citations
from pipeline.page import CitationFinding, Mention, Source
from pipeline.schema import (
    CitationRole,
    CitationRow,
    CitationStatus,
    CitationStyle,
    ClaimRow,
    ConflictKind,
    ConflictRow,
)
from pipeline.settings import Settings

if TYPE_CHECKING:
    from runs import Run

SETTINGS = Settings.model_validate({})
MEDIA = {"html": "text/html", "md": "text/markdown", "txt": "text/plain"}
WHOLE = "<html><head><title>Samples</title></head><body><main><h1>Samples</h1>{}</main></body></html>"
ENTRIES = (
    "Sample AB, Other C. A first title of a study. J Examples. 2001;12(3):4-9. doi:10.5555/abc.1",
    "Third D. A second title of a study. J Examples. 2005;1:1. PMID: 12345678",
    "Fourth E, et al. A third title of a study. J Examples. 2007;1:1.",
)
HTML_LIST = f"<h2>References</h2><ol>{''.join(f'<li>{entry}</li>' for entry in ENTRIES)}</ol>"
MD_LIST = "\n\n## References\n\n" + "\n".join(f"{at}. {entry}" for at, entry in enumerate(ENTRIES, 1))
TXT_LIST = "\n\nReferences\n" + "\n".join(f"[{at}] {entry}" for at, entry in enumerate(ENTRIES, 1))
UNLISTED = "\n\n" + "\n".join(f"[{at}] {entry}" for at, entry in enumerate(ENTRIES, 1))
PUBMED = "https://pubmed.ncbi.nlm.nih.gov/12345678/"


def read(kind: str, body: str) -> tuple[tuple[Mention, ...], tuple[CitationFinding, ...]]:
    """The citations of a page and what is wrong with them, without the rest of the annotation."""
    raw = WHOLE.format(body) if kind == "html" else f"# Samples\n\n{body}\n" if kind == "md" else f"{body}\n"
    source = Source("page", "0" * 64, len(raw.encode()), "utf-8", MEDIA[kind], raw)
    page = clean_source(source, None, SETTINGS)
    found = [
        mention.shift(block.start)
        for block in page.kept_blocks()
        for mention in find_citations(page.text[block.start : block.end].replace("\n", " "))
    ]
    linked = link_citations(page, found)
    return linked, find_citation_findings(page, linked)


def say(mentions: tuple[Mention, ...], role: CitationRole = CitationRole.CALLOUT) -> str:
    """The citations in one line: keys, with "?" for a dangling one, "!" for an invalid and "~" for an ambiguous one."""
    marks = {CitationStatus.DANGLING: "?", CitationStatus.INVALID: "!", CitationStatus.AMBIGUOUS: "~"}
    cited = [mention.citation for mention in mentions if mention.citation and mention.citation.role is role]
    return ", ".join(facts.key + marks.get(facts.status, "") for facts in cited)


@pytest.mark.parametrize(
    ("kind", "body", "callouts"),
    [
        # numbers in brackets
        ("html", "<p>It raised BDNF <a href='#ref1'>[1]</a><a href='#ref2'>[2]</a>.</p>" + HTML_LIST, "1, 2"),
        ("html", "<p>It rose [1, 3]. It fell [4].</p>" + HTML_LIST, "1, 3, 4?"),
        ("html", "<p>It rose.[1–3] It fell [2,3].</p>" + HTML_LIST, "1, 2, 3, 2, 3"),
        ("md", "It raised BDNF [1][2]. It fell. [3]" + MD_LIST, "1, 2, 3"),
        ("md", "It raised BDNF \\[1\\] and NGF \\[2, 3\\]." + MD_LIST, "1, 2, 3"),
        ("md", f"It raised BDNF [[1]]({PUBMED}) and [[2]](https://example.org/a)." + MD_LIST, "1, 2"),
        ("md", f"It raised BDNF [1](#ref-1) and NGF [2]({PUBMED})." + MD_LIST, "1, 2"),
        ("txt", "It raised BDNF [1], NGF [2]–[3]." + TXT_LIST, "1, 2, 3"),
        ("txt", "It raised BDNF [1] and NGF [2]." + UNLISTED, "1, 2"),
        ("md", "It rose (see ref. 2); refs 1–3 and references 1 and 3 agree." + MD_LIST, "2, 1, 2, 3, 1, 3"),
        ("md", f"It rose ([Samples][1]).\n\n[1]: {PUBMED}", "1"),
        # raised numbers
        ("html", "<p>It raised BDNF<sup>1</sup> and, in rats,<sup>2,3</sup> NGF.</p>" + HTML_LIST, "1, 2, 3"),
        ("html", "<p>It raised BDNF.<sup>1–3</sup> By 30%.<sup>2</sup></p>" + HTML_LIST, "1, 2, 3, 2"),
        ("html", "<p>It rose<sup><a href='#cite_note-1'>[1]</a></sup><sup><a href='#fn2'>2</a></sup>.</p>" + HTML_LIST, "1, 2"),
        ("md", "It raised BDNF ^1^ and NGF<sup>2</sup>." + MD_LIST, "1, 2"),
        ("txt", "It raised BDNF¹ and, later, NGF.²,³" + TXT_LIST, "1, 2, 3"),
        # footnotes and keys
        ("md", "It rose [^a] and [^b2006, ^c].\n\n[^a]: Sample A. A title. 2001.\n[^b2006]: doi:10.5555/b · Other B · *J Ex* 2006;1:1", "a, b2006, c?"),
        ("md", f"It rose[^1].\n\n[^1]: {PUBMED}", "1"),
        ("md", "It fell [Sample2005].\n\n## References\n\n[Sample2005] Sample A. A title. J Examples. 2005.", "Sample2005"),
        # authors and years
        ("html", "<p>It rose (Sample &amp; Other, 2001; Third, 2005).</p>" + HTML_LIST, "sample 2001, third 2005"),
        ("md", "It rose (Sample & Other, 2001, 2004); Fourth et al. (2007) agree." + MD_LIST, "sample 2001, sample 2004?, fourth 2007"),
        ("md", "A 2001 study by Sample and Other found it, and Third 2005 confirms it." + MD_LIST, "sample 2001, third 2005"),
        ("md", "It rose [Sample and Other, 2001]. As Third's 2005 paper says, it fell." + MD_LIST, "sample 2001, third 2005"),
        ("txt", "It rose (Sample et al. 2001a, b; see also Third and Fourth, 2005).", "sample 2001a?, sample 2001b?, third 2005?"),
        ("html", "<table><tr><th>Study</th><th>Dose</th></tr><tr><td>Demo and Specimen, 2018</td><td>5 mg</td></tr></table>", "demo 2018?"),
        ("md", "| Dose | Source |\n|---|---|\n| 5 mg | Demo, 2018 |\n| 6 mg | Sample et al., 2019 |", "demo 2018?, sample 2019?"),
        ("md", "Source: Sample AB, Other C. A title of a study. J Examples. 2006;1:2-3.", "sample 2006?"),
        ("txt", "Source: Sample et al., J Examples 2006", "sample 2006?"),
        ("txt", "It rose (de la Sample et al., 2006).\n\nReferences\nDe la Sample A, Other B, Third C (2006) A title. J Ex 1.", "delasample 2006"),
        ("txt", "It rose (Sample Society, 2009).\n\nReferences\nSample Society (2009) A title of a report. London.\nOther B (2006) A title. J Ex 1.", "samplesociety 2009"),
        # links and identifiers
        ("html", f"<p>It rose (<a href='{PUBMED}'>Sample et al., 2006</a>).</p>", "sample 2006"),
        ("html", "<p>See <a href='https://doi.org/10.5555/ABC.9'>this paper</a> or <a href='https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567/'>that</a>, not <a href='https://example.org/shop'>the shop</a>.</p>", "10.5555/abc.9, PMC1234567"),
        ("md", f"It rose ([PubMed]({PUBMED}), [source](https://doi.org/10.5555/q_(1))).", "PMID 12345678, 10.5555/q_(1)"),
        ("txt", "See www.ncbi.nlm.nih.gov/pubmed/12345678, NCT01234567, doi.org/10.5555/ABC.7. PMID 12 and PMC1234567.", "PMID 12345678, NCT01234567, 10.5555/abc.7, PMID 12, PMC1234567"),
        ("txt", "See PMID: 1234567890, NCT0123 and doi: 12.5/abc.", "PMID 1234567890!, NCT0123!, 12.5/abc!"),
        # names beside numbers, and numbers beside names
        ("md", "Sample et al. (2001) found, in a long study of many rats and a few mice, that it rose [1]." + MD_LIST, "1"),
        ("md", "Third 2005 and Sample (2001) agree [3]." + MD_LIST, "3"),
        ("txt", "It rose (Sample and Other, 2001) in [3] steps (Third, 2005).\n\nReferences\nSample AB, Other C (2001) A title. J Ex.\nThird D (2005) A title. J Ex.", "sample 2001, third 2005"),
    ],
)  # fmt: skip
def test_callouts_of_every_style_lead_where_they_should(kind: str, body: str, callouts: str) -> None:
    assert say(read(kind, body)[0]) == callouts


@pytest.mark.parametrize("kind", ["html", "md", "txt"])
@pytest.mark.parametrize(
    "text",
    [
        "The values lie in [0, 1] and F[1,12] was large.",
        "In 2010 it was sold; since 2011 it is not.",
        "Cells were transfected with Lipofectamine 2000 (Lipofectamine 2000).",
        "It is a drug Wikipedia+15PMC+5 and PubMed+2.",
        "It is a drug :contentReference[oaicite:2]{index=2} 【4†source】 citeturn0search1.",
        "ACTH[1-39], ACTH⁴⁻¹⁰ and GLP-1 [7–36] are peptides.",
        "The median was 5 (95% CI [3, 12]), at 10⁻¹² M, in 5 cm² of Cu²⁺.",
        "Labelled with [18]F at the reference 12 mg dose.",
        "It was sold (Russia, 2011), says the FDA (2024), last updated (March 2026).",
        "Step (1) and step (2) follow the 2004 edition.",
    ],
)
def test_what_only_looks_like_a_callout_is_none(kind: str, text: str) -> None:
    assert say(read(kind, f"<p>{text}</p>" if kind == "html" else text)[0]) == ""


@pytest.mark.parametrize(
    ("body", "findings"),
    [
        ("It rose [1] and fell [4].", {"no reference list": "2 call-outs lead nowhere", "gap in numbering": "leaves out 2–3"}),
        ("It rose (Sample et al., 2001).", {"no reference list": "1 call-out leads nowhere"}),
        ("It rose [1][2][5]." + MD_LIST, {"dangling": "no entry for 5", "unused": "3"}),
        ("It rose [1].\n\n**References**\n\n[1] Sample A. A title of it. 2001.\n\n[3] Other B. Another title. 2005.", {"gap in numbering": "leaves out 2", "unused": "3"}),
        ("It rose (Sample, 2003; Third, 2005; Fourth et al., 2007)." + MD_LIST, {"year differs": "sample 2003: year differs: 2003 in the text, 2001 in the list"}),
        ("It rose (Sample, 1990; Third, 2005; Fourth et al., 2007)." + MD_LIST, {"dangling": "no entry for sample 1990; of the same first author it has sample 2001", "unused": "sample 2001"}),
        ("Sample et al. (2002) [1], Third [2] and Fourth [3] agree." + MD_LIST, {"year differs": "2002 in the text, 2001 in the list"}),
        ("Nobody et al. (2001) [1], Third [2] and Fourth [3] agree." + MD_LIST, {"author differs": "Nobody et al. in the text"}),
        (f"It rose ([Nobody et al., 2005]({PUBMED}); Sample & Other, 2001; Fourth et al., 2007)." + MD_LIST, {"author differs": "Nobody et al. in the text, Third D. in the list"}),
        (f"It rose [PMID: 87654321]({PUBMED}).", {"link differs": "87654321 in the text, 12345678 in the target"}),
        ("It rose [doi:10.5555/abc](https://doi.org/10.5555/xyz).", {"link differs": "10.5555/abc in the text, 10.5555/xyz in the target"}),
        ("It rose [1][2].\n\n## References\n[1] Sample A. A title of it. 2001.\n[2] Sample A. A title of it. 2001.", {"duplicate entries": "1–2"}),
        ("It rose [1][2].\n\n## References\n[1] Sample A. A title of it. 2001. PMID: 123\n[2] Sample A. A title of it. 2001. PMID: 456", {"one work with two identifiers": "1–2"}),
        ("It rose [1].\n\n## References\n[1] Sample A. A title of it. 2001.\n[1] Other B. Another title. 2005.", {"one number for two works": "1"}),
        ("It rose [1][2].\n\n## References\n[1] Sample A. A title of it. 2001. doi:10.5555/A\n[2] Other B. Another title. 2005. doi:10.5555/a", {"one identifier for two works": "10.5555/a"}),
        ("It rose (PMID 123456789).", {"invalid identifier": "'123456789' is no PMID"}),
        ("It rose [1][2][3]." + MD_LIST, {}),
        ("A study by Sample et al. found it.", {}),
        (f"It rose ([Sample et al., 2001]({PUBMED})).", {}),
        ("See [10.5555/abc.123…](https://doi.org/10.5555/abc.123.456).", {}),
    ],
)  # fmt: skip
def test_each_finding_is_told_once(body: str, findings: dict[str, str]) -> None:
    marked = "](" in body or "**" in body
    for kind in ("md",) if marked else ("md", "txt"):
        found = {finding.kind: finding.text for finding in read(kind, body)[1]}
        assert found.keys() == findings.keys()
        assert all(findings[name] in text for name, text in found.items())


def test_a_link_in_an_entry_gives_it_its_identifier() -> None:
    body = f"<p>It rose [1].</p><h3>Sources</h3><ul><li><a href='{PUBMED}'>Sample AB et al. A title. J Ex 2001</a></li></ul>"
    entries = [m.citation for m in read("html", body)[0] if m.citation and m.citation.role is CitationRole.ENTRY]
    assert [(facts.pmid, facts.url, facts.year) for facts in entries] == [("12345678", PUBMED, 2001)]


def test_numbered_advice_is_no_list_of_references() -> None:
    body = "It rose [1].\n\n1. Sample the vial, in 2010 as in 2011.\n2. Other steps follow; see the label of 2012."
    assert say(read("md", body)[0]) == "1?"


def test_each_number_of_the_seed_that_is_an_faq_leads_nowhere(seeds_run: Run) -> None:
    rows = [row for row in seeds_run.rows(CitationRow) if row.source_id.startswith("002_")]
    assert len(rows) >= 37
    assert {(row.style, row.status) for row in rows} == {(CitationStyle.NUMERIC, CitationStatus.DANGLING)}
    conflicts = [row for row in seeds_run.rows(ConflictRow) if row.kind is ConflictKind.CITATION]
    told = {row.slot.rpartition("· ")[2] for row in conflicts if row.slot.startswith("002_")}
    assert told == {"gap in numbering", "no reference list"}


def test_the_six_names_with_a_year_of_the_seed_that_is_a_profile_are_tied_to_their_studies(seeds_run: Run) -> None:
    rows = [row for row in seeds_run.rows(CitationRow) if row.source_id.startswith("001_")]
    assert len(rows) == 6
    assert {(row.style, row.status) for row in rows} == {(CitationStyle.AUTHOR_YEAR, CitationStatus.DANGLING)}
    assert all(row.year for row in rows)
    studies = {
        one: claim for claim in seeds_run.rows(ClaimRow) if claim.predicate == "study" for one in claim.citations
    }
    assert all(studies[row.citation_id].study == f"{row.authors}, {row.year}" for row in rows)
