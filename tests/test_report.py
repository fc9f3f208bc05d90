"""The report: what it shows, that nothing from a page can act in it, and that it is the same each time."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import fields, replace
from html.parser import HTMLParser
from itertools import cycle, product
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from markdown_it import MarkdownIt

from pipeline.report import ReportInput, write_report
from pipeline.report.links import CONFLICTS_A_PAGE
from pipeline.report.markdown import escape_markdown
from pipeline.report.marks import find_passage, find_value, mark_passage
from pipeline.report.passages import link_work
from pipeline.report.plot import draw_plot, read_number
from pipeline.report.text import HIDDEN, RawText, name_page, safe_link, show_hidden
from pipeline.report.write import _environment
from pipeline.schema import BlockKind, Comparator, ConflictKind, Record, Scope, Severity, State, Status, Verdict
from report_rows import (
    BDNF,
    BLOG,
    CLAIMS,
    CONFLICTS,
    CORE,
    FAQ,
    FRAGMENT,
    HEADING,
    HEAVY,
    HOUR,
    LIFE,
    LOOSE,
    MASS,
    PAGES,
    PROFILE,
    SEQUENCE,
    SHORT,
    TAIL,
    TWENTY,
    UNION,
    VENDOR,
    make_block,
    make_claim,
    make_conflict,
    make_decision,
    make_document,
    make_member,
    make_minutes,
    make_report,
    reverse,
)

INJECTIONS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script href=data:,alert(1) />",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<form action=https://evil.example><input autofocus onfocus=alert(1)>",
    "<object data=https://evil.example/x></object><embed src=https://evil.example/x>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<math><mtext></mtext><mglyph><style><!--</style><img src onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    '" onmouseover=alert(1) x="',
    "' onfocus=alert(1) autofocus x='",
    "` onclick=alert(1) `",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "{{ 7 * 7 }}{% for x in () %}{{ config }}${7*7}",
    "\u202egnp.exe\u202c \u2066hidden\u2069 zero\u200bwidth",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>\x1b[31m",
    "javascript:alert(1)//https://example.org",
    "data:text/html,<script>alert(1)</script>",
    "](javascript:alert(1)) ![x](https://evil.example/x.png) [ref]: https://evil.example",
    "../../../etc/passwd%00.html?x#y",
    "A" * 3000 + "e" + "\u0301" * 500,
)

TABLE = {"table", "thead", "tbody", "tr", "th", "td"}

# Fields that we make ourselves.
OURS = {"claim_id", "conflict_id", "citation_id", "mention_id", "explained_id", "fingerprint", "reference_id"}
NULLS = {"url", "title", "note", "reason"}
OURS |= {"subject_mention", "object_mention", "sha256", "encoding", "side"}


class Tags(HTMLParser):
    """What a browser would see in a page: tags with attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.code: list[str] = []
        self.text: list[str] = []
        self.inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_data(self, data: str) -> None:
        (self.code if self.inside in {"script", "style"} else self.text).append(data)

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]


def poison(result: ReportInput, *vectors: str) -> ReportInput:
    """The same run with a vector, each in turn, in every text that can come from a page, a file name or a lexicon.

    A text that stands in several rows, such as a source_id, gets the same vector everywhere.
    """
    turns = cycle(vectors)
    chosen: defaultdict[str, str] = defaultdict(lambda: next(turns))

    def change(row: Record) -> Record:
        texts = {name: value + chosen[value] for name, value in row if type(value) is str and name not in OURS}
        nulls = {name: next(turns) for name, value in row if value is None and name in NULLS}
        lists = {name: tuple(one + next(turns) for one in value) for name, value in row if name == "seen"}
        return row.model_copy(update=texts | nulls | lists)

    tables: dict[str, Any] = {
        field.name: type(getattr(result, field.name))(change(row) for row in getattr(result, field.name))
        for field in fields(result)
        if isinstance(getattr(result, field.name), tuple)
    }
    raw = {source_id + chosen[source_id]: text + vectors[0] for source_id, text in PAGES.items()}
    return replace(result, **tables, raw_texts=raw.__getitem__)


def build(result: ReportInput, folder: Path) -> dict[str, str]:
    """The pages of a report by name."""
    write_report(result, folder)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def article(page: str, conflict_id: str) -> str:
    start = page.index(f'id="conflict-{conflict_id}"')
    return page[start : page.index("</article>", start)]


def split_sides(html: str) -> list[str]:
    return re.split(r'<div class="side(?: computed)?"', html)[1:]


def marked(html: str) -> list[str]:
    return re.findall(r"<mark class=\"[a-z ]+\">([^<]*)</mark>", html)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return build(make_report(), tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def plain_tags(pages: dict[str, str]) -> set[str]:
    return {tag for name, page in pages.items() if name.endswith("html") for tag, _ in Tags(page).tags}


# What is written


def test_a_report_a_dossier_for_each_subject_and_a_page_for_each_source_are_written(pages: dict[str, str]) -> None:
    assert {"report.html", "report.md", "report/compound-semax.html", "report/compound-selank.html"} <= set(pages)
    assert sum(name.startswith("report/source-") for name in pages) == len(PAGES)


def test_the_same_rows_in_another_order_give_the_same_bytes(pages: dict[str, str], tmp_path: Path) -> None:
    result = make_report()
    tables = {
        field.name: type(getattr(result, field.name))(reverse(getattr(result, field.name)))
        for field in fields(result)
        if isinstance(getattr(result, field.name), tuple)
    }
    assert build(make_report(**tables), tmp_path) == pages


def test_writing_again_changes_nothing_and_removes_only_pages_of_a_former_report(tmp_path: Path) -> None:
    first = build(make_report(), tmp_path)
    (tmp_path / "report" / "compound-gone.html").write_text("old")
    (tmp_path / "report" / "notes.txt").write_text("mine")
    assert build(make_report(), tmp_path) == first | {"report/notes.txt": "mine"}


def test_an_empty_run_still_gives_a_report(tmp_path: Path) -> None:
    empty = {field.name: () for field in fields(ReportInput) if field.name not in {"raw_texts", "single_source_slots"}}
    written = build(make_report(**empty, single_source_slots=None), tmp_path)
    assert set(written) == {"report.html", "report.md", "report/coverage.html"}
    assert "No claims were found" in written["report.html"]
    assert "No conflicts were found" in written["report.html"]


def test_a_report_without_the_raw_files_keeps_quotes_and_offsets(tmp_path: Path) -> None:
    def lose(source_id: str) -> str:
        raise FileNotFoundError(source_id)

    written = build(make_report(raw_texts=lose), tmp_path)
    assert f"{VENDOR} [{HEAVY.start}:{HEAVY.end}]" in written["report.html"]
    assert "887.04 Da" in written["report.html"]


def test_no_page_holds_a_path_of_this_machine(tmp_path: Path) -> None:
    for page in build(make_report(), tmp_path).values():
        assert str(tmp_path) not in page
        assert str(Path.cwd()) not in page


def test_every_link_inside_the_report_leads_somewhere(pages: dict[str, str]) -> None:
    anchors = {name: set(Tags(page).values("id")) for name, page in pages.items() if name.endswith("html")}
    for name, page in pages.items():
        for href in Tags(page).values("href") if name.endswith("html") else ():
            if href.startswith(("https://", "http://", "data:")):
                continue
            path, fragment = urldefrag(href)
            target = (Path(name).parent / unquote(path)).as_posix() if path else name
            target = re.sub(r"^report/\.\./", "", target)
            assert target in anchors, (name, href)
            assert not fragment or unquote(fragment) in anchors[target], (name, href)


@pytest.mark.parametrize("kind", ["report.html", "report/compound-semax.html"])
def test_ids_stand_once_and_tables_have_captions_and_scopes(pages: dict[str, str], kind: str) -> None:
    tags = Tags(pages[kind])
    ids = tags.values("id")
    assert len(ids) == len(set(ids))
    names = [tag for tag, _ in tags.tags]
    assert names.count("table") == names.count("caption") > 0
    assert all("scope" in attrs for tag, attrs in tags.tags if tag == "th")
    assert names.count("h1") == 1


# What a conflict shows


def test_both_passages_stand_side_by_side_with_the_differing_words_marked(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], FRAGMENT.conflict_id)
    sides = split_sides(html)
    assert len(sides) == 2
    assert marked(sides[0]) == ["ACTH(4–7)"]
    assert marked(sides[1]) == ["ACTH(4-10)", "ACTH(4–10)"]
    assert "It corresponds to" in sides[0]
    assert "keeps the core" in sides[1]


def test_a_negation_is_marked_where_only_the_polarity_differs(pages: dict[str, str]) -> None:
    sides = split_sides(article(pages["report.html"], UNION.conflict_id))
    assert marked(sides[0]) == ["2015"]
    assert marked(sides[1]) == ["not"]
    assert "− negated" in sides[1]


def test_sides_that_share_their_object_have_their_own_words_marked(pages: dict[str, str]) -> None:
    sides = split_sides(article(pages["report.html"], BDNF.conflict_id))
    assert "lower" in marked(sides[0])
    assert "increased" in marked(sides[1])
    assert "BDNF" not in marked(sides[0]) + marked(sides[1])


def test_the_arithmetic_of_the_arbiter_stands_in_its_own_box(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], MASS.conflict_id)
    box = html[html.index('<div class="arbiter"') : html.index('<p class="why"')]
    assert "887.04 − 813.92 = 73.12 g/mol" in box
    assert "C37H51N9O10S" in box


def test_a_computed_side_shows_what_it_was_computed_from(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], MASS.conflict_id)
    computed = html[html.index("side computed") :]
    assert "813.92 g/mol" in computed
    assert "Met-Glu-His-Phe-Pro-Gly-Pro" in computed
    assert "computed 813.92" in html


def test_a_computed_value_without_a_passage_is_shown(tmp_path: Path) -> None:
    members = (
        make_member(MASS, "A", HEAVY),
        make_member(MASS, "computed", SEQUENCE, "check digit 2").model_copy(
            update=dict.fromkeys(("claim_id", "source_id", "start", "end", "quote", "polarity", "certainty"))
        ),
    )
    written = build(make_report(conflicts=(MASS,), conflict_members=members), tmp_path)
    assert "check digit 2" in article(written["report.html"], MASS.conflict_id)
    assert "check digit 2" in written["report.md"]


def test_a_card_names_file_line_column_and_offsets(pages: dict[str, str]) -> None:
    line = PAGES[FAQ][: TAIL.start].count("\n") + 1
    assert f"{FAQ}:{line}:1 [{TAIL.start}:{TAIL.end}]" in article(pages["report.html"], FRAGMENT.conflict_id)


def test_a_card_tells_how_the_subject_was_found_and_which_citations_bear_on_it(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], FRAGMENT.conflict_id)
    assert "by the question" in html
    assert "dangling" in html
    assert "hedged “is said to”" in html


def test_raw_context_is_shown_as_it_stands(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], FRAGMENT.conflict_id)
    assert "keeps the core &lt;b&gt;ACTH(4&amp;ndash;10)&lt;/b&gt; fragment" in html


def test_call_outs_without_a_claim_are_shown_in_their_sentence(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], LOOSE.conflict_id)
    assert marked(html) == ["[1]", "[2]", "[3]"]
    assert "does not act on any hormone receptor" in html


def test_conflicts_stand_by_severity_and_gone_ones_apart(pages: dict[str, str]) -> None:
    order = re.findall(r'data-kind="\w+" data-severity="(\w+)"', pages["report.html"])
    assert order == ["high", "high", "high", "medium", "medium", "low"]
    assert "no longer found" in pages["report.html"]


def test_decisions_and_their_staleness_are_shown(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], UNION.conflict_id)
    assert "decided: real, reviewer one, stale" in html
    assert "asked the agency" in html


def test_a_stale_decision_tells_what_has_changed_since(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], UNION.conflict_id)
    assert 'data-review="stale"' in html
    (gone,), (come,) = re.findall("<del>(.*?)</del>", html), re.findall("<ins>(.*?)</ins>", html)
    assert gone == "notes/former.txt: approved, affirmed “Approved in the EU.”"
    assert come == f"{PROFILE}: approved, affirmed, asserted “The European Union has approved it since 2015.”"
    assert "since 2015" not in html.partition("<ins>")[0].partition('<ul class="told">')[2]


def test_former_lines_of_a_reviewer_are_shown_as_past_and_a_withdrawal_as_one(tmp_path: Path) -> None:
    first = make_decision(MASS, Verdict.REAL, hour=1)
    second = make_decision(MASS, Verdict.SOURCE_ERROR, hour=2, note="the salt is not named")
    withdrawn = make_decision(MASS, Verdict.UNSURE, hour=3, reviewer="bea", withdrawn=True)
    written = build(make_report(decisions=(withdrawn, second, first)), tmp_path)
    html = article(written["report.html"], MASS.conflict_id)
    lines = re.findall(r'<li class="(past|)"><strong>(\w+)</strong>: ([a-z ]+) <', html)
    assert lines == [("past", "ann", "real"), ("", "ann", "source error"), ("past", "bea", "verdict withdrawn")]
    assert "note: the salt is not named" in html


def test_a_conflict_tells_what_could_have_explained_it_and_does_not(pages: dict[str, str]) -> None:
    html = article(pages["report.html"], LIFE.conflict_id)
    tried = re.search('<details class="tried">(.*?)</details>', html, re.DOTALL)
    assert tried is not None
    assert "matrix: A: plasma; B: plasma; C: plasma; the sides meet in it" in tried[1]
    assert "species: no side states one" in tried[1]


def test_the_first_page_says_what_is_new_since_a_former_result(pages: dict[str, str], tmp_path: Path) -> None:
    section = pages["report.html"].partition('<section id="new"')[2].partition("</section>")[0]
    assert BDNF.headline in section
    assert "changed" in section
    fresh = tuple(row.model_copy(update={"state": State.NEW}) for row in CONFLICTS if row.state is not State.GONE)
    assert '<section id="new"' not in build(make_report(conflicts=fresh), tmp_path)["report.html"]


def test_sources_name_their_conflicts_and_their_near_copies(tmp_path: Path) -> None:
    family = {VENDOR: "fam-1", BLOG: "fam-1"}
    documents = tuple(make_document(source_id, text_family=family.get(source_id, source_id)) for source_id in PAGES)
    html = build(make_report(documents=documents), tmp_path)["report.html"]
    row = next(line for line in html.splitlines() if f'<span class="tally path">{VENDOR}</span>' in line)
    assert '<td data-label="Conflicts" class="number">4</td>' in row
    assert f'<td data-label="Same text as"><span class="path">{BLOG}</span></td>' in row


def test_many_passages_of_one_side_are_folded(tmp_path: Path) -> None:
    members = [make_member(FRAGMENT, "A", TAIL)]
    members += [make_member(FRAGMENT, "B", claim) for claim in CLAIMS if claim is not TAIL]
    written = build(make_report(conflicts=(FRAGMENT,), conflict_members=tuple(members)), tmp_path)
    assert f"{len(CLAIMS) - 1 - 3} more passages" in written["report.html"]


def test_many_conflicts_go_on_further_pages_with_an_index(tmp_path: Path) -> None:
    conflicts = tuple(
        make_conflict(ConflictKind.VALUE, Severity.LOW, "half_life", f"Semax: half life, number {number}")
        for number in range(2 * CONFLICTS_A_PAGE + 1)
    )
    members = tuple(make_member(row, side, claim) for row in conflicts for side, claim in (("A", SHORT), ("B", TWENTY)))
    written = build(make_report(conflicts=conflicts, conflict_members=members), tmp_path)
    counts = [
        written[name].count("<article ")
        for name in ("report.html", "report/conflicts-2.html", "report/conflicts-3.html")
    ]
    assert counts == [CONFLICTS_A_PAGE, CONFLICTS_A_PAGE, 1]
    assert written["report/conflicts.html"].count(" data-item ") == len(conflicts)
    last = Tags(written["report/conflicts.html"]).values("href")[-1]
    assert last.startswith("../report/conflicts-3.html#conflict-")
    steps = [
        (attrs["rel"], attrs["href"]) for _, attrs in Tags(written["report/conflicts-2.html"]).tags if "rel" in attrs
    ]
    assert ("prev", "../report.html#conflicts") in steps
    assert ("next", "../report/conflicts-3.html#conflicts") in steps
    assert len(written["report.html"]) < 3_000_000


def test_the_matrix_tells_conflict_agreement_and_single_source_by_symbol_and_words(pages: dict[str, str]) -> None:
    html = pages["report.html"]
    assert 'title="Semax, half-life: 3 claims in 3 texts, medium conflict"' in html
    assert 'title="Semax, receptor: 1 claim in 1 text, one source only"' in html
    assert "report/compound-semax.html#question-half_life" in html


def test_near_copies_of_one_text_count_as_one_voice(tmp_path: Path) -> None:
    documents = tuple(make_document(source_id, text_family="one") for source_id in PAGES)
    written = build(make_report(documents=documents, conflicts=(), conflict_members=()), tmp_path)
    assert 'title="Semax, half-life: 3 claims in 1 text, one source only"' in written["report.html"]


def test_coverage_lists_refused_files_failures_and_what_is_unclaimed(pages: dict[str, str]) -> None:
    for said in (
        "only text is read",
        "could not be parsed",
        "no property is named beside the number",
        "813.9 is 813.92",
    ):
        assert said in pages["report/coverage.html"] + pages["report.html"]
        assert escape_markdown(said) in pages["report.md"]


def test_every_page_says_that_it_is_no_advice(pages: dict[str, str]) -> None:
    assert all("is no advice" in page for page in pages.values())


# The pages beside it


def test_a_source_page_marks_claims_and_unclaimed_numbers_and_greys_furniture(pages: dict[str, str]) -> None:
    html = next(page for name, page in pages.items() if "northlake" in name)
    assert f'id="claim-{CORE.claim_id}"' in html
    assert '<span class="claimed">Semax is a lab-made' in html
    assert '<span class="unclaimed">2019</span>' in html
    assert "Left out: age gate" in html


def test_a_source_page_shows_every_mention_with_what_it_leads_to(pages: dict[str, str]) -> None:
    html = next(page for name, page in pages.items() if "source-faq" in name)
    assert f'<span class="mention" title="compound">{HEADING.text}</span>' in html


def test_a_dossier_lists_claims_by_question_with_their_sources(pages: dict[str, str]) -> None:
    html = pages["report/compound-semax.html"]
    topic = html[html.index('id="question-half_life"') :]
    assert topic.index("3 to 5 minutes") < topic.index("</table>")
    assert "Semax 10 mg vial" in html
    assert "elimination half-life" in html.lower()


def test_a_dossier_adds_up_agreement_and_evidence(pages: dict[str, str]) -> None:
    facts = dict(re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", pages["report/compound-semax.html"]))
    assert facts["Questions in conflict"] == "5"
    assert facts["Questions with one source only"] == "2"
    assert facts["Evidence that claims name"] == "1 animal, 1 anecdotal, 14 unstated"


def test_an_unknown_predicate_has_a_place_too(pages: dict[str, str]) -> None:
    assert 'id="question-unheard_of"' in pages["report/compound-selank.html"]


def test_a_long_source_is_split_and_its_claims_are_found_on_the_right_part(tmp_path: Path) -> None:
    lines = [f"Line {number} of a long page." for number in range(3200)]
    text = "\n".join(lines)
    raw = {"long.txt": text}
    blocks, start = [], 0
    for line in lines:
        blocks.append(
            make_block(FAQ, "Peptide questions", BlockKind.PARAGRAPH).model_copy(
                update={"source_id": "long.txt", "start": start, "end": start + len(line), "text": line}
            )
        )
        start += len(line) + 1
    at = text.index(lines[3000])
    claim = make_claim(FAQ, "Peptide questions", "class").model_copy(
        update={
            "source_id": "long.txt",
            "start": at,
            "end": at + len(lines[3000]),
            "text": lines[3000],
            "quote": lines[3000],
        }
    )
    result = make_report(
        documents=(make_document("long.txt"),), blocks=tuple(blocks), claims=(claim,), conflicts=(), conflict_members=(),
        explained=(), unclaimed=(), raw_texts=raw.__getitem__,
    )  # fmt: skip
    written = build(result, tmp_path)
    parts = sorted(name for name in written if name.startswith("report/source-"))
    assert len(parts) == 3
    assert [f'id="claim-{claim.claim_id}"' in written[name] for name in parts].count(True) == 1
    assert any(
        href.endswith(f"#claim-{claim.claim_id}") for href in Tags(written["report/compound-semax.html"]).values("href")
    )


# Nothing from a page can act


@pytest.mark.parametrize("vector", INJECTIONS, ids=lambda vector: ascii(vector)[:40])
def test_page_text_stays_text(vector: str, plain_tags: set[str], tmp_path: Path) -> None:
    environment = _environment().globals
    for name, page in build(poison(make_report(), vector), tmp_path).items():
        assert not HIDDEN.search(page)
        if not name.endswith("html"):
            continue
        tags = Tags(page)
        assert {tag for tag, _ in tags.tags} <= plain_tags
        ours = [environment[part] for part in ("style", "script", "decide")]
        assert [code for code in tags.code if code.strip()] in (ours, ours[:2])
        assert not [
            key for _, attrs in tags.tags for key in attrs if key.startswith("on") or key in {"style", "src", "srcdoc"}
        ]
        for href in tags.values("href"):
            assert re.match(r"https?://[a-z.]+/|(?:\.\./)?report(?:/[a-z0-9-]+)?\.html|#|data:,$", href), href


@pytest.mark.parametrize("vector", INJECTIONS, ids=lambda vector: ascii(vector)[:40])
def test_markdown_shows_page_text_without_html_links_or_images(vector: str, tmp_path: Path) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    text = build(poison(make_report(), vector), tmp_path)["report.md"]
    tokens = parser.parse(text)
    blocks = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    inline = {child.type for token in tokens for child in token.children or ()}
    assert blocks <= {"heading", "inline", "paragraph", "blockquote", "bullet_list", "list_item", *TABLE}
    assert inline <= {"text", "strong_open", "strong_close", "code_inline", "softbreak", "hardbreak"}
    assert {token.tag for token in tokens if token.type == "heading_open"} == {"h1", "h2", "h3"}
    assert "://" not in re.sub(r"`[^`\n]*`", "", text)


def test_the_policy_allows_our_own_style_and_script_alone(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        if name.endswith("html"):
            (policy,) = [attrs["content"] for tag, attrs in Tags(page).tags if attrs.get("http-equiv")]
            assert policy is not None
            assert policy.startswith("default-src 'none'; style-src 'sha256-")
            assert "unsafe" not in policy


def test_a_template_that_prints_nothing_there_is_an_error() -> None:
    with pytest.raises(TypeError, match="not there"):
        _environment().from_string("{{ value }}").render(value=None)


# Parts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("é ligne\tand\nbreak", "é ligne\tand\nbreak"),
        ("abc\u202ecba", "abc⟦U+202E⟧cba"),
        ("zero\u200bwidth\ufeff", "zero⟦U+200B⟧width⟦U+FEFF⟧"),
        ("bell\x07", "bell⟦U+0007⟧"),
        ("\u200b" * 1000 + "\u202e", "⟦U+200B ×1000⟧⟦U+202E⟧"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("tag\U000e0041", "tag⟦U+E0041⟧"),
        ("lone\ud800", "lone⟦U+D800⟧"),
        ("e" + "\u0301" * 6, "e" + "\u0301" * 4 + "⟦2 more marks⟧"),
    ],
)  # fmt: skip
def test_hidden_characters_are_shown(text: str, shown: str) -> None:
    assert show_hidden(text) == shown


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=1&c=2#d", True),
        (" http://example.org ", True),
        ("HTTPS://EXAMPLE.ORG/", True),
        ("https://bücher.example/ü", True),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//example.org/x", False),
        ("https:///x", False),
        ("https://bank.example@evil.example/", False),
        ("https://example.org\\@evil.example/", False),
        ("https://[::1", False),
        ("https://example.org/\u202e", False),
        ("https://example.org/ x", False),
        ("https://example.org/" + "a" * 3000, False),
        ("", False),
        (None, False),
    ],
)  # fmt: skip
def test_only_open_web_addresses_become_links(url: str | None, safe: bool) -> None:
    assert (safe_link(url) is not None) is safe


def test_page_names_are_plain_and_never_clash() -> None:
    taken: set[str] = set()
    names = ["semax", "Semax", "SEMAX", "semax ", "../semax", "семакс", "", "con", "a" * 300, "a" * 301]
    files = [name_page("compound", name, taken) for name in names]
    assert files[0] == "compound-semax.html"
    assert len({file.lower() for file in files}) == len(names)
    assert all(re.fullmatch(r"compound-[a-z0-9-]{1,80}\.html", file) for file in files)


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [("abc", 0, 1, 1), ("a\nb", 2, 2, 1), ("a\r\nbc", 4, 2, 2), ("a\rb", 2, 2, 1), ("\ufeffa\n\n𝔸x", 5, 3, 2)],
)
def test_places_count_lines_and_code_points(text: str, offset: int, line: int, column: int) -> None:
    place = RawText("f", text).find_place(offset, offset + 1)
    assert (place.line, place.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        ("an ACTH(4-10) analogue", ["ACTH(4–10)"], "ACTH(4-10)"),
        ("weighs 887.04 Da", ["887.04 da"], "887.04 Da"),
        ("a 14.5 of 4.5 and 4 mg", ["4"], "4"),
        ("Semaxin and semax", ["Semax"], "semax"),
        ("nothing here", ["7", None, ""], None),
        ("first second", ["third", "second"], "second"),
    ],
)
def test_a_value_is_found_whole_whatever_its_case_and_dashes(
    text: str, values: list[str | None], found: str | None
) -> None:
    mark = find_value(text, values)
    assert (mark and text[mark.start : mark.end]) == found


def test_similar_passages_have_their_differing_words_marked() -> None:
    segments = mark_passage(
        "The peptide lasts ten minutes in blood.", values=[], others=["The peptide lasts five minutes in blood."]
    )
    assert [segment.text for segment in segments if segment.marked] == ["ten"]


def test_segments_of_a_passage_join_to_the_passage() -> None:
    text = "It may last 3 to 5 minutes, it may not."
    segments = mark_passage(text, values=["3 to 5 minutes"], cues=["may; not"], others=["It lasts an hour."])
    assert "".join(segment.text for segment in segments) == text
    assert {why for segment in segments for why in segment.why} == {"value", "cue"}


def test_the_second_of_two_equal_passages_is_found_as_the_second() -> None:
    raw = "<b>[1]</b> and <i>[1]</i>"
    start = raw.rindex("[1]")
    assert find_passage("[1] and [1]", raw, start=start, end=start + 3, wanted="") == (8, 11)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("813.92 g/mol", "g/mol", 813.92),
        ("C37H51N9O10S, 813.92 Da", "g/mol", 813.92),
        ("7", "{residue}", 7.0),
        ("7 residues, stated 8", "{residue}", 7.0),
        ("1,234.5 g/mol", "g/mol", 1234.5),
        ("−20 °C", "Cel", -20.0),
        ("4–10", "", None),
        ("MEHF", "", None),
        (None, "g/mol", None),
    ],
)
def test_the_number_of_a_computed_value_is_read(text: str | None, unit: str, number: float | None) -> None:
    assert read_number(text, unit) == number


def test_a_plot_places_values_ranges_and_bounds_on_one_axis() -> None:
    plot = draw_plot([("A", "3 to 5", [SHORT]), ("B", "20", [TWENTY]), ("C", "60", [HOUR])], None)
    assert plot is not None
    (short,), (twenty,), (hour,) = (lane.dots for lane in plot.lanes)
    assert 0 < short.low < short.high < twenty.low < hour.low < 100
    assert twenty.about
    assert hour.open_low
    assert [label for _, label in plot.ticks] == ["20", "40", "60"]


def test_a_plot_of_far_values_is_logarithmic() -> None:
    far = make_minutes(BLOG, "Sleepless notes", 6000.0, Comparator.EQUAL)
    plot = draw_plot([("A", "3", [SHORT]), ("B", "6000", [far])], None)
    assert plot is not None
    assert plot.logarithmic
    assert [label for _, label in plot.ticks] == ["10", "100", "1000"]


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300, -1e300])
def test_a_plot_leaves_out_what_is_no_number(value: float) -> None:
    odd = make_minutes(BLOG, "Sleepless notes", value, Comparator.EQUAL)
    assert draw_plot([("A", "x", [odd]), ("B", "20", [TWENTY])], None) is None


@pytest.mark.parametrize(("low", "high"), [*product([0.0, -5.0, 1e-12, 3.0], [1e-9, 7.0, 1e14])])
def test_a_plot_stays_on_its_axis(low: float, high: float) -> None:
    claims = [make_minutes(BLOG, "Sleepless notes", value, Comparator.EQUAL) for value in (low, high)]
    plot = draw_plot([("A", "low", claims[:1]), ("B", "high", claims[1:])], None)
    assert plot is not None
    assert 1 <= len(plot.ticks) <= 9
    places = [at for at, _ in plot.ticks] + [dot.low for lane in plot.lanes for dot in lane.dots]
    assert all(0 <= place <= 100 for place in places)


def test_a_work_is_linked_by_its_identifier(pages: dict[str, str]) -> None:
    entry = next(row for row in make_report().citations if row.doi)
    assert link_work(entry) == "https://doi.org/10.5555/12345678"
    assert link_work(entry.model_copy(update={"doi": None, "pmid": "12 34"})) is None
    assert link_work(entry.model_copy(update={"doi": '10.5555/a"><b'})) == "https://doi.org/10.5555/a%22%3E%3Cb"


@pytest.mark.parametrize(
    ("status", "scope", "state"),
    [(Status.FAILED, Scope.WITHIN_SOURCE, State.REOPENED), (Status.OK, Scope.CROSS_SOURCE, State.OPEN)],
)
def test_every_status_scope_and_state_can_be_shown(status: Status, scope: Scope, state: State, tmp_path: Path) -> None:
    conflict = LIFE.model_copy(update={"scope": scope, "state": state})
    documents = (make_document(FAQ, status=status), make_document(VENDOR))
    assert state.value in build(make_report(conflicts=(conflict, MASS), documents=documents), tmp_path)["report.md"]


@pytest.mark.parametrize("kind", ConflictKind)
@pytest.mark.parametrize("severity", Severity)
def test_every_kind_and_severity_has_words_and_a_symbol(kind: ConflictKind, severity: Severity, tmp_path: Path) -> None:
    row = make_conflict(kind, severity, "half_life", "Semax: a headline")
    members = (make_member(row, "A", SHORT), make_member(row, "B", TWENTY))
    html = build(make_report(conflicts=(row,), conflict_members=members), tmp_path)["report.html"]
    assert f"{kind}: " in article(html, row.conflict_id)
    assert any(symbol in article(html, row.conflict_id) for symbol in "▲◆●○")
