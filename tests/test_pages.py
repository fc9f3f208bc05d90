"""What must hold for every page there is: our own, and those of others where they are, in every encoding."""

from __future__ import annotations

import codecs
import html
import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import lxml.html
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SHARED
from pipeline.clean import clean_source
from pipeline.clean.inline import add_inline
from pipeline.clean.layers import Layer, TextBuilder
from pipeline.components.names import fold_word, unify_signs
from pipeline.read import list_sources, read_source
from pipeline.schema import BlockKind
from pipeline.settings import Settings
from runs import RAW
from test_clean import check_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.page import Block, Page

SETTINGS = Settings.model_validate({})
FOLDERS = [folder for folder in (RAW, SHARED / "seeds", SHARED / "corpus" / "raw") if folder.is_dir()]

# <b>, <td class="x">, <!-- note -->, \u2013 and \n of JSON, and the entities that `html.unescape` leaves
MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\([nrt\"/\\])")
# [words](address), ![words](address) and [[page|words]]
LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^\n]*?\)(?=\W|$)|\[\[(?:[^\[\]|\n]*\|)?([^\[\]\n]*)\]\]")


@dataclass
class Count:
    """How many pieces of how many pages were held against the file."""

    pages: int = 0
    blocks: int = 0
    pieces: int = 0
    same: int = 0
    other: list[str] = field(default_factory=list)


def read_pages() -> Iterator[tuple[Path, str]]:
    for folder in FOLDERS:
        yield from list_sources(folder, SETTINGS)


def read_page(path: Path, name: str) -> Page:
    return clean_source(read_source(path, name, SETTINGS), None, SETTINGS)


def normalise(text: str) -> str:
    builder = TextBuilder(Layer(text))
    add_inline(builder, 0, len(text))
    return builder.finish().text


def fold(text: str) -> str:
    """Letters and digits alone: what neither mark-up nor white space, dashes, nor raised digits change."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def fold_raw(text: str) -> str:
    """The same of a raw passage; its tags, entities, escapes and links are read by means that the program does not use."""
    plain = html.unescape(MARKUP.sub(" ", ESCAPE.sub(_unescape, text)))
    return fold(normalise(LINK.sub(lambda match: match[1] or match[2] or "", plain)))


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else {"n": "\n", "r": "\r", "t": "\t"}.get(match[2], match[2])


def is_whole(page: Page, block: Block) -> bool:
    """Whether the words of a block are the words of its raw range."""
    raw = page.source.text[block.raw_start : block.raw_end]
    return fold_raw(raw) == fold(page.text[block.start : block.end])


def test_every_block_reads_as_its_raw_passage_does(record_property: Callable[[str, object], None]) -> None:
    count = Count()
    for path, name in read_pages():
        page = read_page(path, name)
        check_page(page)
        count.pages += 1
        count.blocks += len(page.blocks)
        count.pieces += len(page.offsets.pieces)
        for block in page.blocks:
            if is_whole(page, block):
                count.same += 1
            else:
                count.other.append(f"{name}:{block.raw_start}-{block.raw_end} {block.kind}")
    record_property("pages", count.pages)
    record_property("blocks", count.blocks)
    record_property("pieces of the way back", count.pieces)
    record_property("blocks that read as their raw passage", f"{count.same / count.blocks:.4f}")
    # A name and a value of JSON-LD have the word "value" between them.
    assert len(count.other) <= 2, count.other[:20]


ENCODINGS = {
    "utf-8": b"",
    "utf-8 with mark": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "windows-1252": b"",
}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_page_says_the_same_in_any_encoding_with_any_line_ends(
    encoding: str, newline: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    pages = 0
    for path, name in read_pages():
        page = read_page(path, name)
        text = page.source.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        try:
            data = text.replace("\n", newline).encode(encoding.partition(" ")[0])
        except UnicodeEncodeError:  # the old code page has no such letter
            continue
        copy = tmp_path / path.name
        copy.write_bytes(ENCODINGS[encoding] + data)
        other = read_page(copy, name)
        check_page(other)
        assert other.text == page.text, (name, other.source.encoding)
        assert [block.kind for block in other.blocks] == [block.kind for block in page.blocks]
        pages += 1
    record_property("pages", pages)
    assert pages


# ---------------------------------------------------------------------------------------------- normalisation


# Letters that the first byte of a sequence in UTF-8 becomes in an old code page: what stands behind them may be repaired.
BYTES = bytes(range(0xC2, 0xF5)).decode("cp1252")
PLAIN = st.text(
    st.sampled_from("aZ09µμβΔ½²₄⁻ \t\u00a0\u2009\u202f\u200b\u00ad‐‑‒–—−-.,;:()%°×±≥~µé\u0301ﬁ\U0001f9ea") | st.characters(
        exclude_characters="<>&*_`[]()\\#|~!^\"'" + BYTES, exclude_categories=["Cs", "Cc"]
    ),
    max_size=60,
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(text=PLAIN)
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(text=PLAIN)
def test_one_kind_of_dash_and_blank_stays_one(text: str) -> None:
    once = unify_signs(text)
    assert unify_signs(once) == once
    assert fold_word(fold_word(text)) == fold_word(text)


def test_furniture_and_content_are_told_apart_in_every_folder(record_property: Callable[[str, object], None]) -> None:
    kept = dropped = 0
    for path, name in read_pages():
        page = read_page(path, name)
        kept += sum(block.kept for block in page.blocks)
        dropped += sum(not block.kept for block in page.blocks)
        assert all(block.reason for block in page.blocks if not block.kept)
        assert any(block.kept and block.kind is not BlockKind.METADATA for block in page.blocks), name
    record_property("blocks kept", kept)
    record_property("blocks dropped with a reason", dropped)


# ---------------------------------------------------------------------------------------------- keys and values

JSON_LD = re.compile(r"<script[^>]*application/ld\+json[^>]*>(.*?)</script", re.DOTALL | re.IGNORECASE)
FRONT = re.compile(r"\ufeff?---\r?\n(.*?)\n---\s", re.DOTALL)
PIPES = re.compile(r"(?:^[ \t]*\|.*\|[ \t]*\r?\n?){2,}", re.MULTILINE)
RULE = re.compile(r"[\s|:-]+")


def read_facts(text: str) -> Iterator[tuple[str, str]]:
    """Keys and values of front matter, JSON-LD and tables, found by means that the program does not use."""
    if front := FRONT.match(text):
        yield from walk(yaml.safe_load(front[1]), "")
    for script in JSON_LD.finditer(text):
        yield from walk(json.loads(script[1]), "")
    for run in PIPES.finditer(text):
        lines = [line.strip().strip("|") for line in run.group().splitlines() if not RULE.fullmatch(line)]
        yield from read_table([re.split(r"(?<!\\)\|", line) for line in lines])
    if "<table" in text:
        tables = lxml.html.fromstring(text).iter("table")
        for table in (table for table in tables if table.find(".//h1") is None):  # a page laid out with a table
            yield from read_table(
                [[cell.text_content() for cell in row.xpath("./td|./th")] for row in table.iter("tr")]
            )


def walk(value: object, key: str) -> Iterator[tuple[str, str]]:
    """The leaves of lists and maps, each with the nearest key above it, or with the name that JSON-LD gives it."""
    if isinstance(value, dict) and value.get("@type") == "Question":
        yield from (("question", value["name"]), ("answer", value["acceptedAnswer"]["text"]))
    elif isinstance(value, dict) and value.get("@type") == "PropertyValue":
        yield value["name"], value["value"]
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, key)
    elif value is not None:
        yield key, str(value)


def read_table(rows: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Each cell behind the first one of its row, with the name of the row."""
    for row in rows:
        yield from ((row[0], cell) for cell in row[1:])


def find_keys(block: Block) -> Iterator[str]:
    """Everything that a block knows of what its values answer."""
    yield from (block.key or "").split(".")
    for cell in block.cells:
        yield cell.header
        if cell.is_head:
            yield cell.text


def test_all_facts_with_a_key_arrive_with_their_key(record_property: Callable[[str, object], None]) -> None:
    """Front matter, JSON-LD and tables; a value that is cut in blocks counts where one block holds it with its key."""
    found = 0
    lost = []
    for path, name in read_pages():
        page = read_page(path, name)
        if page.source.media_type == "application/json":
            continue
        held: dict[str, list[str]] = {}
        for block in page.blocks:
            for key in find_keys(block):
                held.setdefault(fold(key), []).append(fold(page.text[block.start : block.end]))
        for key, value in read_facts(page.source.text):
            if not fold_raw(value) or not fold_raw(key):
                continue
            if any(fold_raw(value) in text for text in held.get(fold_raw(key), ())):
                found += 1
            else:
                lost.append((name, key, value))
    record_property("values with their key", found)
    record_property("values without", len(lost))
    assert found > (600 if SHARED.is_dir() else 150)
    assert not lost, lost[:20]
