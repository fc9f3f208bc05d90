from __future__ import annotations

import html
import json
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.clean import SourceOverride, clean_source, read_overrides
from pipeline.clean.about import LanguageRow, name_language, parse_date
from pipeline.clean.fields import find_field, find_label
from pipeline.clean.inline import add_inline
from pipeline.clean.layers import Layer, TextBuilder, find_mojibake
from pipeline.clean.tags import Sort, find_tokens, read_attributes
from pipeline.clean.yaml_reader import NotSimpleError, SimpleParser
from pipeline.errors import Refused, UsageError
from pipeline.lexicon import read_rows
from pipeline.page import Source
from pipeline.read import name_media_type, read_source
from pipeline.schema import BlockKind, SourceKind
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.page import Block, Page

SHARED = Path(__file__).parents[2] / "shared"
SETTINGS = Settings.model_validate({})


def clean(text: str, media_type: str | None = None, **values: object) -> Page:
    kind = media_type or name_media_type(text)
    source = Source("page", "0" * 64, len(text.encode("utf-8", "replace")), "utf-8", kind, text)
    return clean_source(source, None, Settings.model_validate(values, strict=False))


def texts(page: Page, *kinds: BlockKind, kept: bool = True) -> list[str]:
    return [
        page.text[block.start : block.end]
        for block in page.blocks
        if block.kept is kept and (not kinds or block.kind in kinds)
    ]


def dropped(page: Page) -> dict[str, str | None]:
    return {page.text[block.start : block.end]: block.reason for block in page.blocks if not block.kept}


def rows(page: Page) -> list[list[str]]:
    return [[cell.text for cell in block.cells] for block in page.blocks if block.kind is BlockKind.TABLE_ROW]


def find(page: Page, text: str) -> Block:
    return next(block for block in page.blocks if page.text[block.start : block.end] == text)


def inline(text: str) -> str:
    builder = TextBuilder(Layer(text))
    add_inline(builder, 0, len(text))
    return builder.finish().text


# ---------------------------------------------------------------------------------------------- what always holds


def check_page(page: Page) -> None:
    """Every block lies inside the file, none overlaps another, and the map leads back exactly."""
    raw = page.source.text
    for block in page.blocks:
        assert 0 <= block.raw_start < block.raw_end <= len(raw)
        assert block.start < block.end
        low, high = page.to_raw(block.start, block.end)
        assert block.raw_start <= low < high <= block.raw_end
        for cell in block.cells:
            assert block.start <= cell.start <= cell.end <= block.end
            assert page.text[cell.start : cell.end] == cell.text
        for other in (block.question, block.lead, block.heading):
            assert other is None or 0 <= other < len(page.blocks)
    ranges = sorted((block.raw_start, block.raw_end) for block in page.blocks)
    assert all(first[1] <= second[0] for first, second in pairwise(ranges))
    for before, after in pairwise(page.offsets.pieces):
        assert before.end <= after.start
        assert before.raw_start <= after.raw_start
        assert before.raw_end <= after.raw_end
    for piece in page.offsets.pieces:
        assert 0 <= piece.raw_start <= piece.raw_end <= len(raw)
        if piece.verbatim:
            assert page.text[piece.start : piece.end] == raw[piece.raw_start : piece.raw_end]
    assert "\ud800" not in page.text
    page.text.encode("utf-8")


MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>", "</p>", "<table>", "<tr>", "<td>", "<th>", "</td>", "</table>", "<li>", "<ul>", "</ul>", "<h2>",
            "</h2>", "<b>", "</b>", "<br>", "<dl>", "<dt>", "<dd>", "</dl>", "<details>", "<summary>", "</details>",
            "<script type='application/ld+json'>", '{"@type":"Product","name":"', '"}', "</script>", "<!--", "-->",
            "<nav>", "</nav>", "<sup>", "</sup>", "&amp;", "&nbsp;", "&#8211;", "<a href='x'>", "</a>", "<button>",
            "# ", "## ", "- ", "1. ", "| ", " | ", "|---|", "> ", "**", "*", "_", "`", "[", "](x)", "[[", "]]", "[^1]: ",
            "---", "key: value", "Half-life", "~20 min", "What is it?", "Q: ", "A: ", "Disclaimer", "\n", "\n\n", "\r\n",
            "\r", "\t", " ", "\u00a0", "\u200b", "\u00ad", "\ufeff", "â€“", "word", "A sentence.", "10", '"', "'", "\\",
            "{", "}", ":", ",", "\x00", "\U0001f9ea",
        ]
    ),
    max_size=40,
).map("".join)  # fmt: skip
TYPES = st.sampled_from(["text/plain", "text/markdown", "text/html", "application/json"])


@settings(deadline=None, max_examples=300)
@given(text=MARKUP | st.text(max_size=200), media_type=TYPES)
@example(text="<table><td>x<script type='application/ld+json'>{\"a\":1}</script>", media_type="text/html")
@example(text="<dl><dt>x<script type='application/ld+json'>{\"a\":1}</script>", media_type="text/html")
def test_any_text_becomes_a_page_that_leads_back(text: str, media_type: str) -> None:
    text = text.encode("utf-8", "replace").decode("utf-8")
    check_page(clean(text, media_type))


@settings(deadline=None, max_examples=100)
@given(value=st.recursive(
    st.text(max_size=30) | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
), cut=st.integers(0, 400))  # fmt: skip
def test_any_json_is_read_even_when_it_is_cut_off(value: object, cut: int) -> None:
    check_page(clean(json.dumps({"content": value})[: cut + 2], "application/json"))


# ---------------------------------------------------------------------------------------------- clean characters


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("two  blanks\u00a0and\ta tab", "two blanks and a tab"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("ACTH(4&ndash;10) &amp; more", "ACTH(4–10) & more"),
        ("&lt;5 nM &#x3b2; &#946; &unknown;", "<5 nM β β &unknown;"),
        ("**bold** and *slanted* and `code` and ~~gone~~", "bold and slanted and code and gone"),
        ("p<0.05* and HLA-B*27 and HLA-A*02", "p<0.05* and HLA-B*27 and HLA-A*02"),
        ("snake_case_name and _slanted_", "snake_case_name and slanted"),
        (r"\*not slanted\*", "*not slanted*"),
        ("[Example et al., 2001](https://example.org/a_(b)) says", "Example et al., 2001 says"),
        ("![a picture](x.png) text", "text"),
        ("[[semax|Semax]] and [[selank]] and [[a\\|b]]", "Semax and selank and b"),
        ("calls [10][11], [3, 4] and [^key]", "calls [10][11], [3, 4] and [^key]"),
        ("<https://doi.org/10.5555/1>", "https://doi.org/10.5555/1"),
        ("10<sup>-9</sup> M and C<sub>37</sub>H<sub>51</sub>", "10⁻⁹ M and C₃₇H₅₁"),
        ("shown<sup>[3]</sup> and 5<sup>th</sup>", "shown[3] and 5th"),
        ("one<br>two", "one two"),
        ("phenyl-\nalanyl and 4 -\nfour", "phenyl-alanyl and 4 - four"),
        ("KD <5 nM and x < y > z", "KD <5 nM and x < y > z"),
        ("a claim #gap/needs-source here", "a claim here"),
        ("10⁻⁹ M, ½ dose, 20 ºC, −20 °C", "10⁻⁹ M, ½ dose, 20 ºC, −20 °C"),
    ],
)
def test_marks_go_and_characters_stay(raw: str, text: str) -> None:
    assert inline(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("it is â€œquotedâ€\x9d â€“ so", "it is “quoted” – so"),
        ("at 20 Â°C", "at 20 °C"),
        ("levels fell โ€” by half", "levels fell — by half"),
        ("дозы 4вЂ“10", "дозы 4–10"),
        ("TÎ±1 is fine: Tα1 Cu²⁺ “quoted” – Ã", None),
        ("déjà vu, Größe, Семакс", None),
    ],
)
def test_wrongly_decoded_characters_are_repaired_piece_by_piece(raw: str, text: str | None) -> None:
    if text is None:
        assert not list(find_mojibake(raw.partition(": ")[2]))
    else:
        assert inline(raw) == text


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f", "&nbsp;", "&#8239;", "&thinsp;"])
def test_a_space_that_groups_digits_is_kept(space: str) -> None:
    """Folded to a blank, 1 840.6 would be a one and another number; elsewhere such a space is a blank."""
    page = clean(f"<p>Semax weighs 1{space}840.6 g/mol, 5{space}mg in 10{space}20 vials.</p>", "text/html")
    meant = html.unescape(space)
    assert page.text == f"Semax weighs 1{meant}840.6 g/mol, 5 mg in 10 20 vials."


def test_an_entity_leads_back_to_all_its_characters() -> None:
    page = clean("<p>The ACTH(4&ndash;10) fragment</p>")
    start = page.text.index("4–10")
    low, high = page.to_raw(start, start + 4)
    assert page.source.text[low:high] == "4&ndash;10"


# ---------------------------------------------------------------------------------------------- tags


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ('<p class="a > b">x</p>', ['<p class="a > b">', "</p>"]),
        ("<td><10 kDa</td>", ["<td>", "</td>"]),
        ("a <b and c <i>d</i>", ["<i>", "</i>"]),
        ("<!-- <p> --><p>", ["<p>"]),
        ("<!-- open <p>x</p>", ["</p>"]),
        ("<script>if (a<b) '</p>'</script><p>", ["<script>", "</script>", "<p>"]),
        ("<style>p{}", ["<style>"]),
        ("<title>open <p>x", ["<title>", "<p>"]),
        ("<a href='x", []),
        ("<br/><custom-tag x=1>", ["<br/>", "<custom-tag x=1>"]),
    ],
)
def test_tags_are_found_where_they_are(html: str, tags: list[str]) -> None:
    found = [html[token.start : token.end] for token in find_tokens(html, 0, len(html)) if token.sort is not Sort.TEXT]
    assert found == tags


def test_attributes_have_exact_places() -> None:
    html = "<meta Name=description content='a &amp; b' hidden>"
    token = next(find_tokens(html, 0, len(html)))
    attributes = read_attributes(html, token)
    content = attributes["content"]
    assert (html[content.start : content.end], content.value) == ("a &amp; b", "a & b")
    assert attributes["name"].value == "description"
    assert attributes["hidden"].value == ""


# ---------------------------------------------------------------------------------------------- lines


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("# One\n\nText.", [("heading", "One"), ("paragraph", "Text.")]),
        ("# One #\nText.", [("heading", "One"), ("paragraph", "Text.")]),
        ("One\n===\nText.", [("heading", "One"), ("paragraph", "Text.")]),
        ("- one\n* two\n• three\n1. four", [("list_item", word) for word in ("one", "two", "three", "four")]),
        ("- one\n  goes on\n- two", [("list_item", "one goes on"), ("list_item", "two")]),
        ("> quoted text\n> - item", [("paragraph", "quoted text"), ("list_item", "item")]),
        (">98% pure", [("paragraph", ">98% pure")]),
        ("-20 °C is cold.\n2.5 mg is much.", [("paragraph", "-20 °C is cold."), ("paragraph", "2.5 mg is much.")]),
        ("[^a]: Example A. 2001.\n  More.", [("reference", "[^a]: Example A. 2001. More.")]),
        ("```\n| no | table |\n```", [("paragraph", "| no | table |")]),
        ("Figure 2: levels", [("caption", "Figure 2: levels")]),
        ("One.\n\n---\n\nTwo.", [("paragraph", "One."), ("paragraph", "Two.")]),
    ],
)  # fmt: skip
def test_lines_become_blocks(raw: str, expected: list[tuple[str, str]]) -> None:
    page = clean(raw, "text/markdown")
    assert [(block.kind.value, page.text[block.start : block.end]) for block in page.blocks] == expected


def test_a_list_item_starts_after_its_marker_and_a_row_inside_its_pipes() -> None:
    page = clean("- **one** thing\n\n|  a | b |\n|---|---|\n| c | d |\n", "text/markdown")
    raw = page.source.text
    assert [raw[block.raw_start : block.raw_end] for block in page.blocks] == ["**one** thing", "a | b", "c | d"]


def test_lines_that_were_broken_to_a_width_are_one_paragraph() -> None:
    sentence = "Examplin is a short peptide that was made for this test and its lines were broken by a mail program"
    words = sentence.split()
    lines, line = [], ""
    for word in words:
        if len(line) + 1 + len(word) > 50:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    page = clean("\n".join([*lines, line]), "text/plain")
    assert texts(page) == [sentence]


def test_one_line_a_paragraph_stays_one_line_a_paragraph() -> None:
    raw = "\n".join(f"Sentence number {number} says something about the peptide. " * 3 for number in range(4))
    assert len(clean(raw, "text/plain").blocks) == 4


def test_a_short_line_before_longer_text_is_a_heading() -> None:
    raw = "Molecular data\n" + "The peptide has seven residues and a free acid at its end. " * 2
    page = clean(raw, "text/plain")
    assert page.blocks[0].kind is BlockKind.HEADING
    assert page.blocks[1].section == ("Molecular data",)
    assert page.blocks[1].heading == 0


def test_a_numbered_line_before_longer_text_is_a_heading() -> None:
    body = "The peptide has seven residues and a free acid at its end, as its makers say."
    page = clean(f"1. Identity\n{body}\n2. Safety\n{body}", "text/plain")
    assert texts(page, BlockKind.HEADING) == ["Identity", "Safety"]


def test_headings_make_a_path() -> None:
    page = clean("# A\n## B\nText.\n## C\n### D\nMore.", "text/markdown")
    assert [block.section for block in page.blocks] == [(), ("A",), ("A", "B"), ("A",), ("A", "C"), ("A", "C", "D")]


def test_a_list_knows_the_line_before_it() -> None:
    page = clean("It acts on:\n- one\n- two\n\nText.\n- three", "text/markdown")
    assert [block.lead for block in page.blocks] == [None, 0, 0, None, None]


# ---------------------------------------------------------------------------------------------- tables


TABLE = [["Compound", "Dose"], ["Examplin", "1 mg"], ["Otherin", "2 mg"]]


@pytest.mark.parametrize(
    "raw",
    [
        "Text before.\n| Compound | Dose |\n|---|:-:|\n| Examplin | 1 mg |\n| **Otherin** | 2 mg |\nText after.",
        "Compound | Dose\n--- | ---\nExamplin | 1 mg\n[[other|Otherin]] | 2 mg\n",
        "<table><thead><tr><th>Compound<th>Dose<tbody><tr><td>Examplin<td>1&nbsp;mg<tr><td>Otherin<td>2 mg</table>",
        """<table><tr><th>Compound</th><th>Dose</th></tr><tr><td><p>Examplin</p></td><td>1 mg</td></tr>
        <tr><th>Otherin</th><td>2<br>mg</td></tr></table>""",
    ],
)
def test_tables_of_every_kind_have_heads_and_cells(raw: str) -> None:
    page = clean(raw)
    assert rows(page) == TABLE
    head, first, _ = [block for block in page.blocks if block.cells]
    assert [cell.is_head for cell in head.cells] == [True, True]
    assert [(cell.header, cell.is_head) for cell in first.cells] == [("Compound", True), ("Dose", False)]
    assert head.table == first.table is not None
    check_page(page)


def test_rows_without_a_head_have_their_own_name() -> None:
    page = clean("| Class | peptide |\n| Route | nasal |", "text/markdown")
    assert [[(cell.text, cell.header, cell.is_head) for cell in block.cells] for block in page.blocks][1] == [
        ("Route", "", True),
        ("nasal", "Route", False),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "<table><tr><td><b>Peptide</b></td><td><strong>Dose</strong></td></tr><tr><td>Examplin</td><td>1 mg</td></tr></table>",
        "<table><tr><td>Property</td><td>Details</td></tr><tr><td>Route</td><td>nasal</td></tr></table>",
        "| Parameter | Value |\n| Route | nasal |",
        "Property Details\nRoute nasal\nCAS 80714-61-0",
        "Property\nDetails\nRoute\nnasal",
    ],
)
def test_a_first_row_in_bold_or_of_such_words_is_the_head(raw: str) -> None:
    heads = [[cell.is_head for cell in block.cells] for block in clean(raw).blocks]
    assert heads[:2] == [[True, True], [True, False]]


def test_the_cells_of_a_page_that_holds_its_title_in_a_table_are_no_rows() -> None:
    page = clean("<table><tr><td>Aside</td></tr><tr><td>Left</td><td><h1>Examplin</h1><p>Text.</p></td></tr></table>")
    assert not rows(page)
    assert texts(page) == ["Aside", "Left", "Examplin", "Text."]


def test_a_table_in_a_cell_ends_the_row_around_it() -> None:
    page = clean("<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table>d</td><td>e</td></tr></table>")
    check_page(page)
    assert rows(page) == [["a"], ["b", "c"], ["e"]]


def test_a_page_built_with_a_table_is_read_as_a_page() -> None:
    page = clean("<table><tr><td><h1>Examplin</h1><p>It is short.</p></td><td><p>It is safe.</p></td></tr></table>")
    assert texts(page) == ["Examplin", "It is short.", "It is safe."]


def test_a_table_of_many_columns_is_cut() -> None:
    page = clean("<table><tr>" + "<td>x" * 10_000, max_table_columns=50)
    assert len(page.blocks[0].cells) == 50
    page = clean("|" + "x|" * 10_000 + "\n|" + "y|" * 10_000, max_table_columns=50)
    assert [len(block.cells) for block in page.blocks] == [50, 50]


GRID = """<table><tr><th rowspan="2">Compound</th><th colspan=2>Mass</th><th rowspan=2>Dose</th></tr>
<tr><th>Average</th><th>Exact</th></tr>
<tr><td rowspan="2">Examplin</td><td>10</td><td>9</td><td>1 mg</td></tr>
<tr><td colspan="2">11</td><td>2 mg</td></tr>
<tr><td>Otherin</td><td>20</td><td>19</td><td>3 mg</td></tr></table>"""


def test_a_cell_over_several_columns_or_rows_leaves_the_others_under_their_heads() -> None:
    page = clean(GRID)
    check_page(page)
    first, second, third = [
        {cell.text: (cell.header, cell.is_head) for cell in block.cells} for block in page.blocks[2:]
    ]
    assert first == {
        "Examplin": ("Compound", True),
        "10": ("Mass > Average", False),
        "9": ("Mass > Exact", False),
        "1 mg": ("Dose", False),
    }
    assert second == {"11": ("Mass > Average", False), "2 mg": ("Dose", False)}
    assert third["19"] == ("Mass > Exact", False)
    assert [block.row for block in page.blocks] == [None, None, None, 2, None]


def test_a_table_of_names_properties_and_values_reads_like_fields() -> None:
    page = clean("| Compound | Property | Value |\n|---|---|---|\n| Examplin | Purity | 99 % |", "text/markdown")
    assert [(cell.header, cell.is_head) for cell in page.blocks[1].cells] == [
        ("Compound", True),
        ("", False),
        ("Purity", False),
    ]


@pytest.mark.parametrize("size", ["0", "-1", "x", "", "9" * 400, "65534", "²"])
def test_a_cell_of_any_size_costs_a_bounded_number_of_columns(size: str) -> None:
    cells = f'<td colspan="{size}" rowspan="{size}">a</td>' * 3
    page = clean(f"<table>{('<tr>' + cells + '</tr>') * 300}</table>", max_table_columns=50)
    check_page(page)
    assert sum(len(block.cells) for block in page.blocks) == 900


# ---------------------------------------------------------------------------------------------- fields


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Molecular Weight: 3368 g/mol", ("Molecular Weight", "3368 g/mol")),
        ("CAS (free acid): 49557-75-7", ("CAS (free acid)", "49557-75-7")),
        ("Cat. No.: 12", ("Cat. No.", "12")),
        ("Half-life – 30 min", ("Half-life", "30 min")),
        ("Half-life. About 30 min in plasma.", ("Half-life", "About 30 min in plasma.")),
        ("Route. Under the skin", ("Route", "Under the skin")),
        ("amino acids. It follows a line that was wrapped", None),
        ("Storage. and more", None),
        ("It was tested in the following models: rats", None),
        ("See https://example.org: it is there", None),
        ("Weight. Note: it varies", None),
        ("Is it: yes", None),
        ("Ratio 3:1", None),
    ],
)
def test_a_key_and_its_value(text: str, field: tuple[str, str] | None) -> None:
    found = find_field(text)
    assert (found and (text[: found[0]], text[found[1] :])) == field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("CAS No. 80714-61-0", ("CAS No.", "80714-61-0")),
        ("Molar mass 403.9 g mol⁻¹", ("Molar mass", "403.9 g mol⁻¹")),
        ("Molecular weight is 813 Da", None),
        ("Class A receptors bind it.", None),
        ("sequence Gly-His-Lys", None),
        ("CAT# 10-000-01", ("CAT#", "10-000-01")),
        ("Product Name Examplin", ("Product Name", "Examplin")),
        ("M.W/Mr. 4963.49", ("M.W/Mr.", "4963.49")),
        ("Appearance white powder", ("Appearance", "white powder")),
        ("Source of the peptide", None),
    ],
)
def test_a_known_label_and_its_value_without_a_colon(text: str, field: tuple[str, str] | None) -> None:
    found = find_label(text)
    assert (found and (text[: found[0]], text[found[1] :])) == field


@pytest.mark.parametrize(
    "raw",
    [
        "Half-life\n~30 minutes\n\nRoute\nnasal",
        "Half-life\n\n~30 minutes\n\nRoute\n\nnasal\n",
        "- Half-life\n- ~30 minutes\n- Route\n- nasal",
        "<div><h4>Half-life</h4><p>~30 minutes</p></div><div><h4>Route</h4><p>nasal</p></div>",
        "<p><span>Half-life</span><span>~30 minutes</span></p><p><span>Route</span><b>nasal</b></p>",
        "<dl><dt>Half-life</dt><dd>~30 minutes</dd><dt>Route<dd>nasal</dl>",
        "Half-life\t~30 minutes\nRoute\tnasal",
    ],
)
def test_flattened_tables_get_their_rows_back(raw: str) -> None:
    page = clean(raw)
    assert rows(page) == [["Half-life", "~30 minutes"], ["Route", "nasal"]]
    assert [cell.is_head for cell in page.blocks[0].cells] == [True, False]
    check_page(page)


CHAIN = "Tyr-D-Ala-Asp-Ala-Ile-Phe-Thr-Gln-Ser-Tyr-Arg-Lys-Val-Leu-Ala-Gln-Leu-Ser-Ala-Arg-Lys-Leu-Leu-Gln-Asp-NH2"


@pytest.mark.parametrize(
    ("raw", "row"),
    [
        (f"Sequence\n{CHAIN}", ["Sequence", CHAIN]),
        (f"Sequence\n{CHAIN.replace('-', ' ')}", ["Sequence", CHAIN.replace("-", " ")]),
        ("Sequence\n" + "MEHFPGPK" * 20, ["Sequence", "MEHFPGPK" * 20]),
        ("Half-life\n30 minutes in plasma.", ["Half-life", "30 minutes in plasma."]),
        ("Colour\ndeep blue", ["Colour", "deep blue"]),
        (f"Class\n{'very ' * 19}long peptide", ["Class", f"{'very ' * 19}long peptide"]),
    ],
)
def test_a_long_or_odd_value_belongs_to_its_known_label(raw: str, row: list[str]) -> None:
    page = clean(raw, "text/plain")
    assert rows(page) == [row]
    check_page(page)


def test_a_sentence_below_a_known_label_is_no_value() -> None:
    assert not rows(clean(f"Mechanism\n{PROSE}", "text/plain"))


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("The moleculeCID 9941958", ["The molecule", "CID 9941958"]),
        ("CAS 80714-61-0 · heptapeptide · nasal", ["CAS 80714-61-0", "heptapeptide", "nasal"]),
        ("Examplin | CAS: 80714-61-0 | MW: 813.9 g/mol", ["Examplin", "CAS: 80714-61-0", "MW: 813.9 g/mol"]),
        ("Examplin · a short peptide", ["Examplin · a short peptide"]),
        ("McExample and PubChem", ["McExample and PubChem"]),
    ],
)
def test_columns_that_ran_together_come_apart(raw: str, parts: list[str]) -> None:
    page = clean(f"{PROSE}\n\n{raw}\n\n{PROSE}", "text/plain")
    assert texts(page)[1:-1] == parts
    check_page(page)


def test_a_value_before_its_label_belongs_to_it() -> None:
    page = clean("28\nResidues\n10\nSources cited\n", "text/plain")
    assert rows(page) == [["28", "Residues"], ["10", "Sources cited"]]
    assert [(cell.header, cell.is_head) for cell in page.blocks[0].cells] == [("Residues", False), ("", True)]


def test_fields_in_text_keep_their_kind_and_get_cells() -> None:
    page = clean("<p><strong>Molecular weight:</strong> 813.9 g/mol</p><ul><li><b>CAS:</b> 80714-61-0</li></ul>")
    assert [block.kind for block in page.blocks] == [BlockKind.PARAGRAPH, BlockKind.LIST_ITEM]
    assert [[cell.text for cell in block.cells] for block in page.blocks] == [
        ["Molecular weight", "813.9 g/mol"],
        ["CAS", "80714-61-0"],
    ]


# ---------------------------------------------------------------------------------------------- questions


@pytest.mark.parametrize(
    "raw",
    [
        "## What is Examplin?\nIt is a peptide.\n## Other\nText.",
        "What is Examplin?\nIt is a peptide.\n\n# Other\nText.",
        "**What is Examplin?**\n\nIt is a peptide.\n\n# Other\n\nText.",
        "Q: What is Examplin?\nA: It is a peptide.\n\n# Other\nText.",
        "<details><summary>What is Examplin?</summary><p>It is a peptide.</p></details><h2>Other</h2><p>Text.</p>",
        "<div><button>What is Examplin?</button><div>It is a peptide.</div></div><p>Text.</p>",
        "<dl><dt>What is Examplin?</dt><dd>It is a peptide.</dd></dl><h2>Other</h2><p>Text.</p>",
        "---\nfaqs:\n  - question: What is Examplin?\n    answer: It is a peptide.\n---\n\nText.",
        """<html><script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type": "Question",
        "name": "What is Examplin?", "acceptedAnswer": {"@type": "Answer", "text": "It is a peptide."}}]}
        </script><p>Text.</p>""",
    ],
)
def test_an_answer_knows_its_question(raw: str) -> None:
    page = clean(raw)
    question, answer = find(page, "What is Examplin?"), find(page, "It is a peptide.")
    assert question.kind is BlockKind.QUESTION
    assert question.question is None
    assert (answer.kind, answer.question) == (BlockKind.ANSWER, question.index)
    assert find(page, "Text.").question is None
    check_page(page)


def test_a_rhetorical_question_in_a_paragraph_stays_text() -> None:
    assert not texts(clean("It works. But does it last? Nobody knows.", "text/plain"), BlockKind.QUESTION)


def test_rows_hang_from_the_question_above_them() -> None:
    raw = f"Other things\n{PROSE}\n\nWhat is Examplin?\n\nCAT# 10-000-01\nProduct Name Examplin\nCAS No. 80714-61-0\n"
    page = clean(raw, "text/plain")
    question = find(page, "What is Examplin?")
    assert [(block.question, block.heading) for block in page.blocks if block.cells] == [(question.index,) * 2] * 3


def test_a_question_above_a_table_is_one() -> None:
    page = clean("What does it weigh?\n\n| Mass | 813.9 |\n| CAS | 80714-61-0 |", "text/plain")
    assert [block.question for block in page.blocks] == [None, 0, 0]


def test_a_line_that_explains_a_row_is_no_heading_of_the_next() -> None:
    raw = "At a glance\nDosing\n1–2× daily\nHow often you take a dose\nRoute\nnasal\nStorage\n−20 °C"
    page = clean(raw, "text/plain")
    assert {block.heading for block in page.blocks if block.cells} == {0}


def test_a_lone_bold_line_is_the_lowest_heading() -> None:
    page = clean(
        f"<h2>A</h2><p><strong>Storage</strong></p><p>Cold.</p><p><b>Use</b></p><p>{PROSE}</p><h2>B</h2><p>Text.</p>"
    )
    assert [
        (page.text[block.start : block.end][:5], block.section) for block in page.blocks if block.heading is not None
    ] == [
        ("Stora", ("A",)),
        ("Cold.", ("A", "Storage")),
        ("Use", ("A",)),
        ("Examp", ("A", "Use")),
        ("Text.", ("B",)),
    ]


# ---------------------------------------------------------------------------------------------- front matter


FRONT = """---
title: "Examplin: a \\"sample\\""
cas: 80714-61-0
aliases: [Ex, 'It''s', "[[examplin|Examplin A]]"]
meta-data:
  mass:
    average: 813.9 g/mol
drugbank-id: null
image: /images/x.png
notes: >
  Two lines
  of text.
---
# Examplin
"""


def test_front_matter_becomes_fields_with_key_paths() -> None:
    page = clean(FRONT)
    fields = {
        (block.key, block.cells[-1].text): page.source.text[block.raw_start : block.raw_end]
        for block in page.blocks
        if block.kind is BlockKind.FRONT_MATTER and block.kept
    }
    assert fields == {
        ("title", 'Examplin: a "sample"'): 'title: "Examplin: a \\"sample\\"',
        ("cas", "80714-61-0"): "cas: 80714-61-0",
        ("aliases", "Ex"): "Ex",
        ("aliases", "It's"): "It''s",
        ("aliases", "Examplin A"): "Examplin A",
        ("meta-data.mass.average", "813.9 g/mol"): "average: 813.9 g/mol",
        ("notes", "Two lines of text."): "notes: >\n  Two lines\n  of text.",
    }
    assert dropped(page) == {"drugbank-id: null": "empty field", "image: /images/x.png": "technical field"}
    assert page.title == 'Examplin: a "sample"'
    check_page(page)


@pytest.mark.parametrize(
    "front",
    [
        "a: &x [1, 2]\nb: *x\nmass: 813.9 g/mol",
        "a: !!python/object/apply:os.system [x]\nmass: 813.9 g/mol",
        "title: one: two: three\nmass: 813.9 g/mol",
        "a: " + "[" * 500 + "\nmass: 813.9 g/mol",
        "\tbad\nmass: '813.9 g/mol'",
    ],
)
def test_a_front_matter_that_is_not_plain_is_read_line_by_line(front: str) -> None:
    page = clean(f"---\n{front}\n---\nText.")
    assert "mass: 813.9 g/mol" in texts(page, BlockKind.FRONT_MATTER)
    assert texts(page, BlockKind.PARAGRAPH) == ["Text."]
    check_page(page)


# ---------------------------------------------------------------------------------------------- HTML and JSON


def test_microdata_are_fields_questions_and_furniture() -> None:
    page = clean(
        '<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Examplin</h1>'
        '<meta itemprop="molecularWeight" content="10 g/mol"><meta itemprop="sku" content="AB-1">'
        '<p itemprop="price">59 EUR</p><p itemprop="description">It is short.</p></div>'
        '<div itemscope itemprop="mainEntity" itemtype="https://schema.org/Question">'
        '<div itemprop="name">What is it</div>'
        '<div itemscope itemprop="acceptedAnswer"><div itemprop="text">A thing.</div></div></div><p>After.</p>'
    )
    check_page(page)
    assert texts(page) == ["Examplin", "10 g/mol", "It is short.", "What is it", "A thing.", "After."]
    assert find(page, "10 g/mol").cells[0].header == "molecularWeight"
    assert dropped(page) == {"AB-1": "technical field", "59 EUR": "price or quantity"}
    assert find(page, "A thing.").question == find(page, "What is it").index
    assert find(page, "After.").question is None


def test_metadata_of_a_page_are_fields() -> None:
    page = clean(
        "<html><head><title>Examplin | Example Labs</title><meta name='description' content='A &amp; B'>"
        "<link rel=canonical href='https://example.org/x'></head><body>"
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product",'
        '"name":"Examplin\\u2122","offers":{"@type":"Offer","price":"3"},"additionalProperty":'
        '[{"@type":"PropertyValue","name":"Purity","value":"99 %"}]}</script><h1>Examplin</h1></body></html>'
    )
    assert texts(page, BlockKind.METADATA) == [
        "Examplin | Example Labs",
        "A & B",
        "https://example.org/x",
        "name: Examplin™",
        "Purity: 99 %",
    ]
    name = find(page, "name: Examplin™")
    assert page.source.text[name.raw_start : name.raw_end] == 'name":"Examplin\\u2122'
    assert name.key == "Product.name"
    assert find(page, "Purity: 99 %").cells[1].header == "Purity"
    assert (page.title, page.publisher, page.url) == (
        "Examplin | Example Labs",
        "Example Labs",
        "https://example.org/x",
    )
    check_page(page)


def test_a_paragraph_with_a_tick_is_an_item_after_its_mark() -> None:
    page = clean("<p>✓ one</p><p>• two</p><p>✓</p>", "text/html")
    assert [(block.kind.value, page.source.text[block.raw_start : block.raw_end]) for block in page.blocks] == [
        ("list_item", "one"),
        ("list_item", "two"),
        ("paragraph", "✓"),
    ]
    check_page(page)


def test_a_term_stands_before_the_loose_text_below_it() -> None:
    check_page(clean("<details><dt># </details># <p>", "text/plain"))


def test_an_answer_that_nobody_wrote_is_dropped_with_its_question() -> None:
    page = clean("---\nfaqs:\n  - question: What is it?\n    answer: null\n---\nText.")
    assert dropped(page) == {"What is it?": "empty field", "null": "empty field"}


def test_the_mark_of_a_callout_goes() -> None:
    assert texts(clean("> [!note] Storage\n> Cold.\n", "text/markdown")) == ["Storage", "Cold."]


def test_scripts_and_drawings_are_no_text() -> None:
    assert texts(clean("<body><script>x<p>y</p></script><svg><text>z</text></svg><p>kept</p></body>")) == ["kept"]


WRAPPED = json.dumps(
    {
        "id": 7,
        "date": "2026-03-01T10:00:00",
        "title": {"rendered": "Examplin &#8211; a guide"},
        "content": {
            "rendered": "<p>It weighs 813.9&nbsp;g\\/mol \u2014 \U0001f9ea <b>so</b>.</p>\n<ul>\n<li>one</li></ul>"
        },
        "excerpt": {"rendered": "<p>It weighs</p>"},
    }
)


def test_a_page_inside_json_leads_back_through_both_layers() -> None:
    page = clean(WRAPPED)
    assert texts(page, BlockKind.HEADING) == ["Examplin – a guide"]
    assert texts(page, BlockKind.LIST_ITEM) == ["one"]
    start = page.text.index("g\\/mol — 🧪 so")
    low, high = page.to_raw(start, start + len("g\\/mol — 🧪 so"))
    assert page.source.text[low:high] == "g\\\\/mol \\u2014 \\ud83e\\uddea <b>so"
    assert page.published == "2026-03-01"
    assert "repeats the page" in dropped(page).values()
    check_page(page)


@pytest.mark.parametrize("cut", range(10, len(WRAPPED), 7))
def test_json_that_is_cut_off_is_still_read(cut: int) -> None:
    check_page(clean(WRAPPED[:cut], "application/json"))


def test_text_around_html_fragments_is_read_line_by_line() -> None:
    page = clean("A first line\n\n<p>one two</p>\n<h2>three</h2>\n<p>four</p>\n\nA last line\nView products\n")
    assert texts(page) == ["A first line", "one two", "three", "four", "A last line"]


def test_html_inside_markdown_is_read_as_html() -> None:
    page = clean("# Examplin\n\n<table>\n<tr><td>Mass</td>\n\n<td>813.9</td></tr>\n</table>\n\n**After** it.\n")
    assert rows(page) == [["Mass", "813.9"]]
    assert texts(page, BlockKind.PARAGRAPH) == ["After it."]


# ---------------------------------------------------------------------------------------------- furniture


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<nav>Home</nav><p>x</p><footer>y</footer>", ["x"]),
        ("<header><a>Logo</a></header><main><header><h1>T</h1></header><p>x</p></main>", ["T", "x"]),
        ("<header><h1>T</h1><p>x</p></header>", ["T", "x"]),
        ("<div class='product-price'>$5</div><div class=age-gate><p>Are you 21?</p></div><p>x</p>", ["x"]),
        ("<div id='CookieConsent'>We use them</div><div role=dialog>Hello</div><p>x</p>", ["x"]),
        ("<body class='has-cart nav-open'><p>x</p></body>", ["x"]),
        ("<form><p>x</p><button>Go</button><select><option>1</select></form>", ["x"]),
        ("<p>$32.00</p><p>By Jane Example</p><p>x</p>", ["x"]),
    ],
)
def test_furniture_of_html_is_dropped(html: str, kept: list[str]) -> None:
    assert texts(clean(html, "text/html")) == kept


PROSE = "Examplin is a short peptide that was made up for this test, and nobody has ever measured what it does. " * 3


def test_an_age_gate_is_dropped_as_a_whole_and_the_page_is_not() -> None:
    gate = "Age Verification Required\n\nExample Labs\n\nYou confirm that:\n\nYou are at least 21\nYou agree to our terms\n"
    page = clean(f"{gate}\nWhat it is\n\n{PROSE}\n\n{gate}", "text/plain")
    assert texts(page) == ["What it is", PROSE.strip()]
    assert set(dropped(page).values()) == {"age gate"}


@pytest.mark.parametrize(
    "line",
    [
        "Back to shop",
        "← The library",
        "Start now →",
        "Examplinpeptide researchBDNFexample",
        "Example Team2026-06-16T15:44:19.09+00:00",
        "March 3, 2026",
        "5 min read",
        "© 2026 Example Labs. All rights reserved.",
        "Share this post",
        "Shop › Peptides › Examplin",
        "Home | Shop | FAQ | Contact",
        "Shop Blog About FAQ Contact",
        "Previous issue | Next issue",
        "Read next: Five freezers",
        "€54.00 per vial, €49.00 from 5 vials",
        "Buy 5 mg for $29 or 10 mg for $49",
        "COA Available",
        "Posted 22 January 2025 by Jane Example for the Example Chart",
        "Example Digest, last checked 11 February 2025",
        "Leaflet last revised: 06/2023",
        "Example Labs Research Team · Research Team",
        "Sheet 118 of 240",
        "Sample page: this shop does not exist.",
    ],
)
def test_lines_of_furniture_are_dropped(line: str) -> None:
    page = clean(f"{PROSE}\n\n{line}\n\n{PROSE}", "text/plain")
    assert list(dropped(page)) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Published in March 1996, the trial enrolled 42 men.",
        "Research published in March 2012 showed a rise of BDNF.",
        "A dose of 5 mg was given once.",
        "In 12 of 24 rats it rose.",
        "Storage and help",
        "By Friday the levels had fallen.",
    ],
)
def test_lines_of_content_are_not_taken_for_furniture(line: str) -> None:
    assert not dropped(clean(f"{PROSE}\n\n{line}\n\n{PROSE}", "text/plain"))


def test_rows_about_the_page_are_dropped() -> None:
    page = clean("Last reviewed\n28 Apr 2026\nPrice\n$40\nQuantity\n60 mg\nRoute\nnasal", "text/plain")
    assert list(dropped(page)) == ["Last reviewed | 28 Apr 2026", "Price | $40"]


def test_footnotes_are_kept_wherever_they_stand() -> None:
    page = clean("# T\n\nText.[^a]\n\n## See also\n\nother · pages\n\n[^a]: Example A. 2001.\n", "text/markdown")
    assert texts(page, BlockKind.REFERENCE) == ["[^a]: Example A. 2001."]
    assert list(dropped(page)) == ["See also", "other · pages"]


def test_the_footer_is_no_reference() -> None:
    page = clean("<h2>References</h2><p>Example A. One. 2001.</p><p>© 2024 Example Labs</p>", "text/html")
    assert dropped(page) == {"© 2024 Example Labs": "footer"}


def test_related_products_end_with_their_section() -> None:
    page = clean("# T\n\nText.\n\n## Related products\n\n- Otherin\n\n## Storage\n\nCold.", "text/markdown")
    assert texts(page) == ["T", "Text.", "Storage", "Cold."]


def test_a_menu_of_links_is_dropped() -> None:
    page = clean("Text.\n\n- [One](/1)\n- [Two](/2)\n- [Three](/3)\n", "text/markdown")
    assert set(dropped(page).values()) == {"navigation"}


@pytest.mark.parametrize(
    "raw",
    [
        "Disclaimer: for research use only.",
        "## Disclaimer\nExamplin is not approved in Nowhere.",
        "<div class='disclaimer-box'><p>Whatever.</p></div>",
        "This page does not constitute medical advice.",
    ],
)
def test_a_disclaimer_is_kept_and_named(raw: str) -> None:
    page = clean(raw)
    assert len(texts(page, BlockKind.DISCLAIMER)) == 1


def test_an_answer_with_one_disclaiming_sentence_is_an_answer() -> None:
    page = clean("## Is it sold?\nIt is. It is made in Nowhere. It costs much. It is for research use only.\n")
    assert page.blocks[1].kind is BlockKind.ANSWER


def test_a_statement_beside_a_longer_disclaimer_is_text() -> None:
    raw = "BPC-157 is not approved by the FDA or by any other agency in the world. It is sold for research use only."
    assert clean(raw, "text/plain").blocks[0].kind is BlockKind.PARAGRAPH


def test_references_are_named_and_numbered() -> None:
    raw = "# T\n\n## References\n\n1. Example A. One. 2001.\n2. Example B. Two. 2002.\n\n## After\n\nText."
    page = clean(raw)
    assert [block.key for block in page.blocks if block.kind is BlockKind.REFERENCE] == ["1", "2"]
    html = "<h2>Sources</h2><ol><li>Example A. One.</li><li>Example B. Two.</li></ol>"
    assert [block.key for block in clean(html, "text/html").blocks[1:]] == ["1", "2"]
    assert find(page, "Text.").kind is BlockKind.PARAGRAPH


# ---------------------------------------------------------------------------------------------- about the page


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-03-12T10:00:00Z", "2026-03-12"),
        ("12 March 2024", "2024-03-12"),
        ("March 12th, 2024", "2024-03-12"),
        ("28 Apr 2026", "2026-04-28"),
        ("February 2026", "2026-02"),
        ("2026-13-40", None),
        ("in 1996", None),
    ],
)
def test_dates_are_read(text: str, date: str | None) -> None:
    assert parse_date(text) == date


def test_a_year_of_a_study_is_no_date_of_the_page() -> None:
    assert clean(f"{PROSE} A study was published in March 1996.").published != "1996"
    assert clean(f"Last updated: 3 March 2026\n\n{PROSE}").published == "2026-03-03"


SENTENCES = {
    "en": "The peptide was given to the rats and it was not found in the blood after an hour of the test",
    "de": "Das Peptid wurde den Ratten gegeben und es ist nach einer Stunde nicht mehr in dem Blut zu finden gewesen",
    "fr": "Le peptide est donné aux rats et il ne se trouve pas dans le sang après une heure de ce test avec les témoins",
    "ru": "Пептид вводили крысам и он не был найден в крови после одного часа и это было так же у всех от него до конца",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_the_language_is_told(language: str) -> None:
    assert name_language(f"{SENTENCES[language]}. {SENTENCES[language]}.") == language


def test_too_little_text_has_no_language() -> None:
    assert name_language("Examplin 5 mg") is None


def test_another_language_is_kept_but_not_read_as_prose() -> None:
    page = clean(f"{SENTENCES['de']}. {SENTENCES['de']}.\n\n| Masse | 813.9 |")
    assert page.language == "de"
    assert page.blocks[0].kept
    assert not page.blocks[0].prose


def test_language_rows_hold() -> None:
    assert len(read_rows("languages", LanguageRow)) > 5


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("<title>FAQ | Example</title><p>x</p>", SourceKind.FAQ),
        ("<html><body><h1>Examplin</h1><div class=price>$5</div><p>x</p>", SourceKind.VENDOR),
        ("---\ntype: compound\naliases: [Ex]\n---\n# Examplin", SourceKind.WIKI),
        ("---\nauthor: Jane\ntitle: T\n---\n# Examplin", SourceKind.BLOG),
        ("| CAS | 1 |\n| Class | x |\n| Route | y |\n| Sequence | GHK |", SourceKind.PROFILE),
        ("# Information for the user\n## Side effects\nNone.\n## How to store it\nCold.", SourceKind.LEAFLET),
        ("Nothing special.", SourceKind.OTHER),
    ],
)
def test_the_kind_of_a_page_is_guessed(raw: str, kind: SourceKind) -> None:
    assert clean(raw).kind is kind


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        (f"Sample page: an invented shop.\n\nExample Works\n\nExamplin\n\n{PROSE}", "Examplin"),
        (f"By Jane Doe\n\nWhat is Examplin?\n\n{PROSE}\n\nProfile\n\n{PROSE}", "What is Examplin?"),
        (
            f"Examplin in the lab: a guide\n\nBy Jane Doe\n\n{PROSE}\n\nTargets\n\n{PROSE}",
            "Examplin in the lab: a guide",
        ),
        (f"Last reviewed\n28 Apr 2026\nExamplin A\nAt a glance\n| CAS | 80714-61-0 |\n\n{PROSE}", "Examplin A"),
        (f"EXAMPLE PHARMACY\n\nEXAMPLIN nasal drops\n\nWHAT IT IS\n\n{PROSE}", "EXAMPLIN nasal drops"),
        (f"## Examplin\n\n{PROSE}\n\n# Later\n\n{PROSE}", "Examplin"),
        (f"{PROSE}\n\nTargets\n\n{PROSE}", "Targets"),
        ("text without any title at all.", None),
    ],
)
def test_the_title_is_the_line_near_the_top_that_names_the_subject(raw: str, title: str | None) -> None:
    assert clean(raw, "text/plain").title == title


# ---------------------------------------------------------------------------------------------- sources.csv


def test_what_the_user_says_counts_more(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "sources.csv").write_text("path,title,published,kind\na.txt,Mine,2026-01-02,leaflet\n")
    override = read_overrides(tmp_path)["a.txt"]
    source = Source("a.txt", "0", 1, "utf-8", "text/markdown", "# Theirs\n\nText.")
    page = clean_source(source, override, SETTINGS)
    assert (page.title, page.published, page.kind) == ("Mine", "2026-01-02", SourceKind.LEAFLET)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path,colour\na.txt,red\n", "sources.csv:1: unknown column 'colour'"),
        ("title\nx\n", "column 'path' is missing"),
        ("path,title\nb.txt,x\n", "sources.csv:2: there is no file 'b.txt'"),
        ("path,kind\na.txt,poem\n", "sources.csv:2: column 'kind'"),
        ("path\na.txt\na.txt\n", "sources.csv:3: 'a.txt' stands twice"),
        ("path,title\na.txt,x,y\n", "more cells"),
        ("path\n../a.txt\n", "there is no file"),
        ("path\n.\n", "there is no file"),
        ("path\nsources.csv\n", "there is no file"),
        (f"path\n{'a' * 300}\n", "there is no file"),
        ("path\na.txt\n./a.txt\n", "'a.txt' stands twice"),
    ],
)
def test_a_bad_row_stops_the_run_and_names_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "sources.csv").write_text(text)
    with pytest.raises(UsageError, match=words.replace("(", r"\(")):
        read_overrides(tmp_path)


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert read_overrides(tmp_path) == {}
    assert SourceOverride(path="x").title is None


# ---------------------------------------------------------------------------------------------- hostile pages


HOSTILE = {
    "deep elements": "<html>" + "<div>" * 20_000 + "x",
    "deep lists": "<html>" + "<ul><li>" * 10_000 + "x",
    "open tags": "<html>" + "<a " * 30_000,
    "open quotes": "<html>" + '<a ="<a "' * 10_000 + ">",
    "hidden ends": "<html>" + '<a ="<a "=' * 10_000 + " <",
    "open comments": "<html>" + "<!--" * 20_000,
    "ampersands": "<html>" + "&" * 100_000,
    "entities": "<html>" + "&amp;" * 20_000,
    "nested tables": "<html>" + "<table><tr><td>" * 5_000,
    "breaks": "<html><p>" + "Word.<br>" * 8_000,
    "closing tags": "<html>" + "</div>" * 20_000,
    "stars": "# h\n" + "**a* " * 20_000,
    "brackets": "# h\n" + "[" * 50_000,
    "links": "# h\n" + "[a](" * 20_000,
    "blanks": "# h" + " " * 100_000 + "x",
    "separators": "a|b\n--" + " " * 100_000 + "x",
    "open HTML blocks": "# h\n" + "<table>\n" * 5_000,
    "deep JSON": '{"a":' * 20_000,
    "deep YAML": "---\na: " + "[" * 50_000 + "\n---\nx",
    "one line": "word " * 50_000,
    "a byline of capitals": ("By " + "A" * 500 + "!\n") * 20,
    "layout tables": "<html>" + "<table><tr><td>x</table>" * 5_000 + "<h1>",
    "labels": "Sequence " + "Gly-His-" * 10_000,
    "joints": ("aA" * 70 + "\n") * 500,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_takes_no_more_than_its_size(name: str) -> None:
    start = time.process_time()
    check_page(clean(HOSTILE[name]))
    assert time.process_time() - start < 10


SIMPLE_FRONT_MATTER = (
    "a: x", "a: 'x: y'", 'a: "x # y"', "a: [x, y z]", "a: [x, \"y, z\", 'w']", "a: []", "a:", "a:\nb: x", "a:\n  - x\n  - y",
    "a:\n- x\nb: y", "a:\n  b: x\n  c: y", "a:\n  - b: x\n    c: y\n  - b: z", "a: http://example.org/b", "a: -20 °C",
    "# note\na: x  \n\n  # note\nb c: y", "a: x\r\nb: y\r\n", "a: ''", "a: x#y",
)  # fmt: skip


@pytest.mark.parametrize("written", SIMPLE_FRONT_MATTER)
def test_simple_front_matter_is_composed_as_by_pyyaml(written: str) -> None:
    text = written.replace("\r", "\n")
    ours, theirs = SimpleParser(text).compose(), yaml.compose(text, Loader=yaml.SafeLoader)
    assert theirs is not None
    assert list_scalars(ours, text) == list_scalars(theirs, text)


@pytest.mark.parametrize(
    "written",
    ["a: x: y", "a: &b x", "a: !b x", "a: |\n  x", "a: x\n  y", "a: {b: c}", "a: [x,y]", "a: x\tb", "a: x #y"],
)
def test_all_other_front_matter_is_left_to_pyyaml(written: str) -> None:
    with pytest.raises(NotSimpleError):
        SimpleParser(written).compose()


def list_scalars(node: yaml.Node, text: str) -> list[object]:
    """The scalars of a tree in its shape, each as written and with its style; an empty one stands nowhere."""
    if isinstance(node, yaml.ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        return [text[start:end], node.style or "", start if start < end else -1]
    children = [child for pair in node.value for child in pair] if isinstance(node, yaml.MappingNode) else node.value
    return [type(node).__name__, *(list_scalars(child, text) for child in children)]


# What a line, class name or front matter may repeat without end.
PIECES = (
    "a", "A", "1", ".", " ", "[(", "])", '"', "a b ", "Ab Cd ", "A. ", "aA", "a@b.c ", "a: ", "a - ", "a | ", "a > ", "→ ",
    "$1 ", "1 May ", "By A ", "last updated ", "published 2024 ", "For a, see ", "© 2024 A ", "page 1 of ", "2024-",
    "What? ", "It is so. The end! ", "{a:b;", "_a", "&a", "#a ", "aé1 ",
)  # fmt: skip
FRAMES = {
    "paragraph": "# h\n{}\n",
    "HTML": '<html><body><p class="x">{}</p></body></html>',
    "class name": '<html><body><div class="{}">x</div></body></html>',
    "front matter": "---\na: {}\n---\nx",
}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("piece", PIECES)
def test_twice_as_long_a_line_takes_about_twice_the_work(piece: str, frame: str) -> None:
    def spend(length: int) -> float:
        start = time.process_time()
        clean(FRAMES[frame].format(piece * (length // len(piece))))
        return time.process_time() - start

    # What the collector of garbage takes now and then is no work on the line: one of three tries has none of it.
    assert any(spend(100_000) < 4 * spend(50_000) + 0.3 for _ in range(3))


def test_a_page_of_too_many_blocks_is_refused() -> None:
    with pytest.raises(Refused, match="max_blocks = 10"):
        clean("x\n\n" * 20, max_blocks=10)


# ---------------------------------------------------------------------------------------------- the first three pages


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared pages are not here")
class TestSeeds:
    @staticmethod
    def page(number: str) -> Page:
        path = next((SHARED / "seeds").glob(f"{number}_*"))
        return clean_source(read_source(path, path.name, SETTINGS), None, SETTINGS)

    def test_both_tables_have_all_rows_and_cells(self) -> None:
        tables: dict[int, list[int]] = {}
        for block in self.page("001").blocks:
            if block.table is not None:
                tables.setdefault(block.table, []).append(len(block.cells))
        assert list(tables.values()) == [[2] * 9, [4] * 6]

    def test_the_age_gate_is_gone(self) -> None:
        page = self.page("000")
        gone = dropped(page)
        assert sum(reason == "age gate" for reason in gone.values()) == 8
        assert len(gone) == 14
        assert texts(page)[0].startswith("Semax")

    def test_all_questions_have_their_answers(self) -> None:
        page = self.page("002")
        questions = [block for block in page.blocks if block.kind is BlockKind.QUESTION]
        answers = [block for block in page.blocks if block.kind is BlockKind.ANSWER]
        assert len(questions) == 11
        assert [answer.question for answer in answers] == [question.index for question in questions]
