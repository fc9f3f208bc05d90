from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from pipeline.errors import DocumentError, Refused
from pipeline.read import list_sources, name_media_type, read_source
from pipeline.settings import Settings

SHARED = Path(__file__).parents[2] / "shared"
SETTINGS = Settings.model_validate({})
TEXT = "Examplin weighs 813.9 g/mol – “measured” at 20 °C.\r\nIts half-life is short.\r"


def settings(**values: object) -> Settings:
    return Settings.model_validate(values, strict=False)


def read(path: Path, **values: object) -> str:
    return read_source(path, path.name, settings(**values)).text


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text("Examplin is a peptide.", encoding="utf-8")
    return path


# ---------------------------------------------------------------------------------------------- decoding


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"), "utf-32-le"),
        (b"\x00\x00\xfe\xff" + TEXT.encode("utf-32-be"), "utf-32-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("windows-1252"), "windows-1252"),
        (b'<meta charset="koi8-r"><p>' + "Пептид для исследований".encode("koi8-r"), "koi8-r"),
    ],
)
def test_the_text_is_what_open_gives_with_the_named_codec(tmp_path: Path, data: bytes, encoding: str) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    source = read_source(path, "page.txt", SETTINGS)
    assert source.encoding == encoding
    with path.open(encoding=encoding, newline="") as file:
        assert file.read() == source.text
    assert source.size == len(data)


def test_a_byte_order_mark_is_a_character_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"\xef\xbb\xbfx")
    assert read(path) == "\ufeffx"


def test_a_cyrillic_page_is_decoded_by_its_letters(tmp_path: Path) -> None:
    text = "Пептид применяется при ишемическом инсульте и повышает внимание у здоровых добровольцев. " * 20
    path = tmp_path / "page.txt"
    path.write_bytes(text.encode("cp1251"))
    assert read(path) == text


@given_settings(deadline=None)  # what begins like a PDF is read in a process of its own
@given(data=st.binary(max_size=300))
def test_any_bytes_give_a_round_trip_or_a_reason(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(data)
    try:
        source = read_source(path, "any.txt", SETTINGS)
    except Refused:
        return
    assert source.text.encode(source.encoding) == data


# ---------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"%PDF-1.7 rest", "PDF"),
        (b"PK\x03\x04rest", "zip"),
        (b"\x89PNG\r\n\x1a\nrest", "image"),
        (b"text\x00with\x00zeros\x01\x02\x03", "binary"),
        (bytes(range(1, 32)) * 20, "binary"),
    ],
)
def test_what_is_no_text_is_refused_with_advice(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(data)
    with pytest.raises(Refused, match=words) as caught:
        read(path)
    assert "page.html" in str(caught.value)


def test_a_file_above_the_limit_is_refused(page: Path) -> None:
    with pytest.raises(Refused, match="max_bytes = 5"):
        read(page, max_bytes=5)


def test_a_line_above_the_limit_is_refused(page: Path) -> None:
    page.write_text("short\r" + "long " * 20 + "\rshort")
    with pytest.raises(Refused, match="a line of 100 characters"):
        read(page, max_line=50)


def test_a_link_is_refused_and_followed_only_when_asked(page: Path) -> None:
    link = page.with_name("link.txt")
    link.symlink_to(page)
    with pytest.raises(Refused, match="is a symbolic link"):
        read(link)
    assert read(link, follow_links=True) == page.read_text()


def test_a_pipe_is_refused_and_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(Refused, match="not a regular file"):
        read(path)


def test_a_file_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        read(tmp_path / "gone.txt")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_closed_file_is_a_failure(page: Path) -> None:
    page.chmod(0)
    with pytest.raises(DocumentError, match="permission denied"):
        read(page)


# ---------------------------------------------------------------------------------------------- listing


def names(root: Path, **values: object) -> list[str]:
    return [source_id for _, source_id in list_sources(root, settings(**values))]


def test_sources_are_listed_in_order_without_what_is_none(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a/z.md",
        "a.txt",
        ".hidden",
        ".git/x",
        "README.md",
        "a/README",
        "sources.csv",
        "a/sources.csv",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["a.txt", "a/sources.csv", "a/z.md", "b.txt"]


@pytest.mark.parametrize("pattern", ["drafts/*", "drafts/", "*.tmp", "drafts/x.tmp"])
def test_ignored_patterns_are_left_out(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts/x.tmp").write_text("x")
    (tmp_path / "kept.txt").write_text("x")
    assert names(tmp_path, ignore=(pattern,)) == ["kept.txt"]


def test_a_name_is_given_in_its_composed_form(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "séance page.txt")).write_text("x")
    assert names(tmp_path) == [unicodedata.normalize("NFC", "séance page.txt")]


def test_two_names_of_one_composed_form_are_both_kept(tmp_path: Path) -> None:
    composed, taken_apart = (unicodedata.normalize(form, "é.txt") for form in ("NFC", "NFD"))
    (tmp_path / composed).write_text("1")
    (tmp_path / taken_apart).write_text("2")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system knows one of the two")
    assert sorted(names(tmp_path)) == sorted([composed, taken_apart])


@pytest.mark.parametrize("follow", [False, True])
def test_a_loop_of_links_ends(tmp_path: Path, follow: bool) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/page.txt").write_text("x")
    (tmp_path / "folder/up").symlink_to(tmp_path)
    assert names(tmp_path, follow_links=follow) == ["folder/page.txt", "folder/up"]


def test_a_link_to_a_folder_is_listed_once_or_followed(tmp_path: Path) -> None:
    root = tmp_path / "raw"
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/page.txt").write_text("x")
    (root / "link").symlink_to(tmp_path / "elsewhere")
    assert names(root) == ["link"]
    assert names(root, follow_links=True) == ["link/page.txt"]


# ---------------------------------------------------------------------------------------------- media type


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("Examplin is a peptide.", "text/plain"),
        ("# Examplin\n\nA peptide.", "text/markdown"),
        ("---\ntitle: Examplin\n---\nA peptide.", "text/markdown"),
        ("Examplin has **two** forms.", "text/markdown"),
        ("<!DOCTYPE html><html><body>x", "text/html"),
        ("\ufeff\n<!-- a note --><html>", "text/html"),
        ("A line\n<p>one</p>\n<p>two</p>\n<ul><li>three</li></ul>\nAnother", "text/html"),
        ("# One\n## Two\n### Three\n<p>x</p>\n- a\n- b", "text/markdown"),
        ('{"id": 1, "content": {"rendered": "<p>x</p>"}}', "application/json"),
        ('[{"id": 1}]', "application/json"),
        ("[1] Example A. A title.", "text/plain"),
        ("{curly} words", "text/plain"),
    ],
)
def test_the_content_decides_what_a_page_is(text: str, media_type: str) -> None:
    assert name_media_type(text) == media_type


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared pages are not here")
def test_all_shared_pages_are_read() -> None:
    folders = (SHARED / "seeds", SHARED / "corpus" / "raw")
    sources = [read_source(path, name, SETTINGS) for folder in folders for path, name in list_sources(folder, SETTINGS)]
    assert {source.encoding for source in sources} == {"utf-8"}
