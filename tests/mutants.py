"""Real pages, damaged at random, and what must hold of each."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.document import process_document
from pipeline.outcome import DOCUMENT_TABLES, Task
from pipeline.schema import Status
from pipeline.settings import Settings
from pipeline.store.columns import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.outcome import DocumentResult

SETTINGS = Settings.model_validate({})
PIECE = 4_000  # bytes that are cut, doubled or moved at most
COPIES = 8
FLIPS = 60  # bytes that are changed at most
WOUNDS = 4  # things that happen to one page at most


def read_pages(*folders: Path) -> list[bytes]:
    """The bytes of all pages below the folders that exist, in the order of their names."""
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path.read_bytes() for path in paths if not path.name.startswith((".", "README", "sources.csv"))]


def list_mutants(pages: list[bytes], rounds: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Damaged pages, each with the names of what happened to it. Equal arguments give equal bytes."""
    dice = random.Random(seed)
    for number in range(rounds):
        page = pages[number % len(pages)]
        wounds = [dice.choice(list(WAYS)) for _ in range(dice.randint(1, WOUNDS))]
        for wound in wounds:
            page = WAYS[wound](dice, page, pages)
        yield f"{number}, page {number % len(pages)}, {', '.join(wounds)}", page


def find_fault(page: bytes, place: Path) -> str | None:
    """What is wrong with the result of a page, which is written to `place`; None where all is well."""
    place.write_bytes(page)
    result = process_document(Task(place, place.name, None), settings=SETTINGS, debug=False)
    if result.failures:
        return result.failures[0].message
    if result.document.status is Status.REFUSED:
        return None if result.document.reason else "refused without a reason"
    return find_bad_quote(result, place)


def find_bad_quote(result: DocumentResult, place: Path) -> str | None:
    """The first row whose passage is not what stands in the file, read as any program would read it."""
    with place.open(encoding=result.document.encoding, newline="") as file:
        text = result.layer if result.layer is not None else file.read()
    for model in DOCUMENT_TABLES:
        part = result.parts[model.table]
        batch = pa.ipc.read_record_batch(pa.py_buffer(part.columns), arrow_schema(model))
        for row in batch.to_pylist():
            if row["start"] is None or "quote" not in row:
                continue
            if text[row["start"] : row["end"]] != row["quote"]:
                return f"{model.table}: {row['start']} to {row['end']} is not {row['quote'][:40]!r}"
    return None


def _choose(dice: random.Random, page: bytes) -> tuple[int, int]:
    start = dice.randint(0, len(page))
    return start, min(len(page), start + dice.randint(1, PIECE))


def _cut(dice: random.Random, page: bytes, _: list[bytes]) -> bytes:
    start, end = _choose(dice, page)
    return page[:start] + page[end:]


def _end_early(dice: random.Random, page: bytes, _: list[bytes]) -> bytes:
    return page[: dice.randint(0, len(page))]


def _double(dice: random.Random, page: bytes, _: list[bytes]) -> bytes:
    start, end = _choose(dice, page)
    return page[:start] + page[start:end] * dice.randint(2, COPIES) + page[end:]


def _splice(dice: random.Random, page: bytes, pages: list[bytes]) -> bytes:
    other = dice.choice(pages)
    start, end = _choose(dice, other)
    at = dice.randint(0, len(page))
    return page[:at] + other[start:end] + page[at:]


def _flip(dice: random.Random, page: bytes, _: list[bytes]) -> bytes:
    changed = bytearray(page)
    for _number in range(dice.randint(1, FLIPS) if page else 0):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _move(dice: random.Random, page: bytes, _: list[bytes]) -> bytes:
    start, end = _choose(dice, page)
    rest = page[:start] + page[end:]
    at = dice.randint(0, len(rest))
    return rest[:at] + page[start:end] + rest[at:]


def _join_lines(dice: random.Random, page: bytes, _: list[bytes]) -> bytes:
    start, end = _choose(dice, page)
    return page[:start] + page[start:end].replace(b"\n", b" ") + page[end:]


WAYS: dict[str, Callable[[random.Random, bytes, list[bytes]], bytes]] = {
    "cut": _cut,
    "ended early": _end_early,
    "doubled": _double,
    "spliced": _splice,
    "flipped": _flip,
    "moved": _move,
    "lines joined": _join_lines,
}
