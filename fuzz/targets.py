"""What is fuzzed, and what must hold for any input: one function for each target, from bytes to nothing.

A target raises for an input that shows a bug. Needs no fuzzer: `tests/test_fuzz_corpus.py` calls the same functions
with the inputs that were once found.
"""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from pipeline.address import Address, read_place
from pipeline.annotate import Annotator
from pipeline.chemistry import find_cas, find_counts, find_formulas, find_fragments, find_sequences, parse_peptide
from pipeline.clean import clean_source, read_overrides
from pipeline.components.citations import find_citations
from pipeline.components.cues import find_cues
from pipeline.components.sentences import find_sentences
from pipeline.decisions import parse_decisions
from pipeline.errors import DocumentError, Refused, UsageError
from pipeline.extract import extract_statements
from pipeline.lexicon import Finding, overlay, parse_rows
from pipeline.lexicon_check import LEXICONS
from pipeline.normalise import normalise_document
from pipeline.page import Source
from pipeline.quantity import find_numbers, parse_field_quantity
from pipeline.read import read_source
from pipeline.remote.names import name_copies
from pipeline.run import rebuild_report
from pipeline.settings import Settings, read_settings
from pipeline.store import check_result, find_bad_passages, former_result, list_written, read_run_json
from pipeline.store.layers import is_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.page import Mention, Page

SETTINGS = Settings.model_validate({})
MEDIA_TYPES = ("text/plain", "text/markdown", "text/html", "application/json")
GROWN = 20_000  # characters: a step that is not linear takes many seconds on so many, any other a small part of one


class Match(Protocol):
    """Anything that a finder finds."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The character behind its last."""


def require(holds: object, words: str) -> None:
    """Raise AssertionError with `words` unless `holds` (an assert would be gone under `python -O`)."""
    if not holds:
        raise AssertionError(words)


# ---------------------------------------------------------------------------------------------- pages


def check_page(page: Page) -> None:
    """Blocks and pieces lie inside the file, lead back exactly, and no character stands in two blocks."""
    raw = page.source.text
    page.text.encode("utf-8", "surrogatepass" if has_surrogate(raw) else "strict")
    for block in page.blocks:
        require(0 <= block.raw_start < block.raw_end <= len(raw), f"block {block.index} lies outside the file")
        require(0 <= block.start < block.end <= len(page.text), f"block {block.index} lies outside the text")
        low, high = page.to_raw(block.start, block.end)
        require(block.raw_start <= low < high <= block.raw_end, f"block {block.index} leads outside of itself")
        require(raw[low:high], f"block {block.index} has no quote")
        for cell in block.cells:
            require(block.start <= cell.start <= cell.end <= block.end, f"a cell of block {block.index} lies outside")
            require(page.text[cell.start : cell.end] == cell.text, f"a cell of block {block.index} is not its text")
        links = (block.question, block.lead, block.heading)
        require(all(other is None or 0 <= other < len(page.blocks) for other in links), "a link leads nowhere")
    require([block.index for block in page.blocks] == list(range(len(page.blocks))), "blocks are not numbered")
    require(are_apart((block.start, block.end) for block in page.blocks), "two blocks overlap in the text")
    ranges = sorted((block.raw_start, block.raw_end) for block in page.blocks)
    require(are_apart(ranges), "a raw character stands in two blocks")
    check_pieces(page)


def check_pieces(page: Page) -> None:
    """The map goes forward in both texts, and its verbatim pieces are the same characters."""
    raw = page.source.text
    for piece in page.offsets.pieces:
        require(0 <= piece.start < piece.end <= len(page.text), "a piece lies outside the text")
        require(0 <= piece.raw_start < piece.raw_end <= len(raw), "a piece lies outside the file")
        same = page.text[piece.start : piece.end] == raw[piece.raw_start : piece.raw_end]
        require(same or not piece.verbatim, f"the verbatim piece {piece} is not the raw text")
    for before, after in pairwise(page.offsets.pieces):
        require(before.end <= after.start, "two pieces overlap in the text")
        forward = before.raw_start <= after.raw_start and before.raw_end <= after.raw_end
        require(forward, f"the map goes back from {before} to {after}")


def are_apart(ranges: Iterable[tuple[int, int]]) -> bool:
    """Whether ranges in the given order do not overlap."""
    return all(before[1] <= after[0] for before, after in pairwise(ranges))


def has_surrogate(text: str) -> bool:
    """Whether a text holds a lone surrogate, which some codecs let through."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def read_page(text: str, media_type: str) -> Page | None:
    """A text read as a page of one type; None where it is refused."""
    source = Source("page", "0" * 64, len(text), "utf-8", media_type, text)
    try:
        return clean_source(source, None, SETTINGS)
    except (Refused, DocumentError):
        return None


def fuzz_page(data: bytes, media_type: str) -> None:
    """One reader, whatever the text looks like."""
    page = read_page(data.decode("utf-8", "replace"), media_type)
    if page is not None:
        check_page(page)


def fuzz_plain(data: bytes) -> None:
    """Plain text."""
    fuzz_page(data, "text/plain")


def fuzz_markdown(data: bytes) -> None:
    """Markdown, with and without front matter, and the HTML in it."""
    fuzz_page(data, "text/markdown")


def fuzz_html(data: bytes) -> None:
    """Whole pages and fragments, with the data in their scripts."""
    fuzz_page(data, "text/html")


def fuzz_json(data: bytes) -> None:
    """JSON that wraps a page, whole or cut off."""
    fuzz_page(data, "application/json")


def fuzz_yaml(data: bytes) -> None:
    """Front matter before a line of text."""
    fuzz_page(b"---\n" + data + b"\n---\n\nSelank has 7 residues.\n", "text/markdown")


def fuzz_bytes(data: bytes) -> None:
    """A file of any bytes: its encoding gives them back, and `open` gives the same text."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        path = Path(folder) / "page"
        path.write_bytes(data)
        try:
            source = read_source(path, "page", SETTINGS)
            page = clean_source(source, None, SETTINGS)
        except (Refused, DocumentError):
            return
        with path.open(encoding=source.encoding, newline="") as file:
            require(file.read() == source.text, "open() gives another text")
    require(source.text.encode(source.encoding) == data, f"{source.encoding} does not give the bytes back")
    require(source.sha256 == hashlib.sha256(data).hexdigest(), "the digest is of other bytes")
    check_page(page)


@cache
def scratch() -> str | None:
    """A folder in memory where there is one: files are made for every input."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a fresh folder below it)


def fuzz_growth(data: bytes) -> None:
    """The same few characters over and over, through reader and finders: ends at once if every step is linear.

    The first byte chooses the reader; every second value also makes one long line of it.
    """
    if len(data) < 2:  # noqa: PLR2004  (a byte that chooses, and one to repeat)
        return
    text = data[1:].decode("utf-8", "replace")
    if data[0] & 1:
        text = text.replace("\n", " ").replace("\r", " ")
    page = read_page(text * (GROWN // len(text) + 1), MEDIA_TYPES[(data[0] >> 1) % 4])
    if page is None:
        return
    check_page(page)
    for find in FINDERS:
        list(find(page.text))


# ---------------------------------------------------------------------------------------------- finders


def check_matches(matches: Iterable[Match], text: str, *, apart: bool = True) -> None:
    """Matches lie inside the text, in order, and do not overlap if they promise so."""
    found = [(match.start, match.end) for match in matches]
    require(all(0 <= start < end <= len(text) for start, end in found), f"a match lies outside: {found}")
    require(found == sorted(found, key=lambda span: span[0]), f"matches are out of order: {found}")
    require(not apart or are_apart(found), f"matches overlap: {found}")


def check_mentions(mentions: Iterable[Mention], text: str) -> None:
    """The same of mentions, whose text is that of the page and whose scopes lie inside it."""
    found = list(mentions)
    check_matches(found, text, apart=False)
    for mention in found:
        require(text[mention.start : mention.end] == mention.text, f"{mention} is not its text")
        cue = mention.cue
        require(cue is None or 0 <= cue.scope_start <= cue.scope_end <= len(text), f"{mention} reaches outside")


def fuzz_sequences(data: bytes) -> None:
    """Sequences in text, and the same text as a field."""
    text = data.decode("utf-8", "replace")
    check_matches(find_sequences(text), text)
    check_matches(find_sequences(text, bare=True), text)
    parse_peptide(text)


def fuzz_fragments(data: bytes) -> None:
    """Ranges of residues, and counts of them."""
    text = data.decode("utf-8", "replace")
    matches = list(find_fragments(text))
    check_matches(matches, text)
    require(all(match.low < match.high for match in matches), "a range runs backwards")
    check_matches(find_counts(text), text)


def fuzz_formulas(data: bytes) -> None:
    """Formulas and CAS numbers; what is found can be weighed and written."""
    text = data.decode("utf-8", "replace")
    matches = list(find_formulas(text))
    check_matches(matches, text)
    for match in matches:
        require(match.formula.average > 0, f"{match} weighs nothing")
        require(match.formula.hill, f"{match} cannot be written")
    check_matches(find_cas(text), text)


def fuzz_numbers(data: bytes) -> None:
    """Quantities and dates in text, and the same text as a field."""
    text = data.decode("utf-8", "replace")
    check_matches(find_numbers(text), text)
    check_matches(find_numbers(text, years=False), text)
    parse_field_quantity(text)
    parse_field_quantity(text, "h")


def fuzz_citations(data: bytes) -> None:
    """Call-outs, identifiers and links."""
    text = data.decode("utf-8", "replace")
    check_mentions(find_citations(text), text)


def fuzz_cues(data: bytes) -> None:
    """Sentences, and the words that negate or weaken them."""
    text = data.decode("utf-8", "replace")
    sentences = list(find_sentences(text))
    require(all(0 <= start < end <= len(text) for start, end in sentences), "a sentence lies outside")
    require(are_apart(sentences), "two sentences overlap")
    kept = "".join(text[start:end] for start, end in sentences)
    require("".join(kept.split()) == "".join(text.split()), "a character stands in no sentence")
    check_mentions(find_cues(text), text)


FINDERS: tuple[Callable[[str], Iterable[object]], ...] = (
    find_sequences, find_fragments, find_counts, find_formulas, find_cas, find_numbers, find_citations, find_cues,
    find_sentences,
)  # fmt: skip


# ---------------------------------------------------------------------------------------------- what users write


def fuzz_decisions(data: bytes) -> None:
    """The file of decisions: each line is one or has its sentence."""
    text = data.decode("utf-8", "replace")
    decisions, problems = parse_decisions(Path("decisions.jsonl"), text)
    lines = [line for line in text.split("\n") if line.strip()]
    require(len(decisions) + len(problems) == len(lines), "a line is neither a decision nor a problem")


def fuzz_settings(data: bytes) -> None:
    """The file of settings, and what is told of it."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        path = Path(folder) / "pipeline.toml"
        path.write_bytes(data)
        try:
            settings = read_settings(path)
        except UsageError as error:
            require(str(path) in str(error), "the message does not name the file")
            return
        require(settings.max_bytes > 0, "a limit is none")
        try:
            with overlay(settings.lexicons):
                pass
        except UsageError:
            return


def fuzz_sources(data: bytes) -> None:
    """What sources.csv says of pages, of which there are two."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        for name in ("a.md", "b.md"):
            (Path(folder) / name).write_bytes(b"Selank")
        (Path(folder) / "sources.csv").write_bytes(data)
        try:
            rows = read_overrides(Path(folder))
        except UsageError as error:
            require("sources.csv" in str(error), "the message does not name the file")
            return
        require(set(rows) <= {"a.md", "b.md"}, "a row is about a file that is not there")


def fuzz_lexicons(data: bytes) -> None:
    """A lexicon of a user: each line is a row or has its fault. The first byte chooses which lexicon."""
    if not data:
        return
    name = sorted(LEXICONS)[data[0] % len(LEXICONS)]
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        (Path(folder) / f"{name}.jsonl").write_bytes(data[1:])
        try:
            with overlay(Path(folder)):
                faults = [read for read in parse_rows(name, LEXICONS[name].model) if isinstance(read, Finding)]
        except UsageError:  # it is no UTF-8
            return
    require(all(fault.problem for fault in faults), "a fault says nothing")


# ------------------------------------------------------------------------------------------- what lies elsewhere

LONGEST_NAME = 255  # bytes


def fuzz_addresses(data: bytes) -> None:
    """The first line as an address; all lines as keys of objects below it, each of which is a name of a file."""
    address, *keys = data.decode("utf-8", "surrogateescape").split("\n")
    try:
        place = read_place(address)
    except UsageError:
        place = Path(address)
    if isinstance(place, Address):
        require(read_place(str(place)) == place, "an address is read as another")
        require(place.find_copy(Path("copies")).parent == Path("copies"), "a copy lies elsewhere")
    names = name_copies(keys)
    require(set(names) == set(keys), "a key has no name")
    require(len(set(names.values())) == len(names), "two keys have one name")
    for name in names.values():
        require(is_below(name), "a name leads out of the folder")
        require(all(0 < len(part.encode()) <= LONGEST_NAME for part in name.split("/")), "a name is none of a file")
    folders = {folder.as_posix() for name in names.values() for folder in PurePosixPath(name).parents}
    require(folders.isdisjoint(names.values()), "a file stands where another has its folder")


def fuzz_results(data: bytes) -> None:
    """The run.json of a result that may come from anybody."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        out = Path(folder, "out")
        out.mkdir()
        (out / "run.json").write_bytes(data)
        try:
            run = read_run_json(out)
        except UsageError as error:
            require(str(out) in str(error), "the message does not name the folder")
            return
        list_written(run)
        former_result(out)
        require(check_result(out), "a folder without a table is whole")
        with suppress(UsageError):
            rebuild_report(out, out, out)


# ---------------------------------------------------------------------------------------------- the whole walk


@cache
def annotator() -> Annotator:
    """One pipeline for all inputs."""
    return Annotator(SETTINGS)


def fuzz_rows(data: bytes) -> None:
    """A page up to its rows: every row stands on its passage. The first byte chooses the reader."""
    if not data:
        return
    page = read_page(data[1:].decode("utf-8", "replace"), MEDIA_TYPES[data[0] % 4])
    if page is None:
        return
    try:
        annotated = annotator().annotate(page)
    except Refused:
        return
    extracted = extract_statements(annotated)
    rows = normalise_document(annotated, extracted.statements, extracted.leftovers)
    for table in (rows.blocks, rows.mentions, rows.claims, rows.citations, rows.unclaimed):
        _, bad = find_bad_passages(table, page.source.text)
        require(not bad, f"a row does not stand on its passage: {bad[:1]}")
    for table, name in ((rows.mentions, "mention_id"), (rows.claims, "claim_id"), (rows.citations, "citation_id")):
        ids = [getattr(row, name) for row in table]
        require(len(ids) == len(set(ids)), f"two rows share one {name}")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "plain": fuzz_plain,
    "markdown": fuzz_markdown,
    "html": fuzz_html,
    "json": fuzz_json,
    "yaml": fuzz_yaml,
    "bytes": fuzz_bytes,
    "growth": fuzz_growth,
    "sequences": fuzz_sequences,
    "fragments": fuzz_fragments,
    "formulas": fuzz_formulas,
    "numbers": fuzz_numbers,
    "citations": fuzz_citations,
    "cues": fuzz_cues,
    "decisions": fuzz_decisions,
    "settings": fuzz_settings,
    "sources": fuzz_sources,
    "lexicons": fuzz_lexicons,
    "addresses": fuzz_addresses,
    "results": fuzz_results,
    "rows": fuzz_rows,
}
