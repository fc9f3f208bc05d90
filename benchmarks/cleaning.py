"""How much of the wanted text of a page is kept, and in its place, and how much of its furniture is left out.

The snippets of `tests/gold/cleaning.csv` are read through `pipeline.read` and `pipeline.clean`. A wanted snippet is
found when each of its letters and digits lies in a kept block; it is in its place when that block has the kind, and the
column head, row, question or heading, that the label names. A furniture snippet is out when none lies in a kept block.

Beside it, on the pages that hold HTML, trafilatura alone, if it is installed. It gives text without a way back, so
there both are asked the same: do the words of the snippet stand in the kept text?

    python benchmarks/cleaning.py [--shared ../shared] [--misses]
"""

from __future__ import annotations

import argparse
import csv
import html
import importlib.util
import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.clean import clean_source
from pipeline.read import read_source
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.page import Block, Cell, Page

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "tests" / "gold"
SHARED = ROOT.parent / "shared"

# What a raw snippet can hold that is no letter of its text: <sub>, &nbsp;, \u2013, \/, \n
MARKUP = re.compile(r"<[^<>]{0,500}>|&\#?\w{1,10};|\\u[0-9A-Fa-f]{4}|\\.")
JSON_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9A-Fa-f]{4})|(?P<sign>.))")
NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One label; offsets are code points of the raw file, and the relation leads to another raw range of it."""

    origin: str
    path: str
    sha256: str
    split: str
    start: int
    end: int
    wanted: bool
    kind: str
    relation: str
    to: tuple[int, int] | None
    text: str

    @property
    def group(self) -> tuple[str, str]:
        """Where its result is counted."""
        return self.split, self.origin

    @property
    def has_place(self) -> bool:
        """Whether the label says more than that the text is wanted."""
        return bool(self.kind or self.relation)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a snippet fared. `found`: all of it is kept; `leaked`: some is; `placed`: found, and where it belongs."""

    snippet: Snippet
    found: bool
    leaked: bool
    placed: bool


# ---------------------------------------------------------------------------------------------- the gold set


def read_documents(gold: Path = GOLD) -> dict[str, dict[str, str]]:
    """The rows of documents.csv by path."""
    with (gold / "documents.csv").open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


def read_snippets(gold: Path = GOLD) -> list[Snippet]:
    """The rows of cleaning.csv with the origin and the split of their pages."""
    documents = read_documents(gold)
    with (gold / "cleaning.csv").open(encoding="utf-8", newline="") as file:
        return [_read_snippet(row, documents[row["path"]]) for row in csv.DictReader(file)]


def _read_snippet(row: dict[str, str], document: dict[str, str]) -> Snippet:
    start = row["relation_start"]
    return Snippet(
        origin=document["origin"],
        path=row["path"],
        sha256=row["sha256"],
        split=document["split"],
        start=int(row["start"]),
        end=int(row["end"]),
        wanted=row["label"] == "wanted",
        kind=row["kind"],
        relation=row["relation"],
        to=(int(start), int(row["relation_end"])) if start else None,
        text=row["text"],
    )


# ---------------------------------------------------------------------------------------------- one page


@dataclass(frozen=True)
class Reading:
    """A page as the program reads it, and the way from a raw character to the kept block that holds it."""

    page: Page

    @cached_property
    def holders(self) -> dict[int, Block]:
        """The kept block of each raw character that has one."""
        pieces = self.page.offsets.pieces
        held: dict[int, Block] = {}
        at = 0
        for block in self.page.blocks:
            while at < len(pieces) and pieces[at].start < block.end:
                if block.kept and pieces[at].start >= block.start:
                    held.update(dict.fromkeys(range(pieces[at].raw_start, pieces[at].raw_end), block))
                at += 1
        return held

    def judge(self, snippet: Snippet) -> Verdict:
        """Whether a snippet is kept, and in the place that its label names."""
        places = list(find_letters(self.page.source.text, snippet.start, snippet.end))
        held = [self.holders.get(place) for place in places]
        block = held[0]
        if block is None or None in held:
            return Verdict(snippet, found=False, leaked=any(held), placed=False)
        kinds = {holder.kind.value for holder in held if holder}
        placed = (not snippet.kind or kinds == {snippet.kind}) and self._is_related(snippet, block)
        return Verdict(snippet, found=True, leaked=True, placed=placed)

    def _is_related(self, snippet: Snippet, block: Block) -> bool:
        if snippet.to is None:
            return True
        if snippet.relation == "answers":
            return self._holds(block.question, snippet.to)
        if snippet.relation == "under_heading":
            return self._holds(block.heading, snippet.to)
        if snippet.relation == "row_of":
            return any(cell.is_head and self._covers(cell, snippet.to) for cell in block.cells)
        return self._is_under(snippet, block, snippet.to)

    def _is_under(self, snippet: Snippet, block: Block, head: tuple[int, int]) -> bool:
        """Whether the head is the one above the snippet's cell, the key before it, or the key of its field."""
        named = fold(self.page.source.text[slice(*head)])
        if block.key and fold(block.key.rsplit(".", 1)[-1]) == named:
            return True
        if any(cell.is_head and self._covers(cell, head) for cell in block.cells):
            return True
        own = (snippet.start, snippet.end)
        return any(self._covers(cell, own) and fold(cell.header) == named for cell in block.cells)

    def _holds(self, index: int | None, raw: tuple[int, int]) -> bool:
        if index is None:
            return False
        block = self.page.blocks[index]
        return block.raw_start <= raw[0] and raw[1] <= block.raw_end

    def _covers(self, cell: Cell, raw: tuple[int, int]) -> bool:
        if cell.end <= cell.start:
            return False
        letters = list(find_letters(self.page.source.text, *raw))
        start, end = self.page.to_raw(cell.start, cell.end)
        return start <= letters[0] and letters[-1] < end


def find_letters(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets of the letters and digits of a raw range that are no part of its markup."""
    hidden = {place for tag in MARKUP.finditer(text, start, end) for place in range(*tag.span())}
    return (place for place in range(start, end) if text[place].isalnum() and place not in hidden)


def fold(raw: str) -> str:
    """The words of a piece of a raw page, without its markup, case and signs."""
    readable = html.unescape(re.sub(r"<[^<>]{0,500}>", "", JSON_ESCAPE.sub(_unescape, raw)))
    return " ".join(NO_WORD.sub(" ", readable).lower().split())


def _unescape(escape: re.Match[str]) -> str:
    if escape["code"]:
        return chr(int(escape["code"], 16))
    return {"n": "\n", "t": "\t", "r": "\r"}.get(escape["sign"], escape["sign"])


# ---------------------------------------------------------------------------------------------- all pages


def read_page(path: str, folder: Path) -> Page:
    """A page of the gold set, cleaned as in a run with the default settings and without `sources.csv`."""
    settings = Settings.model_validate({})
    return clean_source(read_source(folder / path, path, settings), None, settings)


def read_pages(snippets: Iterable[Snippet], folders: dict[str, Path]) -> dict[str, Page]:
    """The pages that snippets stand on, by path, of those origins whose folder is there."""
    wanted = {(snippet.origin, snippet.path) for snippet in snippets}
    return {path: read_page(path, folders[origin]) for origin, path in sorted(wanted) if origin in folders}


def judge_snippets(snippets: Iterable[Snippet], pages: dict[str, Page]) -> list[Verdict]:
    """A verdict for each snippet whose page is there."""
    readings = {path: Reading(page) for path, page in pages.items()}
    return [readings[snippet.path].judge(snippet) for snippet in snippets if snippet.path in readings]


def measure(verdicts: Iterable[Verdict]) -> dict[str, float]:
    """The shares that the report prints; a share of nothing is 1."""
    rows = list(verdicts)
    wanted = [row for row in rows if row.snippet.wanted]
    furniture = [row for row in rows if not row.snippet.wanted]
    found = sum(row.found for row in wanted)
    out = sum(not row.leaked for row in furniture)
    named = [row for row in wanted if row.snippet.has_place]
    return {
        "wanted": len(wanted),
        "recall": _share(found, len(wanted)),
        "precision": _share(found, found + len(furniture) - out),
        "placed of": len(named),
        "placed": _share(sum(row.placed for row in named), len(named)),
        "furniture": len(furniture),
        "f.recall": _share(out, len(furniture)),
        "f.precision": _share(out, out + len(wanted) - found),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


# ---------------------------------------------------------------------------------------------- trafilatura


def find_markup(page: Page) -> str | None:
    """The HTML of a page that has some: the file, or the post inside its JSON; None if there is none to be had."""
    if page.source.media_type == "text/html":
        return page.source.text
    if page.source.media_type != "application/json":
        return None
    try:
        return str(json.loads(page.source.text)["content"]["rendered"])
    except (ValueError, KeyError, TypeError):
        return None


def judge_text(snippets: Iterable[Snippet], pages: dict[str, Page], texts: dict[str, str]) -> list[Verdict]:
    """Verdicts by words alone: is the snippet, folded, a run of words of the text that was kept of its page?"""
    kept = {path: f" {fold(text)} " for path, text in texts.items()}
    verdicts = []
    for snippet in snippets:
        if snippet.path not in kept:
            continue
        raw = pages[snippet.path].source.text[snippet.start : snippet.end]
        stands = f" {fold(raw)} " in kept[snippet.path]
        verdicts.append(Verdict(snippet, found=stands, leaked=stands, placed=False))
    return verdicts


def extract_texts(markup: dict[str, str]) -> dict[str, str]:
    """What trafilatura with its default options keeps of each page."""
    import trafilatura

    return {path: trafilatura.extract(text) or "" for path, text in markup.items()}


# ---------------------------------------------------------------------------------------------- the report


def print_shares(title: str, verdicts: Iterable[Verdict], *, hide: Callable[[str], bool] = lambda _: False) -> None:
    """A table of the shares by split and origin, and over both origins."""
    groups: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[verdict.snippet.group].append(verdict)
        groups[verdict.snippet.split, "both"].append(verdict)
    shown = [name for name in measure(()) if not hide(name)]
    print(f"\n{title}\n{'':15}" + "".join(f"{name:>12}" for name in shown))
    for (split, origin), rows in sorted(
        groups.items(), key=lambda item: (item[0][0] == "locked", item[0][1] == "both")
    ):
        shares = measure(rows)
        cells = (f"{shares[name]:12.3f}" if isinstance(shares[name], float) else f"{shares[name]:12}" for name in shown)
        print(f"{split:7}{origin:8}" + "".join(cells))


def print_misses(verdicts: Iterable[Verdict], pages: dict[str, Page]) -> None:
    """What went wrong on the open part. The locked part is for measuring alone and is never shown."""
    for row in verdicts:
        snippet = row.snippet
        right = row.found and (row.placed or not snippet.has_place) if snippet.wanted else not row.leaked
        if right or snippet.split != "tune":
            continue
        text = pages[snippet.path].source.text
        what = ("misplaced" if row.found else "missed") if snippet.wanted else "leaked"
        to = repr(text[slice(*snippet.to)]) if snippet.to else ""
        quote = text[snippet.start : snippet.end]
        print(f"{what:9} {snippet.path}:{snippet.start} {quote!r} {snippet.kind} {snippet.relation} {to}")


def compare(snippets: list[Snippet], pages: dict[str, Page]) -> None:
    """Print trafilatura's shares beside ours on the pages that hold HTML."""
    if importlib.util.find_spec("trafilatura") is None:
        print("\ntrafilatura is not installed, so there is nothing to compare with.")
        return
    markup = {path: found for path, page in pages.items() if (found := find_markup(page))}
    ours = {path: "\n".join(_texts(pages[path])) for path in markup}
    for title, texts in (("claimsift, by words", ours), ("trafilatura alone, by words", extract_texts(markup))):
        verdicts = judge_text(snippets, pages, texts)
        print_shares(f"{title}, {len(markup)} pages with HTML", verdicts, hide=lambda name: name.startswith("placed"))


def _texts(page: Page) -> Iterator[str]:
    return (page.text[block.start : block.end] for block in page.kept_blocks())


def main() -> int:
    """Print the shares; 0 if there was anything to measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with the pages of others")
    parser.add_argument("--misses", action="store_true", help="also print what went wrong on the open part")
    options = parser.parse_args()
    snippets = read_snippets()
    folders = {"own": ROOT}
    if options.shared.is_dir():
        folders["shared"] = options.shared
    else:
        print(f"There is no folder {options.shared}, so the snippets on the pages of others are not measured.")
    pages = read_pages(snippets, folders)
    verdicts = judge_snippets(snippets, pages)
    print_shares(f"claimsift, by characters, {len(pages)} pages", verdicts)
    compare(snippets, pages)
    if options.misses:
        print_misses(verdicts, pages)
    return 0 if verdicts else 1


if __name__ == "__main__":
    sys.exit(main())
