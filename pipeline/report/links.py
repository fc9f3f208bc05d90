"""Which page a thing stands on. All paths are relative to the folder of `report.html`."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.report.text import name_anchor, name_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.report.rows import ReportInput
    from pipeline.schema import BlockRow, ClaimRow

FOLDER = "report"
MAIN_PAGE = "report.html"
INDEX_PAGE = f"{FOLDER}/conflicts.html"
COVERAGE_PAGE = f"{FOLDER}/coverage.html"
CONFLICTS_A_PAGE = 200
BLOCKS_A_PAGE = 1500


@dataclass(frozen=True)
class Links:
    """Pages by what they are about."""

    sources: dict[str, tuple[str, ...]]  # source_id: one page, or several for a long source
    subjects: dict[str, str]
    starts: dict[str, list[int]]  # where the further pages of a long source begin, raw offsets
    conflicts: dict[str, str]  # conflict_id: page and anchor
    conflict_pages: tuple[str, ...]

    def source(self, source_id: str) -> str | None:
        """The first page of a source, or None for a source without text."""
        pages = self.sources.get(source_id)
        return pages[0] if pages else None

    def claim(self, row: ClaimRow) -> str | None:
        """Page and anchor of a claim, or None where its source has no page."""
        pages = self.sources.get(row.source_id)
        if not pages:
            return None
        return pages[bisect_right(self.starts.get(row.source_id, ()), row.start)] + name_anchor("claim", row.claim_id)


def plan_links(result: ReportInput) -> Links:
    """Names of all pages, the same for the same rows in any order."""
    taken: set[str] = set()
    lengths = {source_id: len(result.blocks.rows_of(source_id)) for source_id in result.document}
    sources = {source_id: _name_pages(source_id, blocks, taken) for source_id, blocks in lengths.items() if blocks}
    subjects = {
        subject_id: f"{FOLDER}/{name_page('compound', subject_id.removeprefix('compound:'), taken)}"
        for subject_id in sorted(result.subjects)
    }
    pages = range(max(1, -(-len(result.live) // CONFLICTS_A_PAGE)))
    conflict_pages = tuple(MAIN_PAGE if page == 0 else f"{FOLDER}/conflicts-{page + 1}.html" for page in pages)
    return Links(
        sources=sources,
        subjects=subjects,
        starts={source_id: _find_starts(result, source_id) for source_id, pages in sources.items() if len(pages) > 1},
        conflicts={
            row.conflict_id: conflict_pages[place // CONFLICTS_A_PAGE] + name_anchor("conflict", row.conflict_id)
            for place, row in enumerate(result.live)
        },
        conflict_pages=conflict_pages,
    )


def block_of(start: int, blocks: Sequence[BlockRow]) -> int:
    """Index of the block in which a raw offset stands: the last that begins at or before it."""
    return max(0, bisect_right(blocks, start, key=lambda block: block.start) - 1)


def _name_pages(source_id: str, blocks: int, taken: set[str]) -> tuple[str, ...]:
    first = name_page("source", source_id, taken)
    count = max(1, -(-blocks // BLOCKS_A_PAGE))
    stem = first.removesuffix(".html")
    return tuple(f"{FOLDER}/{first if page == 0 else f'{stem}-{page + 1}.html'}" for page in range(count))


def _find_starts(result: ReportInput, source_id: str) -> list[int]:
    return [block.start for block in result.blocks.take(result.blocks.rows_of(source_id)[BLOCKS_A_PAGE::BLOCKS_A_PAGE])]
