from __future__ import annotations

import re
import sys
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from paper import Ink, Rule, make_docx, make_pdf, save_docx, stack
from pipeline import office
from pipeline.clean import clean_source
from pipeline.doctor import examine
from pipeline.errors import Refused
from pipeline.office import fence
from pipeline.office.layer import join_lines
from pipeline.office.pdf import read_pdf
from pipeline.office.word import read_word
from pipeline.read import read_source
from pipeline.run import rebuild_report
from pipeline.schema import BlockKind, BlockRow, CitationRow, ClaimRow, DocumentRow, MentionRow, Status, UnclaimedRow
from pipeline.settings import Settings
from pipeline.store import check_result
from pipeline.store.layers import name_text_layer
from runs import Run, read_files, run_folder, write_pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.page import Page

SETTINGS = Settings.model_validate({})
MANY = 10_000_000  # bytes, pages: no limit


def head(page: int) -> list[Ink]:
    return [Ink(72, 756, "Example Reviews 12 (2024)", 8), Ink(520, 756, str(page), 8)]


FIRST = [
    *head(1),
    Ink(72, 700, "Selank: a short review", 20, "F2"),
    *stack(
        72, 660,
        "Selank is a synthetic heptapeptide. Its sequence is Thr-Lys-Pro-Arg-",
        "Pro-Gly-Pro. The concen-",
        "tration in plasma was not reported. It acts in a dose-",
        "dependent way, and its dose was given as 300 µg in one review.",
    ),
    Ink(72, 560, "Properties", 14, "F2"),
    Ink(72, 535, "Property"), Ink(250, 535, "Value"), Ink(400, 535, "Source"),
    Ink(72, 515, "Molecular weight"), Ink(250, 515, "751.9 g/mol"), Ink(400, 515, "calculated"),
    Ink(72, 495, "Purity"), Ink(250, 495, "98 %"), Ink(400, 495, "the vendor, as"),
    Ink(400, 482, "told on its page"),
    Ink(72, 462, "Half-life"), Ink(250, 462, "10 min"), Ink(400, 462, "a review"),
    *stack(72, 420, "The last sentence of this page is not at its end when it says that Selank"),
]  # fmt: skip
SECOND = [
    *head(2),
    *stack(72, 700, "increases the expression of BDNF in rats. Selank is not approved in the United States."),
    *stack(72, 660, "\u2022 Store it at -20 °C.", "\u2022 Keep it from light."),
]
THIRD = [
    *head(3),
    *stack(72, 700, "The left column begins here with", "a sentence that is broken into some", "lines. Selank has seven residues in", "it, as the left column says."),
    *stack(330, 700, "The right column begins here with", "a sentence that is broken as well", "and ends after the left column has", "ended, in the right column."),
]  # fmt: skip
PDF = make_pdf(FIRST, SECOND, THIRD)


def make_word() -> bytes:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Head of the example"
    document.add_heading("Selank", 0)
    document.add_paragraph("Selank is a synthetic heptapeptide.")
    document.add_heading("Data", 1)
    table = document.add_table(rows=0, cols=2)
    for key, value in (("Molecular weight", "851.9 g/mol"), ("Half-life", "20 min")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = key, value
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("Selank increases the expression of BDNF in rats.")
    document.add_paragraph("The room was kept at 21.5 °C.")
    return save_docx(document)


# ---------------------------------------------------------------------------------------------- a whole run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("office")
    raw = write_pages(
        folder / "raw", review_pdf=PDF, sheet_docx=make_word(), page_md="# Selank\n\nSelank is a peptide.\n"
    )
    (raw / "deep").mkdir()
    (raw / "deep" / "named.txt").write_bytes(PDF)  # the content decides, not the name
    return run_folder(raw, folder / "out", debug=True)


def read_layers(run: Run) -> dict[str, str]:
    return {
        row.source_id: (run.out / row.text_path).read_bytes().decode()
        for row in run.rows(DocumentRow)
        if row.text_path is not None
    }


def test_each_document_names_its_text_layer(run: Run) -> None:
    documents = {row.source_id: row for row in run.rows(DocumentRow)}
    assert {name: (row.status, row.text_path, row.encoding) for name, row in documents.items()} == {
        "deep/named.txt": (Status.OK, "text/deep/named.txt.txt", "utf-8"),
        "page.md": (Status.OK, None, "utf-8"),
        "review.pdf": (Status.OK, "text/review.pdf.txt", "utf-8"),
        "sheet.docx": (Status.OK, "text/sheet.docx.txt", "utf-8"),
    }
    assert documents["review.pdf"].media_type == "application/pdf"
    assert documents["review.pdf"].bytes == len(PDF)
    assert documents["review.pdf"].chars == len(read_layers(run)["review.pdf"])
    assert (documents["sheet.docx"].media_type or "").endswith("wordprocessingml.document")


@pytest.mark.parametrize("model", [MentionRow, ClaimRow, CitationRow, UnclaimedRow])
def test_every_quote_is_a_slice_of_the_text_layer(
    run: Run, model: type[MentionRow | ClaimRow | CitationRow | UnclaimedRow]
) -> None:
    layers = read_layers(run)
    rows = [row for row in run.rows(model) if row.source_id in layers]
    assert rows or model is CitationRow
    assert all(layers[row.source_id][row.start : row.end] == row.quote for row in rows)


def test_a_result_with_text_layers_passes_its_check(run: Run) -> None:
    assert check_result(run.out) == ()


def test_a_text_layer_that_was_changed_is_found(run: Run, tmp_path: Path) -> None:
    again = run_folder(run.raw, tmp_path / "out")
    (again.out / "text/review.pdf.txt").write_text("another text")
    assert any("claims" in problem for problem in check_result(again.out))


def test_the_report_is_written_anew_from_the_text_layers(run: Run, tmp_path: Path) -> None:
    rebuild_report(run.out, run.raw, tmp_path)
    written = {name: data for name, data in read_files(run.out).items() if name.startswith("report")}
    assert written == read_files(tmp_path)
    assert "not approved in the United States" in (tmp_path / "report.html").read_text() + "".join(
        data.decode() for name, data in written.items() if name.endswith(".html")
    )


def test_two_workers_give_the_same_files(run: Run, tmp_path: Path) -> None:
    assert run_folder(run.raw, tmp_path / "out", workers=2).files() == run.files()


def test_sections_begin_with_the_page(run: Run) -> None:
    sections = {row.text: row.section for row in run.rows(BlockRow) if row.source_id == "review.pdf"}
    assert sections["Purity | 98 % | the vendor, as told on its page"] == "page 1 > Selank: a short review > Properties"
    assert sections["Store it at -20 °C."] == "page 2 > Selank: a short review > Properties"
    sections = {row.text: row.section for row in run.rows(BlockRow) if row.source_id == "sheet.docx"}
    assert sections["Half-life | 20 min"] == "page 1 > Selank > Data"
    assert sections["Selank increases the expression of BDNF in rats."] == "page 2 > Selank > Data"
    assert {row.section for row in run.rows(BlockRow) if row.source_id == "page.md"} == {None, "Selank"}


def test_claims_come_from_tables_and_from_sentences_over_two_pages(run: Run) -> None:
    said = {(row.source_id, row.predicate, row.value_text or row.object) for row in run.rows(ClaimRow)}
    assert ("review.pdf", "molecular_weight", "751.9 g/mol") in said
    assert ("sheet.docx", "molecular_weight", "851.9 g/mol") in said
    assert ("review.pdf", "increases", "BDNF") in said


def test_heads_and_feet_of_pages_are_furniture(run: Run) -> None:
    dropped = {row.text for row in run.rows(BlockRow) if row.reason == "head or foot of a page"}
    assert dropped == {"Example Reviews 12 (2024)", "1", "2", "3", "Head of the example"}


# ---------------------------------------------------------------------------------------------- PDF


def read_pages(*pages: Sequence[Ink | Rule]) -> str:
    return read_pdf(make_pdf(*pages), MANY).text


def test_the_layer_of_a_pdf_reads_as_its_pages_do() -> None:
    lines = [line for line in read_pdf(PDF, MANY).text.split("\n") if line]
    assert lines == [
        "Example Reviews 12 (2024)",
        "1",
        "# Selank: a short review",
        ("Selank is a synthetic heptapeptide. Its sequence is Thr-Lys-Pro-Arg-Pro-Gly-Pro. The concentration in plasma "
        "was not reported. It acts in a dose-dependent way, and its dose was given as 300 µg in one review."),
        "## Properties",
        "| Property | Value | Source |",
        "| --- | --- | --- |",
        "| Molecular weight | 751.9 g/mol | calculated |",
        "| Purity | 98 % | the vendor, as told on its page |",
        "| Half-life | 10 min | a review |",
        ("The last sentence of this page is not at its end when it says that Selank\fincreases the expression of BDNF in "
        "rats. Selank is not approved in the United States."),
        "Example Reviews 12 (2024)",
        "2",
        "- Store it at -20 °C.",
        "- Keep it from light.",
        "\fExample Reviews 12 (2024)",
        "3",
        ("The left column begins here with a sentence that is broken into some lines. Selank has seven residues in it, as "
        "the left column says."),
        ("The right column begins here with a sentence that is broken as well and ends after the left column has ended, "
        "in the right column."),
    ]  # fmt: skip


def test_raised_and_lowered_signs_are_marked_as_such() -> None:
    page = [
        Ink(72, 700, "The Kd is 10", 12),
        Ink(139.5, 705, "-9", 7),
        Ink(145.6, 700, " M in H", 12),
        Ink(183.7, 697, "2", 7),
        Ink(187.6, 700, "O.", 12),
    ]
    assert read_pages(page) == "The Kd is 10<sup>-9</sup> M in H<sub>2</sub>O.\n\n"


def test_a_table_without_heads_of_two_columns_has_none() -> None:
    page = [
        Ink(72 + 150 * (place % 2), 700 - 20 * (place // 2), text)
        for place, text in enumerate(["CAS", "129954-34-3", "Purity", "98 %"])
    ]
    assert read_pages(page) == "| CAS | 129954-34-3 |\n| Purity | 98 % |\n\n"


def test_a_numbered_list_is_no_table() -> None:
    page = [
        ink
        for number in range(3)
        for ink in (Ink(72, 700 - 15 * number, f"{number + 1}."), Ink(110, 700 - 15 * number, f"Step {number + 1}"))
    ]
    assert "|" not in read_pages(page)


def test_lines_across_the_page_part_the_rows_of_a_table() -> None:
    texts = [
        ("Peptide", "Seen in", "Dose"),
        ("Selank, an", "rats, mice", "300 µg"),
        ("anxiolytic", "and people", "daily"),
        ("Semax", "rats", "50 µg"),
        ("", "and mice", "once"),
        ("BPC-157", "rats", "10 µg"),
    ]
    page = [
        Ink(72 + 150 * place, 700 - 14 * number, text)
        for number, row in enumerate(texts)
        for place, text in enumerate(row)
        if text
    ]
    drawn = [Rule(72, 711 - 14 * number, 420) for number in (1, 3, 5)]
    assert read_pages([*page, *drawn]).split("\n")[2:5] == [
        "| Selank, an anxiolytic | rats, mice and people | 300 µg daily |",
        "| Semax | rats and mice | 50 µg once |",
        "| BPC-157 | rats | 10 µg |",
    ]


def test_rows_that_stand_apart_may_have_several_lines() -> None:
    texts = {
        700: ("Peptide", "Seen in", "Dose"),
        675: ("Selank, an", "rats, mice", "300 µg"),
        663: ("anxiolytic", "and people"),
        638: ("Semax", "rats", "50 µg"),
        626: ("or Noopept",),
    }
    page = [Ink(72 + 150 * place, y, text) for y, row in texts.items() for place, text in enumerate(row)]
    assert read_pages(page).split("\n")[2:4] == [
        "| Selank, an anxiolytic | rats, mice and people | 300 µg |",
        "| Semax or Noopept | rats | 50 µg |",
    ]


def test_a_table_goes_on_over_the_page() -> None:
    def row(y: float, *cells: str) -> list[Ink]:
        return [Ink(72 + 150 * place, y, cell) for place, cell in enumerate(cells)]

    first = [
        ink
        for y, name in ((690, "Name"), (670, "Semax"), (650, "Selank"))
        for ink in row(y, name, "Mass" if name == "Name" else "1 g", "Form")
    ]
    second = [*row(690, "Name", "Mass", "Form"), *row(670, "Noopept", "2 g", "Form")]
    assert read_pages(first, second).split("\n") == [
        "| Name | Mass | Form |",
        "| --- | --- | --- |",
        "| Semax | 1 g | Form |",
        "| Selank | 1 g | Form |",
        "\f| Noopept | 2 g | Form |",
        "",
        "",
    ]


def test_a_page_without_text_keeps_its_number() -> None:
    layer = read_pdf(make_pdf([Ink(72, 400, "First.")], [], [Ink(72, 400, "Third.")]), MANY)
    assert layer.text == "First.\n\n\f\fThird.\n\n"
    assert layer.pages == (0, 9, 10)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("concen-|tration, of it", "concentration, of it"),
        ("dose-|dependent", "dose-dependent"),
        ("Met-Glu-|His-Phe", "Met-Glu-His-Phe"),
        ("ACTH(4–|10) is", "ACTH(4–10) is"),
        ("dose-|and time-dependent", "dose- and time-dependent"),
        ("soft\u00ad|ware", "software"),
        ("two|words", "two words"),
        ("BPC-|157", "BPC-157"),
        ("TNF-|alpha", "TNF-alpha"),
    ],
)
def test_a_word_that_was_broken_is_mended(lines: str, joined: str) -> None:
    assert join_lines([(0, line) for line in lines.split("|")], frozenset({"dose", "dependent"})) == joined


# ---------------------------------------------------------------------------------------------- Word


def read_document(document: docx.document.Document) -> str:
    return read_word(save_docx(document), MANY, MANY).text


def test_lists_are_numbered_as_word_shows_them() -> None:
    document = docx.Document()
    for text, style in (("One", "List Number"), ("Two", "List Number"), ("Dot", "List Bullet")):
        document.add_paragraph(text, style=style)
    assert read_document(document) == "1. One\n\n2. Two\n\n- Dot\n\n"


def test_what_word_does_not_show_is_not_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Shown")
    paragraph.add_run(" hidden").font.hidden = True
    for kind, tag in (("ins", "t"), ("del", "delText"), ("moveFrom", "t")):
        run = f'<w:r><w:{tag} xml:space="preserve"> {kind}</w:{tag}></w:r>'
        paragraph._p.append(parse_xml(f"<w:{kind} {nsdecls('w')}>{run}</w:{kind}>"))
    assert read_document(document) == "Shown ins\n\n"


def test_content_controls_and_raised_text_are_read() -> None:
    document = docx.Document()
    document.element.body.insert(
        0,
        parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Held.</w:t></w:r></w:p></w:sdtContent></w:sdt>"),
    )
    paragraph = document.add_paragraph("10")
    paragraph.add_run("-9").font.superscript = True
    assert read_document(document) == "Held.\n\n10<sup>-9</sup>\n\n"


def test_merged_cells_say_in_each_row_what_they_say() -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for place, text in enumerate("abcdefghi"):
        table.cell(place // 3, place % 3).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    assert read_document(document).split("\n")[:4] == [
        "| a | b c | b c |",
        "| --- | --- | --- |",
        "| d g | e | f |",
        "| d g | h | i |",
    ]


def test_a_cell_that_claims_a_million_columns_is_cut() -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "wide"
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:gridSpan {nsdecls("w")} w:val="100000000"/>'))
    assert len(read_document(document)) < 50_000


def test_breaks_that_word_noted_count_before_those_by_hand() -> None:
    document = docx.Document()
    document.add_paragraph("One.").add_run().add_break(WD_BREAK.PAGE)
    run = document.add_paragraph().add_run()
    run._r.append(parse_xml(f"<w:lastRenderedPageBreak {nsdecls('w')}/>"))
    run.add_text("Two.")
    assert read_document(document) == "One.\n\n\fTwo.\n\n"


def test_a_document_without_breaks_has_no_pages() -> None:
    assert read_word(make_docx("Selank."), MANY, MANY).pages == ()


def test_an_external_entity_is_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not show")
    attack = f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document'
    layer = read_word(edit_docx(make_docx("Shown MARK"), attack), MANY, MANY)
    assert "do not show" not in layer.text
    assert "Shown" in layer.text


def edit_docx(data: bytes, attack: str) -> bytes:
    """The same document with a document type that declares the entity x, and MARK made a use of it."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:document", attack.encode(), 1).replace(b"MARK", b"&x;")
            new.writestr(name, content)
    return written.getvalue()


# ---------------------------------------------------------------------------------------------- refusals


def refuse(folder: Path, data: bytes, **settings: object) -> str:
    path = folder / "paper"
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        read_source(path, "paper", Settings.model_validate(settings, strict=False))
    return str(caught.value)


ENCRYPTED = make_pdf(
    [Ink(72, 700, "Secret.")],
    trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> /ID [<{'43' * 16}> <{'43' * 16}>]",
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ENCRYPTED, "is an encrypted PDF; save it without a password."),
        (PDF[: len(PDF) // 2], "is a PDF that is damaged (its end is missing); fetch it again."),
        (make_pdf(FIRST, count=4), "is a PDF that is damaged (1 of its 4 pages are there); mend it."),
        (make_pdf([], []), "is a PDF without text on any of its 2 pages (a scan, or drawings); run text recognition over it first."),
        (b"%PDF-1.4\nnothing\n%%EOF", "is a PDF that is damaged"),
        (make_word()[:-400], "is a Word document that is damaged (its end is missing); fetch it again."),
        (make_word().replace(b"[Content_Types].xml", b"[content_types].xml"), "is a Word document that is damaged"),
        (make_docx(), "is a Word document without text"),
    ],
    ids=["encrypted", "truncated", "pages-lost", "scan", "nonsense", "word-truncated", "word-broken", "word-empty"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, data: bytes, words: str) -> None:
    reason = refuse(tmp_path, data)
    assert reason.startswith(f"paper: {words}")
    assert reason.count(". ") == 0


def test_a_pdf_with_more_pages_than_allowed_is_refused(tmp_path: Path) -> None:
    assert "more pages than max_pages = 2" in refuse(tmp_path, PDF, max_pages=2)


def test_a_word_document_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 5_000_000)
    assert "unpacks to more than max_bytes = 1000000" in refuse(tmp_path, written.getvalue(), max_bytes=1_000_000)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its share of memory")
def test_a_pdf_that_unpacks_to_more_than_its_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "MEMORY", 300_000_000)
    bomb = make_pdf([Ink(72, 700, "x" * 200_000_000)])
    assert len(bomb) < 5_000_000
    assert "takes more than 0.3 GB of memory to read" in refuse(tmp_path, bomb)


def test_a_document_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    assert "takes longer to read than max_seconds = 0.01 in the settings" in refuse(tmp_path, PDF, max_seconds=0.01)


def test_an_archive_and_a_spreadsheet_are_no_word_documents(tmp_path: Path) -> None:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "zip archive or an office document" in refuse(tmp_path, written.getvalue())


@pytest.mark.parametrize(("data", "name"), [(PDF, "a PDF"), (make_word(), "a Word document")], ids=["pdf", "word"])
def test_without_the_extra_the_reason_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, name: str
) -> None:
    monkeypatch.setattr(office, "find_spec", lambda module: None)
    assert refuse(tmp_path, data).startswith(f"paper: is {name}; install claimsift[office] to have it read")
    (finding,) = (finding for finding in examine() if finding.part == "office")
    assert finding.remedy == "optional: pip install 'claimsift[office]'"
    assert not finding.broken


def test_with_the_extra_the_doctor_names_its_versions() -> None:
    (finding,) = (finding for finding in examine() if finding.part == "office")
    assert finding.found.startswith("pdfminer.six 20")
    assert not finding.remedy


# ---------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("source_id", "name"),
    [
        ("a.pdf", "text/a.pdf.txt"),
        ("deep/a.docx", "text/deep/a.docx.txt"),
        ("a.pdf.txt/b.pdf", "text/" + "[0-9a-f]{64}" + ".txt"),
        ("ä" * 125 + ".pdf", "text/" + "[0-9a-f]{64}" + ".txt"),
    ],
    ids=["plain", "deep", "folder-like-a-layer", "too-long"],
)
def test_a_text_layer_is_called_after_its_document(source_id: str, name: str) -> None:
    assert re.fullmatch(name, name_text_layer(source_id))


def test_a_block_that_is_a_heading_of_the_page_leads_to_the_layer(tmp_path: Path) -> None:
    page = clean(tmp_path, PDF)
    assert page.title == "Selank: a short review"
    heading = next(block for block in page.blocks if block.kind is BlockKind.HEADING)
    assert page.source.text[heading.raw_start : heading.raw_end] == "Selank: a short review"


def clean(folder: Path, data: bytes) -> Page:
    path = folder / "paper"
    path.write_bytes(data)
    return clean_source(read_source(path, "paper", SETTINGS), None, SETTINGS)
