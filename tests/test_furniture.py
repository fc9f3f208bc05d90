"""What is furniture and what is content on small pages of every kind.

In `furniture_pages.jsonl` all that is furniture is «marked»; every other word must be kept, and no marked one. `{P}`
and `{Q}` stand for two paragraphs of content.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.clean import clean_source
from pipeline.page import Page, Source
from pipeline.schema import BlockKind
from pipeline.settings import Settings

SETTINGS = Settings.model_validate({})
PARAGRAPHS = {
    "{P}": "Examplin is a synthetic peptide of seven residues that slows the breakdown of enkephalins in human serum "
    "by half.",
    "{Q}": "In rats a single dose of 50 µg/kg raised the protein in the hippocampus within three hours, and nothing "
    "changed in the cortex.",
}
MARKED = re.compile(r"«(.*?)»(?!»)", re.DOTALL)
MARKUP = {
    "text/html": re.compile(r"<[^>]*>"),
    "text/markdown": re.compile(r"(?<=\])\([^)]*\)|^\d+\. ", re.MULTILINE),
    "text/plain": re.compile(r"^\d+\. ", re.MULTILINE),
}


class MarkedPage(NamedTuple):
    """A page in which furniture stands between « and »."""

    name: str
    media_type: str
    page: str


def read_pages() -> list[MarkedPage]:
    rows = (Path(__file__).parent / "furniture_pages.jsonl").read_text(encoding="utf-8").splitlines()
    pages = [MarkedPage(**json.loads(row)) for row in rows]
    assert len({page.name for page in pages}) == len(pages)
    return pages


def clean(text: str, media_type: str) -> Page:
    source = Source("page", "0" * 64, len(text.encode()), "utf-8", media_type, text)
    return clean_source(source, None, SETTINGS)


def kept(page: Page) -> list[str]:
    return [page.text[block.start : block.end] for block in page.kept_blocks()]


def count(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def fill(page: str) -> str:
    for name, paragraph in PARAGRAPHS.items():
        page = page.replace(name, paragraph)
    return page


@pytest.mark.parametrize("marked", read_pages(), ids=lambda marked: marked.name)
def test_all_that_is_marked_goes_and_all_else_stays(marked: MarkedPage) -> None:
    text = fill(marked.page)
    wanted = html.unescape(MARKUP[marked.media_type].sub(" ", MARKED.sub(" ", text)))
    page = clean(MARKED.sub(r"\1", text), marked.media_type)
    assert count(" ".join(kept(page))) == count(wanted)


# ---------------------------------------------------------------------------------------------- kinds of pieces


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("It is for research use only. © 2025 Example Labs", [BlockKind.DISCLAIMER, BlockKind.PARAGRAPH]),
        ('Shops print "not for human consumption" on it, which settles nothing.', [BlockKind.PARAGRAPH]),
        ("Posted 4 May 2025 by Jane Example. It has seven residues.", [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]),
    ],
)
def test_a_paragraph_is_cut_where_furniture_begins_or_ends(text: str, kinds: list[BlockKind]) -> None:
    page = clean(text, "text/plain")
    assert [block.kind for block in page.blocks] == kinds
    assert " ".join(page.text[block.start : block.end] for block in page.blocks) == text


def test_a_regulatory_sentence_in_a_footer_is_a_disclaimer() -> None:
    html_page = f"<p>{PARAGRAPHS['{P}']}</p><footer><p>Not for human consumption. © 2025 Example Labs</p></footer>"
    page = clean(html_page, "text/html")
    assert [(block.kind, block.kept) for block in page.blocks[1:]] == [
        (BlockKind.DISCLAIMER, True),
        (BlockKind.PARAGRAPH, False),
    ]


def test_class_names_that_take_a_whole_page_are_not_believed() -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS.values())
    assert kept(clean(f"<div class='cart-page'><h2>Examplin</h2>{body}</div>", "text/html"))[0] == "Examplin"


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("1. Composition\n\nOne mg in one ml.\n\n2. Storage\n\nKeep it cold.", ["Composition", "Storage"]),
        ("3.1 Adults\n\nTwo drops.\n\n3.2 Children\n\nNone.", ["3.1 Adults", "3.2 Children"]),
        ("STORAGE\n\nKeep it cold.", ["STORAGE"]),
        ("1. Add water\n2. Swirl\n3. Wait\n\nThen use it.", []),
        ("MEHFPGP\n\nIt is a chain.", []),
        ("It binds MC4R.[^a]\n\n- in rats\n- in mice", []),
    ],
)
def test_short_sections_have_headings(text: str, headings: list[str]) -> None:
    page = clean(text, "text/plain")
    assert [page.text[block.start : block.end] for block in page.blocks if block.kind is BlockKind.HEADING] == headings


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Molecular weight813.9 Da", ["Molecular weight", "813.9 Da"]),
        ("SequenceMet-Glu-His-Phe", ["Sequence", "Met-Glu-His-Phe"]),
        ("FormulaC37H51N9O10S", ["Formula", "C37H51N9O10S"]),
        ("half-life:: 30 min", ["half-life", "30 min"]),
        ("Ki67 index", []),
        ("Cas9 protein", []),
    ],
)
def test_a_value_that_was_glued_to_its_label_comes_off(text: str, row: list[str]) -> None:
    page = clean(f"{PARAGRAPHS['{P}']}\n\n{text}\n", "text/plain")
    assert [cell.text for cell in page.blocks[1].cells] == row
