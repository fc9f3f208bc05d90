"""The labelled pages of `tests/gold`, read by the program with its default settings, and the labels beside them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipeline.annotate import Annotator
from pipeline.clean import clean_source
from pipeline.read import read_source
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.page import Annotated, Mention, Page

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "tests" / "gold"
SHARED = ROOT.parent / "shared"
SETTINGS = Settings.model_validate({})
ORIGINS = ("own", "shared")
SPLITS = ("tune", "locked")


@dataclass(frozen=True, slots=True)
class Document:
    """A labelled page; `path` counts from the root of the repository, or from the folder `shared` beside it."""

    origin: str
    path: str
    sha256: str
    split: str

    @property
    def file(self) -> Path:
        """Where it stands, if it is there."""
        return (ROOT if self.origin == "own" else SHARED) / self.path


class Tally:
    """Counts that can be added up: a dataclass of numbers."""

    def add(self, other: Self) -> None:
        """Count another's numbers too."""
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@cache
def read_documents() -> dict[str, Document]:
    """The pages of documents.csv by path."""
    return {
        row["path"]: Document(row["origin"], row["path"], row["sha256"], row["split"])
        for row in read_table(GOLD / "documents.csv")
    }


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def read_labels(layer: str) -> Iterator[tuple[Document, dict[str, str]]]:
    """The rows of `<layer>_own.csv` and `<layer>_shared.csv` with their pages, of those pages that are here.

    Raises ValueError for a page that is not what was labelled.
    """
    documents = read_documents()
    for origin in ORIGINS:
        if not (GOLD / f"{layer}_{origin}.csv").is_file():
            continue
        for row in read_table(GOLD / f"{layer}_{origin}.csv"):
            document = documents[row["path"]]
            if not document.file.is_file():
                continue
            if row["sha256"] != document.sha256:
                message = f"{row['path']}: the label was put on another version of the page."
                raise ValueError(message)
            yield document, row


@cache
def read_page(document: Document) -> Page:
    """The page, cleaned. Raises ValueError when the file is not the one that was labelled."""
    source = read_source(document.file, document.path, SETTINGS)
    if source.sha256 != document.sha256:
        message = f"{document.path}: the file has changed since it was labelled."
        raise ValueError(message)
    return clean_source(source, None, SETTINGS)


@cache
def _annotator() -> Annotator:
    return Annotator(SETTINGS)


@cache
def annotate_page(document: Document) -> Annotated:
    """The page with everything that the program finds in it."""
    return _annotator().annotate(read_page(document))


def to_raw(page: Page, mention: Mention) -> tuple[int, int]:
    """Where the name of a mention stands in the raw file."""
    return page.to_raw(*mention.name_span)


def is_inside(span: tuple[int, int], passages: Iterable[tuple[int, int]]) -> bool:
    """Whether a raw range lies in one of the labelled passages."""
    return any(start <= span[0] and span[1] <= end for start, end in passages)
